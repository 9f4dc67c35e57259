"""The sheet of one task, problem, stage, factor or decision: what `show` computes and says of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from projledger.analysis.assessment import Assessment
from projledger.analysis.counts import problems
from projledger.calendar import day_text
from projledger.document import Block, Cell, Column, Document, Facts, Items, Section, Table, Text
from projledger.i18n import _, listing
from projledger.models.place import Decision
from projledger.models.project import Action, Factor, Problem, Stage, Task
from projledger.models.workspace import Item, Workspace
from projledger.quantities import days_text, number_text
from projledger.reports import Query
from projledger.reports.parts.slipped import Slipped, slipped
from projledger.reports.parts.traces import flags_text
from projledger.reports.parts.words import (
    ACTION_WORDS,
    CATEGORY_WORDS,
    STAGE_WORDS,
    STATE_WORDS,
    TASK_KIND_WORDS,
    as_of_text,
    clauses,
    deadline_text,
    factor_word,
    lamp,
    measure_word,
    named,
    owner_text,
    slipped_text,
)
from projledger.reports.show.page import variance_text
from projledger.reports.show.result import ItemSheet
from projledger.reports.show.sheet import reasons_of


def item_sheet(query: Query, assessment: Assessment, item: Item) -> ItemSheet:
    """Everything about one item."""
    workspace, as_of = query.workspace, query.as_of
    known, notes = slipped(query, [item.ref])
    moved = known.get(item.ref)
    record = item.record
    name = getattr(record, "name", None) or getattr(record, "text", None)
    if isinstance(record, Stage):
        name = _(STAGE_WORDS[item.ref.split("/")[1]])  # type: ignore[index]
    elif isinstance(record, Factor):
        name = factor_word(item.ref.split("/")[1])  # type: ignore[arg-type]
    facts = tuple((key, value) for key, value in _item_facts(workspace, as_of, assessment, item) if value)
    if moved is not None:
        facts = (*facts, (_("slips"), _moved_text(moved)))
    return ItemSheet(
        ref=item.ref,
        kind=item.kind,
        name=str(name),
        light=assessment.light(item.ref),
        reasons=reasons_of(assessment, item.ref),
        project=item.project.id if item.project else None,
        project_name=item.project.name if item.project else "",
        record=record,
        facts=facts,
        history=tuple(sorted(_history(workspace, as_of, item), key=lambda pair: pair[0])),
        slips=moved.times if moved else None,
        slip_days=moved.days if moved else None,
        slip_flags=moved.flags if moved else (),
        notes=notes,
        as_of=as_of,
    )


def _moved_text(moved: Slipped) -> str:
    if not moved.times:
        return _("deadline never moved")
    doubts = [flags_text(moved.flags, moved.in_time)] if moved.flags else []
    return clauses([slipped_text(moved.times, moved.days), *doubts])


def _item_facts(
    workspace: Workspace, as_of: date, assessment: Assessment, item: Item
) -> Iterator[tuple[str, str | None]]:
    record = item.record
    owner = workspace.owner_of(item)
    yield _("owner"), owner_text(workspace, owner) if owner else _("none named")
    if item.project is not None:
        yield _("responsible unit"), workspace.unit_name(workspace.unit_of(item))
    if isinstance(record, Task):
        yield from _task_facts(workspace, as_of, assessment, item, record)
    elif isinstance(record, Problem):
        yield from _problem_facts(workspace, as_of, item, record)
    elif isinstance(record, Stage):
        plan = record.plan_on(as_of)
        if plan is not None and record.plan is not None:
            count = sum(e.date <= as_of for e in record.extensions)
            yield _("planned"), deadline_text(plan, record.plan, count, as_of)
        if record.actual is not None and record.actual <= as_of:
            yield _("reached"), day_text(record.actual, as_of)
            if plan is not None:
                yield _("against the plan"), variance_text((plan - record.actual).days)
        yield _("evidence"), record.evidence
    elif isinstance(record, Factor):
        measure = measure_word(record.measure)
        yield _("needed"), f"{number_text(record.needed)} {measure}".strip()
        secured = record.secured
        yield _("secured"), f"{number_text(secured)} {measure}".strip() if secured is not None else _("not reported")
        if record.deadline is not None:
            yield _("deadline"), day_text(record.deadline, as_of)
    elif isinstance(record, Decision):
        yield _("deadline"), day_text(record.deadline, as_of)
        yield _("task"), _with_name(workspace, record.task) if record.task else None
        yield _("evidence"), record.evidence


def _with_name(workspace: Workspace, ref: str) -> str:
    """A reference after the name it stands for."""
    item = workspace.items.get(ref)
    name = getattr(item.record, "name", None) or getattr(item.record, "text", None) if item else None
    return f"{name} {ref}" if name else ref


def _task_facts(
    workspace: Workspace, as_of: date, assessment: Assessment, item: Item, task: Task
) -> Iterator[tuple[str, str | None]]:
    plan = assessment.schedule.plans.get(item.ref)
    count = sum(e.date <= as_of for e in task.extensions)
    yield _("kind"), _(TASK_KIND_WORDS[task.kind])
    yield _("deadline"), deadline_text(task.deadline_on(as_of), task.deadline, count, as_of)
    duration = plan.duration if plan else task.duration
    if duration:
        yield _("duration"), days_text(duration, workdays=True)
    elif duration is None:
        yield _("duration"), _("not filled in")
    if task.start is not None:
        yield _("planned start"), day_text(task.start, as_of)
    if plan is not None and plan.state != "done" and plan.float is not None:
        if plan.latest_start is not None and plan.state == "not_started":
            yield _("latest start"), day_text(plan.latest_start, as_of)
        if plan.forecast_finish is not None:
            yield _("forecast finish"), day_text(plan.forecast_finish, as_of)
        if plan.needed and plan.latest_finish is not None:
            yield _("needed by what comes after it"), day_text(plan.latest_finish, as_of)
        slack = days_text(abs(plan.float), workdays=True)
        yield _("float"), slack if plan.float >= 0 else _("{days} late").format(days=slack)
    if task.progress is not None and (task.updated is None or task.updated <= as_of):
        reported = _(" (reported {day})").format(day=day_text(task.updated, as_of)) if task.updated else ""
        yield _("progress"), f"{task.progress}%{reported}"
    if task.limit is not None:
        yield _("statutory limit"), days_text(task.limit, workdays=True)
    project = item.project
    if project is not None:
        yield _("waits for"), listing([_with_name(workspace, workspace.absolute(project, r)) for r in task.after])
        waiting = [
            _with_name(workspace, f"{p.id}/{t.id}")
            for p in workspace.projects
            for t in p.tasks
            if item.ref in (workspace.absolute(p, r) for r in t.after)
        ]
        yield _("waited for by"), listing(waiting)
        blocking = [
            f"{s.problem.text} {project.id}/{s.problem.id}"
            for s in problems(workspace.projects, as_of)
            if s.state != "closed" and item.ref in (workspace.absolute(s.project, r) for r in s.problem.blocks)
        ]
        yield _("blocked by"), listing(blocking)
    yield _("evidence"), task.evidence
    yield _("next step"), task.next
    yield _("note"), task.note


def _problem_facts(workspace: Workspace, as_of: date, item: Item, problem: Problem) -> Iterator[tuple[str, str | None]]:
    project = item.project
    state = next((s for s in problems([project] if project else [], as_of) if s.problem is problem), None)
    if state is None:  # raised after the day
        return
    count = sum(e.date <= as_of for e in problem.extensions)
    yield _("state"), _(STATE_WORDS[state.state])
    yield _("category"), _(CATEGORY_WORDS[problem.category])
    yield _("leader who takes it"), workspace.person_name(workspace.settings.routing.get(problem.category))
    yield _("deadline"), deadline_text(state.deadline, problem.deadline, count, as_of)
    yield _("age"), days_text(state.age_days)
    yield _("raised by"), workspace.party_name(problem.raised_by)
    assisting = [
        workspace.unit_name(a.unit) + ("" if a.responded and a.responded <= as_of else _(" (no response yet)"))
        for a in problem.assist
    ]
    yield _("assisting units"), listing(assisting)
    if item.project is not None:
        yield _("blocks"), listing([_with_name(workspace, workspace.absolute(item.project, r)) for r in problem.blocks])
    yield _("level"), str(problem.level)
    yield _("evidence"), problem.evidence
    yield _("verified by"), workspace.party_name(problem.verified_by)
    yield _("next step"), problem.next


def _history(workspace: Workspace, as_of: date, item: Item) -> Iterator[tuple[date, str]]:
    """The dated facts about an item, its extensions, and the actions about it."""
    record = item.record
    said: list[tuple[date | None, str]] = []
    if isinstance(record, Task):
        said += [(record.started, _("work began")), (record.done, _("done"))]
        if record.progress is not None:
            said.append((record.updated, _("progress {percent}%").format(percent=record.progress)))
    elif isinstance(record, Problem):
        said += [
            (record.raised, _("raised")),
            (record.responded, _("the leading unit responded")),
            (record.submitted, _("solution submitted")),
            (record.closed, _("closed")),
            *((day, _("reopened")) for day in record.reopened),
        ]
        said += [(a.responded, _("{unit} responded").format(unit=workspace.unit_name(a.unit))) for a in record.assist]
    elif isinstance(record, Stage):
        said += [(record.actual, _("stage reached")), (record.handed_over, _("handed over"))]
    elif isinstance(record, Decision):
        said.append((record.done, _("done")))
    for extension in getattr(record, "extensions", ()):
        said.append(
            (
                extension.date,
                _("deadline extended to {day}, approved by {who}: {reason}").format(
                    day=day_text(extension.to, as_of),
                    who=workspace.party_name(extension.approved_by),
                    reason=extension.reason,
                ),
            )
        )
    for project, action in workspace.actions:
        if workspace.absolute(project, action.about) == item.ref or action.about == item.ref:
            said += [(action.issued, _action_text(workspace, action)), (action.replied, _reply_text(action))]
    return ((day, text) for day, text in said if day is not None and day <= as_of)


def _action_text(workspace: Workspace, action: Action) -> str:
    return _("{kind} {number} to {who}").format(
        kind=_(ACTION_WORDS[action.kind]), number=action.number, who=workspace.party_name(action.to)
    )


def _reply_text(action: Action) -> str:
    text = _("reply to {number}").format(number=action.number)
    return _("{said}: {result}").format(said=text, result=action.result) if action.result else text


def item_page(result: ItemSheet) -> Document:
    """The sheet of an item as people read it."""
    day = result.as_of
    facts: list[tuple[str, Text]] = [(_("light"), (lamp(result.light),))]
    if result.project is not None:
        facts.insert(0, (_("project"), named(result.project_name, result.project)))
    blocks: list[Block] = [Facts((*facts, *result.facts))]
    if result.reasons:
        blocks.append(Section(_("Why it stands out"), (Items(result.reasons),)))
    if result.history:
        rows = tuple((Cell(day_text(when, day), when), Cell(text)) for when, text in result.history)
        table = Table((Column(_("date")), Column(_("what"), wrap=True)), rows, main=True)
        blocks.append(Section(_("What happened"), (table,)))
    return Document(f"{result.name} {result.ref}", tuple(blocks), asides=(as_of_text(day),), footer=result.notes)
