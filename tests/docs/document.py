"""docs/protocol.md as data: its sections, its tables, and its types."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PROTOCOL = ROOT / "docs" / "protocol.md"

Row = dict[str, str]
_NUMBER = re.compile(r"-?\d+")
ALWAYS = object()
"""The default of a field that has none: it must be there."""
ABSENT = object()
"""The default of a field that may be left out, which is another thing than any value."""


@dataclass(frozen=True)
class Kind:
    """A type, whoever describes it. `name` is `string`, `integer`, `list`, … or the name of an object."""

    name: str
    least: int | None = None
    most: int | None = None
    pattern: str | None = None
    values: frozenset[str] = frozenset()
    item: "Kind | None" = None
    nullable: bool = False


@dataclass(frozen=True)
class Field:
    """`default` is `ALWAYS` where the field must be there."""

    kind: Kind
    default: Any = ALWAYS


@dataclass
class Section:
    title: str
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(self.lines)

    @cached_property
    def table(self) -> list[Row]:
        """The first table of the section, a dict per row; empty when there is none."""
        return next(_tables(self.lines), [])

    @property
    def codes(self) -> set[str]:
        """The error codes that it names after `Errors:`."""
        sentence = "\n".join(self.lines).partition("Errors:")[2].partition("\n\n")[0]
        return set(re.findall(r"`([a-z_]+(?:\.[a-z_]+)*)`", sentence))


class Document:
    def __init__(self, path: Path = PROTOCOL) -> None:
        self.sections: dict[str, Section] = {}
        self.parts: dict[str, dict[str, Section]] = {}
        part = ""
        current = Section("")
        fenced = False
        for line in path.read_text().splitlines():
            fenced ^= line.startswith("```")
            if line.startswith("## ") and not fenced:
                part = line[3:]
                current = self.sections[part] = Section(part)
                self.parts[part] = {}
            elif line.startswith("### ") and not fenced:
                current = Section(line[4:])
                assert current.title not in self.parts[part], f"{current.title} stands twice"
                self.parts[part][current.title] = current
            else:
                current.lines.append(line)

    @cached_property
    def types(self) -> dict[str, Kind]:
        """The named scalars of the section Types."""
        found: dict[str, Kind] = {}
        for row in self.sections["Types"].table:
            bounds = row["bounds"]
            if bounds.startswith("one of "):
                found[row["type"]] = Kind(
                    "choice", values=frozenset(bounds.removeprefix("one of ").split(", "))
                )
            else:
                least, most = _bounds(bounds)
                found[row["type"]] = Kind(row["JSON"], least, most, row["pattern"].strip("`") or None)
        return found

    @cached_property
    def objects(self) -> dict[str, dict[str, Field]]:
        """The fields of every object that is no command and no event."""
        parts = (self.parts["Objects that a client sends"], self.parts["Objects that the server sends"])
        return {name: self.fields(section) for part in parts for name, section in part.items()}

    def fields(self, section: Section) -> dict[str, Field]:
        return {
            row["field"]: Field(self.kind(row["type"]), _default(row.get("required", "yes")))
            for row in section.table
        }

    def kind(self, text: str) -> Kind:
        """A type as the tables write it."""
        if text.endswith(" or null"):
            inner = self.kind(text.removesuffix(" or null"))
            return Kind(**{**vars(inner), "nullable": True})
        name, _, rest = text.partition(", ")
        least, most = _bounds(rest)
        for prefix, container in (("list of ", "list"), ("map of ", "map")):
            if name.startswith(prefix):
                return Kind(container, least, most, item=self.kind(name.removeprefix(prefix)))
        if name in ("string", "integer", "boolean", "any"):
            return Kind(name, least, most)
        assert not rest, f"bounds on {text!r}"
        return self.types.get(name) or Kind(name)

    def check(self, kind: Kind, value: Any, at: str = "$") -> None:
        """Raises AssertionError where a value that the server sent is not as described."""
        if value is None and (kind.nullable or kind.name == "any"):
            return
        match kind.name:
            case "any":
                return
            case "list":
                assert isinstance(value, list), at
                assert kind.item is not None
                for n, item in enumerate(value):
                    self.check(kind.item, item, f"{at}[{n}]")
            case "map":
                assert isinstance(value, dict), at
                assert kind.item is not None
                for key, item in value.items():
                    self.check(kind.item, item, f"{at}.{key}")
            case "string":
                assert isinstance(value, str), at
                assert kind.pattern is None or re.search(kind.pattern, value), f"{at}: {value!r}"
            case "choice":
                assert value in kind.values, f"{at}: {value!r}"
            case "integer":
                assert type(value) is int, at
            case "boolean":
                assert type(value) is bool, at
            case _:
                self.check_fields(self.objects[kind.name], value, at)

    def check_fields(self, fields: dict[str, Field], value: Any, at: str = "$") -> None:
        assert isinstance(value, dict), at
        assert set(value) == set(fields), f"{at}: {sorted(set(value) ^ set(fields))}"
        for name, known in fields.items():
            self.check(known.kind, value[name], f"{at}.{name}")


def _tables(lines: list[str]) -> Iterator[list[Row]]:
    header: list[str] | None = None
    rows: list[Row] = []
    for line in [*lines, ""]:
        if not line.startswith("|"):
            if header is not None:
                yield rows
            header, rows = None, []
            continue
        cells = [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip())[1:-1]]
        if header is None:
            header = cells
        elif not set("".join(cells)) <= set("-: "):
            rows.append(dict(zip(header, cells, strict=True)))


def _bounds(text: str) -> tuple[int | None, int | None]:
    numbers = [int(number) for number in _NUMBER.findall(text)]
    match text.split():
        case []:
            return None, None
        case ["at", "least", _]:
            return numbers[0], None
        case ["at", "most", _]:
            return None, numbers[0]
        case [_, "to", _]:
            return numbers[0], numbers[1]
    raise AssertionError(f"bounds that nobody understands: {text!r}")


def _default(text: str) -> Any:
    if text == "yes":
        return ALWAYS
    if text == "no: absent":
        return ABSENT
    assert text.startswith("no: "), f"neither yes nor no: {text!r}"
    return json.loads(text.removeprefix("no: "))
