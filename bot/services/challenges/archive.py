"""归档包: a challenge's complete record as one ZIP: every entry, every file, a DOCX index with the hash of each."""

import hashlib
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

from bot.services.challenges import bids as bid_service
from bot.services.challenges import name_disclosure
from config.calendar import SHANGHAI
from config.challenges import ChallengeForm
from config.errors import ConflictError, required
from notifications.text_splitting import printable
from storage.challenges import bid_sealing, bids, challenges, withheld_acts
from storage.challenges import files as stored_files
from storage.challenges import records as stored_records
from storage.challenges.challenges import Challenge
from storage.challenges.files import ChallengeFile
from storage.engine.columns import to_json
from storage.engine.field_encryption import FieldCipher
from storage.engine.record_log import LogEntry
from storage.engine.transactions import Tx
from storage.firms import firms

# Who bid and how many did must stay unknown before the bids may be read, in the archive too.
_OF_BIDS = frozenset({"bid_in", "bid_back", "bid_secrecy"})


@dataclass(frozen=True, slots=True)
class Pack:
    """Everything that goes in, sealed parts still sealed. `offers`: bid contents, once they may be read.

    `records` carry the name of the firm they concern, if it may be shown.
    """

    challenge: Challenge
    records: Sequence[tuple[LogEntry, str]]
    files: Sequence[tuple[ChallengeFile, Sequence[bytes]]]
    offers: Sequence[tuple[str, object]]
    private: bytes | None


def collect(tx: Tx, challenge_id: int) -> Pack:
    """Read everything in one transaction. Raises ConflictError if the challenge does not exist."""
    found = required(challenges.get(tx, challenge_id), ConflictError("challenge_stage"))
    private = bids.opened_key(tx, challenge_id)
    files = list(stored_files.of_challenge(tx, challenge_id))
    offers: list[tuple[str, object]] = []
    # Before opening, a bid is invisible to everybody, including the archive; also in what was cancelled before.
    shut = challenge_id in withheld_acts.challenges_withheld(tx)
    for bid in () if shut else bids.of_challenge(tx, challenge_id):
        try:
            offers.append((f"{bid.firm_name}（{bid.id}）", bid_service.read(tx, found, bid)))
        except ConflictError:
            # Cancelled unopened: nobody can read it any more.
            continue
        files += stored_files.of_bid(tx, bid.id)
    return Pack(
        found,
        _records(tx, found, told=not shut),
        [(file, stored_files.sealed_pieces(tx, file.id)) for file in files],
        offers,
        private,
    )


def packed(pack: Pack, form: ChallengeForm, cipher: FieldCipher) -> bytes:
    """Build the ZIP: record.json, bids.json, files/…, index.docx. Takes seconds if there are many files."""
    parts: list[tuple[str, bytes]] = [
        ("challenge.json", _json({**pack.challenge.fields, "title": pack.challenge.title})),
        ("record.json", _json(_entries(pack.records))),
        ("bids.json", _json([{"firm": name, "offer": offer} for name, offer in pack.offers])),
    ]
    for file, pieces in pack.files:
        folder = "posted" if file.bid_id is None else f"bid-{file.bid_id}"
        parts.append((f"files/{folder}/{file.id}.{file.form}", _opened(file, pieces, pack.private, cipher)))
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            archive.writestr(name, content)
        archive.writestr("index.docx", _index(pack, form, parts))
    return made.getvalue()


def _index(pack: Pack, form: ChallengeForm, parts: Sequence[tuple[str, bytes]]) -> bytes:
    # Heavy import, needed once per challenge.
    from docx import Document

    document = Document()
    # Text saved before printable text was enforced must not break the archive.
    document.add_heading(printable(pack.challenge.title), 0)
    document.add_paragraph(printable(f"{form.stages[pack.challenge.stage.value]}　{pack.challenge.firm_name}"))
    table = document.add_table(rows=0, cols=3)
    for name, content in parts:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = name, str(len(content))
        cells[2].text = hashlib.sha256(content).hexdigest()
    document.add_heading("record", 1)
    for one, firm in pack.records:
        moment = f"{one.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"
        document.add_paragraph(printable(f"{moment}　{one.kind}　{firm}　{to_json(one.data)}"))
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def _opened(file: ChallengeFile, pieces: Sequence[bytes], private: bytes | None, cipher: FieldCipher) -> bytes:
    whole = []
    for number, piece in enumerate(pieces):
        context = stored_files.context_of(file.id, number)
        if file.sealed_to_bid and private is not None:
            whole.append(bid_sealing.open_with(private, piece, context))
        else:
            whole.append(cipher.open_bytes(piece, context))
    return b"".join(whole)


def _records(tx: Tx, found: Challenge, *, told: bool) -> list[tuple[LogEntry, str]]:
    """Return the entries that may be shown now, each with its firm's name; never who asked a question."""
    agreed = {firm_id for firm_id, pair in name_disclosure.pairs(tx, found.id).items() if pair.open}

    def name(one: LogEntry) -> str:
        hidden = one.kind == "question" or (one.kind == name_disclosure.KIND and one.firm_id not in agreed)
        return "" if one.firm_id is None or hidden else firms.get(tx, one.firm_id).name

    records = stored_records.listed(tx, found.id)
    return [(one, name(one)) for one in records if told or one.kind not in _OF_BIDS]


def _entries(records: Sequence[tuple[LogEntry, str]]) -> list[dict[str, object]]:
    """Return the entries renumbered from 1: gaps in their ids would reveal how many are hidden."""
    numbers = {one.id: number for number, (one, _) in enumerate(records, 1)}

    def entry(one: LogEntry, firm: str) -> dict[str, object]:
        data = dict(one.data)
        if "of" in data:
            data["of"] = numbers.get(data["of"])
        return {"id": numbers[one.id], "at": one.at.isoformat(), "kind": one.kind, "firm": firm, "data": data}

    return [entry(one, firm) for one, firm in records]


def _json(value: object) -> bytes:
    return printable(to_json(value)).encode()
