"""Which template of the account shows which card, as operators enter it: by purpose and by how it is sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

from sqlalchemy import JSON, delete, insert, select, update
from sqlmodel import Field

from storage.engine.columns import Row, UtcTime, table_of
from storage.engine.transactions import Tx

Use = Literal["template", "notice"]
USES: tuple[Use, ...] = ("template", "notice")


class CardTemplateRow(Row, table=True):
    """One template: `fields` maps each field of it to fixed words in which {name} stands for a field of the purpose.

    `stopped` is the platform's code for why it may not be used any more.
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
    """How one purpose is shown by a template message ("template") or a 订阅通知 ("notice")."""

    purpose: str
    use: Use
    template_id: str
    fields: Mapping[str, str]
    stopped: str | None = None


def every(tx: Tx) -> list[CardTemplate]:
    """All that were entered, those that are stopped too."""
    return [
        CardTemplate(row.purpose, cast(Use, row.use), row.template_id, row.fields, row.stopped)
        for row in tx.execute(_ALL)
    ]


def usable(tx: Tx) -> dict[tuple[str, Use], CardTemplate]:
    """Those that may be used, by purpose and use."""
    return {(one.purpose, one.use): one for one in every(tx) if one.stopped is None}


def put(tx: Tx, card: CardTemplate) -> None:
    """From now on this purpose is shown so; what stopped it before is over."""
    remove(tx, card.purpose, card.use)
    values = {"purpose": card.purpose, "use": card.use, "template_id": card.template_id, "fields": dict(card.fields)}
    tx.execute(insert(CARD_TEMPLATES).values(**values, changed=tx.now))


def remove(tx: Tx, purpose: str, use: str) -> bool:
    """This purpose is not shown this way any more; False where it was not."""
    mine = (CARD_TEMPLATES.c.purpose == purpose, CARD_TEMPLATES.c.use == use)
    return bool(tx.execute(delete(CARD_TEMPLATES).where(*mine)).rowcount)


def stop(tx: Tx, template_id: str, why: str) -> bool:
    """The platform refuses this template: nothing more with it until somebody enters it anew; False where it is."""
    mine = (CARD_TEMPLATES.c.template_id == template_id, CARD_TEMPLATES.c.stopped.is_(None))
    return bool(tx.execute(update(CARD_TEMPLATES).where(*mine).values(stopped=why)).rowcount)
