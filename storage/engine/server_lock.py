"""Lock file of an SQLite database's single server process."""

import fcntl
import os
from pathlib import Path
from typing import IO

from config.errors import UnavailableError


def hold_server_lock(path: Path) -> IO[str]:
    """Take the server process's lock on this database; it ends with the file handle or the process, however killed.

    Raises UnavailableError `store_locked` while another process holds it.
    """
    if not path.parent.is_dir():
        raise UnavailableError("store_folder_missing", path=path.parent)
    name = path.with_name(path.name + ".lock")
    try:
        lock = name.open("a+", encoding="ascii")
    except OSError as error:
        raise UnavailableError("store_read_only", path=name) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        holder = lock.read(20).strip()
        lock.close()
        raise UnavailableError("store_locked", path=path, holder=holder) from None
    lock.truncate(0)
    lock.write(f"{os.getpid()}\n")
    lock.flush()
    return lock
