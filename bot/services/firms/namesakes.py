"""A firm registered under a verified firm's name: both are notified, once."""

from config.markup import harmless
from config.texts import Texts
from config.topics import NoticeTopic
from storage.engine.transactions import Tx
from storage.firms import firms, verification_marks, verifications
from storage.notices import outbox
from storage.people import people

TOPIC = NoticeTopic.PROOF


def warn(tx: Tx, person_id: int, firm_id: int, texts: Texts) -> None:
    """Warn the person who registered this firm that a verified firm has its name, and that firm's people.

    Each of them is notified once, however many register so.
    """
    if verifications.of_firm(tx, firm_id) is not None:
        return
    for proven_id in verification_marks.proven_of_name(tx, firm_id):
        name = harmless(firms.get(tx, proven_id).name)
        own = texts("firms.name_is_proven", name=name)
        outbox.plan(tx, key=f"namesake:{proven_id}:own", person_id=person_id, topic=TOPIC, text=own)
        for other_id in people.of_firm(tx, proven_id):
            text = texts("firms.name_was_used", name=name)
            outbox.plan(tx, key=f"namesake:{proven_id}", person_id=other_id, topic=TOPIC, text=text)
