from server.core.errors import BadRequest, Conflict, Forbidden, NotFound, ProofcastError, TooMany


class ChatClosed(ProofcastError):
    """The host closed the chat, or the stream has ended."""

    code = "chat.closed"
    status = 409


class ReadOnly(Forbidden):
    """Previews and staff listen on the socket; staff speak from the host panel."""

    code = "chat.read_only"


class NameNeeded(ProofcastError):
    code = "chat.name_needed"
    status = 409


class NameChosen(ProofcastError):
    """A name is chosen once."""

    code = "chat.name_chosen"
    status = 409


class NameTaken(ProofcastError):
    """Somebody has it, or one that looks like it; or it is the shop's or a staff member's."""

    code = "chat.name_taken"
    status = 409


class NameRefused(BadRequest):
    """Signs that nobody sees, no letter at all, or a word that the shop holds back."""

    code = "chat.name_refused"


class NothingSaid(BadRequest):
    """Nothing is left of the text without the signs that nobody sees."""

    code = "chat.nothing_said"


class Muted(Forbidden):
    code = "chat.muted"


class Banned(Forbidden):
    code = "chat.banned"


class TooFast(TooMany):
    code = "chat.too_fast"


class SlowMode(TooMany):
    code = "chat.slow_mode"


class Repeated(ProofcastError):
    code = "chat.repeated"
    status = 409


class TooManyWaiting(TooMany):
    """The host has more to approve than anybody can read."""

    code = "chat.too_many_waiting"


class NoSuchMessage(NotFound):
    """Never said, taken away, or too long ago."""

    code = "chat.no_such_message"


class NoSuchPerson(NotFound):
    code = "chat.no_such_person"


class ChatBusy(Conflict):
    """What Redis and SQL say of a viewer kept changing while it was looked at."""

    code = "chat.busy"
