"""Who sends commands without end."""

from typing import Any

from server.core.realtime import BURST
from tests.faults.cases import HOST
from tests.faults.stage import Stage
from tests.infra.show import Refused, Socket


class Asker:
    """Asks as a viewer or as staff, over a new connection as often as the allowance of one runs out."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._asked = BURST
        self._sockets: dict[str, Socket] = {}

    async def refusal(self, asker: str, name: str, *body: Any) -> Any:
        """The coded error of a command; None when it was carried out."""
        return (await self.refusal_or_answer(asker, name, *body))[0]

    async def refusal_or_answer(self, asker: str, name: str, *body: Any) -> tuple[Any, Any]:
        """One of them."""
        if self._asked >= BURST - 5:
            await self.close()
            staff = self._stage.token(kind="staff", viewer="staff_a")
            self._sockets = {
                kind: await Socket(self._stage.show.url).connect(
                    staff if kind == HOST else self._stage.token()
                )
                for kind in (HOST, "viewer")
            }
            self._asked = 0
        self._asked += 1
        try:
            return None, await self._sockets[asker].ask(name, *body)
        except Refused as refused:
            return refused.body, None

    async def close(self) -> None:
        for socket in self._sockets.values():
            await socket.close()
