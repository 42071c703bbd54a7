"""Display names of actors, with whom they stood in for on that day."""

from collections.abc import Collection
from datetime import date, datetime

from config.calendar import shanghai_day
from storage.engine.transactions import Tx
from storage.people import roles, stand_ins

NOBODY = "（已离开）"


class Actors:
    """The actors on a page; queried per act by person and moment."""

    def __init__(self, tx: Tx, person_ids: Collection[int]) -> None:
        self._stood = stand_ins.of_persons(tx, person_ids)
        self._names = roles.names(tx, {*person_ids, *(one.principal_id for one in self._stood)})
        self._own = [role for role in roles.of_persons(tx, person_ids) if role.stands_in_for is None]

    def named(self, person_id: int, at: datetime, unknown: str = NOBODY) -> str:
        """Return "甲 代 乙" for who only stood in for another then, "甲（当日也代 乙）" for who also had an own role.

        `unknown`: shown for a name no longer stored.
        """
        name, day = self._names.get(person_id, unknown), shanghai_day(at)
        principals = "、".join(
            dict.fromkeys(
                self._names.get(one.principal_id, NOBODY)
                for one in self._stood
                if one.person_id == person_id and one.valid_from <= day <= one.valid_until
            )
        )
        if not principals:
            return name
        return f"{name}（当日也代 {principals}）" if self._has_own(person_id, day) else f"{name} 代 {principals}"

    def _has_own(self, person_id: int, day: date) -> bool:
        return any(
            role.valid_from <= day and (role.valid_until is None or day < role.valid_until)
            for role in self._own
            if role.person_id == person_id
        )
