"""Who acts comes with the transaction: nothing is audited that nobody did."""

import pytest

from storage.audit import audit
from storage.audit.audit import NoActorError
from storage.engine.database import Database
from storage.engine.transactions import SERVICE, Actor, Tx


async def acts(database: Database) -> list[tuple[str, str]]:
    found = await database.read(audit.entries, audit.AuditQuery(), most=10)
    return [(one.actor, one.source) for one in found]


async def test_an_act_of_nobody_is_refused_and_leaves_nothing(database: Database) -> None:
    with pytest.raises(NoActorError):
        await database.by(None).write(audit.record, "tick", "firm:7")
    assert await acts(database) == []


async def test_each_act_is_audited_under_whoever_the_database_acts_for(database: Database) -> None:
    for actor in (Actor.person(3, "h5"), Actor.person(4, "console"), SERVICE):
        await database.by(actor).write(audit.record, "tick", "firm:7")
    assert await acts(database) == [("service", "tick"), ("person:4", "console"), ("person:3", "h5")]


async def test_who_acts_stays_the_same_where_something_precedes_each_write(database: Database) -> None:
    preceded = database.by(Actor.person(3, "h5")).preceded_by(lambda tx: audit.record(tx, "first", "firm:7"))
    await preceded.write(audit.record, "second", "firm:7")
    assert await acts(database) == [("person:3", "h5")] * 2


async def test_one_act_may_be_somebody_elses(database: Database) -> None:
    def both(tx: Tx) -> None:
        audit.record(tx, "hand_over", "firm:7", by=Actor.person(5, "wechat"))
        audit.record(tx, "end", "firm:7")

    await database.by(SERVICE).write(both)
    assert await acts(database) == [("service", "tick"), ("person:5", "wechat")]
