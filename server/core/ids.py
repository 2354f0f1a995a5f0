"""Identifiers: a prefix that says what it names, then 26 characters that sort by time."""

import hashlib
import secrets
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def new_id(prefix: str) -> str:
    """`prefix_` + 48 bits of ms + 80 random bits, in Crockford's base 32: unguessable and index-friendly."""
    number = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    return prefix + "_" + "".join(_ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))


def keyed_id(prefix: str, *parts: str) -> str:
    """The same parts are the same id: what is made twice with one idempotency key is made once."""
    return f"{prefix}_{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:26]}"
