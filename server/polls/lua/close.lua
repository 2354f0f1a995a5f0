-- Takes no more votes from now on, and announces what was not told yet. A second time changes nothing.
-- ARGV 4 for how long the votes are kept, ms
-- Returns the tally, which is final; nil when the poll is not known here.
local poll = read()
if not poll then
  return nil
end
if poll.state == 'open' then
  poll.told_at = 0
  tell(poll)
  call('HSET', POLL, 'state', 'closed')
  call('PEXPIRE', POLL, ARGV[4])
  call('PEXPIRE', VOTES, ARGV[4])
end
return tally(poll)
