"""Acts withheld until bids may be read: those revealing who bids, or how many do.

Their rows are in the audit and its chain like all others; pages and exports omit them.
"""

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, literal, or_, select

from config.challenges import Sealing
from storage.audit.audit import AUDIT
from storage.challenges.bids import BIDS, KEYS
from storage.challenges.challenges import CHALLENGES, Stage
from storage.engine.transactions import Tx

# Whoever asks, or wants names disclosed, is likely to bid.
ACTIONS = (
    *("bid.draft", "bid.drop_draft", "bid.drop_drafts", "bid.submit", "bid.withdraw", "bid.hand_over"),
    *("challenge.ask", "challenge.consent", "challenge.consent_back", "challenge.decline"),
)


def challenges_withheld(tx: Tx) -> frozenset[int]:
    """Return the challenges whose bidders must stay unknown: before the deadline, or sealed and unopened.

    A cancelled one counts until its deadline: cancelling is no way to look.
    """
    return frozenset(tx.execute(_challenges(tx)).scalars())


def acts(tx: Tx) -> ColumnElement[bool]:
    """Return a condition matching audit acts withheld now."""
    shut = _challenges(tx).subquery()
    of_challenges = select(literal("challenge:") + cast(shut.c.id, String))
    of_bids = select(literal("bid:") + cast(BIDS.c.id, String)).where(BIDS.c.challenge_id.in_(select(shut.c.id)))
    return and_(AUDIT.c.action.in_(ACTIONS), or_(AUDIT.c.subject.in_(of_challenges), AUDIT.c.subject.in_(of_bids)))


def first_act(tx: Tx) -> int | None:
    """Return the number of the oldest withheld act: gaps in later numbers would reveal their count."""
    found = tx.execute(select(func.min(AUDIT.c.id)).where(acts(tx))).scalar_one()
    return None if found is None else int(found)


def _challenges(tx: Tx) -> Select[tuple[int]]:
    joined = select(CHALLENGES.c.id).outerjoin(KEYS, KEYS.c.challenge_id == CHALLENGES.c.id)
    ahead = CHALLENGES.c.deadline > tx.now
    taking = and_(CHALLENGES.c.stage == Stage.PUBLISHED.value, or_(ahead, CHALLENGES.c.sealing != Sealing.NONE))
    called_off = and_(CHALLENGES.c.stage.in_((Stage.FAILED.value, Stage.WITHDRAWN.value)), ahead)
    return joined.where(KEYS.c.opened.is_(None), or_(taking, called_off))
