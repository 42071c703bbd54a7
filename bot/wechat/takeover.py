"""The account's earlier menu and automatic replies, saved in a file and preserved.

Setting our server address switches the console's automatic replies off; text we do not know is answered from here. The
format is the platform's `get_current_autoreply_info`, as documented.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from bot.wechat.api import Api
from bot.wechat.transport import JsonObject

FOLDER = Path(".data") / "wechat"
_PATTERN = "before-*.json"


@dataclass(frozen=True, slots=True)
class KeywordReply:
    """Answers a message that contains one of these words, or equals one of those."""

    contained: tuple[str, ...]
    equal: tuple[str, ...]
    reply: str

    def fits(self, words: str) -> bool:
        """Tell whether this text matches the rule."""
        return words in self.equal or any(word in words for word in self.contained)


class KeptReplies:
    """The console's keyword rules, in order."""

    def __init__(self, rules: Sequence[KeywordReply] = ()) -> None:
        self._rules = tuple(rules)

    def __len__(self) -> int:
        return len(self._rules)

    @classmethod
    def load(cls, folder: Path = FOLDER) -> Self:
        """Load the rules of the newest file that has any; none if there is no such file."""
        for path in sorted(folder.glob(_PATTERN), reverse=True):
            rules = rules_in(json.loads(path.read_text("utf-8")).get("auto_replies", {}))
            if rules:
                return cls(rules)
        return cls()

    def find(self, words: str) -> str | None:
        """Return the console's answer to this text; None if no rule matches."""
        words = words.strip()
        return next((rule.reply for rule in self._rules if rule.fits(words)), None)


async def read_current(api: Api) -> JsonObject:
    """Return the account's menu, from console and API, and its automatic replies; raises ApiError."""
    return {
        "console_menu": await api.console_menu(),
        "menu": await api.menu(),
        "auto_replies": await api.console_replies(),
    }


def write(current: JsonObject, folder: Path, now: datetime) -> Path:
    """Save what was read in a new file readable only by its owner; raises OSError on failure."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / now.strftime("before-%Y%m%dT%H%M%S%fZ.json")
    with open(path, "x", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        json.dump(current, file, ensure_ascii=False, indent=1)
    return path


def rules_in(auto_replies: JsonObject) -> list[KeywordReply]:
    """Return the enabled keyword rules that answer with text or cards."""
    if auto_replies.get("is_autoreply_open") != 1:
        return []
    found = auto_replies.get("keyword_autoreply_info", {}).get("list", [])
    rules = [_rule(rule) for rule in found]
    return [rule for rule in rules if rule.reply and (rule.contained or rule.equal)]


def _rule(rule: JsonObject) -> KeywordReply:
    words: dict[str, list[str]] = {"contain": [], "equal": []}
    for keyword in rule.get("keyword_list_info", []):
        if keyword.get("type", "text") == "text" and keyword.get("content"):
            words.setdefault(keyword.get("match_mode", "contain"), []).append(str(keyword["content"]))
    said = [line for reply in rule.get("reply_list_info", []) for line in _said(reply)]
    if rule.get("reply_mode") == "random_one":
        said = said[:1]
    return KeywordReply(tuple(words["contain"]), tuple(words["equal"]), "\n".join(said))


def _said(reply: dict[str, Any]) -> list[str]:
    """Return text as is, a card as title and address; pictures and videos cannot be converted to text."""
    match reply:
        case {"type": "text", "content": str(content)}:
            return [content]
        case {"type": "news", "news_info": {"list": list(cards)}}:
            return [f"{card.get('title', '')}\n{card.get('content_url', '')}".strip() for card in cards]
    return []
