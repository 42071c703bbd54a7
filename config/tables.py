"""The TOML files that are part of the program: each is parsed once a process, and anew only where it has changed."""

import tomllib
from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from typing import Any


def read(path: Path) -> dict[str, Any]:
    """What the file says; the caller's own, to change as it likes."""
    found = path.stat()
    return deepcopy(_parsed(path, found.st_mtime_ns, found.st_size))


@lru_cache(maxsize=256)
def _parsed(path: Path, _changed: int, _size: int) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))
