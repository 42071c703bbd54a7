"""Tick that chains the audit and exports the signed heads."""

import asyncio
import logging

from storage.audit import audit, chain
from storage.audit.head_file import HeadsFile, lines_after
from storage.engine.database import Database

log = logging.getLogger(__name__)

# A write transaction takes milliseconds; one unfinished after 10 s is left to the next tick.
LOOKS = 200
PAUSE_SECONDS = 0.05


async def chain_audit(database: Database, heads: HeadsFile) -> None:
    """Chain every row committed before; safe on any number of nodes, each row is chained once."""
    await _notice_lost_heads(database, heads)
    last, writers = await database.read(chain.newest)
    for _ in range(LOOKS):
        if not writers:
            break
        await asyncio.sleep(PAUSE_SECONDS)
        writers = await database.read(chain.still_writing, writers)
    else:
        log.warning("an old transaction holds up the audit's chain", extra={"action": "chain_waits"})
        return
    while (batch := await database.read(chain.next_batch, last)) is not None:
        if await database.write(chain.append, batch):
            log.info(
                "audit chained to row %d",
                batch.last,
                extra={"action": "audit_chained", "batch": batch.number, "head": batch.head().head.hex()},
            )
    newest = await asyncio.to_thread(heads.newest_number)
    lines = await database.read(lines_after, newest)
    if lines:
        await asyncio.to_thread(heads.append, lines)


async def _notice_lost_heads(database: Database, heads: HeadsFile) -> None:
    """Audit a missing heads file: its replacement knows nothing of earlier truncation."""
    known = await database.read(chain.newest_head)
    if known.number and not await asyncio.to_thread(heads.exists):
        log.error("the file of signed heads is gone and is made anew", extra={"action": "heads_lost"})
        await database.write(audit.record, "audit.heads_lost", "audit")
