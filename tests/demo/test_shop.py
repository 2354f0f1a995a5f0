"""The demo's data holds together."""

from demo.drawings import ARRANGED
from demo.shop import CELLAR_BATCH, PICTURES, SHOP


def test_skus_and_slugs_are_unique() -> None:
    skus = [variant.sku for variant in SHOP.variants]
    slugs = [product.slug for product in SHOP.products]
    assert len(skus) == len(set(skus))
    assert len(slugs) == len(set(slugs)) == 6


def test_the_drop_has_exactly_forty_units_and_one_or_two_for_each_buyer() -> None:
    assert sum(variant.stock for variant in CELLAR_BATCH.variants) == 40
    assert CELLAR_BATCH.limit in (1, 2)


def test_prices_are_minor_units_and_a_former_price_was_higher() -> None:
    assert SHOP.currency == "eur"
    for variant in SHOP.variants:
        assert variant.price > 0
        assert variant.stock > 0
        assert variant.was_price is None or variant.was_price > variant.price


def test_every_product_is_shown_once_and_has_a_picture_of_its_own() -> None:
    assert sorted(SHOP.stream.run_of_show) == sorted(product.slug for product in SHOP.products)
    assert set(ARRANGED) == set(SHOP.stream.run_of_show)
    pictures = {product.picture for product in SHOP.products}
    assert len(pictures) == len(SHOP.products)
    for name in (*pictures, SHOP.stream.poster):
        assert (PICTURES / name).is_file()


def test_every_description_is_told_in_two_to_four_sentences_with_its_notes() -> None:
    for product in SHOP.products:
        assert 2 <= product.description.count(". ") + 1 <= 4
        assert all(note in product.description for note in ("Head", "heart", "base"))
