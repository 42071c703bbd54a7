"""Details on both databases: entries are returned verbatim, and every change has a new version."""

from datetime import date

import pytest

from storage.engine import change_counters
from storage.engine.database import Database
from storage.engine.transactions import Tx
from storage.policy import published_details
from storage.policy.detail_content import DetailContent
from tests.details import a_rule, a_statement, a_window, publish


@pytest.mark.parametrize(
    "content",
    [
        a_window(titles=("srdi",)),
        a_window(opens=None, closes=None),
        a_rule({"titles": ("little_giant",), "holds_patents": (True,)}, until=date(2028, 1, 1)),
        a_statement(area="江宁"),
    ],
)
async def test_what_was_entered_comes_back_word_for_word(database: Database, content: DetailContent) -> None:
    detail_id = await database.write(published_details.add, content, 7)
    found = await database.read(published_details.get, detail_id)
    assert found is not None
    assert found.content == content
    assert found.digest == content.digest == found.content.digest
    assert (found.state, found.entered_by, found.approved_by) == ("draft", 7, None)


def test_any_other_word_is_another_hash() -> None:
    base = a_window()
    assert len({base.digest, a_window(area="江宁").digest, a_window(closes=None).digest, a_window().digest}) == 3
    assert a_rule({"holds_patents": (True,)}).digest != a_rule({"holds_patents": (False,)}).digest


async def test_every_change_carries_a_new_version_and_is_kept(database: Database) -> None:
    first = await database.write(publish, a_statement())
    second = await database.write(publish, a_window())
    seen = await database.read(change_counters.current, published_details.VERSION)
    assert [one.id for one in await database.read(published_details.changed_since, 0)] == [first, second]
    assert await database.read(published_details.changed_since, seen) == []

    def correct(tx: Tx) -> None:
        published_details.replace(tx, first, a_statement("按实际支出的20%抵扣"), 3)

    await database.write(correct)
    (changed,) = await database.read(published_details.changed_since, seen)
    assert (changed.id, changed.state, changed.approved_by) == (first, "draft", None)
    acts = await database.read(published_details.history, first)
    assert [act.act for act in acts] == ["edit", "published", "waiting", "enter"]
    assert acts[0].digest != acts[1].digest
