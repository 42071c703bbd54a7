"""A firm states which one-time awards it received, and which of its titles are first awards."""

from collections.abc import Collection, Iterable, Mapping

from bot.services.firms.registration import save_fact
from config.errors import InputError
from config.policy.facts import UNSURE
from config.policy.model import Policy
from storage.engine.transactions import Tx
from storage.firms import firms
from storage.firms.titles_on_day import FIRST
from storage.people import people

RECEIVED = "already_received"


def save_statement(
    tx: Tx,
    person: people.KnownPerson,
    policy: Policy,
    received: Mapping[str, bool | None],
    first: Mapping[str, bool | None],
) -> None:
    """Save, as stated, which of these items the firm has received and which titles are first awards.

    None: unknown (again). Unnamed entries stay. Raises InputError before registration.
    """
    if person.firm_id is None:
        raise InputError("not_registered")
    said = firms.own_word(tx, person.firm_id)
    if received:
        once = [item.code for item in policy.items.values() if item.one_time]
        known = said.get(RECEIVED)
        save_fact(tx, person, RECEIVED, _changed(None if known is None else known.value, once, received))
    if first:
        titles = [choice.value for choice in policy.facts[FIRST].choices]
        before = said.get(FIRST)
        stands = firms.standing(tx, person.firm_id).held.first or ()
        # A statement about an earlier award does not apply to the present one.
        over = {title: None for title in titles if UNSURE + title in stands}
        save_fact(tx, person, FIRST, _changed(None if before is None else before.value, titles, {**over, **first}))


def _changed(
    known: Collection[str] | None, every: Iterable[str], changes: Mapping[str, bool | None]
) -> list[str] | None:
    """Return the set with these changes, `?` before unknown members; None if none is known."""
    held = {one: None if known is None or UNSURE + one in known else one in known for one in every} | dict(changes)
    if all(value is None for value in held.values()):
        return None
    return [one if value else UNSURE + one for one, value in held.items() if value is not False]
