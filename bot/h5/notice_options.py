"""Buttons to allow one more 订阅通知: the platform's own tag, on a signed page.

Shown only where they work: in WeChat's browser, for notices with a template.
"""

import base64
import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass

from bot.h5.context import PhoneRequest
from bot.web.forms_and_headers import policy
from bot.wechat.errors import ApiError
from bot.wechat.jssdk import SignedConfig
from config.cards import Purposes
from storage.engine.transactions import Tx
from storage.notices import card_templates, subscription_grants

# The tag draws its button in a shadow tree, unreachable for the page's style sheets.
STYLE = (
    ".allow{box-sizing:border-box;width:100%;min-height:48px;margin:8px 0;border:0;border-radius:8px;"
    "background:#067a3f;color:#fff;font:inherit;font-weight:600}"
)
_STYLE_HASH = "'sha256-" + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode() + "'"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class NoticeOption:
    """One kind of notice: its button label, and how many allowed ones are unused."""

    template_id: str
    words: str
    left: int


@dataclass(frozen=True, slots=True)
class NoticeOptions:
    """What the page needs for its buttons; `policy` is the page's content policy then."""

    signed: SignedConfig
    offers: tuple[NoticeOption, ...]
    script: str
    policy: str
    style: str = STYLE


async def allowing_on(visit: PhoneRequest) -> NoticeOptions | None:
    """Return this page's buttons; None if they would not work."""
    jssdk = visit.ground.jssdk
    if not jssdk.app_id or not jssdk.works_in(visit.request.headers.get("User-Agent", "")):
        return None
    offers = await visit.ground.database.read(_offers, visit.person_id, Purposes.load())
    if not offers:
        return None
    try:
        signed = await jssdk.signed(visit.ground.origin + visit.request.path_qs)
    except ApiError as error:
        # The page works without them.
        log.warning("no buttons for notices: %s", error, extra={"action": "page_not_signed"})
        return None
    return NoticeOptions(signed, offers, jssdk.script, policy(jssdk.origin, _STYLE_HASH))


def _offers(tx: Tx, person_id: int, purposes: Purposes) -> tuple[NoticeOption, ...]:
    left = subscription_grants.counts(tx, person_id)
    # Two kinds may share a template: it is asked for once.
    by_template: Mapping[str, str] = {
        one.template_id: purpose for (purpose, use), one in card_templates.usable(tx).items() if use == "notice"
    }
    return tuple(
        NoticeOption(template_id, purposes.by_name[purpose].button, left.get(template_id, 0))
        for template_id, purpose in by_template.items()
        if purpose in purposes.by_name
    )
