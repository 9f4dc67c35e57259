"""PDF: the page that is printed and hung up, set by Typst from `pdf.typ`.

The document goes to Typst as data: nothing in it is ever markup. The same document gives the same bytes: no date, no
name of the machine, and only the fonts that it uses.
"""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from fractions import Fraction
from importlib import resources
from math import sqrt
from typing import TYPE_CHECKING, Any, Final, assert_never

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
    Version,
    plain,
)
from projledger.errors import FontMissingError, PdfUnavailableError
from projledger.i18n import _
from projledger.render.safe import printable
from projledger.render.scale import clamp, labels, place, steps_text, ticks, value_text
from projledger.render.style import LIGHT

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from types import ModuleType

    from projledger.document import Block, Document, Text, TimelineRow
    from projledger.render import Envelope, Options

_FONTS: Final = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "Microsoft YaHei", "PingFang SC",
    "Hiragino Sans GB", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "SimHei", "SimSun",
)  # fmt: skip
"""Fonts with Chinese characters, the best first."""

_LATIN: Final = "Libertinus Serif"
"""What Typst brings with it: enough for a document without Chinese."""

_SHEETS: Final = {"A4": (595.28, 841.89), "A3": (841.89, 1190.55)}
"""The short and the long side of a sheet, in points."""
_SIZES: Final = {("A4", False): 9.5, ("A4", True): 8.0, ("A3", False): 10.5, ("A3", True): 9.5}
"""The height of letters by paper, upright or not."""
_MARGIN: Final = 36.0
_TIGHT_MARGIN: Final = 26.0
_HALF: Final = 0.55
"""Letter heights that half a Chinese character takes, a little more than it does."""
_PADDING: Final = 1.0
"""Letter heights around the words of a cell, left and right together."""
_LABEL: Final = 0.8
"""The size of the words in a chart, in letter heights."""
_FIRM: Final = 0.85
"""The share of a page up to which the columns that do not wrap get all they ask for, with the longest words of those
that do."""
_TALL: Final = 25
"""Lines of a row that may be broken over two sheets: one that a sheet cannot hold would lose its end."""
_WALL_ROWS: Final = 40
_WALL_SIZES: Final = (120, 116, 112, 108, 104, 100, 96, 92, 88)
"""Rows of a wall chart that is set as large as fits on one sheet, and the sizes of its letters, in hundredths."""
_LETTERS: Final = (100, 98, 96, 94, 92)
"""The sizes of the letters of a report of several sheets, in hundredths."""
_LITTLE: Final = 0.2
"""The share of a sheet that is next to nothing: a signature, the notes at the end, a line or two before them."""
_NAME_CELLS: Final = 22
"""Cells up to which a column of words beside a chart grows."""

_CHINESE: Final = r"\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_HAN: Final = re.compile(rf"[{_CHINESE}]")
_NAME: Final = re.compile(rf"[{_CHINESE}]{{2,4}}")
"""The name of a person, as Chinese has it: short enough to stand whole at any end of a line."""
_WORD: Final = re.compile(rf"[{_CHINESE}][，。、；：！？）】》]?|[^\s\u200b{_CHINESE}]+")
"""What is not broken in two lines."""
_LONG_WORD: Final = re.compile(r"[!-~]{16}(?=[!-~])")


def render(document: Document, data: object, envelope: Envelope, options: Options) -> bytes:
    """`document` as a PDF.

    Raises:
        PdfUnavailableError: Typst is not installed.
        FontMissingError: the document has Chinese in it, and no font here has.
    """
    try:
        import typst
    except ImportError:
        raise PdfUnavailableError from None
    sheet = _Sheet(document, options)
    page_data = _document(document, sheet)
    content = json.dumps(page_data, ensure_ascii=False)
    kept = [name for name in document.names if _NAME.fullmatch(name) and name in content]
    if kept:
        # Of two names, one of which begins like the other, the longer is looked for first.
        content = json.dumps({**page_data, "names": sorted(kept, key=len, reverse=True)}, ensure_ascii=False)
    fonts = _installed(typst)
    known = set(fonts.families())
    chosen = [name for name in _FONTS if name in known]
    if not chosen and _HAN.search(content):
        raise FontMissingError
    template = resources.files(__package__).joinpath("pdf.typ").read_bytes()
    inputs = {"document": content, "fonts": json.dumps(chosen[:1] or [_LATIN]), "latin": _LATIN}

    def compiler(percent: int) -> Any:
        return typst.Compiler(template, font_paths=fonts, sys_inputs={**inputs, "percent": str(percent)})

    def end(percent: int) -> tuple[int, float]:
        """The sheet on which the document ends, and how far down, in points."""
        number, down = json.loads(compiler(percent).query("<end>", field="value", one=True))
        return int(number), float(down)

    percent = 100 if document.one_page else _percent(end, sheet)
    page, warnings = compiler(percent).compile_with_warnings(format="pdf")
    assert isinstance(page, bytes)  # a list of them is what pictures of pages come as
    # What Typst only warns of (a font that is not there) would leave boxes for words.
    if any("font" in warning.message for warning in warnings):
        raise FontMissingError
    return page


def _percent(end: Callable[[int], tuple[int, float]], sheet: _Sheet) -> int:
    """The size of the letters: a little smaller where that spares a last sheet with next to nothing on it."""
    sheets, down = end(_LETTERS[0])
    if sheets == 1 or down > sheet.margin + sheet.height * _LITTLE:
        return _LETTERS[0]
    return next((smaller for smaller in _LETTERS[1:] if end(smaller)[0] < sheets), _LETTERS[0])


def _installed(typst: ModuleType) -> Any:
    """The fonts of this machine."""
    return typst.Fonts()


# --- the document as data ---------------------------------------------------------------------------------------------


class _Sheet:
    """How much room there is: width and height between the margins and the size of the letters, in points."""

    def __init__(self, document: Document, options: Options) -> None:
        self.paper = "A4" if document.one_page else options.paper or document.paper
        short, long = _SHEETS[self.paper]
        self.margin = _TIGHT_MARGIN if document.one_page else _MARGIN
        self.size = _SIZES[self.paper, document.landscape]
        wide, high = (long, short) if document.landscape else (short, long)
        self.bottom = self.margin * 1.15
        self.width = wide - 2 * self.margin
        self.height = high - self.margin - self.bottom


def _document(document: Document, sheet: _Sheet) -> dict[str, Any]:
    return {
        "title": _words(document.title),
        "asides": [_words(aside) for aside in document.asides],
        "footer": [_words(note) for note in document.footer],
        "names": [],
        "language": document.language,
        "region": "cn" if document.language == "zh" else None,
        "paper": sheet.paper.lower(),
        "landscape": document.landscape,
        "one_page": document.one_page,
        "size": sheet.size,
        "margin": sheet.margin,
        "bottom": sheet.bottom,
        "room": [sheet.width, sheet.height],
        "colours": LIGHT,
        "versions": [
            {
                "blocks": [_block(block, sheet) for block in version.blocks],
                "annex": [_block(block, sheet) for block in version.annex],
            }
            for version in (Version(document.blocks, document.annex), *document.shorter)
        ],
    }


def _words(text: Text) -> str:
    """The words of `text`; a word too long for a column may be broken."""
    return _LONG_WORD.sub("\\g<0>\u200b", printable(plain(text)))


def _runs(text: Text) -> list[list[str]]:
    """`text` as pairs of words and their tone."""
    if isinstance(text, str):
        return [[_words(text), "plain"]] if text else []
    return [[_words(run.text), run.tone] for run in text if run.text]


def _block(block: Block, sheet: _Sheet) -> dict[str, Any]:
    match block:
        case Section():
            inner = [_block(one, sheet) for one in block.blocks]
            return {"kind": "section", "title": _runs(block.title), "blocks": inner}
        case Paragraph():
            runs = _runs(block.text)
            if block.tone != "plain":
                runs = [[said, block.tone if tone == "plain" else tone] for said, tone in runs]
            return {"kind": "paragraph", "runs": runs}
        case Items():
            items = [_runs(item) for item in block.items]
            return {"kind": "items", "numbered": block.numbered, "items": items, "more": _runs(block.more)}
        case Facts():
            return {"kind": "facts", "pairs": [[_words(name), _runs(text)] for name, text in block.pairs]}
        case Table():
            return _table(block, sheet)
        case Bars():
            return _bars(block)
        case Stacks():
            return {
                "kind": "stacks",
                "title": _words(block.title),
                "stacks": [{"label": _words(s.label), "parts": [list(part) for part in s.parts]} for s in block.stacks],
                "legend": [[tone, _words(text)] for tone, text in block.legend],
            }
        case Trend():
            return _trend(block)
        case Timeline():
            return _timeline(block, sheet)
        case ChainMap():
            return _chain_map(block)
        case Blank():
            return {"kind": "blank", "labels": [_words(label) for label in block.labels]}
        case _:
            assert_never(block)


def _bars(block: Bars) -> dict[str, Any]:
    marked = any(bar.mark is not None for bar in block.bars)
    return {
        "kind": "bars",
        "title": _words(block.title),
        "mark_label": _words(block.mark_label) if marked else "",
        "bars": [
            {
                "label": _runs(bar.label),
                "value": None if bar.value is None else _share(clamp(bar.value)),
                "mark": None if bar.mark is None else _share(clamp(bar.mark)),
                "text": _runs(bar.text or (_("not reported") if bar.value is None else "")),
                "tone": bar.tone,
            }
            for bar in block.bars
        ],
    }


def _share(value: Fraction) -> float:
    return round(float(value), 5)


def _chain_map(block: ChainMap) -> dict[str, Any]:
    return {
        "kind": "map",
        "title": _words(block.title),
        "groups": [
            {
                "title": _words(title),
                "nodes": [
                    {
                        "name": _runs(node.name),
                        "state": _runs(node.state),
                        "detail": [_runs(detail) for detail in node.detail],
                        "tone": node.tone,
                    }
                    for node in nodes
                ],
            }
            for title, nodes in block.groups
        ],
    }


def _trend(block: Trend) -> dict[str, Any]:
    days = sorted({day for line in block.lines for day, _value in line.points})
    values = sorted({value for line in block.lines for _day, value in line.points})
    drawn = len(days) > 1 and len(values) > 1
    levels: Sequence[Fraction] = []
    if drawn:
        low, high = values[0], values[-1]
        levels = [low + (high - low) * n / 4 for n in range(5)]
        if block.y_is_date:
            levels = sorted({Fraction(int(level)) for level in levels})

    def point(day: date, value: Fraction) -> list[float]:
        x = Fraction((day - days[0]).days, (days[-1] - days[0]).days)
        return [_share(x), _share((value - values[0]) / (values[-1] - values[0]))]

    return {
        "kind": "trend",
        "title": _words(block.title),
        "levels": [
            [_share((level - values[0]) / (values[-1] - values[0])), _words(value_text(block, level))]
            for level in levels
        ],
        "first": day_text(days[0]) if days else "",
        "last": day_text(days[-1]) if days else "",
        "lines": [
            {
                "label": _words(line.label),
                "tone": line.tone,
                "points": [point(*pair) for pair in line.points] if drawn else [],
                "said": _words(steps_text(block, line)),
            }
            for line in block.lines
        ],
    }


# --- tables -----------------------------------------------------------------------------------------------------------


def _table(table: Table, sheet: _Sheet) -> dict[str, Any]:
    rows = [[cell.text if isinstance(cell, Cell) else cell for cell in row] for row in table.rows]
    whole = [row for row in rows if len(row) == len(table.columns)]
    columns = [([row[n] for row in whole], column.title) for n, column in enumerate(table.columns)]
    natural = [_natural(texts, title) for texts, title in columns]
    room = sheet.width / sheet.size
    widths = None
    if sum(natural) > room:
        least = [_least(texts, title) for texts, title in columns]
        widths = _widths(natural, least, room, [n for n, c in enumerate(table.columns) if not c.wrap])
    given = widths or natural
    return {
        "kind": "table",
        "title": _words(table.title),
        "columns": [{"title": _words(c.title), "right": c.align == "right"} for c in table.columns],
        # What has all that it asks for grows and shrinks with its letters.
        "widths": widths
        and [None if given >= round(own, 3) else given for given, own in zip(widths, natural, strict=True)],
        "rows": [[_runs(cell) for cell in row] for row in rows],
        "tall": [
            max(_halves(cell) * _HALF / wide for cell, wide in zip(row, given, strict=False)) > _TALL for row in rows
        ],
        "note": _runs(table.note),
        "empty": _words(table.empty),
    }


def _natural(texts: Iterable[Text], title: str) -> float:
    """The width of the longest of some texts on one line, with the space around it, in letter heights."""
    longest = max([_halves(title), *map(_halves, texts)])
    return longest * _HALF + _PADDING


def _halves(text: Text) -> int:
    """How many halves of a Chinese character some words take. The fonts give the lights' shapes a whole one."""
    return sum(2 if char > "\u1fff" else 1 for char in printable(plain(text)))


def _least(texts: Iterable[Text], title: str) -> float:
    """The width of the longest word of some texts, with the space around it, in letter heights: what cannot wrap."""
    longest = max(_halves(word) for text in (title, *texts) for word in _WORD.findall(_words(text)) or [""])
    return longest * _HALF + _PADDING


def _widths(natural: Sequence[float], least: Sequence[float], room: float, firm: Collection[int]) -> list[float]:
    """What each column gets of `room`, which is less than they ask for together.

    The `firm` columns, numbers and short words, get what they ask for where that leaves room for the others; else
    those of them that ask for little. The others share the rest, by the root of what they ask for: a column ten times
    as long is to be some three times as wide; but none gets less than its longest word where that can be.
    """
    given = list(least)
    waiting = set(range(len(natural)))
    rest = room
    if sum(natural[n] if n in firm else least[n] for n in waiting) <= room * _FIRM:
        for n in firm:
            given[n] = natural[n]
            rest -= natural[n]
        waiting.difference_update(firm)
    while waiting:
        part = max(0.0, rest) / sum(sqrt(natural[n]) for n in waiting)
        settled = {n: least[n] for n in waiting if least[n] > part * sqrt(natural[n])}
        settled = settled or {n: natural[n] for n in waiting if natural[n] <= part * sqrt(natural[n])}
        if not settled:
            for n in waiting:
                given[n] = part * sqrt(natural[n])
            break
        for n, wide in settled.items():
            given[n] = wide
            rest -= wide
        waiting.difference_update(settled)
    return [round(share, 3) for share in given]


# --- the timeline -----------------------------------------------------------------------------------------------------


def _timeline(block: Timeline, sheet: _Sheet) -> dict[str, Any]:
    room = sheet.width / sheet.size
    columns = [_natural((row.cells[n] for row in block.rows), column.title) for n, column in enumerate(block.columns)]
    most = _NAME_CELLS * _HALF + _PADDING
    sizes = _WALL_SIZES if len(block.rows) <= _WALL_ROWS else (100,)
    largest = sizes[0] / 100
    columns = [min(wide, most) * largest for wide in columns]
    share = min(1.0, room * 0.45 / sum(columns)) if columns else 1.0
    columns = [wide * share for wide in columns]
    chart = room - sum(columns)
    cells = max(20, int(chart / (_HALF * _LABEL * largest)))
    return {
        "kind": "timeline",
        "title": _words(block.title),
        "columns": [{"title": _words(c.title), "right": c.align == "right"} for c in block.columns],
        "widths": [round(wide, 3) for wide in (*columns, chart)],
        "ticks": [[_share(x), _words(label)] for x, label in ticks(block, cells)],
        "today": None if block.today is None else _inside(_middle(block.today, block)),
        "shaded": [span for first, last in block.shaded if (span := _span(first, last, block)) is not None],
        "rows": [_row(row, block, cells) for row in block.rows],
        "legend": _legend(block),
        "sizes": sizes,
        "said": _runs(block.legend),
        "empty": _words(block.empty),
    }


def _middle(day: date, block: Timeline) -> Fraction:
    """Where noon of `day` stands on the scale."""
    return (place(day, block) + place(day + timedelta(days=1), block)) / 2


def _inside(x: Fraction) -> float | None:
    return _share(x) if 0 <= x <= 1 else None


def _span(first: date, last: date, block: Timeline) -> list[float] | None:
    """Where a stretch of days begins and how long it is; None where it is off the scale."""
    left, right = clamp(place(first, block)), clamp(place(last + timedelta(days=1), block))
    return [_share(left), _share(right - left)] if left < right else None


def _row(row: TimelineRow, block: Timeline, cells: int) -> dict[str, Any]:
    stretches = [
        [*span, stretch.kind, stretch.tone]
        for stretch in row.stretches
        if (span := _span(stretch.start, stretch.end, block)) is not None
    ]
    points = [
        {
            "x": _share(clamp(_middle(label.point.day, block))),
            "label": _words(label.point.label),
            "kind": label.point.kind,
            "tone": label.point.tone,
            "outside": label.outside,
            "lane": label.lane,
            "side": 1 if label.start > label.mark else -1,
        }
        for label in labels(row, block, cells, gap=2)
    ]
    return {
        "cells": [_runs(cell) for cell in row.cells],
        "stretches": stretches,
        "points": points,
        "note": _runs(row.note),
        "group": _words(row.group),
    }


def _legend(block: Timeline) -> list[list[Any]]:
    """The drawn signs that occur, with what they mean."""
    bars = {stretch.kind for row in block.rows for stretch in row.stretches}
    points = {point.kind for row in block.rows for point in row.points}
    said = {"planned": _("planned"), "actual": _("actual"), "forecast": _("forecast")}
    legend: list[list[Any]] = []
    for kind, meaning in said.items():
        signs = [sign for sign, drawn in (("point", points), ("stretch", bars)) if kind in drawn]
        if signs:
            legend.append([signs, kind, meaning])
    if block.today is not None:
        legend.append([["today"], "", _("today")])
    if block.shaded:
        legend.append([["rest"], "", block.shading or _("rest days")])
    return legend
