"""A person leaves by 取消关注 or 注销: personal data is erased, the firm's or office's stays."""

from bot.services.firms import leaving, offerings
from config.texts import Texts
from storage.audit import audit
from storage.broadcasts import recipients
from storage.chat import dialog_states, reply_overflow
from storage.engine.transactions import Actor, Tx
from storage.firms import development_zones, firms, licence_reviews, verifications
from storage.notices import channel_codes
from storage.people import login_codes, page_sessions, people, role_invitations, roles, sessions
from storage.people.erasure import erase_rows
from storage.policy import unanswered_questions
from storage.tickets import tickets


def leaves_alone(tx: Tx, person: people.KnownPerson) -> bool:
    """Tell whether nobody else represents this person's firm and its registration would not otherwise remain."""
    firm_id = person.firm_id
    if firm_id is None or verifications.of_firm(tx, firm_id) is not None:
        return False
    return leaving.successor_of(tx, person.id, firm_id) is None


def unfollow(tx: Tx, openid: str, texts: Texts, created: int) -> None:
    """Handle an unfollow push of this platform second. Ignored as a late repeat if the person has followed
    again since.
    """
    known = people.find(tx, openid)
    if known is not None and not people.has_followed_since(tx, known.id, created):
        leave(tx, openid, texts, "unfollow")


def leave(tx: Tx, openid: str, texts: Texts, action: str) -> None:
    """Erase this person: contact, identity, roles, messages, everything theirs alone.

    Work under way for their firm goes to its administrator, else its first other person, else it stays the firm's own;
    with the last person of an unverified firm, its own statements are erased too. Roles held, and acts in them, stay on
    record. `action`: "unfollow", or "erase" for one who keeps following.
    """
    known = people.find(tx, openid)
    if known is None:
        return
    tx.actor, alone = Actor.person(known.id, "wechat"), leaves_alone(tx, known)
    for firm_id in sorted({*tickets.firms_of(tx, known.id), *filter(None, [known.firm_id])}):
        leaving.hand_over(tx, known.id, firm_id, texts, for_good=True)
    if known.firm_id is not None and alone:
        firms.erase_own_word(tx, known.firm_id)
        development_zones.erase_own_word(tx, known.firm_id)
        audit.record(tx, "erase_word", f"firm:{known.firm_id}")
    audit.record(tx, action, f"person:{known.id}")
    _erase(tx, known.id, openid)
    if known.firm_id is not None:
        offerings.close_if_unrepresented(tx, known.firm_id)


def _erase(tx: Tx, person_id: int, openid: str) -> None:
    for name in (openid, people.exposed_name(openid)):
        dialog_states.drop(tx, name)
        reply_overflow.drop(tx, name)
    for forget in (
        erase_rows,
        sessions.end_all,
        login_codes.revoke,
        role_invitations.erase_person,
        roles.erase_person,
        recipients.erase_person,
        channel_codes.erase_person,
        tickets.erase_person,
        page_sessions.erase_person,
        licence_reviews.erase_person,
        unanswered_questions.erase_person,
        people.erase,
    ):
        forget(tx, person_id)
