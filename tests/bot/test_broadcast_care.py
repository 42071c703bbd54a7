"""Two approvals if the rules require two; nothing restored is sent twice; a large audience is counted."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.chat.context import ChatServices
from bot.services.broadcasts import broadcasts as broadcast_service
from config.errors import InputError
from config.limits import Approval, BroadcastLimits
from storage.backup import restore
from storage.backup.dump import check_backup, write_backup
from storage.broadcasts import broadcasts, recipients
from storage.broadcasts.broadcasts import Broadcast, BroadcastState
from storage.engine.database import Database
from storage.engine.field_encryption import FieldCipher
from storage.engine.key_check import check_key
from storage.engine.transactions import SERVICE, Tx
from storage.notices import outbox
from storage.people.roles import RoleKind
from tests.broadcasts import HOURS, RULES, a_content, a_firm, approved, official, put_forward, tick_of, until_it_starts
from tests.conftest import KEY, MovableTime
from tests.storage.filling import another

TWICE = replace(
    RULES,
    approvals=(
        Approval(frozenset({"editor", "approver"}), frozenset()),
        Approval(frozenset({"approver"}), frozenset({"mass"})),
    ),
)


@pytest.mark.parametrize(("kind", "steps"), [("text", 1), ("mass", 2)])
async def test_each_step_wants_another_person_with_its_kind_of_role(
    database: Database, parts: ChatServices, kind: str, steps: int
) -> None:
    found = await database.write(put_forward, a_content(kind=kind), parts)

    def approve(tx: Tx, who: str, role: RoleKind) -> bool:
        return broadcast_service.approve(tx, official(tx, who, role), found.id, found.digest, TWICE, HOURS, parts.texts)

    await database.write(official, "丁", RoleKind.APPROVER)
    last = await database.write(approve, "乙", RoleKind.EDITOR)
    asked = await database.read(lambda tx: outbox.listed(tx, official(tx, "丁", RoleKind.APPROVER)))
    assert ["等您批准" in notice.text for notice in asked] == [True] * (steps - 1)
    assert last is (steps == 1)
    if steps == 2:
        with pytest.raises(InputError, match="broadcast_own"):
            await database.write(approve, "乙", RoleKind.EDITOR)
        with pytest.raises(InputError, match="broadcast_not_yours"):
            await database.write(approve, "丙", RoleKind.EDITOR)
        assert await database.write(approve, "丁", RoleKind.APPROVER)
    after = await database.read(broadcasts.get, found.id)
    assert after is not None
    assert after.state is BroadcastState.APPROVED


async def test_rules_that_want_fewer_steps_than_were_given_still_want_the_last(
    database: Database, parts: ChatServices
) -> None:
    found = await database.write(put_forward, a_content(kind="mass"), parts)

    def approve(tx: Tx, who: str, rules: BroadcastLimits) -> bool:
        return broadcast_service.approve(
            tx, official(tx, who, RoleKind.APPROVER), found.id, found.digest, rules, HOURS, parts.texts
        )

    assert not await database.write(approve, "乙", TWICE)
    assert await database.write(approve, "丁", RULES)


def test_no_kind_of_broadcast_goes_without_an_approval() -> None:
    assert all(RULES.steps_of(kind) for kind in ("text", "template", "mass"))


async def test_what_a_backup_held_as_approved_is_sent_to_nobody_after_a_restore(
    database: Database,
    parts: ChatServices,
    time_offset: MovableTime,
    store: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
) -> None:
    await database.write(check_key)
    await database.write(a_firm, "南京云有限公司")
    found = await database.write(approved, a_content(), parts)
    path = tmp_path / "backup.gz"
    await database.read(write_backup, path)
    time_offset.ahead += await database.read(until_it_starts, found)
    with another(store, request, tmp_path) as url:
        restored = Database.open(url, key=KEY, offset=time_offset, actor=SERVICE)
        await restored.write(restore.load, path, check_backup(path, FieldCipher(KEY)))
        await tick_of(restored, parts)()

        def stands(tx: Tx) -> tuple[Broadcast | None, int, str]:
            last = broadcasts.history(tx, found.id)[0]
            return broadcasts.get(tx, found.id), recipients.total(tx, found.id), last.reason

        after, people, why = await restored.read(stands)
        await restored.close()
    assert after is not None
    assert (after.state, people, why) == (BroadcastState.STOPPED, 0, broadcasts.RESTORED)


async def test_an_audience_larger_than_a_statement_takes_is_counted_all_the_same(database: Database) -> None:
    assert await database.read(recipients.sent_since, range(1, 70_000), datetime(2026, 1, 1, tzinfo=UTC)) == {}


@pytest.mark.parametrize(
    ("now", "asked", "starts"),
    [
        ("2026-11-05T10:00", None, "2026-11-05T10:05"),
        ("2026-11-05T10:00", "2026-11-09T14:30", "2026-11-09T14:30"),
        ("2026-11-05T10:00", "2026-11-05T10:01", "2026-11-05T10:05"),
        ("2026-11-05T10:00", "2026-11-07T10:00", "2026-11-09T08:30"),
        ("2026-11-05T22:30", None, "2026-11-06T08:30"),
        ("2026-09-30T20:00", "2026-10-01T09:00", "2026-10-08T08:30"),
    ],
)
async def test_it_begins_at_its_time_after_the_time_to_undo_and_never_at_night_or_on_a_rest_day(
    database: Database, parts: ChatServices, time_offset: MovableTime, now: str, asked: str | None, starts: str
) -> None:
    def local(text: str) -> datetime:
        return datetime.fromisoformat(f"{text}:00+08:00")

    time_offset.ahead = local(now) - datetime.now(UTC)
    send_at = None if asked is None else local(asked)
    found = await database.write(approved, a_content(send_at=send_at), parts)
    assert found.starts is not None
    assert abs(found.starts - local(starts)) < timedelta(seconds=30)
