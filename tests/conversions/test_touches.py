"""Touches: accepted means kept exactly once, whatever comes twice, late, or dies on the way."""

import asyncio
from typing import Any

import aiohttp
import msgspec
import pytest
from sqlalchemy import select

from server.conversions.service import SKEW_MS
from server.conversions.store import TouchQueue, touches
from server.core.clock import Clock
from tests.checkout.scene import At, Crash, begin, die
from tests.infra.show import Json, Refused, Show, Socket, Viewer, fresh_key


@pytest.fixture
def queue(quiet: Show) -> TouchQueue:
    return TouchQueue(quiet.services.redis, quiet.services.db)


def touch(kind: str = "view", **more: Any) -> Json:
    return {"id": fresh_key(), "kind": kind, "channel": "live", "at": Clock().now_ms(), **more}


async def report(viewer: Viewer, *given: Json) -> int:
    body = {"stream": viewer.stream.id, "touches": list(given)}
    accepted: int = (await viewer.socket.ask("touches.report", body))["accepted"]
    return accepted


async def kept(show: Show) -> list[Any]:
    async with show.services.db.read() as sql:
        return list((await sql.execute(select(touches).order_by(touches.c.at))).all())


async def beacon(show: Show, token: str, stream: str, *given: Json, raw: bytes | None = None) -> Any:
    """As `navigator.sendBeacon`: no header of ours, and text/plain."""
    body = raw or msgspec.json.encode({"token": token, "stream": stream, "touches": list(given)})
    async with (
        aiohttp.ClientSession() as session,
        session.post(
            f"{show.url}/api/v1/touches", data=body, headers={"Content-Type": "text/plain"}
        ) as response,
    ):
        return response.status, await response.json()


async def test_what_was_accepted_is_kept_as_it_was(quiet: Show, queue: TouchQueue) -> None:
    viewer = await quiet.viewer(await quiet.stream())
    one = touch("impression", pin="pin_1", product="prod_1", media_time=1234)
    assert await report(viewer, one) == 1
    assert await kept(quiet) == []  # not in the way of the answer
    assert await queue.drain(quiet.shop.id) == 1
    [row] = await kept(quiet)
    assert (row.id, row.kind, row.channel, row.pin, row.product) == (
        one["id"],
        "impression",
        "live",
        "pin_1",
        "prod_1",
    )
    assert (row.media_time, row.at) == (1234, one["at"])
    assert (row.viewer, row.shop, row.stream) == (viewer.id, quiet.shop.id, viewer.stream.id)


async def test_the_same_touch_counts_once(quiet: Show, queue: TouchQueue) -> None:
    viewer = await quiet.viewer(await quiet.stream())
    one = touch()
    assert await report(viewer, one, one) == 2
    assert await report(viewer, one, touch()) == 2
    while await queue.drain(quiet.shop.id):
        pass
    assert await report(viewer, one) == 1  # long after
    while await queue.drain(quiet.shop.id):
        pass
    assert len(await kept(quiet)) == 2


async def test_two_viewers_may_choose_the_same_id(quiet: Show, queue: TouchQueue) -> None:
    stream = await quiet.stream()
    one = touch()
    for viewer in (await quiet.viewer(stream), await quiet.viewer(stream)):
        await report(viewer, one)
    await queue.drain(quiet.shop.id)
    assert len(await kept(quiet)) == 2


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
async def test_a_worker_that_dies_between_sql_and_redis(quiet: Show, before: bool) -> None:
    """The touches are in SQL, and still in the queue: the next worker changes nothing by doing it again."""
    viewer = await quiet.viewer(await quiet.stream())
    await report(viewer, touch(), touch())
    dying = TouchQueue(At(quiet.services.redis, "xdel", die, before=before), quiet.services.db)  # type: ignore[arg-type]
    with pytest.raises(Crash):
        await dying.drain(quiet.shop.id)
    assert len(await kept(quiet)) == 2
    queue = TouchQueue(quiet.services.redis, quiet.services.db)
    assert await queue.drain(quiet.shop.id) == (1 if before else 0)
    assert len(await kept(quiet)) == 2
    assert await queue.drain(quiet.shop.id) == 0


async def test_two_workers_drain_at_once(quiet: Show) -> None:
    viewer = await quiet.viewer(await quiet.stream())
    for _ in range(30):
        await report(viewer, touch(), touch())
    queues = [TouchQueue(quiet.services.redis, quiet.services.db) for _ in range(3)]
    while any(await asyncio.gather(*(queue.drain(quiet.shop.id) for queue in queues))):
        pass
    assert len(await kept(quiet)) == 60
    assert await quiet.services.redis.xlen(f"pc:{{{quiet.shop.id}}}:touches") == 0


async def test_a_rush_is_written_in_few_entries(quiet: Show, queue: TouchQueue) -> None:
    rows = [
        {
            "viewer": f"viewer_{n}",
            "id": "touch",
            "shop": quiet.shop.id,
            "stream": "s",
            "kind": "view",
            "channel": "live",
            "origin": "",
            "pin": None,
            "product": None,
            "media_time": None,
            "at": n,
            "received_at": n,
        }
        for n in range(200)
    ]
    await asyncio.gather(*(queue.add(quiet.shop.id, [row]) for row in rows))
    assert await quiet.services.redis.xlen(f"pc:{{{quiet.shop.id}}}:touches") < 20
    while await queue.drain(quiet.shop.id):
        pass
    assert len(await kept(quiet)) == 200


async def test_a_clock_that_is_wrong_is_not_believed(quiet: Show, queue: TouchQueue) -> None:
    viewer = await quiet.viewer(await quiet.stream())
    now = Clock().now_ms()
    believed = [touch(at=now - SKEW_MS + 60_000), touch(at=now + SKEW_MS - 60_000)]
    wrong = [touch(at=0), touch(at=now - SKEW_MS - 60_000), touch(at=now + 86_400_000)]
    await report(viewer, *believed, *wrong)
    await queue.drain(quiet.shop.id)
    rows = {row.id: row for row in await kept(quiet)}
    for one in believed:
        assert rows[one["id"]].at == one["at"]
    for one in wrong:
        assert rows[one["id"]].at == rows[one["id"]].received_at
        assert rows[one["id"]].at >= now


async def test_by_beacon(quiet: Show, queue: TouchQueue) -> None:
    stream = await quiet.stream()
    issued = await quiet.get_pass(stream)
    one, two = touch(), touch("click", pin="pin_1")
    assert await beacon(quiet, issued["token"], stream.id, one, two) == (202, {"accepted": 2})
    assert await beacon(quiet, issued["token"], stream.id, one) == (202, {"accepted": 1})
    await queue.drain(quiet.shop.id)
    assert sorted(row.id for row in await kept(quiet)) == sorted((one["id"], two["id"]))


async def test_a_beacon_without_right(quiet: Show, queue: TouchQueue) -> None:
    stream = await quiet.stream()
    preview = await quiet.get_pass(stream, preview=True)
    staff = (await quiet.call("POST", "/api/v1/host/socket-pass"))["token"]
    for token, status, code in (
        ("forged.pass", 401, "auth.required"),
        (preview["token"], 403, "conversions.preview"),
        (staff, 403, "auth.forbidden"),
    ):
        found, answer = await beacon(quiet, token, stream.id, touch())
        assert (found, answer["error"]["code"]) == (status, code)
    issued = await quiet.get_pass(stream)
    assert (await beacon(quiet, issued["token"], "stream_no", touch()))[0] == 404
    assert (await beacon(quiet, issued["token"], stream.id))[0] == 400
    assert (await beacon(quiet, issued["token"], stream.id, *[touch() for _ in range(51)]))[0] == 400
    assert (await beacon(quiet, "", stream.id, raw=b"not json"))[0] == 400
    assert await queue.drain(quiet.shop.id) == 0


async def test_a_preview_is_not_counted(quiet: Show, queue: TouchQueue) -> None:
    stream = await quiet.stream()
    preview = await Socket(quiet.url).connect((await quiet.get_pass(stream, preview=True))["token"])
    quiet.sockets.append(preview)
    for socket in (preview, await quiet.host_socket()):
        with pytest.raises(Refused) as refused:
            await socket.ask("touches.report", {"stream": stream.id, "touches": [touch()]})
        assert refused.value.code == "conversions.preview"
    assert await queue.drain(quiet.shop.id) == 0


async def test_another_shops_pass(quiet: Show, queue: TouchQueue) -> None:
    stream = await quiet.stream()
    foreign = await quiet.services.accounts.found_shop(
        slug="other", name="Other", currency="eur", allowed_origins=[]
    )
    issued = await quiet.services.accounts.viewer_pass(
        foreign, origin="", own_origins=set(), token=None, preview=False
    )
    status, answer = await beacon(quiet, issued.token, stream.id, touch())
    assert (status, answer["error"]["code"]) == (403, "auth.forbidden")
    assert await queue.drain(quiet.shop.id) == 0


async def test_a_hold_is_a_touch_however_often_it_is_asked_for(quiet: Show, queue: TouchQueue) -> None:
    product, stream = await quiet.product(), await quiet.stream()
    pin, viewer = await quiet.pin(stream, product), await quiet.viewer(stream)
    key = fresh_key()
    hold = await viewer.hold(pin, key=key)
    assert await viewer.hold(pin, key=key) == hold
    while await queue.drain(quiet.shop.id):
        pass
    [row] = await kept(quiet)
    assert (row.kind, row.id, row.pin, row.product) == ("hold", hold["id"], pin.id, product.id)


async def test_a_refused_hold_is_none(quiet: Show, queue: TouchQueue) -> None:
    sale = await begin(quiet, stock=1)
    other = await quiet.viewer(sale.stream)
    with pytest.raises(Refused):
        await other.hold(sale.pin)
    while await queue.drain(quiet.shop.id):
        pass
    assert [row.viewer for row in await kept(quiet)] == [sale.buyer.id]


async def test_the_worker_carries_them_by_itself(show: Show) -> None:
    viewer = await show.viewer(await show.stream())
    await report(viewer, touch())
    async with asyncio.timeout(10):
        while not await kept(show):
            await asyncio.sleep(0.02)
