"""`room.join`, and the end of a connection."""

import contextlib

from server.core.news import News
from server.core.realtime import Peer, Realtime
from server.core.redis import AWAY
from server.core.tasks import TaskSet
from server.rooms.messages import JoinRoom
from server.rooms.names import shop_room, stream_room, viewer_room
from server.rooms.presence import Presence
from server.rooms.service import RoomService, SharedJoined
from server.stock.messages import HoldEnded
from server.stock.service import StockService


def setup(realtime: Realtime, rooms: RoomService, presence: Presence, news: News, tasks: TaskSet) -> None:
    async def join(peer: Peer, message: JoinRoom) -> SharedJoined:
        shop = peer.grant.shop
        ready = await rooms.ready(message.stream, message.since, shop=shop)
        # Nothing is waited for from here on: what is told after this state was, reaches the peer.
        await realtime.enter(peer, stream_room(message.stream))
        await realtime.enter(peer, shop_room(shop))
        if message.stream not in peer.shows and not peer.grant.preview and peer.grant.kind == "viewer":
            presence.arrived(shop, message.stream, peer.grant.viewer, peer.grant.origin)
            peer.shows.add(message.stream)
        return rooms.joined(ready)

    async def arrive(peer: Peer) -> None:
        await realtime.enter(peer, viewer_room(peer.grant.viewer))
        # News of the viewer's own orders reach also who joins no room. Not waited for: Redis may be away.
        if not news.hears(peer.grant.shop):
            tasks.spawn(_follow(news, peer.grant.shop), name="follow")

    async def leave(peer: Peer) -> None:
        for stream in peer.shows:
            presence.left(stream, peer.grant.viewer)

    realtime.command(JoinRoom, join)
    realtime.on_arrive(arrive)
    realtime.on_leave(leave)


async def _follow(news: News, shop: str) -> None:
    with contextlib.suppress(TimeoutError, *AWAY):
        await news.follow(shop)


TOLD_LATE_MS = 10_000
"""How much the clocks of two machines may differ."""


async def tell_ended_holds(realtime: Realtime, stock: StockService, shop: str, since_ms: int) -> None:
    """To the viewers on this node, what they may have missed since then; some of it a second time."""
    for hold in await stock.ended_since(shop, since_ms - TOLD_LATE_MS):
        if hold.state == "released" or hold.state == "expired":
            realtime.tell(viewer_room(hold.buyer), HoldEnded(hold=hold.id, reason=hold.state))
