"""Fills an empty database with the demo shop. A shop that stands already keeps what happened in it."""

import contextlib
import shutil
from pathlib import Path

from demo.delivery import DELIVERY
from demo.shop import PICTURES, SHOP, Poll, Product
from demo.talk import ANSWER, ANSWERED, TALK, WORDS, Line
from server.accounts.messages import ChangeShop, ShopView, StaffView
from server.catalog.messages import CreateProduct, CreateVariant
from server.chat.messages import ChangeChat, ChatMessage, HostSays, Say
from server.composition import Services
from server.core.auth import Grant
from server.core.errors import ProofcastError
from server.core.ids import keyed_id
from server.pins.messages import ShowPin
from server.polls.messages import OptionDraft, PollDraft
from server.streams.messages import CreateStream
from server.streams.service import Owned


async def seed(services: Services, password: str, media: Path, allowed_origins: list[str]) -> str:
    """Answers the id of the stream to show: the newest one that has not ended, else a new one, live."""
    copy_pictures(media)
    host: StaffView | None = None
    shop = await services.accounts.shop_by_slug(SHOP.slug)
    if shop is None:
        shop = await services.accounts.found_shop(
            slug=SHOP.slug, name=SHOP.name, currency=SHOP.currency, allowed_origins=allowed_origins
        )
        await services.accounts.add_staff(shop.id, email=SHOP.host_email, name="Host", password=password)
        _session, host = await services.accounts.sign_in(SHOP.host_email, password)
        for product in SHOP.products:
            await add_product(services, shop, product)
        await services.delivery.change(shop.id, DELIVERY)
    else:
        known = [*shop.allowed_origins, *allowed_origins]
        shop = await services.accounts.change_shop(
            shop.id, ChangeShop(allowed_origins=list(dict.fromkeys(known)))
        )
    for stream in await services.streams.of_shop(shop):
        if stream.state == "live":
            return stream.id
    made = await _go_live(services, shop)
    await _fill_chat(services, made, host)
    return made


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


async def _fill_chat(services: Services, stream: str, host: StaffView | None) -> None:
    """The chat has begun. `host`: of a shop that is new."""
    owned = await services.streams.get(stream)
    for number, line in enumerate(TALK):
        # Who was banned in an earlier show, or whose name somebody took there, is silent.
        with contextlib.suppress(ProofcastError):
            said = await _say(services, owned, line, number)
            if host is not None and line is ANSWERED:
                answer = HostSays(key="demo-answer", text=ANSWER, reply_to=said.id)
                await services.moderation.say(host, stream, answer)
    if host is not None:
        await services.moderation.change(host, stream, ChangeChat(words=list(WORDS)))


async def _say(services: Services, owned: Owned, line: Line, number: int) -> ChatMessage:
    viewer = keyed_id("viewer", "demo", line.name)
    grant = Grant(kind="viewer", shop=owned.shop.id, viewer=viewer, expires_at=0)
    await services.chat.choose_name(grant, owned, line.name)
    body = Say(stream=owned.view.id, key=f"demo-talk-{number}", text=line.text, kind=line.kind)
    return await services.chat.say(grant, owned, body)
