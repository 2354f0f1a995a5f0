"""From a tap to a hold: who may take one, of what, and when."""

import asyncio

import pytest

from server.checkout.holding import HoldingService
from server.checkout.offers import Shelf
from server.stock.messages import CreateHold
from tests.checkout.scene import At
from tests.infra.show import Refused, Show, Socket, fresh_key


async def test_the_same_key_is_the_same_hold(quiet: Show) -> None:
    product, stream = await quiet.product(stock=3), await quiet.stream()
    pin, viewer = await quiet.pin(stream, product), await quiet.viewer(stream)
    key = fresh_key()
    first, again = await viewer.hold(pin, key=key), await viewer.hold(pin, key=key)
    assert first == again
    assert await quiet.counts(product) == (2, 1, 0)
    assert (await viewer.hold(pin))["id"] != first["id"]
    assert await quiet.counts(product) == (1, 2, 0)


async def test_two_taps_at_once_are_one_hold(quiet: Show) -> None:
    product, stream = await quiet.product(stock=3), await quiet.stream()
    pin, viewer = await quiet.pin(stream, product), await quiet.viewer(stream)
    key = fresh_key()
    holds = await asyncio.gather(*(viewer.hold(pin, key=key) for _ in range(5)))
    assert len({hold["id"] for hold in holds}) == 1
    assert await quiet.counts(product) == (2, 1, 0)


async def test_a_preview_holds_nothing(quiet: Show) -> None:
    product, stream = await quiet.product(), await quiet.stream()
    pin = await quiet.pin(stream, product)
    issued = await quiet.get_pass(stream, preview=True)
    socket = await Socket(quiet.url).connect(issued["token"])
    quiet.sockets.append(socket)
    body = {
        "key": fresh_key(),
        "stream": stream.id,
        "pin": pin.id,
        "variant": quiet.level(product),
        "quantity": 1,
    }
    with pytest.raises(Refused) as refused:
        await socket.ask("hold.create", body)
    assert refused.value.code == "checkout.preview"
    host = await quiet.host_socket()
    with pytest.raises(Refused) as refused:
        await host.ask("hold.create", body)
    assert refused.value.code == "auth.forbidden"  # staff hold nothing either
    assert await quiet.counts(product) == (10, 0, 0)


async def test_only_while_the_stream_is_live(quiet: Show) -> None:
    product, stream = await quiet.product(), await quiet.stream(live=False)
    pin, viewer = await quiet.pin(stream, product), await quiet.viewer(stream)
    with pytest.raises(Refused) as refused:
        await viewer.hold(pin)
    assert (refused.value.code, refused.value.body["details"]["state"]) == ("stream.not_live", "scheduled")
    live = await quiet.stream()
    pin, viewer = await quiet.pin(live, product), await quiet.viewer(live)
    await quiet.services.streams.end(quiet.shop, live.id)
    with pytest.raises(Refused) as refused:
        await viewer.hold(pin)
    assert (refused.value.code, refused.value.body["details"]["state"]) == ("stream.not_live", "ended")
    assert await quiet.counts(product) == (10, 0, 0)


async def test_a_variant_that_the_pin_does_not_show(quiet: Show) -> None:
    shown, other, stream = await quiet.product(), await quiet.product(), await quiet.stream()
    pin, viewer = await quiet.pin(stream, shown), await quiet.viewer(stream)
    body = {"key": fresh_key(), "stream": stream.id, "pin": pin.id, "quantity": 1}
    for variant in (quiet.level(other), "var_unheard-of"):
        with pytest.raises(Refused) as refused:
            await viewer.socket.ask("hold.create", {**body, "variant": variant})
        assert refused.value.code == "stock.unknown_variant"
    with pytest.raises(Refused) as refused:
        await viewer.socket.ask("hold.create", {**body, "pin": "pin_no", "variant": quiet.level(shown)})
    assert refused.value.code == "pins.not_shown"
    assert await quiet.counts(other) == (10, 0, 0)


async def test_another_shops_stream_is_not_for_this_pass(quiet: Show) -> None:
    product, stream = await quiet.product(), await quiet.stream()
    pin = await quiet.pin(stream, product)
    foreign = await quiet.services.accounts.found_shop(
        slug="other", name="Other", currency="eur", allowed_origins=[]
    )
    issued = await quiet.services.accounts.viewer_pass(
        foreign, origin="", own_origins=set(), token=None, preview=False
    )
    socket = await Socket(quiet.url).connect(issued.token)
    quiet.sockets.append(socket)
    with pytest.raises(Refused) as refused:
        await socket.ask(
            "hold.create",
            {
                "key": fresh_key(),
                "stream": stream.id,
                "pin": pin.id,
                "variant": quiet.level(product),
                "quantity": 1,
            },
        )
    assert refused.value.code == "auth.forbidden"
    assert await quiet.counts(product) == (10, 0, 0)


async def test_sold_out_and_limit_say_what_is_left(quiet: Show) -> None:
    product, stream = await quiet.product(stock=2, limit=2), await quiet.stream()
    pin, viewer = await quiet.pin(stream, product), await quiet.viewer(stream)
    await viewer.hold(pin, quantity=2)
    with pytest.raises(Refused) as refused:
        await viewer.hold(pin)
    assert (refused.value.code, refused.value.body["details"]["taken"]) == ("stock.limit", 2)
    with pytest.raises(Refused) as refused:
        await (await quiet.viewer(stream)).hold(pin)
    assert (refused.value.code, refused.value.body["details"]["left"]) == ("stock.sold_out", 0)
    assert not refused.value.body["retryable"]


async def test_nobody_touches_somebody_elses_hold(quiet: Show) -> None:
    product, stream = await quiet.product(), await quiet.stream()
    pin = await quiet.pin(stream, product)
    owner, stranger = await quiet.viewer(stream), await quiet.viewer(stream)
    hold = await owner.hold(pin)
    for command, more in (("hold.extend", {"key": fresh_key()}), ("hold.release", {})):
        with pytest.raises(Refused) as refused:
            await stranger.socket.ask(command, {"hold": hold["id"], **more})
        assert refused.value.code == "stock.hold_not_found"
    assert await quiet.counts(product) == (9, 1, 0)


async def test_extending_and_letting_go(quiet: Show) -> None:
    product, stream = await quiet.product(), await quiet.stream()
    pin, viewer = await quiet.pin(stream, product), await quiet.viewer(stream)
    hold = await viewer.hold(pin)
    key = fresh_key()
    for _ in range(2):  # the second is a retry
        longer = (await viewer.socket.ask("hold.extend", {"hold": hold["id"], "key": key}))["hold"]
        assert longer["deadline"] >= hold["deadline"]
        assert longer["extensions_left"] == hold["extensions_left"] - 1
    for _ in range(2):
        assert await viewer.socket.ask("hold.release", {"hold": hold["id"]}) == {}
    assert await quiet.counts(product) == (10, 0, 0)
    with pytest.raises(Refused) as refused:
        await viewer.socket.ask("hold.extend", {"hold": hold["id"], "key": fresh_key()})
    assert refused.value.code == "stock.hold_ended"


async def test_a_rush_asks_sql_once(quiet: Show) -> None:
    """The stock is asked for every tap; stream and pin are not."""
    product, stream = await quiet.product(stock=20), await quiet.stream()
    pin = await quiet.pin(stream, product)
    services = quiet.services

    async def nothing() -> None: ...

    streams = At(services.streams, "get", nothing, before=True)
    pins = At(services.pins, "on_sale", nothing, before=True)
    shelf = Shelf(streams, pins)  # type: ignore[arg-type]
    holding = HoldingService(
        services.stock,
        services.line,
        shelf,
        services.checkout,
        services.conversions,
        services.announcer,
        services.clock,
    )

    async def tap() -> None:
        issued = await services.accounts.viewer_pass(
            quiet.shop, origin="", own_origins=set(), token=None, preview=False
        )
        await holding.create(
            services.accounts.viewer(issued.token),
            CreateHold(
                key=fresh_key(), stream=stream.id, pin=pin.id, variant=quiet.level(product), quantity=1
            ),
        )

    await asyncio.gather(*(tap() for _ in range(20)))
    assert (streams.calls, pins.calls) == (1, 1)
    assert await quiet.counts(product) == (0, 20, 0)
