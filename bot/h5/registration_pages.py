"""The whole registration on one page, prefilled from the chat or the roster."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.chat.firms.name_step import NAME_LENGTHS
from bot.h5.context import HOME, PhoneRequest
from bot.h5.registration_form import (
    RegistrationFields,
    RegistrationValues,
    emptied,
    filled,
    from_draft,
    stated_zone,
)
from bot.services.firms.registration import register_by_page
from config.calendar import shanghai_day
from storage.chat import dialog_states
from storage.engine.transactions import Tx
from storage.firms import firms
from storage.firms.titles_on_day import facts_of
from storage.people import people
from storage.roster import roster

DONE = f"{HOME}/mine?done=1"


@dataclass(frozen=True, slots=True)
class Looked:
    """Roster result for a name: firms to choose from, or the single match."""

    choices: Sequence[tuple[int, str]] = ()
    listed: roster.Listed | None = None
    searched: bool = False


async def form(visit: PhoneRequest) -> web.StreamResponse:
    """Show the initial page."""
    entered, firm_id, firm = await visit.ground.database.read(_begin, visit.person_id)
    looked = Looked()
    if entered.entry:
        looked = Looked(listed=await visit.ground.database.read(_listed, entered.entry, entered.name))
        entered = await _with_roster(visit, entered, looked)
    return _page(visit, entered, looked, firm_id, firm)


async def send(visit: PhoneRequest) -> web.StreamResponse:
    """Search the name, or register: errors are shown beside their fields, no input is lost."""
    entered = visit.read(RegistrationValues)
    _, firm_id, firm = await visit.ground.database.read(_begin, visit.person_id)
    parts = visit.ground.parts
    reading = RegistrationFields(parts.policy, parts.texts, visit.ground.trades, parts.areas)
    if entered.entry and entered.name != entered.for_name:
        former = await visit.ground.database.read(_listed, entered.entry, entered.for_name)
        entered = entered if former is None else emptied(entered, *await visit.ground.database.read(_told, former))
    finding = entered.do == "find"
    looked = await _look(visit, entered, reading, finding=finding)
    if looked.listed is not None:
        found = {"name": looked.listed.name, "for_name": looked.listed.name, "entry": looked.listed.id}
        entered = entered.model_copy(update=found)
        entered = await _with_roster(visit, entered, looked)
    elif looked.searched:
        entered = entered.model_copy(update={"for_name": entered.name, "entry": None if looked.choices else 0})
    if finding:
        return _page(visit, entered, looked, firm_id, firm, errors=reading.errors)
    known = {} if looked.listed is None else await visit.ground.database.read(_known, looked.listed)
    command = reading.command(entered, None if looked.listed is None else looked.listed.id, known)
    if reading.errors:
        return _page(visit, entered, looked, firm_id, firm, errors=reading.errors, doubted=reading.doubted)
    if entered.firm_before == str(firm_id or ""):
        # If sent twice, the second form finds the person's firm changed already.
        given = (visit.person_id, command, parts.areas, parts.texts, stated_zone(entered))
        await visit.ground.database.write(register_by_page, *given)
    raise web.HTTPSeeOther(DONE)


async def _look(
    visit: PhoneRequest, entered: RegistrationValues, reading: RegistrationFields, *, finding: bool
) -> Looked:
    ground, name = visit.ground, entered.name
    if len(name) not in NAME_LENGTHS:
        short = len(name) < NAME_LENGTHS.start
        reading.errors["name"] = ground.texts(f"chat.registration.name_{'short' if short else 'long'}")
        return Looked()
    if entered.for_name == name and entered.entry:
        listed = await ground.database.read(_listed, entered.entry, None)
        if listed is not None:
            return Looked(listed=listed)
    if entered.for_name == name and entered.entry == 0 and not finding:
        return Looked()
    found = await ground.database.read(ground.matcher.resolve, name)
    if found.sure and (finding or found.candidates[0][1] == name):
        return Looked(listed=await ground.database.read(_listed, found.candidates[0][0], None), searched=True)
    if found.candidates and not finding:
        reading.errors["name"] = ground.texts("pages.name_choose")
    return Looked(found.candidates, searched=True)


async def _with_roster(visit: PhoneRequest, entered: RegistrationValues, looked: Looked) -> RegistrationValues:
    if looked.listed is None:
        return entered
    known = await visit.ground.database.read(_known, looked.listed)
    return filled(entered, known, looked.listed.credit_code, looked.listed.zone)


def _page(
    visit: PhoneRequest,
    entered: RegistrationValues,
    looked: Looked,
    firm_id: int | None,
    firm: str,
    *,
    errors: dict[str, str] | None = None,
    doubted: str = "",
) -> web.Response:
    parts = visit.ground.parts
    version = parts.texts("chat.privacy.version")
    return visit.page(
        "register.html",
        422 if errors else 200,
        entered=entered,
        choices=looked.choices,
        searched=looked.searched and looked.listed is None,
        listed=looked.listed.name if looked.listed is not None else "",
        firm=firm,
        firm_before=str(firm_id or ""),
        errors=errors or {},
        doubted=doubted,
        zones=[(zone, parts.areas.district_of(zone)) for zone in parts.areas if parts.areas.is_zone(zone)],
        districts=parts.policy.facts["district"].choices,
        sizes=parts.policy.facts["size"].choices,
        titles=parts.policy.facts["titles"].choices,
        trades=list(visit.ground.trades),
        privacy=parts.texts("chat.privacy.notice", version=version),
        privacy_version=version,
    )


def _begin(tx: Tx, person_id: int) -> tuple[RegistrationValues, int | None, str]:
    person = people.by_id(tx, person_id)
    state = dialog_states.load(tx, people.openid(tx, person_id))
    gathered = state.data if state is not None and state.journey in ("registration", "firm_name") else {}
    firm = "" if person.firm_id is None else firms.get(tx, person.firm_id).name
    return from_draft(gathered, people.contact(tx, person_id)), person.firm_id, firm


def _listed(tx: Tx, entry_id: int, name: str | None) -> roster.Listed | None:
    """Return the roster entry with this id if still listed (under this name)."""
    if not entry_id or roster.place_of(tx, entry_id) is None:
        return None
    listed = roster.get(tx, entry_id)
    return listed if name in (None, listed.name) else None


def _told(tx: Tx, listed: roster.Listed) -> tuple[dict[str, Any], str | None, str | None]:
    return _known(tx, listed), listed.credit_code, listed.zone


def _known(tx: Tx, listed: roster.Listed) -> dict[str, Any]:
    return facts_of(listed, shanghai_day(tx.now))
