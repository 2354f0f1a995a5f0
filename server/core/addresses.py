"""Who is at the other end of a line, as far as the network knows: what limits per address count by."""

import ipaddress
from collections.abc import Iterable

UNKNOWN = ""
"""The address of a line that has none, such as a Unix socket's."""


def client_address(line: object, forwarded: Iterable[str], proxies: int) -> str:
    """`line`: the socket's peer, as `get_extra_info("peername")` has it. `forwarded`: the headers
    X-Forwarded-For. `proxies`: how many proxies before us are ours, each of which adds the address that it
    saw; what stands further left was written by whoever liked. Where the headers do not say, the line does.

    An IPv6 address is answered as its /64, which is what one subscriber has; but this machine's own as it is.
    """
    own = line[0] if isinstance(line, tuple) and line and isinstance(line[0], str) else UNKNOWN
    if proxies > 0:
        told = ",".join(forwarded).rsplit(",", proxies)[-proxies:]
        if len(told) == proxies and (found := _network(told[0].strip())):
            return found
    return _network(own) or UNKNOWN


def is_loopback(address: str) -> bool:
    """This machine itself. Behind a proxy that nobody told us of, everybody comes from there."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _network(text: str) -> str | None:
    """None for what is no address."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if address.version == 4 or address.is_loopback:
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(address) >> 64 << 64, 64)))
