"""The platform's channels: send one notice to one person, with a short result."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from hashlib import blake2b

from bot.wechat.api import CUSTOM_SEND, Api, Article
from bot.wechat.errors import ApiError, ApiRefusedError, ApiUncertainError
from bot.wechat.notices_api import SUBSCRIBE_SEND, TEMPLATE_SEND
from bot.wechat.reactions import ReactionKind, ReceiverState
from notifications.channels import Channel, Parcel, SendEnding, SendOutcome, Sends, Stop
from notifications.text_splitting import parted
from storage.notices import cards

_MINUTE = timedelta(minutes=1)
# The account or API is affected, not this notice.
_STOPS = {
    ReactionKind.SLOW_DOWN: Stop.MINUTE,
    ReactionKind.STOP_API: Stop.CHANNEL,
    ReactionKind.STOP_FEATURE: Stop.CHANNEL,
    ReactionKind.STOP_ALL: Stop.ACCOUNT,
    ReactionKind.REFRESH_TOKEN: Stop.ACCOUNT,
    ReactionKind.WAIT: Stop.CHANNEL,
}
# How long an API not available to this account is paused.
_FEATURE_OFF = timedelta(hours=24)
_ENDINGS = {
    ReactionKind.SUCCESS: SendEnding.SENT,
    ReactionKind.RETRY: SendEnding.LATER,
    ReactionKind.HOLD: SendEnding.CLOSED,
    ReactionKind.FALL_BACK: SendEnding.CLOSED,
    ReactionKind.STOP_TEMPLATE: SendEnding.STOP_TEMPLATE,
    ReactionKind.FIX_DATA: SendEnding.AT_VISIT,
    ReactionKind.SPLIT: SendEnding.AT_VISIT,
}


class CustomerMessages:
    """Text or an article into the open chat. `said`: the text as shown; `origin`: base of links."""

    def __init__(self, api: Api, origin: str, said: Callable[[str], str]) -> None:
        self._api = api
        self._origin = origin
        self._said = said

    async def send(self, parcel: Parcel) -> SendOutcome:
        """Send it once, text part by part; no part again that may have arrived."""
        url = _link(parcel, self._origin)
        if parcel.article is not None and url:
            return await self._show(parcel.address, parcel.article, url)
        parts = parted(self._said(parcel.text))
        if len(parts) > parcel.messages:
            return SendOutcome(SendEnding.AT_VISIT, "too_long")
        for number, part in enumerate(parts):
            try:
                await self._api.send_text(parcel.address, part)
            except ApiError as error:
                outcome = outcome_of(error, CUSTOM_SEND)
                if not number or outcome.ending is SendEnding.UNCERTAIN:
                    return outcome
                return replace(outcome, parts=number, unsaid="\n".join(parts[number:]))
        return SendOutcome(SendEnding.SENT)

    async def _show(self, address: str, shown: cards.NoticeArticle, url: str) -> SendOutcome:
        picture = self._origin + shown.picture if shown.picture else ""
        try:
            await self._api.send_article(address, Article(shown.title, shown.summary, picture, url))
        except ApiError as error:
            return outcome_of(error, CUSTOM_SEND)
        return SendOutcome(SendEnding.SENT)


class TemplateMessages:
    """A card to any follower. `origin`: base of links, empty if browsers cannot reach us."""

    def __init__(self, api: Api, origin: str) -> None:
        self._api = api
        self._origin = origin

    async def send(self, parcel: Parcel) -> SendOutcome:
        """Send the card under the notice's own number: the platform shows that once within ten minutes."""
        url, number = _link(parcel, self._origin), number_of(parcel.key)
        try:
            msg_id = await self._api.send_template(parcel.address, parcel.template_id, parcel.data, url, number)
        except ApiError as error:
            return outcome_of(error, TEMPLATE_SEND)
        return SendOutcome(SendEnding.SENT, msg_id=msg_id or None)


class SubscribeNotices:
    """A card to whoever consented to one; never again if it may have arrived."""

    def __init__(self, api: Api, origin: str) -> None:
        self._api = api
        self._origin = origin

    async def send(self, parcel: Parcel) -> SendOutcome:
        """Send the card, which uses one grant."""
        page = _link(parcel, self._origin)
        try:
            await self._api.send_subscribe(parcel.address, parcel.template_id, parcel.data, page)
        except ApiError as error:
            return outcome_of(error, SUBSCRIBE_SEND)
        return SendOutcome(SendEnding.SENT)


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


def outcome_of(error: ApiError, call: str) -> SendOutcome:
    """Return the notice's outcome for this call's error, by the table in reactions.py."""
    if isinstance(error, ApiUncertainError):
        # Without a token the message itself was never sent.
        return SendOutcome(SendEnding.UNCERTAIN, "no_answer") if error.call == call else SendOutcome(SendEnding.LATER)
    if not isinstance(error, ApiRefusedError):
        return SendOutcome(SendEnding.LATER)
    kind, why = error.reaction.kind, str(error.number)
    if kind in _STOPS:
        stop = Stop.DAY if kind is ReactionKind.STOP_API and error.reaction.pause is None else _STOPS[kind]
        pause = _FEATURE_OFF if kind is ReactionKind.STOP_FEATURE else error.reaction.pause or _MINUTE
        # At once, because another channel may be open.
        return SendOutcome(SendEnding.LATER, why, timedelta(), stop=stop, rest=pause)
    if kind is ReactionKind.DROP:
        person = error.reaction.person
        return SendOutcome(_dropped(person), why, limited=person is ReceiverState.LIMITED)
    if kind is ReactionKind.FIX_DATA and error.field:
        why += f":{error.field}"
    return SendOutcome(_ENDINGS.get(kind, SendEnding.REFUSED), why, error.reaction.pause or _MINUTE)


def _dropped(person: ReceiverState | None) -> SendEnding:
    if person is ReceiverState.GRANT_GONE:
        return SendEnding.CLOSED
    return SendEnding.AT_VISIT if person is None else SendEnding.DROPPED


def _link(parcel: Parcel, origin: str) -> str:
    return origin + parcel.link if origin and parcel.link else ""
