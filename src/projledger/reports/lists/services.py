"""`list services`: what the service teams did, by team and kind, and every dated entry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

from projledger.analysis import selection
from projledger.analysis.assessment import assess
from projledger.calendar import day_text
from projledger.document import Block, Cell, Column, Document, Items, Section, Table, Text
from projledger.frozen import frozen
from projledger.i18n import _, ngettext, pgettext
from projledger.quantities import money_text, number_text
from projledger.reports import Query
from projledger.reports.lists import span
from projledger.reports.parts import cells
from projledger.reports.parts.words import LOG_WORDS, TEAM_WORDS, as_of_text, clauses, commas


@frozen
class Row:
    """The entries of one kind by one team. `at_least`: one of the counts is a lower bound.

    `amount`, `people` and `solved` are None where no entry states them.
    """

    kind: str
    team: str | None
    count: int
    at_least: bool
    amount: Decimal | None
    people: int | None
    solved: int | None
    entries: int


@frozen
class Entry:
    """One dated entry; `project` is None for the place's own log."""

    date: date
    kind: str
    team: str | None
    text: str | None
    count: int
    at_least: bool
    amount: Decimal | None
    people: int | None
    solved: int | None
    chain: str | None
    unit: str | None
    unit_name: str
    project: str | None
    project_name: str


@frozen
class Result:
    """What was done from `since` to `until`, both included."""

    what: Literal["services"]
    place: str
    as_of: date
    since: date
    until: date
    money_unit: str
    rows: tuple[Row, ...]
    entries: tuple[Entry, ...]


def compute(query: Query) -> Result:
    """Count the entries of the place's log and of the projects' logs (cleared ones are out)."""
    workspace = query.workspace
    since, until = span(query)
    light_of = assess(workspace, query.as_of).light if query.filter.light else None
    found = [
        Entry(
            log.date,
            log.kind,
            log.team,
            log.text,
            log.count,
            log.at_least,
            log.amount,
            log.people,
            log.solved,
            log.chain or (project.chain if project else None),
            log.unit,
            workspace.unit_name(log.unit),
            project.id if project else None,
            project.name if project else "",
        )
        for log, project in selection.logs(workspace, query.as_of, query.filter, light_of)
        if since <= log.date <= until
    ]
    found.sort(key=lambda entry: entry.date, reverse=True)
    teams, kinds = [*TEAM_WORDS, None], list(LOG_WORDS)
    groups: dict[tuple[int, int], list[Entry]] = {}
    for entry in found:
        groups.setdefault((teams.index(entry.team), kinds.index(entry.kind)), []).append(entry)
    return Result(
        what="services",
        place=workspace.settings.name,
        as_of=query.as_of,
        since=since,
        until=until,
        money_unit=workspace.settings.money_unit,
        rows=tuple(_row(groups[key]) for key in sorted(groups)),
        entries=tuple(found),
    )


def _row(entries: Sequence[Entry]) -> Row:
    amounts = [entry.amount for entry in entries if entry.amount is not None]
    people = [entry.people for entry in entries if entry.people is not None]
    solved = [entry.solved for entry in entries if entry.solved is not None]
    return Row(
        kind=entries[0].kind,
        team=entries[0].team,
        count=sum(entry.count for entry in entries),
        at_least=any(entry.at_least for entry in entries),
        amount=sum(amounts, Decimal(0)) if amounts else None,
        people=sum(people) if people else None,
        solved=sum(solved) if solved else None,
        entries=len(entries),
    )


def document(result: Result) -> Document:
    """What people read: each team in a sentence, the totals, every entry."""
    blocks: list[Block] = []
    if result.rows:
        blocks.append(Items(tuple(_sentences(result))))
    blocks.append(_totals(result))
    if result.entries:
        blocks.append(Section(_("Entries, the latest first"), (_entries(result),)))
    return Document(
        title=_("{place}: services").format(place=result.place),
        blocks=tuple(blocks),
        asides=(as_of_text(result.as_of), _days(result)),
    )


def _days(result: Result) -> str:
    return _("{first} to {last}").format(
        first=day_text(result.since, result.as_of), last=day_text(result.until, result.as_of)
    )


def _sentences(result: Result) -> Iterator[str]:
    for team in dict.fromkeys(row.team for row in result.rows):
        said = [row_text(row, result.money_unit) for row in result.rows if row.team == team]
        who = _(TEAM_WORDS[team]) if team is not None else _("Of no team")
        yield _("{who}: {what}").format(who=who, what=clauses(said))


def row_text(row: Row, unit: str) -> str:
    """A kind of service with its count, money, people and problems solved."""
    count = number_text(row.count)
    text = _("{kind} at least {count}") if row.at_least else _("{kind} {count}")
    said = [text.format(kind=_(LOG_WORDS[row.kind]), count=count)]
    if row.amount is not None:
        said.append(money_text(row.amount, unit))
    if row.people is not None:
        said.append(ngettext("{n} person", "{n} people", row.people).format(n=number_text(row.people)))
    if row.solved is not None:
        said.append(ngettext("{n} problem solved", "{n} problems solved", row.solved).format(n=row.solved))
    return commas(said)


def _totals(result: Result) -> Table:
    return Table(
        columns=(
            Column(_("Team")),
            Column(_("Service")),
            Column(pgettext("how many", "Count"), "right"),
            Column(_("Amount"), "right"),
            Column(_("People"), "right"),
            Column(_("Problems solved"), "right"),
        ),
        rows=tuple(
            (
                Cell(_(TEAM_WORDS[row.team]) if row.team is not None else "—", row.team),
                Cell(_(LOG_WORDS[row.kind]), row.kind),
                _count(row.count, row.at_least),
                cells.money(row.amount, result.money_unit),
                cells.number(row.people),
                cells.number(row.solved),
            )
            for row in result.rows
        ),
        empty=_("No service, visit or contact is recorded from {first} to {last}").format(
            first=day_text(result.since, result.as_of), last=day_text(result.until, result.as_of)
        ),
        main=True,
    )


def _count(count: int, at_least: bool) -> Cell:
    text = number_text(count)
    return Cell(_("at least {n}").format(n=text) if at_least else text, count)


def _entries(result: Result) -> Table:
    rows: list[tuple[Cell | Text, ...]] = [
        (
            cells.day(entry.date, result.as_of),
            Cell(_(LOG_WORDS[entry.kind])),
            Cell(entry.text or ""),
            Cell(entry.project_name or entry.unit_name),
            _count(entry.count, entry.at_least),
            cells.money(entry.amount, result.money_unit),
            cells.number(entry.people),
            cells.number(entry.solved),
        )
        for entry in result.entries
    ]
    return Table(
        columns=(
            Column(_("Date")),
            Column(_("Service")),
            Column(_("What"), wrap=True),
            Column(_("Project or unit"), wrap=True),
            Column(pgettext("how many", "Count"), "right"),
            Column(_("Amount"), "right"),
            Column(_("People"), "right"),
            Column(_("Problems solved"), "right"),
        ),
        rows=tuple(rows),
    )
