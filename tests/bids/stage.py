"""A firm bidding on its phone, and its poster in the console."""

from storage.engine.transactions import Tx
from storage.firms import firms, verifications
from storage.notices import outbox
from storage.people import people
from tests.console.challenge_stage import PDF, SECRECY
from tests.console.stage import Browser, DeskStage

CANARY = "金丝雀报价7391万元"
BID = {
    "solution": "用磁吸轮式底盘。",
    "team": "九个人。",
    "prior": "做过两台。",
    "milestones": "样机 三个月\n定型 八个月",
    "price": CANARY,
    **dict.fromkeys(("no_equity", "no_self", "integrity"), "1"),
    **SECRECY,
}


async def a_bidder(desk: DeskStage, name: str, *, proven: bool = True) -> tuple[Browser, int, int]:
    def enter(tx: Tx) -> tuple[int, int]:
        firm_id = firms.add(tx, name=name, credit_code=None)
        person_id = people.meet(tx, f"o-{name}").id
        people.join_firm(tx, person_id, firm_id)
        if proven:
            verifications.enter(tx, firm_id, f"9132{firm_id:014d}", "code")
        return firm_id, person_id

    firm_id, person_id = await desk.database.write(enter)
    return await desk.on_phone(person_id), firm_id, person_id


async def bid(browser: Browser, challenge_id: int, **other: object) -> str:
    path = f"/h5/board/{challenge_id}/bid"
    # A page that always has a form: a late bidder had the form open before.
    await browser.get("/h5/mine")
    files = {"application": ("申请书.pdf", PDF + CANARY.encode())}
    page = await browser.post(path, origin=None, csrf=None, **{**BID, **files, **other})
    if page.status == 303:
        page = await browser.get(page.location)
    return page.text if page.status == 200 else f"{page.status} {page.text}"


async def act(browser: Browser, challenge_id: int, doing: str, **fields: str) -> None:
    path = f"/console/challenges/{challenge_id}"
    await browser.get(f"{path}/review")
    page = await browser.post(f"{path}/{doing}", **fields)
    assert page.status == 303, page.text


async def told(desk: DeskStage, person_id: int) -> str:
    return "\n".join(one.text for one in await desk.database.read(outbox.listed, person_id))
