"""`make demo`: everything on one machine, started in order and ended in the reverse one."""

import asyncio
import contextlib
import fcntl
import json
import os
import secrets
import shutil
import signal
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import aiohttp

from demo import site
from demo.seed import seed
from demo.shop import SHOP
from server.composition import Services
from server.core.processes import Child
from server.core.redis_server import RedisServer, RedisServerError
from server.core.settings import SettingsError, load_settings
from server.migrations import upgrade

EMBED_PORT_OFFSET = 8


async def demo(data: Path, port: int, *, reset: bool = False) -> int:
    """Runs until SIGINT or SIGTERM, or until one of its processes ends by itself. Data stays in `data`."""
    began = time.monotonic()
    data = await asyncio.to_thread(_made, data)
    stop = asyncio.Event()
    for signum in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    async with contextlib.AsyncExitStack() as stack:
        stack.enter_context(_only_one(data))
        if reset:
            _empty(data)
        port = _free_port(port)
        embed_port = _free_port(port + EMBED_PORT_OFFSET)
        try:
            await _start(stack, stop, data, port, embed_port, began)
        except RedisServerError as error:
            raise SettingsError(f"the embedded Redis did not start: {error}") from None
    return 0


async def _start(
    stack: contextlib.AsyncExitStack,
    stop: asyncio.Event,
    data: Path,
    port: int,
    embed_port: int,
    began: float,
) -> None:
    keys = _keys(data)
    base = f"http://localhost:{port}"
    clip = asyncio.create_task(_clip(data / "media" / "clip.mp4"))
    stack.push_async_callback(_end, clip)
    redis_url = (
        os.environ.get("REDIS_URL")
        or (await stack.enter_async_context(RedisServer(data / "redis", password=keys["redis"]))).url
    )
    standin = await _child(
        stack,
        "Stripe stand-in",
        [
            sys.executable,
            "-m",
            "standin",
            "--port",
            "0",
            "--data",
            str(data / "stripe"),
            "--webhook",
            f"http://127.0.0.1:{port}/webhooks/stripe",
            "--secret",
            keys["webhook"],
        ],
        dict(os.environ),
        data / "stripe.log",
    )
    ready = await standin.line()
    if not ready.startswith("ready "):
        raise SettingsError(f"the Stripe stand-in did not start: see {data / 'stripe.log'}")
    stripe = ready.removeprefix("ready ")
    environ = {
        **os.environ,
        "REDIS_URL": redis_url,
        "SECRET_KEY": keys["secret"],
        "DATA_DIR": str(data),
        "PORT": str(port),
        "DRAIN_SECONDS": "0",  # there is nowhere else to go
        "PUBLIC_URL": base,
        "SMTP_URL": (data / "mail").absolute().as_uri(),
        "MAIL_FROM": SHOP.host_email,
        "STRIPE_API_BASE": stripe,
        "STRIPE_JS_URL": f"{stripe}/js.stripe.com/v3/",
        "STRIPE_SECRET_KEY": "sk_test_standin",
        "STRIPE_PUBLISHABLE_KEY": "pk_test_standin",
        "STRIPE_WEBHOOK_SECRET": keys["webhook"],
    }
    settings = load_settings(environ)
    await asyncio.to_thread(upgrade, settings.database_url)
    services = Services(settings)
    try:
        stream = await seed(
            services,
            keys["password"],
            data / "media",
            [f"http://localhost:{embed_port}", f"http://127.0.0.1:{embed_port}"],
        )
    finally:
        await services.close()
    await clip
    children = [standin]
    for name, command in (("worker", "worker"), ("web", "serve")):
        program = [sys.executable, "-m", "server", command]
        children.append(await _child(stack, name, program, environ, data / f"{name}.log"))
    runner = await site.serve("127.0.0.1", embed_port, base, stream)
    stack.push_async_callback(runner.cleanup)
    await _until_ready(base, children)
    _say(base, embed_port, stream, keys["password"], data / "mail", time.monotonic() - began)
    await _until_over(stop, children, data)


async def _child(
    stack: contextlib.AsyncExitStack, name: str, command: list[str], environ: dict[str, str], log: Path
) -> Child:
    child = await Child.start(name, command, environ, log)
    stack.push_async_callback(child.stop)
    return child


async def _end(task: "asyncio.Task[None]") -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _clip(path: Path) -> None:
    """Made once, in a process of its own: it keeps a core busy for some seconds."""
    if await asyncio.to_thread(path.is_file):
        return
    await asyncio.to_thread(_made, path.parent)
    print("Making the demo's film, once …", flush=True)
    program = "import sys, pathlib, demo.clip; demo.clip.build_clip(pathlib.Path(sys.argv[1]))"
    maker = await Child.start(
        "film", [sys.executable, "-c", program, str(path)], os.environ, path.parent.parent / "film.log"
    )
    try:
        if await maker.ended() != 0:
            raise SettingsError(f"the demo's film could not be made: see {path.parent.parent / 'film.log'}")
    finally:
        await maker.stop()


async def _until_ready(base: str, children: list[Child]) -> None:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
        for _ in range(600):
            ended = [child.name for child in children if not child.running]
            if ended:
                raise SettingsError(f"{ended[0]} ended by itself: see its log in the data folder")
            with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                async with session.get(base + "/readyz") as response:
                    if response.status == 200:
                        return
            await asyncio.sleep(0.1)
    raise SettingsError("the server did not get ready within a minute: see web.log in the data folder")


def _say(base: str, embed_port: int, stream: str, password: str, mail: Path, took_s: float) -> None:
    print(
        f"""
Proofcast is ready ({took_s:.1f} s).

  Watch      {base}/watch/{stream}
  Host       {base}/host
             {SHOP.host_email}   {password}
  Embedded   http://localhost:{embed_port}/   (somebody else's page)
  Receipts   {mail}   (where others send mail)

Pay with 4242 4242 4242 4242, any later date, any CVC.
4000 0000 0000 0002 is declined, 4000 0025 0000 3155 asks for 3-D Secure.
Ctrl-C stops everything; the data stays.
""",
        flush=True,
    )


async def _until_over(stop: asyncio.Event, children: list[Child], data: Path) -> None:
    waiting = {asyncio.create_task(child.ended(), name=child.name) for child in children}
    stopping = asyncio.create_task(stop.wait())
    try:
        done, _ = await asyncio.wait({*waiting, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (*waiting, stopping):
            task.cancel()
    if stopping not in done:
        name = next(iter(done)).get_name()
        raise SettingsError(f"{name} ended by itself: see its log in {data}")
    print("\nStopping …", flush=True)


def _keys(data: Path) -> dict[str, str]:
    """Made once, readable by the owner alone."""
    path = data / "keys.json"
    if path.is_file():
        keys: dict[str, str] = json.loads(path.read_text())
        return keys
    keys = {
        "secret": secrets.token_urlsafe(32),
        "webhook": "whsec_" + secrets.token_hex(24),
        "redis": secrets.token_urlsafe(24),
        "password": "-".join(secrets.token_hex(2) for _ in range(4)),
    }
    unfinished = path.with_suffix(".new")
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(keys, file)
    unfinished.replace(path)
    return keys


@contextlib.contextmanager
def _only_one(data: Path) -> Iterator[IO[str]]:
    with (data / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SettingsError(
                f"another demo runs on {data}: stop it first, or give another --data"
            ) from None
        yield lock


def _made(folder: Path) -> Path:
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _empty(data: Path) -> None:
    """Throws away what happened in the demo. The film stays: making it takes a while."""
    for path in data.iterdir():
        if path.name in ("demo.lock", "media"):
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _free_port(first: int) -> int:
    for port in range(first, min(first + 50, 65536)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return port
    raise SettingsError(f"the ports from {first} on are in use: give another with --port")
