"""Periods and workdays, against the published calendar of 2024 and hand-counted weeks."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projledger import i18n
from projledger.calendar import KINDS, Calendar, Kind, Period, day_text, month_text, period_text, weekday_text
from projledger.errors import CalendarUnavailableError, ProjledgerError, UnknownCountryError, UsageError
from projledger.quantities import Unreadable

ONE_DAY = timedelta(days=1)
CHINA = Calendar("CN")
PLAIN = Calendar()
OWN = Calendar("CN", holidays=[date(2024, 12, 31), date(2023, 6, 1)], workdays=[date(2024, 10, 13), date(2030, 3, 2)])
PUBLISHED = json.loads((Path(__file__).parent / "data" / "holiday-cn-2024.json").read_text("utf-8"))

days = st.dates(date(1900, 1, 1), date(2199, 12, 31))
calendars = st.sampled_from([CHINA, PLAIN, OWN])


@pytest.fixture
def chinese() -> Iterator[None]:
    i18n.use("zh")
    yield
    i18n.use("en")


def all_days(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


# --- workdays ---------------------------------------------------------------------------------------------------------


def test_every_day_of_2024_is_as_published() -> None:
    published = {date.fromisoformat(day["date"]): not day["isOffDay"] for day in PUBLISHED["days"]}
    assert len(published) == 28 + 8
    for day in all_days(2024):
        assert CHINA.is_workday(day) == published.get(day, day.weekday() < 5), day


# Workdays and make-up workdays of the year, counted from the State Council's decisions.
@pytest.mark.parametrize(("year", "workdays", "made_up"), [(2024, 251, 8), (2025, 248, 5), (2026, 248, 6)])
def test_workdays_of_published_years(year: int, workdays: int, made_up: int) -> None:
    assert CHINA.offset(date(year + 1, 1, 1)) - CHINA.offset(date(year, 1, 1)) == workdays
    assert sum(CHINA.is_workday(day) for day in all_days(year) if day.weekday() > 4) == made_up


@pytest.mark.parametrize("calendar", [CHINA, PLAIN, OWN], ids=["china", "plain", "own"])
def test_the_tables_say_of_every_day_what_the_calendar_says_of_it(calendar: Calendar) -> None:
    for day in (day for year in range(2003, 2032) for day in all_days(year)):
        assert calendar.offset(day + ONE_DAY) - calendar.offset(day) == calendar.is_workday(day), day


# The same decisions, read by people who publish for the `holidays` library.
@pytest.mark.parametrize("year", range(2018, 2027))
def test_a_second_library_agrees_on_china(year: int) -> None:
    import holidays

    other = holidays.country_holidays("CN", years=year)
    assert [day for day in all_days(year) if CHINA.is_workday(day) != other.is_working_day(day)] == []


def test_years_without_a_decision_are_monday_to_friday_and_unconfirmed() -> None:
    # The library knows its own range; whatever it is, no year beyond it is guessed.
    import chinese_calendar

    last = max(chinese_calendar.holidays).year
    first = min(chinese_calendar.holidays).year
    assert CHINA.confirmed(first)
    assert CHINA.confirmed(last)
    for year in (first - 1, last + 1, 1900, 2199):
        with pytest.raises(NotImplementedError):
            chinese_calendar.is_workday(date(year, 6, 1))
        assert not CHINA.confirmed(year)
        # What the law fixes in the sun calendar, since 2025: 1 January, 1 and 2 May, 1 to 3 October.
        law = {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)} if year > last else set()
        assert all(
            CHINA.is_workday(day) == (day.weekday() < 5 and (day.month, day.day) not in law) for day in all_days(year)
        )
    assert CHINA.unconfirmed_years(date(last, 1, 1), date(last + 2, 5, 1)) == (last + 1, last + 2)
    assert CHINA.unconfirmed_years(date(last + 1, 1, 1), date(last, 5, 1)) == (last + 1,)
    assert CHINA.unconfirmed_years(date(2024, 1, 1), date(2024, 5, 1)) == ()


def test_own_dates_win() -> None:
    assert CHINA.is_workday(date(2024, 12, 31))
    assert not OWN.is_workday(date(2024, 12, 31))
    assert not CHINA.is_workday(date(2024, 10, 13))
    assert OWN.is_workday(date(2024, 10, 13))
    assert OWN.is_workday(date(2030, 3, 2))  # in a year without a decision
    assert OWN.offset(date(2025, 1, 1)) - OWN.offset(date(2024, 1, 1)) == 251  # one less, one more
    both = Calendar(None, holidays=[date(2024, 6, 11)], workdays=[date(2024, 6, 11)])
    assert both.is_workday(date(2024, 6, 11))


def test_without_a_country_nothing_waits_for_confirmation() -> None:
    assert PLAIN.confirmed(2199)
    assert PLAIN.is_workday(date(2024, 10, 1))
    assert not PLAIN.is_workday(date(2024, 10, 12))


@given(calendars, days)
def test_offset_and_day_are_inverse(calendar: Calendar, day: date) -> None:
    offset = calendar.offset(day)
    workday = calendar.day(offset)
    assert calendar.is_workday(workday)
    assert calendar.offset(workday) == offset
    assert workday >= day
    assert calendar.offset(day + ONE_DAY) - offset == calendar.is_workday(day)


@given(calendars, st.integers(-30_000, 45_000))
def test_day_and_offset_are_inverse(calendar: Calendar, offset: int) -> None:
    day = calendar.day(offset)
    assert calendar.is_workday(day)
    assert calendar.offset(day) == offset
    assert calendar.day(offset + 1) > day


@settings(max_examples=20)
@given(st.lists(st.dates(date(1990, 1, 1), date(2050, 12, 31)), min_size=2, max_size=4))
def test_offsets_do_not_depend_on_what_was_asked_first(asked: list[date]) -> None:
    calendar = Calendar("CN", holidays=[date(2024, 12, 31)], workdays=[date(1999, 5, 1)])
    backwards = Calendar("CN", holidays=[date(2024, 12, 31)], workdays=[date(1999, 5, 1)])
    assert [calendar.offset(day) for day in asked] == [backwards.offset(day) for day in reversed(asked)][::-1]


@given(calendars, st.dates(date(2015, 1, 1), date(2030, 12, 31)), st.integers(0, 60))
def test_offsets_count_the_days_between(calendar: Calendar, day: date, length: int) -> None:
    end = day + timedelta(days=length)
    counted = sum(calendar.is_workday(day + timedelta(days=n)) for n in range(length))
    assert calendar.offset(end) - calendar.offset(day) == counted


@given(calendars, days, st.integers(1, 400))
def test_adding_and_counting_are_inverse(calendar: Calendar, day: date, count: int) -> None:
    later = calendar.add_workdays(day, count)
    assert calendar.workdays_between(day, later) == count
    assert calendar.workdays_between(later, day) == -count
    assert calendar.is_workday(later)
    assert later > day
    earlier = calendar.add_workdays(day, -count)
    assert calendar.offset(day) - calendar.offset(earlier) == count
    assert calendar.is_workday(earlier)


@given(calendars, days)
def test_nearest_workdays(calendar: Calendar, day: date) -> None:
    after, before = calendar.first_on_or_after(day), calendar.last_on_or_before(day)
    assert before <= day <= after
    assert calendar.is_workday(after)
    assert calendar.is_workday(before)
    assert (before == day == after) == calendar.is_workday(day)
    assert calendar.offset(after) == calendar.offset(day)
    assert calendar.workdays_between(before, day) == 0
    assert calendar.add_workdays(day, 0) == after


def test_hand_counted_stretches() -> None:
    # Spring Festival 2024: rest from 10 to 17 February, Sundays 4 and 18 February worked.
    # 3 workdays after Thursday 8 February: Fri 9, Sun 18 (made up), Mon 19.
    assert CHINA.add_workdays(date(2024, 2, 8), 3) == date(2024, 2, 19)
    assert CHINA.first_on_or_after(date(2024, 2, 10)) == date(2024, 2, 18)
    assert CHINA.last_on_or_before(date(2024, 2, 17)) == date(2024, 2, 9)
    # Due Friday 14 June, done Thursday 20 June: Mon 17, Tue 18, Wed 19, Thu 20 are 4 workdays late.
    assert CHINA.workdays_between(date(2024, 6, 14), date(2024, 6, 20)) == 4
    assert CHINA.workdays_between(date(2024, 6, 20), date(2024, 6, 14)) == -4
    assert CHINA.workdays_between(date(2024, 6, 14), date(2024, 6, 16)) == 0  # a weekend is no workday late
    # One workday before Sunday 16 June is Friday.
    assert CHINA.add_workdays(date(2024, 6, 16), -1) == date(2024, 6, 14)
    # 1 to 7 October 2024 rest; 29 September and 12 October worked.
    assert CHINA.add_workdays(date(2024, 9, 28), 3) == date(2024, 10, 8)  # Sun 29, Mon 30, Tue 8
    assert CHINA.offset(date(2020, 1, 1)) == 0
    assert CHINA.day(0) == date(2020, 1, 2)


def test_absurd_forecasts_stop_at_the_end_of_the_tables() -> None:
    assert PLAIN.day(10**9) == date(2399, 12, 31)
    assert PLAIN.day(-(10**9)) == date(1800, 1, 1)
    assert PLAIN.offset(date.max) == PLAIN.offset(date(2399, 12, 31))
    assert PLAIN.offset(date.min) == PLAIN.offset(date(1800, 1, 1))


# --- other countries --------------------------------------------------------------------------------------------------


def test_germany_works_without_make_up_days() -> None:
    germany = Calendar("DE")
    assert not germany.is_workday(date(2024, 10, 3))
    assert germany.is_workday(date(2024, 10, 1))
    assert not germany.is_workday(date(2024, 10, 12))
    assert germany.confirmed(2024)
    assert germany.unconfirmed_years(date(2099, 1, 1), date(2103, 1, 1)) == (2101, 2102, 2103)


def test_rest_days_of_the_week_follow_the_country() -> None:
    arabia = Calendar("SA")
    assert not arabia.is_workday(date(2024, 6, 14))  # Friday
    assert arabia.is_workday(date(2024, 6, 9))  # Sunday


@pytest.mark.parametrize(
    ("country", "known", "guessed"),
    [
        ("ID", 2024, 2040),  # moon calendar, marked as estimated
        ("SA", 2024, 2040),  # the same, marked only when asked
        ("VN", 2024, 2040),  # workdays moved by a yearly decision
    ],
)
def test_guessed_years_are_unconfirmed(country: str, known: int, guessed: int) -> None:
    calendar = Calendar(country)
    assert calendar.confirmed(known)
    assert not calendar.confirmed(guessed)
    assert calendar.is_workday(date(guessed, 8, 8)) in {True, False}


@pytest.mark.parametrize("country", ["XX", "cn", "中国", "CHN", "", "__", "..", "US\n"])
def test_unknown_countries_are_refused_with_the_form(country: str) -> None:
    with pytest.raises(UnknownCountryError, match="for example CN") as caught:
        Calendar(country)
    assert isinstance(caught.value, UsageError)
    assert caught.value.exit_code == 2


def test_missing_library_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "holidays", None)
    with pytest.raises(CalendarUnavailableError, match=r"pip install 'projledger\[holidays\]'") as caught:
        Calendar("DE")
    assert isinstance(caught.value, ProjledgerError)
    assert Calendar("CN").is_workday(date(2024, 2, 18))


def test_calendars_are_loaded_only_when_asked() -> None:
    script = (
        "import sys; from projledger.calendar import Calendar, date; c = Calendar('CN'); "
        "loaded = {'chinese_calendar', 'holidays', 'pydantic', 'yaml', 'rich'} & sys.modules.keys(); "
        "assert not loaded, loaded; c.offset(date(2024, 1, 1)); "
        "assert 'chinese_calendar' in sys.modules and 'holidays' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


# --- what the footer says ---------------------------------------------------------------------------------------------


def test_calendar_text() -> None:
    assert PLAIN.calendar_text([2024]) == "Working calendar: Monday to Friday less own dates"
    assert CHINA.calendar_text([2024]) == "Working calendar 2024: published"
    assert CHINA.calendar_text([2026, 2024, 2025, 2024, 2021]) == "Working calendar 2021, 2024–2026: published"
    assert CHINA.calendar_text([2024, 2025]) == "Working calendar 2024, 2025: published"
    assert CHINA.calendar_text([2024, 2150]) == (
        "Working calendar 2024: published; 2150: not published, "
        "Monday to Friday less the fixed days off by law and own dates (unconfirmed)"
    )
    assert CHINA.calendar_text([2150]) == (
        "Working calendar 2150: not published, "
        "Monday to Friday less the fixed days off by law and own dates (unconfirmed)"
    )
    assert CHINA.calendar_text([]) == ""
    assert Calendar("VN").calendar_text([2024, 2040]) == (
        "Working calendar 2024: published; 2040: not published, estimated holidays (unconfirmed)"
    )
    assert (
        Calendar("VN").calendar_text([2040]) == "Working calendar 2040: not published, estimated holidays (unconfirmed)"
    )


@pytest.mark.usefixtures("chinese")
def test_calendar_text_in_chinese() -> None:
    assert CHINA.calendar_text([2024]) == "日历：2024年已公布"
    assert CHINA.calendar_text([2024, 2150, 2151]) == (
        "日历：2024年已公布；2150、2151年未公布，按周一至周五、法定固定放假日和自定日期计（待确认）"
    )
    assert PLAIN.calendar_text([2024]) == "日历：周一至周五，自定休息日除外"


# --- periods ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind", "first", "last"),
    [
        ("2024", "year", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-H1", "half", date(2024, 1, 1), date(2024, 6, 30)),
        ("2024-H2", "half", date(2024, 7, 1), date(2024, 12, 31)),
        ("2024-Q1", "quarter", date(2024, 1, 1), date(2024, 3, 31)),
        ("2024-Q2", "quarter", date(2024, 4, 1), date(2024, 6, 30)),
        ("2024-Q3", "quarter", date(2024, 7, 1), date(2024, 9, 30)),
        ("2024-Q4", "quarter", date(2024, 10, 1), date(2024, 12, 31)),
        ("2024-02", "month", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-02", "month", date(2023, 2, 1), date(2023, 2, 28)),
        ("2024-12", "month", date(2024, 12, 1), date(2024, 12, 31)),
        ("2024-W24", "week", date(2024, 6, 10), date(2024, 6, 16)),
        ("2020-W53", "week", date(2020, 12, 28), date(2021, 1, 3)),
        ("2025-W01", "week", date(2024, 12, 30), date(2025, 1, 5)),
        ("2024-06-11", "day", date(2024, 6, 11), date(2024, 6, 11)),
    ],
)
def test_periods(text: str, kind: Kind, first: date, last: date) -> None:
    period = Period.parse(text)
    assert (period.kind, period.first, period.last) == (kind, first, last)
    assert period.text == str(period) == f"{period}" == text
    assert period == Period.of(kind, last)
    assert Period.parse(text) is period


@given(days, st.sampled_from(KINDS))
def test_periods_are_read_back_and_contain_their_days(day: date, kind: Kind) -> None:
    period = Period.of(kind, day)
    assert period.contains(day)
    assert not period.contains(period.first - ONE_DAY)
    assert not period.contains(period.last + ONE_DAY)
    assert period.contains(period.last)
    if 1900 <= int(period.text[:4]) <= 2199:
        assert Period.parse(period.text) == period


@given(days, st.sampled_from(KINDS))
def test_neighbours_touch(day: date, kind: Kind) -> None:
    period = Period.of(kind, day)
    assert period.next().first == period.last + ONE_DAY
    assert period.previous().last == period.first - ONE_DAY
    assert period.next().previous() == period == period.previous().next()
    assert period.previous() < period < period.next()
    assert period.next().kind == period.previous().kind == kind


@pytest.mark.parametrize(("kind", "count"), [("month", 12), ("quarter", 4), ("half", 2), ("year", 1)])
@given(year=st.integers(1900, 2199))
def test_periods_tile_the_year(kind: Kind, count: int, year: int) -> None:
    tiles = sorted({Period.of(kind, day) for day in all_days(year)})
    assert len(tiles) == count
    assert (tiles[0].first, tiles[-1].last) == (date(year, 1, 1), date(year, 12, 31))
    assert all(b == a.next() for a, b in pairwise(tiles))
    assert [month for tile in tiles for month in tile.months()] == list(Period.of("year", date(year, 1, 1)).months())


def test_months_of_short_periods() -> None:
    assert Period.parse("2024-W24").months() == Period.parse("2024-06-11").months() == ()
    assert [str(month) for month in Period.parse("2024-Q4").months()] == ["2024-10", "2024-11", "2024-12"]


def test_order_is_by_time_then_length() -> None:
    texts = ["2024", "2024-06-11", "2024-H1", "2024-W24", "2024-01", "2024-06"]
    assert [str(period) for period in sorted(map(Period.parse, texts))] == [
        "2024-01",
        "2024-H1",
        "2024",
        "2024-06",
        "2024-W24",
        "2024-06-11",
    ]


@pytest.mark.parametrize(
    ("text", "correct"),
    [
        ("2024年5月", "2024-05"),
        ("2024Q2", "2024-Q2"),
        ("2024-q2", "2024-Q2"),
        ("2024/5", "2024-05"),
        ("2024.05", "2024-05"),
        ("202405", "2024-05"),
        ("2024-5", "2024-05"),
        ("2024年", "2024"),
        ("２０２４", "2024"),
        ("2024年第二季度", "2024-Q2"),
        ("2024年三季度", "2024-Q3"),
        ("2024年第4季", "2024-Q4"),
        ("2024年一季度", "2024-Q1"),
        ("2024年上半年", "2024-H1"),
        ("2024下半年", "2024-H2"),
        ("2024年第24周", "2024-W24"),
        ("2024-W5", "2024-W05"),
        ("2024W24", "2024-W24"),
        (" 2024-05 ", "2024-05"),
        ("2024年6月11日", "2024-06-11"),
        ("20240611", "2024-06-11"),
        ("2024/6/11", "2024-06-11"),
    ],
)
def test_other_ways_of_writing_are_corrected(text: str, correct: str) -> None:
    with pytest.raises(Unreadable) as caught:
        Period.parse(text)
    assert text in caught.value.message
    assert caught.value.help == f"write {correct}"
    assert Period.parse(correct)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2024-13", "months 01 to 12"),
        ("2024-00", "months 01 to 12"),
        ("2024-H3", "halves H1 and H2"),
        ("2024-Q5", "quarters Q1 to Q4"),
        ("2024-W54", "2024 has the weeks W01 to W52"),
        ("2024-W53", "2024 has the weeks W01 to W52"),
        ("2024-W00", "weeks W01 to W52"),
        ("2020-W54", "2020 has the weeks W01 to W53"),
        ("1899", "between 1900 and 2199"),
        ("2200-Q1", "between 1900 and 2199"),
        ("五月", "is not a period"),
        ("", "is not a period"),
        ("24-05", "is not a period"),
        ("2024-W", "is not a period"),
        ("2024-Q1-Q2", "is not a period"),
    ],
)
def test_what_is_no_period(text: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason) as caught:
        Period.parse(text)
    assert caught.value.code == "bad-period"
    assert caught.value.help == "write 2024, 2024-H1, 2024-Q2, 2024-05, 2024-W24 (ISO week) or 2024-06-11"


def test_a_day_that_does_not_exist_is_a_bad_date() -> None:
    with pytest.raises(Unreadable, match="February 2023 has 28 days") as caught:
        Period.parse("2023-02-29")
    assert caught.value.code == "bad-date"


@given(st.text(max_size=60) | st.from_regex(r"[0-9]{2,4}.{0,3}[HQW年/-]?[0-9]{0,3}.{0,2}", fullmatch=True))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        period = Period.parse(text)
    except Unreadable as error:
        fine = error.message and error.help
    else:
        fine = period.text == text
    assert fine


# --- for people -------------------------------------------------------------------------------------------------------


def test_days_and_periods_in_english() -> None:
    assert day_text(date(2024, 6, 14), date(2024, 1, 2)) == "14 June"
    assert day_text(date(2025, 6, 4), date(2024, 1, 2)) == "4 June 2025"
    assert weekday_text(date(2024, 6, 11)) == "Tuesday"
    assert month_text(date(2024, 5, 31)) == "May 2024"
    texts = ["2024", "2024-H1", "2024-Q2", "2024-05", "2024-W24", "2025-W01", "2024-06-11"]
    assert [period_text(Period.parse(text)) for text in texts] == [
        "2024",
        "first half of 2024",
        "second quarter of 2024",
        "May 2024",
        "week 24 of 2024",
        "week 1 of 2025",
        "11 June 2024",
    ]


@pytest.mark.usefixtures("chinese")
def test_days_and_periods_in_chinese() -> None:
    assert day_text(date(2024, 6, 14), date(2024, 1, 2)) == "6月14日"
    assert day_text(date(2025, 6, 4), date(2024, 1, 2)) == "2025年6月4日"
    assert [weekday_text(date(2024, 6, 10) + timedelta(days=n)) for n in range(7)] == [
        f"星期{day}" for day in "一二三四五六日"
    ]
    assert [month_text(date(2024, n, 1)) for n in range(1, 13)] == [f"2024年{n}月" for n in range(1, 13)]
    assert [day_text(date(2024, n, 3), date(2024, 1, 1)) for n in range(1, 13)] == [f"{n}月3日" for n in range(1, 13)]
    texts = ["2024", "2024-H2", "2024-Q1", "2024-Q3", "2024-Q4", "2024-05", "2024-W24"]
    assert [period_text(Period.parse(text)) for text in texts] == [
        "2024年",
        "2024年下半年",
        "2024年第一季度",
        "2024年第三季度",
        "2024年第四季度",
        "2024年5月",
        "2024年第24周",
    ]


def test_workdays_around_new_year_before_its_decision_is_published() -> None:
    # By hand: 28 December 2099 is a Monday; after it to Wednesday 6 January 2100 come 29, 30, 31 December (New Year's
    # Day, a Friday, is off by law), 4, 5 and 6 January.
    assert date(2099, 12, 28).weekday() == 0
    assert CHINA.workdays_between(date(2099, 12, 28), date(2100, 1, 6)) == 6
    assert CHINA.add_workdays(date(2099, 12, 31), 1) == date(2100, 1, 4)
    # Own dates win over the law too.
    assert Calendar("CN", workdays=[date(2100, 1, 1)]).is_workday(date(2100, 1, 1))
