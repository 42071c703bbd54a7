"""A firm's offerings, entered by officials where it has not done so itself."""

from dataclasses import dataclass

from aiohttp import web

from bot.console.context import HOME, ConsoleRequest, see
from bot.services.firms import offerings as offering_service
from storage.engine.transactions import Tx
from storage.firms import firms, offerings, verifications
from storage.firms.offerings import OfferingText
from storage.people.roles import Role

FIELDS = ("products", "keywords")


@dataclass(frozen=True, slots=True)
class OfferingsPage:
    """A firm's offerings by field; fields the firm filled itself are read-only."""

    firm_id: int
    name: str
    stated: dict[str, OfferingText]


async def show(visit: ConsoleRequest) -> web.StreamResponse:
    """Show the fields with their source, and a form for missing ones."""
    shown = await visit.desk.database.read(_shown, visit.number)
    return visit.page("offers.html", shown=shown, fields=FIELDS, most=offering_service.MOST)


async def save(visit: ConsoleRequest) -> web.StreamResponse:
    """Save the fields sent; the firm is notified who entered what."""
    firm_id = visit.number
    # A field that the firm filled itself is not in the form.
    sent = {field: visit.text(field) for field in FIELDS if field in visit.form}
    role = await visit.desk.database.read(_role, visit, firm_id)
    await visit.desk.database.write(offering_service.enter, role, firm_id, sent, visit.desk.texts)
    see(f"{HOME}/firms/{firm_id}")


def _shown(tx: Tx, firm_id: int) -> OfferingsPage:
    return OfferingsPage(firm_id, firms.get(tx, firm_id).name, offerings.of(tx, firm_id))


def _role(tx: Tx, visit: ConsoleRequest, firm_id: int) -> Role:
    """Return the role used: one naming an agency before one that does not."""
    place = verifications.place_of(tx, firm_id)
    fitting = [role for role in visit.me.admitted if place is not None and role.covers(place)]
    if not fitting:
        raise web.HTTPNotFound
    return next((role for role in fitting if role.agency), fitting[0])
