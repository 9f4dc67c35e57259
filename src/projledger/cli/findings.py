"""How findings are told on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from projledger.cli.session import Session
from projledger.diagnostics import Diagnostic
from projledger.i18n import _
from projledger.load import Loaded


def concise(diagnostic: Diagnostic) -> str:
    """One line: `file:line:column: severity[code] message`."""
    span = diagnostic.span
    return f"{diagnostic.file}:{span.line}:{span.column}: {diagnostic.severity}[{diagnostic.code}] {diagnostic.message}"


def say(diagnostics: Iterable[Diagnostic], session: Session) -> None:
    """Tell findings on stderr, a line each."""
    for diagnostic in diagnostics:
        sys.stderr.write(concise(diagnostic) + "\n")


def say_left_out(loaded: Loaded, session: Session) -> None:
    """Name what was left out of a report, and the first reason for each file."""
    for file in loaded.workspace.left_out:
        first = next((d for d in loaded.diagnostics if d.file == file and d.severity == "error"), None)
        sys.stderr.write((concise(first) if first else file) + "\n")
    sys.stderr.write(_("projledger: left out of this report; all reasons: projledger check") + "\n")
