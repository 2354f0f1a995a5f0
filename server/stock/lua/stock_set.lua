-- Sets how many units are stocked in all, of some variants; all of them or none. Opens the book if asked to.
-- KEYS as in book.lua
-- ARGV 2 '' to change an open book, or the epoch to open it with; a book that is open stays untouched then
--      3 the revision to count on from (opening) 4 how long an order's outcome is remembered
--      5 the number of variants, then per variant: variant, stocked, sold before (heeded for a new variant)
--      then the orders among those sold before
-- Answers: {set, variant, stocked, revision} for each; or alone {below_committed, variant, held and sold};
--      none when the book to be opened is open
local opening = ARGV[2] ~= ''
if opening and epoch then
  call('DEL', LOADED_TAKEN, LOADED_BOUGHT)
  return finish({})
elseif opening then
  -- The counters of a book without its epoch can't be trusted. The ledger can: it may not be in SQL yet.
  call('DEL', STOCKED, AVAILABLE, HELD, SOLD, TAKEN, HOLDS, DUE, ORDERS, ENDED, BOUGHT, MINE, LINE, PLACES,
    WAITING)
  for loaded, key in pairs({ [LOADED_TAKEN] = TAKEN, [LOADED_BOUGHT] = BOUGHT }) do
    if call('EXISTS', loaded) == 1 then
      call('RENAME', loaded, key)
      call('PERSIST', key)
    end
  end
  epoch = ARGV[2]
  call('HSET', META, 'epoch', epoch, 'seq', 0, 'revision', ARGV[3], 'waiting', 0)
  in_line = 0
elseif not epoch then
  return nil
end

local last = 5 + 3 * ARGV[5]
local changes = {}
for i = 6, last, 3 do
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
for i = last + 1, #ARGV do
  call('HSET', ORDERS, ARGV[i], 'carried')
  new_ended[#new_ended + 1] = now + tonumber(ARGV[4])
  new_ended[#new_ended + 1] = 'o|' .. ARGV[i]
end
return finish(answers)
