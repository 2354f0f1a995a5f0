"""The mail server, or a folder in its place."""

import asyncio
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path
from urllib.parse import unquote, urlsplit

import aiosmtplib

from server.core.errors import Unavailable

TIMEOUT_S = 20.0


class MailRefused(Exception):
    """The mail server refused it for good. Never with what it said: that may hold the address."""


class Mailer:
    def __init__(self, url: str, sender: str) -> None:
        """`url`: `smtp://` (STARTTLS where it is offered), `smtps://`, with name and password if they are
        needed; or `file:///folder`, where each message becomes a file."""
        self._parts = urlsplit(url)
        self.sender = sender

    async def send(self, message: EmailMessage) -> None:
        """Raises `MailRefused`; `Unavailable` when it may be tried again."""
        message["Date"] = formatdate(usegmt=True)
        parts = self._parts
        if parts.scheme == "file":
            await asyncio.to_thread(_write, Path(unquote(parts.path)), message)
            return
        try:
            await aiosmtplib.send(
                message,
                hostname=parts.hostname,
                port=parts.port,
                username=unquote(parts.username) if parts.username else None,
                password=unquote(parts.password) if parts.password else None,
                use_tls=parts.scheme == "smtps",
                timeout=TIMEOUT_S,
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            if all(one.code >= 500 for one in error.recipients):
                raise MailRefused from None
            raise Unavailable("The mail server takes it later.") from None
        except aiosmtplib.SMTPAuthenticationError:  # the operator mends it
            raise Unavailable("The mail server does not accept our name.") from None
        except aiosmtplib.SMTPResponseException as error:
            if error.code >= 500:
                raise MailRefused from None
            raise Unavailable("The mail server takes it later.") from None
        except (aiosmtplib.SMTPException, OSError, TimeoutError):
            raise Unavailable("The mail server can't be reached.") from None


def _write(folder: Path, message: EmailMessage) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    name = str(message["Message-ID"]).strip("<>").partition("@")[0]
    body = message.get_body(("plain",))
    text = body.get_content() if body is not None else ""
    (folder / f"{name}.txt").write_text(f"To: {message['To']}\nSubject: {message['Subject']}\n\n{text}")
