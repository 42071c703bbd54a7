"""A ranking as it was: kept with its reasons, the data's version and the time, so that it can be shown years later."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from matchmaking.ranking.ranking import Demand, Match


@dataclass(frozen=True)
class Frozen:
    """The ranking as one line of JSON, and the digest that tells whether it is still the same."""

    text: str
    digest: str


def freeze(
    demand: Demand, ranked: Sequence[Match], data_version: str, at: datetime, left_out: Sequence[str] = ()
) -> Frozen:
    """Keep a ranking and whom a hard rule kept out; the same of the same data at the same time gives the same text."""
    record = {
        "at": at.isoformat(),
        "data_version": data_version,
        "demand": asdict(demand),
        "left_out": list(left_out),
        "ranked": [asdict(match) for match in ranked],
    }
    text = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return Frozen(text, _digest(text))


def is_intact(frozen: Frozen) -> bool:
    """Whether the text is what was kept."""
    return _digest(frozen.text) == frozen.digest


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
