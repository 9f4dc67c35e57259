"""Drawings in characters: bars, stacks, trends, timelines and chain maps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from projledger.calendar import day_text
from projledger.i18n import _
from projledger.render.cells import Line, Style, line_width, pad, width, wrap
from projledger.render.page import GAP, Page, beside, indented, restyled, runs, spaced
from projledger.render.safe import printable
from projledger.render.scale import cell, clamp, covered, labels, shares, steps_text, ticks, touched, value_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from fractions import Fraction

    from projledger.document import Bar, Bars, ChainMap, MapNode, Stacks, Timeline, TimelineRow, Trend

_BAR: Final = 40
_LEAST_BAR: Final = 12
"""Cells of a bar where there is room, and below which its words go on a line of their own."""

_STACK: Final = 60
_LEAST_STACK: Final = 10

_TIMELINE: Final = 100
_LEAST_TIMELINE: Final = 50
"""Cells of a timeline on a page without end, and below which a row is drawn under its words."""

_TREND: Final = (60, 10)
"""Cells and lines of a trend's field."""

_NODE: Final = 20
"""Cells below which the groups of a chain map go under each other."""

Canvas = list[tuple[str, Style]]
_BLANK: Final = (" ", "plain")


def bars_lines(block: Bars, page: Page) -> list[Line]:
    """Bars on one scale, with the mark where each should be by now."""
    labels = [runs(bar.label) for bar in block.bars]
    texts = [runs(bar.text) or (runs(_("not reported")) if bar.value is None else ()) for bar in block.bars]
    left = max(map(line_width, labels), default=0)
    right = max(map(line_width, texts), default=0)
    length = _BAR
    if page.cells is not None:
        left = min(left, page.cells * 2 // 5)
        length = min(_BAR, page.cells - left - right - 2 * GAP)
    lines = page.titled(block.title)
    for bar, label, text in zip(block.bars, labels, texts, strict=True):
        if length >= _LEAST_BAR:
            lines += beside((wrap(label, left), [_bar(bar, length, page)], [text]), (left, length, right))
        else:
            lines += page.wrapped(spaced((label, text)))
            lines.append(indented(_bar(bar, min(_BAR, (page.cells or _BAR) - GAP), page), GAP))
    if block.mark_label and any(bar.mark is not None for bar in block.bars):
        lines += page.wrapped(((f"{page.glyphs.mark} ", "strong"), *runs(block.mark_label, "dim")))
    return lines


def _bar(bar: Bar, length: int, page: Page) -> Line:
    glyphs = page.glyphs
    if bar.value is None:
        canvas: Canvas = [(" ", "faint")] * length
        canvas[0] = canvas[-1] = (glyphs.today, "faint")
    else:
        filled = max(bar.value > 0, int(clamp(bar.value) * length))  # what is there is seen
        canvas = [(glyphs.full, bar.tone)] * filled + [(glyphs.empty, "faint")] * (length - filled)
    if bar.mark is not None:
        canvas[min(length - 1, int(clamp(bar.mark) * length))] = (glyphs.mark, "strong")
    return tuple(canvas)


def stacks_lines(block: Stacks, page: Page) -> list[Line]:
    """Each stack as a row, from the bottom at the left; one cell for each that is counted where there is room."""
    glyphs = page.glyphs.tones
    labels = [runs(stack.label) for stack in block.stacks]
    counts = [runs("  ".join(f"{glyphs[tone]} {n}" for tone, n in stack.parts if n), "dim") for stack in block.stacks]
    left = max(map(line_width, labels), default=0)
    right = max(map(line_width, counts), default=0)
    most = max((sum(count for _tone, count in stack.parts) for stack in block.stacks), default=0)
    room = _STACK if page.cells is None else max(_LEAST_STACK, min(_STACK, page.cells - left - right - 2 * GAP))
    length = min(most, room)
    lines = page.titled(block.title)
    for stack, label, numbers in zip(block.stacks, labels, counts, strict=True):
        drawn = shares([count for _tone, count in stack.parts], most, length)
        bar = tuple((glyphs[tone] * n, tone) for (tone, _count), n in zip(stack.parts, drawn, strict=True) if n)
        lines += page.wrapped(spaced((pad(label, left), pad(bar, length), numbers)))
    legend: list[Line] = [((f"{glyphs[tone]} ", tone), *runs(text, "dim")) for tone, text in block.legend]
    return lines + page.wrapped(spaced(legend, 3))


def trend_lines(block: Trend, page: Page) -> list[Line]:
    """A field with a letter for each line, and what each line says in words."""
    lines = page.titled(block.title)
    drawn = [line for line in block.lines if line.points]
    days = sorted({day for line in drawn for day, _value in line.points})
    values = sorted({value for line in drawn for _day, value in line.points})
    if len(days) > 1 and len(values) > 1:
        lines += _field(block, days, values, page)
    for number, line in enumerate(block.lines):
        head: Line = ((f"{_letter(number)}  ", line.tone), *runs(line.label, "strong"))
        lines += page.wrapped(head)
        lines += page.wrapped(runs(steps_text(block, line, page.glyphs.onward)), 3)
    return lines


def _letter(number: int) -> str:
    """a, b … z, a …: what stands for a line in the field."""
    return chr(ord("a") + number % 26)


def _field(block: Trend, days: Sequence[date], values: Sequence[Fraction], page: Page) -> list[Line]:
    names = (runs(value_text(block, values[-1]), "dim"), runs(value_text(block, values[0]), "dim"))
    left = max(map(line_width, names))
    across, down = _TREND
    if page.cells is not None:
        across = min(across, page.cells - left - 2)
    if across < _LEAST_BAR:
        return []
    field: list[Canvas] = [[(" ", "plain")] * across for _row in range(down)]
    for number, line in enumerate(block.lines):
        for day, value in line.points:
            x = (day - days[0]).days * (across - 1) // (days[-1] - days[0]).days
            y = int((values[-1] - value) / (values[-1] - values[0]) * (down - 1))
            field[y][x] = (_letter(number), line.tone)
    lines: list[Line] = []
    for number, canvas in enumerate(field):
        name = names[0] if number == 0 else names[1] if number == down - 1 else ()
        lines.append((*pad(name, left, right=True), (f" {page.glyphs.today}", "faint"), *canvas))
    lines.append(((" " * (left + 1) + page.glyphs.tick + page.glyphs.rule * across, "faint"),))
    first, last = runs(day_text(days[0]), "dim"), runs(day_text(days[-1]), "dim")
    if line_width(first) + line_width(last) < across:
        lines.append((*indented(pad(first, across - line_width(last)), left + 2), *last))
    return lines


def timeline_lines(block: Timeline, page: Page) -> list[Line]:
    """The wall chart: a row of words and a row of time for each."""
    lines = page.titled(block.title)
    if not block.rows:
        return lines + page.wrapped(runs(block.empty, "dim"))
    titles = [runs(column.title, "header") for column in block.columns]
    rows = [[runs(cell) for cell in row.cells] for row in block.rows]
    widths = [max(map(line_width, column)) for column in zip(titles, *rows, strict=True)]
    words = sum(widths) + GAP * len(widths)
    length = _TIMELINE if page.cells is None else page.cells - words
    under = length < _LEAST_TIMELINE
    if under:
        length, words = (page.cells or _TIMELINE) - GAP, GAP
    scale = _scale(block, length, page)
    right = [column.align == "right" for column in block.columns]

    def put(cells: Sequence[Line], chart: Sequence[Line]) -> list[Line]:
        if under:
            return [*page.wrapped(spaced(cell for cell in cells if cell)), *(indented(one, GAP) for one in chart)]
        return beside((*([cell] for cell in cells), chart), (*widths, length), (*right, False))

    lines += put(titles, scale)
    group = ""
    for row, cells in zip(block.rows, rows, strict=True):
        if row.group and row.group != group:
            group = row.group
            lines += [(), *page.wrapped(runs(group, "strong"))]
        lines += put(cells, _chart(row, block, length, page))
        lines += page.wrapped(runs(row.note, "dim"), GAP)
    return lines + _legend(block, page)


def _scale(block: Timeline, length: int, page: Page) -> list[Line]:
    """The labels of the ticks over a rule with the ticks."""
    names: Line = ()
    rule: Canvas = [(page.glyphs.rule, "faint")] * length
    for place, label in ticks(block, length):
        x = int(place * length)
        rule[x] = (page.glyphs.tick, "faint")
        if label:
            names = (*pad(names, x), *runs(label, "dim"))
    return [names, tuple(rule)]


def _chart(row: TimelineRow, block: Timeline, length: int, page: Page) -> list[Line]:
    """The drawing of one row, and under it the labels that found no room in it."""
    glyphs = page.glyphs
    canvas: Canvas = [_BLANK] * length
    if glyphs.shade:
        for first, last in block.shaded:
            for x in covered(first, last, block, length):
                canvas[x] = (glyphs.shade, "faint")
    for stretch in row.stretches:
        for x in touched(stretch.start, stretch.end, block, length):
            canvas[x] = (getattr(glyphs, stretch.kind), stretch.tone)
    if block.today is not None and 0 <= (x := cell(block.today, block, length)) < length:
        canvas[x] = (glyphs.crossed.get(canvas[x][0], glyphs.today), "strong")
    lanes: list[Line] = []
    rests: list[Line] = []
    for label in labels(row, block, length):
        point = label.point
        mark = glyphs.point_actual if point.kind == "actual" else glyphs.point_planned
        if label.outside:
            mark = glyphs.earlier if label.outside < 0 else glyphs.later
        canvas[label.mark] = (mark, point.tone)
        words = printable(point.label)
        if label.lane == 0:
            end = label.start + width(words)
            canvas[label.start : end] = [(words, "dim"), *[("", "dim")] * (end - label.start - 1)] if words else []
            continue
        line, *rest = wrap(((words, "dim"),), length)
        lanes += [()] * (label.lane - len(lanes))
        lanes[label.lane - 1] = (*pad(lanes[label.lane - 1], label.start), *line)
        rests += rest
    return [tuple(canvas), *lanes, *rests]


def _legend(block: Timeline, page: Page) -> list[Line]:
    """What the drawn signs mean, those that occur, and what the report adds."""
    glyphs = page.glyphs
    bars = {stretch.kind for row in block.rows for stretch in row.stretches}
    points = {point.kind for row in block.rows for point in row.points}
    signs = (
        (_("planned"), ((glyphs.point_planned, "planned" in points), (glyphs.planned, "planned" in bars))),
        (_("actual"), ((glyphs.point_actual, "actual" in points), (glyphs.actual, "actual" in bars))),
        (_("forecast"), ((glyphs.forecast, "forecast" in bars),)),
        (_("today"), ((glyphs.today, block.today is not None),)),
        (block.shading or _("rest days"), ((glyphs.shade, bool(glyphs.shade and block.shaded)),)),
    )
    legend: list[Line] = []
    for meaning, drawn in signs:
        seen = " ".join(sign for sign, occurs in drawn if occurs)
        if seen:
            legend.append(((f"{seen} ", "plain"), (meaning, "dim")))
    lines: list[Line] = [(), *page.wrapped(spaced(legend, 3))] if legend else []
    return lines + page.wrapped(runs(block.legend, "dim"))


def chain_map_lines(block: ChainMap, page: Page) -> list[Line]:
    """Groups next to each other with arrows between, or under each other where the page is too narrow or endless."""
    lines = page.titled(block.title)
    groups = [(runs(title, "header"), nodes) for title, nodes in block.groups]
    arrow = f"  {page.glyphs.onward}  "
    room = 0
    if page.cells is not None and groups:
        room = (page.cells - width(arrow) * (len(groups) - 1)) // len(groups)
    if room < _NODE:
        for number, (title, nodes) in enumerate(groups):
            lines += page.wrapped((*(((f"{page.glyphs.down} ", "strong"),) if number else ()), *title))
            for node in nodes:
                lines += [indented(line, 2) for line in _node(node, None if page.cells is None else page.cells - 2)]
        return lines
    columns: list[list[Line]] = []
    for number, (title, nodes) in enumerate(groups):
        if number:
            columns.append([((arrow, "strong"),)])
        column = wrap(title, room)
        column.append(((page.glyphs.rule * room, "faint"),))
        for place_in_group, node in enumerate(nodes):
            column += [*([()] if place_in_group else []), *_node(node, room)]
        columns.append(column)
    widths = [room if number % 2 == 0 else width(arrow) for number in range(len(columns))]
    return lines + beside(columns, widths, gap=0)


def _node(node: MapNode, cells: int | None) -> list[Line]:
    name = restyled(runs(node.name), node.tone)
    state = runs(node.state, node.tone)
    whole: Line = (*name, *((("  [", "dim"), *state, ("]", "dim")) if state else ()))
    details = [runs(detail, "dim") for detail in node.detail]
    if cells is None:
        return [whole, *(indented(detail, 2) for detail in details)]
    lines = wrap(whole, cells)
    for detail in details:
        lines += [indented(line, 2) for line in wrap(detail, cells - 2)]
    return lines
