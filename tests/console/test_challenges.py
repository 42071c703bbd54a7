"""A challenge in the console: three ways to a draft, returned, published with its key, listed until its deadline."""

import io
from dataclasses import replace
from datetime import date, timedelta

import pytest
import xlsxwriter

from bot.services.challenges import sign_off
from bot.services.challenges.challenges import ChallengeMove
from config.challenges import ChallengeForm
from config.errors import InputError
from storage.challenges.challenges import Stage
from storage.engine.transactions import Tx
from storage.notices import outbox
from storage.people.roles import RoleGrant, RoleKind
from tests.console.challenge_stage import (
    FIELDS,
    KEEPER,
    PDF,
    PHRASES,
    SECRECY,
    a_poster,
    drafted,
    office_file,
    published,
    second_opener,
    set_openers,
    stage_of,
)
from tests.console.stage import DeskStage

RULE = "揭榜对接不是投标，不替代招标采购程序；依法须招标的另行组织"


def workbook(rows: list[list[str]]) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, cell)
    return made.getvalue()


async def test_from_a_form_to_the_public_list(desk: DeskStage) -> None:
    who, official = await a_poster(desk), await desk.official(RoleKind.APPROVER)
    challenge_id = await drafted(desk, who.poster)
    path = f"/console/challenges/{challenge_id}"
    assert (await official.get(path)).status == 404, "a draft is its firm's alone"
    page = await who.poster.get(path)
    assert RULE in page.text
    assert "送审前还差" not in page.text
    assert (await who.poster.post(path + "/sign-off", **SECRECY)).status == 404, "a poster releases nothing"
    assert (await who.poster.post(path + "/ask-signature")).status == 303
    assert "等您审签" in (await desk.database.read(outbox.listed, who.people[1]))[0].text
    await who.approver.get(path)
    assert (await who.approver.post(path + "/sign-off")).status == 422
    assert (await who.approver.post(path + "/sign-off", **SECRECY)).status == 303
    assert (await who.approver.post(path + "/publish")).status == 404
    await official.get(path)
    assert (await official.post(path + "/send-back")).status == 422
    assert (await official.post(path + "/send-back", reason="指标请写清楚")).status == 303
    back = await who.poster.get(path)
    assert "指标请写清楚" in back.text
    assert (await who.approver.post(path + "/sign-off", **SECRECY)).status == 303
    await set_openers(challenge_id, who.approver, await second_opener(desk))
    form = await official.get(path + "/publish")
    assert "永远打不开" in form.text
    page = await official.post(path + "/publish", keeper=KEEPER)
    assert "再也看不到" in page.text
    stranger = desk.browser()
    listed = await stranger.get("/console/board?q=防爆")
    assert "隧道巡检机器人防爆改造" in listed.text
    assert RULE in listed.text
    one = await stranger.get(f"/console/board/{challenge_id}")
    assert "签约后10个月内" in one.text
    for inner in (FIELDS["decision"], FIELDS["funding"], FIELDS["contact"]):
        assert inner not in one.text
    assert FIELDS["contact"] in (await official.get(f"/console/board/{challenge_id}")).text
    assert await stage_of(desk, challenge_id) == "published"
    desk.ahead(timedelta(days=21))
    assert await stage_of(desk, challenge_id) == "closed"
    assert "揭榜截止</span>" in (await stranger.get(f"/console/board/{challenge_id}")).text


async def test_what_is_missing_is_said_by_name(desk: DeskStage) -> None:
    who = await a_poster(desk)
    await who.poster.get("/console/challenges/new")
    page = await who.poster.post("/console/challenges", title="只有名称", sealing="price")
    shown = await who.poster.get(page.location)
    missing = shown.text.split("送审前还差：")[1].split("。")[0].split("、")
    assert missing[-2:] == ["盖章的发榜表", "内部决策附件"]
    assert {"资金来源", "内部决策文号", "采购依据", "考核指标", "联系人", "揭榜截止"} <= set(missing)
    await who.approver.get(page.location)
    refused = await who.approver.post(page.location + "/sign-off", **SECRECY)
    assert (refused.status, "还差：" in refused.text) == (422, True)


async def test_a_firm_sees_and_moves_its_own_only(desk: DeskStage) -> None:
    mine, other = await a_poster(desk), await a_poster(desk, "南京另一集团有限公司")
    challenge_id = await drafted(desk, mine.poster)
    path = f"/console/challenges/{challenge_id}"
    assert (await other.poster.get(path)).status == 404
    await other.poster.get("/console/challenges")
    assert (await other.poster.post(path + "/withdraw", reason="x")).status == 404
    assert FIELDS["title"] not in (await other.poster.get("/console/challenges")).text
    file = (await mine.poster.get(path)).text.split("/console/challenge-files/")[1].split('"')[0]
    assert (await other.poster.get(f"/console/challenge-files/{file}")).status == 404
    got = await mine.poster.get(f"/console/challenge-files/{file}")
    assert got.text.startswith("%PDF")
    assert got.headers["Content-Disposition"].startswith("attachment")


PASTED = """名称：高铁轴承无损检测装置
一、主要问题
人工检测慢。
二、研发内容：
研制自动检测线。
考核指标：检出率≥99%
榜额：260万元
完成时限：2027年6月底前
揭榜方要求：有检测装备业绩"""


async def test_pasted_words_and_a_table_fill_the_same_form(desk: DeskStage) -> None:
    who = await a_poster(desk)
    await who.poster.get("/console/challenges/new")
    page = await who.poster.post("/console/challenges/read", pasted=PASTED)
    assert 'value="高铁轴承无损检测装置"' in page.text
    for text in ("人工检测慢。", "研制自动检测线。", "检出率≥99%", "260万元", "2027年6月底前", "有检测装备业绩"):
        assert text in page.text
    beside = workbook([["发榜表", ""], ["名称", "甲需求"], ["考核指标", "≥5"], ["榜额", "30万元"]])
    beneath = workbook([["需求名称", "考核要求", "悬赏金额"], ["乙需求", "≥6", "40万元"]])
    for table, texts in ((beside, ("甲需求", "30万元")), (beneath, ("乙需求", "40万元"))):
        page = await who.poster.post("/console/challenges/read", table=("榜.xlsx", table))
        assert [text in page.text for text in texts] == [True, True]
    page = await who.poster.post("/console/challenges/read", table=("榜.xlsx", workbook([["a", "b"]])))
    assert "没有认出" in page.text


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "文件是空的"),
        (b"MZ\x90\x00 a program called x.pdf", "不是 PDF"),
        (b"<html><script>alert(1)</script>", "不是 PDF"),
        (office_file("word/vbaProject.bin"), "带有宏"),
        (office_file("something/else.xml"), "不是 PDF"),
        (b"PK\x03\x04 broken", "不是 PDF"),
    ],
)
async def test_a_file_is_what_its_bytes_are(desk: DeskStage, content: bytes, says: str) -> None:
    who = await a_poster(desk)
    await who.poster.get("/console/challenges/new")
    path = (await who.poster.post("/console/challenges", title="某榜", sealing="none")).location
    await who.poster.get(path)
    page = await who.poster.post(path + "/files", kind="other", file=("x.pdf", content), **SECRECY)
    assert (page.status, says in page.text) == (422, True)
    assert (await who.poster.post(path + "/files", kind="other", file=("x.pdf", PDF))).status == 422
    assert (
        await who.poster.post(path + "/files", kind="other", file=("../\u202ex.exe", office_file()), **SECRECY)
    ).status == 303
    shown = await who.poster.get(path)
    assert "x.exe" in shown.text
    assert "\u202e" not in shown.text


async def test_an_unnamed_poster_is_nowhere_named_in_public(desk: DeskStage) -> None:
    who, official = await a_poster(desk, "南京不具名集团有限公司"), await desk.official(RoleKind.EDITOR)
    challenge_id, _ = await published(desk, who, official, named="0", sealing="none")
    stranger = desk.browser()
    for path in ("/console/board", f"/console/board/{challenge_id}"):
        assert "不具名集团" not in (await stranger.get(path)).text
    found = await stranger.get("/console/board?q=不具名")
    assert FIELDS["title"] not in found.text


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"again": "别的"}, "两遍输入的口令不一样"),
        ({"passphrase": "短", "again": "短"}, "至少要 12 个字符"),
        ({"passphrase": PHRASES[1], "again": PHRASES[1]}, "口令不能相同"),
        ({"name": "开启人甲某"}, "不能是同一个人"),
        ({"number": "3"}, "不能是同一个人"),
    ],
)
async def test_an_opener_that_will_not_do(desk: DeskStage, changed: dict[str, str], says: str) -> None:
    who, official = await a_poster(desk), await desk.official(RoleKind.EDITOR)
    challenge_id = await drafted(desk, who.poster)
    path = f"/console/challenges/{challenge_id}"
    await who.approver.get(path)
    await who.approver.post(path + "/sign-off", **SECRECY)
    first = {"number": "1", "name": "开启人甲某", "passphrase": PHRASES[1], "again": PHRASES[1]}
    assert (await who.approver.post(path + "/openers", **first)).status == 303
    page = await official.get(path + "/publish")
    assert "两位开启人都设好口令后才能发布" in page.text
    assert (await official.post(path + "/publish")).status == 422
    second = {"number": "2", "name": "开启人乙某", "passphrase": PHRASES[2], "again": PHRASES[2]}
    other = await second_opener(desk)
    await other.get(path)
    page = await other.post(path + "/openers", **{**second, **changed})
    assert (page.status, says in page.text) == (422, True)
    mine = await who.approver.post(path + "/openers", **second)
    assert mine.status == 422, "nobody is both"
    assert (await other.post(path + "/openers", **second)).status == 303
    assert "再也看不到" in (await official.post(path + "/publish", keeper=KEEPER)).text


async def test_who_wrote_does_not_sign_and_a_change_voids_what_was_signed(desk: DeskStage) -> None:
    who = await a_poster(desk)
    challenge_id = await drafted(desk, who.approver)
    path = f"/console/challenges/{challenge_id}"
    page = await who.approver.get(path)
    assert "审签并送审" not in page.text, "the signer wrote it"
    refused = await who.approver.post(path + "/sign-off", **SECRECY)
    assert (refused.status, "请换一位审签人" in refused.text) == (422, True)
    ids = [
        await desk.person(f"o-signer-{n}", RoleGrant(RoleKind.SOE_APPROVER, f"签{n}", date.min, firm_id=who.firm_id))
        for n in (1, 2)
    ]
    twice = replace(ChallengeForm.load(), approvals=2)
    kinds = frozenset({RoleKind.SOE_APPROVER})

    def sign(tx: Tx, person_id: int) -> bool:
        step = ChallengeMove(person_id, kinds, Stage.PENDING, confirmed_by="审查人某")
        return sign_off.release(tx, challenge_id, step, twice)

    assert await desk.database.write(sign, ids[0]) is False
    with pytest.raises(InputError, match="other_eyes"):
        await desk.database.write(sign, ids[0])
    await who.poster.get(path + "/edit")
    assert (await who.poster.post(path + "/edit", **{**FIELDS, "deadline": "2099-01-01T17:00"})).status == 303
    assert await desk.database.write(sign, ids[1]) is False, "the change made the first signature void"
    assert await desk.database.write(sign, ids[0]) is True
    assert await stage_of(desk, challenge_id) == "pending"
