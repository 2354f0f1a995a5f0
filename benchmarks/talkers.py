"""One process of simulated viewers who talk. Driven as benchmarks/buyers.py is; what comes out is a list of
`Words`."""

import asyncio
import time

import aiohttp
import msgspec

from benchmarks.buyers import Visit, Visitor, run


class Talking(Visit):
    """Each visitor says `messages` things."""

    messages: int


class Words(msgspec.Struct):
    """`waits`: of each message, in s. Times are seconds since the epoch; `odd`: codes of errors."""

    began: float
    ended: float
    waits: list[float]
    odd: list[str]


class Talker(Visitor):
    def __init__(self, talking: Talking, number: int) -> None:
        super().__init__(talking, number)
        self._stream = talking.stream
        self._messages = talking.messages

    async def arrive(self, session: aiohttp.ClientSession, listeners: set["asyncio.Task[None]"]) -> None:
        await super().arrive(session, listeners)
        for name, body in (
            ("chat.choose_name", {"stream": self._stream, "as_name": f"Talker {self._number:06d}"}),
            ("chat.open", {"stream": self._stream}),
        ):
            answer = await self._ask(name, body)
            if not answer["ok"]:
                raise RuntimeError(f"{name}: {answer['error']}")

    async def act(self, at: float) -> Words:
        """The next thing is said when the last one was answered."""
        await asyncio.sleep(at - time.time())
        seen = Words(time.time(), 0.0, [], [])
        for turn in range(self._messages):
            body = {
                "stream": self._stream,
                "key": f"talk-{self._number:06d}-{turn:02d}",
                "text": f"Number {turn} of {self._number}: how long does it last?",
            }
            sent = time.perf_counter()
            answer = await self._ask("chat.say", body)
            seen.waits.append(time.perf_counter() - sent)
            if not answer["ok"]:
                seen.odd.append(answer["error"]["code"])
        seen.ended = time.time()
        return seen


if __name__ == "__main__":
    run(Talking, Talker)
