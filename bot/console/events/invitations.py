"""Event invitations: the engine proposes firms with reasons, the official selects and states why."""

from aiohttp import web

from bot.console.context import HOME, ConsoleRequest, see
from bot.services.events import invitations as invitation_service
from bot.web.form_models import ticked_under
from bot.web.page_request import existing
from matchmaking.ranking.snapshot import Frozen
from storage.engine.transactions import Tx
from storage.events import events


async def show(visit: ConsoleRequest) -> web.StreamResponse:
    """Show the newest proposal and its outcome."""
    event_id = visit.number

    def read(tx: Tx) -> tuple[events.MatchmakingEvent, list[events.BuyerTable], invitation_service.Proposal, bool]:
        event = existing(events.get(tx, event_id))
        open_ = event.state is events.EventState.PUBLISHED and tx.now < event.signup_until
        return event, events.tables(tx, event_id), invitation_service.proposed(tx, event_id), open_

    event, tables, proposal, open_ = await visit.desk.database.read(read)
    return visit.page("event_invitations.html", event=event, tables=tables, proposal=proposal, open_=open_)


async def propose(visit: ConsoleRequest) -> web.StreamResponse:
    """Rank firms for each table's need on read threads, then save the lists."""
    event_id = visit.number
    database = visit.desk.database
    lists: dict[int, Frozen] = {}
    for table in await database.read(events.tables, event_id):
        demand, conditions = invitation_service.demand_of(table)
        rank = visit.desk.matcher.rank
        ranked = await database.read(rank, demand, invitation_service.MOST_A_TABLE, conditions=conditions)
        lists[table.id] = ranked.freeze()
    await database.write(invitation_service.propose, visit.me.person_id, event_id, lists)
    see(f"{HOME}/events/{event_id}/invitations")


async def invite(visit: ConsoleRequest) -> web.StreamResponse:
    """Invite the selected firms."""
    event_id = visit.number
    ticked = ticked_under(visit.form, "firm-")
    why, texts = visit.text("why", invitation_service.LONGEST_WHY), visit.desk.texts
    await visit.desk.database.write(invitation_service.invite, visit.me.person_id, event_id, ticked, why, texts)
    see(f"{HOME}/events/{event_id}/invitations")
