-- Puts a message on top of the chat, or takes it down. ARGV 4 id, or ''
-- Answer: {1 when this changed something, JSON of the message}; {-1} when there is no such message
if not epoch then
  return nil
end
local id, body = ARGV[4], ''
if id ~= '' then
  body = call('HGET', MESSAGES, id)
  if not body then
    return finish({ { -1 } })
  end
end
if meta.pinned == id then
  return finish({ { 0, body } })
end
set('pinned', id)
call('HSET', META, 'pinned_body', body) -- it stays when the log has moved on
return finish({ { 1, body } }, true)
