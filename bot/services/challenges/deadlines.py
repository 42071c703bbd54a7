"""Dates of a challenge: bids, public notice, contract milestones, payment."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from bot.services.policy.written_dates import written_last
from config.calendar import SHANGHAI, midnight, shanghai_day
from config.markup import harmless
from config.reminder_kinds import ReminderKind
from config.texts import Texts
from matchmaking.text.money_and_dates import deadlines
from notifications.plans import Deadline
from notifications.quiet_hours import DAY
from storage.challenges import bids, records
from storage.challenges.challenges import Stage
from storage.engine.transactions import Tx
from storage.reminders import audience
from storage.reminders.audience import DatedChallenge


def challenge_deadlines(tx: Tx, texts: Texts) -> Iterator[Deadline]:
    """Return every date of every active challenge, with the firms that must meet it."""
    for challenge in audience.challenges_with_dates(tx):
        match challenge.stage:
            case Stage.PUBLISHED if challenge.deadline is not None and tx.now < challenge.deadline:
                yield _bid(tx, challenge, challenge.deadline, texts)
            case Stage.NOTICE:
                yield from _notice(tx, challenge, texts)
            case Stage.MILESTONES:
                yield from _milestones(tx, challenge, texts)
            case Stage.ACCEPTED:
                yield from _payment(tx, challenge, texts)


def _bid(tx: Tx, challenge: DatedChallenge, deadline: datetime, texts: Texts) -> Deadline:
    invited = audience.invited_without_bid(tx, challenge.id)
    what = texts("reminders.what.bid", title=harmless(challenge.title), until=written_last(deadline))
    why = dict.fromkeys(invited, texts("reminders.why_invited"))
    return _deadline(challenge, ReminderKind.BID, deadline, what, challenge.published, why)


def _notice(tx: Tx, challenge: DatedChallenge, texts: Texts) -> Iterator[Deadline]:
    notice = records.last(tx, challenge.id, "notice")
    if notice is None:
        return
    until = midnight(date.fromisoformat(notice.data["until"]) + DAY)
    what = texts("reminders.what.notice", title=harmless(challenge.title), until=written_last(until))
    why = {challenge.firm_id: texts("reminders.why_poster")}
    yield _deadline(challenge, ReminderKind.NOTICE, until, what, notice.at, why)


def _milestones(tx: Tx, challenge: DatedChallenge, texts: Texts) -> Iterator[Deadline]:
    contract = records.last(tx, challenge.id, "contract")
    if contract is None:
        return
    reached = {one.data["number"] for one in records.listed(tx, challenge.id, "milestone")}
    why = {challenge.firm_id: texts("reminders.why_poster"), **_suppliers(tx, challenge, texts("reminders.why_chosen"))}
    for number, line in enumerate(contract.data["milestones"]):
        # A milestone is a contract line; without a date it has no deadline.
        days = [one.until for one in deadlines(f"{line}前", shanghai_day(contract.at), SHANGHAI) if one.until]
        if number not in reached and len(days) == 1:
            what = texts(
                "reminders.what.milestone",
                title=harmless(challenge.title),
                milestone=harmless(line),
                until=written_last(days[0]),
            )
            yield _deadline(challenge, ReminderKind.MILESTONE, days[0], what, contract.at, why, f":{number}")


def _payment(tx: Tx, challenge: DatedChallenge, texts: Texts) -> Iterator[Deadline]:
    accepted = records.last(tx, challenge.id, "acceptance")
    if accepted is None:
        return
    due = midnight(date.fromisoformat(accepted.data["pay_by"]) + DAY)
    if due <= tx.now - 2 * DAY:
        return
    title, until, days = harmless(challenge.title), written_last(due), accepted.data["days"]
    receives = _suppliers(tx, challenge, texts("reminders.why_chosen"))
    what = texts("reminders.what.payment_in", title=title, until=until, days=days)
    yield _deadline(challenge, ReminderKind.PAYMENT, due, what, accepted.at, receives, ":1")
    what = texts("reminders.what.payment_out", title=title, until=until, days=days)
    pays = {challenge.firm_id: texts("reminders.why_poster")}
    yield _deadline(challenge, ReminderKind.PAYMENT, due, what, accepted.at, pays, ":2")


def _deadline(
    challenge: DatedChallenge,
    kind: ReminderKind,
    due: datetime,
    what: str,
    known: datetime | None,
    firms: Mapping[int, str],
    part: str = "",
) -> Deadline:
    return Deadline(
        kind, f"{kind}:{challenge.id}{part}", due, what, harmless(challenge.title), known=known, firms=firms
    )


def _suppliers(tx: Tx, challenge: DatedChallenge, why: str) -> dict[int, str]:
    choice = records.last(tx, challenge.id, "choice")
    chosen = [] if choice is None else [bids.get(tx, bid_id) for bid_id in choice.data["bids"]]
    return {bid.firm_id: why for bid in chosen if bid is not None}
