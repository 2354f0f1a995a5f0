"""python-socketio on aiohttp as it comes: everybody is in one room from the start. On uvloop."""

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

import socketio
import uvloop
from aiohttp import web

EVENT = json.loads((Path(__file__).parent / "event.json").read_text())


async def main(port: int) -> None:
    server = socketio.AsyncServer(async_mode="aiohttp", transports=["websocket"])
    votes: dict[int, int] = {}
    running: set[asyncio.Task[None]] = set()

    async def connect(sid: str, _environ: object, _auth: object = None) -> None:
        await server.enter_room(sid, "room")

    async def vote(_sid: str, body: dict[str, int]) -> dict[str, bool]:
        votes[body["choice"]] = votes.get(body["choice"], 0) + 1
        return {"ok": True}

    async def blast(order: dict[str, Any]) -> None:
        due = time.monotonic()
        for seq in range(order["count"]):
            await server.emit("pin", {"seq": seq, "t": time.monotonic_ns(), **EVENT}, room="room")
            if (seq + 1) % order["per_tick"] == 0:
                due += order["every_ms"] / 1000
                await asyncio.sleep(max(0.0, due - time.monotonic()) if order["every_ms"] else 0)

    async def go(_sid: str, order: dict[str, Any]) -> dict[str, bool]:
        running.add(asyncio.create_task(blast(order)))
        return {"ok": True}

    server.on("connect", connect)
    server.on("vote", vote)
    server.on("go", go)
    app = web.Application()
    server.attach(app)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, backlog=4096).start()
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))
