"""Disclosure between an unnamed poster and a firm: names are shown once both agree; each consent is recorded."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.services.challenges import bids as bid_service
from bot.services.challenges.announcements import notify_firm, notify_poster
from config.errors import ConflictError, InputError
from config.markup import harmless
from config.texts import Texts
from storage.audit import audit
from storage.challenges import challenges, records
from storage.challenges.challenges import Challenge, Stage
from storage.engine.record_log import LogEntry
from storage.engine.transactions import Tx
from storage.firms import verification_marks, verifications

KIND = "consent"
_OVER = (Stage.FAILED, Stage.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Pair:
    """Consents of a firm and the poster. `id` identifies the firm without revealing it."""

    id: int
    firm_id: int
    firm_said: datetime
    poster_said: datetime | None

    @property
    def open(self) -> bool:
        """Tell whether each may see the other's name."""
        return self.poster_said is not None


def pairs(tx: Tx, challenge_id: int) -> Mapping[int, Pair]:
    """Return every firm with a standing consent, by firm, in order of consent."""
    found: dict[int, Pair] = {}
    for one in records.listed(tx, challenge_id, KIND):
        firm_id = one.firm_id or 0
        if one.data["side"] == "poster":
            if firm_id in found:
                found[firm_id] = _with_poster(found[firm_id], one)
        elif one.data["yes"]:
            found.setdefault(firm_id, Pair(one.id, firm_id, one.at, None))
        elif firm_id in found and not found[firm_id].open:
            del found[firm_id]
    return found


def agree(tx: Tx, person_id: int, challenge_id: int, texts: Texts, *, yes: bool = True) -> None:
    """Record a verified firm's consent to disclose names, or withdraw it before the poster agrees.

    Raises InputError if the person represents no verified firm or the poster's own, ConflictError if the challenge
    names its poster anyway, is over, or names are disclosed already.
    """
    found, firm_id = _unnamed(tx, challenge_id), bid_service.firm_of(tx, person_id)
    if firm_id is None:
        raise InputError("bid_no_firm")
    if firm_id == found.firm_id:
        raise InputError("bid_own")
    if verifications.of_firm(tx, firm_id) is None:
        raise InputError("bid_unproven")
    known = pairs(tx, challenge_id).get(firm_id)
    if (known is not None and known.open) or (known is None and not yes):
        raise ConflictError("challenge_stage")
    if known is not None and yes:
        return
    record_id = records.add(tx, challenge_id, KIND, person_id, {"side": "firm", "yes": yes}, firm_id)
    if yes:
        text = texts("challenges.notice_consent_asked", title=harmless(found.title))
        notify_poster(tx, challenge_id, f"challenge:{challenge_id}:consent:{record_id}", text)
    audit.record(tx, "challenge.consent" if yes else "challenge.consent_back", f"challenge:{challenge_id}")


def agree_as_poster(tx: Tx, person_id: int, challenge_id: int, pair_id: int, texts: Texts) -> None:
    """Record the poster's consent to one firm's: both names are disclosed from now on, irrevocably."""
    found = _unnamed(tx, challenge_id)
    pair = next((one for one in pairs(tx, challenge_id).values() if one.id == pair_id), None)
    if pair is None:
        raise ConflictError("challenge_stage")
    if pair.open:
        return
    records.add(tx, challenge_id, KIND, person_id, {"side": "poster", "yes": True}, pair.firm_id)
    text = texts("challenges.notice_consent_both", title=harmless(found.title))
    notify_firm(tx, pair.firm_id, f"challenge:{challenge_id}:consent:{pair.id}:both", text)
    audit.record(tx, "challenge.consent", f"challenge:{challenge_id}")


def for_poster(tx: Tx, challenge_id: int) -> list[tuple[Pair, str]]:
    """Return what the poster's page shows: each consenting firm, its name only once both agreed."""
    found = pairs(tx, challenge_id).values()
    standing = verification_marks.of(tx, [pair.firm_id for pair in found if pair.open])
    return [(pair, standing[pair.firm_id].label if pair.open else "") for pair in found]


def _with_poster(pair: Pair, said: LogEntry) -> Pair:
    return Pair(pair.id, pair.firm_id, pair.firm_said, said.at)


def _unnamed(tx: Tx, challenge_id: int) -> Challenge:
    found = challenges.get_public(tx, challenge_id)
    if found is None or found.named or found.at(tx.now) in _OVER:
        raise ConflictError("challenge_stage")
    return found
