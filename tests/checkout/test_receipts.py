"""Receipts, to a real mail server."""

import asyncio
from collections.abc import AsyncIterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from server.checkout.letter import compose
from server.checkout.mail import Mailer
from server.checkout.receipt_store import ReceiptStore
from server.checkout.receipts import FIRST_PAUSE_MS, LEASE_MS, MOST_TRIES, ReceiptService
from server.checkout.store import OrderStore
from tests.checkout.scene import At, Crash, LaterClock, Sale, begin, die, row, settlement
from tests.checkout.test_delivery import ADA, details, keep
from tests.infra.logs import Logs
from tests.infra.show import Show
from tests.pages.test_pages import HOSTILE

SENDER = "shop@atelier.example"


class MailServer:
    """Speaks SMTP. `answer` is what it says to each message."""

    def __init__(self) -> None:
        self.got: list[EmailMessage] = []
        self.answer = "250 OK"
        self.port = 0
        self._server: asyncio.Server | None = None

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answer.startswith("2"):
            content = envelope.content
            assert isinstance(content, bytes)
            self.got.append(message_from_bytes(content, policy=policy.default))
        return self.answer

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: SMTP(self, enable_SMTPUTF8=True, loop=loop), "127.0.0.1", self.port
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None


@pytest.fixture
async def mail() -> AsyncIterator[MailServer]:
    server = MailServer()
    await server.start()
    yield server
    await server.stop()


def receipts(show: Show, mail: MailServer, **parts: Any) -> ReceiptService:
    own: dict[str, Any] = {
        "store": ReceiptStore(show.services.db),
        "orders": OrderStore(show.services.db),
        "mailer": Mailer(f"smtp://127.0.0.1:{mail.port}", SENDER),
        "accounts": show.services.accounts,
        "confirmations": show.services.confirmations,
        "public_url": "https://shop.example",
        "clock": show.services.clock,
    }
    return ReceiptService(**{**own, **parts})


async def paid(show: Show, service: ReceiptService) -> Sale:
    await keep(show)
    sale = await begin(show)
    sale.checkout["client_secret"] = (await details(sale, ADA))["client_secret"]
    await sale.pay()
    event = await sale.event()
    for _ in range(2):  # a webhook that comes twice
        assert await settlement(show, receipts=service).succeeded(event) == "paid"
    return sale


async def test_a_paid_order_is_told_once(quiet: Show, mail: MailServer, logs: Logs) -> None:
    service = receipts(quiet, mail)
    sale = await paid(quiet, service)
    assert await service.send_due() == 1
    assert await service.send_due() == 0
    (message,) = mail.got
    order = await row(quiet, sale.order)
    assert message["To"] == "ada@example.com"
    assert message["From"] == f"Atelier <{SENDER}>"
    assert message["Subject"] == f"Your order {order['number']} at Atelier"
    assert message["Message-ID"] == f"<{sale.order}@atelier.example>"
    assert message["Date"]
    text, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    page = "https://shop.example" + sale.checkout["page"]
    for words in ("€48.00", "€4.90", "€52.90", "€8.45", "Weg 1", "89073 Ulm", "Germany", page):
        assert words in text.get_content()
        assert words in html.get_content()
    for words in ("ada@example.com", "Weg 1", sale.checkout["page"]):
        assert words not in logs.text()


async def test_many_workers_at_once_send_one(quiet: Show, mail: MailServer) -> None:
    service = receipts(quiet, mail)
    await paid(quiet, service)
    await asyncio.gather(*(receipts(quiet, mail).send_due() for _ in range(6)))
    assert len(mail.got) == 1


async def test_a_mail_server_that_is_away_is_asked_again(quiet: Show, mail: MailServer) -> None:
    clock = LaterClock()
    service = receipts(quiet, mail, clock=clock)
    await paid(quiet, service)
    await mail.stop()
    assert await service.send_due() == 1
    assert await service.send_due() == 0
    await mail.start()
    clock.ahead_ms += FIRST_PAUSE_MS
    mail.answer = "451 later"
    assert await service.send_due() == 1
    clock.ahead_ms += FIRST_PAUSE_MS  # the pause is twice as long now
    assert await service.send_due() == 0
    clock.ahead_ms += FIRST_PAUSE_MS
    mail.answer = "250 OK"
    assert await service.send_due() == 1
    assert len(mail.got) == 1


@pytest.mark.parametrize(("answer", "tries"), [("451 later", MOST_TRIES), ("550 nobody here", 1)])
async def test_in_the_end_it_is_given_up_and_said(
    quiet: Show, mail: MailServer, logs: Logs, answer: str, tries: int
) -> None:
    clock = LaterClock()
    service = receipts(quiet, mail, clock=clock)
    sale = await paid(quiet, service)
    mail.answer = answer
    for _ in range(tries):
        assert logs.entries(order=sale.order, log_level="error") == []
        assert await service.send_due() == 1
        clock.ahead_ms += FIRST_PAUSE_MS * 2**MOST_TRIES
    assert await service.send_due() == 0
    assert len(logs.entries(order=sale.order, log_level="error")) == 1
    assert mail.got == []


async def test_one_that_was_cut_short_is_sent_again_under_the_same_name(
    quiet: Show, mail: MailServer
) -> None:
    clock = LaterClock()
    service = receipts(quiet, mail, clock=clock)
    await paid(quiet, service)
    dying = receipts(quiet, mail, store=At(ReceiptStore(quiet.services.db), "done", die, before=True))
    with pytest.raises(Crash):
        await dying.send_due()
    assert await service.send_due() == 0  # it may be under way still
    clock.ahead_ms += LEASE_MS
    assert await service.send_due() == 1
    assert len({message["Message-ID"] for message in mail.got}) == 1


async def test_an_address_that_is_none_holds_up_nobody(quiet: Show, mail: MailServer) -> None:
    service = receipts(quiet, mail)
    sale = await paid(quiet, service)
    await OrderStore(quiet.services.db).change(sale.order, {"email": "a,b;<c>@d"})
    assert await service.send_due() == 1
    assert await service.send_due() == 0
    assert mail.got == []


@pytest.mark.parametrize("words", HOSTILE)
async def test_what_was_typed_stays_text(quiet: Show, mail: MailServer, words: str) -> None:
    service = receipts(quiet, mail)
    order = await row(quiet, (await paid(quiet, service)).order)
    order["lines"][0]["name"] = words
    message = compose(order, words[:200], "https://shop.example/orders/x", SENDER)
    html = message.get_body(("html",))
    assert html is not None
    assert not any(tag in html.get_content() for tag in ("<script", "<img", "<svg"))
    await Mailer(f"smtp://127.0.0.1:{mail.port}", SENDER).send(message)
    assert len(mail.got) == 1
    assert mail.got[0]["To"] == "ada@example.com"


async def test_without_a_mail_server_nothing_is_written_down(quiet: Show, mail: MailServer) -> None:
    await paid(quiet, receipts(quiet, mail, mailer=None))
    assert await receipts(quiet, mail).send_due() == 0


async def test_in_place_of_a_mail_server_a_folder(quiet: Show, mail: MailServer, tmp_path: Path) -> None:
    service = receipts(quiet, mail, mailer=Mailer((tmp_path / "mail box").as_uri(), SENDER))
    sale = await paid(quiet, service)
    assert await service.send_due() == 1
    text = await asyncio.to_thread((tmp_path / "mail box" / f"{sale.order}.txt").read_text)
    assert text.startswith("To: ada@example.com")
    assert "€52.90" in text
