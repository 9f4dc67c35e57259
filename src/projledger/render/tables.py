"""Tables in lines of text: as columns where they fit, else as records."""

from __future__ import annotations

from operator import le
from typing import TYPE_CHECKING, Final

from projledger.document import Cell
from projledger.i18n import ngettext
from projledger.render.cells import Line, line_width, longest_word, wrap
from projledger.render.page import GAP, LEAST_CELLS, Page, beside, indented, restyled, runs, spaced

if TYPE_CHECKING:
    from collections.abc import Sequence

    from projledger.document import Column, Table, Text

_WRAP_FLOOR: Final = 16
_FOLD_FLOOR: Final = 12
"""Cells below which a column that may wrap, and a column of names, do not shrink."""

_LONGEST_WORD: Final = 24
"""Cells of a word beyond which it is folded rather than left whole."""

_TALLEST: Final = 6
"""Lines of a row beyond which records are easier to read."""

Row = tuple[Line, ...]


def table_lines(table: Table, page: Page) -> list[Line]:
    """`table` with its title and note."""
    lines = page.titled(table.title)
    if table.rows:
        shown = table.rows[: page.most_rows]
        known = _Contents()
        lines += _body(table.columns, [tuple(map(known.line, row)) for row in shown], page)
        hidden = len(table.rows) - len(shown)
        if hidden:
            more = ngettext("{n} more row: -f text shows all", "{n} more rows: -f text shows all", hidden)
            lines += page.wrapped(runs(more.format(n=hidden), "strong"))
    else:
        lines += page.wrapped(runs(table.empty, "dim"))
    return lines + page.wrapped(runs(table.note, "dim"))


class _Contents:
    """The lines of cells; a cell that stands in many rows (a day, an owner) is made safe once."""

    def __init__(self) -> None:
        self._lines: dict[int, Line] = {}

    def line(self, cell: Cell | Text) -> Line:
        """What a cell says. The table keeps its cells alive meanwhile, so that their ids stay their own."""
        line = self._lines.get(id(cell))
        if line is None:
            line = self._lines[id(cell)] = runs(cell.text if isinstance(cell, Cell) else cell)
        return line


def _body(columns: Sequence[Column], rows: list[Row], page: Page) -> list[Line]:
    titles = tuple(runs(column.title, "header") for column in columns)
    whole = [row for row in rows if len(row) == len(columns)]
    known: dict[Line, int] = {}
    sizes = [tuple([known.get(cell) or known.setdefault(cell, line_width(cell)) for cell in row]) for row in rows]
    measured = [size for size in sizes if len(size) == len(columns)]
    widths = [max(column) for column in zip(map(line_width, titles), *measured, strict=True)]
    if page.cells is not None:
        spare = page.cells - GAP * (len(columns) - 1)
        if sum(widths) > spare:
            narrower = _narrowed(columns, titles, whole, widths, spare)
            if narrower is None:
                return _records(columns, rows, page)
            widths = narrower
    right = [column.align == "right" for column in columns]
    lines = _row(titles, widths, right)
    lines.append(spaced([((page.glyphs.rule * cells, "faint"),) for cells in widths]))
    for number, (row, size) in enumerate(zip(rows, sizes, strict=True)):
        if len(row) != len(columns):
            lines += _group(row, number, page)
        elif all(map(le, size, widths)):
            lines.append(_single(row, size, widths, right))
        else:
            lines += _row(row, widths, right)
    return lines


def _single(row: Row, size: Sequence[int], widths: Sequence[int], right: Sequence[bool]) -> Line:
    """A row whose cells all fit: one line (as `_row` would make it, several times faster)."""
    pieces: list[tuple[str, str]] = []
    missing = 0  # spaces owed before the next piece
    for cell, has, cells, to_right in zip(row, size, widths, right, strict=True):
        before, after = (cells - has, 0) if to_right else (0, cells - has)
        if missing + before:
            pieces.append((" " * (missing + before), "plain"))
        pieces += cell
        missing = after + GAP
    return tuple(pieces)


def _row(row: Row, widths: Sequence[int], right: Sequence[bool]) -> list[Line]:
    return beside([wrap(cell, cells) for cell, cells in zip(row, widths, strict=True)], widths, right)


def _group(row: Row, number: int, page: Page) -> list[Line]:
    """A heading over the rows that follow."""
    return [*([()] if number else []), *page.wrapped(restyled(row[0], "strong"))]


def _narrowed(
    columns: Sequence[Column], titles: Row, rows: list[Row], natural: list[int], spare: int
) -> list[int] | None:
    """Widths that add up to at most `spare`: columns that may wrap give way first, then names; numbers never.

    `None` where the floors do not fit or the rows would become towers.
    """
    words = [max(longest_word(cell, _LONGEST_WORD) for cell in column) for column in zip(titles, *rows, strict=True)]
    floors = list(natural)
    for first in (True, False):
        for i, column in enumerate(columns):
            if column.wrap is first and column.align == "left":
                floors[i] = min(natural[i], max(words[i], _WRAP_FLOOR if first else _FOLD_FLOOR))
        if sum(floors) <= spare:
            break
    else:
        return None
    cap = max(natural)
    while sum(widths := [max(floor, min(cells, cap)) for cells, floor in zip(natural, floors, strict=True)]) > spare:
        cap -= 1
    tallest = max((len(wrap(cell, widths[i])) for row in rows for i, cell in enumerate(row)), default=1)
    return widths if tallest <= _TALLEST else None


def _records(columns: Sequence[Column], rows: list[Row], page: Page) -> list[Line]:
    """Each row as a small block: its leading columns as a line, the others under it by their titles."""
    cells = page.cells or LEAST_CELLS
    heads = _heads(columns, rows)
    titles = [runs(column.title, "dim") for column in columns[heads:]]
    indent = 2 + min(max(map(line_width, titles), default=0), cells // 3) + GAP
    lines = wrap(spaced(runs(column.title, "header") for column in columns[:heads]), cells)
    lines.append(((page.glyphs.rule * max(map(line_width, lines)), "faint"),))
    for number, row in enumerate(rows):
        if len(row) != len(columns):
            lines += _group(row, number, page)
            continue
        if number and len(rows[number - 1]) == len(columns):
            lines.append(())
        lines += wrap(restyled(spaced(cell for cell in row[:heads] if cell), "strong"), cells)
        for title, value in zip(titles, row[heads:], strict=True):
            if value and line_width(title) > indent - 2 - GAP:
                lines += [*page.wrapped(title, 2), *page.wrapped(value, indent)]
            elif value:
                lines += page.hung(indented(title, 2), value, indent)
    return lines


def _heads(columns: Sequence[Column], rows: list[Row]) -> int:
    """How many leading columns make the first line of a record: the short ones, up to the first of names."""
    for i, column in enumerate(columns):
        widest = max((line_width(row[i]) for row in rows if len(row) == len(columns)), default=0)
        if column.align == "left" and widest > 8:
            return i + 1
    return 1
