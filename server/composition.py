"""The parts that web and worker share, put together once. Nothing else makes a client or a service."""

from typing import Final

from server.accounts.service import AccountService
from server.accounts.store import AccountStore
from server.catalog.service import CatalogService
from server.catalog.store import CatalogStore
from server.chat.moderation import ModerationService
from server.chat.people import People
from server.chat.register import Register
from server.chat.restraints import RestraintService
from server.chat.service import ChatService
from server.chat.store import ChatStore
from server.checkout.confirmation import Confirmations
from server.checkout.delivery import DeliveryService
from server.checkout.delivery_store import DeliveryStore
from server.checkout.details import DetailsService
from server.checkout.mail import Mailer
from server.checkout.messages import BrowserStripe
from server.checkout.offers import Shelf
from server.checkout.orders import picks_of
from server.checkout.paying import Payer
from server.checkout.receipt_store import ReceiptStore
from server.checkout.receipts import ReceiptService
from server.checkout.reconcile import Reconciliation
from server.checkout.recovery import Recovery
from server.checkout.service import CheckoutService
from server.checkout.settlement import SettlementService
from server.checkout.store import OrderStore
from server.conversions.service import ConversionService
from server.conversions.store import ConversionStore, TouchQueue
from server.core.auth import Passes
from server.core.clock import Clock
from server.core.db import Database
from server.core.health import Check
from server.core.news import Announcer, News
from server.core.redis import connect
from server.core.settings import Settings
from server.core.tracing import start_tracing
from server.payments.gateway import StripeGateway
from server.payments.service import PaymentInbox
from server.payments.store import PaymentEventStore
from server.pins.service import PinService
from server.pins.service import section as pins_section
from server.pins.store import PinStore
from server.polls.service import PollService
from server.polls.settlement import PollSettlement
from server.polls.store import PollStore
from server.polls.views import section as poll_section
from server.polls.votes import VoteStore
from server.polls.voting import VotingService
from server.stock import StockLedger, line_service, stock_service
from server.streams.service import StreamService
from server.streams.store import StreamStore, TimelineStore
from server.streams.timeline import Timeline

WORKERS: Final = "_workers"
"""Not a shop: the channel on which web nodes wake the workers."""


class Services:
    """Everything below the edges. `close` ends what it opened."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self.settings = settings
        self.clock = clock or Clock()
        self.db = Database(settings.database_url)
        self.tracing = start_tracing(settings.otel_exporter_otlp_endpoint)
        self.redis = connect(settings.redis_url, tracing=self.tracing)
        self.announcer = Announcer(self.redis)
        self.gateway = StripeGateway(
            secret_key=settings.stripe_secret_key,
            publishable_key=settings.stripe_publishable_key,
            webhook_secret=settings.stripe_webhook_secret,
            api_base=settings.stripe_api_base,
            script=settings.stripe_js_url,
            tracing=self.tracing,
        )
        self.accounts = AccountService(
            AccountStore(self.db), Passes(settings.secret_key, self.clock), self.clock
        )
        # What a room shows: each slice that shows something there adds its section.
        pins = PinStore(self.db)
        polls = PollStore(self.db)
        sections = {"pins": pins_section(pins), "poll": poll_section(polls.of_stream)}
        self.timeline = Timeline(TimelineStore(self.redis), sections, self.clock)
        self.streams = StreamService(StreamStore(self.db), self.accounts, self.timeline, self.clock)
        self.catalog = CatalogService(CatalogStore(self.db), self.clock)
        self.stock = stock_service(
            self.redis, self.db, picks=picks_of, wait_replicas=settings.redis_wait_replicas
        )
        self.pins = PinService(pins, self.streams, self.catalog, self.timeline, self.clock)
        votes = VoteStore(self.redis)
        self.poll_settlement = PollSettlement(polls, votes, self.streams, self.timeline, self.clock)
        self.polls = PollService(polls, votes, self.poll_settlement, self.streams, self.clock)
        self.voting = VotingService(polls, votes, self.streams)
        chats, register = ChatStore(self.redis, self.clock), Register(self.db)
        self.chat_people = People(chats, register, self.accounts, settings.secret_key)
        self.chat = ChatService(chats, register, self.chat_people, self.streams, self.clock)
        self.moderation = ModerationService(
            chats, register, self.chat, self.chat_people, self.streams, self.announcer, self.clock
        )
        self.restraints = RestraintService(
            chats, register, self.chat, self.chat_people, self.streams, self.announcer, self.clock
        )
        self.conversions = ConversionService(
            TouchQueue(self.redis, self.db),
            ConversionStore(self.db),
            self.stock,
            self.catalog,
            self.pins,
            self.clock,
        )
        self.payment_events = PaymentEventStore(self.db, self.clock)
        self.inbox = PaymentInbox(self.payment_events, tracing=self.tracing)
        orders = OrderStore(self.db)
        browser = self.gateway.browser_config()
        self.browser_stripe = BrowserStripe(
            publishable_key=browser.publishable_key,
            script_url=browser.script,
            stand_in=browser.api is not None,
        )
        self.line = line_service(self.redis, self.stock, wait_replicas=settings.redis_wait_replicas)
        self.shelf = Shelf(self.streams, self.pins)
        self.delivery = DeliveryService(DeliveryStore(self.db))
        self.details = DetailsService(orders, Payer(orders, self.gateway), self.delivery)
        self.confirmations = Confirmations(orders, settings.secret_key)
        self.checkout = CheckoutService(
            orders,
            self.gateway,
            self.stock,
            self.shelf,
            self.announcer,
            self.clock,
            self.browser_stripe,
            self.delivery,
            self.confirmations,
        )
        self.recovery = Recovery(orders, self.gateway, self.stock, self.clock)
        self.receipts = ReceiptService(
            ReceiptStore(self.db),
            orders,
            Mailer(settings.smtp_url, settings.mail_from) if settings.smtp_url else None,
            self.accounts,
            self.confirmations,
            settings.public_url,
            self.clock,
        )
        self.settlement = SettlementService(
            orders,
            self.gateway,
            self.stock,
            self.conversions,
            self.receipts,
            self.announcer,
            self.clock,
        )
        self.reconciliation = Reconciliation(
            orders,
            self.gateway,
            self.stock,
            StockLedger(self.db),
            self.recovery,
            self.settlement,
            self.inbox,
            self.clock,
        )

    async def wake_workers(self) -> None:
        await self.announcer.announce(WORKERS, {"kind": "inbox"})

    async def close(self) -> None:
        await self.voting.close()
        await self.chat.close()
        await self.stock.close()
        await self.gateway.close()
        await self.redis.aclose()
        await self.db.close()
        await self.tracing.close()


def checks(services: Services, news: News) -> dict[str, Check]:
    """What has to be there for a process to do its work."""

    async def hears() -> None:
        if news.away:
            raise ConnectionError("no news")

    return {"redis": services.redis.ping, "sql": services.db.ping, "news": hears}
