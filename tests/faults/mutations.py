"""Documents that no message of ours is, made from one that is. By the shape of the good one alone: whether
a field is strict enough is what is tested, so the server's own types are not asked."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

Path = tuple[str | int, ...]

ANY_TEXT = frozenset({"token", "password", "epoch"})
"""Fields whose every text is a text: it is compared with what we know, and never kept."""

NOT_JSON: dict[str, bytes] = {
    "nothing": b"",
    "half an object": b'{"a":',
    "two documents": b"{}{}",
    "NUL": b"\0",
    "binary": b"\xff\xfe\x00\x01\x80",
    "half a character": b'{"\xc3":1}',
    "half a surrogate": b'{"a":"\\ud800"}',
    "not a number": b'{"a":NaN}',
    "a form": b"a=1&b=2",
    "nested without end": b"[" * 100_000,
    "nested objects": b'{"a":' * 20_000,
}

NOT_OBJECTS: dict[str, Any] = {
    "null": None,
    "true": True,
    "a number": 7,
    "a text": "x",
    "an array": [],
    "an array of numbers": [1, 2],
}


def refused(good: dict[str, Any], required: Sequence[str]) -> Iterator[tuple[str, Any]]:
    """Names and documents. `required`: the fields at the top that can't be left out."""
    yield from NOT_OBJECTS.items()
    yield "in an array", [good]
    yield "an unknown field", {**good, "surprise": 1}
    yield "a field of a prototype", {**good, "__proto__": {}}
    for name in required:
        yield f"without {name}", {key: value for key, value in good.items() if key != name}
        yield f"{name} is null", {**good, name: None}
    for path, value in _leaves(good):
        for wrong in _wrong(path, value):
            yield f"{'.'.join(map(str, path))} is {_shown(wrong)}", _with(good, path, wrong)


def _leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every value inside, the containers among them."""
    if path:
        yield path, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value[:1]):
            yield from _leaves(inner, (*path, index))


def _wrong(path: Path, value: Any) -> Iterator[Any]:
    name = next((part for part in reversed(path) if isinstance(part, str)), "")
    if isinstance(value, bool):
        yield from ("true", 1, 0, [], {})
    elif isinstance(value, int):
        yield from (-1, 10**30, -(10**30), 1.5, str(value), True, [], {}, [value])
        if name == "quantity":
            yield from (0, 10**9)
    elif isinstance(value, str):
        yield from (7, 1.5, False, [], {}, [value], "x" * 5000)
        if name not in ANY_TEXT:
            yield from ("a\0b" + value, value + "\0")
        if name not in {*ANY_TEXT, "description"}:
            yield value + "\n"
    elif isinstance(value, list):
        yield from ({}, "x", 7, [None], [[]], value * 300)
    elif isinstance(value, dict):
        yield from ([], "x", 7, {**value, "surprise": 1})


def _with(document: Any, path: Path, value: Any) -> Any:
    if not path:
        return value
    copy: Any = dict(document) if isinstance(document, dict) else list(document)
    copy[path[0]] = _with(copy[path[0]], path[1:], value)
    return copy


def _shown(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) < 40 else f"{text[:30]}… ({len(text)})"
