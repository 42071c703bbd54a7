"""No id is given twice, on either store: a removed row's stays its own, in restored databases too."""

from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from storage.backup import restore
from storage.backup.dump import check_backup, write_backup
from storage.engine import counters
from storage.engine.columns import counts_up
from storage.engine.database import Database
from storage.engine.field_encryption import FieldCipher
from storage.engine.key_check import check_key
from storage.engine.tables import every_table
from storage.engine.transactions import Tx
from storage.people import people
from tests.conftest import TESTER
from tests.storage.filling import another

# With random or constant ids.
THEIR_OWN = {"bid", "bid_submission", "challenge_file", "planner"}


def declared(tx: Tx) -> dict[str, str]:
    return {row.name: row.sql for row in tx.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))}


def test_every_number_that_names_rows_is_given_by_the_store() -> None:
    alone = {table.name for table in every_table() if [column.name for column in table.primary_key] == ["id"]}
    assert alone - {table.name for table in counters.counting()} == THEIR_OWN


async def test_each_table_of_the_newest_form_uses_no_id_twice(database: Database, store: str) -> None:
    if store == "sqlite":
        sql = await database.read(declared)
        assert {t.name for t in every_table() if counts_up(t)} == {n for n, s in sql.items() if "AUTOINCREMENT" in s}
        return

    def kinds(tx: Tx) -> dict[str, object]:
        seen = inspect(tx.connection)
        return {
            table.name: next(one["default"] for one in seen.get_columns(table.name) if one["name"] == "id")
            for table in counters.counting()
        }

    assert all("nextval" in str(default) for default in (await database.read(kinds)).values())


async def test_the_id_of_somebody_who_left_is_nobody_elses(database: Database) -> None:
    first = await database.write(people.meet, "o-first")
    await database.write(people.erase, first.id)
    assert (await database.write(people.meet, "o-second")).id > first.id


async def test_a_restored_database_goes_on_from_the_highest_id_ever_given(
    database: Database, store: str, request: pytest.FixtureRequest, tmp_path: Path, secret_key: bytes
) -> None:
    await database.write(check_key)
    stays = await database.write(people.meet, "o-stays")
    left = [await database.write(people.meet, f"o-{number}") for number in range(3)]
    for one in left:
        await database.write(people.erase, one.id)
    file = tmp_path / "all.gz"
    await database.read(write_backup, file)
    manifest = check_backup(file, FieldCipher(secret_key))
    with another(store, request, tmp_path) as url:
        restored = Database.open(url, key=secret_key, actor=TESTER)
        await restored.write(restore.load, file, manifest)
        assert await restored.read(lambda tx: people.by_id(tx, stays.id)) == stays
        assert (await restored.write(people.meet, "o-new")).id > left[-1].id
        await restored.close()
