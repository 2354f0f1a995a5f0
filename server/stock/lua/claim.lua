-- Whoever opens a book claims that first, then reads SQL. The claim is gone when Redis is wiped meanwhile, and is
-- of another process when Redis was started again: what was read before may miss what was sold since.
-- KEYS as in book.lua, with 19
-- ARGV 2 how long the claim lives
call('SET', CLAIM, this_run(), 'PX', ARGV[2])
return { '', 0, {}, {} }
