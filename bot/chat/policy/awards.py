"""已领 5.2, 5.2领过了, 我们是复核: a firm's statements about one-time awards, confirmed before saving."""

import re
from collections.abc import Mapping

from bot.answers.award_words import AwardStatement, awards_of, one_time
from bot.answers.firm_profile import asks_receipt
from bot.chat.context import Chat, DialogReply, LapsingDialog
from bot.chat.firms.profile import profile_of
from bot.services.firms import own_awards
from bot.services.firms.own_awards import RECEIVED
from config.calendar import shanghai_day
from config.commands import TypedText
from config.policy.facts import Facts
from matchmaking.eligibility.eligibility import judge
from storage.chat.dialog_states import DialogState
from storage.firms.titles_on_day import FIRST, TITLES

TAP = re.compile(r"\s{0,4}(已领|没领|不清楚)\s{0,4}(\d{1,2}\.\d{1,2})[。！]?\s{0,4}")
_TAPS = {"已领": True, "没领": False, "不清楚": None}
Changes = Mapping[str, bool | None]


class AwardsDialog(LapsingDialog):
    """Dialog of one yes or no."""

    name = "awards"

    def tapped(self, chat: Chat, tap: re.Match[str]) -> str | None:
        """Return the reply to a tap under an award, which is kept at once; None for an item that is no such award."""
        if tap[2] not in {item.code for item in one_time(chat.parts.policy)}:
            return None
        if chat.person.firm_id is None:
            return chat.parts.texts("awards.unregistered")
        return self._keep(chat, {tap[2]: _TAPS[tap[1]]}, {})

    def start(self, chat: Chat) -> DialogReply | None:
        """Repeat the statement and ask whether to save it; None if the text states nothing about awards."""
        claim = chat.parts.talk.claimed(chat.said.raw)
        profile = None if claim is None else profile_of(chat)
        if claim is None or profile is None or chat.parts.policy.expired(chat.now):
            return None
        codes, titles = _codes(chat, claim, profile.facts), _titles(chat, claim, profile.facts)
        texts = chat.parts.texts
        if claim.received is not None and not codes:
            asks = [texts("awards.ask_one", code=item.code, title=item.title) for item in one_time(chat.parts.policy)]
            return DialogReply("\n".join([texts("awards.which_award"), *asks]), None)
        if claim.first is not None and not titles:
            # Irrelevant for a title without an award in the policy.
            return None if claim.titles else DialogReply(texts("awards.which_title"), None)
        received = {} if claim.received is None else dict.fromkeys(codes, claim.received)
        first = {} if claim.first is None else dict.fromkeys(titles, claim.first)
        changes = "\n".join(_lines(chat, received, first))
        state = DialogState(self.name, "confirm", {"received": received, "first": first})
        return DialogReply(texts("awards.propose", firm=profile.name, changes=changes), state)

    def handle(self, chat: Chat, state: DialogState, said: TypedText) -> DialogReply:
        """Save the statement on yes, drop it on no; ignore anything else."""
        answer = said.normalised
        if answer in chat.say("question.no_words").split():
            return DialogReply(chat.parts.texts("awards.kept"), None)
        if answer not in chat.say("question.yes_words").split() or chat.person.firm_id is None:
            return DialogReply("", None, understood=False)
        return DialogReply(self._keep(chat, state.data["received"], state.data["first"]), None)

    def _keep(self, chat: Chat, received: Changes, first: Changes) -> str:
        """Save it, and report the awards' new status and how to undo it."""
        policy, texts = chat.parts.policy, chat.parts.texts
        own_awards.save_statement(chat.tx, chat.person, policy, received, first)
        profile = profile_of(chat)
        facts = Facts({}) if profile is None else profile.facts
        lines = [texts("awards.noted", day=shanghai_day(chat.now).isoformat()), *_lines(chat, received, first)]
        concerned = [*received, *(code for title in first for code in sorted(awards_of(policy, title)))]
        for code in dict.fromkeys(concerned):
            item = policy.items[code]
            verdict = judge(policy, item, facts, chat.now, chat.published.rules(chat.now))
            reasons = "；".join(reason.text for reason in verdict.reasons)
            label = policy.clause(item.clause).label
            lines.append(texts("awards.verdict", code=code, title=item.title, label=label, reasons=reasons))
            lines.append(texts("awards.quote", quote=item.core))
        awarded = facts.get(FIRST)
        denied = [
            one for one, value in first.items() if value and isinstance(awarded, frozenset) and one not in awarded
        ]
        lines += [texts("awards.roster_denies", title=_label(chat, one)) for one in denied]
        undo = [f"{'没领' if value else '已领'} {code}" for code, value in received.items()]
        return "\n".join([*lines, *(texts("awards.undo", words=words) for words in undo)])


def _codes(chat: Chat, claim: AwardStatement, facts: Facts) -> list[str]:
    """Return the items meant: those named, else the only possible one; none if unclear."""
    if claim.codes and not (claim.by_sum and len(claim.codes) > 1):
        return list(claim.codes)
    policy, rules, paid = chat.parts.policy, chat.published.rules(chat.now), facts.get(RECEIVED)
    once = [item.code for item in one_time(policy) if not claim.codes or item.code in claim.codes]
    told = [code for code in once if isinstance(paid, frozenset) and code in paid]
    if claim.received or not told:
        verdicts = {code: judge(policy, policy.items[code], facts, chat.now, rules) for code in once}
        met = [code for code, verdict in verdicts.items() if verdict.verdict == "yes" or asks_receipt(verdict)]
        told = met or (told if claim.received else [])
    return told if len(told) == 1 else []


def _titles(chat: Chat, claim: AwardStatement, facts: Facts) -> list[str]:
    held = facts.get(TITLES)
    named = claim.titles or tuple(sorted(str(one) for one in held) if isinstance(held, frozenset) else ())
    awarded = [title for title in named if awards_of(chat.parts.policy, title)]
    return awarded if claim.titles or len(awarded) == 1 else []


def _lines(chat: Chat, received: Changes, first: Changes) -> list[str]:
    texts, items = chat.parts.texts, chat.parts.policy.items
    how = {True: "received", False: "not_received", None: "not_sure"}
    lines = [texts(f"awards.{how[value]}", code=code, title=items[code].title) for code, value in received.items()]
    return lines + [
        texts("awards.first" if value else "awards.not_first", title=_label(chat, title))
        for title, value in first.items()
    ]


def _label(chat: Chat, title: str) -> str:
    return chat.parts.policy.facts[TITLES].label_of(title)
