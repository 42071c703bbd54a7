"""The platform's channels: send one notice to one person, with a short result."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from hashlib import blake2b

from bot.wechat.api import CUSTOM_SEND, Api, Article
from bot.wechat.errors import ApiError, RefusedError, UncertainError
from bot.wechat.notices_api import SUBSCRIBE_SEND, TEMPLATE_SEND
from bot.wechat.reactions import Kind, Person
from notifications.channels import Channel, Ending, Outcome, Parcel, Sends, Stop
from notifications.text_splitting import parted
from storage.notices import cards

_MINUTE = timedelta(minutes=1)
# The account or API is affected, not this notice.
_STOPS = {
    Kind.SLOW_DOWN: Stop.MINUTE,
    Kind.STOP_API: Stop.CHANNEL,
    Kind.STOP_FEATURE: Stop.CHANNEL,
    Kind.STOP_ALL: Stop.ACCOUNT,
    Kind.REFRESH_TOKEN: Stop.ACCOUNT,
    Kind.WAIT: Stop.CHANNEL,
}
# How long an API not available to this account is paused.
_FEATURE_OFF = timedelta(hours=24)
_ENDINGS = {
    Kind.SUCCESS: Ending.SENT,
    Kind.RETRY: Ending.LATER,
    Kind.HOLD: Ending.CLOSED,
    Kind.FALL_BACK: Ending.CLOSED,
    Kind.STOP_TEMPLATE: Ending.STOP_TEMPLATE,
    Kind.FIX_DATA: Ending.AT_VISIT,
    Kind.SPLIT: Ending.AT_VISIT,
}


class CustomerMessages:
    """Text or an article into the open chat. `said`: the text as shown; `origin`: base of links."""

    def __init__(self, api: Api, origin: str, said: Callable[[str], str]) -> None:
        self._api = api
        self._origin = origin
        self._said = said

    async def send(self, parcel: Parcel) -> Outcome:
        """Send it once, text part by part; no part again that may have arrived."""
        url = _link(parcel, self._origin)
        if parcel.article is not None and url:
            return await self._show(parcel.address, parcel.article, url)
        parts = parted(self._said(parcel.text))
        if len(parts) > parcel.messages:
            return Outcome(Ending.AT_VISIT, "too_long")
        for number, part in enumerate(parts):
            try:
                await self._api.send_text(parcel.address, part)
            except ApiError as error:
                outcome = outcome_of(error, CUSTOM_SEND)
                if not number or outcome.ending is Ending.UNCERTAIN:
                    return outcome
                return replace(outcome, parts=number, unsaid="\n".join(parts[number:]))
        return Outcome(Ending.SENT)

    async def _show(self, address: str, shown: cards.Article, url: str) -> Outcome:
        picture = self._origin + shown.picture if shown.picture else ""
        try:
            await self._api.send_article(address, Article(shown.title, shown.summary, picture, url))
        except ApiError as error:
            return outcome_of(error, CUSTOM_SEND)
        return Outcome(Ending.SENT)


class TemplateMessages:
    """A card to any follower. `origin`: base of links, empty if browsers cannot reach us."""

    def __init__(self, api: Api, origin: str) -> None:
        self._api = api
        self._origin = origin

    async def send(self, parcel: Parcel) -> Outcome:
        """Send the card under the notice's own number: the platform shows that once within ten minutes."""
        url, number = _link(parcel, self._origin), number_of(parcel.key)
        try:
            msg_id = await self._api.send_template(parcel.address, parcel.template_id, parcel.data, url, number)
        except ApiError as error:
            return outcome_of(error, TEMPLATE_SEND)
        return Outcome(Ending.SENT, msg_id=msg_id or None)


class SubscribeNotices:
    """A card to whoever consented to one; never again if it may have arrived."""

    def __init__(self, api: Api, origin: str) -> None:
        self._api = api
        self._origin = origin

    async def send(self, parcel: Parcel) -> Outcome:
        """Send the card, which uses one grant."""
        page = _link(parcel, self._origin)
        try:
            await self._api.send_subscribe(parcel.address, parcel.template_id, parcel.data, page)
        except ApiError as error:
            return outcome_of(error, SUBSCRIBE_SEND)
        return Outcome(Ending.SENT)


def channels_of(api: Api, origin: str, said: Callable[[str], str]) -> dict[Channel, Sends]:
    """Return the platform's own channels, by name."""
    return {
        Channel.TEMPLATE: TemplateMessages(api, origin),
        Channel.NOTICE: SubscribeNotices(api, origin),
        Channel.MESSAGE: CustomerMessages(api, origin, said),
    }


def number_of(key: str) -> str:
    """Return the number by which the platform recognises a repeat of the notice: the same on every node,
    permanently.
    """
    return blake2b(key.encode(), digest_size=16).hexdigest()


def outcome_of(error: ApiError, call: str) -> Outcome:
    """Return the notice's outcome for this call's error, by the table in reactions.py."""
    if isinstance(error, UncertainError):
        # Without a token the message itself was never sent.
        return Outcome(Ending.UNCERTAIN, "no_answer") if error.call == call else Outcome(Ending.LATER)
    if not isinstance(error, RefusedError):
        return Outcome(Ending.LATER)
    kind, why = error.reaction.kind, str(error.number)
    if kind in _STOPS:
        stop = Stop.DAY if kind is Kind.STOP_API and error.reaction.pause is None else _STOPS[kind]
        pause = _FEATURE_OFF if kind is Kind.STOP_FEATURE else error.reaction.pause or _MINUTE
        # At once, because another channel may be open.
        return Outcome(Ending.LATER, why, timedelta(), stop=stop, rest=pause)
    if kind is Kind.DROP:
        person = error.reaction.person
        return Outcome(_dropped(person), why, limited=person is Person.LIMITED)
    if kind is Kind.FIX_DATA and error.field:
        why += f":{error.field}"
    return Outcome(_ENDINGS.get(kind, Ending.REFUSED), why, error.reaction.pause or _MINUTE)


def _dropped(person: Person | None) -> Ending:
    if person is Person.GRANT_GONE:
        return Ending.CLOSED
    return Ending.AT_VISIT if person is None else Ending.DROPPED


def _link(parcel: Parcel, origin: str) -> str:
    return origin + parcel.link if origin and parcel.link else ""
