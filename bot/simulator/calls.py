"""One call of the server API: request, refusal, and the record that a rid looks up."""

import json
import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

Answer = dict[str, Any]

KEPT_FOR = timedelta(days=7)
_KEPT = 1000
_LONGEST_KEPT = 16_000

# An escape the platform does not decode: an odd number of backslashes before the u.
_WHOM = re.compile(r'"(?:touser|openid)"\s*+:\s*+"([^"]++)"')
_ESCAPE = re.compile(r"(?<!\\)((?:\\\\)*)\\(u[0-9a-fA-F]{4})")

_MEANINGS = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest",
    40002: "invalid grant_type",
    40003: "invalid openid",
    40004: "invalid media type",
    40005: "invalid file type",
    40007: "invalid media_id",
    40008: "invalid message type",
    40009: "invalid image size",
    40010: "invalid voice size",
    40011: "invalid video size",
    40012: "invalid thumb size",
    40013: "invalid appid",
    40016: "invalid button size",
    40017: "invalid button type",
    40018: "invalid button name size",
    40019: "invalid button key size",
    40020: "invalid button url size",
    40023: "invalid sub button size",
    40024: "invalid sub button type",
    40025: "invalid sub button name size",
    40026: "invalid sub button key size",
    40027: "invalid sub button url size",
    40029: "invalid code",
    40030: "invalid refresh_token",
    40031: "invalid openid list",
    40032: "invalid openid list size",
    40033: "invalid charset. please check your request, if include \\uxxxx will create fail!",
    40036: "invalid template_id size",
    40037: "invalid template_id",
    40039: "invalid url size",
    40052: "invalid action name",
    40053: "invalid action info",
    40066: "invalid url",
    40097: "invalid args",
    40125: "invalid appsecret",
    40059: "invalid msg id",
    40130: "invalid openid list size, at least two openid",
    40152: "invalid tag",
    40163: "code been used",
    40165: "invalid weapp pagepath",
    40200: "invalid account type",
    40249: "the template holds marketing content",
    41001: "access_token missing",
    41002: "appid missing",
    41004: "appsecret missing",
    41005: "media data missing",
    41008: "missing code",
    41009: "missing openid",
    42001: "access_token expired",
    42002: "refresh_token expired",
    42003: "oauth_code expired",
    43001: "require GET method",
    43002: "require POST method",
    43004: "require subscribe",
    43019: "the receiver is in the blacklist of the account",
    43101: "user refuse to accept the msg",
    43116: "the template is abused",
    44002: "empty post data",
    44004: "empty content",
    45002: "content size out of limit",
    45008: "article size out of limit",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit, must slower, retry next minute",
    45015: "response out of time limit or subscription is canceled",
    45028: "has no masssend quota",
    45047: "out of response count limit",
    45065: "clientmsgid exist",
    45066: "same clientmsgid retry too fast",
    45067: "clientmsgid size out of limit",
    45162: "articles is not an array",
    46003: "menu no exist",
    47001: "data format error",
    47003: "argument invalid!",
    48001: "api unauthorized",
    48002: "user block receive message",
    48006: "forbid to clear quota because of reaching the limit",
    65301: "no such conditional menu",
    65303: "there is no selfmenu, please create selfmenu first",
    76001: "rid not found",
    76021: "cgi_path not found, please check",
}


class ApiError(Exception):
    """The platform refuses a call with this errcode; `detail` replaces the usual meaning, `also`: further fields."""

    def __init__(self, errcode: int, detail: str = "", **also: object) -> None:
        super().__init__(errcode)
        self.errcode = errcode
        self.meaning = detail or _MEANINGS[errcode]
        self.also = also


@dataclass(frozen=True)
class Upload:
    """A file in a multipart body."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Call:
    """A request: path, query, body text, a file if any, and the caller's address."""

    method: str
    path: str
    query: Mapping[str, str]
    text: str
    ip: str
    file: Upload | None = None

    def json(self, literal_escapes: bool = True) -> dict[str, Any]:
        r"""Parse the body as a JSON object; `\uXXXX` stays six characters, as on the platform.

        Raises ApiError 44002 for an empty body, 47001 for anything but an object.
        """
        if not self.text:
            raise ApiError(44002)
        text = _ESCAPE.sub(r"\1\\\\\2", self.text) if literal_escapes else self.text
        try:
            asked = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ApiError(47001) from error
        if not isinstance(asked, dict):
            raise ApiError(47001)
        return asked

    @property
    def has_escapes(self) -> bool:
        r"""Tell whether the body spells characters as `\uXXXX`."""
        return _ESCAPE.search(self.text) is not None

    @property
    def openid(self) -> str:
        """Return the person concerned, for faults on one person; empty if none is named."""
        found = _WHOM.search(self.text)
        return found[1] if found else self.query.get("openid", "")


@dataclass(frozen=True)
class Record:
    """One call with its answer, found by rid for 7 days."""

    rid: str
    at: datetime
    call: Call
    answer: str
    milliseconds: int

    def to_json(self) -> dict[str, object]:
        """Return the call as JSON for the page."""
        return {
            "rid": self.rid,
            "at": self.at.isoformat(),
            "method": self.call.method,
            "path": self.call.path,
            "body": self.call.text[:16_000],
            "answer": self.answer[:16_000],
            "openid": self.call.openid,
        }


class CallLog:
    """Log of recent calls."""

    def __init__(self) -> None:
        self._records: deque[Record] = deque(maxlen=_KEPT)

    def keep(self, record: Record) -> None:
        """Add a call, without files and without the rest of a very long body; evicts the oldest."""
        call = replace(record.call, text=record.call.text[:_LONGEST_KEPT], file=None)
        self._records.append(replace(record, call=call))

    def latest(self, count: int) -> list[Record]:
        """Return the newest calls, oldest first."""
        return list(self._records)[-count:]

    def find(self, rid: str, now: datetime) -> Record:
        """Return the call with this rid; raises ApiError 76001 for an unknown or too old one."""
        for record in self._records:
            if record.rid == rid and now - record.at < KEPT_FOR:
                return record
        raise ApiError(76001)


def new_rid() -> str:
    """Return a new request id in the platform's form."""
    return "-".join(token_hex(4) for _ in range(3))
