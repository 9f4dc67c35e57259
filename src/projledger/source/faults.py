"""Faults while a file is read: collected by offset, counted, and turned into diagnostics at the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from projledger.diagnostics import Diagnostic, Span
from projledger.frozen import frozen
from projledger.i18n import _, ngettext
from projledger.source.limits import MOST_FINDINGS
from projledger.source.rules import RULES
from projledger.source.text import TOP, excerpt, line_end, line_start, span, visible

_SEVERITY: Final = {rule.code: rule.severity for rule in RULES}
_BLOCKING: Final = frozenset(rule.code for rule in RULES if rule.blocking)

Words: TypeAlias = tuple[str, str]
"""What is wrong, and how to mend it."""


@frozen
class Fault:
    """Something wrong from offset `start` to `end`; `related` is another place with its label."""

    code: str
    start: int
    end: int
    words: Words
    related: tuple[int, int, str] | None = None


class Faults:
    """The faults of one file: the first `MOST_FINDINGS` of each code are kept, the others counted."""

    def __init__(self) -> None:
        self.kept: list[Fault] = []
        self.hidden = 0
        self._counts: dict[str, int] = {}
        self._seen: set[tuple[str, int]] = set()

    def add(
        self,
        code: str,
        start: int,
        end: int,
        words: Callable[[], Words],
        related: tuple[int, int, str] | None = None,
    ) -> None:
        """Count a fault, and describe it if it is kept: a hostile file holds hundreds of thousands of them."""
        if (code, start) in self._seen:
            return
        count = self._counts[code] = self._counts.get(code, 0) + 1
        if count <= MOST_FINDINGS:
            self._seen.add((code, start))
            self.kept.append(Fault(code, start, end, words(), related))
        else:
            self.hidden += 1

    def keep(self, fault: Fault) -> None:
        """Add a fault that is described already."""
        self.add(fault.code, fault.start, fault.end, lambda: fault.words, fault.related)

    @property
    def blocking(self) -> bool:
        """Whether the file must be left out."""
        return any(fault.code in _BLOCKING for fault in self.kept)

    def diagnostics(self, file: str, text: str) -> list[Diagnostic]:
        """All of them in order, cut at `MOST_FINDINGS`."""
        first = sorted(self.kept, key=lambda fault: fault.start)[: MOST_FINDINGS + 1]
        shown = sorted((_diagnostic(file, text, fault) for fault in first), key=lambda one: one.sort_key)
        return capped(shown, self.hidden + len(self.kept))


def _diagnostic(file: str, text: str, fault: Fault) -> Diagnostic:
    # At the end of the file there is nothing to point at but the last character that shows.
    start = fault.start if fault.start < len(text) else max(len(text.rstrip()) - 1, 0)
    related: tuple[tuple[str, Span, str], ...] = ()
    if fault.related:
        first, last, label = fault.related
        related = ((file, span(text, first, last), label),)
    message, remedy = fault.words
    return Diagnostic(
        file=file,
        span=span(text, start, min(fault.end, len(text))),
        severity=_SEVERITY[fault.code],
        code=fault.code,
        message=message,
        help=remedy,
        excerpt=excerpt(text[line_start(text, start) : line_end(text, start)]),
        related=related,
    )


def about_file(file: str, code: str, message: str, remedy: str, place: Span = TOP, line: str = "") -> Diagnostic:
    """A finding about a file whose text is not known; its name may be what is wrong with it."""
    return Diagnostic(visible(file), place, _SEVERITY[code], code, message, remedy, line)


def capped(found: list[Diagnostic], count: int) -> list[Diagnostic]:
    """The first `MOST_FINDINGS` of one file's `count` findings, then one that says how many more there are."""
    more = count - MOST_FINDINGS
    if more <= 0:
        return found
    message = ngettext(
        "{n} more finding in this file is not shown", "{n} more findings in this file are not shown", more
    ).format(n=more)
    last = found[MOST_FINDINGS - 1]
    line, column = last.span.end_line, last.span.end_column
    behind = Span(line, column, line, column + 1)  # where it stays the last one, however they are sorted
    remedy = _("mend the others first, then check again")
    return [*found[:MOST_FINDINGS], Diagnostic(last.file, behind, _SEVERITY["too-many"], "too-many", message, remedy)]
