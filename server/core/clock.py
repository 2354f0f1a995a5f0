"""Time, handed in, so that a test can hold it."""

import time


class Clock:
    """The machine's clock. Everything on the wire and in SQL is ms since the epoch, UTC."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000
