"""Changes how SQLite tables are declared without touching a row, an index, a reference or a trigger.

SQLite cannot alter a column; building a table anew would drop its triggers and, inside a transaction, break what points
to it. Where only the declaration changes and no byte of a row, its manual has the stored declaration edited.
"""

from collections.abc import Callable, Mapping

from sqlalchemy import Connection

_READ = "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?"
_WRITE = "UPDATE sqlite_master SET sql = ? WHERE type = 'table' AND name = ?"


def declare(connection: Connection, changes: Mapping[str, Callable[[str], str]]) -> None:
    """Declare each of these tables as its function makes of the declaration it has now."""
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema=ON")
    for table, change in changes.items():
        declared = connection.exec_driver_sql(_READ, (table,)).scalar_one()
        connection.exec_driver_sql(_WRITE, (change(declared), table))
    connection.exec_driver_sql(f"PRAGMA schema_version={version + 1}")
    # Ends the editing, and reads the tables as they are declared now.
    connection.exec_driver_sql("PRAGMA writable_schema=RESET")


def replaced(old: str, new: str) -> Callable[[str], str]:
    """Return what puts `new` in the place of the one `old`; raises ValueError where it is not there once."""

    def change(declared: str) -> str:
        if declared.count(old) != 1:
            raise ValueError(f"no such declaration: {old}")
        return declared.replace(old, new)

    return change
