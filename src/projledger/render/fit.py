"""About how high blocks get on a sheet, for a page that cannot be measured: HTML is laid out by whoever prints it.

Lengths are in letter heights and those of the style sheet (render/style.py) for a one-page document on paper; letters
are taken as wide as in wide faces. What is drawn (bars, timelines) counts as too high for one sheet.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Final

from projledger.document import Cell, ChainMap, Facts, Items, Paragraph, Section, Table, Version, plain
from projledger.render.cells import longest_word, width, wrap
from projledger.render.page import runs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from projledger.document import Block, Document, MapNode, Text

_SHEET: Final = (63.0, 91.0)
"""Width and height of the text on an A4 with the margins of a one-page document."""
_SIZES: Final = (1.0, 0.88, 0.76, 0.64)
"""The letters' sizes that are tried with the shortest version, when the usual one is too large for it."""

_LINE: Final = 1.36
_LATIN: Final = 0.57
_HAN: Final = 0.505
"""A cell of Latin letters, and half a Chinese character."""
_SMALL: Final = 0.9
_CELL: Final = 1.0
"""Space left and right of the words in a table's cell."""
_LONG: Final = 8.0
"""The least width of a column of long texts."""


def fitting(document: Document) -> tuple[Version, float]:
    """The fullest version of a one-page document that fits on a sheet, and the size of its letters, 1 as a rule."""
    versions = (Version(document.blocks, document.annex), *document.shorter)
    for version in versions:
        if _Sheet(1.0).holds(document, version):
            return version, 1.0
    return versions[-1], next((size for size in _SIZES if _Sheet(size).holds(document, versions[-1])), _SIZES[-1])


class _Sheet:
    """A sheet for letters of a size."""

    def __init__(self, size: float) -> None:
        self.width, self.height = (length / size for length in _SHEET)

    def holds(self, document: Document, version: Version) -> bool:
        """Whether a version fits, with the title and the footer."""
        return self.head(document) + self.blocks(version.blocks) + self.foot(document) <= self.height

    def head(self, document: Document) -> float:
        """The height of the title, with the rule under it."""
        title = _lines(document.title, self.width, 1.5) * 1.95 + 1.5
        beside = _long("".join(document.asides)) + 1.5 * len(document.asides)
        return title if _long(document.title) * 1.5 + 2 + beside <= self.width else title + _LINE + 0.2

    def foot(self, document: Document) -> float:
        """The height of the notes at the end, one after the other."""
        notes = "".join(f"{plain(note)}   " for note in document.footer)
        return 1.5 + _lines(notes, self.width, _SMALL) * _SMALL * _LINE

    def blocks(self, blocks: Iterable[Block]) -> float:
        """The height of blocks."""
        return sum(map(self.block, blocks))

    def block(self, block: Block) -> float:
        """The height of a block with the space around it."""
        match block:
            case Section():
                return 1.0 + _lines(block.title, self.width, 1.1) * 1.1 * _LINE + self.blocks(block.blocks)
            case Paragraph():
                return 0.3 + _LINE * _lines(block.text, self.width)
            case Items():
                more = 0.3 + _SMALL * _LINE * _lines(block.more, self.width, _SMALL) if block.more else 0
                return 0.5 + sum(0.12 + _LINE * _lines(item, self.width - 1.9) for item in block.items) + more
            case Facts():
                return 1.4 + sum(0.8 + _LINE * _lines(text, self.width / 2 - 10) for _name, text in block.pairs)
            case Table():
                return self.table(block)
            case ChainMap():
                room = (self.width - 2.8 * (len(block.groups) - 1)) / max(1, len(block.groups))
                nodes = [sum(_node(node, room - 1.5) for node in nodes) for _title, nodes in block.groups]
                return (2.0 if block.title else 0) + 2.8 + max(nodes, default=0)
            case _:
                return inf

    def table(self, table: Table) -> float:
        """The height of a table."""
        height = 0.6 + (2.0 if table.title else 0)
        height += _LINE * _lines(table.note, self.width, _SMALL) if table.note else 0
        if not table.rows:
            return height + _LINE
        rows = [[cell.text if isinstance(cell, Cell) else cell for cell in row] for row in table.rows]
        whole = [row for row in rows if len(row) == len(table.columns)]
        columns = [[column.title, *(row[n] for row in whole)] for n, column in enumerate(table.columns)]
        rooms = _shared([(_least(texts), max(map(_long, texts))) for texts in columns], self.width)
        heads = [_lines(column.title, room, _SMALL) for column, room in zip(table.columns, rooms, strict=True)]
        height += 0.5 + _SMALL * _LINE * max(heads)
        for row in rows:
            row_rooms = rooms if len(row) == len(rooms) else [self.width]
            height += 0.4 + _LINE * max(_lines(text, room) for text, room in zip(row, row_rooms, strict=True))
        return height


def _shared(columns: Sequence[tuple[float, float]], room: float) -> list[float]:
    """What browsers give columns of a least and a wished width of `room`, without the space around their words."""
    least, wished = sum(low + _CELL for low, _high in columns), sum(high + _CELL for _low, high in columns)
    share = 1.0 if wished <= room else max(0.0, room - least) / (wished - least)
    return [low + (high - low) * share for low, high in columns]


def _least(texts: Sequence[Text]) -> float:
    """The least width of a column of texts: that of their longest word, more where they are long."""
    longest = max(map(_long, texts))
    word = max(longest_word(runs(text), 40) for text in texts) * _LATIN
    return min(longest, max(word, _LONG if longest > 2 * _LONG else 0.0))


def _node(node: MapNode, room: float) -> float:
    """The height of a link of a chain map."""
    name = f"{plain(node.name)}   {plain(node.state)}"
    details = sum(_lines(detail, room, _SMALL) for detail in node.detail) * _SMALL * _LINE
    return 0.95 + _lines(name, room) * (_LINE + 0.1) + details


def _long(text: Text) -> float:
    """The width of a text on one line."""
    return width(plain(text)) * _half(text)


def _half(text: Text) -> float:
    """The width of a cell of a text: of Latin letters more than of Chinese."""
    words = plain(text)
    cells = max(1, width(words))
    latin = max(0, 2 * len(words) - cells) / cells
    return _HAN + (_LATIN - _HAN) * latin


def _lines(text: Text, room: float, size: float = 1.0) -> int:
    """The lines that a text takes in letters of a size."""
    return max(1, len(wrap(runs(text), max(2, int(room / (_half(text) * size))))))
