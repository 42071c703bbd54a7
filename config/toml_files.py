"""The TOML files that are part of the program, read as frozen dataclasses; each once a process, anew where changed.

Whatever is wrong with one is a ConfigError: one sentence with the file and the line, and what to write instead.
"""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar, Self, TypeVar, cast

from pydantic_core import ValidationError

from config.toml_errors import ConfigError, Place, in_words, line_of, named, syntax
from config.toml_schema import Shape, validator_of

T = TypeVar("T")
CONFIG = Path(__file__).parent


class TomlFile:
    """A dataclass that a file of config/ is read as."""

    __slots__ = ()
    FILE: ClassVar[str]
    """Its path in the folder."""

    @classmethod
    def load(cls, path: Path | None = None) -> Self:
        """Read the file, the one that belongs to this version of the program unless told. Raises ConfigError."""
        return load(path or CONFIG / cls.FILE, cls)


def load(path: Path, shape: type[T]) -> T:
    """Return what the file says as this dataclass (or dict, or tuple). It is shared: treat it as immutable.

    Raises ConfigError for a file that cannot be read, an unknown or missing key, or a value of a wrong type.
    """
    # Any dataclass can be hashed; mypy believes it of none.
    made: T = _made(path, cast(Any, shape), *_stamp(path))
    return made


def read(path: Path) -> Mapping[str, Any]:
    """Return what the file says, unchecked. It is shared: treat it as immutable. Raises ConfigError."""
    return _parsed(path, *_stamp(path))


def make(path: Path, shape: Shape, table: Mapping[str, Any]) -> Any:
    """Return as this dataclass what was read from the file. Raises ConfigError."""
    validator, known = validator_of(shape)
    try:
        return validator.validate_python(table)
    except ValidationError as error:
        raise wrong(path, *in_words(error, known)) from None


def wrong(path: Path, where: Place, what: str) -> ConfigError:
    """Return the error that this place of the file is wrong: `where` leads to it, by keys and by numbers from 0."""
    return ConfigError(named(path), line_of(path.read_text("utf-8"), where), what)


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        raise ConfigError(named(path), 1, "没有这个文件，请从安装包里补上") from None
    return found.st_mtime_ns, found.st_size


@lru_cache(maxsize=256)
def _parsed(path: Path, _changed: int, _size: int) -> Mapping[str, Any]:
    try:
        text = path.read_bytes().decode()
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ConfigError(named(path), line, "文件不是 UTF-8 编码，请另存为 UTF-8") from None
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(named(path), *syntax(str(error), text)) from None


@lru_cache(maxsize=256)
def _made(path: Path, shape: Shape, changed: int, size: int) -> Any:
    return make(path, shape, _parsed(path, changed, size))
