"""The report against a count by hand of a show with several viewers, pins and channels: true to the cent."""

import csv
import io
import random
from collections import Counter
from typing import Any

import msgspec
import pytest
from sqlalchemy import update

from server.catalog.messages import ProductView
from server.conversions.messages import Figures
from server.conversions.report import build_report
from server.conversions.routes import FIGURES, _csv
from server.conversions.store import conversions
from server.core.clock import Clock
from server.core.money import format_money
from server.pins.messages import PinView
from server.streams.messages import CreateStream, StreamView
from server.worker import Worker
from tests.checkout.scene import REFUNDED, Sale, begin, credited, settlement
from tests.infra.show import Json, Refused, Show, Viewer, fresh_key

CHANNELS = ("live", "replay", "clip", "popup", "hub")


class Ledger:
    """The count by hand: what was done, written down as it is done."""

    def __init__(self) -> None:
        self.touched: list[tuple[str, str, str | None]] = []
        self.sold: list[Json] = []

    def figures(self, product: str | None) -> Json:
        mine = [t for t in self.touched if product is None or t[2] == product]
        sold = [s for s in self.sold if product is None or s["product"] == product]
        seen = "view" if product is None else "impression"
        count = Counter(kind for _, kind, _ in mine)
        return {
            "viewers": len({viewer for viewer, kind, _ in mine if kind == seen}),
            "views": count["view"],
            "impressions": count["impression"],
            "clicks": count["click"],
            "holds": count["hold"],
            "orders": len({s["order"] for s in sold}),
            "units": sum(s["units"] for s in sold),
            "revenue": sum(s["revenue"] for s in sold),
            "refunded": sum(s["revenue"] for s in sold if s["refunded"]),
        }


async def touch(ledger: Ledger, viewer: Viewer, kind: str, channel: str, pin: PinView | None) -> None:
    body = {"id": fresh_key(), "kind": kind, "channel": channel, "at": Clock().now_ms()}
    if pin is not None:
        body |= {"pin": pin.id, "product": pin.product.id}
    await viewer.socket.ask("touches.report", {"stream": viewer.stream.id, "touches": [body, body]})
    ledger.touched.append((viewer.id, kind, pin.product.id if pin else None))


async def buy(show: Show, ledger: Ledger, viewer: Viewer, pin: PinView, quantity: int, end: str) -> None:
    hold = await viewer.hold(pin, quantity=quantity)
    ledger.touched.append((viewer.id, "hold", pin.product.id))
    if end == "hold":
        return
    sale = Sale(show, pin.product, viewer.stream, pin, viewer, hold, await viewer.checkout(hold))
    if end == "cancel":
        await viewer.call("POST", f"/api/v1/orders/{sale.order}/cancel")
        return
    await sale.pay()
    settle = settlement(show)
    await settle.succeeded(await sale.event())
    if end == "refund":
        await show.standin.call("POST", "/v1/refunds", {"payment_intent": sale.payment})
        await settle.refunded(await sale.event(REFUNDED))
    ledger.sold.append(
        {
            "order": sale.order,
            "product": pin.product.id,
            "units": quantity,
            "revenue": quantity * pin.product.variants[0].price,
            "refunded": end == "refund",
        }
    )


async def fetch(show: Show, stream: StreamView) -> Json:
    found: Json = await show.call("GET", f"/api/v1/host/streams/{stream.id}/report")
    return found


async def test_true_to_the_cent(quiet: Show) -> None:
    dice, ledger = random.Random(7), Ledger()
    stream, other = await quiet.stream(), await quiet.stream()
    products = [
        await quiet.product(stock=50, price=price, name=name)
        for name, price in (("Pale Root", 4801), ("Wet Slate", 5299), ("Ember Loam", 13607))
    ]
    pins = [await quiet.pin(stream, product) for product in products]
    viewers = [await quiet.viewer(stream) for _ in range(5)]
    for viewer in viewers:
        for _ in range(dice.randint(0, 2)):
            await touch(ledger, viewer, "view", dice.choice(CHANNELS), None)
        for pin in pins:
            for kind in ("impression", "click"):
                for _ in range(dice.randint(0, 2)):
                    await touch(ledger, viewer, kind, dice.choice(CHANNELS), pin)
    for end in ("paid", "paid", "refund", "hold", "cancel", "paid", "paid", "refund"):
        await buy(quiet, ledger, dice.choice(viewers), dice.choice(pins), dice.randint(1, 2), end)
    # What happens elsewhere is none of this stream's.
    elsewhere, stranger = await quiet.pin(other, products[0]), await quiet.viewer(other)
    await touch(Ledger(), stranger, "view", "live", None)
    await buy(quiet, Ledger(), stranger, elsewhere, 1, "paid")
    while await Worker(quiet.services).touches():
        pass

    report = await fetch(quiet, stream)
    assert report["totals"] == ledger.figures(None)
    assert {row["product"]: row["figures"] for row in report["products"]} == {
        product.id: ledger.figures(product.id) for product in products
    }
    by_revenue = [row["figures"]["revenue"] for row in report["products"]]
    assert by_revenue == sorted(by_revenue, reverse=True)
    assert sum(point["units"] for point in report["curve"]) == report["totals"]["units"]
    assert sum(point["revenue"] for point in report["curve"]) == report["totals"]["revenue"]
    assert format_money(report["totals"]["revenue"], "eur") in report["sentence"]
    assert all(row["pinned_ms"] > 0 for row in report["products"])

    # The spreadsheet says the same.
    rows = list(csv.DictReader(io.StringIO(await text_of(quiet, stream))))
    assert [row["product"] for row in rows] == [
        *(row["product_name"] for row in report["products"]),
        "total",
    ]
    for row, figures in zip(
        rows, [*(r["figures"] for r in report["products"]), report["totals"]], strict=True
    ):
        assert {field: int(row[field]) for field in FIGURES} == figures
        assert row["currency"] == "eur"


async def text_of(show: Show, stream: StreamView) -> str:
    async with show.http.get(f"{show.url}/api/v1/host/streams/{stream.id}/report.csv") as response:
        assert response.content_type == "text/csv"
        assert "attachment" in response.headers["Content-Disposition"]
        return await response.text()


async def test_before_anybody_came(quiet: Show) -> None:
    stream = await quiet.stream()
    report = await fetch(quiet, stream)
    assert report["totals"] == dict.fromkeys(FIGURES, 0)
    assert (report["products"], report["curve"]) == ([], [])
    assert report["sentence"].startswith("Nobody has watched yet")


async def test_the_report_is_for_the_shops_staff(quiet: Show) -> None:
    stream = await quiet.stream()
    viewer = await quiet.viewer(stream)
    for path in ("report", "report.csv"):
        with pytest.raises(Refused) as refused:
            await viewer.call("GET", f"/api/v1/host/streams/{stream.id}/{path}")
        assert refused.value.status == 401
        with pytest.raises(Refused) as refused:
            await quiet.call("GET", f"/api/v1/host/streams/stream_unheard-of/{path}")
        assert refused.value.status == 404


# The sentence and the curve, by themselves

VIEW = StreamView(
    id="stream_1",
    title="Three vetivers",
    maker="Atelier",
    disclosure="",
    state="live",
    currency="eur",
    source_url="/media/clip.mp4",
    source_kind="file",
    poster_url=None,
    starts_at=None,
    started_at=1_000_000,
    ended_at=None,
)
NO_SALES = {"orders": 0, "units": 0, "revenue": 0, "refunded": 0}


def product(name: str) -> ProductView:
    return ProductView(
        id=f"prod_{name}", name=name, description="", image_url=None, currency="eur", variants=[]
    )


def built(
    rows: Json | None = None, sales: Json = NO_SALES, products: tuple[ProductView, ...] = (), **view: Any
) -> Any:
    empty: Json = {"touched": [], "viewers": [{"n": 0}], "product_viewers": [], "sold": [], "moments": []}
    return build_report(
        msgspec.structs.replace(VIEW, **view),
        {**empty, **(rows or {})},
        {one.id: one for one in products},
        {one.id: 1000 for one in products},
        sales,
        2_000_000,
    )


def test_what_the_sentence_says() -> None:
    clicks = {"kind": "click", "product": None, "n": 1}
    assert built({"viewers": [{"n": 1}], "touched": [clicks]}).sentence == (
        "1 viewer and 1 click on pins so far; nothing sold yet."
    )
    assert built({"viewers": [{"n": 1200}]}).sentence == (
        "1,200 viewers and 0 clicks on pins so far; nothing sold yet."
    )
    slate, ember = product("Wet Slate"), product("Ember Loam")
    sold = [
        {"product": slate.id, "orders": 1, "units": 1, "revenue": 9000, "refunded": 0},
        {"product": ember.id, "orders": 1, "units": 2, "revenue": 4400, "refunded": 0},
    ]
    report = built(
        {"viewers": [{"n": 31}], "sold": sold},
        {"orders": 2, "units": 3, "revenue": 13400, "refunded": 0},
        (slate, ember),
    )
    assert report.sentence == "3 units sold to 31 viewers for €134.00; Ember Loam sold most."
    assert [row.product_name for row in report.products] == ["Wet Slate", "Ember Loam"]


def moment(at: int, units: int = 1, revenue: int = 100) -> Json:
    return {"at": at, "units": units, "revenue": revenue}


def test_the_curve_counts_minutes_from_the_start() -> None:
    start = VIEW.started_at or 0
    moments = [moment(start), moment(start + 59_999), moment(start + 180_000, 2, 500), moment(start - 5)]
    curve = built({"moments": moments}).curve
    assert [(p.minute, p.units, p.revenue) for p in curve] == [
        (0, 3, 300),
        (1, 0, 0),
        (2, 0, 0),
        (3, 2, 500),
    ]
    assert built({"moments": moments}, started_at=None).curve == []
    assert built({"moments": []}).curve == []


def test_a_curve_of_days_is_bounded_and_loses_nothing() -> None:
    start = VIEW.started_at or 0
    curve = built({"moments": [moment(start), moment(start + 40 * 86_400_000)]}).curve
    assert len(curve) == 24 * 60 + 1
    assert sum(point.revenue for point in curve) == 200


@pytest.mark.parametrize(
    "name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠x"]
)
def test_a_spreadsheet_runs_no_name_as_a_formula(name: str) -> None:
    report = built(products=(product(name),))
    [_, row, _] = list(csv.reader(io.StringIO(_csv(report))))
    assert row[0] == "'" + name


@pytest.mark.parametrize("name", ['He said "now"', "a,b", "Vétiver №5", "two\nlines"])
def test_a_name_comes_out_as_it_went_in(name: str) -> None:
    [_, row, _] = list(csv.reader(io.StringIO(_csv(built(products=(product(name),))), newline="")))
    assert row[0] == name


def test_every_figure_is_in_the_spreadsheet() -> None:
    assert next(csv.reader(io.StringIO(_csv(built())))) == [
        "product",
        "currency",
        "pinned_ms",
        *Figures.__struct_fields__,
    ]


# Living numbers


async def test_numbers_are_for_the_host_alone(show: Show) -> None:
    stream = await show.stream()
    viewer = await show.viewer(stream)
    with pytest.raises(Refused) as refused:
        await viewer.socket.ask("numbers.watch", {"stream": stream.id})
    assert refused.value.code == "auth.forbidden"
    host = await show.host_socket()
    first = await host.ask("numbers.watch", {"stream": stream.id})
    assert (first["orders"], first["units"], first["held"], first["revenue"]) == (0, 0, 0, 0)
    product = await show.product(stock=3)
    pin = await show.pin(stream, product)
    hold = await viewer.hold(pin, quantity=2)
    await until_numbers(host, held=2, orders=0)
    checkout = await viewer.checkout(hold)
    await viewer.pay(checkout)
    numbers = await until_numbers(host, orders=1)
    assert (numbers["held"], numbers["units"], numbers["revenue"]) == (0, 2, 9600)
    assert "numbers.changed" not in [name for name, _ in viewer.socket.heard]


async def until_numbers(host: Any, **wanted: int) -> Json:
    while True:
        numbers: Json = (await host.told("numbers.changed"))["numbers"]
        if all(numbers[name] == value for name, value in wanted.items()):
            return numbers
        host.heard.clear()


async def test_another_shops_numbers(show: Show) -> None:
    foreign = await show.services.accounts.found_shop(
        slug="other", name="Other", currency="eur", allowed_origins=[]
    )
    theirs = await show.services.streams.create(
        foreign, CreateStream(title="Theirs", source_url="/media/clip.mp4")
    )
    host = await show.host_socket()
    with pytest.raises(Refused) as refused:
        await host.ask("numbers.watch", {"stream": theirs.id})
    assert refused.value.code == "auth.forbidden"


async def test_credits_stay_as_they_were_made(quiet: Show) -> None:
    """A repeated credit does not undo a refund, nor write over what was credited."""
    sale = await begin(quiet)
    await sale.pay()
    settle = settlement(quiet)
    await settle.succeeded(await sale.event())
    async with quiet.services.db.begin() as sql:
        await sql.execute(update(conversions).values(revenue=4700))
    await settle.succeeded(await sale.event())
    assert await credited(quiet, sale.order) == (1, 4700, 0)
