"""Settings, read once from the environment in `__main__` and handed down."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from server.core.redis_address import SCHEMES, address

Port = Annotated[int, Meta(ge=0, le=65535)]


class SettingsError(Exception):
    """The configuration can't be used. The text is one line: what is wrong, and how to mend it."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """`stripe_api_base` and `stripe_js_url` are left alone on real Stripe; a stand-in sets both."""

    redis_url: str
    secret_key: Annotated[str, Meta(min_length=32)]
    stripe_secret_key: Annotated[str, Meta(min_length=1)]
    stripe_publishable_key: Annotated[str, Meta(min_length=1)]
    stripe_webhook_secret: Annotated[str, Meta(min_length=1)]
    redis_wait_replicas: Annotated[int, Meta(ge=0, le=10)] = 0
    data_dir: Path = Path(".data")
    database_url: str = ""
    host: str = "127.0.0.1"
    port: Port = 8080
    drain_seconds: Annotated[float, Meta(ge=0, le=600)] = 10
    max_viewers: Annotated[int, Meta(ge=1, le=1_000_000)] = 20_000
    max_connects_per_second: Annotated[int, Meta(ge=1, le=100_000)] = 1000
    max_sockets_per_address: Annotated[int, Meta(ge=1, le=1_000_000)] = 1000
    trusted_proxies: Annotated[int, Meta(ge=0, le=10)] = 0
    public_url: str = ""
    stripe_api_base: str = "https://api.stripe.com"
    stripe_js_url: str = "https://js.stripe.com/v3/"
    smtp_url: str = ""
    mail_from: Annotated[str, Meta(max_length=200, pattern=r"^([^@\s<>\x00]+@[^@\s<>\x00]+)?\Z")] = ""
    log_level: Annotated[str, Meta(pattern="^(debug|info|warning|error)$")] = "info"
    log_format: Annotated[str, Meta(pattern="^(text|json)$")] = "text"
    metrics_token: Annotated[str, Meta(pattern=r"^(\S{16,})?\Z")] = ""
    metrics_host: str = "127.0.0.1"
    metrics_port: Port = 0
    otel_exporter_otlp_endpoint: str = ""

    def __repr__(self) -> str:  # never the keys
        return f"Settings(public_url={self.public_url!r}, data_dir={str(self.data_dir)!r})"


_HOW = {
    "redis_url": "the address of Redis 7.0 or newer, such as redis://127.0.0.1:6379/0",
    "redis_wait_replicas": "a number of replicas from 0 to 10; 0 with a cluster",
    "secret_key": "at least 32 random characters, such as the output of: openssl rand -hex 32",
    "stripe_secret_key": "the secret key of the Stripe account (sk_…)",
    "stripe_publishable_key": "the publishable key of the Stripe account (pk_…)",
    "stripe_webhook_secret": "the signing secret of the webhook endpoint (whsec_…)",
    "port": "a number from 0 to 65535",
    "drain_seconds": "over how many seconds the viewers are sent elsewhere at the end: 0 to 600",
    "max_viewers": "how many may be connected to one process: 1 to 1000000",
    "max_connects_per_second": "how many one process lets in a second: 1 to 100000",
    "max_sockets_per_address": "how many connections one address may have to one process: 1 to 1000000",
    "trusted_proxies": "how many proxies of yours stand in front, one behind the other: 0 to 10",
    "database_url": "sqlite:///path/to/file.db or postgresql://user@host/name",
    "public_url": "the address at which browsers reach this server, such as https://shop.example",
    "stripe_api_base": "an http or https address",
    "stripe_js_url": "an http or https address",
    "smtp_url": "smtp://name:password@host:587, smtps://…, or file:///folder; and MAIL_FROM with it",
    "mail_from": "the e-mail address that receipts come from",
    "log_level": "debug, info, warning or error",
    "log_format": "text or json",
    "metrics_token": "at least 16 characters without a space, such as the output of: openssl rand -hex 16",
    "metrics_port": "a number from 1 to 65535, or 0 for none",
    "otel_exporter_otlp_endpoint": "the address of an OTLP collector over HTTP, such as http://127.0.0.1:4318",
}


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Reads `REDIS_URL`, `DATABASE_URL`, `SECRET_KEY`, … (the field names in capitals).

    Raises `SettingsError` at the first thing that can't be used.
    """
    given: dict[str, Any] = {
        field: environ[field.upper()].strip()
        for field in Settings.__struct_fields__
        if environ.get(field.upper(), "").strip()
    }
    for field in msgspec.structs.fields(Settings):
        if field.required and field.name not in given:
            raise SettingsError(f"{field.name.upper()} is not set: give {_HOW[field.name]}")
    if "data_dir" in given:
        given["data_dir"] = Path(given["data_dir"])
    for name in sorted(given):
        try:
            msgspec.convert({**_PLACEHOLDERS, name: given[name]}, Settings, strict=False)
        except msgspec.ValidationError as error:
            what = str(error).split(" - at")[0]
            raise SettingsError(f"{name.upper()} can't be used ({what}): give {_HOW[name]}") from None
    settings = msgspec.convert(given, Settings, strict=False)
    redis_url = _redis(settings.redis_url)
    if settings.redis_wait_replicas and address(redis_url).kind == "cluster":
        raise SettingsError(f"REDIS_WAIT_REPLICAS can't be used: give {_HOW['redis_wait_replicas']}")
    data_dir = settings.data_dir.absolute()
    if settings.smtp_url:
        _checked("smtp_url", settings.smtp_url, {"smtp", "smtps", "file"})
        if not settings.mail_from:
            raise SettingsError(f"MAIL_FROM is not set: give {_HOW['mail_from']}")
    return msgspec.structs.replace(
        settings,
        data_dir=data_dir,
        redis_url=redis_url,
        database_url=_database(settings.database_url, data_dir),
        public_url=_checked(
            "public_url", settings.public_url or f"http://localhost:{settings.port}", {"http", "https"}
        ).rstrip("/"),
        stripe_api_base=_checked("stripe_api_base", settings.stripe_api_base, {"http", "https"}).rstrip("/"),
        stripe_js_url=_checked("stripe_js_url", settings.stripe_js_url, {"http", "https"}),
        otel_exporter_otlp_endpoint=settings.otel_exporter_otlp_endpoint
        and _checked("otel_exporter_otlp_endpoint", settings.otel_exporter_otlp_endpoint, {"http", "https"}),
    )


_PLACEHOLDERS: dict[str, Any] = {
    "redis_url": "x",
    "secret_key": "x" * 32,
    "stripe_secret_key": "x",
    "stripe_publishable_key": "x",
    "stripe_webhook_secret": "x",
}


def _checked(name: str, url: str, schemes: Collection[str]) -> str:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in schemes and bool(parts.netloc or parts.path) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise SettingsError(f"{name.upper()} can't be used (not an address): give {_HOW[name]}")
    return url


def _redis(url: str) -> str:
    try:
        one = address(url).kind == "server"
    except ValueError as error:
        raise SettingsError(f"REDIS_URL can't be used ({error}): give {_HOW['redis_url']}") from None
    return _checked("redis_url", url, SCHEMES) if one else url


def _database(url: str, data_dir: Path) -> str:
    if not url:
        return f"sqlite+aiosqlite:///{data_dir / 'proofcast.db'}"
    scheme, separator, rest = url.partition("://")
    drivers = {
        "sqlite": "sqlite+aiosqlite",
        "sqlite+aiosqlite": "sqlite+aiosqlite",
        "postgres": "postgresql+asyncpg",
        "postgresql": "postgresql+asyncpg",
        "postgresql+asyncpg": "postgresql+asyncpg",
    }
    if not separator or scheme not in drivers or not rest:
        raise SettingsError(f"DATABASE_URL can't be used (unknown kind): give {_HOW['database_url']}")
    return f"{drivers[scheme]}://{rest}"
