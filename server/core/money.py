"""Money in minor units, and how it reads."""

ZERO_DECIMAL = frozenset("bif clp djf gnf jpy kmf krw mga pyg rwf ugx vnd vuv xaf xof xpf".split())
"""Currencies without a minor unit, as Stripe lists them."""

_SIGNS = {"eur": "€", "usd": "$", "gbp": "£", "jpy": "¥"}


def format_money(amount: int, currency: str) -> str:
    """`4800, "eur"` -> `€48.00`."""
    sign = _SIGNS.get(currency, currency.upper() + " ")
    if currency in ZERO_DECIMAL:
        return f"{sign}{amount:,}"
    return f"{sign}{amount // 100:,}.{amount % 100:02d}"
