"""Tell whether a table row calls an award the first of its title: yes, no, or not understood. Pure."""

import re
from collections.abc import Iterable, Mapping

from bot.services.roster.spreadsheet import WORDS
from bot.services.table_file import normal

_CLAUSES = re.compile(r"[,，。;；、()\[\]]")
_REVIEW, _FIRST = ("|".join(words) for words in (WORDS.common.review, WORDS.common.first))
# 首次复核 is a review.
_AWARD = re.compile(rf"(?P<first>{_FIRST})(?!{_REVIEW})|{_REVIEW}")
_DENIED_BEHIND = re.compile(r"(?:获评|认定|评上)?[:：]?(?:否|不是|×)")
# How far before a word its negation may stand.
_NEAR = 4


def first_of(cells: Mapping[str, str], batch: str, *, otherwise: bool | None) -> bool | None:
    """Return whether it is the first award: only if the table says so, else `otherwise`.

    None: unknown, or an award column not understood.
    """
    words, award = WORDS.common, normal(cells.get("award", ""))
    told = [_told_of_first(normal(said)) for said in (batch, cells.get("title", ""), cells.get("note", ""))]
    head = normal(cells.get("award_head", ""))
    heads_first = _any(words.first, head)
    if award not in words.yes + words.no:
        told.append(_told_of_first(award))
    elif heads_first:
        told.append(award in words.yes)
    elif _any(words.review, head) and award in words.yes:
        told.append(False)
    if False in told:
        return False
    return True if True in told else None if award else otherwise


def _told_of_first(said: str) -> bool | None:
    """Return what this text says of a first award; “未参加复核” and “待首次认定” say nothing."""
    told: set[bool] = set()
    for clause in _CLAUSES.split(said):
        for found in _AWARD.finditer(clause):
            before, is_first = clause[: found.start()], found["first"] is not None
            denied = before.endswith(WORDS.common.deny) or _DENIED_BEHIND.match(clause, found.end())
            if is_first and denied:
                told.add(False)
            elif not denied and not _any(WORDS.common.not_done, before[-_NEAR:]):
                told.add(is_first)
    return False if False in told else True if told else None


def _any(some: Iterable[str], text: str) -> bool:
    return any(word in text for word in some)
