"""Firms matching a challenge: the list frozen at publishing, invitations with a reason each, and who declines."""

import json
from typing import Any

from bot.services.challenges import bids as bid_service
from bot.services.challenges.announcements import notify_firm
from config.errors import ConflictError, InputError, required
from config.markup import harmless
from config.texts import Texts
from matchmaking.ranking.ranking import Demand
from matchmaking.ranking.rules import InvitationConditions, times_first
from matchmaking.ranking.snapshot import Frozen
from storage.audit import audit
from storage.challenges import challenges, recommendations, records
from storage.challenges.challenges import Challenge, Stage
from storage.engine.transactions import Tx
from storage.firms import firms, verification_marks
from storage.firms.verification_marks import FirmMarks

MOST_INVITED = 50
MOST_COUNTED = 1000
MOST_HEADS = 100
LONGEST_WHY = 300
_TOLD = ("strength", "reasons")
_READ = ("domain", "problem", "content", "targets", "conditions")


def demand_of(challenge: Challenge) -> Demand:
    """Return what matching reads of a challenge."""
    return Demand("。".join(challenge.fields[key] for key in _READ if challenge.fields.get(key)), challenge.title)


def conditions_of(challenge: Challenge) -> InvitationConditions:
    """Return only the poster: no title is required, people judge the poster's own conditions."""
    return InvitationConditions(poster=str(challenge.firm_id))


def freeze(tx: Tx, person_id: int, challenge_id: int, ranking: Frozen) -> None:
    """Save the ranking as of publishing, with its data version and digest."""
    data = {"text": ranking.text, "digest": ranking.digest}
    records.add(tx, challenge_id, "ranking", person_id, data)


def frozen_list(tx: Tx, challenge_id: int) -> tuple[list[dict[str, Any]], str]:
    """Return the frozen list with each firm's current status, strength and reasons, and its data version."""
    kept = records.last(tx, challenge_id, "ranking")
    if kept is None:
        return [], ""
    told = json.loads(kept.data["text"])
    standing = verification_marks.of(tx, [int(one["id"]) for one in told["ranked"]])
    listed = [
        {"id": int(one["id"]), "standing": standing[int(one["id"])], **{key: one[key] for key in _TOLD}}
        for one in told["ranked"]
    ]
    return listed, str(told["data_version"])


def heads(tx: Tx) -> tuple[list[tuple[FirmMarks, int]], int]:
    """Return how often each firm headed a frozen list, most often first, and the number of lists (newest 1,000).

    A republished challenge counts with each of its lists.
    """
    kept = [json.loads(record.data["text"]) for record in records.newest(tx, "ranking", MOST_COUNTED)]
    counted = times_first([[one["id"] for one in told["ranked"]] for told in kept])
    standing = verification_marks.of(tx, [int(firm_id) for firm_id, _ in counted[:MOST_HEADS]])
    return [(standing[int(firm_id)], count) for firm_id, count in counted[:MOST_HEADS]], len(kept)


def invite(tx: Tx, person_id: int, challenge_id: int, firm_id: int, why: str, texts: Texts) -> None:
    """Invite a firm to bid, once, with a recorded reason; notify its people.

    Raises ConflictError if bids are not accepted, InputError if there is no such firm, no reason, or too many.
    """
    found = challenges.get(tx, challenge_id)
    if found is None or found.at(tx.now) != Stage.PUBLISHED:
        raise ConflictError("challenge_stage")
    invited = records.listed(tx, challenge_id, "invitation")
    if not 1 < len(why.strip()) <= LONGEST_WHY:
        raise InputError("challenge_needs_reason").at("why")
    if not firms.exists(tx, firm_id) or firm_id == found.firm_id or len(invited) >= MOST_INVITED:
        raise InputError("form_wrong")
    if firm_id in {one.firm_id for one in invited}:
        return
    records.add(tx, challenge_id, "invitation", person_id, {"why": why.strip()}, firm_id)
    text = texts("challenges.notice_invited", title=harmless(found.title))
    notify_firm(tx, firm_id, f"challenge:{challenge_id}:invited", text)
    audit.record(tx, "challenge.invite", f"challenge:{challenge_id}")


def decline(tx: Tx, person_id: int, challenge_id: int) -> None:
    """Stop recommending this challenge to the person's firm; it stays on the public list.

    Raises InputError if the person represents no firm, ConflictError if the challenge does not exist.
    """
    firm_id = required(bid_service.firm_of(tx, person_id), InputError("bid_no_firm"))
    if challenges.get_public(tx, challenge_id) is None:
        raise ConflictError("challenge_stage")
    recommendations.decline(tx, firm_id, challenge_id)
    audit.record(tx, "challenge.decline", f"challenge:{challenge_id}")
