"""Template notices: the template message and the 订阅通知, and the available templates (protocol §2.4-2.5)."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.wechat.api_part import ApiPart, number_in
from bot.wechat.transport import ApiRequest, JsonObject
from notifications.text_splitting import printable

TEMPLATE_SEND = "/cgi-bin/message/template/send"
SUBSCRIBE_SEND = "/cgi-bin/message/subscribe/bizsend"


@dataclass(frozen=True, slots=True)
class AccountTemplate:
    """A template of the account: `content` names its fields as {{thing1.DATA}}."""

    id: str
    title: str
    content: str


class NoticesApi(ApiPart):
    """Sends notices of a form approved by the platform. Refusal 47003 names the field in its error."""

    async def send_template(
        self, openid: str, template_id: str, data: Mapping[str, str], url: str, client_msg_id: str
    ) -> int:
        """Submit a template message; return its msgid. Only accepted: its result comes as an event.

        The platform sends a `client_msg_id` to a person once within ten minutes, so a call without a credible answer is
        repeated; without such an id it is not, and UncertainError is raised.
        """
        body: JsonObject = {"touser": openid, "template_id": template_id, "data": _fields(data)}
        body |= {"url": url} if url else {}
        body |= {"client_msg_id": client_msg_id} if client_msg_id else {}
        answer = await self._change(TEMPLATE_SEND, body, "msgid", is_send=not client_msg_id)
        return number_in(answer.get("msgid"))

    async def send_subscribe(self, openid: str, template_id: str, data: Mapping[str, str], page: str) -> None:
        """Submit a 订阅通知, which uses one of the person's grants. Never repeated if it may have arrived."""
        body: JsonObject = {"touser": openid, "template_id": template_id, "data": _fields(data)}
        body |= {"page": page} if page else {}
        await self._change(SUBSCRIBE_SEND, body, is_send=True)

    async def subscribe_templates(self) -> list[AccountTemplate]:
        """Return the account's 订阅通知 templates, as its console lists them."""
        listed = (await self._calls.json(ApiRequest("GET", "/wxaapi/newtmpl/gettemplate"), "data"))["data"]
        return [
            AccountTemplate(str(one["priTmplId"]), str(one.get("title", "")), str(one.get("content", "")))
            for one in listed
        ]

    async def templates(self) -> list[AccountTemplate]:
        """Return the account's message templates, as its console lists them."""
        request = ApiRequest("GET", "/cgi-bin/template/get_all_private_template")
        listed = (await self._calls.json(request, "template_list"))["template_list"]
        return [
            AccountTemplate(str(one["template_id"]), str(one.get("title", "")), str(one.get("content", "")))
            for one in listed
        ]


def _fields(data: Mapping[str, str]) -> JsonObject:
    return {name: {"value": printable(value)} for name, value in data.items()}
