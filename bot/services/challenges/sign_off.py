"""Four eyes inside the poster's firm: who wrote a challenge does not sign for it; signers release it to officials."""

from bot.services.challenges import challenges
from bot.services.challenges.announcements import tell_these
from bot.services.challenges.stages import SIGNERS, Need
from config.calendar import shanghai_day
from config.challenges import ChallengeForm
from config.errors import ConflictError, InputError
from config.markup import harmless
from config.texts import Texts
from storage.audit import audit
from storage.challenges import challenges as stored
from storage.challenges import records
from storage.engine.transactions import Tx
from storage.people import roles
from storage.people.roles import Kind


def release(tx: Tx, challenge_id: int, step: challenges.Step, form: ChallengeForm) -> bool:
    """Sign for the draft as it stands; with the last signature that is wanted it goes to the officials.

    Returns whether it went. Raises ConflictError where it is no draft or the person no signer, InputError for whoever
    wrote a part of it, for a second signature of one person, and for what is still missing.
    """
    found = stored.get(tx, challenge_id)
    if found is None or found.stage not in challenges.OPEN_TO_CHANGE or not step.kinds & SIGNERS:
        raise ConflictError("challenge_stage")
    lacking = challenges.lacking(tx, found, form)
    if lacking:
        raise InputError("challenge_lacks", what="、".join(lacking))
    signed = challenges.signatures(tx, challenge_id)
    if not challenges.may_sign(tx, step.person_id, found):
        raise InputError("challenge_needs_other_eyes", steps=form.approvals, done=len(signed))
    records.add(tx, challenge_id, "approval", step.person_id, {"number": len(signed) + 1})
    audit.record(tx, "challenge.approve", f"challenge:{challenge_id}")
    if len(signed) + 1 < form.approvals:
        return False
    challenges.move(tx, challenge_id, step, form, {Need.APPROVED})
    return True


def ask(tx: Tx, person_id: int, challenge_id: int, texts: Texts) -> None:
    """Tell the firm's signers that a draft waits for them; again only after it was changed or sent back."""
    found = stored.get(tx, challenge_id)
    if found is None or found.stage not in challenges.OPEN_TO_CHANGE:
        raise ConflictError("challenge_stage")
    told = texts("challenges.notice_to_sign", title=harmless(found.title))
    count = len(records.listed(tx, challenge_id, "edit", "step"))
    holders = roles.holders(tx, Kind.SOE_APPROVER, found.firm_id, shanghai_day(tx.now))
    signers = [one for one in holders if challenges.may_sign(tx, one, found)]
    tell_these(tx, signers, f"challenge:{challenge_id}:to_sign:{count}", told)
    audit.record(tx, "challenge.ask_signature", f"challenge:{challenge_id}")
