"""A title is a first award only if somebody said so; else no or unknown, never yes by default."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.services.roster import import_plan, spreadsheet
from config.areas import Areas
from storage.engine.transactions import Tx
from storage.firms import firms
from storage.people import people
from storage.people.roles import RoleKind
from storage.roster import roster
from storage.roster.roster import Listed, RosterTitle
from tests.console.stage import DeskStage
from tests.console.test_roster_accounting import TITLES
from tests.console.test_roster_import import GIVEN, text_of
from tests.console.test_roster_previews import listed, uploaded

NAME = "南京试样机械有限公司"
GIANT = replace(GIVEN, title="little_giant")
SAID: dict[str, tuple[list[str], list[str], bool | None]] = {
    "nothing": ([], [], None),
    "the column says yes": (["是否首次获评"], ["是"], True),
    "with a tick": (["首次获评"], ["√"], True),
    "the column says no": (["是否首次"], ["否"], False),
    "the column is empty": (["是否首次"], [""], None),
    "the column says what nobody knows": (["是否首次"], ["待核"], None),
    "in words": (["认定方式"], ["首次认定"], True),
    "in words, reviewed": (["认定方式"], ["复核通过"], False),
    "in words, new": (["认定方式"], ["新认定"], None),
    "reviewed, yes": (["是否复核"], ["是"], False),
    "reviewed, no": (["是否复核"], ["否"], None),
    "not the first": (["认定方式"], ["非首次"], False),
    "the batch": (["批次"], ["第七批（2025年复核）"], False),
    "the batch, first": (["批次"], ["第七批首次获评"], True),
    "a remark": (["备注"], ["复评"], False),
    "denied in other words": (["认定方式"], ["不属首次"], False),
    "denied behind it": (["备注"], ["首次获评：否"], False),
    "a review that was not": (["备注"], ["未参加复核"], None),
    "a review not needed": (["备注"], ["无需复核，首次认定"], True),
    "first, and no review": (["认定方式"], ["首次（不是复核）"], True),
    "a first review": (["备注"], ["首次复核"], False),
    "not known to be reviewed": (["是否首次获评"], ["未复核"], None),
    "not yet": (["备注"], ["未通过首次认定"], None),
    "again": (["认定方式"], ["再次认定"], False),
    "the second time": (["备注"], ["第二次认定"], False),
    "the title": (["称号"], ["专精特新“小巨人”企业（复核）"], False),
}


def first_of(head: list[str], cells: list[str], known: list[Listed] | None = None, **given: Any) -> bool | None:
    """Return whether a row with these cells claims a first award."""
    data = text_of(["企业名称", "所属区", *head], [NAME, "江宁", *cells]).encode()
    plan = import_plan.plan(spreadsheet.read(data), known or [], replace(GIANT, **given), Areas.load(), TITLES)
    (row,) = plan["rows"]
    assert row["fate"] != "wrong", row["why"]
    first = row["titles"][0]["first"]
    assert first is None or isinstance(first, bool)
    return first


@pytest.mark.parametrize(("head", "cells", "first"), SAID.values(), ids=SAID)
def test_an_award_is_the_first_only_where_the_table_says_so(
    head: list[str], cells: list[str], first: bool | None
) -> None:
    assert first_of(head, cells) is first


@pytest.mark.parametrize("given", [True, False, None])
def test_what_the_form_says_holds_for_rows_that_say_nothing(given: bool | None) -> None:
    assert first_of([], [], first=given) is given
    assert first_of(["是否首次"], ["否"], first=given) is False
    assert first_of(["备注"], ["复核"], first=given) is False


def entry(*titles: RosterTitle) -> list[Listed]:
    return [Listed(1, NAME, None, "江宁", titles)]


@pytest.mark.parametrize(("head", "cells"), [([], []), (["是否首次"], ["是"])])
def test_an_earlier_award_of_the_same_title_on_the_roster_settles_that_it_is_not(
    head: list[str], cells: list[str]
) -> None:
    earlier = RosterTitle("little_giant", "第四批", False, date(2022, 8, 1), date(2025, 8, 1))
    assert first_of(head, cells, entry(earlier)) is False
    other = replace(earlier, title="srdi")
    assert first_of(head, cells, entry(other)) is (True if cells else None)


async def test_the_roster_and_the_firm_do_not_know_what_nobody_said(desk: DeskStage) -> None:
    browser = await desk.official(RoleKind.EDITOR)
    head = ["企业名称", "所属区", "称号", "批次", "认定时间", "有效期至"]
    row = [NAME, "江宁", "专精特新“小巨人”企业", "第七批", "2025-10-01", "2028-09-30"]
    where = await uploaded(browser, text_of(head, row).encode(), "名单.csv")
    assert "是否首次不清楚" in (await browser.get(where)).text
    await browser.post(f"{where}/apply")
    (found,) = [one for one in await desk.database.read(listed) if one.name == NAME]
    assert [title.first for title in found.titles] == [None]
    assert 'data-label="首次获评">名录没有写' in (await browser.get(f"/console/roster/{found.id}")).text

    def register(tx: Tx) -> int:
        firm_id = firms.add(tx, name=NAME, credit_code=None, roster_id=found.id)
        people.join_firm(tx, people.meet(tx, "o-award").id, firm_id)
        firms.save_facts(tx, firm_id, {"first_award": ["little_giant"]}, "self")
        return firm_id

    firm_id = await desk.database.write(register)
    row[5] = "2028-10-31"
    where = await uploaded(browser, text_of(head, row).encode(), "名单.csv")
    await browser.get(where)
    await browser.post(f"{where}/apply")
    said = await desk.database.read(lambda tx: firms.facts(tx, firm_id)["first_award"])
    assert (said.value, said.source) == (["little_giant"], "self"), "what the firm said is not taken away"
    row[2] += "（首次获评）"
    where = await uploaded(browser, text_of(head, row).encode(), "名单.csv")
    await browser.get(where)
    await browser.post(f"{where}/apply")
    assert [title.first for title in (await desk.database.read(roster.get, found.id)).titles] == [True]


async def test_an_earlier_batch_that_comes_later_takes_first_from_the_newer_one(desk: DeskStage) -> None:
    browser = await desk.official(RoleKind.EDITOR)
    head = ["企业名称", "所属区", "称号", "批次", "认定时间", "有效期至", "是否首次"]
    for batch, start, end, first in (
        ("第七批", "2025-10-01", "2028-09-30", "是"),
        ("第四批", "2022-08-01", "2025-07-31", ""),
    ):
        row = [NAME, "江宁", "专精特新“小巨人”企业", batch, start, end, first]
        where = await uploaded(browser, text_of(head, row).encode(), "名单.csv")
        await browser.get(where)
        await browser.post(f"{where}/apply")
    (found,) = [one for one in await desk.database.read(listed) if one.name == NAME]
    assert {title.batch: title.first for title in found.titles} == {"第四批": None, "第七批": False}
