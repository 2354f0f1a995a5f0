"""What a client has to ask for to get a socket, and the answer."""

import base64
import binascii
import hashlib
from http import HTTPStatus
from urllib.parse import parse_qs

from aiohttp import HttpVersion, HttpVersion11
from multidict import CIMultiDictProxy

from server.core.errors import BadRequest, ProofcastError
from server.core.http import as_text, error_response

PATH = "/socket.io/"
VERSION = "Sec-WebSocket-Version"
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def accept(method: str, path: str, version: HttpVersion, headers: CIMultiDictProxy[str]) -> bytes:
    """The answer to a handshake. Raises `BadRequest` where it is none."""
    where, _, query = path.partition("?")
    try:
        asked = parse_qs(query, max_num_fields=20, keep_blank_values=True)
    except ValueError:
        raise BadRequest("This query has too many fields.", at="query") from None
    if (
        where != PATH
        or _tokens(headers, "Upgrade") != ["websocket"]
        or "upgrade" not in _tokens(headers, "Connection")
        or asked.get("transport") != ["websocket"]
    ):
        raise BadRequest("Connect by WebSocket alone: transports: ['websocket'].", at="transport")
    if asked.get("EIO") != ["4"] or "sid" in asked:
        raise BadRequest("Connect as socket.io-client 3 and newer do: EIO=4, no sid.", at="EIO")
    if method != "GET" or version < HttpVersion11:
        raise BadRequest("A WebSocket begins with GET over HTTP/1.1.", at="method")
    if len(headers.getall("Host", ())) != 1:
        raise BadRequest("There has to be one header Host.", at="Host")
    if "Transfer-Encoding" in headers or headers.get("Content-Length", "0") != "0":
        raise BadRequest("A WebSocket's first request has no body.", at="Content-Length")
    if headers.getall(VERSION, ()) != ["13"]:
        raise BadRequest("We speak version 13 of the WebSocket protocol.", at=VERSION)
    keys = headers.getall("Sec-WebSocket-Key", ())
    if len(keys) != 1 or not _is_nonce(keys[0]):
        raise BadRequest("The key of a WebSocket is 16 bytes in base64.", at="Sec-WebSocket-Key")
    digest = hashlib.sha1(keys[0].encode() + _GUID, usedforsecurity=False).digest()
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + base64.b64encode(digest) + b"\r\n\r\n"
    )


def refusal(error: ProofcastError) -> bytes:
    """An HTTP response, whole, for a handshake that is in order and not taken."""
    response = error_response(error)
    lines = [
        f"HTTP/1.1 {error.status} {HTTPStatus(error.status).phrase}",
        *(f"{name}: {value}" for name, value in response.headers.items()),
        f"Content-Length: {response.content_length}",
        "Connection: close",
    ]
    body = response.body
    return "\r\n".join((*lines, "", "")).encode() + (body if isinstance(body, bytes) else b"")


def origin(headers: CIMultiDictProxy[str]) -> str:
    """What browsers say of the page that connects. "" for who is no browser."""
    return as_text(headers.get("Origin", ""))


def _tokens(headers: CIMultiDictProxy[str], name: str) -> list[str]:
    return [
        token for line in headers.getall(name, ()) for token in (t.strip().lower() for t in line.split(","))
    ]


def _is_nonce(key: str) -> bool:
    try:
        return len(key) == 24 and len(base64.b64decode(key, validate=True)) == 16
    except (ValueError, binascii.Error):
        return False
