"""Logs travel: nothing in them lets anybody in, or says who bought."""

import json
import subprocess
import sys

from tests.infra.logs import Logs
from tests.infra.show import PASSWORD, Show

WRITE = """
from server.core.log import configure, logger
configure({level!r}, {form!r})
log = logger("part")
log.debug("quiet"); log.info("said", n=1)
try: 1 / 0
except ZeroDivisionError as error: log.error("failed", exc_info=error)
"""


def written(level: str, form: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", WRITE.format(level=level, form=form)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == ""
    return done.stderr.splitlines()


def test_machines_read_one_object_per_line() -> None:
    said, failed = [json.loads(line) for line in written("info", "json")]
    assert (said["event"], said["n"], said["part"], said["level"]) == ("said", 1, "part", "info")
    assert said["timestamp"].endswith("Z")
    assert "ZeroDivisionError" in failed["exception"]


def test_people_read_lines() -> None:
    lines = written("debug", "text")
    assert any("quiet" in line for line in lines)
    assert any("ZeroDivisionError" in line for line in lines)


async def test_a_purchase_leaves_no_secret_and_no_name_in_the_log(show: Show, logs: Logs) -> None:
    stream, product = await show.stream(), await show.product(stock=2)
    pin, viewer = await show.pin(stream, product), await show.viewer(stream)
    await show.standin.fault("/v1/payment_intents", "status", status=500, times=1)
    checkout = await viewer.checkout(await viewer.hold(pin), email="buyer@example.com")
    await viewer.pay(checkout)
    await viewer.until_order(checkout, "paid")
    settings, text = show.services.settings, logs.text()
    for secret in (
        *(viewer.token, checkout["client_secret"], "buyer@example.com", PASSWORD, "4242"),
        *(settings.secret_key, settings.stripe_secret_key, settings.stripe_webhook_secret),
    ):
        assert secret not in text
    assert logs.errors() == []
