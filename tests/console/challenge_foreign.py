"""Challenges and related things of other areas, for the route matrix."""

from collections.abc import Callable, Mapping

from bot.console.access import Locator, bid_file_place, challenge_file_place, challenge_place
from storage.challenges import challenges, files
from storage.challenges.files import ChallengeFile
from storage.engine.transactions import Tx
from storage.firms import firms

CANARY, ELSEWHERE = "金丝雀", "六合"


def _foreign_challenge(tx: Tx) -> int:
    firm_id = firms.add(tx, name=f"{CANARY}集团", credit_code=None)
    firms.save_facts(tx, firm_id, {"district": ELSEWHERE}, "self")
    values = {
        "title": CANARY,
        "fields": {"content": CANARY},
        "named": True,
        "deadline": tx.now,
        "sealing": "none",
        "least": 1,
    }
    challenge_id = challenges.add(tx, firm_id=firm_id, person_id=0, label="private", contact=CANARY, values=values)
    challenges.put(tx, challenge_id, {"stage": "pending"})
    return challenge_id


def _foreign_file(tx: Tx) -> int:
    file = ChallengeFile(77, _foreign_challenge(tx), None, "other", f"{CANARY}.pdf", "pdf", 1, "0" * 64)
    files.add(tx, file, 0, [tx.cipher.seal_bytes(CANARY.encode(), files.context_of(77, 0))])
    return file.id


def _foreign_bid_file(tx: Tx) -> int:
    file = ChallengeFile(78, _foreign_challenge(tx), 88, "other", f"{CANARY}.pdf", "pdf", 1, "0" * 64)
    files.add(tx, file, 0, [tx.cipher.seal_bytes(CANARY.encode(), files.context_of(78, 0))])
    return file.id


FOREIGN_CHALLENGES: Mapping[Locator, Callable[[Tx], int]] = {
    challenge_place: _foreign_challenge,
    challenge_file_place: _foreign_file,
    bid_file_place: _foreign_bid_file,
}
