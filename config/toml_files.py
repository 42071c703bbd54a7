"""The TOML files that are part of the program: each is parsed once a process, and anew only where it has changed."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any


def read(path: Path) -> Mapping[str, Any]:
    """What the file says. It is everybody's: nobody changes it."""
    found = path.stat()
    return _parsed(path, found.st_mtime_ns, found.st_size)


@lru_cache(maxsize=256)
def _parsed(path: Path, _changed: int, _size: int) -> Mapping[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))
