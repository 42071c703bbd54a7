"""The TOML files that are part of the program, read as frozen dataclasses; each once a process, anew where changed.

Whatever is wrong with one is a ConfigError: one sentence with the file and the line, and what to write instead. A table
has exactly the fields of its dataclass, each of its type: pydantic's own validator sees to it, without pydantic's
models, which take longer to import than all of config/.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date, datetime, time, timedelta
from enum import EnumType
from functools import lru_cache
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, ClassVar, Literal, Self, TypeVar, cast, get_args, get_origin, get_type_hints

from pydantic_core import CoreConfig, CoreSchema, SchemaValidator, ValidationError, core_schema

from config.toml_errors import ConfigError, Place, in_words, line_of, named, syntax

T = TypeVar("T")
CONFIG = Path(__file__).parent
Shape = Any
"""A dataclass, or what a type annotation says."""
# Every number in config/ counts something.
_PLAIN: Mapping[object, CoreSchema] = {
    str: core_schema.str_schema(strict=True),
    bool: core_schema.bool_schema(strict=True),
    int: core_schema.int_schema(strict=True, ge=0),
    float: core_schema.float_schema(ge=0),
    date: core_schema.date_schema(strict=True),
    time: core_schema.time_schema(strict=True),
    datetime: core_schema.datetime_schema(strict=True, tz_constraint="aware"),
}


@dataclass(frozen=True, slots=True)
class Made:
    """How a field's value is made of what the file says: `given` is the type there. ValueError tells what is wrong."""

    given: Shape
    make: Callable[[Any], object]


def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise ValueError(f"的写法不对（第{(error.pos or 0) + 1}个字符）：看看括号、方括号是否成对") from None


MINUTES = Made(int, lambda count: timedelta(minutes=count))
DAYS = Made(int, lambda count: timedelta(days=count))
PATTERN = Made(str, _compiled)
HEX = Made(str, bytes.fromhex)
WORDS = Made(str, lambda words: tuple(words.split()))
"""Words with blanks between them, over several lines."""


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
    validator, known = _validator_of(shape)
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


@lru_cache(maxsize=64)
def _validator_of(shape: Shape) -> tuple[SchemaValidator, frozenset[str]]:
    """Return the validator that makes this dataclass (or dict, or tuple) out of what a TOML file says.

    Beside it, every key that a table in such a file may have. A dict whose keys are an enum or a Literal has each of
    them and no other. The metadata `key` of a field names the key in the file: [[part]] is read into `parts`.
    """
    builder = _Builder()
    schema = builder.schema(shape)
    validator = SchemaValidator(core_schema.definitions_schema(schema, list(builder.tables.values())))
    return validator, frozenset(builder.keys)


class _Builder:
    def __init__(self) -> None:
        self.tables: dict[Shape, CoreSchema] = {}
        self.keys: set[str] = set()

    def schema(self, shape: Shape) -> CoreSchema:
        # typing says of the special kinds what mypy does not believe.
        origin: Any = get_origin(shape)
        arguments = get_args(shape)
        if shape in _PLAIN:
            return _PLAIN[shape]
        if is_dataclass(shape):
            return self._table(shape)
        if isinstance(shape, EnumType):
            return core_schema.enum_schema(shape, list(shape), sub_type="str")
        if origin is Literal:
            return core_schema.literal_schema(list(arguments))
        if origin is Annotated:
            made: Made = arguments[1]
            return core_schema.no_info_after_validator_function(made.make, self.schema(made.given))
        if origin in (dict, Mapping):
            return self._mapping(*arguments)
        parts = [self.schema(one) for one in arguments if one not in (NoneType, ...)]
        if origin is tuple:
            return core_schema.tuple_schema(parts, variadic_item_index=0 if arguments[-1] is ... else None)
        if origin is frozenset:
            return core_schema.frozenset_schema(parts[0])
        several = core_schema.union_schema([*parts], custom_error_type="choice_type", custom_error_message="choice")
        return parts[0] if len(parts) == 1 else several

    def _mapping(self, key: Shape, value: Shape) -> CoreSchema:
        values = self.schema(value)
        if key is str:
            return core_schema.dict_schema(_PLAIN[str], values)
        closed = [str(one) for one in (key if isinstance(key, EnumType) else get_args(key))]
        self.keys.update(closed)
        each = {one: core_schema.typed_dict_field(values) for one in closed}
        return core_schema.typed_dict_schema(each, extra_behavior="forbid")

    def _table(self, shape: Shape) -> CoreSchema:
        reference = core_schema.definition_reference_schema(f"{shape.__module__}.{shape.__qualname__}")
        if shape in self.tables:
            return reference
        # Known before its fields are looked at: a table may stand within one of its own kind.
        self.tables[shape] = reference
        hints = get_type_hints(shape, include_extras=True)
        given = []
        for one in fields(shape):
            schema, key = self.schema(hints[one.name]), one.metadata.get("key", one.name)
            if one.default is not MISSING:
                schema = core_schema.with_default_schema(schema, default=one.default)
            elif one.default_factory is not MISSING:
                schema = core_schema.with_default_schema(schema, default_factory=one.default_factory)
            given.append(core_schema.dataclass_field(one.name, schema, validation_alias=key))
            self.keys.add(key)
        self.tables[shape] = core_schema.dataclass_schema(
            shape,
            core_schema.dataclass_args_schema(shape.__name__, given),
            [one.name for one in fields(shape)],
            slots=True,
            config=CoreConfig(extra_fields_behavior="forbid"),
            ref=reference["schema_ref"],
        )
        return reference
