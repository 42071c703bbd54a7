"""Re-encrypt every personal field under a new SRDI_SECRET_KEY, so that the former one opens nothing any more.

HMACs for look-ups, audit hashes and the audit chain cannot be recomputed from what is stored: they stay under the first
key, from then on stored in `key_check`, sealed under the newest. Bids, bid drafts and form answers are sealed with keys
of their own and stay as they are.
"""

from collections.abc import Mapping

from sqlalchemy import LargeBinary, Table, and_, select, update

from config.errors import ConflictError
from storage.audit import audit
from storage.challenges.files import FILES
from storage.engine import key_check
from storage.engine.field_encryption import FieldCipher
from storage.engine.tables import every_table
from storage.engine.transactions import Tx

# Each sealed column and its sealing context, filled in from its row.
SEALED: Mapping[str, str] = {
    "access_token.sealed": "access_token.sealed:{app_id}",
    "bid.shown": "bid:{challenge_id}:{id}:shown",
    "challenge.contact": "challenge.contact",
    "challenge_file.name": "challenge_file.name:{id}",
    "challenge_file_piece.sealed": "challenge_file:{file_id}:{number}",
    "challenge_key.openers": "challenge_key.openers",
    "challenge_key.private": "challenge_key.private:{challenge_id}",
    "challenge_opener.name": "challenge_opener.name:{challenge_id}:{number}",
    "challenge_share.share": "challenge_share.share:{challenge_id}:{number}",
    "challenge_record.data": "challenge_record:{challenge_id}:{kind}",
    "dialog.data": "dialog.data:{mark}",
    "event_record.data": "event_record:{event_id}:{kind}",
    "inbox.reply": "inbox.reply:{key}",
    "role_invitation.name": "role_invitation.name",
    "join_request.name": "join_request.name",
    "kept_form.sealed": "kept_form:{face}:{person_id}",
    "agency_question.reply": "agency_question.reply",
    "agency_question.title": "agency_question.title",
    "office.name": "role.name",
    "contact_channel.address": "contact_channel.address:{channel}",
    "outbox.card": "outbox.card:{key}",
    "outbox.text": "outbox.text:{key}",
    "personal_reminder.text": "personal_reminder.text",
    "person.contact_name": "person.contact_name",
    "person.contact_phone": "person.contact_phone",
    "person.openid": "person.openid",
    "licence_picture.content": "licence_picture.content:{request_id}",
    "licence_review.media_id": "licence_review.media_id",
    "licence_review.reason": "licence_review.reason",
    "verification_revocation.reason": "verification_revocation.reason",
    "receipt.content": "receipt.content:{mark}",
    "reply_overflow.rest": "reply_overflow.rest:{mark}",
    "reminder.told": "reminder.told:{person_id}",
    "role.name": "role.name",
    "unanswered_question.text": "unanswered_question.text",
    "ticket_line.text": "ticket.line:{ticket_id}",
    "channel_code.address": "channel_code.address",
    "channel_code.code": "channel_code.code",
}
# Bytes not sealed with the secret key: public, sealed with another key, or not secret.
OTHER_BYTES = frozenset(
    {
        "audit_batch.ids",
        "audit_batch.links",
        "audit_batch.previous",
        "audit_batch.signature",
        "bid.own_copy",
        "bid.secret",
        "bid_draft.sealed",
        "broadcast_picture.content",
        "challenge_key.commitments",
        "challenge_key.first",
        "challenge_key.pairs",
        "challenge_key.public",
        "challenge_key.second",
        "challenge_opener.public",
        "challenge_opener.salt",
        "key_check.root",
        "sentence_vector.vector",
        "submission.content",
        "submission.outcome",
    }
)


def byte_columns() -> set[str]:
    """Return every column of bytes, as "table.column"."""
    tables = every_table()
    return {f"{table.name}.{column.name}" for table in tables for column in table.c if type(column.type) is LargeBinary}


def rekey(tx: Tx, former: FieldCipher, new: FieldCipher) -> int:
    """Re-encrypt every field; return how many. The transaction's own cipher is the former one.

    Raises ConflictError `rekey_done` if the database already has the new key, UnavailableError `key_wrong` if it has
    neither, `sealed_unreadable` if a field opens under neither; then nothing has changed.
    """
    if key_check.has_key_of(tx, new):
        raise ConflictError("rekey_done")
    key_check.check_key(tx)
    count = sum(_seal_again(tx, table, former, new) for table in every_table())
    key_check.replace(tx, former, new)
    audit.record(tx, "key.replace", "key")
    return count


def _seal_again(tx: Tx, table: Table, former: FieldCipher, new: FieldCipher) -> int:
    contexts = {column.name: SEALED[key] for column in table.c if (key := f"{table.name}.{column.name}") in SEALED}
    if not contexts:
        return 0
    count = 0
    statement = select(table)
    if table.name == "challenge_file_piece":
        # The others are sealed to the bids' own key.
        statement = statement.join(FILES, FILES.c.id == table.c.file_id).where(FILES.c.sealed_to_bid.is_(False))
    for row in tx.execute(statement).mappings().all():
        values = {}
        for name, context in contexts.items():
            # Empty if the content was erased.
            if row[name]:
                bound = context.format_map(row)
                values[name] = new.seal_bytes(former.open_bytes(row[name], bound), bound)
        if values:
            tx.execute(
                update(table).where(and_(*(column == row[column.name] for column in table.primary_key))).values(values)
            )
        count += len(values)
    return count
