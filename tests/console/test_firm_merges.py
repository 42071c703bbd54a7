"""Two registrations of one firm are merged, and undoing it restores every row exactly."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.services.firms import merges as merge_service
from bot.services.firms import verification
from storage.challenges import bids, challenges
from storage.chat import receipts, skipped_questions
from storage.engine.database import Database
from storage.engine.tables import every_table
from storage.engine.transactions import Tx
from storage.events import events, meetings, signups
from storage.events.events import MatchmakingEvent
from storage.firms import firms, join_requests, licence_reviews, merges, offerings
from storage.notices import outbox
from storage.people import people, role_invitations, roles
from storage.people.roles import RoleGrant, RoleKind
from tests.console.stage import DeskStage
from tests.console.test_firms import CODE, proven

# What a merge itself writes: its own row, the audit, notices, and counters.
OWN = {"firm_merge", "audit", "outbox", "change_counter", "offering"}


def double(tx: Tx, openid: str = "o-double", name: str = "砚舟测试") -> tuple[int, int]:
    """Return a second registration of the verified firm, with everything one can have."""
    firm_id = firms.add(tx, name=name, credit_code=CODE)
    facts = {"district": "六合", "size": "small", "online_platform": True}
    firms.save_facts(tx, firm_id, facts, "self")
    person_id = people.meet(tx, openid).id
    people.join_firm(tx, person_id, firm_id)
    roles.add(tx, person_id, RoleGrant(RoleKind.FIRM_ADMIN, "某人", date.min, firm_id=firm_id))
    roles.add(tx, person_id, RoleGrant(RoleKind.FIRM_AGENT, "某人", date.min, date(2999, 1, 1), firm_id=firm_id))
    role_invitations.add(tx, f"code-{openid}", RoleGrant(RoleKind.FIRM_AGENT, "某人", date.min, firm_id=firm_id))
    licence_reviews.add(tx, firm_id, person_id, "media")
    join_requests.add(tx, person_id, CODE, "firm_member", "某人")
    verification.issue_code(tx, f"proof-{openid}", 14, firm_id=firm_id)
    busy(tx, firm_id, person_id)
    return firm_id, person_id


def busy(tx: Tx, firm_id: int, person_id: int) -> None:
    """Give a firm work in progress: bids, an event place, a meeting, a receipt, a skipped question, offerings."""
    for number, title in enumerate(("甲榜", "乙榜"), 1):
        challenge_id = tx.execute(
            select(challenges.CHALLENGES.c.id).where(challenges.CHALLENGES.c.title == title)
        ).scalar_one_or_none() or _challenge(tx, title)
        bids.put(
            tx,
            {
                "id": firm_id * 10 + number,
                "challenge_id": challenge_id,
                "firm_id": firm_id,
                "person_id": person_id,
                "commitment": "0" * 64,
                "shown": b"",
                "secret": b"",
            },
        )
    begins = datetime(2099, 1, 5, 6, tzinfo=UTC)
    known = events.latest(tx, None, 1)
    ends = begins + timedelta(hours=2)
    event = MatchmakingEvent("ninggong", "某会", "", "某处", None, begins, ends, tx.now, begins, 9, 2, "", (begins,))
    event_id = known[0].id if known else events.add(tx, event)
    table_id = events.add_table(tx, event_id, firm_id=None, buyer="某方", need="某物", at_once=1)
    signups.put(tx, event_id, firm_id, person_id, signups.SignupState.IN)
    meetings.add(tx, event_id, [(table_id, firm_id, 0, 1.0)])
    receipts.add(tx, f"code-{firm_id}", person_id, firm_id, receipts.ReceiptContent("某", {}, "", {}))
    skipped_questions.add(tx, person_id, firm_id, "size")
    offerings.put(tx, firm_id, {"products": f"产品{firm_id}", "scope": ""}, "self")


def _challenge(tx: Tx, title: str) -> int:
    poster = firms.add(tx, name="某集团", credit_code=None, kind="soe")
    values = {"title": title, "fields": {}, "named": True, "deadline": None, "sealing": "none", "least": 1}
    return challenges.add(tx, firm_id=poster, person_id=1, label="municipal", contact="", values=values)


def everything(tx: Tx) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table a merge may touch."""
    tables = [table for table in every_table() if table.name not in OWN]
    return {table.name: sorted(map(tuple, tx.execute(select(table)).all()), key=repr) for table in tables}


async def test_undoing_a_merge_restores_every_row_exactly(desk: DeskStage) -> None:
    kept, boss = await desk.database.write(proven)
    gone, clerk = await desk.database.write(double)
    before = await desk.database.read(everything)
    texts = desk.parts.texts
    merge_id = await desk.database.write(merge_service.merge, texts, kept, gone)
    assert await desk.database.read(everything) != before

    def state(tx: Tx) -> tuple[list[int], set[RoleKind], object, object, str]:
        held = {role.kind for role in roles.held_on(tx, clerk, date(2026, 1, 1))}
        facts = firms.facts(tx, kept)
        told = outbox.listed(tx, clerk)[0].text
        return people.of_firm(tx, kept), held, facts["size"].value, facts["district"].value, told

    people_, held, size, district, told = await desk.database.read(state)
    assert people_ == sorted([boss, clerk])
    assert (size, district) == ("small", "玄武"), "what was missing is copied, what was known stays"
    assert RoleKind.FIRM_AGENT in held
    assert "合并" in told
    found = await desk.database.read(merges.get, merge_id)
    assert found is not None
    await desk.database.write(merge_service.undo, texts, found)
    assert await desk.database.read(everything) == before


async def test_what_is_under_way_goes_along_but_for_what_the_kept_firm_has_itself(desk: DeskStage) -> None:
    kept, boss = await desk.database.write(proven)
    gone, clerk = await desk.database.write(double)

    def bid_too(tx: Tx) -> None:
        (one, _) = bids.by_firm(tx, gone, 9)
        row = {"id": 7, "challenge_id": one.challenge_id, "firm_id": kept, "person_id": boss, "commitment": "1" * 64}
        bids.put(tx, {**row, "shown": b"", "secret": b""})

    await desk.database.write(bid_too)
    before = await desk.database.read(everything)
    merge_id = await desk.database.write(merge_service.merge, desk.parts.texts, kept, gone)

    def owned(tx: Tx) -> dict[str, object]:
        return {
            "bids": [len(bids.by_firm(tx, one, 9)) for one in (kept, gone)],
            "signups": [len(signups.of_firm(tx, one)) for one in (kept, gone)],
            "meetings": [len(meetings.of_firm(tx, one)) for one in (kept, gone)],
            "receipts": [
                len(tx.execute(select(receipts.RECEIPTS).where(receipts.RECEIPTS.c.firm_id == one)).all())
                for one in (kept, gone)
            ],
            "put_off": [len(skipped_questions.questions(tx, clerk, one)) for one in (kept, gone)],
            "products": offerings.of(tx, kept)["products"].text,
        }

    assert await desk.database.read(owned) == {
        "bids": [2, 1],
        "signups": [1, 0],
        "meetings": [1, 0],
        "receipts": [1, 0],
        "put_off": [1, 0],
        "products": f"产品{gone}",
    }
    found = await desk.database.read(merges.get, merge_id)
    assert found is not None
    await desk.database.write(merge_service.undo, desk.parts.texts, found)
    assert await desk.database.read(everything) == before


async def test_what_changed_since_is_not_undone(database: Database, desk: DeskStage) -> None:
    kept, _ = await desk.database.write(proven)
    gone, clerk = await desk.database.write(double)
    texts = desk.parts.texts
    merge_id = await desk.database.write(merge_service.merge, texts, kept, gone)

    def leave(tx: Tx) -> None:
        people.leave_firm(tx, clerk)
        firms.save_facts(tx, kept, {"size": "medium"}, "self")

    await desk.database.write(leave)
    found = await desk.database.read(merges.get, merge_id)
    assert found is not None
    await desk.database.write(merge_service.undo, texts, found)

    def after(tx: Tx) -> tuple[int | None, object]:
        return people.firm_of(tx, clerk), firms.facts(tx, kept)["size"].value

    assert await desk.database.read(after) == (None, "medium")


async def test_the_administrator_of_the_kept_firm_stays_the_only_one(desk: DeskStage) -> None:
    kept, boss = await desk.database.write(proven)
    gone, _ = await desk.database.write(double)
    await desk.database.write(merge_service.merge, desk.parts.texts, kept, gone)
    today = date(2999, 1, 1)
    seated = await desk.database.read(
        lambda tx: tx.execute(
            select(roles.ROLES.c.person_id).where(roles.ROLES.c.firm_id == kept, *roles.seats(today))
        ).all()
    )
    assert [row.person_id for row in seated] == [boss]


async def test_an_official_merges_and_undoes_on_the_firms_page(desk: DeskStage) -> None:
    kept, _ = await desk.database.write(proven)
    gone, _ = await desk.database.write(double)
    browser = await desk.official(RoleKind.EDITOR)
    page = await browser.get(f"/console/firms/{kept}")
    assert f'name="gone" value="{gone}"' in page.text, "a double is found by its code"
    assert (await browser.post(f"/console/firms/{kept}/merge", gone=gone)).status == 303
    page = await browser.get(f"/console/firms/{kept}")
    assert "砚舟测试" in page.text
    merge_id = page.text.split("/console/merges/")[1].split("/")[0]
    again = await browser.post(f"/console/firms/{kept}/merge", gone=gone)
    assert again.status == 422
    assert (await browser.post(f"/console/merges/{merge_id}/undo")).status == 303
    assert (await browser.post(f"/console/merges/{merge_id}/undo")).status == 422
    assert f'name="gone" value="{gone}"' in (await browser.get(f"/console/firms/{kept}")).text


@pytest.mark.parametrize(("kept", "gone", "says"), [("first", "first", "两家"), ("second", "first", "已核验")])
async def test_what_makes_no_sense_is_not_merged(desk: DeskStage, kept: str, gone: str, says: str) -> None:
    ids = {"first": (await desk.database.write(proven))[0], "second": (await desk.database.write(double))[0]}
    browser = await desk.official(RoleKind.APPROVER)
    await browser.get(f"/console/firms/{ids[kept]}")
    page = await browser.post(f"/console/firms/{ids[kept]}/merge", gone=ids[gone])
    assert (page.status, says in page.text) == (422, True)


async def test_nobody_merges_what_lies_in_another_area(desk: DeskStage) -> None:
    kept, _ = await desk.database.write(proven)
    gone, _ = await desk.database.write(double)
    browser = await desk.official(RoleKind.EDITOR, "玄武", "玄武区工信局")
    await browser.get(f"/console/firms/{kept}")
    assert (await browser.post(f"/console/firms/{kept}/merge", gone=gone)).status == 404


async def test_merges_are_undone_in_their_order(desk: DeskStage) -> None:
    kept, _ = await desk.database.write(proven)
    first, _ = await desk.database.write(double)
    second, _ = await desk.database.write(double, "o-third", "第三个")
    texts = desk.parts.texts
    early = await desk.database.write(merge_service.merge, texts, kept, first)
    await desk.database.write(merge_service.merge, texts, kept, second)
    browser = await desk.official(RoleKind.EDITOR)
    await browser.get(f"/console/firms/{kept}")
    assert (await browser.post(f"/console/merges/{early}/undo")).status == 422
