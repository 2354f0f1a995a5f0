"""What an order costs: its lines, shipping and tax. Pure, and in whole minor units.

Tax is rounded once, half up, for the whole order: sums of rounded lines would differ from what the law and
the buyer reckon. It is then shared out by largest remainder, so that the parts add up to it. Shipping is
taxed at the rate of the goods.
"""

from collections.abc import Sequence
from typing import NamedTuple

WHOLE = 10_000
"""Rates of tax are in basis points: 2,000 of these are 20 %."""


class Totals(NamedTuple):
    """`total` is what is paid. With inclusive tax `tax` is in `subtotal` and `shipping`; else on top."""

    subtotal: int
    shipping: int
    tax: int
    total: int
    line_taxes: tuple[int, ...]
    shipping_tax: int


def total_of(lines: Sequence[int], shipping: int, rate: int, *, inclusive: bool) -> Totals:
    """`lines`: quantity × price of each line, 0 or more, as are `shipping` and `rate` (basis points)."""
    parts = [*lines, shipping]
    whole = WHOLE + rate if inclusive else WHOLE
    taxable = sum(parts)
    tax = (2 * taxable * rate + whole) // (2 * whole)
    taxes = _shared(parts, rate, whole, tax)
    return Totals(
        subtotal=taxable - shipping,
        shipping=shipping,
        tax=tax,
        total=taxable if inclusive else taxable + tax,
        line_taxes=tuple(taxes[:-1]),
        shipping_tax=taxes[-1],
    )


def _shared(parts: Sequence[int], rate: int, whole: int, tax: int) -> list[int]:
    """Each part's tax rounded down; what is left goes, one unit each, to the largest remainders."""
    taxes = [part * rate // whole for part in parts]
    by_remainder = sorted(range(len(parts)), key=lambda at: (-(parts[at] * rate % whole), at))
    for at in by_remainder[: tax - sum(taxes)]:
        taxes[at] += 1
    return taxes
