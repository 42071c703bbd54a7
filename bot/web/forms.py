"""Form handling for console or phone: each form once, without losing input."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from aiohttp import web
from multidict import MultiDict

from bot.web.form_keeping import drop, save
from bot.web.form_models import InvalidFormError
from bot.web.form_pages import declared_place, places_of, shown_again
from bot.web.form_refill import FormMessage, TypedForm
from bot.web.page_request import PageContext
from bot.web.submissions import Submissions
from config.errors import AppError, UnavailableError
from storage.engine.database import Database

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Forms:
    """The forms of one face's pages."""

    context: PageContext
    submissions: Submissions = field(init=False)

    def __post_init__(self) -> None:
        """Create the submission handler."""
        object.__setattr__(self, "submissions", Submissions(self.context.database, self.context.cipher))

    async def carry_out(
        self,
        path: str,
        form: Mapping[str, Any],
        act: Callable[[Database], Awaitable[web.StreamResponse]],
        person_id: int | None,
    ) -> web.StreamResponse:
        """Return the answer of `act`, or its earlier answer to the same form; see Submissions.run.

        Kept input of this form is deleted once it is processed.
        """
        if person_id is None:
            return await self.submissions.run(path, form, act, by_content=True)
        done = partial(drop, person_id=person_id, face=self.context.face, path=path)
        return await self.submissions.run(path, form, act, done=done)

    async def refused(
        self, request: web.Request, form: Mapping[str, Any], error: AppError, page: str = ""
    ) -> web.Response | None:
        """Return the form's own page with input and errors; None if it is not found."""
        later = isinstance(error, UnavailableError)
        if isinstance(error, InvalidFormError):
            form = _with(form, error.carried)
        typed, said = (
            TypedForm.of(request.path, form),
            FormMessage.of(error, self.context.texts, self.context.wrong_style),
        )
        places = self.places(request, form, page)
        try:
            shown = await shown_again(request, typed, said, self.context.texts, places)
        except UnavailableError as failing:
            # Not even the form's page is available: the plain page shows the input.
            log.warning("a refused form is not shown again: %s", failing.code, extra={"action": "form_not_shown"})
            return None
        if shown is None:
            return None
        return web.Response(text=shown, status=503 if later else 422, content_type="text/html")

    async def keep(self, request: web.Request, form: Mapping[str, Any], person_id: int, page: str = "") -> bool:
        """Keep the input of an expired session; False if there was none."""
        typed = TypedForm.of(request.path, form)
        if not typed.fields:
            return False
        await self.context.database.write(save, person_id, self.context.face, typed, self.places(request, form, page))
        return True

    def places(self, request: web.Request, form: Mapping[str, Any], page: str = "") -> list[str]:
        """Return where the submitted form may be; `page` is declared for its address."""
        declared = declared_place(self.context.home + page, request.match_info, form) if page else ""
        return list(places_of(request, self.context.origin, self.context.home, declared))


def _with(form: Mapping[str, Any], carried: Mapping[str, str]) -> MultiDict[Any]:
    changed = MultiDict[Any](form.items())
    for name, value in carried.items():
        changed[name] = value
    return changed
