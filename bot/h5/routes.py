"""All routes under /h5 with their policies. There is no other way to add one."""

from bot.h5 import (
    bid_pages,
    bid_receipt_pages,
    board_pages,
    broadcast_pages,
    draft_pages,
    login_pages,
    personal_data_pages,
    registration_pages,
)
from bot.h5.context import PagePolicy
from bot.h5.context import PhoneRoute as PhoneRoute
from bot.web import form_keeping
from bot.web.form_bodies import Takes

_BID = Takes(20 * 1024 * 1024)

ROUTES = (
    PhoneRoute("GET", "/static/{name}", login_pages.static, PagePolicy.ANYBODY),
    PhoneRoute("GET", "/in/{link}", login_pages.button, PagePolicy.ANYBODY),
    PhoneRoute("POST", "/in/{link}", login_pages.sign_in, PagePolicy.ANYBODY),
    PhoneRoute("GET", "/told/{token}", broadcast_pages.show, PagePolicy.ANYBODY),
    PhoneRoute("GET", "/pictures/{name}", broadcast_pages.picture, PagePolicy.ANYBODY),
    PhoneRoute("GET", "/kept", form_keeping.show_page, PagePolicy.OWN),
    PhoneRoute("POST", "/kept/drop", form_keeping.drop_page, PagePolicy.OWN),
    PhoneRoute("GET", "/register", registration_pages.form, PagePolicy.OWN),
    PhoneRoute("POST", "/register", registration_pages.send, PagePolicy.OWN),
    PhoneRoute("GET", "/mine", personal_data_pages.show, PagePolicy.OWN),
    PhoneRoute("POST", "/mine/export", personal_data_pages.export, PagePolicy.OWN, repeatable=True),
    PhoneRoute("GET", "/calendar", personal_data_pages.show_dates, PagePolicy.OWN),
    PhoneRoute("POST", "/calendar/file", personal_data_pages.take_dates, PagePolicy.OWN, repeatable=True),
    PhoneRoute("GET", "/board", board_pages.listed, PagePolicy.OWN),
    PhoneRoute("GET", "/board/{id}", board_pages.show, PagePolicy.OWN),
    PhoneRoute("POST", "/board/{id}/ask", board_pages.ask, PagePolicy.OWN),
    PhoneRoute("POST", "/board/{id}/decline", board_pages.decline, PagePolicy.OWN),
    PhoneRoute("POST", "/board/{id}/consent", board_pages.agree, PagePolicy.OWN),
    PhoneRoute("POST", "/board/{id}/consent/take-back", board_pages.take_consent_back, PagePolicy.OWN),
    PhoneRoute("GET", "/board/{id}/bid", bid_pages.form, PagePolicy.OWN),
    PhoneRoute(
        "POST", "/board/{id}/bid", bid_pages.submit, PagePolicy.OWN, _BID, repeatable=True, gate=bid_pages.closed_to
    ),
    PhoneRoute("GET", "/board/{id}/receipt", bid_receipt_pages.show, PagePolicy.OWN),
    # The button sends the whole form including files; they are not stored.
    PhoneRoute(
        "POST", "/board/{id}/draft", draft_pages.save, PagePolicy.OWN, _BID, repeatable=True, gate=draft_pages.closed_to
    ),
    PhoneRoute("GET", "/my-bids", bid_pages.listed, PagePolicy.OWN),
    PhoneRoute("GET", "/my-bids/{id}", bid_pages.mine, PagePolicy.OWN),
    PhoneRoute("GET", "/my-bids/{id}/withdraw", bid_pages.ask_withdraw, PagePolicy.OWN),
    PhoneRoute("POST", "/my-bids/{id}/withdraw", bid_pages.withdraw, PagePolicy.OWN, repeatable=True),
)
