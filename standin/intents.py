"""PaymentIntents: localstripe holds the state; here are the rules of Stripe's that it leaves out."""

import asyncio
import time
from typing import Any
from weakref import WeakValueDictionary

from standin import confirming, forms, shapes
from standin.backend import Backend, Json
from standin.errors import bad_parameter, refuse_unknown
from standin.events import Announce
from standin.forms import words
from standin.methods import Methods

KEPT = words(
    "automatic_payment_methods description receipt_email setup_future_usage shipping "
    "statement_descriptor statement_descriptor_suffix"
)
_TOLERATED = words(
    "payment_method_types payment_method_options payment_method_configuration confirmation_method "
    "excluded_payment_method_types return_url use_stripe_sdk error_on_requires_action off_session "
    "radar_options mandate_data expand"
)
_CREATE = KEPT | _TOLERATED | {"amount", "currency", "metadata", "customer", "capture_method"}
_CONFIRMING = frozenset({"confirm", "payment_method", "payment_method_data"})
_UPDATE = KEPT | {"amount", "currency", "metadata", "expand", "payment_method_types"}
_CANCELLABLE = ("requires_payment_method", "requires_confirmation", "requires_action", "requires_capture")
_REASONS = ("duplicate", "fraudulent", "requested_by_customer", "abandoned")
_SMALLEST = 50
_NO_CENTS = words("bif clp djf gnf jpy kmf krw mga pyg rwf ugx vnd vuv xaf xof xpf")


class Locks:
    """One step at a time per object: what we do to localstripe takes several calls."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def of(self, identifier: str) -> asyncio.Lock:
        return self._locks.setdefault(identifier, asyncio.Lock())


class Intents:
    def __init__(self, backend: Backend, methods: Methods, locks: Locks, announce: Announce) -> None:
        self._backend = backend
        self._methods = methods
        self._locks = locks
        self._announce = announce

    async def raw(self, identifier: str) -> Json:
        return await self._backend.get(f"/v1/payment_intents/{identifier}")

    async def get(self, identifier: str, params: Json) -> Json:
        raw = await self.raw(identifier)
        shaped = shapes.intent(raw)
        if "latest_charge" in (params.get("expand") or []) and raw.get("latest_charge"):
            shaped["latest_charge"] = shapes.charge(raw["latest_charge"], raw)
        return shaped

    async def list(self, params: Json) -> Json:
        """The newest first, as Stripe does it; localstripe keeps the order in which they were made."""
        refuse_unknown(params, frozenset({"limit", "starting_after", "created", "expand"}))
        raw = await self._backend.get("/v1/payment_intents", limit="1000000")
        since = int((params.get("created") or {}).get("gte", 0))
        found = [one for one in reversed(raw["data"]) if one["created"] >= since]
        if after := params.get("starting_after"):
            found = found[[one["id"] for one in found].index(after) + 1 :]
        limit = int(params.get("limit", 10))
        shaped = [shapes.intent(one) for one in found[:limit]]
        if "data.latest_charge" in (params.get("expand") or []):
            for one, whole in zip(shaped, found, strict=False):
                if whole.get("latest_charge"):
                    one["latest_charge"] = shapes.charge(whole["latest_charge"], whole)
        return shapes.listed({"has_more": len(found) > limit}, "/v1/payment_intents", shaped)

    async def create(self, params: Json) -> Json:
        refuse_unknown(params, _CREATE | _CONFIRMING)
        amount, currency = _money(params)
        body: dict[str, Any] = {
            "amount": amount,
            "currency": currency,
            "metadata": {
                **forms.metadata(params),
                **shapes.keep({name: params[name] for name in KEPT & params.keys()}),
            },
        }
        for name in ("customer", "capture_method"):
            if name in params:
                body[name] = params[name]
        confirm = forms.flag(params, "confirm")
        if "payment_method" in params:
            body["payment_method"] = await self._methods.resolve(str(params["payment_method"]))
        raw = await self._backend.post("/v1/payment_intents", body)
        if confirm:
            chosen = {name: params[name] for name in ("payment_method_data",) if name in params}
            return await self.confirm(raw["id"], chosen)
        return shapes.intent(raw)

    async def update(self, identifier: str, params: Json) -> Json:
        refuse_unknown(params, _UPDATE)
        async with self._locks.of(identifier):
            raw = await self.raw(identifier)
            change: Json = {}
            if "amount" in params:
                if raw["status"] not in _CANCELLABLE:
                    raise shapes.unexpected(raw, f"An intent that is {raw['status']} can't be updated.")
                change["amount"] = _money({"currency": raw["currency"], **params})[0]
            ours = {**shapes.kept(raw), **{name: params[name] for name in KEPT & params.keys()}}
            change["metadata"] = {**forms.metadata(params), **shapes.keep(ours)}
            return shapes.intent(await self._backend.post(f"/v1/payment_intents/{identifier}", change))

    async def confirm(self, identifier: str, params: Json) -> Json:
        async with self._locks.of(identifier):
            raw = await confirming.confirm(self._backend, self._methods, identifier, params, self._announce)
        return self.announce(raw)

    async def authenticate(self, identifier: str, success: bool) -> Json:
        async with self._locks.of(identifier):
            raw = await confirming.authenticate(
                self._backend, self._methods, identifier, success, self._announce
            )
        return self.announce(raw)

    async def cancel(self, identifier: str, params: Json) -> Json:
        refuse_unknown(params, frozenset({"cancellation_reason", "expand"}))
        reason = params.get("cancellation_reason")
        if reason is not None and reason not in _REASONS:
            raise bad_parameter("cancellation_reason", f"Invalid cancellation_reason: {reason}")
        async with self._locks.of(identifier):
            raw = await self.raw(identifier)
            if raw["status"] not in _CANCELLABLE:
                raise shapes.unexpected(raw, f"An intent that is {raw['status']} can't be canceled.")
            ours = {**shapes.kept(raw), "canceled_at": int(time.time()), "cancellation_reason": reason}
            await self._backend.post(f"/v1/payment_intents/{identifier}", {"metadata": shapes.keep(ours)})
            raw = await self._backend.post(f"/v1/payment_intents/{identifier}/cancel")
        return self.announce(raw)

    def announce(self, raw: Json) -> Json:
        """Tell of an end that the intent has come to, if it has. Returns the intent as Stripe shows it."""
        shaped = shapes.intent(raw)
        if shaped["status"] in ("succeeded", "canceled"):
            self._announce(f"payment_intent.{shaped['status']}", shaped, shaped["id"])
        return shaped


def _money(params: Json) -> tuple[int, str]:
    amount = forms.whole(params, "amount")
    currency = str(params.get("currency", "")).lower()
    if len(currency) != 3 or not currency.isalpha():
        raise bad_parameter("currency", f"Invalid currency: {currency}", "parameter_missing")
    if amount < (1 if currency in _NO_CENTS else _SMALLEST):
        raise bad_parameter("amount", "Amount is below the smallest charge.", "amount_too_small")
    if amount > 99_999_999:
        raise bad_parameter("amount", "Amount must be no more than 99999999.", "amount_too_large")
    return amount, currency
