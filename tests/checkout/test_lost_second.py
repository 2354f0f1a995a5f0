"""Redis dies with the last second of its file not on disk, and comes back as it was before that second."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from server.core.errors import Unavailable
from server.worker import Worker
from tests.checkout.scene import Sale, another, begin, check_books, patiently, settlement
from tests.infra.redis_cut import CutRedis, crashing
from tests.infra.show import Refused, Show, fresh_key, running_show, settings_for
from tests.infra.stripe import StandIn
from tests.stock import audit

__all__ = ["crashing"]


@pytest.fixture
async def cut(crashing: CutRedis, shared_standin: StandIn, tmp_path: Path) -> AsyncIterator[Show]:
    database = f"sqlite+aiosqlite:///{tmp_path / 'proofcast.db'}"
    settings = settings_for(crashing.url, database, tmp_path, shared_standin)
    async with running_show(settings, shared_standin, worker=False) as show:
        await Worker(show.services).stock()
        yield show


async def loses(crashing: CutRedis, what: Callable[[], Awaitable[object]]) -> None:
    """All that `what` writes into Redis is lost."""
    before = await asyncio.to_thread(crashing.written)
    await what()
    assert await asyncio.to_thread(crashing.written) > before
    await asyncio.to_thread(crashing.come_back_without, before)


async def sold(sale: Sale) -> None:
    await sale.pay()
    assert await settlement(sale.show).succeeded(await sale.event()) == "paid"


async def again(show: Show) -> None:
    """The worker does its step, as soon as the connections that broke are made anew."""
    async with asyncio.timeout(20):
        while True:
            try:
                await Worker(show.services).stock()
                return
            except Unavailable:
                await asyncio.sleep(0.02)


async def raw(show: Show, name: str) -> dict[str, int]:
    return await audit.counters(show.services.redis, show.shop.id, name)


async def test_a_sale_that_redis_forgot_is_not_made_twice(cut: Show, crashing: CutRedis) -> None:
    sale = await begin(cut, stock=1)
    await loses(crashing, lambda: sold(sale))
    variant = cut.level(sale.product)
    for _ in range(20):
        with pytest.raises(Unavailable):
            await cut.services.stock.commit(cut.shop.id, "order_x", None, "viewer_x", [(variant, 1)])
    before = (await raw(cut, "sold"))[variant], (await raw(cut, "held"))[variant]
    assert before == (0, 1)  # it has indeed forgotten
    await again(cut)
    assert await cut.counts(sale.product) == (0, 0, 1)
    assert await settlement(cut).succeeded(await sale.event()) == "paid"
    assert await cut.counts(sale.product) == (0, 0, 1)
    await check_books(cut)


async def test_nobody_gets_a_unit_before_the_book_is_right(cut: Show, crashing: CutRedis) -> None:
    """The hold that was sold has lapsed by now: its unit would be the next buyer's."""
    sale = await begin(cut, stock=1)
    await sale.lapse()
    await loses(crashing, lambda: sold(sale))
    other = await cut.viewer(sale.stream, join=False)
    for _ in range(20):
        with pytest.raises(Refused) as refused:
            await other.hold(sale.pin)
        assert refused.value.code == "unavailable"
    await again(cut)
    with pytest.raises(Refused) as refused:
        await patiently(lambda: other.hold(sale.pin))
    assert refused.value.code == "stock.sold_out"
    await check_books(cut)


async def test_a_hold_that_came_back_yields_to_the_sale_that_followed_it(
    cut: Show, crashing: CutRedis
) -> None:
    first = await begin(cut, stock=1)
    await first.lapse()

    async def other_buys() -> None:
        await sold(await another(first))

    await loses(crashing, other_buys)
    await again(cut)
    assert await cut.counts(first.product) == (0, 0, 1)
    assert (await audit.holds(cut.services.redis, cut.shop.id))[first.hold["id"]][0] == "expired"
    await first.pay()  # late, and in vain: it is given back
    assert await settlement(cut).succeeded(await first.event()) == "refunded_sold_out"
    await check_books(cut)


async def test_living_holds_outlive_the_crash(cut: Show, crashing: CutRedis) -> None:
    kept = await begin(cut, stock=3)
    before = await cut.services.stock.levels(cut.shop.id)

    async def trade() -> None:
        await sold(await another(kept))

    await loses(crashing, trade)
    await again(cut)
    assert await cut.counts(kept.product) == (1, 1, 1)
    record = await cut.services.stock.hold(cut.shop.id, kept.hold["id"], kept.buyer.id)
    assert (record.state, record.deadline) == ("held", kept.hold["deadline"])
    assert (await cut.services.stock.levels(cut.shop.id)).epoch != before.epoch
    await sold(kept)
    assert await cut.counts(kept.product) == (1, 0, 2)
    await check_books(cut)


async def test_what_was_stocked_last_is_in_sql(cut: Show, crashing: CutRedis) -> None:
    sale = await begin(cut, stock=3)
    variant = cut.level(sale.product)
    await loses(crashing, lambda: cut.services.stock.set_stock(cut.shop.id, {variant: 7}))
    await again(cut)
    assert await cut.counts(sale.product) == (6, 1, 0)
    await cut.services.stock.set_stock(cut.shop.id, {variant: 5})
    await Worker(cut.services).ledger()
    await cut.services.redis.flushall()
    await again(cut)
    assert (await raw(cut, "stocked"))[variant] == 5


async def test_paid_in_the_second_that_was_lost_and_not_in_sql(cut: Show, crashing: CutRedis) -> None:
    """The worker died with Redis: Stripe alone knows. The unit is kept for who paid."""
    sale = await begin(cut, stock=1)
    await sale.lapse()

    async def paid_and_sold() -> None:
        await sale.pay()
        variant = cut.level(sale.product)
        await cut.services.stock.commit(
            cut.shop.id, sale.order, sale.hold["id"], sale.buyer.id, [(variant, 1)]
        )

    await loses(crashing, paid_and_sold)
    await again(cut)
    other = await cut.viewer(sale.stream, join=False)
    with pytest.raises(Refused) as refused:
        await patiently(lambda: other.hold(sale.pin, key=fresh_key()))
    assert refused.value.code == "stock.sold_out"
    assert await settlement(cut).succeeded(await sale.event()) == "paid"
    assert await cut.counts(sale.product) == (0, 0, 1)
    await check_books(cut)


async def test_the_ledger_of_the_new_book_adds_up(cut: Show, crashing: CutRedis) -> None:
    sale = await begin(cut, stock=4)

    async def trade() -> None:
        await sold(await another(sale))
        await Worker(cut.services).ledger()

    await loses(crashing, trade)
    await again(cut)
    await sold(sale)
    await Worker(cut.services).ledger()
    moved = await audit.movements(cut.services.redis, cut.services.db, cut.shop.id)
    assert audit.replay(moved)[cut.level(sale.product)] == (4, 2, 0, 2)
