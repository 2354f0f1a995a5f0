-- Is the book open? For the worker, that asks now and then: it looks at the process itself, whatever was saved.
-- KEYS as in book.lua
-- Answers: none
if not epoch or opened[4] ~= this_run() then
  return nil
end
return finish({})
