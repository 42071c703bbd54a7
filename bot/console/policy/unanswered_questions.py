"""Unanswered questions grouped by similarity; agencies' replies and their approval."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from aiohttp import web

from bot.console import batch_actions
from bot.console.access import whole_city
from bot.console.acts import act, act_as_user
from bot.console.batch_actions import BatchAction, BatchLine
from bot.console.context import HOME, ConsoleRequest, see
from bot.services.policy import unanswered_questions as unanswered_question_service
from bot.web.form_models import Day, FormModel, at_most
from bot.web.page_request import existing
from config.errors import ConflictError
from matchmaking.questions.similar_questions import AskedQuestion, Group, groups
from storage.engine.page import last_page
from storage.engine.transactions import Tx
from storage.policy import agency_questions, unanswered_questions
from storage.policy.agency_questions import AgencyQuestionState, Matter
from storage.policy.unanswered_questions import Question

PAGE = 30
MOST_SHOWN = 50
LIST = f"{HOME}/silence"
MATTER = "/silence/{id}"


class AgencyForm(FormModel):
    """Which agency was asked, and when."""

    agency: Annotated[str, at_most(unanswered_question_service.LONGEST_AGENCY)] = ""
    day: Day | None = None


class AgencyReplyForm(FormModel):
    """What the agency answered, where it stands, and when."""

    reply: Annotated[str, at_most(unanswered_question_service.LONGEST_REPLY)] = ""
    source: Annotated[str, at_most(unanswered_question_service.LONGEST_SOURCE)] = ""
    day: Day | None = None


@dataclass(frozen=True, slots=True)
class QuestionGroup:
    """Waiting questions that ask the same; `first` names the group, `matter`: an existing question asking the same."""

    first: int
    ids: list[int]
    sample: str
    about: str
    count: int
    since: date
    last: date
    matter: Matter | None


async def listed(visit: ConsoleRequest) -> web.StreamResponse:
    """Show the waiting groups, most asked first, and the agency questions made of earlier ones."""
    questions, known, counts = await visit.desk.database.read(everything)
    found = await asyncio.to_thread(grouped, questions, known)
    page = visit.page_number
    state = visit.request.query.get("state", "")
    return visit.page(
        "silence.html",
        waiting=found[(page - 1) * PAGE : page * PAGE],
        number=page,
        last=last_page(len(found), PAGE),
        total=len(questions),
        is_full=len(questions) >= unanswered_questions.MOST_KEPT,
        most=unanswered_questions.MOST_KEPT,
        matters=[matter for matter in known if not state or matter.state == state],
        counts=counts,
        states=list(AgencyQuestionState),
        state=state,
    )


async def show(visit: ConsoleRequest) -> web.StreamResponse:
    """Show one agency question: its questions, state, and next step's form."""
    matter_id = visit.number
    matter, questions = await visit.desk.database.read(_matter, matter_id)
    own = not await visit.desk.database.read(unanswered_question_service.may_approve, visit.me.person_id, matter)
    return visit.page(
        "silence_matter.html",
        matter=matter,
        reading=unanswered_question_service.reading(matter),
        count=len(questions),
        wordings=list(dict.fromkeys(question.text for question in questions))[:MOST_SHOWN],
        said=unanswered_question_service.reply_text(visit.desk.texts, matter) if matter.reply else "",
        mine=own,
    )


async def group(visit: ConsoleRequest) -> web.StreamResponse:
    """Make a question of a group."""
    ids, about = await _chosen(visit)
    write = visit.desk.database.write
    matter_id = await write(
        unanswered_question_service.group,
        ids,
        visit.text("title", unanswered_question_service.LONGEST_TITLE),
        about,
    )
    see(f"{LIST}/{matter_id}")


async def join(visit: ConsoleRequest) -> web.StreamResponse:
    """Add a group to a question that asks the same."""
    (ids, _), matter_id = await _chosen(visit), visit.id_of("matter")
    await visit.desk.database.write(unanswered_question_service.join, matter_id, ids)
    see(f"{LIST}/{matter_id}")


async def drop(visit: ConsoleRequest) -> web.StreamResponse:
    """Remove a group that asks nothing anybody could answer."""
    ids, _ = await _chosen(visit)
    await visit.desk.database.write(unanswered_question_service.drop, ids)
    see(LIST)


async def add_item_note(visit: ConsoleRequest) -> web.StreamResponse:
    """Open a note that stands beside an item of the policy."""
    write, item, title = (
        visit.desk.database.write,
        visit.text("item"),
        visit.text("title", unanswered_question_service.LONGEST_TITLE),
    )
    see(f"{LIST}/{await write(unanswered_question_service.start_note, item, title)}")


async def ask(visit: ConsoleRequest) -> web.StreamResponse:
    """Record which agency was asked, and when."""
    given = visit.read(AgencyForm)
    await visit.carry_out(unanswered_question_service.mark_asked, given.agency, given.day)
    see(f"{LIST}/{visit.number}")


async def answer(visit: ConsoleRequest) -> web.StreamResponse:
    """Save the reply; it needs another official's approval."""
    given = visit.read(AgencyReplyForm)
    await visit.carry_out_as_user(unanswered_question_service.answer, given.reply, given.source, given.day)
    see(f"{LIST}/{visit.number}")


# Publish the reply as read.
approve = act_as_user(unanswered_question_service.approve, MATTER, lambda visit: (visit.id_of("reading"),))
# Withdraw the reply.
withdraw = act(unanswered_question_service.withdraw, MATTER)


def everything(tx: Tx) -> tuple[list[Question], list[Matter], dict[int, int]]:
    """Return the waiting questions, the agency questions, and how often each was asked."""
    return unanswered_questions.waiting(tx), agency_questions.listed(tx), unanswered_questions.counts(tx)


def _matter(tx: Tx, matter_id: int) -> tuple[Matter, list[Question]]:
    matter = existing(agency_questions.get(tx, matter_id))
    return matter, unanswered_questions.of_matter(tx, matter_id)


def grouped(questions: Sequence[Question], known: Sequence[Matter]) -> list[QuestionGroup]:
    """Group the waiting questions. Agency questions take part under negative ids, so that similar ones can join."""
    days = {question.id: question.day for question in questions}
    by_id = {matter.id: matter for matter in known}
    found = []
    for group in _groups(questions, known):
        ids = [number for number in group.ids if number > 0]
        if not ids:
            continue
        alike = [by_id[-number] for number in group.ids if number < 0]
        sample = group.sample if not alike else next(q.text for q in questions if q.id == ids[0])
        since, last = min(days[number] for number in ids), max(days[number] for number in ids)
        found.append(
            QuestionGroup(ids[0], ids, sample, group.about, len(ids), since, last, alike[0] if alike else None)
        )
    return sorted(found, key=lambda waiting: (-waiting.count, waiting.first))


async def _chosen(visit: ConsoleRequest) -> tuple[list[int], str]:
    """Return the questions of the group that the form names, and what they are about."""
    questions, known, _ = await visit.desk.database.read(everything)
    return await asyncio.to_thread(_members, questions, known, visit.id_of("group"))


def _members(questions: Sequence[Question], known: Sequence[Matter], first: int) -> tuple[list[int], str]:
    for group in _groups(questions, known):
        if first in group.ids:
            return [number for number in group.ids if number > 0], group.about
    raise ConflictError("silence_gone")


def _groups(questions: Sequence[Question], known: Sequence[Matter]) -> list[Group]:
    asked = [AskedQuestion(question.id, question.text, question.about) for question in questions]
    asked += [
        AskedQuestion(-matter.id, matter.title, matter.about)
        for matter in known
        if matter.state != AgencyQuestionState.WITHDRAWN
    ]
    return groups(asked)


async def batch(visit: ConsoleRequest) -> web.StreamResponse:
    """Show which groups would be removed; once confirmed, remove them."""
    numbers = batch_actions.chosen(visit)
    questions, known, _ = await visit.desk.database.read(everything)
    found = {group.first: group for group in await asyncio.to_thread(grouped, questions, known)}
    lines = [
        BatchLine(first, f"{found[first].sample}（{found[first].count} 次）") for first in numbers if first in found
    ]
    action = BatchAction(f"{LIST}/batch", LIST, "无意义，删去", "组提问")
    if not batch_actions.is_sure(visit):
        return batch_actions.confirm_page(visit, action, lines, len(numbers))
    members = {first: found[first].ids for first in numbers if first in found}

    def drop_group(tx: Tx, first: int) -> None:
        unanswered_question_service.drop(tx, members[first])

    return await batch_actions.carry_out(visit, action, lines, whole_city, drop_group)
