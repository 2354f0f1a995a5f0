"""Logs travel: nothing in them lets anybody in, or says who bought."""

import json
import subprocess
import sys

import pytest

from tests.infra.logs import Logs
from tests.infra.show import PASSWORD, Refused, Show

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
    for name in ("somebody@example.com", "hold.create"):  # a command that is none, and one with a bad body
        with pytest.raises(Refused):
            await viewer.socket.ask(name, {"key": "somebody@example.com"})
    with pytest.raises(Refused):
        await show.call("POST", "/api/v1/session", {"email": "other@example.com", "password": "a-wrong-one"})
    with pytest.raises(Refused):
        await show.call("GET", f"/api/v1/orders/none?token={viewer.token}")
    cookies = [cookie.value for cookie in show.http.cookie_jar]
    assert cookies
    settings, text = show.services.settings, logs.text()
    for secret in (
        *(
            viewer.token,
            checkout["client_secret"],
            "@example.com",
            PASSWORD,
            "a-wrong-one",
            "4242",
            "127.0.0.1",
        ),
        *cookies,
        *(settings.secret_key, settings.stripe_secret_key, settings.stripe_webhook_secret),
    ):
        assert secret not in text
    assert logs.errors() == []
    events = {entry["event"] for entry in logs.entries()}
    assert {"request", "command failed"} <= events  # at debug, too
