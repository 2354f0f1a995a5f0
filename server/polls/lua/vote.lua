-- Takes votes, in their order, each for itself, and announces how they stand.
-- ARGV 4 stream; then per vote: viewer, options joined by commas ("": asks only how the viewer voted)
-- Returns nil when the poll is not known here; else {state, results, wait, tally, {code, options, ...}}, with
-- the tally after all of them. `wait`: ms until what is untold may be told; 0: nothing is.
-- Codes: ok (options: the viewer's vote), unknown (options: one that the poll does not have), one, closed,
-- voted (options: the vote that can't be changed).
local poll = read()
if not poll or poll.stream ~= ARGV[4] then
  return nil
end
local options = split(poll.options)
local known = {}
for _, option in ipairs(options) do
  known[option] = true
end
local closes_at = tonumber(poll.closes_at)
local open = poll.state == 'open' and (closes_at == 0 or now < closes_at)

local viewers = {}
for i = 5, #ARGV, 2 do
  viewers[#viewers + 1] = ARGV[i]
end
local votes = {} -- by viewer, as they stand after the votes so far
for i, vote in ipairs(call('HMGET', VOTES, unpack(viewers))) do
  votes[viewers[i]] = vote or ''
end

local moved, cast, changes = {}, {}, 0 -- votes by option, and the viewers whose vote is another one now
local voters = 0
local function count(vote, by)
  for _, option in ipairs(split(vote)) do
    moved[option] = (moved[option] or 0) + by
  end
end

-- The vote in the poll's order; nil and the option that the poll does not have.
local function canonical(text)
  local chosen = {}
  for _, option in ipairs(split(text)) do
    if not known[option] then
      return nil, option
    end
    chosen[option] = true
  end
  local vote = {}
  for _, option in ipairs(options) do
    if chosen[option] then
      vote[#vote + 1] = option
    end
  end
  return table.concat(vote, ','), nil, #vote
end

local answers = {}
local function answer(code, text)
  answers[#answers + 1] = code
  answers[#answers + 1] = text
end

for i = 5, #ARGV, 2 do
  local viewer, before = ARGV[i], votes[ARGV[i]]
  local vote, odd, number = canonical(ARGV[i + 1])
  if vote == '' or vote == before then
    answer('ok', before) -- asked only, or voted so already
  elseif not open then
    answer('closed', before)
  elseif odd then
    answer('unknown', odd)
  elseif poll.one == '1' and number > 1 then
    answer('one', before)
  elseif before ~= '' and poll.changeable ~= '1' then
    answer('voted', before)
  else
    if before == '' then
      voters = voters + 1
    end
    count(before, -1)
    count(vote, 1)
    votes[viewer] = vote
    cast[viewer] = vote
    changes = changes + 1
    answer('ok', vote)
  end
end

if changes > 0 then
  local flat = {}
  for viewer, vote in pairs(cast) do
    flat[#flat + 1] = viewer
    flat[#flat + 1] = vote
  end
  call('HSET', VOTES, unpack(flat))
  for option, by in pairs(moved) do
    call('HINCRBY', POLL, 'n:' .. option, by)
  end
  call('HINCRBY', POLL, 'voters', voters)
  call('HINCRBY', POLL, 'version', changes)
  poll = read()
end
local wait = tell(poll)
return { poll.state, poll.results, wait, tally(poll), answers }
