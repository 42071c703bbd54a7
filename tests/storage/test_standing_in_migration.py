"""Stand-ins of a database from before they had to end: each ends, and approves nothing until somebody consents."""

from datetime import date, timedelta
from pathlib import Path

from alembic import command
from sqlalchemy import text

from storage.engine import migration, postgresql, sqlite
from storage.engine.addresses import parse
from storage.engine.database import Database
from storage.engine.transactions import Tx
from storage.people import roles, stand_ins
from storage.people.roles import Kind
from storage.people.stand_ins import StoodIn

BEGUN = date(2026, 11, 2)
BEFORE = "0050"
_PERSON = text("INSERT INTO person (id, mark, openid, met) VALUES (:id, :mark, :openid, '2026-11-01 00:00:00+00:00')")
_ROLE = text(
    "INSERT INTO role (id, person_id, kind, agency, valid_from, valid_until, stands_in_for, granted) VALUES"
    " (:id, :person, :kind, '市工信局', :begun, :until, :own, '2026-11-01 00:00:00+00:00')"
)
# (id, person, kind, until, in whose place)
STOOD = (
    (11, 1, "editor", None, None),
    (12, 1, "auditor", None, None),
    (21, 2, "editor", None, 11),
    (22, 2, "auditor", None, 12),
    (23, 3, "auditor", BEGUN + timedelta(days=400), 12),
    (24, 4, "auditor", BEGUN + timedelta(days=7), 12),
)


async def test_a_stand_in_that_had_no_end_has_one_and_waits(empty_url: str, secret_key: bytes) -> None:
    address = parse(empty_url)
    if isinstance(address, Path):
        engine = sqlite.engine_for(address, create=True)
    else:
        engine = postgresql.engine_for(address, "READ COMMITTED")
    with engine.begin() as connection:
        command.upgrade(migration.configuration(connection), BEFORE)
        for number in range(1, 5):
            connection.execute(_PERSON, {"id": number, "mark": f"m{number}", "openid": b"x"})
        for id_, person, kind, until, own in STOOD:
            row = {"id": id_, "person": person, "kind": kind, "begun": BEGUN, "until": until, "own": own}
            connection.execute(_ROLE, row)
    engine.dispose()
    assert migration.upgrade(empty_url)
    database = Database.open(empty_url, key=secret_key)

    def read(tx: Tx) -> tuple[dict[int, date | None], list[list[Kind]], list[StoodIn]]:
        day = BEGUN + timedelta(days=1)
        held = [[role.kind for role in roles.held(tx, person, day)] for person in (2, 3, 4)]
        return {role.id: role.valid_until for role in roles.given(tx)}, held, stand_ins.of_persons(tx, [2, 3, 4])

    ends, held, stood = await database.read(read)
    last = BEGUN + timedelta(days=90)
    assert ends == {11: None, 12: None, 21: last, 22: last, 23: last, 24: BEGUN + timedelta(days=7)}
    assert held == [[Kind.AUDITOR], [Kind.AUDITOR], [Kind.AUDITOR]], "an editor's stand-in waits for consent"
    stood.sort(key=lambda one: one.person_id)
    assert [(one.person_id, one.principal_id, one.valid_until) for one in stood] == [
        (2, 1, last), (2, 1, last), (3, 1, last), (4, 1, BEGUN + timedelta(days=7)),
    ]  # fmt: skip
    await database.close()
