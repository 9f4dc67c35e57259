"""What every drawing needs: shares of a length, places on a time scale."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from projledger.calendar import day_text
from projledger.quantities import number_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from projledger.document import Timeline, Trend


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


def value_text(trend: Trend, value: Fraction) -> str:
    """A value of `trend` in words: a date or a number."""
    if trend.y_is_date:
        return day_text(date.fromordinal(int(value)))
    return number_text(value)
