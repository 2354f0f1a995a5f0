"""A wrong or missing setting stops the start with one line: which one, how to mend it, and no secret."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from server.core.redis_address import Address, address
from server.core.settings import Settings, SettingsError, load_settings
from server.migrations import upgrade

GOOD = {
    "REDIS_URL": "redis://:a-redis-secret@127.0.0.1:1/0",
    "SECRET_KEY": "a-secret-key-" * 4,
    "STRIPE_SECRET_KEY": "sk_live_secret",
    "STRIPE_PUBLISHABLE_KEY": "pk_live_1",
    "STRIPE_WEBHOOK_SECRET": "whsec_secret",
}
SECRETS = ("a-redis-secret", "a-secret-key", "sk_live_secret", "whsec_secret", "sql-secret")

MISSING = sorted(GOOD)
WRONG = {
    "REDIS_URL": ["localhost:6379", "http://a-redis-secret", "redis://", "redis://h:0", "redis://h:99999", "redis://[x",
                  "redis+sentinel://h:1", "redis+cluster://", "redis+cluster://h:x", "redis+other://h"],
    "REDIS_WAIT_REPLICAS": ["x", "-1", "11"],
    "SECRET_KEY": ["short"],
    "PORT": ["x", "-1", "65536", "8080.5", "1e9"],
    "DRAIN_SECONDS": ["x", "-1", "601", "nan", "inf"],
    "MAX_VIEWERS": ["0", "x", "1000001"],
    "MAX_CONNECTS_PER_SECOND": ["0", "x", "100001"],
    "MAX_SOCKETS_PER_ADDRESS": ["0", "x", "1000001"],
    "TRUSTED_PROXIES": ["x", "-1", "11", "true"],
    "PUBLIC_URL": ["shop.example", "ftp://shop.example", "https://", "javascript:alert(1)", "http://h:x"],
    "DATABASE_URL": ["mysql://sql-secret@h/x", "sqlite", "postgresql://", "://x"],
    "STRIPE_API_BASE": ["api.stripe.com", "ws://x"],
    "STRIPE_JS_URL": ["js.stripe.com"],
    "SMTP_URL": ["mail.example", "http://mail.example", "smtp://", "smtp://h:0", "smtp://h:x"],
    "MAIL_FROM": ["nobody", "a b@c", "a@b@c", "<a@b>"],
    "LOG_LEVEL": ["loud", "INFO;"],
    "LOG_FORMAT": ["xml"],
    "METRICS_TOKEN": ["too-short", "with a space in it"],
    "METRICS_PORT": ["x", "-1", "65536"],
    "OTEL_EXPORTER_OTLP_ENDPOINT": ["collector:4318", "grpc://h"],
}  # fmt: skip


def complaint(environ: dict[str, str]) -> str:
    with pytest.raises(SettingsError) as refused:
        load_settings(environ)
    return str(refused.value)


@pytest.mark.parametrize("name", MISSING)
@pytest.mark.parametrize("value", [None, "", "  "])
def test_what_is_missing_is_named(name: str, value: str | None) -> None:
    environ = {key: given for key, given in GOOD.items() if key != name}
    if value is not None:
        environ[name] = value
    assert complaint(environ).startswith(f"{name} is not set: give ")


@pytest.mark.parametrize(("name", "value"), [(name, value) for name in WRONG for value in WRONG[name]])
def test_what_can_not_be_used_is_named_with_what_would_do(name: str, value: str) -> None:
    text = complaint({**GOOD, name: value})
    assert text.startswith(f"{name} can't be used (")
    assert ": give " in text
    assert "\n" not in text
    assert not any(secret in text for secret in SECRETS)


def test_every_setting_can_be_wrong_in_words() -> None:
    """Who adds a setting adds how to mend it, and a wrong value to the list above."""
    free = {
        *("DATA_DIR", "HOST", "METRICS_HOST"),
        *("STRIPE_SECRET_KEY", "STRIPE_PUBLISHABLE_KEY", "STRIPE_WEBHOOK_SECRET"),
    }
    assert {field.upper() for field in Settings.__struct_fields__} == free | set(WRONG)


def test_the_least_that_is_needed(tmp_path: Path) -> None:
    settings = load_settings({**GOOD, "DATA_DIR": str(tmp_path)})
    assert settings.database_url == f"sqlite+aiosqlite:///{tmp_path}/proofcast.db"
    assert (settings.port, settings.public_url) == (8080, "http://localhost:8080")
    assert settings.stripe_api_base == "https://api.stripe.com"


def test_what_is_given_is_taken(tmp_path: Path) -> None:
    settings = load_settings(
        {
            **GOOD,
            "PORT": " 9000 ",
            "PUBLIC_URL": "https://shop.example/",
            "DATABASE_URL": "postgres://u@h/x?a=b",
            "LOG_LEVEL": "debug",
            "UNKNOWN": "ignored",
        }
    )
    assert (settings.port, settings.public_url) == (9000, "https://shop.example")
    assert settings.database_url == "postgresql+asyncpg://u@h/x?a=b"


def test_who_sends_mail_says_from_whom() -> None:
    assert complaint({**GOOD, "SMTP_URL": "smtps://h"}).startswith("MAIL_FROM is not set: give ")


def test_no_secret_shows_when_settings_are_printed() -> None:
    settings = load_settings({**GOOD, "DATABASE_URL": "postgresql://u:sql-secret@h/x"})
    for text in (repr(settings), str(settings), f"{settings}"):
        assert not any(secret in text for secret in SECRETS)


# As a process


def run(command: str, environ: dict[str, str], folder: Path) -> "subprocess.CompletedProcess[str]":
    keep = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-m", "server", *command.split()],
        env={**keep, "DATA_DIR": str(folder / "data"), **environ},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def assert_one_line(done: "subprocess.CompletedProcess[str]", *parts: str) -> None:
    assert done.returncode == 2, done.stderr
    [line] = done.stderr.splitlines()
    assert line.startswith("proofcast: ")
    for part in parts:
        assert part in line
    assert done.stdout == ""
    assert not any(secret in line for secret in SECRETS)


@pytest.mark.parametrize("command", ["serve", "worker", "migrate"])
def test_a_process_without_settings_says_one_line_and_ends(command: str, tmp_path: Path) -> None:
    assert_one_line(run(command, {}, tmp_path), "REDIS_URL is not set")
    assert_one_line(run(command, {**GOOD, "PORT": "x"}, tmp_path), "PORT can't be used")


def test_a_database_that_is_not_ready_says_what_to_do(tmp_path: Path) -> None:
    assert_one_line(run("serve", GOOD, tmp_path), "run `proofcast migrate`")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://nobody:sql-secret@127.0.0.1:1/x",
        "postgresql://nobody:sql-secret@/x?host=/nowhere",
        "sqlite:////nowhere/at/all/x.db",
    ],
)
@pytest.mark.parametrize("command", ["serve", "worker", "migrate"])
def test_a_database_that_is_away_stops_the_start(command: str, url: str, tmp_path: Path) -> None:
    assert_one_line(run(command, {**GOOD, "DATABASE_URL": url}, tmp_path), "DATABASE_URL")


@pytest.mark.parametrize("command", ["serve", "serve --workers 2"])
def test_a_port_that_is_taken_stops_the_start(command: str, tmp_path: Path) -> None:
    """Also by a server of the same user that would share it."""
    (tmp_path / "data").mkdir()
    upgrade(f"sqlite+aiosqlite:///{tmp_path}/data/proofcast.db")
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = run(command, {**GOOD, "PORT": port}, tmp_path)
    assert done.returncode != 0
    lines = [line for line in done.stderr.splitlines() if "proofcast:" in line]
    assert len(lines) == 1
    assert port in lines[0]
    assert "PORT" in lines[0]
    assert "Traceback" not in done.stderr


def test_a_cluster_has_no_replicas_to_wait_for() -> None:
    text = complaint({**GOOD, "REDIS_URL": "redis+cluster://h:1,i:2", "REDIS_WAIT_REPLICAS": "1"})
    assert text.startswith("REDIS_WAIT_REPLICAS can't be used")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("redis+cluster://n1:7001,n2", Address("cluster", (("n1", 7001), ("n2", 6379)), "", {})),
        (
            "rediss+sentinel://ada:p%40ss@s1,[::1]:2/main",
            Address(
                "sentinel", (("s1", 26379), ("::1", 2)), "main",
                {"ssl": True, "username": "ada", "password": "p@ss"},
            ),
        ),
        ("redis://h:1/0", Address("server", (), "", {})),
    ],
)  # fmt: skip
def test_where_redis_is(url: str, expected: Address) -> None:
    assert address(url) == expected
    assert load_settings({**GOOD, "REDIS_URL": url}).redis_url == url
