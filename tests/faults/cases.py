"""Every route that takes a body, with a good one."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from server.app import build
from server.core.settings import Settings
from tests.faults.stage import Stage
from tests.infra.show import Json, fresh_key

Who = str
HOST, VIEWER, NOBODY = "host", "viewer", "nobody"


@dataclass(frozen=True)
class Case:
    """A route that takes a body. `good` is a whole body, with every field that there is."""

    who: Who
    good: Callable[[Stage], Json]
    required: tuple[str, ...] = ()


def touch(stage: Stage) -> Json:
    return {
        "id": "touch_00000001",
        "kind": "impression",
        "channel": "live",
        "at": 1_800_000_000_000,
        "pin": stage.pin.id,
        "product": stage.product.id,
        "media_time": 5,
    }


def poll() -> Json:
    return {
        "question": "What opens Wet Slate?",
        "options": [{"text": "Wet stone", "right": True}, {"text": "Grapefruit"}],
        "kind": "quiz",
        "results": "closed",
        "changeable": True,
        "seconds": 60,
        "key": fresh_key(),
    }


CHAT = "/api/v1/host/streams/{stream}/chat"

CASES: dict[tuple[str, str], Case] = {
    ("POST", "/api/v1/session"): Case(
        NOBODY, lambda _: {"email": "host@example.com", "password": "wrong"}, ("email", "password")
    ),
    ("PATCH", "/api/v1/host/shop"): Case(
        HOST,
        lambda _: {
            "name": "New",
            "allowed_origins": ["https://a.example"],
            "hold_seconds": 60,
            "offer_seconds": 60,
        },
    ),
    ("POST", "/api/v1/host/streams"): Case(
        HOST,
        lambda _: {
            "title": "T",
            "source_url": "https://a.example/x.m3u8",
            "source_kind": "hls",
            "disclosure": "own product",
            "poster_url": "/media/p.jpg",
            "starts_at": 1_800_000_000_000,
        },
        ("title", "source_url"),
    ),
    ("PATCH", "/api/v1/host/streams/{stream}"): Case(
        HOST,
        lambda _: {
            "title": "T",
            "source_url": "/x.mp4",
            "source_kind": "file",
            "disclosure": "",
            "poster_url": "/media/p.jpg",
            "starts_at": 1_800_000_000_000,
        },
    ),
    ("PUT", "/api/v1/host/streams/{stream}/line-up"): Case(
        HOST, lambda stage: {"products": [stage.product.id]}, ("products",)
    ),
    ("POST", "/api/v1/host/streams/{stream}/pins"): Case(
        HOST, lambda stage: {"product": stage.product.id, "key": fresh_key(), "place": 0}, ("product", "key")
    ),
    ("PUT", "/api/v1/host/streams/{stream}/pins"): Case(
        HOST, lambda stage: {"pins": [stage.pin.id]}, ("pins",)
    ),
    ("POST", "/api/v1/host/streams/{stream}/polls"): Case(HOST, lambda _: poll(), ("question", "options")),
    ("PUT", "/api/v1/host/streams/{stream}/polls/{poll}"): Case(
        HOST, lambda _: poll(), ("question", "options")
    ),
    ("PATCH", CHAT): Case(
        HOST, lambda _: {"open": True, "slow_s": 0, "approve": False, "words": ["scam", "free money"]}
    ),
    ("POST", CHAT + "/messages"): Case(
        HOST,
        lambda stage: {"key": fresh_key(), "text": "Because", "reply_to": stage.question},
        ("key", "text"),
    ),
    ("PUT", CHAT + "/pinned"): Case(HOST, lambda stage: {"message": stage.message}),
    ("PUT", CHAT + "/questions/{question}"): Case(HOST, lambda _: {"answered": True}, ("answered",)),
    ("PUT", "/api/v1/host/chat/people/{person}"): Case(
        HOST, lambda _: {"what": "mute", "seconds": 60, "remove": False, "reason": "Loud"}, ("what",)
    ),
    ("POST", "/api/v1/host/products"): Case(
        HOST,
        lambda _: {
            "name": "P",
            "description": "Lines\nof text",
            "image_url": "/media/p.jpg",
            "variants": [
                {
                    "sku": "S-1",
                    "name": "V",
                    "price": 100,
                    "stocked": 5,
                    "was_price": 200,
                    "limit": 2,
                    "limit_hours": 24,
                }
            ],
            "policy": "hold",
            "digital": False,
        },
        ("name", "variants"),
    ),
    ("PUT", "/api/v1/host/variants/{variant}/stock"): Case(HOST, lambda _: {"stocked": 20}, ("stocked",)),
    ("POST", "/api/v1/streams/{stream}/pass"): Case(NOBODY, lambda _: {"token": "x", "preview": False}),
    ("POST", "/api/v1/checkouts"): Case(
        VIEWER, lambda stage: {"hold": stage.hold["id"], "email": "a@example.com", "buy": None}
    ),
    ("PUT", "/api/v1/host/delivery"): Case(
        HOST,
        lambda _: {
            "zones": [
                {
                    "name": "Home",
                    "countries": ["DE"],
                    "elsewhere": True,
                    "rates": [
                        {
                            "id": "post",
                            "label": "Post",
                            "price": 490,
                            "free_from": 9000,
                            "min_days": 2,
                            "max_days": 4,
                        }
                    ],
                }
            ],
            "home": "DE",
            "tax_inclusive": True,
            "taxes": [{"country": "DE", "rate": 1900}],
        },
    ),
    ("POST", "/api/v1/orders/{order}/details"): Case(
        VIEWER,
        lambda _: {
            "email": "a@example.com",
            "name": "Ada",
            "address": {
                "country": "DE",
                "line1": "Weg 1",
                "line2": "c/o Bo",
                "city": "Ulm",
                "postcode": "89073",
                "region": "BW",
            },
            "rate": "post",
        },
        ("email", "name"),
    ),
    ("POST", "/api/v1/touches"): Case(
        NOBODY,
        lambda stage: {"token": stage.token(), "stream": stage.live.id, "touches": [touch(stage)]},
        ("token", "stream", "touches"),
    ),
}

WITHOUT_BODY = {
    ("DELETE", "/api/v1/session"),
    ("POST", "/api/v1/host/socket-pass"),
    ("POST", "/api/v1/host/streams/{stream}/start"),
    ("POST", "/api/v1/host/streams/{stream}/end"),
    ("DELETE", "/api/v1/host/streams/{stream}/pins/{pin}"),
    ("DELETE", "/api/v1/host/streams/{stream}/polls/{poll}"),
    ("POST", "/api/v1/host/streams/{stream}/polls/{poll}/open"),
    ("POST", "/api/v1/host/streams/{stream}/polls/{poll}/close"),
    ("POST", "/api/v1/host/streams/{stream}/polls/{poll}/hide"),
    ("DELETE", CHAT + "/messages/{message}"),
    ("POST", CHAT + "/messages/{message}/approve"),
    ("POST", "/api/v1/orders/{order}/cancel"),
    ("POST", "/api/v1/orders/{order}/reserve"),
}
ELSEWHERE = {("POST", "/webhooks/stripe")}  # tests/payments: it takes what Stripe has signed


async def routes(settings: Settings) -> list[tuple[str, str]]:
    """What the application answers, as its router knows it."""
    app = await asyncio.to_thread(build, settings)  # it makes folders
    return sorted(
        (route.method, route.resource.canonical)
        for route in app.router.routes()
        if route.resource is not None
        and not isinstance(route.resource, web.StaticResource)
        and route.method != "HEAD"
    )
