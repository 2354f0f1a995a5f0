-- Shows a message that waits. ARGV 4 id
-- Answer: {shown, JSON}, also where it is shown already | {gone} | {none}
if not epoch then
  return nil
end
local state, body = state_of(ARGV[4])
if state == 'held' then
  -- It is said now: what stands in the log is in the order of its times.
  body = string.gsub(body, '"at":%d+', string.format('"at":%.0f', NOW), 1)
  call('HDEL', WAITING, ARGV[4])
  local person = string.match(body, '"author":{"id":"([^"]+)"')
  local speaker = call('HGET', SPEAKERS, person)
  if speaker then
    speaker = cjson.decode(speaker)
    speaker.doubt = false
    call('HSET', SPEAKERS, person, cjson.encode(speaker))
  end
  show(ARGV[4], body)
  state = 'shown'
end
return finish({ { state or 'none', body or '' } })
