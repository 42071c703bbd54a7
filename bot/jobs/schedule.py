"""What is looked after again and again, and every how many seconds. bot/app.py says what each runs."""

from collections.abc import Awaitable, Callable, Mapping

from bot.jobs.ticks import Tick

SCHEDULE: Mapping[str, int] = {
    "inbox": 30,
    # Erased data stays in the log until it is truncated.
    "checkpoint": 300,
    "audit": 60,
    # Messages we send unprompted must respect an extension too.
    "published": 60,
    "matching": 30,
    "recommending": 30,
    "silence": 30,
    "follow_ups": 600,
    "licences": 5,
    "drafts": 3600,
    "old_licences": 3600,
    "way_codes": 3,
    "unconfirmed": 3600,
    "reminders": 60,
    "broadcasts": 5,
    "outbox": 3,
    "quotas": 3600,
}


def scheduled(runs: Mapping[str, Callable[[], Awaitable[None]]]) -> list[Tick]:
    """Return every tick of the schedule. Raises ValueError for one that runs nothing, or is in no schedule."""
    if forgotten := runs.keys() ^ SCHEDULE.keys():
        raise ValueError(f"ticks without a run or a schedule: {', '.join(sorted(forgotten))}")
    return [Tick(name, seconds, runs[name]) for name, seconds in SCHEDULE.items()]
