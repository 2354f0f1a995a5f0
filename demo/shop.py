"""What the demo sells: an indie perfumer's six products, and the stream that shows them.

Plain data, no database. Prices are integers in minor units of the shop's currency.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

PICTURES = Path(__file__).parent / "pictures"


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    sku: str
    name: str
    price: int
    was_price: int | None = None
    stock: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """`picture` is a file's name inside `PICTURES`; `limit` is how many units one buyer may take."""

    slug: str
    name: str
    description: str
    picture: str
    limit: int
    variants: tuple[Variant, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """`right`: the right option of a quiz. `seconds`: it closes by itself so long after it was opened."""

    slug: str
    question: str
    options: tuple[str, ...]
    kind: Literal["single", "multiple", "quiz"] = "single"
    results: Literal["live", "closed"] = "live"
    changeable: bool = True
    seconds: int | None = None
    right: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """`run_of_show` lists the slugs of products, in the order in which they are shown. The polls are
    prepared; the host opens them."""

    slug: str
    title: str
    maker: str
    disclosure: str
    poster: str
    run_of_show: tuple[str, ...]
    polls: tuple[Poll, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    slug: str
    name: str
    currency: str
    host_email: str
    allowed_origins: tuple[str, ...]
    products: tuple[Product, ...]
    stream: Stream

    @property
    def variants(self) -> tuple[Variant, ...]:
        return tuple(variant for product in self.products for variant in product.variants)


SAMPLE_SET = Product(
    slug="three-vetivers",
    name="Three Vetivers, sample set",
    description=(
        "All three house vetivers in spray vials, with six paper blotters, for wearing at home before "
        "you decide on a bottle. Each vial lasts about a week of daily wear. Head: grapefruit, wet "
        "stone, smoked tea; heart: iris, fig leaf, labdanum; base: vetiver from three harvests."
    ),
    picture="three-vetivers.svg",
    limit=3,
    variants=(
        Variant(sku="AV-SET-2", name="3 × 2 ml", price=1800, stock=120),
        Variant(sku="AV-SET-5", name="3 × 5 ml", price=3600, was_price=3900, stock=60),
    ),
)

PALE_ROOT = Product(
    slug="pale-root",
    name="Pale Root",
    description=(
        "The lightest of the three: dry, bitter and clean, closer to cut grass than to smoke. It stays "
        "near the skin and fades after five hours or so. Head: grapefruit peel, petitgrain; heart: "
        "iris, green mandarin leaf; base: vetiver root, white musk."
    ),
    picture="pale-root.svg",
    limit=4,
    variants=(
        Variant(sku="AV-PALE-30", name="30 ml", price=4800, stock=36),
        Variant(sku="AV-PALE-50", name="50 ml", price=7200, stock=24),
        Variant(sku="AV-PALE-100", name="100 ml", price=11800, stock=9),
    ),
)

WET_SLATE = Product(
    slug="wet-slate",
    name="Wet Slate",
    description=(
        "A cool, mineral vetiver, like a garden wall after rain. The opening is sharp, and some people "
        "find it metallic for the first ten minutes. Head: wet stone accord, juniper; heart: fig leaf, "
        "geranium; base: vetiver root, oakmoss substitute, cedar."
    ),
    picture="wet-slate.svg",
    limit=4,
    variants=(
        Variant(sku="AV-SLATE-30", name="30 ml", price=5200, stock=30),
        Variant(sku="AV-SLATE-50", name="50 ml", price=7800, stock=18),
        Variant(sku="AV-SLATE-100", name="100 ml", price=12600, stock=7),
    ),
)

EMBER_LOAM = Product(
    slug="ember-loam",
    name="Ember Loam",
    description=(
        "Smoke, warm earth and a little leather; the longest-lasting of the three, and the one to try "
        "before you buy. One spray is enough indoors. Head: smoked tea, pink pepper; heart: labdanum, "
        "clove; base: vetiver root, birch tar, tonka bean."
    ),
    picture="ember-loam.svg",
    limit=4,
    variants=(
        Variant(sku="AV-EMBER-30", name="30 ml", price=5600, stock=28),
        Variant(sku="AV-EMBER-50", name="50 ml", price=8400, stock=16),
        Variant(sku="AV-EMBER-100", name="100 ml", price=13600, stock=5),
    ),
)

CELLAR_BATCH = Product(
    slug="cellar-batch",
    name="Cellar Batch, 40 numbered",
    description=(
        "One distillation of Haitian vetiver, aged in the cellar for eighteen months and bottled once: "
        "forty bottles, numbered by hand, and no second run. It is dense, rooty and not easy. Head: "
        "bitter orange, hazelnut skin; heart: cellar-aged vetiver; base: cocoa husk, ambrette, dry "
        "wood."
    ),
    picture="cellar-batch.svg",
    limit=1,
    variants=(Variant(sku="AV-CELLAR-50", name="50 ml, numbered", price=14500, stock=40),),
)

REFILL = Product(
    slug="refill-flask",
    name="Refill flask",
    description=(
        "100 ml in a plain aluminium flask, enough to fill a 50 ml bottle twice, with a small funnel. "
        "The perfume is the same as in the bottle; only the glass is missing from the price. Head, "
        "heart and base are those of the scent that you choose."
    ),
    picture="refill-flask.svg",
    limit=2,
    variants=(
        Variant(sku="AV-REFILL-PALE", name="Pale Root, 100 ml", price=8600, stock=22),
        Variant(sku="AV-REFILL-SLATE", name="Wet Slate, 100 ml", price=9200, stock=22),
        Variant(sku="AV-REFILL-EMBER", name="Ember Loam, 100 ml", price=9800, stock=19),
    ),
)

WEAR_TODAY = Poll(
    slug="wear-today",
    question="Which of the three would you wear today?",
    options=(PALE_ROOT.name, WET_SLATE.name, EMBER_LOAM.name),
)

SLATE_OPENS = Poll(
    slug="slate-opens",
    question="What do you smell first in Wet Slate?",
    options=("Grapefruit peel and petitgrain", "Wet stone and juniper", "Smoked tea and pink pepper"),
    kind="quiz",
    results="closed",
    changeable=False,
    seconds=45,
    right="Wet stone and juniper",
)

BEFORE_YOU_BUY = Poll(
    slug="before-you-buy",
    question="What do you want to know before you buy a bottle?",
    options=("How long it lasts", "How far others smell it", "How it dries down", "What a refill costs"),
    kind="multiple",
)

SHOP = Shop(
    slug="atelier-vetiver",
    name="Atelier Vetiver",
    currency="eur",
    host_email="host@example.com",
    allowed_origins=("http://localhost:8088", "http://127.0.0.1:8088"),
    products=(SAMPLE_SET, PALE_ROOT, WET_SLATE, EMBER_LOAM, CELLAR_BATCH, REFILL),
    stream=Stream(
        slug="three-vetivers-one-blotter",
        title="Three vetivers, one blotter: live evaluation",
        maker="Atelier Vetiver",
        disclosure="own product",
        poster="poster.jpg",
        run_of_show=(
            PALE_ROOT.slug,
            WET_SLATE.slug,
            EMBER_LOAM.slug,
            SAMPLE_SET.slug,
            CELLAR_BATCH.slug,
            REFILL.slug,
        ),
        polls=(WEAR_TODAY, SLATE_OPENS, BEFORE_YOU_BUY),
    ),
)
