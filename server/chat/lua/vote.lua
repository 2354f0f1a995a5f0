-- Votes for questions, or takes votes back, each for itself.
-- ARGV 4... for each: viewer, question, 1 or 0
-- Answer of each: {voted}, also where it was so before | {none}: no such question | {closed} | {unknown} | {banned}
if not epoch then
  return nil
end

local function vote(viewer, question, up)
  local person = call('HGET', PEOPLE, viewer)
  if not person then
    return { 'unknown' }
  end
  if cjson.decode(person).banned then
    return { 'banned' }
  end
  if not call('ZSCORE', QUESTIONS, question) then
    return { 'none' }
  end
  if meta.ended == '1' or meta.open ~= '1' then
    return { 'closed' }
  end
  local kept, had = {}, false
  for id in string.gmatch(call('HGET', VOTED, viewer) or '', '%S+') do
    if id == question then
      had = true
    elseif call('ZSCORE', QUESTIONS, id) then
      kept[#kept + 1] = id
    end
  end
  if had == (up == '1') then
    return { 'voted' }
  end
  local votes, answered = votes_of(question)
  if up == '1' then
    kept[#kept + 1] = question
  end
  call('HSET', VOTED, viewer, table.concat(kept, ' '))
  rank(question, math.max(0, votes + (up == '1' and 1 or -1)), answered)
  return { 'voted' }
end

local answers = {}
for i = 4, #ARGV, 3 do
  answers[#answers + 1] = vote(ARGV[i], ARGV[i + 1], ARGV[i + 2])
end
return finish({ answers })
