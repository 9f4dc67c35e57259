"""What is wrong with a ledger, as values: collected, sorted and shown in one run.

A check names *what* (a code) and *where* by a symbolic path into the data; one place (`load`) turns the path into
lines and columns. Nothing here knows YAML, pydantic or a terminal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from projledger.frozen import frozen

Severity = Literal["error", "warning"]
Path = tuple[str | int, ...]
"""Keys and list indices from the top of a file down: `("tasks", 0, "deadline")`."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A piece of a file. Lines and columns count from 1, columns in code points; the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


@frozen
class Place:
    """A symbolic place: a file of the workspace (by its relative name) and a path in its data.

    `on` says what to point at: the `value`, the `key` that holds it, or the first line of the enclosing `mapping`.
    """

    file: str
    path: Path = ()
    on: Literal["value", "key", "mapping"] = "value"


@frozen
class Finding:
    """Something a user should mend, at a symbolic place.

    `message` alone is understandable; `help` says how to mend it; both are in the language in use. `related` names
    other places that belong to it (the first of two duplicates, the members of a cycle), each with a short label.
    `later` marks a pair of equals: of `place` and the first of `related`, when both stand in one file, the later one
    is shown as the place.
    """

    code: str
    place: Place
    message: str
    help: str = ""
    related: tuple[tuple[Place, str], ...] = ()
    later: bool = False


@frozen
class Diagnostic:
    """A finding with its lines and columns, ready to be shown. `file` is relative to the workspace, with `/`.

    `excerpt` is the original text of `span.line` (control and bidi characters already made visible); empty when
    the file has no such line.
    """

    file: str
    span: Span
    severity: Severity
    code: str
    message: str
    help: str = ""
    excerpt: str = ""
    related: tuple[tuple[str, Span, str], ...] = ()

    @property
    def sort_key(self) -> tuple[str, Span, str, str]:
        """By file, then place, then code."""
        return (self.file, self.span, self.code, self.message)


@frozen
class Rule:
    """One code of the catalogue that `check --list` and `check --explain` show.

    `doc` is its whole documentation (what it does, why it matters, an example, the remedy), English, marked for
    translation. `blocking` codes leave the file out of the reports (it cannot be read or typed: exit code 3);
    `strict` ones are looked for only with `check --strict`.
    """

    code: str
    severity: Severity
    doc: str
    blocking: bool = False
    strict: bool = False
