"""Dialog states, which survive a restart; what was typed so far is sealed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlmodel import Field

from storage.engine.columns import TableRow, UtcTime, table_of, to_json
from storage.engine.transactions import Tx
from storage.people.people import mark_of


class DialogRow(TableRow, table=True):
    """A person's running dialog, looked up by HMAC of their openid."""

    __tablename__ = "dialog"

    mark: str = Field(primary_key=True, max_length=32)
    journey: str = Field(max_length=32)
    step: str = Field(max_length=32)
    version: int
    data: bytes
    updated: datetime = Field(sa_type=UtcTime)


DIALOGS = table_of(DialogRow)
_MINE = DIALOGS.c.mark == bindparam("mark_")
_LOAD = select(DIALOGS.c.journey, DIALOGS.c.step, DIALOGS.c.version, DIALOGS.c.data, DIALOGS.c.updated).where(_MINE)
_INSERT = insert(DIALOGS)
_UPDATE = update(DIALOGS).where(_MINE)
_DROP = delete(DIALOGS).where(_MINE)


@dataclass(frozen=True, slots=True)
class DialogState:
    """A position in a dialog. `version` is the dialog's own: one finding an older state may restart.

    `updated`: when it was last saved, set by `save`.
    """

    journey: str
    step: str
    data: Mapping[str, Any]
    version: int = 1
    updated: datetime | None = None


def load(tx: Tx, openid: str) -> DialogState | None:
    """Return this person's state, if a dialog is running."""
    mark = mark_of(tx, openid)
    row = tx.execute(_LOAD, {"mark_": mark}).one_or_none()
    if row is None:
        return None
    data = json.loads(tx.cipher.open(row.data, f"dialog.data:{mark}"))
    return DialogState(row.journey, row.step, data, row.version, row.updated)


def save(tx: Tx, openid: str, state: DialogState) -> None:
    """Save this person's state, replacing the previous one. `data` must be JSON."""
    mark = mark_of(tx, openid)
    values = {
        "journey": state.journey,
        "step": state.step,
        "version": state.version,
        "data": tx.cipher.seal(to_json(state.data), f"dialog.data:{mark}"),
        "updated": tx.now,
    }
    if tx.execute(_UPDATE, {"mark_": mark, **values}).rowcount == 0:
        tx.execute(_INSERT, {"mark": mark, **values})


def drop(tx: Tx, openid: str) -> None:
    """Delete the state: the dialog is over or its person has left. No-op if none runs."""
    tx.execute(_DROP, {"mark_": mark_of(tx, openid)})
