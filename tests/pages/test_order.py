"""An order's own page: for whoever has its address, and for nobody else."""

import pytest

from server.checkout.store import OrderStore
from tests.checkout.scene import Sale, begin
from tests.checkout.test_delivery import ADA, keep
from tests.infra.logs import Logs
from tests.infra.show import Show
from tests.pages.html import Page
from tests.pages.test_pages import HOSTILE, get


async def bought(show: Show, **details: object) -> Sale:
    await keep(show)
    sale = await begin(show)
    path = f"/api/v1/orders/{sale.order}/details"
    answer = await sale.buyer.call("POST", path, {**ADA, **details})
    sale.checkout["client_secret"] = answer["client_secret"]
    return sale


async def test_it_shows_the_order_as_it_is_now(show: Show, logs: Logs) -> None:
    sale = await bought(show)
    path = sale.checkout["page"]
    status, headers, text = await get(show, path)
    assert status == 200
    assert "Waiting for the payment" in text
    await sale.pay()
    await sale.buyer.until_order(sale.checkout, "paid")
    status, headers, text = await get(show, path)
    for words in (
        "Paid. Thank you!",
        "Pale Root",
        "€52.90",
        "€4.90",
        "€8.45",
        "Weg 1",
        "89073 Ulm",
        "Germany",
    ):
        assert words in text, words
    assert headers["Cache-Control"] == "no-store"
    assert "noindex" in headers["X-Robots-Tag"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "<script" not in text
    assert path.rpartition("/")[2] not in logs.text()


async def test_its_address_is_not_the_orders_name_and_not_in_sql(show: Show) -> None:
    sale = await bought(show)
    path: str = sale.checkout["page"]
    token = path.removeprefix("/orders/")
    assert len(token) == 22
    row = await OrderStore(show.services.db).get(sale.order)
    assert row is not None
    assert token not in str(row)
    for other in (sale.order, row["number"], row["page"], token[:-1], "x" * 5000, "%00"):
        status, _, text = await get(show, f"/orders/{other}")
        assert status == 404
        assert "Weg 1" not in text


@pytest.mark.parametrize("words", HOSTILE)
async def test_what_a_buyer_typed_stays_text(show: Show, words: str) -> None:
    line = words[:200]
    sale = await bought(show, name=line, address={**ADA["address"], "line1": line, "city": line})
    status, _, text = await get(show, sale.checkout["page"])
    assert status == 200
    assert Page(text).faults() == []
