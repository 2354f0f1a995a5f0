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

-- Two calls read the counters of the whole batch.
local variants, counts, windowed = {}, {}, {}
for i = 4, #ARGV, 6 do
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

local parsed_limits = {}
local function parse_limits(text)
  local list = parsed_limits[text]
  if not list then
    list = {}
    for limit, window in string.gmatch(text, '(%d+)/?(%d*)') do
      list[#list + 1] = { tonumber(limit), tonumber(window) }
    end
    parsed_limits[text] = list
  end
  return list
end

-- What of a buyer's count a limit counts.
local function counted_now(count, window)
  local units = taken[count] or 0
  if window then
    for at, n in string.gmatch(bought[count] or '', '(%d+):(%d+)') do
      if tonumber(at) <= now - window then
        units = units - n
      end
    end
  end
  return units
end

local function refuse(buyer, lines, limits)
  for i, line in ipairs(lines) do
    local variant, units, limit = line[1], line[2], limits[i][1]
    local left = available[variant]
    local mine = limit > 0 and counted_now(buyer .. '|' .. variant, limits[i][2])
    if not left then
      return { 'unknown_variant', variant }
    elseif mine and mine + units > limit then
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
