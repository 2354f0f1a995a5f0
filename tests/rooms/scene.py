"""A live stream of a shop with three products, behind no web server yet."""

import itertools
from dataclasses import dataclass

from server.accounts.messages import ShopView
from server.catalog.messages import ProductView
from server.composition import Services
from server.core.auth import Grant, Passes
from server.core.settings import Settings
from server.pins.messages import PinView, ShowPin
from server.streams.messages import ChangeStream
from tests.infra.show import Socket, fresh_key
from tests.rooms.outsider import Client

_viewers = itertools.count()


@dataclass
class Scene:
    services: Services
    settings: Settings
    shop: ShopView
    stream: str
    products: list[ProductView]

    async def pin(self, product: int = 0) -> PinView:
        body = ShowPin(product=self.products[product].id, key=fresh_key())
        return (await self.services.pins.show(self.shop, self.stream, body))[0]

    async def title(self, text: str) -> None:
        await self.services.streams.change(self.shop, self.stream, ChangeStream(title=text))

    def token(self, *, kind: str = "viewer", preview: bool = False) -> str:
        grant = Grant(
            kind="viewer" if kind == "viewer" else "staff",
            shop=self.shop.id,
            viewer=f"viewer_{next(_viewers)}",
            expires_at=4_000_000_000_000,
            preview=preview,
        )
        return Passes(self.settings.secret_key, self.services.clock).sign(grant)

    async def fresh(self, socket: Socket) -> Client:
        """What somebody who joins now sees."""
        client = Client()
        client.join(await socket.ask("room.join", {"stream": self.stream}))
        return client


async def same(scene: Scene, socket: Socket, client: Client) -> None:
    """The client, with what its socket heard, shows what a newcomer sees; it was never lost."""
    truth = await scene.fresh(socket)
    for name, event in list(socket.heard):
        if "seq" in event and "at" in event:  # of the timeline
            client.hear(name, event)
    assert not client.lost
    assert client.shows() == truth.shows()
