from server.core.errors import Forbidden, NotFound, ProofcastError


class NoSuchPoll(NotFound):
    code = "polls.not_found"


class PollIsClosed(ProofcastError):
    """It takes no more votes, and can't be opened again."""

    code = "polls.closed"
    status = 409


class PollNotOpened(ProofcastError):
    """A draft has nothing to close."""

    code = "polls.not_opened"
    status = 409


class PollWasOpened(ProofcastError):
    """Only a draft can be changed or removed."""

    code = "polls.was_opened"
    status = 409


class TooManyPolls(ProofcastError):
    code = "polls.too_many"
    status = 409


class VotedAlready(ProofcastError):
    """The host does not let votes be changed."""

    code = "polls.voted"
    status = 409


class NoSuchOption(NotFound):
    code = "polls.no_such_option"


class OneOptionOnly(ProofcastError):
    code = "polls.one_option"
    status = 409


class PreviewDoesNotVote(Forbidden):
    code = "polls.preview"
