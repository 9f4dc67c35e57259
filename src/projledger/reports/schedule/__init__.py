"""`schedule`: who must start what, whether the deadlines can be met and what would mend it, and every task's dates."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from projledger.analysis.schedule import Schedule, TaskPlan, WhatIf, schedule, selected
from projledger.analysis.selection import wants_item
from projledger.errors import UnknownReferenceError, UsageError
from projledger.i18n import _
from projledger.models.project import Problem
from projledger.models.workspace import Workspace
from projledger.reports import Query
from projledger.reports.schedule.page import document
from projledger.reports.schedule.result import CyclePlace, LeftOutRow, MendRow, NotWorked, Result
from projledger.reports.schedule.rows import Rows

if TYPE_CHECKING:  # a plan that holds needs no mends
    from projledger.analysis.mends import Mends

__all__ = ["Result", "compute", "document"]


def compute(query: Query) -> Result:
    """Plan the whole workspace and select what was asked for."""
    workspace, as_of = query.workspace, query.as_of
    ref: str | None = query.options.get("ref")
    finish_by: date | None = query.options.get("finish_by")
    wanted = None if ref is None else _named(workspace, ref)
    plan = schedule(workspace, as_of)
    ends: tuple[str, ...] = ()
    if finish_by is not None:
        if wanted is None:
            raise UsageError(_("--finish-by plans one project or task: name it, for example projledger schedule P001"))
        ends = _ends(plan, wanted)
        plan = schedule(workspace, as_of, WhatIf(deadlines=dict.fromkeys(ends, finish_by)))
    refs = _selected(query, plan, wanted)
    summary = selected(plan, refs)
    mended = None if summary.feasible else _mends(workspace, plan, refs)
    critical = set(summary.critical)
    in_rows = Rows(workspace, plan)
    rows = tuple(in_rows.row(p, p.ref in critical) for p in summary.plans)
    found = mended.failures if mended else ()
    failures = tuple(in_rows.failure(failure) for failure in found)
    mentioned = dict.fromkeys(summary.critical_path)
    mentioned.update(dict.fromkeys(cause.after for failure in found for cause in failure.causes if cause.after))
    days = [day for p in summary.plans for day in (p.forecast_finish, p.latest_finish) if day and p.state != "done"]
    return Result(
        feasible=summary.feasible,
        shortfall=summary.shortfall,
        critical_path=summary.critical_path,
        critical_length=summary.length,
        critical_from=_held(plan, summary.critical_path),
        mends=tuple(MendRow(in_rows.changes(mend.changes), mend.result) for mend in (mended.mends if mended else ())),
        tasks=rows,
        must_start=in_rows.must_start(summary.plans),
        failures=failures,
        mends_cut=mended is not None and mended.cut,
        cycles=_cycles(query, plan, refs),
        left_out=tuple(
            LeftOutRow(task, plan.plans[task].task.name, predecessor, why)
            for task, predecessor, why in plan.left_out
            if refs is None or task in refs
        ),
        no_duration=tuple(p.ref for p in summary.plans if p.unplanned == "no_duration"),
        not_worked=tuple(_not_worked(summary.plans, as_of)),
        unconfirmed_years=workspace.calendar.unconfirmed_years(as_of, max(days)) if days else (),
        finish_by=finish_by,
        finish_by_tasks=ends,
        as_of=as_of,
        place=workspace.settings.name,
        ref=ref,
        names={name: plan.plans[name].task.name for name in mentioned},
        projects={p.project.id: p.project.name for p in summary.plans},
    )


def _mends(workspace: Workspace, plan: Schedule, refs: Collection[str] | None) -> Mends:
    from projledger.analysis.mends import mends

    return mends(workspace, plan, refs)


def _named(workspace: Workspace, ref: str) -> set[str]:
    """What a reference selects: a project's tasks, a task, or the tasks that a problem blocks."""
    if ref in workspace.projects_by_id:
        return {ref}
    item = workspace.items.get(ref)
    if item is None:
        import difflib

        raise UnknownReferenceError(ref, tuple(difflib.get_close_matches(ref, workspace.items, 3)))
    if isinstance(item.record, Problem) and item.project is not None and item.record.blocks:
        return {workspace.absolute(item.project, blocked) for blocked in item.record.blocks}
    if item.kind != "task":
        raise UsageError(
            _("schedule plans projects and tasks, and {ref} is neither: name one such as P001 or P001/T3").format(
                ref=ref
            )
        )
    return {ref}


def _ends(plan: Schedule, wanted: Collection[str]) -> tuple[str, ...]:
    """The unfinished tasks among the wanted that nothing unfinished of theirs waits for."""
    mine = {p.ref for p in plan.plans.values() if p.ref in wanted or p.project.id in wanted}
    awaited = {earlier for ref in mine for earlier in plan.waits_for(ref)}
    return tuple(ref for ref in plan.nodes if ref in mine and ref not in awaited)


def _selected(query: Query, plan: Schedule, wanted: Collection[str] | None) -> set[str] | None:
    """The references of the tasks to show; None for all. Cleared projects are out of every count unless named."""
    workspace = query.workspace
    if wanted is None and query.filter.empty and all(p.unplanned != "cleared" for p in plan.plans.values()):
        return None
    refs = {
        p.ref
        for p in plan.plans.values()
        if (wanted is None and p.project.status_on(plan.as_of) != "cleared")
        or (wanted is not None and (p.ref in wanted or p.project.id in wanted))
    }
    if query.filter.empty:
        return refs
    light_of = None
    if query.filter.light:
        from projledger.analysis.assessment import assess

        light_of = assess(workspace, plan.as_of).light
    return {ref for ref in refs if wants_item(workspace, plan.as_of, query.filter, workspace.items[ref], light_of)}


def _not_worked(plans: Sequence[TaskPlan], as_of: date) -> Iterator[NotWorked]:
    for project in {p.project.id: p.project for p in plans if p.state != "done"}.values():
        status = project.status_on(as_of)
        if status != "active":
            yield NotWorked(project.id, project.name, status, None)
        elif project.paused_on(as_of):
            pauses = [pause for pause in project.pauses if pause.from_ <= as_of <= (pause.to or as_of)]
            ends = [pause.to for pause in pauses if pause.to is not None]
            until = max(ends) if len(ends) == len(pauses) else None
            yield NotWorked(project.id, project.name, "paused", until)


def _held(plan: Schedule, path: Sequence[str]) -> date | None:
    """The planned start that the first task of a path waits for."""
    if not path:
        return None
    first = plan.plans[path[0]]
    late = first.task.start is not None and plan.calendar.offset(first.task.start) > plan.first
    begins = first.es if first.state == "not_started" and not first.milestone else None
    held = late and first.task.start is not None and begins == plan.calendar.offset(first.task.start)
    return first.task.start if held else None


def _cycles(query: Query, plan: Schedule, refs: Collection[str] | None) -> tuple[tuple[CyclePlace, ...], ...]:
    items = query.workspace.items if plan.cycles else {}
    return tuple(
        tuple(CyclePlace(ref, items[ref].place.file, query.line_of(items[ref].place)) for ref in cycle)
        for cycle in plan.cycles
        if refs is None or not refs.isdisjoint(cycle)  # type: ignore[attr-defined]
    )
