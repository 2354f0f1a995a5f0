-- Puts another hold in the place of a living one, in one step: other lines, the same deadline and extensions.
-- A hold's own lines never change, so that an order is always of what its hold has set aside.
-- KEYS as in book.lua
-- ARGV 2 how many overdue holds one call may take back 3 how long an ended hold is remembered 4 hold 5 buyer
--      6 the new hold, or '' to give all of it back 7 context 8 lines 9 limits, as in reserve
-- Answer: {held, record, the new one} | {ended, record} of the old one | {ended, record, the new one}
--      | {not_found} | a refusal as in reserve, and the old hold stays. A new hold that is already known is
--      answered as it is now.
if not epoch then
  return nil
end
local id, buyer, keep, new_id, lines, limits = ARGV[4], ARGV[5], tonumber(ARGV[3]), ARGV[6], ARGV[8], ARGV[9]
local known = new_id ~= '' and read_hold(new_id)
if known then
  fetch_lines(known.lines, known.buyer)
  return finish({ { known.state == 'held' and known.deadline > now and 'held' or 'ended', records[new_id], new_id } })
end
local hold = read_hold(id)
if not hold or hold.buyer ~= buyer then
  return finish({ { 'not_found' } })
end
fetch_lines(hold.lines, buyer)
if hold.state ~= 'held' or hold.deadline <= now then
  return finish({ { 'ended', records[id] } })
end
if new_id == '' then
  end_hold(hold, 'released', keep, '')
  return finish({ { 'ended', records[id] } })
end
fetch_for(buyer, lines, limits)
local back = {}
for _, line in ipairs(parse(hold.lines)) do
  back[line[1]] = line[2]
end
local refusal = insist(tonumber(ARGV[2]), keep, refuse, buyer, parse(lines), parse_limits(limits), back)
if records[new_id] then -- its key stood in line, and was offered something just now
  return finish({ { 'held', records[new_id], new_id } })
elseif refusal then
  return finish({ refusal })
end
local extensions, key, deadline = hold.extensions, hold.key, hold.deadline
end_hold(hold, 'released', keep, '', true)
begin_hold({ id = new_id, buyer = buyer, extensions = extensions, key = key, lines = lines, context = ARGV[7] }, deadline)
return finish({ { 'held', records[new_id], new_id } })
