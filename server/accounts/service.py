"""Who somebody is, and which pages may embed a shop."""

import secrets
from collections import OrderedDict
from typing import Any, Protocol

from server.accounts.errors import OriginNotAllowed, TooManySignIns, WrongPassword
from server.accounts.messages import ChangeShop, Pass, ShopView, StaffView
from server.core.auth import Grant, Passes, hash_password, password_matches
from server.core.clock import Clock
from server.core.errors import Forbidden, NotFound, Unauthorized
from server.core.ids import new_id

SESSION_MS = 14 * 24 * 3600 * 1000
PASS_MS = 12 * 3600 * 1000
"""A show and the evening after it; a page asks for a new pass by itself."""
SIGN_INS = 10
SIGN_IN_WINDOW_MS = 5 * 60 * 1000
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$kf7HbZ6cVrE3PGSlk6mrpZMyGbDDS3hBDi4kJ4Qe8xM"
"""Verified when there is no such account, so that the answer takes as long."""


class Store(Protocol):
    async def add_shop(self, row: dict[str, Any]) -> None: ...
    async def shop(self, shop: str) -> dict[str, Any] | None: ...
    async def shop_by_slug(self, slug: str) -> dict[str, Any] | None: ...
    async def shop_ids(self) -> list[str]: ...
    async def change_shop(self, shop: str, changes: dict[str, Any]) -> None: ...
    async def add_staff(self, row: dict[str, Any]) -> None: ...
    async def set_password(self, email: str, password: str) -> bool: ...
    async def staff_by_email(self, email: str) -> dict[str, Any] | None: ...
    async def staff_names(self, shop: str) -> list[str]: ...
    async def open_session(self, token: str, staff_id: str, expires_at: int, now_ms: int) -> None: ...
    async def staff_of_session(self, token: str, now_ms: int) -> dict[str, Any] | None: ...
    async def close_session(self, token: str) -> None: ...


OFFER_SECONDS = 120
"""For somebody who comes back to the page from something else, and short enough for the next in line."""


class AccountService:
    def __init__(self, store: Store, passes: Passes, clock: Clock) -> None:
        self._store = store
        self._passes = passes
        self._clock = clock
        self._attempts: OrderedDict[str, list[int]] = OrderedDict()

    # Shops and staff

    async def found_shop(
        self, *, slug: str, name: str, currency: str, allowed_origins: list[str], hold_seconds: int = 300
    ) -> ShopView:
        row = {
            "id": new_id("shop"),
            "slug": slug,
            "name": name,
            "currency": currency,
            "allowed_origins": allowed_origins,
            "hold_seconds": hold_seconds,
            "offer_seconds": OFFER_SECONDS,
            "created_at": self._clock.now_ms(),
        }
        await self._store.add_shop(row)
        return _shop(row)

    async def shop(self, shop: str) -> ShopView:
        row = await self._store.shop(shop)
        if row is None:
            raise NotFound("There is no such shop.")
        return _shop(row)

    async def shop_by_slug(self, slug: str) -> ShopView | None:
        row = await self._store.shop_by_slug(slug)
        return _shop(row) if row else None

    async def shop_ids(self) -> list[str]:
        return await self._store.shop_ids()

    async def change_shop(self, shop: str, change: ChangeShop) -> ShopView:
        changes: dict[str, Any] = {
            name: value
            for name in ("name", "allowed_origins", "hold_seconds", "offer_seconds")
            if (value := getattr(change, name)) is not None
        }
        if "allowed_origins" in changes:
            changes["allowed_origins"] = list(dict.fromkeys(o.lower() for o in changes["allowed_origins"]))
        if changes:
            await self._store.change_shop(shop, changes)
        return await self.shop(shop)

    async def add_staff(self, shop: str, *, email: str, name: str, password: str) -> None:
        await self._store.add_staff(
            {
                "id": new_id("staff"),
                "shop": shop,
                "email": email.strip().lower(),
                "name": name,
                "password": await hash_password(password),
                "created_at": self._clock.now_ms(),
            }
        )

    async def staff_names(self, shop: str) -> list[str]:
        return await self._store.staff_names(shop)

    async def has_staff(self, email: str) -> bool:
        return await self._store.staff_by_email(email.strip().lower()) is not None

    async def set_password(self, email: str, password: str) -> None:
        if not await self._store.set_password(email.strip().lower(), await hash_password(password)):
            raise NotFound("Nobody signs in with that address.")

    # Signing in

    async def sign_in(self, email: str, password: str) -> tuple[str, StaffView]:
        """A session's token, and whose it is. Raises `WrongPassword`, `TooManySignIns`."""
        email = email.strip().lower()
        self._count_attempt(email)
        row = await self._store.staff_by_email(email)
        matches = await password_matches(row["password"] if row else _NOBODY, password)
        if row is None or not matches:
            raise WrongPassword("That address and password don't belong together.")
        self._attempts.pop(email, None)
        token = secrets.token_urlsafe(32)
        now = self._clock.now_ms()
        await self._store.open_session(token, row["id"], now + SESSION_MS, now)
        return token, await self.staff(token)

    def _count_attempt(self, email: str) -> None:
        now = self._clock.now_ms()
        recent = [at for at in self._attempts.pop(email, []) if at > now - SIGN_IN_WINDOW_MS]
        if len(recent) >= SIGN_INS:
            self._attempts[email] = recent
            raise TooManySignIns("Too many tries with this address. Wait five minutes.")
        self._attempts[email] = [*recent, now]
        while len(self._attempts) > 10_000:
            self._attempts.popitem(last=False)

    async def staff(self, token: str | None) -> StaffView:
        """Raises `Unauthorized` when nobody is signed in with that session."""
        row = await self._store.staff_of_session(token, self._clock.now_ms()) if token else None
        if row is None:
            raise Unauthorized("Sign in first.")
        shop = _shop({name.removeprefix("shop_"): row[name] for name in row if name.startswith("shop_")})
        return StaffView(id=row["id"], name=row["name"], email=row["email"], shop=shop)

    async def sign_out(self, token: str | None) -> None:
        if token:
            await self._store.close_session(token)

    # Passes

    def staff_pass(self, staff: StaffView) -> Pass:
        return self._pass("staff", staff.shop.id, staff.id, "", preview=False)

    async def viewer_pass(
        self, shop: ShopView, *, origin: str, own_origins: set[str], token: str | None, preview: bool
    ) -> Pass:
        """A pass for the page at `origin`. An earlier pass of the same shop, even an expired one, keeps the
        viewer the same one. Raises `OriginNotAllowed`."""
        self.require_origin(shop, origin=origin, own_origins=own_origins)
        viewer = self._earlier_viewer(token, shop.id) or new_id("viewer")
        return self._pass("viewer", shop.id, viewer, origin, preview=preview)

    @staticmethod
    def require_origin(shop: ShopView, *, origin: str, own_origins: set[str]) -> None:
        """Raises `OriginNotAllowed` for a page that may not embed the shop. A client that is no browser, and
        a page that reads from its own origin, name none."""
        if origin and origin.lower() not in {*own_origins, *shop.allowed_origins}:
            raise OriginNotAllowed(
                "This page may not embed this shop. Its owner can allow it under Settings, Allowed origins.",
                origin=origin[:200],
            )

    def _earlier_viewer(self, token: str | None, shop: str) -> str | None:
        try:
            grant = self._passes.read(token, expired_too=True)
        except Unauthorized:
            return None
        return grant.viewer if grant.kind == "viewer" and grant.shop == shop else None

    def _pass(self, kind: Any, shop: str, viewer: str, origin: str, *, preview: bool) -> Pass:
        expires_at = self._clock.now_ms() + PASS_MS
        grant = Grant(
            kind=kind, shop=shop, viewer=viewer, expires_at=expires_at, origin=origin, preview=preview
        )
        return Pass(token=self._passes.sign(grant), viewer=viewer, expires_at=expires_at)

    def viewer(self, token: object) -> Grant:
        """Who shows this viewer's pass. Raises `Unauthorized`, `Forbidden`."""
        grant = self._passes.read(token)
        if grant.kind != "viewer":
            raise Forbidden("This takes a viewer's pass.")
        return grant

    async def connection(self, token: object, origin: str) -> Grant:
        """Who opens a socket from a page at `origin`. A viewer's pass works on the origin that asked for it,
        so one copied to another page is refused. A client that is no browser sends no origin."""
        grant = self._passes.read(token)
        if grant.kind == "viewer" and origin and grant.origin and origin != grant.origin:
            raise OriginNotAllowed("This pass belongs to another page.", origin=origin[:200])
        return grant


def _shop(row: dict[str, Any]) -> ShopView:
    return ShopView(
        id=row["id"],
        name=row["name"],
        currency=row["currency"],
        allowed_origins=list(row["allowed_origins"]),
        hold_seconds=row["hold_seconds"],
        offer_seconds=row["offer_seconds"],
    )
