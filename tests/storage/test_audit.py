"""The audit: acts stay readable, cannot be changed, and reveal nobody."""

import json
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from storage.audit import audit
from storage.engine.columns import table_of
from storage.engine.database import Database, Tx
from storage.engine.transactions import Actor
from storage.people import offices

AUDIT = table_of(audit.AuditRow)
PHONE = "13800000000"


def _record(tx: Tx, subject: str = "person:1") -> None:
    audit.record(tx, "contact.keep", subject, {"phone": PHONE}, by=Actor("person:1", "wechat"))


def _rows(tx: Tx) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in tx.execute(select(AUDIT).order_by(AUDIT.c.id))]


async def test_an_act_is_kept_with_who_what_when_and_where_from(database: Database) -> None:
    await database.write(_record)
    await database.write(audit.record, "tick", "firm:7", by=Actor("system", "cli"))
    contact, tick = await database.read(_rows)
    assert (contact["actor"], contact["action"], contact["subject"], contact["source"]) == (
        "person:1",
        "contact.keep",
        "person:1",
        "wechat",
    )
    assert list(contact["fields"]) == ["phone"]
    assert tick["fields"] == {}
    assert contact["id"] < tick["id"]
    assert contact["at"] <= tick["at"]


async def test_a_value_can_be_confirmed_but_not_read(database: Database) -> None:
    await database.write(_record)
    (row,) = await database.read(_rows)
    assert PHONE not in json.dumps({**row, "at": None}, ensure_ascii=False)
    assert row["fields"]["phone"] == await database.read(audit.value_hash, "person:1", "phone", PHONE)
    assert row["fields"]["phone"] != await database.read(audit.value_hash, "person:1", "phone", PHONE[:-1] + "1")


async def test_the_same_value_of_two_people_cannot_be_told_to_be_the_same(database: Database) -> None:
    await database.write(_record, "person:1")
    await database.write(_record, "person:2")
    one, two = await database.read(_rows)
    assert one["fields"] != two["fields"]


@pytest.mark.parametrize("change", ["UPDATE audit SET actor = 'nobody'", "DELETE FROM audit"])
async def test_rows_cannot_be_changed_or_removed(database: Database, change: str) -> None:
    await database.write(_record)
    before = await database.read(_rows)

    def tamper(tx: Tx) -> None:
        tx.execute(text(change))

    with pytest.raises(DBAPIError, match="append-only"):
        await database.write(tamper)
    assert await database.read(_rows) == before


async def test_rows_cannot_be_replaced_or_emptied_at_once_either(database: Database, store: str) -> None:
    await database.write(_record)
    before = await database.read(_rows)
    sqlite = (
        "INSERT OR REPLACE INTO audit (id, at, actor, action, subject, source, fields)"
        " SELECT id, at, 'nobody', action, subject, source, fields FROM audit"
    )

    def tamper(tx: Tx) -> None:
        tx.execute(text(sqlite if store == "sqlite" else "TRUNCATE audit"))

    with pytest.raises(DBAPIError, match="append-only"):
        await database.write(tamper)
    assert await database.read(_rows) == before


REPLACE_OFFICE = (
    "INSERT OR REPLACE INTO office (id, role_id, person_id, act, kind, valid_from, at)"
    " SELECT id, role_id, 9, act, kind, valid_from, at FROM office"
)


@pytest.mark.parametrize("change", ["UPDATE office SET person_id = 9", "DELETE FROM office", "replace"])
async def test_the_register_of_office_cannot_be_changed_but_for_its_sealed_names(
    database: Database, store: str, change: str
) -> None:
    role = {
        "id": 1,
        "person_id": 2,
        "kind": "editor",
        "firm_id": None,
        "agency": "市工信局",
        "area": None,
        "name": b"a",
    }
    dates = {"valid_from": date(2026, 11, 2), "valid_until": None, "stands_in_for": None}
    await database.write(offices.record, offices.GIVEN, [role | dates])
    if change == "replace":
        change = REPLACE_OFFICE if store == "sqlite" else "TRUNCATE office"

    def run(tx: Tx, statement: str) -> None:
        tx.execute(text(statement))

    with pytest.raises(DBAPIError, match="append-only"):
        await database.write(run, change)
    await database.write(run, "UPDATE office SET name = NULL")
    (kept,) = await database.read(offices.listed)
    assert (kept.person_id, kept.name) == (2, "")


async def test_an_act_that_failed_leaves_no_trace(database: Database) -> None:
    def fail(tx: Tx) -> None:
        _record(tx)
        raise LookupError

    with pytest.raises(LookupError):
        await database.write(fail)
    assert await database.read(_rows) == []
