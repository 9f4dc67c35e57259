"""Findings at their lines for a review on a server: GitHub's workflow commands, GitLab's Code Quality."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal

from projledger.diagnostics import Diagnostic

Level = Literal["error", "warning", "notice"]
_SEVERITIES: Final[dict[Level, str]] = {"error": "major", "warning": "minor", "notice": "info"}


def way_to(root: Path) -> str:
    """What to put before a file's name so that it can be opened from here; nothing for a workspace elsewhere."""
    here, top = Path.cwd(), root.resolve()
    if top == here or not top.is_relative_to(here):
        return ""
    return top.relative_to(here).as_posix() + "/"


def github(remarks: Sequence[tuple[Level, Diagnostic]], where: str) -> str:
    """Workflow commands, one a line; their escapes keep a ledger's text from being one itself."""
    return "".join(_command(level, d, where) for level, d in remarks)


def _command(level: Level, d: Diagnostic, where: str) -> str:
    def data(text: str) -> str:
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

    def value(text: str) -> str:
        return data(text).replace(":", "%3A").replace(",", "%2C")

    span = d.span
    fields = f"file={value(where + d.file)},line={span.line},col={span.column}"
    fields += f",endLine={span.end_line},endColumn={span.end_column},title={value(d.code)}"
    text = f"{d.message}\n{d.help}" if d.help else d.message
    return f"::{level} {fields}::{data(text)}\n"


def gitlab(remarks: Sequence[tuple[Level, Diagnostic]], where: str) -> str:
    """A Code Quality report. The fingerprint leaves the line out, so that a moved finding stays the same one."""
    entries: list[dict[str, object]] = []
    seen: dict[str, int] = {}
    for level, d in remarks:
        print_ = hashlib.sha256("\0".join((d.file, d.code, d.message, d.excerpt)).encode()).hexdigest()
        seen[print_] = seen.get(print_, 0) + 1
        entries.append(
            {
                "description": f"{d.message} — {d.help}" if d.help else d.message,
                "check_name": d.code,
                "fingerprint": print_ if seen[print_] == 1 else f"{print_}{seen[print_]}",
                "severity": _SEVERITIES[level],
                "location": {"path": where + d.file, "lines": {"begin": d.span.line, "end": d.span.end_line}},
            }
        )
    return json.dumps(entries, ensure_ascii=False, indent=2) + "\n"
