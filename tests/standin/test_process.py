"""The stand-in as a process: what it leaves behind (nothing), what it keeps (everything)."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.infra.stripe import Receiver, StandIn, standin_process, until


def children_of(pid: int) -> list[int]:
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True)
    pairs = [line.split() for line in listed.stdout.splitlines()]
    return [int(child) for child, parent in pairs if int(parent) == pid]


def is_running(pid: int) -> bool:
    listed = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return bool(listed.stdout.strip()) and not listed.stdout.startswith("Z")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
async def test_no_child_is_left(tmp_path: Path, number: signal.Signals) -> None:
    with standin_process(tmp_path) as standin:
        [child] = children_of(standin.process.pid)
        assert is_running(child)
        os.kill(standin.process.pid, number)
        code = standin.process.wait(timeout=20)
        assert code == (-number if number == signal.SIGKILL else 0)
        await until(lambda: not is_running(child))


async def test_it_ends_when_localstripe_does(tmp_path: Path) -> None:
    with standin_process(tmp_path) as standin:
        [child] = children_of(standin.process.pid)
        os.kill(child, signal.SIGKILL)
        assert standin.process.wait(timeout=20) == 1


async def pay(standin: StandIn) -> str:
    params = {"amount": 700, "currency": "eur", "metadata": {"order": "ord_1"}}
    made = await standin.call("POST", "/v1/payment_intents", params)
    assert (await standin.confirm(made.body["client_secret"])).status == 200
    return str(made.body["id"])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
async def test_yesterdays_payments_are_there(tmp_path: Path, number: signal.Signals) -> None:
    with standin_process(tmp_path) as standin:
        payment = await pay(standin)
        [child] = children_of(standin.process.pid)
        os.kill(standin.process.pid, number)
        standin.process.wait(timeout=20)
        await until(lambda: not is_running(child))
    with standin_process(tmp_path) as standin:
        found = await standin.call("GET", f"/v1/payment_intents/{payment}")
        assert (found.body["status"], found.body["metadata"]) == ("succeeded", {"order": "ord_1"})
        refund = await standin.call("POST", "/v1/refunds", {"payment_intent": payment})
        assert refund.body["amount"] == 700


async def test_an_event_outlives_the_process_and_is_one(tmp_path: Path, receiver: Receiver) -> None:
    with standin_process(tmp_path) as standin:
        payment = await pay(standin)
        [before] = await standin.events(payment)
    with standin_process(tmp_path, "--webhook", receiver.url) as standin:
        [(_, body)] = await receiver.wait_for(1)
        assert json.loads(body)["id"] == before["id"]
        assert len(await standin.events(payment)) == 1


async def test_a_lost_event_is_told_after_all(tmp_path: Path) -> None:
    """Killed between the payment and its event: the payment is enough to tell it."""
    with standin_process(tmp_path) as standin:
        payment = await pay(standin)
        [before] = await standin.events(payment)
    for name in ("events.sqlite", "events.sqlite-wal", "events.sqlite-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    with standin_process(tmp_path) as standin:
        [after] = await standin.events(payment)
        assert (after["id"], after["type"]) == (before["id"], "payment_intent.succeeded")


async def test_two_side_by_side_do_not_mix(tmp_path: Path, standin: StandIn) -> None:
    with standin_process(tmp_path) as other:
        payment = await pay(other)
        assert (await standin.call("GET", f"/v1/payment_intents/{payment}")).status == 404


def test_a_port_that_is_taken_is_one_line(tmp_path: Path, shared_standin: StandIn) -> None:
    port = shared_standin.url.rpartition(":")[2]
    command = [sys.executable, "-m", "standin", "--port", port, "--data", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("standin: ")
    assert len(done.stderr.splitlines()) == 1
