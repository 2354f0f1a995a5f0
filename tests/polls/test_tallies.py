"""How the votes stand, on its way to the rooms of many nodes."""

import asyncio
import contextlib
import itertools
from typing import Any, cast

import msgspec
import pytest

from server.app import SERVICES, build
from server.core.coalescing import GAP_S
from server.core.settings import Settings
from server.polls.messages import PollTallied, Results, Tally
from server.rooms.names import host_room, stream_room
from server.rooms.tallies import Tallies
from server.web import listen
from tests.infra.clock import START_S, in_held_time
from tests.infra.show import Show, Socket


class Rooms:
    """Writes down what was told, and when."""

    def __init__(self) -> None:
        self.told: list[tuple[float, str, PollTallied]] = []

    def tell(self, room: str, event: PollTallied) -> None:
        self.told.append((round(asyncio.get_running_loop().time() - START_S, 3), room, event))

    def versions(self, room: str) -> list[int]:
        return [event.tally.version for _, where, event in self.told if where == room]


class Facts:
    """What Redis says when it is asked."""

    def __init__(self) -> None:
        self.found: list[tuple[PollTallied, Results]] = []

    async def standing(self, _shop: str) -> list[tuple[PollTallied, Results]]:
        return self.found


def tallied(version: int, poll: str = "poll_a") -> PollTallied:
    return PollTallied(stream="st", poll=poll, tally=Tally(version=version, voters=version, counts={}))


def news(version: int, results: str = "live", poll: str = "poll_a") -> dict[str, Any]:
    return {"kind": "tally", "results": results, **msgspec.to_builtins(tallied(version, poll))}


def test_a_rush_is_told_now_and_then_and_its_last_tally_always() -> None:
    async def scenario() -> Rooms:
        rooms = Rooms()
        tallies = Tallies(cast(Any, rooms), Facts())
        for version in range(1, 101):
            await tallies.heard("shop", news(version))
            await asyncio.sleep(GAP_S / 10)
        await asyncio.sleep(10)
        return rooms

    rooms = in_held_time(scenario())
    for room in (host_room("st"), stream_room("st")):
        versions = rooms.versions(room)
        assert (versions[0], versions[-1]) == (1, 100)
        assert versions == sorted(versions)
        assert len(versions) <= 13
        times = [at for at, where, _ in rooms.told if where == room]
        assert min(later - earlier for earlier, later in itertools.pairwise(times)) >= GAP_S * 0.99


def test_hidden_results_go_to_the_hosts_alone() -> None:
    async def scenario() -> Rooms:
        rooms = Rooms()
        await Tallies(cast(Any, rooms), Facts()).heard("shop", news(1, "closed"))
        return rooms

    assert [room for _, room, _ in in_held_time(scenario()).told] == [host_room("st")]


def test_two_polls_and_older_news_do_not_hide_each_other() -> None:
    async def scenario() -> Rooms:
        rooms = Rooms()
        tallies = Tallies(cast(Any, rooms), Facts())
        for version, poll in ((1, "poll_a"), (9, "poll_a"), (3, "poll_a"), (1, "poll_b"), (2, "poll_b")):
            await tallies.heard("shop", news(version, "closed", poll))
        await asyncio.sleep(10)
        return rooms

    told = [(event.poll, event.tally.version) for _, _, event in in_held_time(scenario()).told]
    assert told == [("poll_a", 1), ("poll_b", 1), ("poll_a", 9), ("poll_b", 2)]


def test_after_a_break_the_facts_are_told() -> None:
    async def scenario() -> Rooms:
        rooms, facts = Rooms(), Facts()
        tallies = Tallies(cast(Any, rooms), facts)
        facts.found = [(tallied(4), "live"), (tallied(5, "poll_b"), "closed")]
        await tallies.resumed("shop")
        tallies.close()
        return rooms

    told = [(room, event.poll) for _, room, event in in_held_time(scenario()).told]
    assert told == [(host_room("st"), "poll_a"), (stream_room("st"), "poll_a"), (host_room("st"), "poll_b")]


@pytest.mark.parametrize("close", ["by the host", "by the end"])
async def test_two_nodes_are_told_the_same(quiet: Show, settings: Settings, close: str) -> None:
    stream = await quiet.stream()
    poll = await quiet.poll(stream)
    async with contextlib.AsyncExitStack() as stack:
        other = await listen(build(settings), "127.0.0.1", 0, shutdown_timeout=1)
        stack.push_async_callback(other.close)
        urls = [quiet.url, f"http://127.0.0.1:{other.port}"]
        sockets = []
        for n in range(8):
            socket = await Socket(urls[n % 2]).connect((await quiet.get_pass(stream))["token"])
            stack.push_async_callback(socket.close)
            await socket.ask("room.join", {"stream": stream.id})
            sockets.append(socket)

        async def vote(n: int, socket: Socket) -> None:
            await socket.ask(
                "poll.vote", {"stream": stream.id, "poll": poll, "options": [f"o{n % 3 // 2 + 1}"]}
            )

        await asyncio.gather(*(vote(n, socket) for n, socket in enumerate(sockets)))
        body = {"stream": stream.id, "poll": poll}
        last = (await sockets[0].ask("poll.ballot", body))["tally"]
        assert last["voters"] == 8
        for socket in sockets:  # the last tally, without a vote that follows it
            await socket.told("poll.tallied", tally=last)
        ways = {"by the host": f"polls/{poll}/close", "by the end": "end"}
        await quiet.call("POST", f"/api/v1/host/streams/{stream.id}/{ways[close]}")
        for socket in sockets:
            assert (await socket.told("poll.closed"))["poll"]["tally"] == last
            assert (await socket.ask("poll.ballot", body))["tally"] == last


async def test_what_was_lost_with_a_connection_is_told_when_it_is_back(quiet: Show) -> None:
    stream = await quiet.stream()
    poll = await quiet.poll(stream)
    viewer, silent = await quiet.viewer(stream), await quiet.viewer(stream)
    await quiet.services.redis.client_kill_filter(_type="pubsub")
    ballot = await viewer.socket.ask("poll.vote", {"stream": stream.id, "poll": poll, "options": ["o1"]})
    assert (await silent.socket.told("poll.tallied", tally=ballot["tally"]))["poll"] == poll


async def test_services_of_a_node_that_stops_end_their_tasks(settings: Settings, quiet: Show) -> None:
    """A tally that waits to be told when the node stops is no reason to wait, and no failure."""
    stream = await quiet.stream()
    poll = await quiet.poll(stream)
    app = build(settings)
    other = await listen(app, "127.0.0.1", 0, shutdown_timeout=1)
    socket = await Socket(f"http://127.0.0.1:{other.port}").connect((await quiet.get_pass(stream))["token"])
    late = await Socket(f"http://127.0.0.1:{other.port}").connect((await quiet.get_pass(stream))["token"])
    for voter in (socket, late):
        await voter.ask("poll.vote", {"stream": stream.id, "poll": poll, "options": ["o1"]})
    await asyncio.gather(socket.close(), late.close())
    async with asyncio.timeout(10):
        await other.close()
    assert app[SERVICES] is not quiet.services
    assert (await quiet.services.polls.of_stream(quiet.shop, stream.id))[0].tally.voters == 2
