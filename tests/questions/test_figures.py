"""Nothing invented: every figure in a thousand replies is the policy's own, or numbers one of its parts."""

import random
import re
from collections.abc import Callable, Iterator

from bot.answers.policy_answers import FirmProfile, PolicyTalk, PublishedLines
from bot.services.policy.published_for_firm import PublishedForFirm
from bot.services.policy.published_wording import PublishedTalk
from config.areas import Areas
from config.commands import CommandWords
from config.policy.facts import Facts
from config.policy.model import Item, Policy
from config.texts import Texts
from storage.policy.published_details import Detail
from tests.details import a_rule, a_statement, a_window
from tests.questions.cases import Reply, cases
from tests.questions.conftest import ON

NUMBER = re.compile(r"\d+(?:\.\d+)?")
# Choices have numbered lines; a list states its number of clauses.
CHOICES = {"1", "2", "3"}


def allowed(policy: Policy) -> set[str]:
    source = "".join([policy.closing, policy.repeals, *(clause.text for clause in policy.clauses)])
    return (
        set(NUMBER.findall(source)) | set(policy.items) | {str(len(policy.clauses)), str(len(policy.items))} | CHOICES
    )


def questions(policy: Policy) -> Iterator[str]:
    """Yield all cases, names, clauses and items by number, and random mixes with foreign figures."""
    yield from (case.question for case in cases())
    yield from policy.items
    yield from (clause.label for clause in policy.clauses)
    words = [name for item in policy.items.values() for name in (item.title, *item.asks)]
    words += [name for topic in policy.topics for name in topic.asks]
    soup = random.Random(20281231)
    figures = ["500万", "八百万", "30%", "2031年", "17条", "3300元", "两千四", "一个亿", "99家", "四名"]
    glue = ["，", "和", "还有", "听说", "是不是", "给", "吗", "多少", "不", "我们", "复核", "登记", "每家", "普通"]
    for _ in range(700):
        parts = soup.sample(words, soup.randint(1, 3)) + soup.sample(figures, soup.randint(0, 2))
        parts += soup.sample(glue, soup.randint(0, 3))
        soup.shuffle(parts)
        yield "".join(parts)


def test_every_figure_of_a_thousand_replies_is_the_policys(policy: Policy, reply: Callable[[str], Reply]) -> None:
    known = allowed(policy)
    asked = list(questions(policy))
    assert len(asked) >= 1000
    invented = []
    for question in asked:
        said = reply(question).text
        # The agency's list counts its clauses.
        said = re.sub(r"是这\d+条的责任单位", "", said)
        invented += [(question, number) for number in NUMBER.findall(said) if number not in known]
    assert invented == []


def test_a_users_figure_is_never_repeated(reply: Callable[[str], Reply]) -> None:
    for question in (
        "小巨人给777万吗",
        "单项冠军奖八百八十万",
        "博士租房补贴7777元",
        "政府采购扣除77%",
        "有没有给777万的",
    ):
        assert not re.search("7{2}|八百八十|880", reply(question).text)


def test_what_a_user_types_is_never_shown_again(reply: Callable[[str], Reply]) -> None:
    for typed in ("<b>算力券</b>", "{title}{0}%s", "[[我能拿三百万]]", "]]><x>", "${7*7}", "'; DROP TABLE item;--"):
        said = reply(typed).text
        for mark in ("<b>", "{", "%s", "[[", "]]", "49", "DROP"):
            assert mark not in said


def test_an_agency_count_is_the_number_of_its_clauses(policy: Policy, reply: Callable[[str], Reply]) -> None:
    for agency in ("市工信局", "市人社局", "市财政局"):
        count = sum(agency in clause.agencies for clause in policy.clauses)
        assert f"{agency}是这{count}条的责任单位" in reply(agency).text


def test_beside_published_details_every_figure_is_the_policys_or_an_entered_one(
    policy: Policy, talk: PolicyTalk, texts: Texts
) -> None:
    """A window, a statement and two districts' rules are entered: exactly what they say is said."""
    entered = (a_window(), a_statement(), a_rule({"holds_patents": (True,)}), a_rule(area="溧水", item="13.5"))
    told = tuple(
        Detail(id=n, content=content, state="published", digest=content.digest, entered_by=1, entered=ON, version=n)
        for n, content in enumerate(entered, 1)
    )
    published = PublishedForFirm.of(policy, PublishedTalk(policy, texts), Areas.load(), told)
    # Dates, hours and sums as entered; midnight is the 24点 of the day before; 40 days are left.
    figures = set(NUMBER.findall("2026-10-08 2026-12-15 17:00 2026-12-18 24 30% 20万元 40"))
    known = allowed(policy) | figures
    words = CommandWords.load()
    asked = [*policy.items, *(name for item in policy.items.values() for name in item.asks), "江宁区和溧水区的奖励"]
    seen: set[str] = set()
    for question in asked:
        for facts in (None, Facts({"district": "江宁", "titles": frozenset({"srdi"})})):

            def lines(item: Item, full: bool, question: str = question, facts: Facts | None = facts) -> list[str]:
                return published.lines(item, facts, ON, most=6 if full else 1, typed=question)

            profile = None if facts is None else FirmProfile("某企业", facts, None)
            typed = words.read(question)
            said = talk.answer(typed, ON, profile, beside=PublishedLines(lines, lambda: published.rules(ON))).text
            said = re.sub(r"是这\d+条的责任单位|另有\d+条已录入", "", said)
            assert [number for number in NUMBER.findall(said) if number not in known] == [], question
            seen |= set(NUMBER.findall(said))
    assert figures <= seen
