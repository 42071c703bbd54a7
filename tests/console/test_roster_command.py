"""A table is imported from the command line: what is certain; the rest is listed and left to the console."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.cli.commands import run
from bot.services.roster.imports import apply as apply_import
from bot.services.roster.notices import Herald
from config.texts import Texts
from storage.engine.database import Database
from storage.engine.transactions import CLI
from storage.roster import imports, roster

HEAD = "企业名称,统一社会信用代码,所属区,称号,批次,有效期起\n"
GOOD = HEAD + "南京云杼传感科技有限公司,,江宁区,专精特新中小企业,2026年第一批,2026-01-01\n"
WRONG = GOOD + "南京澜砚软件有限公司,,火星区,专精特新中小企业,2026年第一批,2026-01-01\n"


class Operator:
    """Types commands over one database; output as lines."""

    def __init__(self, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
        self._capsys = capsys
        self._folder = folder

    async def imports(
        self, table: bytes, *words: str, name: str = "名录.csv"
    ) -> tuple[int, list[dict[str, object]], str]:
        path = self._folder / name
        path.write_bytes(table)
        code = await asyncio.to_thread(run, ["roster", "import", str(path), *words])
        told = self._capsys.readouterr()
        return code, [json.loads(line) for line in told.out.splitlines()], told.err


@pytest.fixture
def operator(
    migrated_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Operator:
    (tmp_path / "srdi.db").write_bytes(migrated_file.read_bytes())
    monkeypatch.setenv("SRDI_DATABASE_URL", f"sqlite:///{tmp_path}/srdi.db")
    monkeypatch.setenv("SRDI_SECRET_KEY", "A" * 43 + "=")
    return Operator(capsys, tmp_path)


@pytest.fixture
async def stored(operator: Operator, tmp_path: Path) -> AsyncIterator[Database]:
    database = Database.open(f"sqlite:///{tmp_path}/srdi.db", key=bytes(32))
    yield database
    await database.close()


async def names(database: Database) -> list[str]:
    return [entry.name for entry in await database.read(roster.everything)]


async def test_a_dry_run_says_what_would_happen_and_changes_nothing(operator: Operator, stored: Database) -> None:
    code, lines, told = await operator.imports(GOOD.encode("gbk"), "--dry-run")
    assert (code, lines) == (0, [])
    assert "新增 1" in told
    assert "名录没有改动" in told
    assert await names(stored) == []
    assert await stored.read(imports.latest) == []


async def test_a_good_table_is_applied_and_again_changes_nothing(operator: Operator, stored: Database) -> None:
    code, _, _ = await operator.imports(gzip.compress(GOOD.encode()), name="名录.csv.gz")
    assert code == 0
    assert await names(stored) == ["南京云杼传感科技有限公司"]
    code, _, told = await operator.imports(GOOD.encode())
    assert (code, "没有变化 1" in told) == (0, True)
    assert [one.state for one in await stored.read(imports.latest)] == ["applied", "applied"]


async def test_what_is_certain_is_applied_and_a_wrong_line_is_named(operator: Operator, stored: Database) -> None:
    code, lines, told = await operator.imports(WRONG.encode())
    assert code == 1
    assert [(line["line"], line["why"], line["said"]) for line in lines] == [(3, "district", "火星区")]
    assert "已导入（第1次）" in told
    assert await names(stored) == ["南京云杼传感科技有限公司"]
    assert [one.state for one in await stored.read(imports.latest)] == ["draft", "applied"]


async def test_a_doubtful_line_is_left_to_the_desk_which_can_still_decide_it(
    operator: Operator, stored: Database
) -> None:
    assert (await operator.imports(GOOD.encode()))[0] == 0
    slip = GOOD.replace("云杼", "云抒") + "南京澜砚软件有限公司,,六合区,专精特新中小企业,2026年第一批,2026-01-01\n"
    code, lines, told = await operator.imports(slip.encode())
    assert (code, [(line["line"], line["fate"]) for line in lines]) == (1, [(2, "doubtful")])
    assert [one["name"] for one in lines[0]["candidates"]] == ["南京云杼传感科技有限公司"]  # type: ignore[attr-defined]
    assert await names(stored) == ["南京云杼传感科技有限公司", "南京澜砚软件有限公司"]
    kept = (await stored.read(imports.latest))[0].id
    assert f"第{kept}次" in told
    await stored.by(CLI).write(apply_import, 1, kept, {2: "new"}, Herald(Texts.load(), {}))
    assert len(await names(stored)) == 3


async def test_what_the_table_does_not_say_is_given_beside_it(operator: Operator, stored: Database) -> None:
    table = "企业名称,所属区\n南京云杼传感科技有限公司,江宁区\n".encode()
    assert (await operator.imports(table))[0] == 1
    given = ("--title", "专精特新中小企业", "--batch", "2026年第一批", "--from", "2026-01-01", "--until", "2028-12-31")
    assert (await operator.imports(table, *given))[0] == 0
    (entry,) = await stored.read(roster.everything)
    assert [str(title.valid_until) for title in entry.titles] == ["2029-01-01"]


async def test_every_row_is_accounted_for_and_what_was_skipped_is_named(operator: Operator, stored: Database) -> None:
    table = GOOD + GOOD.splitlines()[1] + "\n合计,,,,,1家\n"
    code, lines, told = await operator.imports(table.encode())
    assert code == 0
    assert [(line["line"], line["fate"], line["why"]) for line in lines] == [
        (4, "skipped", "footer"),
        (3, "skipped", "merged"),
    ]
    assert "读到 3 行：新增 1，有变化 0，没有变化 0，要人判断 0，写错 0，跳过 2。" in told


async def test_a_complete_list_that_was_not_read_whole_ends_nothing_and_is_kept_for_the_desk(
    operator: Operator, stored: Database
) -> None:
    assert (await operator.imports(GOOD.encode()))[0] == 0
    other = GOOD.replace("云杼传感", "澜砚软件").replace("江宁", "六合")
    far = "\n".join(line + "," * 70 + "远" for line in other.splitlines()) + "\n"
    code, _, told = await operator.imports(far.encode(), "--complete")
    assert (code, "没有让任何企业失效" in told, "第 64 列以后" in told, "失效 0" in told) == (1, True, True, True)
    assert (await operator.imports(other.encode(), "--complete"))[0] == 0
    held = {
        entry.name: len(entry.valid_titles(datetime.now(UTC).date() + timedelta(days=1)))
        for entry in await stored.read(roster.everything)
    }
    assert held["南京云杼传感科技有限公司"] == 0


async def test_whether_it_is_the_first_award_may_be_said_beside_the_table(operator: Operator, stored: Database) -> None:
    for words, first in (((), None), (("--award", "review"), False)):
        table = GOOD.replace("2026年第一批", f"第{len(words)}批")
        assert (await operator.imports(table.encode(), *words))[0] == 0
        (entry,) = await stored.read(roster.everything)
        assert entry.titles[-1].first is first


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--title", "宇宙领先企业"), 2, "不认识的称号：宇宙领先企业"),
        (("--area", "火星区"), 2, "火星区"),
    ],
)
async def test_a_word_it_does_not_know_is_said_back(
    operator: Operator, words: tuple[str, ...], code: int, said: str
) -> None:
    told = await operator.imports(GOOD.encode(), *words)
    assert (told[0], said in told[2]) == (code, True)


async def test_no_table_or_a_broken_one_is_said_in_a_line(
    operator: Operator, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await asyncio.to_thread(run, ["roster", "import", "nowhere.xlsx"]) == 2
    assert "nowhere.xlsx" in capsys.readouterr().err
    assert (await operator.imports(b"\x1f\x8b broken", name="a.csv.gz"))[0] == 1
    assert (await operator.imports("没有表头\n".encode()))[0] == 1
