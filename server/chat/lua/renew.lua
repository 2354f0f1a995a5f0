-- Begins a new epoch where Redis came back with an older state: numbers that were told are given away again.
-- ARGV 4 the epoch that the caller knows 5 the new one
if not epoch then
  return nil
end
if epoch == ARGV[4] then
  set('epoch', ARGV[5])
end
return finish({}, true)
