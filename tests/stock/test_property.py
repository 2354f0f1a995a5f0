"""Any sequence of calls, repeated, reordered, late: after each the books add up and agree with the model."""

import asyncio
import itertools
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from server.core.db import Database, metadata
from server.core.redis import RedisClient, connect
from server.stock import LineService, LineStore, StockLedger, StockService, StockStore
from server.stock.errors import (
    BelowCommitted,
    HoldIsOver,
    HoldNotFound,
    LimitReached,
    OthersWait,
    SoldOut,
    TooManyExtensions,
    UnknownVariant,
)
from server.stock.ledger import stock_levels, stock_movements
from server.stock.opening import Facts
from server.stock.records import Purchase, Want, hold_id
from tests.stock import audit
from tests.stock.model import Limit, Lines, Model

T = TypeVar("T")
_WORDS = {
    SoldOut: "sold out",
    LimitReached: "limit",
    UnknownVariant: "unknown",
    HoldNotFound: "not found",
    TooManyExtensions: "too many",
    OthersWait: "others wait",
    BelowCommitted: "below committed",
}
_TTL = 3_600_000
_shops = (f"shop{n}" for n in itertools.count())

buyers = st.sampled_from(["ann", "bob", "cid"])
keys = st.sampled_from(["key-0001", "key-0002"])
new_keys = st.sampled_from([f"key-1{n:03d}" for n in range(9)])
orders = st.sampled_from([f"order{n}" for n in range(5)])
variants = st.sampled_from(["bottle", "drop", "drop", "sample", "unheard-of"])
baskets = st.dictionaries(
    st.sampled_from(["bottle", "bottle", "drop", "sample", "unheard-of"]),
    st.integers(1, 4),
    min_size=1,
    max_size=3,
).map(lambda basket: tuple(sorted(basket.items())))
limits = st.sampled_from([None, None, (2, False), (5, False), (2, True), (3, True)])
requests = st.tuples(buyers, keys, baskets, limits)


class StockMachine(RuleBasedStateMachine):
    def __init__(self, runner: asyncio.Runner, redis: RedisClient, db: Database) -> None:
        super().__init__()
        self.runner, self.redis, self.db = runner, redis, db
        self.shop = next(_shops)
        self.stock = StockService(StockStore(redis), StockLedger(db), max_extensions=2, batch=3)
        self.line = LineService(LineStore(redis), self.stock)
        self.model = Model(most_extensions=2)
        self.commits: list[tuple[str, str, str, Lines]] = []

    def run(self, call: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(call)

    async def word(self, call: Coroutine[Any, Any, T]) -> T | str:
        try:
            return await call
        except HoldIsOver as error:
            return str(error.details["state"])
        except tuple(_WORDS) as error:
            return _WORDS[type(error)]

    async def reserve(self, buyer: str, key: str, lines: Lines, limit: Limit) -> str:
        wants = self.wants(lines, limit)
        answer = await self.word(self.stock.reserve(self.shop, buyer, key, wants, ttl_ms=_TTL, context="c"))
        if isinstance(answer, str):
            return answer
        known = self.model.holds.get(answer.hold.id)
        if known is not None and known.state == "held":  # else it will not get into the model as held
            assert tuple((line.variant, line.quantity) for line in answer.hold.lines) == known.lines
        return answer.hold.state

    def wants(self, lines: Lines, limit: Limit) -> list[Want]:
        most, lately = limit or (None, False)
        return [Want(variant, quantity, most, 3_600_000 if lately else None) for variant, quantity in lines]

    def name(self, buyer: str, key: str) -> str:
        return hold_id(self.shop, buyer, key)

    @initialize()
    def open(self) -> None:
        self.set_stock({"bottle": 8, "drop": 3, "sample": 5})

    @rule(request=requests)
    def reserve_one(self, request: tuple[str, str, Lines, Limit]) -> None:
        buyer, key, lines, limit = request
        expected = self.model.reserve(self.name(buyer, key), buyer, lines, limit)
        assert self.run(self.reserve(*request)) == expected

    @rule(many=st.lists(requests, min_size=2, max_size=3))
    def reserve_many_in_one_call(self, many: list[tuple[str, str, Lines, Limit]]) -> None:
        expected = [
            self.model.reserve(self.name(buyer, key), buyer, lines, limit)
            for buyer, key, lines, limit in many
        ]

        async def together() -> list[str]:
            return list(await asyncio.gather(*(self.reserve(*request) for request in many)))

        assert self.run(together()) == expected

    @rule(data=st.data(), own=st.booleans(), other=baskets, limit=limits)
    def retake(self, data: st.DataObject, own: bool, other: Lines, limit: Limit) -> None:
        hold, buyer = self.pick(data)
        known = self.model.holds.get(hold)
        lines = known.lines if own and known else other
        expected = self.model.retake(hold, buyer, lines, limit)
        call = self.stock.retake(self.shop, hold, buyer, self.wants(lines, limit), ttl_ms=_TTL, context="c")
        answer = self.run(self.word(call))
        assert (answer if isinstance(answer, str) else answer.hold.state) == expected

    @rule(buyer=buyers, key=keys, variant=variants, units=st.integers(1, 4), limit=limits)
    def wait(self, buyer: str, key: str, variant: str, units: int, limit: Limit) -> None:
        expected = self.model.wait(self.name(buyer, key), buyer, variant, units, limit)
        (want,) = self.wants(((variant, units),), limit)
        answer = self.run(self.word(self.line.wait(self.shop, buyer, key, want, ttl_ms=_TTL, context="c")))
        if isinstance(answer, str):
            assert answer == expected
        elif answer.place is not None:
            assert answer.place.ahead == expected
        else:
            assert answer.hold is not None
            assert answer.hold.state == expected

    @rule(buyer=buyers, variant=variants)
    def leave(self, buyer: str, variant: str) -> None:
        self.model.leave(buyer, variant)
        self.run(self.line.leave(self.shop, [(buyer, variant)]))

    @rule(data=st.data(), key=new_keys, lines=baskets | st.just(()), limit=limits)
    def change(self, data: st.DataObject, key: str, lines: Lines, limit: Limit) -> None:
        hold, buyer = self.pick(data, living=True)
        expected = self.model.change(hold, self.name(buyer, key), buyer, lines, limit)
        call = self.stock.change(self.shop, hold, buyer, key, self.wants(lines, limit), context="c")
        answer = self.run(self.word(call))
        assert (answer if isinstance(answer, str) else answer.hold.state) == expected

    def pick(self, data: st.DataObject, *, living: bool = False) -> tuple[str, str]:
        """A hold, or one that was never made; and its buyer, or now and then somebody else."""
        some = [hold for hold, known in self.model.holds.items() if known.state == "held" or not living]
        # In the order in which they were made: their names differ from run to run.
        hold = data.draw(st.sampled_from(some or [self.name("ann", "key-0000")]))
        known = self.model.holds.get(hold)
        if known is None or data.draw(st.integers(0, 4)) == 0:
            return hold, data.draw(buyers)
        return hold, known.buyer

    @rule(data=st.data(), extension=keys)
    def extend(self, data: st.DataObject, extension: str) -> None:
        hold, caller = self.pick(data)
        expected = self.model.extend(hold, caller, extension)
        answer = self.run(self.word(self.stock.extend(self.shop, hold, caller, extension, ttl_ms=_TTL)))
        if isinstance(answer, str):
            assert answer == expected
        else:
            assert answer.hold.state == expected
            assert answer.hold.extensions_left == 2 - len(self.model.holds[hold].extended_by)

    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        hold, caller = self.pick(data)
        expected = self.model.release(hold, caller)
        answer = self.run(self.word(self.stock.release(self.shop, hold, caller)))
        assert (answer if isinstance(answer, str) else answer.hold.state) == expected

    @rule(order=orders, data=st.data(), own=st.booleans(), other=baskets)
    def commit(self, order: str, data: st.DataObject, own: bool, other: Lines) -> None:
        hold, buyer = self.pick(data)
        known = self.model.holds.get(hold)
        self.commits.append((order, hold, buyer, known.lines if own and known else other))
        self.do_commit(*self.commits[-1])

    @precondition(lambda self: self.commits)
    @rule(data=st.data())
    def commit_again(self, data: st.DataObject) -> None:
        self.do_commit(*data.draw(st.sampled_from(self.commits)))

    def do_commit(self, order: str, hold: str, buyer: str, lines: Lines) -> None:
        expected = self.model.commit(order, hold, buyer, lines)
        answer = self.run(self.word(self.stock.commit(self.shop, order, hold, buyer, lines)))
        assert (answer if isinstance(answer, str) else "sold") == expected

    @rule()
    def expire(self) -> None:
        expected = self.model.expire()
        assert {hold.id for hold in self.run(self.stock.expire(self.shop))} == expected

    @rule()
    def everything_that_ended_is_forgotten(self) -> None:
        self.run(audit.forget(self.redis, self.shop))
        self.model.forget()
        self.expire()

    @precondition(lambda self: any(known.state == "held" for known in self.model.holds.values()))
    @rule(data=st.data())
    def a_deadline_passes(self, data: st.DataObject) -> None:
        hold, _ = self.pick(data, living=True)
        self.run(audit.lapse(self.redis, hold, self.shop))
        self.model.holds[hold].overdue = True

    @rule(
        stocked=st.dictionaries(st.sampled_from(["bottle", "drop", "sample"]), st.integers(0, 12), min_size=1)
    )
    def set_stock(self, stocked: dict[str, int]) -> None:
        expected = self.model.set_stock(stocked)
        answer = self.run(self.word(self.stock.set_stock(self.shop, stocked)))
        assert (answer if isinstance(answer, str) else "set") == expected

    @rule()
    def drain(self) -> None:
        self.run(self.stock.drain(self.shop))

    @rule()
    def what_was_bought_was_long_ago(self) -> None:
        self.run(audit.long_ago(self.redis, self.shop))
        self.model.long_ago()

    @rule()
    def redis_is_wiped(self) -> None:
        async def wipe() -> None:
            await self.redis.delete(*await audit.keys(self.redis, f"pc:{{{self.shop}}}:*"))
            kept = [order for order, outcome in self.model.orders.items() if outcome == "sold"]
            model, now = self.model, int(time.time() * 1000)
            bought = [
                Purchase(*who, units, at)
                for who in model.bought
                for units, at in (
                    (model.bought_long_ago[who], 1000),
                    (model.bought[who] - model.bought_long_ago[who], now),
                )
                if units
            ]
            both = (
                self.stock.rebuild(self.shop, Facts(model.sold, orders=kept, bought=bought)) for _ in range(2)
            )
            assert sorted(await asyncio.gather(*both)) == [False, True]
            assert await audit.keys(self.redis, f"pc:{{{self.shop}}}:stock:opening:*") == []

        self.run(wipe())
        self.model.wipe_and_rebuild()

    @invariant()
    def the_books_add_up(self) -> None:
        self.run(self.check())

    async def check(self) -> None:
        await audit.check(self.redis, self.shop)
        counters = [
            await audit.counters(self.redis, self.shop, name)
            for name in ("stocked", "available", "held", "sold")
        ]
        model = self.model
        assert counters[0] == model.stocked
        assert counters[1] == model.available
        assert counters[2] == {variant: model.held[variant] for variant in model.stocked}
        assert counters[3] == {variant: model.sold[variant] for variant in model.stocked}
        taken = await audit.counters(self.redis, self.shop, "taken")
        assert taken == {f"{buyer}|{variant}": n for (buyer, variant), n in model.taken.items() if n}
        states = {hold: record[0] for hold, record in (await audit.holds(self.redis, self.shop)).items()}
        assert states == {hold: known.state for hold, known in model.holds.items()}
        assert (await StockLedger(self.db).stocked(self.shop))[0] == model.stocked
        assert await audit.lines(self.redis, self.shop) == {
            variant: [(place.buyer, place.units) for place in line]
            for variant, line in model.lines.items()
            if line
        }
        replayed = audit.replay(await audit.movements(self.redis, self.db, self.shop))
        assert replayed == {v: tuple(counter[v] for counter in counters) for v in counters[0]}


def test_any_sequence_of_calls_keeps_the_books(redis_url: str, tmp_path: Path) -> None:
    async def create(db: Database) -> None:
        async with db.engine.begin() as connection:
            await connection.run_sync(
                lambda sync: metadata.create_all(sync, tables=[stock_levels, stock_movements])
            )

    with asyncio.Runner() as runner:
        redis = connect(redis_url)
        db = Database(f"sqlite+aiosqlite:///{tmp_path}/test.db")
        try:
            runner.run(create(db))
            run_state_machine_as_test(
                lambda: StockMachine(runner, redis, db),  # type: ignore[arg-type]  # a function will do
                settings=settings(
                    max_examples=40,
                    stateful_step_count=40,
                    deadline=None,
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            runner.run(redis.aclose())
            runner.run(db.close())
