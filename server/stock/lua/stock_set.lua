-- Sets how many units are stocked in all, of some variants; all of them or none. Opens the book if asked to.
-- KEYS as in book.lua
-- ARGV 2 '' to change an open book, or the epoch to open it with; a book that is open stays untouched then
--      3 the revision to count on from (opening) 4 how long an order's outcome is remembered
--      5 how long an ended hold is remembered 6 until when at least units are kept for a payment, in ms from now
--      7 the number of variants, then per variant: variant, stocked, sold before (heeded for a new variant)
--      the number of orders among those sold before, then those orders
--      the number of holds out of which these were sold, then those holds
--      then what is paid and not sold yet, each: hold, buyer, lines, context
-- Answers: {set, variant, stocked, revision} for each; or alone {below_committed, variant, held and sold};
--      none when the book to be opened is open, or was claimed before Redis was wiped or started
-- What a book that is opened anew still has of living holds stays, as far as there are units: those that are
-- sold come first, then what is paid, then the holds in the order of their deadlines. Places in line stay.
local opening = ARGV[2] ~= ''
local left = {}
if opening and (epoch and opened[4] == this_run() or call('GET', CLAIM) ~= this_run()) then
  call('DEL', LOADED_TAKEN, LOADED_BOUGHT, CLAIM)
  return { epoch or '', seq, {}, {} }
elseif opening then
  -- The counters of a book can't be trusted. The ledger can: it may not be in SQL yet.
  if opened[1] then
    left = call('ZRANGE', DUE, 0, -1)
    local outcomes, sold_ones = call('HGETALL', ORDERS), {}
    for i = 1, #outcomes, 2 do
      if string.sub(outcomes[i + 1], 1, 8) ~= 'sold_out' then -- who was told to refund must not sell later
        sold_ones[#sold_ones + 1] = outcomes[i]
      end
    end
    write('HDEL', ORDERS, sold_ones)
  else
    call('DEL', META, HOLDS, ORDERS, ENDED, LINE, PLACES, WAITING)
    in_line = 0
  end
  call('DEL', STOCKED, AVAILABLE, HELD, SOLD, TAKEN, DUE, BOUGHT, MINE, CLAIM)
  for loaded, key in pairs({ [LOADED_TAKEN] = TAKEN, [LOADED_BOUGHT] = BOUGHT }) do
    if call('EXISTS', loaded) == 1 then
      call('RENAME', loaded, key)
      call('PERSIST', key)
    end
  end
  epoch, seq = ARGV[2], 0
  call('HSET', META, 'epoch', epoch, 'seq', 0, 'revision', ARGV[3], 'run', this_run(), 'saved', saved,
    'waiting', in_line)
elseif not epoch then
  return nil
end

local last = 7 + 3 * ARGV[7]
local changes = {}
for i = 8, last, 3 do
  local variant, stocked, before = ARGV[i], tonumber(ARGV[i + 1]), tonumber(ARGV[i + 2])
  local was = tonumber(call('HGET', STOCKED, variant))
  local committed = before
  if was then
    committed = call('HGET', HELD, variant) + call('HGET', SOLD, variant)
  end
  if stocked < committed then
    if not opening then
      return finish({ { 'below_committed', variant, committed } })
    end
    stocked = committed -- what was sold was there
  end
  changes[#changes + 1] = { variant, stocked, committed, was }
end

local revision = call('HINCRBY', META, 'revision', 1)
local answers = {}
for _, change in ipairs(changes) do
  local variant, stocked, committed, was = unpack(change, 1, 4)
  available[variant] = stocked - committed
  moved[variant] = true
  call('HSET', STOCKED, variant, stocked)
  entry[#entry + 1] = table.concat({ 'stocked', variant, stocked - (was or 0), stocked, revision }, '|')
  if not was then
    call('HSET', HELD, variant, 0)
    call('HSET', SOLD, variant, committed)
    if committed > 0 then
      entry[#entry + 1] = table.concat({ 'carried', variant, committed, '', '' }, '|')
    end
  end
  answers[#answers + 1] = { 'set', variant, stocked, revision }
end
if not opening then
  return finish(answers)
end

local keep = tonumber(ARGV[5])
local at = last + 1
for i = at + 1, at + ARGV[at] do
  call('HSET', ORDERS, ARGV[i], 'carried')
  new_ended[#new_ended + 1] = now + tonumber(ARGV[4])
  new_ended[#new_ended + 1] = 'o|' .. ARGV[i]
end
at = at + ARGV[at] + 1

fetch(HOLDS, records, left)
local function end_left(hold, state)
  hold.state = state
  keep_hold(hold)
  new_ended[#new_ended + 1] = now + keep
  new_ended[#new_ended + 1] = 'h|' .. hold.id
end

local settled = {}
for i = at + 1, at + ARGV[at] do
  local hold = read_hold(ARGV[i])
  settled[ARGV[i]] = true
  if hold and hold.state == 'held' then
    end_left(hold, 'committed')
  end
end
at = at + ARGV[at] + 1

local function fits(lines, buyer)
  fetch_lines(lines, buyer)
  for _, line in ipairs(parse(lines)) do
    if (available[line[1]] or 0) < line[2] then
      return false
    end
  end
  return true
end

for i = at, #ARGV, 4 do
  local id, buyer, lines = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local known = read_hold(id)
  if not settled[id] and fits(lines, buyer) then
    settled[id] = true
    local deadline = math.max(known and known.deadline or 0, now + ARGV[6])
    call('ZREM', ENDED, 'h|' .. id)
    begin_hold({ id = id, buyer = buyer, extensions = known and known.extensions or 0,
      key = known and known.key or '', lines = lines, context = ARGV[i + 3] }, deadline)
  end
end
for _, id in ipairs(left) do
  local hold = not settled[id] and read_hold(id)
  if hold and hold.state == 'held' then
    if fits(hold.lines, hold.buyer) then
      begin_hold(hold, hold.deadline)
    else
      end_left(hold, 'expired')
      notices[#notices + 1] = string.format(
        '{"kind":"hold_ended","hold":"%s","buyer":"%s","reason":"expired"}', hold.id, hold.buyer)
    end
  end
end
return finish(answers)
