"""Migrate a database to the current schema, and check whether it is current. Forward only."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, RootTransaction, inspect, text
from sqlalchemy.exc import DBAPIError

from config.errors import UnavailableError
from storage.engine import addresses, postgresql, sqlite
from storage.engine.server_lock import hold_server_lock
from storage.engine.transactions import Tx

if TYPE_CHECKING:
    from alembic.config import Config

_MIGRATIONS = Path(__file__).parents[1] / "migrations"
_VERSION = text("SELECT version_num FROM alembic_version")
# Lock that serialises two nodes upgrading one PostgreSQL database.
_TURN = text("SELECT pg_advisory_xact_lock(7237954)")


def upgrade(url: str) -> list[str]:
    """Migrate the database at this URL; return the applied revisions, oldest first.

    Atomic. Creates a missing SQLite file; while a server process holds it, a due upgrade is refused (`store_locked`).
    On PostgreSQL each change waits up to 30 s for users of the table. Raises UnavailableError, also if the database is
    newer than this program (`store_newer`).
    """
    address = addresses.parse(url)
    if isinstance(address, Path):
        if address.exists() and not _is_due(address):
            return []
        with closing(hold_server_lock(address)):
            return _upgrade(sqlite.engine_for(address, create=True), address)
    return _upgrade(postgresql.engine_for(address, "READ COMMITTED"), postgresql.name_of(address))


def is_current(tx: Tx) -> bool:
    """Tell whether the schema is the one this program expects. Cheap: Alembic is not loaded."""
    return _version(tx.connection) == revisions()[-1]


def revisions() -> list[str]:
    """Return the known revisions, oldest first: the migration files' leading numbers."""
    return sorted(path.name.partition("_")[0] for path in (_MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def configuration(connection: Connection) -> "Config":
    """Return Alembic's configuration for this connection; there is no alembic.ini."""
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _upgrade(engine: Engine, place: Path | str) -> list[str]:
    from alembic import command

    try:
        with engine.connect() as connection, _begin(connection):
            due = _due(connection, place)
            if due:
                command.upgrade(configuration(connection), "head")
    except (DBAPIError, sqlite3.Error) as error:
        raise _as_app_error(error, place) from error
    return due


def _begin(connection: Connection) -> RootTransaction:
    if connection.dialect.name == "sqlite":
        return sqlite.begin(connection, "BEGIN IMMEDIATE")
    transaction = connection.begin()
    connection.execute(_TURN)
    return transaction


def _is_due(path: Path) -> bool:
    with sqlite.engine_for(path).connect() as connection:
        return bool(_due(connection, path))


def _due(connection: Connection, place: Path | str) -> list[str]:
    version, known = _version(connection), revisions()
    if version is not None and version not in known:
        raise UnavailableError("store_newer", path=place)
    return [revision for revision in known if version is None or revision > version]


def _version(connection: Connection) -> str | None:
    """Return the database's revision; None if it was never migrated."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(_VERSION).scalar_one_or_none()


def _as_app_error(error: DBAPIError | sqlite3.Error, place: Path | str) -> BaseException:
    return sqlite.as_app_error(error, place) if isinstance(place, Path) else postgresql.as_app_error(error, place)
