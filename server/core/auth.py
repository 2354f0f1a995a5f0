"""Passes (signed, short) and passwords (hashed). What a pass allows is the slices' to decide."""

import asyncio
from typing import Literal

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from itsdangerous import BadData, URLSafeSerializer

from server.core.clock import Clock
from server.core.errors import Unauthorized


class Grant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who shows a pass. `origin` binds a viewer's pass to the page that asked for it; `viewer` is the staff
    member's id on a staff pass."""

    kind: Literal["viewer", "staff"]
    shop: str
    viewer: str
    expires_at: int
    origin: str = ""
    preview: bool = False


class Passes:
    """Signs and reads passes (HMAC, by itsdangerous). The secret never leaves this object."""

    def __init__(self, secret: str, clock: Clock) -> None:
        self._serializer = URLSafeSerializer(secret, salt="proofcast.pass.1")
        self._clock = clock

    def sign(self, grant: Grant) -> str:
        return self._serializer.dumps(msgspec.to_builtins(grant))

    def read(self, token: object, *, expired_too: bool = False) -> Grant:
        """Raises `Unauthorized` when the pass is forged, damaged, or (unless `expired_too`) expired."""
        if not isinstance(token, str) or not token or len(token) > 2048:
            raise Unauthorized("This needs a pass.")
        try:
            grant = msgspec.convert(self._serializer.loads(token), Grant)
        except (BadData, msgspec.ValidationError):
            raise Unauthorized("This pass is not valid. Ask for a new one.", reason="invalid") from None
        if not expired_too and grant.expires_at <= self._clock.now_ms():
            raise Unauthorized("This pass has expired. Ask for a new one.", reason="expired")
        return grant


_hasher = PasswordHasher()


async def hash_password(password: str) -> str:
    """Argon2id, off the loop: it takes tens of milliseconds on purpose."""
    return await asyncio.to_thread(_hasher.hash, password)


async def password_matches(hashed: str, password: str) -> bool:
    def verify() -> bool:
        try:
            return _hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False

    return await asyncio.to_thread(verify)
