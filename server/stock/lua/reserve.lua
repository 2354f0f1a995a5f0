-- Sets units aside, all lines of a request or none; each request succeeds or fails alone.
-- KEYS as in book.lua
-- ARGV 2 how many overdue holds one call may take back 3 how long an ended hold is remembered
--      then per request: hold, buyer, ttl, context, lines (variant:units,...), limits (units per buyer, 0: none)
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

-- Two calls read the counters of the whole batch.
local variants, counts = {}, {}
for i = 4, #ARGV, 6 do
  for _, line in ipairs(parse(ARGV[i + 4])) do
    variants[#variants + 1] = line[1]
    counts[#counts + 1] = ARGV[i + 1] .. '|' .. line[1]
  end
end
fetch(AVAILABLE, available, variants)
fetch(TAKEN, taken, counts)

local parsed_limits = {}
local function parse_limits(text)
  local list = parsed_limits[text]
  if not list then
    list = {}
    for limit in string.gmatch(text, '%d+') do
      list[#list + 1] = tonumber(limit)
    end
    parsed_limits[text] = list
  end
  return list
end

local function refuse(buyer, lines, limits)
  for i, line in ipairs(lines) do
    local variant, units, limit = line[1], line[2], limits[i]
    local left, mine = available[variant], taken[buyer .. '|' .. variant] or 0
    if not left then
      return { 'unknown_variant', variant }
    elseif limit > 0 and mine + units > limit then
      return { 'limit', variant, limit, mine }
    elseif left < units then
      return { 'sold_out', variant, left }
    end
  end
end

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
    if not answer then
      local deadline = now + ttl
      move('held', id, '', buyer, lines, context)
      keep_hold({
        id = id, state = 'held', buyer = buyer, deadline = deadline, extensions = 0, key = '', lines = lines,
        context = context,
      })
      new_due[#new_due + 1] = deadline
      new_due[#new_due + 1] = id
      answer = { 'held', records[id] }
    end
  end
  answers[#answers + 1] = answer
end
return finish(answers)
