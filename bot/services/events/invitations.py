"""Event invitations: firms proposed for the buyers' needs with reasons, frozen; officials invite with a reason."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.services.events.events import when
from config.errors import ConflictError, InputError
from config.markup import harmless
from config.texts import Texts
from config.topics import NoticeTopic
from matchmaking.ranking.ranking import Demand
from matchmaking.ranking.reasons import MatchStrength
from matchmaking.ranking.rules import InvitationConditions
from matchmaking.ranking.snapshot import Frozen
from storage.audit import audit
from storage.engine.transactions import Tx
from storage.events import events, records, signups
from storage.events.events import BuyerTable, EventState
from storage.events.records import INVITATION, PROPOSAL
from storage.firms import verification_marks
from storage.firms.verification_marks import FirmMarks
from storage.notices import outbox
from storage.people import people

MOST_A_TABLE = 15
MOST_INVITED = 200
MOST_BUYERS_TOLD = 3
LONGEST_WHY = 300
_ORDER = list(MatchStrength)


@dataclass(slots=True)
class Proposed:
    """A firm and the tables whose needs it fits; `strength`: the best of them, `why`: its weightiest reasons."""

    firm_id: int
    standing: FirmMarks
    strength: str
    letters: list[str] = field(default_factory=list)
    why: list[Mapping[str, Any]] = field(default_factory=list)
    comes: bool = False
    invited: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """The frozen lists of all tables merged. `versions`: of the data they were made from."""

    firms: list[Proposed]
    at: datetime | None
    versions: str


def demand_of(table: BuyerTable) -> tuple[Demand, InvitationConditions]:
    """Return what matching reads of a table, and its owner."""
    return Demand(table.need), InvitationConditions(poster=str(table.firm_id or ""))


def propose(tx: Tx, person_id: int, event_id: int, lists: Mapping[int, Frozen]) -> None:
    """Save the ranked lists by table. Raises ConflictError if the event changed meanwhile."""
    event = events.get(tx, event_id)
    if event is None or event.state is EventState.CANCELLED or event.starts <= tx.now:
        raise ConflictError("event_over")
    if not lists or {table.id for table in events.tables(tx, event_id)} != set(lists):
        raise ConflictError("event_changed")
    kept = {str(table_id): {"text": one.text, "digest": one.digest} for table_id, one in lists.items()}
    records.add(tx, event_id, PROPOSAL, person_id, {"lists": kept})
    audit.record(tx, "propose_firms", f"event:{event_id}")


def proposed(tx: Tx, event_id: int) -> Proposal:
    """Return the newest proposal: each firm once, strongest first, verified first on ties, with later outcomes."""
    kept = records.last(tx, event_id, PROPOSAL)
    if kept is None:
        return Proposal([], None, "")
    letters = {str(table.id): table.letter for table in events.tables(tx, event_id)}
    invited = {one.firm_id: one.data["why"] for one in records.listed(tx, event_id, INVITATION)}
    coming = {one.firm_id for one in signups.of_event(tx, event_id)}
    found: dict[int, tuple[int, float, Proposed]] = {}
    lists = {table_id: json.loads(frozen["text"]) for table_id, frozen in kept.data["lists"].items()}
    standing = verification_marks.of(tx, {int(one["id"]) for told in lists.values() for one in told["ranked"]})
    versions: set[str] = set()
    for table_id, told in lists.items():
        versions.add(told["data_version"])
        for one in told["ranked"]:
            firm_id, place = int(one["id"]), _ORDER.index(MatchStrength(one["strength"]))
            known = found.get(firm_id)
            mine = known[2] if known else Proposed(firm_id, standing[firm_id], "")
            mine.letters.append(letters.get(table_id, ""))
            if known is None or (place, -one["score"]) < known[:2]:
                mine.strength, mine.why = one["strength"], one["reasons"]
                found[firm_id] = (place, -one["score"], mine)
    best = sorted(found.values(), key=lambda one: (one[0], not one[2].standing.proven, one[1], one[2].firm_id))
    ranked = [mine for _, _, mine in best]
    for mine in ranked:
        mine.comes, mine.invited = mine.firm_id in coming, invited.get(mine.firm_id, "")
    return Proposal(ranked, kept.at, "、".join(sorted(versions)))


def invite(tx: Tx, person_id: int, event_id: int, firm_ids: Collection[int], why: str, texts: Texts) -> int:
    """Invite these firms, each once, with a recorded reason; return how many are new.

    Notifies no more of a firm's people than it may bring. Raises ConflictError once sign-up is over, InputError if
    there is no reason, nobody, or a firm that was not proposed.
    """
    event = events.get(tx, event_id)
    if event is None or event.state is not EventState.PUBLISHED or tx.now >= event.signup_until:
        raise ConflictError("event_closed")
    if not 1 < len(why.strip()) <= LONGEST_WHY:
        raise InputError("challenge_needs_reason").at("why")
    proposal = {one.firm_id: one for one in proposed(tx, event_id).firms}
    already = len(records.listed(tx, event_id, INVITATION))
    if not firm_ids or not set(firm_ids) <= proposal.keys() or already + len(firm_ids) > MOST_INVITED:
        raise InputError("form_wrong")
    tables = {table.letter: table for table in events.tables(tx, event_id)}
    new = 0
    for firm_id in sorted(set(firm_ids)):
        one = proposal[firm_id]
        if one.invited or one.comes:
            continue
        records.add(tx, event_id, INVITATION, person_id, {"why": why.strip()}, firm_id)
        buyers = [harmless(tables[letter].buyer) for letter in one.letters if letter in tables]
        text = texts(
            "events.invited",
            title=harmless(event.title),
            when=when(event.starts),
            place=harmless(event.place),
            buyers="、".join(dict.fromkeys(buyers[:MOST_BUYERS_TOLD])),
            quota=event.quota,
            number=event_id,
        )
        for one_of_them in people.of_firm(tx, firm_id)[: event.quota]:
            key = f"event:{event_id}:invited"
            outbox.plan(tx, key=key, person_id=one_of_them, topic=NoticeTopic.EVENT, text=text, firm_id=firm_id)
        new += 1
    audit.record(tx, "invite_to_event", f"event:{event_id}")
    return new
