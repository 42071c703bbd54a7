"""Database URL parsing."""

from pathlib import Path

from sqlalchemy import URL
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from config.errors import UnavailableError


def parse(url: str) -> URL | Path:
    """Return the file of `sqlite:///path`, or the address of `postgresql://…`.

    Raises UnavailableError `store_address` for anything else; the URL is not shown, as it may hold a password.
    """
    try:
        address = make_url(url)
    except ArgumentError:
        raise UnavailableError("store_address") from None
    if address.drivername == "sqlite" and address.database and address.database != ":memory:":
        return Path(address.database)
    if address.drivername in {"postgresql", "postgresql+psycopg"}:
        return address
    raise UnavailableError("store_address")
