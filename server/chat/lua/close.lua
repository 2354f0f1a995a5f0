-- The stream has ended: nobody writes any more, and all of it is forgotten after a while.
if not epoch then
  return nil
end
if meta.ended ~= '1' then
  set('ended', 1)
end
return finish({}, true)
