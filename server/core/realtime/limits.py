"""How much, how long. Bytes and seconds."""

from dataclasses import dataclass

MAX_MESSAGE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    message: int = MAX_MESSAGE
    """A message that a client sends, whole."""
    head: int = 16 * 1024
    """A handshake's request line and headers."""
    queued: int = 256 * 1024
    """What may wait for one viewer before that viewer counts as too slow."""
    turn: int = 64
    """Messages of one connection that are handled before the others get their turn."""
    head_s: float = 10
    """From a connection's first moment to the end of its first request's head."""
    connect_s: float = 10
    """From the handshake, or a Socket.IO DISCONNECT, to Socket.IO's CONNECT accepted."""
    ping_s: float = 20
    """Between two pings, and from a ping to its pong."""
    close_s: float = 5
    """From our close frame to the end of the connection."""
    tick_s: float = 1
    """How finely all of these are watched."""
    viewers: int = 20_000
    """Connected at a time; staff come in beyond it."""
    connects_per_s: float = 1000
    """Viewers that are let in a second, in the long run."""
    sockets_per_address: int = 1000
    proxies: int = 0
    """Proxies in front of us that are believed when they say whom they speak for."""
