"""An order's totals: they add up, whatever is bought wherever."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.checkout.totals import WHOLE, total_of

amounts = st.integers(0, 10_000_000)
lines = st.lists(amounts, min_size=1, max_size=20)
rates = st.integers(0, WHOLE)


@pytest.mark.parametrize(
    ("rate", "inclusive", "tax", "total"),
    [
        (2000, True, 880, 5280),  # 5280 / 6
        (2000, False, 1056, 6336),
        (0, True, 0, 5280),
        (0, False, 0, 5280),
        (1900, True, 843, 5280),  # 843.03
    ],
)
def test_as_reckoned_by_hand(rate: int, inclusive: bool, tax: int, total: int) -> None:
    found = total_of([4800], 480, rate, inclusive=inclusive)
    assert (found.subtotal, found.shipping, found.tax, found.total) == (4800, 480, tax, total)


def test_a_half_is_rounded_up_once_for_the_order() -> None:
    assert total_of([5], 0, 1000, inclusive=False).tax == 1  # 0.5
    three = total_of([5, 5, 5], 0, 1000, inclusive=False)  # 1.5, and not three times 0.5
    assert (three.tax, three.line_taxes) == (2, (1, 1, 0))


@given(lines, amounts, rates, st.booleans())
def test_the_parts_add_up(of: list[int], shipping: int, rate: int, inclusive: bool) -> None:
    found = total_of(of, shipping, rate, inclusive=inclusive)
    assert sum(found.line_taxes) + found.shipping_tax == found.tax
    assert found.total == found.subtotal + found.shipping + (0 if inclusive else found.tax)
    assert (found.subtotal, found.shipping) == (sum(of), shipping)


@given(lines, amounts, rates, st.booleans())
def test_nothing_is_negative_and_no_part_is_off_by_a_unit(
    of: list[int], shipping: int, rate: int, inclusive: bool
) -> None:
    found = total_of(of, shipping, rate, inclusive=inclusive)
    assert min(found.tax, found.shipping_tax, *found.line_taxes) >= 0
    whole = WHOLE + rate if inclusive else WHOLE
    for part, tax in zip([*of, shipping], [*found.line_taxes, found.shipping_tax], strict=True):
        assert abs(Fraction(part * rate, whole) - tax) < 1
    assert abs(Fraction(sum([*of, shipping]) * rate, whole) - found.tax) <= Fraction(1, 2)


@given(lines, amounts, rates)
def test_with_inclusive_tax_the_rate_changes_no_price(of: list[int], shipping: int, rate: int) -> None:
    assert total_of(of, shipping, rate, inclusive=True).total == sum(of) + shipping
