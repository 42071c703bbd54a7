"""The roster, and an import's wrong rows, as tables that the import reads back."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from config.policy.facts import FactChoice
from storage.roster.roster import Listed, RosterTitle

# What the export writes for a firm on the roster without a title.
UNTITLED = "（没有称号）"
ENDLESS = "长期"
# One row per title, and dates as officials write them.
HEAD = (
    "企业名称",
    "统一社会信用代码",
    "所在区",
    "园区",
    "称号",
    "批次",
    "获评日期",
    "有效期起",
    "有效期至",
    "首次获评",
)
_AWARDED = {True: "是", False: "否", None: "不清楚"}
# A wrong row's columns by what each holds: the roster's, and what else a table may have.
_WRONG = {
    "企业名称": "name",
    "统一社会信用代码": "code",
    "所在区": "district",
    "园区": "zone",
    "称号": "title",
    "批次": "batch",
    "获评日期": "awarded",
    "有效期起": "from",
    "有效期至": "until",
    "有效期起止": "span",
    "首次获评": "award",
    "备注": "note",
}
WRONG_HEAD = ("工作表", "行", *_WRONG, "原因")


def rows(entries: Iterable[Listed], titles: Mapping[str, FactChoice]) -> Iterator[tuple[str, ...]]:
    """Yield the rows below HEAD."""
    for entry in entries:
        named = (entry.name, entry.credit_code or "", entry.district or "", entry.zone or "")
        for title in entry.titles:
            yield (*named, *_title(title, titles))
        if not entry.titles:
            yield (*named, UNTITLED, *[""] * (len(HEAD) - len(named) - 1))


def last_day(until: date | None) -> str:
    """Return the last day of validity as tables write it."""
    return ENDLESS if until is None else (until - timedelta(days=1)).isoformat()


def wrong_rows(plan: Mapping[str, Any], reasons: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    """Yield the plan's wrong rows below WRONG_HEAD: their cells as read, and why they are wrong."""
    sheets = [part["name"] for part in plan.get("parts", [])]
    for row in plan["rows"]:
        if row["fate"] != "wrong":
            continue
        # Plans from before cells were kept have only what was understood.
        cells = row.get("cells") or {what: row.get(what) for what in ("name", "code", "district", "zone")}
        sheet = sheets[row["sheet"]] if row.get("sheet", 0) < len(sheets) else ""
        said = f"：{row['said']}" if row.get("said") else ""
        given = (cells.get(what) or "" for what in _WRONG.values())
        yield (sheet, str(row["line"]), *given, reasons[row["why"]] + said)


def _title(title: RosterTitle, titles: Mapping[str, FactChoice]) -> tuple[str, ...]:
    awarded = "" if title.awarded is None else title.awarded.isoformat()
    days = (awarded, title.valid_from.isoformat(), last_day(title.valid_until))
    return (titles[title.title].label, title.batch, *days, _AWARDED[title.first])
