"""Published details as officials would enter them, for every test that needs one. All invented."""

from datetime import date, datetime, timedelta

from storage.engine.transactions import Tx
from storage.policy import published_details
from storage.policy.application_windows import ApplicationWindow, WindowStep
from storage.policy.detail_content import DetailContent, SourceDocument
from storage.policy.district_rules import PublishedDistrictRule, PublishedExtension, PublishedStatement

ISSUED = date(2026, 10, 8)
OPENS = datetime.fromisoformat("2026-11-01T00:00:00+08:00")
CLOSES = datetime.fromisoformat("2026-12-15T17:00:00+08:00")
CHECKED = datetime.fromisoformat("2026-12-19T00:00:00+08:00")


def a_source(title: str = "算力券申报通知", issuer: str = "市工信局") -> SourceDocument:
    return SourceDocument(title, issuer, ISSUED)


def a_statement(
    words: str = "按实际支出的30%抵扣", *, area: str | None = None, title: str = "算力券细则", item: str = "8.1"
) -> DetailContent:
    return DetailContent(area, a_source(title), PublishedStatement((item,), words))


def a_window(
    *,
    opens: datetime | None = OPENS,
    closes: datetime | None = CLOSES,
    area: str | None = None,
    items: tuple[str, ...] = ("8.1",),
    titles: tuple[str, ...] = (),
    title: str = "算力券申报通知",
) -> DetailContent:
    steps = (WindowStep("firm", "提交", opens, closes, where="online"), WindowStep("district", "审核", None, CHECKED))
    return DetailContent(area, a_source(title), ApplicationWindow(items, steps, titles=titles))


def a_rule(
    when: dict[str, tuple[bool | str, ...]] | None = None,
    *,
    area: str = "江宁",
    item: str = "5.3",
    amount: int | None = 200_000,
    until: date | None = None,
) -> DetailContent:
    source = a_source("江宁区专精特新奖励办法", "江宁区工信局")
    return DetailContent(
        area, source, PublishedDistrictRule(item, when or {}, "fixed", amount, "once", ""), until=until
    )


def publish(tx: Tx, content: DetailContent) -> int:
    """Enter and publish it, as two people would."""
    detail_id = published_details.add(tx, content, 1)
    published_details.set_state(tx, detail_id, "waiting", 1)
    published_details.set_state(tx, detail_id, "published", 2)
    return detail_id


def foreign_detail(tx: Tx) -> int:
    """Insert a detail of another area, with the canary's name."""
    return published_details.add(tx, a_statement(area="六合", title="金丝雀通知"), 1)


def an_extension(last: date = date(2030, 12, 31)) -> DetailContent:
    """Return an extension of the policy through this day, inclusive."""
    return DetailContent(
        None,
        a_source("关于延长若干措施有效期的通知", "市政府办公厅"),
        PublishedExtension(),
        until=last + timedelta(days=1),
    )
