-- Marks a question as answered, or not. ARGV 4 id 5 1 or 0
-- Answer: {1 when this changed something, JSON of the question}; {-1} when there is no such question
if not epoch then
  return nil
end
if not call('ZSCORE', QUESTIONS, ARGV[4]) then
  return finish({ { -1 } })
end
local votes, answered = votes_of(ARGV[4])
local wanted = tonumber(ARGV[5])
if answered ~= wanted then
  rank(ARGV[4], votes, wanted)
end
return finish({ { answered ~= wanted and 1 or 0, call('HGET', MESSAGES, ARGV[4]) } })
