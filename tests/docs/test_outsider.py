"""Whoever reads docs/protocol.md, and nothing else, can write a client."""

from typing import Any

import pytest

from tests.docs.document import Document
from tests.docs.outsider import Outsider, Refused, apply
from tests.infra.show import Show

PAGE = Document()


def limit(name: str) -> float:
    return next(float(row["value"]) for row in PAGE.sections["Limits"].table if name in row["in the code"])


async def test_an_outsider_joins_holds_and_lets_go(show: Show) -> None:
    product = await show.product(stock=3)
    stream = (await show.stream()).id
    async with Outsider(show.url, PAGE) as client:
        issued = await client.http("POST", f"/api/v1/streams/{stream}/pass", {})
        PAGE.check(PAGE.kind("Pass"), issued)
        await client.connect(issued["token"])
        assert client.handshake["maxPayload"] == limit("MAX_MESSAGE")
        assert (client.handshake["pingInterval"], client.handshake["pingTimeout"]) == (20_000, 20_000)

        joined = await client.ask("room.join", {"stream": stream})
        assert joined["snapshot"]["pins"] == []
        await show.call(
            "POST", f"/api/v1/host/streams/{stream}/pins", {"product": product.id, "key": "outsider-1"}
        )
        shown = await client.told("pin.shown")
        assert shown["seq"] == joined["snapshot"]["seq"] + 1
        variant = shown["pin"]["product"]["variants"][0]["id"]
        assert (await client.told("stock.changed"))["levels"] == {variant: 3}

        tap = {"key": "a-tap-0001", "stream": stream, "pin": shown["pin"]["id"], "variant": variant}
        first = await client.ask("hold.create", {**tap, "quantity": 2})
        assert first["levels"]["levels"] == {variant: 1}
        again = await client.ask("hold.create", {**tap, "quantity": 2})
        assert again["hold"] == first["hold"]
        moved = await client.told("stock.changed")
        assert (moved["epoch"], moved["levels"]) == (first["levels"]["epoch"], {variant: 1})

        with pytest.raises(Refused) as refused:
            await client.ask("hold.create", {**tap, "key": "a-tap-0002", "quantity": 2})
        assert refused.value.code == "stock.sold_out"

        hold = first["hold"]["id"]
        longer = await client.ask("hold.extend", {"hold": hold, "key": "longer-0001"})
        assert longer["hold"]["deadline"] >= first["hold"]["deadline"]
        assert longer["hold"]["extensions_left"] == limit("MAX_EXTENSIONS") - 1
        assert await client.ask("hold.release", {"hold": hold}) == {}
        assert await client.told("hold.ended") == {"hold": hold, "reason": "released"}
        assert (await client.told("stock.changed"))["levels"] == {variant: 3}


async def test_what_was_missed_leads_to_the_same_as_a_snapshot(show: Show) -> None:
    stream = await show.stream()
    first, second = await show.product(name="Pale Root"), await show.product(name="Wet Slate")
    async with Outsider(show.url, PAGE) as client:
        issued = await client.http("POST", f"/api/v1/streams/{stream.id}/pass", {})
        await client.connect(issued["token"])
        state = (await client.ask("room.join", {"stream": stream.id}))["snapshot"]
        await show.pin(stream, first)
        pin = await show.pin(stream, second)
        base = f"/api/v1/host/streams/{stream.id}"
        shown = [each["id"] for each in (await show.call("GET", f"{base}/pins"))["pins"]]
        await show.call("PUT", f"{base}/pins", {"pins": shown[::-1]})
        await show.call("DELETE", f"{base}/pins/{pin.id}")
        await show.call("PATCH", base, {"title": "Four vetivers"})
        await show.poll(stream)
        poll = await show.poll(stream)  # the first one closes
        await show.call("POST", f"{base}/polls/{poll}/close")

        since = {"epoch": state["epoch"], "seq": state["seq"]}
        missed = await client.ask("room.join", {"stream": stream.id, "since": since})
        assert missed["snapshot"] is None
        for event in missed["missed"]:
            section = PAGE.parts["Events"][event["event"]]
            PAGE.check_fields(PAGE.fields(section), event["data"])
            state = apply(state, event["event"], event["data"])
        assert state == (await client.ask("room.join", {"stream": stream.id}))["snapshot"]

        other = {"epoch": "another", "seq": 0}
        anew = await client.ask("room.join", {"stream": stream.id, "since": other})
        assert (anew["snapshot"], anew["missed"]) == (state, [])


async def test_an_outsider_votes(show: Show) -> None:
    stream = await show.stream()
    base = f"/api/v1/host/streams/{stream.id}/polls"
    async with Outsider(show.url, PAGE) as client:
        issued = await client.http("POST", f"/api/v1/streams/{stream.id}/pass", {})
        await client.connect(issued["token"])
        state = (await client.ask("room.join", {"stream": stream.id}))["snapshot"]
        assert state["poll"] is None
        options = [{"text": "Grapefruit"}, {"text": "Wet stone", "right": True}]
        draft = {"question": "What opens Wet Slate?", "options": options, "kind": "quiz"}
        made = (await show.call("POST", base, draft))["poll"]["id"]
        await show.call("POST", f"{base}/{made}/open")
        state = apply(state, "poll.opened", await client.told("poll.opened"))
        right = state["poll"]["options"][1]["id"]
        vote = {"stream": stream.id, "poll": made, "options": [right]}
        ballot = await client.ask("poll.vote", vote)
        assert (ballot["options"], ballot["tally"]["counts"][right]) == ([right], 1)
        assert (await client.told("poll.tallied"))["tally"] == ballot["tally"]
        await show.call("POST", f"{base}/{made}/close")
        state = apply(state, "poll.closed", await client.told("poll.closed"))
        assert (state["poll"]["tally"], state["poll"]["right"]) == (ballot["tally"], [right])
        assert await client.ask("poll.ballot", {"stream": stream.id, "poll": made}) == ballot
        await show.call("POST", f"{base}/{made}/hide")
        state = apply(state, "poll.hidden", await client.told("poll.hidden"))
        assert state == (await client.ask("room.join", {"stream": stream.id}))["snapshot"]


async def test_an_outsider_pays(show: Show) -> None:
    product = await show.product(stock=1)
    stream = await show.stream()
    pin = await show.pin(stream, product)
    async with Outsider(show.url, PAGE) as client:
        issued = await client.http("POST", f"/api/v1/streams/{stream.id}/pass", {})
        client.token = issued["token"]
        await client.connect(client.token)
        await client.ask("room.join", {"stream": stream.id})
        tap = {"stream": stream.id, "pin": pin.id, "variant": product.variants[0].id, "quantity": 1}
        held = await client.ask("hold.create", {"key": "a-tap-0001", **tap})
        checkout = await client.http("POST", "/api/v1/checkouts", {"hold": held["hold"]["id"]})
        PAGE.check(PAGE.kind("Checkout"), checkout)
        await show.standin.confirm(checkout["client_secret"])
        assert (await client.told("order.changed"))["order"]["state"] == "paid"
        order = await client.http("GET", f"/api/v1/orders/{checkout['order']['id']}")
        PAGE.check(PAGE.kind("OrderView"), order)
        assert order["state"] == "paid"
        closed = await client.http("POST", f"/api/v1/orders/{order['id']}/cancel")
        assert closed == order


@pytest.mark.parametrize("token", ["", "nonsense", None])
async def test_a_bad_pass_is_refused_as_described(show: Show, token: Any) -> None:
    async with Outsider(show.url, PAGE) as client:
        with pytest.raises(Refused) as refused:
            await client.connect(token)
        assert refused.value.code == "auth.required"


async def test_errors_of_a_command_are_as_described(show: Show) -> None:
    stream = await show.stream(live=False)
    await show.product()  # a shop without any has no stock to ask until the worker has looked
    async with Outsider(show.url, PAGE) as client:
        issued = await client.http("POST", f"/api/v1/streams/{stream.id}/pass", {"preview": True})
        client.token = issued["token"]
        await client.connect(client.token)
        view = {"id": "touch-1", "kind": "view", "channel": "live", "at": 0}
        asked: list[tuple[str, Any, str]] = [
            ("room.join", {"stream": "none"}, "stream.not_found"),
            ("room.join", {"stream": stream.id, "more": 1}, "request.invalid"),
            ("room.join", [], "request.invalid"),
            ("hold.release", {"hold": "none"}, "stock.hold_not_found"),
            ("numbers.watch", {"stream": stream.id}, "auth.forbidden"),
            ("touches.report", {"stream": stream.id, "touches": [view]}, "conversions.preview"),
        ]
        for name, body, code in asked:
            with pytest.raises(Refused) as refused:
                await client.ask(name, body)
            assert refused.value.code == code
            common = {"request.invalid"}
            assert code in common | PAGE.parts["Commands"][name].codes
        with pytest.raises(Refused) as refused:
            await client.http("POST", "/api/v1/checkouts", {"hold": "none"})
        assert refused.value.code in PAGE.parts["HTTP: viewers"]["POST /api/v1/checkouts"].codes


async def test_too_many_commands_are_refused_as_described(show: Show) -> None:
    stream = await show.stream()
    async with Outsider(show.url, PAGE) as client:
        issued = await client.http("POST", f"/api/v1/streams/{stream.id}/pass", {})
        await client.connect(issued["token"])
        refused = 0
        for _ in range(int(limit("BURST")) * 3):
            try:
                await client.ask("hold.release", {"hold": "none"})
            except Refused as error:
                refused += error.code == "rate_limited"
        assert refused > 0
