"""`room.join`, and the end of a connection."""

import contextlib

import msgspec

from server.core.errors import Forbidden
from server.core.news import News
from server.core.realtime import Peer, Realtime
from server.core.redis import AWAY
from server.core.tasks import TaskSet
from server.rooms.feed import Feed
from server.rooms.messages import Joined, JoinRoom
from server.rooms.names import shop_room, stream_room, viewer_room
from server.rooms.presence import Presence
from server.rooms.service import RoomService
from server.streams.messages import Moment
from server.streams.service import StreamService


def setup(
    realtime: Realtime,
    rooms: RoomService,
    streams: StreamService,
    presence: Presence,
    news: News,
    feed: Feed,
    tasks: TaskSet,
) -> None:
    async def join(peer: Peer, message: JoinRoom) -> Joined:
        owned = await streams.get(message.stream)
        if owned.shop.id != peer.grant.shop:
            raise Forbidden("This pass is for another shop.")
        # Both before the state is read, so that no event falls between.
        await news.follow(owned.shop.id)
        feed.follow(owned.shop.id, message.stream)
        joined = await rooms.join(owned, message.since)
        await realtime.enter(peer, stream_room(message.stream))
        await realtime.enter(peer, shop_room(owned.shop.id))
        at, before = _place(joined, message), None
        while at != before and feed.ahead_of(owned.shop.id, message.stream, at):
            # An event went to the room after this state was read and before this peer was in it.
            before, joined = at, await rooms.join(owned, message.since)
            at = _place(joined, message)
        await feed.joined(owned.shop.id, message.stream, at)
        if message.stream not in peer.shows and not peer.grant.preview and peer.grant.kind == "viewer":
            presence.arrived(owned.shop.id, message.stream)
            peer.shows.add(message.stream)
        return msgspec.structs.replace(joined, viewers=presence.count(message.stream))

    async def arrive(peer: Peer) -> None:
        await realtime.enter(peer, viewer_room(peer.grant.viewer))
        # News of the viewer's own orders reach also who joins no room. Not waited for: Redis may be away.
        tasks.spawn(_follow(news, peer.grant.shop), name="follow")

    async def leave(peer: Peer) -> None:
        for stream in peer.shows:
            presence.left(stream)

    realtime.command(JoinRoom, join)
    realtime.on_arrive(arrive)
    realtime.on_leave(leave)


async def _follow(news: News, shop: str) -> None:
    with contextlib.suppress(TimeoutError, *AWAY):
        await news.follow(shop)


def _place(joined: Joined, message: JoinRoom) -> Moment:
    if joined.snapshot is not None or message.since is None:
        known = joined.snapshot or Moment(epoch="", seq=0)
        return Moment(epoch=known.epoch, seq=known.seq)
    return Moment(epoch=message.since.epoch, seq=message.since.seq + len(joined.missed))
