"""Rooms as this node keeps them: read once per change, encoded once, shared by all who come."""

import msgspec

from server.core.cache import Fresh
from server.core.errors import Unavailable
from server.core.news import News
from server.pins.messages import PinView
from server.rooms.feed import Feed
from server.rooms.followed import RECENT, Followed
from server.rooms.messages import Snapshot
from server.streams.messages import Moment
from server.streams.service import Owned, StreamService
from server.streams.timeline import Room, Timeline

FRESH_S = 1.0
"""Read again after so long, where somebody asks: Redis may have been wiped without a word, a shop renamed."""
FORGET_S = 10.0
"""How often what nobody wants is looked for."""
TRIES = 10


class Kept(msgspec.Struct, frozen=True):
    """What a room shows at `at`. `variants`: those of its pins. `breaks`: of the news, when it was read."""

    owned: Owned
    followed: Followed
    at: Moment
    snapshot: msgspec.Raw
    variants: tuple[str, ...]
    breaks: int


class KeptRooms:
    def __init__(
        self,
        streams: StreamService,
        timeline: Timeline,
        news: News,
        feed: Feed,
        *,
        fresh_s: float = FRESH_S,
    ) -> None:
        self._streams = streams
        self._timeline = timeline
        self._news = news
        self._feed = feed
        self._fresh: Fresh[str, Kept] = Fresh(self._load, fresh_s)

    async def get(self, stream: str) -> Kept:
        """Does not wait where it is known. A state that holds everything that the room was told: who enters
        the room without waiting misses nothing. Raises `NoSuchStream`, `Unavailable`."""
        for _ in range(TRIES):
            kept = await self._fresh(stream)
            if self.stands(kept):
                return kept
            self._fresh.forget(stream)
        raise Unavailable("This room changes too fast for the moment. Try again.")

    def stands(self, kept: Kept) -> bool:
        shop, stream = kept.owned.shop.id, kept.owned.view.id
        return (
            kept.breaks == self._news.breaks
            and self._news.hears(shop)
            and self._feed.followed(shop, stream) is kept.followed
            and not kept.followed.ahead_of(kept.at)
        )

    def forget(self, stream: str) -> None:
        self._fresh.forget(stream)

    def forget_unwanted(self) -> None:
        """Call it now and then, or memory grows with every stream that was ever watched here."""
        for stream in self._feed.forget_unwanted():
            self._fresh.forget(stream)

    async def _load(self, stream: str) -> Kept:
        owned = await self._streams.get(stream)
        shop = owned.shop.id
        # All three before the state is read, so that no event falls between.
        await self._news.follow(shop)
        breaks = self._news.breaks
        followed = self._feed.follow(shop, stream)
        room = await self._streams.room(owned)
        at, before = _place(room), None
        while at != before and followed.ahead_of(at):
            # An event went to the room after this state was read.
            room = await self._streams.room(owned)
            before, at = at, _place(room)
        if await self._feed.joined(shop, followed, room):
            followed.fill(await self._timeline.recent(shop, stream, RECENT))
        return Kept(
            owned=owned,
            followed=followed,
            at=at,
            snapshot=msgspec.Raw(msgspec.json.encode(snapshot(room))),
            variants=variants(room),
            breaks=breaks,
        )


def snapshot(room: Room) -> Snapshot:
    return Snapshot(epoch=room.epoch, seq=room.seq, stream=room.stream, **room.sections)


def variants(room: Room) -> tuple[str, ...]:
    pins: list[PinView] = room.sections["pins"]
    return tuple(name for pin in pins for variant in pin.product.variants for name in variant.stock())


def _place(room: Room) -> Moment:
    return Moment(epoch=room.epoch, seq=room.seq)
