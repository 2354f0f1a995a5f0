"""The pictures stand alone, and are what their drawings say."""

import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from PIL import Image

from demo.drawings import SIZE, pictures, product
from demo.raster import paint
from demo.shop import PICTURES, SHOP

DRAWN = dict(pictures())


@pytest.mark.parametrize("name", DRAWN)
def test_a_picture_is_what_python_m_demo_drawings_writes(name: str) -> None:
    assert (PICTURES / name).read_text(encoding="utf-8") == DRAWN[name]


@pytest.mark.parametrize("name", DRAWN)
def test_a_picture_is_svg_and_refers_to_nothing_outside_itself(name: str) -> None:
    root = ET.fromstring(DRAWN[name])
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.get("viewBox") == f"0 0 {SIZE} {SIZE}"
    known = {element.get("id") for element in root.iter()}
    for element in root.iter():
        assert element.tag.split("}")[1] not in ("image", "use", "style", "script", "foreignObject", "a")
        for key, value in element.attrib.items():
            assert not key.endswith("href")
            assert not re.search(r"https?:|data:|@import", value)
            assert all(target in known for target in re.findall(r"url\(#(.*?)\)", value))
            assert value.count("url(") == len(re.findall(r"url\(#", value))


def test_pictures_differ_clearly_at_64_pixels() -> None:
    small = [
        paint(product(item.slug), 64, 64, 0j, complex(64 / SIZE))[..., :3].astype(float)
        for item in SHOP.products
    ]
    for i, one in enumerate(small):
        for other in small[:i]:
            assert np.abs(one - other).mean() > 0.02


def test_the_poster_is_a_wide_still() -> None:
    with Image.open(PICTURES / SHOP.stream.poster) as poster:
        assert poster.size == (1280, 720)
        assert np.asarray(poster.convert("L"), float).std() > 20
