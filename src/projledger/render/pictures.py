"""Drawings in SVG: bars, stacks, trends and timelines, each named for who cannot see it.

Bars and timelines use relative lengths and fill whatever width they get; stacks and trends keep their proportions.
"""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from projledger.calendar import day_text
from projledger.i18n import _
from projledger.render.cells import width
from projledger.render.markup import caption, column_kind, figure, inline, number, percent, words
from projledger.render.safe import printable
from projledger.render.scale import clamp, labels, place, steps_text, ticks, value_text
from projledger.render.style import CHART_CELLS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    from projledger.document import Bar, Bars, Stacks, Timeline, TimelineRow, Trend
    from projledger.render.scale import Label

_HALF: Final = 6.8
"""Units of half a Chinese character in a drawing with proportions."""


def bars_html(block: Bars) -> str:
    """A table of bars: name, bar, words."""
    rows = "\n".join(map(_bar_row, block.bars))
    marked = block.mark_label and any(bar.mark is not None for bar in block.bars)
    legend = f'<p class="note"><i class="mark"></i>{words(block.mark_label)}</p>' if marked else ""
    return f'<table class="bars">{caption(block.title)}<tbody>\n{rows}\n</tbody></table>{legend}'


def _bar_row(bar: Bar) -> str:
    text = inline(bar.text) or (words(_("not reported")) if bar.value is None else "")
    drawn = f'<rect class="track{" missing" if bar.value is None else ""}" width="100%" height="100%"/>'
    if bar.value is not None:
        drawn += f'<rect class="fill {bar.tone}" width="{percent(clamp(bar.value))}" height="100%"/>'
    if bar.mark is not None:
        x = percent(clamp(bar.mark))
        drawn += f'<line class="mark" x1="{x}" x2="{x}" y1="-20%" y2="120%"/>'
    name = f"{words(bar.label)} {words(bar.text)}".strip()
    return (
        f'<tr><th scope="row">{inline(bar.label)}</th>'
        f'<td><svg class="bar" role="img" aria-label="{name}">{drawn}</svg></td><td>{text}</td></tr>'
    )


_STACK_HEIGHT: Final = 200
_STACK_WIDTH: Final = 34
_STACK_UNIT: Final = 26
"""Units of height of one that is counted, at most: a few are no tower."""
_LEAST_NUMBER: Final = 14
"""Units of height below which a part has no room for its number."""

PATTERNS: Final = (
    '<svg class="hidden" aria-hidden="true"><defs>'
    '<pattern id="stripes" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect class="weak" width="6" height="6"/><rect class="full yellow" width="3" height="6"/></pattern>'
    '<pattern id="dots" width="5" height="5" patternUnits="userSpaceOnUse">'
    '<rect class="weak" width="5" height="5"/><circle class="full blue" cx="2.5" cy="2.5" r="1.3"/></pattern>'
    '<pattern id="lines" width="6" height="6" patternUnits="userSpaceOnUse">'
    '<rect class="weak" width="6" height="6"/><rect class="full plain" width="6" height="2"/></pattern>'
    "</defs></svg>"
)
"""What tells parts from each other without colour: red is full, green empty, grey and what is not known framed."""


def stacks_html(block: Stacks) -> str:
    """Columns of counts, from the bottom up. The page has to hold `PATTERNS` once."""
    totals = [sum(count for _tone, count in stack.parts) for stack in block.stacks]
    most = max([*totals, 1])
    unit = min((_STACK_HEIGHT - 16) / most, _STACK_UNIT)
    foot = most * unit + 16
    step = max(_STACK_WIDTH + 12, max((width(printable(s.label)) for s in block.stacks), default=0) * _HALF + 12)
    drawn: list[str] = []
    for n, (stack, total) in enumerate(zip(block.stacks, totals, strict=True)):
        middle, top = step * n + step / 2, foot
        for tone, count in stack.parts:
            high = count * unit
            top -= high
            if count:
                size = f'y="{number(top)}" width="{_STACK_WIDTH}" height="{number(high)}"'
                drawn.append(f'<rect class="part {tone}" x="{number(middle - _STACK_WIDTH / 2)}" {size}/>')
            if high >= _LEAST_NUMBER:
                drawn.append(_text(middle, top + high / 2 + 4, str(count), "middle", "count"))
        drawn.append(_text(middle, top - 4, str(total), "middle", "total"))
        drawn.append(_text(middle, foot + 16, stack.label, "middle"))
    wide = step * max(1, len(block.stacks))
    drawn.append(f'<line class="axis" x2="{number(wide)}" y1="{number(foot)}" y2="{number(foot)}"/>')
    meaning = dict(block.legend)
    said = "; ".join(
        f"{stack.label}: {', '.join(f'{meaning.get(tone, tone)} {count}' for tone, count in stack.parts if count)}"
        for stack in block.stacks
    )
    legend = "".join(
        f'<li><svg aria-hidden="true"><rect class="part {tone}" width="100%" height="100%"/></svg>{words(text)}</li>'
        for tone, text in block.legend
    )
    return figure(
        block.title,
        _drawing(wide, foot + 24, said, drawn) + (f'<ul class="legend">{legend}</ul>' if legend else ""),
    )


def _spread(days: Sequence[date], x_of: Callable[[date], float]) -> list[date]:
    """The first and the last of `days`, and those between them whose names have room."""
    names = {day: width(day_text(day)) * _HALF + 8 for day in days}
    chosen = [days[0]]
    for day in days[1:-1]:
        room = min(x_of(day) - x_of(chosen[-1]), x_of(days[-1]) - x_of(day))
        if room >= names[day]:
            chosen.append(day)
    return [*chosen, days[-1]]


def _drawing(wide: float, high: float, said: str, drawn: Iterable[str]) -> str:
    size = f'viewBox="0 0 {number(wide)} {number(high)}" width="{number(wide)}"'
    return f'<svg class="drawing" role="img" {size} aria-label="{words(said)}">{"".join(drawn)}</svg>'


def _text(x: float, y: float, text: str, anchor: str, name: str = "") -> str:
    named = f' class="{name}"' if name else ""
    return f'<text x="{number(x)}" y="{number(y)}" text-anchor="{anchor}"{named}>{words(text)}</text>'


_TREND_WIDTH: Final = 900.0
_TREND_HEIGHT: Final = 220.0
_TREND_FOOT: Final = 28.0
_LINE: Final = 16.0
"""Units between names that stand under each other."""

_SHAPES: Final = (
    '<circle r="4.5"/>',
    '<path d="M-4-4H4V4H-4z"/>',
    '<path d="M0-5.5 5.5 4.5H-5.5z"/>',
    '<path d="M0-6 6 0 0 6-6 0z"/>',
)
"""What tells lines apart without colour."""


def trend_html(block: Trend) -> str:
    """Lines over days, each named at its end, and below the same in words."""
    rows = "\n".join(
        f'<tr><th scope="row">{words(line.label)}</th><td>{words(steps_text(block, line))}</td></tr>'
        for line in block.lines
    )
    days = sorted({day for line in block.lines for day, _value in line.points})
    drawn = _trend(block, days) if len(days) > 1 else ""
    return figure(block.title, f"{drawn}<table><tbody>\n{rows}\n</tbody></table>")


def _trend(block: Trend, days: Sequence[date]) -> str:
    values = [value for line in block.lines for _day, value in line.points]
    low, high = min(values), max(values)
    levels = [low] if low == high else [low + (high - low) * n / 4 for n in range(5)]
    if block.y_is_date:
        levels = sorted({Fraction(int(level)) for level in levels})
    names = [value_text(block, level) for level in levels]
    left = max(map(width, names)) * _HALF + 12
    right = max(width(printable(line.label)) for line in block.lines) * _HALF + 16
    across, bottom = max(_TREND_WIDTH / 3, _TREND_WIDTH - left - right), _TREND_HEIGHT - _TREND_FOOT
    span = (days[-1] - days[0]).days

    def x_of(day: date) -> float:
        return left + across * (day - days[0]).days / span

    def y_of(value: Fraction) -> float:
        return bottom - (bottom - 12) * (float((value - low) / (high - low)) if high > low else 0.5)

    drawn: list[str] = []
    for level, name in zip(levels, names, strict=True):
        y = number(y_of(level))
        drawn.append(f'<line class="grid" x1="{number(left)}" x2="{number(left + across)}" y1="{y}" y2="{y}"/>')
        drawn.append(_text(left - 10, y_of(level) + 4, name, "end"))
    drawn += [_text(x_of(day), bottom + 20, day_text(day), "middle") for day in _spread(days, x_of)]
    ends: list[tuple[float, str, str]] = []
    for n, line in enumerate(block.lines):
        spots = [(number(x_of(day)), number(y_of(value))) for day, value in line.points]
        path = " ".join(f"{x},{y}" for x, y in spots)
        shape = _SHAPES[n % len(_SHAPES)]
        marks = "".join(f'<g transform="translate({x} {y})">{shape}</g>' for x, y in spots)
        drawn.append(f'<g class="line {line.tone}"><polyline points="{path}"/>{marks}</g>')
        if spots:
            ends.append((y_of(line.points[-1][1]) + 4, line.label, line.tone))
    lowest = 0.0
    for end, label, tone in sorted(ends):
        lowest = max(end, lowest + _LINE)
        drawn.append(_text(left + across + 12, lowest, label, "start", tone))
    said = "; ".join(f"{line.label}: {steps_text(block, line)}" for line in block.lines)
    return _drawing(left + across + right, max(_TREND_HEIGHT, lowest + 6), said, drawn)


_DIAMOND: Final = "M0-6 6 0 0 6-6 0z"
_EARLIER: Final = "M-1 0 7-6V6z"
_LATER: Final = "M1 0-7-6V6z"
_LANE: Final = Fraction(13, 10)
"""Heights of a letter from one line of labels under a row to the next."""


def timeline_html(block: Timeline, drawing: int) -> str:
    """A table whose last column is drawn, a row at a time, so that its head repeats and it breaks between rows.

    `drawing` numbers it in its page.
    """
    if not block.rows:
        return figure(block.title, f'<p class="empty">{words(block.empty)}</p>' if block.empty else "")
    name = f"behind{drawing}"
    kinds = [column_kind(column, (row.cells[n] for row in block.rows)) for n, column in enumerate(block.columns)]
    heads = "".join(
        f'<th scope="col"{kind}>{words(column.title)}</th>' for column, kind in zip(block.columns, kinds, strict=True)
    )
    lines = [f"<thead><tr>{heads}{_scale(block)}</tr></thead>", "<tbody>"]
    group = ""
    for row in block.rows:
        if row.group and row.group != group:
            group = row.group
            lines += ["</tbody>", "<tbody>"] if len(lines) > 2 else []
            lines.append(group_row(words(group), len(block.columns) + 1))
        lines.append(_row(row, block, kinds, name))
    body = "\n".join(lines)
    table = f'<div class="scroll"><table class="timeline">{caption(block.title)}\n{body}\n</tbody></table></div>'
    return f"{_behind(block, name)}{table}{_timeline_legend(block)}"


def group_row(title: str, columns: int) -> str:
    """A row of a table that heads the rows after it; `title` is already safe."""
    return f'<tr class="group"><th colspan="{columns}" scope="rowgroup">{title}</th></tr>'


def _middle(day: date, block: Timeline) -> Fraction:
    """Where noon of `day` stands on the scale."""
    return (place(day, block) + place(day + timedelta(days=1), block)) / 2


def _scale(block: Timeline) -> str:
    """The head of the chart: the labels that have room even where it is narrowest, and today's flag."""
    drawn: list[str] = []
    for x, label in ticks(block, CHART_CELLS):
        if label:
            drawn.append(f'<text x="{percent(x)}" dx=".3em" y="1.15em">{words(label)}</text>')
    if block.today is not None and 0 <= (x := _middle(block.today, block)) <= 1:
        # A letter, not a path in an svg of its own: browsers lose the place of that one when they print a table's head.
        drawn.append(f'<text class="flag" x="{percent(x)}" y="100%" dy=".1em" text-anchor="middle">▼</text>')
    chart = f'<svg role="img" aria-label="{_("time")}" height="1.6em">{"".join(drawn)}</svg>'
    return f'<th scope="col" class="chart">{chart}</th>'


def _behind(block: Timeline, name: str) -> str:
    """What stands behind every row, drawn once: rest days, ticks, today."""
    drawn: list[str] = []
    for first, last in block.shaded:
        left, right = clamp(place(first, block)), clamp(place(last + timedelta(days=1), block))
        if left < right:
            size = f'x="{percent(left)}" width="{percent(right - left)}"'
            drawn.append(f'<rect class="rest" {size} height="100%"/>')
    for day, _label in block.ticks:
        if 0 < (x := place(day, block)) < 1:
            drawn.append(f'<line class="grid" x1="{percent(x)}" x2="{percent(x)}" y2="100%"/>')
    if block.today is not None and 0 <= (x := _middle(block.today, block)) <= 1:
        drawn.append(f'<line class="today" x1="{percent(x)}" x2="{percent(x)}" y2="100%"/>')
    return f'<svg class="hidden" aria-hidden="true"><defs><g id="{name}">{"".join(drawn)}</g></defs></svg>'


def _row(row: TimelineRow, block: Timeline, kinds: Sequence[str], name: str) -> str:
    cells: list[str] = []
    for n, (text, kind) in enumerate(zip(row.cells, kinds, strict=True)):
        cells.append(f'<th scope="row"{kind}>{inline(text)}</th>' if n == 0 else f"<td{kind}>{inline(text)}</td>")
    drawn: list[str] = []
    said: list[str] = []
    for stretch in row.stretches:
        left, right = clamp(place(stretch.start, block)), clamp(place(stretch.end + timedelta(days=1), block))
        said.append(f"{_kinds()[stretch.kind]} {day_text(stretch.start)} – {day_text(stretch.end)}")
        if left < right:
            size = f'x="{percent(left)}" width="{percent(right - left)}" y=".85em" height=".7em"'
            drawn.append(f'<rect class="stretch {stretch.kind} {stretch.tone}" {size}/>')
    lanes = 0
    for label in labels(row, block, CHART_CELLS, gap=1):
        point = label.point
        said.append(f"{point.label} {_kinds()[point.kind]} {day_text(point.day)}")
        drawn += _point(label, block)
        lanes = max(lanes, label.lane)
    high = f"{number(float(Fraction(24, 10) + _LANE * lanes))}em"
    chart = f'<svg role="img" aria-label="{words("; ".join(said) or _("not reported"))}" height="{high}">'
    behind = f'<svg class="behind" aria-hidden="true"><use href="#{name}"/></svg>'
    note = f'<p class="note">{inline(row.note)}</p>' if row.note else ""
    return f'<tr>{"".join(cells)}<td class="chart">{behind}{chart}{"".join(drawn)}</svg>{note}</td></tr>'


def _point(label: Label, block: Timeline) -> list[str]:
    """A mark and its words: beside it, or in a lane below, from the mark or against the right edge."""
    point = label.point
    x = percent(clamp(_middle(point.day, block)))
    path = _DIAMOND if not label.outside else _EARLIER if label.outside < 0 else _LATER
    if label.lane:
        at = f'x="{x}" dx="-.3em"' if label.start == label.mark else 'x="100%" text-anchor="end"'
    else:
        at = f'x="{x}" dx=".8em"' if label.start > label.mark else f'x="{x}" dx="-.8em" text-anchor="end"'
    y = number(1.55 if not label.lane else float(Fraction(17, 10) + _LANE * label.lane))
    return [
        f'<svg x="{x}" y="1.2em"><path class="point {point.kind} {point.tone}" d="{path}"/></svg>',
        f'<text class="label" {at} y="{y}em">{words(point.label)}</text>',
    ]


def _kinds() -> dict[str, str]:
    return {"planned": _("planned"), "actual": _("actual"), "forecast": _("forecast")}


def _timeline_legend(block: Timeline) -> str:
    """What the drawn signs mean, those that occur, and what the report adds."""
    bars = {stretch.kind for row in block.rows for stretch in row.stretches}
    points = {point.kind for row in block.rows for point in row.points}
    entries: list[str] = []
    for kind, meaning in _kinds().items():
        mark = f'<svg x="50%" y="50%"><path class="point {kind} plain" d="{_DIAMOND}"/></svg>'
        bar = f'<rect class="stretch {kind} plain" y="25%" width="100%" height="50%"/>'
        signs = "".join(
            f'<svg aria-hidden="true">{sign}</svg>' for sign, so in ((mark, kind in points), (bar, kind in bars)) if so
        )
        if signs:
            entries.append(f"<li>{signs}{meaning}</li>")
    if block.today is not None:
        line = '<line class="today" x1="50%" x2="50%" y1="-10%" y2="110%"/>'
        entries.append(f'<li><svg aria-hidden="true">{line}</svg>{_("today")}</li>')
    if block.shaded:
        rest = '<rect class="rest" width="100%" height="100%"/>'
        entries.append(f'<li><svg aria-hidden="true">{rest}</svg>{words(block.shading or _("rest days"))}</li>')
    if block.legend:
        entries.append(f"<li>{inline(block.legend)}</li>")
    return f'<ul class="legend">{"".join(entries)}</ul>' if entries else ""
