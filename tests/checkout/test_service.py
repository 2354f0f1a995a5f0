"""Opening a payment, and letting go of it, as a buyer's page does it over HTTP."""

import asyncio

import aiohttp
import pytest
from sqlalchemy import update

from server.catalog.store import variants
from server.checkout.messages import OpenCheckout
from server.checkout.store import OrderStore
from server.payments.messages import Payment
from tests.checkout.scene import (
    At,
    Crash,
    LaterClock,
    at_stripe,
    begin,
    books_in_the_end,
    check_books,
    checkout_service,
    die,
    patiently,
    row,
    settlement,
    unknown_hold,
)
from tests.infra.show import Refused, Show, call
from tests.infra.stripe import ASKS, DECLINED, GOOD, NO_FUNDS


async def test_asking_twice_is_the_same_order_and_payment(quiet: Show) -> None:
    sale = await begin(quiet)
    again = await sale.buyer.checkout(sale.hold)
    assert again == sale.checkout
    at_once = await asyncio.gather(*(sale.buyer.checkout(sale.hold) for _ in range(5)))
    assert all(one == sale.checkout for one in at_once)


async def test_asking_many_times_at_once_is_one_order_and_payment(quiet: Show) -> None:
    product, stream = await quiet.product(stock=1), await quiet.stream()
    pin, buyer = await quiet.pin(stream, product), await quiet.viewer(stream)
    hold = await buyer.hold(pin)

    async def opened() -> str:
        checkout = await buyer.checkout(hold)
        return f"{checkout['order']['id']} {checkout['client_secret']}"

    # Stripe answers 409 while the same request is under way: to be sent again.
    assert len(set(await asyncio.gather(*(patiently(opened) for _ in range(6))))) == 1


async def test_what_the_page_is_told(quiet: Show) -> None:
    sale = await begin(quiet, stock=3, quantity=2, price=4850)
    order = sale.checkout["order"]
    assert (order["state"], order["total"], order["currency"]) == ("pending", 9700, "eur")
    assert [(line["quantity"], line["unit_price"]) for line in order["lines"]] == [(2, 4850)]
    assert sale.checkout["deadline"] == sale.hold["deadline"]
    assert sale.checkout["stripe"]["stand_in"] is True
    assert sale.checkout["stripe"]["publishable_key"] == quiet.standin.publishable_key
    assert "sk_" not in str(sale.checkout)
    intent = (await quiet.standin.call("GET", f"/v1/payment_intents/{sale.payment}")).body
    assert (intent["amount"], intent["currency"]) == (9700, "eur")
    assert intent["metadata"] == {"order": order["id"], "shop": quiet.shop.id, "number": order["number"]}


@pytest.mark.parametrize("extra", [{"amount": 1}, {"total": 1}, {"currency": "usd"}, {"price": 0}])
async def test_the_page_has_no_say_in_the_price(quiet: Show, extra: dict[str, object]) -> None:
    product, stream = await quiet.product(stock=1), await quiet.stream()
    pin, buyer = await quiet.pin(stream, product), await quiet.viewer(stream)
    hold = await buyer.hold(pin)
    with pytest.raises(Refused) as refused:
        await buyer.checkout(hold, **extra)
    assert (refused.value.code, refused.value.status) == ("request.invalid", 400)


async def test_the_price_is_the_one_that_was_shown(quiet: Show) -> None:
    """A pin keeps its offer: who held at a price pays that price."""
    sale = await begin(quiet, price=4800)
    async with quiet.services.db.begin() as sql:
        await sql.execute(update(variants).values(price=1))
    assert (await sale.buyer.checkout(sale.hold))["order"]["total"] == 4800


async def test_an_order_is_its_viewers_alone(quiet: Show) -> None:
    sale = await begin(quiet)
    stranger = await quiet.viewer(sale.stream)
    with pytest.raises(Refused) as refused:
        await stranger.checkout(sale.hold)
    assert refused.value.code == "stock.hold_not_found"
    for method, path in (("GET", ""), ("POST", "/cancel")):
        with pytest.raises(Refused) as refused:
            await stranger.call(method, f"/api/v1/orders/{sale.order}{path}")
        assert (refused.value.code, refused.value.status) == ("checkout.no_such_order", 404)
    with pytest.raises(Refused) as refused:
        await stranger.call("GET", "/api/v1/orders/order_unheard-of")
    assert refused.value.code == "checkout.no_such_order"
    assert (await sale.buyer.order(sale.checkout))["state"] == "pending"


async def test_a_pass_is_needed(quiet: Show) -> None:
    sale = await begin(quiet)
    staff = (await quiet.call("POST", "/api/v1/host/socket-pass"))["token"]
    for token, status in ((None, 401), ("forged.pass", 401), (staff, 403)):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with aiohttp.ClientSession(headers=headers) as session:
            for method, path, body in (
                ("POST", "/api/v1/checkouts", {"hold": sale.hold["id"]}),
                ("GET", f"/api/v1/orders/{sale.order}", None),
                ("POST", f"/api/v1/orders/{sale.order}/cancel", None),
            ):
                with pytest.raises(Refused) as refused:
                    await call(session, method, quiet.url + path, body)
                assert refused.value.status == status


async def test_a_preview_opens_no_payment(quiet: Show) -> None:
    product, stream = await quiet.product(), await quiet.stream()
    pin = await quiet.pin(stream, product)
    real = await quiet.viewer(stream)
    hold = await real.hold(pin)
    # The same person, now in a preview.
    preview = await quiet.get_pass(stream, preview=True, token=real.token)
    assert preview["viewer"] == real.id
    real.token = preview["token"]
    with pytest.raises(Refused) as refused:
        await real.checkout(hold)
    assert refused.value.code == "checkout.preview"


async def test_an_unknown_hold(quiet: Show) -> None:
    sale = await begin(quiet)
    with pytest.raises(Refused) as refused:
        await sale.buyer.checkout({"id": unknown_hold(quiet, sale.buyer)})
    assert (refused.value.code, refused.value.status) == ("stock.hold_not_found", 404)


async def test_a_hold_that_ended_before_its_order(quiet: Show) -> None:
    product, stream = await quiet.product(stock=2), await quiet.stream()
    pin, buyer = await quiet.pin(stream, product), await quiet.viewer(stream)
    hold = await buyer.hold(pin)
    await buyer.socket.ask("hold.release", {"hold": hold["id"]})
    with pytest.raises(Refused) as refused:
        await buyer.checkout(hold)
    assert (refused.value.code, refused.value.body["details"]["state"]) == ("stock.hold_ended", "released")


async def test_a_hold_that_ended_after_its_order(quiet: Show) -> None:
    sale = await begin(quiet)
    await sale.lapse()
    with pytest.raises(Refused) as refused:
        await sale.buyer.checkout(sale.hold)
    assert (refused.value.code, refused.value.body["details"]["state"]) == ("stock.hold_ended", "expired")


async def test_a_paid_order_is_closed(quiet: Show) -> None:
    sale = await begin(quiet)
    await sale.pay()
    await settlement(quiet).succeeded(await sale.event())
    with pytest.raises(Refused) as refused:
        await sale.buyer.checkout(sale.hold)
    assert refused.value.code == "checkout.closed"
    assert refused.value.body["details"] == {"order": sale.order, "state": "paid"}


async def test_the_e_mail_is_kept_and_may_come_later(quiet: Show) -> None:
    sale = await begin(quiet)
    assert (await row(quiet, sale.order))["email"] is None
    for email in ("ann@example.com", "ann@example.org"):
        await sale.buyer.checkout(sale.hold, email=email)
        assert (await row(quiet, sale.order))["email"] == email
    await sale.buyer.checkout(sale.hold)
    assert (await row(quiet, sale.order))["email"] == "ann@example.org"
    with pytest.raises(Refused) as refused:
        await sale.buyer.checkout(sale.hold, email="not an address")
    assert refused.value.code == "request.invalid"


async def test_declined_then_another_card_on_the_same_order(show: Show) -> None:
    sale = await begin(show)
    for card in (DECLINED, NO_FUNDS):
        declined = await sale.buyer.pay(sale.checkout, card)
        assert declined["error"]["code"] == "card_declined"
        assert (await sale.buyer.order(sale.checkout))["state"] == "pending"
        assert await show.counts(sale.product) == (0, 1, 0)
    again = await sale.buyer.checkout(sale.hold)
    assert again["client_secret"] == sale.checkout["client_secret"]
    await sale.pay(GOOD)
    await sale.buyer.until_order(sale.checkout, "paid")
    assert await show.counts(sale.product) == (0, 0, 1)
    await books_in_the_end(show)


@pytest.mark.parametrize("success", [True, False])
async def test_three_d_secure(show: Show, success: bool) -> None:
    sale = await begin(show)
    assert (await sale.buyer.pay(sale.checkout, ASKS))["status"] == "requires_action"
    await show.standin.authenticate(sale.checkout["client_secret"], success=success)
    if not success:
        assert (await sale.buyer.order(sale.checkout))["state"] == "pending"
        assert await show.counts(sale.product) == (0, 1, 0)
        await sale.pay(GOOD)
    await sale.buyer.until_order(sale.checkout, "paid")
    assert await show.counts(sale.product) == (0, 0, 1)
    await books_in_the_end(show)


# Letting go


async def test_letting_go_gives_the_unit_back_and_cancels_at_stripe(show: Show) -> None:
    sale = await begin(show)
    for _ in range(2):  # the second is a retry
        order = await sale.buyer.call("POST", f"/api/v1/orders/{sale.order}/cancel")
        assert (order["state"], order["reason"]) == ("cancelled", "let_go")
    assert await sale.at_stripe() == ("canceled", 0)
    assert await show.counts(sale.product) == (1, 0, 0)
    told = await sale.buyer.socket.told("order.changed")
    assert (told["order"]["state"], told["order"]["reason"]) == ("cancelled", "let_go")
    assert (await sale.buyer.pay(sale.checkout))["error"]["code"] == "payment_intent_unexpected_state"
    with pytest.raises(Refused) as refused:
        await sale.buyer.checkout(sale.hold)
    assert refused.value.code == "checkout.closed"
    await books_in_the_end(show)


async def test_letting_go_after_paying_changes_nothing(show: Show) -> None:
    sale = await begin(show)
    await sale.pay()
    await sale.buyer.until_order(sale.checkout, "paid")
    order = await sale.buyer.call("POST", f"/api/v1/orders/{sale.order}/cancel")
    assert order["state"] == "paid"
    assert await show.counts(sale.product) == (0, 0, 1)
    await books_in_the_end(show)


async def test_letting_go_between_paying_and_the_webhook(quiet: Show) -> None:
    sale = await begin(quiet)
    await sale.pay()
    order = await sale.buyer.call("POST", f"/api/v1/orders/{sale.order}/cancel")
    assert order["state"] == "pending"
    assert await quiet.counts(sale.product) == (0, 1, 0)
    await settlement(quiet).succeeded(await sale.event())
    assert await sale.state() == ("paid", None)
    await check_books(quiet)


async def test_letting_go_while_the_bank_is_asked(quiet: Show) -> None:
    sale = await begin(quiet)
    assert (await sale.buyer.pay(sale.checkout, ASKS))["status"] == "requires_action"
    order = await sale.buyer.call("POST", f"/api/v1/orders/{sale.order}/cancel")
    assert order["state"] == "cancelled"
    assert await sale.at_stripe() == ("canceled", 0)
    answer = await quiet.standin.authenticate(sale.checkout["client_secret"], success=True)
    assert answer.status == 400
    await check_books(quiet)


async def test_letting_go_while_stripe_works_on_the_payment(quiet: Show) -> None:
    """`processing` can't be cancelled: the order waits for what becomes of it."""
    sale = await begin(quiet)

    class Processing:
        async def cancel_payment(self, payment: str, idempotency_key: str) -> Payment:
            return Payment(
                id=payment,
                status="processing",
                client_secret=None,
                amount=4800,
                received=0,
                currency="eur",
                order=sale.order,
                error_code=None,
            )

    checkout = checkout_service(quiet, gateway=Processing())
    view = await checkout.cancel(quiet.services.accounts.viewer(sale.buyer.token), sale.order)
    assert view.state == "pending"
    assert await quiet.counts(sale.product) == (0, 1, 0)


async def test_letting_go_of_a_payment_that_stripe_forgot(quiet: Show) -> None:
    sale = await begin(quiet)
    await OrderStore(quiet.services.db).change(sale.order, {"payment": "pi_of_another_account"})
    order = await sale.buyer.call("POST", f"/api/v1/orders/{sale.order}/cancel")
    assert order["state"] == "cancelled"
    assert await quiet.counts(sale.product) == (1, 0, 0)


async def test_letting_go_with_stripe_away_keeps_the_hold(quiet: Show) -> None:
    sale = await begin(quiet)
    await quiet.standin.fault("/cancel$", "status", status=503, times=3)
    with pytest.raises(Refused) as refused:
        await sale.buyer.call("POST", f"/api/v1/orders/{sale.order}/cancel")
    assert (refused.value.code, refused.value.body["retryable"]) == ("unavailable", True)
    assert await quiet.counts(sale.product) == (0, 1, 0)
    assert await sale.state() == ("pending", None)
    order = await sale.buyer.call("POST", f"/api/v1/orders/{sale.order}/cancel")
    assert order["state"] == "cancelled"
    assert await quiet.counts(sale.product) == (1, 0, 0)


async def test_a_hold_let_go_cancels_its_order_too(quiet: Show) -> None:
    """Over the socket, without a word to the order: the worker finds it, for what it is."""
    sale = await begin(quiet)
    await sale.buyer.socket.ask("hold.release", {"hold": sale.hold["id"]})
    clock = LaterClock()
    clock.ahead_ms = quiet.shop.hold_seconds * 1000 + 5_000
    assert await settlement(quiet, clock=clock).check_due() == 1
    assert await sale.state() == ("cancelled", "let_go")
    assert await at_stripe(quiet, sale.payment) == ("canceled", 0)
    assert await quiet.counts(sale.product) == (1, 0, 0)


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize(
    ("part", "method"), [("store", "open"), ("gateway", "create_payment"), ("store", "take_payment")]
)
async def test_a_web_node_that_dies_while_opening(quiet: Show, part: str, method: str, before: bool) -> None:
    """Whatever was done by then, the retry on another node ends at one order and one payment."""
    product, stream = await quiet.product(stock=1), await quiet.stream()
    pin, buyer = await quiet.pin(stream, product), await quiet.viewer(stream)
    hold = await buyer.hold(pin)
    own = {"store": OrderStore(quiet.services.db), "gateway": quiet.services.gateway}[part]
    dying = checkout_service(quiet, **{part: At(own, method, die, before=before)})
    with pytest.raises(Crash):
        await dying.open(quiet.services.accounts.viewer(buyer.token), OpenCheckout(hold=hold["id"]))
    opened = await buyer.checkout(hold)
    order = await row(quiet, opened["order"]["id"])
    assert opened["client_secret"].startswith(order["payment"])
    # Stripe made one payment for this order's key, and that is the order's.
    made = await quiet.services.gateway.create_payment(
        order["id"],
        order["total"],
        order["currency"],
        f"Order {order['number']}",
        {"shop": order["shop"], "number": order["number"]},
        f"pay:{order['id']}",
    )
    assert made.id == order["payment"]
