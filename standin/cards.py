"""Stripe's documented test cards, and the card that makes localstripe behave so."""

from dataclasses import dataclass

from standin.forms import words

_ACCEPTS, _DECLINES = "4242424242424242", "4000000000000341"
_ASKS_ACCEPTS, _ASKS_DECLINES = "4000002500003155", "4000008400001629"


@dataclass(frozen=True)
class Behaviour:
    """`asks`: 3-D Secure first. `code` and `decline_code`: how the charge is refused, if it is."""

    asks: bool = False
    code: str | None = None
    decline_code: str | None = None
    message: str | None = None

    @property
    def stand_in(self) -> str:
        """The number by which localstripe does the same."""
        if self.asks:
            return _ASKS_DECLINES if self.code else _ASKS_ACCEPTS
        return _DECLINES if self.code else _ACCEPTS


_DECLINED = "Your card was declined."
_SHORT_OF_FUNDS = "Your card has insufficient funds."
_LIVE = Behaviour(
    code="card_declined",
    decline_code="test_mode_live_card",
    message="Your card was declined. Your request was in test mode, but used a non test card.",
)
_CARDS = {
    "4000000000000002": Behaviour(code="card_declined", decline_code="generic_decline", message=_DECLINED),
    "4000000000009995": Behaviour(
        code="card_declined", decline_code="insufficient_funds", message=_SHORT_OF_FUNDS
    ),
    "4000000000009987": Behaviour(code="card_declined", decline_code="lost_card", message=_DECLINED),
    "4000000000009979": Behaviour(code="card_declined", decline_code="stolen_card", message=_DECLINED),
    "4000000000000341": Behaviour(code="card_declined", decline_code="generic_decline", message=_DECLINED),
    "4100000000000019": Behaviour(code="card_declined", decline_code="fraudulent", message=_DECLINED),
    "4000000000000069": Behaviour(code="expired_card", message="Your card has expired."),
    "4000000000000127": Behaviour(code="incorrect_cvc", message="Your card's security code is incorrect."),
    "4000000000000119": Behaviour(
        code="processing_error",
        message="An error occurred while processing your card. Try again in a little bit.",
    ),
    "4000002500003155": Behaviour(asks=True),
    "4000002760003184": Behaviour(asks=True),
    "4000000000003220": Behaviour(asks=True),
    "4000000000003063": Behaviour(asks=True),
    "4000008260003178": Behaviour(
        asks=True, code="card_declined", decline_code="insufficient_funds", message=_SHORT_OF_FUNDS
    ),
    "4000008400001629": Behaviour(
        asks=True, code="card_declined", decline_code="generic_decline", message=_DECLINED
    ),
}
_PLAIN = words(
    "4242424242424242 4000056655665556 5555555555554444 2223003122003222 5200828282828210 "
    "378282246310005 371449635398431 6011111111111117 3056930009020004 3566002020360505 "
    "4000000760000002 4000002760000016 4000000400000008 4000008260000000"
)
ALIASES = {
    "pm_card_visa": "4242424242424242",
    "pm_card_mastercard": "5555555555554444",
    "pm_card_visa_chargeDeclined": "4000000000000002",
    "pm_card_chargeDeclined": "4000000000000002",
    "pm_card_visa_chargeDeclinedInsufficientFunds": "4000000000009995",
    "pm_card_chargeDeclinedInsufficientFunds": "4000000000009995",
    "pm_card_chargeDeclinedExpiredCard": "4000000000000069",
    "pm_card_chargeDeclinedIncorrectCvc": "4000000000000127",
    "pm_card_chargeCustomerFail": "4000000000000341",
    "pm_card_authenticationRequired": "4000002760003184",
    "pm_card_threeDSecure2Required": "4000000000003220",
}
"""Payment methods that Stripe keeps ready by name."""


def behaviour(number: str) -> Behaviour:
    """How a number with a right check digit behaves. One that is no test card is declined."""
    return Behaviour() if number in _PLAIN else _CARDS.get(number, _LIVE)


def check_digit_is_right(number: str) -> bool:
    """Luhn's sum, over 13 to 19 digits."""
    if not (number.isascii() and number.isdecimal() and 13 <= len(number) <= 19):
        return False
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in number[-2::-2])
    return (doubled + sum(int(digit) for digit in number[-1::-2])) % 10 == 0


def brand(number: str) -> str:
    """As Stripe names it."""
    if number.startswith("4"):
        return "visa"
    if number[:2] in ("34", "37"):
        return "amex"
    if number[:2] in ("51", "52", "53", "54", "55") or "2221" <= number[:4] <= "2720":
        return "mastercard"
    return {"6011": "discover", "3056": "diners", "3566": "jcb"}.get(number[:4], "unknown")
