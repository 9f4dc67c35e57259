"""How findings are told on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

from projledger.cli.output import visible
from projledger.diagnostics import Diagnostic
from projledger.i18n import _, listing, ngettext
from projledger.load import Loaded
from projledger.models.workspace import Twice
from projledger.render.cells import width

_COLORS = {"error": "\x1b[1;31m", "warning": "\x1b[1;33m"}
_BOLD, _DIM, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[0m"


def severity_text(diagnostic: Diagnostic) -> str:
    """The severity in words."""
    return _("error") if diagnostic.severity == "error" else _("warning")


def concise(diagnostic: Diagnostic, where: str = "") -> str:
    """One line: `file:line:column: severity[code] message`. `where` is the way to the workspace."""
    span = diagnostic.span
    place = f"{where}{visible(diagnostic.file)}:{span.line}:{span.column}"
    return f"{place}: {severity_text(diagnostic)}[{diagnostic.code}] {visible(diagnostic.message)}"


def full(diagnostic: Diagnostic, where: str = "", color: bool = False) -> str:
    """The place and message, the line with a caret below what is meant, the other places, the remedy."""
    span = diagnostic.span
    tone, bold, dim, end = (_COLORS[diagnostic.severity], _BOLD, _DIM, _PLAIN) if color else ("", "", "", "")
    place = f"{where}{visible(diagnostic.file)}:{span.line}:{span.column}"
    head = f"{tone}{severity_text(diagnostic)}[{diagnostic.code}]{end}"
    lines = [f"{bold}{place}{end}: {head} {bold}{visible(diagnostic.message)}{end}"]
    number = str(span.line)
    if diagnostic.excerpt:
        gutter = " " * len(number)
        excerpt, caret = _window(diagnostic)
        lines.append(f"{dim}{gutter} |{end}")
        lines.append(f"{dim}{number} |{end} {excerpt}")
        lines.append(f"{dim}{gutter} |{end} {tone}{caret}{end}")
    for file, related, label in diagnostic.related:
        lines.append(f"  {dim}{where}{visible(file)}:{related.line}:{related.column}{end} {visible(label)}")
    if diagnostic.help:
        lines.append("  " + _("help: {text}").format(text=visible(diagnostic.help)))
    return "\n".join(lines) + "\n"


_WINDOW = 160
"""Code points of a line that are shown: a line of thousands would bury the caret."""


def _window(diagnostic: Diagnostic) -> tuple[str, str]:
    """The line (or the part around the place, when it is very long) and the caret line below it."""
    line, span = diagnostic.excerpt, diagnostic.span
    start = max(span.column - 1, 0)
    stop = span.end_column - 1 if span.end_line == span.line else len(line)
    first = max(0, start - _WINDOW // 2) if len(line) > _WINDOW else 0
    shown = line[first : first + _WINDOW]
    before = "".join("\t" if c == "\t" else " " * width(c) for c in line[first:start])
    marked = line[start : min(stop, first + _WINDOW)]
    return shown, before + "^" * max(width(marked), 1)


def summary(diagnostics: Sequence[Diagnostic]) -> None:
    """How many there are, on stderr."""
    wrong = sum(d.severity == "error" for d in diagnostics)
    doubtful = len(diagnostics) - wrong
    files = len({d.file for d in diagnostics})
    counts = []
    if wrong:
        counts.append(ngettext("{n} error", "{n} errors", wrong).format(n=wrong))
    if doubtful:
        counts.append(ngettext("{n} warning", "{n} warnings", doubtful).format(n=doubtful))
    line = ngettext("{counts} in {n} file", "{counts} in {n} files", files).format(counts=listing(counts), n=files)
    sys.stderr.write(line + "\n")


def say(diagnostics: Iterable[Diagnostic]) -> None:
    """Tell findings on stderr, a line each."""
    for diagnostic in diagnostics:
        sys.stderr.write(concise(diagnostic) + "\n")


def twice_text(again: Twice) -> str:
    """Which of two files with one id counts."""
    return _("{id} is the id of two projects: {counts} counts, {file} is left out until one has another id").format(
        id=again.id, counts=again.counts, file=again.file
    )


def repeated_text(ref: str) -> str:
    """An item that a reference does not tell from another one."""
    return _("{ref} is the id of two items: the light is that of the first, until one has another id").format(ref=ref)


def say_left_out(loaded: Loaded) -> None:
    """Name what was left out of a report, and the first reason for each file; and what a report cannot tell apart."""
    again = {one.file: twice_text(one) for one in loaded.workspace.twice}
    for file in loaded.workspace.left_out:
        if file in again:
            sys.stderr.write(visible(again[file]) + "\n")
            continue
        first = next((d for d in loaded.diagnostics if d.file == file and d.severity == "error"), None)
        sys.stderr.write((concise(first) if first else visible(file)) + "\n")
    for ref in loaded.workspace.repeated:
        sys.stderr.write(visible(repeated_text(ref)) + "\n")
    if loaded.workspace.left_out:
        sys.stderr.write(_("projledger: left out of this report; all reasons: projledger check") + "\n")
