"""localstripe's objects in the shape that Stripe's API gives today.

What localstripe has no place for is kept as JSON in a piece of metadata of ours, so it lives and dies
with the object; nobody outside sees it.
"""

import json
from typing import Any

from standin.backend import Json
from standin.errors import StripeError
from standin.forms import words

_OURS = "_standin"
_ECHOED = (
    "automatic_payment_methods",
    "cancellation_reason",
    "canceled_at",
    "description",
    "receipt_email",
    "setup_future_usage",
    "shipping",
    "statement_descriptor",
    "statement_descriptor_suffix",
)
_PUBLIC = words(
    "id object amount automatic_payment_methods canceled_at cancellation_reason capture_method "
    "client_secret confirmation_method created currency description last_payment_error livemode "
    "next_action payment_method payment_method_types receipt_email setup_future_usage shipping "
    "status"
)


def kept(raw: Json) -> Json:
    """What we keep beside an object of localstripe."""
    value: Json = json.loads((raw.get("metadata") or {}).get(_OURS, "{}"))
    return value


def keep(values: Json) -> Json:
    """A `metadata` for localstripe that carries `values`."""
    return {_OURS: json.dumps(values)}


def _metadata(raw: Json) -> Json:
    return {name: value for name, value in (raw.get("metadata") or {}).items() if name != _OURS}


def intent(raw: Json) -> Json:
    """A PaymentIntent as the secret key sees it."""
    ours, status, charge = kept(raw), raw["status"], raw.get("latest_charge")
    return {
        "id": raw["id"],
        "object": "payment_intent",
        "amount": raw["amount"],
        "amount_capturable": raw["amount"] if status == "requires_capture" else 0,
        "amount_received": raw["amount"] if status == "succeeded" else 0,
        "capture_method": raw["capture_method"],
        "client_secret": raw["client_secret"],
        "confirmation_method": "automatic",
        "created": raw["created"],
        "currency": raw["currency"],
        "customer": raw.get("customer"),
        "last_payment_error": ours.get("error"),
        "latest_charge": charge["id"] if charge else None,
        "livemode": False,
        "metadata": _metadata(raw),
        "next_action": raw.get("next_action"),
        # Stripe takes a refused card off the intent; localstripe leaves it there.
        "payment_method": None if status == "requires_payment_method" else raw.get("payment_method"),
        "payment_method_types": ["card"],
        "status": status,
        **{name: ours.get(name) for name in _ECHOED},
    }


def public_intent(shaped: Json) -> Json:
    """A PaymentIntent as a browser with the client secret sees it: no metadata, no customer."""
    return {name: value for name, value in shaped.items() if name in _PUBLIC}


def charge(raw: Json, of: Json) -> Json:
    """The charge of the (raw) intent `of`. Stripe copies the intent's metadata to it."""
    return {
        "id": raw["id"],
        "object": "charge",
        "amount": raw["amount"],
        "amount_captured": raw["amount"] if raw["captured"] and raw["status"] == "succeeded" else 0,
        "amount_refunded": raw["amount_refunded"],
        "captured": raw["captured"],
        "created": raw["created"],
        "currency": raw["currency"],
        "customer": raw.get("customer"),
        "description": kept(of).get("description"),
        "failure_code": raw["failure_code"],
        "failure_message": raw["failure_message"],
        "livemode": False,
        "metadata": _metadata(of),
        "paid": raw["status"] == "succeeded",
        "payment_intent": of["id"],
        "payment_method": raw["payment_method"],
        "refunded": raw["amount_refunded"] >= raw["amount"],
        "status": raw["status"],
    }


def refund(raw: Json) -> Json:
    ours = kept(raw)
    return {
        "id": raw["id"],
        "object": "refund",
        "amount": raw["amount"],
        "charge": raw["charge"],
        "created": raw["created"],
        "currency": raw["currency"],
        "metadata": _metadata(raw),
        "payment_intent": raw["payment_intent"] or ours.get("payment_intent"),
        "reason": ours.get("reason"),
        "status": raw["status"],
    }


def method(raw: Json) -> Json:
    """A card, with the brand and the last four of the number that was typed."""
    ours = kept(raw)
    return {
        "id": raw["id"],
        "object": "payment_method",
        "billing_details": raw.get("billing_details") or {},
        "card": {**raw["card"], **ours.get("card", {}), "country": "US"},
        "created": raw["created"],
        "customer": raw.get("customer"),
        "livemode": False,
        "metadata": _metadata(raw),
        "type": "card",
    }


def listed(raw: Json, url: str, data: list[Any]) -> Json:
    return {"object": "list", "url": url, "has_more": bool(raw.get("has_more")), "data": data}


def unexpected(raw: Json, message: str) -> StripeError:
    """The (raw) intent is in no state for what was asked of it. The answer carries it."""
    code = "payment_intent_unexpected_state"
    return StripeError(400, message, executed=True, code=code, payment_intent=intent(raw))
