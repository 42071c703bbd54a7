"""`main.py ask` answers like the chat answers a new follower."""

import json
from pathlib import Path

import pytest

from bot.cli.commands import run
from tests.conversations.stage import STORY_BEGINS, Stage, said

QUESTIONS = [
    *("算力券", "第五条", "5.2", "绿色", "人工智能", "今天天气"),
    *("我能享受什么", "注册", "我的资料", "帮助", "取消", "更多", "十五条", "宁工品推", "榜单", "人工", "我的工单"),
    *("注销", "导出我的数据"),
]


def asked(capfdbinary: pytest.CaptureFixture[bytes], *argv: str) -> list[dict[str, object]]:
    assert run(["ask", *argv]) == 0
    return [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]


# Challenge and event lists are in the chat's database, which the command has not.
@pytest.mark.parametrize("question", [*(one for one in QUESTIONS if one not in ("榜单", "宁工品推")), "我的揭榜"])
async def test_a_newcomer_in_the_chat_hears_what_ask_prints(
    stage: Stage, question: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    phone = stage.phone("新来的")
    await phone.follow()
    heard = said(await phone.say(question))
    (printed,) = asked(capfdbinary, "--on", STORY_BEGINS.date().isoformat(), question)
    reply = str(printed["reply"]).replace("“", "").replace("”", "").splitlines()
    # Only the chat has a database: it ends with contacts, and omits 注册 if short of room.
    lines = heard.replace("“", "").replace("”", "").splitlines()
    assert [line for line in lines if not line.startswith("联系：")] == [line for line in reply if line in lines]
    assert all("登记企业后可逐条核对" in line for line in reply if line not in lines)


def test_each_line_of_a_file_has_one_line_of_answer(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    questions = tmp_path / "questions.txt"
    questions.write_text("算力券\n\n今天天气怎么样\n第十五条", "utf-8")
    answers = asked(capfdbinary, "--file", str(questions))
    assert [answer["question"] for answer in answers] == ["算力券", "", "今天天气怎么样", "第十五条"]
    assert [answer["items"] for answer in answers] == [["8.1"], [], [], ["15.1", "15.2", "15.3"]]
    assert [answer["sure"] for answer in answers] == [True, False, False, True]


def test_after_expiry_every_answer_says_so(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    for question in QUESTIONS:
        (answer,) = asked(capfdbinary, "--on", "2029-01-01", question)
        assert "政策已到期" in str(answer["reply"])
    (before,) = asked(capfdbinary, "--on", "2028-12-31", "算力券")
    assert "政策已到期" not in str(before["reply"])
