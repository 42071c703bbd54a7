"""A node that records and chains without end, to be killed: URL HEADS."""

import sys
from pathlib import Path

from storage.engine.database import Database
from storage.engine.transactions import SERVICE
from tests.audit.stage import Office

KEY = bytes(range(32))
ROUNDS = 2000


async def main(url: str, heads: str) -> None:
    office = Office(Database.open(url, key=KEY, actor=SERVICE), Path(heads), KEY)
    for number in range(ROUNDS):
        await office.work(7)
        if number == 0:
            sys.stdout.write("chaining\n")
            sys.stdout.flush()
