"""Stripe's form encoding: `a[b]=1&c[]=2` to nested dicts and lists."""

import re
from typing import Any
from urllib.parse import parse_qsl

from standin.errors import StripeError

_NAME = re.compile(r"^([^\[\]]+)((?:\[[^\[\]]*\])*)$")
_PART = re.compile(r"\[([^\[\]]*)\]")
_MOST_FIELDS = 500
_DEEPEST = 6


def words(text: str) -> frozenset[str]:
    """A set of names, written as one text."""
    return frozenset(text.split())


def decode(text: str) -> dict[str, Any]:
    """The parameters of a form body or query. Raises a 400 for what can't be read."""
    root: dict[str, Any] = {}
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise StripeError(400, "Too many parameters") from error
    for name, value in pairs:
        match = _NAME.match(name)
        if match is None:
            raise StripeError(400, f"Invalid parameter name: {name}")
        path = [match[1], *_PART.findall(match[2])]
        if len(path) > _DEEPEST:
            raise StripeError(400, f"Parameter nested too deeply: {name}")
        _put(root, path, value)
    return {name: _lists(value) for name, value in root.items()}


def _put(node: dict[str, Any], path: list[str], value: str) -> None:
    for part in path[:-1]:
        child = node.setdefault(part, {})
        if not isinstance(child, dict):
            raise StripeError(400, f"Parameter is both a value and a hash: {part}")
        node = child
    last = path[-1] or str(len(node))  # `c[]` takes the next free place
    node[last] = value


def _lists(value: Any) -> Any:
    """`{"0": a, "1": b}` is a list."""
    if not isinstance(value, dict):
        return value
    inner = {name: _lists(child) for name, child in value.items()}
    if inner and all(name.isdecimal() for name in inner):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner


def flag(params: dict[str, Any], name: str) -> bool:
    """A boolean parameter, false when absent."""
    value = params.get(name, "false")
    if value not in ("true", "false"):
        raise StripeError(400, f"Invalid boolean: {name}", param=name)
    return bool(value == "true")


def whole(params: dict[str, Any], name: str) -> int:
    """A whole number that must be there."""
    value = params.get(name)
    if value is None:
        raise StripeError(400, f"Missing required param: {name}.", code="parameter_missing", param=name)
    if not (isinstance(value, str) and re.fullmatch(r"-?\d{1,15}", value)):
        raise StripeError(400, f"Invalid integer: {value}", code="parameter_invalid_integer", param=name)
    return int(value)


def metadata(params: dict[str, Any]) -> dict[str, str]:
    """The `metadata` parameter: at most 50 texts of at most 500 characters, as Stripe bounds it."""
    value = params.get("metadata") or {}
    if not isinstance(value, dict) or len(value) > 50:
        raise StripeError(400, "Invalid metadata", param="metadata")
    for name, text in value.items():
        if not isinstance(text, str) or len(text) > 500 or len(name) > 40 or name.startswith("_"):
            raise StripeError(400, f"Invalid metadata: {name}", param=f"metadata[{name}]")
    return value
