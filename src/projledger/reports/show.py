"""`show REF`: everything the ledgers say about one project (its one-enterprise-one-account sheet) or one item."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from projledger import errors
from projledger.analysis.assessment import Assessment, assess
from projledger.analysis.counts import ProblemState, problems
from projledger.calendar import day_text, month_text
from projledger.document import Block, Cell, Column, Document, Facts, Items, Paragraph, Section, Table, Text
from projledger.i18n import _, listing, ngettext
from projledger.models.place import Decision, Log
from projledger.models.project import Action, Extension, Factor, Funding, Pause, Problem, Project, Stage, Task
from projledger.models.types import Light, StageName
from projledger.models.workspace import Item, Workspace
from projledger.quantities import days_text, money_text, number_text
from projledger.reports import Query
from projledger.reports.reasons import Names, reason_text
from projledger.reports.targets import TargetRow, bars, grouped, sentence
from projledger.reports.targets import row as target_row
from projledger.reports.words import (
    ACTION_WORDS,
    CATEGORY_WORDS,
    FUNDING_WORDS,
    LOG_WORDS,
    STAGE_WORDS,
    STATE_WORDS,
    STATUS_WORDS,
    TASK_KIND_WORDS,
    TEAM_WORDS,
    as_of_text,
    commas,
    deadline_text,
    factor_word,
    lamp,
    named,
    owner_text,
    stage_now,
)


@dataclass(frozen=True, slots=True)
class StageRow:
    """A stage. `variance_days`: plan in force less actual, positive when it came early."""

    ref: str
    stage: StageName
    plan: date | None
    original_plan: date | None
    extensions: tuple[Extension, ...]
    actual: date | None
    variance_days: int | None
    owner: str | None
    owner_text: str
    evidence: str | None
    handed_over: date | None
    light: Light | None


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task with its plan."""

    ref: str
    name: str
    kind: str
    owner: str | None
    owner_text: str
    unit: str | None
    deadline: date
    original_deadline: date
    extensions: int
    duration: int | None
    started: date | None
    progress: int | None
    updated: date | None
    done: date | None
    evidence: str | None
    forecast_finish: date | None
    latest_start: date | None
    float: int | None
    next: str | None
    light: Light | None
    state: str


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """A problem as it stands."""

    ref: str
    text: str
    category: str
    state: str
    owner: str | None
    owner_text: str
    raised: date
    deadline: date
    original_deadline: date
    extensions: int
    age_days: int
    overdue: bool
    blocks: tuple[str, ...]
    closed: date | None
    evidence: str | None
    verified_by: str | None
    next: str | None
    light: Light | None


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A meeting's decision about the project."""

    ref: str
    meeting: date
    text: str
    owner_text: str
    deadline: date
    done: date | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything about one project."""

    ref: str
    kind: str
    name: str
    light: Light | None
    status: str
    stage: StageName | None
    reasons: tuple[str, ...]
    project: Project
    facts: tuple[tuple[str, str], ...]
    service: tuple[tuple[str, str | None], ...]
    stages: tuple[StageRow, ...]
    tasks: tuple[TaskRow, ...]
    problems: tuple[ProblemRow, ...]
    targets: tuple[TargetRow, ...]
    actions: tuple[Action, ...]
    decisions: tuple[DecisionRow, ...]
    log: tuple[Log, ...]
    pauses: tuple[tuple[Pause, str], ...]
    as_of: date
    money_unit: str


@dataclass(frozen=True, slots=True)
class ItemSheet:
    """Everything about one task, problem, stage, factor or decision."""

    ref: str
    kind: str
    name: str
    light: Light | None
    reasons: tuple[str, ...]
    project: str | None
    project_name: str
    record: Any
    facts: tuple[tuple[str, str], ...]
    history: tuple[tuple[date, str], ...]
    as_of: date


def compute(query: Query) -> Sheet | ItemSheet:
    """The sheet of a project, or of one item."""
    workspace, as_of = query.workspace, query.as_of
    ref = str(query.options["ref"])
    item = workspace.items.get(ref)
    if item is None:
        raise errors.UnknownReferenceError(ref, tuple(difflib.get_close_matches(ref, workspace.items, 3)))
    assessment = assess(workspace, as_of)
    if item.kind == "project" and item.project is not None:
        return _sheet(workspace, as_of, assessment, item.project)
    return _item_sheet(workspace, as_of, assessment, item)


def _reasons(assessment: Assessment, ref: str) -> tuple[str, ...]:
    names = Names(assessment.workspace, assessment.standings)
    return tuple(reason_text(r, assessment.workspace, assessment.as_of, names) for r in assessment.reasons(ref))


def _sheet(workspace: Workspace, as_of: date, assessment: Assessment, project: Project) -> Sheet:
    service = project.service
    slots = (
        (_("attached leader"), workspace.person_name(service.leader) if service else ""),
        (_("chief service officer"), workspace.person_name(service.chief_officer) if service else ""),
        (_("service specialist"), workspace.person_name(service.specialist) if service else ""),
        (_("service unit"), workspace.unit_name(service.unit) if service else ""),
        (_("service plan"), (service.plan or "") if service else ""),
    )
    return Sheet(
        ref=project.id,
        kind="project",
        name=project.name,
        light=assessment.light(project.id),
        status=project.status_on(as_of),
        stage=project.stages.current(as_of),
        reasons=_reasons(assessment, project.id),
        project=project,
        facts=tuple(_project_facts(workspace, as_of, project)),
        service=tuple((name, value or None) for name, value in slots),
        stages=tuple(_stage_row(workspace, as_of, assessment, project, name, s) for name, s in project.stages.named()),
        tasks=tuple(_task_row(workspace, as_of, assessment, project, task) for task in project.tasks),
        problems=tuple(_problem_row(workspace, assessment, state, as_of) for state in problems([project], as_of)),
        targets=tuple(
            target_row(standing, assessment.light(standing.ref))
            for standing in assessment.standings
            if standing.scope == project.id
        ),
        actions=tuple(a for _p, a in workspace.actions if a.about.split("/")[0] == project.id and a.issued <= as_of),
        decisions=tuple(_decisions(workspace, as_of, project)),
        log=tuple(entry for entry in project.log if entry.date <= as_of),
        pauses=tuple((pause, workspace.party_name(pause.approved_by)) for pause in project.pauses),
        as_of=as_of,
        money_unit=workspace.settings.money_unit,
    )


def _project_facts(workspace: Workspace, as_of: date, project: Project) -> Iterator[tuple[str, str]]:
    yield _("responsible unit"), workspace.unit_name(project.unit)
    yield _("owner"), owner_text(workspace, project.owner) if project.owner else _("none named")
    if project.enterprise is not None:
        contact = project.enterprise.contact
        yield (
            _("firm"),
            _("{name} ({unit})").format(name=project.enterprise.name, unit=contact)
            if contact
            else project.enterprise.name,
        )
    if project.chain is not None:
        chain = workspace.chains_by_id.get(project.chain)
        node = next((n.name for n in chain.nodes if n.id == project.node), None) if chain else None
        name = workspace.chain_name(project.chain)
        yield _("chain"), f"{name} · {node}" if node else name
    if project.category is not None:
        yield _("category"), project.category
    if project.ownership is not None:
        yield _("ownership"), _("government") if project.ownership == "government" else _("private")
    if project.park is not None:
        yield _("park"), workspace.unit_name(project.park)
    if project.investment is not None:
        yield _("total investment"), money_text(project.investment, workspace.settings.money_unit)
    if project.parent is not None:
        package = workspace.projects_by_id.get(project.parent)
        yield _("part of"), package.name if package else project.parent
    modules = [p.name for p in workspace.projects if p.parent == project.id]
    if modules:
        yield _("modules"), listing(modules)
    status = project.status_on(as_of)
    if status != "active":
        since = day_text(project.status_date, as_of) if project.status_date else ""
        yield _("status"), " ".join(part for part in (_(STATUS_WORDS[status]), since, project.status_reason) if part)
    if project.difficult:
        lead = workspace.person_name(project.lead)
        yield _("difficult project"), _("led by {name}").format(name=lead) if lead else _("yes")
    if project.priority is not None:
        yield _("priority"), str(project.priority)
    if project.introduced_by is not None:
        yield _("introduced by"), workspace.party_name(project.introduced_by)
    if project.in_statistics is not None and project.in_statistics <= as_of:
        yield _("entry into statistics"), day_text(project.in_statistics, as_of)
    if project.tags:
        yield _("tags"), listing(list(project.tags))
    for asset in workspace.assets.assets:
        if asset.project == project.id:
            size = f" {number_text(asset.area)} {asset.measure or ''}".rstrip() if asset.area is not None else ""
            yield _("idle asset put to use"), asset.name + size
    fund = workspace.targets.fund
    for award in fund.awards if fund else ():
        if award.project == project.id and award.date <= as_of:
            amount = money_text(award.amount, workspace.settings.money_unit)
            yield _("award"), f"{workspace.party_name(award.to)} {amount}"


def _stage_row(
    workspace: Workspace, as_of: date, assessment: Assessment, project: Project, name: StageName, stage: Stage
) -> StageRow:
    plan = stage.plan_on(as_of)
    actual = stage.actual if stage.actual is not None and stage.actual <= as_of else None
    owner = stage.owner or project.owner
    ref = f"{project.id}/{name}"
    return StageRow(
        ref=ref,
        stage=name,
        plan=plan,
        original_plan=stage.plan,
        extensions=tuple(e for e in stage.extensions if e.date <= as_of),
        actual=actual,
        variance_days=(plan - actual).days if plan is not None and actual is not None else None,
        owner=owner,
        owner_text=owner_text(workspace, owner) if owner else "",
        evidence=stage.evidence,
        handed_over=stage.handed_over if stage.handed_over and stage.handed_over <= as_of else None,
        light=assessment.light(ref),
    )


def _task_row(workspace: Workspace, as_of: date, assessment: Assessment, project: Project, task: Task) -> TaskRow:
    ref = f"{project.id}/{task.id}"
    plan = assessment.schedule.plans.get(ref)
    owner = task.owner or project.owner
    return TaskRow(
        ref=ref,
        name=task.name,
        kind=task.kind,
        owner=owner,
        owner_text=owner_text(workspace, owner, task.unit or project.unit),
        unit=task.unit or project.unit,
        deadline=task.deadline_on(as_of),
        original_deadline=task.deadline,
        extensions=sum(e.date <= as_of for e in task.extensions),
        duration=plan.duration if plan else task.duration,
        started=task.started if task.started and task.started <= as_of else None,
        progress=task.progress if task.updated is None or task.updated <= as_of else None,
        updated=task.updated if task.updated and task.updated <= as_of else None,
        done=task.done if task.done and task.done <= as_of else None,
        evidence=task.evidence,
        forecast_finish=plan.forecast_finish if plan else None,
        latest_start=plan.latest_start if plan else None,
        float=plan.float if plan else None,
        next=task.next,
        light=assessment.light(ref),
        state=plan.state if plan else "",
    )


def _problem_row(workspace: Workspace, assessment: Assessment, state: ProblemState, as_of: date) -> ProblemRow:
    project, problem = state.project, state.problem
    ref = f"{project.id}/{problem.id}"
    owner = problem.owner or project.owner
    return ProblemRow(
        ref=ref,
        text=problem.text,
        category=problem.category,
        state=state.state,
        owner=owner,
        owner_text=owner_text(workspace, owner, problem.lead_unit or project.unit),
        raised=problem.raised,
        deadline=state.deadline,
        original_deadline=problem.deadline,
        extensions=sum(e.date <= as_of for e in problem.extensions),
        age_days=state.age_days,
        overdue=state.overdue,
        blocks=tuple(workspace.absolute(project, task) for task in problem.blocks),
        closed=problem.closed if state.state == "closed" else None,
        evidence=problem.evidence,
        verified_by=workspace.party_name(problem.verified_by) or None,
        next=problem.next,
        light=assessment.light(ref),
    )


def _decisions(workspace: Workspace, as_of: date, project: Project) -> Iterator[DecisionRow]:
    """Decisions of meetings that became a task of the project, or that its clearing stands on."""
    for meeting in workspace.meetings:
        for decision in meeting.decisions:
            ref = f"{meeting.id}/{decision.id}"
            about = decision.task is not None and decision.task.split("/")[0] == project.id
            if meeting.date <= as_of and (about or project.decision == ref):
                done = decision.done if decision.done and decision.done <= as_of else None
                owner = owner_text(workspace, decision.owner)
                yield DecisionRow(ref, meeting.date, decision.text, owner, decision.deadline, done)


# --- one item ------------------------------------------------------------------------------------------------------


def _item_sheet(workspace: Workspace, as_of: date, assessment: Assessment, item: Item) -> ItemSheet:
    record = item.record
    name = getattr(record, "name", None) or getattr(record, "text", None)
    if isinstance(record, Stage):
        name = _(STAGE_WORDS[item.ref.split("/")[1]])  # type: ignore[index]
    elif isinstance(record, Factor):
        name = factor_word(item.ref.split("/")[1])  # type: ignore[arg-type]
    facts = tuple((key, value) for key, value in _item_facts(workspace, as_of, assessment, item) if value)
    return ItemSheet(
        ref=item.ref,
        kind=item.kind,
        name=str(name),
        light=assessment.light(item.ref),
        reasons=_reasons(assessment, item.ref),
        project=item.project.id if item.project else None,
        project_name=item.project.name if item.project else "",
        record=record,
        facts=facts,
        history=tuple(sorted(_history(workspace, as_of, item), key=lambda pair: pair[0])),
        as_of=as_of,
    )


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
        measure = record.measure or ""
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


# --- documents -----------------------------------------------------------------------------------------------------


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


def document(result: Sheet | ItemSheet) -> Document:
    """The sheet as people read it."""
    return _item_document(result) if isinstance(result, ItemSheet) else _sheet_document(result)


def _item_document(result: ItemSheet) -> Document:
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
    return Document(f"{result.name} {result.ref}", tuple(blocks), asides=(as_of_text(day),))


def _sheet_document(result: Sheet) -> Document:
    day, unit, project = result.as_of, result.money_unit, result.project
    stage = stage_now(result.stage) if result.stage else _("no stage reached yet")
    head: tuple[tuple[str, Text], ...] = (
        (_("light"), (lamp(result.light),)),
        (_("stage"), stage),
        *result.facts,
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
    return Document(f"{result.name} {result.ref}", tuple(blocks), asides=(as_of_text(day),))


def _stage_table(result: Sheet) -> Table:
    day = result.as_of
    rows = []
    for row in result.stages:
        planned = ""
        if row.plan is not None and row.original_plan is not None:
            planned = deadline_text(row.plan, row.original_plan, len(row.extensions), day)
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
            Cell(deadline_text(row.deadline, row.original_deadline, row.extensions, day), row.deadline),
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
        parts.append(_("{days} late").format(days=days_text(-row.float, workdays=True)))
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
            Cell(deadline_text(row.deadline, row.original_deadline, row.extensions, day), row.deadline),
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
                Cell(factor.measure or ""),
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
