"""A process that writes numbered rows and prints the acknowledged ones: to be killed, or to meet a full disk.

`python -m tests.storage.writing_child URL [BYTES]`: prints a number per line, each only once its write was
acknowledged. With BYTES no file may grow beyond that until the first refusal, which is printed as its code; then ten
more rows.
"""

import asyncio
import itertools
import resource
import sys
from collections.abc import Iterator

from sqlalchemy import text

from config.errors import UnavailableError
from storage.engine.database import Database, Tx

WRITERS = 8
KEY = bytes(range(32))


def note(tx: Tx, number: int) -> int:
    """Insert a row of some size."""
    tx.execute(text("INSERT INTO notes VALUES (:number, :body)"), {"number": number, "body": "页" * 2000})
    return number


def say(word: object) -> None:
    """Print one line at once: later ones may never come."""
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def table(tx: Tx) -> None:
    tx.execute(text("CREATE TABLE notes (number INTEGER, body TEXT)"))


async def write(database: Database, numbers: Iterator[int]) -> None:
    """Write until refused."""
    while True:
        try:
            say(await database.write(note, next(numbers)))
        except UnavailableError as error:
            say(error.code)
            return


async def main(url: str, limit: int) -> None:
    database = Database.open(url, key=KEY, server=True)
    await database.write(table)
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    if limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    numbers = itertools.count()
    await asyncio.gather(*(write(database, numbers) for _ in range(WRITERS)))
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    for number in itertools.islice(numbers, 10):
        say(await database.write(note, number))
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0))
