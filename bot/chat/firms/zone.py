"""我的园区: a firm states whether it lies in its district's development zone, whose office is then named first."""

from bot.chat.context import Chat, DialogReply, LapsingDialog
from bot.chat.fact_input import numbered, pick
from bot.services.firms.development_zones import choices, state
from config.commands import TypedText
from config.policy.facts import FactChoice
from storage.chat import dialog_states
from storage.chat.dialog_states import DialogState
from storage.firms import development_zones
from storage.people import people


def zone_of(chat: Chat) -> str:
    """Return the person's firm's zone; "" if in none or unknown."""
    known = None if chat.person.firm_id is None else development_zones.of(chat.tx, chat.person.firm_id)
    return "" if known is None else known.name


def zone_line(chat: Chat, firm_id: int) -> str:
    """Return the zone line of 我的资料; "" if the district has no zone."""
    if not choices(chat.tx, chat.parts.areas, firm_id):
        return ""
    known = development_zones.of(chat.tx, firm_id)
    if known is None:
        return chat.say("zone.not_said")
    return chat.say("zone.kept", zone=known.name or chat.say("zone.outside"), source=_source(chat, known.source))


class ZoneDialog(LapsingDialog):
    """Dialog of one number, optional: any other text leaves it open."""

    name = "zone"

    def start(self, chat: Chat) -> DialogReply:
        """Ask, or explain why there is nothing to ask."""
        firm_id = chat.person.firm_id
        if firm_id is None:
            return DialogReply(chat.say("zone.unregistered"), None)
        known = development_zones.of(chat.tx, firm_id)
        if known is not None and known.source != "self":
            return DialogReply(zone_line(chat, firm_id) or chat.say("zone.no_zone"), None)
        return self.after_registering(chat, firm_id) or DialogReply(chat.say("zone.no_zone"), None)

    def after_registering(self, chat: Chat, firm_id: int, said: str = "") -> DialogReply | None:
        """Ask below what was `said`; None if the district has no zone or another source has stated it."""
        offered = choices(chat.tx, chat.parts.areas, firm_id)
        known = development_zones.of(chat.tx, firm_id)
        if not offered or (known is not None and known.source != "self"):
            return None
        asked = chat.say("zone.ask") + "\n" + numbered(chat, _options(chat, offered))
        return DialogReply(f"{said}\n{asked}" if said else asked, DialogState(self.name, "ask", {"zones": offered}))

    def handle(self, chat: Chat, state_: DialogState, said: TypedText) -> DialogReply:
        """Save the answer; anything else ends the question."""
        picked = pick(said.normalised, _options(chat, state_.data["zones"]))
        if picked is None:
            dialog_states.drop(chat.tx, people.openid(chat.tx, chat.person.id))
            return DialogReply("", None, understood=False)
        state(chat.tx, chat.person, chat.parts.areas, picked.value)
        return DialogReply(chat.say("zone.done", zone=picked.value or chat.say("zone.outside")), None)


def _options(chat: Chat, offered: list[str]) -> list[FactChoice]:
    words = tuple(chat.say("zone.outside_words").split())
    return [
        *(FactChoice(zone, zone, tuple(chat.parts.areas.names_of(zone))) for zone in offered),
        FactChoice(development_zones.NONE, chat.say("zone.outside"), words),
    ]


def _source(chat: Chat, source: str) -> str:
    return chat.say(f"zone.source_{source}")
