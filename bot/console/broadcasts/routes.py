"""Broadcast routes with their policies."""

from bot.console.access import broadcast_place, only
from bot.console.broadcasts import broadcasts, delivery_board
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
    ConsoleRoute("GET", "/broadcasts", broadcasts.listed, only(*_SEEING)),
    ConsoleRoute("GET", "/broadcasts/new", broadcasts.form, only(RoleKind.EDITOR)),
    ConsoleRoute(
        "POST", "/broadcasts", broadcasts.compose, only(RoleKind.EDITOR), _FILES, page="/broadcasts/new?kept={kept}"
    ),
    ConsoleRoute("POST", "/broadcasts/stop", broadcasts.stop_all, only(RoleKind.OPERATOR)),
    ConsoleRoute("GET", "/broadcasts/pictures/{name}", broadcasts.picture, only(*_SEEING)),
    ConsoleRoute("GET", "/broadcasts/{id}", broadcasts.show, _SEES),
    ConsoleRoute("GET", "/broadcasts/{id}/edit", broadcasts.edit, _WRITES),
    ConsoleRoute(
        "POST", "/broadcasts/{id}", broadcasts.save, _WRITES, _FILES, page="/broadcasts/{id}/edit?kept={kept}"
    ),
    ConsoleRoute("POST", "/broadcasts/{id}/submit", broadcasts.submit, _WRITES),
    ConsoleRoute("POST", "/broadcasts/{id}/approve", broadcasts.approve, _DECIDES),
    ConsoleRoute("POST", "/broadcasts/{id}/undo", broadcasts.undo, _DECIDES),
    ConsoleRoute("POST", "/broadcasts/{id}/stop", broadcasts.stop, _STOPS),
    ConsoleRoute("POST", "/broadcasts/{id}/discard", broadcasts.discard, _WRITES),
    ConsoleRoute("POST", "/broadcasts/{id}/test", broadcasts.test, _DECIDES),
    ConsoleRoute("GET", "/broadcasts/{id}/group", delivery_board.group, _SEES),
    ConsoleRoute("GET", "/broadcasts/{id}/board", delivery_board.board, _SEES),
    ConsoleRoute("GET", "/broadcasts/{id}/board/export", delivery_board.export, _SEES, recorded="broadcast.export"),
)
