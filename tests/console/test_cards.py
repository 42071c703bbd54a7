"""The operator assigns templates to cards: validated before saving, shown exactly, tried on oneself."""

import pytest
from sqlalchemy import select

from config.cards import Purposes
from notifications.cards import TemplateFields, fits, kind_of, problems, within
from storage.notices import card_templates
from storage.notices.outbox import OUTBOX
from storage.people.roles import RoleKind
from tests.console.stage import DeskStage

FIELDS = "thing1={what}\ntime2={due}\nthing3 = 请看公众号\n\nthing4={hint}\n"
WHERE = {"purpose": "reminder", "use": "template"}
PURPOSE = Purposes.load().by_name["reminder"]


async def test_a_template_is_entered_shown_exactly_tried_and_removed(desk: DeskStage) -> None:
    operator = await desk.official(RoleKind.OPERATOR)
    assert "没有配模板" in (await operator.get("/console/cards")).text
    form = (await operator.get("/console/cards/edit?purpose=reminder&use=template")).text
    assert "{due}" in form
    assert "起连不上微信：只按字段类型检查" in form
    assert (await operator.post("/console/cards", template_id="tmpl-1", fields=FIELDS, **WHERE)).status == 303
    page = (await operator.get("/console/cards")).text
    assert "tmpl-1" in page
    assert "2026年12月1日 17:00" in page
    assert "请看公众号" in page
    assert (await operator.post("/console/cards/test", purpose="reminder")).status == 303
    [row] = await desk.database.read(lambda tx: tx.execute(select(OUTBOX.c.topic, OUTBOX.c.purpose)).all())
    assert tuple(row) == ("card_test", "reminder")
    assert (await operator.post("/console/cards/remove", **WHERE)).status == 303
    assert (await operator.post("/console/cards/remove", **WHERE)).status == 422
    assert await desk.database.read(card_templates.every) == []


@pytest.mark.parametrize(
    ("template_id", "fields", "told"),
    [
        ("", FIELDS, "模板编号"),
        ("tmpl 1", FIELDS, "模板编号"),
        ("tmpl-1", "subject1={what}", "subject1不是微信的字段类型"),
        ("tmpl-1", "thing1={who}", "thing1用了这张卡片没有的内容"),
        ("tmpl-1", "amount1={what}", "amount1放不下"),
        ("tmpl-1", "time1={what}", "time1放不下"),
        ("tmpl-1", "thing1=" + "长" * 21, "thing1里的固定文字太长"),
    ],
)
async def test_what_the_platform_would_refuse_is_not_kept(
    desk: DeskStage, template_id: str, fields: str, told: str
) -> None:
    operator = await desk.official(RoleKind.OPERATOR)
    await operator.get("/console/cards")
    refused = await operator.post("/console/cards", template_id=template_id, fields=fields, **WHERE)
    assert refused.status == 422
    assert told in refused.text
    assert await desk.database.read(card_templates.every) == []


def test_fields_must_be_those_of_the_platforms_template() -> None:
    given = {"thing1": "{what}", "time9": "{due}"}
    assert problems(PURPOSE, "t", given, ["thing1", "time2"]) == ["missing:time2", "not_in_template:time9"]
    assert problems(PURPOSE, "t", given, ["time9", "thing1"]) == []
    assert problems(PURPOSE, "t", {}) == ["field_count:"]
    assert problems(PURPOSE, "t", {"thing1": "一\n二"}) == ["line_break:thing1"]


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("thing", "算" * 20, "算" * 21),
        ("character_string", "A-1 b", "编号1"),
        ("time", "15:01", "明天"),
        ("time", "2026年12月1日 17:00~18:00", "2026年12月"),
        ("date", "2026-12-01", "12月1日"),
        ("amount", "￥300.5元", "三百元"),
        ("number", "-3.5", "3,5"),
        ("phrase", "已通过", "已经通过审核"),
        ("phone_number", "+86 25-12345678", "电话"),
        ("name", "王会计", "王会计2"),
        ("letter", "abc", "abc1"),
        ("symbol", "!?", "a"),
        ("car_number", "苏A12345", "苏A12345678"),
    ],
)
def test_each_kind_of_field_holds_what_the_platform_lets_it(kind: str, good: str, bad: str) -> None:
    assert fits(kind, good)
    assert not fits(kind, bad)
    assert not fits(kind, "")


def test_words_are_cut_to_their_field_and_figures_never() -> None:
    assert within("thing", "一" * 30) == "一" * 19 + "…"
    assert within("thing", "一\n 二") == "一 二"
    assert within("amount", "1" * 30) == "1" * 30
    assert kind_of("thing12") == "thing"
    assert kind_of("first") == ""
    form = TemplateFields({"thing1": "关于{what}", "time2": "{due}"})
    filled = form.filled({"what": "算力券", "due": "明天"})
    assert (filled, form.first_invalid(filled)) == ({"thing1": "关于算力券", "time2": "明天"}, "time2")
