"""`status`: the one screen of a project office.

First who must act by when and how late; then targets, projects, problems, the next days, and what is missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final

from projledger.analysis import counts, selection
from projledger.analysis.assessment import Assessment, assess
from projledger.analysis.lagging import Lag
from projledger.analysis.upcoming import Due, due, overdue_decisions
from projledger.calendar import day_text
from projledger.document import Bar, Bars, Block, Document, Items, Paragraph, Run, Section, Text
from projledger.frozen import frozen
from projledger.i18n import _, joined, listing, ngettext, pgettext
from projledger.models.project import Project
from projledger.models.types import LIGHTS, Category, StageName
from projledger.models.workspace import Workspace
from projledger.quantities import days_text, money_text
from projledger.reports import Query, targets
from projledger.reports.lagging import Row, rows_of
from projledger.reports.lagging import wanted as lagging_filter
from projledger.reports.parts.dues import Entry, due_codes, due_text
from projledger.reports.parts.words import (
    CATEGORY_WORDS,
    STAGE_WORDS,
    as_of_text,
    code,
    commas,
    count_text,
    cutoffs_text,
    due_on_text,
    lamp,
    lights_text,
    projects_text,
    rules_text,
    rules_title,
    stage_now,
)
from projledger.reports.targets import TargetRow

MOST: Final = 7
"""Lines of a list on the screen; the rest is counted, and the command that shows it is named."""
TOP: Final = 50
"""Lagging items of the result; `projledger lagging` has them all."""
_IN_FULL: Final = 2
"""Items of one project that its line tells in full."""
_AHEAD: Final = timedelta(days=7)


@frozen
class StageCounts:
    """Projects by current stage, and stages reached this year up to the day."""

    stock: dict[StageName, int]
    events: dict[StageName, int]


@frozen
class ProblemCounts:
    """Problems of projects that are not cleared. `closed` are those closed this year."""

    open: int
    overdue: int
    closed: int
    oldest_days: int | None
    by_category: dict[Category, int]
    oldest: str | None


@frozen
class Missing:
    """Something nobody reported, or that has no duration."""

    ref: str
    name: str
    project_name: str
    owner: str | None
    owner_name: str


@frozen
class Result:
    """The state of the place on a day.

    `lights` are those of projects not cleared, none: paused. `decisions` are those of meetings that are overdue.
    `lagging` is the top of everything that lags, `pressing` how many red and yellow items there are of each project
    (or of something else, by its reference), those that must act first at the top.
    `investment` is None where no project gives its own, `no_investment` how many of them do not.
    """

    place: str
    as_of: date
    projects: counts.ProjectCounts
    lights: dict[str, int]
    stages: StageCounts
    targets: tuple[TargetRow, ...]
    lagging: tuple[Row, ...]
    lagging_count: int
    pressing: dict[str, int]
    problems: ProblemCounts
    decisions: tuple[Entry, ...]
    upcoming: tuple[Entry, ...]
    unreported: tuple[Missing, ...]
    no_duration: tuple[Missing, ...]
    investment: Decimal | None
    no_investment: int
    money_unit: str
    cleared: tuple[str, ...]
    rules: str
    rules_title: str
    project_names: dict[str, str]


def compute(query: Query) -> Result:
    """Everything the screen says, for the wanted projects."""
    workspace, as_of, wanted = query.workspace, query.as_of, query.filter
    assessment = assess(workspace, as_of)
    chosen = selection.projects(workspace, as_of, wanted, assessment.light)
    counted = counts.counted(chosen, as_of)
    ids = {project.id for project in counted}
    lights = dict.fromkeys((*LIGHTS, "none"), 0)
    for project in counted:
        lights[assessment.light(project.id) or "none"] += 1
    wants = lagging_filter(query, assessment)
    lags = [lag for lag in assessment.lags if wants(lag)]
    pressing: dict[str, list[Lag]] = {}
    for lag in lags:
        if _presses(lag):
            pressing.setdefault(lag.project or lag.ref, []).append(lag)
    named = {id(lag) for group in list(pressing.values())[:MOST] for lag in group[:_IN_FULL]}
    top = [lag for number, lag in enumerate(lags) if number < TOP or id(lag) in named]
    year = date(as_of.year, 1, 1)
    return Result(
        place=workspace.settings.name,
        as_of=as_of,
        projects=counts.project_counts(chosen, as_of),
        lights=lights,
        stages=StageCounts(counts.stage_stock(counted, as_of), counts.stage_events(counted, year, as_of)),
        targets=_targets(assessment, wanted, as_of),
        lagging=rows_of(assessment, top),
        lagging_count=len(lags),
        pressing={key: len(group) for key, group in pressing.items()},
        problems=_problems(counted, as_of, year),
        decisions=tuple(_upcoming(workspace, e) for e in overdue_decisions(workspace, as_of) if wanted.empty),
        upcoming=tuple(
            _upcoming(workspace, entry)
            for entry in due(workspace, assessment.schedule, as_of, as_of, as_of + _AHEAD)
            if entry.project in ids or (entry.project is None and wanted.empty)
        ),
        unreported=tuple(_unreported(workspace, lags)),
        no_duration=tuple(_no_duration(workspace, counted, as_of)),
        investment=counts.investment_once(counted),
        no_investment=_no_investment(counted),
        money_unit=workspace.settings.money_unit,
        cleared=tuple(p.name for p in chosen if p.status_on(as_of) == "cleared"),
        rules=workspace.settings.rules,
        rules_title=rules_title(workspace),
        project_names={lag.project: workspace.projects_by_id[lag.project].name for lag in top if lag.project},
    )


def _presses(lag: Lag | Row) -> bool:
    """Whether somebody must act now; overdue decisions of meetings have their own lines."""
    return lag.light in ("red", "yellow") and lag.kind != "decision"


def _targets(assessment: Assessment, wanted: selection.Filter, as_of: date) -> tuple[TargetRow, ...]:
    """The place's targets, or those of the wanted chains and units, whose period holds the day."""
    scopes = {*wanted.chain, *wanted.unit} or {"all"}
    found = [
        standing
        for standing in assessment.standings
        if (standing.scope in scopes or standing.scope_name in scopes) and standing.period.contains(as_of)
    ]
    return tuple(targets.row(standing, assessment.light(standing.ref)) for standing in targets.in_order(found))


def _problems(projects: tuple[Project, ...], as_of: date, year: date) -> ProblemCounts:
    states = tuple(counts.problems(projects, as_of))
    alive = [state for state in states if state.state != "closed"]
    by_category: dict[Category, int] = {}
    for state in alive:
        by_category[state.problem.category] = by_category.get(state.problem.category, 0) + 1
    oldest = max(alive, key=lambda state: state.age_days, default=None)
    return ProblemCounts(
        open=len(alive),
        overdue=sum(state.overdue for state in alive),
        closed=sum(s.state == "closed" and s.problem.closed is not None and s.problem.closed >= year for s in states),
        oldest_days=oldest.age_days if oldest else None,
        by_category=dict(sorted(by_category.items(), key=lambda pair: -pair[1])),
        oldest=f"{oldest.project.id}/{oldest.problem.id}" if oldest else None,
    )


def _upcoming(workspace: Workspace, entry: Due) -> Entry:
    project = workspace.projects_by_id.get(entry.project or "")
    return Entry(
        date=entry.date,
        kind=entry.kind,
        ref=entry.ref,
        name=entry.name,
        project=entry.project,
        project_name=project.name if project else "",
        owner=entry.owner,
        owner_name=workspace.party_name(entry.owner),
        own=entry.own,
        since=entry.since,
        late=entry.late,
        decided=entry.decided,
    )


def _unreported(workspace: Workspace, lags: list[Lag]) -> Iterator[Missing]:
    for lag in lags:
        if any(reason.code == "unreported" for reason in lag.reasons):
            project = workspace.projects_by_id.get(lag.project or "")
            yield Missing(
                lag.ref,
                lag.name,
                project.name if project else "",
                lag.owner,
                workspace.person_name(lag.owner),
            )


def _no_investment(projects: tuple[Project, ...]) -> int:
    """How many projects do not say their investment, and belong to no package and have no modules that do."""
    known = {project.id: project for project in projects if project.investment is not None}
    packages = {project.parent for project in known.values()}
    return sum(
        project.id not in known and project.id not in packages and not counts.packages(project, known)
        for project in projects
    )


def _no_duration(workspace: Workspace, projects: tuple[Project, ...], as_of: date) -> Iterator[Missing]:
    """Unfinished tasks that have neither a duration nor a planned start, so that nobody knows when to begin them."""
    for project in projects:
        if project.status_on(as_of) != "active":
            continue
        for task in project.tasks:
            done = task.done is not None and task.done <= as_of
            if not done and task.kind != "milestone" and task.duration is None and task.start is None:
                owner = task.owner or project.owner
                ref = f"{project.id}/{task.id}"
                yield Missing(ref, task.name, project.name, owner, workspace.person_name(owner))


# --- the screen ----------------------------------------------------------------------------------------------------


def document(result: Result) -> Document:
    """The screen: who must act first, what is missing last."""
    sections = [
        Section(_act_title(result), tuple(_act(result))),
        Section(_("Targets"), tuple(_target_blocks(result))),
        Section(_("Projects"), tuple(_project_blocks(result))),
        Section(_("Problems"), (Paragraph(_problem_text(result)),)),
        Section(_("The next 7 days"), tuple(_next_days(result))),
        Section(_("Not reported"), tuple(_missing(result))),
    ]
    footer = [rules_text(result.rules, result.rules_title)]
    if result.cleared:
        footer.append(_("Cleared, in no count: {names}").format(names=listing(result.cleared)))
    cutoffs = {row.cutoff for row in result.targets if row.cutoff is not None}
    asides = [as_of_text(result.as_of), *([cutoffs_text(cutoffs, result.as_of)] if cutoffs else [])]
    return Document(
        title=_("{place}: key projects").format(place=result.place),
        blocks=tuple(sections),
        asides=tuple(asides),
        footer=tuple(footer),
    )


def _act_title(result: Result) -> str:
    n = result.projects.under_way
    under_way = ngettext("{n} project under way", "{n} projects under way", n).format(n=n)
    # What stands still has no light and is not under way: the lights shown here add up to the projects named.
    lights = lights_text(result.lights | {"none": 0})
    return _("Who must act ({projects}: {lights})").format(lights=lights, projects=under_way)


def _act(result: Result) -> Iterator[Block]:
    pressing = [row for row in result.lagging if _presses(row)]
    if not pressing and result.unreported:
        n = len(result.unreported)
        yield Paragraph(
            ngettext(
                "Nothing that was reported is overdue or behind its plan. {n} item is unreported: nobody can tell.",
                "Nothing that was reported is overdue or behind its plan. {n} items are unreported: nobody can tell.",
                n,
            ).format(n=n)
        )
    elif not pressing and not result.decisions:
        yield Paragraph(_("Nothing is overdue, and nothing is behind its plan."))
    groups: dict[str, list[Row]] = {}
    for lag in pressing:
        groups.setdefault(lag.project or lag.ref, []).append(lag)
    shown = list(groups.values())[:MOST]
    lines = tuple(_act_line(group, result) for group in shown)
    rest = len(result.pressing) - len(shown)
    more = _("{n} more: {command}").format(n=rest, command="projledger lagging") if rest > 0 else ""
    if lines:
        yield Items(lines, numbered=True, more=more)
    if result.decisions:
        shown_decisions = tuple(_due_line(entry, result.as_of) for entry in result.decisions[:MOST])
        yield Paragraph(_("Decisions of meetings that are overdue:"))
        rest = len(result.decisions) - len(shown_decisions)
        yield Items(shown_decisions, more=ngettext("{n} more", "{n} more", rest).format(n=rest) if rest > 0 else "")


def _act_line(group: list[Row], result: Result) -> Text:
    """One project and what presses most in it: two items in full, the rest counted."""
    first = group[0]
    runs: list[Run] = [lamp(first.light), Run(" ")]
    if first.project is not None:
        runs += [Run(_("{name}: ").format(name=result.project_names[first.project]), "strong")]
    for number, lag in enumerate(group[:_IN_FULL]):
        if number:
            runs.append(Run(_("; ")))
        runs += [Run(_lag_text(lag, result.as_of)), Run(" "), code(lag.ref)]
    rest = result.pressing[first.project or first.ref] - _IN_FULL
    if rest > 0:
        runs.append(Run(ngettext("; {n} more item", "; {n} more items", rest).format(n=rest), "dim"))
    return tuple(runs)


def _lag_text(lag: Row, today: date) -> str:
    """What it is, when it should have been done, how late or why, and whose it is."""
    reasons = commas([str(reason["text"]) for reason in lag.reasons[:2]])
    if lag.kind == "project":
        text = reasons  # the line has its name already
    elif lag.deadline is not None and lag.original_deadline is not None:
        due = due_on_text(lag.kind, lag.deadline, lag.original_deadline, lag.extensions, today)
        text = _("{name}, {due}: {reasons}").format(name=lag.name, due=due, reasons=reasons)
    else:
        text = _("{name}: {reasons}").format(name=lag.name, reasons=reasons)
    return _("{what} — {owner}").format(what=text, owner=lag.owner_name) if lag.owner_name else text


def _target_blocks(result: Result) -> Iterator[Block]:
    if not result.targets:
        yield Paragraph(_("No target for this period."))
        return
    for group in targets.grouped(result.targets):
        yield Paragraph(targets.sentence(group))
    yield targets.bars(result.targets, "", _("the pace at the date of the figures"))


def _project_blocks(result: Result) -> Iterator[Block]:
    numbers = result.projects
    if not numbers.total and not numbers.cleared:
        yield Paragraph(_("No projects in these ledgers."))
        return
    yield Paragraph(
        joined(
            _("{total} in the ledgers: {counts}; cleared {cleared}.").format(
                total=numbers.total, counts=projects_text(numbers), cleared=numbers.cleared
            ),
            _investment_text(result),
        )
    )
    bars = tuple(_stage_bars(result.stages))
    if bars:
        yield Bars(bars, _("Projects by current stage"))


def _stage_bars(stages: StageCounts) -> Iterator[Bar]:
    """The stages that projects stand in or that some reached this year; talks and reserve have no day of their own."""
    most = max(*stages.stock.values(), 1)
    for stage, count in stages.stock.items():
        reached = 0 if stage in ("reserve", "negotiating") else stages.events[stage]
        if count or reached:
            text = _("{n}; {stage} this year: {reached}") if reached else pgettext("projects", "{n}")
            text = text.format(n=count, stage=_(STAGE_WORDS[stage]), reached=reached)
            yield Bar(stage_now(stage), Fraction(count, most), text)


def _investment_text(result: Result) -> str:
    """The total investment and how many projects do not say theirs: what is absent is never zero."""
    if result.investment is None:
        return _("Total investment not given.") if result.projects.total else ""
    amount = money_text(result.investment, result.money_unit)
    if not result.no_investment:
        return _("Total investment {amount}.").format(amount=amount)
    return ngettext(
        "Total investment {amount}, without {n} project that does not give its own.",
        "Total investment {amount}, without {n} projects that do not give theirs.",
        result.no_investment,
    ).format(amount=amount, n=result.no_investment)


def _problem_text(result: Result) -> str:
    found = result.problems
    if not found.open:
        return _("None open; {closed} closed this year.").format(closed=found.closed)
    categories = [count_text(_(CATEGORY_WORDS[name]), count) for name, count in found.by_category.items()]
    return joined(
        _("{open} open ({overdue} overdue; the oldest {oldest}): {categories}.").format(
            open=found.open,
            overdue=found.overdue,
            oldest=days_text(found.oldest_days or 0),
            categories=listing(categories),
        ),
        _("{closed} closed this year.").format(closed=found.closed),
    )


def _next_days(result: Result) -> Iterator[Block]:
    lines = tuple(_due_line(entry, result.as_of) for entry in result.upcoming)
    if not lines:
        yield Paragraph(_("Nothing falls due."))
        return
    rest = len(lines) - 2 * MOST
    more = ngettext("{n} more", "{n} more", rest).format(n=rest) if rest > 0 else ""
    yield Items(lines[: 2 * MOST], more=more)


def _due_line(entry: Entry, today: date) -> Text:
    day = day_text(entry.date, today)
    where = _("{name}: ").format(name=entry.project_name) if entry.project_name else ""
    who = _(" ({name})").format(name=entry.owner_name) if entry.owner_name else ""
    return (Run(day, "strong"), Run(" "), Run(where + due_text(entry, today) + who), Run(" "), due_codes(entry))


def _missing(result: Result) -> Iterator[Block]:
    if not result.unreported and not result.no_duration:
        yield Paragraph(_("Nothing is missing."))
    for title, rows in (
        (_("Unreported"), result.unreported),
        (_("No duration"), result.no_duration),
    ):
        if rows:
            yield Paragraph(_missing_text(title, rows))


def _missing_text(title: str, rows: tuple[Missing, ...]) -> Text:
    runs = [Run(_("{title} {n}: ").format(title=title, n=len(rows)))]
    for number, missing in enumerate(rows[:MOST]):
        name = (
            _("{project} · {item}").format(project=missing.project_name, item=missing.name)
            if missing.project_name not in ("", missing.name)
            else missing.name
        )
        who = _(" ({name})").format(name=missing.owner_name) if missing.owner_name else ""
        runs += [Run((_("; ") if number else "") + name + who), Run(" "), code(missing.ref)]
    rest = len(rows) - MOST
    if rest > 0:
        runs.append(Run(ngettext("; {n} more", "; {n} more", rest).format(n=rest), "dim"))
    return tuple(runs)
