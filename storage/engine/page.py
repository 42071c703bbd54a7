"""One page of a list, and how many entries there are in all."""

from collections.abc import Callable
from typing import Any, Generic, NamedTuple, Self, TypeVar

from sqlalchemy import Row as RowOf
from sqlalchemy import Select, func

from storage.engine.transactions import Tx

T = TypeVar("T")


class Page(NamedTuple, Generic[T]):
    """The entries of one page, and how many there are on all of them."""

    entries: list[T]
    total: int

    @classmethod
    def of(cls, tx: Tx, query: Select[Any], number: int, size: int, read: Callable[[RowOf[Any]], T]) -> Self:
        """Return the page with this number, from 1 on, of what the query finds in its order."""
        counted = query.with_only_columns(func.count(), maintain_column_froms=True).order_by(None)
        total = int(tx.execute(counted).scalar_one())
        return cls([read(row) for row in tx.execute(query.limit(size).offset((number - 1) * size))], total)


def last_page(total: int, size: int) -> int:
    """Return the number of the last page; an empty list has one page too."""
    return max(1, -(-total // size))
