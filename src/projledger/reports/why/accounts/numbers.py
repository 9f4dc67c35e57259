"""Measured values in words: exact, or rounded with the exact fraction beside them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from projledger.i18n import _
from projledger.models.rules import Measure
from projledger.quantities import days_text, number_text, percent_text, points_text


def measure_text(measure: Measure, value: int | Fraction) -> str:
    """A measured value, or the one it is compared with, in the measure's own unit."""
    value = Fraction(value)
    if value < 0:
        return _("−{number}").format(number=measure_text(measure, -value))
    number = decimals(value)
    match measure:
        case "behind_share" | "pace_ratio" | "month_ratio":
            return share_text(value)
        case "behind_points":
            return marked(_("{number} points").format(number=number), value)
        case "statistics_months":
            return marked(_("{number} months").format(number=number), value)
        case "overdue_workdays" | "float":
            return (
                days_text(int(value), workdays=True) if _whole(value) else _("{number} workdays").format(number=number)
            )
        case "blocked" | "unreported" | "budget_funds_short":
            return exact_text(value)
        case _:
            return days_text(int(value)) if _whole(value) else _("{number} days").format(number=number)


def exact_text(value: Fraction) -> str:
    """A number in decimals where it ends, else rounded with its fraction beside it."""
    return marked(decimals(value), value)


def share_text(value: Fraction) -> str:
    """A rate in percent, as `_exact`."""
    percent = value * 100
    return decimals(percent) + "%" if _ends(percent) else marked(percent_text(value, 2), value)


def _ends(value: Fraction) -> bool:
    """Whether a number ends within four decimals."""
    return 10**4 % value.denominator == 0


def decimals(value: Fraction) -> str:
    """A number in decimals: exact where it ends within four of them, else rounded to two."""
    if _ends(value):
        return number_text(Decimal(value.numerator) / Decimal(value.denominator))
    return points_text(value, 2, signed=False)


def marked(text: str, value: Fraction) -> str:
    """A rounded number with its exact fraction beside it; one that ends as it is."""
    return text if _ends(value) else _("{rounded} ({exact})").format(rounded=text, exact=value)


def _whole(value: Fraction) -> bool:
    return value.denominator == 1
