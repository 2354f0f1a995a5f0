"""The control endpoint for tests, under `/_standin/`. Only with `--fault-control`."""

from typing import Any

from aiohttp import web

from standin.delivery import Delivery
from standin.errors import StripeError, bad_parameter
from standin.events import Outbox, StoredEvent
from standin.faults import Fault, Faults


class Control:
    """JSON in, JSON out.

    `POST faults` adds a fault (the fields of `Fault`), `GET` lists them with their hits, `DELETE` ends all.
    `POST webhooks` takes any of `url`, `paused`, `order` (`first`, `last`, `random`: of what was held back),
    `delay_ms`, `duplicates`, `forget` (what was held back, or waits for another try).
    `GET events` lists all events; `POST events/<id>/send` sends one again.
    """

    def __init__(self, faults: Faults, delivery: Delivery, outbox: Outbox) -> None:
        self._faults = faults
        self._delivery = delivery
        self._outbox = outbox

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/_standin/faults", self._add_fault),
            web.get("/_standin/faults", self._list_faults),
            web.delete("/_standin/faults", self._clear_faults),
            web.post("/_standin/webhooks", self._webhooks),
            web.get("/_standin/events", self._events),
            web.post("/_standin/events/{id}/send", self._send),
        ]

    async def _add_fault(self, request: web.Request) -> web.Response:
        try:
            self._faults.list.append(Fault(**await _json(request)))
        except TypeError as error:
            raise StripeError(400, str(error)) from error
        return web.json_response({})

    async def _list_faults(self, _request: web.Request) -> web.Response:
        return web.json_response([vars(fault) for fault in self._faults.list])

    async def _clear_faults(self, _request: web.Request) -> web.Response:
        self._faults.list.clear()
        return web.json_response({})

    async def _webhooks(self, request: web.Request) -> web.Response:
        body = await _json(request)
        for name in body:
            if name not in ("url", "paused", "order", "delay_ms", "duplicates", "forget"):
                raise bad_parameter(name, f"Unknown: {name}")
        delivery = self._delivery
        if body.get("forget"):
            delivery.forget()
        delivery.url = body.get("url", delivery.url)
        delivery.delay = body.get("delay_ms", delivery.delay * 1000) / 1000
        delivery.duplicates = body.get("duplicates", delivery.duplicates)
        delivery.paused = body.get("paused", delivery.paused)
        if not delivery.paused:
            delivery.resume(body.get("order", "first"))
        return web.json_response({})

    async def _events(self, _request: web.Request) -> web.Response:
        return web.json_response([_shown(event) for event in self._outbox.all()])

    async def _send(self, request: web.Request) -> web.Response:
        event = self._outbox.get(request.match_info["id"])
        if event is None:
            raise StripeError(404, "No such event")
        self._delivery.send(event)
        return web.json_response({})


def _shown(event: StoredEvent) -> dict[str, Any]:
    return {**vars(event), "delivered": event.delivered_at is not None}


async def _json(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError as error:
        raise StripeError(400, "Not JSON") from error
    if not isinstance(body, dict):
        raise StripeError(400, "Not an object")
    return body
