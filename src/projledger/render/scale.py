"""What every drawing needs: shares of a length, places on a time scale."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from projledger.calendar import day_text
from projledger.i18n import _
from projledger.quantities import number_text
from projledger.render.cells import width
from projledger.render.safe import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from projledger.document import Line, Point, Timeline, TimelineRow, Trend


def clamp(value: Fraction) -> Fraction:
    """`value`, but at least 0 and at most 1."""
    return min(Fraction(1), max(Fraction(0), value))


def shares(counts: Sequence[int], whole: int, length: int) -> list[int]:
    """How many of `length` cells each count gets where `whole` would fill them all.

    The cells add up to the rounded length of the sum; no count above 0 goes without a cell.
    """
    if not whole:
        return [0 for _count in counts]
    total = max(sum(1 for count in counts if count), (sum(counts) * length * 2 + whole) // (whole * 2))
    cells = [max(1, count * length // whole) if count else 0 for count in counts]
    while sum(cells) != total:
        step = 1 if sum(cells) < total else -1
        candidates = [i for i, count in enumerate(counts) if count and (step > 0 or cells[i] > 1)]
        worst = max(candidates, key=lambda i: step * (Fraction(counts[i] * length, whole) - cells[i]))
        cells[worst] += step
    return cells


def place(day: date, timeline: Timeline) -> Fraction:
    """Where the beginning of `day` stands between the beginning of the scale (0) and the end of its last day (1)."""
    return Fraction((day - timeline.start).days, (timeline.end - timeline.start).days + 1)


def cell(day: date, timeline: Timeline, length: int) -> int:
    """In which of `length` cells `day` begins; below 0 or from `length` on where it is off the scale."""
    return place(day, timeline) * length // 1


def touched(first: date, last: date, timeline: Timeline, length: int) -> range:
    """The cells from the one where `first` begins to the one where `last` begins."""
    return range(max(0, cell(first, timeline, length)), min(length, cell(last, timeline, length) + 1))


def covered(first: date, last: date, timeline: Timeline, length: int) -> range:
    """The cells that `first` to `last`, both included, fill."""
    start = -(-place(first, timeline) * length // 1)
    return range(max(0, start), min(length, cell(last + timedelta(days=1), timeline, length)))


@dataclass(frozen=True, slots=True)
class Label:
    """Where the mark and the words of a point go on a row of cells.

    `outside` is -1 or 1 where the day is before or after the scale, and the mark stands at its edge. Words in lane 0
    begin at `start` beside the mark; words in lane 1 and below are under it.
    """

    point: Point
    mark: int
    outside: int
    start: int
    lane: int


def labels(row: TimelineRow, timeline: Timeline, length: int, gap: int = 0) -> list[Label]:
    """The points of `row` by day, with their words where they cover nothing: beside the mark, else under it.

    `gap` is how many cells the words keep from the mark.
    """
    free = set(range(length))
    for stretch in row.stretches:
        free.difference_update(touched(stretch.start, stretch.end, timeline, length))
    if timeline.today is not None:
        free.discard(cell(timeline.today, timeline, length))
    marks: list[tuple[Point, int, int]] = []
    taken: set[int] = set()
    for point in sorted(row.points, key=lambda point: point.day):
        there = cell(point.day, timeline, length)
        outside = -1 if there < 0 else 1 if there >= length else 0
        there = min(length - 1, max(0, there))
        mark = next((x for x in (there, there + 1, there - 1) if x not in taken and 0 <= x < length), there)
        taken.add(mark)
        marks.append((point, mark, outside))
    free -= taken
    placed: list[Label] = []
    ends: list[int] = []
    for point, mark, outside in marks:
        cells = width(printable(point.label)) + gap
        after, before = range(mark + 1, mark + 1 + cells), range(mark - cells, mark)
        if free.issuperset(after) and mark + 1 + cells not in taken:
            start, lane = after.start, 0
        elif free.issuperset(before) and mark - cells - 1 not in taken:
            start, lane = before.start, 0
        else:
            start = max(0, min(mark, length - cells))
            lane = next((n for n, end in enumerate(ends, 1) if end < start), len(ends) + 1)
            ends[lane - 1 : lane] = [start + cells]
        free.difference_update(range(start, start + cells) if lane == 0 else ())
        placed.append(Label(point, mark, outside, start, lane))
    return placed


def steps_text(trend: Trend, line: Line, arrow: str = "→") -> str:
    """What a line of `trend` shows, in words: each value with the day it stood."""
    steps = [
        _("{value} (as of {day})").format(value=value_text(trend, value), day=day_text(day))
        for day, value in line.points
    ]
    return f" {arrow} ".join(steps) or _("not reported")


def value_text(trend: Trend, value: Fraction) -> str:
    """A value of `trend` in words: a date or a number."""
    if trend.y_is_date:
        return day_text(date.fromordinal(int(value)))
    return number_text(value)
