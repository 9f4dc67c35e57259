"""Markdown as forges show it: tables with pipes, drawings as tables, every mark of the ledgers' text escaped."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, assert_never

from projledger.calendar import day_text
from projledger.document import (
    Bars,
    Blank,
    Cell,
    ChainMap,
    Facts,
    Items,
    Paragraph,
    Section,
    Stacks,
    Table,
    Timeline,
    Trend,
    plain,
)
from projledger.i18n import _
from projledger.render.page import UNICODE
from projledger.render.safe import printable
from projledger.render.scale import clamp, steps_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from projledger.document import Bar, Block, Column, Document, Text, TimelineRow
    from projledger.render import Envelope, Options

_MARKS: Final = re.compile(r"[\\`*_\[\]<>|~#&$]")
_LEADING: Final = re.compile(r"\A(?:\d+(?=[.)](?:\s|\Z))|(?=[-+=]))")
"""What begins a list, a rule or a heading at the start of a line."""

_BAR: Final = 20
_DEEPEST: Final = 6
_WRITING_LINE: Final = r"\_" * 12


def render(document: Document, data: object, envelope: Envelope, options: Options) -> str:
    """`document` as GitHub-flavoured Markdown."""
    parts = [f"# {_line(document.title)}"]
    if document.asides:
        parts.append(" · ".join(_line(aside) for aside in document.asides))
    parts += _blocks((*document.blocks, *document.annex), 2)
    if document.footer:
        parts += ["---", "\\\n".join(_line(note) for note in document.footer)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _inline(text: Text) -> str:
    """`text` with nothing left that Markdown would read, for the inside of a line."""
    return _MARKS.sub(r"\\\g<0>", printable(plain(text))).strip()


def _line(text: Text) -> str:
    """`text` for the beginning of a line."""
    return _LEADING.sub(r"\g<0>\\", _inline(text))


def _bold(text: Text) -> str:
    """`text` in bold, where it stands alone."""
    return f"**{_inline(text)}**" if _inline(text) else ""


def _blocks(blocks: Sequence[Block], level: int) -> list[str]:
    return [part for block in blocks for part in _block(block, level)]


def _block(block: Block, level: int) -> list[str]:
    match block:
        case Section():
            return [f"{'#' * min(level, _DEEPEST)} {_line(block.title)}", *_blocks(block.blocks, level + 1)]
        case Paragraph():
            return [_line(block.text)]
        case Items():
            marks = [f"{n}." if block.numbered else "-" for n in range(1, len(block.items) + 1)]
            items = [f"{mark} {_line(item)}" for mark, item in zip(marks, block.items, strict=True)]
            return ["\n".join(items), _line(block.more)]
        case Facts():
            return [_table(("", ""), [(_inline(name), _inline(text)) for name, text in block.pairs])]
        case Table():
            return _report_table(block)
        case Bars():
            return _bars(block)
        case Stacks():
            tones = list(dict.fromkeys([tone for stack in block.stacks for tone, _count in stack.parts]))
            words = dict(block.legend)
            rows = [
                (_inline(stack.label), *(str(dict(stack.parts).get(tone, 0)) for tone in tones))
                for stack in block.stacks
            ]
            titles = ("", *(_inline(words.get(tone, "")) for tone in tones))
            return [_bold(block.title), _table(titles, rows, range(1, len(titles)))]
        case Trend():
            lines = [(_inline(line.label), steps_text(block, line)) for line in block.lines]
            return [_bold(block.title), _table(("", ""), lines)]
        case Timeline():
            return _timeline(block)
        case ChainMap():
            return _chain_map(block)
        case Blank():
            return [" ".join(f"{_line(label)} {_WRITING_LINE}" for label in block.labels)]
        case _:
            assert_never(block)


def _table(titles: Iterable[str], rows: Iterable[Sequence[str]], right: Iterable[int] = ()) -> str:
    """A table of cells already escaped; the columns numbered in `right` are aligned to the right."""
    titles, right = tuple(titles), frozenset(right)
    rule = ["---:" if number in right else "---" for number in range(len(titles))]
    return "\n".join(f"| {' | '.join(row)} |" for row in (titles, rule, *rows))


def _group(title: Text, columns: Sequence[Column], more: int = 0) -> list[str]:
    """A row that heads the rows after it: its words stand in the column with most room."""
    cells = [""] * (len(columns) + more)
    left = [number for number, column in enumerate(columns) if column.align == "left"]
    cells[next((number for number in left if columns[number].wrap), left[0] if left else 0)] = _bold(title)
    return cells


def _report_table(table: Table) -> list[str]:
    if not table.rows:
        return [_bold(table.title), _line(table.empty), _line(table.note)]
    count = len(table.columns)
    rows = []
    for row in table.rows:
        texts = [cell.text if isinstance(cell, Cell) else cell for cell in row]
        rows.append([_inline(text) for text in texts] if len(texts) == count else _group(texts[0], table.columns))
    right = [number for number, column in enumerate(table.columns) if column.align == "right"]
    titles = [_inline(column.title) for column in table.columns]
    return [_bold(table.title), _table(titles, rows, right), _line(table.note)]


def _bars(block: Bars) -> list[str]:
    rows = []
    for bar in block.bars:
        text = _inline(bar.text) or (_("not reported") if bar.value is None else "")
        rows.append((_inline(bar.label), _bar(bar), text))
    marked = block.mark_label and any(bar.mark is not None for bar in block.bars)
    return [
        _bold(block.title),
        _table(("", "", ""), rows),
        f"`{UNICODE.mark}` {_inline(block.mark_label)}" if marked else "",
    ]


def _bar(bar: Bar) -> str:
    cells = ["░"] * _BAR
    if bar.value is not None:
        filled = max(bar.value > 0, int(clamp(bar.value) * _BAR))
        cells[:filled] = ["█"] * filled
    if bar.mark is not None:
        cells[min(_BAR - 1, int(clamp(bar.mark) * _BAR))] = UNICODE.mark
    return f"`{''.join(cells)}`"


def _timeline(block: Timeline) -> list[str]:
    if not block.rows:
        return [_bold(block.title), _line(block.empty)]
    rows: list[Sequence[str]] = []
    group = ""
    for row in block.rows:
        if row.group and row.group != group:
            group = row.group
            rows.append(_group(group, block.columns, 2))
        rows.append([*(_inline(cell) for cell in row.cells), _times(row, block), _inline(row.note)])
    right = [number for number, column in enumerate(block.columns) if column.align == "right"]
    titles = [*(_inline(column.title) for column in block.columns), _("time"), _("note")]
    return [_bold(block.title), _table(titles, rows, right), _line(block.legend)]


def _times(row: TimelineRow, block: Timeline) -> str:
    """What the drawing of a row would show, in words."""
    kinds = {"planned": _("planned"), "actual": _("actual"), "forecast": _("forecast")}
    said = [
        _("{kind}: {first} to {last}").format(
            kind=kinds[stretch.kind],
            first=day_text(stretch.start, block.start),
            last=day_text(stretch.end, block.start),
        )
        for stretch in row.stretches
    ]
    said += [
        _("{label} ({kind}, {day})").format(
            label=_inline(point.label), kind=kinds[point.kind], day=day_text(point.day, block.start)
        )
        for point in row.points
    ]
    return "<br>".join(said)


def _chain_map(block: ChainMap) -> list[str]:
    lines: list[str] = []
    for number, (title, nodes) in enumerate(block.groups):
        lines.append(f"- {'→ ' if number else ''}{_line(title)}")
        for node in nodes:
            state = f" \\[{_inline(node.state)}\\]" if node.state else ""
            lines.append(f"  - {_line(node.name)}{state}")
            lines += [f"    - {_line(detail)}" for detail in node.detail]
    return [_bold(block.title), "\n".join(lines)]
