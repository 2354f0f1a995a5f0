-- The book of a shop's stock: what every verb shares. store.py puts this file before the verb's own.
-- A verb reads what it needs, works on the tables below, and `finish` writes all of it in a few calls.
-- The verbs check before they write: Redis does not undo what a script did before it failed.
--
-- KEYS 1 meta(hash: epoch, seq, revision, run, saved) 2 stocked 3 available 4 held 5 sold (hashes: variant -> units)
--      6 taken(hash: buyer|variant -> units held and bought) 7 holds(hash: id -> record)
--      8 due(zset: hold -> deadline) 9 orders(hash: order -> outcome)
--      10 ended(zset: h|hold or o|order -> when to forget it) 11 ledger(stream)
--      12 bought(hash: buyer|variant -> at:units,... the oldest first: those of `taken` that are bought)
--      13 mine(hash: buyer -> living holds, separated by commas)
--      14 line(zset, all scores 0: variant|ticket|buyer) 15 places(hash: buyer|variant -> place)
--      16 waiting(hash: variant -> how many wait)
--      to open a book, three more: 17 and 18, what `taken` and `bought` begin with, 19 the claim
-- ARGV 1 the shop's news channel; the verb's own follow. All times are ms.
-- Every verb returns {epoch, seq, {variant, available, ...}, {answer, ...}}, or nil when Redis holds no
-- open book of this shop: none was opened, Redis was wiped, or Redis is not the process that it was opened in.
-- What a Redis that started again has may be older than what it answered, and another that took its place may
-- lack the last of it: nothing is decided by that until the book is opened anew, from SQL.
--
-- A hold's record: state|buyer|deadline|extensions|key of the last extension|variant:units,...|context
-- A place in line: ticket|hold to be|units|limits|ttl of the offer|context
-- While somebody waits for a variant, nobody else can hold it: what comes back is offered to the first in
-- line, in the same step.
-- A ledger entry: field m, one movement a line: kind|hold|order|variant:units,...|context
--   or stocked|variant|change|units stocked|revision, or carried|variant|units sold before||
local META, STOCKED, AVAILABLE, HELD, SOLD, TAKEN, HOLDS, DUE, ORDERS, ENDED, LEDGER, BOUGHT,
  MINE, LINE, PLACES, WAITING, LOADED_TAKEN, LOADED_BOUGHT, CLAIM = unpack(KEYS)
local CHANNEL = ARGV[1]
local call = redis.call

-- What one unit of a movement does to: available, held, sold, taken.
local EFFECT = {
  held = { -1, 1, 0, 1 },
  released = { 1, -1, 0, -1 },
  expired = { 1, -1, 0, -1 },
  committed = { 0, -1, 1, 0 },
  sold = { -1, 0, 1, 1 },
}

local time = call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local opened = call('HMGET', META, 'epoch', 'seq', 'waiting', 'run', 'saved')
local epoch, seq = opened[1], tonumber(opened[2] or 0)

-- Another one for each process of Redis. Asking takes ten times as long as all that is above.
local function this_run()
  return string.match(call('INFO', 'server'), 'run_id:(%w+)')
end

-- The time of the last save is at first that of the start. As long as it stays, so did the process.
local saved = tostring(call('LASTSAVE'))
if epoch and opened[5] ~= saved then
  if opened[4] == this_run() then
    call('HSET', META, 'saved', saved)
  else
    epoch = false
  end
end

local available, taken, records = {}, {}, {} -- as read, with this call's changes; false: not in Redis
local held, sold = {}, {} -- changes alone
local moved, counted = {}, {} -- which fields of `available` and `taken` were changed
local new_records, new_due, no_longer_due, new_ended, entry, notices = {}, {}, {}, {}, {}, {}
local bought, new_bought = {}, {}
local in_line = tonumber(opened[3]) or 0 -- of all variants: 0 spares every look at the lines
local waiting, places, lines_moved = {}, {}, {}
local mine, of_buyers = {}, {} -- `of_buyers`: whose living holds changed

-- Bounded: Lua's stack holds about 8,000 values.
local function write(command, key, list)
  for from = 1, #list, 512 do
    call(command, key, unpack(list, from, math.min(from + 511, #list)))
  end
end

local function fetch(key, cache, fields)
  local missing = {}
  for _, field in ipairs(fields) do
    if cache[field] == nil then
      cache[field] = false
      missing[#missing + 1] = field
    end
  end
  for from = 1, #missing, 512 do
    local to = math.min(from + 511, #missing)
    for i, value in ipairs(call('HMGET', key, unpack(missing, from, to))) do
      cache[missing[from + i - 1]] = tonumber(value) or value
    end
  end
end

local parsed = {} -- in a rush, most requests name the same lines
local function parse(lines)
  local list = parsed[lines]
  if not list then
    list = {}
    for variant, units in string.gmatch(lines, '([^:,]+):(%d+)') do
      list[#list + 1] = { variant, tonumber(units) }
    end
    parsed[lines] = list
  end
  return list
end

local function fetch_lines(lines, buyer)
  local variants, counts = {}, {}
  for i, line in ipairs(parse(lines)) do
    variants[i], counts[i] = line[1], buyer .. '|' .. line[1]
  end
  fetch(AVAILABLE, available, variants)
  fetch(TAKEN, taken, counts)
end

local function read_hold(id)
  fetch(HOLDS, records, { id })
  local record = records[id]
  if not record then
    return nil
  end
  local state, buyer, deadline, extensions, key, lines, context =
    string.match(record, '^(%a+)|([^|]*)|(%d+)|(%d+)|([^|]*)|([^|]*)|(.*)$')
  return {
    id = id, state = state, buyer = buyer, deadline = tonumber(deadline), extensions = tonumber(extensions),
    key = key, lines = lines, context = context,
  }
end

local function keep_hold(hold)
  local record = table.concat(
    { hold.state, hold.buyer, hold.deadline, hold.extensions, hold.key, hold.lines, hold.context }, '|')
  records[hold.id] = record
  new_records[#new_records + 1] = hold.id
  new_records[#new_records + 1] = record
end

-- Writes down when a buyer bought: a limit may count the last days only. The lists stay short: the oldest two
-- become one, of the later time, so that nobody may buy the sooner for it.
local PURCHASES = 50
local function note_purchase(buyer, lines)
  for _, line in ipairs(parse(lines)) do
    local count = buyer .. '|' .. line[1]
    fetch(BOUGHT, bought, { count })
    local list = {}
    for at, units in string.gmatch(bought[count] or '', '(%d+):(%d+)') do
      list[#list + 1] = { at, tonumber(units) }
    end
    list[#list + 1] = { string.format('%d', now), line[2] }
    while #list > PURCHASES do
      list[2][2] = list[2][2] + list[1][2]
      table.remove(list, 1)
    end
    for i, purchase in ipairs(list) do
      list[i] = purchase[1] .. ':' .. purchase[2]
    end
    bought[count] = table.concat(list, ',')
    new_bought[#new_bought + 1] = count
    new_bought[#new_bought + 1] = bought[count]
  end
end

-- The only place where units move between the counters. The lines' fields must have been fetched.
local function move(kind, hold, order, buyer, lines, context)
  local effect = EFFECT[kind]
  for _, line in ipairs(parse(lines)) do
    local variant, units = line[1], line[2]
    moved[variant] = true
    available[variant] = available[variant] + effect[1] * units
    held[variant] = (held[variant] or 0) + effect[2] * units
    sold[variant] = (sold[variant] or 0) + effect[3] * units
    local count = buyer .. '|' .. variant
    counted[count] = true
    taken[count] = (taken[count] or 0) + effect[4] * units
  end
  entry[#entry + 1] = table.concat({ kind, hold, order, lines, context }, '|')
  if effect[3] > 0 then
    note_purchase(buyer, lines)
  end
end

local function begin_hold(hold, deadline)
  fetch(MINE, mine, { hold.buyer })
  hold.state, hold.deadline = 'held', deadline
  move('held', hold.id, '', hold.buyer, hold.lines, hold.context)
  keep_hold(hold)
  new_due[#new_due + 1] = deadline
  new_due[#new_due + 1] = hold.id
  local others = mine[hold.buyer] or ''
  mine[hold.buyer] = others == '' and hold.id or others .. ',' .. hold.id
  of_buyers[hold.buyer] = true
end

-- state: released, expired or committed; keep: how long the ended hold is remembered.
local function end_hold(hold, state, keep, order, quietly)
  fetch(MINE, mine, { hold.buyer })
  local others = {}
  for id in string.gmatch(mine[hold.buyer] or '', '[^,]+') do
    if id ~= hold.id then
      others[#others + 1] = id
    end
  end
  mine[hold.buyer] = table.concat(others, ',')
  of_buyers[hold.buyer] = true
  move(state, hold.id, order, hold.buyer, hold.lines, hold.context)
  hold.state = state
  keep_hold(hold)
  new_ended[#new_ended + 1] = now + keep
  new_ended[#new_ended + 1] = 'h|' .. hold.id
  no_longer_due[#no_longer_due + 1] = hold.id
  if state ~= 'committed' and not quietly then
    notices[#notices + 1] = string.format(
      '{"kind":"hold_ended","hold":"%s","buyer":"%s","reason":"%s"}', hold.id, hold.buyer, state)
  end
end
