"""What was read from a blob once, and what came of a whole walk, kept on disk: safe to delete at any time.

One SQLite file for each edition of the program and each money unit. Every entry carries a checksum; what does not
match is read again, never trusted, and a file that is no database any more is begun anew. A folder that cannot be
written keeps nothing, and that is all.
"""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Final

from projledger.load.edition import edition
from projledger.load.sweep import used

_AT_ONCE: Final = 200
_TABLE: Final = "CREATE TABLE IF NOT EXISTS blobs (key TEXT PRIMARY KEY, sum BLOB, body TEXT)"
WALK: Final = "walk "
"""What the keys of whole walks begin with."""
_WALKS: Final = 8
_FORGET: Final = (
    "DELETE FROM blobs WHERE key GLOB ? AND rowid NOT IN"
    " (SELECT rowid FROM blobs WHERE key GLOB ? ORDER BY rowid DESC LIMIT ?)"
)


class Store:
    """The entries of one file below a folder; None keeps nothing. To be used with `with`: what is new is kept then."""

    def __init__(self, folder: Path | None, salt: str) -> None:
        self._fresh: dict[str, str] = {}
        self._keys: set[str] = set()
        self._damaged = False
        self._path: Path | None = None
        self._database: sqlite3.Connection | None = None
        if folder is not None:
            name = hashlib.sha256(f"{edition()} {salt}".encode()).hexdigest()[:12]
            self._path = folder / f"blobs-{name}.sqlite"

    def __enter__(self) -> Store:
        if self._path is not None:
            with suppress(OSError):
                self._path.parent.mkdir(parents=True, exist_ok=True)
            used(self._path)  # before it is opened: nobody sweeps it away then
            self._database = self._opened(self._path)
        if self._database is not None:
            try:
                self._keys = {key for (key,) in self._database.execute("SELECT key FROM blobs")}
            except sqlite3.Error:
                self._damaged = True
        return self

    def __exit__(self, *_problem: object) -> None:
        if self._database is None:
            return
        self._keep()
        self._database.close()
        if self._damaged and self._path is not None:
            with suppress(OSError):
                self._path.unlink()  # the next run begins it anew

    def get(self, key: str) -> str | None:
        """What was kept under a key; None when there is nothing, or nothing that can be trusted."""
        if self._database is None or key not in self._keys:
            return None
        try:
            found = self._database.execute("SELECT sum, body FROM blobs WHERE key = ?", (key,)).fetchone()
        except sqlite3.Error:
            self._damaged = True
            return None
        if found is None or not isinstance(found[1], str) or found[0] != _checksum(key, found[1]):
            return None
        return found[1]

    def holds(self, key: str) -> bool:
        """Whether there is something under a key, to be trusted or not."""
        return key in self._keys

    def put(self, key: str, body: str) -> None:
        """Keep something under a key."""
        if self._database is not None:
            self._fresh[key] = body
            if len(self._fresh) >= _AT_ONCE:
                self._keep()

    def _keep(self) -> None:
        """Write what is new; of whole walks only the latest stay."""
        if self._database is None or not self._fresh or self._damaged:
            return
        rows = [(key, _checksum(key, body), body) for key, body in self._fresh.items()]
        self._fresh.clear()
        try:
            with self._database:
                self._database.executemany("INSERT OR REPLACE INTO blobs VALUES (?, ?, ?)", rows)
                if any(key.startswith(WALK) for key, _sum, _body in rows):
                    self._database.execute(_FORGET, (f"{WALK}*", f"{WALK}*", _WALKS))
        except sqlite3.OperationalError:
            pass  # somebody else writes, or the disk is full: the next run keeps it
        except sqlite3.DatabaseError:
            self._damaged = True

    def _opened(self, path: Path) -> sqlite3.Connection | None:
        for attempt in range(2):
            try:
                database = sqlite3.connect(path, timeout=5)
            except sqlite3.Error:
                return None
            try:
                database.execute("PRAGMA synchronous = OFF")  # what a power cut takes is read again
                database.execute(_TABLE)
                return database
            except sqlite3.OperationalError:
                database.close()
                return None
            except sqlite3.DatabaseError:
                database.close()
                with suppress(OSError):
                    path.unlink()
                if attempt:
                    return None
        return None


def _checksum(key: str, body: str) -> bytes:
    return hashlib.blake2b(f"{key}\0{body}".encode("utf-8", "surrogatepass"), digest_size=16).digest()
