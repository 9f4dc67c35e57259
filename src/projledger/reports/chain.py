"""`chain`: the chain chief's page, first of all what is asked of the chief; without an id all chains in one table."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Final
from unicodedata import east_asian_width

from projledger.analysis import asks as asking
from projledger.analysis import counts, pace
from projledger.analysis.asks import Ask, Asking, Effect
from projledger.analysis.assessment import Assessment, assess
from projledger.analysis.meetings import rhythm_of
from projledger.analysis.pace import Progress, Standing
from projledger.calendar import Kind as PeriodKind
from projledger.calendar import Period, day_text, period_text
from projledger.document import (
    Block,
    Cell,
    ChainMap,
    Column,
    Document,
    Items,
    MapNode,
    Paragraph,
    Run,
    Section,
    Table,
    Text,
    Tone,
    plain,
)
from projledger.errors import UnknownReferenceError, UsageError
from projledger.i18n import N_, _, joined, listing, ngettext
from projledger.models.place import Chain
from projledger.models.project import Project
from projledger.models.types import LIGHTS, STAGES, Category, FactorName, Light, StageName
from projledger.models.workspace import Workspace
from projledger.quantities import days_text, money_text, percent_text, points_text
from projledger.reports import Query, targets
from projledger.reports.lagging import Row, rows_of
from projledger.reports.lists.meetings import periods_text
from projledger.reports.reasons import Names
from projledger.reports.targets import TargetRow, amount_text
from projledger.reports.words import (
    ACTION_WORDS,
    CATEGORY_WORDS,
    LOG_WORDS,
    STAGE_WORDS,
    as_of_text,
    clauses,
    code,
    commas,
    cutoffs_text,
    deadline_text,
    factor_word,
    lamp,
    lights_text,
    months_text,
    named,
    owner_text,
    rules_text,
)

INVESTMENT: Final = "investment"
"""The indicator that a chain's investment is read from."""

_FACTORS: Final[tuple[FactorName, ...]] = ("land", "finance", "energy", "labour")


@dataclass(frozen=True, slots=True)
class Room:
    """How many lines of each kind stand on the page; `details`: the map says firms and owners too."""

    asks: int
    lagging: int
    gaps: int
    talents: int
    details: bool = True


ROOMS: Final = (
    Room(asking.MOST, 5, 6, 3),
    Room(asking.MOST, 3, 4, 3),
    Room(asking.MOST, 3, 3, 2, details=False),
    Room(asking.MOST, 2, 2, 1, details=False),
    *(Room(count, 1, 1, 1, details=False) for count in range(asking.MOST, asking.LEAST - 1, -1)),
)
"""From what fits on a page of short texts to what fits whatever the texts are."""

SHEET_LINES: Final = 68
SHEET_CELLS: Final = 122
"""Lines of one A4 at the size of a one-page report, counted generously as `_lines` does (a sheet has 63), and cells
of a line (a Chinese character takes two)."""

_LATIN: Final = 1.15
"""Cells of a Latin letter in a wide face."""

POSITION_WORDS: Final = {
    "upstream": N_("Upstream"),
    "midstream": N_("Midstream"),
    "downstream": N_("Downstream"),
}
NODE_WORDS: Final = {"strong": N_("strong"), "weak": N_("weak"), "missing": N_("missing")}
MEND_WORDS: Final = {
    "build": N_("build"),
    "repair": N_("repair"),
    "extend": N_("extend"),
    "strengthen": N_("strengthen"),
}
_NODE_TONES: Final[dict[str | None, Tone]] = {"strong": "green", "weak": "yellow", "missing": "red"}
_RECRUITING: Final = ("contact", "docking", "trip", "recruitment")
_CADENCE_WORDS: Final[dict[PeriodKind, str]] = {
    "day": N_("daily"),
    "week": N_("weekly"),
    "month": N_("monthly"),
    "quarter": N_("quarterly"),
    "half": N_("half-yearly"),
    "year": N_("yearly"),
}


@dataclass(frozen=True, slots=True)
class AskRow:
    """One thing asked of the chief: what, why, by when, and what happens otherwise, in words.

    `deadline` is the day in force of what it is about, `by` the day on which the decision is needed. `must` is false
    for those that only fill up to three.
    """

    kind: str
    ref: str
    what: str
    reason: str
    by: date | None
    deadline: date | None
    days_late: int
    otherwise: str
    owner: str | None
    owner_name: str
    project: str | None
    must: bool


@dataclass(frozen=True, slots=True)
class StageFigures:
    """Projects by current stage and stages reached this year, with the total investment of those projects.

    Modules of a package count, but their money is the package's.
    """

    stock: dict[StageName, int]
    events: dict[StageName, int]
    stock_amounts: dict[StageName, Decimal]
    event_amounts: dict[StageName, Decimal]


@dataclass(frozen=True, slots=True)
class Investment:
    """This year's investment: of the chain's own target, else of its projects' targets together.

    `pace` is the share that should be done at `cutoff`; `done` is None where figures are `missing`: months that the
    projects named in `owing` owe.
    """

    planned: Decimal | None
    done: Decimal | None
    pace: Fraction | None
    rate: Fraction | None
    gap_points: Fraction | None
    cutoff: date | None
    missing: tuple[str, ...]
    owing: tuple[str, ...]
    from_projects: bool


@dataclass(frozen=True, slots=True)
class GapRow:
    """A factor that is not secured in full."""

    ref: str
    project: str
    project_name: str
    factor: FactorName
    needed: Decimal
    secured: Decimal | None
    missing: Decimal
    measure: str | None
    deadline: date | None
    owner: str | None
    owner_name: str


@dataclass(frozen=True, slots=True)
class NodeRow:
    """A link of the chain map; `projects` are those that stand at it."""

    id: str
    name: str
    position: str
    state: str | None
    action: str | None
    owner: str | None
    owner_name: str
    deadline: date | None
    firms: tuple[str, ...]
    projects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TalentRow:
    """Talent that the chain recruits."""

    name: str
    count: int
    status: str | None
    owner: str | None
    owner_name: str


@dataclass(frozen=True, slots=True)
class Recruiting:
    """双招双引 this year: contacts, dockings, trips and recruitment events; projects in talks and signed; talent."""

    logged: dict[str, int]
    at_least: tuple[str, ...]
    negotiating: tuple[str, ...]
    signed: int
    talents: tuple[TalentRow, ...]


@dataclass(frozen=True, slots=True)
class MeetingFigures:
    """Chain meetings this year against the cadence; `required` counts the periods that are over since `counted`.

    `due` is until when the meeting of the `current` period is to be held, None where it was. Without a cadence
    nothing is required.
    """

    cadence: PeriodKind | None
    counted: date | None
    required: int
    held: int
    meetings: int
    last: date | None
    current: str | None
    due: date | None
    missed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChainRow:
    """A chain with everything its chief's page says.

    `problems` counts what is open by category, the four factors always among them; `problem_ages` has the oldest of
    each in days. `stages` are of all its projects but the cleared. `light` is that of its own targets.
    """

    id: str
    name: str
    chief: str
    lead_unit: str
    projects: counts.ProjectCounts
    stages: StageFigures
    investment: Investment
    problems: dict[Category, int]
    lagging: tuple[Row, ...]
    gaps: tuple[GapRow, ...]
    asks: tuple[AskRow, ...]
    chief_name: str
    deputies: tuple[str, ...]
    lead_unit_name: str
    team: str | None
    leading_firm: str | None
    total_investment: Decimal
    lights: dict[str, int]
    light: Light | None
    problem_ages: dict[Category, int]
    overdue_problems: int
    targets: tuple[TargetRow, ...]
    recruiting: Recruiting
    map: tuple[NodeRow, ...]
    meetings: MeetingFigures
    cleared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """The chains asked for. `annex`: the chief's page with its annex. `one`: one chain was asked for."""

    place: str
    as_of: date
    money_unit: str
    rules: str
    chains: tuple[ChainRow, ...]
    one: bool
    annex: bool


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
    problems: dict[Category, int] = dict.fromkeys(_FACTORS, 0)
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
    said = _Said(found, chain)
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
        map=tuple(_nodes(workspace, chain, projects)),
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
        progress = pace.combine([s for s in standings if parents.get(s.scope) not in having])
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


def _nodes(workspace: Workspace, chain: Chain, projects: Sequence[Project]) -> Iterator[NodeRow]:
    for node in chain.nodes:
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
            projects=tuple(project.name for project in projects if project.node == node.id),
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


# --- asks in words ----------------------------------------------------------------------------------------------------


class _Said:
    """Asks in words."""

    def __init__(self, found: Asking, chain: Chain) -> None:
        self.found = found
        self.chain = chain
        self.workspace = found.workspace
        self.as_of = found.as_of
        self.names = Names(found.workspace, found.assessment.standings)

    def row(self, ask: Ask) -> AskRow:
        """An ask as people and programs read it."""
        return AskRow(
            kind=ask.kind,
            ref=ask.ref,
            what=self.what(ask),
            reason=clauses(list(self.reasons(ask))),
            by=ask.by,
            deadline=ask.deadline,
            days_late=ask.days_late,
            otherwise=clauses([self.effect(effect) for effect in ask.effects]) or self.plain_effect(ask),
            owner=ask.owner,
            owner_name=owner_text(self.workspace, ask.owner, ask.unit) if ask.owner or ask.unit else "",
            project=ask.project,
            must=ask.must,
        )

    def what(self, ask: Ask) -> str:
        """What the chief should decide or do."""
        name, project = self.names.item(ask.ref), self.names.project(ask.project)
        match ask.kind:
            case "problem":
                text = _("Settle “{name}” ({project})").format(name=name, project=project)
                if ask.leader is not None and ask.leader != self.chain.chief:
                    leader = self.workspace.person_name(ask.leader)
                    text = _("{what}, together with {leader}").format(what=text, leader=leader)
                return text
            case "item" if ask.ref == ask.project:
                return _("Decide how {project} gets on").format(project=project)
            case "item":
                return _("Decide how “{name}” gets done ({project})").format(name=name, project=project)
            case "factor" if ask.gap is not None:
                return _("Secure {factor} for {project}: {amount} missing").format(
                    factor=factor_word(ask.gap.factor), project=project, amount=self.gap_text(ask)
                )
            case "decision":
                text = ask.decided[0][1].text
                return _("See to it that “{decision}” is done").format(decision=text)
            case "meeting":
                rhythm = rhythm_of(self.workspace, self.chain, self.as_of)
                assert rhythm is not None
                return _("Hold the chain meeting of {period}").format(period=period_text(rhythm.current))
            case "pace":
                return _("Decide how to catch up with the pace: {name}").format(name=name)
            case _:
                node = ask.node
                assert node is not None
                action = _(MEND_WORDS[node.action]) if node.action else _("fill the gap")
                return _("Find a project for {position} “{name}” ({action})").format(
                    position=_(POSITION_WORDS[node.position]), name=node.name, action=action
                )

    def gap_text(self, ask: Ask) -> str:
        """How much of a factor is missing."""
        assert ask.gap is not None
        return amount_text(ask.gap.missing, ask.gap.record.measure or "").strip()

    def reasons(self, ask: Ask) -> Iterator[str]:
        """Why it is asked, and of the chief."""
        if "overdue" in ask.reasons and ask.deadline is not None:
            yield _("due {day}, {days} overdue").format(
                day=day_text(ask.deadline, self.as_of), days=days_text(ask.days_late)
            )
        if ask.kind == "item" or ask.kind == "pace":
            lag = self.found.assessment.lag(ask.ref)
            said = rows_of(self.found.assessment, [lag])[0]
            yield commas([str(reason["text"]) for reason in said.reasons[:2]])
        if ask.gap is not None and ask.kind == "problem":
            yield _("{factor} short by {amount}").format(factor=factor_word(ask.gap.factor), amount=self.gap_text(ask))
        if ask.gap is not None and ask.kind == "factor":
            record, measure = ask.gap.record, ask.gap.record.measure or ""
            yield _("needs {needed}, has {secured}").format(
                needed=amount_text(record.needed, measure).strip(),
                secured=amount_text(record.secured or Decimal(0), measure).strip(),
            )
        if "holds_up" in ask.reasons or (ask.kind == "problem" and ask.holds_up):
            held = [self.names.item(ref) for ref in ask.holds_up]
            yield _("holds up {names}").format(names=listing(held))
        for meeting, decision in ask.decided:
            if ask.kind == "decision":
                yield _("decided on {day}, in charge {owner}").format(
                    day=day_text(meeting.date, self.as_of), owner=owner_text(self.workspace, decision.owner)
                )
            else:
                yield _("decided on {day} for {deadline}, not done").format(
                    day=day_text(meeting.date, self.as_of), deadline=day_text(decision.deadline, self.as_of)
                )
        if ask.letter is not None:
            yield _("{kind} {number} did not settle it").format(
                kind=_(ACTION_WORDS[ask.letter.kind]), number=ask.letter.number
            )
        if "other_unit" in ask.reasons:
            yield _("in the hands of another unit than the project’s")
        elif "level" in ask.reasons:
            yield _("to be settled at level {level}").format(level=ask.level)
        if ask.kind == "meeting":
            yield self.meeting_reason()
        if ask.kind == "node":
            yield _("missing, and no project under way at it")

    def meeting_reason(self) -> str:
        """When the last one was, and how the cadence was kept."""
        rhythm = rhythm_of(self.workspace, self.chain, self.as_of)
        assert rhythm is not None
        if rhythm.last is None:
            return _("none is recorded")
        said = [_("the last one was on {day}").format(day=day_text(rhythm.last, self.as_of))]
        if rhythm.missed:
            said.append(_("missed: {periods}").format(periods=periods_text(rhythm.missed)))
        return commas(said)

    def effect(self, effect: Effect) -> str:
        """What happens otherwise."""
        name = self.names.item(effect.ref) if effect.ref else ""
        day = day_text(effect.day, self.as_of) if effect.day is not None else ""
        match effect.code:
            case "late":
                text = _("{name} is forecast for {day}, {workdays} late")
                return text.format(name=name, day=day, workdays=days_text(effect.workdays, workdays=True))
            case "slack":
                text = _("{name} has {workdays} left")
                return text.format(name=name, workdays=days_text(effect.workdays, workdays=True))
            case "stage_late":
                stage = _(STAGE_WORDS[asking.stage_of(effect.ref)])
                text = _("“{stage}”, planned for {day}, is {days} late already and waits on")
                return text.format(stage=stage, day=day, days=days_text(effect.workdays))
            case "stage":
                stage = _(STAGE_WORDS[asking.stage_of(effect.ref)])
                return _("“{stage}”, planned for {day}, is in danger").format(stage=stage, day=day)
            case "letter":
                step = _(ACTION_WORDS[effect.step]) if effect.step is not None else ""
                return _("{step} due from {day}").format(step=step, day=day)
            case "missed":
                count = ngettext(
                    "{n} meeting of the cadence is missed", "{n} meetings of the cadence are missed", effect.workdays
                )
                return count.format(n=effect.workdays)
            case "gap":
                return _("the chain stays broken at this link")
            case "pace":
                return _("the gap to the target of {day} grows").format(day=day)

    def plain_effect(self, ask: Ask) -> str:
        """What happens where nothing more particular follows."""
        if ask.deadline is not None and ask.deadline >= self.as_of:
            return _("the deadline passes")
        return _("it stays unfinished, and later each day")


# --- the page ---------------------------------------------------------------------------------------------------------


def document(result: Result) -> Document:
    """The page of one chief, or every chain in one table."""
    if not result.one:
        return _overview(result)
    chain = result.chains[0]
    cutoffs = {
        cutoff
        for cutoff in (chain.investment.cutoff, *(target.cutoff for target in chain.targets))
        if cutoff is not None
    }
    footer = [rules_text(result.rules)]
    if chain.cleared:
        footer.append(_("Cleared, in no count: {names}").format(names=listing(chain.cleared)))
    return Document(
        title=_("{place}: {chain}, the chief's page").format(place=result.place, chain=chain.name),
        blocks=tuple(_page(result, chain)),
        asides=(as_of_text(result.as_of), *((cutoffs_text(cutoffs, result.as_of),) if cutoffs else ())),
        footer=tuple(footer),
        one_page=not result.annex,
    )


def _page(result: Result, chain: ChainRow) -> Iterator[Block]:
    today = result.as_of
    room = next((room for room in ROOMS if _lines(result, chain, room) <= SHEET_LINES), ROOMS[-1])
    yield Paragraph(_roles(chain), "strong")
    shown = chain.asks[: room.asks]
    title = ngettext(
        "Asked of the chain chief: {n} decision", "Asked of the chain chief: {n} decisions", len(chain.asks)
    )
    yield Section(
        title.format(n=len(chain.asks)),
        (_asks_table(shown, today), *_more(chain, len(chain.asks) - len(shown), result.annex)),
    )
    for title, text in _figures(result, chain, room):
        yield Paragraph((Run(_("{name}: ").format(name=title), "strong"), Run(text)))
    yield Section(_("What lags most"), (_lagging(chain, room.lagging, today, result.annex),))
    yield Section(
        _("Chain map"), (_map(chain, today, room.details) if chain.map else Paragraph(_("No link is on the map.")),)
    )
    if result.annex:
        yield _annex(result, chain, room)


def _lines(result: Result, chain: ChainRow, room: Room) -> float:
    """About how many lines of the sheet the page takes with so much room for each part."""
    today = result.as_of
    total = 3 + 5 + 3 * 2.2 + _height(_roles(chain))  # title, footer, headings, roles
    total += 1.5 + sum(
        max(_height(text, 34) for text in (plain(_what_text(ask)), ask.reason, ask.otherwise)) + 0.4
        for ask in chain.asks[: room.asks]
    )
    total += 1.5 * (len(chain.asks) > room.asks)
    total += sum(_height(title + text) + 0.7 for title, text in _figures(result, chain, room))
    total += sum(_height(plain(_lag_text(lag, today))) + 0.3 for lag in chain.lagging[: room.lagging]) + 1.5
    groups = _map(chain, today, room.details).groups
    total += 2 + max(
        sum(1.2 + sum(_height(plain(line), 32) for line in (node.name, *node.detail)) for node in nodes)
        for _title, nodes in groups
    )
    return total


def _height(text: str, cells: int = SHEET_CELLS) -> int:
    """Lines that a text takes in a column of so many cells."""
    wide = sum(2 if east_asian_width(character) in "WF" else _LATIN for character in text)
    return max(1, ceil(wide / cells))


def _roles(chain: ChainRow) -> str:
    said = [_("Chain chief {name}").format(name=chain.chief_name)]
    if chain.deputies:
        said.append(_("deputies {names}").format(names=listing(chain.deputies)))
    said.append(_("leading department {name}").format(name=chain.lead_unit_name))
    if chain.team:
        said.append(_("special team {name}").format(name=chain.team))
    if chain.leading_firm:
        said.append(_("leading firm {name}").format(name=chain.leading_firm))
    return clauses(said)


def _by_text(ask: AskRow, today: date) -> str:
    return day_text(ask.by, today) if ask.by is not None else "—"


def _asks_table(asks: Sequence[AskRow], today: date) -> Table:
    return Table(
        columns=(
            Column(_("No.")),
            Column(_("By")),
            Column(_("What to decide"), wrap=True),
            Column(_("Why, and why here"), wrap=True),
            Column(_("Otherwise"), wrap=True),
        ),
        rows=tuple(
            (
                Cell(str(number), number),
                Cell((Run(_by_text(ask, today), "strong"),), ask.by),
                Cell(_what_text(ask), ask.what),
                Cell(ask.reason or "—", ask.reason),
                Cell(ask.otherwise),
            )
            for number, ask in enumerate(asks, start=1)
        ),
        empty=_("Nothing is asked of this level today."),
        main=True,
    )


def _what_text(ask: AskRow) -> Text:
    runs = [Run(ask.what)]
    if ask.owner_name and ask.kind != "meeting":
        runs.append(Run(_(" — {owner}").format(owner=ask.owner_name)))
    if ask.kind not in ("meeting", "node"):
        runs += [Run(" "), Run(ask.ref, "dim")]
    return tuple(runs)


def _more(chain: ChainRow, rest: int, annex: bool) -> tuple[Paragraph, ...]:
    """How many were left off the page."""
    if rest <= 0:
        return ()
    if annex:
        text = ngettext("{n} more in the annex", "{n} more in the annex", rest).format(n=rest)
    else:
        text = ngettext(
            "{n} more in the annex: projledger chain {id} --annex",
            "{n} more in the annex: projledger chain {id} --annex",
            rest,
        ).format(n=rest, id=chain.id)
    return (Paragraph(text, "dim"),)


def _figures(result: Result, chain: ChainRow, room: Room) -> tuple[tuple[str, str], ...]:
    """The figures of the chain, a sentence or two for each."""
    unit, today = result.money_unit, result.as_of
    problems, short = _problems(result, chain, room.gaps)
    others = [t for t in chain.targets if not (t.indicator == INVESTMENT and Period.parse(t.period).kind == "year")]
    investment = joined(investment_text(chain, unit), *(targets.sentence(group) for group in targets.grouped(others)))
    stages = chain.stages
    return (
        (_("Projects"), _projects_text(chain, unit)),
        (_("Current stage (stock)"), _stages_text(stages.stock, stages.stock_amounts, unit)),
        (_("Reached this year (events)"), _stages_text(stages.events, stages.event_amounts, unit)),
        (_("This year’s investment"), investment),
        (_("Projects and talent recruited"), _recruited(chain, room.talents)),
        (_("Problems"), problems),
        (_("Factors"), short),
        (_("Chain meetings"), _meeting_text(chain.meetings, today)),
    )


def _projects_text(chain: ChainRow, unit: str) -> str:
    numbers = chain.projects
    if not numbers.total:
        return _("No project of this chain is in the ledgers.")
    said = [
        _("{n} in the ledgers, total investment {amount}").format(
            n=numbers.total, amount=money_text(chain.total_investment, unit)
        ),
        _("lights: {lights}").format(lights=lights_text(chain.lights)),
    ]
    if numbers.suspended:
        said.append(_("suspended {n}").format(n=numbers.suspended))
    return _("{sentence}.").format(sentence=clauses(said))


def _stages_text(numbers: dict[StageName, int], amounts: dict[StageName, Decimal], unit: str) -> str:
    said = []
    for name in STAGES:
        if numbers[name] and amounts[name]:
            text = _("{stage} {n} ({amount})")
            amount = money_text(amounts[name], unit)
            said.append(text.format(stage=_(STAGE_WORDS[name]), n=numbers[name], amount=amount))
        elif numbers[name]:
            said.append(_("{stage} {n}").format(stage=_(STAGE_WORDS[name]), n=numbers[name]))
    return _("{sentence}.").format(sentence=listing(said)) if said else _("None.")


def investment_text(chain: ChainRow, unit: str) -> str:
    """This year's investment in a sentence."""
    found = chain.investment
    if found.planned is None:
        return _("No investment target for this year.")
    planned = money_text(found.planned, unit)
    whose = _("the projects' plans together") if found.from_projects else _("the chain's target")
    if found.done is None or found.rate is None:
        if found.missing:
            text = _("Not reported this year ({owing}); {whose} {planned}.")
            missing = months_text(map(Period.parse, found.missing))
            owing = commas([*([listing(found.owing)] if found.owing else []), missing])
            return text.format(owing=owing, whose=whose, planned=planned)
        return _("No figure is due yet; {whose} {planned}.").format(whose=whose, planned=planned)
    done, rate = money_text(found.done, unit), percent_text(found.rate)
    text = _("This year {done}, {rate} of {whose} of {planned}").format(
        done=done, rate=rate, whose=whose, planned=planned
    )
    return _("{sentence}.").format(sentence=commas([text, *_verdict(found)]))


def _verdict(found: Investment) -> list[str]:
    if found.gap_points is None:
        return []
    points = points_text(abs(found.gap_points), signed=False)
    if points == points_text(Fraction(0)):
        return [_("on pace")]
    text = _("{points} points behind pace") if found.gap_points < 0 else _("{points} points ahead of pace")
    return [text.format(points=points)]


def _recruited(chain: ChainRow, most: int) -> str:
    found = chain.recruiting
    said = []
    for kind, count in found.logged.items():
        text = _("{kind} at least {n}") if kind in found.at_least else _("{kind} {n}")
        said.append(text.format(kind=_(LOG_WORDS[kind]), n=count))
    said.append(_("signed {n}").format(n=found.signed))
    projects = _("Since 1 January: {counts}").format(counts=commas(said))
    if found.negotiating:
        projects = _("{sentence}; in talks: {names}").format(sentence=projects, names=listing(found.negotiating))
    shown = [_talent_text(talent) for talent in found.talents[:most]]
    shown += _left(len(found.talents) - most)
    talents = _("Talent: {list}.").format(list=clauses(shown)) if shown else _("Talent: none is sought.")
    return joined(_("{sentence}.").format(sentence=projects), talents)


def _left(rest: int) -> list[str]:
    return [ngettext("{n} more in the annex", "{n} more in the annex", rest).format(n=rest)] if rest > 0 else []


def _talent_text(talent: TalentRow) -> str:
    text = ngettext("{name}, {n} person", "{name}, {n} people", talent.count).format(name=talent.name, n=talent.count)
    said = [part for part in (talent.status, talent.owner_name) if part]
    return _("{what} ({details})").format(what=text, details=commas(said)) if said else text


def problems_text(chain: ChainRow) -> str:
    """Open problems by factor with the age of the oldest."""
    total = sum(chain.problems.values())
    if not total:
        return _("No problem is open.")
    having = [
        _("{category} {n} (oldest {age})").format(
            category=_(CATEGORY_WORDS[name]), n=n, age=days_text(chain.problem_ages[name])
        )
        for name, n in chain.problems.items()
        if n
    ]
    none = [_(CATEGORY_WORDS[name]) for name in _FACTORS if not chain.problems[name]]
    said = [_("Open problems: {n}, {overdue} overdue").format(n=total, overdue=chain.overdue_problems), listing(having)]
    if none:
        said.append(_("none on {categories}").format(categories=listing(none)))
    return _("{sentence}.").format(sentence=clauses(said))


def _problems(result: Result, chain: ChainRow, most: int) -> tuple[str, str]:
    gaps = _by_deadline(chain.gaps)
    shown = [*(_gap_text(gap, result.as_of) for gap in gaps[:most]), *_left(len(gaps) - most)]
    short = _("Short of {gaps}.").format(gaps=clauses(shown)) if gaps else _("No factor is short.")
    return problems_text(chain), short


def _by_deadline(gaps: Sequence[GapRow]) -> list[GapRow]:
    return sorted(gaps, key=lambda gap: gap.deadline or date.max)


def _gap_text(gap: GapRow, today: date) -> str:
    amount = amount_text(gap.missing, gap.measure or "").strip()
    said = [gap.project_name]
    if gap.deadline is not None:
        said.append(_("by {day}").format(day=day_text(gap.deadline, today)))
    return _("{factor} {amount} ({details})").format(
        factor=factor_word(gap.factor), amount=amount, details=commas(said)
    )


def _lagging(chain: ChainRow, most: int, today: date, annex: bool) -> Block:
    if not chain.lagging:
        return Paragraph(_("Nothing lags."))
    more = _more(chain, len(chain.lagging) - most, annex)
    return Items(tuple(_lag_text(lag, today) for lag in chain.lagging[:most]), more=more[0].text if more else "")


def _lag_text(lag: Row, today: date) -> Text:
    """What lags, since when, why, and whose it is, in a line."""
    reasons = listing([str(reason["text"]) for reason in lag.reasons[:2]])
    if lag.deadline is not None:
        reasons = _("due {day}: {reasons}").format(day=_due_text(lag, today), reasons=reasons)
    text = _("{name}, {reasons}").format(name=lag.title, reasons=reasons)
    who = _(" — {owner}").format(owner=lag.owner_name) if lag.owner_name else ""
    return (lamp(lag.light), Run(" "), Run(text + who), Run(" "), code(lag.ref))


def _due_text(lag: Row, today: date) -> str:
    if lag.deadline is None or lag.original_deadline is None:
        return "—"
    return deadline_text(lag.deadline, lag.original_deadline, lag.extensions, today)


def _map(chain: ChainRow, today: date, details: bool) -> ChainMap:
    return ChainMap(
        tuple(
            (_(title), tuple(_map_node(node, today, details) for node in chain.map if node.position == position))
            for position, title in POSITION_WORDS.items()
        )
    )


def _map_node(node: NodeRow, today: date, details: bool) -> MapNode:
    said = []
    if node.firms and (details or not node.projects):
        said.append(_("firms: {names}").format(names=listing(node.firms)))
    if node.projects:
        said.append(_("projects: {names}").format(names=listing(node.projects)))
    elif node.state == "missing":
        said.append(_("no project at this link"))
    lines = said if details else [clauses(said)] if said else []
    who = [part for part in (node.owner_name, day_text(node.deadline, today) if node.deadline else "") if part]
    if who and node.state != "strong":
        lines.append(commas(who))
    state = _(NODE_WORDS[node.state]) if node.state else _("not assessed")
    if node.action:
        state = _("{state} → {action}").format(state=state, action=_(MEND_WORDS[node.action]))
    return MapNode(node.name, state, tuple(lines), _NODE_TONES.get(node.state, "grey"))


def _meeting_text(found: MeetingFigures, today: date) -> str:
    last = day_text(found.last, today) if found.last is not None else _("none")
    if found.cadence is None:
        text = _("No cadence is set; {n} this year, the last: {last}.")
        return text.format(n=found.meetings, last=last)
    said = [_("Cadence {cadence}").format(cadence=_(_CADENCE_WORDS[found.cadence]))]
    if found.required and found.counted is not None:
        text = _("held in {held} of {required} periods that ended since {day}")
        if found.counted > date(today.year, 1, 1):
            text = _(
                "held in {held} of {required} periods that ended since {day}, when the first chain meeting was recorded"
            )
        said.append(text.format(held=found.held, required=found.required, day=day_text(found.counted, today)))
    said.append(_("the last one: {last}").format(last=last))
    if found.missed and found.last is not None:
        said.append(_("missed: {periods}").format(periods=periods_text(list(map(Period.parse, found.missed)))))
    if found.current is not None:
        current = period_text(Period.parse(found.current))
        if found.due is not None:
            said.append(
                _("that of {period} is to be held by {day}").format(period=current, day=day_text(found.due, today))
            )
        else:
            said.append(_("that of {period} is held").format(period=current))
    return _("{sentence}.").format(sentence=clauses(said))


def _annex(result: Result, chain: ChainRow, room: Room) -> Section:
    """Everything that the page only counts."""
    today = result.as_of
    gaps = _by_deadline(chain.gaps)[room.gaps :]
    parts: tuple[tuple[str, Sequence[Text], bool], ...] = (
        (_("Further decisions asked for"), [_ask_text(ask, today) for ask in chain.asks[room.asks :]], True),
        (_("Everything else that lags"), [_lag_text(lag, today) for lag in chain.lagging[room.lagging :]], False),
        (_("Further factor gaps"), [_gap_text(gap, today) for gap in gaps], False),
        (_("Further talent"), [_talent_text(talent) for talent in chain.recruiting.talents[room.talents :]], False),
    )
    blocks = [Section(title, (Items(tuple(lines), numbered),)) for title, lines, numbered in parts if lines]
    nothing = Paragraph(_("The page says everything; nothing is left for the annex."))
    return Section(_("Annex"), tuple(blocks) or (nothing,))


def _ask_text(ask: AskRow, today: date) -> str:
    return _("By {day}: {what}. Why: {reason}. Otherwise: {otherwise}.").format(
        day=_by_text(ask, today), what=ask.what, reason=ask.reason or "—", otherwise=ask.otherwise
    )


def _overview(result: Result) -> Document:
    cutoffs = {chain.investment.cutoff for chain in result.chains if chain.investment.cutoff is not None}
    return Document(
        title=_("{place}: industrial chains").format(place=result.place),
        blocks=(_overview_table(result),),
        asides=(as_of_text(result.as_of), *((cutoffs_text(cutoffs, result.as_of),) if cutoffs else ())),
        footer=(rules_text(result.rules), _("One chain in full: projledger chain ID")) if result.chains else (),
        landscape=True,
    )


def _overview_table(result: Result) -> Table:
    unit, today = result.money_unit, result.as_of
    return Table(
        columns=(
            Column(_("Chain"), wrap=True),
            Column(_("Chief")),
            Column(_("Leading department"), wrap=True),
            Column(_("Projects"), "right"),
            Column(_("Total investment"), "right"),
            Column(_("This year's investment"), wrap=True),
            Column(_("Lights"), wrap=True),
            Column(_("Open problems"), wrap=True),
            Column(_("Factor gaps"), "right"),
            Column(_("Map gaps"), wrap=True),
            Column(_("Meetings held"), wrap=True),
            Column(_("Asked of the chief"), "right"),
        ),
        rows=tuple(
            (
                Cell(named(chain.name, chain.id), chain.name),
                Cell(chain.chief_name),
                Cell(chain.lead_unit_name),
                Cell(str(chain.projects.total), chain.projects.total),
                Cell(money_text(chain.total_investment, unit), chain.total_investment),
                Cell(_rate_text(chain.investment)),
                Cell(lights_text(chain.lights)),
                Cell(_problem_cell(chain), sum(chain.problems.values())),
                Cell(str(len(chain.gaps)), len(chain.gaps)),
                Cell(listing([node.name for node in chain.map if node.state == "missing"]) or "—"),
                Cell(_held_text(chain.meetings, today)),
                Cell(str(len(chain.asks)), len(chain.asks)),
            )
            for chain in result.chains
        ),
        empty=_("No industrial chain is in these ledgers: write chains.yaml"),
        main=True,
    )


def _rate_text(found: Investment) -> str:
    if found.planned is None:
        return _("no target")
    if found.rate is None:
        return _("not reported") if found.missing else _("no figure is due yet")
    return commas([percent_text(found.rate), *_verdict(found)])


def _problem_cell(chain: ChainRow) -> str:
    total = sum(chain.problems.values())
    if not total:
        return "0"
    return _("{n} (oldest {age})").format(n=total, age=days_text(max(chain.problem_ages.values())))


def _held_text(found: MeetingFigures, today: date) -> str:
    if found.cadence is None:
        return _("{n}, no cadence").format(n=found.meetings)
    if not found.required:
        return str(found.meetings)
    return _("{held} of {required}").format(held=found.held, required=found.required)
