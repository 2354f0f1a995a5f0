"""Every route below /api/v1: who may call it, what it takes and what it answers.

`tests/docs/test_openapi.py` holds this to the code; `server/openapi.py` makes the API's description of it.
"""

from dataclasses import dataclass
from typing import Literal

from server.accounts.messages import AskPass, ChangeShop, Pass, ShopView, SignIn, StaffView
from server.catalog.messages import CreateProduct, HostProducts, ProductView, SetStock, StockBook
from server.chat.messages import (
    AnswerQuestion,
    ChangeChat,
    ChatAudit,
    ChatRules,
    HostChat,
    HostSays,
    PinMessage,
    Restrain,
    Restrained,
    RestrainedList,
    Spoken,
)
from server.checkout.messages import (
    Checkout,
    OpenCheckout,
    OrderView,
    Priced,
    Reserved,
    SetDetails,
    ShopDelivery,
)
from server.conversions.messages import Accepted, BeaconTouches, Report
from server.core.messages import Empty, Message
from server.pins.messages import OrderPins, PinList, ShowPin
from server.polls.messages import HostPoll, PollDraft, PollList
from server.rooms.messages import Room
from server.streams.messages import ChangeStream, CreateStream, LineUp, StreamList, StreamView

Who = Literal["anybody", "viewer", "staff"]


@dataclass(frozen=True)
class Route:
    """`answer`: a message, or the media type of what is none."""

    method: str
    path: str
    who: Who
    body: type[Message] | None
    answer: type[Message] | str
    status: int = 200


_STREAM = "/api/v1/host/streams/{stream}"
_POLL = _STREAM + "/polls/{poll}"
_CHAT = _STREAM + "/chat"
_ORDER = "/api/v1/orders/{order}"

ROUTES = (
    Route("GET", "/api/v1/streams/{stream}/room", "anybody", None, Room),
    Route("POST", "/api/v1/streams/{stream}/pass", "anybody", AskPass, Pass, 201),
    Route("POST", "/api/v1/checkouts", "viewer", OpenCheckout, Checkout, 201),
    Route("GET", _ORDER, "viewer", None, OrderView),
    Route("POST", _ORDER + "/details", "viewer", SetDetails, Priced),
    Route("POST", _ORDER + "/reserve", "viewer", None, Reserved),
    Route("POST", _ORDER + "/cancel", "viewer", None, OrderView),
    Route("POST", "/api/v1/touches", "anybody", BeaconTouches, Accepted, 202),
    Route("POST", "/api/v1/session", "anybody", SignIn, StaffView),
    Route("GET", "/api/v1/session", "staff", None, StaffView),
    Route("DELETE", "/api/v1/session", "anybody", None, Empty),
    Route("GET", "/api/v1/host/shop", "staff", None, ShopView),
    Route("PATCH", "/api/v1/host/shop", "staff", ChangeShop, ShopView),
    Route("GET", "/api/v1/host/delivery", "staff", None, ShopDelivery),
    Route("PUT", "/api/v1/host/delivery", "staff", ShopDelivery, ShopDelivery),
    Route("POST", "/api/v1/host/socket-pass", "staff", None, Pass),
    Route("GET", "/api/v1/host/streams", "staff", None, StreamList),
    Route("POST", "/api/v1/host/streams", "staff", CreateStream, StreamView, 201),
    Route("GET", _STREAM, "staff", None, StreamView),
    Route("PATCH", _STREAM, "staff", ChangeStream, StreamView),
    Route("POST", _STREAM + "/start", "staff", None, StreamView),
    Route("POST", _STREAM + "/end", "staff", None, StreamView),
    Route("GET", _STREAM + "/line-up", "staff", None, LineUp),
    Route("PUT", _STREAM + "/line-up", "staff", LineUp, LineUp),
    Route("GET", _STREAM + "/pins", "staff", None, PinList),
    Route("POST", _STREAM + "/pins", "staff", ShowPin, PinList),
    Route("PUT", _STREAM + "/pins", "staff", OrderPins, PinList),
    Route("DELETE", _STREAM + "/pins/{pin}", "staff", None, PinList),
    Route("GET", _STREAM + "/polls", "staff", None, PollList),
    Route("POST", _STREAM + "/polls", "staff", PollDraft, HostPoll, 201),
    Route("PUT", _POLL, "staff", PollDraft, HostPoll),
    Route("DELETE", _POLL, "staff", None, Empty),
    Route("POST", _POLL + "/open", "staff", None, HostPoll),
    Route("POST", _POLL + "/close", "staff", None, HostPoll),
    Route("POST", _POLL + "/hide", "staff", None, HostPoll),
    Route("GET", "/api/v1/host/products", "staff", None, HostProducts),
    Route("POST", "/api/v1/host/products", "staff", CreateProduct, ProductView, 201),
    Route("PUT", "/api/v1/host/variants/{variant}/stock", "staff", SetStock, StockBook),
    Route("GET", _CHAT, "staff", None, HostChat),
    Route("PATCH", _CHAT, "staff", ChangeChat, ChatRules),
    Route("POST", _CHAT + "/messages", "staff", HostSays, Spoken, 201),
    Route("DELETE", _CHAT + "/messages/{message}", "staff", None, Empty),
    Route("POST", _CHAT + "/messages/{message}/approve", "staff", None, Spoken),
    Route("PUT", _CHAT + "/pinned", "staff", PinMessage, Empty),
    Route("PUT", _CHAT + "/questions/{question}", "staff", AnswerQuestion, Empty),
    Route("GET", "/api/v1/host/chat/people", "staff", None, RestrainedList),
    Route("PUT", "/api/v1/host/chat/people/{person}", "staff", Restrain, Restrained),
    Route("GET", "/api/v1/host/chat/audit", "staff", None, ChatAudit),
    Route("GET", _STREAM + "/report", "staff", None, Report),
    Route("GET", _STREAM + "/report.csv", "staff", None, "text/csv"),
)
