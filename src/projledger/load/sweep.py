"""Keeps the folder of what is kept small: what nobody used for long goes, and of too much what was used longest ago.

It is looked at once a week. What is used is marked as such by its time, so that this knows the latest use; whoever
still reads what is removed here finds it gone or not whole, and reads the ledgers.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

_DAY: Final = 24 * 60 * 60
EVERY: Final = 7 * _DAY
UNUSED: Final = 60 * _DAY
MOST: Final = 1 << 30  # bytes of all together
_IN_USE: Final = _DAY  # what was used so lately may be open in another process
_OURS: Final = ("blobs-", "ledgers-")


def used(path: Path) -> None:
    """Mark a file as used now."""
    with suppress(OSError):
        os.utime(path)


def sweep(folder: Path, now: float) -> None:
    """Remove what is too old or too much, unless that was done lately; what cannot be removed stays.

    Args:
        folder: that of what is kept; it need not be there.
        now: seconds since 1970.
    """
    mark = folder / "swept"
    with suppress(OSError):
        if abs(now - mark.stat().st_mtime) < EVERY:
            return
    try:
        mark.touch()  # first of all: of two processes at once one sweeps, and where both do it does no harm
        os.utime(mark, (now, now))
        with os.scandir(folder) as entries:
            ours = [entry for entry in entries if entry.name.startswith(_OURS) and entry.is_file(follow_symlinks=False)]
    except OSError:
        return
    size = 0
    for last, bytes_, path in sorted(_uses(ours), reverse=True):
        size += bytes_
        if now - last > UNUSED or (size > MOST and now - last > _IN_USE):
            with suppress(OSError):
                path.unlink()


def _uses(entries: list[os.DirEntry[str]]) -> list[tuple[float, int, Path]]:
    """When each file was used last, and how large it is; none that is gone meanwhile."""
    found = []
    for entry in entries:
        with suppress(OSError):
            stat = entry.stat(follow_symlinks=False)
            found.append((stat.st_mtime, stat.st_size, Path(entry.path)))
    return found
