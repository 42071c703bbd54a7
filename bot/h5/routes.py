"""All routes under /h5 with their policies. There is no other way to add one."""

from bot.h5 import (
    bid_pages,
    bid_receipt_pages,
    board_pages,
    calendar_pages,
    draft_pages,
    entry_pages,
    mine_pages,
    registration_pages,
    told_pages,
)
from bot.h5.context import Policy
from bot.h5.context import Route as Route
from bot.web import kept_pages
from bot.web.form_bodies import Takes

_BID = Takes(20 * 1024 * 1024)

ROUTES = (
    Route("GET", "/static/{name}", entry_pages.static, Policy.ANYBODY),
    Route("GET", "/in/{link}", entry_pages.button, Policy.ANYBODY),
    Route("POST", "/in/{link}", entry_pages.come_in, Policy.ANYBODY),
    Route("GET", "/told/{token}", told_pages.show, Policy.ANYBODY),
    Route("GET", "/pictures/{name}", told_pages.picture, Policy.ANYBODY),
    Route("GET", "/kept", kept_pages.show, Policy.OWN),
    Route("POST", "/kept/drop", kept_pages.drop, Policy.OWN),
    Route("GET", "/register", registration_pages.form, Policy.OWN),
    Route("POST", "/register", registration_pages.send, Policy.OWN),
    Route("GET", "/mine", mine_pages.show, Policy.OWN),
    Route("POST", "/mine/export", mine_pages.export, Policy.OWN, repeatable=True),
    Route("GET", "/calendar", calendar_pages.show, Policy.OWN),
    Route("POST", "/calendar/file", calendar_pages.take, Policy.OWN, repeatable=True),
    Route("GET", "/board", board_pages.listed, Policy.OWN),
    Route("GET", "/board/{id}", board_pages.show, Policy.OWN),
    Route("POST", "/board/{id}/ask", board_pages.ask, Policy.OWN),
    Route("POST", "/board/{id}/decline", board_pages.decline, Policy.OWN),
    Route("POST", "/board/{id}/consent", board_pages.agree, Policy.OWN),
    Route("POST", "/board/{id}/consent/take-back", board_pages.take_consent_back, Policy.OWN),
    Route("GET", "/board/{id}/bid", bid_pages.form, Policy.OWN),
    Route("POST", "/board/{id}/bid", bid_pages.submit, Policy.OWN, _BID, repeatable=True, gate=bid_pages.closed_to),
    Route("GET", "/board/{id}/receipt", bid_receipt_pages.show, Policy.OWN),
    # The button sends the whole form including files; they are not stored.
    Route("POST", "/board/{id}/draft", draft_pages.save, Policy.OWN, _BID, repeatable=True, gate=draft_pages.closed_to),
    Route("GET", "/my-bids", bid_pages.listed, Policy.OWN),
    Route("GET", "/my-bids/{id}", bid_pages.mine, Policy.OWN),
    Route("GET", "/my-bids/{id}/withdraw", bid_pages.ask_withdraw, Policy.OWN),
    Route("POST", "/my-bids/{id}/withdraw", bid_pages.withdraw, Policy.OWN, repeatable=True),
)
