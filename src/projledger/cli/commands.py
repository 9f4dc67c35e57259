"""The commands that are not reports, and all commands together."""

from __future__ import annotations

from typing import Final

from projledger.reports import REPORTS, CommandSpec

COMMANDS: Final[tuple[CommandSpec, ...]] = ()
"""Their modules have `run(session) -> int`: the exit code."""

ALL: Final[tuple[CommandSpec, ...]] = (*REPORTS, *COMMANDS)
"""In the order of the help."""
