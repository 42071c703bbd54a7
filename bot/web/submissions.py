"""Form idempotency: a resubmission, by double click, reload or on another node, gets the first answer.

Each rendered page gives its forms a token. The token's HMAC is written in the transaction of the form's first change,
so both commit or neither. The answer is stored a moment later, sealed with the token itself, which is not stored: pages
that show a code once are shown again only to whoever sent the form.
"""

import asyncio
import hashlib
import hmac
import json
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any
from weakref import WeakValueDictionary

from aiohttp import web

from config.errors import ConflictError, UnavailableError
from storage.engine.database import Database
from storage.engine.field_encryption import FieldCipher
from storage.engine.transactions import Tx
from storage.people import submissions
from storage.people.submissions import HandledForm, RepeatedError

log = logging.getLogger(__name__)

_NONCE_DIGITS = 32
_CONTEXT = "submission.outcome"
_MOST_BYTES = 512 * 1024
# While another node processes it: how often and how long (seconds) to wait for its answer.
_LOOKS, _PAUSE = 25, 0.2
_KEPT_HEADERS = ("Location", "Content-Type", "Content-Disposition", "Set-Cookie")


def new_token(cipher: FieldCipher, cookie: str, purpose: str) -> str:
    """Return a token for one page's forms, valid only in the browser with this cookie."""
    nonce = secrets.token_hex(_NONCE_DIGITS // 2)
    return nonce + cipher.fingerprint(f"{nonce}\n{cookie}", purpose)


def is_token(cipher: FieldCipher, cookie: str, purpose: str, token: str) -> bool:
    """Return whether we gave this token to the browser with this cookie."""
    nonce = token[:_NONCE_DIGITS]
    right = nonce + cipher.fingerprint(f"{nonce}\n{cookie}", purpose)
    return len(nonce) == _NONCE_DIGITS and hmac.compare_digest(token.encode(), right.encode())


class Submissions:
    """Processes one interface's forms; `sleep` waits while another node processes one."""

    def __init__(
        self, database: Database, cipher: FieldCipher, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._database = database
        self._cipher = cipher
        self._sleep = sleep
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def run(
        self,
        path: str,
        form: Mapping[str, Any],
        act: Callable[[Database], Awaitable[web.StreamResponse]],
        *,
        by_content: bool = False,
        done: Callable[[Tx], None] | None = None,
    ) -> web.StreamResponse:
        """Return the answer of `act`, which writes through the database passed to it, or of its first run.

        `by_content`: the same form with other content is a new one, as when codes are tried. `done` is called, in the
        transaction that stores the answer, once the form is processed and redirected.

        Raises ConflictError if the form was processed with other content, or its answer is unknown.
        """
        token, content, mark, lock = await self._named(path, form, by_content=by_content)
        async with lock:
            if await self._database.read(submissions.find, mark) is None:
                request = secrets.token_hex(8)
                claim = partial(submissions.claim, mark=mark, request=request, content=content)
                try:
                    response = await _answer_of(act, self._database.preceded_by(claim))
                except RepeatedError:
                    log.info("a form came to two nodes at once", extra={"action": "form_repeated"})
                else:
                    finish = partial(_finish, mark=mark, request=request, done=done)
                    await self._keep(finish, token, response)
                    return response
            return await self._again(mark, token, content)

    async def former(self, path: str, form: Mapping[str, Any]) -> web.StreamResponse | None:
        """Return the earlier answer to this form; None if it was not processed.

        Raises ConflictError as `run` does.
        """
        token, content, mark, lock = await self._named(path, form)
        async with lock:
            if await self._database.read(submissions.find, mark) is None:
                return None
            return await self._again(mark, token, content)

    async def _named(
        self, path: str, form: Mapping[str, Any], *, by_content: bool = False
    ) -> tuple[str, bytes, str, asyncio.Lock]:
        token = str(form["csrf"])
        content = hmac.digest(token.encode(), await asyncio.to_thread(_digest, form), "sha256")
        named = f"{path}\n{token}\n{content.hex() if by_content else ''}"
        mark = self._cipher.fingerprint(named, "submission")
        return token, content, mark, self._locks.setdefault(mark, asyncio.Lock())

    async def _keep(self, finish: Callable[..., None], token: str, response: web.StreamResponse) -> None:
        if not isinstance(response, web.Response) or not isinstance(response.body, bytes | None):
            return
        cookies = [("Set-Cookie", morsel.OutputString()) for morsel in response.cookies.values()]
        headers = [(name, value) for name, value in response.headers.items() if name in _KEPT_HEADERS]
        head = json.dumps({"status": response.status, "headers": headers + cookies}).encode()
        if len(response.body or b"") > _MOST_BYTES:
            return
        outcome = _sealing(token).seal_bytes(head + b"\n" + (response.body or b""), _CONTEXT)
        try:
            await self._database.write(finish, outcome, led_on=response.status == 303)
        except UnavailableError as error:
            # The form is processed: only a resubmission does not get the same page.
            log.warning("an answer was not kept: %s", error.code, extra={"action": "form_answer_not_kept"})

    async def _again(self, mark: str, token: str, content: bytes) -> web.StreamResponse:
        for _ in range(_LOOKS):
            former: HandledForm | None = await self._database.read(submissions.find, mark)
            if former is not None and former.content != content:
                raise ConflictError("form_sent_already")
            if former is not None and former.outcome is not None:
                return _opened(_sealing(token).open_bytes(former.outcome, _CONTEXT))
            await self._sleep(_PAUSE)
        raise ConflictError("form_sent_unknown")


def _finish(
    tx: Tx, outcome: bytes, *, mark: str, request: str, done: Callable[[Tx], None] | None, led_on: bool
) -> None:
    if submissions.finish(tx, mark, request, outcome) and done is not None and led_on:
        done(tx)


async def _answer_of(
    act: Callable[[Database], Awaitable[web.StreamResponse]], database: Database
) -> web.StreamResponse:
    try:
        return await act(database)
    except web.HTTPSeeOther as elsewhere:
        return web.Response(status=303, headers={"Location": elsewhere.headers["Location"]})


def _sealing(token: str) -> FieldCipher:
    return FieldCipher(hashlib.sha256(token.encode()).digest())


def _opened(outcome: bytes) -> web.Response:
    head, _, body = outcome.partition(b"\n")
    told = json.loads(head)
    response = web.Response(status=told["status"], body=body)
    response.headers.popall("Content-Type", None)
    for name, value in told["headers"]:
        response.headers.add(name, value)
    return response


def _digest(form: Mapping[str, Any]) -> bytes:
    """Return a digest of everything sent except the token; files by content."""
    found = hashlib.sha256()
    for name, value in form.items():
        if name == "csrf":
            continue
        if isinstance(value, web.FileField):
            held = hashlib.file_digest(value.file, "sha256").hexdigest()  # type: ignore[arg-type]  # a BufferedReader
            value.file.seek(0)
            found.update(json.dumps([name, value.filename, held]).encode())
        else:
            found.update(json.dumps([name, str(value)]).encode())
    return found.digest()
