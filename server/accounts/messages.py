"""Signing in, and the passes that a page or a socket shows."""

from typing import Annotated

from msgspec import Meta

from server.core.messages import Email, Id, Line, Message, Token

Origin = Annotated[str, Meta(max_length=200, pattern=r"^https?://[A-Za-z0-9.\-\[\]:]+\Z")]
"""Scheme, host and port as a browser sends them in `Origin`: no path, no trailing slash."""


class SignIn(Message, frozen=True):
    email: Email
    password: Annotated[str, Meta(min_length=1, max_length=200)]


class ShopView(Message, frozen=True):
    id: Id
    name: str
    currency: str
    allowed_origins: list[str]
    hold_seconds: int
    offer_seconds: int


class StaffView(Message, frozen=True):
    id: Id
    name: str
    email: str
    shop: ShopView


class ChangeShop(Message, frozen=True):
    """What is absent stays as it is."""

    name: Line | None = None
    allowed_origins: Annotated[list[Origin], Meta(max_length=100)] | None = None
    hold_seconds: Annotated[int, Meta(ge=30, le=3600)] | None = None
    offer_seconds: Annotated[int, Meta(ge=30, le=3600)] | None = None


class Pass(Message, frozen=True):
    """What a socket shows when it connects, and an HTTP call as `Authorization: Bearer`."""

    token: str
    viewer: Id
    expires_at: int


class AskPass(Message, frozen=True):
    """`token`: the viewer's earlier pass, if any, so that the viewer stays the same one.
    `preview`: the host's own look at the stream; it is not counted and buys nothing."""

    token: Token | None = None
    preview: bool = False
