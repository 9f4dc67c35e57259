"""`problems`: the problem ledger, its clocks and its close-out, and which leader takes what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from typing import Final

from projledger.analysis import clocks, counts, selection
from projledger.analysis.assessment import Assessment, assess
from projledger.analysis.counts import ProblemState, ProblemSummary
from projledger.calendar import day_text
from projledger.document import Bar, Bars, Block, Cell, Column, Document, Items, Paragraph, Section, Table, Text
from projledger.frozen import frozen
from projledger.i18n import N_, _, joined, ngettext, pgettext
from projledger.models.types import Category, Light
from projledger.models.workspace import Workspace
from projledger.quantities import days_text, number_text, percent_text
from projledger.reports import Query
from projledger.reports.parts.charts import problem_ages
from projledger.reports.parts.words import (
    CATEGORY_WORDS,
    STANDSTILL_WORDS,
    STATE_WORDS,
    Standstill,
    as_of_text,
    clauses,
    commas,
    deadline_text,
    lamp,
    named,
    not_listed,
    owner_text,
    span_text,
    standstill,
    tally,
    tone,
)

_MOST_BARS: Final = 20
"""Open problems whose ages are drawn one by one; more are counted by age."""

# --- the result -------------------------------------------------------------------------------------------------------


@frozen
class ClockRow:
    """A unit that must respond: by `due`, or how many workdays over; `running` while the response is awaited."""

    unit: str
    unit_name: str
    role: clocks.Role
    due: date
    responded: date | None
    running: bool
    workdays_over: int


@frozen
class ProblemRow:
    """A problem as it stands on the day.

    `deadline` is the one in force. `days_late` counts calendar days after it and is 0 while it is not overdue; paused
    days count neither there nor in `age_days`. `on_time` is known once the solution is submitted or the problem
    closed. `leader` is who takes problems of its category. `reopened` counts. `paused`: the project is, and the
    problem is not judged.
    """

    ref: str
    text: str
    state: str
    category: Category
    owner: str | None
    raised: date
    deadline: date
    age_days: int
    light: Light | None
    project: str
    project_name: str
    owner_name: str
    unit: str
    leader: str | None
    leader_name: str
    level: int
    raised_by: str | None
    raised_by_name: str
    original_deadline: date
    extended: int
    overdue: bool
    days_late: int
    responded: date | None
    clocks: tuple[ClockRow, ...]
    blocks: tuple[str, ...]
    submitted: date | None
    closed: date | None
    on_time: bool | None
    evidence: str | None
    verified_by: str | None
    verified_by_name: str
    reopened: int
    paused: Standstill
    next: str | None


@frozen
class CategoryRow:
    """The problems of one category, and the leader who takes them."""

    category: Category
    leader: str | None
    leader_name: str
    raised: int
    open: int
    overdue: int
    closed: int
    close_rate: Fraction | None
    on_time_rate: Fraction | None
    max_age: int | None


@frozen
class LeaderRow:
    """What one leader has to take now: problems that are not closed."""

    leader: str | None
    leader_name: str
    open: int
    overdue: int
    max_age: int
    problems: tuple[str, ...]


@frozen
class Result:
    """The problems asked for, overdue ones first, then the other open ones by deadline, then the closed ones.

    `recorded` counts all problems raised by the day in projects that are not cleared; `cleared` names the cleared
    projects whose problems are left out.
    """

    place: str
    as_of: date
    since: date | None
    until: date | None
    problems: tuple[ProblemRow, ...]
    summary: ProblemSummary
    by_category: tuple[CategoryRow, ...]
    by_leader: tuple[LeaderRow, ...]
    recorded: int
    cleared: tuple[str, ...]


def compute(query: Query) -> Result:
    """The wanted problems raised by the day (and between `--since` and `--until`)."""
    workspace, as_of, wanted = query.workspace, query.as_of, query.filter
    about = query.several("about", CATEGORY_WORDS)
    assessment = assess(workspace, as_of)
    light_of = assessment.light if wanted.light else None
    projects = workspace.projects if "cleared" in wanted.status else counts.counted(workspace.projects, as_of)
    listed = list(counts.problems(projects, as_of))
    states = [
        state
        for state in listed
        if (item := workspace.items.get(f"{state.project.id}/{state.problem.id}")) is not None
        and item.record is state.problem
        and selection.wants_item(workspace, as_of, wanted, item, light_of)
        and wanted.dated(state.problem.raised)
        and (not about or state.problem.category in about)
        and (not query.options.get("open") or state.state != "closed")
        and (not query.options.get("overdue") or state.overdue)
    ]
    rows = sorted((_row(assessment, state) for state in states), key=_order)
    shown = {project.id for project in projects}
    return Result(
        place=workspace.settings.name,
        as_of=as_of,
        since=wanted.since,
        until=wanted.until,
        problems=tuple(rows),
        summary=counts.problem_summary(states, as_of),
        by_category=tuple(_categories(workspace, states, as_of)),
        by_leader=tuple(_leaders(workspace, rows)),
        recorded=len(listed),
        cleared=tuple(p.name for p in workspace.projects if p.id not in shown and p.problems),
    )


def _row(assessment: Assessment, state: ProblemState) -> ProblemRow:
    workspace, as_of = assessment.workspace, assessment.as_of
    project, problem = state.project, state.problem
    ref = f"{project.id}/{problem.id}"
    owner, unit = problem.owner or project.owner, problem.lead_unit or project.unit
    leader = workspace.settings.routing.get(problem.category)

    def known(day: date | None) -> date | None:
        return day if day is not None and day <= as_of else None

    closed = problem.closed if state.state == "closed" else None
    submitted = known(problem.submitted) if state.state in ("pending", "closed") else None
    finished = submitted or closed
    return ProblemRow(
        ref=ref,
        text=problem.text,
        state=state.state,
        category=problem.category,
        owner=owner,
        raised=problem.raised,
        deadline=state.deadline,
        age_days=state.age_days,
        light=assessment.light(ref) if state.state != "closed" else None,
        project=project.id,
        project_name=project.name,
        owner_name=owner_text(workspace, owner, unit),
        unit=unit,
        leader=leader,
        leader_name=workspace.person_name(leader),
        level=problem.level,
        raised_by=problem.raised_by,
        raised_by_name=workspace.party_name(problem.raised_by),
        original_deadline=problem.deadline,
        extended=sum(extension.date <= as_of for extension in problem.extensions),
        overdue=state.overdue,
        days_late=counts.days_in(state.deadline, as_of, project) if state.overdue else 0,
        responded=known(problem.responded),
        clocks=tuple(
            ClockRow(c.unit, workspace.unit_name(c.unit), c.role, c.due, c.responded, c.running, c.workdays_over)
            for c in clocks.clocks(workspace, project, problem, as_of)
        ),
        blocks=tuple(workspace.absolute(project, task) for task in problem.blocks),
        submitted=submitted,
        closed=closed,
        on_time=finished <= state.deadline if finished is not None else None,
        evidence=problem.evidence if closed is not None else None,
        verified_by=problem.verified_by if closed is not None else None,
        verified_by_name=workspace.party_name(problem.verified_by) if closed is not None else "",
        reopened=sum(day <= as_of for day in problem.reopened),
        paused=standstill(project, as_of),
        next=problem.next if closed is None else None,
    )


def _order(row: ProblemRow) -> tuple[int, int, date]:
    """Overdue, the latest first; open and awaiting verification, by deadline; closed, the newest first."""
    if row.overdue:
        return 0, -row.days_late, row.deadline
    if row.state == "closed":
        return 3, -(row.closed or row.raised).toordinal(), row.deadline
    return (2 if row.state == "pending" else 1), 0, row.deadline


def _categories(workspace: Workspace, states: Sequence[ProblemState], as_of: date) -> Iterator[CategoryRow]:
    for category in CATEGORY_WORDS:
        listed = [state for state in states if state.problem.category == category]
        if listed:
            summary = counts.problem_summary(listed, as_of)
            leader = workspace.settings.routing.get(category)
            yield CategoryRow(
                category,
                leader,
                workspace.person_name(leader),
                summary.raised,
                summary.open,
                summary.overdue,
                summary.closed,
                summary.close_rate,
                summary.on_time_rate,
                summary.max_age,
            )


def _leaders(workspace: Workspace, rows: Iterable[ProblemRow]) -> Iterator[LeaderRow]:
    """What is open, by the leader who takes it; what nobody takes comes last."""
    taken: dict[str | None, list[ProblemRow]] = {leader: [] for leader in workspace.settings.routing.values()}
    for row in rows:
        if row.state != "closed":
            taken.setdefault(row.leader, []).append(row)
    for leader in (*(name for name in taken if name is not None), None):
        listed = taken.get(leader, [])
        if listed:
            yield LeaderRow(
                leader,
                workspace.person_name(leader),
                len(listed),
                sum(row.overdue for row in listed),
                max(row.age_days for row in listed),
                tuple(row.ref for row in listed),
            )


# --- the page ---------------------------------------------------------------------------------------------------------


def document(result: Result) -> Document:
    """What people read: what is overdue and whose it is; ages; who must respond; close-out by category and leader."""
    rows = result.problems
    blocks: list[Block] = []
    if rows:
        awaited = sum(clock.running and clock.workdays_over > 0 for row in rows for clock in row.clocks)
        blocks.append(Paragraph(summary_text(result.summary, awaited)))
    blocks.append(_table(result))
    alive = [row for row in rows if row.state != "closed"]
    if 1 < len(alive) <= _MOST_BARS:
        blocks.append(_ages(alive))
    elif alive:
        blocks.append(problem_ages((row.age_days, row.light) for row in alive))
    if alive:
        blocks.append(Section(_("Who raised it, and who must respond"), (_responses(alive, result.as_of),)))
    if len(result.by_category) > 1 or result.by_leader:
        blocks.append(Section(_("What they are about, and the leaders who take them"), (_by_category(result),)))
        if result.by_leader:
            blocks.append(Items(tuple(_leader_text(row) for row in result.by_leader)))
    return Document(
        title=_("{place}: problem ledger").format(place=result.place),
        blocks=tuple(blocks),
        asides=(as_of_text(result.as_of), *_span(result)),
        footer=not_listed(result.cleared),
        landscape=True,
    )


def _span(result: Result) -> tuple[str, ...]:
    """Which problems, where only some days were asked for."""
    text = span_text(result.since, result.until, result.as_of)
    return (_("Raised {span}").format(span=text),) if text else ()


def summary_text(summary: ProblemSummary, awaited: int = 0) -> str:
    """A cohort of problems in two sentences: what is open (`awaited`: responses overdue), and what was closed."""
    now = [_("Open: {n}").format(n=summary.open)]
    if summary.overdue:
        now.append(pgettext("problems", "overdue: {n}").format(n=summary.overdue))
    if summary.median_age is not None and summary.max_age is not None:
        median = summary.median_age
        whole = median.denominator == 1
        age = days_text(median.numerator) if whole else _("{number} days").format(number=number_text(median))
        now.append(_("median age {age}").format(age=age))
        now.append(_("oldest {age}").format(age=days_text(summary.max_age)))
    if summary.over_30_days:
        now.append(_("over 30 days: {n}").format(n=summary.over_30_days))
    if awaited:
        now.append(_("responses overdue: {n}").format(n=awaited))
    then = [_("Raised: {n}").format(n=summary.raised), _("closed: {n}").format(n=summary.closed)]
    if summary.close_rate is not None:
        then.append(_("close-out rate {rate}").format(rate=percent_text(summary.close_rate)))
    if summary.on_time_rate is not None:
        then.append(_("of these in time {rate}").format(rate=percent_text(summary.on_time_rate)))
    if summary.reopened:
        then.append(_("reopened: {n}").format(n=summary.reopened))
    return joined(*(_("{sentence}.").format(sentence=tally(said)) for said in (now, then)))


_GROUPS: Final = (
    (0, N_("Overdue")),
    (1, N_("Open")),
    (2, N_("Awaiting verification")),
    (3, N_("Closed")),
)


def _table(result: Result) -> Table:
    rows: list[tuple[Cell | Text, ...]] = []
    for number, title in _GROUPS:
        listed = [row for row in result.problems if _order(row)[0] == number]
        if listed:
            rows.append((_("{title} ({n})").format(title=_(title), n=len(listed)),))
            rows += [_cells(row, result.as_of) for row in listed]
    nothing = _("No problem matches: {n} are recorded").format(n=result.recorded)
    return Table(
        columns=(
            Column(_("Light")),
            Column(_("Problem"), wrap=True),
            Column(_("Project"), wrap=True),
            Column(_("About")),
            Column(_("Owner"), wrap=True),
            Column(_("Deadline"), wrap=True),
            Column(_("State"), wrap=True),
            Column(_("Next step"), wrap=True),
        ),
        rows=tuple(rows),
        empty=nothing if result.recorded else _("No problem is recorded in these ledgers"),
        main=True,
    )


def _cells(row: ProblemRow, today: date) -> tuple[Cell | Text, ...]:
    return (
        Cell((lamp(row.light),), row.light) if row.state != "closed" else Cell(""),
        Cell(named(row.text, row.ref), row.text),
        Cell(row.project_name),
        Cell(_(CATEGORY_WORDS[row.category])),
        Cell(row.owner_name),
        Cell(deadline_text(row.deadline, row.original_deadline, row.extended, today), row.deadline),
        Cell(state_text(row, today)),
        Cell(row.next or ""),
    )


def state_text(row: ProblemRow, today: date) -> str:
    """The state of a problem in words: how late, how old, or when it was closed and who verified it."""
    said = []
    if row.closed is not None:
        said.append(_("closed {day}").format(day=day_text(row.closed, today)))
        if row.verified_by_name:
            said.append(_("verified by {name}").format(name=row.verified_by_name))
        said.append(_("in time") if row.on_time else _("not in time"))
        return commas(said)
    if row.overdue:
        said.append(_("overdue {days}").format(days=days_text(row.days_late)))
    elif row.state == "pending" and row.submitted is not None:
        said.append(_("submitted {day}").format(day=day_text(row.submitted, today)))
        if not row.on_time:
            said.append(_("not in time"))
    else:
        said.append(_(STATE_WORDS[row.state]))
    said.append(_("{days} old").format(days=days_text(row.age_days)))
    if row.paused:
        said.append(_(STANDSTILL_WORDS[row.paused]))
    if row.reopened:
        said.append(ngettext("reopened once", "reopened {n} times", row.reopened).format(n=row.reopened))
    return commas(said)


def _ages(rows: Sequence[ProblemRow]) -> Bars:
    oldest = max(30, *(row.age_days for row in rows))
    return Bars(
        tuple(
            Bar(
                row.text, Fraction(row.age_days, oldest), days_text(row.age_days), Fraction(30, oldest), tone(row.light)
            )
            for row in sorted(rows, key=lambda row: -row.age_days)
        ),
        _("Age since it was raised"),
        _("30 days"),
    )


def _responses(rows: Sequence[ProblemRow], today: date) -> Table:
    return Table(
        columns=(
            Column(_("Problem"), wrap=True),
            Column(_("Raised by"), wrap=True),
            Column(_("Raised")),
            Column(_("Leading unit, 7 workdays"), wrap=True),
            Column(_("Units that help, 3 workdays"), wrap=True),
        ),
        rows=tuple(
            (
                Cell(named(row.text, row.ref), row.text),
                Cell(row.raised_by_name or "—"),
                Cell(day_text(row.raised, today), row.raised),
                *(
                    Cell(clauses([clock_text(clock, today) for clock in row.clocks if clock.role == role]) or "—")
                    for role in clocks.ALLOWED
                ),
            )
            for row in rows
        ),
    )


def clock_text(clock: ClockRow, today: date) -> str:
    """Whether a unit has responded, or by when it must."""
    over = days_text(clock.workdays_over, workdays=True)
    if clock.responded is not None:
        text = _("{unit} responded {day}, {over} too late") if clock.workdays_over else _("{unit} responded {day}")
        return text.format(unit=clock.unit_name, day=day_text(clock.responded, today), over=over)
    if not clock.running:
        return _("{unit}: no response awaited while paused").format(unit=clock.unit_name)
    waiting, over_due = _("{unit} must respond by {day}"), _("{unit} should have responded by {day}, {over} ago")
    return (over_due if clock.workdays_over else waiting).format(
        unit=clock.unit_name, day=day_text(clock.due, today), over=over
    )


def _by_category(result: Result) -> Table:
    def rate(value: Fraction | None) -> Cell:
        return Cell(percent_text(value), value) if value is not None else Cell("—")

    return Table(
        columns=(
            Column(_("About")),
            Column(_("Leader")),
            Column(pgettext("how many", "Raised"), "right"),
            Column(pgettext("how many", "Open"), "right"),
            Column(pgettext("how many", "Overdue"), "right"),
            Column(pgettext("how many", "Closed"), "right"),
            Column(_("Close-out rate"), "right"),
            Column(_("In time"), "right"),
            Column(_("Oldest open, days"), "right"),
        ),
        rows=tuple(
            (
                Cell(_(CATEGORY_WORDS[row.category]), row.category),
                Cell(row.leader_name or "—"),
                Cell(str(row.raised), row.raised),
                Cell(str(row.open), row.open),
                Cell(str(row.overdue), row.overdue),
                Cell(str(row.closed), row.closed),
                rate(row.close_rate),
                rate(row.on_time_rate),
                Cell(str(row.max_age), row.max_age) if row.max_age is not None else Cell("—"),
            )
            for row in result.by_category
        ),
    )


def _leader_text(row: LeaderRow) -> str:
    said = [_("{n} open").format(n=row.open)]
    if row.overdue:
        said.append(_("{n} overdue").format(n=row.overdue))
    said.append(_("oldest {age}").format(age=days_text(row.max_age)))
    who = row.leader_name or _("no leader named in the settings")
    return _("{who}: {what}").format(who=who, what=commas(said))
