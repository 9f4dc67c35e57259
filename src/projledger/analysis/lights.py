"""Lights: what the clauses of the rule pack make of the reasons.

Worst wins: red > yellow > grey > blue > green. Thresholds are compared exactly. A clause with a streak holds when it
holds on the day itself and on the last day of each of the calendar months before; those days are judged again from
the dated facts of the same ledgers. What had no date then takes no part: where it decides, the clause is *not known*
to hold, says so, and gives grey, never green.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Final, Literal

from projledger.analysis.pace import Standing
from projledger.analysis.reasons import Code, Kind, Reason
from projledger.calendar import Period
from projledger.frozen import frozen
from projledger.models.rules import Clause, Measure, RulePack, Subject
from projledger.models.types import LIGHTS, Light

Number = int | Fraction
Before = Callable[[str, Kind, Measure, date], "Number | Literal['unknown'] | None"]
"""What a measure was at the end of an earlier day: None where there was nothing to count."""

_PLAIN: Final[frozenset[Code]] = frozenset(
    ("overdue", "due_soon", "late_start", "behind_schedule", "stalled", "blocked", "missed_stage", "unreported")
)
"""Reasons whose measures are those figures that `Rules.light` remembers its answers by."""


@frozen
class Month:
    """How an earlier month of a streak was judged: at its last day, with what value (None: nothing to count)."""

    day: date
    value: Number | None
    known: bool
    held: bool


@frozen
class Fired:
    """A clause that fired on an item, with what it measured.

    `known` is false where the clause holds today and an earlier month of its streak cannot be judged; it then gives
    grey. `earlier` holds those months, the nearest first.
    """

    ref: str
    clause: Clause
    value: Number
    reason: Reason | None
    earlier: tuple[Month, ...] = ()
    known: bool = True

    @property
    def light(self) -> Light:
        """The light it gives."""
        return self.clause.light if self.known else "grey"


@frozen
class Verdict:
    """The light of an item and every clause that fired, worst first. None: it is not judged (paused, not there yet)."""

    ref: str
    light: Light | None
    fired: tuple[Fired, ...] = ()


def rank(light: Light) -> int:
    """0 for the worst light."""
    return LIGHTS.index(light)


def worst(found: Iterable[Light]) -> Light | None:
    """The worst of some lights; None of none."""
    listed = list(found)
    if not listed:
        return None
    lowest: Light = min(listed, key=rank)
    return lowest


def measured(reason: Reason, by_start: bool = False) -> tuple[tuple[Measure, Number], ...]:
    """The measures that a reason carries. `by_start`: a missed stage is the start, and the rules speak of it apart."""
    match reason.code:
        case "overdue":
            return ("overdue_days", reason.days or 0), ("overdue_workdays", reason.workdays or 0)
        case "due_soon":
            return (("due_soon_days", reason.days or 0),)
        case "late_start":
            return (("late_start_days", reason.days or 0),)
        case "behind_schedule":
            return (("float", reason.float or 0),)
        case "stalled":
            return (("stalled_days", reason.days or 0),)
        case "blocked":
            return (("blocked", reason.blockers or 0),)
        case "missed_stage":
            return (("start_missed_days" if by_start else "stage_missed_days", reason.days or 0),)
        case "unreported":
            return (("unreported", 1),)
        case "not_in_statistics":
            return (("statistics_months", reason.elapsed or 0),)
        case "funds_unpaid":
            return (("budget_funds_short", Fraction(reason.amount or 0)),)
        case "behind_pace" | "behind_month":
            return ()  # targets are measured whole, also those that are not behind


def measured_target(standing: Standing, month_ratio: Fraction | None) -> tuple[tuple[Measure, Number], ...]:
    """The measures of a target: its pace where there is a verdict, that of its last month, what it owes."""
    found: list[tuple[Measure, Number]] = []
    if standing.missing:
        found.append(("unreported", 1))
    points, attained = standing.behind_points, standing.attainment
    if points is not None and attained is not None:
        found += [("behind_points", points), ("behind_share", 1 - attained), ("pace_ratio", attained)]
    if month_ratio is not None:
        found.append(("month_ratio", month_ratio))
    return tuple(found)


def worst_each(fired: Iterable[Fired]) -> Iterator[Fired]:
    """Of the clauses that fired on the same figure, the worst first, only that one; and those that are not known."""
    seen: set[tuple[str, Subject, Reason | None]] = set()
    for one in fired:
        figure = (one.ref, one.clause.subject, one.reason)
        if not one.known:
            yield one
        elif figure not in seen:
            seen.add(figure)
            yield one


class Rules:
    """The clauses of a pack, ready to be asked tens of thousands of times."""

    def __init__(self, pack: RulePack) -> None:
        self.pack = pack
        self.subjects: frozenset[Subject] = frozenset(clause.subject for clause in pack.clauses)
        self.by_start = "start" in self.subjects
        by_measure: dict[Measure, list[Clause]] = {}
        for clause in sorted(pack.clauses, key=lambda clause: rank(clause.light)):
            by_measure.setdefault(clause.measure, []).append(clause)
        self._by_measure: Mapping[Measure, list[Clause]] = by_measure
        self._ranks: dict[tuple[bool, Code, int | None, int | None, int | None, int | None], int] = {}

    def speaks_of(self, measure: Measure) -> bool:
        """Whether a clause counts that measure."""
        return measure in self._by_measure

    def clauses_of(self, measure: Measure) -> Sequence[Clause]:
        """The clauses that count a measure, the worst light first."""
        return self._by_measure.get(measure, ())

    def light(self, ref: str, kind: Kind, reasons: Sequence[Reason], as_of: date, before: Before) -> Light:
        """The worst light that the reasons of an item give; green where none fires."""
        lowest = rank("green")
        by_start = self.by_start and kind == "stage" and ref.endswith("/started")
        for reason in reasons:
            # Without a streak, equal figures give equal lights.
            key = (by_start, reason.code, reason.days, reason.workdays, reason.float, reason.blockers)
            known = self._ranks.get(key)
            if known is None:
                pairs = measured(reason, by_start)
                known = min(
                    (
                        rank(fired.light)
                        for measure, value in pairs
                        for fired in self._fired(ref, kind, measure, value, None, None, as_of, before)
                    ),
                    default=rank("green"),
                )
                streak = any(clause.streak > 1 for measure, _value in pairs for clause in self.clauses_of(measure))
                if reason.code in _PLAIN and not streak:
                    self._ranks[key] = known
            if known < lowest:
                lowest = known
        return LIGHTS[lowest]

    def light_of_target(
        self, standing: Standing, month_ratio: Fraction | None, as_of: date, before: Before
    ) -> Light | None:
        """The light of a target; None where there is no verdict and nothing is owed."""
        found = measured_target(standing, month_ratio)
        if not found:
            return None
        lights = (
            fired.light
            for measure, value in found
            for fired in self._fired(standing.ref, "target", measure, value, None, standing.scope_kind, as_of, before)
        )
        return worst(lights) or "green"

    def fired(self, ref: str, kind: Kind, reasons: Sequence[Reason], as_of: date, before: Before) -> tuple[Fired, ...]:
        """Every clause that fires on an item, worst first."""
        by_start = self.by_start and kind == "stage" and ref.endswith("/started")
        found = [
            fired
            for reason in reasons
            for measure, value in measured(reason, by_start)
            for fired in self._fired(ref, kind, measure, value, reason, None, as_of, before)
        ]
        return tuple(sorted(found, key=lambda fired: rank(fired.light)))

    def fired_on_target(
        self,
        standing: Standing,
        month_ratio: Fraction | None,
        reasons: Sequence[Reason],
        as_of: date,
        before: Before,
    ) -> tuple[Fired, ...]:
        """Every clause that fires on a target, worst first."""
        by_code = {reason.code: reason for reason in reasons}
        found: list[Fired] = []
        for measure, value in measured_target(standing, month_ratio):
            code: Literal["unreported", "behind_month", "behind_pace"] = (
                "unreported"
                if measure == "unreported"
                else "behind_month"
                if measure == "month_ratio"
                else "behind_pace"
            )
            found += self._fired(
                standing.ref, "target", measure, value, by_code.get(code), standing.scope_kind, as_of, before
            )
        return tuple(sorted(found, key=lambda fired: rank(fired.light)))

    def _fired(
        self,
        ref: str,
        kind: Kind,
        measure: Measure,
        value: Number,
        reason: Reason | None,
        scope: str | None,
        as_of: date,
        before: Before,
    ) -> list[Fired]:
        found: list[Fired] = []
        for clause in self.clauses_of(measure):
            if (clause.scope is not None and clause.scope != scope) or not clause.holds(value):
                continue
            months = _months(clause, ref, kind, as_of, before)
            if all(month.held or not month.known for month in months):
                known = all(month.known for month in months)
                found.append(Fired(ref, clause, value, reason, months, known))
        return found


def _months(clause: Clause, ref: str, kind: Kind, as_of: date, before: Before) -> tuple[Month, ...]:
    """How a clause was held in the months before; up to the first in which it was not."""
    found: list[Month] = []
    day = as_of
    for _month in range(clause.streak - 1):
        day = Period.of("month", day).first - timedelta(days=1)
        value = before(ref, kind, clause.measure, day)
        if value == "unknown":
            found.append(Month(day, None, known=False, held=False))
            continue
        held = value is not None and clause.holds(value)
        found.append(Month(day, value, known=True, held=held))
        if not held:
            break
    return tuple(found)


def of_month(standing: Standing, amount: Fraction | None, share: Fraction | None) -> Fraction | None:
    """A month's amount ÷ the month's share of the target, the right way round; None where there is no verdict."""
    if amount is None or not share:
        return None
    ratio = amount / share
    return 2 - ratio if standing.better == "less" else ratio
