-- Takes a message or a question away for good, waiting ones too; or everything that a person said.
-- ARGV 4 id, or '' 5 the person's id, or ''
-- Answer: {how many were taken away now, 1 where the id is known at all}
if not epoch then
  return nil
end
local ids, known = {}, 0
if ARGV[4] ~= '' then
  local state = state_of(ARGV[4])
  known = state and 1 or 0
  if state == 'shown' or state == 'held' then
    ids[1] = ARGV[4]
  end
else
  -- A quote inside of a text is escaped, so only an author is written like this.
  local author = '"author":{"id":"' .. ARGV[5] .. '"'
  for _, key in ipairs({ MESSAGES, WAITING }) do
    local all = call('HGETALL', key)
    for i = 1, #all, 2 do
      if string.find(all[i + 1], author, 1, true) then
        ids[#ids + 1] = all[i]
      end
    end
  end
end
for _, id in ipairs(ids) do
  call('HDEL', MESSAGES, id)
  call('HDEL', WAITING, id)
  call('HDEL', COUNTS, id)
  call('ZREM', LOG, id)
  call('ZREM', QUESTIONS, id)
  call('ZADD', REMOVED, rev + 1, id)
  if meta.pinned == id then
    set('pinned', '')
  end
end
if #ids > 0 then
  set('removed_seq', number('seq'))
  call('ZREMRANGEBYRANK', REMOVED, 0, -KEEP_REMOVED - 1)
end
return finish({ { #ids, known } }, true)
