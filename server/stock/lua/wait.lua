-- A place in line for a variant that is sold out; or a hold at once, where nobody waits and there is enough.
-- KEYS as in book.lua
-- ARGV 2 how many overdue holds one call may take back 3 how long an ended hold is remembered 4 the hold to be
--      5 buyer 6 ttl of the offer 7 context 8 one line (variant:units) 9 its limit, as in reserve
--      10 how many may wait for one variant
-- Answer: {held, record} | {ended, record} | {waiting, units, ticket, how many are ahead} | {line_full, variant}
--      | a refusal as in reserve. A buyer has one place per variant, and is answered that.
if not epoch then
  return nil
end
local id, buyer, lines, limits = ARGV[4], ARGV[5], ARGV[8], ARGV[9]
local variant, units = parse(lines)[1][1], parse(lines)[1][2]
fetch_for(buyer, lines, limits)
local known = read_hold(id)
if known then
  fetch_lines(known.lines, known.buyer)
  return finish({ { known.state == 'held' and known.deadline > now and 'held' or 'ended', records[id] } })
end

local place = place_of(buyer, variant)
if not place then
  local refusal = insist(tonumber(ARGV[2]), tonumber(ARGV[3]), refuse, buyer, parse(lines), parse_limits(limits))
  if records[id] then -- the same key stood in another line, and was offered something just now
    return finish({ { 'held', records[id] } })
  elseif not refusal then
    begin_hold({ id = id, buyer = buyer, extensions = 0, key = '', lines = lines, context = ARGV[7] }, now + ARGV[6])
    return finish({ { 'held', records[id] } })
  elseif refusal[1] ~= 'sold_out' then
    return finish({ refusal })
  end
  fetch(WAITING, waiting, { variant })
  if (waiting[variant] or 0) >= tonumber(ARGV[10]) then
    return finish({ { 'line_full', variant } })
  end
  local ticket = call('HINCRBY', META, 't|' .. variant, 1)
  local record = table.concat({ string.format('%d', ticket), id, units, limits, ARGV[6], ARGV[7] }, '|')
  places[buyer .. '|' .. variant] = record
  place = place_of(buyer, variant)
  call('HSET', PLACES, buyer .. '|' .. variant, record)
  call('ZADD', LINE, 0, place.member)
  count_line(variant, 1)
end
local ahead = call('ZLEXCOUNT', LINE, '[' .. variant .. '|', '(' .. place.member)
return finish({ { 'waiting', place.units, place.ticket, ahead } })
