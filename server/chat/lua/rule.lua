-- Sets the rules of the chat, unless it knows later ones. ARGV 4 open 5 slow_s 6 approve 7 their revision
if not epoch then
  return nil
end
if tonumber(ARGV[7]) > number('rules_rev') then
  set('open', ARGV[4])
  set('slow_s', ARGV[5])
  set('approve', ARGV[6])
  set('rules_rev', ARGV[7])
end
return finish({}, true)
