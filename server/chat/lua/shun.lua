-- From now on newcomers at somebody's network address wait for the host; or not any more.
-- KEYS 1 addresses(hash: viewer -> print) 2 shunned(zset: print -> until when)
-- ARGV 1 viewer 2 until, ms, 0 to let them be 3 now, ms
local address = redis.call('HGET', KEYS[1], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[2], 0, ARGV[3])
if address and ARGV[2] == '0' then
  redis.call('ZREM', KEYS[2], address)
elseif address then
  redis.call('ZADD', KEYS[2], 'GT', ARGV[2], address)
  redis.call('PEXPIREAT', KEYS[2], ARGV[2])
end
return 1
