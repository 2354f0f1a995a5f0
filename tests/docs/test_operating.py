"""docs/operating.md says what the settings, the commands and the webhooks are."""

import re
from pathlib import Path

import msgspec

from server.core.settings import Settings
from tests.docs.document import Document

ROOT = Path(__file__).parents[2]
PAGE = Document(ROOT / "docs" / "operating.md")
SHOWN_AS = {
    "data_dir": "`.data`",
    "database_url": "SQLite in the data folder",
    "public_url": "`http://localhost:PORT`",
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
