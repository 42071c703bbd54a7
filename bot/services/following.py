"""A person follows or unfollows the account."""

from bot.services import offers
from bot.services.assessing import forget_answers
from storage import (
    audit,
    bid_drafts,
    broadcast_people,
    canned_answers,
    colleagues,
    contacts,
    dialogs,
    entry_codes,
    event_signups,
    grants,
    invitations,
    kept_forms,
    other_ways,
    outbox,
    own_marks,
    page_visits,
    people,
    preferences,
    proof_requests,
    remainders,
    reminders,
    roles,
    sessions,
    silence,
    tickets,
    way_codes,
)
from storage.transactions import Tx


def follow(tx: Tx, openid: str) -> tuple[people.Known, bool]:
    """Meet this person; the second part tells whether for the first time."""
    known = people.find(tx, openid)
    if known is not None:
        return known, False
    met = people.meet(tx, openid)
    audit.record(tx, actor=f"person:{met.id}", action="follow", subject=f"person:{met.id}", source="wechat")
    return met, True


def unfollow(tx: Tx, openid: str) -> None:
    """Erase all that is kept of this person, as the platform's privacy rule wants.

    The firm stays; with nobody left to speak for it, it is found no more.
    """
    known = people.find(tx, openid)
    if known is None:
        return
    forget_answers(tx, known.id)
    dialogs.drop(tx, openid)
    remainders.drop(tx, openid)
    sessions.end_all(tx, known.id)
    entry_codes.revoke(tx, known.id)
    invitations.forget(tx, known.id)
    roles.forget(tx, known.id)
    contacts.forget(tx, known.id)
    outbox.forget(tx, known.id)
    broadcast_people.forget(tx, known.id)
    grants.forget(tx, known.id)
    other_ways.forget(tx, known.id)
    way_codes.forget(tx, known.id)
    bid_drafts.forget(tx, known.id)
    kept_forms.forget(tx, known.id)
    tickets.forget(tx, known.id)
    canned_answers.forget(tx, known.id)
    page_visits.forget(tx, known.id)
    proof_requests.forget(tx, known.id)
    colleagues.forget(tx, known.id)
    silence.forget(tx, known.id)
    event_signups.forget_person(tx, known.id)
    preferences.forget(tx, known.id)
    own_marks.forget(tx, known.id)
    reminders.forget(tx, known.id)
    people.forget(tx, known.id)
    if known.firm_id is not None:
        offers.close_unless_spoken_for(tx, known.firm_id)
    audit.record(tx, actor=f"person:{known.id}", action="unfollow", subject=f"person:{known.id}", source="wechat")
