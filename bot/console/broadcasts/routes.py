"""Broadcast routes with their policies."""

from bot.console.access import only
from bot.console.broadcasts import broadcasts as pages
from bot.console.broadcasts import delivery_board as boards
from bot.console.broadcasts.broadcasts import broadcast_place
from bot.console.route import ConsoleRoute
from bot.services.broadcasts import name_list
from bot.services.firms import pictures
from bot.web.form_bodies import Takes
from storage.people.roles import RoleKind

_SEEING = (RoleKind.EDITOR, RoleKind.APPROVER, RoleKind.AUDITOR, RoleKind.OPERATOR)
# A list of firms and a picture. Besides the text: a checkbox for each title, area, size and verdict.
_FILES = Takes(name_list.MOST_BYTES + pictures.MOST_BYTES, most_parts=100)
_DECIDING = (RoleKind.EDITOR, RoleKind.APPROVER)
_SEES = only(*_SEEING, of=broadcast_place)
_WRITES = only(RoleKind.EDITOR, of=broadcast_place)
_DECIDES = only(*_DECIDING, of=broadcast_place)
_STOPS = only(*_DECIDING, RoleKind.OPERATOR, of=broadcast_place)

BROADCAST_ROUTES = (
    ConsoleRoute("GET", "/broadcasts", pages.listed, only(*_SEEING)),
    ConsoleRoute("GET", "/broadcasts/new", pages.form, only(RoleKind.EDITOR)),
    ConsoleRoute(
        "POST", "/broadcasts", pages.compose, only(RoleKind.EDITOR), _FILES, page="/broadcasts/new?kept={kept}"
    ),
    ConsoleRoute("POST", "/broadcasts/stop", pages.stop_all, only(RoleKind.OPERATOR)),
    ConsoleRoute("GET", "/broadcasts/pictures/{name}", pages.picture, only(*_SEEING)),
    ConsoleRoute("GET", "/broadcasts/{id}", pages.show, _SEES),
    ConsoleRoute("GET", "/broadcasts/{id}/edit", pages.edit, _WRITES),
    ConsoleRoute("POST", "/broadcasts/{id}", pages.save, _WRITES, _FILES, page="/broadcasts/{id}/edit?kept={kept}"),
    ConsoleRoute("POST", "/broadcasts/{id}/submit", pages.submit, _WRITES),
    ConsoleRoute("POST", "/broadcasts/{id}/approve", pages.approve, _DECIDES),
    ConsoleRoute("POST", "/broadcasts/{id}/undo", pages.undo, _DECIDES),
    ConsoleRoute("POST", "/broadcasts/{id}/stop", pages.stop, _STOPS),
    ConsoleRoute("POST", "/broadcasts/{id}/discard", pages.discard, _WRITES),
    ConsoleRoute("POST", "/broadcasts/{id}/test", pages.test, _DECIDES),
    ConsoleRoute("GET", "/broadcasts/{id}/group", boards.group, _SEES),
    ConsoleRoute("GET", "/broadcasts/{id}/board", boards.board, _SEES),
    ConsoleRoute("GET", "/broadcasts/{id}/board/export", boards.export, _SEES, recorded="broadcast.export"),
)
