-- Begins to count a poll that is not known here. One that is, open or closed, stays as it is.
-- ARGV 4 stream   5 one   6 changeable   7 results   8 closes_at   9 options
-- Returns 1 when it was begun, 0 when it was known.
if call('EXISTS', POLL) == 1 then
  return 0
end
local version = string.format('%.0f', time[1] * 1000000 + time[2])
call('HSET', POLL, 'stream', ARGV[4], 'state', 'open', 'one', ARGV[5], 'changeable', ARGV[6], 'results', ARGV[7],
  'closes_at', ARGV[8], 'options', ARGV[9], 'voters', 0, 'version', version, 'told_at', 0, 'told', version)
for _, option in ipairs(split(ARGV[9])) do
  call('HSET', POLL, 'n:' .. option, 0)
end
call('DEL', VOTES)
return 1
