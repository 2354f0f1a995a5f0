"""Holding, over the socket."""

from server.checkout.holding import HoldingService
from server.core.messages import Empty
from server.core.realtime import Peer, Realtime
from server.core.tracing import note
from server.stock.messages import CreateHold, ExtendHold, HoldAnswer, ReleaseHold


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

    realtime.command(CreateHold, create)
    realtime.command(ExtendHold, extend)
    realtime.command(ReleaseHold, release)
