"""A client that keeps a mirror of the show, whatever happens to its line, and does what people do."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

from tests.faults.mirror import Mirror
from tests.infra.show import Json, fresh_key
from tests.journeys.roamer import Roamer

Desk = Callable[[], Awaitable[tuple[list[Json], list[Json]]]]


class Living(Roamer):
    """`desk` is given to staff: asks over HTTP what waits for approval, and for the polls. They watch the
    numbers, and buy nothing."""

    def __init__(self, url: str, token: str, stream: str, *others: str, desk: Desk | None = None) -> None:
        super().__init__(url, token, stream, *others)
        self.mirror = Mirror()
        self.room = self.mirror.room
        self.token = token
        self.desk = desk
        self.trouble = ""
        self._again = asyncio.Event()

    def _told(self, event: str, data: Json) -> None:
        self.mirror.hear(event, data)
        if self.mirror.behind:
            self._again.set()

    async def _join(self) -> None:
        """Reads all, and again whenever something is missing, for as long as the line lasts."""
        try:
            await self._follow()
        except ConnectionError:
            raise
        except Exception as error:  # nobody awaits this
            self.trouble = repr(error)
            raise

    async def _follow(self) -> None:
        self.mirror.stale = None
        orders = self.mirror.orders
        for order in orders:
            state = await self._state_of(order)
            if orders[order] == "pending":  # else it was told meanwhile
                orders[order] = state
        while True:
            self._again.clear()
            self.mirror.behind = False
            await self._read()
            self.joined.set()
            await self._again.wait()

    async def _read(self) -> None:
        mirror, stream = self.mirror, {"stream": self._stream}
        since = mirror.room.since()
        mirror.joined(await self.patient("room.join", {**stream, **({"since": since} if since else {})}))
        mirror.opened(await self.patient("chat.open", {**stream, **mirror.since()}))
        if self.desk is not None:
            mirror.numbers = await self.patient("numbers.watch", stream)
            mirror.waiting, polls = await self.desk()
            for each in polls:
                mirror.tallied(each["poll"]["id"], each["tally"])
        else:
            mirror.has(await self.patient("hold.mine", stream))
            if mirror.room.poll is not None:
                poll = mirror.room.poll["id"]
                mirror.tallied(poll, (await self.patient("poll.ballot", {**stream, "poll": poll}))["tally"])

    async def _state_of(self, order: str) -> str:
        headers = {"Authorization": f"Bearer {self.token}"}
        while True:
            async with self._http.get(f"{self.url}/api/v1/orders/{order}", headers=headers) as response:
                if response.status == 200:
                    state: str = (await response.json())["state"]
                    return state
            await asyncio.sleep(0.1)

    async def patient(self, name: str, body: Json) -> Any:
        """The answer's data, on this line. Raises `ConnectionError` when the line breaks."""
        while True:
            with contextlib.suppress(TimeoutError):
                answer = await self._ask(name, body)
                if answer["ok"]:
                    return answer["data"]
                if not answer["error"]["retryable"]:
                    self.trouble = f"{name}: {answer['error']['code']}"
            await asyncio.sleep(0.1)

    async def again(self) -> None:
        """As a page that is opened anew: asks for everything."""
        self.joined.clear()
        self._again.set()
        await self.inside()

    # What people do

    async def vote(self, poll: str, option: str) -> None:
        ballot = await self.ask("poll.vote", {"stream": self._stream, "poll": poll, "options": [option]})
        self.mirror.tallied(poll, ballot["tally"])

    async def say(self, text: str, *, kind: str = "message") -> Json:
        body = {"stream": self._stream, "key": fresh_key(), "text": text, "kind": kind}
        message: Json = (await self.ask("chat.say", body))["message"]
        return message

    async def upvote(self, question: str) -> None:
        await self.ask("chat.upvote", {"stream": self._stream, "question": question})

    async def hold(self, pin: str, variant: str) -> str:
        body = {"stream": self._stream, "key": fresh_key(), "pin": pin, "variant": variant, "quantity": 1}
        hold: Json = (await self.ask("hold.create", body))["hold"]
        self.mirror.holds[hold["id"]] = hold
        identity: str = hold["id"]
        return identity

    async def wait(self, pin: str, variant: str) -> None:
        body = {"stream": self._stream, "key": fresh_key(), "pin": pin, "variant": variant}
        answer = await self.ask("hold.wait", body)
        self.mirror.places[variant] = answer["place"]

    async def change(self, hold: str, pin: str, variant: str) -> None:
        picks = [{"pin": pin, "variant": variant, "quantity": 2}]
        answer = await self.ask("hold.change", {"hold": hold, "key": fresh_key(), "picks": picks})
        self.mirror.ended.add(hold)
        self.mirror.holds.pop(hold, None)
        self.mirror.holds[answer["hold"]["id"]] = answer["hold"]
