"""What falls due in a stretch of days: deadlines, latest starts, stages, decisions, replies, applications, factors.

- A problem that is reported as solved waits for its verifier until its deadline; it is listed as that.
- A task that is due in the same stretch is listed once, by its deadline and not by its latest start.
- A decision about a task or problem that is listed, and of the same owner, is listed with it: on the earlier day.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import replace
from typing import Final, Literal

from projledger.analysis import counts, meetings
from projledger.analysis.schedule import Schedule
from projledger.frozen import frozen
from projledger.models.project import Project, Task
from projledger.models.workspace import Workspace

Kind = Literal["deadline", "start", "problem", "verify", "stage", "decision", "reply", "apply", "factor"]
_ORDER: Final[tuple[Kind, ...]] = (
    "deadline", "problem", "verify", "stage", "decision", "reply", "apply", "factor", "start",
)  # fmt: skip
_DECIDED_ON: Final[tuple[Kind, ...]] = ("deadline", "start", "problem", "verify")


@frozen
class Decided:
    """A decision about something that falls due, and the day it set."""

    ref: str
    text: str
    date: datetime.date


@frozen
class Due:
    """Something that falls due on a day.

    Attributes:
        date: the day; of something that was also decided on, the earlier of its own and those of the decisions.
        own: its own day: its deadline in force; of a `start`, the last day on which the task must be begun.
        since: of a `start` the planned start, if there is one; of `verify` the day on which it was reported as solved.
        late: of a `start` the days since the planned one, paused days left out; else 0.
        decided: the decisions about it.
    """

    date: datetime.date
    kind: Kind
    ref: str
    name: str
    project: str | None
    owner: str | None
    own: datetime.date
    since: datetime.date | None = None
    late: int = 0
    decided: tuple[Decided, ...] = ()


def due(
    workspace: Workspace, schedule: Schedule, as_of: datetime.date, first: datetime.date, last: datetime.date
) -> tuple[Due, ...]:
    """Everything unfinished that falls due from `first` to `last` (both included), as known on `as_of`, by day."""
    found = [entry for entry in _of_projects(workspace, schedule, as_of) if first <= entry.date <= last]
    ending = {entry.ref for entry in found if entry.kind == "deadline"}
    found = [entry for entry in found if entry.kind != "start" or entry.ref not in ending]
    places = {entry.ref: number for number, entry in enumerate(found) if entry.kind in _DECIDED_ON}
    for entry, about in _decisions(workspace, as_of):
        if not first <= entry.date <= last:
            continue
        place = places.get(about or "")
        if place is None or found[place].owner != entry.owner:
            found.append(entry)
            continue
        one = found[place]
        decided = (*one.decided, Decided(entry.ref, entry.name, entry.date))
        found[place] = replace(one, date=min(one.date, entry.date), decided=decided)
    return tuple(sorted(found, key=lambda entry: (entry.date, _ORDER.index(entry.kind))))


def _of_projects(workspace: Workspace, schedule: Schedule, as_of: datetime.date) -> Iterator[Due]:
    for project in workspace.projects:
        if project.live_on(as_of):
            yield from _of_project(workspace, schedule, as_of, project)


def _decisions(workspace: Workspace, as_of: datetime.date) -> Iterator[tuple[Due, str | None]]:
    """The decisions that are not done and do not stand still, each with what it is about."""
    for state in meetings.decisions(workspace, as_of):
        if state.done is None and not state.paused:
            yield _decision(state), state.decision.task


def _decision(state: meetings.DecisionState) -> Due:
    decision, project = state.decision, state.project.id if state.project is not None else None
    return Due(decision.deadline, "decision", state.ref, decision.text, project, decision.owner, decision.deadline)


def _start(workspace: Workspace, project: Project, task: Task, latest: datetime.date, as_of: datetime.date) -> Due:
    planned = workspace.calendar.first_on_or_after(task.start) if task.start is not None else None
    late = counts.days_in(planned, as_of, project) if planned is not None and planned < as_of else 0
    owner = task.owner or project.owner
    return Due(latest, "start", f"{project.id}/{task.id}", task.name, project.id, owner, latest, planned, late)


def _of_project(workspace: Workspace, schedule: Schedule, as_of: datetime.date, project: Project) -> Iterator[Due]:
    def entry(
        day: datetime.date, kind: Kind, ref: str, name: str, owner: str | None, since: datetime.date | None = None
    ) -> Due:
        return Due(day, kind, ref, name, project.id, owner or project.owner, day, since)

    for task in project.tasks:
        ref = f"{project.id}/{task.id}"
        if task.done is not None and task.done <= as_of:
            continue
        yield entry(task.deadline_on(as_of), "deadline", ref, task.name, task.owner)
        plan = schedule.plans.get(ref)
        if plan and plan.state == "not_started" and plan.latest_start and plan.float is not None:
            yield _start(workspace, project, task, plan.latest_start, as_of)
    for problem in project.problems:
        state = problem.state_on(as_of) if problem.raised <= as_of else "closed"
        if state != "closed":
            kind: Kind = "verify" if state == "pending" else "problem"
            since = problem.submitted if state == "pending" else None
            ref = f"{project.id}/{problem.id}"
            yield entry(problem.deadline_on(as_of), kind, ref, problem.text, problem.owner, since)
    for name, stage in project.stages.named():
        plan_day = stage.plan_on(as_of)
        if plan_day is not None and (stage.actual is None or stage.actual > as_of):
            yield entry(plan_day, "stage", f"{project.id}/{name}", name, stage.owner)
    for factor_name, factor in project.factors.named():
        if factor.deadline is not None and (factor.secured or 0) < factor.needed:
            yield entry(factor.deadline, "factor", f"{project.id}/{factor_name}", factor_name, factor.owner)
    for funding in project.funding:
        if funding.apply_by is not None and funding.applied is None:
            yield entry(funding.apply_by, "apply", project.id, funding.source, funding.owner)
    for action in project.actions:
        waiting = action.issued <= as_of and (action.replied is None or action.replied > as_of)
        if waiting and action.reply_due is not None:
            yield entry(action.reply_due, "reply", project.id, action.number, action.to)


def overdue_decisions(workspace: Workspace, as_of: datetime.date) -> tuple[Due, ...]:
    """Decisions of meetings whose day has passed and that are not done, the longest overdue first."""
    found = [_decision(state) for state in meetings.decisions(workspace, as_of) if state.overdue]
    return tuple(sorted(found, key=lambda entry: entry.date))
