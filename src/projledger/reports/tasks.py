"""`tasks`: the plan ledger: every task with its handler, deadline, progress and next step, project by project."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from projledger.analysis import counts, selection
from projledger.analysis.assessment import Assessment, assess
from projledger.analysis.reasons import Code
from projledger.analysis.schedule import State, state_on
from projledger.calendar import day_text
from projledger.document import Block, Cell, Column, Document, Items, Paragraph, Run, Section, Table, Text
from projledger.frozen import frozen
from projledger.i18n import N_, _, ngettext
from projledger.models.project import Project, Task
from projledger.models.types import Light
from projledger.models.workspace import Item
from projledger.quantities import days_text
from projledger.reports import Query
from projledger.reports.parts.reasons import forecast_text
from projledger.reports.parts.words import (
    STANDSTILL_WORDS,
    TASK_KIND_WORDS,
    Standstill,
    as_of_text,
    code,
    commas,
    deadline_text,
    lamp,
    named,
    not_listed,
    owner_text,
    span_text,
    standstill,
    tally,
)

_MOST_NAMES: Final = 20

_STATE_WORDS: Final[dict[State, str]] = {
    "not_started": N_("not started"),
    "under_way": N_("under way"),
    "done": N_("done"),
}

# --- the result -------------------------------------------------------------------------------------------------------


@frozen
class TaskRow:
    """A task as it stands on the day.

    `owner` answers for it; `handler` is the same person where the task names one of its own, None where it falls to
    the project's owner. `deadline` is the one in force, `duration` in workdays as written, `float` in workdays.
    `needed_by` is its latest finish where what comes after it needs it before its own deadline. `days_late` counts
    calendar days after the deadline without paused days, 0 while it is not overdue, and `over_limit`
    those after its statutory limit, which makes it overdue as well. `paused`: the project is paused, suspended or
    cleared, and the task is not judged.
    """

    ref: str
    name: str
    project: str
    project_name: str
    owner: str | None
    owner_name: str
    handler: str | None
    unit: str
    unit_name: str
    kind: str
    start: date | None
    deadline: date
    original_deadline: date
    extended: int
    duration: int | None
    started: date | None
    progress: int | None
    updated: date | None
    state: State
    done: date | None
    evidence: str | None
    overdue: bool
    days_late: int
    over_limit: int
    float: int | None
    forecast_finish: date | None
    needed_by: date | None
    latest_start: date | None
    limit: int | None
    after: tuple[str, ...]
    light: Light | None
    reasons: tuple[Code, ...]
    paused: Standstill
    next: str | None
    note: str | None


@frozen
class Summary:
    """The tasks asked for, counted. `no_handler`: unfinished approvals that name nobody of their own."""

    total: int
    done: int
    under_way: int
    not_started: int
    overdue: int
    no_duration: int
    no_handler: int


@frozen
class Result:
    """The tasks asked for, in file order.

    `recorded` counts all tasks of projects that are not cleared; `cleared` names the cleared projects whose tasks are
    left out.
    """

    place: str
    as_of: date
    since: date | None
    until: date | None
    tasks: tuple[TaskRow, ...]
    summary: Summary
    recorded: int
    cleared: tuple[str, ...]


def compute(query: Query) -> Result:
    """The wanted tasks (with `--since` and `--until`, those whose deadline in force lies between)."""
    workspace, as_of, wanted = query.workspace, query.as_of, query.filter
    kinds = query.several("kind", TASK_KIND_WORDS)
    assessment = assess(workspace, as_of)
    light_of = assessment.light if wanted.light else None
    projects = workspace.projects if "cleared" in wanted.status else counts.counted(workspace.projects, as_of)
    rows = []
    for item, project, task in _items(query, projects):
        if not (
            selection.wants_item(workspace, as_of, wanted, item, light_of)
            and wanted.dated(task.deadline_on(as_of))
            and (not kinds or task.kind in kinds)
        ):
            continue
        row = _row(assessment, item.ref, project, task)
        if not (query.options.get("open") and row.state == "done") and (
            row.overdue or not query.options.get("overdue")
        ):
            rows.append(row)
    shown = {project.id for project in projects}
    return Result(
        place=workspace.settings.name,
        as_of=as_of,
        since=wanted.since,
        until=wanted.until,
        tasks=tuple(rows),
        summary=_summary(rows),
        recorded=sum(len(project.tasks) for project in projects),
        cleared=tuple(p.name for p in workspace.projects if p.id not in shown and p.tasks),
    )


def _items(query: Query, projects: tuple[Project, ...]) -> Iterator[tuple[Item, Project, Task]]:
    """Every task of some projects with its item; of two with one reference the first."""
    items = query.workspace.items
    for project in projects:
        for task in project.tasks:
            item = items[f"{project.id}/{task.id}"]
            if item.record is task:
                yield item, project, task


def _row(assessment: Assessment, ref: str, project: Project, task: Task) -> TaskRow:
    workspace, as_of = assessment.workspace, assessment.as_of
    plan = assessment.schedule.plans.get(ref)
    state = state_on(task, as_of)
    done = task.done if state == "done" else None
    deadline = task.deadline_on(as_of)
    paused = standstill(project, as_of)
    late = done is None and not paused and deadline < as_of
    over = next((r.days or 0 for r in assessment.reasons(ref) if r.code == "overdue" and r.basis == "limit"), 0)
    updated = task.updated if task.updated is not None and task.updated <= as_of else None
    progress = task.progress if updated is not None or task.updated is None else None
    owner, unit = task.owner or project.owner, task.unit or project.unit
    return TaskRow(
        ref=ref,
        name=task.name,
        project=project.id,
        project_name=project.name,
        owner=owner,
        owner_name=owner_text(workspace, owner, unit),
        handler=task.owner,
        unit=unit,
        unit_name=workspace.unit_name(unit),
        kind=task.kind,
        start=task.start,
        deadline=deadline,
        original_deadline=task.deadline,
        extended=sum(extension.date <= as_of for extension in task.extensions),
        duration=task.duration,
        started=task.started if task.started is not None and task.started <= as_of else None,
        progress=100 if done is not None else progress,
        updated=updated,
        state=state,
        done=done,
        evidence=task.evidence if done is not None else None,
        overdue=late or over > 0,
        days_late=counts.days_in(deadline, as_of, project) if late else 0,
        over_limit=over,
        float=plan.float if plan is not None else None,
        forecast_finish=plan.forecast_finish if plan is not None and done is None else None,
        needed_by=plan.latest_finish if plan is not None and plan.needed and done is None else None,
        latest_start=plan.latest_start if plan is not None and state == "not_started" else None,
        limit=task.limit,
        after=tuple(workspace.absolute(project, other) for other in task.after),
        light=assessment.light(ref) if done is None else None,
        reasons=tuple(reason.code for reason in assessment.reasons(ref)),
        paused=paused,
        next=task.next if done is None else None,
        note=task.note,
    )


def _summary(rows: list[TaskRow]) -> Summary:
    states = [row.state for row in rows]
    alive = [row for row in rows if row.state != "done"]
    return Summary(
        total=len(rows),
        done=states.count("done"),
        under_way=states.count("under_way"),
        not_started=states.count("not_started"),
        overdue=sum(row.overdue for row in rows),
        no_duration=sum(row.duration is None and row.kind != "milestone" for row in alive),
        no_handler=sum(row.kind == "approval" and row.handler is None for row in alive),
    )


# --- the page ---------------------------------------------------------------------------------------------------------


def document(result: Result) -> Document:
    """What people read: the count, the tasks by project, the approvals that nobody handles by name."""
    blocks: list[Block] = []
    if result.tasks:
        blocks.append(Paragraph(_summary_text(result.summary)))
    blocks.append(_table(result))
    loose = [row for row in result.tasks if row.kind == "approval" and row.handler is None and row.state != "done"]
    if loose:
        rest = len(loose) - _MOST_NAMES
        items = Items(
            tuple(_loose_text(row) for row in loose[:_MOST_NAMES]),
            more=ngettext("{n} more", "{n} more", rest).format(n=rest) if rest > 0 else "",
        )
        blocks.append(
            Section(_("Approvals without a handler of their own: they fall to the project's owner"), (items,))
        )
    return Document(
        title=_("{place}: plan ledger").format(place=result.place),
        blocks=tuple(blocks),
        asides=(as_of_text(result.as_of), *_span(result)),
        footer=not_listed(result.cleared),
        landscape=True,
    )


def _span(result: Result) -> tuple[str, ...]:
    text = span_text(result.since, result.until, result.as_of)
    return (_("Due {span}").format(span=text),) if text else ()


def _summary_text(summary: Summary) -> str:
    said = [
        _("Tasks: {n}").format(n=summary.total),
        _("done: {n}").format(n=summary.done),
        _("under way: {n}").format(n=summary.under_way),
        _("not started: {n}").format(n=summary.not_started),
    ]
    if summary.overdue:
        said.append(_("overdue: {n}").format(n=summary.overdue))
    if summary.no_duration:
        said.append(_("duration not given: {n}").format(n=summary.no_duration))
    return _("{sentence}.").format(sentence=tally(said))


def _table(result: Result) -> Table:
    rows: list[tuple[Cell | Text, ...]] = []
    project = None
    for row in result.tasks:
        if row.project != project:
            project = row.project
            rows.append((named(row.project_name, row.project),))
        rows.append(_cells(row, result.as_of))
    nothing = _("No task matches: {n} are recorded").format(n=result.recorded)
    return Table(
        columns=(
            Column(_("Light")),
            Column(_("Task"), wrap=True),
            Column(_("Kind")),
            Column(_("Handler"), wrap=True),
            Column(_("Deadline"), wrap=True),
            Column(_("Workdays"), "right"),
            Column(_("State"), wrap=True),
            Column(_("Next step"), wrap=True),
        ),
        rows=tuple(rows),
        empty=nothing if result.recorded else _("No task is recorded in these ledgers"),
        main=True,
    )


def _cells(row: TaskRow, today: date) -> tuple[Cell | Text, ...]:
    workdays = Cell(str(row.duration), row.duration)
    if row.duration is None:
        workdays = Cell("—" if row.kind == "milestone" else (Run(_("not given"), "grey"),))
    return (
        Cell((lamp(row.light),), row.light) if row.state != "done" else Cell(""),
        Cell(named(row.name, row.ref), row.name),
        Cell(_(TASK_KIND_WORDS[row.kind])),
        Cell(row.owner_name),
        Cell(deadline_text(row.deadline, row.original_deadline, row.extended, today), row.deadline),
        workdays,
        Cell(state_text(row, today)),
        Cell(row.next or ""),
    )


def state_text(row: TaskRow, today: date) -> str:
    """How far a task is, and how late, in words."""
    if row.done is not None:
        return _("done {day}").format(day=day_text(row.done, today))
    state = _(_STATE_WORDS[row.state])
    if row.progress:
        state = _("{state}, {percent}%").format(state=state, percent=row.progress)
        if row.updated is not None:
            state = _("{state} ({day})").format(state=state, day=day_text(row.updated, today))
    said = [state]
    if row.paused:
        said.append(_(STANDSTILL_WORDS[row.paused]))
    if row.days_late:
        said.append(_("overdue {days}").format(days=days_text(row.days_late)))
    if row.over_limit:
        said.append(_("{days} over the statutory limit").format(days=days_text(row.over_limit)))
    if row.float is not None and row.float < 0 and row.forecast_finish is not None:
        late = days_text(-row.float, workdays=True)
        said.append(forecast_text(row.forecast_finish, late, row.needed_by, today))
    if "unreported" in row.reasons:
        said.append(_("not reported"))
    return commas(said)


def _loose_text(row: TaskRow) -> Text:
    return (Run(row.name), Run(" "), code(row.ref), Run("  "), Run(row.owner_name))
