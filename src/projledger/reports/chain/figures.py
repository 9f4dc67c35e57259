"""The figures of each chain."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from projledger.analysis import asks as asking
from projledger.analysis import counts, pace
from projledger.analysis.asks import Asking
from projledger.analysis.assessment import Assessment, assess
from projledger.analysis.meetings import rhythm_of
from projledger.analysis.pace import Progress, Standing
from projledger.calendar import Period
from projledger.errors import UnknownReferenceError, UsageError
from projledger.i18n import _
from projledger.models.place import Chain
from projledger.models.project import Project
from projledger.models.types import LIGHTS, STAGES, Category, StageName
from projledger.models.workspace import Workspace
from projledger.reports import Query, targets
from projledger.reports.chain.asks import Said
from projledger.reports.chain.result import (
    FACTORS,
    INVESTMENT,
    ChainRow,
    GapRow,
    Investment,
    MeetingFigures,
    NodeRow,
    Recruiting,
    Result,
    StageFigures,
    TalentRow,
    Told,
)
from projledger.reports.lagging import rows_of
from projledger.reports.parts.words import owner_text, rules_title, standstill

_RECRUITING: Final = ("contact", "docking", "trip", "recruitment")


def compute(query: Query) -> Result:
    """Every chain, or the one that was named (by id or by its printed name)."""
    workspace = query.workspace
    wanted = query.options.get("id")
    annex = bool(query.options.get("annex"))
    chains = workspace.chains
    if wanted is not None:
        chains = tuple(chain for chain in chains if wanted in (chain.id, chain.name))[:1]
        if not chains:
            known = [chain.id for chain in workspace.chains]
            raise UnknownReferenceError(wanted, tuple(difflib.get_close_matches(wanted, known, 3) or known[:8]))
    elif annex:
        raise UsageError(_("--annex belongs to the page of one chain: name the chain"))
    assessment = assess(workspace, query.as_of)
    found = Asking(assessment) if chains else None
    return Result(
        place=workspace.settings.name,
        as_of=query.as_of,
        money_unit=workspace.settings.money_unit,
        rules=workspace.settings.rules,
        rules_title=rules_title(workspace),
        chains=tuple(row(found, chain) for chain in chains) if found is not None else (),
        one=wanted is not None,
        annex=annex,
    )


def row(found: Asking, chain: Chain) -> ChainRow:
    """One chain with all its figures."""
    assessment, workspace, as_of = found.assessment, found.workspace, found.as_of
    projects = asking.projects_of(workspace, chain, as_of)
    ids = {project.id for project in projects}
    lights = dict.fromkeys((*LIGHTS, "none"), 0)
    for project in projects:
        lights[assessment.light(project.id) or "none"] += 1
    states = [state for state in counts.problems(projects, as_of) if state.state != "closed"]
    problems: dict[Category, int] = dict.fromkeys(FACTORS, 0)
    ages: dict[Category, int] = {}
    for state in states:
        category = state.problem.category
        problems[category] = problems.get(category, 0) + 1
        ages[category] = max(ages.get(category, 0), state.age_days)
    lags = [
        lag
        for lag in assessment.lags
        if lag.project in ids or (lag.project is None and lag.kind == "target" and lag.ref.split("/")[0] == chain.id)
    ]
    everything = tuple(project for project in workspace.projects if project.chain == chain.id)
    own = _own_standings(assessment, chain)
    said = Said(found, chain)
    return ChainRow(
        id=chain.id,
        name=chain.name,
        chief=chain.chief,
        lead_unit=chain.lead_unit,
        projects=counts.project_counts(everything, as_of),
        stages=stage_figures(projects, as_of),
        investment=_investment(assessment, chain, projects),
        problems=problems,
        lagging=rows_of(assessment, lags),
        gaps=tuple(_gap(workspace, gap) for gap in asking.gaps_of(projects)),
        asks=tuple(said.row(ask) for ask in found.of(chain)),
        chief_name=workspace.person_name(chain.chief),
        deputies=tuple(workspace.person_name(deputy) for deputy in chain.deputies),
        lead_unit_name=workspace.unit_name(chain.lead_unit),
        team=workspace.unit_name(chain.team) or None,
        leading_firm=chain.leading_firm,
        total_investment=_money(projects, projects),
        lights=lights,
        light=assessment.light(chain.id),
        problem_ages=ages,
        overdue_problems=sum(state.overdue for state in states),
        targets=tuple(targets.row(standing, assessment.light(standing.ref)) for standing in own),
        recruiting=_recruiting(workspace, chain, everything, projects, as_of),
        map=tuple(_nodes(workspace, chain, projects, as_of)),
        meetings=_meetings(found, chain),
        cleared=tuple(project.name for project in everything if project.id not in ids),
    )


def _money(projects: Iterable[Project], among: Sequence[Project]) -> Decimal:
    """The total investment of projects; the money of a module is its package's."""
    packages = {project.id for project in among}
    return counts.investment(project for project in projects if project.parent not in packages)


def stage_figures(projects: Sequence[Project], as_of: date) -> StageFigures:
    """Stock and this year's events of every stage, with amounts."""
    year = date(as_of.year, 1, 1)
    stock: dict[StageName, list[Project]] = {name: [] for name in STAGES}
    events: dict[StageName, list[Project]] = {name: [] for name in STAGES}
    for project in projects:
        current = project.stages.current(as_of)
        if current is not None:
            stock[current].append(project)
        for name, stage in project.stages.named():
            if stage.actual is not None and year <= stage.actual <= as_of:
                events[name].append(project)
    return StageFigures(
        stock={name: len(listed) for name, listed in stock.items()},
        events={name: len(listed) for name, listed in events.items()},
        stock_amounts={name: _money(listed, projects) for name, listed in stock.items()},
        event_amounts={name: _money(listed, projects) for name, listed in events.items()},
    )


def _own_standings(assessment: Assessment, chain: Chain) -> list[Standing]:
    """The chain's own targets whose period holds the day."""
    return targets.in_order(
        standing
        for standing in assessment.standings
        if standing.scope == chain.id and standing.period.contains(assessment.as_of)
    )


def _investment(assessment: Assessment, chain: Chain, projects: Sequence[Project]) -> Investment:
    year = Period.of("year", assessment.as_of)
    own = pace.standing_of(assessment.standings, chain.id, INVESTMENT, year)
    progress: Progress | None = own
    owing = own.owing if own is not None else ()
    told = pace.told(assessment.figures, own) if own is not None else None
    if own is None:
        standings = [
            standing
            for project in projects
            if (standing := pace.standing_of(assessment.standings, project.id, INVESTMENT, year)) is not None
        ]
        owing = tuple(standing.scope for standing in standings if standing.missing)
        having = {standing.scope for standing in standings}
        parents = {project.id: project.parent for project in projects}
        # A module's target is part of its package's.
        members = [s for s in standings if parents.get(s.scope) not in having]
        progress = pace.combine(members)
        told = pace.told_of(members)
    if progress is None:
        return Investment(None, None, None, None, None, None, (), (), False)
    return Investment(
        planned=progress.value,
        done=progress.done,
        pace=progress.pace,
        rate=progress.rate,
        gap_points=progress.gap_points,
        cutoff=progress.cutoff,
        missing=tuple(month.text for month in progress.missing),
        owing=tuple(assessment.workspace.projects_by_id[id_].name for id_ in owing),
        from_projects=own is None,
        told=_told(told, progress.value),
    )


def _told(found: pace.Told | None, planned: Decimal) -> Told | None:
    if found is None:
        return None
    return Told(
        done=found.done,
        rate=Fraction(found.done) / Fraction(planned) if planned > 0 else None,
        pace=found.pace,
        cutoff=found.cutoff,
        projects=found.members,
        of=found.of,
    )


def _gap(workspace: Workspace, gap: asking.Gap) -> GapRow:
    owner = gap.record.owner or gap.project.owner
    return GapRow(
        ref=f"{gap.project.id}/{gap.factor}",
        project=gap.project.id,
        project_name=gap.project.name,
        factor=gap.factor,
        needed=gap.record.needed,
        secured=gap.record.secured,
        missing=gap.missing,
        measure=gap.record.measure,
        deadline=gap.record.deadline,
        owner=owner,
        owner_name=owner_text(workspace, owner, gap.project.unit),
    )


def _recruiting(
    workspace: Workspace, chain: Chain, everything: Sequence[Project], projects: Sequence[Project], as_of: date
) -> Recruiting:
    entries = [
        *(entry for entry in workspace.log.log if entry.chain == chain.id),
        *(entry for project in everything for entry in project.log),
    ]
    year = Period.of("year", as_of)
    logged: dict[str, int] = {}
    at_least: dict[str, None] = {}
    for kind in _RECRUITING:
        for entry in entries:
            if entry.kind == kind and year.contains(entry.date) and entry.date <= as_of:
                logged[kind] = logged.get(kind, 0) + entry.count
                if entry.at_least:
                    at_least[kind] = None
    return Recruiting(
        logged=logged,
        at_least=tuple(at_least),
        negotiating=tuple(p.name for p in projects if p.stages.current(as_of) == "negotiating"),
        signed=counts.stage_events(projects, year.first, as_of)["signed"],
        talents=tuple(
            TalentRow(talent.name, talent.count, talent.status, talent.owner, workspace.person_name(talent.owner))
            for talent in chain.talents
        ),
    )


def _nodes(workspace: Workspace, chain: Chain, projects: Sequence[Project], as_of: date) -> Iterator[NodeRow]:
    for node in chain.nodes:
        here = [project for project in projects if project.node == node.id]
        yield NodeRow(
            id=node.id,
            name=node.name,
            position=node.position,
            state=node.state,
            action=node.action,
            owner=node.owner,
            owner_name=workspace.person_name(node.owner),
            deadline=node.deadline,
            firms=node.firms,
            projects=tuple(project.name for project in here),
            waiting={project.name: why for project in here if (why := standstill(project, as_of))},
        )


def _meetings(found: Asking, chain: Chain) -> MeetingFigures:
    workspace, as_of = found.workspace, found.as_of
    days = [m.date for m in workspace.meetings if m.chain == chain.id and m.date <= as_of]
    this_year = sum(day.year == as_of.year for day in days)
    rhythm = rhythm_of(workspace, chain, as_of)
    if rhythm is None:
        return MeetingFigures(None, None, 0, 0, this_year, max(days, default=None), None, None, ())
    return MeetingFigures(
        cadence=rhythm.period,
        counted=rhythm.counted,
        required=rhythm.required,
        held=rhythm.held,
        meetings=this_year,
        last=rhythm.last,
        current=rhythm.current.text,
        due=None if rhythm.current_held else rhythm.current_due,
        missed=tuple(period.text for period in rhythm.missed),
    )
