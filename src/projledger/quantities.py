"""Dates, money, numbers, durations: read strictly, kept exactly, said the way people say them.

The parsers take the text of a ledger's scalar and raise `Unreadable`, whose message names what was found and whose
help says what to write instead. Nothing is guessed and nothing is rounded: amounts are `Decimal`, rates `Fraction`.
The `…_text` functions speak the language in use (see `i18n`); they are for people, never for machines.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal, localcontext
from fractions import Fraction
from functools import cache, lru_cache
from typing import Final
from unicodedata import normalize

from projledger.i18n import N_, _, language, ngettext

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2199
LONGEST: Final = 30
"""More characters than any sensible number has."""

LONGEST_DURATION: Final = 9999
"""Workdays: forty years. A longer task is a typing mistake, and would run schedules out of the calendar."""

MONEY_UNITS: Final = {
    "元": 0,
    "千元": 3,
    "万元": 4,
    "百万元": 6,
    "亿元": 8,
    "yuan": 0,
    "thousand yuan": 3,
    "million yuan": 6,
    "billion yuan": 9,
}
"""The units a workspace may keep its money in, with their power of ten in yuan."""

_CHINESE_SCALES: Final = {"": 0, "千": 3, "万": 4, "百万": 6, "千万": 7, "亿": 8, "万亿": 12}
_ENGLISH_SCALES: Final = {"": 0, "thousand": 3, "million": 6, "billion": 9, "trillion": 12}

# Patterns are compiled where they are first used (`re` keeps them): most commands start without most of these.
# One digit string, or groups of three between single spaces or commas (not both kinds), then decimals.
_NUMBER: Final = r"(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+)(?:\.[0-9]+)?"
_SIGNED: Final = rf"-?{_NUMBER}"
_PERCENT: Final = rf"([+-]?{_NUMBER}) ?[%％]"
_MONEY_PART: Final = rf"({_NUMBER}) ?(?:(千万|百万|万亿|亿|万|千)(元?)|(元))"
_MONEY_ENGLISH: Final = rf"({_NUMBER}) ?(?i:(thousand|million|billion|trillion)(?: yuan)?|yuan)"
_WORKDAYS: Final = r"([0-9]{1,9}) ?(?i:(d|days?|workdays?|天|日|个工作日|工作日)|(w|weeks?|周|个?星期))?"
_LOOSE_DAY: Final = (
    r"([0-9]{4}) ?[-/.年·、] ?([0-9]{1,2}) ?[-/.月·、] ?([0-9]{1,2}) ?日?(?:[T ][0-9]{1,2}:[0-9:.+Z-]*)?"
)
_JOINED_DAY: Final = r"([0-9]{4})([0-9]{2})([0-9]{2})"
_EXCEL_DAY: Final = r"[34567]\d{4}"
_EXCEL_BEGINS: Final = date(1899, 12, 30)
"""Excel counts days from here; from March 1900 on its numbers are right."""

# Wide enough for every sum of admitted digits: no operation under it ever rounds.
_EXACT: Final = Context(prec=120)

_MONTHS: Final = (
    N_("January {year}"),
    N_("February {year}"),
    N_("March {year}"),
    N_("April {year}"),
    N_("May {year}"),
    N_("June {year}"),
    N_("July {year}"),
    N_("August {year}"),
    N_("September {year}"),
    N_("October {year}"),
    N_("November {year}"),
    N_("December {year}"),
)


class Unreadable(ValueError):  # noqa: N818 - read as an adjective where it is caught: `except Unreadable`
    """A text that is not what its field holds.

    Attributes:
        code: the finding's code, such as `bad-date`.
        message: what is wrong, understandable alone, in the language in use.
        help: what to write instead.
    """

    def __init__(self, code: str, message: str, help: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.help = help


def _shown(text: str) -> str:
    """`text` for a message: on one line, and never longer than a line bears."""
    text = " ".join(text.split())
    return text if len(text) <= 40 else text[:37] + "..."


# --- dates ------------------------------------------------------------------------------------------------------------


@cache
def parse_day(text: str) -> date:
    """Read `YYYY-MM-DD`, a real day of the years 1900 to 2199; the same text gives the same object.

    Raises:
        Unreadable: `bad-date`, with the corrected text where it can be told.
    """
    # ISO week dates and the basic format, which fromisoformat also takes, have no dashes at these two places.
    if len(text) == 10 and text[4] == "-" == text[7]:
        try:
            day = date.fromisoformat(text)
        except ValueError:
            pass
        else:
            if FIRST_YEAR <= day.year <= LAST_YEAR:
                return day
    raise _bad_date(text)


def _bad_date(text: str) -> Unreadable:
    """Explain why `text` is not a date: another way of writing one, a day that does not exist, or no date at all."""
    plain = normalize("NFKC", text).strip()
    form = _("write the date as YYYY-MM-DD, for example 2024-02-09")
    match = re.fullmatch(_LOOSE_DAY, plain) or re.fullmatch(_JOINED_DAY, plain)
    if match is None:
        if re.fullmatch(_EXCEL_DAY, plain):
            excel = _EXCEL_BEGINS + timedelta(days=int(plain))
            message = _("“{text}” is not a date; it looks like the number by which Excel keeps one")
            fix = _("write {correct}, if that is the day").format(correct=excel.isoformat())
            return Unreadable("bad-date", message.format(text=_shown(text)), fix)
        return Unreadable("bad-date", _("“{text}” is not a date").format(text=_shown(text)), form)
    year, month, day = (int(part) for part in match.groups())
    if not FIRST_YEAR <= year <= LAST_YEAR:
        message = _("“{text}” is not a date this program keeps: the year must lie between {first} and {last}")
        return Unreadable("bad-date", message.format(text=_shown(text), first=FIRST_YEAR, last=LAST_YEAR), form)
    if not 1 <= month <= 12:
        message = _("“{text}” is not a date: there is no month {month}")
        return Unreadable("bad-date", message.format(text=_shown(text), month=month), form)
    days = ((date(year + month // 12, month % 12 + 1, 1)) - date(year, month, 1)).days
    if not 1 <= day <= days:
        message = _("“{text}” is not a date: {month} has {days} days")
        return Unreadable(
            "bad-date", message.format(text=_shown(text), month=month_text(date(year, month, 1)), days=days), form
        )
    message = _("“{text}” is not written as dates are")
    fix = _("write {correct}").format(correct=date(year, month, day).isoformat())
    return Unreadable("bad-date", message.format(text=_shown(text)), fix)


def month_text(day: date) -> str:
    """The month of `day` with its year: `May 2024`, `2024年5月`."""
    return _(_MONTHS[day.month - 1]).format(year=day.year)


# --- numbers ----------------------------------------------------------------------------------------------------------


def _decimal(text: str) -> Decimal:
    """Read what `_NUMBER` matched, with its sign."""
    return Decimal(text.replace(",", "").replace(" ", ""))


def _plain(value: Decimal) -> Decimal:
    """The same value without trailing zeros, without an exponent above zero, and never `-0`."""
    value = value.normalize(_EXACT)
    if value == value.to_integral_value():
        return Decimal(int(value))
    return value


_MEASURED: Final = rf"(-?{_NUMBER})(万|亿)?([^0-9.,元a-z]{{0,8}})"


def _tidied(text: str) -> str:
    """`text` as typed without a Chinese input method and without stray spaces: `３ 亿` is `3亿`."""
    return "".join(normalize("NFKC", text[:99]).replace("−", "-").split())


def _remedy(form: str, correct: str) -> str:
    """The help of an error: the corrected text where there is one, else how this kind of thing is written."""
    return _("write {correct}").format(correct=correct) if correct else form


def _bare_number(text: str) -> Decimal | None:
    """The number in `text` without a unit of measure, 万 or 亿, for a remedy: `1.2万人` is 12000."""
    match = re.fullmatch(_MEASURED, _tidied(text))
    if match is None or len(match[0]) > LONGEST:
        return None
    return _plain(_decimal(match[1]).scaleb(_CHINESE_SCALES[match[2] or ""], _EXACT))


def parse_number(text: str) -> Decimal:
    """Read a decimal number: `12`, `-3.5`, `12,000`, `12 000`.

    Raises:
        Unreadable: `bad-number`, also for `nan`, `1e5`, `1_000`, other digits than 0 to 9, over 30 characters.
    """
    if len(text) <= LONGEST and re.fullmatch(_SIGNED, text):
        return _plain(_decimal(text))
    message = _("“{text}” is not a number").format(text=_shown(text))
    meant = _bare_number(text)
    correct = "" if meant is None else format(meant, "f")
    raise Unreadable("bad-number", message, _remedy(_("write digits, for example 12000 or 3.5"), correct))


def parse_whole(text: str, low: int | None = None, high: int | None = None) -> int:
    """Read a whole number, `low` and `high` included.

    Raises:
        Unreadable: `bad-number`, naming the limits.
    """
    if len(text) <= LONGEST and "." not in text and re.fullmatch(_SIGNED, text):
        number = int(text.replace(",", "").replace(" ", ""))
        if (low is None or number >= low) and (high is None or number <= high):
            return number
        message, correct = _("“{text}” is out of range"), ""
    else:
        message = _("“{text}” is not a whole number")
        meant = _bare_number(text)
        fits = meant is not None and meant == int(meant) and (low is None or meant >= low)
        correct = format(meant, "f") if meant is not None and fits and (high is None or meant <= high) else ""
    if low is not None and high is not None:
        form = _("write a whole number from {low} to {high}").format(low=low, high=high)
    elif low is not None:
        form = _("write a whole number, {low} or more").format(low=low)
    elif high is not None:
        form = _("write a whole number, {high} or less").format(high=high)
    else:
        form = _("write a whole number")
    raise Unreadable("bad-number", message.format(text=_shown(text)), _remedy(form, correct))


_YES_NO: Final = {"true": True, "yes": True, "是": True, "false": False, "no": False, "否": False}


def parse_yes_no(text: str) -> bool:
    """Read true, false, yes, no, 是, 否, in any case.

    Raises:
        Unreadable: `bad-yes-no`.
    """
    answer = _YES_NO.get(text.lower())
    if answer is None:
        raise Unreadable(
            "bad-yes-no", _("“{text}” is neither yes nor no").format(text=_shown(text)), _("write yes or no (是, 否)")
        )
    return answer


def parse_percent(text: str) -> Fraction:
    """Read a rate whose sign % stands: `14.1%` is 141/1000.

    Raises:
        Unreadable: `bad-percent`.
    """
    match = re.fullmatch(_PERCENT, text) if len(text) <= LONGEST else None
    if match is None:
        message = _("“{text}” is not a percentage").format(text=_shown(text))
        tidied = _tidied(text)
        correct = tidied if len(tidied) <= LONGEST and re.fullmatch(_PERCENT, tidied) else ""
        raise Unreadable(
            "bad-percent", message, _remedy(_("write the number with its sign, for example 14.1%"), correct)
        )
    return Fraction(_decimal(match[1])) / 100


@lru_cache(maxsize=4096)
def parse_workdays(text: str) -> int:
    """Read a duration in workdays: `10`, `10d`, `10天`, `10个工作日`; a week (`2w`, `2周`) is five.

    Raises:
        Unreadable: `bad-duration`, also for more than 9999 workdays.
    """
    match = re.fullmatch(_WORKDAYS, text)
    if match is not None:
        days = int(match[1]) * (5 if match[3] else 1)
        if days <= LONGEST_DURATION:
            return days
        message = _("“{text}” is too long: at most {most} workdays").format(text=_shown(text), most=LONGEST_DURATION)
        raise Unreadable("bad-duration", message, _("split the task, or correct the number"))
    message = _("“{text}” is not a duration").format(text=_shown(text))
    raise Unreadable(
        "bad-duration", message, _("write whole workdays, for example 10, 10d or 10天; a week (2w, 2周) is five")
    )


# --- money ------------------------------------------------------------------------------------------------------------


def parse_money(text: str, unit: str, *, allow_negative: bool = False) -> Decimal:
    """Read an amount, exactly.

    Args:
        text: `30000`, `30 000`, `30,000`, `1.5` (in `unit`), or with its own unit: `3亿元`, `3亿`, `5600万`,
            `1亿2000万元`, `1.623 billion yuan`, `66 million`.
        unit: one of `MONEY_UNITS`, in which the result counts.
        allow_negative: whether a leading `-` makes sense in this field.

    Raises:
        Unreadable: `bad-money`.
    """
    body = text[1:] if allow_negative and text.startswith("-") else text
    power = MONEY_UNITS[unit]
    amount = _money(body, power) if len(text) <= LONGEST else None
    if amount is not None and _bearable(amount):
        return -amount if body is not text else amount
    form = _("write 30000 or 1.5 (in {unit}), or with its unit: 3亿元, 5600万, 1.623 billion yuan").format(unit=unit)
    correct = ""
    if amount is not None:
        message = _("“{text}” has more digits than an amount of money can have")
    elif text.startswith("-") and not allow_negative:
        message = _("“{text}” is not an amount: it cannot be negative here")
    else:
        message = _("“{text}” is not an amount of money")
        tidied = _tidied(text)
        meant = _money(tidied, power) if len(tidied) <= LONGEST else None
        correct = tidied if meant is not None and _bearable(meant) else ""
    raise Unreadable("bad-money", message.format(text=_shown(text)), _remedy(form, correct))


def _bearable(amount: Decimal) -> bool:
    """Fifteen digits before the point and ten after it: sums over all ledgers stay exact in the usual 28 digits."""
    return amount < 10**15 and amount == amount.quantize(Decimal("1e-10"), context=_EXACT)


def _money(text: str, power: int) -> Decimal | None:
    """The amount of `text` in units of 10^`power` yuan; `None` for what is no amount."""
    if re.fullmatch(_SIGNED, text):
        return None if text.startswith("-") else _plain(_decimal(text))
    if match := re.fullmatch(_MONEY_ENGLISH, text):
        scale = _ENGLISH_SCALES[(match[2] or "").lower()]
        return _plain(_decimal(match[1]).scaleb(scale - power, _EXACT))
    # 1亿2000万元: whole parts, each less than one of the part before it; 元 only at the end. A tail without a unit
    # (1亿2, 1亿2000) means different things to different people: refused.
    total, place, above = Decimal(0), 0, None
    while place < len(text):
        part = re.compile(_MONEY_PART).match(text, place)
        if part is None or (above is not None and text[place - 1] == "元"):
            return None
        place = part.end()
        if place < len(text) and "." in part[1]:
            return None
        scale = _CHINESE_SCALES[part[2] or ""]
        yuan = _decimal(part[1]).scaleb(scale, _EXACT)
        if above is not None and yuan >= Decimal(1).scaleb(above, _EXACT):
            return None
        total, above = _EXACT.add(total, yuan), scale
    return None if above is None else _plain(total.scaleb(-power, _EXACT))


_SPOKEN: Final[dict[str, tuple[tuple[int, str, int], ...]]] = {
    "zh": (
        (8, N_("{number} hundred million yuan"), 3),
        (4, N_("{number} ten thousand yuan"), 2),
        (0, N_("{number} yuan"), 2),
    ),
    "en": ((9, "{number} billion yuan", 3), (6, "{number} million yuan", 3), (0, N_("{number} yuan"), 2)),
}
"""By language: the units people use, largest first, as (power of ten, pattern, decimals that still read well).

A language counts in its own steps, so only the patterns of the others are marked for translation."""


def money_text(amount: Decimal, unit: str) -> str:
    """Say an amount the way people do: `16.23亿元`, `5600万元`, `1.623 billion yuan`.

    The largest unit that the amount reaches and that says it exactly in a few decimals; a figure that no unit says
    exactly is rounded to two decimals of the next smaller one, and never up to a round sum that it does not reach.
    """
    with localcontext(_EXACT):
        yuan = amount.scaleb(MONEY_UNITS[unit])
        units = [spoken for spoken in _SPOKEN[language()] if abs(yuan) >= 10 ** spoken[0]][:2]
        if not units:
            units = [_SPOKEN[language()][-1]]
        for power, pattern, digits in units:
            number = yuan.scaleb(-power)
            if number == number.quantize(Decimal(1).scaleb(-digits)):
                return _(pattern).format(number=number_text(number))
        power, pattern, _digits = units[-1]
        number = yuan.scaleb(-power)
        rounded = number.quantize(Decimal("0.01"), ROUND_HALF_UP)
        if abs(rounded) > abs(number) and rounded == rounded.to_integral_value():
            rounded = number.quantize(Decimal("0.01"), ROUND_DOWN)
        return _(pattern).format(number=number_text(rounded))


# --- for people -------------------------------------------------------------------------------------------------------


def _rounded(value: Fraction, digits: int) -> str:
    """`value` with exactly `digits` decimals, halves away from zero; never `-0`."""
    tens = 10**digits
    units = (abs(value) * tens * 2 + 1) // 2
    whole, rest = divmod(units, tens)
    sign = "-" if value < 0 and units else ""
    return f"{sign}{whole}.{rest:0{digits}}" if digits else f"{sign}{whole}"


def number_text(value: int | Decimal | Fraction) -> str:
    """Say a number without trailing zeros or exponents: `12,000` in English, `12000` in Chinese.

    Official Chinese writing counts in 万 and 亿 and puts no marks between thousands. A fraction that never ends is
    rounded to two decimals.
    """
    if isinstance(value, Fraction):
        value = Decimal(_rounded(value, 2)) if value.denominator != 1 else value.numerator
    return format(_plain(Decimal(value)), ",f" if language() == "en" else "f")


def percent_text(rate: Fraction, digits: int = 1, signed: bool = False) -> str:
    """Say a rate (0.541) in percent with exactly `digits` decimals, halves away from zero: `54.1%`."""
    return points_text(rate * 100, digits, signed) + "%"


def points_text(points: Fraction, digits: int = 1, signed: bool = True) -> str:
    """Say a difference in percentage points (already times 100): `+9.56`; exactly `digits` decimals."""
    text = _rounded(points, digits)
    return "+" + text if signed and points > 0 and text.strip("0.") else text


def days_text(count: int, workdays: bool = False) -> str:
    """Say a length of time: `4 days`, `4天`, or `4 workdays`, `4个工作日`."""
    if workdays:
        return ngettext("{n} workday", "{n} workdays", count).format(n=count)
    return ngettext("{n} day", "{n} days", count).format(n=count)
