import pytest

from tests.infra.shops import neighbour
from tests.infra.show import Refused, Show

SHOP = "/api/v1/host/shop"


async def test_what_is_absent_stays_as_it_is(show: Show) -> None:
    before = await show.call("GET", SHOP)
    assert await show.call("PATCH", SHOP, {}) == before
    after = await show.call("PATCH", SHOP, {"hold_seconds": 60})
    assert after == before | {"hold_seconds": 60}
    after = await show.call("PATCH", SHOP, {"name": "Maison", "allowed_origins": ["http://a.example:8080"]})
    assert after == before | {
        "hold_seconds": 60,
        "name": "Maison",
        "allowed_origins": ["http://a.example:8080"],
    }
    assert await show.call("GET", SHOP) == after


async def test_each_shop_changes_itself_alone(show: Show) -> None:
    async with neighbour(show) as other:
        await other.call("PATCH", SHOP, {"name": "Changed"})
        assert (await other.call("GET", SHOP))["name"] == "Changed"
    assert (await show.call("GET", SHOP))["name"] == "Atelier"


async def test_a_hold_lasts_half_a_minute_to_an_hour(show: Show) -> None:
    for seconds in (0, -1, 29, 3601, 10**9, 60.5, "60", True):
        with pytest.raises(Refused, match=r"request\.invalid"):
            await show.call("PATCH", SHOP, {"hold_seconds": seconds})
    assert (await show.call("GET", SHOP))["hold_seconds"] == 300


async def test_a_hold_lasts_as_long_as_the_shop_says(show: Show) -> None:
    await show.call("PATCH", SHOP, {"hold_seconds": 30})
    stream, product = await show.stream(), await show.product()
    pin, viewer = await show.pin(stream, product), await show.viewer(stream)
    before = show.services.clock.now_ms()
    hold = await viewer.hold(pin)
    after = show.services.clock.now_ms()
    slack = 1_000  # Redis has a clock of its own
    assert before + 30_000 - slack <= hold["deadline"] <= after + 30_000 + slack
