-- Who gets what is there: limits, the lines of those who wait, overdue holds; and the end of every verb.
-- store.py puts this file after book.lua and before the verb's own.
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

local function has_line(variant)
  if in_line == 0 then
    return false
  end
  fetch(WAITING, waiting, { variant })
  return (waiting[variant] or 0) > 0
end

local function over_limit(buyer, variant, units, limit, back)
  if limit[1] == 0 then
    return nil
  end
  local had = counted_now(buyer .. '|' .. variant, limit[2]) - (back or 0)
  return had + units > limit[1] and had or nil
end

-- Why a buyer can't have these lines; nil where nothing is in the way. `back`: the units of each variant that
-- the same step takes from this buyer first.
local NOTHING = {}
local function refuse(buyer, lines, limits, back)
  back = back or NOTHING
  for i, line in ipairs(lines) do
    local variant, units = line[1], line[2]
    local left, given = available[variant], back[variant] or 0
    if not left then
      return { 'unknown_variant', variant }
    end
    local had = over_limit(buyer, variant, units, limits[i], given)
    if had then
      return { 'limit', variant, limits[i][1], had }
    end
    if units > given and has_line(variant) then
      left = 0 -- it is for those in line
    end
    if left + given < units then
      return { 'sold_out', variant, left }
    end
  end
end

-- Reads what `refuse` asks for one buyer's lines.
local function fetch_for(buyer, lines, limits)
  fetch_lines(lines, buyer)
  if string.find(limits, '/', 1, true) then
    local counts = {}
    for i, line in ipairs(parse(lines)) do
      counts[i] = buyer .. '|' .. line[1]
    end
    fetch(BOUGHT, bought, counts)
  end
end

local function place_of(buyer, variant)
  local field = buyer .. '|' .. variant
  fetch(PLACES, places, { field })
  if places[field] then
    local ticket, hold, units, limits, ttl, context =
      string.match(places[field], '^(%d+)|([^|]*)|(%d+)|([^|]*)|(%d+)|(.*)$')
    return {
      member = string.format('%s|%012d|%s', variant, ticket, buyer), ticket = tonumber(ticket), hold = hold,
      units = tonumber(units), limits = limits, ttl = tonumber(ttl), context = context,
    }
  end
end

local function count_line(variant, change)
  fetch(WAITING, waiting, { variant })
  waiting[variant] = (waiting[variant] or 0) + change
  in_line = in_line + change
  lines_moved[variant] = true
end

local function leave_line(buyer, variant, place)
  call('ZREM', LINE, place.member)
  call('HDEL', PLACES, buyer .. '|' .. variant)
  places[buyer .. '|' .. variant] = false
  count_line(variant, -1)
end

-- Offers what is there of a variant to those who wait for it, in their order, some in one call. A place whose
-- buyer may have no more of it is dropped.
local OFFERS = 64
local offered = 0
local function serve(variant)
  while offered < OFFERS and (available[variant] or 0) > 0 and has_line(variant) do
    local first = call('ZRANGEBYLEX', LINE, '[' .. variant .. '|', '(' .. variant .. '}', 'LIMIT', 0, 1)[1]
    local buyer = string.match(first, '([^|]*)$')
    local place = place_of(buyer, variant)
    if available[variant] < place.units then
      return
    end
    leave_line(buyer, variant, place)
    offered = offered + 1
    local lines = variant .. ':' .. place.units
    fetch_for(buyer, lines, place.limits)
    if over_limit(buyer, variant, place.units, parse_limits(place.limits)[1]) then
      notices[#notices + 1] = string.format(
        '{"kind":"wait_ended","buyer":"%s","variant":"%s","reason":"limit"}', buyer, variant)
    elseif not read_hold(place.hold) then -- else its key was used for a hold meanwhile
      local hold = { id = place.hold, buyer = buyer, extensions = 0, key = '', lines = lines, context = place.context }
      begin_hold(hold, now + place.ttl)
      notices[#notices + 1] = cjson.encode(
        { kind = 'offered', hold = hold.id, buyer = buyer, record = records[hold.id] })
    end
  end
end

local function serve_all()
  if in_line > 0 then
    local variants = {}
    for variant in pairs(moved) do
      variants[#variants + 1] = variant
    end
    for _, variant in ipairs(variants) do
      serve(variant)
    end
  end
end

-- Ends up to `most` overdue holds and returns their ids: fewer than `most` means that none is left.
local function take_back(most, keep)
  local ids = call('ZRANGEBYSCORE', DUE, '-inf', now, 'LIMIT', 0, most)
  if #ids == 0 then
    return ids
  end
  fetch(HOLDS, records, ids)
  for _, id in ipairs(ids) do
    local hold = read_hold(id)
    fetch_lines(hold.lines, hold.buyer)
    end_hold(hold, 'expired', keep, '')
  end
  call('ZREM', DUE, unpack(ids)) -- now: this call may ask for more of them
  serve_all()
  return ids
end

-- Runs `refuse(...)`. While it refuses for want of units and holds are overdue, takes some back and asks
-- again: a hold must not outlive its deadline for those who need it, even when no sweep is running.
local SWEEP = 64
local swept = 0
local function insist(bound, keep, refuse, ...)
  local refusal = refuse(...)
  while refusal and refusal[1] ~= 'unknown_variant' and swept < bound do
    local found = #take_back(SWEEP, keep)
    swept = found < SWEEP and bound or swept + found
    if found > 0 then
      refusal = refuse(...)
    end
  end
  return refusal
end

local function finish(answers)
  serve_all()
  write('HSET', HOLDS, new_records)
  write('ZADD', DUE, new_due)
  write('ZREM', DUE, no_longer_due)
  write('ZADD', ENDED, new_ended)
  write('HSET', BOUGHT, new_bought)
  local with_holds, without = {}, {}
  for buyer in pairs(of_buyers) do
    if mine[buyer] == '' then
      without[#without + 1] = buyer
    else
      with_holds[#with_holds + 1] = buyer
      with_holds[#with_holds + 1] = mine[buyer]
    end
  end
  write('HSET', MINE, with_holds)
  write('HDEL', MINE, without)
  for variant in pairs(lines_moved) do
    if waiting[variant] > 0 then
      call('HSET', WAITING, variant, waiting[variant])
    else
      call('HDEL', WAITING, variant)
    end
    local first = call('ZRANGEBYLEX', LINE, '[' .. variant .. '|', '(' .. variant .. '}', 'LIMIT', 0, 1)[1]
    local ticket = first and tonumber(string.match(first, '|(%d+)|'))
      or (tonumber(call('HGET', META, 't|' .. variant)) or 0) + 1
    notices[#notices + 1] = string.format(
      '{"kind":"line","variant":"%s","first":%d,"waiting":%d}', variant, ticket, waiting[variant])
  end
  if next(lines_moved) then
    call('HSET', META, 'waiting', in_line)
  end
  local levels = {}
  if #entry > 0 then
    local amounts, counts, gone, told = {}, {}, {}, {}
    for variant in pairs(moved) do
      amounts[#amounts + 1] = variant
      amounts[#amounts + 1] = available[variant]
      told[#told + 1] = string.format('"%s":%d', variant, available[variant])
    end
    for count in pairs(counted) do
      if taken[count] == 0 then
        gone[#gone + 1] = count
      else
        counts[#counts + 1] = count
        counts[#counts + 1] = taken[count]
      end
    end
    write('HSET', AVAILABLE, amounts)
    write('HSET', TAKEN, counts)
    write('HDEL', TAKEN, gone)
    for variant, change in pairs(held) do
      if change ~= 0 then
        call('HINCRBY', HELD, variant, change)
      end
    end
    for variant, change in pairs(sold) do
      if change ~= 0 then
        call('HINCRBY', SOLD, variant, change)
      end
    end
    -- Never trimmed here: a movement leaves the stream only after SQL has it.
    call('XADD', LEDGER, '*', 'e', epoch, 'm', table.concat(entry, '\n'))
    seq = call('HINCRBY', META, 'seq', 1)
    call('SPUBLISH', CHANNEL, string.format(
      '{"kind":"stock","epoch":"%s","seq":%d,"levels":{%s}}', epoch, seq, table.concat(told, ',')))
  end
  for _, notice in ipairs(notices) do
    call('SPUBLISH', CHANNEL, notice)
  end
  for variant, units in pairs(available) do
    if units then
      levels[#levels + 1] = variant
      levels[#levels + 1] = units
    end
  end
  return { epoch, seq, levels, answers }
end
