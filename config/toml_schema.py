"""Builds a validator from a frozen dataclass: a table of a TOML file has exactly its fields, each of its type.

It is pydantic's own validator without pydantic's models, which take longer to import than all of config/.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import date, datetime, time, timedelta
from enum import EnumType
from functools import lru_cache
from types import GenericAlias, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic_core import CoreConfig, CoreSchema, SchemaValidator, core_schema

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


@dataclass(frozen=True, slots=True)
class Keys:
    """Which keys a table must have, each of them and no other: an enum, or a Literal."""

    of: Shape


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


@lru_cache(maxsize=64)
def validator_of(shape: Shape) -> SchemaValidator:
    """Return the validator that makes this dataclass (or dict, or tuple) out of what a TOML file says."""
    tables: dict[Shape, CoreSchema] = {}
    schema = _schema(shape, tables)
    return SchemaValidator(core_schema.definitions_schema(schema, list(tables.values())))


def key_of(one: "Field[Any]") -> str:
    """Return the key under which a file says this field: [[part]] is read into `parts`."""
    return str(one.metadata.get("key", one.name))


def keys_at(shape: Shape, where: tuple[str | int, ...]) -> list[str]:
    """Return the keys that the table at this place of a file may have; none where any may stand."""
    for step in where:
        shape = _within(_bare(shape), step)
    shape = _bare(shape)
    if is_dataclass(shape):
        return [key_of(one) for one in fields(shape)]
    return list(_closed(get_args(shape)[0])) if _origin(shape) in (dict, Mapping) else []


def _origin(shape: Shape) -> Any:
    """Return of which kind an annotation is; typing says of the special ones what mypy does not believe."""
    return get_origin(shape)


def _bare(shape: Shape) -> Shape:
    if _origin(shape) is Annotated:
        shape = _annotated(*get_args(shape))
    return (
        next(one for one in get_args(shape) if one is not type(None)) if _origin(shape) in (Union, UnionType) else shape
    )


def _annotated(shape: Shape, how: Made | Keys) -> Shape:
    return how.given if isinstance(how, Made) else GenericAlias(dict, (how.of, get_args(shape)[1]))


def _within(shape: Shape, step: str | int) -> Shape:
    if is_dataclass(shape):
        hints = get_type_hints(shape, include_extras=True)
        return next((hints[one.name] for one in fields(shape) if key_of(one) == step), object)
    arguments = get_args(shape)
    return arguments[1 if isinstance(step, str) else 0] if len(arguments) > isinstance(step, str) else object


def _closed(keys: Shape) -> tuple[str, ...]:
    """Return the keys of a closed set, each of which a table must have; none where any may stand."""
    return tuple(keys) if isinstance(keys, EnumType) else get_args(keys)


def _schema(shape: Shape, tables: dict[Shape, CoreSchema]) -> CoreSchema:
    """Return the validator's schema of an annotation; those of the dataclasses in it are put into `tables`."""
    origin, arguments = _origin(shape), get_args(shape)
    if shape in _PLAIN:
        return _PLAIN[shape]
    if origin is Annotated and isinstance(arguments[1], Keys):
        return _schema(_annotated(*arguments), tables)
    if origin is Annotated:
        return core_schema.no_info_after_validator_function(arguments[1].make, _schema(arguments[1].given, tables))
    if origin is Literal:
        return core_schema.literal_schema(list(arguments))
    if isinstance(shape, EnumType):
        return core_schema.enum_schema(shape, list(shape), sub_type="str")
    if origin in (Union, UnionType):
        choices = [_schema(one, tables) for one in arguments if one is not type(None)]
        several = core_schema.union_schema([*choices], custom_error_type="choice_type", custom_error_message="choice")
        return choices[0] if len(choices) == 1 else several
    if origin is tuple and arguments[-1] is not ...:
        return core_schema.tuple_schema([_schema(one, tables) for one in arguments])
    if origin in (tuple, frozenset):
        items = _schema(arguments[0], tables)
        return core_schema.tuple_variable_schema(items) if origin is tuple else core_schema.frozenset_schema(items)
    if origin in (dict, Mapping):
        values = _schema(arguments[1], tables)
        closed = {key: core_schema.typed_dict_field(values) for key in map(str, _closed(arguments[0]))}
        if closed:
            return core_schema.typed_dict_schema(closed, extra_behavior="forbid")
        return core_schema.dict_schema(_PLAIN[str], values)
    return _table(shape, tables)


def _table(shape: Shape, tables: dict[Shape, CoreSchema]) -> CoreSchema:
    reference = core_schema.definition_reference_schema(f"{shape.__module__}.{shape.__qualname__}")
    if shape in tables:
        return reference
    # Known before its fields are looked at: a table may stand within one of its own kind.
    tables[shape] = reference
    hints = get_type_hints(shape, include_extras=True)
    given = [
        core_schema.dataclass_field(
            one.name, _field(one, _schema(hints[one.name], tables)), validation_alias=key_of(one)
        )
        for one in fields(shape)
    ]
    tables[shape] = core_schema.dataclass_schema(
        shape,
        core_schema.dataclass_args_schema(shape.__name__, given),
        [one.name for one in fields(shape)],
        slots=True,
        config=CoreConfig(extra_fields_behavior="forbid"),
        ref=reference["schema_ref"],
    )
    return reference


def _field(one: "Field[Any]", schema: CoreSchema) -> CoreSchema:
    if one.default is not MISSING:
        return core_schema.with_default_schema(schema, default=one.default)
    if one.default_factory is not MISSING:
        return core_schema.with_default_schema(schema, default_factory=one.default_factory)
    return schema
