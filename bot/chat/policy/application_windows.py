"""申报窗口: this firm's open or upcoming windows, nearest end first; a number opens one."""

from bot.chat.context import Chat, DialogReply, LapsingDialog
from bot.chat.firms.profile import profile_of
from config.commands import TypedText
from config.markup import harmless, visible_length
from config.policy.facts import Facts
from matchmaking.eligibility.eligibility import assess
from storage.chat.dialog_states import DialogState
from storage.policy.application_windows import ApplicationWindow
from storage.policy.published_details import Detail

# Must be readable in a minute: as many windows as fit, the rest under number 0.
LONGEST = 300
MOST = 6


class WindowsDialog(LapsingDialog):
    """Dialog of one number, while the list is current."""

    name = "windows"

    def start(self, chat: Chat, skip: int = 0) -> DialogReply:
        """Return the list, starting at this window."""
        facts = _facts(chat)
        found = [one for one in chat.published.windows(facts, chat.now) if _may_use(chat, facts, one[1])][skip:]
        if not found:
            return DialogReply(chat.say("windows.none"), None)
        head = chat.say("windows.head" if facts is not None else "windows.head_city")
        ending = chat.say("windows.ending")
        lines: list[str] = []
        for number, (detail, window) in enumerate(found, 1):
            line = self._line(chat, number, detail, window)
            rest = chat.say("windows.rest", count=len(found) - number)
            if lines and (number > MOST or visible_length("\n".join([head, *lines, line, rest, ending])) > LONGEST):
                break
            lines.append(line)
        left = len(found) - len(lines)
        lines += [chat.say("windows.rest", count=left)] if left else []
        ids = [detail.id for detail, _ in found[: len(found) - left]]
        state = DialogState(self.name, "pick", {"ids": ids, "next": skip + len(ids) if left else 0})
        return DialogReply("\n".join([head, *lines, ending]), state)

    def handle(self, chat: Chat, state: DialogState, said: TypedText) -> DialogReply:
        """Open a window by number, or the rest of the list by 0; ignore anything else."""
        number, ids = said.number(2), state.data["ids"]
        if number == 0 and state.data["next"]:
            return self.start(chat, state.data["next"])
        if number is not None and 1 <= number <= len(ids):
            found = chat.published.find(ids[number - 1])
            if found is None or not isinstance(found.content.body, ApplicationWindow):
                return DialogReply(chat.say("windows.gone"), state)
            return DialogReply(self._whole(chat, found, found.content.body), state)
        return DialogReply("", None, understood=False)

    def _line(self, chat: Chat, number: int, detail: Detail, window: ApplicationWindow) -> str:
        talk, step = chat.published.talk, window.current(chat.now)
        titles = chat.parts.policy.items[window.items[0]].title
        more = chat.say("windows.and_more", count=len(window.items)) if len(window.items) > 1 else ""
        return chat.say(
            "windows.line",
            number=number,
            when=talk.when(step, chat.now),
            item=window.items[0],
            title=titles + more,
            label=chat.parts.policy.clause(chat.parts.policy.items[window.items[0]].clause).label,
            issuer=harmless(detail.content.source.issuer),
        )

    def _whole(self, chat: Chat, detail: Detail, window: ApplicationWindow) -> str:
        policy, talk = chat.parts.policy, chat.published.talk
        items = [
            chat.say(
                "windows.item",
                label=policy.clause(policy.items[code].clause).label,
                code=code,
                title=policy.items[code].title,
            )
            for code in window.items
        ]
        lines = [*items, talk.cited(detail.content, chat.now)]
        for step in window.own_steps:
            if step.place and step.stage(chat.now) != "ended":
                lines.append(chat.say("windows.place", place=harmless(step.place)))
        if detail.content.source.link:
            lines.append(chat.say("windows.link", link=harmless(detail.content.source.link)))
        return "\n".join([*dict.fromkeys(lines), chat.say("windows.whole_ending", code=window.items[0])])


def _may_use(chat: Chat, facts: Facts | None, window: ApplicationWindow) -> bool:
    """Tell whether any of the window's items is still possible for this firm; unknown facts exclude nothing."""
    if facts is None:
        return True
    judged = assess(chat.parts.policy, facts, chat.now, chat.published.rules(chat.now)).items
    return any(judged[code].verdict != "no" for code in window.items)


def _facts(chat: Chat) -> Facts | None:
    profile = profile_of(chat)
    return None if profile is None else profile.facts
