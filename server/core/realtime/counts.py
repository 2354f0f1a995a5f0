"""What one node's clients asked for and were told, in figures."""

from collections import Counter, defaultdict

from server.core.metrics import Histogram


class Counts:
    """`connects` by outcome, `events` by name, `commands` by name and outcome, `times` by command.

    An outcome is `ok` or an error's code; a command that is none counts as `unknown`: there are as many as
    we wrote."""

    def __init__(self) -> None:
        self.connects: Counter[str] = Counter()
        self.events: Counter[str] = Counter()
        self.commands: Counter[tuple[str, str]] = Counter()
        self.times: defaultdict[str, Histogram] = defaultdict(Histogram)

    def asked(self, command: str, outcome: str, seconds: float) -> None:
        self.commands[command, outcome] += 1
        self.times[command].observe(seconds)
