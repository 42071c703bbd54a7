"""Frozen ranking: stored with reasons, data version and time, to be shown years later."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from matchmaking.ranking.ranking import Demand, Match


@dataclass(frozen=True)
class Frozen:
    """A ranking as one line of JSON, and a digest to check its integrity."""

    text: str
    digest: str


def freeze(
    demand: Demand, ranked: Sequence[Match], data_version: str, at: datetime, left_out: Sequence[str] = ()
) -> Frozen:
    """Freeze a ranking and the firms a hard rule excluded; deterministic for the same data and time."""
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
    """Tell whether the text matches its digest."""
    return _digest(frozen.text) == frozen.digest


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
