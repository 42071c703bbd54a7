"""A canary in a bid: before the deadline nobody can read it anywhere, even with our own key."""

import base64
import gzip
import hashlib
import io
import json
import logging
import re
import zipfile
from pathlib import Path

import pytest

from bot.console.routes import ROUTES
from bot.h5.routes import ROUTES as PHONE_ROUTES
from storage.backup import dump
from storage.challenges import bids, records
from storage.challenges import files as stored_files
from storage.chat import dialog_states
from storage.chat.inbox import INBOX
from storage.engine.transactions import Tx
from storage.notices import outbox
from storage.people import people
from storage.people.people import PEOPLE
from storage.people.roles import OF_A_FIRM, RoleGrant, RoleKind
from tests.bids.stage import CANARY, a_bidder, bid
from tests.console.challenge_stage import PDF, PHRASES, Poster, a_poster, hand_in, published
from tests.console.stage import Browser, DeskStage, today
from tests.h5.conftest import Cast, cast

__all__ = ["cast"]

BIDDER = "甲某科技有限公司"
FILE = PDF + CANARY.encode()
NEEDLES = [
    CANARY.encode(),
    "7391万".encode(),
    CANARY.encode("utf-16-le"),
    json.dumps(CANARY)[1:-1].encode(),
    *(base64.b64encode((" " * shift + CANARY).encode())[4:-4] for shift in range(3)),
    # A guess at a file's content must not be confirmed either.
    hashlib.sha256(FILE).hexdigest().encode(),
    hashlib.sha256(FILE).digest(),
]


def holds(content: bytes) -> bool:
    """Tell whether the canary is in there, compressed or not."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return any(holds(archive.read(name)) for name in archive.namelist())
    return any(needle in content for needle in NEEDLES)


def as_the_house_reads(tx: Tx, challenge_id: int) -> list[str]:
    """Return what is sealed under our own key, decrypted: replies, dialogs, notices, records, file names."""
    found = []
    for row in tx.execute(INBOX.select()):
        found.append("" if row.reply is None else tx.cipher.open(row.reply, f"inbox.reply:{row.key}"))
    for person_id in tx.execute(PEOPLE.select()).scalars().all():
        found.append(repr(dialog_states.load(tx, people.openid(tx, person_id))))
        found += [one.text for one in outbox.listed(tx, person_id)]
    found += [repr(one) for one in records.listed(tx, challenge_id)]
    for one in bids.of_challenge(tx, challenge_id):
        found.append(repr(one))
        found.append(tx.cipher.open_bytes(one.shown, f"bid:{challenge_id}:{one.id}:shown").decode())
        found += [repr(file) for file in stored_files.of_bid(tx, one.id)]
    return found


async def body(browser: Browser, path: str) -> bytes:
    async with browser._session.get(browser.base + path, allow_redirects=False) as response:
        return await response.read()


async def everybody(desk: DeskStage, who: Poster, bidder: int) -> dict[RoleKind, Browser]:
    """Return a console browser for every kind of role: of the poster's firm, the bidder's, or the whole city."""
    day = await desk.database.read(today)
    found = {}
    for kind in RoleKind:
        if kind not in OF_A_FIRM:
            found[kind] = await desk.official(kind)
            continue
        firm_id = who.firm_id if kind in (RoleKind.SOE_POSTER, RoleKind.SOE_APPROVER) else bidder
        grant = RoleGrant(kind, "某人", day, firm_id=firm_id)
        found[kind] = await desk.inside(await desk.person(f"o-canary-{kind}", grant))
    return found


def addresses(routes: object, home: str, ids: list[int]) -> list[str]:
    paths = [home + route.path for route in routes if route.method == "GET"]  # type: ignore[attr-defined]  # two kinds
    plain = [path for path in paths if "{" not in path]
    return plain + [path.replace("{id}", str(id_)) for path in paths if "{id}" in path for id_ in ids]


@pytest.mark.parametrize("sealing", ["all", "price"])
async def test_nobody_can_read_a_bid_before_the_deadline(
    cast: Cast, tmp_path: Path, caplog: pytest.LogCaptureFixture, store: str, sealing: str
) -> None:
    caplog.set_level(logging.DEBUG)
    desk = cast.desk
    who, official = await a_poster(desk), await desk.official(RoleKind.APPROVER)
    challenge_id, _ = await published(desk, who, official, sealing=sealing)
    mine, firm_id, person_id = await a_bidder(desk, BIDDER)
    secret = dict.fromkeys(("solution", "team", "prior", "milestones", "partner_1"), CANARY) if sealing == "all" else {}
    receipt = await bid(mine, challenge_id, **secret, file=(f"{CANARY}.pdf", FILE))
    assert holds(receipt.encode()), "whoever hands it in sees it"

    phone = cast.person(f"o-{BIDDER}")
    for words in ("榜单", "1", "我的揭榜", "我的消息", "导出我的数据", "那个巡检机器人的榜还能报吗"):
        assert not holds((await phone.say(words)).encode()), words
    opened = await desk.database.read(as_the_house_reads, challenge_id)
    assert [one for one in opened if holds(one.encode())] == []

    (one,) = await desk.database.read(bids.of_challenge, challenge_id)
    files = [file.id for file in await desk.database.read(stored_files.of_bid, one.id)]
    ids = [challenge_id, one.id, *files[:1]]
    for kind, browser in (await everybody(desk, who, firm_id)).items():
        for path in addresses(ROUTES, "/console", ids):
            assert not holds(await body(browser, path)), (kind, path)
    other, _, _ = await a_bidder(desk, "乙某装备有限公司")
    receipt_here = f"/h5/board/{challenge_id}/receipt"
    assert holds(await body(mine, receipt_here)), "in the browser it was handed in from"
    for browser in (mine, other, desk.browser(), await desk.on_phone(person_id)):
        for path in addresses(PHONE_ROUTES, "/h5", ids):
            assert (browser is mine and path == receipt_here) or not holds(await body(browser, path)), path
    await mine.get("/h5/mine")
    assert not holds((await mine.post("/h5/mine/export")).text.encode())
    metrics = await body(desk.browser(), "/metrics")
    assert re.search(rb"^srdi_", metrics, re.M)
    assert not holds(metrics)

    kept = tmp_path / "backup.srdi"
    await desk.database.read(dump.write_backup, kept)
    places = {"backup": gzip.decompress(kept.read_bytes()), "log": caplog.text.encode()}
    if store == "sqlite":
        places |= {name: (tmp_path / name).read_bytes() for name in ("srdi.db", "srdi.db-wal")}
    assert [place for place, content in places.items() if holds(content)] == []
    await who.poster.get(f"/console/challenges/{challenge_id}/review")
    page = await hand_in(who.poster, challenge_id, 1, PHRASES[1])
    assert (page.status, "还没有截止，谁也不能开启" in page.text) == (422, True)
