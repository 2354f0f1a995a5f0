"""Fills an empty database with the demo shop. A shop that stands already keeps what happened in it."""

import shutil
from pathlib import Path

from demo.shop import PICTURES, SHOP, Poll, Product
from server.accounts.messages import ChangeShop, ShopView
from server.catalog.messages import CreateProduct, CreateVariant
from server.composition import Services
from server.pins.messages import ShowPin
from server.polls.messages import OptionDraft, PollDraft
from server.streams.messages import CreateStream


async def seed(services: Services, password: str, media: Path, allowed_origins: list[str]) -> str:
    """Answers the id of the stream to show: the newest one that has not ended, else a new one, live."""
    copy_pictures(media)
    shop = await services.accounts.shop_by_slug(SHOP.slug)
    if shop is None:
        shop = await services.accounts.found_shop(
            slug=SHOP.slug, name=SHOP.name, currency=SHOP.currency, allowed_origins=allowed_origins
        )
        await services.accounts.add_staff(shop.id, email=SHOP.host_email, name="Host", password=password)
        for product in SHOP.products:
            await add_product(services, shop, product)
    else:
        known = [*shop.allowed_origins, *allowed_origins]
        shop = await services.accounts.change_shop(
            shop.id, ChangeShop(allowed_origins=list(dict.fromkeys(known)))
        )
    for stream in await services.streams.of_shop(shop):
        if stream.state == "live":
            return stream.id
    return await _go_live(services, shop)


def copy_pictures(media: Path) -> None:
    media.mkdir(parents=True, exist_ok=True)
    for picture in PICTURES.iterdir():
        shutil.copyfile(picture, media / picture.name)


async def add_product(services: Services, shop: ShopView, product: Product) -> None:
    body = CreateProduct(
        name=product.name,
        description=product.description,
        image_url=f"/media/{product.picture}",
        variants=[
            CreateVariant(
                sku=variant.sku,
                name=variant.name,
                price=variant.price,
                was_price=variant.was_price,
                stocked=variant.stock,
                limit=product.limit,
            )
            for variant in product.variants
        ],
    )
    made = await services.catalog.create(shop.id, shop.currency, body)
    stocked = {variant.sku: variant.stocked for variant in body.variants}
    await services.stock.set_stock(shop.id, {variant.id: stocked[variant.sku] for variant in made.variants})


def draft(poll: Poll) -> PollDraft:
    return PollDraft(
        question=poll.question,
        options=[OptionDraft(text=text, right=text == poll.right) for text in poll.options],
        kind=poll.kind,
        results=poll.results,
        changeable=poll.changeable,
        seconds=poll.seconds,
        key=f"demo-poll-{poll.slug}",
    )


async def _go_live(services: Services, shop: ShopView) -> str:
    stream = await services.streams.create(
        shop,
        CreateStream(
            title=SHOP.stream.title,
            source_url="/media/clip.mp4",
            disclosure=SHOP.stream.disclosure,
            poster_url=f"/media/{SHOP.stream.poster}",
        ),
    )
    by_name = {p.name: p.id for p in await services.catalog.products(shop.id, shop.currency)}
    names = {product.slug: product.name for product in SHOP.products}
    line_up = [by_name[names[slug]] for slug in SHOP.stream.run_of_show if names[slug] in by_name]
    await services.streams.set_line_up(stream.id, line_up)
    await services.streams.start(shop, stream.id)
    await services.pins.show(shop, stream.id, ShowPin(product=line_up[0], key="demo-first-pin"))
    for poll in SHOP.stream.polls:
        await services.polls.create(shop, stream.id, draft(poll))
    return stream.id
