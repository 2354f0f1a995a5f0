"""The composition root of web: the parts, wired."""

from collections.abc import AsyncIterator

from aiohttp import web

from server import measuring, openapi, pages
from server.accounts import routes as accounts_routes
from server.accounts.guard import StaffGuard
from server.chat import events as chat_events
from server.chat import routes as chat_routes
from server.chat.feed import ChatFeed
from server.chat.messages import Reacted
from server.chat.reactions import Reactions
from server.checkout import events as checkout_events
from server.checkout import routes as checkout_routes
from server.checkout.holding import HoldingService
from server.composition import Services, checks
from server.conversions import events as conversions_events
from server.conversions import routes as conversions_routes
from server.core import monitoring
from server.core.health import Health
from server.core.http import MAX_BODY, PUBLIC_ORIGIN, error_middleware
from server.core.metrics import Lag, Metrics
from server.core.news import News
from server.core.realtime import Limits, Realtime
from server.core.realtime import metrics as realtime_metrics
from server.core.realtime.errors import NodeDraining
from server.core.requests import Requests
from server.core.settings import Settings
from server.core.tasks import TaskSet, Wake, repeat
from server.payments import setup_routes as setup_payments
from server.pins import routes as pins_routes
from server.polls import events as polls_events
from server.polls import routes as polls_routes
from server.rooms import events as rooms_events
from server.rooms import routes as rooms_routes
from server.rooms.feed import Feed
from server.rooms.kept import FORGET_S, KeptRooms
from server.rooms.levels import Levels
from server.rooms.names import host_room, stream_room, viewer_room
from server.rooms.presence import EVERY_S, Presence
from server.rooms.service import RoomService
from server.rooms.store import AudienceStore
from server.rooms.tallies import Tallies
from server.rooms.waiting import WaitFeed
from server.stock import routes as stock_routes
from server.streams import routes as streams_routes

SERVICES = web.AppKey("services", Services)
METRICS = web.AppKey("metrics", Metrics)
HEALTH = web.AppKey("health", Health)


def build(settings: Settings) -> web.Application:
    """The web application. Everything it opens is closed by its own clean-up."""
    services = Services(settings)
    requests = Requests(services.tracing)
    app = web.Application(
        client_max_size=MAX_BODY,
        middlewares=[requests.middleware, pages.middleware(), error_middleware(pages.render_error)],
    )
    app[PUBLIC_ORIGIN] = _origin(settings.public_url)
    app[SERVICES] = services
    tasks = TaskSet()
    news = News(settings.redis_url)
    realtime = Realtime(services.accounts.connection, services.clock, _limits(settings), services.tracing)

    levels = Levels(services.stock)
    feed = Feed(realtime, services.streams, services.timeline, levels)
    presence = Presence(services.redis, AudienceStore(services.db), services.clock, feed.viewers, feed.state)
    waits = WaitFeed(realtime, services.stock)
    kept = KeptRooms(services.streams, services.timeline, news, feed)
    rooms = RoomService(kept, levels, services.timeline, presence, services.clock)
    numbers = conversions_events.NumbersFeed(
        realtime, services.streams, services.conversions, presence, tasks
    )
    feed.moved = numbers.moved
    tallies = Tallies(realtime, services.voting)
    holding = HoldingService(
        services.stock,
        services.line,
        services.shelf,
        services.checkout,
        services.conversions,
        services.announcer,
        services.clock,
    )

    chat_feed = ChatFeed(realtime, services.chat, services.chat_people, tasks, host_room=host_room)

    def reacted(stream: str, counts: dict[str, int]) -> None:
        realtime.tell(stream_room(stream), Reacted(stream=stream, counts=counts))

    reactions = Reactions(services.announcer, tasks, services.clock, reacted)

    rooms_events.setup(realtime, rooms, presence, news, tasks)
    polls_events.setup(realtime, services.voting)
    checkout_events.setup(realtime, holding)
    conversions_events.setup(realtime, services.conversions, services.streams, news, numbers)
    chat_events.setup(realtime, services.chat, services.streams, news, chat_feed, reactions)
    realtime.attach(app)

    guard = StaffGuard(services.accounts)
    accounts_routes.setup(app, services.accounts, guard, secure=settings.public_url.startswith("https://"))

    async def ended(stream: str) -> None:
        await presence.ended((await services.streams.get(stream)).shop.id, stream)
        await services.pins.stream_ended(stream)
        await services.chat.stream_ended(stream)
        await holding.stream_ended(stream)

    streams_routes.setup(
        app,
        services.streams,
        guard,
        require_products=services.catalog.require_products,
        ending=services.polls.stream_ending,
        ended=ended,
    )
    stock_routes.setup(app, services.stock, services.catalog, guard)
    pins_routes.setup(app, services.pins, guard)
    polls_routes.setup(app, services.polls, guard)
    chat_routes.setup(app, services.moderation, services.restraints, guard)
    rooms_routes.setup(app, rooms, services.streams, services.accounts)
    setup_payments(app, inbox=services.payment_events, gateway=services.gateway, wake=services.wake_workers)
    conversions_routes.setup(app, services.conversions, services.streams, services.accounts, guard)
    checkout_routes.setup(
        app, services.checkout, services.details, services.delivery, services.accounts, guard
    )
    pages.setup(
        app,
        services.accounts,
        services.streams,
        rooms,
        services.browser_stripe,
        services.confirmations,
        settings,
    )
    openapi.setup(app)

    lag = Lag()
    health = app[HEALTH] = Health(
        checks(services, news), tasks, lambda: NodeDraining() if realtime.draining else None
    )
    metrics = app[METRICS] = Metrics()
    metrics.add(lambda: measuring.shared(services, lag))
    metrics.add(lambda: measuring.of_web(services, requests))
    metrics.add(lambda: realtime_metrics.collect(realtime))
    monitoring.setup(app, metrics, health, settings.metrics_token)

    async def resumed(shop: str) -> None:
        await feed.resumed(shop)
        await tallies.resumed(shop)
        await chat_feed.resumed(shop)
        if (since_ms := feed.away_since(shop)) is not None:
            await rooms_events.tell_ended_holds(realtime, services.stock, shop, since_ms)
            await checkout_events.tell_changed_orders(realtime, services.checkout, shop, since_ms)
            owner = await services.accounts.shop(shop)
            await chat_events.tell_changed_restraints(
                realtime, services.restraints, owner, since_ms, viewer_room
            )
        feed.caught_up(shop)

    async def forget() -> bool:
        kept.forget_unwanted()
        return False

    async def run(_app: web.Application) -> AsyncIterator[None]:
        tasks.spawn(lag.run(), name="lag")
        handlers = {
            **feed.handlers(), **waits.handlers(), "tally": tallies.heard, **chat_feed.handlers(),
            **reactions.handlers(),
        }  # fmt: skip
        tasks.spawn(news.run(handlers, resumed, feed.lost), name="news")
        tasks.spawn(repeat(presence.step, Wake(), name="presence", idle_s=EVERY_S), name="presence")
        tasks.spawn(repeat(forget, Wake(), name="forget", idle_s=FORGET_S), name="forget")
        yield
        await realtime.close()
        chat_feed.close()
        reactions.close()
        await tasks.close()
        tallies.close()
        feed.close()
        waits.close()
        await presence.close()
        await news.close()
        await services.close()

    app.cleanup_ctx.append(run)
    return app


def _limits(settings: Settings) -> Limits:
    return Limits(
        viewers=settings.max_viewers,
        connects_per_s=settings.max_connects_per_second,
        sockets_per_address=settings.max_sockets_per_address,
        proxies=settings.trusted_proxies,
    )


def _origin(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}".lower()
