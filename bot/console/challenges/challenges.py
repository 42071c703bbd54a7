"""Challenges in the console: a firm's own and those officials cover; drafts from a form, pasted text or a table."""

import asyncio
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any

from aiohttp import web
from pydantic import create_model

from bot.console.actors import Actors
from bot.console.acts import act, act_as_user
from bot.console.challenges.forms import SecrecyForm
from bot.console.challenges.public_board import list_page
from bot.console.context import HOME, ConsoleRequest, see
from bot.services.challenges import challenges, draft_import, stages, steps
from bot.services.challenges import sign_off as sign_off_service
from bot.services.challenges.challenges import ChallengeInput
from bot.web.form_models import Checkbox, Choice, FormModel, Moment, Upload, at_most, whole
from bot.web.page_request import existing
from config.calendar import shanghai_day
from config.errors import InputError
from storage.challenges import challenges as stored_challenges
from storage.challenges import files
from storage.challenges import records as stored_records
from storage.challenges.challenges import Challenge, ChallengeQuery, Stage
from storage.engine.transactions import Tx
from storage.people.roles import OF_A_FIRM, RoleKind

MOST_COMPARED = 500
CHALLENGE = "/challenges/{id}"


class DraftSourceForm(FormModel):
    """Words or a table from which a draft is read."""

    pasted: Annotated[str, at_most(20_000)] = ""
    table: Upload | None = None


class ChallengeDraftForm(FormModel):
    """What every challenge says, beside the fields that config names."""

    title: Annotated[str, at_most(120)]
    contact: Annotated[str, at_most(120)] = ""
    named: Checkbox = False
    procurement: Choice = ""
    deadline: Moment | None = None
    sealing: Choice = "all"
    least: Annotated[int, whole(0, 99)] = 1
    label: Choice = "private"


async def listed(visit: ConsoleRequest) -> web.StreamResponse:
    """Show one page of the challenges the viewer covers."""
    return await list_page(visit, "challenges.html", _wanted(visit), posts=_firm_of(visit) is not None)


async def blank(visit: ConsoleRequest) -> web.StreamResponse:
    """Show the form of a new challenge, and the ways to fill it."""
    return _form_page(visit, {}, None)


async def read_in(visit: ConsoleRequest) -> web.StreamResponse:
    """Show the form filled from pasted text or a table; nothing is saved yet."""
    given = visit.read(DraftSourceForm)
    today = await visit.desk.database.read(lambda tx: shanghai_day(tx.now))
    if given.table is not None:
        data = await asyncio.to_thread(given.table.file.read)
        fields = await visit.desk.sandbox.challenge(data)
    elif given.pasted:
        fields = await asyncio.to_thread(draft_import.from_text, given.pasted, visit.desk.form, today)
    else:
        raise InputError("challenge_paste_empty")
    return _form_page(visit, fields, None)


async def create(visit: ConsoleRequest) -> web.StreamResponse:
    """Save the draft."""
    firm_id = existing(_firm_of(visit))
    given = read_form(visit)
    challenge_id = await visit.desk.database.write(
        challenges.draft, visit.me.person_id, firm_id, given, visit.desk.form
    )
    see(f"{HOME}/challenges/{challenge_id}")


async def show(visit: ConsoleRequest) -> web.StreamResponse:
    """Show a challenge with its files, record, suggestions and possible next steps."""
    challenge_id = visit.number
    shown = await visit.desk.database.read(_shown, challenge_id, visit)
    challenge: Challenge = shown["challenge"]
    kinds = kinds_of(visit)
    checked = None
    if challenge.stage in (*challenges.OPEN_TO_CHANGE, Stage.PENDING):
        others = shown["others"]
        checked = await asyncio.to_thread(
            visit.desk.suggesting, challenge, visit.desk.form, shanghai_day(shown["now"]), others
        )
    stage = challenge.at(shown["now"])
    return visit.page(
        "challenge.html",
        **shown,
        stage=stage,
        checked=checked,
        moves=[move.target.value for move in stages.moves_from(stage, kinds)],
        posts=bool(kinds & stages.POSTERS),
        may_change=bool(kinds & stages.POSTERS) and stage in challenges.OPEN_TO_CHANGE,
        form=visit.desk.form,
    )


async def edit(visit: ConsoleRequest) -> web.StreamResponse:
    """Show the form filled with the draft."""
    challenge_id = visit.number
    found, contact = await visit.desk.database.read(
        lambda tx: (stored_challenges.get(tx, challenge_id), stored_challenges.contact(tx, challenge_id))
    )
    if found is None or found.stage not in challenges.OPEN_TO_CHANGE:
        raise web.HTTPNotFound
    return _form_page(visit, {**found.fields, "title": found.title, "contact": contact}, found)


async def change(visit: ConsoleRequest) -> web.StreamResponse:
    """Save the changed draft."""
    given = read_form(visit)
    await visit.carry_out_as_user(challenges.change, given, visit.desk.form)
    see(f"{HOME}/challenges/{visit.number}")


# Sign for the draft; with the last signature it goes to the officials.
sign_off = act_as_user(
    steps.sign_off,
    CHALLENGE,
    lambda visit: (kinds_of(visit), visit.read(SecrecyForm).reviewer, visit.desk.form),
)
# Send it back to whoever drafted it, with a reason.
send_back = act_as_user(
    steps.send_back, CHALLENGE, lambda visit: (kinds_of(visit), _reason(visit), visit.desk.form, visit.desk.texts)
)
# Withdraw it for good.
withdraw = act_as_user(
    steps.go_to,
    CHALLENGE,
    lambda visit: (kinds_of(visit), Stage.WITHDRAWN, _reason(visit), visit.desk.form, visit.desk.texts),
)
# Take no more bids and review those that came, or review them anew after an objection that was right.
begin_review = act_as_user(
    steps.go_to,
    CHALLENGE,
    lambda visit: (kinds_of(visit), Stage.REVIEW, _reason(visit), visit.desk.form, visit.desk.texts),
)
end_without_result = act_as_user(
    steps.go_to,
    CHALLENGE,
    lambda visit: (kinds_of(visit), Stage.FAILED, _reason(visit), visit.desk.form, visit.desk.texts),
)
# Notify the firm's signers that the draft is ready.
ask_signature = act(sign_off_service.ask, f"{CHALLENGE}?asked=1", lambda visit: (visit.desk.texts,))


def kinds_of(visit: ConsoleRequest) -> frozenset[RoleKind]:
    """Return the kinds of role by which the viewer acts here."""
    return frozenset(role.kind for role in visit.me.admitted)


def read_form(visit: ConsoleRequest) -> ChallengeInput:
    """Return what the form says. Raises InvalidFormError."""
    form = visit.desk.form
    keys = tuple(field.key for field in form.fields if field.key not in ("title", "contact"))
    choices = {"procurement": form.procurement, "sealing": form.sealing, "label": form.labels}
    given = visit.read(_challenge_form(keys), **choices)
    fields = {key: getattr(given, key) for key in (*keys, "procurement")}
    return ChallengeInput(
        given.title, fields, given.contact, given.named, given.deadline, given.sealing, given.least, given.label
    )


@cache
def _challenge_form(keys: tuple[str, ...]) -> type[ChallengeDraftForm]:
    """Return the form with the fields that config names, all of them texts."""
    fields: dict[str, Any] = dict.fromkeys(keys, (Annotated[str, at_most(draft_import.LONGEST_FIELD)], ""))
    return create_model("ConfiguredChallengeForm", __base__=ChallengeDraftForm, **fields)


def _form_page(visit: ConsoleRequest, values: Mapping[str, str], challenge: Challenge | None) -> web.Response:
    return visit.page("challenge_form.html", values=values, challenge=challenge, form=visit.desk.form)


def _reason(visit: ConsoleRequest) -> str:
    return visit.text("reason", challenges.LONGEST_REASON)


def _firm_of(visit: ConsoleRequest) -> int | None:
    mine = [role.firm_id for role in visit.me.admitted if role.kind in stages.POSTERS]
    return mine[0] if mine else None


def _shown(tx: Tx, challenge_id: int, visit: ConsoleRequest) -> dict[str, Any]:
    challenge, form = existing(stored_challenges.get(tx, challenge_id)), visit.desk.form
    records = stored_records.listed(tx, challenge_id)
    open_to_change = challenge.stage in challenges.OPEN_TO_CHANGE
    return {
        "challenge": challenge,
        "contact": stored_challenges.contact(tx, challenge_id),
        "files": files.of_challenge(tx, challenge_id),
        "records": records,
        "actors": Actors(tx, {record.person_id for record in records}),
        "may_sign": challenges.may_sign(tx, visit.me.person_id, challenge),
        "may_publish": challenges.may_publish(tx, visit.me.person_id, challenge),
        "signed": challenges.signatures(tx, challenge_id),
        "lacking": challenges.lacking(tx, challenge, form) if open_to_change else [],
        "others": {
            str(one.id): f"{one.title}。{one.fields.get('content', '')}"
            for one in stored_challenges.open_now(tx, MOST_COMPARED)
        },
        "now": tx.now,
    }


def _wanted(visit: ConsoleRequest) -> ChallengeQuery:
    asked = visit.request.query
    stage = asked.get("stage", "")
    of_city = [role for role in visit.me.admitted if role.kind not in OF_A_FIRM]
    return ChallengeQuery(
        firm_id=None if of_city else _firm_of(visit) or 0,
        areas=visit.me.areas() if of_city else None,
        words=asked.get("q", "").strip()[:60],
        stage=stage if stage in visit.desk.form.stages else "",
        page=visit.page_number,
    )
