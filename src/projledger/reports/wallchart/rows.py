"""The rows of the wall chart: projects, or the tasks of one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from projledger import errors
from projledger.analysis import counts, selection
from projledger.analysis.assessment import Assessment, assess
from projledger.analysis.counts import ProblemState
from projledger.analysis.lagging import Lag
from projledger.analysis.pace import Standing
from projledger.analysis.schedule import state_on
from projledger.calendar import Period
from projledger.i18n import N_, _
from projledger.models.project import Project, Stage, Task
from projledger.models.types import LIGHTS, StageName
from projledger.models.workspace import Workspace
from projledger.reports import Query
from projledger.reports.lagging import how_far, rows_of
from projledger.reports.parts.reasons import Names
from projledger.reports.parts.words import clauses, commas, deadline_text, owner_text, rules_title, standstill
from projledger.reports.wallchart.result import By, Flag, ProjectRow, Result, StageMark, TaskRow, Worst, Zoom, waits
from projledger.reports.wallchart.span import LONG_REST, days_shown, rest_days

_NOBODY: Final[dict[By, str]] = {"chain": N_("no chain"), "unit": N_("no unit"), "owner": N_("no owner")}
_INVESTMENT: Final = "investment"


def compute(query: Query) -> Result:
    """The rows that pass the filters, in file order or by group, and the range that shows them."""
    workspace, as_of, options = query.workspace, query.as_of, query.options
    assessment = assess(workspace, as_of)
    by: By | None = options.get("by")
    zoom: Zoom = options.get("zoom") or "month"
    project = _project(workspace, options.get("ref"))
    if project is None:
        chosen, recorded = _chosen(query, assessment)
        rows: list[ProjectRow | TaskRow] = list(_project_rows(assessment, chosen, by))
        gone = [p for p in workspace.projects if p.status_on(as_of) == "cleared" and p not in chosen]
    else:
        rows, recorded, gone = list(_task_rows(query, assessment, project, by)), len(project.tasks), []
    rows = [replace(row, number=number) for number, row in enumerate(_in_groups(rows), 1)]
    start, end = days_shown(query, zoom, rows)
    return Result(
        place=workspace.settings.name,
        as_of=as_of,
        project=project.name if project is not None else None,
        by=by,
        zoom=zoom,
        table=bool(options.get("table")),
        start=start,
        end=end,
        rest=rest_days(workspace.calendar, start, end, 1 if zoom == "week" else LONG_REST),
        rows=tuple(rows),
        lights={
            **{light: sum(row.light == light for row in rows) for light in LIGHTS},
            "none": sum(waits(row) for row in rows),
        },
        cleared=tuple((p.name, p.status_date) for p in gone),
        recorded=recorded,
        money_unit=workspace.settings.money_unit,
        rules=workspace.settings.rules if workspace.pack is not None else "default",
        rules_title=rules_title(workspace),
    )


def _project(workspace: Workspace, ref: str | None) -> Project | None:
    """The project that a reference names, or that what it names belongs to; None without a reference."""
    if ref is None:
        return None
    item = workspace.items.get(ref)
    if item is None or item.project is None:
        raise errors.UnknownReferenceError(ref, tuple(difflib.get_close_matches(ref, workspace.items, 3)))
    return item.project


def _chosen(query: Query, assessment: Assessment) -> tuple[tuple[Project, ...], int]:
    """The wanted projects, and how many there are in all; cleared ones only where they are asked for."""
    wanted, as_of = query.filter, query.as_of
    found = selection.projects(query.workspace, as_of, wanted, assessment.light)
    if "cleared" not in wanted.status:
        found = counts.counted(found, as_of)
    return found, len(counts.counted(query.workspace.projects, as_of))


def _in_groups(rows: Sequence[ProjectRow | TaskRow]) -> Iterator[ProjectRow | TaskRow]:
    """Rows of one group after each other, groups in the order of their first row."""
    groups: dict[str, list[ProjectRow | TaskRow]] = {}
    for row in rows:
        groups.setdefault(row.group, []).append(row)
    for group in groups.values():
        yield from group


def _project_rows(assessment: Assessment, projects: Iterable[Project], by: By | None) -> Iterator[ProjectRow]:
    year = Period.of("year", assessment.as_of)
    standings = {
        standing.scope: standing
        for standing in reversed(assessment.standings)
        if standing.scope_kind == "project" and standing.indicator == _INVESTMENT and standing.period == year
    }
    names = Names(assessment.workspace, assessment.standings)
    for project in projects:
        yield _project_row(assessment, names, project, standings.get(project.id), by)


def _project_row(
    assessment: Assessment, names: Names, project: Project, standing: Standing | None, by: By | None
) -> ProjectRow:
    """A project; `names` finds the names of its items, `standing` is that of its investment this year."""
    workspace, as_of = assessment.workspace, assessment.as_of
    leader = project.lead or (project.service.leader if project.service else None)
    flags = tuple(_flags(assessment, project))
    pictures = [r for r in project.reports if r.image and (r.reported or r.cutoff or r.month.last) <= as_of]
    picture = max(pictures, key=lambda report: report.month, default=None)
    paused = standstill(project, as_of)
    done, planned, since_start, cutoff = _invested(assessment, project, standing)
    return ProjectRow(
        number=0,
        ref=project.id,
        name=project.name,
        chain=project.chain,
        unit=project.unit,
        unit_name=workspace.unit_name(project.unit),
        owner=project.owner,
        owner_name=workspace.person_name(project.owner),
        leader=leader,
        leader_name=workspace.person_name(leader),
        investment=project.investment,
        planned=planned,
        done=done,
        rate=Fraction(done) / Fraction(planned) if done is not None and planned else None,
        since_start=since_start,
        cutoff=cutoff,
        image=picture.image if picture is not None else None,
        image_month=picture.month.first if picture is not None else None,
        tasks_done=sum(state_on(task, as_of) == "done" for task in project.tasks),
        tasks=len(project.tasks),
        stage=project.stages.current(as_of),
        stages=tuple(_stage(assessment, project, name, stage) for name, stage in project.stages.named()),
        light=assessment.light(project.id),
        paused=paused,
        paused_since=_paused_since(project, as_of) if paused else None,
        problems=flags,
        worst=_worst(assessment, names, project),
        next=_next(assessment.lags_of(project.id), project, as_of),
        group=_group(workspace, by, project.chain, project.unit, project.owner),
    )


def _invested(
    assessment: Assessment, project: Project, standing: Standing | None
) -> tuple[Decimal | None, Decimal | None, Decimal | None, date | None]:
    """This year's investment done and planned, the cumulative one, and up to when; None for what is not known."""
    if standing is not None:
        return standing.done, standing.value, standing.since_start, standing.cutoff
    reached = assessment.figures.reached(project.id, _INVESTMENT, Period.of("year", assessment.as_of))
    last = [known.report.since_start for known in reached.last_reports]
    return reached.done, None, last[0] if last else None, reached.cutoff


def _paused_since(project: Project, as_of: date) -> date | None:
    if project.status_on(as_of) != "active":
        return project.status_date
    return min((p.from_ for p in project.pauses if p.from_ <= as_of and (p.to is None or as_of <= p.to)), default=None)


def _stage(assessment: Assessment, project: Project, name: StageName, stage: Stage) -> StageMark:
    as_of = assessment.as_of
    plan = stage.plan_on(as_of)
    actual = stage.actual if stage.actual is not None and stage.actual <= as_of else None
    late = plan is not None and actual is None and plan < as_of and assessment.judged(project)
    passed = project.stages.current(as_of)
    order = [named for named, _stage in project.stages.named()]
    skipped = passed is not None and order.index(name) < order.index(passed)
    return StageMark(
        stage=name,
        plan=plan,
        original_plan=stage.plan,
        actual=actual,
        variance_days=(plan - actual).days if plan is not None and actual is not None else None,
        days_late=counts.days_in(plan, as_of, project) if late and plan is not None and not skipped else 0,
        light=assessment.light(f"{project.id}/{name}"),
    )


def _flags(assessment: Assessment, project: Project, task: str | None = None) -> Iterator[Flag]:
    """The problems of a project that are not closed, or those of them that block a task."""
    workspace, as_of = assessment.workspace, assessment.as_of
    for state in counts.problems([project], as_of):
        problem = state.problem
        if state.state == "closed":
            continue
        if task is None or task in (workspace.absolute(project, blocked) for blocked in problem.blocks):
            yield _flag(assessment, state)


def _flag(assessment: Assessment, state: ProblemState) -> Flag:
    problem, ref = state.problem, f"{state.project.id}/{state.problem.id}"
    owner = assessment.workspace.person_name(problem.owner or state.project.owner)
    return Flag(ref, problem.text, owner, state.deadline, state.overdue, assessment.light(ref))


def _worst(assessment: Assessment, names: Names, project: Project) -> Worst | None:
    lag = next(iter(assessment.lags_of(project.id)), None)
    if lag is None or lag.light in (None, "green"):
        return None
    name = "" if lag.kind == "project" else names.item(lag.ref)
    owner = assessment.workspace.person_name(lag.owner)
    reason = _how_far(assessment, lag)
    if lag.deadline is not None:
        deadline = deadline_text(lag.deadline, lag.original or lag.deadline, lag.extensions, assessment.as_of)
        reason = commas([_("due {day}").format(day=deadline), reason])
    return Worst(lag.ref, name, owner, lag.light, reason)


def _how_far(assessment: Assessment, lag: Lag) -> str:
    """How far an item is behind, in words; where nothing says so, why it lags."""
    (row,) = rows_of(assessment, [lag])
    return clauses([str(reason["text"]) for reason in how_far(row) or row.reasons])


def _next(lags: Sequence[Lag], project: Project, as_of: date) -> str | None:
    """The next step of what lags most, else of the unfinished task that is due first."""
    for lag in lags:
        if lag.next:
            return lag.next
    alive = [task for task in project.tasks if task.next and state_on(task, as_of) != "done"]
    return min(alive, key=lambda task: task.deadline_on(as_of)).next if alive else None


def _group(workspace: Workspace, by: By | None, chain: str | None, unit: str | None, owner: str | None) -> str:
    match by:
        case "chain":
            return workspace.chain_name(chain) or _(_NOBODY[by])
        case "unit":
            return workspace.unit_name(unit) or _(_NOBODY[by])
        case "owner":
            return owner_text(workspace, owner) if owner is not None else _(_NOBODY[by])
        case None:
            return ""


def _task_rows(query: Query, assessment: Assessment, project: Project, by: By | None) -> Iterator[TaskRow]:
    workspace, as_of = query.workspace, query.as_of
    light_of = assessment.light if query.filter.light else None
    for task in project.tasks:
        ref = f"{project.id}/{task.id}"
        item = workspace.items[ref]
        if item.record is task and selection.wants_item(workspace, as_of, query.filter, item, light_of):
            yield _task_row(assessment, project, task, by)


def _task_row(assessment: Assessment, project: Project, task: Task, by: By | None) -> TaskRow:
    workspace, as_of = assessment.workspace, assessment.as_of
    ref = f"{project.id}/{task.id}"
    plan = assessment.schedule.plans.get(ref)
    state = state_on(task, as_of)
    owner, unit = task.owner or project.owner, task.unit or project.unit
    started = task.started if task.started is not None and task.started <= as_of else None
    known = task.updated is None or task.updated <= as_of
    lagging = [lag for lag in assessment.lags_of(project.id) if lag.ref == ref]
    return TaskRow(
        number=0,
        ref=ref,
        name=task.name,
        kind=task.kind,
        unit=unit,
        unit_name=workspace.unit_name(unit),
        owner=owner,
        owner_name=workspace.person_name(owner),
        begin=started or task.start or (plan.forecast_start if plan is not None else None),
        started=started,
        deadline=task.deadline_on(as_of),
        original_deadline=task.deadline,
        extensions=sum(extension.date <= as_of for extension in task.extensions),
        forecast_finish=plan.forecast_finish if plan is not None and state != "done" else None,
        done=task.done if state == "done" else None,
        progress=100 if state == "done" else task.progress if known else None,
        state=state,
        float=plan.float if plan is not None else None,
        light=assessment.light(ref) if state != "done" else None,
        problems=tuple(_flags(assessment, project, ref)),
        reason=_how_far(assessment, lagging[0]) if lagging else "",
        next=task.next if state != "done" else None,
        group=_group(workspace, by, project.chain, unit, owner),
    )
