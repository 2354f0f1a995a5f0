-- Makes sure that units are set aside while somebody pays: puts the deadline of a living hold off, or sets its
-- units aside anew under the same name when it has ended without a sale, or never was.
-- KEYS as in book.lua
-- ARGV 2 how many overdue holds one call may take back 3 how long an ended hold is remembered 4 hold 5 buyer
--      6 ttl 7 context 8 lines 9 limits, as in reserve
-- Answer: {held, record} | {ended, record} (it was sold) | {not_found} (somebody else's, or of other lines)
--      | a refusal as in reserve
if not epoch then
  return nil
end
local id, buyer, deadline, lines, limits = ARGV[4], ARGV[5], now + ARGV[6], ARGV[8], ARGV[9]
fetch_for(buyer, lines, limits)
local hold = read_hold(id)
if hold and (hold.buyer ~= buyer or hold.lines ~= lines) then
  return finish({ { 'not_found' } })
elseif hold and hold.state == 'committed' then
  return finish({ { 'ended', records[id] } })
elseif hold and hold.state == 'held' then -- even past its deadline, as long as nobody needed the units
  if deadline > hold.deadline then
    hold.deadline = deadline
    keep_hold(hold)
    new_due = { deadline, id }
  end
  return finish({ { 'held', records[id] } })
end
local refusal = insist(tonumber(ARGV[2]), tonumber(ARGV[3]), refuse, buyer, parse(lines), parse_limits(limits))
if not hold and records[id] then -- its key stood in line, and was offered something just now
  local same = read_hold(id).lines == lines
  return finish({ same and { 'held', records[id] } or { 'not_found' } })
elseif refusal then
  return finish({ refusal })
end
call('ZREM', ENDED, 'h|' .. id)
begin_hold({ id = id, buyer = buyer, extensions = 0, key = '', lines = lines, context = ARGV[7] }, deadline)
return finish({ { 'held', records[id] } })
