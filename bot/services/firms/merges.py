"""An official merges two registrations into one firm, and undoes it if wrong."""

from config.calendar import shanghai_day
from config.errors import ConflictError, InputError
from config.markup import harmless
from config.texts import Texts
from config.topics import NoticeTopic
from storage.audit import audit
from storage.engine.transactions import Tx
from storage.firms import firms, merges, offerings, verifications
from storage.firms.merges import Merge
from storage.notices import outbox
from storage.people import people


def merge(tx: Tx, texts: Texts, kept_id: int, gone_id: int) -> int:
    """Merge the second firm into the first and notify its people; return the merge's id.

    Raises InputError if that makes no sense, ConflictError if one is already part of another firm.
    """
    if kept_id == gone_id or not (firms.exists(tx, kept_id) and firms.exists(tx, gone_id)):
        raise InputError("merge_of_one")
    if verifications.of_firm(tx, gone_id) is not None:
        raise InputError("merge_of_proven")
    if _gone_into(tx, kept_id) or _gone_into(tx, gone_id):
        raise ConflictError("merge_followed")
    newcomers = people.of_firm(tx, gone_id)
    merge_id = merges.add(tx, kept_id, gone_id, shanghai_day(tx.now))
    offerings.show(tx, gone_id, is_found=False)
    _record(tx, "merge_firms", merge_id, kept_id, gone_id)
    text = texts("colleagues.you_were_merged", firm=harmless(firms.get(tx, kept_id).name))
    for person_id in newcomers:
        outbox.plan(tx, key=f"merge:{merge_id}", person_id=person_id, topic=NoticeTopic.COLLEAGUES, text=text)
    return merge_id


def undo(tx: Tx, texts: Texts, found: Merge) -> None:
    """Undo a merge. Raises ConflictError if already undone, or if a later merge builds on it."""
    later = [one.id for one in merges.of_firm(tx, found.kept_id) if one.id > found.id]
    if later or not merges.undo(tx, found):
        raise ConflictError("merge_followed")
    offerings.show(tx, found.gone_id, is_found=True)
    _record(tx, "undo_merge", found.id, found.kept_id, found.gone_id)
    text = texts("colleagues.you_were_parted", firm=harmless(firms.get(tx, found.gone_id).name))
    for person_id in people.of_firm(tx, found.gone_id):
        outbox.plan(tx, key=f"merge:{found.id}:undone", person_id=person_id, topic=NoticeTopic.COLLEAGUES, text=text)


def _gone_into(tx: Tx, firm_id: int) -> bool:
    return any(one.gone_id == firm_id for one in merges.of_firm(tx, firm_id))


def _record(tx: Tx, action: str, merge_id: int, kept_id: int, gone_id: int) -> None:
    audit.record(tx, action, f"firm_merge:{merge_id}", {"kept": str(kept_id), "gone": str(gone_id)})
