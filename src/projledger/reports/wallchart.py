"""`wallchart`: the chart on the wall: projects against time, or the tasks of one; and the same as a dispatch table."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal

from projledger import errors
from projledger.analysis import counts, selection
from projledger.analysis.assessment import Assessment, assess
from projledger.analysis.counts import ProblemState
from projledger.analysis.lagging import Lag
from projledger.analysis.pace import Standing
from projledger.analysis.schedule import State, state_on
from projledger.calendar import Calendar, Period, day_text
from projledger.document import (
    Block,
    Cell,
    Column,
    Document,
    Paragraph,
    Point,
    Run,
    Stretch,
    Table,
    Text,
    Timeline,
    TimelineRow,
    Tone,
)
from projledger.i18n import N_, _, listing, pgettext
from projledger.models.project import Project, Stage, Task
from projledger.models.types import LIGHTS, Light, StageName
from projledger.models.workspace import Workspace
from projledger.quantities import days_text, percent_text
from projledger.reports import Query, cells
from projledger.reports.lagging import how_far, rows_of
from projledger.reports.reasons import Names
from projledger.reports.targets import amount_text
from projledger.reports.words import (
    STAGE_WORDS,
    STANDSTILL_WORDS,
    TASK_KIND_WORDS,
    as_of_text,
    clauses,
    code,
    commas,
    cutoffs_text,
    deadline_text,
    lamp,
    lights_text,
    owner_text,
    rules_text,
    standstill,
    tone,
)

By = Literal["chain", "unit", "owner"]
Zoom = Literal["week", "month", "quarter"]

_NOBODY: Final[dict[By, str]] = {"chain": N_("no chain"), "unit": N_("no unit"), "owner": N_("no owner")}
_INVESTMENT: Final = "investment"
_MOST_MONTHS: Final = {"month": 6, "quarter": 24}
"""Months before and after the year that a chart without `--from` and `--to` covers at most, by zoom; what lies beyond
stands at its edge."""
_WEEKS: Final = (4, 12)
"""Weeks before and after the day that `--zoom week` shows."""
_LONG_REST: Final = 3
"""Rest days in a row that are shaded where weekends would be a comb: holidays."""
_DAY: Final = timedelta(days=1)


# --- the result -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StageMark:
    """A stage, planned and reached.

    `plan` is the one in force. `variance_days`: plan less actual, positive when it came early; `days_late`: days past
    the plan of a stage that is not reached (without paused days), 0 while it is not late.
    """

    stage: StageName
    plan: date | None
    original_plan: date | None
    actual: date | None
    variance_days: int | None
    days_late: int
    light: Light | None


@dataclass(frozen=True, slots=True)
class Flag:
    """A problem that is not closed."""

    ref: str
    text: str
    owner_name: str
    deadline: date
    overdue: bool
    light: Light | None


@dataclass(frozen=True, slots=True)
class Worst:
    """What presses most in a project: the worst red or yellow item."""

    ref: str
    name: str
    owner_name: str
    light: Light
    reason: str


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A project on the chart.

    `leader` is who takes it in hand (of a difficult project), else the attached leader. `planned` and `done` are of
    this year's investment, with its `cutoff`; `since_start` the cumulative figure where the ledger has it. `image` is
    the physical progress in words, of the month `image_month`. `paused`: why it has no light, else empty.
    """

    number: int
    ref: str
    name: str
    chain: str | None
    unit: str
    unit_name: str
    owner: str | None
    owner_name: str
    leader: str | None
    leader_name: str
    investment: Decimal | None
    planned: Decimal | None
    done: Decimal | None
    rate: Fraction | None
    since_start: Decimal | None
    cutoff: date | None
    image: str | None
    image_month: date | None
    tasks_done: int
    tasks: int
    stage: StageName | None
    stages: tuple[StageMark, ...]
    light: Light | None
    paused: Literal["", "paused", "suspended", "cleared"]
    paused_since: date | None
    problems: tuple[Flag, ...]
    worst: Worst | None
    next: str | None
    group: str


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task on the chart of its project. `begin` is when it was started, else when it should or will be."""

    number: int
    ref: str
    name: str
    kind: str
    unit: str
    unit_name: str
    owner: str | None
    owner_name: str
    begin: date | None
    started: date | None
    deadline: date
    original_deadline: date
    extensions: int
    forecast_finish: date | None
    done: date | None
    progress: int | None
    state: State
    float: int | None
    light: Light | None
    problems: tuple[Flag, ...]
    reason: str
    next: str | None
    group: str


@dataclass(frozen=True, slots=True)
class Result:
    """The rows of the chart, its range of days, and the days of rest in it.

    `project` is the name of the one whose tasks are shown. `table`: the dispatch table is asked for. `lights` counts
    the rows; `cleared` names projects that were cleared, with the day: they are not on the chart.
    """

    place: str
    as_of: date
    project: str | None
    by: By | None
    zoom: Zoom
    table: bool
    start: date
    end: date
    rest: tuple[tuple[date, date], ...]
    rows: tuple[ProjectRow | TaskRow, ...]
    lights: dict[str, int]
    cleared: tuple[tuple[str, date | None], ...]
    recorded: int
    money_unit: str
    rules: str


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
    start, end = _range(query, zoom, rows)
    return Result(
        place=workspace.settings.name,
        as_of=as_of,
        project=project.name if project is not None else None,
        by=by,
        zoom=zoom,
        table=bool(options.get("table")),
        start=start,
        end=end,
        rest=_rest(workspace.calendar, start, end, 1 if zoom == "week" else _LONG_REST),
        rows=tuple(rows),
        lights={
            **{light: sum(row.light == light for row in rows) for light in LIGHTS},
            "none": sum(_waits(row) for row in rows),
        },
        cleared=tuple((p.name, p.status_date) for p in gone),
        recorded=recorded,
        money_unit=workspace.settings.money_unit,
        rules=workspace.settings.rules if workspace.pack is not None else "default",
    )


def _waits(row: ProjectRow | TaskRow) -> bool:
    """Whether a row has no light and is not simply done."""
    return row.light is None and (isinstance(row, ProjectRow) or row.state != "done")


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


# --- projects ---


def _project_rows(assessment: Assessment, projects: Iterable[Project], by: By | None) -> Iterator[ProjectRow]:
    year = Period.of("year", assessment.as_of)
    standings = {
        standing.scope: standing
        for standing in reversed(assessment.standings)
        if standing.scope_kind == "project" and standing.indicator == _INVESTMENT and standing.period == year
    }
    for project in projects:
        yield _project_row(assessment, project, standings.get(project.id), by)


def _project_row(assessment: Assessment, project: Project, standing: Standing | None, by: By | None) -> ProjectRow:
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
        worst=_worst(assessment, project),
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


def _worst(assessment: Assessment, project: Project) -> Worst | None:
    lag = next(iter(assessment.lags_of(project.id)), None)
    if lag is None or lag.light not in ("red", "yellow"):
        return None
    name = "" if lag.kind == "project" else Names(assessment.workspace).item(lag.ref)
    owner = assessment.workspace.person_name(lag.owner)
    return Worst(lag.ref, name, owner, lag.light, _how_far(assessment, lag))


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


# --- tasks of one project ---


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


# --- the range ---


def _range(query: Query, zoom: Zoom, rows: Sequence[ProjectRow | TaskRow]) -> tuple[date, date]:
    """The first and the last day shown.

    Without `--from` and `--to`: at `week` the weeks around the day; else the year of the day, longer where plans go
    beyond it. What lies before it is shown too where a single project's tasks are asked for, or the zoom is `quarter`.
    """
    as_of, asked = query.as_of, (query.options.get("from_"), query.options.get("to"))
    days = [day for row in rows for day in _days(row)]
    if zoom == "week":
        week = Period.of("week", as_of)
        first, last = week.first - timedelta(weeks=_WEEKS[0]), week.last + timedelta(weeks=_WEEKS[1])
    elif query.options.get("ref") and days:
        first, last = min([as_of, *days]), max([as_of, *days])
    else:
        year, more = Period.of("year", as_of), _MOST_MONTHS[zoom]
        least, most = _months_from(year.first, -more), _months_from(year.last + _DAY, more) - _DAY
        first = min([year.first, *(day for day in days if zoom == "quarter" and day >= least)])
        last = max([year.last, *(day for day in days if day <= most)])
    if zoom != "week":
        kind: Literal["month", "quarter"] = "quarter" if zoom == "quarter" else "month"
        first, last = Period.of(kind, first).first, Period.of(kind, last).last
    first, last = asked[0] or first, asked[1] or last
    if first > last:
        message = _("--from {first} is later than --to {last}")
        raise errors.UsageError(message.format(first=first.isoformat(), last=last.isoformat()))
    return first, last


def _months_from(first: date, months: int) -> date:
    """The first of the month so many months after (or before) a first of a month."""
    years, month = divmod(first.month - 1 + months, 12)
    return date(first.year + years, month + 1, 1)


def _days(row: ProjectRow | TaskRow) -> Iterator[date]:
    if isinstance(row, ProjectRow):
        marks = [day for mark in row.stages for day in (mark.plan, mark.actual)]
    else:
        marks = [row.begin, row.done or row.deadline, row.forecast_finish]
    yield from (day for day in marks if day is not None)


def _rest(calendar: Calendar, first: date, last: date, least: int) -> tuple[tuple[date, date], ...]:
    """The rest days between two days that come at least so many in a row."""
    found: list[tuple[date, date]] = []
    begin: date | None = None
    for ordinal in range(first.toordinal(), last.toordinal() + 2):
        day = date.fromordinal(ordinal)
        rests = day <= last and not calendar.is_workday(day)
        if rests and begin is None:
            begin = day
        elif not rests and begin is not None:
            if (day - begin).days >= least:
                found.append((begin, day - _DAY))
            begin = None
    return tuple(found)


# --- the page ---------------------------------------------------------------------------------------------------------


def document(result: Result) -> Document:
    """The chart, or the dispatch table."""
    blocks: list[Block] = []
    if result.rows:
        blocks.append(Paragraph(_summary(result)))
    blocks.append(_table(result) if result.table else _timeline(result))
    asides = [as_of_text(result.as_of)]
    cutoffs = {row.cutoff for row in result.rows if isinstance(row, ProjectRow) and row.cutoff is not None}
    if cutoffs:
        asides.append(cutoffs_text(cutoffs, result.as_of))
    footer = [rules_text(result.rules)]
    if result.cleared:
        footer.append(_("Cleared, not on the chart: {names}").format(names=listing(_cleared(result))))
    if result.project is not None:
        title = _("{name}: wall chart of its tasks").format(name=result.project)
    elif result.table:
        title = _("{place}: dispatch table of key projects").format(place=result.place)
    else:
        title = _("{place}: wall chart of key projects").format(place=result.place)
    return Document(
        title=title,
        blocks=tuple(blocks),
        asides=tuple(asides),
        footer=tuple(footer),
        landscape=True,
        paper="A3",
    )


def _cleared(result: Result) -> list[str]:
    return [
        _("{name} ({day})").format(name=name, day=day_text(day, result.as_of)) if day is not None else name
        for name, day in result.cleared
    ]


def _summary(result: Result) -> str:
    if result.project is not None:
        done = sum(isinstance(row, TaskRow) and row.state == "done" for row in result.rows)
        text = _("Tasks: {n}, done {done}; lights of the others: {lights}.")
        return text.format(n=len(result.rows), done=done, lights=lights_text(result.lights))
    return _("Projects: {n}; {lights}.").format(n=len(result.rows), lights=lights_text(result.lights))


def _empty(result: Result) -> str:
    if not result.recorded:
        if result.project is not None:
            return _("No task is recorded in this project")
        return _("No project is recorded in these ledgers")
    if result.project is not None:
        return _("No task matches: {n} are recorded").format(n=result.recorded)
    return _("No project matches: {n} are recorded").format(n=result.recorded)


def _heading(result: Result, group: str) -> str:
    """A group with how many of each light are in it."""
    lights = dict.fromkeys((*LIGHTS, "none"), 0)
    for row in result.rows:
        if row.group == group and (row.light is not None or _waits(row)):
            lights[row.light or "none"] += 1
    return _("{name}: {lights}").format(name=group, lights=lights_text(lights))


# --- the chart ---


def _timeline(result: Result) -> Timeline:
    columns: tuple[Column, ...]
    if result.project is None:
        columns = (
            Column(_("No."), "right"),
            Column(_("Project"), wrap=True),
            Column(_("Investment"), "right"),
            Column(_("Leader / owner"), wrap=True),
            Column(_("Tasks"), "right"),
            Column(_("Light")),
        )
    else:
        columns = (
            Column(_("No."), "right"),
            Column(_("Task"), wrap=True),
            Column(_("Owner"), wrap=True),
            Column(_("Progress"), "right"),
            Column(_("Light")),
        )
    headings = {row.group: _heading(result, row.group) if row.group else "" for row in result.rows}
    return Timeline(
        columns=columns,
        rows=tuple(
            _project_line(row, result, headings[row.group])
            if isinstance(row, ProjectRow)
            else _task_line(row, result, headings[row.group])
            for row in result.rows
        ),
        start=result.start,
        end=result.end,
        ticks=tuple(_ticks(result)),
        today=result.as_of,
        shaded=result.rest,
        legend=_legend(),
        empty=_empty(result),
    )


def _legend() -> Text:
    runs: list[Run] = []
    for light in LIGHTS:
        runs += [lamp(light), Run("  ")]
    return (*runs, Run(_("grey: not reported")))


def _ticks(result: Result) -> Iterator[tuple[date, str]]:
    """Where weeks, months or quarters begin, with their names; the year with the first and with each January."""
    period = Period.of(result.zoom, result.start)
    if period.first < result.start:
        period = period.next()
    named = False
    while period.first <= result.end:
        first = period.first
        if result.zoom == "week":
            text = _short_day(first)
        elif result.zoom == "quarter":
            text = _("Q{n} {year}").format(n=first.month // 3 + 1, year=first.year)
        else:
            text = _month(first)
            if first.month == 1 or not named:
                text = _("{month} {year}").format(month=text, year=first.year)
        named = True
        yield first, text
        period = period.next()


def _month(day: date) -> str:
    names = (
        _("Jan"), _("Feb"), _("Mar"), _("Apr"), _("May"), _("Jun"),
        _("Jul"), _("Aug"), _("Sep"), _("Oct"), _("Nov"), _("Dec"),
    )  # fmt: skip
    return names[day.month - 1]


def _short_day(day: date) -> str:
    """A day without its year, in few letters: `6 Jun`, `6月6日`."""
    return _("{day} {month}").format(day=day.day, month=_month(day))


def _stage_word(stage: StageName) -> str:
    """A stage in the fewest letters."""
    words: dict[StageName, Callable[[], str]] = {
        "reserve": lambda: pgettext("stage on a chart", "reserve"),
        "negotiating": lambda: pgettext("stage on a chart", "talks"),
        "signed": lambda: pgettext("stage on a chart", "signed"),
        "started": lambda: pgettext("stage on a chart", "start"),
        "completed": lambda: pgettext("stage on a chart", "built"),
        "producing": lambda: pgettext("stage on a chart", "producing"),
        "full_capacity": lambda: pgettext("stage on a chart", "full capacity"),
    }
    return words[stage]()


def _marked_day(day: date, result: Result) -> str:
    """A day beside its mark: the scale above tells the year, outside of it the day does."""
    outside = not result.start <= day <= result.end
    return day_text(day, result.as_of) if outside else _short_day(day)


def _project_line(row: ProjectRow, result: Result, group: str) -> TimelineRow:
    who = " / ".join(name for name in (row.leader_name, row.owner_name) if name)
    light: Text = (lamp(row.light),)
    if row.paused:
        light = (Run(_(STANDSTILL_WORDS[row.paused]), "dim"),)
    return TimelineRow(
        cells=(
            str(row.number),
            (Run(row.name, "strong"), Run(" "), code(row.ref)),
            cells.money(row.investment, result.money_unit).text,
            who or "—",
            f"{row.tasks_done}/{row.tasks}" if row.tasks else "—",
            light,
        ),
        stretches=tuple(_project_stretches(row, result.as_of)),
        points=tuple(_stage_points(row, result)),
        note=_project_note(row, result),
        group=group,
    )


def _project_stretches(row: ProjectRow, as_of: date) -> Iterator[Stretch]:
    """From the first stage reached to today (or to the last one planned, once it is reached), then on to the last."""
    reached = [mark.actual for mark in row.stages if mark.actual is not None]
    planned = [mark.plan for mark in row.stages if mark.plan is not None and mark.actual is None]
    ahead = [day for day in planned if day > as_of]
    if reached:
        last = (row.paused_since or as_of) if planned else max(reached)
        yield Stretch(min(reached), max(min(reached), last), "actual", "grey" if row.paused else tone(row.light))
        if ahead and not row.paused:
            yield Stretch(as_of + _DAY, max(ahead), "planned")
    elif planned and max(planned) > min(planned):
        yield Stretch(min(planned), max(planned), "planned")


def _stage_points(row: ProjectRow, result: Result) -> Iterator[Point]:
    """The stages in the range; of those after it the first, and where none was reached in it the last before it."""
    points = list(_every_point(row, result))
    inside = [point for point in points if result.start <= point.day <= result.end]
    before = [point for point in points if point.day < result.start and point.label]
    after = [point for point in points if point.day > result.end and point.label]
    if not any(point.kind == "actual" for point in inside):
        yield from before[-1:]
    yield from (*inside, *after[:1])


def _every_point(row: ProjectRow, result: Result) -> Iterator[Point]:
    for mark in row.stages:
        word = _stage_word(mark.stage)
        if mark.actual is not None:
            if mark.variance_days and mark.plan is not None:
                yield Point(mark.plan, "", "planned")
            said = _("{what} {day}").format(what=word, day=_marked_day(mark.actual, result))
            if mark.variance_days and mark.variance_days < 0:
                said = _("{what} ({days} late)").format(what=said, days=days_text(-mark.variance_days))
            yield Point(mark.actual, said, "actual", "strong")
        elif mark.plan is not None:
            said = _("{what} {day}").format(what=word, day=_marked_day(mark.plan, result))
            if mark.days_late:
                said = _("{what} ({days} late)").format(what=said, days=days_text(mark.days_late))
            yield Point(mark.plan, said, "planned", tone(mark.light) if mark.days_late else "plain")


def _project_note(row: ProjectRow, result: Result) -> Text:
    """What presses, the problems, how far the work is: as runs, each in its tone."""
    pieces: list[list[Run]] = []
    if row.paused and row.paused_since is not None:
        since = _("{state} since {day}").format(
            state=_(STANDSTILL_WORDS[row.paused]), day=day_text(row.paused_since, result.as_of)
        )
        pieces.append([Run(since, "dim")])
    if row.worst is not None and all(row.worst.ref != flag.ref for flag in row.problems):
        worst = row.worst
        said = _("{name}: {reason}").format(name=worst.name, reason=worst.reason) if worst.name else worst.reason
        pieces.append([Run(_with_owner(said, worst.owner_name), worst.light)])
    for number, flag in enumerate(row.problems, 1):
        pieces.append([Run(_flag_text(number, flag, result.as_of), _flag_tone(flag))])
    if row.image is not None and row.image_month is not None:
        done = _("{image} (by the end of {month})").format(image=row.image, month=_month(row.image_month))
        pieces.append([Run(done, "dim")])
    if row.rate is not None:
        text = _("this year's investment {rate}").format(rate=percent_text(row.rate))
        pieces.append([Run(text, "dim")])
    return _pieces(pieces)


def _pieces(pieces: Sequence[Sequence[Run]]) -> Text:
    runs: list[Run] = []
    for number, piece in enumerate(pieces):
        runs += [*([Run(_("; "), "dim")] if number else ()), *piece]
    return tuple(runs)


def _with_owner(said: str, owner: str) -> str:
    return _("{what} — {owner}").format(what=said, owner=owner) if owner else said


def _flag_text(number: int, flag: Flag, today: date) -> str:
    due = day_text(flag.deadline, today)
    text = _("problem {n}: {text}, due {day}") if not flag.overdue else _("problem {n}: {text}, was due {day}")
    return _with_owner(text.format(n=number, text=flag.text, day=due), flag.owner_name)


def _flag_tone(flag: Flag) -> Tone:
    return flag.light if flag.light in ("red", "yellow") else "plain"


def _task_line(row: TaskRow, result: Result, group: str) -> TimelineRow:
    as_of = result.as_of
    pieces = [[Run(row.reason, tone(row.light))]] if row.reason else []
    pieces += [[Run(_flag_text(n, flag, as_of), _flag_tone(flag))] for n, flag in enumerate(row.problems, 1)]
    if row.next:
        pieces.append([Run(_("next: {step}").format(step=row.next), "dim")])
    return TimelineRow(
        cells=(
            str(row.number),
            (Run(row.name, "strong"), Run(" "), code(row.ref)),
            row.owner_name or "—",
            f"{row.progress}%" if row.progress is not None else "—",
            (lamp(row.light),) if row.done is None else (Run(_("done"), "dim"),),
        ),
        stretches=tuple(_task_stretches(row, as_of)),
        points=tuple(_task_points(row, result)),
        note=_pieces(pieces),
        group=group,
    )


def _task_stretches(row: TaskRow, as_of: date) -> Iterator[Stretch]:
    """Work done so far, then what is planned up to the deadline, then what the forecast adds beyond it."""
    shade = tone(row.light)
    if row.done is not None:
        yield Stretch(min(row.begin or row.done, row.done), row.done, "actual", "plain")
        return
    begin = row.begin
    if begin is not None and row.state == "under_way":
        yield Stretch(begin, max(begin, as_of), "actual", shade)
        begin = max(begin, as_of) + _DAY
    if begin is not None and begin <= row.deadline:
        yield Stretch(begin, row.deadline, "planned")
    if row.forecast_finish is not None and row.forecast_finish > row.deadline:
        yield Stretch(max(row.deadline, as_of) + _DAY, max(row.forecast_finish, as_of + _DAY), "forecast", shade)


def _task_points(row: TaskRow, result: Result) -> Iterator[Point]:
    if row.done is not None:
        if row.done != row.deadline:
            yield Point(row.deadline, "", "planned")
        said = _marked_day(row.done, result)
        late = (row.done - row.deadline).days
        yield Point(row.done, _("{what} ({days} late)").format(what=said, days=days_text(late)) if late > 0 else said,
                    "actual", "strong")  # fmt: skip
        return
    if row.original_deadline != row.deadline:
        yield Point(row.original_deadline, "", "planned", "dim")
    due = _marked_day(row.deadline, result)
    if row.original_deadline != row.deadline:
        due = _("{day} (originally {original})").format(day=due, original=_marked_day(row.original_deadline, result))
    yield Point(row.deadline, due, "planned", tone(row.light) if row.light in ("red", "yellow") else "plain")


# --- the table ---


def _table(result: Result) -> Table:
    rows: list[tuple[Cell | Text, ...]] = []
    group = ""
    for row in result.rows:
        if row.group and row.group != group:
            group = row.group
            rows.append(((Run(_heading(result, group), "strong"),),))
        rows.append(_project_cells(row, result) if isinstance(row, ProjectRow) else _task_cells(row, result))
    return Table(
        columns=_project_columns() if result.project is None else _task_columns(),
        rows=tuple(rows),
        empty=_empty(result),
        main=True,
    )


def _project_columns() -> tuple[Column, ...]:
    return (
        Column(_("No."), "right"),
        Column(_("Project"), wrap=True),
        Column(_("Unit and owner"), wrap=True),
        Column(_("Leader"), wrap=True),
        Column(_("Total investment"), "right"),
        Column(_("This year's plan"), "right"),
        Column(_("Done to date"), "right", wrap=True),
        Column(_("Physical progress"), wrap=True),
        Column(_("Stages: plan and actual"), wrap=True),
        Column(_("Light")),
        Column(_("Problems"), wrap=True),
        Column(_("Next step"), wrap=True),
    )


def _project_cells(row: ProjectRow, result: Result) -> tuple[Cell | Text, ...]:
    unit, as_of = result.money_unit, result.as_of
    problems = [_flag_text(number, flag, as_of) for number, flag in enumerate(row.problems, 1)]
    return (
        Cell(str(row.number), row.number),
        Cell((Run(row.name, "strong"), Run(" "), code(row.ref)), row.name),
        _in_unit(row),
        row.leader_name or "—",
        cells.money(row.investment, unit),
        cells.money(row.planned, unit),
        _done_cell(row, unit),
        _image_text(row),
        _stages_text(row, result),
        Cell((lamp(row.light),), row.light) if not row.paused else Cell(_(STANDSTILL_WORDS[row.paused])),
        clauses(problems) or (_worst_text(row) if row.worst is not None else "—"),
        row.next or "—",
    )


def _in_unit(row: ProjectRow | TaskRow) -> str:
    text = _("{unit} ({owner})")
    return text.format(unit=row.unit_name, owner=row.owner_name) if row.owner_name else row.unit_name


def _worst_text(row: ProjectRow) -> str:
    worst = row.worst
    if worst is None:
        return ""
    said = _("{name}: {reason}").format(name=worst.name, reason=worst.reason) if worst.name else worst.reason
    return _with_owner(said, worst.owner_name)


def _done_cell(row: ProjectRow, unit: str) -> Cell:
    if row.done is None:
        return Cell(_("not reported") if row.planned is not None else "—")
    said = amount_text(row.done, unit)
    if row.rate is not None:
        said = _("{amount} ({rate})").format(amount=said, rate=percent_text(row.rate))
    if row.since_start is not None:
        total = _("since the start {amount}").format(amount=amount_text(row.since_start, unit))
        said = commas([said, total])
    return Cell(said, row.done)


def _image_text(row: ProjectRow) -> str:
    if row.image is None or row.image_month is None:
        return "—"
    return _("{month}: {image}").format(month=_month(row.image_month), image=row.image)


def _stages_text(row: ProjectRow, result: Result) -> str:
    """The last stage reached against its plan, then every one that is still to come."""
    reached = [mark for mark in row.stages if mark.actual is not None]
    waiting = [mark for mark in row.stages if mark.actual is None and mark.plan is not None]
    if reached:
        last = row.stages.index(reached[-1])
        waiting = [mark for mark in waiting if row.stages.index(mark) > last]
    return clauses([_stage_text(mark, result.as_of) for mark in (*reached[-1:], *waiting)]) or "—"


def _stage_text(mark: StageMark, today: date) -> str:
    word = _(STAGE_WORDS[mark.stage])
    if mark.actual is None:
        if mark.plan is None:
            return word
        plan = deadline_text(mark.plan, mark.original_plan or mark.plan, 1, today)
        if mark.days_late:
            text = _("{stage}: planned {plan}, {days} late")
            return text.format(stage=word, plan=plan, days=days_text(mark.days_late))
        return _("{stage}: planned {plan}").format(stage=word, plan=plan)
    actual = day_text(mark.actual, today)
    if mark.plan is None:
        return _("{stage}: {actual}").format(stage=word, actual=actual)
    plan, days = day_text(mark.plan, today), mark.variance_days or 0
    if days > 0:
        text = _("{stage}: planned {plan}, reached {actual}, {days} early")
    elif days < 0:
        text = _("{stage}: planned {plan}, reached {actual}, {days} late")
    else:
        return _("{stage}: reached {actual} as planned").format(stage=word, actual=actual)
    return text.format(stage=word, plan=plan, actual=actual, days=days_text(abs(days)))


def _task_columns() -> tuple[Column, ...]:
    return (
        Column(_("No."), "right"),
        Column(_("Task"), wrap=True),
        Column(_("Kind")),
        Column(_("Unit and owner"), wrap=True),
        Column(_("Begin")),
        Column(_("Deadline"), wrap=True),
        Column(_("Progress"), "right"),
        Column(_("Forecast or done")),
        Column(_("Light")),
        Column(_("Problems"), wrap=True),
        Column(_("Next step"), wrap=True),
    )


def _task_cells(row: TaskRow, result: Result) -> tuple[Cell | Text, ...]:
    as_of = result.as_of
    problems = [_flag_text(number, flag, as_of) for number, flag in enumerate(row.problems, 1)]
    said = clauses([*([row.reason] if row.reason else []), *problems])
    return (
        Cell(str(row.number), row.number),
        Cell((Run(row.name, "strong"), Run(" "), code(row.ref)), row.name),
        _(TASK_KIND_WORDS[row.kind]),
        _in_unit(row),
        cells.day(row.begin, as_of),
        Cell(deadline_text(row.deadline, row.original_deadline, row.extensions, as_of), row.deadline),
        Cell(f"{row.progress}%", row.progress) if row.progress is not None else cells.NONE,
        cells.day(row.done or row.forecast_finish, as_of),
        Cell((lamp(row.light),), row.light) if row.done is None else Cell(_("done")),
        said or "—",
        row.next or "—",
    )
