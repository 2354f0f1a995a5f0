"""A stream's report from counted rows. Pure: the same rows give the same report."""

from collections.abc import Mapping, Sequence
from typing import Any

from server.catalog.messages import ProductView
from server.conversions.messages import CurvePoint, Figures, ProductFigures, Report
from server.core.money import format_money
from server.streams.messages import StreamView

MINUTE_MS = 60_000
LAST_MINUTE = 24 * 60
"""Where the curve ends: what is sold later counts there."""
Rows = Mapping[str, Sequence[Mapping[str, Any]]]


def build_report(
    stream: StreamView,
    rows: Rows,
    products: Mapping[str, ProductView],
    pinned_ms: Mapping[str, int],
    sales: Mapping[str, int],
    now_ms: int,
) -> Report:
    """`rows` as `ConversionStore.report` answers them; `pinned_ms` by product; `sales` over the stream."""
    totals = _figures(
        touched={kind: sum(row["n"] for row in rows["touched"] if row["kind"] == kind) for kind in _KINDS},
        sold=sales,
        viewers=rows["viewers"][0]["n"] if rows["viewers"] else 0,
    )
    sold = {row["product"]: row for row in rows["sold"]}
    seen = {row["product"]: row["n"] for row in rows["product_viewers"]}
    listed = sorted(
        {*pinned_ms, *sold} & set(products),
        key=lambda product: (-int(sold.get(product, _NOTHING)["revenue"]), products[product].name),
    )
    figures = [
        ProductFigures(
            product=product,
            product_name=products[product].name,
            image_url=products[product].image_url,
            pinned_ms=pinned_ms.get(product, 0),
            figures=_figures(
                touched={row["kind"]: row["n"] for row in rows["touched"] if row["product"] == product},
                sold=sold.get(product, _NOTHING),
                viewers=seen.get(product, 0),
            ),
        )
        for product in listed
    ]
    return Report(
        stream=stream.id,
        title=stream.title,
        currency=stream.currency,
        generated_at=now_ms,
        sentence=_sentence(totals, figures, stream.currency),
        totals=totals,
        products=figures,
        curve=_curve(rows["moments"], stream.started_at),
    )


_KINDS = ("view", "impression", "click", "hold")
_NOTHING: Mapping[str, int] = {"orders": 0, "units": 0, "revenue": 0, "refunded": 0}


def _figures(touched: Mapping[str, int], sold: Mapping[str, Any], viewers: int) -> Figures:
    return Figures(
        viewers=viewers,
        views=touched.get("view", 0),
        impressions=touched.get("impression", 0),
        clicks=touched.get("click", 0),
        holds=touched.get("hold", 0),
        orders=int(sold["orders"]),
        units=int(sold["units"]),
        revenue=int(sold["revenue"]),
        refunded=int(sold["refunded"]),
    )


def _sentence(totals: Figures, products: Sequence[ProductFigures], currency: str) -> str:
    if not totals.viewers and not totals.orders:
        return "Nobody has watched yet. Figures appear here as soon as somebody does."
    watched = _count(totals.viewers, "viewer")
    if not totals.orders:
        return f"{watched} and {_count(totals.clicks, 'click')} on pins so far; nothing sold yet."
    sold = f"{_count(totals.units, 'unit')} sold to {watched} for {format_money(totals.revenue, currency)}"
    best = max(products, key=lambda product: product.figures.units, default=None)
    return f"{sold}; {best.product_name} sold most." if best is not None else f"{sold}."


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def _curve(moments: Sequence[Mapping[str, Any]], started_at: int | None) -> list[CurvePoint]:
    """One point per minute from the start to the last sale, those without a sale among them."""
    if started_at is None or not moments:
        return []
    units: dict[int, int] = {}
    revenue: dict[int, int] = {}
    for row in moments:
        minute = min(max(0, int(row["at"]) - started_at) // MINUTE_MS, LAST_MINUTE)
        units[minute] = units.get(minute, 0) + int(row["units"])
        revenue[minute] = revenue.get(minute, 0) + int(row["revenue"])
    return [
        CurvePoint(minute=minute, units=units.get(minute, 0), revenue=revenue.get(minute, 0))
        for minute in range(max(units) + 1)
    ]
