"""Holding, over the socket."""

from server.checkout.holding import HoldingService
from server.checkout.messages import OrderChanged
from server.checkout.service import CheckoutService
from server.core.messages import Empty
from server.core.realtime import Peer, Realtime
from server.core.tracing import note
from server.rooms.names import viewer_room
from server.stock.messages import (
    ChangeHold,
    CreateHold,
    ExtendHold,
    HoldAnswer,
    HoldList,
    LeaveLine,
    MyHolds,
    ReleaseHold,
    WaitAnswer,
    WaitForUnits,
)


def setup(realtime: Realtime, holding: HoldingService) -> None:
    async def create(peer: Peer, message: CreateHold) -> HoldAnswer:
        answer = await holding.create(peer.grant, message)
        note({"proofcast.hold": answer.hold.id})
        return answer

    async def extend(peer: Peer, message: ExtendHold) -> HoldAnswer:
        return await holding.extend(peer.grant, message)

    async def release(peer: Peer, message: ReleaseHold) -> Empty:
        await holding.release(peer.grant, message)
        return Empty()

    async def change(peer: Peer, message: ChangeHold) -> HoldAnswer:
        return await holding.change(peer.grant, message)

    async def mine(peer: Peer, message: MyHolds) -> HoldList:
        return await holding.mine(peer.grant, message)

    async def wait(peer: Peer, message: WaitForUnits) -> WaitAnswer:
        return await holding.wait(peer.grant, message)

    async def leave_line(peer: Peer, message: LeaveLine) -> Empty:
        await holding.leave_line(peer.grant, message)
        return Empty()

    realtime.command(CreateHold, create)
    realtime.command(WaitForUnits, wait)
    realtime.command(LeaveLine, leave_line)
    realtime.command(ChangeHold, change)
    realtime.command(MyHolds, mine)
    realtime.command(ExtendHold, extend)
    realtime.command(ReleaseHold, release)


TOLD_LATE_MS = 60_000
"""So long after an order changed its buyer may be told, clocks of two machines that differ among it."""


async def tell_changed_orders(
    realtime: Realtime, checkout: CheckoutService, shop: str, since_ms: int
) -> None:
    """To the viewers on this node, what they may have missed since then; some of it a second time."""
    for viewer, order in await checkout.changed_since(shop, since_ms - TOLD_LATE_MS):
        realtime.tell(viewer_room(viewer), OrderChanged(order=order))
