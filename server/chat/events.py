"""The chat over the socket."""

from collections.abc import Callable
from typing import Any

from server.accounts.messages import ShopView
from server.chat.feed import ChatFeed, chat_room
from server.chat.messages import (
    ChatMe,
    ChatMeChanged,
    ChooseName,
    CloseChat,
    OpenChat,
    React,
    Say,
    Spoken,
    Upvote,
)
from server.chat.reactions import Reactions
from server.chat.restraints import RestraintService
from server.chat.service import ChatService
from server.core.cache import Fresh
from server.core.errors import Forbidden
from server.core.messages import Empty
from server.core.news import News
from server.core.realtime import Peer, Realtime
from server.streams.errors import StreamOver
from server.streams.service import Owned, StreamService

FRESH_S = 1.0
"""What is known of a stream may be so old: Redis itself knows at once when a chat is closed."""


def setup(
    realtime: Realtime,
    chat: ChatService,
    streams: StreamService,
    news: News,
    feed: ChatFeed,
    reactions: Reactions,
) -> None:
    fresh: Fresh[str, Owned] = Fresh(streams.get, FRESH_S)

    async def owned_by(peer: Peer, stream: str) -> Owned:
        owned = await fresh(stream)
        if owned.shop.id != peer.grant.shop:
            raise Forbidden("This pass is for another shop.")
        return owned

    async def open_chat(peer: Peer, message: OpenChat) -> dict[str, Any]:
        owned = await owned_by(peer, message.stream)
        await news.follow(owned.shop.id)
        me = await chat.me(peer.grant, owned)
        view = await feed.opened(owned.shop.id, message.stream)
        # Nothing is waited for between the two, so that no message falls there.
        await realtime.enter(peer, chat_room(message.stream))
        return {"log": view.log(message.since), "me": me}

    async def close_chat(peer: Peer, message: CloseChat) -> Empty:
        await owned_by(peer, message.stream)
        realtime.leave(peer, chat_room(message.stream))
        return Empty()

    async def choose_name(peer: Peer, message: ChooseName) -> ChatMe:
        owned = await owned_by(peer, message.stream)
        return await chat.choose_name(peer.grant, owned, message.as_name)

    async def say(peer: Peer, message: Say) -> Spoken:
        owned = await owned_by(peer, message.stream)
        return Spoken(message=await chat.say(peer.grant, owned, message, peer.address))

    async def upvote(peer: Peer, message: Upvote) -> Empty:
        await chat.upvote(peer.grant, await owned_by(peer, message.stream), message)
        return Empty()

    async def react(peer: Peer, message: React) -> Empty:
        owned = await owned_by(peer, message.stream)
        await chat.may_react(peer.grant)
        if owned.view.state == "ended":
            raise StreamOver("The stream has ended.")
        reactions.react(owned.shop.id, message.stream, peer.grant.viewer, message.reaction)
        return Empty()

    realtime.command(OpenChat, open_chat)
    realtime.command(CloseChat, close_chat)
    realtime.command(ChooseName, choose_name)
    realtime.command(Say, say)
    realtime.command(Upvote, upvote)
    realtime.command(React, react)


TOLD_LATE_MS = 10_000
"""How much the clocks of two machines may differ."""


async def tell_changed_restraints(
    realtime: Realtime,
    restraints: RestraintService,
    shop: ShopView,
    since_ms: int,
    room: Callable[[str], str],
) -> None:
    """To the viewers on this node, what they may have missed since then; some of it a second time. `room`: a
    viewer's own."""
    for viewer, me in await restraints.changed_since(shop, since_ms - TOLD_LATE_MS):
        realtime.tell(room(viewer), ChatMeChanged(me=me))
