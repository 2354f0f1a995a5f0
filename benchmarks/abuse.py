"""What a server bears from one address that means no good, while a viewer beside it hears every event.

Prints a JSON document and a table. Ends with status 1 when the viewer missed an event.
"""

import argparse
import asyncio
import contextlib
import itertools
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import aiohttp

from benchmarks.stack import Stack, running
from server.pins.messages import ShowPin

HEAD = (
    b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
    b"Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
AT_ONCE = 100
EVERY_S = 0.1


class Viewer:
    """Hears the stream; events are made by showing and hiding the pin."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._shown: dict[int, float] = {}
        self.delays: list[float] = []
        self.missed = 0
        self._seq = 0

    async def watch(self, opened: asyncio.Event) -> None:
        async with aiohttp.ClientSession() as session:
            url = self._stack.url
            async with session.post(f"{url}/api/v1/streams/{self._stack.stream}/pass", json={}) as response:
                token = (await response.json())["token"]
            async with session.ws_connect(f"{url}/socket.io/?EIO=4&transport=websocket") as line:
                async for message in line:
                    text: str = message.data
                    if text.startswith("0"):
                        await line.send_str("40" + json.dumps({"token": token}))
                    elif text.startswith("40"):
                        await line.send_str("421" + json.dumps(["room.join", {"stream": self._stack.stream}]))
                    elif text.startswith("431"):
                        self._seq = json.loads(text[3:])[0]["data"]["snapshot"]["seq"]
                        opened.set()
                    elif text == "2":
                        await line.send_str("3")
                    elif text.startswith(('42["pin.shown"', '42["pin.hidden"')):
                        data = json.loads(text[2:])[1]
                        self.missed += data["seq"] - self._seq - 1
                        self._seq = data["seq"]
                        self.delays.append(time.time() * 1000 - data["at"])
        raise RuntimeError("the viewer was thrown out")


async def talk(stack: Stack) -> None:
    pins, pin = stack.services.pins, ""
    for number in itertools.count():
        if number % 2 == 0:
            body = ShowPin(product=stack.product, key=f"abuse-{number:06d}")
            pin = (await pins.show(stack.shop, stack.stream, body))[0].id
        else:
            await pins.hide(stack.shop, stack.stream, pin)
        await asyncio.sleep(EVERY_S)


async def line(stack: Stack) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", int(stack.url.rpartition(":")[2]))


async def shake(stack: Stack, keep: list[asyncio.StreamWriter]) -> str:
    try:
        reader, writer = await line(stack)
        keep.append(writer)
        writer.write(HEAD)
        async with asyncio.timeout(30):
            return (await reader.readline()).decode().split(" ")[1]
    except (OSError, TimeoutError, IndexError):
        return "cut"


async def send(stack: Stack, data: bytes) -> str:
    """To a socket that shows no pass; answers how it ends."""
    keep = list[asyncio.StreamWriter]()
    try:
        reader, writer = await line(stack)
        keep.append(writer)
        writer.write(HEAD)
        await reader.readuntil(b"\r\n\r\n")
        for at in range(0, len(data), 1 << 16):
            writer.write(data[at : at + (1 << 16)])
            await writer.drain()
        async with asyncio.timeout(30):
            said = await reader.read()
        at = said.rfind(b"\x88") + 2  # a close frame: how long it is, then the code
        return str(int.from_bytes(said[at : at + 2], "big")) if at > 1 else "cut"
    except (OSError, TimeoutError, asyncio.IncompleteReadError):
        return "cut"
    finally:
        for each in keep:
            each.close()


async def silent(stack: Stack, keep: list[asyncio.StreamWriter]) -> str:
    try:
        reader, writer = await line(stack)
        keep.append(writer)
        writer.write(HEAD[:20])
        async with asyncio.timeout(0.5):
            await reader.read(1)
        return "cut"
    except TimeoutError:
        return "waits"
    except OSError:
        return "cut"


async def many(count: int, one: Callable[[], Awaitable[str]]) -> Counter[str]:
    gate = asyncio.Semaphore(AT_ONCE)

    async def gated() -> str:
        async with gate:
            return await one()

    return Counter(await asyncio.gather(*(gated() for _ in range(count))))


def memory_kb(pid: int) -> int:
    text = Path(f"/proc/{pid}/status").read_text()
    return int(text.partition("VmRSS:")[2].split()[0])


def frames(kind: str) -> bytes:
    size, zero = 10 * 1024 * 1024, b"\0\0\0\0"
    if kind == "whole":
        return b"\x81\xff" + size.to_bytes(8, "big") + zero + b"4" * size
    return b"\x01\xfe\x03\xe8" + zero + b"4" * 1000 + (b"\x00\xfe\x03\xe8" + zero + b"4" * 1000) * 10_000


async def measure(options: argparse.Namespace) -> dict[str, Any]:
    async with running(1, MAX_SOCKETS_PER_ADDRESS=str(options.allowed), TRUSTED_PROXIES="0") as stack:
        viewer, opened = Viewer(stack), asyncio.Event()
        watching = asyncio.create_task(viewer.watch(opened))
        await opened.wait()
        talking = asyncio.create_task(talk(stack))
        await asyncio.sleep(2)
        report: dict[str, Any] = {"quiet_p99_ms": p99(viewer.delays), "kb": memory_kb(stack.web), "steps": {}}
        keep, whole, parts = list[asyncio.StreamWriter](), frames("whole"), frames("parts")
        steps: dict[str, Callable[[], Awaitable[Counter[str]]]] = {
            f"{options.sockets} sockets": lambda: many(options.sockets, lambda: shake(stack, keep)),
            "200 frames of 10 MB": lambda: many(200, lambda: send(stack, whole)),
            "200 times 10 MB in fragments": lambda: many(200, lambda: send(stack, parts)),
            "2000 heads that do not end": lambda: many(2000, lambda: silent(stack, keep)),
        }
        for name, step in steps.items():
            viewer.delays.clear()
            began = time.monotonic()
            outcome = await step()
            report["steps"][name] = {
                "outcome": dict(outcome), "seconds": round(time.monotonic() - began, 1),
                "events": len(viewer.delays), "p99_ms": p99(viewer.delays), "kb": memory_kb(stack.web),
            }  # fmt: skip
            for writer in keep:
                writer.close()
            keep.clear()
            await asyncio.sleep(options.pause)
        talking.cancel()
        watching_ended = watching.done()
        watching.cancel()
        await asyncio.gather(talking, watching, return_exceptions=True)
        report["missed"] = viewer.missed + watching_ended
        return report


def p99(delays: list[float]) -> float:
    return round(sorted(delays)[int(len(delays) * 0.99)], 1) if delays else 0.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--sockets", type=int, default=10_000)
    parser.add_argument("--allowed", type=int, default=1000, help="MAX_SOCKETS_PER_ADDRESS")
    parser.add_argument("--pause", type=float, default=12, help="seconds between the steps")
    report = asyncio.run(measure(parser.parse_args()))
    print(json.dumps(report, indent=2))
    for name, step in report["steps"].items():
        figures = f"{step['seconds']:6} s  p99 {step['p99_ms']:7} ms  {step['kb']:7} kB"
        print(f"{name:30} {figures}  {step['outcome']}")
    print(f"events missed by the viewer: {report['missed']}")
    return 1 if report["missed"] else 0


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        os.environ.setdefault("LOG_LEVEL", "warning")
        sys.exit(main())
