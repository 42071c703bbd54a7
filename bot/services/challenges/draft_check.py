"""What a draft should still say, or say less narrowly: suggestions to its poster, never a refusal."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from threading import Lock
from zoneinfo import ZoneInfo

from config.challenges import ChallengeForm
from matchmaking.challenge_checks import ChallengeCheck, CheckedDraft, SuggestionKind
from matchmaking.text.tokens import TextReader
from storage.challenges.challenges import Challenge

_ZONE = ZoneInfo("Asia/Shanghai")
_SAID_BY = {"rights": SuggestionKind.NO_RIGHTS, "conditions": SuggestionKind.NO_BIDDER}
_READ = ("domain", "problem", "content", "targets", "due", "reward", "rights", "conditions")


class Suggesting:
    """Loads the reader on first use, in the calling thread: it loads a dictionary."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._check: ChallengeCheck | None = None

    def __call__(
        self, challenge: Challenge, form: ChallengeForm, today: date, others: Mapping[str, str]
    ) -> CheckedDraft:
        """Return the suggestions for this challenge; `others`: possible duplicates by id. Takes milliseconds."""
        with self._lock:
            self._check = self._check or ChallengeCheck(TextReader())
        said = [(form.label(key), challenge.fields[key]) for key in _READ if challenge.fields.get(key, "")]
        text = "。".join(f"{label}：{value}" for label, value in said)
        found = self._check.check(challenge.title, text, today, _ZONE, poster=challenge.firm_name, others=others)
        # A filled field counts as answered even if its words are on no list.
        told = {kind for key, kind in _SAID_BY.items() if challenge.fields.get(key, "")}
        return replace(found, findings=tuple(one for one in found.findings if one.kind not in told))
