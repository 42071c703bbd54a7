"""The phones page, and its HTTP interface, also used by tests."""

import asyncio
import contextlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from bot.simulator.account import Mode
from bot.simulator.bubbles import Side
from bot.simulator.calls import ApiError
from bot.simulator.faults import BUSY, Fault, FaultKind
from bot.simulator.handset import Handset
from bot.simulator.lines import PAGES, RefusedError
from bot.simulator.platform import Platform
from bot.simulator.pushes import Push

PLATFORM = web.AppKey("platform", Platform)
_HEARTBEAT = 15.0
_LONGEST_WAIT = 60.0

routes = web.RouteTableDef()


@routes.get("/")
async def page(_request: web.Request) -> web.StreamResponse:
    """Return the page."""
    return web.FileResponse(PAGES / "index.html")


@routes.get("/phones")
async def state(request: web.Request) -> web.StreamResponse:
    """Return the complete current state."""
    return web.json_response(request.app[PLATFORM].snapshot())


@routes.get("/phones/events")
async def events(request: web.Request) -> web.StreamResponse:
    """Stream server-sent events: a snapshot first, then each change."""
    platform = request.app[PLATFORM]
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    # A closed or reloaded page drops its stream: a normal end.
    with platform.feed.listen() as changes, contextlib.suppress(ConnectionResetError):
        await response.prepare(request)
        await _event(response, "snapshot", platform.snapshot())
        while True:
            try:
                change = await asyncio.wait_for(changes.get(), _HEARTBEAT)
            except TimeoutError:
                await response.write(b": still here\n\n")
                continue
            if change is None:
                break
            await _event(response, change.kind, change.data)
    return response


async def _event(response: web.StreamResponse, kind: str, data: dict[str, object]) -> None:
    await response.write(f"event: {kind}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode())


@routes.post("/phones")
async def add(request: web.Request) -> web.StreamResponse:
    """Add a phone: {"name"} → {"openid"}."""
    platform = request.app[PLATFORM]
    asked = await _json(request)
    follower = platform.followers.add(str(asked.get("name", "")))
    platform.feed.publish("snapshot", platform.snapshot())
    return web.json_response({"openid": follower.openid})


@routes.delete("/phones/{openid}")
async def remove(request: web.Request) -> web.StreamResponse:
    """Remove a phone."""
    platform = request.app[PLATFORM]
    platform.followers.remove(request.match_info["openid"])
    platform.feed.publish("snapshot", platform.snapshot())
    return web.json_response({})


@routes.get("/phones/media/{media_id}")
async def medium(request: web.Request) -> web.StreamResponse:
    """Return a picture shown in the chat."""
    try:
        found = request.app[PLATFORM].media.get(request.match_info["media_id"])
    except ApiError as error:
        raise web.HTTPNotFound from error
    return web.Response(body=found.content, headers={"Content-Type": found.content_type})


@routes.get("/phones/{openid}")
async def chat(request: web.Request) -> web.StreamResponse:
    """Return one phone's bubbles after the id `after`; wait up to `wait` seconds (at most 60) for one."""
    platform, openid = request.app[PLATFORM], request.match_info["openid"]
    try:
        after, wait = int(request.query.get("after", "0")), min(float(request.query.get("wait", "0")), _LONGEST_WAIT)
    except ValueError as error:
        raise RefusedError("bad_request", why="after, wait") from error
    with platform.feed.listen() as changes, contextlib.suppress(TimeoutError):
        async with asyncio.timeout(wait):
            while wait > 0 and not _answers(platform, openid, after) and await changes.get():
                pass
    return web.json_response(_chat(platform, openid, after))


def _answers(platform: Platform, openid: str, after: int) -> bool:
    bubbles = platform.followers.get(openid).bubbles
    return any(bubble.id > after and bubble.side is not Side.MINE for bubble in bubbles)


def _chat(platform: Platform, openid: str, after: int) -> dict[str, object]:
    follower = platform.followers.get(openid)
    bubbles = [platform.bubble_json(bubble) for bubble in follower.bubbles if bubble.id > after]
    return {**follower.to_json(platform.clock.now()), "bubbles": bubbles}


Gesture = Callable[[Handset, dict[str, Any]], list[Push]]


def _optional(asked: dict[str, Any], name: str) -> str | None:
    return None if asked.get(name) is None else str(asked[name])


GESTURES: dict[str, Gesture] = {
    "follow": lambda hand, asked: hand.follow(_optional(asked, "scene")),
    "unfollow": lambda hand, _: hand.unfollow(),
    "scan": lambda hand, asked: hand.scan(str(asked["scene"])),
    "say": lambda hand, asked: hand.say(str(asked["text"])),
    "tap-reply": lambda hand, asked: hand.tap_reply(str(asked["content"]), str(asked["id"])),
    "tap-menu": lambda hand, asked: hand.tap_menu([int(at) for at in asked["path"]], _optional(asked, "scanned")),
    "voice": lambda hand, asked: hand.voice(_optional(asked, "recognition")),
    "picture": lambda hand, asked: hand.picture(asked.get("file"), asked.get("name", "picture.jpg")),
    "location": lambda hand, asked: hand.location(
        float(asked["latitude"]), float(asked["longitude"]), str(asked.get("label", ""))
    ),
    "answer-popup": lambda hand, asked: hand.answer_popup(
        {str(name): str(choice) for name, choice in dict(asked["choices"]).items()}
    ),
    "refuse-notices": lambda hand, asked: hand.refuse_notices([str(one) for one in asked["templates"]]),
    "mute": lambda hand, asked: hand.mute(bool(asked["on"])),
    "oddity": lambda hand, asked: hand.oddity(str(asked["name"])),
}


@routes.post("/phones/{openid}/{gesture}")
async def gesture(request: web.Request) -> web.StreamResponse:
    """Do one gesture. Answers once all its pushes are settled, with the bubbles since; `wait` false answers at once."""
    platform = request.app[PLATFORM]
    openid, name = request.match_info["openid"], request.match_info["gesture"]
    if name not in GESTURES:
        raise RefusedError("unknown_action", name=name)
    asked = await _json(request)
    platform.results.catch_up()
    seen = max((bubble.id for bubble in platform.followers.get(openid).bubbles), default=0)
    try:
        pushes = GESTURES[name](platform.handset(openid), asked)
    except (KeyError, TypeError, ValueError) as error:
        raise RefusedError("bad_request", why=repr(error)) from error
    deliveries = platform.send(pushes)
    if asked.get("wait", True):
        await asyncio.gather(*(asyncio.shield(delivery) for delivery in deliveries))
    return web.json_response(_chat(platform, openid, seen))


@routes.post("/controls")
async def controls(request: web.Request) -> web.StreamResponse:
    """Move time ("hours" or "until"), set the mode, order faults ("fault", "twice" …), check the callback."""
    platform = request.app[PLATFORM]
    asked = await _json(request)
    try:
        if "mode" in asked:
            platform.account.set_mode(Mode(asked["mode"]))
        if "hours" in asked:
            _advance(platform, timedelta(hours=float(asked["hours"])))
        if "until" in asked:
            _advance(platform, datetime.fromisoformat(str(asked["until"])).astimezone() - platform.clock.now())
        for name in ("twice", "swap", "lose_first"):
            if name in asked:
                setattr(platform.courier.disorder, name, bool(asked[name]))
        for name in ("late", "doubled", "early", "lost"):
            if name in asked:
                setattr(platform.results.mishaps, name, bool(asked[name]))
        if "fault" in asked:
            platform.faults.order(_fault(dict(asked["fault"])))
        if asked.get("no_faults"):
            platform.faults.clear()
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise RefusedError("bad_request", why=str(error)) from error
    if asked.get("check"):
        await platform.check_callback()
    platform.feed.publish("snapshot", platform.snapshot())
    return web.json_response({})


def _fault(asked: dict[str, Any]) -> Fault:
    return Fault(
        FaultKind(asked["kind"]),
        str(asked.get("path", "")),
        str(asked.get("openid", "")),
        int(asked.get("count", 1)),
        int(asked.get("code", BUSY)),
    )


def _advance(platform: Platform, by: timedelta) -> None:
    if by < timedelta(0):
        raise RefusedError("forward_only")
    platform.clock.advance(by)
    platform.results.catch_up()


async def _json(request: web.Request) -> dict[str, Any]:
    if request.content_type.startswith("multipart/"):
        file = (await request.post()).get("file")
        if not isinstance(file, web.FileField):
            raise RefusedError("bad_request", why="file")
        return {"file": file.file.read(), "name": file.filename, "wait": False}
    try:
        asked = json.loads(await request.text() or "{}")
    except ValueError as error:
        raise RefusedError("bad_request", why="JSON") from error
    if not isinstance(asked, dict):
        raise RefusedError("bad_request", why="JSON")
    return asked
