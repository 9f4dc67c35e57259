"""Workdays and periods.

Workdays are counted in *offsets*: `offset(d)` is the number of workdays from a fixed day to `d`, `d` itself left out,
so that `offset(b) - offset(a)` is the number of workdays in [a, b). A schedule computes with offsets only, and asks
for `day(n)` when it shows a date.

Holidays and make-up workdays 调休 are data. China's come from the published decisions that `chinesecalendar` holds; a
year that it does not hold counts Monday to Friday and the workspace's own dates, and is called unconfirmed wherever
its workdays are counted. No year is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache, lru_cache, total_ordering
from inspect import signature
from itertools import accumulate, chain, compress
from typing import Any, Final, Literal, NamedTuple, TypeAlias
from unicodedata import normalize

from projledger.errors import CalendarUnavailableError, UnknownCountryError
from projledger.frozen import frozen
from projledger.i18n import N_, _, listing, pgettext
from projledger.quantities import FIRST_YEAR, LAST_YEAR, Unreadable, month_text, parse_day

__all__ = [
    "KINDS",
    "Calendar",
    "Kind",
    "Period",
    "day_text",
    "month_text",
    "period_text",
    "weekday_text",
]

Kind: TypeAlias = Literal["day", "week", "month", "quarter", "half", "year"]
KINDS: Final[tuple[Kind, ...]] = ("day", "week", "month", "quarter", "half", "year")
"""Kinds of periods, the shortest first."""

_MONTHS_IN: Final[dict[Kind, int]] = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_ONE_DAY: Final = timedelta(days=1)


# --- periods ----------------------------------------------------------------------------------------------------------


@total_ordering
@frozen
class Period:
    """A day, an ISO week, or whole months of a year; `first` and `last` both belong to it.

    Periods are ordered by their first day, then by their last. Make them with `parse` or `of`.
    """

    kind: Kind
    first: date
    last: date

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read `2024`, `2024-H1`, `2024-Q2`, `2024-05`, `2024-W24` or `2024-06-11`.

        Raises:
            Unreadable: `bad-period` (`bad-date` for a day that does not exist), with the remedy.
        """
        return _parse_period(text)

    @classmethod
    def of(cls, kind: Kind, day: date) -> Period:
        """The period of that kind that contains `day`."""
        if kind == "day":
            return cls(kind, day, day)
        if kind == "week":
            first = day - timedelta(days=day.weekday())
            return cls(kind, first, first + timedelta(days=6))
        length = _MONTHS_IN[kind]
        month = (day.month - 1) // length * length + 1
        first = date(day.year, month, 1)
        return cls(kind, first, _month_after(first, length) - _ONE_DAY)

    @property
    def text(self) -> str:
        """The one way this period is written in a ledger; `parse` reads it back."""
        year = f"{self.first.year:04}"
        match self.kind:
            case "day":
                return self.first.isoformat()
            case "week":
                iso = self.first.isocalendar()
                return f"{iso.year:04}-W{iso.week:02}"
            case "month":
                return f"{year}-{self.first.month:02}"
            case "quarter":
                return f"{year}-Q{self.first.month // 3 + 1}"
            case "half":
                return f"{year}-H{self.first.month // 6 + 1}"
            case "year":
                return year

    def __str__(self) -> str:
        return self.text

    def __lt__(self, other: Period) -> bool:
        return (self.first, self.last) < (other.first, other.last)

    def previous(self) -> Period:
        """The period of the same kind that ends the day before this one begins."""
        return Period.of(self.kind, self.first - _ONE_DAY)

    def next(self) -> Period:
        """The period of the same kind that begins the day after this one ends."""
        return Period.of(self.kind, self.last + _ONE_DAY)

    def contains(self, day: date) -> bool:
        """Whether `day` is one of this period's days."""
        return self.first <= day <= self.last

    def months(self) -> tuple[Period, ...]:
        """The months it is made of, in order; none for a day or a week."""
        count = _MONTHS_IN.get(self.kind, 0)
        return tuple(Period.of("month", _month_after(self.first, n)) for n in range(count))


def _month_after(first: date, months: int) -> date:
    """The first of the month that comes `months` after the one that begins on `first`."""
    years, month = divmod(first.month - 1 + months, 12)
    return date(first.year + years, month + 1, 1)


_CANONICAL: Final = r"([0-9]{4})(?:-(?:H([12])|Q([1-4])|W([0-9]{2})|([0-9]{2})))?"
_LIKE_A_DAY: Final = r"\d{8}|\s*\d+(?:[^\dHQW周季半]+\d+){2}[^\dHQW周季半]*"


@lru_cache(maxsize=1024)
def _parse_period(text: str) -> Period:
    match = re.fullmatch(_CANONICAL, text)
    if match is None:
        if re.fullmatch(_LIKE_A_DAY, text.upper()):  # the reader of dates knows more about what is wrong with it
            return Period.of("day", parse_day(text))
        raise _bad_period(text)
    year = int(match[1])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise _bad_period(text)
    half, quarter, week, month = (int(part) if part else None for part in match.groups()[1:])
    if half is not None:
        return Period.of("half", date(year, half * 6, 1))
    if quarter is not None:
        return Period.of("quarter", date(year, quarter * 3, 1))
    if week is not None:
        # 28 December always lies in the last week of its year (ISO 8601).
        if not 1 <= week <= date(year, 12, 28).isocalendar().week:
            raise _bad_period(text)
        return Period.of("week", date.fromisocalendar(year, week, 1))
    if month is not None:
        if not 1 <= month <= 12:
            raise _bad_period(text)
        return Period.of("month", date(year, month, 1))
    return Period.of("year", date(year, 1, 1))


# Other ways of writing periods, as (what people write, what it becomes on the way to the canonical form).
_REWRITES: Final = (
    (r"第?上半年", "H1"),
    (r"第?下半年", "H2"),
    (r"第?[一1]季度?", "Q1"),
    (r"第?[二2]季度?", "Q2"),
    (r"第?[三3]季度?", "Q3"),
    (r"第?[四4]季度?", "Q4"),
    (r"第?([0-9]{1,2})周", r"W\1"),
    (r"[年月/._\s-]+", "-"),
)
_LOOSE: Final = r"([0-9]{4})-?(?:([HQW]?)([0-9]{1,2}))?"


def _bad_period(text: str) -> Unreadable:
    """Explain why `text` is not a period: one that does not exist, another way of writing one, or none at all."""
    form = _("write 2024, 2024-H1, 2024-Q2, 2024-05, 2024-W24 (ISO week) or 2024-06-11")
    shown = text if len(text) <= 40 else text[:37] + "..."
    rewritten = normalize("NFKC", text[:99]).upper()
    for pattern, canonical in _REWRITES:
        rewritten = re.sub(pattern, canonical, rewritten)
    match = re.fullmatch(_LOOSE, rewritten.strip("-"))
    if match is None:
        return Unreadable("bad-period", _("“{text}” is not a period").format(text=shown), form)
    year, letter, number = int(match[1]), match[2] or "", match[3]
    if not FIRST_YEAR <= year <= LAST_YEAR:
        message = _("“{text}” is not a period this program keeps: the year must lie between {first} and {last}")
        return Unreadable("bad-period", message.format(text=shown, first=FIRST_YEAR, last=LAST_YEAR), form)
    if number is not None:
        # 28 December always lies in the last week of its year (ISO 8601).
        weeks = date(year, 12, 28).isocalendar().week
        reason, most = {
            "": (N_("“{text}” is not a period: a year has months 01 to 12"), 12),
            "H": (N_("“{text}” is not a period: a year has the halves H1 and H2"), 2),
            "Q": (N_("“{text}” is not a period: a year has the quarters Q1 to Q4"), 4),
            "W": (N_("“{text}” is not a period: {year} has the weeks W01 to W{most}"), weeks),
        }[letter]
        if not 1 <= int(number) <= most:
            return Unreadable("bad-period", _(reason).format(text=shown, year=year, most=most), form)
        width = 1 if letter in {"H", "Q"} else 2
        fixed = f"{year}-{letter}{int(number):0{width}}"
    else:
        fixed = f"{year}"
    message = _("“{text}” is not written as periods are").format(text=shown)
    return Unreadable("bad-period", message, _("write {correct}").format(correct=fixed))


# --- workdays ---------------------------------------------------------------------------------------------------------

_EPOCH_YEAR: Final = 2020
"""Its first day has offset 0. Tables grow from here outwards, so ledgers of today build only a few."""

_EARLIEST: Final = 1800
_LATEST: Final = 2399
"""Tables end here: a forecast beyond is shown as the last workday of 2399, which nobody takes for a plan."""


class _MondayToFriday:
    """No country: nothing is published, so nothing waits for confirmation."""

    def is_workday(self, day: date) -> bool:
        return day.weekday() < 5

    def year(self, year: int) -> list[bool]:
        """Whether each day of a year is a workday."""
        first, end = date(year, 1, 1), date(year + 1, 1, 1)
        return [self.is_workday(day) for day in map(date.fromordinal, range(first.toordinal(), end.toordinal()))]

    def confirmed(self, year: int) -> bool:
        return True


@cache
def _decisions() -> tuple[frozenset[date], frozenset[date]]:
    """China's published days of rest and make-up workdays; loaded when first asked for."""
    from chinese_calendar import constants

    return frozenset(constants.holidays), frozenset(constants.workdays)


@cache
def _decided() -> dict[int, list[date]]:
    """The days that the decisions speak of, by year."""
    found: dict[int, list[date]] = {}
    for day in chain(*_decisions()):
        found.setdefault(day.year, []).append(day)
    return found


_WEEKS: Final = [*[True] * 5, False, False] * 54
"""The days of a year and of the week before it, where nothing but their weekday counts."""
_LAW_SINCE: Final = 2025
_BY_LAW: Final = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
"""The days off that are fixed in the sun calendar (month, day): New Year, two of Labour Day, three of National Day."""


class _China(_MondayToFriday):
    """The State Council's yearly decisions, as `chinesecalendar` holds them; later years have what the law fixes.

    Before a year's decision is published its holidays by the sun calendar are known from the law (Measures on holidays
    of the nation's festivals and memorial days, as amended on 10 November 2024); those by the moon calendar, and what
    is moved about, are not. A year is held when its National Day is: the last holiday of every year's decision, while a
    decision may reach back into the December before it.
    """

    def is_workday(self, day: date) -> bool:
        rest, made_up = _decisions()
        if day.weekday() < 5:
            if not self.confirmed(day.year):
                return day.year < _LAW_SINCE or (day.month, day.day) not in _BY_LAW
            return day not in rest
        return day in made_up and self.confirmed(day.year)

    def year(self, year: int) -> list[bool]:
        # Most days are what their weekday says: asking each one would be most of the start of a small report.
        first, end = date(year, 1, 1), date(year + 1, 1, 1)
        worked = _WEEKS[first.weekday() :][: (end - first).days]
        fixed = [date(year, month, day) for month, day in _BY_LAW]
        for day in (*fixed, *_decided().get(year, ())):
            worked[(day - first).days] = self.is_workday(day)
        return worked

    def confirmed(self, year: int) -> bool:
        return date(year, 10, 1) in _decisions()[0]


class _OtherCountry(_MondayToFriday):
    """A country of the `holidays` library, with its own days of the week for rest.

    The library guesses what is not announced yet. A year is unconfirmed where it says so itself: beyond the years it
    covers; with a holiday whose name it marks as estimated (moon calendars); or, in countries that move workdays
    about, after the last year for which it knows the moves.
    """

    def __init__(self, country: str) -> None:
        try:
            import holidays
        except ImportError as error:
            raise CalendarUnavailableError(country) from error
        try:
            plain = holidays.country_holidays(country)
        except NotImplementedError as error:
            raise UnknownCountryError(country) from error
        # Some countries hide that a date is estimated unless asked; only the class takes the question.
        kind: Any = type(plain)
        marked = "islamic_show_estimated" in signature(kind.__init__).parameters
        self._holidays = kind(islamic_show_estimated=True) if marked else plain
        self._marks = tuple(
            self._holidays.tr(label).replace("%s", "").strip()
            for name in ("estimated_label", "observed_estimated_label")
            if (label := getattr(self._holidays, name, None))
        )
        moves = getattr(self._holidays, "special_public_holidays", {})
        self._moves_until = max(moves) if moves and self._holidays.has_substituted_holidays else None

    def is_workday(self, day: date) -> bool:
        return bool(self._holidays.is_working_day(day))

    def confirmed(self, year: int) -> bool:
        if not self._holidays.start_year <= year <= self._holidays.end_year:
            return False
        if self._moves_until is not None and year > self._moves_until:
            return False
        self._holidays.get(date(year, 1, 1))  # makes the library fill in the year
        names = (name for day, name in self._holidays.items() if day.year == year)
        return not any(mark in name for name in names for mark in self._marks)


def _source(country: str | None) -> _MondayToFriday:
    """What knows the workdays of `country`."""
    if country is None:
        return _MondayToFriday()
    if country == "CN":
        return _China()
    if not re.fullmatch("[A-Z]{2}", country):
        raise UnknownCountryError(country)
    return _OtherCountry(country)


class _Year(NamedTuple):
    """The workdays of one year."""

    january: int
    """Ordinal of 1 January."""
    offsets: list[int]
    """The offset of each day of the year, and of the day after its last."""
    days: list[date]
    """Its workdays, in order."""


class Calendar:
    """A working calendar: the country's holidays and make-up days, and the workspace's own dates, which win.

    Args:
        country: ISO 3166 code of two capitals. `CN` takes the published decisions; other countries need the
            `holidays` extra; without a country workdays are Monday to Friday less the own dates.
        holidays: own rest days.
        workdays: own workdays (a Saturday worked); a date in both is a workday.

    Raises:
        UnknownCountryError: no calendar is known for that code.
        CalendarUnavailableError: another country than China without the `holidays` library.
    """

    def __init__(
        self, country: str | None = None, holidays: Iterable[date] = (), workdays: Iterable[date] = ()
    ) -> None:
        self.country = country
        self._own = dict.fromkeys(holidays, False) | dict.fromkeys(workdays, True)
        self._source = _source(country)
        self._years: dict[int, _Year] = {}
        self._confirmed: dict[int, bool] = {}

    def is_workday(self, day: date) -> bool:
        """Whether people work on `day`."""
        own = self._own.get(day)
        return self._source.is_workday(day) if own is None else own

    def own(self, first: date, last: date) -> dict[date, bool]:
        """The workspace's own dates from `first` to `last` that the country's calendar has otherwise; True: worked."""
        found = sorted((day, worked) for day, worked in self._own.items() if first <= day <= last)
        return {day: worked for day, worked in found if worked != self._source.is_workday(day)}

    def offset(self, day: date) -> int:
        """Workdays from 1 January 2020 to `day`, itself left out; negative before.

        `offset(b) - offset(a)` is the number of workdays in [a, b).
        """
        table = self._years.get(day.year)
        if table is None:
            day = min(max(day, date(_EARLIEST, 1, 1)), date(_LATEST, 12, 31))
            table = self._table(day.year)
        return table.offsets[day.toordinal() - table.january]

    def day(self, offset: int) -> date:
        """The workday with that offset: `offset(day(n)) == n`; beyond the tables, their first or last workday."""
        year = min(max(_EPOCH_YEAR + offset // 250, _EARLIEST), _LATEST)
        table = self._table(year)
        while offset < table.offsets[0] and year > _EARLIEST:
            year -= 1
            table = self._table(year)
        while offset >= table.offsets[-1] and year < _LATEST:
            year += 1
            table = self._table(year)
        return table.days[min(max(offset - table.offsets[0], 0), len(table.days) - 1)]

    def _table(self, year: int) -> _Year:
        """The year's table, built with all years between it and the nearest one that exists."""
        table = self._years.get(year)
        if table is None and year == _EPOCH_YEAR:
            table = self._years[year] = self._build(year, first=0)
        elif table is None and year > _EPOCH_YEAR:
            known = max(self._years, default=_EPOCH_YEAR)
            for later in range(known + 1, year + 1):
                table = self._years[later] = self._build(later, first=self._table(later - 1).offsets[-1])
        elif table is None:
            known = min(self._years, default=_EPOCH_YEAR)
            for earlier in range(known - 1, year - 1, -1):
                table = self._years[earlier] = self._build(earlier, last=self._table(earlier + 1).offsets[0])
        assert table is not None
        return table

    def first_on_or_after(self, day: date) -> date:
        """`day` itself when it is a workday, else the next one."""
        return self.day(self.offset(day))

    def last_on_or_before(self, day: date) -> date:
        """`day` itself when it is a workday, else the one before."""
        return self.day(self.offset(day + _ONE_DAY) - 1)

    def add_workdays(self, day: date, count: int) -> date:
        """The `count`-th workday after `day`, which itself does not count: the last day of a reply limit.

        A negative `count` goes back: the `-count`-th workday before `day`. Zero is `day`, or the next workday.
        """
        if count > 0:
            return self.day(self.offset(day + _ONE_DAY) + count - 1)
        return self.day(self.offset(day) + count)

    def workdays_between(self, start: date, end: date) -> int:
        """Workdays in (start, end]: how many workdays late `end` is when `start` was the last day.

        Negative when `end` comes first: `workdays_between(a, b) == -workdays_between(b, a)`.
        """
        return self.offset(end + _ONE_DAY) - self.offset(start + _ONE_DAY)

    def confirmed(self, year: int) -> bool:
        """Whether the year's holidays are published (always, without a country: none are awaited)."""
        known = self._confirmed.get(year)
        if known is None:
            known = self._confirmed[year] = self._source.confirmed(year)
        return known

    def unconfirmed_years(self, first: date, last: date) -> tuple[int, ...]:
        """The years from `first` to `last`, in either order, that are not confirmed."""
        low, high = sorted((first.year, last.year))
        return tuple(year for year in range(low, high + 1) if not self.confirmed(year))

    def calendar_text(self, years: Iterable[int]) -> str:
        """What a report says about the calendar in its footer, given the years whose workdays it counted."""
        if self.country is None:
            return _("Working calendar: Monday to Friday less own dates")
        wanted = sorted(set(years))
        known = _years_text([year for year in wanted if self.confirmed(year)])
        unknown = _years_text([year for year in wanted if not self.confirmed(year)])
        if not unknown:
            return _("Working calendar {years}: published").format(years=known) if known else ""
        if self.country == "CN" and known:
            text = _(
                "Working calendar {years}: published; {unknown}: not published, "
                "Monday to Friday less the fixed days off by law and own dates (unconfirmed)"
            )
        elif self.country == "CN":
            text = _(
                "Working calendar {unknown}: not published, "
                "Monday to Friday less the fixed days off by law and own dates (unconfirmed)"
            )
        elif known:
            text = _("Working calendar {years}: published; {unknown}: not published, estimated holidays (unconfirmed)")
        else:
            text = _("Working calendar {unknown}: not published, estimated holidays (unconfirmed)")
        return text.format(years=known, unknown=unknown)

    def _build(self, year: int, first: int | None = None, last: int = 0) -> _Year:
        """Count a year from the offset of its first day, or (when that is `None`) back from that of the next year."""
        january = date(year, 1, 1).toordinal()
        worked = self._source.year(year)
        for day, works in self._own.items():
            if day.year == year:
                worked[day.toordinal() - january] = works
        count = last - sum(worked) if first is None else first
        days = list(map(date.fromordinal, compress(range(january, january + len(worked)), worked)))
        return _Year(january, list(accumulate(worked, initial=count)), days)


def _years_text(years: list[int]) -> str:
    """Years, three or more in a row as a range: `2020–2026`."""
    runs: list[list[int]] = []
    for year in years:
        if runs and runs[-1][-1] == year - 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    words: list[str] = []
    for run in runs:
        words += [f"{run[0]}–{run[-1]}"] if len(run) > 2 else [str(year) for year in run]
    return listing(words)


# --- for people -------------------------------------------------------------------------------------------------------

_DAYS: Final = (
    N_("{day} January"),
    N_("{day} February"),
    N_("{day} March"),
    N_("{day} April"),
    N_("{day} May"),
    N_("{day} June"),
    N_("{day} July"),
    N_("{day} August"),
    N_("{day} September"),
    N_("{day} October"),
    N_("{day} November"),
    N_("{day} December"),
)
_WEEKDAYS: Final = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)
_QUARTERS: Final = (
    N_("first quarter of {year}"),
    N_("second quarter of {year}"),
    N_("third quarter of {year}"),
    N_("fourth quarter of {year}"),
)
_HALVES: Final = (N_("first half of {year}"), N_("second half of {year}"))


def day_text(day: date, today: date | None = None) -> str:
    """A day in prose: `14 June`, `6月14日`; with its year when that is not the year of `today`."""
    text = _(_DAYS[day.month - 1]).format(day=day.day)
    if today is not None and day.year == today.year:
        return text
    return _("{date} {year}").format(date=text, year=day.year)


def weekday_text(day: date) -> str:
    """`Tuesday`, `星期二`."""
    return _(_WEEKDAYS[day.weekday()])


def period_text(period: Period) -> str:
    """A period in prose: `week 24 of 2024`, `2024年第二季度`."""
    year = period.first.year
    match period.kind:
        case "day":
            return day_text(period.first)
        case "week":
            iso = period.first.isocalendar()
            return _("week {week} of {year}").format(week=iso.week, year=iso.year)
        case "month":
            return month_text(period.first)
        case "quarter":
            return _(_QUARTERS[period.first.month // 3]).format(year=year)
        case "half":
            return _(_HALVES[period.first.month // 6]).format(year=year)
        case "year":
            return pgettext("a period", "{year}").format(year=year)
