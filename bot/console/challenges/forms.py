"""The forms of a challenge's pages, from its first step to its acceptance."""

from datetime import date
from typing import Annotated, Any

from multidict import MultiMapping
from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from bot.services.challenges.review import BEST_SCORE, LONGEST
from bot.web.form_models import Checkbox, Day, FormModel, InvalidFormError, Moment, at_most, whole
from config.errors import InputError


class SecrecyForm(FormModel):
    """Who has looked at it and found no secret."""

    confirmed: Checkbox = False
    confirmed_by: Annotated[str, at_most(20)] = ""

    @property
    def reviewer(self) -> str:
        """Return who confirms; "" where nobody does."""
        return self.confirmed_by if self.confirmed else ""


def _criteria(text: object) -> tuple[tuple[str, int], ...]:
    found = []
    for line in filter(None, map(str.strip, str(text).splitlines())):
        name, _, weight = line.rpartition(" ")
        if not (weight.isascii() and weight.isdigit() and len(weight) < 4):
            raise PydanticCustomError("criteria_wrong", "no weight")
        found.append((name.strip(), int(weight)))
    return tuple(found)


class CriteriaForm(FormModel):
    """What is judged: a line each, with its weight."""

    criteria: Annotated[Any, BeforeValidator(_criteria)] = ()


class ExtensionForm(FormModel):
    """Until when bids are taken."""

    until: Moment | None = None


class AmendmentForm(ExtensionForm):
    """What changes."""

    what: Annotated[str, at_most(LONGEST)] = ""


class ReviewerForm(FormModel):
    """A reviewer, and what stake they have."""

    name: Annotated[str, at_most(20)] = ""
    note: Annotated[str, at_most(LONGEST)] = ""


class ObjectionForm(FormModel):
    """An objection, and whose it is."""

    text: Annotated[str, at_most(LONGEST)] = ""
    by: Annotated[str, at_most(40)] = ""


class NoticeForm(FormModel):
    """What is announced, until which day objections are taken, and whom to call."""

    text: Annotated[str, at_most(LONGEST)] = ""
    until: Day | None = None
    phone: Annotated[str, at_most(40)] = ""


class ContractForm(FormModel):
    """A contract and its milestones, a line each."""

    number: Annotated[str, at_most(60)]
    sum: Annotated[str, at_most(60)]
    day: Day | None = None
    days: Annotated[int, whole(1, 365)] | None = None
    sme: Annotated[str, at_most(120)] = ""
    milestones: Annotated[str, at_most(LONGEST)]

    def contract(self, usual_days: int) -> dict[str, Any]:
        """Return the contract; `usual_days` to pay in, where it names none."""
        day: date | None = self.day
        days = usual_days if self.days is None else self.days
        return {
            "number": self.number,
            "sum": self.sum,
            "day": "" if day is None else day.isoformat(),
            "days": days,
            "sme": self.sme,
        }


class MilestoneForm(FormModel):
    """Which milestone is reached."""

    number: Annotated[int, whole()] = -1
    note: Annotated[str, at_most(LONGEST)] = ""


def points_in(form: MultiMapping[Any], names: list[str]) -> dict[str, int]:
    """Return the points for each of these criteria, which the form numbers. Raises InvalidFormError."""
    sent = {f"points-{place}": str(form.get(f"points-{place}", "")).strip() for place in range(len(names))}
    faults = {
        field: InputError("score_wrong")
        for field, text in sent.items()
        if not (text.isascii() and text.isdigit() and len(text) < 4 and int(text) <= BEST_SCORE)
    }
    if faults:
        raise InvalidFormError(faults)
    return dict(zip(names, map(int, sent.values()), strict=True))
