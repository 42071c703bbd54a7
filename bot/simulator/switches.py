"""Undocumented behaviour: every assumption about the platform, each one a switch."""

from dataclasses import dataclass, field
from enum import StrEnum


class Flaw(StrEnum):
    """What can be wrong with the answer to a push."""

    JSON = "json"
    HTML = "html"
    MALFORMED = "malformed"
    WRONG_PARTIES = "wrong_parties"
    UNKNOWN_TYPE = "unknown_type"
    INCOMPLETE = "incomplete"
    PLAIN_IN_SAFE_MODE = "plain_in_safe_mode"
    SEALED_IN_PLAIN_MODE = "sealed_in_plain_mode"
    BAD_SIGNATURE = "bad_signature"
    BAD_CIPHER = "bad_cipher"
    EMPTY_TEXT = "empty_text"
    LONG_TEXT = "long_text"
    TOO_MANY_ARTICLES = "too_many_articles"
    NO_REPLY_TAKEN = "no_reply_taken"


class Reaction(StrEnum):
    """The platform's reaction to a flaw: show the failure line, nothing, or what can be shown."""

    FAIL = "fail"
    IGNORE = "ignore"
    ACCEPT = "accept"


def _reactions() -> dict[Flaw, Reaction]:
    return {
        **dict.fromkeys(Flaw, Reaction.FAIL),
        Flaw.TOO_MANY_ARTICLES: Reaction.ACCEPT,  # only the first article is shown
        Flaw.NO_REPLY_TAKEN: Reaction.IGNORE,
    }


@dataclass
class Switches:
    """The assumptions in effect; defaults are the likeliest reading of the documents."""

    max_deliveries: int = 3
    retry_bad_status: bool = True
    fresh_cipher_on_retry: bool = False
    push_with_previous_key: bool = False
    text_limit: int = 2048
    trim_echo: bool = False
    reactions: dict[Flaw, Reaction] = field(default_factory=_reactions)
    links_count_as_clicks: bool = True
    never_issued_token: int = 40001
    wrong_secret: int = 40125
    expired_code: int = 42003
    channels_kick_each_other: bool = False
    escapes_stay_literal: bool = True
    takes_menu_messages: bool = True
    page_size: int = 10_000
    muted_is_told: bool = False
    templates_fail: bool = False
    result_seconds: float = 2.0
    mass_repeats_wait: bool = False
    mass_reporter: str = "mphelper"
    mass_refusal: str = ""
    """Where set, mass messages reach nobody and are reported with this status, such as err(40001)."""
    json_content_type: str = "text/plain"
