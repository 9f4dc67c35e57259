"""What every drawing needs: shares of a length, places on a time scale."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING, Final

from projledger.calendar import day_text
from projledger.frozen import frozen
from projledger.i18n import _
from projledger.quantities import number_text
from projledger.render.cells import width
from projledger.render.safe import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from projledger.document import Line, Point, Timeline, TimelineRow, Trend


_HALF: Final = Fraction(1, 2)
_MONTH: Final = 31
_FEW: Final = 6
"""One in so many labels, as a rule that of a year, may take the place of the one after it."""
_EVERY: Final = (1, 2, 3, 6, 12, 24, 48, 96)
_EVERY_QUARTER: Final = (1, 2, 4, 8, 16, 32)
"""Which ticks keep their labels where not all have room: of weeks and months every second, third, sixth …; of quarters
those that make whole years."""


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
    """The cells for `first` to `last`, both included: as many for as many days, and none for less than half a cell."""
    whole = Fraction(((last - first).days + 1) * length, (timeline.end - timeline.start).days + 1)
    if 2 * whole < 1:
        return range(0)
    start = floor(place(first, timeline) * length + _HALF)
    return range(max(0, start), min(length, start + max(1, ceil(whole - _HALF))))


def ticks(timeline: Timeline, length: int) -> list[tuple[Fraction, str]]:
    """The ticks of the scale with their labels: all where `length` cells have room for them, else some, evenly."""
    marks = [(place(day, timeline), label) for day, label in timeline.ticks if 0 <= place(day, timeline) < 1]
    ends = [x * length + width(printable(label)) + 1 for x, label in marks]
    long = len(timeline.ticks) > 1 and (timeline.ticks[1][0] - timeline.ticks[0][0]).days > _MONTH
    for every in _EVERY_QUARTER if long else _EVERY:
        tight = sum(ends[n] > marks[n + every][0] * length for n in range(0, len(marks) - every, every))
        if tight <= (len(marks) // _FEW if every == 1 else 0):
            break
    named: list[tuple[Fraction, str]] = []
    free = Fraction(0)
    for n, (x, label) in enumerate(marks):
        fits = n % every == 0 and x * length >= free and ends[n] <= length + 1
        named.append((x, label if fits else ""))
        free = ends[n] if fits else free
    return named


@frozen
class Label:
    """Where the mark and the words of a point go on a row of cells.

    `outside` is -1 or 1 where the day is before or after the scale, and the mark stands at its edge. Words in lane 0
    begin at `start` beside the mark; words in lane 1 and below are under it. A point without words is in lane 0.
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
        if not point.label:
            placed.append(Label(point, mark, outside, mark, 0))
            continue
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
