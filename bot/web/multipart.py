"""Streaming multipart/form-data parser, in linear time and within limits (RFC 7578)."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import IO, cast
from urllib.parse import unquote

MOST_PART_HEAD_BYTES = 4 * 1024
MOST_PART_HEADERS = 8
LONGEST_BOUNDARY = 70
LONGEST_FIELD_NAME = 100
# A larger file goes to an anonymous temporary file.
MOST_IN_MEMORY = 1024 * 1024

_BOUNDARY = re.compile(r"""[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]""")
_PARAMETER = re.compile(r';[ \t]*+([A-Za-z0-9*_-]++)=(?:"((?:[^"\\]|\\.)*+)"|([^\s";]++))[ \t]*+', re.DOTALL)
# A name's trailing backslash that the browser did not double.
_LAST_RESORT = re.compile(r';[ \t]*+([A-Za-z0-9*_-]++)="([^"]*+)"()[ \t]*+')
# Browsers' escapes for the three characters not allowed in a quoted name.
_BROWSERS_ESCAPES = {"%22": '"', "%0D": "\r", "%0A": "\n"}
_PLAIN_ENCODINGS = ("", "7bit", "8bit", "binary")


class FormError(Exception):
    """An invalid form body. `reason` is a word for pages and tests; it never quotes the body."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Bounds:
    """Limits of a body: bytes of text, bytes of files, number of parts."""

    most_text_bytes: int
    most_file_bytes: int
    most_parts: int


@dataclass(slots=True)
class FormPart:
    """One part: text, or a file if it has a file name."""

    name: str
    filename: str | None
    content_type: str
    text: bytearray = field(default_factory=bytearray)
    file: IO[bytes] | None = None

    def words(self) -> str:
        """Return the part as text. Raises FormError if not UTF-8."""
        try:
            return self.text.decode()
        except UnicodeDecodeError as error:
            raise FormError("not_utf8") from error


class Multipart:
    """Parts of one body, fed as it arrives; `feed` and `close` raise FormError and do no I/O except to a file.

    `first` is called with the first part's name and text once complete: the rest is read only if it returns; `begun`
    tells that it has.
    """

    def __init__(self, boundary: str, bounds: Bounds, first: Callable[[str, str], None]) -> None:
        self.parts: list[FormPart] = []
        self.begun = False
        self._mark = b"\r\n--" + boundary.encode()
        self._bounds = bounds
        self._first = first
        # The first boundary is found like all others.
        self._left = bytearray(b"\r\n")
        self._step: Callable[[], bool] = self._start
        self._read = self._text_bytes = self._file_bytes = 0

    def feed(self, chunk: bytes) -> None:
        """Parse the next chunk of the body."""
        self._read += len(chunk)
        if self._read > self._bounds.most_text_bytes + self._bounds.most_file_bytes:
            raise FormError("too_large")
        self._left += chunk
        while self._step():
            pass

    def close(self) -> None:
        """Check at the body's end for the final boundary and an accepted first part."""
        if self._step != self._end:
            raise FormError("cut_off")
        if not self.begun:
            raise FormError("malformed")
        for part in self.parts:
            if part.file is not None:
                part.file.seek(0)

    def drop(self) -> None:
        """Close every file."""
        for part in self.parts:
            if part.file is not None:
                part.file.close()

    def _start(self) -> bool:
        if len(self._left) < len(self._mark):
            return False
        if not self._left.startswith(self._mark):
            raise FormError("malformed")
        del self._left[: len(self._mark)]
        self._step = self._after_mark
        return True

    def _after_mark(self) -> bool:
        if len(self._left) < 2:
            return False
        after = bytes(self._left[:2])
        del self._left[:2]
        if after == b"--":
            self._step = self._end
        elif after == b"\r\n":
            self._step = self._head
        else:
            raise FormError("malformed")
        return True

    def _head(self) -> bool:
        end = self._left.find(b"\r\n\r\n", 0, MOST_PART_HEAD_BYTES)
        if end < 0:
            if len(self._left) >= MOST_PART_HEAD_BYTES:
                raise FormError("malformed")
            return False
        if len(self.parts) >= self._bounds.most_parts:
            raise FormError("too_many")
        self.parts.append(_part(bytes(self._left[:end])))
        del self._left[: end + 4]
        self._step = self._content
        return True

    def _content(self) -> bool:
        end = self._left.find(self._mark)
        # The last bytes may start a boundary.
        ready = end if end >= 0 else len(self._left) - len(self._mark) + 1
        if ready > 0:
            self._keep(self.parts[-1], bytes(self._left[:ready]))
            del self._left[:ready]
        if end < 0:
            return False
        del self._left[: len(self._mark)]
        if len(self.parts) == 1:
            part = self.parts[0]
            self._first(part.name, "" if part.file is not None else part.words())
            self.begun = True
        self._step = self._after_mark
        return True

    def _keep(self, part: FormPart, content: bytes) -> None:
        if part.file is None:
            self._text_bytes += len(content)
            part.text += content
        else:
            self._file_bytes += len(content)
            part.file.write(content)
        if self._text_bytes > self._bounds.most_text_bytes or self._file_bytes > self._bounds.most_file_bytes:
            raise FormError("too_large")

    def _end(self) -> bool:
        # Anything after the final boundary is ignored.
        self._left.clear()
        return False


def boundary_of(content_type: str) -> str:
    """Return the boundary from this header. Raises FormError if there is none."""
    for name, value in _parameters(content_type.partition(";")[1] + content_type.partition(";")[2]):
        if name == "boundary" and len(value) <= LONGEST_BOUNDARY and _BOUNDARY.fullmatch(value):
            return value
    raise FormError("malformed")


def _part(head: bytes) -> FormPart:
    try:
        lines = head.decode().split("\r\n")
    except UnicodeDecodeError as error:
        raise FormError("not_utf8") from error
    if len(lines) > MOST_PART_HEADERS:
        raise FormError("malformed")
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or name.lower() in headers:
            raise FormError("malformed")
        headers[name.lower()] = value.strip()
    disposition, _, parameters = headers.get("content-disposition", "").partition(";")
    given = dict(_parameters(f";{parameters}")) if parameters else {}
    name = given.get("name", "")
    if disposition.strip().lower() != "form-data" or not name or len(name) > LONGEST_FIELD_NAME:
        raise FormError("malformed")
    content_type = headers.get("content-type", "")
    _hold_plain(content_type, headers.get("content-transfer-encoding", ""))
    filename = _filename(given)
    file = cast(IO[bytes], SpooledTemporaryFile(MOST_IN_MEMORY)) if filename else None  # noqa: SIM115  # `drop` closes it
    return FormPart(name, filename, content_type, file=file)


def _hold_plain(content_type: str, encoding: str) -> None:
    """Raise FormError for what no browser sends: nested parts, encodings, other charsets."""
    kind, _, parameters = content_type.partition(";")
    if encoding.lower() not in _PLAIN_ENCODINGS or kind.strip().lower().startswith("multipart/"):
        raise FormError("malformed")
    for name, value in _parameters(f";{parameters}") if parameters else ():
        if name == "charset" and value.lower() not in ("utf-8", "utf8", "us-ascii"):
            raise FormError("not_utf8")


def _filename(given: dict[str, str]) -> str | None:
    extended = given.get("filename*")
    if extended is None:
        name = given.get("filename")
        for written, sign in _BROWSERS_ESCAPES.items():
            name = None if name is None else name.replace(written, sign)
        return name
    charset, _, quoted = extended.partition("'")
    if charset.lower() != "utf-8":
        raise FormError("not_utf8")
    try:
        return unquote(quoted.partition("'")[2], errors="strict")
    except UnicodeDecodeError as error:
        raise FormError("not_utf8") from error


def _parameters(text: str) -> list[tuple[str, str]]:
    """Parse a header value's parameters, each starting with `;`. Raises FormError."""
    found: list[tuple[str, str]] = []
    position = 0
    while position < len(text):
        match = _PARAMETER.match(text, position) or _LAST_RESORT.match(text, position)
        if match is None or len(found) >= MOST_PART_HEADERS:
            raise FormError("malformed")
        name, quoted, token = match.groups()
        value = token if quoted is None else quoted.replace('\\"', '"').replace("\\\\", "\\")
        found.append((name.lower(), value))
        position = match.end()
    return found
