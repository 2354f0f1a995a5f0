-- Announces how the votes stand if that was not said yet.
-- Returns how long to wait until it may be said, in ms; 0 when all is said.
local poll = read()
return poll and tell(poll) or 0
