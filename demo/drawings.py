"""The pictures of the products. `python -m demo.drawings` writes them and the poster to `demo/pictures`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from demo import props, wares
from demo.clip import build_poster
from demo.shop import PICTURES, SHOP
from demo.svg import to_svg
from demo.vector import Group, Item, Shape, box, down, ellipse, glow, tub

SIZE = 800
COUNTER = 640

Drawn = Callable[[], list[Item]]

# what to draw, the tint of the niche behind it, where it stands, how large, and what lies beside it
ARRANGED: dict[str, tuple[Drawn, str, float, float, Drawn]] = {
    "three-vetivers": (wares.sample_set, "#e8d3b4", 376, 1.08, lambda: props.blotters(640, 732)),
    "pale-root": (wares.pale_root, "#ebe6ab", 372, 1.12, lambda: props.grapefruit(638, 680)),
    "wet-slate": (wares.wet_slate, "#bcd3cb", 376, 1.14, lambda: props.pebbles(610, 696)),
    "ember-loam": (wares.ember_loam, "#efc59b", 372, 1.16, lambda: props.embers(668, 716)),
    "cellar-batch": (wares.cellar_batch, "#c3c795", 372, 1.12, lambda: props.roots(622, 702, 1.1)),
    "refill-flask": (wares.refill_flask, "#d2d8d0", 364, 1.2, lambda: props.funnel(630, 696)),
}


def product(slug: str) -> list[Item]:
    draw, tint, x, scale, beside = ARRANGED[slug]
    niche = tub(110, 40, 580, COUNTER - 40, (290, 290), (0, 0))
    return [
        Shape(box(0, 0, SIZE, SIZE), "#f3efe6"),
        Shape(
            box(0, 0, SIZE, SIZE),
            glow(220, 120, 760, (0, "#fffaf0", 0.95), (0.6, "#f3efe6", 0.2), (1, "#ded4c0", 0.6)),
        ),
        Shape(niche, tint),
        Shape(niche, glow(270, 190, 560, (0, "#fffaf0", 0.75), (0.5, "#fffaf0", 0.15), (1, "#6d5a38", 0.2))),
        Shape(
            tub(100, 30, 580, COUNTER - 30, (290, 290), (0, 0)),
            "#6d5a38",
            0.22,
            blur=14,
            stroke=16,
            clip=niche,
        ),
        Shape(
            box(0, COUNTER, SIZE, SIZE - COUNTER),
            down(COUNTER, SIZE, (0, "#efe6d4"), (0.12, "#f6efe1"), (1, "#e4d8c1")),
        ),
        Shape(box(0, COUNTER - 1, SIZE, 3), "#b9a888", 0.5, blur=1),
        Shape(ellipse(250, COUNTER + 70, 330, 40), "#fffdf6", 0.6, blur=26),
        Group((*draw(),), x, 730, scale),
        *beside(),
    ]


def pictures() -> Iterator[tuple[str, str]]:
    """Each file's name and its text."""
    for item in SHOP.products:
        yield item.picture, to_svg(product(item.slug), SIZE, SIZE, item.name)


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    for name, text in pictures():
        (PICTURES / name).write_text(text, encoding="utf-8")
    build_poster(PICTURES / SHOP.stream.poster)
