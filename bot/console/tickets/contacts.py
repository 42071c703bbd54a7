"""Contacts: list, gaps, one contact; entered by editors within their area."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from aiohttp import web
from pydantic import Field

from bot.console import batch_actions
from bot.console.access import contact_place
from bot.console.acts import act
from bot.console.batch_actions import BatchAction, BatchLine
from bot.console.context import HOME, ConsoleRequest, see
from bot.services.tickets import contacts as contact_service
from bot.web import spreadsheets
from bot.web.form_models import Choice, FormModel, at_most
from bot.web.page_request import existing
from config.calendar import shanghai_day
from config.policy.model import Item
from storage.engine.page import last_page
from storage.engine.transactions import Tx
from storage.people import roles
from storage.people.roles import Place, RoleKind
from storage.tickets import contacts
from storage.tickets.contacts import CITY, AgencyContact, ContactQuery, VerifiedContact

MOST_EXPORTED = 20_000
_LONGEST_WORDS = 40
HEAD = ("事项、条文或单位", "范围", "单位", "科室", "电话", "时间", "核对日期", "是否复核")


class ContactForm(FormModel):
    """Whom to call, and when."""

    unit: Annotated[str, at_most(contact_service.LONGEST)] = ""
    office: Annotated[str, at_most(contact_service.LONGEST)] = ""
    phone: Annotated[str, at_most(contact_service.LONGEST)] = ""
    hours: Annotated[str, at_most(contact_service.LONGEST)] = ""

    def contact(self, about: str, area: str) -> AgencyContact:
        """Return it as the contact for this, there."""
        return AgencyContact(about, area, self.unit, self.office, self.phone, self.hours)


class NewContactForm(ContactForm):
    """A contact that is entered: also about what, and where."""

    about: Choice = ""
    area: Choice = Field(CITY, validate_default=True)


@dataclass(frozen=True, slots=True)
class ContactsPage:
    """One page of contacts as shown."""

    contacts: list[VerifiedContact]
    total: int
    names: Mapping[int, str]
    stale: frozenset[int]
    wanted: ContactQuery


async def listed(visit: ConsoleRequest) -> web.StreamResponse:
    """Show one page of the list, and for an editor the form of a new one."""
    shown = await visit.desk.database.read(_listing, visit)
    return visit.page(
        "contacts.html",
        shown=shown,
        wanted=shown.wanted,
        only_stale=visit.request.query.get("stale") == "1",
        last=last_page(shown.total, contacts.PAGE),
        abouts=_abouts(visit),
        areas=visit.areas,
        own_areas=_own_areas(visit),
    )


async def gaps(visit: ConsoleRequest) -> web.StreamResponse:
    """Show the items without a contact, by area."""
    areas = visit.areas
    places = {area: visit.desk.areas.places(area) for area in areas}
    entered = await visit.desk.database.read(contacts.existing)
    found: list[tuple[Item, list[str]]] = list(contact_service.gaps(visit.desk.policy, places, entered))
    return visit.page("contact_gaps.html", gaps=found, areas=areas, items=len(visit.desk.policy.items))


async def export(visit: ConsoleRequest) -> web.StreamResponse:
    """Export the whole filtered list as a file."""
    rows = await visit.desk.database.read(_rows, visit)
    return await asyncio.to_thread(spreadsheets.as_file, visit.request.query.get("as", "xlsx"), "联系电话", HEAD, rows)


async def show(visit: ConsoleRequest) -> web.StreamResponse:
    """Show one contact; an editor may change, confirm or remove it."""
    contact, stale, name = await visit.desk.database.read(_one, visit.number)
    return visit.page("contact.html", contact=contact, stale=stale, name=name, label=_label(visit, contact))


async def add(visit: ConsoleRequest) -> web.StreamResponse:
    """Save a new contact within one's own area."""
    given = visit.read(NewContactForm, about=_abouts(visit), area=_own_areas(visit))
    contact = given.contact(given.about, given.area)
    await visit.desk.database.write(contact_service.add, visit.me.person_id, visit.desk.policy, contact)
    see(f"{HOME}/contacts")


async def change(visit: ConsoleRequest) -> web.StreamResponse:
    """Replace unit, office, phone and hours."""
    contact_id = visit.number
    await visit.desk.database.write(_change, visit, contact_id)
    see(f"{HOME}/contacts/{contact_id}")


async def confirm(visit: ConsoleRequest) -> web.StreamResponse:
    """Mark the contact as verified today."""
    await visit.desk.database.write(contact_service.confirm, visit.me.person_id, visit.number)
    back = f"{HOME}/contacts"
    see(back if visit.text("back") == "list" else f"{back}/{visit.number}")


# Remove the contact.
remove = act(contact_service.remove, "/contacts")


def _change(tx: Tx, visit: ConsoleRequest, contact_id: int) -> None:
    standing = contacts.get(tx, contact_id)
    if standing is not None:
        contact = visit.read(ContactForm).contact(standing.about, standing.area)
        contact_service.change(tx, visit.me.person_id, visit.desk.policy, contact_id, contact)


def _listing(tx: Tx, visit: ConsoleRequest) -> ContactsPage:
    wanted = _wanted(tx, visit)
    found, total = contacts.page(tx, wanted)
    names = roles.names(tx, {one.verified_by for one in found if one.verified_by is not None})
    today = shanghai_day(tx.now)
    stale = frozenset(one.id for one in found if contact_service.is_stale(one.verified_on, today))
    return ContactsPage(found, total, names, stale, wanted)


def _one(tx: Tx, contact_id: int) -> tuple[VerifiedContact, bool, str]:
    found = existing(contacts.get(tx, contact_id))
    by = found.verified_by
    name = "" if by is None else roles.names(tx, {by}).get(by, "")
    return found, contact_service.is_stale(found.verified_on, shanghai_day(tx.now)), name


def _rows(tx: Tx, visit: ConsoleRequest) -> list[tuple[str, ...]]:
    labels, today = _abouts(visit), shanghai_day(tx.now)
    found, _ = contacts.page(tx, _wanted(tx, visit), MOST_EXPORTED)
    return [
        (
            labels.get(one.about, one.about),
            one.area or "全市",
            one.unit,
            one.office,
            one.phone,
            one.hours,
            one.verified_on.isoformat(),
            "未复核" if contact_service.is_stale(one.verified_on, today) else "",
        )
        for one in found
    ]


def _wanted(tx: Tx, visit: ConsoleRequest) -> ContactQuery:
    asked = visit.request.query
    area = asked.get("area")
    mine = visit.me.areas()
    before = shanghai_day(tx.now) - contact_service.GOOD_FOR if asked.get("stale") == "1" else None
    return ContactQuery(
        None if mine is None else mine | {CITY},
        area if area and area in visit.desk.areas else CITY if area == "全市" else None,
        asked.get("q", "").strip()[:_LONGEST_WORDS],
        before,
        visit.page_number,
    )


def _abouts(visit: ConsoleRequest) -> dict[str, str]:
    """Return possible subjects of a contact with labels: items, clauses, agencies."""
    policy = visit.desk.policy
    return {
        **{code: f"{code} {item.title}" for code, item in policy.items.items()},
        **{str(clause.number): f"{clause.label} {clause.title}" for clause in policy.clauses},
        **{agency: agency for agency in policy.agency_names},
    }


def _label(visit: ConsoleRequest, contact: VerifiedContact) -> str:
    return _abouts(visit).get(contact.about, contact.about)


def _own_areas(visit: ConsoleRequest) -> list[str]:
    """Return the areas for which the viewer may enter contacts; CITY: the whole city."""
    editing = [role for role in visit.me.held if role.kind == RoleKind.EDITOR]
    return [
        area for area in (CITY, *visit.desk.areas) if any(role.covers(Place(area=area or None)) for role in editing)
    ]


async def batch(visit: ConsoleRequest) -> web.StreamResponse:
    """Show which would be confirmed, with their numbers; once confirmed, do so for each."""
    numbers = batch_actions.chosen(visit)
    visit.choice("do", ("confirm",))
    lines = await visit.desk.database.read(_batch_lines, visit, numbers)
    action = BatchAction(f"{HOME}/contacts/batch", f"{HOME}/contacts", "打过电话，仍然正确", "条", {"do": "confirm"})
    if not batch_actions.is_sure(visit):
        return batch_actions.confirm_page(visit, action, lines, len(numbers))

    def confirm(tx: Tx, contact_id: int) -> None:
        contact_service.confirm(tx, visit.me.person_id, contact_id)

    return await batch_actions.carry_out(visit, action, lines, contact_place, confirm)


def _batch_lines(tx: Tx, visit: ConsoleRequest, numbers: list[int]) -> list[BatchLine]:
    reached = batch_actions.reached(tx, visit.me.admitted, contact_place, numbers)
    found = [contacts.get(tx, number) for number in reached]
    return [
        BatchLine(one.id, f"{one.unit} {one.office} {one.phone}（{one.area or '全市'}）")
        for one in found
        if one is not None
    ]
