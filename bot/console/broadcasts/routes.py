"""Broadcast routes with their policies."""

from bot.console.access import only
from bot.console.broadcasts import broadcasts as pages
from bot.console.broadcasts import delivery_board as boards
from bot.console.broadcasts.broadcasts import broadcast_place
from bot.console.route import Route
from bot.services.broadcasts import name_list
from bot.services.firms import pictures
from bot.web.form_bodies import Takes
from storage.people.roles import Kind

_SEEING = (Kind.EDITOR, Kind.APPROVER, Kind.AUDITOR, Kind.OPERATOR)
# A list of firms and a picture. Besides the text: a checkbox for each title, area, size and verdict.
_FILES = Takes(name_list.MOST_BYTES + pictures.MOST_BYTES, most_parts=100)
_DECIDING = (Kind.EDITOR, Kind.APPROVER)
_SEES = only(*_SEEING, of=broadcast_place)
_WRITES = only(Kind.EDITOR, of=broadcast_place)
_DECIDES = only(*_DECIDING, of=broadcast_place)
_STOPS = only(*_DECIDING, Kind.OPERATOR, of=broadcast_place)

BROADCAST_ROUTES = (
    Route("GET", "/broadcasts", pages.listed, only(*_SEEING)),
    Route("GET", "/broadcasts/new", pages.form, only(Kind.EDITOR)),
    Route("POST", "/broadcasts", pages.compose, only(Kind.EDITOR), _FILES, page="/broadcasts/new?kept={kept}"),
    Route("POST", "/broadcasts/stop", pages.stop_all, only(Kind.OPERATOR)),
    Route("GET", "/broadcasts/pictures/{name}", pages.picture, only(*_SEEING)),
    Route("GET", "/broadcasts/{id}", pages.show, _SEES),
    Route("GET", "/broadcasts/{id}/edit", pages.edit, _WRITES),
    Route("POST", "/broadcasts/{id}", pages.save, _WRITES, _FILES, page="/broadcasts/{id}/edit?kept={kept}"),
    Route("POST", "/broadcasts/{id}/submit", pages.submit, _WRITES),
    Route("POST", "/broadcasts/{id}/approve", pages.approve, _DECIDES),
    Route("POST", "/broadcasts/{id}/undo", pages.undo, _DECIDES),
    Route("POST", "/broadcasts/{id}/stop", pages.stop, _STOPS),
    Route("POST", "/broadcasts/{id}/discard", pages.discard, _WRITES),
    Route("POST", "/broadcasts/{id}/test", pages.test, _DECIDES),
    Route("GET", "/broadcasts/{id}/group", boards.group, _SEES),
    Route("GET", "/broadcasts/{id}/board", boards.board, _SEES),
    Route("GET", "/broadcasts/{id}/board/export", boards.export, _SEES, recorded="broadcast.export"),
)
