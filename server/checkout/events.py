"""Holding, over the socket."""

from server.checkout.holding import HoldingService
from server.core.messages import Empty
from server.core.realtime import Peer, Realtime
from server.core.tracing import note
from server.stock.messages import (
    ChangeHold,
    CreateHold,
    ExtendHold,
    HoldAnswer,
    HoldList,
    MyHolds,
    ReleaseHold,
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

    realtime.command(CreateHold, create)
    realtime.command(ChangeHold, change)
    realtime.command(MyHolds, mine)
    realtime.command(ExtendHold, extend)
    realtime.command(ReleaseHold, release)
