"""`python -m standin`: one process before one localstripe."""

import argparse
import asyncio
import contextlib
import signal
import sys
from pathlib import Path

from aiohttp import ClientSession, web

from standin.app import Api, make_app
from standin.backend import Backend, Json
from standin.child import Child, ChildError
from standin.control import Control
from standin.delivery import Delivery
from standin.events import Outbox
from standin.faults import Faults
from standin.intents import Intents, Locks
from standin.methods import Methods
from standin.recover import tell_again
from standin.refunds import Refunds


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="standin", description="A stand-in for Stripe, for one machine.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8420, help="0 takes a free one (default: %(default)s)")
    parser.add_argument("--data", type=Path, required=True, help="folder for payments and events")
    parser.add_argument("--webhook", metavar="URL", help="where events go; without it they wait")
    parser.add_argument("--secret", default="whsec_standin", help="signs webhooks (default: %(default)s)")
    parser.add_argument("--secret-key", default="sk_test_standin", help="(default: %(default)s)")
    parser.add_argument("--publishable-key", default="pk_test_standin", help="(default: %(default)s)")
    parser.add_argument("--first-retry-ms", type=int, default=1000, help="after a webhook was refused")
    parser.add_argument("--fault-control", action="store_true", help="let tests inject faults")
    return parser.parse_args()


async def _serve(options: argparse.Namespace, stop: asyncio.Event) -> int:
    child = Child(options.data)
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(child.stop)
        await child.start()
        session = await stack.enter_async_context(ClientSession())
        outbox = Outbox(options.data / "events.sqlite")
        stack.callback(outbox.close)
        delivery = Delivery(session, outbox, options.webhook, options.secret, options.first_retry_ms / 1000)
        stack.push_async_callback(delivery.close)

        def announce(kind: str, subject: Json, occurrence: str) -> None:
            if event := outbox.add(kind, subject, occurrence):
                delivery.send(event)

        backend, locks, faults = Backend(session, child.address), Locks(), Faults()
        methods = Methods(backend)
        intents = Intents(backend, methods, locks, announce)
        refunds = Refunds(backend, locks, announce)
        api = Api(backend, methods, intents, refunds, options.secret_key, options.publishable_key)
        control = Control(faults, delivery, outbox).routes() if options.fault_control else []
        delivery.start()
        await tell_again(backend, intents, refunds)

        runner = web.AppRunner(make_app(api, faults, control), access_log=None, shutdown_timeout=1)
        stack.push_async_callback(runner.cleanup)
        await runner.setup()
        site = web.TCPSite(runner, options.host, options.port)
        await site.start()
        print(f"ready http://{options.host}:{runner.addresses[0][1]}", flush=True)
        ended = asyncio.create_task(child.wait())
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait({ended, stopped}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if stop.is_set():
            return 0
        print("standin: localstripe ended by itself", file=sys.stderr)
        return 1


async def _run(options: argparse.Namespace) -> int:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    try:
        return await _serve(options, stop)
    except (ChildError, OSError) as error:
        print(f"standin: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(asyncio.run(_run(_arguments())))
