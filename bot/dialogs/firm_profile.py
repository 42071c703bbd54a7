"""A registered firm as the judgement needs it."""

from dataclasses import dataclass

from config.policy.facts import Facts


@dataclass(frozen=True, slots=True)
class Profile:
    """A registered firm's name and facts, and where its titles come from (`roster`, `self`)."""

    name: str
    facts: Facts
    titles_source: str | None
