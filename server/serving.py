"""Several web processes on one port of one machine, and their parent."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import Iterator

from server.core.log import logger
from server.core.processes import Child
from server.core.settings import Settings
from server.core.signals import Ending
from server.core.supervisor import StartFailed, Supervisor
from server.web import CLOSE_S, cannot_listen

_log = logger("serve")


async def serve_many(settings: Settings, workers: int) -> int:
    """Until SIGINT or SIGTERM; SIGHUP replaces the processes. Answers the exit status."""
    ending = Ending()
    ending.listen()
    try:
        with reserved(settings.host, settings.port) as port:
            environ = {**os.environ, "PORT": str(port)}

            async def start(place: int) -> Child:
                command = [sys.executable, "-m", "server", "serve", "--one-of-many"]
                figures = {"METRICS_PORT": str(settings.metrics_port and settings.metrics_port + place)}
                return await Child.start(f"web {place + 1}", command, environ | figures)

            supervisor = Supervisor(workers, start, end_s=settings.drain_seconds + CLOSE_S)
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, supervisor.anew.set)
            return await supervisor.run(
                ending, lambda: _log.info("all web processes are ready", port=port, processes=workers)
            )
    except OSError as error:
        raise cannot_listen(settings, error) from None
    except StartFailed as failed:
        _log.error("a web process did not start", error=str(failed))
        return failed.status or 1


@contextlib.contextmanager
def reserved(host: str, port: int) -> Iterator[int]:
    """Keeps the port for our children, who listen on it, each with a socket of its own; ours takes nobody in.
    Port 0 is any free one. Raises `OSError` when it can't be had."""
    # Alone first: else we would share it with another server of the same user.
    for ours in _bound(host, port, shared=False):
        ours.close()
    sockets = _bound(host, port, shared=True)
    try:
        yield sockets[0].getsockname()[1]
    finally:
        for ours in sockets:
            ours.close()


def _bound(host: str, port: int, *, shared: bool) -> list[socket.socket]:
    """To the port of each address that the host has."""
    found = list[socket.socket]()
    try:
        for family, kind, protocol, _, address in socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        ):
            ours = socket.socket(family, kind, protocol)
            found.append(ours)
            ours.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                ours.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            if shared:
                ours.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            ours.bind((address[0], port, *address[2:]))
            port = port or ours.getsockname()[1]
    except BaseException:
        for ours in found:
            ours.close()
        raise
    return found
