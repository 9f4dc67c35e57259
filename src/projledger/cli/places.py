"""Where things are: the folder of a workspace, and that of what is kept between two runs.

Every command looks here before anything else is imported.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from projledger import errors

SETTINGS_FILE: Final = "projledger.yaml"  # as in models.workspace, which brings pydantic with it
PROJECTS_FOLDER: Final = "projects"


def find_workspace(named: str | None) -> Path:
    """The folder with `projledger.yaml`: named, from the environment, or here and above, each with `ledgers/`."""
    chosen = named or os.environ.get("PROJLEDGER_WORKSPACE")
    if chosen:
        folder = Path(chosen)
        found = _workspace_at(folder)
        if found is None:
            raise errors.WorkspaceNotFoundError(str(folder))
        return found
    here = Path.cwd()
    for folder in (here, *here.parents):
        found = _workspace_at(folder)
        if found is not None:
            return found
    raise errors.WorkspaceNotFoundError(".")


def _workspace_at(folder: Path) -> Path | None:
    for candidate in (folder, folder / "ledgers"):
        if (candidate / SETTINGS_FILE).is_file():
            return candidate
    return None


def is_ledger(path: Path) -> bool:
    """Whether a workspace reads, or would read, a file of this name (a disk may not tell capitals apart)."""
    if path.suffix.lower() not in (".yaml", ".yml"):
        return False
    for folder in path.parents:
        if (folder / SETTINGS_FILE).is_file():
            inner = path.relative_to(folder).parts
            if len(inner) == 1 or inner[0].lower() == PROJECTS_FOLDER:
                return True
    return False


def glimpsed(folder: Path, key: str) -> str | None:
    """What the settings say under a key, also where they cannot be read as a whole; None where nothing is said."""
    try:
        with (folder / SETTINGS_FILE).open("rb") as file:
            raw = file.read(1 << 20)
    except OSError:
        return None
    wide = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = raw.decode("utf-16" if wide else "utf-8-sig", "replace")
    written = re.search(rf"(?m)^[ \t]*[\"']?{key}[\"']?[ \t]*[:：][ \t]*[\"']?([\w/+-]+)", text)
    return written.group(1) if written else None


def cache_folder() -> Path | None:
    """Where what was read is kept: `projledger` in the user's cache folder; None where there is none."""
    chosen = os.environ.get("XDG_CACHE_HOME")
    if chosen and Path(chosen).is_absolute():
        return Path(chosen) / "projledger"
    if os.name == "nt" and os.environ.get("LOCALAPPDATA"):
        return Path(os.environ["LOCALAPPDATA"]) / "projledger" / "Cache"
    try:
        return Path.home() / ".cache" / "projledger"
    except RuntimeError:
        return None
