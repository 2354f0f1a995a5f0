"""The demo's data holds together."""

from pathlib import Path

import msgspec

from demo.drawings import ARRANGED
from demo.seed import draft, seed
from demo.shop import CELLAR_BATCH, PICTURES, SHOP
from demo.talk import ANSWER, ANSWERED, TALK, WORDS
from server.composition import Services
from server.core.db import metadata
from server.core.settings import Settings


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


def test_the_polls_are_such_as_a_host_can_write() -> None:
    assert len({poll.slug for poll in SHOP.stream.polls}) == len(SHOP.stream.polls) == 3
    for poll in SHOP.stream.polls:
        written = draft(poll)
        assert msgspec.convert(msgspec.to_builtins(written), type(written)) == written
        assert sum(option.right for option in written.options) == (poll.kind == "quiz")
    assert {poll.kind for poll in SHOP.stream.polls} == {"single", "multiple", "quiz"}


async def test_an_empty_database_becomes_the_shop_with_polls_and_talk(
    settings: Settings, tmp_path: Path
) -> None:
    services = Services(settings)
    async with services.db.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    try:
        stream = await seed(services, "a password of the demo", tmp_path / "media", [])
        shop = await services.accounts.shop_by_slug(SHOP.slug)
        assert shop is not None
        polls = await services.polls.of_stream(shop, stream)
        expected = [(poll.question, "draft") for poll in SHOP.stream.polls]
        assert [(poll.poll.question, poll.poll.state) for poll in polls] == expected
        _session, host = await services.accounts.sign_in(SHOP.host_email, "a password of the demo")
        chat = await services.moderation.look(host, stream)
        said = [*chat.log.messages, *chat.log.questions]
        assert {each.text for each in said} == {*(line.text for line in TALK), ANSWER}
        assert {each.author.name for each in said} == {*(line.name for line in TALK), "Host"}
        assert (chat.words, chat.waiting, chat.log.rules.open) == (list(WORDS), [], True)
        assert [each.text for each in chat.log.questions if each.answered] == [ANSWERED.text]
        for poll in polls:
            assert (await services.polls.open(shop, stream, poll.poll.id)).on_screen
    finally:
        await services.close()
