"""The sheet of one project as people read it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from projledger.calendar import day_text, month_text
from projledger.document import Block, Cell, Column, Document, Facts, Items, Paragraph, Section, Table, Text
from projledger.i18n import _, ngettext
from projledger.models.place import Log
from projledger.models.project import Funding, Pause, Project
from projledger.quantities import days_text, money_text, number_text
from projledger.reports.parts.reasons import forecast_text
from projledger.reports.parts.words import (
    ACTION_WORDS,
    CATEGORY_WORDS,
    FUNDING_WORDS,
    LOG_WORDS,
    STAGE_WORDS,
    STATE_WORDS,
    TEAM_WORDS,
    as_of_text,
    clauses,
    commas,
    deadline_text,
    factor_word,
    lamp,
    measure_word,
    named,
    shift_text,
    slipped_text,
    stage_now,
)
from projledger.reports.show.result import ProblemRow, Sheet, StageRow, TaskRow
from projledger.reports.targets import bars, grouped, sentence


def project_page(result: Sheet) -> Document:
    """The sheet of a project as people read it."""
    day, unit, project = result.as_of, result.money_unit, result.project
    stage = stage_now(result.stage) if result.stage else _("no stage reached yet")
    head: tuple[tuple[str, Text], ...] = (
        (_("light"), (lamp(result.light),)),
        (_("stage"), stage),
        *result.facts,
        *(((_("slips"), _slipped(result.slipped)),) if result.slipped is not None else ()),
    )
    blocks: list[Block] = [Facts(head)]
    if result.reasons:
        blocks.append(Section(_("Why it stands out"), (Items(result.reasons),)))
    slots = tuple((name, value or _("not named")) for name, value in result.service)
    blocks.append(Section(_("Service: the five ones"), (Facts(slots),)))
    if result.stages:
        blocks.append(Section(_("Stages"), (_stage_table(result),)))
    if result.targets or project.reports:
        blocks.append(Section(_("Targets and figures"), tuple(_figure_blocks(result))))
    blocks.append(Section(_("Tasks"), (_task_table(result),)))
    blocks.append(Section(_("Problems"), (_problem_table(result),)))
    if project.factors.named():
        blocks.append(Section(_("Factors"), (_factor_table(project, day),)))
    if project.funding:
        blocks.append(Section(_("Funding"), (_funding_table(project.funding, unit, day),)))
    if result.decisions:
        rows = tuple(
            (
                Cell(day_text(row.meeting, day), row.meeting),
                Cell(row.text),
                Cell(row.owner_text),
                Cell(day_text(row.deadline, day), row.deadline),
                Cell(_("done {day}").format(day=day_text(row.done, day)) if row.done else _("open")),
            )
            for row in result.decisions
        )
        columns = (
            Column(_("meeting")),
            Column(_("Decision"), wrap=True),
            Column(_("owner")),
            Column(_("deadline")),
            Column(_("state")),
        )
        blocks.append(Section(_("Decisions"), (Table(columns, rows),)))
    if result.actions:
        blocks.append(Section(_("Letters and interviews"), (_action_table(result, day),)))
    if result.pauses:
        blocks.append(Section(_("Pauses"), (Items(tuple(_pause_text(pause, by, day) for pause, by in result.pauses)),)))
    if result.log:
        blocks.append(Section(_("Service log"), (_log_table(result.log, unit, day),)))
    return Document(f"{result.name} {result.ref}", tuple(blocks), asides=(as_of_text(day),), footer=result.notes)


def _slipped(sums: dict[str, int]) -> str:
    """What the history knows of the deadlines of a project."""
    if not sums["items"]:
        return _("no deadline moved")
    text = ngettext(
        "{n} deadline moved, {times} in all, {days} together",
        "{n} deadlines moved, {times} in all, {days} together",
        sums["items"],
    )
    return text.format(
        n=sums["items"],
        times=ngettext("{n} time", "{n} times", sums["slips"]).format(n=sums["slips"]),
        days=shift_text(sums["days"]),
    )


def _due(row: StageRow | TaskRow | ProblemRow, in_force: date, original: date, extensions: int, today: date) -> str:
    """A deadline, with how often it moved."""
    text = deadline_text(in_force, original, extensions, today)
    return clauses([text, slipped_text(row.slips, row.slip_days or 0)]) if row.slips else text


def _stage_table(result: Sheet) -> Table:
    day = result.as_of
    rows = []
    for row in result.stages:
        planned = ""
        if row.plan is not None and row.original_plan is not None:
            planned = _due(row, row.plan, row.original_plan, len(row.extensions), day)
        handed = _("handed over {day}").format(day=day_text(row.handed_over, day)) if row.handed_over else ""
        rows.append(
            (
                Cell(_(STAGE_WORDS[row.stage])),
                Cell(planned, row.plan),
                Cell(day_text(row.actual, day) if row.actual else "", row.actual),
                Cell(_against_plan(row, day), row.variance_days),
                Cell(row.owner_text),
                Cell(commas([text for text in (row.evidence, handed) if text])),
            )
        )
    columns = (
        Column(_("stage")),
        Column(_("planned")),
        Column(_("reached")),
        Column(_("against the plan")),
        Column(_("owner")),
        Column(_("evidence"), wrap=True),
    )
    return Table(columns, tuple(rows))


def _against_plan(row: StageRow, day: date) -> str:
    """How far a stage was from its plan; for one that was not reached in time, how late it is by now."""
    if row.variance_days is not None:
        return variance_text(row.variance_days)
    if row.actual is None and row.plan is not None and row.plan < day:
        return _("not reached, {days} late").format(days=days_text((day - row.plan).days))
    return ""


def _task_table(result: Sheet) -> Table:
    day = result.as_of
    rows = tuple(
        (
            Cell((lamp(row.light),), row.light),
            Cell(named(row.name, row.ref), row.name),
            Cell(row.owner_text),
            Cell(_due(row, row.deadline, row.original_deadline, row.extensions, day), row.deadline),
            Cell(_task_state(row, day)),
            Cell(row.next or ""),
        )
        for row in result.tasks
    )
    columns = (
        Column(_("light")),
        Column(_("task"), wrap=True),
        Column(_("owner")),
        Column(_("deadline"), wrap=True),
        Column(_("state"), wrap=True),
        Column(_("next step"), wrap=True),
    )
    return Table(columns, rows, empty=_("No tasks in this ledger."), main=True)


def _task_state(row: TaskRow, day: date) -> str:
    if row.done is not None:
        said = _("done {day}").format(day=day_text(row.done, day))
        return said if row.done == row.deadline else commas([said, variance_text((row.deadline - row.done).days)])
    parts = []
    if row.progress is not None:
        parts.append(f"{row.progress}%")
    elif row.started is not None:
        parts.append(_("started {day}").format(day=day_text(row.started, day)))
    else:
        parts.append(_("not started"))
    if row.float is not None and row.float < 0:
        late = days_text(-row.float, workdays=True)
        needed = row.needed_by is not None
        said = forecast_text(row.forecast_finish, late, row.needed_by, day)
        parts.append(said if needed else _("{days} late").format(days=late))
    elif row.forecast_finish is not None:
        parts.append(_("forecast {day}").format(day=day_text(row.forecast_finish, day)))
    return commas(parts)


def _problem_table(result: Sheet) -> Table:
    day = result.as_of
    rows = tuple(
        (
            Cell((lamp(row.light),) if row.state != "closed" else "", row.light),
            Cell(named(row.text, row.ref), row.text),
            Cell(_(CATEGORY_WORDS[row.category])),  # type: ignore[index]
            Cell(row.owner_text),
            Cell(_due(row, row.deadline, row.original_deadline, row.extensions, day), row.deadline),
            Cell(_problem_state(row, day)),
        )
        for row in result.problems
    )
    columns = (
        Column(_("light")),
        Column(_("problem"), wrap=True),
        Column(_("category")),
        Column(_("owner")),
        Column(_("deadline"), wrap=True),
        Column(_("state"), wrap=True),
    )
    return Table(columns, rows, empty=_("No problems in this ledger."))


def _problem_state(row: ProblemRow, day: date) -> str:
    if row.closed is not None:
        by = _("verified by {name}").format(name=row.verified_by) if row.verified_by else _("not verified")
        return commas([_("closed {day}").format(day=day_text(row.closed, day)), by])
    return commas([_(STATE_WORDS[row.state]), _("{days} old").format(days=days_text(row.age_days))])


def _figure_blocks(result: Sheet) -> Iterator[Block]:
    day = result.as_of
    for group in grouped(result.targets):
        yield Paragraph(sentence(group))
    if result.targets:
        yield bars(result.targets, "", _("the pace at the date of the figures"))
    images = [r for r in result.project.reports if r.image and (r.reported or r.cutoff or r.month.last) <= day]
    for report in images:
        yield Paragraph(
            _("Physical progress in {month}: {text}").format(month=month_text(report.month.first), text=report.image)
        )


def _factor_table(project: Project, day: date) -> Table:
    rows = []
    for name, factor in project.factors.named():
        gap = factor.needed - (factor.secured or Decimal(0))
        rows.append(
            (
                Cell(factor_word(name)),
                Cell(number_text(factor.needed), factor.needed),
                Cell(number_text(factor.secured) if factor.secured is not None else _("not reported"), factor.secured),
                Cell(number_text(max(gap, Decimal(0))), max(gap, Decimal(0))),
                Cell(measure_word(factor.measure)),
                Cell(day_text(factor.deadline, day) if factor.deadline else "", factor.deadline),
            )
        )
    columns = (
        Column(_("factor")),
        Column(_("needed"), "right"),
        Column(_("secured"), "right"),
        Column(_("gap"), "right"),
        Column(_("measure")),
        Column(_("deadline")),
    )
    return Table(columns, tuple(rows))


def _funding_table(funding: tuple[Funding, ...], unit: str, day: date) -> Table:
    def money(amount: Decimal | None) -> Cell:
        return Cell(money_text(amount, unit) if amount is not None else "—", amount)

    rows = tuple(
        (
            Cell(_(FUNDING_WORDS[f.source])),
            money(f.planned),
            money(f.applied),
            money(f.awarded),
            money(f.paid),
            Cell(day_text(f.date, day) if f.date else "", f.date),
        )
        for f in funding
    )
    columns = (
        Column(_("source")),
        Column(_("planned"), "right"),
        Column(_("applied for"), "right"),
        Column(_("awarded"), "right"),
        Column(_("paid"), "right"),
        Column(_("figures of")),
    )
    return Table(columns, rows)


def _action_table(result: Sheet, day: date) -> Table:
    names = {row.ref: row.name for row in result.tasks} | {row.ref: row.text for row in result.problems}
    names |= {f"{result.ref}/{stage}": _(word) for stage, word in STAGE_WORDS.items()} | {result.ref: result.name}
    rows = []
    for action in result.actions:
        if action.replied is not None and action.replied <= day:
            reply = _("replied {day}").format(day=day_text(action.replied, day))
        elif action.reply_due is not None:
            reply = _("reply due {day}").format(day=day_text(action.reply_due, day))
        else:
            reply = ""
        rows.append(
            (
                Cell(day_text(action.issued, day), action.issued),
                Cell(_(ACTION_WORDS[action.kind])),
                Cell(action.number),
                Cell(named(names[action.about], action.about) if action.about in names else action.about),
                Cell(reply),
                Cell(action.result or ""),
            )
        )
    columns = (
        Column(_("issued")),
        Column(_("kind")),
        Column(_("number")),
        Column(_("about"), wrap=True),
        Column(_("reply")),
        Column(_("result"), wrap=True),
    )
    return Table(columns, tuple(rows))


def _pause_text(pause: Pause, approved_by: str, day: date) -> str:
    until = day_text(pause.to, day) if pause.to else _("further notice")
    text = _("{first} to {last}, approved by {who}").format(
        first=day_text(pause.from_, day), last=until, who=approved_by
    )
    return _("{said}: {result}").format(said=text, result=pause.document) if pause.document else text


def _log_table(log: tuple[Log, ...], unit: str, day: date) -> Table:
    rows = []
    for entry in log:
        count = (_("at least {n}").format(n=entry.count) if entry.at_least else str(entry.count)) if entry.count else ""
        rows.append(
            (
                Cell(day_text(entry.date, day), entry.date),
                Cell(_(LOG_WORDS[entry.kind])),
                Cell(_(TEAM_WORDS[entry.team]) if entry.team else ""),
                Cell(count, entry.count),
                Cell(money_text(entry.amount, unit) if entry.amount is not None else "", entry.amount),
                Cell(entry.text or ""),
            )
        )
    columns = (
        Column(_("date")),
        Column(_("kind")),
        Column(_("team")),
        Column(_("count"), "right"),
        Column(_("amount"), "right"),
        Column(_("what"), wrap=True),
    )
    return Table(columns, tuple(rows))


def variance_text(days: int) -> str:
    """Planned less actual in words: early, late or on the day; with the months when there is at least one."""
    if days == 0:
        return _("on the planned day")
    months = abs(days) // 30
    text = days_text(abs(days))
    if months:
        about = ngettext("about {n} month", "about {n} months", months).format(n=months)
        text = _("{days} ({months})").format(days=text, months=about)
    return _("{days} early").format(days=text) if days > 0 else _("{days} late").format(days=text)
