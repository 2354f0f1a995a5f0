-- Puts the deadline of one living hold off, to ttl from now; never to an earlier moment.
-- KEYS as in book.lua
-- ARGV 2 hold 3 buyer 4 ttl 5 how many extensions a hold may have 6 the client's key
-- Answer: {held, record} | {ended, record} | {too_many, record}
--      | {others_wait, record} | {not_found}. The key of the last extension
--      is answered as before, and nothing changes.
if not epoch then
  return nil
end
local hold = read_hold(ARGV[2])
if not hold or hold.buyer ~= ARGV[3] then
  return finish({ { 'not_found' } })
end
fetch_lines(hold.lines, hold.buyer)
if hold.state ~= 'held' or hold.deadline <= now then
  return finish({ { 'ended', records[hold.id] } })
end
if hold.key ~= ARGV[6] then
  if hold.extensions >= tonumber(ARGV[5]) then
    return finish({ { 'too_many', records[hold.id] } })
  end
  for _, line in ipairs(parse(hold.lines)) do
    if has_line(line[1]) then
      return finish({ { 'others_wait', records[hold.id] } })
    end
  end
  hold.deadline = math.max(hold.deadline, now + tonumber(ARGV[4]))
  hold.extensions = hold.extensions + 1
  hold.key = ARGV[6]
  keep_hold(hold)
  new_due = { hold.deadline, hold.id }
end
return finish({ { 'held', records[hold.id] } })
