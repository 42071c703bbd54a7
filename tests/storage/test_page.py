"""Pages of a list, and rows that are written whether or not they are there already."""

from sqlalchemy import select

from storage.engine.database import Database
from storage.engine.page import Page, last_page
from storage.engine.transactions import Tx
from storage.firms.sentence_vectors import VECTORS
from storage.notices.platform_cache import TOLD


def test_an_empty_list_has_one_page_and_a_full_one_as_many_as_it_fills() -> None:
    assert [last_page(total, 20) for total in (0, 1, 20, 21, 40, 41)] == [1, 1, 1, 2, 2, 3]


async def test_a_page_holds_its_part_of_the_order_and_the_count_of_all(database: Database) -> None:
    def play(tx: Tx) -> list[Page[str]]:
        tx.insert_new(VECTORS, [{"digest": f"{number}", "vector": b""} for number in range(7)])
        found = select(VECTORS).where(VECTORS.c.digest != "3").order_by(VECTORS.c.digest.desc())
        return [Page.of(tx, found, number, 4, lambda row: str(row.digest)) for number in (1, 2, 3)]

    assert await database.write(play) == [(["6", "5", "4", "2"], 6), (["1", "0"], 6), ([], 6)]


async def test_only_what_is_not_there_is_inserted_and_counted(database: Database) -> None:
    def play(tx: Tx) -> tuple[int, int, int, list[bytes]]:
        first = tx.insert_new(VECTORS, [{"digest": "a", "vector": b"1"}], ["digest"])
        again = tx.insert_new(VECTORS, [{"digest": "a", "vector": b"2"}])
        some = tx.insert_new(VECTORS, [{"digest": one, "vector": b"3"} for one in "abc"], ["digest"])
        return first, again, some, list(tx.execute(select(VECTORS.c.vector).order_by(VECTORS.c.digest)).scalars())

    assert await database.write(play) == (1, 0, 2, [b"1", b"3", b"3"])


async def test_a_row_that_is_there_is_changed_where_the_condition_holds(database: Database) -> None:
    def play(tx: Tx) -> list[object]:
        tx.upsert(TOLD, {"name": "tags", "value": 1, "learned": tx.now})
        tx.upsert(TOLD, {"name": "tags", "value": 2, "learned": tx.now}, where=TOLD.c.name == "other")
        kept = tx.execute(select(TOLD.c.value)).scalars().all()
        tx.upsert(TOLD, {"name": "tags", "value": 3, "learned": tx.now})
        tx.upsert(TOLD, {"name": "tags", "value": 4, "learned": tx.now}, {"missed": tx.now})
        return [*kept, *tx.execute(select(TOLD.c.value, TOLD.c.missed == tx.now)).one()]

    assert await database.write(play) == [1, 3, True]
