from collections.abc import Callable
from datetime import datetime

import pytest

from bot.answers.policy_answers import PolicyTalk
from bot.answers.short_answers import ShortAnswers
from bot.cli.ask import newcomer_answer
from config.commands import CommandWords
from config.markup import flatten
from config.policy.loader import load
from config.policy.model import Policy
from config.texts import Texts
from tests.questions.cases import Reply

ON = datetime.fromisoformat("2026-11-05T10:00:00+08:00")


@pytest.fixture(scope="session")
def policy() -> Policy:
    return load()


@pytest.fixture(scope="session")
def texts() -> Texts:
    return Texts.load(markup=flatten)


@pytest.fixture(scope="session")
def talk(policy: Policy, texts: Texts) -> PolicyTalk:
    return PolicyTalk(policy, texts)


@pytest.fixture(scope="session")
def short(policy: Policy, texts: Texts) -> ShortAnswers:
    return ShortAnswers(policy, texts)


@pytest.fixture(scope="session")
def reply(talk: PolicyTalk, texts: Texts) -> Callable[[str], Reply]:
    """Return the `ask` command's answer to a newcomer."""
    words = CommandWords.load()

    def asked(question: str, on: datetime = ON) -> Reply:
        answer = newcomer_answer(talk, texts, words, question, on)
        return Reply(answer.text, answer.items, answer.sure)

    return asked
