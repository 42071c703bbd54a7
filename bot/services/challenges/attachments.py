"""Attachments: size limits, type detected from content, sealed in chunks before storing."""

import hashlib
import io
import zipfile
from collections.abc import Callable

from config.errors import InputError
from storage.challenges import files
from storage.challenges.files import ChallengeFile

LONGEST_NAME = 100
MOST_UNPACKED = 200 * 1024 * 1024
_OFFICE = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
Seal = Callable[[bytes, str], bytes]


def form_of(content: bytes) -> str:
    """Return pdf, png, jpg, docx or xlsx, detected from the bytes, ignoring the name.

    Raises InputError for anything else, for macros, and for archives that unpack to too much.
    """
    if content.startswith(b"%PDF-"):
        return "pdf"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if content.startswith(b"PK"):
        return _office_form(content)
    raise InputError("file_strange")


def prepare(
    content: bytes,
    name: str,
    kind: str,
    *,
    challenge_id: int,
    file_id: int,
    most: int,
    seal: Seal,
    bid_id: int | None = None,
    sealed_to_bid: bool = False,
) -> tuple[ChallengeFile, list[bytes]]:
    """Return a file as stored, and its chunks sealed by `seal`. Takes a good part of a second at full size.

    Raises InputError if it is empty, too large or of an unaccepted type.
    """
    if not content:
        raise InputError("file_empty")
    if len(content) > most:
        raise InputError("file_large", most=most // 2**20)
    form = form_of(content)
    plain = "".join(char for char in name.replace("\\", "/").rpartition("/")[2] if char.isprintable())
    digest = hashlib.sha256(content).hexdigest()
    file = ChallengeFile(
        file_id,
        challenge_id,
        bid_id,
        kind,
        (plain or "file")[-LONGEST_NAME:],
        form,
        len(content),
        digest,
        sealed_to_bid=bid_id is not None and sealed_to_bid,
    )
    pieces = files.pieces_of(content)
    return file, [seal(piece, files.context_of(file_id, number)) for number, piece in enumerate(pieces)]


def _office_form(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError) as error:
        raise InputError("file_strange") from error
    names = {part.filename.lower() for part in parts}
    if any("vbaproject" in name for name in names):
        raise InputError("file_macros")
    if sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise InputError("file_strange")
    for form, part in _OFFICE.items():
        if part in names:
            return form
    raise InputError("file_strange")
