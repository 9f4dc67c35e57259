"""Formats: one file each, and one entry in `RENDERERS`.

A renderer draws a `Document` (or, for `json`, the result behind it) and knows no report. It returns the whole output;
the command line writes it. Each module is imported only when its format is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final, Protocol, cast

from projledger.frozen import frozen

if TYPE_CHECKING:
    from datetime import date

    from projledger.document import Document


@frozen
class Options:
    """How to draw.

    `width` is in terminal cells: `terminal` keeps within it (80 when absent), so does `text`, which wraps nothing
    when it is absent. `many_colors`: the terminal has 256 of them, not 16. `encoding` is that of the terminal:
    drawings use only characters it has. `paper` ("A4", "A3") goes before what the document wishes.
    """

    width: int | None = None
    color: bool = False
    many_colors: bool = True
    encoding: str = "utf-8"
    language: str = "en"
    paper: str | None = None


@frozen
class Envelope:
    """What `json` says around a result: which command, of which ledgers, as of when, from which revision.

    `left_out` names the ledgers that could not be read, relative to the workspace.
    """

    command: str
    workspace: str
    as_of: date
    revision: str | None = None
    dirty: bool = False
    left_out: tuple[str, ...] = ()


class Format(Protocol):
    """What the module of a format provides."""

    def render(self, document: Document, data: object, envelope: Envelope, options: Options) -> str | bytes:
        """The whole output. `data` is the frozen result that `document` was made from."""


@frozen
class Renderer:
    """One format: its name on the command line, its media type, and the module that draws it.

    The output is text with its own line ends, to be written unchanged as UTF-8 (or, on a terminal, in the terminal's
    encoding); `binary` formats give bytes instead.
    """

    name: str
    media: str
    binary: bool = False

    def load(self) -> Format:
        """The module, imported now."""
        return cast("Format", import_module(f"{__name__}.{self.name}"))


RENDERERS: Final = (
    Renderer("terminal", "text/plain"),
    Renderer("text", "text/plain"),
    Renderer("markdown", "text/markdown"),
    Renderer("json", "application/json"),
    Renderer("csv", "text/csv"),
    Renderer("html", "text/html"),
    Renderer("pdf", "application/pdf", binary=True),
)
