"""The pictures in README.md: what a person sees after registration. `WRITE_DOCS=1 .ci/browser` recreates them."""

import io
import os

import pytest

from tests.browser.conftest import ROOT, SIZES
from tests.browser.person import Person

pytestmark = pytest.mark.browser

NAMES = {"phone": "docs/pictures/phone.png", "pc": "docs/pictures/desk.png"}
COLOURS = 256
LIMIT = 150_000


async def test_the_readme_shows_the_overview_after_registration(person: Person, size: str) -> None:
    from PIL import Image

    await person.register("澜砚数控")
    await person.tap("我能享受什么")
    if size == "pc":
        await person.take_phone(1)
        await person.follow()
        await person.say("小巨人奖励多少钱")
        for number in range(2, await person.page.locator(".phone").count()):
            await person.take_phone(number)
            await person.follow()
        await person.take_phone(0)
    # Scrolled to its first word, as read.
    await person.theirs.last.evaluate(
        "(bubble) => bubble.parentNode.scrollTop = bubble.offsetTop - bubble.parentNode.offsetTop - 8"
    )
    await person.page.evaluate("document.activeElement.blur()")
    picture = Image.open(io.BytesIO(await person.page.screenshot())).convert("RGB")
    if os.environ.get("WRITE_DOCS"):
        picture.quantize(COLOURS, dither=Image.Dither.NONE).save(ROOT / NAMES[size], optimize=True)
    kept = (ROOT / NAMES[size]).read_bytes()
    with Image.open(io.BytesIO(kept)) as shown:
        assert shown.size == SIZES[size]
    assert len(kept) < LIMIT
    assert NAMES[size] in (ROOT / "README.md").read_text("utf-8")
