"""The same as tests/docs/document.py reads from the page, read from the code."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import inspect

import server
from server.core.errors import ProofcastError
from tests.docs.document import ABSENT, ALWAYS, Field, Kind

_STARTS_THINGS = ("server.__main__", "server.migrations.env", "server.migrations.versions")


def modules() -> Iterator[Any]:
    """Every module of the server that may be imported without anything happening."""
    for found in pkgutil.walk_packages(server.__path__, "server."):
        if not found.name.startswith(_STARTS_THINGS):
            yield importlib.import_module(found.name)


def errors() -> dict[str, tuple[int, bool]]:
    """Status and retryable of every code."""
    assert list(modules())
    found: dict[str, tuple[int, bool]] = {}
    todo: list[type[ProofcastError]] = [ProofcastError]
    while todo:
        cls = todo.pop()
        todo += cls.__subclasses__()
        if not cls.__module__.startswith("server."):
            continue
        known = found.setdefault(cls.code, (cls.status, cls.retryable))
        assert known == (cls.status, cls.retryable), f"{cls.code} means two things"
    return found


def fields(cls: type[msgspec.Struct]) -> dict[str, Field]:
    node = inspect.type_info(cls)
    assert isinstance(node, inspect.StructType)
    return {
        entry.encode_name: Field(kind(entry.type), ALWAYS if entry.required else _default(entry))
        for entry in node.fields
    }


def _default(entry: inspect.Field) -> Any:
    if entry.default_factory is not msgspec.NODEFAULT:
        return entry.default_factory()
    return ABSENT if entry.default is msgspec.NODEFAULT else entry.default  # msgspec's UNSET shows as none


def kind(node: inspect.Type) -> Kind:
    match node:
        case inspect.StrType():
            # Python's word for the very end is no other language's; the page says what it means by `$`.
            pattern = re.sub(r"\\Z$", "$", node.pattern) if node.pattern else None
            return Kind("string", node.min_length, node.max_length, pattern)
        case inspect.IntType():
            assert (node.gt, node.lt, node.multiple_of) == (None, None, None)
            return Kind("integer", node.ge, node.le)
        case inspect.BoolType():
            return Kind("boolean")
        case inspect.AnyType() | inspect.RawType():
            return Kind("any")
        case inspect.LiteralType():
            return Kind("choice", values=frozenset(str(value) for value in node.values))
        case inspect.ListType():
            return Kind("list", node.min_length or None, node.max_length, item=kind(node.item_type))
        case inspect.DictType():
            return Kind("map", item=kind(node.value_type))
        case inspect.StructType():
            return Kind(node.cls.__name__)
        case inspect.UnionType():
            inner = [part for part in node.types if not isinstance(part, inspect.NoneType)]
            assert len(inner) == 1 < len(node.types), f"no word for {node}"
            return Kind(**{**vars(kind(inner[0])), "nullable": True})
    raise AssertionError(f"no word for {node}")
