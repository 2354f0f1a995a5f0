"""Invariants 1, 2, 4 and 5 stated over Redis, SQL and the Stripe stand-in, each read by its own protocol.

Nothing of `server` is imported: keys, columns and states are written down here once more, so that an error of
the server's own reading can't hide itself. Ask when nothing is under way.
"""

import json
import urllib.parse
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from redis import Redis
from sqlalchemy import create_engine, text

COUNTERS = ("stocked", "available", "held", "sold")
MOVES = {
    "held": (-1, 1, 0), "released": (1, -1, 0), "expired": (1, -1, 0), "committed": (0, -1, 1),
    "sold": (-1, 0, 1), "carried": (-1, 0, 1), "stocked": (1, 0, 0),
}  # fmt: skip
"""What a unit of each movement does to available, held and sold."""


@dataclass
class Auditor:
    """`audit` says in plain lines what does not hold; none: all is well."""

    redis_url: str
    database_url: str
    stripe_url: str
    stripe_key: str
    shop: str
    wrong: list[str] = field(default_factory=list)

    def audit(self) -> list[str]:
        self.wrong = []
        book, orders = self._book(), self._orders()
        self._stock(book)
        self._ledger(book)
        self._sold_once(book, orders)
        self._money(orders)
        self._once(orders)
        return self.wrong

    def _say(self, true: bool, text: str) -> None:
        if not true:
            self.wrong.append(text)

    # Reading

    def _book(self) -> dict[str, Any]:
        prefix = f"pc:{{{self.shop}}}:stock:"
        with Redis.from_url(self.redis_url, decode_responses=True) as redis:
            pipeline = redis.pipeline(transaction=True)
            for name in (*COUNTERS, "holds", "meta"):
                pipeline.hgetall(prefix + name)
            pipeline.xrange(prefix + "ledger")
            answers = pipeline.execute()
        counters = {
            name: {variant: int(units) for variant, units in answer.items()}
            for name, answer in zip(COUNTERS, answers, strict=False)
        }
        return {**counters, "holds": answers[4], "meta": answers[5], "ledger": answers[6]}

    def _rows(self, query: str) -> list[dict[str, Any]]:
        engine = create_engine(self.database_url.replace("+aiosqlite", "").replace("+asyncpg", "+psycopg"))
        try:
            with engine.connect() as connection:
                return [dict(row) for row in connection.execute(text(query), {"shop": self.shop}).mappings()]
        finally:
            engine.dispose()

    def _orders(self) -> list[dict[str, Any]]:
        found = {row["id"]: row for row in self._rows("SELECT * FROM orders WHERE shop = :shop")}
        for row in found.values():
            row["units"] = Counter()
        for line in self._rows(
            "SELECT u.order_id, u.variant, u.quantity FROM order_units u "
            "JOIN orders o ON o.id = u.order_id WHERE o.shop = :shop"
        ):
            found[line["order_id"]]["units"][line["variant"]] += line["quantity"]
        return list(found.values())

    def _stripe(self, path: str, **query: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while True:
            url = f"{self.stripe_url}{path}?{urllib.parse.urlencode({'limit': '100', **query})}"
            request = urllib.request.Request(url, headers={"Authorization": f"Bearer {self.stripe_key}"})
            with urllib.request.urlopen(request, timeout=30) as answer:
                page = json.load(answer)
            found += page["data"]
            if not page["has_more"]:
                return found
            query["starting_after"] = page["data"][-1]["id"]

    # Invariant 1

    def _stock(self, book: dict[str, Any]) -> None:
        held: Counter[str] = Counter()
        for record in book["holds"].values():
            state, _, _, _, _, lines, _ = record.split("|", 6)
            if state == "held":
                held.update(_units(lines))
        for variant, stocked in book["stocked"].items():
            available, in_holds, sold = (book[name][variant] for name in COUNTERS[1:])
            self._say(
                available + in_holds + sold == stocked,
                f"{variant}: {available} + {in_holds} + {sold} is not {stocked}",
            )
            self._say(min(available, in_holds, sold) >= 0, f"{variant}: a counter is below 0")
            self._say(in_holds == held[variant], f"{variant}: {in_holds} held, in holds {held[variant]}")

    def _ledger(self, book: dict[str, Any]) -> None:
        """Since the book was opened: what is in SQL and what still waits in Redis, each entry once (4)."""
        epoch = book["meta"].get("epoch")
        moves: dict[tuple[str, int], tuple[str, str, int]] = {}
        for row in self._rows(
            "SELECT entry, n, kind, variant, quantity FROM stock_movements WHERE shop = :shop"
        ):
            if row["entry"].startswith(f"{epoch}:"):
                moves[row["entry"], row["n"]] = (row["kind"], row["variant"], row["quantity"])
        for name, entry in book["ledger"]:
            number = 0
            for line in entry["m"].split("\n") if entry["e"] == epoch else ():
                kind, first, second, lines, _ = line.split("|", 4)
                units = {first: int(second)} if kind in ("stocked", "carried") else _units(lines)
                for variant, quantity in units.items():
                    moves[f"{epoch}:{name}", number] = (kind, variant, quantity)
                    number += 1
        counts: dict[str, list[int]] = {}
        for kind, variant, quantity in moves.values():
            count = counts.setdefault(variant, [0, 0, 0])
            for place, sign in enumerate(MOVES[kind]):
                count[place] += sign * quantity
        for variant in book["stocked"]:
            known = [book[name][variant] for name in COUNTERS[1:]]
            said = counts.get(variant)
            self._say(said == known, f"{variant}: the ledger says {said}, the counters {known}")

    # Invariants 2, 4 and 5

    def _sold_once(self, book: dict[str, Any], orders: list[dict[str, Any]]) -> None:
        bought: Counter[str] = Counter()
        for order in orders:
            if order["state"] == "paid" or (order["state"], order["reason"]) == ("refunded", "host"):
                bought.update(order["units"])
        stocked = {
            row["variant"]: row["stocked"]
            for row in self._rows("SELECT variant, stocked FROM stock_levels WHERE shop = :shop")
        }
        for variant in {*bought, *book["sold"]}:
            sold = book["sold"].get(variant, 0)
            self._say(sold == bought[variant], f"{variant}: {sold} sold, {bought[variant]} in orders")
            self._say(
                bought[variant] <= stocked.get(variant, 0),
                f"{variant}: oversold, {bought[variant]} of {stocked.get(variant, 0)}",
            )

    def _money(self, orders: list[dict[str, Any]]) -> None:
        back: Counter[str] = Counter()
        for refund in self._stripe("/v1/refunds"):
            back[refund["payment_intent"]] += refund["amount"]
        payments = {
            one["id"]: one
            for one in self._stripe("/v1/payment_intents")
            if one["metadata"].get("shop") == self.shop
        }
        for order in orders:
            payment = payments.pop(order["payment"], None)
            name, state, total = order["id"], order["state"], order["total"]
            paid = payment["amount_received"] if payment else 0
            kept = paid - back[order["payment"]]
            if state == "paid":
                self._say((paid, kept) == (total, total), f"{name}: paid here, {kept} of {total} at Stripe")
            else:
                self._say(kept == 0, f"{name}: {state} here, {kept} kept at Stripe")
            if state in ("cancelled", "refunded") and payment:
                ended = payment["status"] in ("canceled", "succeeded")
                self._say(ended, f"{name}: {state} here, its payment is {payment['status']}")
        for payment in payments.values():  # of no order
            kept = payment["amount_received"] - back[payment["id"]]
            self._say(kept == 0, f"{payment['id']}: {kept} kept for no order")

    def _once(self, orders: list[dict[str, Any]]) -> None:
        """However often it was asked for: one order per hold, one payment per order, one refund, one credit,
        and in each book one sale."""
        of_hold = Counter(order["hold"] for order in orders)
        made = Counter(one["metadata"].get("order") for one in self._stripe("/v1/payment_intents"))
        back = Counter(refund["payment_intent"] for refund in self._stripe("/v1/refunds"))
        credited = {
            row["order_id"]: int(row["kept"])
            for row in self._rows(
                "SELECT order_id, SUM(revenue - refunded) AS kept FROM conversions "
                "WHERE shop = :shop GROUP BY order_id"
            )
        }
        costs = {  # a sale is credited without delivery and tax
            row["order_id"]: int(row["cost"])
            for row in self._rows(
                "SELECT l.order_id, SUM(l.quantity * l.unit_price) AS cost FROM order_lines l "
                "JOIN orders o ON o.id = l.order_id WHERE o.shop = :shop GROUP BY l.order_id"
            )
        }
        for order in orders:
            name = order["id"]
            self._say(of_hold[order["hold"]] == 1, f"{name}: its hold has {of_hold[order['hold']]} orders")
            self._say(made[name] <= 1, f"{name}: {made[name]} payments")
            self._say(back[order["payment"]] <= 1, f"{name}: {back[order['payment']]} refunds")
            kept = costs[name] if order["state"] == "paid" else 0
            self._say(credited.get(name, 0) == kept, f"{name}: credited with {credited.get(name, 0)}")
        sales = {  # of every book there was
            (row["entry"], row["n"]): (row["entry"].partition(":")[0], row["order_id"], row["variant"])
            for row in self._rows(
                "SELECT entry, n, variant, order_id FROM stock_movements "
                "WHERE shop = :shop AND kind IN ('committed', 'sold')"
            )
        }
        for sale, times in Counter(sales.values()).items():
            self._say(times == 1, f"sold {times} times: {sale}")


def _units(lines: str) -> dict[str, int]:
    return {pair.split(":")[0]: int(pair.split(":")[1]) for pair in lines.split(",")}


def auditor_of(show: Any) -> Auditor:
    """Of a running `Show`; only its addresses are taken."""
    settings = show.services.settings
    standin = show.standin
    return Auditor(settings.redis_url, settings.database_url, standin.url, standin.secret_key, show.shop.id)
