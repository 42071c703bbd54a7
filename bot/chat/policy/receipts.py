"""回执 ABCD2345: the answer given then, its basis, and what has changed since."""

import re

from bot.chat.context import Chat
from bot.chat.fact_input import shown
from bot.chat.policy.published_lines import taps_of
from bot.services.firms import receipts
from bot.services.people.login import TooSoonError
from config.calendar import SHANGHAI
from config.markup import harmless
from matchmaking.eligibility.eligibility import Assessment
from storage.chat.receipts import Receipt

ASKED = re.compile(r"(?:查看?|看|打开)?\s*+回执[号码]?\s*+[:：]?\s*+([0-9A-Za-z][0-9A-Za-z\s-]{6,14})?\s*+[。！]?")


def show(chat: Chat, asked: re.Match[str]) -> str:
    """Return the receipt that is asked for by its code, or what is said where there is none."""
    texts = chat.parts.texts
    if asked[1] is None:
        return texts("receipts.ask")
    try:
        found = receipts.open_in_chat(chat.tx, chat.person, asked[1])
    except TooSoonError as error:
        return texts.error(error)
    return texts("receipts.wrong") if found is None else _told(chat, found)


def line(chat: Chat, judged: Assessment) -> str:
    """Return the line under an assessment with its receipt code."""
    code = receipts.issue(chat.tx, chat.person, chat.parts.policy, judged, chat.parts.receipt_code)
    return "" if code is None else chat.parts.texts("receipts.line", code=code)


def _told(chat: Chat, receipt: Receipt) -> str:
    texts, policy = chat.parts.texts, chat.parts.policy
    moment = f"{receipt.made.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    lines = [
        texts("receipts.head", code=receipt.code, moment=moment),
        texts("receipts.firm", firm=harmless(receipt.firm)),
    ]
    for verdict in ("yes", "unknown", "no"):
        codes = [code for code, given in receipt.verdicts.items() if given == verdict]
        if codes:
            lines.append(texts(f"receipts.verdict_{verdict}", count=len(codes), codes="、".join(codes)))
    lines.append(texts("receipts.facts"))
    lines += [
        texts(
            "receipts.fact",
            label=fact.label,
            value=shown(chat, fact, receipt.facts[name][0]),
            source=chat.say(f"profile.source_{receipt.facts[name][1]}"),
        )
        for name, fact in policy.facts.items()
        if name in receipt.facts
    ]
    applied = taps_of(chat).strip()
    return "\n".join([*lines, *([applied] if applied else []), *_since(chat, receipt)])


def _since(chat: Chat, receipt: Receipt) -> list[str]:
    texts, policy = chat.parts.texts, chat.parts.policy
    since = receipts.since(chat.tx, policy, receipt, chat.published.rules(chat.now))
    lines = [texts("receipts.changed_policy")] if since.policy else []
    for name, (was, now) in since.facts.items():
        values = [texts("receipts.not_known") if v is None else shown(chat, policy.facts[name], v) for v in (was, now)]
        lines.append(texts("receipts.changed_fact", label=policy.facts[name].label, was=values[0], now=values[1]))
    for code, (before, after) in since.verdicts.items():
        item = policy.items[code]
        lines.append(
            texts(
                "receipts.changed_verdict",
                code=code,
                title=item.title,
                label=policy.clause(item.clause).label,
                was=texts(f"receipts.word_{before}"),
                now=texts(f"receipts.word_{after}"),
            )
        )
    return [texts("receipts.changed"), *lines] if lines else [texts("receipts.unchanged")]
