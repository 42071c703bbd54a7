"""Tickets: questions to people, all text sealed; assignee, due date, replies."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Date, Index, String, and_, delete, func, or_, select, true, update
from sqlmodel import Field

from storage.engine.columns import BigId, ReadModel, TableRow, UtcTime, table_of
from storage.engine.page import Page
from storage.engine.transactions import Tx
from storage.people.roles import Place, Role, RoleKind

PAGE = 50


class TicketState(StrEnum):
    """A ticket's state."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


class TicketLineKind(StrEnum):
    """A ticket line's kind."""

    ASKED = "asked"
    REPLY = "reply"
    MOVED = "moved"


class Ticket(ReadModel):
    """A ticket without its text."""

    id: int = Field(primary_key=True, sa_type=BigId)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True, sa_type=BigId)
    firm_id: int | None = Field(default=None, foreign_key="firm.id", sa_type=BigId)
    area: str = Field(max_length=16)
    agency: str | None = Field(default=None, max_length=40)
    assignee: int | None = Field(default=None, foreign_key="person.id", sa_type=BigId)
    state: TicketState = Field(sa_type=String(8))
    opened: datetime = Field(sa_type=UtcTime)
    heard: datetime = Field(sa_type=UtcTime)
    settled: datetime | None = Field(default=None, sa_type=UtcTime)
    due: date = Field(sa_type=Date)

    @property
    def place(self) -> Place:
        """Return who is responsible for it."""
        return Place(agency=self.agency, area=self.area or None)

    def late(self, today: date) -> bool:
        """Tell whether its answer was due before today."""
        return self.state == TicketState.OPEN and self.due < today


class TicketRow(Ticket, TableRow, table=True):
    """One ticket. `person_id` None: they have left. `area` "": the city; `agency` None: those responsible for
    the area.
    """

    __tablename__ = "ticket"
    __table_args__ = (Index(None, "state", "due"),)


class TicketLineRow(TableRow, table=True):
    """One statement or act on a ticket. `author` of an official's act outlives its person; else None."""

    __tablename__ = "ticket_line"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    ticket_id: int = Field(foreign_key="ticket.id", index=True, sa_type=BigId)
    kind: str = Field(max_length=8)
    author: int | None = Field(default=None, sa_type=BigId)
    text: bytes
    at: datetime = Field(sa_type=UtcTime)


TICKETS = table_of(TicketRow)
LINES = table_of(TicketLineRow)


@dataclass(frozen=True, slots=True)
class TicketLine:
    """One line of a ticket, decrypted."""

    id: int
    kind: TicketLineKind
    author: int | None
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TicketQuery:
    """Filter for tickets; None means any. `reach`: the viewer's roles."""

    reach: tuple[Role, ...]
    state: TicketState | None = TicketState.OPEN
    area: str | None = None
    agency: str | None = None
    assignee: int | None = None
    late_on: date | None = None
    page: int = 1


def add(tx: Tx, person_id: int, firm_id: int | None, area: str, due: date) -> int:
    """Open a ticket now; return its id."""
    row = {
        "person_id": person_id,
        "firm_id": firm_id,
        "area": area,
        "state": TicketState.OPEN.value,
        "opened": tx.now,
        "heard": tx.now,
        "due": due,
    }
    return tx.add(TICKETS, row)


def add_line(tx: Tx, ticket_id: int, kind: TicketLineKind, author: int, text: str) -> int:
    """Add a line; return its id."""
    sealed = tx.cipher.seal(text, f"ticket.line:{ticket_id}")
    return tx.add(LINES, {"ticket_id": ticket_id, "kind": kind.value, "author": author, "text": sealed, "at": tx.now})


def change(tx: Tx, ticket_id: int, **values: object) -> None:
    """Set these columns of a ticket."""
    tx.execute(update(TICKETS).where(TICKETS.c.id == ticket_id).values(values))


def get(tx: Tx, ticket_id: int) -> Ticket | None:
    """Return the ticket with this id."""
    return tx.one(select(TICKETS).where(TICKETS.c.id == ticket_id), Ticket.of)


def lines(tx: Tx, ticket_id: int) -> list[TicketLine]:
    """Return all lines of a ticket, in order."""
    found = tx.execute(select(LINES).where(LINES.c.ticket_id == ticket_id).order_by(LINES.c.id))
    return [_line(tx, row) for row in found]


def unanswered(tx: Tx, ticket_id: int) -> int:
    """Count the person's lines since the last reply."""
    last = select(func.max(LINES.c.id)).where(
        LINES.c.ticket_id == ticket_id, LINES.c.kind == TicketLineKind.REPLY.value
    )
    mine = select(func.count()).where(
        LINES.c.ticket_id == ticket_id,
        LINES.c.kind == TicketLineKind.ASKED.value,
        LINES.c.id > func.coalesce(last.scalar_subquery(), 0),
    )
    return int(tx.execute(mine).scalar_one())


def of_person(tx: Tx, person_id: int, most: int) -> list[Ticket]:
    """Return this person's newest tickets, newest first."""
    mine = select(TICKETS).where(TICKETS.c.person_id == person_id).order_by(TICKETS.c.id.desc()).limit(most)
    return [Ticket.of(row) for row in tx.execute(mine)]


def page(tx: Tx, wanted: TicketQuery) -> Page[Ticket]:
    """Return one page of the queue, earliest due first, and the total."""
    found = select(TICKETS).where(*_conditions(wanted)).order_by(TICKETS.c.due, TICKETS.c.id)
    return Page.of(tx, found, wanted.page, PAGE, Ticket.of)


def first_words(tx: Tx, ticket_ids: Collection[int]) -> dict[int, str]:
    """Return each ticket's first text; none if erased with its person."""
    asked = (LINES.c.ticket_id.in_(sorted(ticket_ids)), LINES.c.kind == TicketLineKind.ASKED.value)
    first = select(func.min(LINES.c.id)).where(*asked).group_by(LINES.c.ticket_id)
    found = tx.execute(select(LINES).where(LINES.c.id.in_(first)))
    return {row.ticket_id: _line(tx, row).text for row in found}


def firms_of(tx: Tx, person_id: int) -> list[int]:
    """Return the firms this person asked for."""
    mine = select(TICKETS.c.firm_id).where(TICKETS.c.person_id == person_id, TICKETS.c.firm_id.is_not(None)).distinct()
    return sorted(tx.execute(mine).scalars())


def transfer(tx: Tx, person_id: int, firm_id: int, heir: int) -> list[int]:
    """Hand this person's tickets for this firm to the heir; return the ids of open ones."""
    mine = (TICKETS.c.person_id == person_id, TICKETS.c.firm_id == firm_id)
    moved = tx.execute(update(TICKETS).where(*mine).values(person_id=heir).returning(TICKETS.c.id, TICKETS.c.state))
    return sorted(row.id for row in moved if row.state == TicketState.OPEN)


def erase_person(tx: Tx, person_id: int) -> None:
    """Erase this person from tickets. A firm's tickets stay with it; of their own only that they asked, and officials'
    acts, remain. Their acts on others' tickets stay attributed.
    """
    own = select(TICKETS.c.id).where(TICKETS.c.person_id == person_id, TICKETS.c.firm_id.is_(None))
    tx.execute(delete(LINES).where(LINES.c.ticket_id.in_(own), LINES.c.kind == TicketLineKind.ASKED.value))
    unanswered = (TICKETS.c.id.in_(own), TICKETS.c.state == TicketState.OPEN.value)
    tx.execute(update(TICKETS).where(*unanswered).values(state=TicketState.CLOSED.value, settled=tx.now))
    tx.execute(update(TICKETS).where(TICKETS.c.person_id == person_id).values(person_id=None))
    tx.execute(
        update(LINES).where(LINES.c.author == person_id, LINES.c.kind == TicketLineKind.ASKED.value).values(author=None)
    )
    tx.execute(update(TICKETS).where(TICKETS.c.assignee == person_id).values(assignee=None))


def _conditions(wanted: TicketQuery) -> list[Any]:
    conditions: list[Any] = [or_(*(_reached(role) for role in wanted.reach))]
    if wanted.late_on is not None:
        conditions += [TICKETS.c.state == TicketState.OPEN.value, TICKETS.c.due < wanted.late_on]
    elif wanted.state is not None:
        conditions.append(TICKETS.c.state == wanted.state.value)
    same = {"area": wanted.area, "agency": wanted.agency, "assignee": wanted.assignee}
    conditions += [TICKETS.c[name] == value for name, value in same.items() if value is not None]
    return conditions


def _reached(role: Role) -> Any:
    """Return `Role.covers` of a ticket's place, as a condition."""
    if role.kind == RoleKind.OPERATOR:
        return true()
    agency = or_(TICKETS.c.agency.is_(None), TICKETS.c.agency == role.agency)
    return agency if role.area is None else and_(agency, TICKETS.c.area == role.area)


def _line(tx: Tx, row: Any) -> TicketLine:
    text = tx.cipher.open(row.text, f"ticket.line:{row.ticket_id}")
    return TicketLine(row.id, TicketLineKind(row.kind), row.author, text, row.at)
