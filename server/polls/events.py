"""Voting, over the socket."""

from server.core.realtime import Peer, Realtime
from server.polls.messages import AskBallot, Ballot, Vote
from server.polls.voting import VotingService


def setup(realtime: Realtime, voting: VotingService) -> None:
    async def vote(peer: Peer, message: Vote) -> Ballot:
        return await voting.vote(peer.grant, message)

    async def ballot(peer: Peer, message: AskBallot) -> Ballot:
        return await voting.ballot(peer.grant, message)

    realtime.command(Vote, vote)
    realtime.command(AskBallot, ballot)
