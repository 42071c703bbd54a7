"""Officials issue codes, see verified firms of their own area, and set another administrator."""

from datetime import date

from bot.services.firms import verification
from storage.engine.transactions import Tx
from storage.firms import development_zones, firms, verifications
from storage.people import people
from storage.people.roles import RoleKind
from storage.roster import roster
from tests.console.stage import DeskStage
from tests.console.test_entry import OFFICIAL, Chat

CODE = "91320102MADEM360XX"


def proven(tx: Tx, openid: str = "o-boss", code: str = CODE, district: str = "秦淮") -> tuple[int, int]:
    firm_id = firms.add(tx, name="南京砚舟测试设备有限公司", credit_code=code)
    firms.save_facts(tx, firm_id, {"district": district}, "self")
    boss = people.meet(tx, openid).id
    people.join_firm(tx, boss, firm_id)
    assert verification.prove(tx, firm_id, boss, code, how="code")
    return firm_id, boss


async def test_an_official_gives_a_code_from_the_roster_that_proves_the_firm(desk: DeskStage) -> None:
    browser = await desk.official(RoleKind.EDITOR)
    entry_id = await desk.database.read(lambda tx: roster.everything(tx)[0].id)
    assert "生成核验码" in (await browser.get(f"/console/roster/{entry_id}")).text
    page = await browser.post(f"/console/roster/{entry_id}/code")
    words = page.text.split('desk-code">')[1].split("<")[0]
    assert "14 天内有效" in page.text

    def registered(tx: Tx) -> None:
        entry = roster.get(tx, entry_id)
        firm_id = firms.add(tx, name=entry.name, credit_code=entry.credit_code, roster_id=entry_id)
        people.join_firm(tx, people.meet(tx, OFFICIAL).id, firm_id)

    await desk.database.write(registered)
    assert "核验通过" in await Chat(desk).say(words)
    name = await desk.database.read(lambda tx: roster.get(tx, entry_id).name)
    assert name in (await browser.get("/console/firms")).text


async def test_an_area_sees_its_own_proven_firms_only(desk: DeskStage) -> None:
    firm_id, _ = await desk.database.write(proven)
    # The roster determines the location, whatever the firm says.
    here, there = (
        await desk.official(RoleKind.EDITOR, "玄武", "玄武区工信局"),
        await desk.official(RoleKind.EDITOR, "六合"),
    )
    assert "共 1 家" in (await here.get("/console/firms?q=梧栎")).text
    assert (await here.get(f"/console/firms/{firm_id}")).status == 200
    assert "共 0 家" in (await here.get("/console/firms?q=没有这家")).text
    assert "梧栎" not in (await there.get("/console/firms")).text
    assert (await there.get(f"/console/firms/{firm_id}")).status == 404


async def test_the_seat_goes_to_another_of_the_firms_people_and_to_nobody_else(desk: DeskStage) -> None:
    firm_id, boss = await desk.database.write(proven)

    def colleague(tx: Tx, openid: str, of: int | None) -> int:
        person_id = people.meet(tx, openid).id
        if of is not None:
            people.join_firm(tx, person_id, of)
        return person_id

    second = await desk.database.write(colleague, "o-second", firm_id)
    stranger = await desk.database.write(colleague, "o-stranger", None)
    browser = await desk.official(RoleKind.APPROVER)
    await browser.get(f"/console/firms/{firm_id}")
    assert (await browser.post(f"/console/firms/{firm_id}/administrator", person=stranger)).status == 422
    assert (await browser.post(f"/console/firms/{firm_id}/administrator", person=second)).status == 303
    seated = await desk.database.read(verifications.administrator, firm_id, date(2999, 1, 1))
    assert (seated, boss != second) == (second, True)


async def test_a_credit_code_is_proven_once(desk: DeskStage) -> None:
    await desk.database.write(proven)

    def second(tx: Tx) -> bool:
        firm_id = firms.add(tx, name="另一家", credit_code=CODE)
        person_id = people.meet(tx, "o-other").id
        return verification.prove(tx, firm_id, person_id, CODE, how="code")

    assert not await desk.database.write(second)


async def test_an_official_sets_the_zone_of_a_firm_whose_district_has_one(desk: DeskStage) -> None:
    def enter(tx: Tx, district: str) -> int:
        firm_id = firms.add(tx, name="南京某厂", credit_code=None)
        firms.save_facts(tx, firm_id, {"district": district}, "self")
        return firm_id

    inside, outside = [await desk.database.write(enter, district) for district in ("江宁", "六合")]
    browser = await desk.official(RoleKind.EDITOR)
    assert "改园区" in (await browser.get(f"/console/firms/{inside}")).text
    assert (await browser.post(f"/console/firms/{inside}/zone", zone="江宁开发区")).status == 303
    assert "江宁开发区（部门填写）" in (await browser.get(f"/console/firms/{inside}")).text
    assert (await browser.post(f"/console/firms/{inside}/zone", zone="南京经开区")).status == 422
    assert "改园区" not in (await browser.get(f"/console/firms/{outside}")).text
    assert (await browser.post(f"/console/firms/{outside}/zone", zone="江宁开发区")).status == 422
    assert await desk.database.read(development_zones.of, outside) is None


async def test_the_desk_sees_what_is_over_what_only_the_firm_claims_and_which_awards_it_says_it_got(
    desk: DeskStage,
) -> None:
    def enter(tx: Tx) -> int:
        over = roster.RosterTitle("srdi", "某批", None, date(2019, 1, 1), date(2022, 1, 1))
        entry = roster.add(tx, name="砚舟二厂", credit_code=None, district="秦淮", titles=[over])
        firm_id = firms.add(tx, name="砚舟二厂", credit_code=None, roster_id=entry)
        firms.save_facts(tx, firm_id, {"titles": ["champion"], "already_received": ["5.2", "?5.1", "?8.3"]}, "self")
        return firm_id

    firm_id = await desk.database.write(enter)
    browser = await desk.official(RoleKind.EDITOR)
    page = (await browser.get(f"/console/firms/{firm_id}")).text
    assert "名录里已过期：专精特新中小企业（2022-01-01起无效）" in page
    assert "企业自称、名录未见：国家制造业单项冠军企业" in page
    assert "5.2 已领、5.4 没领（企业自述，" in page
    entry_page = (await browser.get(f"/console/firms/{firm_id}")).text.split("/console/roster/")[1].split('"')[0]
    assert "名录没有写" in (await browser.get(f"/console/roster/{entry_page}")).text
