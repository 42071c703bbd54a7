"""Which external channels, mail and SMS, the settings enable."""

from collections.abc import Callable

import aiohttp

from bot.channels.mail import Mail, MailServer
from bot.channels.sms import Sms
from config.settings import Settings
from config.texts import Texts
from notifications.channels import Channel, Sends


def open_outside(settings: Settings) -> frozenset[str]:
    """Return the enabled ones."""
    mail = {Channel.MAIL.value} if settings.smtp_host and settings.smtp_sender else set()
    return frozenset(mail | ({Channel.SMS.value} if settings.sms_url else set()))


def outside_of(
    settings: Settings, session: aiohttp.ClientSession, texts: Texts, said: Callable[[str], str]
) -> dict[Channel, Sends]:
    """Return the enabled ones as channels."""
    found: dict[Channel, Sends] = {}
    if Channel.MAIL.value in open_outside(settings):
        login = (settings.smtp_user, settings.smtp_password.get_secret_value())
        server = MailServer(settings.smtp_host, settings.smtp_port, settings.smtp_sender, *login)
        found[Channel.MAIL] = Mail(server, texts("commands.title"), said)
    if Channel.SMS.value in open_outside(settings):
        found[Channel.SMS] = Sms(session, settings.sms_url, settings.sms_token.get_secret_value(), said)
    return found
