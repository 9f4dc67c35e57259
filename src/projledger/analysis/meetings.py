"""Meetings held against those required by the cadences, and what became of their decisions.

A cadence asks for one meeting in each of its periods; a daily one in each workday. A period asks for it once it is
over: the one that is still running has time left. Notices, assessments and evaluations of a quarter, half or year look
back: they may be held until the end of the next month, and a meeting of that month is taken for the period before.
The place's cadences are kept by its own meetings of that period (those of no chain and no park), a chain's cadence by
any meeting about the chain. A decision is done when the minutes say so; one that became a task or problem also when
that is done or closed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from projledger.calendar import Period
from projledger.models.place import Decision, Meeting
from projledger.models.project import Problem, Task
from projledger.models.types import PeriodKind
from projledger.models.workspace import Workspace

_LOOK_BACK: Final = ("notice", "assessment", "evaluation")


@dataclass(frozen=True, slots=True)
class Rhythm:
    """One cadence and how it was kept.

    Attributes:
        chain: the chain that keeps it; None for the place.
        period: how often.
        required: periods that asked for a meeting by the last day looked at.
        held: those of them that had one.
        missed: the others.
        current: the first period that still has time.
        current_due: until when.
        current_held: whether it had its meeting already.
        last: the day of the latest meeting.
    """

    chain: str | None
    period: PeriodKind
    required: int
    held: int
    missed: tuple[Period, ...]
    current: Period
    current_due: date
    current_held: bool
    last: date | None


def rhythms(workspace: Workspace, first: date, last: date) -> tuple[Rhythm, ...]:
    """Every cadence of the place (those of one period together), then those of the chains, from `first` to `last`.

    Only periods that begin on `first` or later ask for a meeting.
    """
    asked: dict[tuple[str | None, PeriodKind], bool] = {}
    for cadence in workspace.settings.cadences:
        looks_back = cadence.act in _LOOK_BACK and cadence.period in ("quarter", "half", "year")
        asked[None, cadence.period] = looks_back and asked.get((None, cadence.period), True)
    for chain in workspace.chains:
        if chain.cadence is not None:
            asked[chain.id, chain.cadence] = False
    return tuple(_rhythm(workspace, *key, looks_back, first, last) for key, looks_back in asked.items())


def _rhythm(
    workspace: Workspace, chain: str | None, kind: PeriodKind, looks_back: bool, first: date, last: date
) -> Rhythm:
    days = sorted(m.date for m in workspace.meetings if m.date <= last and keeps(m, chain, kind))
    met = {_period_of(kind, day, looks_back) for day in days}
    required: list[Period] = []
    period = Period.of(kind, first)
    if period.first < first:
        period = period.next()
    while (due := _due(period, looks_back)) <= last:
        if kind != "day" or workspace.calendar.is_workday(period.first):
            required.append(period)
        period = period.next()
    missed = tuple(p for p in required if p not in met)
    return Rhythm(
        chain=chain,
        period=kind,
        required=len(required),
        held=len(required) - len(missed),
        missed=missed,
        current=period,
        current_due=due,
        current_held=period in met,
        last=days[-1] if days else None,
    )


def _due(period: Period, looks_back: bool) -> date:
    return Period.of("month", period.last).next().last if looks_back else period.last


def _period_of(kind: PeriodKind, day: date, looks_back: bool) -> Period:
    """The period that a meeting is taken for."""
    period = Period.of(kind, day)
    first_month = (day.year, day.month) == (period.first.year, period.first.month)
    return period.previous() if looks_back and first_month else period


def keeps(meeting: Meeting, chain: str | None, kind: PeriodKind) -> bool:
    """Whether a meeting keeps a cadence of the place, or of a chain."""
    if chain is not None:
        return meeting.chain == chain
    return meeting.period == kind and meeting.chain is None and meeting.park is None


@dataclass(frozen=True, slots=True)
class DecisionState:
    """A decision as it stands on a day. `days_late` counts calendar days after its deadline, 0 when it is not late."""

    ref: str
    meeting: Meeting
    decision: Decision
    done: date | None
    overdue: bool
    days_late: int


def decisions(workspace: Workspace, as_of: date) -> Iterator[DecisionState]:
    """Every decision taken by the end of a day, in file order."""
    for meeting in workspace.meetings:
        if meeting.date > as_of:
            continue
        for decision in meeting.decisions:
            done = done_on(workspace, decision, as_of)
            late = (as_of - decision.deadline).days if done is None else 0
            yield DecisionState(f"{meeting.id}/{decision.id}", meeting, decision, done, late > 0, max(0, late))


def done_on(workspace: Workspace, decision: Decision, as_of: date) -> date | None:
    """The day a decision was carried out; None while it is not."""
    if decision.done is not None and decision.done <= as_of:
        return decision.done
    record = workspace.items[decision.task].record if decision.task in workspace.items else None
    if isinstance(record, Task) and record.done is not None and record.done <= as_of:
        return record.done
    if isinstance(record, Problem) and record.state_on(as_of) == "closed":
        return record.closed
    return None
