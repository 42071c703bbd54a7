"""A card leads to the whole message; opening it counts on the board, once."""

from bot.services.broadcasts import broadcasts as broadcast_service
from bot.services.broadcasts import read_receipts
from bot.services.people import erasure
from storage.broadcasts import delivery_board
from storage.broadcasts.broadcasts import Broadcast
from storage.broadcasts.delivery_board import RecipientOutcome
from storage.engine.transactions import Tx
from storage.notices.outbox import OUTBOX
from tests.broadcasts import a_content, a_firm, approved, official, tick_of, until_it_starts
from tests.console.stage import DeskStage


async def told(desk: DeskStage) -> tuple[Broadcast, str]:
    """Return a card in the outbox, and its target."""

    def enter(tx: Tx) -> Broadcast:
        a_firm(tx, "南京云有限公司")
        content = a_content(kind="template", text="第一行<b>\n第二行", link="https://example.gov.cn/1")
        return approved(tx, content, desk.parts)

    found = await desk.database.write(enter)
    desk.ahead(await desk.database.read(until_it_starts, found))
    await tick_of(desk.database, desk.parts)()

    def leads(tx: Tx) -> str:
        person = tx.execute(OUTBOX.select()).one().person_id
        return read_receipts.page(tx, found.id, person)

    return found, await desk.database.read(leads)


async def board(desk: DeskStage, found: Broadcast) -> tuple[int, list[RecipientOutcome]]:
    def read(tx: Tx) -> tuple[int, list[RecipientOutcome]]:
        counts = delivery_board.counts(tx, found.id, stopped=False)
        return counts[1], delivery_board.outcomes(tx, found.id, stopped=False, most=9)

    return await desk.database.read(read)


async def test_whoever_taps_the_card_reads_it_whole_and_counts_as_having_opened_it(desk: DeskStage) -> None:
    found, path = await told(desk)
    assert (await board(desk, found))[0] == 0
    page = await desk.browser().get(path)
    assert page.status == 200
    assert "第一行&lt;b&gt;\n第二行" in page.text
    assert 'href="https://example.gov.cn/1"' in page.text
    first = (await board(desk, found))[1][0].opened
    await desk.browser().get(path)
    opened, (person,) = await board(desk, found)
    assert (opened, person.opened) == (1, first)


async def test_an_address_that_was_never_given_or_is_no_more_leads_nowhere(desk: DeskStage) -> None:
    found, path = await told(desk)
    browser = desk.browser()
    wrong = [path[:-1] + ("0" if path[-1] != "0" else "1"), path.replace("-", "-9", 1), "/h5/told/x", "/h5/told/1-2-",
             "/h5/told/1-2-é", "/h5/told/" + "9" * 40 + "-1-a"]  # fmt: skip
    assert [(await browser.get(one)).status for one in wrong] == [404] * len(wrong)
    await desk.database.write(lambda tx: broadcast_service.stop(tx, official(tx, "乙"), found.id, "写错了"))
    assert (await browser.get(path)).status == 404


async def test_whoever_left_has_no_page_any_more(desk: DeskStage) -> None:
    _, path = await told(desk)
    await desk.database.write(lambda tx: erasure.leave(tx, "o-南京云有限公司-0", desk.parts.texts, "unfollow"))
    assert (await desk.browser().get(path)).status == 404
