-- Takes what was said in, each for itself, in this order.
-- ARGV 4 messages in the window 5 the window, ms 6 the same words not again within, ms 7 how many may wait
--      then for each: id, viewer ('' for staff), person, JSON, print of the words, whether to hold it back (1, 0),
--      print of the network address ('' unknown)
-- Answer of each: {shown | held, JSON} also where it was said before | {gone}: and taken away since
--   | {closed} | {unknown}: nobody told Redis of this viewer | {muted, until} | {banned}
--   | {fast | slow, ms to wait} | {repeated} | {full}
if not epoch then
  return nil
end
local MOST, WINDOW, SAME, MOST_WAITING = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])

-- Whether somebody at this address was muted or banned not long ago.
local function doubted(viewer, address)
  if address == '' then
    return false
  end
  call('HSET', ADDRESSES, viewer, address)
  call('EXPIRE', ADDRESSES, KEEP_S, 'NX')
  return tonumber(call('ZSCORE', SHUNNED, address) or 0) > NOW
end

-- What is against it; else what to remember of the speaker. Who comes from a doubted address waits for the host
-- until a first message of theirs was approved.
local function judge(viewer, id, print, address)
  local person = call('HGET', PEOPLE, viewer)
  if not person then
    return { 'unknown' }
  end
  person = cjson.decode(person)
  if person.banned then
    return { 'banned' }
  end
  if person.muted_until > NOW then
    return { 'muted', person.muted_until }
  end
  local known = call('HGET', SPEAKERS, id)
  local speaker = known and cjson.decode(known) or { last = 0, print = '' }
  local recent = {}
  for _, at in ipairs(speaker.at or {}) do
    if at > NOW - WINDOW then
      recent[#recent + 1] = at
    end
  end
  if #recent >= MOST then
    return { 'fast', recent[1] + WINDOW - NOW }
  end
  local wait = speaker.last + number('slow_s') * 1000 - NOW
  if wait > 0 then
    return { 'slow', wait }
  end
  if speaker.print == print and speaker.last > NOW - SAME then
    return { 'repeated' }
  end
  recent[#recent + 1] = NOW
  local doubt = speaker.doubt
  if not known then
    doubt = doubted(viewer, address)
  end
  return nil, { last = NOW, print = print, at = recent, doubt = doubt }
end

local function say(id, viewer, person, body, print, hold, address)
  local state, before = state_of(id)
  if state then
    return { state, before }
  end
  if meta.ended == '1' or (viewer ~= '' and meta.open ~= '1') then
    return { 'closed' }
  end
  if viewer ~= '' then
    local refused, speaker = judge(viewer, person, print, address)
    if refused then
      return refused
    end
    hold = hold == '1' or meta.approve == '1' or speaker.doubt
    if hold and call('HLEN', WAITING) >= MOST_WAITING then
      return { 'full' }
    end
    call('HSET', SPEAKERS, person, cjson.encode(speaker))
  else
    hold = false
  end
  call('ZADD', SEEN, NOW, id)
  if hold then
    call('HSET', WAITING, id, body)
    changed = true
    return { 'held', body }
  end
  show(id, body)
  return { 'shown', body }
end

local answers = {}
for i = 8, #ARGV, 7 do
  answers[#answers + 1] = say(unpack(ARGV, i, i + 6))
end
if changed then
  call('ZREMRANGEBYSCORE', SEEN, 0, NOW - RETRY_MS)
end
return finish({ answers })
