"""Money and identifiers."""

import re
import time

import pytest

from server.core.ids import keyed_id, new_id
from server.core.money import format_money


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (4800, "eur", "€48.00"),
        (5, "usd", "$0.05"),
        (0, "gbp", "£0.00"),
        (123_456_789, "eur", "€1,234,567.89"),
        (4800, "jpy", "¥4,800"),
        (4800, "krw", "KRW 4,800"),
        (4805, "chf", "CHF 48.05"),
    ],
)
def test_money_reads_as_people_write_it(amount: int, currency: str, text: str) -> None:
    assert format_money(amount, currency) == text


def test_ids_say_what_they_name_and_sort_by_time() -> None:
    ids = [new_id("order") for _ in range(200)]
    assert len(set(ids)) == 200
    assert all(re.fullmatch(r"order_[0-9a-hjkmnp-tv-z]{26}", one) for one in ids)
    earlier = new_id("order")
    before = time.time_ns() // 1_000_000
    while time.time_ns() // 1_000_000 == before:
        pass
    assert earlier < new_id("order")


def test_the_same_key_names_the_same_thing() -> None:
    assert keyed_id("pin", "stream_a", "key-0001") == keyed_id("pin", "stream_a", "key-0001")
    made = {
        keyed_id("pin", "stream_a", "key-0001"),
        keyed_id("pin", "stream_a", "key-0002"),
        keyed_id("pin", "stream_b", "key-0001"),
        keyed_id("var", "stream_a", "key-0001"),
        keyed_id("pin", "stream", "_akey-0001"),
    }
    assert len(made) == 5
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,64}", one) for one in made)
