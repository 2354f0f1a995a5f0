-- Writes how many watch each of a shop's streams on one node, and answers how many do on all nodes.
-- KEYS  per stream: viewers (hash: node -> count|at|parts), peak (the most that watched at once)
-- ARGV  1 node   2 now (ms UTC)   3 how old what a node wrote may be (ms)   4 how long it is kept (ms)
--       then per stream: count, parts (JSON: whence they come), '1' when the show is live
-- Returns per stream {count of all, peak, {parts of each node that has any}}
local node, now, oldest, keep = ARGV[1], ARGV[2], ARGV[2] - ARGV[3], ARGV[4]
local answers = {}
for stream = 1, #KEYS / 2 do
  local viewers, highest = KEYS[2 * stream - 1], KEYS[2 * stream]
  local count, parts, live = unpack(ARGV, 2 + 3 * stream, 4 + 3 * stream)
  if tonumber(count) > 0 then
    redis.call('HSET', viewers, node, table.concat({ count, now, parts }, '|'))
    redis.call('PEXPIRE', viewers, keep)
  else
    redis.call('HDEL', viewers, node)
  end

  local total, whence = 0, {}
  local written = redis.call('HGETALL', viewers)
  for i = 1, #written, 2 do
    local there, at, from = string.match(written[i + 1], '^(%d+)|(%d+)|(.*)$')
    if tonumber(at) > oldest then
      total = total + tonumber(there)
      whence[#whence + 1] = from
    else
      redis.call('HDEL', viewers, written[i])
    end
  end

  local peak = tonumber(redis.call('GET', highest) or 0)
  if live == '1' and total > peak then
    peak = total
    redis.call('SET', highest, peak, 'PX', keep)
  end
  answers[stream] = { total, peak, whence }
end
return answers
