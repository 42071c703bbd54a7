"""A detail is entered by an editor, approved by another over its exact text, changed, and withdrawn."""

import re

from bot.services.people import four_eyes
from config.calendar import midnight, shanghai_day
from config.errors import ConflictError, InputError, required
from config.markup import harmless
from config.policy.model import Policy
from config.texts import Texts
from config.topics import NoticeTopic
from storage.audit import audit
from storage.engine.transactions import Tx
from storage.notices import outbox
from storage.people import roles
from storage.people.roles import Place, RoleKind
from storage.policy import published_details
from storage.policy.application_windows import ApplicationWindow
from storage.policy.detail_content import DetailContent
from storage.policy.district_rules import PublishedDistrictRule, PublishedExtension, PublishedStatement
from storage.policy.published_details import Detail

LONGEST_TITLE, LONGEST_ISSUER, LONGEST_NUMBER, LONGEST_LINK = 60, 30, 30, 200
LONGEST_WORDS, LONGEST_STEP, LONGEST_PLACE, LONGEST_REASON = 200, 16, 80, 100
MOST_STEPS = 5
APPROVERS = (RoleKind.EDITOR, RoleKind.APPROVER)
TOPIC = NoticeTopic.DETAIL
_LINK = re.compile(r"https?://[^\s<>\"'\\]+", re.ASCII)


def enter(tx: Tx, person_id: int, content: DetailContent, policy: Policy) -> int:
    """Save a draft, visible to no firm yet; return its id. Raises InputError if it is incomplete or impossible."""
    validate(content, policy, tx)
    detail_id = published_details.add(tx, content, person_id)
    _record(tx, "enter_detail", detail_id, content)
    return detail_id


def edit(tx: Tx, person_id: int, detail_id: int, seen: str, content: DetailContent, policy: Policy) -> None:
    """Replace the version `seen` (its hash): it becomes a draft again, hidden from firms.

    Raises ConflictError if somebody else changed it meanwhile, InputError as `enter` does.
    """
    validate(content, policy, tx)
    if _found(tx, detail_id).digest != seen:
        raise ConflictError("detail_changed")
    published_details.replace(tx, detail_id, content, person_id)
    _record(tx, "edit_detail", detail_id, content)


def submit(tx: Tx, person_id: int, detail_id: int, seen: str, texts: Texts) -> None:
    """Submit for the second approval and notify those who may give it, once for this text.

    Raises ConflictError if it is no draft or has changed.
    """
    found = _found(tx, detail_id)
    if found.state != "draft" or found.digest != seen:
        raise ConflictError("detail_changed")
    published_details.set_state(tx, detail_id, "waiting", person_id)
    approvers = roles.reaching(tx, APPROVERS, Place(area=found.content.area), shanghai_day(tx.now))
    told = texts("details.to_approve", title=harmless(found.content.source.title.strip("《》〈〉")))
    for approver in approvers:
        if not may_approve(tx, approver, found):
            continue
        outbox.plan(tx, key=f"detail:{detail_id}:{seen[:16]}:to_approve", person_id=approver, topic=TOPIC, text=told)
    _record(tx, "submit_detail", detail_id, found.content)


def approve(tx: Tx, person_id: int, detail_id: int, seen: str) -> None:
    """Publish the version seen. Nobody approves what they wrote or submitted themselves.

    Raises InputError for one's own, ConflictError if it is not waiting or the text has changed.
    """
    found = _found(tx, detail_id)
    if found.state != "waiting" or found.digest != seen or found.content.digest != seen:
        raise ConflictError("detail_changed")
    if not may_approve(tx, person_id, found):
        raise InputError("detail_own")
    published_details.set_state(tx, detail_id, "published", person_id)
    _record(tx, "approve_detail", detail_id, found.content)


def withdraw(tx: Tx, person_id: int, detail_id: int, reason: str) -> None:
    """Withdraw a waiting or published detail with a reason; one person may do this alone."""
    found = _found(tx, detail_id)
    if not reason or len(reason) > LONGEST_REASON:
        raise InputError("detail_reason", most=LONGEST_REASON)
    if found.state not in ("waiting", "published"):
        raise ConflictError("detail_changed")
    published_details.set_state(tx, detail_id, "withdrawn", person_id, reason)
    _record(tx, "withdraw_detail", detail_id, found.content)


def may_approve(tx: Tx, person_id: int, detail: Detail) -> bool:
    """Return whether this person is independent of those who wrote or submitted exactly this text."""
    written = {"enter", "edit", "waiting"}
    own = [
        act for act in published_details.history(tx, detail.id) if act.digest == detail.digest and act.act in written
    ]
    authors = {detail.entered_by, *(act.person_id for act in own)}
    return four_eyes.is_other(tx, person_id, authors, min((detail.entered, *(act.at for act in own))))


def validate(content: DetailContent, policy: Policy, tx: Tx) -> None:
    """Raise InputError if something is missing, too long or impossible."""
    source, body = content.source, content.body
    if not (source.title and source.issuer) or source.day > shanghai_day(tx.now):
        empty = next((name for name in ("title", "issuer") if not getattr(source, name)), "day")
        raise InputError("detail_source").at(empty)
    lengths = {"title": LONGEST_TITLE, "issuer": LONGEST_ISSUER, "number": LONGEST_NUMBER, "link": LONGEST_LINK}
    for name, most in lengths.items():
        if len(getattr(source, name)) > most:
            raise InputError("detail_long").at(name)
    if source.link and not _LINK.fullmatch(source.link):
        raise InputError("detail_link")
    if isinstance(body, PublishedExtension):
        _validate_extension(content, policy)
    elif not body.items:
        raise InputError("detail_items")
    for code in body.items:
        policy.item(code)
    if content.since is not None and content.until is not None and content.until <= content.since:
        raise InputError("detail_dates").at("until")
    if isinstance(body, ApplicationWindow):
        _validate_window(body)
    elif isinstance(body, PublishedDistrictRule):
        _validate_rule(content.area, body, policy)
    elif isinstance(body, PublishedStatement) and not body.words:
        raise InputError("detail_words")
    if isinstance(body, PublishedDistrictRule | PublishedStatement) and len(body.words) > LONGEST_WORDS:
        raise InputError("detail_long").at("words")


def _validate_window(window: ApplicationWindow) -> None:
    if not 1 <= len(window.steps) <= MOST_STEPS or not any(step.who == "firm" for step in window.steps):
        raise InputError("detail_steps").at("step-1-who")
    if len(window.batch) > LONGEST_ISSUER:
        raise InputError("detail_long").at("batch")
    for number, step in enumerate(window.steps, 1):
        if not step.what or not (step.opens or step.closes or step.opening or step.closing):
            raise InputError("detail_steps").at(f"step-{number}-what")
        if len(step.what) > LONGEST_STEP:
            raise InputError("detail_long").at(f"step-{number}-what")
        if len(step.place) > LONGEST_PLACE:
            raise InputError("detail_long").at(f"step-{number}-place")
        if step.where == "online" and step.place and not _LINK.fullmatch(step.place):
            raise InputError("detail_link").at(f"step-{number}-place")
        if step.opens is not None and step.closes is not None and step.closes <= step.opens:
            raise InputError("detail_dates").at(f"step-{number}-closes")


def _validate_extension(content: DetailContent, policy: Policy) -> None:
    if content.area is not None or content.until is None or midnight(content.until) <= policy.expires:
        raise InputError("detail_extension").at("until")


def _validate_rule(area: str | None, rule: PublishedDistrictRule, policy: Policy) -> None:
    if not policy.item(rule.item).by_district or not policy.facts["district"].allows(area):
        raise InputError("detail_rule_place")
    if rule.strength not in policy.strengths:
        raise InputError("form_choose").at("strength")
    for fact, values in rule.when.items():
        if fact not in policy.facts or not all(policy.facts[fact].allows(value) for value in values):
            raise InputError("form_wrong")


def _found(tx: Tx, detail_id: int) -> Detail:
    return required(published_details.get(tx, detail_id), ConflictError("detail_changed"))


def _record(tx: Tx, action: str, detail_id: int, content: DetailContent) -> None:
    fields = {"content": content.digest, "area": content.area or ""}
    audit.record(tx, action, f"detail:{detail_id}", fields)
