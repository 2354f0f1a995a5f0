"""PaymentMethods: cards checked as Stripe checks them, under a number that localstripe understands."""

from datetime import UTC, datetime
from typing import Any

from standin import shapes
from standin.backend import Backend, Json
from standin.cards import ALIASES, Behaviour, behaviour, brand, check_digit_is_right
from standin.errors import StripeError, bad_parameter, missing, refuse_unknown
from standin.forms import words

_KNOWN = words(
    "type card billing_details metadata expand key payment_user_agent referrer allow_redisplay radar_options"
)
_CARD = words("number exp_month exp_year cvc networks")


def _card_error(code: str, message: str, param: str) -> StripeError:
    return StripeError(402, message, kind="card_error", code=code, param=param)


def _year_and_month(card: Json) -> tuple[int, int]:
    today = datetime.now(UTC)
    try:
        month = int(card.get("exp_month", ""))
        year = int(card.get("exp_year", ""))
    except ValueError:
        month = year = 0
    year += 2000 if 0 < year < 100 else 0
    if not 1 <= month <= 12:
        raise _card_error(
            "invalid_expiry_month", "Your card's expiration month is invalid.", "card[exp_month]"
        )
    if not today.year <= year <= today.year + 50 or (year, month) < (today.year, today.month):
        raise _card_error("invalid_expiry_year", "Your card's expiration year is invalid.", "card[exp_year]")
    return year, month


class Methods:
    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    async def create(self, params: Json) -> Json:
        """A card from its number. Refused as Stripe does when the number, date or code can't be right."""
        refuse_unknown(params, _KNOWN)
        card: Any = params.get("card")
        if params.get("type") != "card" or not isinstance(card, dict):
            raise bad_parameter("type", "This stand-in takes `type=card` with a `card` alone.")
        refuse_unknown(card, _CARD)
        number = str(card.get("number", "")).replace(" ", "")
        if not check_digit_is_right(number):
            raise _card_error("incorrect_number", "Your card number is incorrect.", "card[number]")
        year, month = _year_and_month(card)
        cvc = str(card.get("cvc", "000"))
        if not (cvc.isascii() and cvc.isdecimal() and len(cvc) in (3, 4)):
            raise _card_error("invalid_cvc", "Your card's security code is invalid.", "card[cvc]")
        return await self._store(number, year, month, params.get("billing_details"))

    async def _store(self, number: str, year: int, month: int, billing: Any) -> Json:
        ours = {"number": number, "card": {"brand": brand(number), "last4": number[-4:]}}
        raw = await self._backend.post(
            "/v1/payment_methods",
            {
                "type": "card",
                "card": {
                    "number": behaviour(number).stand_in,
                    "exp_month": month,
                    "exp_year": year,
                    "cvc": "123",
                },
                "billing_details": billing if isinstance(billing, dict) else {},
                "metadata": shapes.keep(ours),
            },
        )
        return shapes.method(raw)

    async def get(self, identifier: str) -> Json:
        if not identifier.startswith("pm_"):
            raise missing("PaymentMethod", identifier)
        return shapes.method(await self._backend.get(f"/v1/payment_methods/{identifier}"))

    async def resolve(self, identifier: str) -> str:
        """The id of a stored card; one of Stripe's ready-made names makes a card first."""
        if identifier in ALIASES:
            year = datetime.now(UTC).year + 4
            return str((await self._store(ALIASES[identifier], year, 12, None))["id"])
        return str((await self.get(identifier))["id"])

    async def describe(self, identifier: str) -> tuple[Json, Behaviour]:
        """The card, and how it behaves."""
        raw = await self._backend.get(f"/v1/payment_methods/{identifier}")
        return shapes.method(raw), behaviour(shapes.kept(raw).get("number", "4242424242424242"))
