"""A chat as one node last told it to its viewers: who opens it gets just that, as bytes made once."""

import msgspec

from server.chat.messages import ChatLog, ChatMessage, ChatRules
from server.chat.records import Reading, Seen
from server.streams.messages import Moment

LAST_MESSAGES = 50


class ChatView:
    """Never changes: the next one is made of it and of what was read since."""

    def __init__(self, reading: Reading, before: "ChatView | None" = None) -> None:
        self.epoch = reading.epoch
        self.seq = reading.seq
        self.rev = reading.rev
        self.questions = reading.questions
        self.pinned: ChatMessage | None = reading.pinned
        self.rules: ChatRules = reading.rules
        self.waiting = reading.waiting
        self._removed_seq = reading.removed_seq
        gone = set(reading.removed)
        same = before is not None and before.epoch == reading.epoch
        known: list[tuple[int, ChatMessage]] = before._messages if before is not None and same else []
        messages = [(seq, each) for seq, each in (*known, *reading.messages) if each.id not in gone]
        self._messages: list[tuple[int, ChatMessage]] = messages[-LAST_MESSAGES:]
        # Up to here what was said may be known no more.
        floor: int = before._floor if before is not None and same else reading.floor
        if len(reading.messages) >= LAST_MESSAGES:
            floor = max(floor, reading.messages[0][0] - 1)
        if len(messages) > LAST_MESSAGES:
            floor = max(floor, messages[-LAST_MESSAGES - 1][0])
        self._floor: int = floor
        self._logs: dict[int, msgspec.Raw] = {}

    def seen(self) -> Seen:
        seq, last = self._messages[-1] if self._messages else (0, None)
        known = last.id if last is not None and seq == self.seq else ""
        return Seen(epoch=self.epoch, seq=self.seq, rev=self.rev, last=known)

    def log(self, since: Moment | None) -> msgspec.Raw:
        """The `ChatLog` for who knows the chat up to `since`: JSON, the same object for all of them."""
        after = -1
        # Who was away while something was taken out would not hear of it: all anew.
        least = max(self._floor, self._removed_seq + 1)
        if since is not None and since.epoch == self.epoch and least <= since.seq <= self.seq:
            after = since.seq
        found = self._logs.get(after)
        if found is None:
            log = ChatLog(
                epoch=self.epoch,
                seq=self.seq,
                whole=after < 0,
                messages=[message for seq, message in self._messages if seq > after],
                questions=self.questions,
                pinned=self.pinned,
                rules=self.rules,
            )
            found = self._logs[after] = msgspec.Raw(msgspec.json.encode(log))
        return found
