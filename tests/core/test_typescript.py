from typing import Annotated, Any, ClassVar, Literal

import msgspec
import pytest
from msgspec import UNSET, Meta, Raw, UnsetType

from server.core.messages import Command, Event, Message
from server.core.typescript import typescript


class Part(Message, frozen=True):
    name: str


class Whole(Message, frozen=True):
    text: Annotated[str, Meta(max_length=5)]
    number: int
    ratio: float
    flag: bool
    kind: Literal["a", "b"]
    part: Part
    parts: list[Part]
    maybe: Part | None
    several: list[int | str]
    levels: dict[str, int]
    anything: Any
    raw: Raw
    with_default: int = 5
    unset: str | UnsetType = UNSET


class Asked(Command, frozen=True):
    name: ClassVar[str] = "thing.ask"
    answer: ClassVar[type[Any]] = Whole
    what: str


class Base(Event, frozen=True):
    seq: int


class Told(Base, frozen=True):
    name: ClassVar[str] = "thing.told"
    part: Part


class Cyclic(Message, frozen=True):
    inner: "list[Cyclic]" = msgspec.field(default_factory=list)


def test_every_shape() -> None:
    text = typescript([Whole])
    assert text.startswith("// Generated")
    for line in (
        "text: string;", "number: number;", "ratio: number;", "flag: boolean;", 'kind: "a" | "b";',
        "part: Part;", "parts: Part[];", "maybe: Part | null;", "several: (number | string)[];",
        "levels: Record<string, number>;", "anything: unknown;", "raw: unknown;", "with_default?: number;",
        "unset?: string;",
    ):  # fmt: skip
        assert f"  {line}\n" in text, line
    assert text.count("export interface Part {") == 1


def test_names_of_events_and_commands() -> None:
    text = typescript([Told, Asked, Whole, Base])
    assert 'export interface ServerEvents {\n  "thing.told": Told;\n}' in text
    assert 'export interface Commands {\n  "thing.ask": { ask: Asked; answer: Whole };\n}' in text


def test_the_order_of_what_is_given_does_not_matter() -> None:
    assert typescript([Told, Asked, Whole]) == typescript([Whole, Told, Asked])


def test_what_refers_to_itself_ends() -> None:
    assert "inner?: Cyclic[];" in typescript([Cyclic])


def test_what_has_no_typescript_is_refused() -> None:
    class Odd(Message, frozen=True):
        when: bytes

    with pytest.raises(TypeError, match="no TypeScript"):
        typescript([Odd])
