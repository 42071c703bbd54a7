"""榜单 in chat: challenges fitting the firm and those ending first on top, a number opens one, a sentence finds one."""

import re
from datetime import datetime
from itertools import pairwise

from bot.chat.context import Chat, DialogReply, LapsingDialog
from bot.services.challenges import bids as bid_service
from bot.services.challenges import matching
from bot.services.challenges.bid_status import status_of
from config.calendar import SHANGHAI
from config.commands import TypedText, normalise
from config.markup import harmless, visible_length
from config.texts import Texts
from storage.challenges import bid_drafts, bids, challenges
from storage.challenges import recommendations as stored_recommendations
from storage.challenges.challenges import Challenge, Stage
from storage.challenges.recommendations import Recommended
from storage.chat.dialog_states import DialogState
from storage.firms import offerings

AT_ONCE = 5
MOST_LOOKED_THROUGH = 500
MOST_OF_MINE = 5
MOST_FITS = 3
LONGEST_REPLY = 300
_LONGEST_TITLE = 24
_LONGEST_FIT = 20
_LONGEST_WORDS = 12
_NOT_THIS = re.compile(r"不看\s*([1-9])")
_LONGEST_FIELD = 46
_SHOWN = ("reward", "due", "targets", "conditions")


class ChallengesDialog(LapsingDialog):
    """Handles challenges; as a dialog it waits for one number after its list."""

    name = "board"

    def start(self, chat: Chat) -> DialogReply:
        """List the challenges taking bids now, nearest deadline first."""
        texts, firm_id = chat.parts.texts, chat.person.firm_id
        fitting = stored_recommendations.for_firm(chat.tx, firm_id, MOST_FITS) if firm_id is not None else []
        chosen = {one.id for one in fitting}
        others = [one for one in challenges.open_now(chat.tx, AT_ONCE) if one.id not in chosen]
        # A name alone finds nothing: challenges are matched with a firm's products.
        untold = firm_id is not None and not fitting and "products" not in offerings.of(chat.tx, firm_id)
        hint = [texts("challenges.fit_untold")] if untold else []
        foot = [*hint, *_link(chat), texts("challenges.rule")]
        if not fitting and not others:
            return DialogReply("\n".join([texts("challenges.list_none"), *foot]), None)
        lines = [texts("challenges.fits_head")] if fitting else []
        lines += [self._fit(chat, number, one) for number, one in enumerate(fitting, 1)]
        ids = [one.id for one in fitting]
        if others:
            count = challenges.count_open(chat.tx)
            whole, rest = texts("challenges.list_head", count=count), texts("challenges.list_others", count=count)
            head = [rest if fitting else whole]
            for one in others[: AT_ONCE - len(fitting)]:
                title = _cut(harmless(one.title), _LONGEST_TITLE)
                deadline = _moment(one.deadline)
                line = texts("challenges.list_line", number=len(ids) + 1, deadline=deadline, title=title)
                if visible_length("\n".join([*lines, *head, line, *foot])) > LONGEST_REPLY:
                    break
                lines += [*head, line]
                head = []
                ids.append(one.id)
        return DialogReply(
            "\n".join([*lines, *foot]), DialogState(self.name, "pick", {"ids": ids, "fits": len(fitting)})
        )

    def handle(self, chat: Chat, state: DialogState, said: TypedText) -> DialogReply:
        """Open a challenge by number, or drop one from the recommended by 不看 and a number; ignore the rest."""
        ids = state.data["ids"]
        number, declined = said.number(3), _NOT_THIS.fullmatch(said.choice)
        if declined is not None and 1 <= int(declined[1]) <= state.data.get("fits", 0):
            return self._decline(chat, state, ids[int(declined[1]) - 1])
        if number is not None and 1 <= number <= len(ids):
            found = challenges.get_public(chat.tx, ids[number - 1])
            if found is not None:
                return DialogReply(self.one(chat, found), state)
        return DialogReply("", None, understood=False)

    def _decline(self, chat: Chat, state: DialogState, challenge_id: int) -> DialogReply:
        found = challenges.get_public(chat.tx, challenge_id)
        if found is None or bid_service.firm_of(chat.tx, chat.person.id) is None:
            return DialogReply("", None, understood=False)
        matching.decline(chat.tx, chat.person.id, challenge_id)
        title = _cut(harmless(found.title), _LONGEST_TITLE)
        return DialogReply(chat.parts.texts("challenges.fit_declined", title=title), state)

    def _fit(self, chat: Chat, number: int, one: Recommended) -> str:
        """Format a recommendation with its weightiest reason, in the firm's own words if any."""
        texts = chat.parts.texts
        return texts(
            "challenges.fit_line",
            number=number,
            deadline=_moment(one.deadline),
            title=_cut(harmless(one.title), _LONGEST_FIT),
            strength=texts(f"matching.{one.level}"),
            words=_why(texts, one),
        )

    def about(self, chat: Chat) -> str | None:
        """Return the challenge that a sentence refers to (那个盾构机的榜还能报吗); None if none."""
        asked = chat.said.normalised
        words = chat.parts.texts("challenges.words_about").split()
        if not any(word in asked for word in words):
            return None
        for word in (*words, *chat.parts.texts("challenges.words_empty").split()):
            asked = asked.replace(word, " ")
        pairs = {one + two for part in asked.split() for one, two in pairwise(part)}
        best, score = 0, 0.0
        for id_, title in challenges.titles(chat.tx, MOST_LOOKED_THROUGH):
            mine = {one + two for one, two in pairwise(normalise(title))}
            share = len(pairs & mine) / len(pairs) if pairs else 0.0
            if share > score:
                best, score = id_, share
        found = challenges.get_public(chat.tx, best) if score >= 0.5 else None
        return None if found is None else self.one(chat, found)

    def one(self, chat: Chat, found: Challenge) -> str:
        """Format a challenge for a phone: whether it takes bids, sum, limits, terms."""
        texts = chat.parts.texts
        deadline = _moment(found.deadline) if found.deadline else ""
        stage, title = found.at(chat.now), _cut(harmless(found.title), 2 * _LONGEST_TITLE)
        if stage == Stage.PUBLISHED:
            lines = [texts("challenges.one_open", title=title, deadline=deadline)]
        else:
            shown = chat.parts.challenges.stages[stage.value]
            lines = [texts("challenges.one_shut", title=title, deadline=deadline, stage=shown)]
        for key in _SHOWN:
            if found.fields.get(key):
                text = _cut(harmless(" ".join(found.fields[key].split())), _LONGEST_FIELD)
                lines.append(texts("challenges.one_line", label=chat.parts.challenges.label(key), text=text))
        lines.append(texts("challenges.one_condition"))
        lines += _page_of(chat, found.id)
        return "\n".join([*lines, texts("challenges.rule")])

    def mine(self, chat: Chat) -> str:
        """List 我的揭榜: the firm's bids and their states."""
        texts = chat.parts.texts
        if chat.person.firm_id is None:
            return texts("challenges.mine_unregistered")
        lines = []
        for bid in bids.by_firm(chat.tx, chat.person.firm_id, MOST_OF_MINE):
            challenge = challenges.get(chat.tx, bid.challenge_id)
            if challenge is not None:
                status = status_of(chat.tx, challenge, bid)
                deadline = _moment(challenge.deadline) if challenge.deadline else ""
                said = texts(f"challenges.status_{status}", deadline=deadline)
                title = _cut(harmless(challenge.title), _LONGEST_TITLE)
                lines.append(texts("challenges.mine_line", title=title, status=said))
        drafts = [
            texts(
                "challenges.mine_draft",
                title=_cut(harmless(one.title), _LONGEST_TITLE),
                deadline=_moment(one.deadline),
            )
            for one in bid_drafts.of_person(chat.tx, chat.person.id)[:MOST_OF_MINE]
        ]
        head = texts("challenges.mine_head") if lines else texts("challenges.mine_none")
        page = None if chat.links is None else chat.links.my_bids(chat)
        return "\n".join([head, *lines, *drafts, *([page] if page else []), texts("challenges.rule")])


def _page_of(chat: Chat, challenge_id: int) -> list[str]:
    page = None if chat.links is None else chat.links.challenge(chat, challenge_id)
    if page:
        return [page]
    url = chat.setup.door.public_url
    return [chat.parts.texts("challenges.one_more", link=f"{url}/console/board/{challenge_id}")] if url else []


def _link(chat: Chat) -> list[str]:
    url = chat.setup.door.public_url
    return [chat.parts.texts("challenges.list_more", link=f"{url}/console/board")] if url else []


def _why(texts: Texts, one: Recommended) -> str:
    reason = one.reasons[0] if one.reasons else {}
    offered = [word for word in reason.get("offered", ()) if word]
    if not offered:
        return texts(f"matching.{reason.get('level', 'level_meaning')}")
    return texts("challenges.fit_own_words", words=_cut(harmless(offered[0]), _LONGEST_WORDS))


def _moment(moment: datetime) -> str:
    local = moment.astimezone(SHANGHAI)
    return f"{local.month}月{local.day}日{local:%H:%M}"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
