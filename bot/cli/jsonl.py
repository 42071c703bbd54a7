"""JSON lines in and out, for every command that reads or writes them."""

import gzip
import json
import math
import re
import sys
import zlib
from collections.abc import Callable, Iterator, Mapping, Set
from contextlib import nullcontext
from datetime import datetime, tzinfo
from pathlib import Path
from typing import BinaryIO, TypeVar, cast

from bot.cli import progress
from config.errors import AppError, InputError, UsageError
from config.texts import Texts

# Line ends to some readers, yet allowed in JSON: written as escapes, so that one answer is one line for all.
_LINE_ENDS = re.compile("[\x85\u2028\u2029]")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?)?", re.ASCII)
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")

Made = TypeVar("Made")


def read(path: str) -> Iterator[tuple[int, dict[str, object] | InputError]]:
    """Yield each non-blank line: its number (from 1) and its object, or its error.

    `path` is a file, a file ending in .gz, or "-" for standard input. Raises UsageError if it cannot be opened; a
    truncated archive is an error of the line where it ends.
    """
    for number, line in lines(path):
        yield number, line if isinstance(line, InputError) else parsed(line)


def lines(path: str, *, blank: bool = False) -> Iterator[tuple[int, bytes | InputError]]:
    """Yield each raw line; blank ones only if `blank`. Otherwise as `read`."""
    number = 0
    try:
        with _opened(path) as file:
            for number, raw in enumerate(file, 1):
                line = raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw
                if blank or line.strip():
                    yield number, line
    except (gzip.BadGzipFile, EOFError, zlib.error):
        yield number + 1, InputError("archive_broken")
    except FileNotFoundError as error:
        raise UsageError("file_missing", path=path) from error
    except OSError as error:
        raise UsageError("file_unreadable", path=path) from error


def count(path: str) -> int | None:
    """Count the file's lines, for a progress bar; None for a pipe."""
    if not Path(path).is_file():
        return None
    try:
        with _opened(path) as lines:
            return sum(1 for _ in lines)
    except (OSError, EOFError, zlib.error):
        # `read` reports the error, with its line.
        return None


def write(record: Mapping[str, object]) -> None:
    """Write one answer as one line on standard output, in UTF-8 whatever the terminal's encoding."""
    line = json.dumps(record, ensure_ascii=False, allow_nan=False)
    line = _LINE_ENDS.sub(lambda found: f"\\u{ord(found[0]):04x}", line)
    sys.stdout.buffer.write(line.encode() + b"\n")


def complain(texts: Texts, number: int, error: AppError) -> None:
    """Report an invalid line on standard error: 第 N 行：the error."""
    print(texts("errors.in_line", number=number, what=texts.error(error)), file=sys.stderr)


def each(
    path: str, make: Callable[[dict[str, object]], Made], texts: Texts, bad: list[str], *, as_text: bool = False
) -> Iterator[tuple[str | int, Made]]:
    """Yield what is made of each line, with its id; report an invalid one, and note it in `bad`.

    `as_text`: 1 and "1" are the same id.
    """
    seen: set[str | int] = set()
    total = count(path) if sys.stderr.isatty() else None
    for number, line in progress.watched(read(path), total, sys.stderr):
        try:
            if isinstance(line, InputError):
                raise line
            found = identity(line, seen)
            yield found, make(line)
            seen |= {found, str(found)} if as_text else {found}
        except InputError as error:
            bad.append(error.code)
            complain(texts, number, error)


def identity(record: Mapping[str, object], seen: Set[str | int]) -> str | int:
    """Return the record's id; raises InputError if it is no text or number, or already in `seen`."""
    found = record.get("id")
    if isinstance(found, bool) or not isinstance(found, str | int) or found == "":
        raise InputError("id_wrong", given=shown(found))
    if not seen.isdisjoint({found, str(found)}):
        raise InputError("id_twice", given=shown(found))
    return found


def shown(value: object) -> str:
    """Quote input in a message: one line, truncated."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:60] + "…"


def read_on(text: object, zone: tzinfo) -> datetime:
    """Parse the moment: 2028-12-31 is the start of that day in `zone`, 2028-12-31T23:59:59 is also in it.

    A time with its own offset keeps it. Raises InputError if `text` is no such date.
    """
    if isinstance(text, str) and _MOMENT.fullmatch(text):
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            pass
        else:
            return found if found.tzinfo else found.replace(tzinfo=zone)
    raise InputError("on_wrong", given=shown(text))


def whole(path: str) -> dict[str, object]:
    """Return the single JSON object in a file, over any number of lines; raises its error.

    NaN and Infinity are kept: whoever reads the object names their location.
    """
    text = b""
    for _, line in lines(path):
        if isinstance(line, InputError):
            raise line
        text += line
    try:
        value: object = json.loads(text.decode(), object_pairs_hook=_without_twins)
    except json.JSONDecodeError as error:
        raise InputError("json_broken_at", line=error.lineno, column=error.colno) from None
    except UnicodeError:
        raise InputError("json_not_utf8") from None
    except ValueError:
        raise InputError("json_number") from None
    except RecursionError:
        raise InputError("json_deep") from None
    if not isinstance(value, dict):
        raise InputError("json_not_object")
    return value


def parsed(line: bytes) -> dict[str, object] | InputError:
    """Return the line's object, or its error."""
    try:
        value: object = json.loads(
            line.decode(), object_pairs_hook=_without_twins, parse_constant=_finite, parse_float=_finite
        )
        if _SURROGATE.search(line):
            json.dumps(value, ensure_ascii=False).encode()
    except InputError as error:
        return error
    except json.JSONDecodeError as error:
        return InputError("json_broken", column=error.colno)
    except UnicodeError:
        return InputError("json_not_utf8")
    except ValueError:
        # Only int() is left: it refuses numbers of more than 4,300 digits.
        return InputError("json_number")
    except RecursionError:
        return InputError("json_deep")
    return value if isinstance(value, dict) else InputError("json_not_object")


def _opened(path: str) -> BinaryIO | nullcontext[BinaryIO]:
    if path == "-":
        return nullcontext(sys.stdin.buffer)
    return cast(BinaryIO, gzip.open(path)) if path.endswith(".gz") else open(path, "rb")


def _without_twins(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        raise InputError("json_twice", name=shown(next(name for name in names if names.count(name) > 1)))
    return made


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise InputError("json_number")
    return number
