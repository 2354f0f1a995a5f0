"""Money in minor units, and how it reads."""

ZERO_DECIMAL = frozenset("bif clp djf gnf jpy kmf krw mga pyg rwf ugx vnd vuv xaf xof xpf".split())
"""Currencies without a minor unit, as Stripe lists them."""

MINIMUM = {
    "aed": 200, "aud": 50, "bgn": 100, "brl": 50, "cad": 50, "chf": 50, "czk": 1500, "dkk": 250,
    "eur": 50, "gbp": 30, "hkd": 400, "huf": 17500, "inr": 50, "jpy": 50, "mxn": 1000, "myr": 200,
    "nok": 300, "nzd": 50, "pln": 200, "ron": 200, "sek": 300, "sgd": 50, "thb": 1000, "usd": 50,
}  # fmt: skip
"""The smallest payment that Stripe takes, in minor units, where it documents one."""

_SIGNS = {"eur": "€", "usd": "$", "gbp": "£", "jpy": "¥"}


def format_money(amount: int, currency: str) -> str:
    """`4800, "eur"` -> `€48.00`."""
    sign = _SIGNS.get(currency, currency.upper() + " ")
    if currency in ZERO_DECIMAL:
        return f"{sign}{amount:,}"
    return f"{sign}{amount // 100:,}.{amount % 100:02d}"
