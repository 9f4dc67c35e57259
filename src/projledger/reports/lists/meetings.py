"""`list meetings`: meetings held against those the cadences require, and what became of the decisions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final, Literal

from projledger.analysis.assessment import Assessment, assess
from projledger.analysis.meetings import DecisionState, Rhythm, decisions, rhythms
from projledger.analysis.selection import named as wanted_name
from projledger.calendar import Period, day_text, period_text
from projledger.document import Block, Cell, Column, Document, Paragraph, Run, Section, Table, Text
from projledger.frozen import frozen
from projledger.i18n import N_, _, listing, ngettext
from projledger.models.place import Meeting
from projledger.models.types import Light, PeriodKind
from projledger.quantities import days_text
from projledger.reports import Query
from projledger.reports.lists import refuse_all_but, span
from projledger.reports.parts import cells
from projledger.reports.parts.words import (
    STANDSTILL_WORDS,
    Standstill,
    as_of_text,
    clauses,
    code,
    commas,
    lamp,
    owner_text,
    standstill,
    tally,
)

_MOST_NAMES: Final = 6
"""Periods without a meeting that are named; of more, only the count is said."""

PERIOD_WORDS: Final[dict[PeriodKind, str]] = {
    "day": N_("daily"),
    "week": N_("weekly"),
    "month": N_("monthly"),
    "quarter": N_("quarterly"),
    "half": N_("half-yearly"),
    "year": N_("yearly"),
}
_ACT_WORDS: Final = {
    "supervision": N_("supervision"),
    "dispatch": N_("dispatch"),
    "notice": N_("notice"),
    "assessment": N_("assessment"),
    "evaluation": N_("evaluation"),
}


@frozen
class DecisionRow:
    """A decision; `done` is None while it is open, `days_late` counts the days after its deadline.

    `paused`: the project of its task stands still; it then has no `light`.
    """

    ref: str
    text: str
    owner: str
    owner_name: str
    deadline: date
    task: str | None
    done: date | None
    evidence: str | None
    overdue: bool
    days_late: int
    paused: Standstill
    light: Light | None


@frozen
class Row:
    """A meeting with its decisions."""

    id: str
    date: date
    period: PeriodKind | None
    chain: str | None
    chain_name: str
    park: str | None
    park_name: str
    chair: str | None
    chair_name: str
    heard: int
    comments: str | None
    decisions: tuple[DecisionRow, ...]
    done: int
    open: int
    overdue: int


@frozen
class CadenceRow:
    """A cadence of the place or a chain: periods that asked for a meeting since `counted`, and those that had one."""

    chain: str | None
    chain_name: str
    period: PeriodKind
    acts: tuple[str, ...]
    counted: date
    required: int
    held: int
    missed: tuple[str, ...]
    current: str
    current_name: str
    current_until: date
    current_held: bool
    last: date | None


@frozen
class DecisionCounts:
    """The decisions of the meetings listed."""

    total: int
    done: int
    open: int
    overdue: int


@frozen
class Result:
    """Meetings from `since` to `until`, the latest first; without `--since` also earlier ones with open decisions."""

    what: Literal["meetings"]
    place: str
    as_of: date
    since: date
    until: date
    cadences: tuple[CadenceRow, ...]
    rows: tuple[Row, ...]
    decisions: DecisionCounts


def compute(query: Query) -> Result:
    """The wanted meetings; with `--owner` only the decisions of these people."""
    refuse_all_but(query, ("chain", "park", "owner", "since", "until"))
    workspace, wanted = query.workspace, query.filter
    assessment = assess(workspace, query.as_of)
    since, until = span(query)
    states: dict[str, list[DecisionState]] = {}
    for state in decisions(workspace, query.as_of):
        owner = state.decision.owner
        if wanted_name(wanted.owner, owner, workspace.person_name(owner)):
            states.setdefault(state.meeting.id, []).append(state)
    listed = []
    for meeting in workspace.meetings:
        mine = states.get(meeting.id, [])
        carried = wanted.since is None and meeting.date < since and any(state.done is None for state in mine)
        if (
            (since <= meeting.date <= until or carried)
            and wanted_name(wanted.chain, meeting.chain, workspace.chain_name(meeting.chain))
            and wanted_name(wanted.park, meeting.park, workspace.unit_name(meeting.park))
            and (mine or not wanted.owner)
        ):
            listed.append(_row(query, meeting, mine, assessment))
    listed.sort(key=lambda row: row.date, reverse=True)
    kept = () if wanted.park or wanted.owner else rhythms(workspace, query.as_of, since, until)
    return Result(
        what="meetings",
        place=workspace.settings.name,
        as_of=query.as_of,
        since=since,
        until=until,
        cadences=tuple(
            _cadence(query, rhythm)
            for rhythm in kept
            if wanted_name(wanted.chain, rhythm.chain, workspace.chain_name(rhythm.chain))
        ),
        rows=tuple(listed),
        decisions=DecisionCounts(
            sum(len(row.decisions) for row in listed),
            sum(row.done for row in listed),
            sum(row.open for row in listed),
            sum(row.overdue for row in listed),
        ),
    )


def _row(query: Query, meeting: Meeting, states: Sequence[DecisionState], assessment: Assessment) -> Row:
    workspace = query.workspace
    done = sum(state.done is not None for state in states)
    return Row(
        id=meeting.id,
        date=meeting.date,
        period=meeting.period,
        chain=meeting.chain,
        chain_name=workspace.chain_name(meeting.chain),
        park=meeting.park,
        park_name=workspace.unit_name(meeting.park),
        chair=meeting.chair,
        chair_name=workspace.person_name(meeting.chair),
        heard=len(meeting.heard),
        comments=meeting.comments,
        decisions=tuple(
            DecisionRow(
                state.ref,
                state.decision.text,
                state.decision.owner,
                owner_text(workspace, state.decision.owner),
                state.decision.deadline,
                state.decision.task,
                state.done,
                state.decision.evidence if state.done is not None else None,
                state.overdue,
                state.days_late,
                standstill(state.project, query.as_of) if state.project is not None and state.paused else "",
                assessment.light(state.ref),
            )
            for state in states
        ),
        done=done,
        open=len(states) - done,
        overdue=sum(state.overdue for state in states),
    )


def _cadence(query: Query, rhythm: Rhythm) -> CadenceRow:
    cadences = query.workspace.settings.cadences
    return CadenceRow(
        chain=rhythm.chain,
        chain_name=query.workspace.chain_name(rhythm.chain),
        period=rhythm.period,
        acts=tuple(c.act for c in cadences if rhythm.chain is None and c.period == rhythm.period),
        counted=rhythm.counted,
        required=rhythm.required,
        held=rhythm.held,
        missed=tuple(period.text for period in rhythm.missed),
        current=rhythm.current.text,
        current_name=period_text(rhythm.current),
        current_until=rhythm.current_due,
        current_held=rhythm.current_held,
        last=rhythm.last,
    )


# --- the page ---------------------------------------------------------------------------------------------------------


def document(result: Result) -> Document:
    """What people read: what became of the decisions, held against required, every meeting with its decisions."""
    blocks: list[Block] = []
    if result.decisions.total:
        blocks.append(Paragraph(_decisions_text(result.decisions)))
    if result.cadences:
        blocks.append(_cadences(result))
    blocks.append(Section(_("Meetings and decisions"), (_table(result),)) if result.cadences else _table(result))
    days = _("{first} to {last}").format(
        first=day_text(result.since, result.as_of), last=day_text(result.until, result.as_of)
    )
    return Document(
        title=_("{place}: meetings and their decisions").format(place=result.place),
        blocks=tuple(blocks),
        asides=(as_of_text(result.as_of), days),
    )


def _decisions_text(counted: DecisionCounts) -> str:
    said = [
        _("Decisions: {n}").format(n=counted.total),
        _("done: {n}").format(n=counted.done),
        _("open: {n}").format(n=counted.open),
    ]
    if counted.overdue:
        said.append(_("overdue: {n}").format(n=counted.overdue))
    return _("{sentence}.").format(sentence=tally(said))


def _cadences(result: Result) -> Table:
    return Table(
        columns=(
            Column(_("Whose"), wrap=True),
            Column(_("Cadence")),
            Column(_("Required"), "right"),
            Column(_("Held"), "right"),
            Column(_("Without a meeting"), wrap=True),
            Column(_("Last held")),
            Column(_("This period"), wrap=True),
        ),
        rows=tuple(
            (
                Cell(row.chain_name or result.place),
                Cell(_cadence_text(row), row.period),
                cells.number(row.required),
                cells.number(row.held),
                Cell(_missed(row)),
                cells.day(row.last, result.as_of),
                Cell(_current(row, result.as_of)),
            )
            for row in result.cadences
        ),
        title=_("Meetings required by the cadences, and held"),
        note=_since(result),
    )


def _cadence_text(row: CadenceRow) -> str:
    period = _(PERIOD_WORDS[row.period])
    if not row.acts:
        return period
    return _("{period}: {acts}").format(period=period, acts=listing([_(_ACT_WORDS[act]) for act in row.acts]))


def _missed(row: CadenceRow) -> Text:
    if not row.missed:
        return "—"
    if row.required > 1 and not row.held:
        return (Run(_("none is recorded"), "red"),)
    return periods_text([Period.parse(period) for period in row.missed])


def periods_text(periods: Sequence[Period]) -> str:
    """Periods without a meeting by name; of more than a few, how many."""
    if len(periods) <= _MOST_NAMES:
        return listing([period_text(period) for period in periods])
    return ngettext("{n} period", "{n} periods", len(periods)).format(n=len(periods))


def _since(result: Result) -> str:
    """From when meetings are counted, where their record begins later than the days asked for."""
    said = []
    for chain, text in ((False, _("those of the place since {day}")), (True, _("those of chains since {day}"))):
        days = {row.counted for row in result.cadences if (row.chain is not None) == chain}
        said += [text.format(day=day_text(day, result.as_of)) for day in days if day > result.since]
    if not said:
        return ""
    return _("Counted from the first meeting on record: {sorts}.").format(sorts=clauses(said))


def _current(row: CadenceRow, today: date) -> str:
    held, due = _("{period}: held"), _("{period}: due by {day}")
    return (held if row.current_held else due).format(period=row.current_name, day=day_text(row.current_until, today))


def _table(result: Result) -> Table:
    rows: list[tuple[Cell | Text, ...]] = []
    for row in result.rows:
        rows.append((_heading(row, result.as_of),))
        if not row.decisions:
            rows.append((Cell(""), Cell(_("no decision")), *[Cell("")] * 4))
        rows += [_cells(decision, result.as_of) for decision in row.decisions]
    return Table(
        columns=(
            Column(_("Light")),
            Column(_("Decision"), wrap=True),
            Column(_("Owner"), wrap=True),
            Column(_("Deadline")),
            Column(_("State"), wrap=True),
            Column(_("Task or problem")),
        ),
        rows=tuple(rows),
        empty=_("No meeting is recorded from {first} to {last}").format(
            first=day_text(result.since, result.as_of), last=day_text(result.until, result.as_of)
        ),
        main=True,
    )


def _heading(row: Row, today: date) -> Text:
    return (Run(commas(list(_about(row, today)))), Run(" "), code(row.id))


def _about(row: Row, today: date) -> Iterator[str]:
    yield day_text(row.date, today)
    if row.chain is not None:
        yield _("chain {name}").format(name=row.chain_name)
    if row.park is not None:
        yield row.park_name
    if row.period is not None:
        yield _(PERIOD_WORDS[row.period])
    if row.chair is not None:
        yield _("chaired by {name}").format(name=row.chair_name)


def _cells(decision: DecisionRow, today: date) -> tuple[Cell | Text, ...]:
    state: Text = _("open")
    if decision.done is not None:
        state = _("done {day}").format(day=day_text(decision.done, today))
    elif decision.paused:
        state = _(STANDSTILL_WORDS[decision.paused])
    elif decision.overdue:
        state = (Run(_("overdue {days}").format(days=days_text(decision.days_late)), "red"),)
    return (
        Cell((lamp(decision.light),), decision.light) if decision.done is None else Cell(""),
        Cell((Run(decision.text), Run(" "), code(decision.ref)), decision.text),
        Cell(decision.owner_name),
        cells.day(decision.deadline, today),
        Cell(state),
        Cell(decision.task or ""),
    )
