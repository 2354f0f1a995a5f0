-- Takes back overdue holds, and forgets ended holds and orders that were remembered long enough.
-- KEYS as in book.lua
-- ARGV 2 how many of each at most 3 how long an ended hold is remembered
-- Answers: {hold, record} for each that expired now
if not epoch then
  return nil
end
local most, keep = tonumber(ARGV[2]), tonumber(ARGV[3])

local old = call('ZRANGEBYSCORE', ENDED, '-inf', now, 'LIMIT', 0, most)
local holds, orders = {}, {}
for _, member in ipairs(old) do
  local list = string.sub(member, 1, 2) == 'h|' and holds or orders
  list[#list + 1] = string.sub(member, 3)
end
write('HDEL', HOLDS, holds)
write('HDEL', ORDERS, orders)
write('ZREM', ENDED, old)

local answers = {}
while #answers < most do
  local handful = math.min(SWEEP, most - #answers)
  local ids = take_back(handful, keep)
  for _, id in ipairs(ids) do
    answers[#answers + 1] = { id, records[id] }
  end
  if #ids < handful then
    break
  end
end
if in_line > 0 then -- one call makes some offers only; the others are made here
  local variants = call('HKEYS', WAITING)
  fetch(AVAILABLE, available, variants)
  for _, variant in ipairs(variants) do
    serve(variant)
  end
end
return finish(answers)
