"""Products and variants as the wire shows them. What a pin shows is a product with its offers' prices."""

from typing import Annotated, Literal

from msgspec import Meta, field

from server.core.messages import Id, Key, Line, Message, Minor, Text
from server.streams.messages import Address

Sku = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._-]+\Z")]
Limit = Annotated[int, Meta(ge=1, le=1000)]
"""How many of a variant one buyer may hold and have bought, in all."""
LimitHours = Annotated[int, Meta(ge=1, le=8760)]
"""With it, what was bought longer ago than so many hours does not count for the limit."""
Stocked = Annotated[int, Meta(ge=0, le=10_000_000)]


Policy = Literal["hold", "first_paid"]
"""`hold`: a tap sets units aside until a deadline. `first_paid`: they are set aside when the buyer pays."""


class Part(Message, frozen=True):
    """So many units of another variant, in each unit of a bundle. Its limits count for the bundle, too."""

    variant: Id
    name: str
    units: int
    limit: int
    limit_hours: int | None


class VariantView(Message, frozen=True):
    """With `parts` it is a bundle: its stock is that of the parts."""

    id: Id
    sku: str
    name: str
    price: int
    was_price: int | None
    limit: int
    limit_hours: int | None = None
    parts: list[Part] = field(default_factory=list)

    def stock(self) -> list[str]:
        """The variants whose stock it takes."""
        return [part.variant for part in self.parts] or [self.id]


class ProductView(Message, frozen=True):
    """What is `digital` is not shipped."""

    id: Id
    name: str
    description: str
    image_url: str | None
    currency: str
    variants: list[VariantView]
    policy: Policy = "hold"
    digital: bool = False


class CreatePart(Message, frozen=True):
    variant: Id
    units: Annotated[int, Meta(ge=1, le=20)] = 1


class CreateVariant(Message, frozen=True):
    sku: Sku
    name: Line
    price: Minor
    stocked: Stocked = 0
    was_price: Minor | None = None
    limit: Limit = 5
    limit_hours: LimitHours | None = None
    parts: Annotated[list[CreatePart], Meta(max_length=5)] = field(default_factory=list)


class CreateProduct(Message, frozen=True):
    """With a `key`, asking again answers the product that was made the first time."""

    name: Line
    variants: Annotated[list[CreateVariant], Meta(min_length=1, max_length=100)]
    description: Text = ""
    key: Key | None = None
    image_url: Address | None = None
    policy: Policy = "hold"
    digital: bool = False


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
