"""The sheet of one project, as `show` computes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from projledger.analysis.assessment import Assessment
from projledger.analysis.counts import ProblemState, problems
from projledger.calendar import day_text
from projledger.i18n import _, listing
from projledger.models.project import Project, Stage, Task
from projledger.models.types import StageName
from projledger.models.workspace import Workspace
from projledger.quantities import money_text, number_text
from projledger.reports import Query
from projledger.reports.parts.reasons import Names, reason_text
from projledger.reports.parts.slipped import Slipped, slipped
from projledger.reports.parts.words import STATUS_WORDS, measure_word, owner_text
from projledger.reports.show.result import DecisionRow, ProblemRow, Sheet, StageRow, TaskRow
from projledger.reports.targets import row as target_row

Known = Mapping[str, Slipped]
"""What the history knows of deadlines, by reference."""


def reasons_of(assessment: Assessment, ref: str) -> tuple[str, ...]:
    """The reasons why something stands out, in words."""
    names = Names(assessment.workspace, assessment.standings)
    return tuple(reason_text(r, assessment.workspace, assessment.as_of, names) for r in assessment.reasons(ref))


def project_sheet(query: Query, assessment: Assessment, project: Project) -> Sheet:
    """Everything about one project."""
    workspace, as_of = query.workspace, query.as_of
    known, notes = slipped(query, [ref for ref, item in workspace.items.items() if item.project is project])
    moved = [one for one in known.values() if one.times]
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
        reasons=reasons_of(assessment, project.id),
        project=project,
        facts=tuple(_project_facts(workspace, as_of, project)),
        service=tuple((name, value or None) for name, value in slots),
        stages=tuple(
            _stage_row(workspace, as_of, assessment, project, name, s, known) for name, s in project.stages.named()
        ),
        tasks=tuple(_task_row(workspace, as_of, assessment, project, task, known) for task in project.tasks),
        problems=tuple(
            _problem_row(workspace, assessment, state, as_of, known) for state in problems([project], as_of)
        ),
        targets=tuple(
            target_row(standing, assessment.light(standing.ref))
            for standing in assessment.standings
            if standing.scope == project.id
        ),
        actions=tuple(a for _p, a in workspace.actions if a.about.split("/")[0] == project.id and a.issued <= as_of),
        decisions=tuple(_decisions(workspace, as_of, project)),
        log=tuple(entry for entry in project.log if entry.date <= as_of),
        pauses=tuple((pause, workspace.party_name(pause.approved_by)) for pause in project.pauses),
        slipped={
            "items": len(moved),
            "slips": sum(one.times for one in moved),
            "days": sum(one.days for one in moved),
        }
        if known
        else None,
        notes=notes,
        as_of=as_of,
        money_unit=workspace.settings.money_unit,
    )


def _slips(known: Known, ref: str) -> dict[str, int | None]:
    found = known.get(ref)
    return {"slips": found.times if found else None, "slip_days": found.days if found else None}


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
        yield _("chain"), _("{project} · {item}").format(project=name, item=node) if node else name
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
            size = (
                f" {number_text(asset.area)} {measure_word(asset.measure)}".rstrip() if asset.area is not None else ""
            )
            yield _("idle asset put to use"), asset.name + size
    fund = workspace.targets.fund
    for award in fund.awards if fund else ():
        if award.project == project.id and award.date <= as_of:
            amount = money_text(award.amount, workspace.settings.money_unit)
            yield _("award"), f"{workspace.party_name(award.to)} {amount}"


def _stage_row(
    workspace: Workspace,
    as_of: date,
    assessment: Assessment,
    project: Project,
    name: StageName,
    stage: Stage,
    known: Known,
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
        **_slips(known, ref),
    )


def _task_row(
    workspace: Workspace, as_of: date, assessment: Assessment, project: Project, task: Task, known: Known
) -> TaskRow:
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
        needed_by=plan.latest_finish if plan and plan.needed else None,
        latest_start=plan.latest_start if plan else None,
        float=plan.float if plan else None,
        next=task.next,
        light=assessment.light(ref),
        state=plan.state if plan else "",
        **_slips(known, ref),
    )


def _problem_row(
    workspace: Workspace, assessment: Assessment, state: ProblemState, as_of: date, known: Known
) -> ProblemRow:
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
        **_slips(known, ref),
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
