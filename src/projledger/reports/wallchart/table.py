"""The same as a dispatch table, with the columns that such tables have."""

from __future__ import annotations

from datetime import date

from projledger.calendar import day_text
from projledger.document import (
    Cell,
    Column,
    Run,
    Table,
    Text,
)
from projledger.i18n import _
from projledger.quantities import days_text, percent_text
from projledger.reports.parts import cells
from projledger.reports.parts.words import (
    STAGE_WORDS,
    STANDSTILL_WORDS,
    TASK_KIND_WORDS,
    amount_text,
    clauses,
    code,
    commas,
    deadline_text,
    lamp,
    short_month,
)
from projledger.reports.wallchart.result import ProjectRow, Result, StageMark, TaskRow
from projledger.reports.wallchart.words import empty, flag_text, heading, with_owner


def table(result: Result) -> Table:
    """The table; groups have headings."""
    rows: list[tuple[Cell | Text, ...]] = []
    group = ""
    for row in result.rows:
        if row.group and row.group != group:
            group = row.group
            rows.append(((Run(heading(result, group), "strong"),),))
        rows.append(_project_cells(row, result) if isinstance(row, ProjectRow) else _task_cells(row, result))
    return Table(
        columns=_project_columns() if result.project is None else _task_columns(),
        rows=tuple(rows),
        empty=empty(result),
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
    problems = [flag_text(number, flag, as_of) for number, flag in enumerate(row.problems, 1)]
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
    return with_owner(said, worst.owner_name)


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
    return _("{month}: {image}").format(month=short_month(row.image_month), image=row.image)


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
    problems = [flag_text(number, flag, as_of) for number, flag in enumerate(row.problems, 1)]
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
