"""Validate a broadcast: text, link, picture, time, audience, and the agency it speaks for."""

import re
from datetime import timedelta

from bot.services.broadcasts.wording import shown
from config.calendar import shanghai_day
from config.errors import InputError
from config.limits import BroadcastLimits
from config.texts import Texts
from storage.broadcasts import pictures
from storage.broadcasts.broadcasts import AudienceCriteria, BroadcastContent
from storage.engine.transactions import Tx
from storage.people import roles

MOST_BYTES = 2048
LATEST = timedelta(days=60)
WRITERS = frozenset({"editor"})
_LINK = re.compile(r"https?://[^\s<>\"'\\]+", re.ASCII)


def validate(tx: Tx, person_id: int, content: BroadcastContent, rules: BroadcastLimits, texts: Texts) -> None:
    """Raise InputError saying what is missing, too long or not this person's to send."""
    _validate_words(content, rules)
    if content.link and not (_LINK.fullmatch(content.link) and len(content.link) <= rules.longest_link):
        raise InputError("broadcast_link", most=rules.longest_link)
    if content.picture and not pictures.exists(tx, content.picture):
        raise InputError("form_wrong")
    if len(shown(content, texts).encode()) > MOST_BYTES:
        raise InputError("broadcast_long")
    if content.send_at is not None and not tx.now < content.send_at <= tx.now + LATEST:
        raise InputError("broadcast_time")
    _validate_audience(content, content.audience, rules)
    held = roles.held_on(tx, person_id, shanghai_day(tx.now))
    mine = [role for role in held if role.kind.value in WRITERS]
    if not any(role.agency == content.agency and role.area in (None, content.area) for role in mine):
        raise InputError("broadcast_place")


def _validate_words(content: BroadcastContent, rules: BroadcastLimits) -> None:
    title, text, summary = len(content.title), len(content.text), len(content.summary)
    titled = 1 <= title <= rules.longest_title
    if content.kind != "article":
        if not titled or not 1 <= text <= rules.longest_text:
            raise InputError("broadcast_wrong", title=rules.longest_title, most=rules.longest_text)
        return
    # A tap must lead somewhere.
    leads = 1 <= text <= rules.longest_page if text else content.link.startswith("https://")
    if not titled or not 1 <= summary <= rules.longest_summary or not leads:
        title, summary, most = rules.longest_title, rules.longest_summary, rules.longest_page
        raise InputError("broadcast_article", title=title, summary=summary, most=most)


def _validate_audience(content: BroadcastContent, whom: AudienceCriteria, rules: BroadcastLimits) -> None:
    item_half = bool(whom.item) != bool(whom.verdicts) or (whom.unclaimed and not whom.item)
    days_half = bool(whom.contact) != bool(whom.days)
    if item_half or days_half or (whom.everyone and (content.kind != "mass" or content.area is not None)):
        raise InputError("broadcast_whom")
    if len(whom.listed) > rules.most_listed:
        raise InputError("broadcast_listed", most=rules.most_listed)
