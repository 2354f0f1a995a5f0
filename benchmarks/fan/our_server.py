"""The real application, with a shop, a live stream, a pin, and two commands for the benchmark beside its own.

`our_server.py PORT PASSES NUMBER WAY` writes one CONNECT packet with a viewer's pass per line to the file
PASSES, then says `ready` and the stream to join. WAY is how it sends: by `transports` alone, or with the loop
in `c`. Redis is a process of its own, on the same core as this one.
"""

import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, ClassVar

sys.path.insert(0, str(Path(__file__).parents[2]))

import uvloop

from server.app import SERVICES, build
from server.catalog.messages import CreateProduct, CreateVariant
from server.core.auth import Grant, Passes
from server.core.clock import Clock
from server.core.db import metadata
from server.core.messages import Command, Empty
from server.core.realtime import REALTIME, Peer, peer
from server.core.redis_server import RedisServer
from server.core.settings import Settings
from server.pins.messages import ShowPin
from server.rooms.names import stream_room
from server.streams.messages import CreateStream
from server.web import listen

EVENT = json.loads((Path(__file__).parent / "event.json").read_text())
SECRET = "a-secret-that-is-only-for-benchmarks-0123456789"


class Vote(Command, frozen=True):
    name: ClassVar[str] = "vote"
    answer: ClassVar[type[Any]] = Empty
    poll: int
    choice: int


class Go(Command, frozen=True):
    name: ClassVar[str] = "go"
    answer: ClassVar[type[Any]] = Empty
    count: int
    every_ms: int
    per_tick: int


async def main(port: int, passes: Path, number: int, way: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with RedisServer(Path(folder) / "redis") as redis:
            await serve(port, passes, number, way, redis.url, Path(folder))


async def serve(port: int, passes: Path, number: int, way: str, redis_url: str, folder: Path) -> None:
    settings = Settings(
        redis_url=redis_url, database_url=f"sqlite+aiosqlite:///{folder / 'proofcast.db'}", secret_key=SECRET,
        stripe_secret_key="sk_test_x", stripe_publishable_key="pk_test_x", stripe_webhook_secret="whsec_x",
        data_dir=folder, port=port, public_url=f"http://127.0.0.1:{port}",
        max_sockets_per_address=100_000, max_connects_per_second=100_000,  # they all come from here
    )  # fmt: skip
    app = build(settings)
    services, realtime = app[SERVICES], app[REALTIME]
    if way == "transports":
        realtime.engine.rooms.send_many = None
    elif realtime.engine.rooms.send_many is None:
        raise SystemExit("the loop in C was not built: a C compiler and Python's headers are needed")
    async with services.db.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    shop = await services.accounts.found_shop(slug="bench", name="Bench", currency="eur", allowed_origins=[])
    variant = CreateVariant(sku="SKU-1", name="30 ml", price=4800, stocked=100, limit=5)
    product = await services.catalog.create(shop.id, "eur", CreateProduct(name="Mug", variants=[variant]))
    await services.stock.set_stock(shop.id, {product.variants[0].id: 100})
    planned = CreateStream(title="Bench", source_url="/media/clip.mp4")
    stream = await services.streams.start(shop, (await services.streams.create(shop, planned)).id)
    await services.pins.show(shop, stream.id, ShowPin(product=product.id, key="bench-pin-1"))

    votes: dict[int, int] = {}
    running: set[asyncio.Task[None]] = set()

    async def vote(_peer: Peer, message: Vote) -> None:
        votes[message.choice] = votes.get(message.choice, 0) + 1

    async def blast(order: Go) -> None:
        due = time.monotonic()
        for seq in range(order.count):
            event = {"seq": seq, "t": time.monotonic_ns(), **EVENT}
            realtime.tell_raw(stream_room(stream.id), "pin", event)
            if (seq + 1) % order.per_tick == 0:
                due += order.every_ms / 1000
                await asyncio.sleep(max(0.0, due - time.monotonic()) if order.every_ms else 0)

    async def go(_peer: Peer, message: Go) -> None:
        running.add(asyncio.create_task(blast(message)))

    realtime.command(Vote, vote)
    realtime.command(Go, go)
    # Each client votes thousands of times a second here, which its allowance would rightly refuse.
    peer.BURST = peer.PER_SECOND = 1_000_000_000
    signer = Passes(SECRET, Clock())
    lines = []
    for viewer in range(number):
        grant = Grant(kind="viewer", shop=shop.id, viewer=f"viewer_{viewer}", expires_at=4_000_000_000_000)
        lines.append("40" + json.dumps({"token": signer.sign(grant)}))
    await asyncio.to_thread(passes.write_text, "\n".join(lines) + "\n")
    await listen(app, "127.0.0.1", port)
    print("ready", stream.id, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4]))
