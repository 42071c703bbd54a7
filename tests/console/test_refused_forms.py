"""A refused form is shown again on its own page: all input, with errors beside it."""

from html import unescape

import pytest

from bot.web.form_html import FormReader
from config.errors import UnavailableError
from storage.people.roles import RoleKind
from storage.tickets import contacts
from tests.console.challenge_stage import FIELDS, SECRECY, a_poster, drafted, published
from tests.console.forms import Found, everybody, forms_on, pages, says
from tests.console.stage import DeskStage
from tests.console.test_submissions import EVENT


async def every_form(desk: DeskStage) -> dict[str, Found]:
    """Return one form per address that takes text."""
    browsers, things = await everybody(desk)
    found: dict[str, Found] = {}
    for page in pages(things):
        async for one in forms_on(browsers[0], page):
            if one.texts():
                found.setdefault(one.route, one)
    who = await a_poster(desk, "发榜厂")
    await who.poster.get("/console/challenges/new")
    draft = (await who.poster.post("/console/challenges", **FIELDS)).location
    running, _ = await published(desk, who, browsers[0], sealing="none", least="1")
    for page in (
        f"/console/challenges/{running}/review",
        "/console/challenges/new",
        "/console/buyer-events",
        draft,
        f"{draft}/edit",
    ):
        async for one in forms_on(who.poster, page):
            if one.texts():
                found.setdefault(one.route, one)
    return found


async def test_every_form_that_is_refused_keeps_every_word(desk: DeskStage) -> None:
    forms = await every_form(desk)
    assert len(forms) > 25
    lost = []
    for route, one in forms.items():
        typed = one.typed()
        await one.browser.get(one.page)
        page = await one.browser.post(one.path, **typed)
        missing = [name for name in one.texts() if not says(page, typed[name])]
        if page.status != 422 or missing or 'role="alert"' not in page.text:
            lost.append((route, page.status, missing))
    assert lost == []


async def test_what_is_wrong_stands_beside_its_field(desk: DeskStage) -> None:
    official = await desk.official(RoleKind.EDITOR)
    await official.get("/console/contacts")
    contact = {"about": "8.1", "area": "江宁", "unit": "市工信局", "office": "三处", "phone": "打总机", "hours": "全天"}
    page = await official.post("/console/contacts", **contact)
    reader = FormReader(page.text)
    form = next(form for form in reader.forms if form.sends_to("/console/contacts"))
    fields = {control.name: control for control in form.controls}
    beside = fields["phone"].get("aria-describedby")
    assert fields["phone"].get("aria-invalid") == "true"
    assert f'id="{beside}">' in page.text
    assert {name: fields[name].get("value") for name in ("unit", "office", "phone", "hours")} == {
        name: contact[name] for name in ("unit", "office", "phone", "hours")
    }
    assert [option.value for option in fields["area"].options if "selected" in option.attributes] == ["江宁"]
    assert all(" open" in reader.details[start] for start in fields["phone"].details)


async def test_a_line_of_a_list_is_filled_in_on_that_line_only(desk: DeskStage) -> None:
    official = await desk.official(RoleKind.EDITOR)
    await official.get("/console/events")
    path = (await official.post("/console/events", **EVENT)).location
    page = await official.get(path)
    reason = "原因" + "长" * 100
    page = await official.post(f"{path}/cancel", reason=reason)
    assert page.status == 422
    assert page.text.count(reason) == 1
    assert "写了 102 个字，最多 100 个字" in page.text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("2099-03-15T06:00Z", "2099-03-15 14:00"),
        ("2099-03-15T14:00+08:00", "2099-03-15 14:00"),
        ("2099-03-15T14:00", "2099-03-15 14:00"),
        ("2099-03-15T00:00-08:00", "2099-03-15 16:00"),
    ],
)
async def test_a_time_with_an_offset_of_its_own_is_that_moment(desk: DeskStage, typed: str, kept: str) -> None:
    official = await desk.official(RoleKind.EDITOR)
    await official.get("/console/events")
    made = await official.post("/console/events", **{**EVENT, "starts": typed, "ends": "2099-03-15T19:00"})
    assert kept in (await official.get(made.location)).text


@pytest.mark.parametrize("least", ["三", "1.5", "-1", "９", "1e1", "9" * 30])
async def test_a_number_that_is_none_is_refused_and_not_taken_for_one(desk: DeskStage, least: str) -> None:
    who = await a_poster(desk, "发榜厂")
    await who.poster.get("/console/challenges/new")
    page = await who.poster.post("/console/challenges", **{**FIELDS, "least": least})
    assert page.status == 422
    assert f'value="{least}"' in page.text
    assert FIELDS["targets"] in unescape(page.text)


async def test_files_are_to_be_chosen_again_and_passphrases_are_not_shown(desk: DeskStage) -> None:
    who, official = await a_poster(desk, "发榜厂"), await desk.official(RoleKind.APPROVER)
    challenge_id = await drafted(desk, who.poster)
    path = f"/console/challenges/{challenge_id}"
    await who.poster.get(path)
    page = await who.poster.post(
        f"{path}/files", kind="other", confirmed="1", confirmed_by="审查人某", file=("a.pdf", b"no")
    )
    assert page.status == 422
    assert "文件要重新选一次" in page.text
    assert 'value="审查人某"' in page.text
    await who.approver.get(path)
    assert (await who.approver.post(f"{path}/sign-off", **SECRECY)).status == 303
    await official.get(f"{path}/openers")
    page = await official.post(
        f"{path}/openers", number="1", name="开启人", passphrase="一句很长的口令在此。", again="另一句"
    )
    assert page.status == 422
    assert 'value="开启人"' in page.text
    assert "口令在此" not in page.text
    assert "另一句" not in page.text


async def test_where_the_form_is_gone_the_words_can_be_copied(desk: DeskStage) -> None:
    official = await desk.official(RoleKind.EDITOR)
    await official.get("/console/events")
    path = (await official.post("/console/events", **EVENT)).location
    for reason in ("场地另有安排", "再说一遍的原因"):
        page = await official.post(f"{path}/cancel", reason=reason)
    assert page.status == 422
    assert "再说一遍的原因" in page.text


async def test_where_the_store_takes_nothing_the_words_are_shown_again(
    desk: DeskStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    official = await desk.official(RoleKind.EDITOR)
    await official.get("/console/contacts")

    def full(*_: object) -> None:
        raise UnavailableError("store_full", path="store.sqlite")

    monkeypatch.setattr(contacts, "add", full)
    contact = {
        "about": "8.1",
        "area": "江宁",
        "unit": "市工信局",
        "office": "三处",
        "phone": "025-12345678",
        "hours": "",
    }
    page = await official.post("/console/contacts", **contact)
    assert page.status == 503
    assert 'value="三处"' in page.text
