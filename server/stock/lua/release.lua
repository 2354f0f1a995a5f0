-- Gives the units of one hold back before its deadline. A second call changes nothing.
-- KEYS as in book.lua
-- ARGV 2 hold 3 buyer 4 how long an ended hold is remembered
-- Answer: {ended, record} with the state it ended in, now or before | {not_found}
if not epoch then
  return nil
end
local hold = read_hold(ARGV[2])
if not hold or hold.buyer ~= ARGV[3] then
  return finish({ { 'not_found' } })
end
fetch_lines(hold.lines, hold.buyer)
if hold.state == 'held' then
  end_hold(hold, 'released', tonumber(ARGV[4]), '')
end
return finish({ { 'ended', records[hold.id] } })
