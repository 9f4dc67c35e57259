"""A terminal: coloured where wanted, never wider than the window, nothing cut.

Not drawn with rich: it shortens what does not fit, knows no Chinese line breaks, and takes longer to import than the
whole page takes to draw. Colours are fixed entries of the 256-colour cube that can be read on light and on dark
backgrounds (a theme's own yellow often cannot); everything else keeps the terminal's colours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from projledger.render.layout import document_lines
from projledger.render.page import ASCII, LEAST_CELLS, UNICODE, Page

if TYPE_CHECKING:
    from projledger.document import Document
    from projledger.render import Envelope, Options
    from projledger.render.cells import Line
    from projledger.render.page import Glyphs

_CELLS: Final = 80
_MOST_ROWS: Final = 1000
"""Rows of a table beyond which nobody scrolls back."""

_SGR: Final = {
    "title": "1",
    "heading": "1;4",
    "caption": "1",
    "header": "1",
    "strong": "1",
    "dim": "2",
    "faint": "2",
    "red": "38;5;160",
    "yellow": "38;5;136",
    "grey": "38;5;244",
    "blue": "38;5;32",
    "green": "38;5;28",
}


def render(document: Document, data: object, envelope: Envelope, options: Options) -> str:
    """`document` for a terminal of `options.width` cells."""
    cells = max(LEAST_CELLS, options.width or _CELLS)
    glyphs = _glyphs(options.encoding)
    page = Page(glyphs, cells, fitted=True, underlined=not options.color, most_rows=_MOST_ROWS)
    lines = document_lines(document, page)
    write = _coloured if options.color else _plain
    return "".join(write(line) + "\n" for line in lines)


def _glyphs(encoding: str) -> Glyphs:
    """The drawn characters if the terminal has them all."""
    drawn = "".join(str(getattr(UNICODE, name)) for name in UNICODE.__slots__)
    try:
        drawn.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return ASCII
    return UNICODE


def _plain(line: Line) -> str:
    return "".join(text for text, _style in line).rstrip()


def _coloured(line: Line) -> str:
    """`line` with its styles; each ends before the next begins."""
    pieces: list[str] = []
    for text, style in line:
        code = _SGR.get(style)
        pieces.append(f"\x1b[{code}m{text}\x1b[0m" if code and not text.isspace() else text)
    return "".join(pieces).rstrip()
