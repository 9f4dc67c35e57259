"""CSV: the one main table of a report, for spreadsheets; nothing in it is ever a formula."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from projledger.document import Cell, Section, Table, plain
from projledger.errors import NoTableError
from projledger.i18n import _, listing
from projledger.render.safe import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from projledger.document import Block, Document, Text
    from projledger.render import Envelope, Options

_BOM: Final = "\ufeff"
"""Without it, spreadsheets read Chinese in the encoding of the machine."""

_FORMULA: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_QUOTED: Final = frozenset('",;\r\n')
"""What is quoted; the semicolon because it separates cells where the comma is a decimal sign."""


def render(document: Document, data: object, envelope: Envelope, options: Options) -> str:
    """The main table of `document`, in UTF-8 with a mark, lines ended as RFC 4180 has them.

    Groups become a first column. Where a cell has a value, the value is written: numbers plain, dates in ISO form.

    Raises:
        NoTableError: when the document has no main table.
    """
    table = document.main or _main(document.blocks)
    if table is None:
        raise NoTableError
    count = len(table.columns)
    grouped = any(len(row) != count for row in table.rows)
    titles = [_safe(column.title) for column in table.columns]
    lines = [[_("group"), *titles] if grouped else titles]
    group = ""
    for row in table.rows:
        if len(row) != count:
            group = _content(row[0])
            continue
        cells = [_content(cell) for cell in row]
        lines.append([group, *cells] if grouped else cells)
    return _BOM + "".join(f"{','.join(map(_quoted, line))}\r\n" for line in lines)


def one_of(document: Document) -> str | None:
    """What the one table is called where the document has other tables as well, which CSV leaves behind; else None.

    A table without a title goes by its columns.
    """
    tables = list(_titled(document.blocks, ""))
    wanted = document.main or _main(document.blocks)
    if wanted is None or all(table is wanted for _title, table in tables):
        return None
    title = next((title for title, table in tables if table is wanted), wanted.title)
    return title or listing([column.title for column in wanted.columns])


def _titled(blocks: Iterable[Block], title: str) -> Iterator[tuple[str, Table]]:
    for block in blocks:
        if isinstance(block, Table):
            yield block.title or title, block
        elif isinstance(block, Section):
            yield from _titled(block.blocks, plain(block.title))


def _main(blocks: Iterable[Block]) -> Table | None:
    for block in blocks:
        if isinstance(block, Table) and block.main:
            return block
        if isinstance(block, Section) and (found := _main(block.blocks)) is not None:
            return found
    return None


def _content(cell: Cell | Text) -> str:
    if not isinstance(cell, Cell):
        return _safe(plain(cell))
    value = cell.value
    if value is None:
        return _safe(plain(cell.text))
    return _safe(value) if isinstance(value, str) else _plain_value(value)


def _plain_value(value: int | Decimal | Fraction | date) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Fraction):
        value = Decimal(repr(float(value))) if value.denominator != 1 else value.numerator
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _safe(text: str) -> str:
    """`text` so that no spreadsheet takes it for a formula, not even where it drops leading spaces."""
    text = printable(text)
    return f"'{text}" if text.lstrip().startswith(_FORMULA) else text


def _quoted(cell: str) -> str:
    if _QUOTED.isdisjoint(cell) and cell == cell.strip():
        return cell
    return '"{}"'.format(cell.replace('"', '""'))
