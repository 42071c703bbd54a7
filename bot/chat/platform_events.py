"""Platform events about our own messages and people's choices: a table from event to service function.

A service adds its function to its event's row, with the event's fields as plain arguments. Events without a function,
or unknown ones, are acknowledged too.
"""

from collections.abc import Callable, Mapping
from typing import Any

from bot.services.broadcasts import mass_sends
from bot.services.notices import delivery_reports
from bot.wechat import messages
from storage.engine.transactions import Tx

EventHandler = Callable[[Tx, Any], None]


def _template(tx: Tx, event: messages.TemplateSendJobFinish) -> None:
    delivery_reports.template_finished(tx, event.msg_id, event.status)


def _choices(tx: Tx, event: messages.SubscribeMsgPopup | messages.SubscribeMsgChange) -> None:
    accepted = [choice.template_id for choice in event.choices if choice.status == "accept"]
    delivery_reports.allowed(tx, event.openid, accepted)
    delivery_reports.refused(tx, event.openid, [one.template_id for one in event.choices if one.status == "reject"])


def _notices(tx: Tx, event: messages.SubscribeMsgSent) -> None:
    for one in event.notices:
        if one.msg_id.isdecimal():
            why = "" if one.error_code == "0" else one.error_code
            delivery_reports.notice_finished(tx, event.openid, one.template_id, int(one.msg_id), why)


def _mass(tx: Tx, event: messages.MassSendJobFinish) -> None:
    counts = {"total": event.total, "filtered": event.filtered, "sent": event.sent, "failed": event.failed}
    mass_sends.finished(tx, event.msg_id, event.status, counts)


HANDLERS: Mapping[type[messages.PushEvent], tuple[EventHandler, ...]] = {
    # Template message result: `msg_id`, `status`. May come twice, and before the send call's answer.
    messages.TemplateSendJobFinish: (_template,),
    # Mass message result: `msg_id`, `status`, `total`, `filtered`, `sent`, `failed`. The same holds.
    messages.MassSendJobFinish: (_mass,),
    # Answer to the notice popup: `choices`, each with template_id and accept or reject.
    messages.SubscribeMsgPopup: (_choices,),
    # Notices refused in the settings: `choices`, only refusals.
    messages.SubscribeMsgChange: (_choices,),
    # Notice results: `notices`, each with template_id, msg_id, error_code ("0" is delivered).
    messages.SubscribeMsgSent: (_notices,),
}


def handle(
    tx: Tx, event: messages.PushEvent, handlers: Mapping[type[messages.PushEvent], tuple[EventHandler, ...]] = HANDLERS
) -> None:
    """Dispatch an event to its functions, in the transaction that also marks it as processed."""
    for function in handlers.get(type(event), ()):
        function(tx, event)
