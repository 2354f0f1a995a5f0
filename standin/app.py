"""The HTTP side of the proxy: who asks, for what, and which rule answers."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import BasicAuth, web

from standin import browser, forms, shapes
from standin.backend import Backend, Json
from standin.errors import StripeError
from standin.faults import Faults
from standin.idempotency import Answer, Keys
from standin.intents import Intents
from standin.methods import Methods
from standin.refunds import Refunds

_PUBLIC_ONLY = frozenset({"key", "client_secret", "payment_user_agent", "referrer", "_stripe_version"})


@dataclass
class Call:
    """One request to the API, decoded. `public`: it came with the publishable key."""

    id: str
    params: Json
    public: bool
    client_secret: str | None


Rule = Callable[[Call], Awaitable[Json]]


class Api:
    """Stripe's paths. What is not listed goes to localstripe as it came, for the secret key only."""

    def __init__(
        self,
        backend: Backend,
        methods: Methods,
        intents: Intents,
        refunds: Refunds,
        secret_key: str,
        publishable_key: str,
    ) -> None:
        self._backend, self._methods, self._intents, self._refunds = backend, methods, intents, refunds
        self._secret_key, self._publishable_key = secret_key, publishable_key
        self._keys = Keys()

    def routes(self) -> list[web.RouteDef]:
        methods, intents, refunds = self._methods, self._intents, self._refunds
        pi, one = "/v1/payment_intents", "/v1/payment_intents/{id}"
        return [
            web.post(pi, self._rule(lambda call: intents.create(call.params))),
            web.get(pi, self._rule(lambda call: intents.list(call.params))),
            web.get(one, self._rule(self._get_intent, public=True)),
            web.post(one, self._rule(lambda call: intents.update(call.id, call.params))),
            web.post(f"{one}/confirm", self._rule(self._confirm, public=True)),
            web.post(f"{one}/_authenticate", self._rule(self._authenticate, public=True)),
            web.post(f"{one}/cancel", self._rule(lambda call: intents.cancel(call.id, call.params))),
            web.post(
                "/v1/payment_methods", self._rule(lambda call: methods.create(call.params), public=True)
            ),
            web.get("/v1/payment_methods/{id}", self._rule(lambda call: methods.get(call.id))),
            web.post("/v1/refunds", self._rule(lambda call: refunds.create(call.params))),
            web.get("/v1/refunds", self._rule(lambda call: refunds.list(call.params))),
            web.get("/v1/refunds/{id}", self._rule(lambda call: refunds.get(call.id))),
            web.get("/v1/charges/{id}", self._rule(lambda call: refunds.charge(call.id))),
            web.route("*", "/v1/{rest:.*}", self._forward),
        ]

    def _rule(self, rule: Rule, *, public: bool = False) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            params = await _params(request)
            return await self._answer(request, params, public, rule)

        return handle

    async def _forward(self, request: web.Request) -> web.Response:
        params = await _params(request)

        async def rule(call: Call) -> Json:
            body = call.params if request.method == "POST" else None
            query = dict(request.query) if request.method != "POST" else {}
            return await self._backend.forward(request.method, request.path, body, query)

        return await self._answer(request, params, False, rule)

    async def _answer(self, request: web.Request, params: Json, public: bool, rule: Rule) -> web.Response:
        key = _key(request, params)
        is_public = key == self._publishable_key
        if not is_public and key != self._secret_key:
            raise StripeError(401, "Invalid API Key provided" if key else "You did not provide an API key.")
        if is_public and not public:
            message = "This API call cannot be made with a publishable API key."
            raise StripeError(401, message, code="secret_key_required")
        secret = params.get("client_secret")
        cleaned = {name: value for name, value in params.items() if name not in _PUBLIC_ONLY}
        call = Call(request.match_info.get("id", ""), cleaned, is_public, secret)

        async def carry_out() -> Answer:
            try:
                return Answer(200, await rule(call))
            except StripeError as error:
                return Answer(error.status, error.body, final=error.executed)

        idempotency_key = request.headers.get("Idempotency-Key")
        if request.method == "POST" and idempotency_key:
            seen = {"path": request.path, "params": cleaned, "key": key}
            answer = await self._keys.run(idempotency_key, seen, carry_out)
        else:
            answer = await carry_out()
        headers = {"Idempotent-Replayed": "true"} if answer.replayed else {}
        return web.json_response(answer.body, status=answer.status, headers=headers)

    async def _get_intent(self, call: Call) -> Json:
        await self._check_client_secret(call)
        shaped = await self._intents.get(call.id, call.params)
        return shapes.public_intent(shaped) if call.public else shaped

    async def _confirm(self, call: Call) -> Json:
        await self._check_client_secret(call)
        try:
            shaped = await self._intents.confirm(call.id, call.params)
        except StripeError as error:
            raise _for(call, error) from error
        return shapes.public_intent(shaped) if call.public else shaped

    async def _authenticate(self, call: Call) -> Json:
        await self._check_client_secret(call)
        try:
            shaped = await self._intents.authenticate(call.id, forms.flag(call.params, "success"))
        except StripeError as error:
            raise _for(call, error) from error
        return shapes.public_intent(shaped) if call.public else shaped

    async def _check_client_secret(self, call: Call) -> None:
        if not call.public:
            return
        raw = await self._intents.raw(call.id)
        if call.client_secret is None or not secrets.compare_digest(
            call.client_secret.encode(), raw["client_secret"].encode()
        ):
            message = f"No such payment_intent: '{call.id}'"
            raise StripeError(404, message, code="resource_missing", param="intent")


def _for(call: Call, error: StripeError) -> StripeError:
    """The error as this caller may see it."""
    if call.public and (shaped := error.body["error"].get("payment_intent")):
        error.body["error"]["payment_intent"] = shapes.public_intent(shaped)
    return error


async def _params(request: web.Request) -> Json:
    text = await request.text() if request.method == "POST" else request.rel_url.raw_query_string
    return forms.decode(text)


def _key(request: web.Request, params: Json) -> str:
    header = request.headers.get("Authorization", "")
    if header.startswith("Bearer "):
        return header.removeprefix("Bearer ").strip()
    if header:
        try:
            return str(BasicAuth.decode(header).login)
        except ValueError:
            return ""
    return str(params.get("key", ""))


def make_app(api: Api, faults: Faults, extra: list[web.RouteDef]) -> web.Application:
    @web.middleware
    async def answer_errors(
        request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        async def carry_out() -> web.StreamResponse:
            try:
                return await handler(request)
            except StripeError as error:
                return web.json_response(error.body, status=error.status)
            except web.HTTPNotFound:
                missing = StripeError(404, f"Unrecognized request URL ({request.method}: {request.path}).")
                return web.json_response(missing.body, status=404)

        response = await faults.run(request, carry_out)
        response.headers["Request-Id"] = f"req_{secrets.token_hex(7)}"
        return response

    app = web.Application(middlewares=[answer_errors], client_max_size=512 * 1024)
    app.on_response_prepare.append(browser.add_cors)
    app.add_routes([*browser.routes(), *extra, *api.routes()])
    return app
