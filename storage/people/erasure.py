"""What goes with a person: rows that are theirs alone, and their name on rows that stay."""

from sqlalchemy import delete, update

from storage.challenges.bid_drafts import DRAFTS
from storage.chat.receipts import RECEIPTS
from storage.chat.skipped_questions import PUT_OFF
from storage.engine.transactions import Tx
from storage.events.signups import SIGNUPS
from storage.firms.join_requests import JOINS
from storage.notices.contact_channels import OTHER_WAYS
from storage.notices.outbox import OUTBOX
from storage.notices.preferences import PREFERENCES
from storage.notices.subscription_grants import GRANTS
from storage.people.kept_forms import KEPT_FORMS
from storage.reminders.personal import MARKS
from storage.reminders.reminders import REMINDERS
from storage.tickets.canned_answers import CANNED

_DELETED = (PUT_OFF, OUTBOX, GRANTS, OTHER_WAYS, DRAFTS, KEPT_FORMS, JOINS, PREFERENCES, MARKS, REMINDERS)
# The firm keeps its receipts and its places at events, the officials their canned answers.
_DETACHED = (RECEIPTS.c.person_id, SIGNUPS.c.person_id, CANNED.c.made_by)


def erase_rows(tx: Tx, person_id: int) -> None:
    """Delete this person's own rows, and detach them from those that stay."""
    for table in _DELETED:
        tx.execute(delete(table).where(table.c.person_id == person_id))
    for column in _DETACHED:
        tx.execute(update(column.table).where(column == person_id).values({column.name: None}))
