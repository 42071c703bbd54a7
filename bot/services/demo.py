"""The invented cast of `make run`, entered once."""

import tomllib
from pathlib import Path

from storage import audit, firms, officials, roster, versions
from storage.transactions import Tx

CAST = Path(__file__).parents[2] / "config" / "demo" / "cast.toml"


def seed(tx: Tx, cast: Path = CAST) -> bool:
    """Enter the cast into a database whose roster was never touched; tells whether it did."""
    if versions.current(tx, roster.VERSION):
        return False
    told = tomllib.loads(cast.read_text("utf-8"))
    for entry in told["roster"]:
        titles = [roster.Title(t["title"], t["batch"], t["first"], t["from"], t.get("until")) for t in entry["titles"]]
        entry_id = roster.add(
            tx,
            name=entry["name"],
            credit_code=entry["credit_code"],
            district=entry["district"],
            titles=titles,
        )
        _record(tx, f"roster:{entry_id}")
    for soe in told["soe"]:
        firm_id = firms.add(tx, name=soe["name"], credit_code=soe["credit_code"], kind="soe")
        firms.learn(tx, firm_id, {"district": soe["district"]}, "roster")
        _record(tx, f"firm:{firm_id}")
    for official in told["official"]:
        official_id = officials.add(tx, **official)
        _record(tx, f"official:{official_id}")
    return True


def _record(tx: Tx, subject: str) -> None:
    audit.record(tx, actor="demo", action="seed", subject=subject, source="cli")
