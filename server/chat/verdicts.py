"""What Redis decided, in words."""

import math

from server.chat.errors import (
    Banned,
    ChatClosed,
    Muted,
    NoSuchMessage,
    Repeated,
    SlowMode,
    TooFast,
    TooManyWaiting,
)
from server.chat.messages import ChatMessage
from server.chat.records import Said


def spoken(said: Said) -> ChatMessage:
    refuse(said)
    if said.message is None:
        raise NoSuchMessage("This is not there any more.")
    return said.message


def refuse(said: Said) -> None:
    wait = math.ceil(said.figure / 1000)
    match said.outcome:
        case "closed":
            raise ChatClosed("This chat is closed.")
        case "banned":
            raise Banned("You can't take part in this shop's chats.")
        case "muted":
            raise Muted("You can't write for now.", until=said.figure)
        case "fast":
            raise TooFast("That is a lot at once. Wait a moment.", retry_after=wait)
        case "slow":
            raise SlowMode("This chat is in slow mode.", retry_after=wait)
        case "repeated":
            raise Repeated("You have just said that.")
        case "full":
            raise TooManyWaiting("Too many messages wait for the host. Try again later.")
        case "none" | "gone":
            raise NoSuchMessage("This is not there any more.")
