"""Mass messages: one text to many followers as one platform job (protocol §2.7)."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.wechat.api_part import ApiPart, number_in
from bot.wechat.errors import ApiUncertainError
from bot.wechat.transport import JsonObject
from notifications.text_splitting import printable

MASS_SEND = "/cgi-bin/message/mass/send"
FEWEST, MOST = 2, 10_000
MOST_ID_BYTES = 32


@dataclass(frozen=True, slots=True)
class MassJob:
    """A job accepted by the platform; `known` if accepted before under the same clientmsgid."""

    msg_id: int
    known: bool


class MassApi(ApiPart):
    """Mass messages: submitted here, finished later; a MASSSENDJOBFINISH event brings the counts."""

    async def mass_send(self, openids: Sequence[str], text: str, clientmsgid: str) -> MassJob:
        """Submit one text to 2 to 10,000 people. Raises ValueError for other numbers or an id over 32 bytes.

        Within 24 hours the platform accepts a `clientmsgid` once: an uncertain call is repeated here, and may be later.
        45066 means that the same id was used too recently: a minute later the answer names its job.
        """
        if not FEWEST <= len(openids) <= MOST:
            raise ValueError(f"a mass message has {FEWEST} to {MOST} receivers")
        if not 1 <= len(clientmsgid.encode()) <= MOST_ID_BYTES:
            raise ValueError(f"a clientmsgid has 1 to {MOST_ID_BYTES} bytes")
        body: JsonObject = {"touser": list(openids), **_text(text), "clientmsgid": clientmsgid}
        answer = await self._change(MASS_SEND, body, "msg_id")
        known = bool(answer.get("errcode"))
        # A job accepted before is named by another field.
        msg_id = number_in(answer.get("msgid" if known else "msg_id"))
        if not msg_id:
            raise ApiUncertainError(MASS_SEND, "no msg_id")
        return MassJob(msg_id, known)

    async def mass_get(self, msg_id: int) -> str:
        """Return a job's status: SENDING, SEND_SUCCESS, SEND_FAIL or DELETE."""
        answer = await self._change("/cgi-bin/message/mass/get", {"msg_id": msg_id}, "msg_status")
        return str(answer["msg_status"])


def _text(text: str) -> JsonObject:
    return {"msgtype": "text", "text": {"content": printable(text)}}
