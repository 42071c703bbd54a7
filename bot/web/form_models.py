"""Forms as pydantic models: each field has a type, and what does not fit is said beside it, all at once, in Chinese.

An empty field is one that was not sent: its default holds, and a field without one must be filled. Lengths and meanings
that the domain knows stay in services; web/form_fields.py says beside which field their sentences stand.
"""

from collections.abc import Callable, Container, Mapping
from datetime import date, datetime
from typing import Annotated, Any, TypeVar, get_origin

from aiohttp import web
from multidict import MultiMapping
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, InstanceOf, ValidationError, ValidationInfo
from pydantic_core import PydanticCustomError

from bot.web.form_fields import FIELDS
from config.calendar import SHANGHAI
from config.errors import AppError, InputError
from matchmaking.text.money_and_dates import sums

_LONGEST_ID = 17
_LONGEST_NUMBER = 9
_LONGEST_GIVEN = 20
_CODES = {
    "missing": "form_empty",
    "is_instance_of": "form_file_missing",
    "literal_error": "form_choose",
    "enum": "form_choose",
}

ModelT = TypeVar("ModelT", bound="FormModel")


class InvalidFormError(InputError):
    """Fields that do not fit: `faults` by the field's name, "" for the form as a whole.

    `carried`: what fields hold when the form is shown again, where that is not what was sent: what came as a file.
    """

    def __init__(self, faults: Mapping[str, AppError], **carried: str) -> None:
        first = next(iter(faults.values()))
        code, details = (first.code, first.details) if len(faults) == 1 else ("form_faults", {"count": len(faults)})
        super().__init__(code, **details)
        self.faults = dict(faults)
        self.carried = carried


def faults_of(error: AppError) -> Mapping[str, AppError]:
    """Return what is wrong by the field beside which it stands; nothing where that is not known."""
    if isinstance(error, InvalidFormError):
        return error.faults
    field = error.at_field or FIELDS.get(error.code, "")
    return {field: error} if field else {}


class FormModel(BaseModel):
    """The fields of one form, by the names under which they are sent."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)


def read_form_model(
    model: type[ModelT], form: MultiMapping[Any], prefix: str = "", choices: Mapping[str, Container[Any]] | None = None
) -> ModelT:
    """Return the form as this model. `prefix` stands before each name; `choices`: what a Choice may be, by field.

    Raises InvalidFormError.
    """
    given: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        sent = field.alias or name
        values = [value for value in map(_plain, form.getall(prefix + sent, [])) if value]
        if values:
            given[sent] = values if get_origin(field.annotation) is tuple else values[0]
    try:
        return model.model_validate(given, context=choices or {})
    except ValidationError as error:
        faults: dict[str, InputError] = {}
        for one in error.errors(include_url=False, include_input=False):
            at = prefix + str(one["loc"][0])
            details = {name: value for name, value in one.get("ctx", {}).items() if one["type"] not in _CODES}
            faults.setdefault(at, InputError(_CODES.get(one["type"], one["type"]), **details).at(at))
        raise InvalidFormError(faults) from None


def read_together(*readers: Callable[[], Any]) -> list[Any]:
    """Return what each of these reads. Raises InvalidFormError with everything that is wrong with any of them."""
    found, faults = [], dict[str, AppError]()
    for reader in readers:
        try:
            found.append(reader())
        except InvalidFormError as error:
            faults |= error.faults
    if faults:
        raise InvalidFormError(faults)
    return found


def whole_number(text: str) -> int:
    """Return an id that was sent; one that is no number, or longer than any id, is 0, which nothing has."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_ID else 0


def ticked_under(form: Mapping[str, Any], prefix: str) -> list[int]:
    """Return the ids in the names of the fields that begin so, as boxes beside lines of a list are named."""
    return [whole_number(name.removeprefix(prefix)) for name in form if name.startswith(prefix)]


def at_most(most: int) -> AfterValidator:
    """Take a text of at most so many characters; nothing is cut."""

    def fits(text: str) -> str:
        if len(text) > most:
            raise PydanticCustomError("form_text_long", "too long", {"length": len(text), "most": most})
        return text

    return AfterValidator(fits)


def one_line(text: str) -> str:
    """Return one line without control characters: it is said inside a sentence."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def whole(low: int = 0, high: int = 10**_LONGEST_NUMBER - 1) -> BeforeValidator:
    """Take a whole number between these, written with 0-9."""

    def fits(value: object) -> object:
        if not isinstance(value, str):
            return value
        if not (value.isascii() and value.isdigit() and len(value) <= _LONGEST_NUMBER):
            raise PydanticCustomError("form_number_wrong", "no number", {"given": value[:_LONGEST_GIVEN]})
        if not low <= int(value) <= high:
            raise PydanticCustomError("form_number_between", "out of range", {"low": low, "high": high})
        return int(value)

    return BeforeValidator(fits)


def _day(value: object) -> object:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        raise PydanticCustomError("form_day_wrong", "no day") from None


def _moment(value: object) -> object:
    try:
        given = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        raise PydanticCustomError("form_moment_wrong", "no moment") from None
    return given.replace(tzinfo=SHANGHAI) if isinstance(given, datetime) and given.tzinfo is None else given


def _yuan(value: object) -> object:
    if not isinstance(value, str):
        return value
    found = sums(value)
    if len(found) != 1 or found[0].low != found[0].high or found[0].text != value:
        raise PydanticCustomError("detail_amount", "no sum", {"given": value[:_LONGEST_GIVEN]})
    return found[0].low


def _among(value: Any, info: ValidationInfo) -> Any:
    allowed = (info.context or {})[info.field_name]
    if any(one not in allowed for one in (value if isinstance(value, tuple) else (value,))):
        # What is left out of a list would widen it: it is refused, never put right.
        raise PydanticCustomError("form_choose", "no choice")
    return value


def _within(text: str, info: ValidationInfo) -> str:
    lengths = (info.context or {})[info.field_name]
    if len(text) not in lengths:
        raise PydanticCustomError("form_text_long", "too long", {"length": len(text), "most": max(lengths)})
    return text


def _plain(value: object) -> object:
    if isinstance(value, web.FileField):
        return value if value.filename else None
    return value.strip().replace("\r\n", "\n") if isinstance(value, str) else None


Checkbox = Annotated[bool, BeforeValidator(lambda value: value == "1")]
"""Whether the box with the value 1 is ticked; its default is False."""
Id = Annotated[int, BeforeValidator(lambda value: whole_number(value) if isinstance(value, str) else value)]
"""An id that a page of ours put into the form; 0, which nothing has, where somebody wrote another thing there."""
Number = Annotated[int, whole()]
Day = Annotated[date, BeforeValidator(_day)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
"""A day and time: Nanjing's, unless it names an offset itself, which then counts."""
Yuan = Annotated[int, BeforeValidator(_yuan)]
Choice = Annotated[str, AfterValidator(_among)]
Choices = Annotated[tuple[str, ...], AfterValidator(_among)]
"""What may be chosen comes with each reading: by `choices`."""
Limited = Annotated[str, AfterValidator(_within)]
"""A text whose lengths, a range, come with each reading: by `choices`."""
Line = Annotated[str, AfterValidator(one_line)]
LimitedLine = Annotated[str, AfterValidator(one_line), AfterValidator(_within)]
Upload = InstanceOf[web.FileField]
