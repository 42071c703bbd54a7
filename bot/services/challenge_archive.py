"""归档包: the whole record of a challenge as one ZIP: every entry, every file, a DOCX index with the hash of each."""

import hashlib
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

from bot.services import bids as bidding
from config.calendar import SHANGHAI
from config.challenges import ChallengeForm
from config.errors import ConflictError
from storage import bid_sealing, bids, challenge_files, challenge_records, challenges
from storage.challenge_files import File
from storage.challenge_records import Record
from storage.challenges import Challenge
from storage.columns import to_json
from storage.sealing import FieldCipher
from storage.transactions import Tx


@dataclass(frozen=True, slots=True)
class Pack:
    """Everything that goes in, still sealed where it lies sealed. `offers`: what bids say, once they may be read."""

    challenge: Challenge
    records: Sequence[Record]
    files: Sequence[tuple[File, Sequence[bytes]]]
    offers: Sequence[tuple[str, object]]
    private: bytes | None


def gather(tx: Tx, challenge_id: int, form: ChallengeForm) -> Pack:
    """Read it all in one transaction. Raises ConflictError where there is none."""
    found = challenges.get(tx, challenge_id)
    if found is None:
        raise ConflictError("challenge_stage")
    private = bids.opened_key(tx, challenge_id)
    files = list(challenge_files.of_challenge(tx, challenge_id))
    offers: list[tuple[str, object]] = []
    for bid in bids.of_challenge(tx, challenge_id):
        try:
            offers.append((f"{bid.firm_name}（{bid.id}）", bidding.read(tx, found, bid)))
        except ConflictError:
            # Before opening a bid is not there for anybody, the archive included.
            continue
        files += challenge_files.of_bid(tx, bid.id)
    return Pack(
        found,
        challenge_records.listed(tx, challenge_id),
        [(file, challenge_files.sealed_pieces(tx, file.id)) for file in files],
        offers,
        private,
    )


def packed(pack: Pack, form: ChallengeForm, cipher: FieldCipher) -> bytes:
    """The ZIP: record.json, bids.json, files/…, index.docx. Takes seconds where the files are many."""
    parts: list[tuple[str, bytes]] = [
        ("challenge.json", _json({**pack.challenge.fields, "title": pack.challenge.title})),
        ("record.json", _json([_entry(one) for one in pack.records])),
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
    # Heavy, and wanted once a challenge.
    from docx import Document

    document = Document()
    document.add_heading(pack.challenge.title, 0)
    document.add_paragraph(f"{form.stages[pack.challenge.stage.value]}　{pack.challenge.firm_name}")
    table = document.add_table(rows=0, cols=3)
    for name, content in parts:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = name, str(len(content))
        cells[2].text = hashlib.sha256(content).hexdigest()
    document.add_heading("record", 1)
    for one in pack.records:
        moment = f"{one.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"
        document.add_paragraph(f"{moment}　{one.kind}　{to_json(one.data)}")
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def _opened(file: File, pieces: Sequence[bytes], private: bytes | None, cipher: FieldCipher) -> bytes:
    whole = []
    for number, piece in enumerate(pieces):
        context = challenge_files.context_of(file.id, number)
        if file.sealed_to_bid and private is not None:
            whole.append(bid_sealing.open_with(private, piece, context))
        else:
            whole.append(cipher.open_bytes(piece, context))
    return b"".join(whole)


def _entry(one: Record) -> dict[str, object]:
    return {"id": one.id, "at": one.at.isoformat(), "kind": one.kind, "firm": one.firm_id, "data": dict(one.data)}


def _json(value: object) -> bytes:
    return to_json(value).encode()
