"""The types that the widgets are built with hold every message of the server."""

import importlib
import pkgutil
import re

import server
from server import wire
from server.core.messages import Command, Event, Message
from server.core.typescript import typescript


def slices() -> list[str]:
    """Every module named `messages` under server/, those of tomorrow among them."""
    return [
        module.name
        for module in pkgutil.walk_packages(server.__path__, "server.")
        if module.name.endswith(".messages")
    ]


BEHIND_THE_EDGE = {"server.payments.messages": "what Stripe says to us", "server.core.messages": "the bases"}


def test_every_slices_messages_are_on_the_wire_or_said_not_to_be() -> None:
    known = {module.__name__ for module in wire._SLICES}
    assert set(slices()) == known | set(BEHIND_THE_EDGE)


def test_every_message_has_its_interface() -> None:
    text = typescript(wire.messages())
    interfaces = set(re.findall(r"^export interface (\w+) \{", text, re.MULTILINE))
    for name in slices():
        if name in BEHIND_THE_EDGE:
            continue
        for value in vars(importlib.import_module(name)).values():
            if isinstance(value, type) and issubclass(value, Message) and value.__module__ == name:
                assert value.__name__ in interfaces | wire._INSIDE, f"{name}.{value.__name__}"
    assert {"ErrorBody", "ServerEvents", "Commands"} <= interfaces


def test_no_two_messages_share_a_name() -> None:
    found: dict[str, str] = {}
    for name in slices():
        for value in vars(importlib.import_module(name)).values():
            if isinstance(value, type) and issubclass(value, Message) and value.__module__ == name:
                assert value.__name__ not in found, f"{value.__name__}: {name} and {found[value.__name__]}"
                found[value.__name__] = name


def test_names_on_the_socket_are_unique_and_alike() -> None:
    names = [command.name for command in wire.commands()] + [event.name for event in wire.events()]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z]+\.[a-z_]+", name) for name in names)


def test_every_command_has_an_answer_that_the_widgets_know() -> None:
    text = typescript(wire.messages())
    for command in wire.commands():
        assert issubclass(command, Command)
        assert f'"{command.name}": {{ ask: {command.__name__}; answer: {command.answer.__name__} }};' in text
        assert f"export interface {command.answer.__name__} {{" in text
    for event in wire.events():
        assert issubclass(event, Event)
        assert f'"{event.name}": {event.__name__};' in text
