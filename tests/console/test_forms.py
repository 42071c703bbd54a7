"""Forms are accepted only from our own pages; pages run no foreign code and are not cached."""

import hashlib
from datetime import date

import pytest

from bot.console.routes import ROUTES, STATIC, ConsoleRoute
from storage.engine.transactions import Tx
from storage.firms import firms
from storage.people.roles import OF_A_FIRM, RoleGrant, RoleKind
from tests.console.stage import DeskStage
from tests.console.test_route_matrix import FOREIGN, case_name

POSTS = [route for route in ROUTES if route.method == "POST"]


def _grants(tx: Tx, route: ConsoleRoute, thing: int) -> list[RoleGrant]:
    """Return roles that give access: of the thing's own firm if it has one, else of the whole city."""
    place = route.policy.of(tx, {"id": str(thing)}) if route.policy.of is not None else None
    firm_id = (place.firm_id if place is not None else None) or firms.add(tx, name="某厂", credit_code=None)
    kinds = {RoleKind.OPERATOR, RoleKind.EDITOR} | (route.policy.kinds or frozenset())
    return [
        RoleGrant(kind, "某人", date.min, firm_id=firm_id)
        if kind in OF_A_FIRM
        else RoleGrant(kind, "某人", date.min, agency="市工信局")
        for kind in sorted(kinds)
    ]


FOREIGN_ORIGINS = ["https://evil.example", "null", "http://127.0.0.1:1", ""]


async def test_a_form_without_our_token_or_from_elsewhere_is_refused(desk: DeskStage) -> None:
    things = {of: await desk.database.write(make) for of, make in FOREIGN.items()}
    for number, route in enumerate(POSTS):
        # The first session has id 1; city-wide roles cover every other thing.
        made = 1 if route.policy.of is None else things[route.policy.of]
        grants = await desk.database.write(_grants, route, made)
        browser = await desk.inside(await desk.person(f"o-both-{number}", *grants))
        page = await browser.get("/console/sessions")
        path = "/console" + route.path.replace("{id}", str(made)).replace("{link}", "x")
        for token in ("", "0" * 32, page.csrf[:-1]):
            assert (await browser.post(path, csrf=token)).status == 403, case_name(route)
        for origin in FOREIGN_ORIGINS:
            assert (await browser.post(path, csrf=page.csrf, origin=origin)).status == 403, case_name(route)
        assert (await browser.get("/console")).status == 200, case_name(route)


async def test_another_browsers_token_is_not_ours(desk: DeskStage) -> None:
    mine, other = await desk.official(RoleKind.OPERATOR), await desk.official(RoleKind.EDITOR)
    token = (await other.get("/console/sessions")).csrf
    assert (await mine.post("/console/leave", csrf=token)).status == 403


async def test_every_page_carries_the_guarding_headers(desk: DeskStage) -> None:
    browser = await desk.official(RoleKind.OPERATOR)
    for path in ("/console", "/console/enter", "/console/nothing", "/console/static/desk.css", "/console/in/x"):
        headers = (await browser.get(path)).headers
        assert "script-src 'self'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
    assert (await browser.get("/console")).headers["Cache-Control"] == "no-store"


async def test_no_page_has_script_or_style_of_its_own_or_loads_from_elsewhere(desk: DeskStage) -> None:
    browser = await desk.official(RoleKind.OPERATOR)
    for route in ROUTES:
        if route.method == "GET" and "{" not in route.path:
            page = await browser.get("/console" + route.path)
            assert "<script>" not in page.text
            assert "<style" not in page.text
            assert " style=" not in page.text
            assert " on" + "click=" not in page.text
            assert "//cdn" not in page.text


async def test_large_text_is_kept_until_it_is_switched_off(desk: DeskStage) -> None:
    browser = await desk.official(RoleKind.EDITOR)
    assert 'class="care"' in (await browser.get("/console?care=1")).text
    assert 'class="care"' in (await browser.get("/console/sessions")).text
    assert 'class="care"' not in (await browser.get("/console?care=0")).text


def test_vendored_files_are_what_was_published() -> None:
    lines = (STATIC / "SHA256SUMS").read_text("ascii").splitlines()
    listed = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    assert {path.name for path in STATIC.iterdir()} - listed.keys() == {"SHA256SUMS", "desk.css", "idle.js"}
    for name, digest in listed.items():
        assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest() == digest


@pytest.mark.parametrize("name", ["../app.py", "..%2fapp.py", "SHA256SUMS", "htmx-LICENSE.txt", "desk.css/x", ""])
async def test_nothing_else_is_served_as_a_file(desk: DeskStage, name: str) -> None:
    assert (await desk.browser().get(f"/console/static/{name}")).status == 404
