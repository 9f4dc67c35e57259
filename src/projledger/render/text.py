"""Plain text: everything in full, in columns of cells, safe in any encoding and stable enough to compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from projledger.render.layout import document_lines
from projledger.render.page import ASCII, LEAST_CELLS, Page

if TYPE_CHECKING:
    from projledger.document import Document
    from projledger.render import Envelope, Options


def render(document: Document, data: object, envelope: Envelope, options: Options) -> str:
    """`document` as plain text; paragraphs and tables are wrapped only where a width is asked for, and never cut."""
    cells = None if options.width is None else max(LEAST_CELLS, options.width)
    page = Page(ASCII, cells, underlined=True)
    lines = ("".join(text for text, _style in line).rstrip() for line in document_lines(document, page))
    return "\n".join(lines) + "\n"
