"""Periods and workdays, against the published calendar of 2024 and hand-counted weeks."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projledger.calendar import KINDS, Calendar, Period

CHINA = Calendar("CN")
PLAIN = Calendar()
PUBLISHED = json.loads((Path(__file__).parent / "data" / "holiday-cn-2024.json").read_text("utf-8"))

days = st.dates(date(1900, 1, 1), date(2199, 12, 31))
calendars = st.sampled_from(
    [CHINA, PLAIN, Calendar("CN", [date(2024, 12, 31), date(2023, 6, 1)], [date(2024, 10, 13), date(2030, 3, 2)])]
)


def all_days(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


def test_every_day_of_2024_is_as_published() -> None:
    published = {date.fromisoformat(day["date"]): not day["isOffDay"] for day in PUBLISHED["days"]}
    for day in all_days(2024):
        assert CHINA.is_workday(day) == published.get(day, day.weekday() < 5), day


# Workdays and make-up workdays of the year; 2024 to 2026 as counted from the decisions themselves.
@pytest.mark.parametrize(("year", "workdays", "made_up"), [(2024, 251, 8), (2025, 248, 5), (2026, 248, 6)])
def test_workdays_of_published_years(year: int, workdays: int, made_up: int) -> None:
    assert CHINA.offset(date(year + 1, 1, 1)) - CHINA.offset(date(year, 1, 1)) == workdays
    assert sum(CHINA.is_workday(day) for day in all_days(year) if day.weekday() > 4) == made_up


@given(calendars, days)
def test_offset_and_day_are_inverse(calendar: Calendar, day: date) -> None:
    offset = calendar.offset(day)
    workday = calendar.day(offset)
    assert calendar.is_workday(workday)
    assert calendar.offset(workday) == offset
    assert workday >= day
    assert calendar.offset(day + timedelta(days=1)) - offset == calendar.is_workday(day)


@given(days, st.sampled_from(KINDS))
def test_periods_are_read_back(day: date, kind: str) -> None:
    period = Period.of(kind, day)  # type: ignore[arg-type]
    if 1900 <= int(period.text[:4]) <= 2199:
        assert Period.parse(period.text) == period
