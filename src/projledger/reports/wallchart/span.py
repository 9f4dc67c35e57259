"""The range of days that the wall chart shows, and the days of rest in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final, Literal

from projledger import errors
from projledger.calendar import Calendar, Period
from projledger.i18n import _
from projledger.reports import Query
from projledger.reports.wallchart.result import ProjectRow, TaskRow, Zoom

_MOST_MONTHS: Final = {"month": 6, "quarter": 24}
"""Months before and after the year that a chart without `--from` and `--to` covers at most, by zoom; what lies beyond
stands at its edge."""
_WEEKS: Final = (4, 12)
"""Weeks before and after the day that `--zoom week` shows."""
DAY: Final = timedelta(days=1)
LONG_REST: Final = 3
"""Rest days in a row that are shaded where weekends would be a comb: holidays."""


def days_shown(query: Query, zoom: Zoom, rows: Sequence[ProjectRow | TaskRow]) -> tuple[date, date]:
    """The first and the last day shown.

    Without `--from` and `--to`: at `week` the weeks around the day; else the year of the day, longer where plans go
    beyond it. What lies before it is shown too where a single project's tasks are asked for, or the zoom is `quarter`.
    """
    as_of, asked = query.as_of, (query.options.get("from_"), query.options.get("to"))
    days = [day for row in rows for day in _days(row)]
    if zoom == "week":
        week = Period.of("week", as_of)
        first, last = week.first - timedelta(weeks=_WEEKS[0]), week.last + timedelta(weeks=_WEEKS[1])
    elif query.options.get("ref") and days:
        first, last = min([as_of, *days]), max([as_of, *days])
    else:
        year, more = Period.of("year", as_of), _MOST_MONTHS[zoom]
        least, most = _months_from(year.first, -more), _months_from(year.last + DAY, more) - DAY
        first = min([year.first, *(day for day in days if zoom == "quarter" and day >= least)])
        last = max([year.last, *(day for day in days if day <= most)])
    if zoom != "week":
        kind: Literal["month", "quarter"] = "quarter" if zoom == "quarter" else "month"
        first, last = Period.of(kind, first).first, Period.of(kind, last).last
    first, last = asked[0] or first, asked[1] or last
    if first > last:
        message = _("--from {first} is later than --to {last}")
        raise errors.UsageError(message.format(first=first.isoformat(), last=last.isoformat()))
    return first, last


def _months_from(first: date, months: int) -> date:
    """The first of the month so many months after (or before) a first of a month."""
    years, month = divmod(first.month - 1 + months, 12)
    return date(first.year + years, month + 1, 1)


def _days(row: ProjectRow | TaskRow) -> Iterator[date]:
    if isinstance(row, ProjectRow):
        marks = [day for mark in row.stages for day in (mark.plan, mark.actual)]
    else:
        marks = [row.begin, row.done or row.deadline, row.forecast_finish]
    yield from (day for day in marks if day is not None)


def rest_days(calendar: Calendar, first: date, last: date, least: int) -> tuple[tuple[date, date], ...]:
    """The rest days between two days that come at least so many in a row."""
    found: list[tuple[date, date]] = []
    begin: date | None = None
    for ordinal in range(first.toordinal(), last.toordinal() + 2):
        day = date.fromordinal(ordinal)
        rests = day <= last and not calendar.is_workday(day)
        if rests and begin is None:
            begin = day
        elif not rests and begin is not None:
            if (day - begin).days >= least:
                found.append((begin, day - DAY))
            begin = None
    return tuple(found)
