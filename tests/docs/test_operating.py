"""docs/operating.md says what the settings, the commands and the webhooks are."""

import asyncio
import json
import re
from pathlib import Path

import msgspec
from prometheus_client.parser import text_string_to_metric_families

from server.core.metrics import Metrics
from server.core.settings import Settings
from tests.docs.document import Document
from tests.infra.show import Show

ROOT = Path(__file__).parents[2]
PAGE = Document(ROOT / "docs" / "operating.md")
SHOWN_AS = {
    "data_dir": "`.data`",
    "database_url": "SQLite in the data folder",
    "public_url": "`http://localhost:PORT`",
    "smtp_url": "none",
    "mail_from": "none",
    "metrics_token": "none",
    "otel_exporter_otlp_endpoint": "none",
}
"""Defaults that the code writes in another way."""


def test_settings_are_those_of_the_code() -> None:
    described = {row["variable"].strip("`"): row["default"] for row in PAGE.sections["Settings"].table}
    found = {
        field.name.upper(): "required" if field.required else SHOWN_AS.get(field.name, f"`{field.default}`")
        for field in msgspec.structs.fields(Settings)
    }
    assert described == found


def test_commands_are_those_of_the_code() -> None:
    described = {row["command"].strip("`").split()[1] for row in PAGE.sections["Commands"].table}
    assert described == set(re.findall(r'add_parser\(\s*"(\w+)"', (ROOT / "server/cli.py").read_text()))


def test_webhooks_are_those_that_the_worker_handles() -> None:
    described = {row["event"].strip("`") for row in PAGE.sections["Stripe"].table}
    assert described == set(re.findall(r'"([a-z_]+\.[a-z_]+)":', (ROOT / "server/worker.py").read_text()))


# What is counted

Figures = dict[str, tuple[str, frozenset[str]]]
"""Kind and labels, by name."""


def described(*processes: str) -> Figures:
    return {
        row["metric"].strip("`"): (row["kind"], frozenset(re.findall(r"`(\w+)`", row["labels"])))
        for row in PAGE.sections["Metrics"].table
        if row["process"] in processes
    }


def counted(text: str) -> Figures:
    found: Figures = {}
    for family in text_string_to_metric_families(text):
        if family.name.startswith("proofcast_"):
            name = family.name + ("_total" if family.type == "counter" else "")
            labels = {label for sample in family.samples for label in sample.labels} - {"le"}
            found[name] = (family.type, frozenset(labels))
    return found


async def test_metrics_are_those_of_the_code(show: Show) -> None:
    """After a purchase, and after a stranger was sent away, each label has a value."""
    stream = await show.stream()
    pin, viewer = await show.pin(stream, await show.product()), await show.viewer(stream)
    checkout = await viewer.checkout(await viewer.hold(pin))
    await viewer.pay(checkout)
    await viewer.until_order(checkout, "paid")
    socket = show.url + "/socket.io/?EIO=4&transport=websocket"
    async with show.http.ws_connect(socket) as stranger:
        await stranger.send_str("no packet")
        while not (await stranger.receive()).type.name.startswith("CLOS"):
            pass
    async with show.http.get(show.url + "/metrics") as answer:
        assert counted(await answer.text()) == described("web", "both")

    assert show.worker is not None
    metrics = Metrics()
    metrics.add(show.worker.collect)
    async with asyncio.timeout(20):  # the buyer is told before the settling is counted
        while counted((await metrics.text()).decode()) != described("worker"):
            await asyncio.sleep(0.05)


def test_the_dashboard_and_the_alerts_ask_for_what_there_is() -> None:
    known: set[str] = set()
    for name, (kind, _labels) in described("web", "worker", "both").items():
        known |= {name + end for end in ("_bucket", "_sum", "_count")} if kind == "histogram" else {name}
    dashboard = json.loads((ROOT / "docs" / "grafana.json").read_text())
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    asked += re.findall(r"expr: (.*)", "\n".join(PAGE.sections["Alerts"].lines))
    named = {name for query in asked for name in re.findall(r"proofcast_\w+", query)}
    assert named <= known
    assert len(named) > 15
    labels = {label for _kind, names in described("web", "worker", "both").values() for label in names}
    by = {
        each for query in asked for part in re.findall(r"by \(([^)]*)\)", query) for each in part.split(", ")
    }
    assert by <= labels | {"le", "instance"}
