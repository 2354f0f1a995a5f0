"""A client of a room, written from docs/protocol.md alone: nothing of the server's own reducing is in it."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass
class Client:
    """What it shows, and the place of that in the timeline. `lost`: it has to join again."""

    epoch: str = ""
    seq: int = -1
    stream: Json = field(default_factory=dict)
    pins: list[Json] = field(default_factory=list)
    poll: Json | None = None
    lost: bool = False

    def since(self) -> Json | None:
        return {"epoch": self.epoch, "seq": self.seq} if self.epoch else None

    def join(self, joined: Json) -> None:
        snapshot = joined["snapshot"]
        if snapshot is not None:
            assert joined["missed"] == []
            self.epoch, self.seq = snapshot["epoch"], snapshot["seq"]
            self.stream, self.pins = snapshot["stream"], snapshot["pins"]
            self.poll = snapshot["poll"]
        self.lost = False
        for missed in joined["missed"]:
            before = self.seq
            self.hear(missed["event"], missed["data"])
            assert (self.lost, self.seq) == (False, before + 1), "a gap in what was missed"

    def hear(self, name: str, event: Json) -> None:
        if event["epoch"] != self.epoch or event["seq"] > self.seq + 1:
            self.lost = True
        if self.lost or event["seq"] <= self.seq:
            return
        self.seq = event["seq"]
        match name:
            case "stream.changed":
                self.stream = event["view"]
                if self.stream["state"] == "ended":
                    self.pins, self.poll = [], None
            case "pin.shown":
                self.pins = [pin for pin in self.pins if pin["id"] != event["pin"]["id"]]
                self.pins.insert(event["place"], event["pin"])
            case "pin.hidden":
                self.pins = [pin for pin in self.pins if pin["id"] != event["pin"]]
            case "pins.ordered":
                named = {pin: place for place, pin in enumerate(event["pins"])}
                self.pins = sorted(self.pins, key=lambda pin: named.get(pin["id"], len(named)))
            case "poll.opened":
                self.poll = event["poll"]
            case "poll.closed" if self.poll is not None and self.poll["id"] == event["poll"]["id"]:
                self.poll = event["poll"]
            case "poll.hidden" if self.poll is not None and self.poll["id"] == event["poll"]:
                self.poll = None

    def shows(self) -> tuple[Any, ...]:
        return self.epoch, self.seq, self.stream, self.pins, self.poll
