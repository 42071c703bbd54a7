"""Four eyes within the poster's firm: authors do not sign a challenge; signers release it to officials."""

from bot.services.challenges import challenges
from bot.services.challenges.announcements import notify_persons
from bot.services.challenges.stages import SIGNERS, StageNeed
from config.calendar import shanghai_day
from config.challenges import ChallengeForm
from config.errors import ConflictError, InputError
from config.markup import harmless
from config.texts import Texts
from storage.audit import audit
from storage.challenges import challenges as stored_challenges
from storage.challenges import records
from storage.engine.transactions import Tx
from storage.people import roles
from storage.people.roles import RoleKind


def release(tx: Tx, challenge_id: int, step: challenges.ChallengeMove, form: ChallengeForm) -> bool:
    """Sign the draft as it stands; the last required signature submits it to the officials.

    Returns whether it was submitted. Raises ConflictError if it is no draft or the person no signer, InputError for an
    author, a second signature by one person, and missing content.
    """
    found = stored_challenges.get(tx, challenge_id)
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
    challenges.move(tx, challenge_id, step, form, {StageNeed.APPROVED})
    return True


def ask(tx: Tx, challenge_id: int, texts: Texts) -> None:
    """Notify the firm's signers of a waiting draft; again only after it was changed or sent back."""
    found = stored_challenges.get(tx, challenge_id)
    if found is None or found.stage not in challenges.OPEN_TO_CHANGE:
        raise ConflictError("challenge_stage")
    told = texts("challenges.notice_to_sign", title=harmless(found.title))
    count = len(records.listed(tx, challenge_id, "edit", "step"))
    holders = roles.holders(tx, RoleKind.SOE_APPROVER, found.firm_id, shanghai_day(tx.now))
    signers = [one for one in holders if challenges.may_sign(tx, one, found)]
    notify_persons(tx, signers, f"challenge:{challenge_id}:to_sign:{count}", told)
    audit.record(tx, "challenge.ask_signature", f"challenge:{challenge_id}")
