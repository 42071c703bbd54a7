"""A receipt stores the answer somebody got; the firm's people open it in chat, officials in the console."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.services.people import login as login_service
from config.calendar import shanghai_day
from config.policy.facts import parse_facts
from config.policy.model import Policy
from matchmaking.eligibility.eligibility import Assessment, DistrictRules, assess
from storage.audit import audit
from storage.chat import receipts
from storage.chat.receipts import Receipt, ReceiptContent
from storage.engine.transactions import Tx
from storage.firms import firms
from storage.people import people
from storage.people.login_codes import CodeKind
from storage.people.roles import Place, Role


@dataclass(frozen=True, slots=True)
class ChangesSinceReceipt:
    """Changes since a receipt was issued: facts and verdicts, each before and after; the policy."""

    facts: Mapping[str, tuple[Any, Any]]
    verdicts: Mapping[str, tuple[str, str]]
    policy: bool


def issue(
    tx: Tx, person: people.KnownPerson, policy: Policy, judged: Assessment, new_code: Callable[[], str]
) -> str | None:
    """Save this person's present answer and return its code; the same answer on the same day keeps its code."""
    if person.firm_id is None:
        return None
    known = {name: (entry.value, entry.source) for name, entry in firms.facts(tx, person.firm_id).items()}
    verdicts = {code: verdict.verdict for code, verdict in judged.items.items()}
    content = ReceiptContent(firms.get(tx, person.firm_id).name, known, policy.digest, verdicts)
    last = receipts.newest(tx, person.id, person.firm_id)
    if last is not None and shanghai_day(last.made) == shanghai_day(tx.now) and last.equals(content):
        return last.code
    code = new_code()
    receipt_id = receipts.add(tx, code, person.id, person.firm_id, content)
    audit.record(tx, "give_receipt", f"receipt:{receipt_id}")
    return code


def open_in_chat(tx: Tx, person: people.KnownPerson, typed: str) -> Receipt | None:
    """Return the receipt for the firm's own people. None, and counted as a try, if missing or not theirs.

    Raises TooSoonError.
    """
    return _open(tx, person.id, typed, lambda found: is_of(person, found.firm_id))


def open_at_desk(tx: Tx, person_id: int, admitted: Sequence[Role], typed: str) -> Receipt | None:
    """Return the receipt for an official of the area the firm lay in when issued. None and counted as above."""

    def reaches(found: Receipt) -> bool:
        district = found.facts.get("district", (None, ""))[0]
        return any(role.covers(Place(area=district)) for role in admitted)

    return _open(tx, person_id, typed, reaches)


def is_of(person: people.KnownPerson, firm_id: int) -> bool:
    """Tell whether this person may see the firm's receipts: they represent it.

    Naming a firm never suffices: colleagues join by its administrator's approval, and every other registration is a
    separate firm until an official merges them.
    """
    return person.firm_id == firm_id


def since(tx: Tx, policy: Policy, receipt: Receipt, rules: DistrictRules) -> ChangesSinceReceipt:
    """Return what differs now from the receipt."""
    known = {name: entry.value for name, entry in firms.facts(tx, receipt.firm_id).items()}
    judged = assess(policy, parse_facts(known, policy.facts), tx.now, rules).items
    was = {name: value for name, (value, _) in receipt.facts.items()}
    return ChangesSinceReceipt(
        {name: (was.get(name), known.get(name)) for name in policy.facts if was.get(name) != known.get(name)},
        {
            code: (receipt.verdicts[code], verdict.verdict)
            for code, verdict in judged.items()
            if receipt.verdicts.get(code, verdict.verdict) != verdict.verdict
        },
        receipt.digest != policy.digest,
    )


def _open(tx: Tx, person_id: int, typed: str, may_see: Callable[[Receipt], bool]) -> Receipt | None:
    origin = f"person:{person_id}"
    login_service.require_pace(tx, CodeKind.RECEIPT, origin)
    found = receipts.find(tx, login_service.normal_code(typed))
    if found is None or not may_see(found):
        login_service.fail(tx, CodeKind.RECEIPT, origin)
        return None
    audit.record(tx, "open_receipt", f"receipt:{found.id}")
    return found
