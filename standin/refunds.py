"""Refunds: never more than was paid."""

from standin import forms, shapes
from standin.backend import Backend, Json
from standin.errors import StripeError, bad_parameter, missing, refuse_unknown
from standin.events import Announce
from standin.intents import Locks

_KNOWN = forms.words("payment_intent charge amount reason metadata expand")
_REASONS = ("duplicate", "fraudulent", "requested_by_customer")


class Refunds:
    def __init__(self, backend: Backend, locks: Locks, announce: Announce) -> None:
        self._backend = backend
        self._locks = locks
        self._announce = announce

    async def create(self, params: Json) -> Json:
        refuse_unknown(params, _KNOWN)
        reason = params.get("reason")
        if reason is not None and reason not in _REASONS:
            raise bad_parameter("reason", f"Invalid reason: {reason}")
        amount = forms.whole(params, "amount") if "amount" in params else None
        if amount is not None and amount < 1:
            raise bad_parameter("amount", "Invalid positive integer", "parameter_invalid_integer")
        intent_id = await self._intent_of(params)
        async with self._locks.of(intent_id):
            raw = await self._backend.get(f"/v1/payment_intents/{intent_id}")
            charge = raw.get("latest_charge")
            if raw["status"] != "succeeded" or not charge:
                raise shapes.unexpected(raw, "This PaymentIntent has no successful charge to refund.")
            left = charge["amount"] - charge["amount_refunded"]
            if left <= 0:
                message = f"Charge {charge['id']} has already been refunded."
                raise StripeError(400, message, executed=True, code="charge_already_refunded")
            if amount is not None and amount > left:
                raise bad_parameter("amount", f"Refund ({amount}) is greater than what is left ({left}).")
            made = await self._backend.post(
                "/v1/refunds",
                {
                    "charge": charge["id"],
                    "amount": left if amount is None else amount,
                    "metadata": {
                        **forms.metadata(params),
                        **shapes.keep({"reason": reason, "payment_intent": intent_id}),
                    },
                },
            )
            await self._tell(intent_id, made)
        return shapes.refund(made)

    async def get(self, identifier: str) -> Json:
        return shapes.refund(await self._backend.get(f"/v1/refunds/{identifier}"))

    async def list(self, params: Json) -> Json:
        query = {name: str(params[name]) for name in ("limit", "starting_after", "charge") if name in params}
        if "payment_intent" in params:
            raw = await self._backend.get(f"/v1/payment_intents/{params['payment_intent']}")
            if not raw.get("latest_charge"):
                return shapes.listed({}, "/v1/refunds", [])
            query["charge"] = raw["latest_charge"]["id"]
        raw = await self._backend.get("/v1/refunds", **query)
        return shapes.listed(raw, "/v1/refunds", [shapes.refund(one) for one in raw["data"]])

    async def charge(self, identifier: str) -> Json:
        """A charge, found by its id."""
        raw = await self._backend.get(f"/v1/charges/{identifier}")
        if not raw.get("payment_intent"):
            return raw
        of = await self._backend.get(f"/v1/payment_intents/{raw['payment_intent']}")
        return shapes.charge(raw, of)

    async def announce(self, raw: Json) -> None:
        """Tell again of a refund that was made; it is one event however often it is told."""
        if intent_id := raw.get("payment_intent") or shapes.kept(raw).get("payment_intent"):
            await self._tell(intent_id, raw)

    async def _tell(self, intent_id: str, made: Json) -> None:
        raw = await self._backend.get(f"/v1/payment_intents/{intent_id}")
        self._announce("charge.refunded", shapes.charge(raw["latest_charge"], raw), made["id"])

    async def _intent_of(self, params: Json) -> str:
        if "payment_intent" in params:
            return str(params["payment_intent"])
        if "charge" not in params:
            raise bad_parameter("payment_intent", "One of payment_intent or charge is needed.")
        raw = await self._backend.get(f"/v1/charges/{params['charge']}")
        if not raw.get("payment_intent"):
            raise missing("payment_intent of charge", str(params["charge"]))
        return str(raw["payment_intent"])
