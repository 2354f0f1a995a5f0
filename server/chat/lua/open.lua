-- Makes the chat unless it stands.
-- ARGV 4 epoch 5 open 6 slow_s 7 approve 8 revision of these rules 9 whether the stream has ended (1, 0)
if not epoch then
  for i = 2, 10 do
    call('DEL', KEYS[i])
  end
  call(
    'HSET', META, 'epoch', ARGV[4], 'seq', 0, 'floor', 0, 'asked', 0, 'removed_seq', -1,
    'open', ARGV[5], 'slow_s', ARGV[6], 'approve', ARGV[7], 'rules_rev', ARGV[8], 'ended', ARGV[9], 'pinned', ''
  )
  meta.ended = ARGV[9]
  changed = true
end
return finish({})
