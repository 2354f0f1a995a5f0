"""How a process is told to end."""

import asyncio
import signal


class Ending:
    """`asked`: to end, in good order. `hurry`: to do so now; somebody asked for a second time."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.hurry = asyncio.Event()

    def listen(self) -> None:
        """From now on, to SIGINT and SIGTERM."""
        loop = asyncio.get_running_loop()
        for signum in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(signum, self)

    def __call__(self) -> None:
        (self.hurry if self.asked.is_set() else self.asked).set()
