"""What was read from a blob once, kept on disk: rows by blob id, safe to delete at any time.

One small file for each blob, named by what decides its content: the blob, the kind of file, the money unit and the
version of the program. Each carries a checksum; what does not match is read again, never trusted.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from projledger import __version__

FORMAT: Final = 1
"""Raised whenever what is kept changes its meaning."""


class Store:
    """A folder of entries; None keeps nothing."""

    def __init__(self, folder: Path | None, salt: str) -> None:
        if folder is not None:
            name = hashlib.sha256(f"{FORMAT} {__version__} {salt}".encode()).hexdigest()[:12]
            folder = folder / "blobs" / name
        self._folder = folder

    def get(self, key: str) -> Any | None:
        """What was kept under a key; None when there is nothing, or nothing that can be trusted."""
        if self._folder is None:
            return None
        try:
            raw = self._path(key).read_bytes()
        except OSError:
            return None
        head, _newline, body = raw.partition(b"\n")
        if head != _checksum(key, body):
            return None
        return json.loads(body)

    def put(self, key: str, value: Mapping[str, Any]) -> None:
        """Keep something under a key. A folder that cannot be written keeps nothing, and that is all."""
        if self._folder is None:
            return
        body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        path = self._path(key)
        with suppress(OSError):
            try:
                descriptor, temporary = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=path.parent)
            except FileNotFoundError:
                path.parent.mkdir(parents=True, exist_ok=True)
                descriptor, temporary = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=path.parent)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(_checksum(key, body) + b"\n" + body)
                Path(temporary).replace(path)
            except BaseException:
                Path(temporary).unlink(missing_ok=True)
                raise

    def _path(self, key: str) -> Path:
        assert self._folder is not None
        return self._folder / key[:2] / key[2:]


def _checksum(key: str, body: bytes) -> bytes:
    return hashlib.blake2b(key.encode() + b"\0" + body, digest_size=16).hexdigest().encode()
