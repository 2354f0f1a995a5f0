"""Products and variants as the wire shows them. What a pin shows is a product with its offers' prices."""

from typing import Annotated

from msgspec import Meta

from server.core.messages import Id, Key, Line, Message, Minor, Text
from server.streams.messages import Address

Sku = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._-]+\Z")]
Limit = Annotated[int, Meta(ge=1, le=1000)]
"""How many of a variant one buyer may hold and have bought, in all."""
LimitHours = Annotated[int, Meta(ge=1, le=8760)]
"""With it, what was bought longer ago than so many hours does not count for the limit."""
Stocked = Annotated[int, Meta(ge=0, le=10_000_000)]


class VariantView(Message, frozen=True):
    id: Id
    sku: str
    name: str
    price: int
    was_price: int | None
    limit: int
    limit_hours: int | None = None


class ProductView(Message, frozen=True):
    id: Id
    name: str
    description: str
    image_url: str | None
    currency: str
    variants: list[VariantView]


class CreateVariant(Message, frozen=True):
    sku: Sku
    name: Line
    price: Minor
    stocked: Stocked
    was_price: Minor | None = None
    limit: Limit = 5
    limit_hours: LimitHours | None = None


class CreateProduct(Message, frozen=True):
    """With a `key`, asking again answers the product that was made the first time."""

    name: Line
    variants: Annotated[list[CreateVariant], Meta(min_length=1, max_length=100)]
    description: Text = ""
    key: Key | None = None
    image_url: Address | None = None


class SetStock(Message, frozen=True):
    """Units ever stocked, sold and held ones among them."""

    stocked: Stocked


class VariantStock(Message, frozen=True):
    """`available + held + sold == stocked`."""

    stocked: int
    available: int
    held: int
    sold: int


class StockBook(Message, frozen=True):
    """Of every variant of a shop, as of `(epoch, seq)` or a moment later."""

    epoch: str
    seq: int
    variants: dict[str, VariantStock]


class HostProducts(Message, frozen=True):
    products: list[ProductView]
    stock: StockBook
