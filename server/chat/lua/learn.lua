-- Writes down what SQL says of people, unless later words of it are known here.
-- KEYS 1 people of the shop(hash: viewer -> JSON with `revision`)   ARGV viewer, JSON, ...
for i = 1, #ARGV, 2 do
  local known = redis.call('HGET', KEYS[1], ARGV[i])
  if not known or cjson.decode(known).revision <= cjson.decode(ARGV[i + 1]).revision then
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
  end
end
-- Read from SQL anew after a day: who has gone is not kept here for ever.
redis.call('EXPIRE', KEYS[1], 86400, 'NX')
return 1
