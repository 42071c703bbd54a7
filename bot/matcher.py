"""The one live matcher: each query compares one version row and loads what changed, so every node finds a new firm."""

from dataclasses import dataclass
from threading import Lock

from matchmaking.names import NameIndex
from storage import roster, versions
from storage.transactions import Tx


@dataclass(frozen=True, slots=True)
class Found:
    """Roster entries a typed name may mean, best first; `sure`: go on with the first without asking."""

    candidates: tuple[tuple[int, str], ...]
    sure: bool


class Matcher:
    """Holds the roster's names in memory, in step with the database."""

    def __init__(self) -> None:
        self._index = NameIndex([])
        self._ids: dict[str, int] = {}
        self._names: dict[int, str] = {}
        self._version = 0
        # Queries run on several read threads; a half-loaded index must not be searched.
        self._lock = Lock()

    def resolve(self, tx: Tx, typed: str) -> Found:
        """The roster entries this name may mean, as the roster stands in this transaction. Takes milliseconds."""
        with self._lock:
            self._catch_up(tx)
            found = self._index.resolve(typed)
            return Found(tuple((self._ids[name], name) for name, _ in found.candidates), found.accepted)

    def _catch_up(self, tx: Tx) -> None:
        version = versions.current(tx, roster.VERSION)
        if version == self._version:
            return
        for entry_id, name in roster.names_changed_since(tx, self._version):
            former = self._names.get(entry_id)
            if former is not None and former != name:
                self._index.remove(former)
                del self._ids[former]
                del self._names[entry_id]
            if name is None:
                continue
            self._index.add(name)
            self._ids[name] = entry_id
            self._names[entry_id] = name
        self._version = version
