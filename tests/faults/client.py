"""Sends what a test likes, and judges what comes back."""

import asyncio
import contextlib
import re
from json import dumps
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from server.core.errors import ProofcastError
from tests.faults.cases import HOST, VIEWER, Who
from tests.faults.stage import Stage


def codes() -> set[str]:
    """Every code that an error of ours has."""
    found, todo = set(), [ProofcastError]
    while todo:
        error = todo.pop()
        found.add(error.code)
        todo += error.__subclasses__()
    return found


def fault(status: int, body: Any, *expected: str) -> str | None:
    """What is wrong with a refusal; None when it is as it should be."""
    if not 400 <= status < 500:
        return f"status {status}: {str(body)[:200]}"
    if set(body) != {"error"} or set(body["error"]) != {"code", "message", "retryable", "details"}:
        return f"shape: {str(body)[:200]}"
    error = body["error"]
    if not (isinstance(error["message"], str) and error["message"] and isinstance(error["details"], dict)):
        return f"parts: {error}"
    if not isinstance(error["retryable"], bool) or error["code"] not in codes():
        return f"code: {error}"
    return None if not expected or error["code"] in expected else f"code {error['code']}, not {expected}"


class Client:
    """Sends bodies as they are, with the right to be heard."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self._host = stage.show.http
        self._other = aiohttp.ClientSession()

    async def close(self) -> None:
        await self._other.close()

    def path(self, path: str, **changed: str) -> str:
        stage = self.stage
        names = {
            "stream": stage.live.id, "pin": stage.pin.id, "order": stage.order,
            "variant": stage.product.variants[0].id, "poll": stage.draft,
            "message": stage.message, "question": stage.question, "person": stage.person,
        }  # fmt: skip
        return path.format(**{**names, **changed})

    async def send(
        self, method: str, path: str, who: Who, data: bytes | None = None, **headers: str
    ) -> tuple[int, Any]:
        if who == VIEWER:
            headers.setdefault("Authorization", f"Bearer {self.stage.viewer.token}")
        if data is not None:
            headers.setdefault("Content-Type", "application/json")
        session = self._host if who == HOST else self._other
        async with session.request(
            method, self.stage.show.url + path, data=data, headers=headers, allow_redirects=False
        ) as response:
            return response.status, await response.json(content_type=None)

    async def json(self, method: str, path: str, who: Who, body: Any, **headers: str) -> tuple[int, Any]:
        """`body` None: none at all."""
        return await self.send(method, path, who, None if body is None else dumps(body).encode(), **headers)

    async def raw(
        self, method: str, path: str, headers: dict[str, str], body: Any = None
    ) -> tuple[int, bytes]:
        """Status and body. Written by hand: a header may hold any bytes, as escaped surrogates."""
        content = b"" if body is None else dumps(body).encode()
        lines = {
            "Host": "x",
            "Connection": "close",
            "Content-Type": "application/json",
            "Content-Length": str(len(content)),
            **headers,
        }
        head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in lines.items()) + "\r\n"
        reader, writer = await asyncio.open_connection(*self.address())
        try:
            writer.write(head.encode("utf-8", "surrogateescape") + content)
            async with asyncio.timeout(20):
                said = await reader.readuntil(b"\r\n\r\n")
                length = re.search(rb"(?i)content-length: (\d+)", said)
                return int(said.split(b" ", 2)[1]), await reader.readexactly(int(length[1]) if length else 0)
        finally:
            writer.close()

    async def bytes(self, sent: bytes) -> bytes:
        """All that the server says to these bytes, until it hangs up."""
        reader, writer = await asyncio.open_connection(*self.address())
        try:
            writer.write(sent)
            async with asyncio.timeout(20):
                return await reader.read()
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    def address(self) -> tuple[str, int]:
        parts = urlsplit(self.stage.show.url)
        assert parts.hostname is not None
        assert parts.port is not None
        return parts.hostname, parts.port
