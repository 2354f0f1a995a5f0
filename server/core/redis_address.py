"""How the address of Redis is written: one server, a primary that Sentinels know, or a cluster."""

from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec

SCHEMES = frozenset(
    {"redis", "rediss", "unix", "redis+sentinel", "rediss+sentinel", "redis+cluster", "rediss+cluster"}
)


class Address(msgspec.Struct, frozen=True):
    """`kind`: server, sentinel or cluster. `nodes`: any of the cluster, or the Sentinels. `service`: the
    Sentinels' name of the primary."""

    kind: str
    nodes: tuple[tuple[str, int], ...]
    service: str
    options: dict[str, Any]


def address(url: str) -> Address:
    """Reads `redis+cluster://user:password@host:port,host:port` and
    `redis+sentinel://user:password@host:port,host:port/service`; user and password are those of Redis itself.
    `rediss` is the same by TLS. Raises `ValueError`."""
    parts = urlsplit(url)
    scheme, _, kind = parts.scheme.partition("+")
    if parts.scheme not in SCHEMES:
        raise ValueError("unknown kind of address")
    if not kind:
        return Address("server", (), "", {})
    login, _, hosts = parts.netloc.rpartition("@")
    nodes = tuple(_node(host, 26379 if kind == "sentinel" else 6379) for host in hosts.split(","))
    service = parts.path.strip("/")
    if kind == "sentinel" and not service:
        raise ValueError("the name of the primary is missing")
    user, _, password = login.partition(":")
    options: dict[str, Any] = {"ssl": True} if scheme == "rediss" else {}
    if user:
        options["username"] = unquote(user)
    if password:
        options["password"] = unquote(password)
    return Address(kind, nodes, service, options)


def _node(text: str, port: int) -> tuple[str, int]:
    one = urlsplit(f"//{text}")
    if not one.hostname:
        raise ValueError("a host is missing")
    return one.hostname, one.port or port
