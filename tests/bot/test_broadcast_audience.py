"""Broadcast audience: each criterion filters, reasons explain it, nobody outside the author's area is included."""

from datetime import timedelta
from typing import Any

import pytest

from bot.chat.context import ChatServices
from bot.services.broadcasts.audience import ResolvedAudience, choose
from bot.services.policy.published_for_firm import PublishedDetailsCache
from storage.broadcasts.broadcasts import AudienceCriteria
from storage.chat import reply_windows
from storage.engine.database import Database
from storage.engine.transactions import Tx
from storage.firms import development_zones, offerings
from storage.people import people
from storage.reminders import dismissals
from tests.broadcasts import a_content, a_firm
from tests.conftest import MovableTime
from tests.details import a_window, publish

YUN, LAN, SUI = "南京云有限公司", "南京澜有限公司", "南京穗有限公司"
READY = {"district": "江宁", "size": "small", "titles": ["srdi"], "buys_compute": True, "in_nanjing": True}


@pytest.fixture
async def cast(database: Database) -> dict[str, int]:
    """Return three firms: one meeting 8.1, one undecided, one ruled out."""

    def enter(tx: Tx) -> dict[str, int]:
        return {
            YUN: a_firm(tx, YUN, READY, 2, "91320115MADEM1014U"),
            LAN: a_firm(tx, LAN, {"district": "江北新区", "size": "medium"}),
            SUI: a_firm(tx, SUI, {"district": "六合", "size": "large", "buys_compute": False}),
        }

    return await database.write(enter)


async def chosen(database: Database, parts: ChatServices, area: str | None = None, **lines: object) -> ResolvedAudience:
    content = a_content(area=area, audience=AudienceCriteria(**lines))  # type: ignore[arg-type]  # as each test gives them
    return await database.read(
        lambda tx: choose(tx, content, PublishedDetailsCache(parts.policy, parts.texts).current(tx), parts.texts)
    )


def names(found: ResolvedAudience) -> list[str]:
    return [one.name for one in found.members]


async def test_without_lines_everybody_who_speaks_for_a_firm_is_in(
    database: Database, parts: ChatServices, cast: dict[str, int]
) -> None:
    found = await chosen(database, parts)
    assert names(found) == [YUN, LAN, SUI]
    assert len(found.people) == 4
    assert found.members[0].why == ("全部登记企业的人员",)


@pytest.mark.parametrize(
    ("lines", "who", "why"),
    [
        ({"areas": ("江宁", "六合")}, [YUN, SUI], "在江宁"),
        ({"titles": ("srdi",)}, [YUN], "称号：专精特新中小企业"),
        ({"sizes": ("small", "medium")}, [YUN, LAN], "规模：小型"),
        ({"words": ("传感", "云")}, [YUN], "产品或名称里有“云”"),
        ({"sizes": ("small",), "areas": ("六合",)}, [], ""),
        ({"listed": ("91320115 madem1014u", " 南京穗有限公司", "没有这家")}, [YUN, SUI], "在名单上"),
    ],
)
async def test_each_line_asks_one_thing_and_says_it(
    database: Database, parts: ChatServices, cast: dict[str, int], lines: dict[str, Any], who: list[str], why: str
) -> None:
    found = await chosen(database, parts, **lines)
    assert names(found) == who
    assert not who or why in found.members[0].why
    assert found.unmatched == (("没有这家",) if "listed" in lines else ())


async def test_words_are_found_in_what_a_firm_says_it_offers(
    database: Database, parts: ChatServices, cast: dict[str, int]
) -> None:
    await database.write(lambda tx: offerings.put(tx, cast[SUI], {"products": "MEMS 传感器"}, "self"))
    found = await chosen(database, parts, words=("mems", "阀门"))
    assert [(one.name, one.why) for one in found.members] == [(SUI, ("产品或名称里有“mems”",))]


async def test_who_can_use_an_item_and_has_not_said_that_they_applied(
    database: Database, parts: ChatServices, cast: dict[str, int]
) -> None:
    met = await chosen(database, parts, item="8.1", verdicts=("yes",), unclaimed=True)
    assert names(met) == [YUN]
    assert met.members[0].why == ("8.1：条件已对上", "没有说过已报8.1")
    both = await chosen(database, parts, item="8.1", verdicts=("yes", "unknown"))
    assert names(both) == [YUN, LAN]

    def apply(tx: Tx) -> None:
        detail_id = publish(tx, a_window())
        dismissals.put(tx, cast[YUN], f"window:{detail_id}:0", "done", 1)
        other = publish(tx, a_window(title="别的事项", items=("5.2",)))
        dismissals.put(tx, cast[LAN], f"window:{other}:0", "done", 1)

    await database.write(apply)
    rest = await chosen(database, parts, item="8.1", verdicts=("yes", "unknown"), unclaimed=True)
    assert names(rest) == [LAN]


async def test_events_contact_and_zones(
    database: Database, parts: ChatServices, cast: dict[str, int], time_offset: MovableTime
) -> None:
    def happen(tx: Tx) -> None:
        person = people.meet(tx, f"o-{YUN}-1").id
        reply_windows.wrote(tx, person)
        development_zones.save(tx, cast[LAN], "南京软件园", "official")

    await database.write(happen)
    assert (await chosen(database, parts, contact="recent", days=7)).people == [
        (await database.read(lambda tx: people.find(tx, f"o-{YUN}-1").id), cast[YUN])  # type: ignore[union-attr]  # met
    ]
    assert len((await chosen(database, parts, contact="silent", days=7)).people) == 3
    time_offset.ahead += timedelta(days=8)
    assert (await chosen(database, parts, contact="recent", days=7)).people == []
    assert names(await chosen(database, parts, areas=("南京软件园",))) == [LAN]
    assert names(await chosen(database, parts, area="南京软件园")) == [LAN]


async def test_nobody_outside_the_authors_area_is_in_not_even_by_a_list(
    database: Database, parts: ChatServices, cast: dict[str, int]
) -> None:
    found = await chosen(database, parts, area="六合", listed=(YUN, SUI))
    assert names(found) == [SUI]
    assert found.unmatched == (YUN,)
    assert names(await chosen(database, parts, area="六合", areas=("江宁",))) == []
