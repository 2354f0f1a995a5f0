"""A show on three web nodes: the host's in this process, and two others, each a process of its own. The last
one, which tests hurt, reaches Redis by a wire that may be cut. People on both, and all that can happen."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from server.core.redis import connect
from server.core.redis_server import RedisServer
from server.streams.messages import StreamView
from tests.checkout.scene import patiently
from tests.faults.living import Living
from tests.infra.proxy import Wire, wire
from tests.infra.redis import free_port, redis_binaries
from tests.infra.show import Json, Show, call, fresh_key, running_show, settings_for
from tests.infra.stripe import StandIn
from tests.journeys.many import Serving, stamp

SAFE, HURT = 0, 1
SEATS = {"ada": SAFE, "bo": SAFE, "cy": SAFE, "dee": SAFE, "eve": HURT}
TABS = ("ada", "bo", "cy")
"""They have a second tab on the other node."""
VIEWERS = len(SEATS) + len(TABS)
"""Who is on two nodes counts twice."""


@dataclass
class Theatre:
    show: Show
    engine: RedisServer
    line: Wire
    nodes: list[Serving]
    stream: StreamView
    people: dict[str, Living] = field(default_factory=dict)
    pinned: Json = field(default_factory=dict)
    turn: int = 0
    talks: int = 0

    # Who is there

    async def seat(self) -> None:
        for name, node in SEATS.items():
            living = await self._come(name, (await self.show.get_pass(self.stream))["token"], node)
            body = {"stream": self.stream.id, "as_name": name.title()}
            living.mirror.me = await living.ask("chat.choose_name", body)
        for name in TABS:
            await self._come(f"{name} again", self.people[name].token, HURT)
        for name, node in {"host": SAFE, "host again": HURT}.items():
            token = (await self.show.call("POST", "/api/v1/host/socket-pass"))["token"]
            await self._come(name, token, node, staff=True)

    async def _come(self, name: str, token: str, node: int, *, staff: bool = False) -> Living:
        urls = [self.nodes[node].url, self.nodes[1 - node].url]
        desk = self.desk if staff else None
        living = self.people[name] = Living(urls[0], token, self.stream.id, urls[1], desk=desk)
        await living.begin()
        return living

    async def desk(self) -> tuple[list[Json], list[Json]]:
        return (await self.host("GET", "/chat"))["waiting"], (await self.host("GET", "/polls"))["polls"]

    def on(self, node: int) -> list[Living]:
        """Who came there at first."""
        hurt = [name for name in self.people if name.endswith("again") or SEATS.get(name) == HURT]
        return [living for name, living in self.people.items() if (name in hurt) == (node == HURT)]

    # What happens

    async def host(self, method: str, path: str, body: Any = None) -> Any:
        return await self.call(method, f"/api/v1/host/streams/{self.stream.id}{path}", body)

    async def call(self, method: str, path: str, body: Any = None) -> Any:
        return await patiently(lambda: self.show.call(method, path, body), tries=400)

    async def buyer(self, name: str, method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self.people[name].token}"}
        async with aiohttp.ClientSession(headers=headers) as session:
            return await patiently(lambda: call(session, method, self.show.url + path, body), tries=400)

    async def everything(self) -> None:
        """Every event there is, but for a node's own troubles."""
        await self.story()
        await self.deals(*await self.intents())
        await self.talk()

    async def story(self) -> None:
        """Every kind of story event; the stock is counted anew. A poll stays open, with a vote in it."""
        self.turn += 1
        pins = [await self._pin() for _ in range(2)]
        shown = [pin["id"] for pin in (await self.host("GET", "/pins"))["pins"]]
        await self.host("PUT", "/pins", {"pins": shown[::-1]})
        await self.host("DELETE", f"/pins/{pins[1]['id']}")
        self.pinned = pins[0]
        variant = self.pinned["product"]["variants"][0]["id"]
        await self.call("PUT", f"/api/v1/host/variants/{variant}/stock", {"stocked": 30 + self.turn})
        await self.host("PATCH", "", {"title": f"Evening {self.turn}"})
        over = await self._poll()
        await self.people["dee"].vote(over, "o1")
        await self.host("POST", f"/polls/{over}/close")
        await self.host("POST", f"/polls/{over}/hide")
        await self.people["dee"].vote(await self._poll(), "o2")

    async def _pin(self, stocked: int = 20) -> Json:
        key = fresh_key()
        variant = {"sku": key, "name": "30 ml", "price": 4800, "stocked": stocked, "limit": 10}
        product = {"name": "Pale Root", "variants": [variant], "key": key}
        made = await self.call("POST", "/api/v1/host/products", product)
        pins: list[Json] = (await self.host("POST", "/pins", {"product": made["id"], "key": key}))["pins"]
        return pins[0]

    async def _poll(self) -> str:
        draft = {"question": "?", "options": [{"text": "a"}, {"text": "b"}], "key": fresh_key()}
        made: str = (await self.host("POST", "/polls", draft))["poll"]["id"]
        await self.host("POST", f"/polls/{made}/open")
        return made

    async def intents(self) -> tuple[str, str, Json]:
        """A hold of Ada's; one of Bo's of a scarce thing for which Ada waits, and Eve behind her; an order of
        his for another hold. All tabs know of it."""
        ada, bo = self.people["ada"], self.people["bo"]
        held, bought = [await each.hold(*_of(self.pinned)) for each in (ada, bo)]
        scarce = _of(await self._pin(stocked=1))
        idle = await bo.hold(*scarce)
        for each in (ada, self.people["eve"]):
            await each.wait(*scarce)
        checkout: Json = await self.buyer("bo", "POST", "/api/v1/checkouts", {"hold": bought})
        for name in ("ada again", "bo again"):
            await self.people[name].again()
        for name in ("bo", "bo again"):
            self.people[name].mirror.orders[checkout["order"]["id"]] = "pending"
        return held, idle, checkout

    async def deals(self, held: str, idle: str, checkout: Json) -> None:
        """The order is paid, a hold becomes another one, and one ends, which is then offered to Ada."""
        await self.show.standin.confirm(checkout["client_secret"])
        await self.people["ada"].change(held, *_of(self.pinned))
        await self.people["bo"].ask("hold.release", {"hold": idle})

    async def the_end(self) -> None:
        """Of the show. Eve still waits."""
        await self.call("POST", f"/api/v1/host/streams/{self.stream.id}/end")

    async def talk(self) -> None:
        """Everything that the chat knows. In the end somebody waits for the host, and Cy is muted."""
        self.talks += 1
        ada, dee = self.people["ada"], self.people["dee"]
        first = await dee.say(f"Hello {self.turn}")
        question = await ada.say(f"Why {self.turn}?", kind="question")
        await ada.upvote(question["id"])
        await dee.ask("chat.react", {"stream": self.stream.id, "reaction": "clap"})
        await self.host("PUT", "/chat/pinned", {"message": first["id"]})
        said = {"key": fresh_key(), "text": f"Because {self.turn}", "reply_to": question["id"]}
        reply = (await self.host("POST", "/chat/messages", said))["message"]["id"]
        await self.host("DELETE", f"/chat/messages/{reply}")
        await self.host("PATCH", "/chat", {"approve": True})
        waits = [await each.say(f"May I {self.turn}?") for each in (ada, dee)]
        assert [each["state"] for each in waits] == ["held", "held"]
        await self.host("POST", f"/chat/messages/{waits[0]['id']}/approve")
        await self.host("PATCH", "/chat", {"approve": False, "slow_s": self.talks % 2})
        person = self.people["cy"].mirror.me["person"]
        for restraint in ({"what": "free"}, {"what": "mute", "seconds": 3600 + self.turn}):
            await self.call("PUT", f"/api/v1/host/chat/people/{person}", restraint)

    async def eve(self) -> None:
        """What somebody on the hurt node wants meanwhile. It may take until all is well again."""
        eve = self.people["eve"]
        await eve.say(f"Is anybody there? {self.turn}")
        await eve.hold(*_of(self.pinned))

    # What everybody knows

    async def same_in_the_end(self, viewers: int) -> None:
        """Everybody shows what a newcomer does, with the same rights, on a node that nothing happened to, and
        knows that there are `viewers`."""
        odd: Json = {}
        try:
            async with asyncio.timeout(60):
                while odd := await self._odd(viewers):
                    await asyncio.sleep(0.25)
        except TimeoutError:
            raise AssertionError(f"(theirs, a newcomer's): {odd}") from None

    async def _odd(self, viewers: int) -> Json:
        found: Json = {
            f"{name}'s trouble": each.trouble for name, each in self.people.items() if each.trouble
        }
        for name, living in self.people.items():
            shows, fresh = living.mirror.shows(), await self._newcomer(living)
            found |= {f"{name}'s {k}": (shows[k], fresh[k]) for k in fresh if shows[k] != fresh[k]}
        if not found:
            counts = {name: living.mirror.viewers for name, living in self.people.items()}
            found = {f"{name}'s viewers": (n, viewers) for name, n in counts.items() if n != viewers}
        return found

    async def _newcomer(self, living: Living) -> Json:
        fresh = Living(self.show.url, living.token, self.stream.id, desk=living.desk)
        try:
            await fresh.begin()
            shows = fresh.mirror.shows()
        finally:
            await fresh.close()
        name = next(name for name, each in self.people.items() if each is living)
        orders = [await self.buyer(name, "GET", f"/api/v1/orders/{order}") for order in living.mirror.orders]
        return {**shows, "orders": {order["id"]: order["state"] for order in orders}}

    async def until(self, people: list[Living], event: str) -> None:
        """All of them heard such an event since `deaf`."""
        async with asyncio.timeout(60):
            while any(event not in living.mirror.heard for living in people):
                await asyncio.sleep(0.05)

    def heard(self, node: int) -> set[str]:
        """Events that reached somebody who came there at first, since `deaf`."""
        return set[str]().union(*(living.mirror.heard for living in self.on(node)))

    def deaf(self) -> None:
        for living in self.people.values():
            living.mirror.heard.clear()


@contextlib.asynccontextmanager
async def theatre(folder: Path, standin: StandIn) -> AsyncIterator[Theatre]:
    async with contextlib.AsyncExitStack() as stack:
        binary = next(iter(redis_binaries().values()))
        named = RedisServer(
            folder / "redis", binary=binary, port=free_port()
        )  # to start again on the same one
        engine = await stack.enter_async_context(named)
        settings = settings_for(engine.url, f"sqlite+aiosqlite:///{folder / 'show.db'}", folder, standin)
        show = await stack.enter_async_context(running_show(settings, standin))
        await stamp(settings)
        line = await stack.enter_async_context(wire("127.0.0.1", engine.port))
        by_wire = engine.url.replace(f":{engine.port}/", f":{line.port}/")
        nodes = [
            Serving(settings, 1, folder / "safe.log"),
            Serving(settings, 1, folder / "hurt.log", REDIS_URL=by_wire),
        ]
        for node in nodes:
            stack.push_async_callback(node.stop)
            await node.start()
        made = Theatre(show, engine, line, nodes, await show.stream())
        try:
            await made.seat()
            yield made
        finally:
            await asyncio.gather(*(living.close() for living in made.people.values()))


async def keep_every_write(engine: RedisServer) -> None:
    """Each write is on the disk before it is answered: a crash is a pause, and loses nothing."""
    redis = connect(engine.url)
    try:
        await redis.config_set("appendfsync", "always")
    finally:
        await redis.aclose()


def _of(pin: Json) -> tuple[str, str]:
    return pin["id"], pin["product"]["variants"][0]["id"]
