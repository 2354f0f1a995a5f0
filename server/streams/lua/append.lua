-- Writes one event to a stream's timeline together with the state that it leads to, and announces it.
-- KEYS  1 room (hash: epoch, seq, state)   2 timeline (stream; entry id 0-<seq>)
-- ARGV  1 epoch that the writer has read ("" when it found no room)   2 seq that it has read
--       3 epoch   4 seq   5 state   of the room from now on
--       6 event name ("" to open the room without an event)   7 its data (JSON)   8 at (ms UTC)
--       9 JSON [channel, message] to publish
-- Returns 1 when written, 0 when somebody else wrote first: nothing is changed then.
local epoch, seq = unpack(redis.call('HMGET', KEYS[1], 'epoch', 'seq'))
if ARGV[1] == '' then
  if epoch then return 0 end
elseif epoch ~= ARGV[1] or seq ~= ARGV[2] then
  return 0
end
redis.call('HSET', KEYS[1], 'epoch', ARGV[3], 'seq', ARGV[4], 'state', ARGV[5])
if ARGV[6] ~= '' then
  redis.call('XADD', KEYS[2], '0-' .. ARGV[4], 'event', ARGV[6], 'data', ARGV[7], 'at', ARGV[8])
  local news = cjson.decode(ARGV[9])
  redis.call('SPUBLISH', news[1], news[2])
else
  redis.call('DEL', KEYS[2])
end
return 1
