"""A chat in Redis. Every method is one atomic step: one script in `lua/`."""

from collections.abc import Sequence
from importlib import resources
from typing import Any

import msgspec

from server.chat.messages import ChatMessage, ChatRules
from server.chat.records import Known, Line, NoChat, Reading, Rules, Said, Seen, Vote
from server.core.clock import Clock
from server.core.redis import RedisClient, Script, news_channel, shop_key

VERBS = (
    "open", "say", "vote", "approve", "remove", "pin", "answer", "rule", "close", "tell", "read", "renew",
)  # fmt: skip
_KEYS = (
    "meta",
    "log",
    "messages",
    "counts",
    "questions",
    "voted",
    "waiting",
    "speakers",
    "seen",
    "removed",
)  # fmt: skip  (the order in which lua/room.lua takes them)
_SHOP_KEYS = ("people", "addresses", "shunned")

MOST = 5
WINDOW_MS = 10_000
"""A viewer may say five things in ten seconds."""
SAME_MS = 30_000
MOST_WAITING = 100

_message = msgspec.json.Decoder(ChatMessage).decode
_known = msgspec.json.Decoder(Known).decode


class ChatStore:
    """`untold` of an answer: the news wait until somebody calls `tell`."""

    def __init__(self, redis: RedisClient, clock: Clock) -> None:
        self._redis = redis
        self._clock = clock
        folder = resources.files("server.chat").joinpath("lua")
        room = folder.joinpath("room.lua").read_text("utf-8")
        self._scripts = {
            verb: redis.script(f"chat.{verb}", room + folder.joinpath(f"{verb}.lua").read_text("utf-8"))
            for verb in VERBS
        }
        self._learn = Script(redis, "server.chat", "learn")
        self._shun = Script(redis, "server.chat", "shun")

    async def open(self, shop: str, stream: str, epoch: str, rules: Rules) -> None:
        await self._run(
            "open", shop, stream,
            epoch, int(rules.open), rules.slow_s, int(rules.approve), rules.revision, int(rules.ended),
        )  # fmt: skip

    async def say(self, shop: str, stream: str, lines: Sequence[Line]) -> tuple[bool, list[Said]]:
        """Whether news wait; one outcome per line, in their order."""
        arguments: list[str | int] = [MOST, WINDOW_MS, SAME_MS, MOST_WAITING]
        for line in lines:
            body = msgspec.json.encode(line.message).decode()
            arguments += (
                line.id, line.viewer, line.message.author.id, body, line.print, int(line.hold), line.address,
            )  # fmt: skip
        untold, answers = await self._run("say", shop, stream, *arguments)
        return bool(untold), [_said(*answer) for answer in answers]

    async def vote(self, shop: str, stream: str, votes: Sequence[Vote]) -> tuple[bool, list[Said]]:
        arguments: list[str | int] = []
        for vote in votes:
            arguments += (vote.viewer, vote.question, int(vote.up))
        untold, answers = await self._run("vote", shop, stream, *arguments)
        return bool(untold), [_said(*answer) for answer in answers]

    async def approve(self, shop: str, stream: str, message: str) -> tuple[bool, Said]:
        untold, answer = await self._run("approve", shop, stream, message)
        return bool(untold), _said(*answer)

    async def remove(
        self, shop: str, stream: str, *, message: str = "", person: str = ""
    ) -> tuple[int, bool]:
        """How many were taken away now; whether the message was known at all."""
        _, (count, known) = await self._run("remove", shop, stream, message, person)
        return count, bool(known)

    async def pin(
        self, shop: str, stream: str, message: str | None
    ) -> tuple[bool, ChatMessage | None] | None:
        """Whether that changed something, and the message. None: there is no such message."""
        _, (changed, *body) = await self._run("pin", shop, stream, message or "")
        return None if changed < 0 else (bool(changed), _message(body[0]) if body[0] else None)

    async def answer(
        self, shop: str, stream: str, question: str, *, answered: bool
    ) -> tuple[bool, bool, ChatMessage] | None:
        """Whether news wait, whether that changed something, the question. None: no such question."""
        untold, (changed, *body) = await self._run("answer", shop, stream, question, int(answered))
        return None if changed < 0 else (bool(untold), bool(changed), _message(body[0]))

    async def rule(self, shop: str, stream: str, rules: Rules) -> None:
        await self._run(
            "rule", shop, stream, int(rules.open), rules.slow_s, int(rules.approve), rules.revision
        )

    async def close(self, shop: str, stream: str) -> None:
        await self._run("close", shop, stream)

    async def renew(self, shop: str, stream: str, before: str, epoch: str) -> None:
        """A new epoch, unless it is another one already."""
        await self._run("renew", shop, stream, before, epoch)

    async def tell(self, shop: str, stream: str) -> None:
        await self._run("tell", shop, stream)

    async def message(self, shop: str, stream: str, message: str) -> ChatMessage | None:
        """One that is shown or waits."""
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.hget(shop_key(shop, "chat", stream, "messages"), message)
            pipe.hget(shop_key(shop, "chat", stream, "waiting"), message)
            shown, waiting = await pipe.execute()
        if waiting:
            return _held(waiting)
        return _message(shown) if shown else None

    async def read(self, shop: str, stream: str, seen: Seen, *, most: int, questions: int) -> Reading:
        _, head, messages, asked, waiting, removed = await self._run(
            "read", shop, stream, seen.epoch, seen.seq, seen.rev, most, questions, seen.last
        )
        epoch, seq, rev, floor, removed_seq, is_open, slow_s, approve, ended, *rest = head
        pinned, pinned_count, older = rest
        rows = zip(messages[1::3], messages[2::3], strict=True)
        return Reading(
            epoch=epoch,
            seq=seq,
            rev=rev,
            floor=floor,
            removed_seq=removed_seq,
            rules=ChatRules(open=is_open == "1" and ended != "1", slow_s=slow_s, approve=approve == "1"),
            pinned=_counted(pinned, pinned_count) if pinned else None,
            messages=[(int(number), _message(body)) for number, body in rows],
            questions=[_counted(*pair) for pair in zip(asked[::2], asked[1::2], strict=True)],
            waiting=sorted((_held(body) for body in waiting), key=lambda message: (message.at, message.id)),
            removed=removed,
            older=bool(older),
        )

    # People

    async def people(self, shop: str, viewers: Sequence[str]) -> list[Known | None]:
        found: list[Any] = await self._redis.hmget(shop_key(shop, "chat", "people"), list(viewers))
        return [_known(row) if row else None for row in found]

    async def learn(self, shop: str, people: Sequence[Known]) -> None:
        """Later words of somebody win over earlier ones."""
        rows: list[str | int] = []
        for known in people:
            rows += (known.viewer, msgspec.json.encode(known).decode())
        await self._learn([shop_key(shop, "chat", "people")], rows)

    async def shun(self, shop: str, viewer: str, until: int) -> None:
        """Newcomers at this viewer's address wait for the host until then; 0: not any more."""
        keys = [shop_key(shop, "chat", name) for name in _SHOP_KEYS[1:]]
        await self._shun(keys, [viewer, until, self._clock.now_ms()])

    async def voted(self, shop: str, stream: str, viewers: Sequence[str]) -> list[list[str]]:
        found: list[Any] = await self._redis.hmget(shop_key(shop, "chat", stream, "voted"), list(viewers))
        return [ids.split() if ids else [] for ids in found]

    async def _run(self, verb: str, shop: str, stream: str, *arguments: str | int) -> Any:
        keys = [shop_key(shop, "chat", stream, name) for name in _KEYS]
        keys += [shop_key(shop, "chat", name) for name in _SHOP_KEYS]
        answer = await self._scripts[verb](
            keys=keys, args=[news_channel(shop), stream, self._clock.now_ms(), *arguments]
        )
        if answer is None:
            raise NoChat
        return answer


def _said(outcome: Any, what: Any = "") -> Said:
    if isinstance(what, int):
        return Said(outcome, figure=what)
    return Said(outcome, (_held(what) if outcome == "held" else _message(what)) if what else None)


def _held(body: str) -> ChatMessage:
    return msgspec.structs.replace(_message(body), state="held")


def _counted(body: str, count: str) -> ChatMessage:
    votes, _, answered = count.partition("|")
    return msgspec.structs.replace(_message(body), votes=int(votes), answered=answered == "1")
