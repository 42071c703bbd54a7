"""Public list of challenges (榜单) and a challenge on it: open to all, without internal fields and contacts."""

from aiohttp import web

from bot.console.context import ConsoleRequest
from storage.challenges import challenges
from storage.challenges import records as stored_records
from storage.challenges.challenges import PAGE, ChallengeQuery, Stage
from storage.engine.page import last_page


async def listed(visit: ConsoleRequest) -> web.StreamResponse:
    """Show one page of the list, nearest deadline first."""
    asked = visit.request.query
    wanted = ChallengeQuery(
        public=True,
        words=asked.get("q", "").strip()[:60],
        stage=Stage.PUBLISHED.value if asked.get("open") == "1" else "",
        page=visit.page_number,
    )
    return await list_page(visit, "board.html", wanted)


async def list_page(visit: ConsoleRequest, template: str, wanted: ChallengeQuery, **more: object) -> web.Response:
    """Return one page of the challenges that this query finds."""
    (found, total), now = await visit.desk.database.read(lambda tx: (challenges.page(tx, wanted), tx.now))
    shown = {"found": found, "total": total, "wanted": wanted, "now": now, "last": last_page(total, PAGE)}
    return visit.page(template, 200, **shown, form=visit.desk.form, **more)


async def show(visit: ConsoleRequest) -> web.StreamResponse:
    """Show a challenge as public; its contact only to logged-in users."""
    challenge_id = visit.number
    found, contact, records, now = await visit.desk.database.read(
        lambda tx: (
            challenges.get_public(tx, challenge_id),
            challenges.contact(tx, challenge_id),
            stored_records.listed(tx, challenge_id, "answer", "amendment", "notice"),
            tx.now,
        )
    )
    if found is None:
        raise web.HTTPNotFound
    return visit.page(
        "board_challenge.html",
        challenge=found,
        contact=contact if visit.viewer is not None and found.named else "",
        records=records,
        stage=found.at(now),
        form=visit.desk.form,
    )
