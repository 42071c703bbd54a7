"""Uploaded files are read in a process that is killed if too costly; errors are sentences."""

import asyncio
import io
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from PIL import Image

from bot.sandbox.processes import ProcessLimits, Sandbox
from bot.services.roster.spreadsheet import SheetSummary
from config.errors import InputError, UnavailableError
from config.texts import Texts

ROOMY = ProcessLimits(512, 30, 60)


def workbook(*cells: tuple[int, int, str]) -> bytes:
    """Return a table of one firm with these cells beside it."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet("名单")
        sheet.write_row(0, 0, ["序号", "企业名称", "所属区"])
        sheet.write_row(1, 0, ["1", "南京试样机械有限公司", "江宁区"])
        for row, column, words in cells:
            sheet.write(row, column, words)
    return made.getvalue()


def children() -> list[str]:
    """Return the ids of our reader processes."""
    ids = [pid for task in Path("/proc/self/task").glob("*/children") for pid in task.read_text().split()]
    return [pid for pid in ids if b"bot.sandbox" in Path(f"/proc/{pid}/cmdline").read_bytes()]


async def begun(count: int) -> list[str]:
    """Return the ids of so many readers, once started."""
    async with asyncio.timeout(60):
        for _ in iter(lambda: len(children()) >= count, True):
            await asyncio.sleep(0.01)
    return children()


def endless() -> bytes:
    """Return a small file whose every cell is the same long text: exceeds any memory when expanded."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename.endswith("sharedStrings.xml"):
                content = content.replace("南京试样机械有限公司".encode(), "南京".encode() * 100_000)
            if part.filename.endswith("sheet1.xml"):
                cell = b'<c r="B%d" t="s"><v>4</v></c>'
                rows = b"".join(b'<row r="%d">' % row + cell % row + b"</row>" for row in range(3, 9000))
                content = content.replace(b"</sheetData>", rows + b"</sheetData>")
            new.writestr(part, content)
    return made.getvalue()


@pytest.mark.parametrize("place", [(1999, 16_383), (20_400, 16_383), (1, 64), (1, 400)])
async def test_a_far_cell_costs_nothing_and_is_named(place: tuple[int, int]) -> None:
    table = await Sandbox(ProcessLimits(96, 5, 60)).roster(workbook((*place, "远")), mentioning=False)
    assert [line.cells["name"] for line in table.lines[:1]] == ["南京试样机械有限公司"]
    assert [part.why for part in table.parts] == ["far"]


async def test_the_last_column_that_is_read_is_the_64th() -> None:
    table = await Sandbox(ROOMY).roster(workbook((1, 63, "近")), mentioning=True)
    assert table.parts == [SheetSummary("名单", 1)]
    assert "近" in table.mentions


@pytest.mark.parametrize("row", [20_600, 1_048_575])
async def test_a_far_row_is_refused_by_its_number(row: int) -> None:
    with pytest.raises(InputError) as refused:
        await Sandbox(ProcessLimits(96, 5, 60)).roster(workbook((row, 0, "远")), mentioning=False)
    assert (refused.value.code, refused.value.details["row"]) == ("table_far", row + 1)


async def test_what_lays_out_more_than_its_memory_is_ended_and_said_in_a_sentence() -> None:
    with pytest.raises(InputError) as refused:
        await Sandbox(ProcessLimits(256, 30, 60)).roster(endless(), mentioning=True)
    assert refused.value.code == "table_unreadable"
    assert "这份表太大或读不了" in Texts.load().error(refused.value)


async def test_what_is_not_done_in_time_is_ended() -> None:
    with pytest.raises(InputError) as refused:
        await Sandbox(ProcessLimits(512, 30, 0)).names(workbook())
    assert refused.value.code == "table_unreadable"


async def test_a_refusal_comes_out_as_it_was_said_in_there() -> None:
    with pytest.raises(InputError) as refused:
        await Sandbox(ROOMY).names(b"<html><table>")
    assert refused.value.code == "table_web"


async def test_the_end_ends_what_runs_and_lets_nothing_begin() -> None:
    sandbox = Sandbox(ROOMY)
    data = workbook(*((row, 1, "名称") for row in range(2, 20_000)))
    running = [asyncio.create_task(sandbox.roster(data, mentioning=True)) for _ in range(3)]
    pids = await begun(2)
    sandbox.close()
    found = await asyncio.gather(*running, return_exceptions=True)
    assert [getattr(one, "code", one) for one in found] == ["reading_stopped"] * 3
    assert pids
    assert not set(pids) & set(children())


async def test_only_so_many_are_read_at_once_and_who_waits_too_long_is_asked_to_come_again() -> None:
    sandbox = Sandbox(ROOMY, at_once=1, patience=0.05)
    data = workbook(*((row, 1, "名称") for row in range(2, 5_000)))
    first = asyncio.create_task(sandbox.roster(data, mentioning=False))
    await asyncio.sleep(0)
    with pytest.raises(UnavailableError) as refused:
        await sandbox.names(workbook())
    assert refused.value.code == "reading_busy"
    assert (await first).lines


def read_link(descriptor: Path) -> str:
    """Return what the descriptor is open on; nothing where it was closed meanwhile."""
    try:
        return os.readlink(descriptor)
    except FileNotFoundError:
        return ""


async def test_nothing_of_ours_is_in_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither settings nor open files: the process reads its own environment and descriptors through a job."""
    monkeypatch.setenv("SRDI_SECRET_KEY", "never")
    sandbox = Sandbox(ROOMY)
    opened = os.open("/dev/zero", os.O_RDONLY)
    os.set_inheritable(opened, True)
    reading = asyncio.create_task(
        sandbox.roster(workbook(*((row, 1, "名") for row in range(2, 5_000))), mentioning=True)
    )
    process = Path(f"/proc/{(await begun(1))[0]}")
    environment, files = (
        (process / "environ").read_bytes(),
        [target for one in (process / "fd").iterdir() if (target := read_link(one))],
    )
    os.close(opened)
    assert (await reading).lines
    assert b"SRDI" not in environment
    assert "/dev/zero" not in files


def photo(size: tuple[int, int], form: str) -> bytes:
    made = io.BytesIO()
    # One colour: the quickest packing holds it as well.
    quickly: dict[str, Any] = {"JPEG": {}, "PNG": {"compress_level": 1}, "WEBP": {"method": 0, "quality": 0}}[form]
    Image.new("RGBA" if form != "JPEG" else "RGB", size, (10, 20, 30)).save(made, form, **quickly)
    return made.getvalue()


PICTURES = {
    "a phone's photo of 50 million pixels": (8192, 6144, "JPEG", ""),
    "a scan of 35 million": (4960, 7016, "PNG", ""),
    "a PNG of 49 million": (7000, 7000, "PNG", "picture_large"),
    "a WebP of 49 million": (7000, 7000, "WEBP", "picture_large"),
}


@pytest.mark.parametrize(("width", "height", "form", "why"), PICTURES.values(), ids=PICTURES)
async def test_a_large_picture_is_made_small_or_refused_within_its_memory(
    width: int, height: int, form: str, why: str
) -> None:
    content = photo((width, height), form)
    reading = Sandbox(picture=ProcessLimits(384, 30, 60)).picture(content, 2000)
    if why:
        with pytest.raises(InputError) as refused:
            await reading
        assert refused.value.code == why
    else:
        with Image.open(io.BytesIO(await reading)) as made:
            assert max(made.size) == 2000
