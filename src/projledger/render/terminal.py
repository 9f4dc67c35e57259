"""A terminal: coloured where wanted, never wider than the window, nothing cut.

The lines are laid out as for `text` (rich shortens what does not fit and knows no Chinese line breaks); rich paints
them, in as many colours as the terminal has. Colours are entries of the 256-colour cube that can be read on light and
on dark backgrounds (a theme's own yellow often cannot); everything else keeps the terminal's colours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from projledger.render.layout import document_lines
from projledger.render.page import ASCII, LEAST_CELLS, UNICODE, Page

if TYPE_CHECKING:
    from collections.abc import Callable

    from projledger.document import Document
    from projledger.render import Envelope, Options
    from projledger.render.cells import Line
    from projledger.render.page import Glyphs

_CELLS: Final = 80
_MOST_ROWS: Final = 1000
"""Rows of a table beyond which nobody scrolls back."""

_STYLES: Final = {
    "title": "bold",
    "heading": "bold underline",
    "caption": "bold",
    "header": "bold",
    "strong": "bold",
    "dim": "dim",
    "faint": "dim",
    "red": "color(160)",
    "yellow": "color(136)",
    "grey": "color(244)",
    "blue": "color(32)",
    "green": "color(28)",
}


def render(document: Document, data: object, envelope: Envelope, options: Options) -> str:
    """`document` for a terminal of `options.width` cells."""
    cells = max(LEAST_CELLS, options.width or _CELLS)
    glyphs = _glyphs(options.encoding)
    page = Page(glyphs, cells, underlined=not options.color, most_rows=_MOST_ROWS)
    lines = document_lines(document, page)
    write = _painter(options) if options.color else _plain
    return "".join(write(line) + "\n" for line in lines)


def _glyphs(encoding: str) -> Glyphs:
    """The drawn characters if the terminal has them all."""
    drawn = "".join(str(getattr(UNICODE, name)) for name in UNICODE.__match_args__)
    try:
        drawn.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return ASCII
    return UNICODE


def _plain(line: Line) -> str:
    return "".join(text for text, _style in line).rstrip()


def _painter(options: Options) -> Callable[[Line], str]:
    """A function that paints lines in the colours the terminal has."""
    from rich.color import ColorSystem
    from rich.style import Style

    system = ColorSystem.EIGHT_BIT if options.many_colors else ColorSystem.STANDARD
    styles = {name: Style.parse(style) for name, style in _STYLES.items()}

    def paint(line: Line) -> str:
        # Each style ends before the next begins.
        return "".join(
            styles[style].render(text, color_system=system) if style in styles and not text.isspace() else text
            for text, style in line
        ).rstrip()

    return paint
