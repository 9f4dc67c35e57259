"""`list funding`: planned, applied for, awarded and paid, by source and project, with totals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from projledger.analysis import counts, selection
from projledger.analysis.assessment import assess
from projledger.document import Block, Cell, Column, Document, Paragraph, Run, Section, Table, Text
from projledger.frozen import frozen
from projledger.i18n import N_, _, pgettext
from projledger.models.project import Funding, Project
from projledger.models.workspace import Workspace
from projledger.quantities import days_text, money_text
from projledger.reports import Query
from projledger.reports.parts import cells
from projledger.reports.parts.words import (
    FUNDING_WORDS,
    as_of_text,
    clauses,
    commas,
    named,
    not_listed,
    owner_text,
    standstill,
)

Group = Literal["bonds", "budget", "other"]
GROUPS: Final[dict[Group, tuple[str, ...]]] = {
    "bonds": ("special_bond", "general_bond"),
    "budget": ("central_budget", "provincial", "central_and_provincial", "municipal", "county"),
    "other": ("assistance", "enterprise", "bank"),
}
_GROUP_WORDS: Final[dict[str, str]] = {
    "bonds": N_("Bonds"),
    "budget": N_("Budget funds"),
    "public": N_("Bonds and budget funds"),
    "other": N_("Assistance, enterprises and banks"),
    "all": N_("All sources"),
}


@frozen
class Row:
    """Money of one project from one source; amounts are None where they are not stated, or not known yet.

    `planned_paid` is what the payment plan asks for by the date of the figures, `unpaid` what is missing of it.
    `apply_days_late` counts the days after `apply_by` without an application. `counted` is false where a package
    states the same source: the totals take the package.
    """

    ref: str
    project_name: str
    source: str
    planned: Decimal | None
    applied: Decimal | None
    awarded: Decimal | None
    paid: Decimal | None
    apply_by: date | None
    date: date | None
    apply_days_late: int
    planned_paid: Decimal | None
    unpaid: Decimal | None
    owner: str | None
    owner_name: str
    counted: bool


@frozen
class Total:
    """The money of a source or of a group of sources; None where no project states it."""

    source: str
    projects: int
    planned: Decimal | None
    applied: Decimal | None
    awarded: Decimal | None
    paid: Decimal | None


@frozen
class Result:
    """The funding asked for. `groups`: bonds, budget, public (both), other, all."""

    what: Literal["funding"]
    place: str
    as_of: date
    money_unit: str
    rows: tuple[Row, ...]
    totals: tuple[Total, ...]
    groups: tuple[Total, ...]
    cleared: tuple[str, ...]


def compute(query: Query) -> Result:
    """Where the money of the wanted projects comes from.

    `--since` and `--until` look at the date of the figures, `--owner` at who answers for the money.
    """
    workspace, as_of, wanted = query.workspace, query.as_of, query.filter
    light_of = assess(workspace, as_of).light if wanted.light else None
    projects = selection.projects(workspace, as_of, replace(wanted, owner=()), light_of)
    shown = projects if "cleared" in wanted.status else counts.counted(projects, as_of)
    ids = {project.id: project for project in shown}
    rows = [
        _row(query, project, funding, ids)
        for project in shown
        for funding in project.funding
        if wanted.dated(funding.date) and _owned(workspace, wanted, project, funding)
    ]
    sources = list(FUNDING_WORDS)
    rows.sort(key=lambda row: sources.index(row.source))
    counted = [row for row in rows if row.counted]
    return Result(
        what="funding",
        place=workspace.settings.name,
        as_of=as_of,
        money_unit=workspace.settings.money_unit,
        rows=tuple(rows),
        totals=tuple(
            _total(source, listed) for source in sources if (listed := [r for r in counted if r.source == source])
        ),
        groups=tuple(_groups(counted)),
        cleared=tuple(p.name for p in projects if p.id not in ids and p.funding),
    )


def _owned(workspace: Workspace, wanted: selection.Filter, project: Project, funding: Funding) -> bool:
    owner = funding.owner or project.owner
    return selection.named(wanted.owner, owner, workspace.person_name(owner))


def _groups(rows: Sequence[Row]) -> Iterator[Total]:
    public = (*GROUPS["bonds"], *GROUPS["budget"])
    members: dict[str, tuple[str, ...]] = {"public": public, "all": (*public, *GROUPS["other"])}
    members.update(GROUPS.items())
    for name in _GROUP_WORDS:
        listed = [row for row in rows if row.source in members[name]]
        if listed:
            yield _total(name, listed)


def _total(source: str, rows: Sequence[Row]) -> Total:
    return Total(
        source,
        len({row.ref for row in rows}),
        _sum(row.planned for row in rows),
        _sum(row.applied for row in rows),
        _sum(row.awarded for row in rows),
        _sum(row.paid for row in rows),
    )


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known else None


def _row(query: Query, project: Project, funding: Funding, shown: Mapping[str, Project]) -> Row:
    workspace, as_of = query.workspace, query.as_of
    known = funding.date is None or funding.date <= as_of
    paid = funding.paid if known else None
    cutoff = min(funding.date, as_of) if funding.date is not None else as_of
    ends = [month for month in funding.plan if month.last <= cutoff]
    planned_paid = funding.plan[max(ends)] if ends and known else None
    waits = funding.apply_by is not None and funding.apply_by < as_of and funding.applied is None
    late = counts.days_in(funding.apply_by, as_of, project) if funding.apply_by is not None and waits else 0
    owner = funding.owner or project.owner
    above = counts.packages(project, shown)
    return Row(
        ref=project.id,
        project_name=project.name,
        source=funding.source,
        planned=funding.planned,
        applied=funding.applied if known else None,
        awarded=funding.awarded if known else None,
        paid=paid,
        apply_by=funding.apply_by,
        date=funding.date if known else None,
        apply_days_late=0 if standstill(project, as_of) else late,
        planned_paid=planned_paid,
        unpaid=max(planned_paid - (paid or Decimal(0)), Decimal(0)) if planned_paid is not None else None,
        owner=owner,
        owner_name=owner_text(workspace, owner, project.unit),
        counted=not any(f.source == funding.source for package in above for f in package.funding),
    )


# --- the page ---------------------------------------------------------------------------------------------------------


def document(result: Result) -> Document:
    """What people read: the bonds and budget funds in a sentence, the sources, then every project's money."""
    blocks: list[Block] = []
    public = next((total for total in result.groups if total.source == "public"), None)
    if public is not None:
        blocks.append(Paragraph(total_text(public, result.money_unit)))
    if result.totals:
        blocks.append(_sources(result))
    blocks.append(Section(_("By source and project"), (_table(result),)) if result.totals else _table(result))
    return Document(
        title=_("{place}: funding").format(place=result.place),
        blocks=tuple(blocks),
        asides=(as_of_text(result.as_of),),
        footer=not_listed(result.cleared),
        landscape=True,
    )


def total_text(total: Total, unit: str) -> str:
    """A source or group in a sentence: planned, applied for, awarded, paid."""
    patterns = (
        (_("planned {amount}"), total.planned),
        (_("applied for {amount}"), total.applied),
        (_("awarded {amount}"), total.awarded),
        (_("paid {amount}"), total.paid),
    )
    said = [pattern.format(amount=money_text(amount, unit)) for pattern, amount in patterns if amount is not None]
    what = clauses(said) or _("no amount is stated")
    text = _("{who}: {what}").format(who=source_word(total.source), what=what)
    return _("{sentence}.").format(sentence=text)


def source_word(source: str) -> str:
    """A source or a group of sources in the reader's words."""
    return _(_GROUP_WORDS.get(source) or FUNDING_WORDS[source])


def _sources(result: Result) -> Table:
    by_source = {total.source: total for total in (*result.totals, *result.groups)}
    rows: list[tuple[Cell | Text, ...]] = []
    for group, sources in GROUPS.items():
        if group in by_source:
            rows += [_total_cells(by_source[s], result.money_unit) for s in sources if s in by_source]
            if sum(source in by_source for source in sources) > 1:
                rows.append(_total_cells(by_source[group], result.money_unit, strong=True))
        if group == "budget" and {"bonds", "budget"} <= by_source.keys():
            rows.append(_total_cells(by_source["public"], result.money_unit, strong=True))
    if len(by_source.keys() & GROUPS.keys()) > 1:
        rows.append(_total_cells(by_source["all"], result.money_unit, strong=True))
    return Table(
        columns=(
            Column(pgettext("money", "Source")),
            Column(_("Projects"), "right"),
            Column(_("Planned"), "right"),
            Column(_("Applied for"), "right"),
            Column(_("Awarded"), "right"),
            Column(_("Paid"), "right"),
        ),
        rows=tuple(rows),
    )


def _total_cells(total: Total, unit: str, *, strong: bool = False) -> tuple[Cell | Text, ...]:
    word = source_word(total.source)
    return (
        Cell((Run(word, "strong"),) if strong else word, total.source),
        cells.number(total.projects),
        cells.money(total.planned, unit),
        cells.money(total.applied, unit),
        cells.money(total.awarded, unit),
        cells.money(total.paid, unit),
    )


def _table(result: Result) -> Table:
    rows: list[tuple[Cell | Text, ...]] = []
    source = None
    for row in result.rows:
        if row.source != source:
            source = row.source
            rows.append((source_word(row.source),))
        rows.append(_cells(row, result))
    note = ""
    if any(not row.counted for row in result.rows):
        note = _("In brackets: a module whose package states the same; the totals take the package.")
    return Table(
        columns=(
            Column(_("Project"), wrap=True),
            Column(_("Planned"), "right"),
            Column(_("Applied for"), "right"),
            Column(_("Awarded"), "right"),
            Column(_("Paid"), "right"),
            Column(_("Figures of")),
            Column(_("Remarks"), wrap=True),
            Column(_("Owner"), wrap=True),
        ),
        rows=tuple(rows),
        note=note,
        empty=_("No project states where its money comes from"),
        main=True,
    )


def _cells(row: Row, result: Result) -> tuple[Cell | Text, ...]:
    unit, today = result.money_unit, result.as_of
    planned = cells.money(row.planned, unit)
    if not row.counted and row.planned is not None:
        planned = Cell(_("({text})").format(text=money_text(row.planned, unit)), row.planned)
    return (
        Cell(named(row.project_name, row.ref), row.project_name),
        planned,
        cells.money(row.applied, unit),
        cells.money(row.awarded, unit),
        cells.money(row.paid, unit),
        cells.day(row.date, today),
        Cell(_remarks(row, unit)),
        Cell(row.owner_name),
    )


def _remarks(row: Row, unit: str) -> Text:
    said = []
    if row.apply_days_late:
        said.append(_("application overdue {days}").format(days=days_text(row.apply_days_late)))
    if row.unpaid:
        said.append(_("{amount} behind the payment plan").format(amount=money_text(row.unpaid, unit)))
    return (Run(commas(said), "red"),) if said else ""
