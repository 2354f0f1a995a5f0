"""Socket.IO. The only package that knows python-socketio: what is inside may change, its callers don't.

`front` (whose a connection is) → `connection`, `reader`, `frames` (WebSocket, Engine.IO) → `engine` (all of
them, and time) → `server`, `library` (python-socketio) → `hub` (commands, events). `rooms` is the way out,
past all of these. `door` (with `admission` and `callers`) says who comes in, `drain` how all are sent away.
"""

from server.core.realtime.hub import REALTIME, Authenticate, Realtime
from server.core.realtime.limits import MAX_MESSAGE, Limits
from server.core.realtime.peer import BURST, PER_SECOND, Peer

__all__ = ["BURST", "MAX_MESSAGE", "PER_SECOND", "REALTIME", "Authenticate", "Limits", "Peer", "Realtime"]
