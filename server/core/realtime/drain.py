"""Sending a node's viewers elsewhere, a few at a time, so that they do not arrive there as one wave."""

import asyncio
import math
import random

from server.core.realtime.connection import Connection
from server.core.realtime.frames import RESTART

STEP_S = 0.05
PER_VIEWER_S = 0.1
"""A few viewers are no wave: the window is never longer than this for each of them."""
ANSWER_S = 5.0
"""So long, after the window, may what was asked before still take."""


async def drain(connections: list[Connection], window_s: float, hurry: asyncio.Event) -> None:
    """Ends all of them, in random order and evenly over the window; one with commands under way when they are
    answered. `hurry` ends the window, and the waiting for answers."""
    loop = asyncio.get_running_loop()
    began, window_s = loop.time(), min(window_s, PER_VIEWER_S * len(connections))
    random.shuffle(connections)
    done = 0
    while done < len(connections):
        share = (loop.time() - began + STEP_S) / window_s if window_s > 0 and not hurry.is_set() else 1
        due = min(len(connections), math.ceil(share * len(connections)))
        for connection in connections[done:due]:
            connection.finish(RESTART, "the server restarts, connect again")
        done = due
        if done < len(connections):
            await _either(hurry, STEP_S)
    waited = loop.time() + ANSWER_S
    while any(each.open for each in connections) and not hurry.is_set() and loop.time() < waited:
        await _either(hurry, STEP_S)


async def _either(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass
