-- Sets units aside, all lines of a request or none; each request succeeds or fails alone.
-- KEYS as in book.lua
-- ARGV 2 how many overdue holds one call may take back 3 how long an ended hold is remembered
--      then per request: hold, buyer, ttl, context, lines (variant:units,...), limits (one a line: units per
--      buyer, 0 for none; units/ms where what was bought longer ago than that does not count)
-- Answers, one per request: {held, record} | {ended, record} | {sold_out, variant, left}
--      | {limit, variant, limit, taken} | {unknown_variant, variant}. A hold that is already known is
--      answered as it is now, and nothing changes.
if not epoch then
  return nil
end
local bound, keep = tonumber(ARGV[2]), tonumber(ARGV[3])

local ids = {}
for i = 4, #ARGV, 6 do
  ids[#ids + 1] = ARGV[i]
end
fetch(HOLDS, records, ids)

-- A few calls read what the whole batch asks for.
local variants, counts, windowed, buyers = {}, {}, {}, {}
for i = 4, #ARGV, 6 do
  buyers[#buyers + 1] = ARGV[i + 1]
  for _, line in ipairs(parse(ARGV[i + 4])) do
    variants[#variants + 1] = line[1]
    counts[#counts + 1] = ARGV[i + 1] .. '|' .. line[1]
    if string.find(ARGV[i + 5], '/', 1, true) then
      windowed[#windowed + 1] = counts[#counts]
    end
  end
end
fetch(AVAILABLE, available, variants)
fetch(TAKEN, taken, counts)
fetch(BOUGHT, bought, windowed)
fetch(MINE, mine, buyers)

local answers = {}
for i = 4, #ARGV, 6 do
  local id, buyer, ttl, context, lines = ARGV[i], ARGV[i + 1], tonumber(ARGV[i + 2]), ARGV[i + 3], ARGV[i + 4]
  local answer
  if records[id] then
    local hold = read_hold(id)
    fetch_lines(hold.lines, hold.buyer) -- its levels belong into the answer
    answer = { hold.state == 'held' and hold.deadline > now and 'held' or 'ended', records[id] }
  else
    answer = insist(bound, keep, refuse, buyer, parse(lines), parse_limits(ARGV[i + 5]))
    if records[id] then -- its buyer stood in line with the same key, and was offered it just now
      answer = { 'held', records[id] }
    elseif not answer then
      begin_hold({ id = id, buyer = buyer, extensions = 0, key = '', lines = lines, context = context }, now + ttl)
      answer = { 'held', records[id] }
    end
  end
  answers[#answers + 1] = answer
end
return finish(answers)
