"""The crowd of `benchmarks/soak.py`, one process: a line of JSON (`Plan`) in; `ready` out, when all are in;
`go` in; a line of JSON (`Report`) out, when the time is over and everybody was asked what it missed."""

import asyncio
import contextlib
import gc
import random
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from benchmarks.crowd import Ears, Line, nonce
from server.core.auth import Grant, Passes
from server.core.clock import Clock

Json = dict[str, Any]
FAR = 4_000_000_000_000
AT_ONCE = 64
SETTLE_S = 5.0
ALIVE_S = 5.0
BURST = 55


class Plan(msgspec.Struct):
    """`slow`, `talkers`: how many of the `viewers`. `deaf_s`: how long a slow one does not read. Per second:
    `votes`, `words`, `hearts`, `holds`, `churn` (who leave, each with one who comes)."""

    port: int
    secret: str
    shop: str
    stream: str
    pin: str
    variant: str
    viewers: int
    slow: int
    talkers: int
    chat: int
    seconds: float
    deaf_s: float
    votes: float
    words: float
    hearts: float
    holds: float
    churn: float


class Report(msgspec.Struct):
    """`waited`: how often somebody had to come again to get in. `expected` and `received`: story events of
    all viewers. `ends`: of slow ones, by close code; `lost`: of all others. `refused`: codes of answers that
    nobody wants to see. `missed`: what fresh joins told."""

    came: int
    left: int
    waited: int
    expected: int
    received: int
    heard: dict[str, int]
    gaps: list[str]
    missed: int
    ends: dict[str, int]
    lost: dict[str, int]
    acts: dict[str, int]
    refused: dict[str, int]
    delays: dict[int, int]


class Crowd:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.ears = Ears()
        self.passes = Passes(plan.secret, Clock())
        self.readers: list[Line] = []
        self.gate = asyncio.Semaphore(AT_ONCE)
        self.came = self.left = self.waited = self.expected = self.received = 0
        self.ends: Counter[str] = Counter()
        self.lost: Counter[str] = Counter()
        self.acts: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.over = False

    async def come(self, *, small: bool = False) -> Line:
        """As clients do, again when the server is too busy to let somebody in."""
        grant = Grant(kind="viewer", shop=self.plan.shop, viewer=f"viewer_{nonce()}", expires_at=FAR)
        token = self.passes.sign(grant)
        while True:
            line = Line(self.ears, token)
            try:
                async with self.gate:
                    await line.connect(self.plan.port, small=small)
                    await line.join(self.plan.stream)
            except (ConnectionError, TimeoutError):
                self.waited += 1
                line.leave()
                await asyncio.sleep(1 + random.random() * 2)
            else:
                break
        self.came += 1
        if not small:
            line.closed.add_done_callback(lambda _done: self._lost(line))
        return line

    def _lost(self, line: Line) -> None:
        if not line.leaves:
            self.lost[str(line.code)] += 1

    async def gather(self) -> None:
        plan = self.plan
        self.readers = await asyncio.gather(*(self.come() for _ in range(plan.viewers - plan.slow)))
        await asyncio.gather(*(self._opens_chat(line) for line in self.readers[: plan.chat]))
        for number, line in enumerate(self.readers[: plan.talkers]):
            body = {"stream": plan.stream, "as_name": f"Talker {number}"}
            await self._act(line, "chat.choose_name", body)

    async def _opens_chat(self, line: Line) -> None:
        async with self.gate:
            await line.listen_to_chat(self.plan.stream)

    async def _act(self, line: Line, name: str, body: Json) -> Json | None:
        with contextlib.suppress(ConnectionError):
            try:
                answer = await line.ask(name, {"stream": self.plan.stream, **body})
            except TimeoutError:
                self.refused[f"{name}: no answer"] += 1
                return None
            self.acts[name] += 1
            if answer["ok"]:
                data: Json = answer["data"]
                return data
            self.refused[answer["error"]["code"]] += 1
        return None

    # For as long as it lasts

    async def live(self) -> None:
        plan = self.plan
        paces = [
            (plan.votes, self._vote), (plan.words, self._speak), (plan.hearts, self._react),
            (plan.holds, self._hold), (plan.churn, self._change_places),
        ]  # fmt: skip
        work = [asyncio.create_task(self._pace(rate, act)) for rate, act in paces if rate]
        work += [asyncio.create_task(self._slow(number % 20 == 0)) for number in range(plan.slow)]
        await asyncio.sleep(plan.seconds)
        self.over = True
        await asyncio.gather(*work)
        await asyncio.sleep(SETTLE_S)

    def goes_on(self) -> bool:
        return not self.over

    async def _pace(self, rate: float, act: Callable[[], Awaitable[None]]) -> None:
        under_way: set[asyncio.Task[None]] = set()
        while self.goes_on():
            task = asyncio.ensure_future(act())
            under_way.add(task)
            task.add_done_callback(under_way.discard)
            await asyncio.sleep(1 / rate)
        await asyncio.gather(*under_way)

    async def _vote(self) -> None:
        if poll := self.ears.poll:
            options = [random.choice(("o1", "o2"))]
            await self._act(random.choice(self.readers), "poll.vote", {"poll": poll, "options": options})

    async def _speak(self) -> None:
        body = {"key": nonce(), "text": f"Words {nonce()}"}
        await self._act(random.choice(self.readers[: self.plan.talkers]), "chat.say", body)

    async def _react(self) -> None:
        await self._act(random.choice(self.readers), "chat.react", {"reaction": "clap"})

    async def _hold(self) -> None:
        """For a second."""
        line = random.choice(self.readers)
        body = {"key": nonce(), "pin": self.plan.pin, "variant": self.plan.variant, "quantity": 1}
        answer = await self._act(line, "hold.create", body)
        await asyncio.sleep(1)
        if answer is not None:
            with contextlib.suppress(ConnectionError, TimeoutError):
                await line.ask("hold.release", {"hold": answer["hold"]["id"]})

    async def _change_places(self) -> None:
        """One leaves, without a word, and another comes. Who has the chat open stays."""
        fixed = max(self.plan.chat, self.plan.talkers)
        if len(self.readers) <= fixed:
            return
        place = random.randrange(fixed, len(self.readers))
        before, self.readers[place] = self.readers[place], await self.come()
        self._account(before)
        self.left += 1
        before.leave()

    async def _slow(self, alive: bool) -> None:
        """Does not read for a while, and then what is there. `alive`: says pong all the same, and asks for
        more and more."""
        plan = self.plan
        await asyncio.sleep(random.random() * min(10.0, plan.seconds / 4))
        while self.goes_on():
            line = await self.come(small=True)
            line.pause()
            loop = asyncio.get_running_loop()
            until = loop.time() + plan.deaf_s
            while self.goes_on() and loop.time() < until:
                await asyncio.sleep(min(ALIVE_S, plan.deaf_s / 7))
                if alive and not line.transport.is_closing():
                    line.say(b"3")
                    for _ in range(BURST):
                        line.say(b'420["room.join",' + msgspec.json.encode({"stream": plan.stream}) + b"]")
            line.resume()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(ALIVE_S):
                    await asyncio.shield(line.closed)
            self.ends[str(line.code or "cut") if line.closed.done() else "kept up"] += 1
            self._account(line)
            line.leave()

    def _account(self, line: Line) -> None:
        self.expected += line.seq - line.began
        self.received += line.story

    # In the end

    async def missed(self) -> int:
        """What fresh joins tell those who are there, and who should know it all."""
        counts = await asyncio.gather(*(self._missed(line) for line in self.readers))
        for line in self.readers:
            self._account(line)
        return sum(counts)

    async def _missed(self, line: Line) -> int:
        async with self.gate:
            try:
                return await self._ask_missed(line)
            except (ConnectionError, TimeoutError):
                return 1

    async def _ask_missed(self, line: Line) -> int:
        stream, knows = self.plan.stream, {"epoch": line.epoch, "seq": line.seq}
        room = (await line.ask("room.join", {"stream": stream, "since": knows}))["data"]
        count = len(room["missed"]) + (room["snapshot"] is not None)
        if line.talk >= 0:
            since = {"epoch": line.talk_epoch, "seq": line.talk}
            log = (await line.ask("chat.open", {"stream": stream, "since": since}))["data"]["log"]
            count += log["seq"] - line.talk
        return int(count)

    def report(self, missed: int) -> Report:
        ears = self.ears
        return Report(
            came=self.came,
            left=self.left,
            waited=self.waited,
            expected=self.expected,
            received=self.received,
            heard=dict(ears.heard),
            gaps=ears.gaps[:20],
            missed=missed,
            ends=dict(self.ends),
            lost=dict(self.lost),
            acts=dict(self.acts),
            refused=dict(self.refused),
            delays=dict(ears.delays),
        )


async def main() -> None:
    gc.freeze()
    plan = msgspec.json.decode(await asyncio.to_thread(sys.stdin.readline), type=Plan)
    crowd = Crowd(plan)
    await crowd.gather()
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    await crowd.live()
    report = crowd.report(await crowd.missed())
    for line in crowd.readers:
        line.leave()
    sys.stdout.buffer.write(msgspec.json.encode(report) + b"\n")
    sys.stdout.flush()


if __name__ == "__main__":
    import uvloop

    uvloop.run(main())
