"""Time that a test holds."""

from server.core.clock import Clock


class HeldClock(Clock):
    """Stands still until the test moves it."""

    def __init__(self, at: int = 1_800_000_000_000) -> None:
        self.at = at

    def now_ms(self) -> int:
        return self.at
