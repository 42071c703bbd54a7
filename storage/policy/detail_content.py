"""Content of a published detail: its source, where and when it holds, and its subject."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from config.calendar import midnight
from storage.policy import application_windows, district_rules
from storage.policy.application_windows import ApplicationWindow
from storage.policy.district_rules import PublishedDistrictRule, PublishedExtension, PublishedStatement

Kind = Literal["window", "rule", "statement", "extension"]
Body = ApplicationWindow | PublishedDistrictRule | PublishedStatement | PublishedExtension


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """The source document."""

    title: str
    issuer: str
    day: date
    number: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class DetailContent:
    """What an approval covers, word for word. `area` None: the whole city. Holds in [since, until), Asia/Shanghai."""

    area: str | None
    source: SourceDocument
    body: Body
    since: date | None = None
    until: date | None = None

    @property
    def kind(self) -> Kind:
        """Return which of the four kinds it is."""
        if isinstance(self.body, ApplicationWindow):
            return "window"
        if isinstance(self.body, PublishedExtension):
            return "extension"
        return "rule" if isinstance(self.body, PublishedDistrictRule) else "statement"

    @property
    def ends(self) -> datetime | None:
        """Return the moment it ends; None if unknown."""
        over = [] if self.until is None else [midnight(self.until)]
        if isinstance(self.body, ApplicationWindow) and self.body.ends is not None:
            over.append(self.body.ends)
        return min(over, default=None)

    @property
    def begins(self) -> datetime | None:
        """Return the moment from which it holds, if named."""
        return None if self.since is None else midnight(self.since)

    def ended(self, now: datetime) -> bool:
        """Tell whether it has ended."""
        return self.ends is not None and now >= self.ends

    def in_force(self, now: datetime) -> bool:
        """Tell whether it holds now."""
        return not self.ended(now) and (self.begins is None or now >= self.begins)

    @property
    def digest(self) -> str:
        """Return the hash of all its text: an approval covers exactly this."""
        return hashlib.sha256(json.dumps(to_json(self), sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def to_json(content: DetailContent) -> dict[str, Any]:
    """Return the content as stored and hashed."""
    body = content.body
    if isinstance(body, ApplicationWindow):
        told = application_windows.to_json(body)
    elif isinstance(body, PublishedDistrictRule):
        told = district_rules.rule_to_json(body)
    elif isinstance(body, PublishedExtension):
        told = {}
    else:
        told = district_rules.statement_to_json(body)
    source = content.source
    return {
        "kind": content.kind,
        "area": content.area,
        "source": [source.title, source.issuer, source.day.isoformat(), source.number, source.link],
        "body": told,
        "since": None if content.since is None else content.since.isoformat(),
        "until": None if content.until is None else content.until.isoformat(),
    }


def from_json(stored: Mapping[str, Any]) -> DetailContent:
    """Parse stored content."""
    title, issuer, day, number, link = stored["source"]
    body: Body
    if stored["kind"] == "window":
        body = application_windows.from_json(stored["body"])
    elif stored["kind"] == "rule":
        body = district_rules.rule_from_json(stored["body"])
    elif stored["kind"] == "extension":
        body = PublishedExtension()
    else:
        body = district_rules.statement_from_json(stored["body"])
    source = SourceDocument(title, issuer, date.fromisoformat(day), number, link)
    return DetailContent(stored["area"], source, body, _day(stored["since"]), _day(stored["until"]))


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
