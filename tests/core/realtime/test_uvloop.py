"""The same on uvloop, which the server runs on where there is one: its transports differ in detail."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
import uvloop

from tests.core.realtime import test_connection, test_front, test_rooms
from tests.core.realtime.wire import Server, serving

WITH_A_SERVER: list[Callable[[Server], Awaitable[None]]] = [
    test_connection.test_a_life,
    test_connection.test_a_command_that_waits_keeps_nobody,
    test_connection.test_what_follows_a_connect_waits_for_it,
    test_connection.test_pings_are_answered_also_within_a_message,
    test_connection.test_a_flood_leaves_others_their_turn,
    test_connection.test_the_server_stops,
    test_front.test_pipelined_requests_are_answered_in_order,
    test_front.test_frames_may_come_with_the_handshake,
    test_rooms.test_broadcasts_and_answers_keep_their_order,
    test_rooms.test_who_comes_hears_what_is_said_after,
    test_rooms.test_who_is_gone_enters_nothing,
]
ALONE: list[Callable[[], Awaitable[None]]] = [
    test_connection.test_who_never_connects_is_hung_up_on,
    test_connection.test_who_does_not_answer_pings_is_hung_up_on,
    test_connection.test_who_does_not_hang_up_is_cut_off,
    test_front.test_who_does_not_finish_asking_is_hung_up_on,
    test_rooms.test_who_reads_too_slowly_is_dropped_and_nobody_else_notices,
    test_rooms.test_the_dropped_one_hears_why_once_it_reads,
]


@pytest.mark.parametrize("case", WITH_A_SERVER)
def test_with_a_server(case: Callable[[Server], Awaitable[None]]) -> None:
    async def run() -> None:
        async with serving() as server:
            await case(server)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run())


@pytest.mark.parametrize("case", ALONE)
def test_alone(case: Callable[[], Awaitable[None]]) -> None:
    async def run() -> None:
        await case()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run())
