"""Dated facts: what is known of a task, a problem, a stage or a project, since when, and from which line.

A fact is something with a date in the ledger: started, updated, done, raised, responded, submitted, closed, reopened,
a stage that was reached, an entry of the log, a reported figure. A project has its items' facts. Facts dated after
the day of judgement are not known yet. Progress without a date and evidence are claims, not facts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from projledger.diagnostics import Path, Place
from projledger.models.project import Problem, Project, Stage, Task
from projledger.models.types import Record
from projledger.models.workspace import Item, Workspace


class Fact(NamedTuple):
    """A day on which something was recorded: `what` is the field, `path` leads to it from the item."""

    day: date
    what: str
    path: Path


def of_task(task: Task) -> Iterator[Fact]:
    """The dated facts of a task."""
    if task.started is not None:
        yield Fact(task.started, "started", ("started",))
    if task.updated is not None:
        yield Fact(task.updated, "updated", ("updated",))
    if task.done is not None:
        yield Fact(task.done, "done", ("done",))


def of_problem(problem: Problem) -> Iterator[Fact]:
    """The dated facts of a problem."""
    yield Fact(problem.raised, "raised", ("raised",))
    if problem.responded is not None:
        yield Fact(problem.responded, "responded", ("responded",))
    for index, assist in enumerate(problem.assist):
        if assist.responded is not None:
            yield Fact(assist.responded, "responded", ("assist", index, "responded"))
    if problem.submitted is not None:
        yield Fact(problem.submitted, "submitted", ("submitted",))
    if problem.closed is not None:
        yield Fact(problem.closed, "closed", ("closed",))
    for index, day in enumerate(problem.reopened):
        yield Fact(day, "reopened", ("reopened", index))


def of_stage(stage: Stage) -> Iterator[Fact]:
    """The dated fact of a stage: that it was reached."""
    if stage.actual is not None:
        yield Fact(stage.actual, "actual", ("actual",))


def of_project(project: Project) -> Iterator[Fact]:
    """The dated facts of a project: its own and its items'. A figure is a fact of the day it became known."""
    for name, stage in project.stages.named():
        for fact in of_stage(stage):
            yield fact._replace(path=("stages", name, *fact.path))
    for index, task in enumerate(project.tasks):
        for fact in of_task(task):
            yield fact._replace(path=("tasks", index, *fact.path))
    for index, problem in enumerate(project.problems):
        for fact in of_problem(problem):
            yield fact._replace(path=("problems", index, *fact.path))
    for index, entry in enumerate(project.log):
        yield Fact(entry.date, "log", ("log", index, "date"))
    for index, report in enumerate(project.reports):
        if report.reported is not None:
            yield Fact(report.reported, "report", ("reports", index, "reported"))
        else:
            field = "month" if report.cutoff is None else "cutoff"
            yield Fact(report.cutoff or report.month.last, "report", ("reports", index, field))


def of_item(item: Item) -> Iterator[Fact]:
    """The dated facts of anything that has them."""
    record = item.record
    if isinstance(record, Task):
        return of_task(record)
    if isinstance(record, Problem):
        return of_problem(record)
    if isinstance(record, Stage):
        return of_stage(record)
    return of_project(record) if isinstance(record, Project) else iter(())


def last(facts: Iterator[Fact], as_of: date) -> Fact | None:
    """The latest fact on or before a day (of several on one day the first); None where nothing was reported."""
    return max((fact for fact in facts if fact.day <= as_of), key=lambda fact: fact.day, default=None)


def last_task_day(task: Task, as_of: date) -> date | None:
    """The day of the latest fact of a task: as `last`, quickly, for tens of thousands of them."""
    found = None
    for day in (task.started, task.updated, task.done):
        if day is not None and day <= as_of and (found is None or day > found):
            found = day
    return found


def last_project_day(project: Project, as_of: date) -> date | None:
    """The day of the latest fact of a project: as `last`, quickly."""
    days = [stage.actual for _name, stage in project.stages.named()]
    for task in project.tasks:
        days += (task.started, task.updated, task.done)
    for problem in project.problems:
        days += (problem.raised, problem.responded, problem.submitted, problem.closed, *problem.reopened)
        if problem.assist:
            days += (assist.responded for assist in problem.assist)
    days += (entry.date for entry in project.log)
    days += (report.reported or report.cutoff or report.month.last for report in project.reports)
    return max((day for day in days if day is not None and day <= as_of), default=None)


def first_day(project: Project) -> date | None:
    """The day from which on a project was there: the first date of any kind in its ledger.

    None where nothing in it is dated that happened: plans alone tell nobody since when they stand, nor does the end of
    a project when it began.
    """
    known = [fact.day for fact in of_project(project)]
    known += [project.in_statistics] if project.in_statistics is not None else []
    known += (action.issued for action in project.actions)
    known += (funding.date for funding in project.funding if funding.date is not None)
    return min((*known, *_days(project))) if known else None


def _days(value: object) -> Iterator[date]:
    """Every day in a record, whatever it is the day of."""
    if isinstance(value, date):
        yield value
    elif isinstance(value, Record):
        for part in value.__dict__.values():
            yield from _days(part)
    elif isinstance(value, tuple):
        for part in value:
            yield from _days(part)


def absent(workspace: Workspace, day: date) -> dict[str, date]:
    """The projects that were not there yet on a day gone by, each with the day on which it came.

    Not for today: a project that is in the ledgers is there, whatever a slip of the pen dates later.
    """
    found: dict[str, date] = {}
    for project in workspace.projects:
        if last_project_day(project, day) is None:  # else something had happened by then, and nobody need look further
            first = first_day(project)
            if first is not None and first > day:
                found[project.id] = first
    return found


def as_told(workspace: Workspace, day: date) -> Workspace:
    """A workspace for a day gone by: without next steps and notes that were written after it.

    They have no date of their own, but what was reported of their task or problem later came with them.
    """
    projects = tuple(_as_told(project, day) for project in workspace.projects)
    if all(now is then for now, then in zip(workspace.projects, projects, strict=True)):
        return workspace
    return replace(workspace, projects=projects)


def _as_told(project: Project, day: date) -> Project:
    later = {
        task.id for task in project.tasks if (task.next or task.note) and any(fact.day > day for fact in of_task(task))
    }
    later |= {one.id for one in project.problems if one.next and any(fact.day > day for fact in of_problem(one))}
    if not later:
        return project
    tasks = (t.model_copy(update={"next": None, "note": None}) if t.id in later else t for t in project.tasks)
    problems = (p.model_copy(update={"next": None}) if p.id in later else p for p in project.problems)
    return project.model_copy(update={"tasks": tuple(tasks), "problems": tuple(problems)})


def without(workspace: Workspace, gone: Collection[str]) -> Workspace:
    """A workspace without some projects; a reference to one of them is no reference to nothing."""
    if not gone:
        return workspace
    kept = [(p, f) for p, f in zip(workspace.projects, workspace.files, strict=True) if p.id not in gone]
    return replace(
        workspace,
        projects=tuple(project for project, _file in kept),
        files=tuple(file for _project, file in kept),
        unread=workspace.unread | {name for id_ in gone for name in (id_, f"{id_}/*")},
    )


def last_of(workspace: Workspace, ref: str, as_of: date) -> tuple[Fact, Place] | None:
    """The latest fact of an item with its place."""
    item = workspace.items.get(ref)
    found = last(of_item(item), as_of) if item is not None else None
    if item is None or found is None:
        return None
    return found, Place(item.place.file, (*item.place.path, *found.path))
