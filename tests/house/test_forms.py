"""Every acting form has its own token, and every field sentence belongs to an existing error."""

import re
from pathlib import Path

import pytest

from bot.web.form_fields import FIELDS
from config.texts import Texts

BOT = Path(__file__).parents[2] / "bot"
TEMPLATES = sorted(path for face in ("console", "h5") for path in (BOT / face / "templates").glob("*.html"))
# A bid's page counts its fields itself.
COUNTED = [path for path in TEMPLATES if path.name != "bid_form.html"]
_FORM = re.compile(r'<form[^>]*method="post".*?(?=</form>|{% endmacro %})', re.DOTALL)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parents[1].name}/{path.stem}")
def test_every_form_of_a_template_carries_the_token(path: Path) -> None:
    forms = _FORM.findall(path.read_text("utf-8"))
    assert [form for form in forms if form.count('name="csrf" value="{{ csrf }}"') != 1] == []


def test_the_forms_are_found() -> None:
    assert sum(len(_FORM.findall(path.read_text("utf-8"))) for path in TEMPLATES) > 80


@pytest.mark.parametrize("path", COUNTED, ids=lambda path: f"{path.parents[1].name}/{path.stem}")
def test_no_form_that_acts_has_the_browser_cut_what_is_typed(path: Path) -> None:
    assert [form for form in _FORM.findall(path.read_text("utf-8")) if "maxlength" in form] == []


def test_every_error_that_has_a_field_is_one() -> None:
    keys = Texts.load().every_key()
    assert [code for code in FIELDS if f"errors.{code}" not in keys] == []
