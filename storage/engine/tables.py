"""Every table there is, wherever in this package its noun lives."""

import importlib
import pkgutil

from sqlalchemy import Table

import storage
from storage.engine.columns import Row


def every_table() -> list[Table]:
    """All tables of the newest form, those that others point to first."""
    for module in pkgutil.walk_packages(storage.__path__, "storage."):
        if not module.name.startswith("storage.migrations"):
            importlib.import_module(module.name)
    return list(Row.metadata.sorted_tables)
