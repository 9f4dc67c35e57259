"""What git knows of the ledgers. The only importer of `subprocess`."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Revision:
    """The data version of a folder: the short commit, and whether files there differ from it."""

    commit: str
    dirty: bool


def _run(folder: Path, *arguments: str) -> str | None:
    """The output of a git command in `folder`; None when git is missing or says no."""
    # C locale and no pager, prompts or optional locks: the same bytes for everyone, and nothing is written.
    environment = {**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments],
            capture_output=True,
            env=environment,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except OSError:
        return None
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None


def describe(folder: Path) -> Revision | None:
    """The data version of `folder`; None outside a repository, or before its first commit."""
    commit = _run(folder, "rev-parse", "--short=7", "HEAD")
    if commit is None:
        return None
    changed = _run(folder, "status", "--porcelain", "--untracked-files=normal", "--", ".")
    return Revision(commit.strip(), bool(changed))
