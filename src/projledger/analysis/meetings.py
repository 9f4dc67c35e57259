"""Meetings held against those required by the cadences, and what became of their decisions.

This is the one rule for what is required; every report that says "held" of "required" asks here:

- A cadence asks for one meeting in each of its periods; a daily one in each workday.
- A period asks for it once it is over, from the day after its last: the one that is still running has time left.
- Nothing is asked for before the record begins. The record of chain meetings begins with the first meeting of any
  chain, that of the place's own meetings (of no chain and no park) with the first of these: from the period it is
  taken for. Where there is none at all, every period since the first day looked at had none.
- Notices, assessments and evaluations of a quarter, half or year look back: they may be held until the end of the next
  month, and a meeting of that month is taken for the period before.
- The place's cadences are kept by its own meetings of that period, a chain's cadence by any meeting about the chain.

A decision is done when the minutes say so; one that became a task or problem also when that is done or closed. It
stands still while the project of that task or problem does.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from projledger.analysis import counts
from projledger.calendar import Period
from projledger.frozen import frozen
from projledger.models.place import Chain, Decision, Meeting
from projledger.models.project import Problem, Project, Task
from projledger.models.types import PeriodKind
from projledger.models.workspace import Workspace

_LOOK_BACK: Final = ("notice", "assessment", "evaluation")
_DAY: Final = timedelta(days=1)


@frozen
class Rhythm:
    """One cadence and how it was kept.

    Attributes:
        chain: the chain that keeps it; None for the place.
        period: how often.
        counted: the first day looked at, or that of the first meeting on record where this is later.
        required: periods since `counted` that asked for a meeting and are over.
        held: those of them that had one.
        missed: the others.
        current: the first period that still has time.
        current_due: until when.
        current_held: whether it had its meeting already.
        last: the day of the latest meeting, in whatever year.
    """

    chain: str | None
    period: PeriodKind
    counted: date
    required: int
    held: int
    missed: tuple[Period, ...]
    current: Period
    current_due: date
    current_held: bool
    last: date | None


def rhythms(workspace: Workspace, as_of: date, first: date, last: date) -> tuple[Rhythm, ...]:
    """Every cadence of the place (those of one period together), then those of the chains, from `first` to `last`.

    `last` is `as_of` or earlier. Only periods that begin on `first` or later ask for a meeting.
    """
    asked: dict[PeriodKind, bool] = {}
    for cadence in workspace.settings.cadences:
        looks_back = cadence.act in _LOOK_BACK and cadence.period in ("quarter", "half", "year")
        asked[cadence.period] = looks_back and asked.get(cadence.period, True)
    over = min(last, as_of - _DAY)
    place = [_rhythm(workspace, None, kind, looks_back, first, last, over) for kind, looks_back in asked.items()]
    chains = [
        _rhythm(workspace, chain.id, chain.cadence, False, first, last, over)
        for chain in workspace.chains
        if chain.cadence is not None
    ]
    return (*place, *chains)


def rhythm_of(workspace: Workspace, chain: Chain, as_of: date) -> Rhythm | None:
    """How the cadence of a chain was kept this year; None where it has none."""
    if chain.cadence is None:
        return None
    first = date(as_of.year, 1, 1)
    return _rhythm(workspace, chain.id, chain.cadence, False, first, as_of, as_of - _DAY)


def _rhythm(
    workspace: Workspace, chain: str | None, kind: PeriodKind, looks_back: bool, first: date, last: date, over: date
) -> Rhythm:
    """One cadence, of the meetings up to `last` and the periods that are over by the end of `over`."""
    days = sorted(m.date for m in workspace.meetings if m.date <= last and keeps(m, chain, kind))
    met = {_period_of(kind, day, looks_back) for day in days}
    begun = min((m.date for m in workspace.meetings if m.date <= last and _of_record(m, chain)), default=first)
    period = Period.of(kind, first)
    if period.first < first:
        period = period.next()
    period = max(period, _period_of(kind, begun, looks_back))
    required: list[Period] = []
    while (due := _due(period, looks_back)) <= over or not _asks(workspace, period):
        if _asks(workspace, period):
            required.append(period)
        period = period.next()
    missed = tuple(p for p in required if p not in met)
    return Rhythm(
        chain=chain,
        period=kind,
        counted=max(first, begun),
        required=len(required),
        held=len(required) - len(missed),
        missed=missed,
        current=period,
        current_due=due,
        current_held=period in met,
        last=days[-1] if days else None,
    )


def _asks(workspace: Workspace, period: Period) -> bool:
    """Whether a period is one that asks for a meeting at all: of days only workdays do."""
    return period.kind != "day" or workspace.calendar.is_workday(period.first)


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


def _of_record(meeting: Meeting, chain: str | None) -> bool:
    """Whether a meeting shows that meetings of this sort are recorded: those of chains, or the place's own."""
    return meeting.chain is not None if chain is not None else meeting.chain is None and meeting.park is None


@frozen
class DecisionState:
    """A decision as it stands on a day. `days_late` counts calendar days after its deadline, 0 when it is not late.

    `project` is that of the task or problem it became. While that project is `paused`, suspended or cleared, the
    decision is not late, and paused days never count.
    """

    ref: str
    meeting: Meeting
    decision: Decision
    done: date | None
    overdue: bool
    days_late: int
    project: Project | None
    paused: bool


def decisions(workspace: Workspace, as_of: date) -> Iterator[DecisionState]:
    """Every decision taken by the end of a day, in file order."""
    for meeting in workspace.meetings:
        if meeting.date > as_of:
            continue
        for decision in meeting.decisions:
            done = done_on(workspace, decision, as_of)
            project, _record = became(workspace, decision)
            paused = done is None and project is not None and not project.live_on(as_of)
            late = done is None and not paused and decision.deadline < as_of
            days = (as_of - decision.deadline).days if late else 0
            if late and project is not None:
                days = counts.days_in(decision.deadline, as_of, project)
            yield DecisionState(f"{meeting.id}/{decision.id}", meeting, decision, done, late, days, project, paused)


def became(workspace: Workspace, decision: Decision) -> tuple[Project | None, Task | Problem | None]:
    """The task or problem that a decision became, with its project; found without listing the whole workspace."""
    project_id, _slash, name = (decision.task or "").partition("/")
    project = workspace.projects_by_id.get(project_id)
    if project is None:
        return None, None
    items: tuple[Task | Problem, ...] = (*project.tasks, *project.problems)
    return project, next((one for one in items if one.id == name), None)


def done_on(workspace: Workspace, decision: Decision, as_of: date) -> date | None:
    """The day a decision was carried out; None while it is not."""
    if decision.done is not None and decision.done <= as_of:
        return decision.done
    _project, record = became(workspace, decision)
    if isinstance(record, Task) and record.done is not None and record.done <= as_of:
        return record.done
    if isinstance(record, Problem) and record.state_on(as_of) == "closed":
        return record.closed
    return None
