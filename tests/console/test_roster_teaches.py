"""After an import, a roster-registered firm's facts equal the roster's."""

from datetime import date

from bot.services.roster import imports
from bot.services.roster.import_plan import plan
from bot.services.roster.notices import Herald
from bot.services.roster.rows import ImportDefaults
from bot.services.roster.spreadsheet import ParsedTable, SheetLine
from config.areas import Areas
from storage.engine import change_counters
from storage.engine.transactions import Tx
from storage.firms import firms
from storage.notices import outbox
from storage.people import people
from storage.roster import roster
from storage.roster.roster import RosterTitle
from tests.console.stage import DeskStage, today


def _titles(tx: Tx, firm_id: int) -> object:
    return firms.facts(tx, firm_id)["titles"].value


async def test_a_new_title_and_a_lapsed_one_reach_the_registered_firm_and_leave_it_on_undo(desk: DeskStage) -> None:
    day = await desk.database.read(today)
    held = RosterTitle("srdi", "某批", True, date(2020, 1, 1), None)

    def register(tx: Tx) -> tuple[int, int]:
        entries = [
            roster.add(tx, name=name, credit_code=None, district="江宁", titles=[held]) for name in ("甲厂", "乙厂")
        ]
        first, second = (firms.add(tx, name="厂", credit_code=None, roster_id=entry_id) for entry_id in entries)
        for firm_id in (first, second):
            people.join_firm(tx, people.meet(tx, f"o-of-{firm_id}").id, firm_id)
        return first, second

    def told(tx: Tx, firm_id: int) -> list[str]:
        return [notice.text for notice in outbox.listed(tx, people.meet(tx, f"o-of-{firm_id}").id)]

    herald = Herald(desk.parts.texts, {choice.value: choice for choice in desk.parts.policy.facts["titles"].choices})
    staying, leaving = await desk.database.write(register)
    lines = [
        SheetLine(2, {"name": "甲厂", "district": "江宁"}),
        SheetLine(3, {"name": "甲厂", "district": "江宁", "title": "专精特新中小企业"}),
    ]
    given = ImportDefaults("little_giant", "新批", day, None, True, day)

    def imported(tx: Tx) -> int:
        made = plan(ParsedTable(lines), roster.everything(tx), given, Areas.load(), {"专精特新中小企业": "srdi"})
        return imports.save(tx, 1, None, "x.csv", change_counters.current(tx, roster.VERSION), made)

    import_id = await desk.database.write(imported)
    await desk.database.write(imports.apply, 1, import_id, {}, herald)
    assert await desk.database.read(_titles, staying) == ["little_giant", "srdi"]
    assert await desk.database.read(_titles, leaving) == []
    [gained], [lost] = [await desk.database.write(told, firm_id) for firm_id in (staying, leaving)]
    assert gained.startswith("名录已收录贵公司的称号：国家专精特新“小巨人”企业。"), gained
    assert lost.startswith("名录中贵公司的称号已失效：专精特新中小企业；"), lost
    await desk.database.write(imports.undo, 1, import_id, herald)
    assert await desk.database.read(_titles, staying) == ["srdi"]
    assert await desk.database.read(_titles, leaving) == ["srdi"]
    assert len(await desk.database.write(told, staying)) == len(await desk.database.write(told, leaving)) == 2
