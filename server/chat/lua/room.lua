-- A chat: what every verb shares. store.py puts this file before the verb's own.
-- A verb checks before it writes: Redis does not undo what a script did before it failed.
--
-- KEYS 1 meta(hash) 2 log(zset: id -> seq) 3 messages(hash: id -> JSON, questions among them)
--      4 counts(hash: question -> votes|answered) 5 questions(zset: id -> rank) 6 voted(hash: viewer -> ids)
--      7 waiting(hash: id -> JSON) 8 speakers(hash: person -> JSON) 9 seen(zset: id -> when it was said)
--      10 removed(zset: id -> revision) 11 people of the shop(hash: viewer -> JSON)
--      12 addresses of the shop(hash: viewer -> print) 13 shunned(zset: print of an address -> until when)
-- ARGV 1 the shop's news channel 2 stream 3 now, ms; the verb's own follow
-- meta: epoch; seq of the last message; rev, one more at each change; floor, the seq up to which the log was
--       cut; asked, how many questions; removed_seq, where the log was when something was last taken out;
--       open, slow_s, approve, rules_rev; ended; pinned(id); told_ms, told_rev: the last news
-- Every verb returns {untold, answer...}, or nil when Redis holds no such chat. untold 1: `tell` is due.
local META, LOG, MESSAGES, COUNTS, QUESTIONS, VOTED, WAITING, SPEAKERS, SEEN, REMOVED = unpack(KEYS)
local PEOPLE, ADDRESSES, SHUNNED = KEYS[11], KEYS[12], KEYS[13]
local CHANNEL, STREAM, NOW = ARGV[1], ARGV[2], tonumber(ARGV[3])
local call = redis.call

local NEWS_MS = 100 -- a chat is news ten times a second at most; what is told is read from here
local KEEP_S = 24 * 3600 -- after the end of the stream
local KEEP_MESSAGES, KEEP_QUESTIONS, KEEP_REMOVED = 300, 200, 500
local RETRY_MS = 10 * 60 * 1000 -- for so long a key that was used is known
local VOTE, ANSWERED = 2 ^ 20, 2 ^ 45 -- ranks: unanswered, then by votes, then the newest

local meta = {}
do
  local read = call('HGETALL', META)
  for i = 1, #read, 2 do
    meta[read[i]] = read[i + 1]
  end
end
local epoch, rev = meta.epoch, tonumber(meta.rev or 0)
local changed = false

local function number(field)
  return tonumber(meta[field] or 0)
end

local function set(field, value)
  meta[field] = tostring(value)
  call('HSET', META, field, value)
  changed = true
end

local function votes_of(id)
  local votes, answered = string.match(call('HGET', COUNTS, id) or '0|0', '^(%d+)|(%d)$')
  return tonumber(votes), tonumber(answered)
end

local function rank(id, votes, answered)
  local score = call('ZSCORE', QUESTIONS, id)
  local asked = tonumber(score) % VOTE
  call('HSET', COUNTS, id, votes .. '|' .. answered)
  call('ZADD', QUESTIONS, asked + votes * VOTE - answered * ANSWERED, id)
  changed = true
end

-- Puts a message into the log, or a question among the questions, and cuts what is too old.
local function show(id, body)
  changed = true
  if string.find(body, '"kind":"question"', 1, true) then
    set('asked', number('asked') + 1)
    call('HSET', MESSAGES, id, body)
    call('HSET', COUNTS, id, '0|0')
    call('ZADD', QUESTIONS, number('asked'), id)
    local over = call('ZCARD', QUESTIONS) - KEEP_QUESTIONS
    if over > 0 then
      local cut = call('ZPOPMIN', QUESTIONS, over)
      for i = 1, #cut, 2 do
        call('HDEL', MESSAGES, cut[i])
        call('HDEL', COUNTS, cut[i])
      end
    end
    return
  end
  set('seq', number('seq') + 1)
  call('HSET', MESSAGES, id, body)
  call('ZADD', LOG, number('seq'), id)
  local over = call('ZCARD', LOG) - KEEP_MESSAGES
  if over > 0 then
    local cut = call('ZPOPMIN', LOG, over)
    for i = 1, #cut, 2 do
      call('HDEL', MESSAGES, cut[i])
    end
    set('floor', cut[#cut])
  end
end

-- nil: never heard of.
local function state_of(id)
  local body = call('HGET', MESSAGES, id)
  if body then
    return 'shown', body
  end
  body = call('HGET', WAITING, id)
  if body then
    return 'held', body
  end
  if call('ZSCORE', SEEN, id) or call('ZSCORE', REMOVED, id) then
    return 'gone', ''
  end
end

local function publish()
  call('HSET', META, 'told_ms', NOW, 'told_rev', rev)
  call('SPUBLISH', CHANNEL, cjson.encode({ kind = 'chat', stream = STREAM, rev = rev }))
end

-- Writes the revision, and tells the nodes now or lets the caller tell them later.
local function finish(answer, urgent)
  local untold = 0
  if changed then
    rev = rev + 1
    call('HSET', META, 'rev', rev)
    if meta.ended == '1' then
      for i = 1, 10 do
        call('EXPIRE', KEYS[i], KEEP_S, 'NX')
      end
    end
    if urgent or math.abs(NOW - number('told_ms')) >= NEWS_MS then
      publish()
    else
      untold = 1
    end
  end
  return { untold, unpack(answer) }
end
