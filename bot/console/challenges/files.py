"""Challenge files: accepted by content and size, stored sealed, downloaded only behind their own policy."""

import asyncio
import secrets
from typing import Literal
from urllib.parse import quote

from aiohttp import web

from bot.console.challenges.forms import SecrecyForm
from bot.console.context import HOME, ConsoleRequest, see
from bot.services.challenges import attachments, challenges
from bot.web.form_models import Upload
from storage.challenges import files
from storage.challenges.files import ChallengeFile

_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class AttachmentForm(SecrecyForm):
    """A file, and what it is."""

    kind: Literal["stamped", "decision", "other"]
    file: Upload


async def upload(visit: ConsoleRequest) -> web.StreamResponse:
    """Accept an uploaded file."""
    given = visit.read(AttachmentForm)
    sent, kind = given.file, given.kind
    content = await asyncio.to_thread(sent.file.read)
    challenge_id = visit.number
    file, sealed = await asyncio.to_thread(
        lambda: attachments.prepare(
            content,
            sent.filename,
            kind,
            challenge_id=challenge_id,
            file_id=secrets.randbits(files.ID_BITS),
            most=visit.desk.form.most_file_bytes,
            seal=visit.desk.cipher.seal_bytes,
        )
    )
    await visit.desk.database.write(challenges.attach, visit.me.person_id, file, sealed, given.reviewer)
    see(f"{HOME}/challenges/{challenge_id}")


async def download(visit: ConsoleRequest) -> web.StreamResponse:
    """Return a file as download, never shown inline: it is foreign content."""
    file_id = visit.number
    file = await visit.named(files.get)
    pieces = await visit.desk.database.read(files.sealed_pieces, file_id)
    content = await asyncio.to_thread(_opened, visit, file, pieces)
    return as_download(file, content)


async def remove(visit: ConsoleRequest) -> web.StreamResponse:
    """Remove a file from a draft."""
    file_id = visit.number
    file = await visit.named(files.get)
    await visit.desk.database.write(challenges.detach, visit.me.person_id, file_id)
    see(f"{HOME}/challenges/{file.challenge_id}")


def as_download(file: ChallengeFile, content: bytes) -> web.Response:
    """Return the file under its own name, as an attachment."""
    stem = file.name.rpartition(".")[0] or file.name
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(stem)}.{file.form}"}
    return web.Response(body=content, content_type=_TYPES[file.form], headers=headers)


def _opened(visit: ConsoleRequest, file: ChallengeFile, pieces: list[bytes]) -> bytes:
    cipher = visit.desk.cipher
    return b"".join(cipher.open_bytes(piece, files.context_of(file.id, number)) for number, piece in enumerate(pieces))
