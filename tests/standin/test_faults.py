"""Faults, on purpose and only when they are asked for."""

import asyncio
from pathlib import Path

import aiohttp
import pytest

from tests.infra.stripe import StandIn, standin_process

PI = "/v1/payment_intents"
PARAMS = {"amount": 900, "currency": "eur"}


async def test_so_many_requests_and_no_more(standin: StandIn) -> None:
    await standin.fault(PI, "status", status=503, times=2)
    assert [(await standin.call("POST", PI, PARAMS)).status for _ in range(3)] == [503, 503, 200]
    assert [fault["hits"] for fault in await standin.faults()] == [2]


async def test_only_that_path_and_method(standin: StandIn) -> None:
    await standin.fault("/v1/refunds", "status")
    await standin.fault(PI, "status", method="GET")
    assert (await standin.call("POST", PI, PARAMS)).status == 200
    assert (await standin.call("GET", PI)).status == 500


async def test_drop_before_changes_nothing_and_after_has_paid(standin: StandIn) -> None:
    made = (await standin.call("POST", PI, PARAMS)).body
    for when, status in (("before", "requires_payment_method"), ("after", "succeeded")):
        await standin.fault("/confirm$", "drop", when=when)
        with pytest.raises(aiohttp.ClientError):
            await standin.confirm(made["client_secret"])
        assert (await standin.call("GET", f"{PI}/{made['id']}")).body["status"] == status


async def test_timeout_says_nothing_and_then_closes(standin: StandIn) -> None:
    await standin.fault(PI, "timeout", delay_ms=100)
    with pytest.raises(aiohttp.ClientError):
        await standin.call("POST", PI, PARAMS)


async def test_delay_only_waits(standin: StandIn) -> None:
    await standin.fault(PI, "delay", delay_ms=300)
    slow = asyncio.create_task(standin.call("POST", PI, PARAMS))
    while not (await standin.faults())[0]["hits"]:
        await asyncio.sleep(0.01)
    quick = await standin.call("POST", PI, PARAMS)
    assert not slow.done()
    assert (quick.status, (await slow).status) == (200, 200)


async def test_a_fault_that_is_none(standin: StandIn) -> None:
    async with aiohttp.ClientSession() as session:
        for body in ({"path": "x", "mode": "explode"}, {"path": "x"}, {"path": "x", "mode": "drop", "no": 1}):
            async with session.post(f"{standin.url}/_standin/faults", json=body) as response:
                assert response.status == 400


async def test_no_control_unless_asked_for(tmp_path: Path) -> None:
    with standin_process(tmp_path, control=False) as standin:
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{standin.url}/_standin/faults", json={}) as response,
        ):
            assert response.status == 404
