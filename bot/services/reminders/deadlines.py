"""Current deadlines, each with its reminder wording and whom it concerns."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import assert_never

from bot.services.challenges.deadlines import challenge_deadlines
from bot.services.events.events import when
from bot.services.policy.published_for_firm import PublishedForFirm
from bot.services.policy.written_dates import written_last
from bot.services.reminders.affected_firms import AffectedFirms
from config.calendar import midnight, shanghai_day
from config.markup import harmless
from config.reminder_kinds import EventKind, ReminderKind
from notifications.plans import Concern, Deadline, Rules
from notifications.quiet_hours import DAY, reminded_at
from storage.engine.transactions import Tx
from storage.events import events, signups
from storage.policy.application_windows import ApplicationWindow, WindowStep
from storage.policy.published_details import Detail
from storage.reminders import audience, personal

MOST_EVENTS = 200
# Own reminders are still sent this long after an outage.
OWN_FOR = timedelta(days=7)
EXPIRED_FOR = timedelta(days=30)


class Deadlines:
    """Deadlines of one transaction and those concerned by each; firms are read once, on first use.

    `firm_id`: only that firm.
    """

    def __init__(self, tx: Tx, published: PublishedForFirm, rules: Rules, firm_id: int | None = None) -> None:
        self._tx = tx
        self._firm_id = firm_id
        self._published = published
        self._policy = published.policy
        self._rules = rules
        self._firms = AffectedFirms(tx, published, rules.texts, firm_id)

    def lasting(self) -> list[Deadline]:
        """Return the deadlines that stand whether or not a reminder is due: those that can change or be cancelled."""
        # Several kinds may be found together.
        sources = dict.fromkeys(handler.lasting for handler in HANDLERS.values() if handler.lasting is not None)
        return [deadline for source in sources for deadline in source(self)]

    def passing(self, since: datetime, now: datetime) -> list[Deadline]:
        """Return the deadlines looked up by moment only: own reminders, titles, and the policy's expiry."""
        sources = [handler.passing for handler in HANDLERS.values() if handler.passing is not None]
        return [deadline for source in sources for deadline in source(self, since, now)]

    def coming(self, until: datetime) -> list[tuple[Deadline, Concern]]:
        """Return what concerns the one firm and ends before this moment, nearest end first."""
        lasting = sorted((one for one in self.lasting() if self._tx.now < one.due <= until), key=lambda one: one.due)
        return [(deadline, concern) for deadline in lasting for concern in self.concerned(deadline)]

    def waiting_for_people(self, now: datetime) -> list[tuple[Detail, WindowStep]]:
        """Return firms' own steps without a clock time (额满为止, 另行通知, unstated): officials must check them."""
        return [
            (detail, step)
            for detail in self._published.details
            if isinstance(body := detail.content.body, ApplicationWindow) and not detail.content.ended(now)
            for step in body.own_steps
            if step.closes is None
        ]

    def concerned(self, deadline: Deadline) -> Iterator[Concern]:
        """Yield everybody this deadline concerns, with the reason. Unknown facts exclude nobody."""
        if deadline.person_id is not None:
            yield Concern(None, (deadline.person_id,), "")
            return
        if deadline.firms is not None:
            yield from self._named(deadline.firms)
            return
        concerned = HANDLERS[deadline.kind].concerned
        if concerned is not None:
            yield from concerned(self, int(deadline.chain.split(":")[1]))

    def _for_event(self, number: int) -> Iterator[Concern]:
        event = events.get(self._tx, number)
        if event is not None:
            signed = {one.firm_id for one in signups.of_event(self._tx, number)}
            items = (self._rules.reminding.event_items[EventKind(event.kind)],)
            yield from self._firms.for_items(items, {event.area} if event.area else (), frozenset(), signed)

    def _for_window(self, number: int) -> Iterator[Concern]:
        detail = self._published.find(number)
        if detail is not None and isinstance(body := detail.content.body, ApplicationWindow):
            area = detail.content.area
            places = {*body.districts, *({area} if area else ())}
            yield from self._firms.for_items(body.items, places, frozenset(body.titles))

    def _for_everybody(self, _number: int) -> Iterator[Concern]:
        return self._firms.everybody()

    def _with_unused(self, _number: int) -> Iterator[Concern]:
        return self._firms.with_unused()

    def _named(self, firms: Mapping[int, str]) -> Iterator[Concern]:
        asked = {firm_id for firm_id in firms if self._firm_id in (None, firm_id)}
        for firm_id, persons in sorted(audience.speaking_for(self._tx, asked, shanghai_day(self._tx.now)).items()):
            yield Concern(firm_id, persons, firms[firm_id])

    def _windows(self) -> Iterator[Deadline]:
        for detail in self._published.details:
            body = detail.content.body
            if not isinstance(body, ApplicationWindow):
                continue
            for number, step in enumerate(body.steps):
                # A date with 额满为止 beside it is a date; 另行通知 without a date waits for a person.
                if step in body.own_steps and step.closes is not None and step.closing != "notice":
                    yield self._window(detail, body, number, step, step.closes)

    def _window(
        self, detail: Detail, window: ApplicationWindow, number: int, step: WindowStep, closes: datetime
    ) -> Deadline:
        texts, first = self._rules.texts, window.items[0]
        item = self._policy.items[first]
        more = texts("reminders.more_items", count=len(window.items)) if len(window.items) > 1 else ""
        source = detail.content.source
        what = texts(
            "reminders.what.window",
            code=first,
            title=item.title + more,
            step=self._published.talk.timed(step, closes - timedelta(seconds=1))
            + self._published.talk.others(window, step, closes - timedelta(seconds=1)),
        )
        basis = texts("reminders.basis", title=harmless(source.title.strip("《》〈〉")), issuer=harmless(source.issuer))
        if step.where == "online" and step.place:
            basis += texts("reminders.where", place=harmless(step.place))
        return Deadline(
            ReminderKind.WINDOW, f"window:{detail.id}:{number}", closes, what, item.title, basis, known=detail.approved
        )

    def _events(self) -> Iterator[Deadline]:
        texts = self._rules.texts
        for event in events.coming(self._tx, MOST_EVENTS):
            title = harmless(event.title)
            if self._tx.now < event.signup_until:
                what = texts(
                    "reminders.what.event_signup", number=event.id, title=title, until=when(event.signup_until)
                )
                chain = f"event_signup:{event.id}"
                yield Deadline(
                    ReminderKind.EVENT_SIGNUP, chain, event.signup_until, what, title, known=event.signup_from
                )
            what = texts(
                "reminders.what.event_start", title=title, starts=when(event.starts), place=harmless(event.place)
            )
            seated = {
                one.firm_id: texts("reminders.why_seat")
                for one in signups.of_event(self._tx, event.id)
                if one.state is signups.SignupState.IN
            }
            yield Deadline(ReminderKind.EVENT_START, f"event_start:{event.id}", event.starts, what, title, firms=seated)

    def _challenges(self) -> Iterator[Deadline]:
        return challenge_deadlines(self._tx, self._rules.texts)

    def _expiry(self) -> Iterator[Deadline]:
        policy, texts = self._policy, self._rules.texts
        what = texts("reminders.what.expiry", title=policy.title, until=written_last(policy.expires))
        yield Deadline(ReminderKind.EXPIRY, "expiry:0", policy.expires, what, texts("reminders.name_expiry"))

    def _expired(self, _since: datetime, now: datetime) -> Iterator[Deadline]:
        policy = self._policy
        if policy.expired(now):
            what = self._rules.texts("reminders.what.expired", day=written_last(policy.expires))
            until = policy.expires + EXPIRED_FOR
            yield Deadline(ReminderKind.EXPIRED, "expired:0", until, what, policy.title, known=policy.expires)

    def _own(self, since: datetime, now: datetime) -> Iterator[Deadline]:
        for mark in personal.between(self._tx, since, now):
            words = harmless(mark.text)
            what = self._rules.texts("reminders.what.own", text=words)
            until, person_id = mark.at + OWN_FOR, mark.person_id
            yield Deadline(ReminderKind.OWN, f"own:{mark.id}", until, what, words, at=mark.at, person_id=person_id)

    def _titles(self, since: datetime, now: datetime) -> Iterator[Deadline]:
        texts, choices = self._rules.texts, self._policy.facts["titles"].choices
        numbers = {choice.value: number for number, choice in enumerate(choices)}
        for _, firm_id, title, until in audience.titles_ending(self._tx, self._ending_days(since, now)):
            if title in numbers:
                label, due = choices[numbers[title]].label, midnight(until)
                what = texts("reminders.what.title", title=label, until=written_last(due))
                chain = f"title:{firm_id}:{numbers[title]}"
                firms = {firm_id: texts("reminders.why_title")}
                yield Deadline(ReminderKind.TITLE, chain, due, what, label, texts("reminders.basis_title"), firms=firms)

    def _ending_days(self, since: datetime, now: datetime) -> list[date]:
        """Return the title end dates to remind of between these moments; few, mostly none."""
        offsets, hours = self._rules.reminding.kinds[ReminderKind.TITLE].days, self._rules.hours
        found: set[date] = set()
        for days in offsets:
            # A rest day moves the moment earlier: after a long holiday several end dates may coincide.
            first, last = shanghai_day(since) + days * DAY, shanghai_day(now) + (days + 15) * DAY
            for ahead in range((last - first).days + 1):
                day = first + (ahead + 1) * DAY
                if since < reminded_at(midnight(day), days, hours) <= now:
                    found.add(day)
        return sorted(found)


@dataclass(frozen=True, slots=True)
class ReminderHandler:
    """How a kind of reminder is dealt with: where its deadlines are found, and whom one concerns.

    `lasting`: those that stand whether or not a reminder is due, and can be changed or called off; `passing`: those
    looked up by their moment alone. `concerned` None: a deadline names its firms or its person itself. `corrected`:
    whoever was reminded is told here of a change; of the others their own journey tells, or nobody.
    """

    lasting: Callable[[Deadlines], Iterable[Deadline]] | None = None
    passing: Callable[[Deadlines, datetime, datetime], Iterable[Deadline]] | None = None
    concerned: Callable[[Deadlines, int], Iterator[Concern]] | None = None
    corrected: bool = False


def handler_of(kind: ReminderKind) -> ReminderHandler:
    """Return the handler of this kind; a kind without one passes no type check and stops the start."""
    match kind:
        case ReminderKind.WINDOW:
            return ReminderHandler(Deadlines._windows, concerned=Deadlines._for_window, corrected=True)
        case ReminderKind.BID:
            return ReminderHandler(Deadlines._challenges, corrected=True)
        case ReminderKind.MILESTONE | ReminderKind.NOTICE | ReminderKind.PAYMENT:
            return ReminderHandler(Deadlines._challenges)
        case ReminderKind.EVENT_SIGNUP:
            return ReminderHandler(Deadlines._events, concerned=Deadlines._for_event)
        case ReminderKind.EVENT_START:
            return ReminderHandler(Deadlines._events)
        case ReminderKind.EXPIRY:
            return ReminderHandler(Deadlines._expiry, concerned=Deadlines._with_unused, corrected=True)
        case ReminderKind.EXPIRED:
            return ReminderHandler(passing=Deadlines._expired, concerned=Deadlines._for_everybody)
        case ReminderKind.OWN:
            return ReminderHandler(passing=Deadlines._own)
        case ReminderKind.TITLE:
            return ReminderHandler(passing=Deadlines._titles)
        case _:
            assert_never(kind)


HANDLERS: Mapping[ReminderKind, ReminderHandler] = {kind: handler_of(kind) for kind in ReminderKind}
