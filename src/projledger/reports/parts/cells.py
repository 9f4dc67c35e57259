"""Cells of tables: what people read, with the value a spreadsheet gets beside it; a dash for what is not known."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from projledger.calendar import day_text
from projledger.document import Cell
from projledger.quantities import money_text, number_text, percent_text

NONE = Cell("—")


def number(value: int | Decimal | Fraction | None) -> Cell:
    """A number."""
    return Cell(number_text(value), value) if value is not None else NONE


def percent(rate: Fraction | None) -> Cell:
    """A rate in percent."""
    return Cell(percent_text(rate), rate) if rate is not None else NONE


def money(amount: Decimal | None, unit: str) -> Cell:
    """An amount of money, the way people say it."""
    return Cell(money_text(amount, unit), amount) if amount is not None else NONE


def day(value: date | None, today: date) -> Cell:
    """A day, with its year where that is not today's."""
    return Cell(day_text(value, today), value) if value is not None else NONE
