"""Choose which outbox rows are sent now, and by which channel; results are handled in results.py."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from config.errors import UnavailableError
from config.limits import QuotaLimits
from notifications import cards
from notifications.channels import Channel, Parcel, ReceiverStanding, open_channels
from notifications.quota import Budget
from notifications.text_splitting import MOST_TEXT_BYTES, parted
from storage.engine.transactions import Tx
from storage.notices import api_quota, card_templates, contact_channels, delivery, subscription_grants
from storage.notices.card_templates import CardTemplate, Use
from storage.notices.cards import GENERAL, NoticeCard, unseal
from storage.notices.outbox import EXPIRED, HELD, QUARANTINED, RETRY, UNCERTAIN, UNREADABLE

# A window ending this soon may be over when the message arrives.
MARGIN = timedelta(seconds=5)
NO_WAY, OVERDUE, QUOTA, TOO_LONG = "no_way", "overdue", "quota", "too_long"
# Bytes for the notice mark around the text in chat.
_AROUND = 24
# Officials chose these messages' form, and saw whom it reaches.
_AS_WRITTEN = frozenset({"broadcast"})
OUTSIDE = (Channel.MAIL.value, Channel.SMS.value)
_USES: dict[Channel, Use] = {Channel.TEMPLATE: "template", Channel.NOTICE: "notice"}


@dataclass(slots=True)
class ClaimedNotices:
    """Parcels to send, and how many rows were examined."""

    parcels: list[Parcel] = field(default_factory=list)
    looked: int = 0


@dataclass(frozen=True, slots=True)
class _SendingContext:
    """Data for this whole run: templates, receivers, grants."""

    templates: dict[tuple[str, Use], CardTemplate]
    forms: dict[tuple[str, Use], cards.TemplateFields]
    receivers: dict[int, Any]
    granted: set[tuple[int, str]]
    elsewhere: dict[tuple[int, str], bytes]
    budget: Budget
    now: datetime

    def template(self, card: NoticeCard | None, channel: Channel) -> CardTemplate | None:
        return self.templates.get((card.purpose, _USES[channel])) if card is not None and channel in _USES else None

    def card(self, tx: Tx, row: Any) -> NoticeCard | None:
        """Return the notice's own card; else its first words, if the account has a general template."""
        if row.card is not None:
            return unseal(tx.cipher, row.card, row.key)
        if row.topic in _AS_WRITTEN or not {(GENERAL, use) for use in _USES.values()} & self.templates.keys():
            return None
        return cards.news(tx.cipher.open(row.text, f"outbox.text:{row.key}"), row.planned)

    def standing(self, row: Any, card: NoticeCard | None) -> ReceiverStanding:
        receiver = self.receivers[row.person_id]
        if receiver.unreachable is not None:
            # Only the chat is closed to them.
            return ReceiverStanding(mail=self._has(row, Channel.MAIL), sms=self._has(row, Channel.SMS))
        notice = self.template(card, Channel.NOTICE)
        return ReceiverStanding(
            template=self.template(card, Channel.TEMPLATE) is not None,
            grant=notice is not None and (row.person_id, notice.template_id) in self.granted,
            window_until=None if receiver.window_until is None else receiver.window_until - MARGIN,
            left=receiver.window_left or 0,
            mail=self._has(row, Channel.MAIL),
            sms=self._has(row, Channel.SMS),
            fuller=row.card is None or (card is not None and card.article is not None),
        )

    def _has(self, row: Any, way: Channel) -> bool:
        return (row.person_id, way.value) in self.elsewhere

    def address(self, tx: Tx, row: Any, channel: Channel) -> str:
        sealed = self.elsewhere.get((row.person_id, channel))
        if sealed is not None:
            return contact_channels.unseal(tx, channel, sealed)
        return tx.cipher.open(self.receivers[row.person_id].openid, "person.openid")


def claim(tx: Tx, quotas: QuotaLimits, most: int, outside: Collection[str] = ()) -> ClaimedNotices:
    """Lease what may be sent now, each person's oldest row; attempt, window, grant and quota are counted here.

    `outside`: which of mail and SMS are configured. Overdue rows expire; undeliverable ones are held for the next
    visit; ones stopped only by a spent quota wait for it.
    """
    rows = delivery.due(tx, most)
    claimed = ClaimedNotices(looked=len(rows))
    if not rows:
        return claimed
    persons = {row.person_id for row in rows}
    budget = Budget(quotas, api_quota.current(tx), tx.now)
    receivers, templates = delivery.receivers(tx, persons), card_templates.usable(tx)
    granted = subscription_grants.of(tx, persons) if any(use == "notice" for _, use in templates) else set()
    forms = {name: cards.TemplateFields(one.fields) for name, one in templates.items()}
    elsewhere = (
        {key: sealed for key, sealed in contact_channels.of(tx, persons).items() if key[1] in outside}
        if outside
        else {}
    )
    known = _SendingContext(templates, forms, receivers, granted, elsewhere, budget, tx.now)
    left: dict[_UnsentRow, list[int]] = {}
    for row in rows:
        found = _parcel(tx, row, known)
        if isinstance(found, _UnsentRow):
            left.setdefault(found, []).append(row.id)
        else:
            claimed.parcels.append(found)
    for stays, ids in left.items():
        if stays.until is not None:
            delivery.postpone(tx, ids, stays.until, stays.why)
        else:
            delivery.mark(tx, ids, stays.state, stays.why)
    delivery.lease(tx, [(one.id, one.channel.value, one.tried_at or tx.now) for one in claimed.parcels])
    for messages in {one.messages for one in claimed.parcels}:
        some = [one.person_id for one in _by(Channel.MESSAGE, claimed.parcels) if one.messages == messages]
        delivery.count_message(tx, some, -messages)
    for one in _by(Channel.NOTICE, claimed.parcels):
        subscription_grants.take(tx, one.person_id, one.template_id)
    api_quota.count(tx, budget.taken)
    return claimed


@dataclass(frozen=True, slots=True)
class _UnsentRow:
    """A row not sent: its remaining state and reason; `until`: only until this moment."""

    state: str
    why: str | None
    until: datetime | None = None


def _parcel(tx: Tx, row: Any, known: _SendingContext) -> Parcel | _UnsentRow:
    """Return the row as a parcel, or why it stays."""
    repeated, now = row.state == RETRY, known.now
    if repeated and (row.tried_at is None or row.tried_at + delivery.SAME_NUMBER <= now):
        return _UnsentRow(UNCERTAIN, OVERDUE)
    if not repeated and row.expires is not None and row.expires <= now:
        return _UnsentRow(EXPIRED, None)
    why, free_at = known.receivers[row.person_id].unreachable or NO_WAY, None
    try:
        card = known.card(tx, row)
        open_ways = (Channel(row.channel),) if repeated else open_channels(row.topic, known.standing(row, card), now)
        for channel in open_ways:
            free = known.budget.free_at(channel, row.topic)
            if free > now:
                free_at = min(free, free_at or free)
                continue
            content, misfit = _content(tx, row, card, channel, known)
            if misfit:
                why = misfit
                continue
            messages = content.get("messages", 1)
            if messages > 1 and messages > (known.receivers[row.person_id].window_left or 0):
                # Half now and half later would be worse than all of it at the visit.
                why = TOO_LONG
                continue
            known.budget.take(channel, messages)
            address = known.address(tx, row, channel)
            of_whom = (row.id, row.key, row.person_id, row.topic, channel, (row.attempts or 0) + 1, address)
            # Another channel has its own number.
            tried = row.tried_at if repeated else now
            return Parcel(*of_whom, **content, tried_at=tried, repeated=repeated)
    except UnavailableError:
        return _UnsentRow(QUARANTINED, UNREADABLE)
    if free_at is not None:
        return _UnsentRow(row.state, QUOTA, free_at)
    return _UnsentRow(UNCERTAIN if repeated else HELD, why)


def _content(
    tx: Tx, row: Any, card: NoticeCard | None, channel: Channel, known: _SendingContext
) -> tuple[dict[str, Any], str]:
    """Return the content for this channel, text, article or card; and why not, or ""."""
    if channel not in _USES:
        text = tx.cipher.open(row.text, f"outbox.text:{row.key}")
        if channel is not Channel.MESSAGE:
            return {"text": text}, ""
        if card is not None and card.article is not None:
            return {"text": text, "article": card.article, "link": card.link}, ""
        return {"text": text, "messages": max(1, len(parted(text, MOST_TEXT_BYTES - _AROUND)))}, ""
    template = known.template(card, channel)
    if template is None or card is None:
        return {}, "no_template"
    form = known.forms[card.purpose, _USES[channel]]
    data = form.filled(card.fields)
    misfit = form.first_invalid(data)
    said = {"template_id": template.template_id, "data": data, "link": card.link}
    return said, f"unfit:{misfit}" if misfit else ""


def opens_in_chat(tx: Tx, row: Any) -> bool:
    """Tell whether this row, waiting for a visit, is an article that the open chat can show after the answer.

    Only if the closed chat was the sole obstacle: else it is shown as text.
    """
    if row.card is None or row.attempts or row.why not in (None, NO_WAY):
        return False
    try:
        return unseal(tx.cipher, row.card, row.key).article is not None
    except UnavailableError:
        return False


def _by(channel: Channel, parcels: Iterable[Parcel]) -> Iterable[Parcel]:
    return (one for one in parcels if one.channel is channel)
