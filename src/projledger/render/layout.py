"""A Document in lines of text: what `text` and `terminal` share."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from projledger.document import (
    Bars,
    Blank,
    ChainMap,
    Facts,
    Items,
    Paragraph,
    Section,
    Stacks,
    Table,
    Timeline,
    Trend,
)
from projledger.render.cells import Line, line_width, width
from projledger.render.charts import bars_lines, chain_map_lines, stacks_lines, timeline_lines, trend_lines
from projledger.render.page import GAP, Page, indented, runs
from projledger.render.safe import printable
from projledger.render.tables import table_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from projledger.document import Block, Document

_FOOTER_RULE = 40
_WRITING_LINE = "_" * 12


def document_lines(document: Document, page: Page) -> list[Line]:
    """`document` in lines."""
    lines = page.headed(runs(document.title, "title"), page.glyphs.double_rule)
    lines += page.wrapped(runs("   ".join(document.asides), "dim"))
    if blocks := (*document.blocks, *document.annex):
        lines += [(), *_blocks(blocks, page, 1)]
    if document.footer:
        lines += [(), ((page.glyphs.rule * (page.measure or _FOOTER_RULE), "faint"),)]
        for note in document.footer:
            lines += page.wrapped(runs(note, "dim"))
    return lines


def _blocks(blocks: Sequence[Block], page: Page, level: int) -> list[Line]:
    """Blocks with an empty line between them, but none between a sentence and the list it introduces."""
    lines: list[Line] = []
    for number, block in enumerate(blocks):
        if number and not (isinstance(block, Items) and isinstance(blocks[number - 1], Paragraph)):
            lines.append(())
        lines += _block(block, page, level)
    return lines


def _block(block: Block, page: Page, level: int) -> list[Line]:
    match block:
        case Section():
            title = runs(block.title, "heading")
            heading = page.headed(title, page.glyphs.rule) if level == 1 else page.wrapped(title)
            return [*heading, *_blocks(block.blocks, page, level + 1)]
        case Paragraph():
            lines = page.wrapped(runs(block.text, block.tone))
            if block.align == "right" and page.measure is not None:
                return [indented(line, page.measure - line_width(line)) for line in lines]
            return lines
        case Items():
            return _items(block, page)
        case Facts():
            return _facts(block, page)
        case Table():
            return table_lines(block, page)
        case Bars():
            return bars_lines(block, page)
        case Stacks():
            return stacks_lines(block, page)
        case Trend():
            return trend_lines(block, page)
        case Timeline():
            return timeline_lines(block, page)
        case ChainMap():
            return chain_map_lines(block, page)
        case Blank():
            return page.wrapped(runs("   ".join(f"{printable(label)} {_WRITING_LINE}" for label in block.labels)))
        case _:
            assert_never(block)


def _items(block: Items, page: Page) -> list[Line]:
    heads = [f"{n}." if block.numbered else page.glyphs.bullet for n in range(1, len(block.items) + 1)]
    widest = max(map(width, heads), default=1)
    lines: list[Line] = []
    for head, item in zip(heads, block.items, strict=True):
        lines += page.hung(((f"  {head:>{widest}} ", "dim"),), runs(item), widest + 3)
    return lines + page.wrapped(runs(block.more, "dim"), widest + 3)


def _facts(block: Facts, page: Page) -> list[Line]:
    """Names in a column and values beside them; a name too long for its column stands above its value."""
    names = [runs(name, "dim") for name, _text in block.pairs]
    indent = max(map(line_width, names), default=0) + GAP
    if page.cells is not None:
        indent = min(indent, max(page.cells // 3, GAP + 1))
    lines: list[Line] = []
    for name, (_name, text) in zip(names, block.pairs, strict=True):
        if line_width(name) + GAP <= indent:
            lines += page.hung(name, runs(text), indent)
        else:
            lines += [*page.wrapped(name), *page.wrapped(runs(text), indent)]
    return lines
