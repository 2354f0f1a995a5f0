"""One event to many viewers: our server (in Python alone, and with its loop in C) beside python-socketio and
Node's socket.io, and a floor in C.

Same event, same load, loopback, no TLS. The server has one core to itself and the load generator another.
Rounds are interleaved, figures are medians. Ours is the real application: every viewer has a pass, is
authenticated, has joined a stream's room and got its snapshot; the others let everybody into a room at once.
The last line is JSON. It needs a C and a C++ compiler, Node, and what `make bench-fanout` installs.
"""

import argparse
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FAN = Path(__file__).parent / "fan"
Figures = dict[str, float]


@dataclass(frozen=True)
class Server:
    """`command(port, folder, clients)`. `authenticates`: names a stream to join, writes passes to a file."""

    name: str
    command: Callable[[int, Path, int], list[str]]
    authenticates: bool = False


def servers(node: str) -> list[Server]:
    def ours(way: str) -> Callable[[int, Path, int], list[str]]:
        script = [sys.executable, str(FAN / "our_server.py")]
        return lambda port, at, n: [*script, str(port), str(at / "passes"), str(n), way]

    return [
        Server("ours", ours("transports"), authenticates=True),
        Server("ours+ext", ours("c"), authenticates=True),
        Server("node", lambda port, _at, _n: [node, str(FAN / "node_server.cjs"), str(port)]),
        Server(
            "python-socketio", lambda port, _at, _n: [sys.executable, str(FAN / "stock_server.py"), str(port)]
        ),
        Server("floor", lambda port, at, _n: [str(at / "floor"), str(port), str(FAN / "event.json")]),
    ]


@dataclass(frozen=True)
class Case:
    """`count` events, `every_ms` (0: back to back, `per_tick` in one turn of the server's loop)."""

    name: str
    clients: int
    count: int
    every_ms: int
    per_tick: int = 1
    voters: int = 0
    for_floor: bool = True
    joins: bool = True
    """False: what authenticates joins no stream. The others have no such step."""


def cases(options: argparse.Namespace) -> list[Case]:
    made = []
    for clients in options.viewers:
        count = max(10, options.messages // clients)
        made.append(Case(f"{clients} back to back", clients, count, 0, voters=200 * (clients <= 2000)))
        made.append(Case(f"{clients} connect", clients, 0, 0, joins=False))
        made.append(Case(f"{clients} paced", clients, options.paced, 200))
        made.append(Case(f"{clients} 8 a tick", clients, count * 8, 0, per_tick=8, for_floor=False))
    return made


def build(folder: Path) -> None:
    """With the compilers of this machine."""
    for compiler, source, target in (("c++", "loadgen.cpp", "loadgen"), ("cc", "floor.c", "floor")):
        standard = ["-std=c++17"] if compiler == "c++" else []
        subprocess.run([compiler, *standard, "-O2", "-o", folder / target, FAN / source], check=True)


def run(
    server: Server, case: Case, options: argparse.Namespace, folder: Path, cores: tuple[int, int]
) -> Figures:
    """One server, started for this and ended after it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    process = subprocess.Popen(
        server.command(port, folder, case.clients),
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: os.sched_setaffinity(0, {cores[0]}),  # noqa: PLW1509  (no threads here)
    )
    try:
        said = (process.stdout.readline() if process.stdout else "").split()
        if said[:1] != ["ready"]:
            raise SystemExit(f"{server.name} did not start")
        numbers = [
            port, process.pid, case.clients, case.count, case.every_ms, case.per_tick, case.voters,
            options.seconds,
        ]  # fmt: skip
        load = [str(folder / "loadgen"), *map(str, numbers)]
        if server.authenticates:
            load += [str(folder / "passes"), said[1] if case.joins else ""]
        done = subprocess.run(
            load,
            stdout=subprocess.PIPE,
            check=True,
            preexec_fn=lambda: os.sched_setaffinity(0, {cores[1]}),
        )
        figures: Figures = json.loads(done.stdout)
        return figures
    finally:
        process.terminate()
        process.wait(timeout=20)
        if process.stdout:
            process.stdout.close()


Results = dict[tuple[str, str], Figures]


def measure(options: argparse.Namespace, node: str) -> Results:
    cores = sorted(os.sched_getaffinity(0))[:2]
    if len(cores) < 2:
        raise SystemExit("two processor cores are needed: one for the server, one for the load")
    found: dict[tuple[str, str], list[Figures]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build(folder)
        for round_ in range(options.rounds):
            for case in cases(options):
                for server in servers(node):
                    if server.name not in options.servers or (server.name == "floor" and not case.for_floor):
                        continue
                    figures = run(server, case, options, folder, (cores[0], cores[1]))
                    found.setdefault((server.name, case.name), []).append(figures)
                    print(f"round {round_ + 1}: {server.name}, {case.name}", file=sys.stderr)
    return {
        key: {figure: statistics.median(each[figure] for each in rounds) for figure in rounds[0]}
        for key, rounds in found.items()
    }


COLUMNS = {
    "messages_per_s": "messages/s", "last_p50_ms": "last p50 ms", "last_p99_ms": "last p99 ms",
    "connects_per_s": "connects/s", "kb_per_client": "kB/viewer", "acks_per_s": "acks/s",
    "ack_p99_ms": "ack p99 ms",
}  # fmt: skip


def table(results: Results) -> str:
    lines = [f"{'':<34}" + "".join(f"{title:>13}" for title in COLUMNS.values())]
    for (server, case), figures in sorted(results.items(), key=lambda item: (item[0][1], item[0][0])):
        cells = [f"{figures[key]:>13,.1f}" if key in figures else f"{'':>13}" for key in COLUMNS]
        lines.append(f"{case + ', ' + server:<34}" + "".join(cells))
        if figures.get("received") != figures.get("wanted"):
            lines.append(f"    only {figures['received']:,.0f} of {figures['wanted']:,.0f} arrived")
    return "\n".join(lines)


def summary(results: Results, viewers: int) -> dict[str, Any]:
    """The figures that the goals are set in, at `viewers` viewers. None where a server was not run."""

    def figure(server: str, case: str, name: str) -> float | None:
        return results.get((server, f"{viewers} {case}"), {}).get(name)

    def ratio(case: str, name: str, of: str = "ours", to: str = "node") -> float | None:
        above, below = figure(of, case, name), figure(to, case, name)
        return round(above / below, 2) if above and below else None

    acks = max(
        (int(case.split()[0]) for _, case in results if "acks_per_s" in results[_, case]), default=viewers
    )
    ours = results.get(("ours", f"{acks} back to back"), {}).get("acks_per_s")
    nodes = results.get(("node", f"{acks} back to back"), {}).get("acks_per_s")
    return {
        "viewers": viewers,
        "ratio_to_node": ratio("back to back", "messages_per_s"),
        "ratio_to_floor": ratio("back to back", "messages_per_s", to="floor"),
        "ext_ratio_to_node": ratio("back to back", "messages_per_s", of="ours+ext"),
        "ext_ratio_to_floor": ratio("back to back", "messages_per_s", of="ours+ext", to="floor"),
        "coalesced_ratio_to_node": ratio("8 a tick", "messages_per_s"),
        "ack_ratio_to_node": round(ours / nodes, 2) if ours and nodes else None,
        "connect_ratio_to_node": ratio("back to back", "connects_per_s"),
        "connect_ratio_to_node_without_join": ratio("connect", "connects_per_s"),
        "kb_per_viewer": figure("ours", "back to back", "kb_per_client"),
        "node_kb_per_viewer": figure("node", "back to back", "kb_per_client"),
    }


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--viewers", type=int, nargs="+", default=[500, 2000, 5000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--messages", type=int, default=400_000, help="to be delivered in a back-to-back run")
    parser.add_argument("--paced", type=int, default=25, help="events in a paced run, five a second")
    parser.add_argument("--seconds", type=float, default=4, help="of commands and acknowledgements")
    names = [server.name for server in servers("")]
    parser.add_argument("--servers", nargs="+", choices=names, default=names)
    return parser.parse_args()


def main() -> None:
    options = arguments()
    if sys.platform != "linux":
        raise SystemExit("this benchmark needs Linux: it pins processes to cores and reads /proc")
    venv_node = Path(sys.executable).parent.parent / "node"
    node = shutil.which("node", path=f"{venv_node}{os.pathsep}{os.environ['PATH']}") or ""
    if "node" in options.servers and not (node and (FAN / "node_modules" / "socket.io").is_dir()):
        raise SystemExit(
            "Node's socket.io is not installed: run `npm ci` in benchmarks/fan, or `make bench-fanout`"
        )
    most = max(options.viewers) + 1000
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < most:
        if hard < most:
            raise SystemExit(f"{most} open files are needed, and only {hard} allowed (ulimit -n)")
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    results = measure(options, node)
    print(table(results))
    print(json.dumps(summary(results, max(options.viewers))))


if __name__ == "__main__":
    main()
