"""Redis on several processes: a cluster of three primaries, and a primary with a replica under Sentinels."""

import contextlib
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import pytest
from redis import Redis
from redis.exceptions import RedisError

from server.core.processes import die_with_parent
from tests.infra.redis import free_port, redis_binaries

SERVICE = "proofcast"


@dataclass
class Server:
    """A process that is ended by its pid."""

    port: int
    process: "subprocess.Popen[bytes]"

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=10)

    def answers(self, *command: str) -> Any:
        with contextlib.closing(Redis(port=self.port, decode_responses=True, socket_timeout=5)) as client:
            return client.execute_command(*command)  # type: ignore[no-untyped-call]


@dataclass
class Servers:
    """All end with the block."""

    folder: Path
    running: list[Server] = field(default_factory=list)

    @classmethod
    @contextlib.contextmanager
    def started(cls) -> Iterator[Self]:
        with tempfile.TemporaryDirectory() as folder:
            servers = cls(Path(folder))
            try:
                yield servers
            finally:
                for server in servers.running:
                    if server.process.poll() is None:
                        server.kill()

    def start(self, *options: str, config: str | None = None) -> Server:
        binary = redis_binaries().get("redis-server") or next(iter(redis_binaries().values()))
        port = free_port()
        folder = self.folder / str(port)
        folder.mkdir()
        command = [
            str(binary),
            "--port",
            str(port),
            "--bind",
            "127.0.0.1",
            "--dir",
            str(folder),
            "--save",
            "",
        ]
        if config is not None:
            path = folder / "sentinel.conf"
            path.write_text(f"port {port}\nbind 127.0.0.1\ndir {folder}\n{config}")
            command = [str(binary), str(path), "--sentinel"]
        process = subprocess.Popen(
            [*command, *options, *([] if config else ["--save", ""])],
            stdout=subprocess.DEVNULL,
            preexec_fn=die_with_parent(os.getpid()),  # noqa: PLW1509  (nothing runs there but two calls of C)
        )
        server = Server(port, process)
        self.running.append(server)
        until(lambda: server.answers("PING"))
        return server


def until(true: Callable[[], Any], seconds: float = 30) -> None:
    """Waits for it; raises what it raised last."""
    last: Exception | None = None
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if true():
                return
        except RedisError as error:
            last = error
        time.sleep(0.02)
    raise last or TimeoutError("it did not come true")


@contextlib.contextmanager
def cluster_of_three() -> Iterator[str]:
    """The address of a cluster; each node has a third of the slots."""
    with Servers.started() as servers:
        nodes = [servers.start("--cluster-enabled", "yes", "--cluster-port", str(free_port())) for _ in "123"]
        ranges = ((0, 5460), (5461, 10922), (10923, 16383))
        for number, (node, (first, last)) in enumerate(zip(nodes, ranges, strict=True), start=1):
            node.answers("CLUSTER", "SET-CONFIG-EPOCH", str(number))
            node.answers("CLUSTER", "ADDSLOTSRANGE", str(first), str(last))
        for node in nodes[1:]:
            bus = nodes[0].answers("CONFIG", "GET", "cluster-port")
            bus = bus["cluster-port"] if isinstance(bus, dict) else bus[1]
            node.answers("CLUSTER", "MEET", "127.0.0.1", str(nodes[0].port), str(bus))
        until(lambda: all("cluster_state:ok" in str(node.answers("CLUSTER", "INFO")) for node in nodes))
        until(lambda: all(len(node.answers("CLUSTER", "SHARDS")) == 3 for node in nodes))
        yield "redis+cluster://" + ",".join(f"127.0.0.1:{node.port}" for node in nodes)


@dataclass
class Watched:
    """A primary and a replica, which the Sentinels may make the primary."""

    url: str
    primary: Server
    replica: Server
    sentinels: list[Server]


@contextlib.contextmanager
def under_sentinels() -> Iterator[Watched]:
    with Servers.started() as servers:
        primary = servers.start("--repl-diskless-sync-delay", "0", "--min-replicas-to-write", "0")
        replica = servers.start("--replicaof", "127.0.0.1", str(primary.port))
        until(lambda: primary.answers("INFO", "replication")["connected_slaves"] == 1)
        config = (
            f"sentinel monitor {SERVICE} 127.0.0.1 {primary.port} 2\n"
            f"sentinel down-after-milliseconds {SERVICE} 500\n"
            f"sentinel failover-timeout {SERVICE} 3000\n"
        )
        sentinels = [servers.start(config=config) for _ in range(3)]
        until(lambda: all(len(each.answers("SENTINEL", "REPLICAS", SERVICE)) == 1 for each in sentinels))
        until(lambda: all(len(each.answers("SENTINEL", "SENTINELS", SERVICE)) == 2 for each in sentinels))
        hosts = ",".join(f"127.0.0.1:{each.port}" for each in sentinels)
        yield Watched(f"redis+sentinel://{hosts}/{SERVICE}", primary, replica, sentinels)


@pytest.fixture(scope="session")
def cluster_url() -> Iterator[str]:
    """One cluster for the whole run."""
    with cluster_of_three() as url:
        yield url
