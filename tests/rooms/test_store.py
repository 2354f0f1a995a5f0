"""What stays of a show's audience, on both databases."""

from server.core.db import Database
from server.rooms.store import AudienceStore
from tests.infra.rows import scene


async def test_the_highest_peak_stays(database: Database) -> None:
    await scene(database)
    store, stream = AudienceStore(database), "stream_a"
    assert await store.peak(stream) == 0
    for given, stays in ((4, 4), (9, 9), (2, 9)):
        await store.keep_peak(stream, given)
        assert await store.peak(stream) == stays
