"""Which of the account's templates shows which card, as operators enter it: by purpose and sending method."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

from sqlalchemy import JSON, delete, insert, select, update
from sqlmodel import Field

from storage.engine.columns import TableRow, UtcTime, table_of
from storage.engine.transactions import Tx

Use = Literal["template", "notice"]
USES: tuple[Use, ...] = ("template", "notice")


class CardTemplateRow(TableRow, table=True):
    """One template: `fields` maps each of its fields to fixed text in which {name} stands for a purpose's field.

    `stopped`: the platform's code for why it cannot be used any more.
    """

    __tablename__ = "card_template"

    purpose: str = Field(primary_key=True, max_length=24)
    use: str = Field(primary_key=True, max_length=8)
    template_id: str = Field(max_length=64)
    fields: dict[str, str] = Field(sa_type=JSON)
    stopped: str | None = Field(default=None, max_length=16)
    changed: datetime = Field(sa_type=UtcTime)


CARD_TEMPLATES = table_of(CardTemplateRow)
_ALL = select(CARD_TEMPLATES).order_by(CARD_TEMPLATES.c.purpose, CARD_TEMPLATES.c.use.desc())


@dataclass(frozen=True, slots=True)
class CardTemplate:
    """How a purpose is shown by a template message ("template") or a 订阅通知 ("notice")."""

    purpose: str
    use: Use
    template_id: str
    fields: Mapping[str, str]
    stopped: str | None = None


def every(tx: Tx) -> list[CardTemplate]:
    """Return all entered templates, including stopped ones."""
    return [
        CardTemplate(row.purpose, cast(Use, row.use), row.template_id, row.fields, row.stopped)
        for row in tx.execute(_ALL)
    ]


def usable(tx: Tx) -> dict[tuple[str, Use], CardTemplate]:
    """Return the usable templates, by purpose and use."""
    return {(one.purpose, one.use): one for one in every(tx) if one.stopped is None}


def put(tx: Tx, card: CardTemplate) -> None:
    """Set the template for this purpose, clearing an earlier stop."""
    remove(tx, card.purpose, card.use)
    values = {"purpose": card.purpose, "use": card.use, "template_id": card.template_id, "fields": dict(card.fields)}
    tx.execute(insert(CARD_TEMPLATES).values(**values, changed=tx.now))


def remove(tx: Tx, purpose: str, use: str) -> bool:
    """Remove this purpose's template for this use; False if there was none."""
    mine = (CARD_TEMPLATES.c.purpose == purpose, CARD_TEMPLATES.c.use == use)
    return bool(tx.execute(delete(CARD_TEMPLATES).where(*mine)).rowcount)


def stop(tx: Tx, template_id: str, why: str) -> bool:
    """Stop a template the platform refuses, until somebody enters it again; False if already stopped."""
    mine = (CARD_TEMPLATES.c.template_id == template_id, CARD_TEMPLATES.c.stopped.is_(None))
    return bool(tx.execute(update(CARD_TEMPLATES).where(*mine).values(stopped=why)).rowcount)
