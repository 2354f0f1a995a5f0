"""`python -m tests.faults.other_clock MS serve|worker`: a process of ours whose clock is wrong."""

import sys

from server.cli import main
from server.core.clock import Clock


def set_clocks(ahead_ms: int) -> None:
    right = Clock.now_ms

    def wrong(self: Clock) -> int:
        return right(self) + ahead_ms

    Clock.now_ms = wrong  # type: ignore[method-assign]


if __name__ == "__main__":
    set_clocks(int(sys.argv[1]))
    sys.exit(main(sys.argv[2:]))
