"""Stock in Redis. Every method is one atomic step; all that moves units is a script in `lua/`."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import resources
from typing import Any

from redis.exceptions import OutOfMemoryError, ResponseError, TryAgainError

from server.core.errors import Unavailable
from server.core.redis import AWAY, RedisClient, Script, backlog, news_channel, run_and_wait, shop_key
from server.stock.errors import BelowCommitted, StockNotLoaded
from server.stock.messages import StockLevels
from server.stock.records import (
    Counts,
    HoldRecord,
    HoldRequest,
    Movement,
    Outcome,
    Refusal,
    Want,
    pack,
    pack_limits,
    unpack_entry,
    unpack_hold,
)

VERBS = (
    "stock_set", "reserve", "retake", "change", "wait", "leave", "extend", "release", "commit", "expire",
    "look", "claim",
)  # fmt: skip
_KEYS = (
    "meta",
    "stocked",
    "available",
    "held",
    "sold",
    "taken",
    "holds",
    "due",
    "orders",
    "ended",
    "ledger",
    "bought",
    "mine",
    "line",
    "places",
    "waiting",
)  # fmt: skip  (the order in which lua/book.lua takes them)

ENDED_TTL_MS = 60 * 60 * 1000
ORDER_TTL_MS = 30 * 24 * 60 * 60 * 1000
SWEEP_BOUND = 1024
"""Overdue holds that one call takes back on the way, at most: some ms of Redis's time."""

_CANT_WRITE = ("MISCONF", "NOREPLICAS", "BUSY ", "UNKILLABLE")
"""Answers of a Redis that is there and refuses to write for now: disk full, replicas gone, a script stuck."""


def script_text(verb: str) -> str:
    """The whole script of a verb: the part that all share, then its own."""
    folder = resources.files("server.stock").joinpath("lua")
    return "\n".join(folder.joinpath(f"{name}.lua").read_text("utf-8") for name in ("book", "line", verb))


def stock_keys(shop: str) -> list[str]:
    """KEYS of every script."""
    return [shop_key(shop, "stock", name) for name in _KEYS]


def reserve_arguments(requests: Sequence[HoldRequest]) -> list[str | int]:
    """ARGV of `reserve`, after the channel."""
    arguments = head()
    for request in requests:
        arguments += (request.hold, request.buyer, request.ttl_ms, *what(request))
    return arguments


def head() -> list[str | int]:
    return [SWEEP_BOUND, ENDED_TTL_MS]


def what(request: HoldRequest) -> tuple[str, str, str]:
    return request.context, pack(request.lines), pack_limits(request.lines)


class StockStore:
    def __init__(self, redis: RedisClient, *, wait_replicas: int = 0) -> None:
        """With `wait_replicas` nothing is answered before that many replicas have it."""
        self.redis = redis
        self._wait_replicas = wait_replicas
        self._scripts = {verb: redis.script(f"stock.{verb}", script_text(verb)) for verb in VERBS}
        # Not MULTI: redis-py keeps the loop waiting for a thread when it does that on a cluster.
        self._counters = Script(redis, "server.stock", "counters")

    async def reserve(self, shop: str, requests: Sequence[HoldRequest]) -> list[Outcome]:
        """One outcome per request, in their order; each succeeds or fails alone. At most 64 requests."""
        levels, answers = await self.run("reserve", shop, reserve_arguments(requests))
        return [
            outcome_of(request.hold, levels, answer)
            for request, answer in zip(requests, answers, strict=True)
        ]

    async def extend(self, shop: str, hold: str, buyer: str, key: str, ttl_ms: int, most: int) -> Outcome:
        levels, answers = await self.run("extend", shop, [hold, buyer, ttl_ms, most, key])
        return outcome_of(hold, levels, answers[0])

    async def release(self, shop: str, hold: str, buyer: str) -> Outcome:
        levels, answers = await self.run("release", shop, [hold, buyer, ENDED_TTL_MS])
        return outcome_of(hold, levels, answers[0])

    async def retake(self, shop: str, request: HoldRequest) -> Outcome:
        arguments = [*head(), request.hold, request.buyer, request.ttl_ms, *what(request)]
        levels, answers = await self.run("retake", shop, arguments)
        return outcome_of(request.hold, levels, answers[0])

    async def change(self, shop: str, hold: str, request: HoldRequest) -> Outcome:
        """`request` takes the place of `hold`; without lines, nothing does."""
        new = request.hold if request.lines else ""
        levels, answers = await self.run("change", shop, [*head(), hold, request.buyer, new, *what(request)])
        named = answers[0][2] if answers[0][0] in ("held", "ended") and len(answers[0]) > 2 else hold
        return outcome_of(named, levels, answers[0])

    async def commit(
        self, shop: str, order: str, hold: str, buyer: str, lines: Sequence[Want], context: str
    ) -> Outcome:
        arguments: list[str | int] = [
            order, hold, buyer, pack(lines), context, SWEEP_BOUND, ENDED_TTL_MS, ORDER_TTL_MS,
        ]  # fmt: skip
        levels, ((outcome,),) = await self.run("commit", shop, arguments)
        code, *rest = outcome.split("|")
        return Outcome(levels, refusal=Refusal(code, tuple(rest)) if code == "sold_out" else None)

    async def expire(self, shop: str, most: int) -> list[HoldRecord]:
        _, answers = await self.run("expire", shop, [most, ENDED_TTL_MS])
        return [unpack_hold(hold, record) for hold, record in answers]

    async def set_stock(
        self, shop: str, stocked: Mapping[str, int]
    ) -> tuple[StockLevels, dict[str, tuple[int, int]]]:
        """The new levels, and per variant the units stocked and the revision. Raises BelowCommitted."""
        rows = [part for variant, units in stocked.items() for part in (variant, units, 0)]
        levels, answers = await self.run("stock_set", shop, ["", 0, 0, 0, 0, len(stocked), *rows])
        if answers and answers[0][0] == "below_committed":
            _, variant, committed = answers[0]
            raise BelowCommitted(
                "More than that are held or sold already.", variant=variant, committed=committed
            )
        return levels, {variant: (units, revision) for _, variant, units, revision in answers}

    async def is_open(self, shop: str) -> bool:
        """Whether Redis has the shop's book, and is the process in which it was opened."""
        try:
            await self.run("look", shop, [])
        except StockNotLoaded:
            return False
        return True

    async def hold(self, shop: str, hold: str) -> HoldRecord | None:
        with redis_errors():
            record: Any = await self.redis.hget(shop_key(shop, "stock", "holds"), hold)
        return unpack_hold(hold, record) if record else None

    async def holds_of(self, shop: str, buyer: str) -> list[HoldRecord]:
        """The living holds of a buyer, the oldest first; overdue ones may be among them."""
        with redis_errors():
            names: Any = await self.redis.hget(shop_key(shop, "stock", "mine"), buyer)
            ids = names.split(",") if names else []
            records: Any = await self.redis.hmget(shop_key(shop, "stock", "holds"), ids) if ids else []
        found = [unpack_hold(hold, record) for hold, record in zip(ids, records, strict=True) if record]
        return [record for record in found if record.state == "held"]

    async def ended_since(self, shop: str, since_ms: int) -> list[HoldRecord]:
        """Holds that ended then or later, sold or not, as long as they are remembered."""
        with redis_errors():
            ended: Any = await self.redis.zrangebyscore(
                shop_key(shop, "stock", "ended"), since_ms + ENDED_TTL_MS, "+inf"
            )
            holds = [name[2:] for name in ended if name.startswith("h|")]
            if not holds:
                return []
            records: Any = await self.redis.hmget(shop_key(shop, "stock", "holds"), holds)
        return [unpack_hold(hold, record) for hold, record in zip(holds, records, strict=True) if record]

    async def book(self, shop: str) -> tuple[StockLevels, dict[str, Counts]]:
        """All counters at one moment. Raises StockNotLoaded."""
        with redis_errors():
            answer = await self._counters(keys=stock_keys(shop)[:5], args=[])
        if answer is None:
            raise _not_loaded()
        epoch, seq, *found = answer
        counters = [dict(zip(flat[::2], flat[1::2], strict=True)) for flat in found]
        counts = {
            variant: Counts(*(int(counter.get(variant, 0)) for counter in counters))
            for variant in counters[0]
        }
        levels = {variant: count.available for variant, count in counts.items()}
        return StockLevels(epoch=epoch, seq=int(seq), levels=levels), counts

    async def read_ledger(self, shop: str, most: int) -> tuple[list[Movement], list[str]]:
        """The movements of the `most` oldest entries, and the names of these entries."""
        with redis_errors():
            entries: Any = await self.redis.xrange(shop_key(shop, "stock", "ledger"), count=most)
        movements = [move for name, entry in entries for move in unpack_entry(name, entry["e"], entry["m"])]
        return movements, [name for name, _ in entries]

    async def backlog(self, shops: Sequence[str]) -> tuple[int, int | None]:
        """Entries of the ledger that wait, and since when (ms) the oldest does."""
        with redis_errors():
            return await backlog(self.redis, [shop_key(shop, "stock", "ledger") for shop in shops])

    async def trim_ledger(self, shop: str, last: str) -> None:
        """Forgets the entries up to and with `last`."""
        ms, _, number = last.partition("-")
        with redis_errors():
            await self.redis.xtrim(
                shop_key(shop, "stock", "ledger"), minid=f"{ms}-{int(number) + 1}", approximate=False
            )

    async def run(
        self, verb: str, shop: str, arguments: Sequence[str | int], more_keys: Sequence[str] = ()
    ) -> tuple[StockLevels, list[list[Any]]]:
        """A verb's script. Raises StockNotLoaded."""
        keys, args = [*stock_keys(shop), *more_keys], [news_channel(shop), *arguments]
        script = self._scripts[verb]
        with redis_errors():
            if self._wait_replicas:
                answer = await run_and_wait(self.redis, script, keys, args, self._wait_replicas)
            else:
                answer = await script(keys=keys, args=args)
        if answer is None:
            raise _not_loaded()
        epoch, seq, levels, answers = answer
        levels = dict(zip(levels[::2], levels[1::2], strict=True))
        return StockLevels(epoch=epoch, seq=int(seq), levels=levels), answers


def outcome_of(hold: str, levels: StockLevels, answer: list[Any]) -> Outcome:
    code, *rest = answer
    if code not in ("held", "ended", "too_many", "others_wait"):
        return Outcome(levels, refusal=Refusal(code, tuple(rest)))
    record = unpack_hold(hold, rest[0])
    own = {variant: levels.levels[variant] for variant, _ in record.lines}
    levels = StockLevels(epoch=levels.epoch, seq=levels.seq, levels=own)
    refusal = Refusal(code, ()) if code in ("too_many", "others_wait") else None
    return Outcome(levels, record, ended=code == "ended", refusal=refusal)


def _not_loaded() -> StockNotLoaded:
    return StockNotLoaded("Stock is being loaded. Try again in a moment.")


@contextmanager
def redis_errors() -> Iterator[None]:
    try:
        yield
    except (*AWAY, OutOfMemoryError, TryAgainError) as error:
        raise Unavailable("Stock can't be reached right now. Try again in a moment.") from error
    except ResponseError as error:
        if str(error).startswith(_CANT_WRITE):
            raise Unavailable("Stock can't be changed right now. Try again in a moment.") from error
        raise
