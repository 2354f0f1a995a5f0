-- What there is to see, to who has seen it up to a revision. Changes nothing.
-- ARGV 4 epoch 5 seq 6 revision, of the reader 7 messages at most, the newest 8 questions at most
--      9 the message that the reader knows under that seq, or ''
-- Answer: meta | {id, seq, JSON, ...} after the reader's seq, oldest first | {JSON, votes|answered, ...} of the
--   questions | {JSON, ...} that wait | {id, ...} removed since the reader's revision
if not epoch then
  return nil
end
local after, since = -1, -1
if ARGV[4] == epoch then
  after, since = tonumber(ARGV[5]), tonumber(ARGV[6])
end
-- What the reader was told is not what happened: Redis came back with an older state.
local there = after >= 0 and call('ZRANGE', LOG, after, after, 'BYSCORE')[1] or ARGV[9]
local other = since > rev or after > number('seq') or (ARGV[9] ~= '' and there and there ~= ARGV[9])
local function bodies(ids, key)
  return #ids > 0 and call('HMGET', key, unpack(ids)) or {}
end
local found = call('ZREVRANGEBYSCORE', LOG, '+inf', '(' .. after, 'WITHSCORES', 'LIMIT', 0, ARGV[7])
local ids, messages = {}, {}
for i = #found - 1, 1, -2 do
  ids[#ids + 1] = found[i]
end
for i, body in ipairs(bodies(ids, MESSAGES)) do
  messages[#messages + 1] = ids[i]
  messages[#messages + 1] = found[#found - 2 * (i - 1)]
  messages[#messages + 1] = body
end
local top, questions = call('ZREVRANGE', QUESTIONS, 0, tonumber(ARGV[8]) - 1), {}
local texts, counts = bodies(top, MESSAGES), bodies(top, COUNTS)
for i = 1, #top do
  questions[#questions + 1] = texts[i]
  questions[#questions + 1] = counts[i]
end
local head = {
  epoch, number('seq'), rev, number('floor'), number('removed_seq'),
  meta.open, number('slow_s'), meta.approve, meta.ended, meta.pinned ~= '' and meta.pinned_body or '',
  call('HGET', COUNTS, meta.pinned) or '0|0', other and 1 or 0,
}
local gone = call('ZRANGE', REMOVED, '(' .. since, '+inf', 'BYSCORE')
return { 0, head, messages, questions, call('HVALS', WAITING), gone }
