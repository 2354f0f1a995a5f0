-- What every script of the votes shares; votes.py puts this file before the verb's own.
--
-- KEYS 1 poll (hash)   2 votes (hash: viewer -> options, in the poll's order, joined by commas)
-- ARGV 1 the shop's news channel   2 the poll's id   3 the least pause between two tallies told, ms;
--      the verb's own follow
--
-- The poll's hash: stream, state (open, closed), one (1: one option per vote), changeable (1), results,
-- closes_at (ms; 0: never by itself), options (joined by commas), voters, version, n:<option> (votes),
-- told_at (ms), told (the version that was told last).
-- `version` starts at the time in µs and counts up, so a poll that is counted anew after a wipe has a higher
-- one than before. It is kept as text: Lua would round it.
local POLL, VOTES = KEYS[1], KEYS[2]
local CHANNEL, ID, GAP = ARGV[1], ARGV[2], tonumber(ARGV[3])
local call = redis.call

local time = call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function read()
  local found, flat = {}, call('HGETALL', POLL)
  for i = 1, #flat, 2 do
    found[flat[i]] = flat[i + 1]
  end
  return found.state and found or nil
end

local function split(text)
  local parts = {}
  for part in string.gmatch(text, '[^,]+') do
    parts[#parts + 1] = part
  end
  return parts
end

-- Announces how the votes stand, unless that was said a moment ago. Returns how long to wait until it may be
-- said, in ms; 0 when all is said.
local function tell(poll)
  if poll.told == poll.version then
    return 0
  end
  local wait = tonumber(poll.told_at) + GAP - now
  if wait > 0 then
    return math.min(wait, GAP)
  end
  local counts = {}
  for i, option in ipairs(split(poll.options)) do
    counts[i] = '"' .. option .. '":' .. poll['n:' .. option]
  end
  call('SPUBLISH', CHANNEL, '{"kind":"tally","stream":"' .. poll.stream .. '","poll":"' .. ID
    .. '","results":"' .. poll.results .. '","tally":{"version":' .. poll.version
    .. ',"voters":' .. poll.voters .. ',"counts":{' .. table.concat(counts, ',') .. '}}}')
  call('HSET', POLL, 'told_at', string.format('%.0f', now), 'told', poll.version)
  return 0
end

-- The tally as the verbs answer it.
local function tally(poll)
  local flat = { poll.version, poll.voters }
  for _, option in ipairs(split(poll.options)) do
    flat[#flat + 1] = option
    flat[#flat + 1] = poll['n:' .. option]
  end
  return flat
end
