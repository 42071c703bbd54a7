"""Answers people got about their firms, sealed under a code that only the reader has."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Field

from storage.engine.columns import BigId, TableRow, UtcTime, table_of, to_json
from storage.engine.transactions import Tx


class ReceiptRow(TableRow, table=True):
    """One receipt by HMAC of its code; it stays with the firm. `person_id` None: its reader has left."""

    __tablename__ = "receipt"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    mark: str = Field(unique=True, max_length=32)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True, sa_type=BigId)
    firm_id: int = Field(foreign_key="firm.id", sa_type=BigId)
    made: datetime = Field(sa_type=UtcTime)
    content: bytes


RECEIPTS = table_of(ReceiptRow)


@dataclass(frozen=True, slots=True)
class Receipt:
    """Receipt content: `facts` with their sources, the policy's digest, and a verdict per item."""

    id: int
    firm_id: int
    made: datetime
    code: str
    firm: str
    facts: Mapping[str, tuple[Any, str]]
    digest: str
    verdicts: Mapping[str, str]

    def equals(self, other: "ReceiptContent") -> bool:
        """Tell whether this content equals the receipt's."""
        return (self.firm, dict(self.facts), self.digest, dict(self.verdicts)) == (
            other.firm,
            dict(other.facts),
            other.digest,
            dict(other.verdicts),
        )


@dataclass(frozen=True, slots=True)
class ReceiptContent:
    """Content to save in a receipt."""

    firm: str
    facts: Mapping[str, tuple[Any, str]]
    digest: str
    verdicts: Mapping[str, str]


def add(tx: Tx, code: str, person_id: int, firm_id: int, content: ReceiptContent) -> int:
    """Save this under the code; return the receipt's id."""
    mark = _mark(tx, code)
    told = {
        "code": code,
        "firm": content.firm,
        "facts": {name: list(known) for name, known in content.facts.items()},
        "digest": content.digest,
        "verdicts": dict(content.verdicts),
    }
    row = {
        "mark": mark,
        "person_id": person_id,
        "firm_id": firm_id,
        "made": tx.now,
        "content": tx.cipher.seal(to_json(told), f"receipt.content:{mark}"),
    }
    return tx.add(RECEIPTS, row)


def find(tx: Tx, code: str) -> Receipt | None:
    """Return the receipt with this code."""
    return _one(tx, select(RECEIPTS).where(RECEIPTS.c.mark == _mark(tx, code)))


def newest(tx: Tx, person_id: int, firm_id: int) -> Receipt | None:
    """Return this person's last receipt for this firm."""
    mine = select(RECEIPTS).where(RECEIPTS.c.person_id == person_id, RECEIPTS.c.firm_id == firm_id)
    return _one(tx, mine.order_by(RECEIPTS.c.id.desc()).limit(1))


def of_person(tx: Tx, person_id: int) -> list[Receipt]:
    """Return every receipt of this person, oldest first."""
    mine = select(RECEIPTS).where(RECEIPTS.c.person_id == person_id).order_by(RECEIPTS.c.id)
    return [_receipt(tx, row) for row in tx.execute(mine)]


def _one(tx: Tx, statement: Any) -> Receipt | None:
    return tx.one(statement, lambda row: _receipt(tx, row))


def _receipt(tx: Tx, row: Any) -> Receipt:
    told = json.loads(tx.cipher.open(row.content, f"receipt.content:{row.mark}"))
    facts = {name: (value, source) for name, (value, source) in told["facts"].items()}
    return Receipt(row.id, row.firm_id, row.made, told["code"], told["firm"], facts, told["digest"], told["verdicts"])


def _mark(tx: Tx, code: str) -> str:
    return tx.cipher.fingerprint(code, "receipt.code")
