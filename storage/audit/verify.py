"""Verify the audit against its chain and the external heads, naming each altered row."""

import struct
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import func, select

from storage.audit import guards
from storage.audit.audit import AUDIT
from storage.audit.chain import LINK_BYTES, LOWEST_ID, START, AuditBatch, batches, contents, link_of
from storage.audit.head_file import HeadFile
from storage.engine.transactions import Tx

# Above this many altered rows, moves are not identified: each row is reported anyway.
_MOST_MOVED = 500
_ALL = 2**31 - 1


class AuditFault(StrEnum):
    """What is wrong with audit rows, or with their proof."""

    CHANGED = "changed"
    MOVED = "moved"  # its former content is now in another row
    DROPPED = "dropped"
    INSERTED = "inserted"
    UNSIGNED = "unsigned"  # the batch that held these rows is missing or was altered
    REWRITTEN = "rewritten"  # signed, but not as the heads file says
    CUT_OFF = "cut_off"  # the heads file signed these last rows, the database lacks them
    HEADS_LINE = "heads_line"  # these lines of the heads file were altered


@dataclass(frozen=True, slots=True)
class AuditFinding:
    """One row (`first` = `last`) or a range."""

    fault: AuditFault
    first: int
    last: int


@dataclass(slots=True)
class Report:
    """What was checked and found, in row order.

    `unchained`: rows not in a batch yet. `unguarded`: protecting triggers that are missing.
    """

    rows: int = 0
    batches: int = 0
    unchained: int = 0
    findings: list[AuditFinding] = field(default_factory=list)
    unguarded: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Wrong:
    row_id: int
    content: bytes
    previous: bytes
    link: bytes


def verify(tx: Tx, witnessed: HeadFile | None) -> Report:
    """Compare every chained row with its link, every batch with its signature and with the heads file.

    Reads a batch at a time in one consistent view, beside a running server. Rows not in a batch yet prove nothing; nor
    does the end of the chain without a file (`witnessed` is None).
    """
    report = Report()
    heads = witnessed.heads if witnessed else {}
    wrong: list[_Wrong] = []
    number, covered, previous = 0, 0, START
    for batch in batches(tx):
        head, signed, witness = batch.head(), batch.is_signed(tx.cipher), heads.get(batch.number)
        # If the batch is untrusted, the heads file tells which rows it had.
        bounds = head if signed else witness or head
        if batch.number != number + 1:
            report.findings.append(AuditFinding(AuditFault.UNSIGNED, covered + 1, bounds.after))
            previous = b""
        if not signed:
            report.findings.append(AuditFinding(AuditFault.UNSIGNED, bounds.after + 1, bounds.last))
        elif (witness or head) != head or (previous and batch.previous != previous):
            report.findings.append(
                AuditFinding(AuditFault.REWRITTEN, (witness or head).after + 1, (witness or head).last)
            )
        wrong += _compare(tx, batch, bounds.after if batch.number > 1 else LOWEST_ID, bounds.last, report)
        # An altered batch cannot prove the next one's start; the heads file may.
        known = witness or (head if signed else None)
        number, covered, previous = batch.number, bounds.last, known.head if known else b""
        report.batches += 1
    cut = [head for witness_number, head in heads.items() if witness_number > number]
    if cut:
        report.findings.append(
            AuditFinding(AuditFault.CUT_OFF, min(head.after for head in cut) + 1, max(head.last for head in cut))
        )
    report.findings += _named(tx, wrong)
    report.findings.sort(key=lambda finding: (finding.first, finding.last))
    if witnessed:
        report.findings += [AuditFinding(AuditFault.HEADS_LINE, line, line) for line in witnessed.broken_lines]
    report.unguarded = guards.missing(tx)
    report.unchained = tx.execute(select(func.count()).where(AUDIT.c.id > covered)).scalar_one()
    return report


def _compare(tx: Tx, batch: AuditBatch, after: int, last: int, report: Report) -> list[_Wrong]:
    """Report missing and extra rows; return those whose content differs from what was chained."""
    found = dict(contents(tx, after, last, _ALL))
    report.rows += len(found)
    wrong, previous = [], batch.previous
    count = min(len(batch.ids) // 8, len(batch.links) // LINK_BYTES)
    for position, (row_id,) in enumerate(struct.iter_unpack(">q", batch.ids[: count * 8])):
        link = batch.links[position * LINK_BYTES : (position + 1) * LINK_BYTES]
        content = found.pop(row_id, None)
        if content is None:
            report.findings.append(AuditFinding(AuditFault.DROPPED, row_id, row_id))
        elif link_of(tx.cipher, previous, row_id, content) != link:
            wrong.append(_Wrong(row_id, content, previous, link))
        previous = link
    report.findings += [AuditFinding(AuditFault.INSERTED, row_id, row_id) for row_id in found]
    return wrong


def _named(tx: Tx, wrong: list[_Wrong]) -> list[AuditFinding]:
    """Report each row as changed, or as moved if its chained content is now in another."""
    contents_now = {row.content for row in wrong} if len(wrong) <= _MOST_MOVED else set()
    findings = []
    for row in wrong:
        is_elsewhere = any(link_of(tx.cipher, row.previous, row.row_id, other) == row.link for other in contents_now)
        findings.append(AuditFinding(AuditFault.MOVED if is_elsewhere else AuditFault.CHANGED, row.row_id, row.row_id))
    return findings
