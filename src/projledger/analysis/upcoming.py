"""What falls due in a stretch of days: deadlines, latest starts, stages, decisions, replies, applications, factors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from projledger.analysis.schedule import Schedule
from projledger.models.project import Problem, Project, Task
from projledger.models.workspace import Workspace

Kind = Literal["deadline", "start", "problem", "stage", "decision", "reply", "apply", "factor"]
_ORDER: Final[tuple[Kind, ...]] = ("deadline", "problem", "stage", "decision", "reply", "apply", "factor", "start")


@dataclass(frozen=True, slots=True)
class Due:
    """Something that falls due on a day. `start` is the last day on which a task must be begun."""

    date: date
    kind: Kind
    ref: str
    name: str
    project: str | None
    owner: str | None


def due(workspace: Workspace, schedule: Schedule, as_of: date, first: date, last: date) -> tuple[Due, ...]:
    """Everything unfinished that falls due from `first` to `last` (both included), as known on `as_of`, by day."""
    found = [entry for entry in _everything(workspace, schedule, as_of) if first <= entry.date <= last]
    # A task that is due in the same stretch is said once, by its deadline.
    ending = {entry.ref for entry in found if entry.kind == "deadline"}
    found = [entry for entry in found if entry.kind != "start" or entry.ref not in ending]
    return tuple(sorted(found, key=lambda entry: (entry.date, _ORDER.index(entry.kind))))


def _everything(workspace: Workspace, schedule: Schedule, as_of: date) -> Iterator[Due]:
    for project in workspace.projects:
        if project.status_on(as_of) == "active" and not project.paused_on(as_of):
            yield from _of_project(workspace, schedule, as_of, project)
    for meeting in workspace.meetings:
        for decision in meeting.decisions:
            open_ = decision.done is None or decision.done > as_of
            # A decision that became a task is said by the task, unless it asks for another day.
            said = _deadline_of(workspace, decision.task, as_of) == decision.deadline
            if open_ and not said and meeting.date <= as_of:
                ref = f"{meeting.id}/{decision.id}"
                yield Due(decision.deadline, "decision", ref, decision.text, None, decision.owner)


def _deadline_of(workspace: Workspace, ref: str | None, as_of: date) -> date | None:
    """The deadline in force of a task or problem."""
    item = workspace.items.get(ref) if ref is not None else None
    return item.record.deadline_on(as_of) if item and isinstance(item.record, Task | Problem) else None


def _of_project(workspace: Workspace, schedule: Schedule, as_of: date, project: Project) -> Iterator[Due]:
    for task in project.tasks:
        ref = f"{project.id}/{task.id}"
        owner = task.owner or project.owner
        if task.done is not None and task.done <= as_of:
            continue
        yield Due(task.deadline_on(as_of), "deadline", ref, task.name, project.id, owner)
        plan = schedule.plans.get(ref)
        if plan and plan.state == "not_started" and plan.latest_start and plan.float is not None:
            yield Due(plan.latest_start, "start", ref, task.name, project.id, owner)
    for problem in project.problems:
        if problem.raised <= as_of and problem.state_on(as_of) in ("open", "handling"):
            ref = f"{project.id}/{problem.id}"
            owner = problem.owner or project.owner
            yield Due(problem.deadline_on(as_of), "problem", ref, problem.text, project.id, owner)
    for name, stage in project.stages.named():
        plan_day = stage.plan_on(as_of)
        if plan_day is not None and (stage.actual is None or stage.actual > as_of):
            yield Due(plan_day, "stage", f"{project.id}/{name}", name, project.id, stage.owner or project.owner)
    for factor_name, factor in project.factors.named():
        if factor.deadline is not None and (factor.secured or 0) < factor.needed:
            owner = factor.owner or project.owner
            yield Due(factor.deadline, "factor", f"{project.id}/{factor_name}", factor_name, project.id, owner)
    for funding in project.funding:
        if funding.apply_by is not None and funding.applied is None:
            owner = funding.owner or project.owner
            yield Due(funding.apply_by, "apply", project.id, funding.source, project.id, owner)
    for action in project.actions:
        waiting = action.issued <= as_of and (action.replied is None or action.replied > as_of)
        if waiting and action.reply_due is not None:
            yield Due(action.reply_due, "reply", project.id, action.number, project.id, action.to)


def overdue_decisions(workspace: Workspace, as_of: date) -> tuple[Due, ...]:
    """Decisions of meetings whose day has passed and that are not done, the longest overdue first."""
    found = [
        Due(decision.deadline, "decision", f"{meeting.id}/{decision.id}", decision.text, None, decision.owner)
        for meeting in workspace.meetings
        for decision in meeting.decisions
        if meeting.date <= as_of and decision.deadline < as_of and (decision.done is None or decision.done > as_of)
    ]
    return tuple(sorted(found, key=lambda entry: entry.date))
