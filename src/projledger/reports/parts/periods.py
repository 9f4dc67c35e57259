"""The period that a report is asked about."""

from __future__ import annotations

from datetime import date

from projledger.calendar import Kind, Period, period_text
from projledger.errors import UsageError
from projledger.i18n import _
from projledger.quantities import Unreadable


def asked_period(text: str, as_of: date, kind: Kind | None = None) -> Period:
    """The period that `--period` names.

    Raises:
        UsageError: it cannot be read, is not of the kind that is wanted, or has not begun.
    """
    try:
        period = Period.parse(text)
    except Unreadable as error:
        raise UsageError(_("--period: {problem}").format(problem=f"{error.message}; {error.help}")) from None
    if kind is not None and period.kind != kind:
        raise UsageError(
            _("--period: {period} is not a {kind}; write it as {example}").format(
                period=text, kind=kind, example=Period.of(kind, as_of).text
            )
        )
    if period.first > as_of:
        raise UsageError(_("--period: {period} has not begun yet").format(period=period_text(period)))
    return period
