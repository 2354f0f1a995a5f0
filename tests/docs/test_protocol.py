"""docs/protocol.md says what the code does: nothing is missing there, and nothing is too much."""

import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from server.app import build
from server.core.settings import Settings
from server.wire import commands, events, messages
from tests.docs import wire
from tests.docs.document import Document, Field, Section

PAGE = Document()
COMMANDS = {cls.name: cls for cls in commands()}
OBJECTS = {
    cls.__name__: cls
    for cls in (*messages(), *(command.answer for command in commands()))
    if cls not in (*commands(), *events())
}
EVENTS = {cls.name: cls for cls in events() if "name" in vars(cls)}
SENT, TOLD = PAGE.parts["Objects that a client sends"], PAGE.parts["Objects that the server sends"]
STORY = ("stream", "epoch", "seq", "at")

TOLD_LIMITS = {
    "core.realtime": ("MAX_MESSAGE", "BURST", "PER_SECOND"),
    "core.realtime.peer": ("PATIENCE",),
    "core.realtime.callers": ("HANDSHAKES_PER_SECOND",),
    "core.realtime.admission": ("PLACE_KEPT_S", "LONGEST_S"),
    "core.http": ("MAX_BODY",),
    "payments.routes": ("MOST_BYTES",),
    "accounts.service": ("PASS_MS", "SESSION_MS", "SIGN_INS", "SIGN_IN_WINDOW_MS"),
    "pins.messages": ("MOST_PINS",),
    "pins.service": ("GRACE_MS",),
    "polls.service": ("MOST_POLLS",),
    "polls.messages": ("MOST_OPTIONS",),
    "polls.votes": ("KEEP_CLOSED_MS",),
    "core.coalescing": ("GAP_S",),
    "checkout.offers": ("FRESH_S", "MOST_PICKS", "MOST_UNITS"),
    "checkout.service": ("PAYING_MS", "PAY_WITHIN_MS"),
    "checkout.settlement": ("IN_FLIGHT_MOST_MS",),
    "stock.service": ("MAX_EXTENSIONS",),
    "stock.line": ("MOST_WAITING",),
    "stock.store": ("ENDED_TTL_MS",),
    "rooms.presence": ("EVERY_S",),
    "conversions.events": ("GAP_S",),
    "streams.store": ("TimelineStore.KEEP_ENDED_S",),
    "conversions.service": ("SKEW_MS",),
    "chat.store": ("MOST", "WINDOW_MS", "SAME_MS", "MOST_WAITING"),
    "chat.feed": ("MOST_SAID",),
    "chat.view": ("LAST_MESSAGES",),
    "chat.service": ("TOP_QUESTIONS",),
    "chat.moderation": ("KEPT_MESSAGES",),
    "chat.restraints": ("ACTS", "SHUN_MS"),
    "chat.reactions": ("PER_SECOND",),
}
"""Constants that a client may run into. A new one of that kind belongs here, and on the page."""


def test_commands_are_those_of_the_code() -> None:
    assert set(PAGE.parts["Commands"]) == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_as_described(name: str) -> None:
    section = PAGE.parts["Commands"][name]
    assert PAGE.fields(section) == wire.fields(COMMANDS[name])
    assert re.findall(r"Answer: \[(\w+)\]", section.text) == [COMMANDS[name].answer.__name__]


def test_events_are_those_of_the_code() -> None:
    assert set(PAGE.parts["Events"]) == set(EVENTS)


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_is_as_described(name: str) -> None:
    section = PAGE.parts["Events"][name]
    found = wire.fields(EVENTS[name])
    assert PAGE.fields(section) == found
    lane = "story" if set(STORY) <= set(found) else "truth"
    assert f"Lane: {lane}." in section.text
    part = PAGE.parts["Two lanes"][f"{lane.title()} lane"]
    assert f"`{name}`" in part.text


def test_objects_are_those_of_the_code() -> None:
    assert set(PAGE.objects) == set(OBJECTS)


@pytest.mark.parametrize("name", OBJECTS)
def test_an_object_is_as_described(name: str) -> None:
    found = wire.fields(OBJECTS[name])
    if name in TOLD:
        # A default is for reading what an older server kept; the page says: always all fields.
        assert not OBJECTS[name].__struct_config__.omit_defaults
        found = {field: Field(kind=found[field].kind) for field in found}
    assert PAGE.objects[name] == found


def test_a_client_sends_what_a_command_or_a_route_takes() -> None:
    named = {
        "Moment",
        "Touch",
        "CreateVariant",
        "CreatePart",
        "Buy",
        "Pick",
        "OptionDraft",
        "PostalAddress",
        "DeliveryZone",
        "DeliveryRate",
        "CountryTax",
    }  # parts of others
    for section in _routes().values():
        named |= set(re.findall(r"Body: \[(\w+)\]", section.text))
    assert set(SENT) == named


def test_types_are_used() -> None:
    text = PAGE.sections["Types"].title
    used = {
        word
        for part in PAGE.parts.values()
        for section in part.values()
        for row in section.table
        for word in re.findall(r"[A-Z]\w+", row.get("type", ""))
    }
    assert set(PAGE.types) <= used, text
    assert used <= {*PAGE.types, *PAGE.objects}


def test_errors_are_those_of_the_code() -> None:
    described = {
        row["code"].strip("`"): (int(row["status"]), {"yes": True, "no": False}[row["retryable"]])
        for row in PAGE.sections["Errors"].table
    }
    described.pop("method_not_allowed", None)  # the middleware makes it; see test_answers.py
    found = wire.errors()
    found.pop("method_not_allowed", None)
    assert described == found


def test_no_section_names_an_error_that_is_not_there() -> None:
    known = {row["code"].strip("`") for row in PAGE.sections["Errors"].table}
    for part in ("Commands", "HTTP: viewers", "HTTP: the host"):
        for section in PAGE.parts[part].values():
            named = {code for code in section.codes if "." in code}
            assert named <= known, section.title


def test_limits_are_those_of_the_code() -> None:
    described = {row["in the code"].strip("`"): float(row["value"]) for row in PAGE.sections["Limits"].table}
    found = {
        f"{module}.{name}": _constant(module, name) for module, names in TOLD_LIMITS.items() for name in names
    }
    assert described == found


def _constant(module: str, name: str) -> float:
    value: Any = importlib.import_module(f"server.{module}")
    for part in name.split("."):
        value = getattr(value, part)
    return float(value)


def _routes() -> dict[tuple[str, str], Section]:
    found: dict[tuple[str, str], Section] = {}
    for part in ("HTTP: viewers", "HTTP: the host"):
        for title, section in PAGE.parts[part].items():
            method, _, path = title.partition(" ")
            found[method, path] = section
    return found


@pytest.fixture
async def app(tmp_path: Path) -> web.Application:
    """Built, not started: it opens no connection."""
    settings = Settings(
        redis_url="redis://127.0.0.1:1/0",
        database_url=f"sqlite+aiosqlite:///{tmp_path / 'none.db'}",
        secret_key="x" * 32,
        stripe_secret_key="sk_test",
        stripe_publishable_key="pk_test",
        stripe_webhook_secret="whsec_test",
        data_dir=tmp_path,
        public_url="http://localhost:1",
    )
    return build(settings)


def _served(app: web.Application) -> Iterator[tuple[tuple[str, str], web.AbstractRoute]]:
    for route in app.router.routes():
        assert route.resource is not None
        if route.method != "HEAD":
            yield (route.method, route.resource.canonical), route


async def test_routes_are_those_of_the_code(app: web.Application) -> None:
    described = set(_routes())
    for row in PAGE.sections["HTTP: pages, files and health"].table:
        described.add((row["method"], row["path"].strip("`")))
    assert described == {key for key, _ in _served(app)}


async def test_a_route_takes_and_answers_what_is_described(app: web.Application) -> None:
    handlers = {key: route.handler for key, route in _served(app)}
    for key, section in _routes().items():
        source = inspect.getsource(handlers[key])
        bodies = re.findall(r"read\(request, (\w+)\)", source)
        assert re.findall(r"Body: \[(\w+)\]", section.text) == bodies, key
        if not bodies and key[0] != "GET":
            assert "No body." in section.text, key
        statuses = re.findall(r"status=(\d+)", source) or ["200"]
        assert re.findall(r"Answer: (\d+)", section.text) == statuses, key
        guarded = "Who: staff." in section.text
        assert guarded == ("guard(" in source or "report_of(" in source), key
        if guarded:
            assert "auth.required" in section.codes, key
