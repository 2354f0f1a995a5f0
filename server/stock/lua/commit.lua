-- Sells an order's lines: out of its hold, or, when that has ended, out of what is available; all or none.
-- KEYS as in book.lua
-- ARGV 2 order 3 hold 4 buyer 5 lines (variant:units,...) 6 context 7 how many overdue holds one call may
--      take back 8 how long an ended hold is remembered 9 how long an order's outcome is remembered
-- Answer: {outcome}: committed (out of the hold) | sold (out of what is available) | carried (sold before
--      the book was opened) | sold_out|variant|left. An order has one outcome, whatever happens later:
--      who was told to refund must not be told to deliver by a retry.
if not epoch then
  return nil
end
local order, buyer, lines, keep = ARGV[2], ARGV[4], ARGV[5], tonumber(ARGV[8])
fetch_lines(lines, buyer)
local outcome = call('HGET', ORDERS, order)
if outcome then
  return finish({ { outcome } })
end

local function refuse()
  for _, line in ipairs(parse(lines)) do
    if (available[line[1]] or 0) < line[2] then
      return { 'sold_out', line[1], available[line[1]] or 0 }
    end
  end
end

local hold = read_hold(ARGV[3])
-- A hold of other lines, or of somebody else, is not this order's: it stays as it is.
if hold and hold.state == 'held' and hold.buyer == buyer and hold.lines == lines then
  end_hold(hold, 'committed', keep, order) -- even past its deadline, as long as nobody needed the units
  outcome = 'committed'
else
  local refusal = insist(tonumber(ARGV[7]), keep, refuse)
  if refusal then
    outcome = table.concat(refusal, '|')
  else
    move('sold', ARGV[3], order, buyer, lines, ARGV[6])
    outcome = 'sold'
  end
end
call('HSET', ORDERS, order, outcome)
new_ended[#new_ended + 1] = now + tonumber(ARGV[9])
new_ended[#new_ended + 1] = 'o|' .. order
return finish({ { outcome } })
