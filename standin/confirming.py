"""The way from a card to a charge: confirmation, 3-D Secure, refusal, and another try."""

from standin import shapes
from standin.backend import Backend, Json, Refused
from standin.cards import Behaviour
from standin.errors import StripeError, bad_parameter, refuse_unknown
from standin.events import Announce
from standin.forms import words
from standin.methods import Methods

_KNOWN = words(
    "payment_method payment_method_data payment_method_options payment_method_types client_secret key "
    "return_url use_stripe_sdk receipt_email shipping setup_future_usage mandate_data expand "
    "expected_payment_method_type off_session error_on_requires_action radar_options"
)
_AGAIN = {"requires_payment_method", "requires_confirmation", "requires_action"}


async def confirm(
    backend: Backend, methods: Methods, identifier: str, params: Json, announce: Announce
) -> Json:
    """localstripe's intent afterwards: succeeded, requires_capture or requires_action. A refused card is a
    402 that carries the intent, which may then be confirmed with another card."""
    refuse_unknown(params, _KNOWN)
    path = f"/v1/payment_intents/{identifier}"
    raw = await backend.get(path)
    if raw["status"] not in _AGAIN:
        raise shapes.unexpected(raw, f"A PaymentIntent that is {raw['status']} can't be confirmed.")
    chosen = await _choose(methods, raw, params)
    ours = shapes.kept(raw)
    ours.pop("error", None)
    ours["tries"] = ours.get("tries", 0) + 1
    ours.update({name: params[name] for name in ("receipt_email", "shipping") if name in params})
    # localstripe confirms an intent once; without its failed charge it does so again.
    fresh = {"payment_method": chosen, "latest_charge": None, "next_action": None}
    await backend.post(path, {**fresh, "metadata": shapes.keep(ours)})
    try:
        return await backend.post(f"{path}/confirm")
    except Refused:
        raise await _refused(backend, methods, identifier, chosen, announce) from None


async def authenticate(
    backend: Backend, methods: Methods, identifier: str, success: bool, announce: Announce
) -> Json:
    """What the bank's page would report. A failure is no error here: the intent wants another card."""
    path = f"/v1/payment_intents/{identifier}"
    raw = await backend.get(path)
    if raw["status"] != "requires_action":
        raise shapes.unexpected(raw, "This PaymentIntent does not wait for authentication.")
    chosen = raw["payment_method"]
    body = {"client_secret": raw["client_secret"], "success": success}
    try:
        raw = await backend.post(f"{path}/_authenticate", body)
    except Refused:
        raise await _refused(backend, methods, identifier, chosen, announce) from None
    if success:
        return raw
    method, _ = await methods.describe(chosen)
    error = {
        "type": "invalid_request_error",
        "code": "payment_intent_authentication_failure",
        "message": "We are unable to authenticate your payment method. "
        "Please choose a different payment method and try again.",
        "payment_method": method,
    }
    return await _note_failure(backend, raw, error, announce)


async def _choose(methods: Methods, raw: Json, params: Json) -> str:
    if "payment_method" in params:
        return await methods.resolve(str(params["payment_method"]))
    data = params.get("payment_method_data")
    if isinstance(data, dict):
        return str((await methods.create(data))["id"])
    if data is not None:
        raise bad_parameter("payment_method_data", "Invalid payment_method_data")
    if raw.get("payment_method") and raw["status"] != "requires_payment_method":
        return str(raw["payment_method"])
    raise shapes.unexpected(raw, "This PaymentIntent has no payment method, so it can't be confirmed.")


async def _refused(
    backend: Backend, methods: Methods, identifier: str, chosen: str, announce: Announce
) -> StripeError:
    """The card was declined: note why on the intent, tell of it, and make the answer."""
    raw = await backend.get(f"/v1/payment_intents/{identifier}")
    method, card = await methods.describe(chosen)
    charge = raw["latest_charge"]["id"] if raw.get("latest_charge") else None
    error = _card_error(card, charge, method)
    shaped = shapes.intent(await _note_failure(backend, raw, error, announce))
    body = {name: value for name, value in error.items() if name not in ("type", "message")}
    return StripeError(402, error["message"], kind="card_error", executed=True, payment_intent=shaped, **body)


def _card_error(card: Behaviour, charge: str | None, method: Json) -> Json:
    error = {
        "type": "card_error",
        "code": card.code or "card_declined",
        "decline_code": card.decline_code,
        "message": card.message or "Your card was declined.",
        "charge": charge,
        "payment_method": method,
    }
    return {name: value for name, value in error.items() if value is not None}


async def _note_failure(backend: Backend, raw: Json, error: Json, announce: Announce) -> Json:
    ours = {**shapes.kept(raw), "error": error}
    raw = await backend.post(f"/v1/payment_intents/{raw['id']}", {"metadata": shapes.keep(ours)})
    shaped = shapes.intent(raw)
    announce("payment_intent.payment_failed", shaped, f"{raw['id']} {ours.get('tries', 0)}")
    return raw
