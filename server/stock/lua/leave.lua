-- Gives places in line up. One that is not there changes nothing.
-- KEYS as in book.lua
-- ARGV 2 why: '' where the buyer says so, else told to the buyer; then per place: buyer, variant
-- Answers: none
if not epoch then
  return nil
end
for i = 3, #ARGV, 2 do
  local buyer, variant = ARGV[i], ARGV[i + 1]
  local place = place_of(buyer, variant)
  if place then
    leave_line(buyer, variant, place)
    fetch(AVAILABLE, available, { variant })
    serve(variant) -- the next one may want fewer
    if ARGV[2] ~= '' then
      notices[#notices + 1] = string.format(
        '{"kind":"wait_ended","buyer":"%s","variant":"%s","reason":"%s"}', buyer, variant, ARGV[2])
    end
  end
end
return finish({})
