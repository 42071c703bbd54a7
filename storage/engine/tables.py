"""Registry of all tables, wherever in this package they are defined."""

import importlib
import pkgutil

from sqlalchemy import Table

import storage
from storage.engine.columns import TableRow


def every_table() -> list[Table]:
    """Return all tables of the current schema, referenced ones first."""
    for module in pkgutil.walk_packages(storage.__path__, "storage."):
        if not module.name.startswith("storage.migrations"):
            importlib.import_module(module.name)
    return list(TableRow.metadata.sorted_tables)
