"""E-mail channel: the standard library's SMTP client, in a thread, one connection per message."""

import asyncio
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from email.utils import formataddr
from hashlib import blake2b

from notifications.cards import plain
from notifications.channels import Parcel, SendEnding, SendOutcome, Stop

SECONDS = 15.0
REST = timedelta(minutes=10)
TLS_PORT = 465


@dataclass(frozen=True, slots=True)
class MailServer:
    """Mail server and sender. On port 465 TLS from the start, else STARTTLS with a login."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)


class Mail:
    """Sends a notice's text. `said`: the text as shown; `title`: sender name and subject."""

    def __init__(self, server: MailServer, title: str, said: Callable[[str], str]) -> None:
        self._server = server
        self._title = title
        self._said = said

    async def send(self, parcel: Parcel) -> SendOutcome:
        """Send it once; never again if it may have been accepted."""
        return await asyncio.to_thread(self._hand_over, parcel.address, self._letter(parcel))

    def _letter(self, parcel: Parcel) -> EmailMessage:
        letter = EmailMessage()
        words = plain(self._said(parcel.text))
        letter["From"] = formataddr((self._title, self._server.sender))
        letter["To"] = parcel.address
        # A subject is one line, whatever the text.
        letter["Subject"] = " ".join(words.split())[:40]
        number = blake2b(parcel.key.encode(), digest_size=16).hexdigest()
        letter["Message-ID"] = f"<{number}@{self._server.sender.partition('@')[2]}>"
        letter.set_content(words)
        return letter

    def _hand_over(self, address: str, letter: EmailMessage) -> SendOutcome:
        server, begun = self._server, False
        try:
            with self._connected() as connection:
                if server.user:
                    connection.login(server.user, server.password)
                begun = True
                connection.send_message(letter, server.sender, [address])
                # An error while closing changes nothing.
                return SendOutcome(SendEnding.SENT)
        except smtplib.SMTPRecipientsRefused as error:
            code = next((told[0] for told in error.recipients.values()), 550)
            return SendOutcome(SendEnding.LATER if code < 500 else SendEnding.AT_VISIT, f"mail:{code}")
        except smtplib.SMTPAuthenticationError as error:
            return SendOutcome(SendEnding.LATER, f"mail:{error.smtp_code}", timedelta(), stop=Stop.CHANNEL, rest=REST)
        except smtplib.SMTPResponseException as error:
            return SendOutcome(
                SendEnding.LATER if error.smtp_code < 500 else SendEnding.AT_VISIT, f"mail:{error.smtp_code}"
            )
        except (smtplib.SMTPException, OSError):
            # Before DATA it was certainly not accepted.
            return SendOutcome(SendEnding.UNCERTAIN, "no_answer") if begun else SendOutcome(SendEnding.LATER)

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        if server.port == TLS_PORT:
            return smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS, context=ssl.create_default_context())
        connection = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
        if server.user:
            # Never send a password over a plain connection.
            connection.starttls(context=ssl.create_default_context())
        return connection
