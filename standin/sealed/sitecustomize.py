"""Read by the interpreter that runs localstripe, before localstripe is loaded; it is not part of `standin`.

localstripe listens on every address of the machine, and writes its whole store to one fixed file under
/tmp after each change: two of them would mix their payments, and who can write that file decides what
a pickle runs. Here it listens on loopback only, and keeps its store where STANDIN_STORE says: written
at most five times a second, and whole or not at all. It ends, in good order, when its standard input
does: that is when the proxy ends, however it ends.
"""

import asyncio
import atexit
import builtins
import os
import pickle
import signal
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any

_FIXED = "/tmp/localstripe.pickle"  # noqa: S108  localstripe's own choice, which is why we are here
_store = Path(os.environ["STANDIN_STORE"])
_real_open, _real_dump, _real_bind = builtins.open, pickle.dump, socket.socket.bind


class _Later:
    """Stands for the open file. What is dumped into it is written soon after, not now."""

    waiting: Any = None

    def __enter__(self) -> "_Later":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def put(self, value: Any) -> None:
        if self.waiting is None:
            self.waiting = value
            try:
                asyncio.get_running_loop().call_later(0.2, self.write)
            except RuntimeError:
                self.write()

    def write(self) -> None:
        if self.waiting is None:
            return
        value, self.waiting = self.waiting, None
        part = _store.with_suffix(".part")
        with _real_open(part, "wb") as file:
            _real_dump(value, file, protocol=pickle.HIGHEST_PROTOCOL)
        part.replace(_store)


_later = _Later()


def _open(file: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
    if file != _FIXED:
        return _real_open(file, mode, *args, **kwargs)
    return _later if "w" in mode else _real_open(_store, mode, *args, **kwargs)


def _dump(value: Any, file: Any, *args: Any, **kwargs: Any) -> None:
    if file is _later:
        _later.put(value)
    else:
        _real_dump(value, file, *args, **kwargs)


def _bind(self: socket.socket, address: Any) -> None:
    _real_bind(self, ("127.0.0.1", address[1]) if address[0] == "::" else address)


def _end_with_the_proxy() -> None:
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(3)
    os._exit(1)


builtins.open = _open
pickle.dump = _dump  # type: ignore[assignment]
socket.socket.bind = _bind  # type: ignore[assignment,method-assign]
socket.AF_INET6 = socket.AF_INET  # type: ignore[misc]  # a machine may have no IPv6 at all
atexit.register(_later.write)
threading.Thread(target=_end_with_the_proxy, daemon=True).start()
