"""Every table there is, wherever in this package its noun lives."""

import importlib
import pkgutil

from sqlalchemy import Table

import storage
from storage.columns import Row


def every_table() -> list[Table]:
    """All tables of the newest form, those that others point to first."""
    for module in pkgutil.iter_modules(storage.__path__):
        if not module.ispkg:
            importlib.import_module(f"storage.{module.name}")
    return list(Row.metadata.sorted_tables)
