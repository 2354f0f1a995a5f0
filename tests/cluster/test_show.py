"""A whole show on a cluster: what it does on one server it does there."""
# ruff: noqa: F403

from tests.journeys.test_first_light import *
from tests.polls.test_tallies import *
from tests.polls.test_voting import *
from tests.rooms.test_presence import *
from tests.streams.test_races import *
