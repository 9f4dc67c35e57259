"""How a light was counted: every input with its place, the arithmetic written out, and what would mend it."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Final

from projledger.analysis.assessment import Assessment
from projledger.analysis.lights import Fired, Month
from projledger.analysis.pace import Standing
from projledger.i18n import _, ngettext
from projledger.models.rules import Clause, Measure
from projledger.quantities import days_text
from projledger.reports.parts.words import LIGHT_WORDS
from projledger.reports.why.accounts.inputs import Account, Given, Inputs
from projledger.reports.why.accounts.items import Items
from projledger.reports.why.accounts.numbers import measure_text
from projledger.reports.why.accounts.targets import Targets

__all__ = ["Account", "Accounts", "Given", "Inputs"]

_OPERATORS: Final = {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "==": "="}


class Accounts:
    """Gives an account of everything in an assessment."""

    def __init__(self, assessment: Assessment) -> None:
        self.assessment = assessment
        self.workspace = assessment.workspace
        self.inputs = Inputs(assessment)
        self.items = Items(assessment, self.inputs)
        self.targets = Targets(assessment, self.inputs)

    def of(self, fired: Fired) -> Account:
        """How a clause came to fire."""
        item = self.workspace.items.get(fired.ref)
        if item is not None and fired.reason is not None:
            account = self.items.of(item, fired.reason)
        else:
            account = self.targets.of(self._standing(fired.ref), fired)
        closing = [*self._streak(fired), self._compared(fired)]
        inputs = tuple(dict.fromkeys(account.inputs))  # two steps may count from the same line
        return Account(inputs, (*account.arithmetic, *closing), account.mend)

    def _standing(self, ref: str) -> Standing:
        return next(standing for standing in self.assessment.standings if standing.ref == ref)

    def _compared(self, fired: Fired) -> str:
        clause = fired.clause
        said = {
            "value": self._measured(clause.measure, fired.value),
            "op": _OPERATORS[clause.op],
            "limit": self._measured(clause.measure, Fraction(clause.value)),
            "light": _(LIGHT_WORDS[fired.light]),
        }
        if clause.measure == "blocked":
            count = int(fired.value)
            said["value"] = ngettext("{n} thing in the way", "{n} things in the way", count).format(n=count)
        if clause.measure == "unreported":
            return _("Nothing was reported: {light}, never green.").format(light=said["light"])
        if not fired.known:
            return _("{value} {op} {limit} now, but not every earlier month can be known: {light}.").format(**said)
        if clause.streak > 1:
            text = _("{value} {op} {limit}, {n} months running: {light}.")
            return text.format(n=clause.streak, **said)
        if not clause.value:  # these two measures begin to count at their threshold: it is what they are compared with
            if clause.measure == "stalled_days" and fired.reason is not None:
                said |= {"op": ">", "limit": days_text(fired.reason.threshold or 0)}
            elif clause.measure == "due_soon_days":
                said |= {"op": "≤", "limit": days_text(self.workspace.settings.thresholds.due_soon)}
        return _("{value} {op} {limit}: {light}.").format(**said)

    def _measured(self, measure: Measure, value: int | Fraction) -> str:
        """A measured value with its unit; money in the workspace's."""
        if measure == "budget_funds_short":
            return self.inputs.amount(Fraction(value), self.workspace.settings.money_unit)
        return measure_text(measure, value)

    def _streak(self, fired: Fired) -> Iterable[str]:
        for month in reversed(fired.earlier):
            yield self._month(fired.clause, month)

    def _month(self, clause: Clause, month: Month) -> str:
        if not month.known:
            return _("On {day}: cannot be known from dated facts.").format(day=self.inputs.day(month.day))
        if month.value is None:
            return _("On {day}: nothing to count.").format(day=self.inputs.day(month.day))
        value = self._measured(clause.measure, month.value)
        limit = self._measured(clause.measure, Fraction(clause.value))
        return _("On {day}: {value} {op} {limit}.").format(
            day=self.inputs.day(month.day), value=value, op=_OPERATORS[clause.op], limit=limit
        )
