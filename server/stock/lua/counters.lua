-- All counters of a shop at one moment.
-- KEYS 1 meta (hash: epoch, seq)  2 stocked  3 available  4 held  5 sold (hashes: variant -> units)
-- Returns {epoch, seq, stocked, available, held, sold}, each counter as {variant, units, ...}; nil when Redis
-- holds no book of this shop.
local epoch, seq = unpack(redis.call('HMGET', KEYS[1], 'epoch', 'seq'))
if not epoch then
  return nil
end
local answer = { epoch, seq }
for i = 2, 5 do
  answer[i + 1] = redis.call('HGETALL', KEYS[i])
end
return answer
