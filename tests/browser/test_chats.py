"""Twelve chats in pictures, as docs/chats.md shows them. `WRITE_DOCS=1 .ci/browser` recreates them."""

import io
import os

import pytest

from tests.browser.conftest import ROOT, SIZES
from tests.browser.person import Person

pytestmark = pytest.mark.browser

FOLDER = "docs/pictures"
COLOURS = 32
LIMIT = 80_000
# Each with the messages in order, and text the last answer must contain.
BEFORE = [("name", ["南京云杼传感科技有限公司"], "云杼传感")]
AFTER = [
    ("mixed", ["suanlijuan 怎么申请，还有5.4多少钱"], "算力券"),
    ("assess", ["我能享受什么"], "条件已对上"),
    ("facts", ["1 3 6"], "新对上条件"),
    ("item", ["5.2"], "100万元"),
    ("premise", ["复核通过小巨人还有100万吗"], "没有"),
    ("compare", ["小巨人和单项冠军哪个多"], "300万元"),
    ("what-if", ["如果我成了小巨人"], "小巨人"),
    ("windows", ["申报窗口", "1"], "还剩"),
    ("challenges", ["榜单"], "盾构机"),
    ("outside", ["明天天气怎么样"], "人工"),
]


async def take(person: Person, name: str, said: list[str], expected: str) -> None:
    """Send these, check the newest answer, save the picture."""
    answer = ""
    for words in said:
        answer = await person.say(words)
    assert expected in answer
    # Scrolled to its first word, as read.
    await person.theirs.last.evaluate(
        "(bubble) => bubble.parentNode.scrollTop = bubble.offsetTop - bubble.parentNode.offsetTop - 64"
    )
    await person.page.evaluate("document.activeElement.blur()")
    await keep(person, name)


async def keep(person: Person, name: str) -> None:
    from PIL import Image

    path = ROOT / FOLDER / f"chat-{name}.png"
    picture = Image.open(io.BytesIO(await person.page.screenshot())).convert("RGB")
    if os.environ.get("WRITE_DOCS"):
        picture.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    kept = path.read_bytes()
    with Image.open(io.BytesIO(kept)) as shown:
        assert shown.size == SIZES["phone"]
    assert len(kept) < LIMIT
    assert f"pictures/{path.name}" in (ROOT / "docs/chats.md").read_text("utf-8")


@pytest.mark.parametrize("size", ["phone"], indirect=True)
async def test_twelve_chats_read_as_their_pictures_show(person: Person) -> None:
    await person.follow()
    for name, said, expected in BEFORE:
        await take(person, name, said, expected)
    await person.say("注册 云杼传感")
    await person.say("小型")
    await person.tap("跳过")
    await person.until_at_end()
    await keep(person, "register")
    await person.tap("确认")
    for name, said, expected in AFTER:
        await take(person, name, said, expected)
