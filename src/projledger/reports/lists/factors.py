"""`list factors`: land, finance, energy and labour: needed against secured, by priority."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from projledger.analysis import counts, selection
from projledger.analysis.assessment import assess
from projledger.document import Bar, Bars, Block, Cell, Column, Document, Paragraph, Run, Table, Text
from projledger.frozen import frozen
from projledger.i18n import _, ngettext
from projledger.models.project import Factor, Project
from projledger.models.types import FACTORS, FactorName, Light
from projledger.quantities import days_text, number_text, percent_text
from projledger.reports import Query
from projledger.reports.lists import refuse_all_but
from projledger.reports.parts import cells
from projledger.reports.parts.words import (
    STANDSTILL_WORDS,
    Standstill,
    amount_text,
    as_of_text,
    commas,
    factor_word,
    lamp,
    measure_word,
    named,
    not_listed,
    owner_text,
    standstill,
)

_FILTERS = ("chain", "unit", "owner", "category", "size", "stage", "light", "status", "tag", "park", "difficult")


@frozen
class Row:
    """One factor of one project.

    `gap` is what is still to be secured, None where nothing is reported. `days_late` counts the days after its
    deadline while there is a gap. `counted` is false where a package states the same factor: the totals take the
    package. `paused`: the project is paused, suspended or cleared; it then has no `light`.
    """

    ref: str
    factor: FactorName
    project: str
    project_name: str
    priority: int | None
    needed: Decimal
    secured: Decimal | None
    gap: Decimal | None
    rate: Fraction | None
    measure: str | None
    deadline: date | None
    days_late: int
    owner: str | None
    owner_name: str
    counted: bool
    paused: Standstill
    light: Light | None


@frozen
class Total:
    """A factor over the projects that count, in one measure. `gap` and `rate` know only what is reported."""

    factor: FactorName
    measure: str | None
    projects: int
    short: int
    unreported: int
    needed: Decimal
    secured: Decimal
    gap: Decimal
    rate: Fraction | None


@frozen
class Result:
    """The factors asked for: by factor, then priority, then deadline."""

    what: Literal["factors"]
    place: str
    as_of: date
    rows: tuple[Row, ...]
    totals: tuple[Total, ...]
    cleared: tuple[str, ...]


def compute(query: Query) -> Result:
    """What the wanted projects need and have; owner and light asked for are the factor's own."""
    refuse_all_but(query, _FILTERS)
    workspace, as_of, wanted = query.workspace, query.as_of, query.filter
    light_of = assess(workspace, as_of).light
    projects = selection.projects(workspace, as_of, replace(wanted, owner=(), light=()))
    shown = projects if "cleared" in wanted.status else counts.counted(projects, as_of)
    ids = {project.id: project for project in shown}
    rows = [
        _row(query, project, name, factor, ids, light_of)
        for project in shown
        for name, factor in project.factors.named()
        if selection.wants_item(workspace, as_of, wanted, workspace.items[f"{project.id}/{name}"], light_of)
    ]
    rows.sort(key=_order)
    return Result(
        what="factors",
        place=workspace.settings.name,
        as_of=as_of,
        rows=tuple(rows),
        totals=tuple(_totals(rows)),
        cleared=tuple(p.name for p in projects if p.id not in ids and p.factors.named()),
    )


def _row(
    query: Query,
    project: Project,
    name: FactorName,
    factor: Factor,
    shown: Mapping[str, Project],
    light_of: Callable[[str], Light | None],
) -> Row:
    workspace, as_of = query.workspace, query.as_of
    gap = max(factor.needed - factor.secured, Decimal(0)) if factor.secured is not None else None
    paused = standstill(project, as_of)
    late = factor.deadline is not None and factor.deadline < as_of and gap != 0 and not paused
    owner = factor.owner or project.owner
    above = counts.packages(project, shown)
    return Row(
        ref=f"{project.id}/{name}",
        factor=name,
        project=project.id,
        project_name=project.name,
        priority=project.priority,
        needed=factor.needed,
        secured=factor.secured,
        gap=gap,
        rate=_rate(factor.secured, factor.needed),
        measure=factor.measure,
        deadline=factor.deadline,
        days_late=counts.days_in(factor.deadline, as_of, project) if factor.deadline is not None and late else 0,
        owner=owner,
        owner_name=owner_text(workspace, owner, project.unit),
        counted=not any(getattr(package.factors, name) is not None for package in above),
        paused=paused,
        light=light_of(f"{project.id}/{name}"),
    )


def _rate(secured: Decimal | None, needed: Decimal) -> Fraction | None:
    return Fraction(secured) / Fraction(needed) if secured is not None and needed > 0 else None


def _order(row: Row) -> tuple[int, bool, int, date]:
    return (
        FACTORS.index(row.factor),
        row.priority is None,
        row.priority or 0,
        row.deadline or date.max,
    )


def _totals(rows: Sequence[Row]) -> Iterator[Total]:
    for factor, measure in dict.fromkeys((row.factor, row.measure) for row in rows if row.counted):
        listed = [row for row in rows if row.counted and (row.factor, row.measure) == (factor, measure)]
        known = [row for row in listed if row.gap is not None]
        needed = sum((row.needed for row in listed), Decimal(0))
        secured = sum((row.secured for row in known if row.secured is not None), Decimal(0))
        gap = sum((row.gap for row in known if row.gap is not None), Decimal(0))
        yield Total(
            factor,
            measure,
            len(listed),
            sum(row.gap != 0 for row in known),
            len(listed) - len(known),
            needed,
            secured,
            gap,
            _rate(secured, needed) if known else None,
        )


# --- the page ---------------------------------------------------------------------------------------------------------


def document(result: Result) -> Document:
    """What people read: how much of each factor is secured, and what each project lacks."""
    blocks: list[Block] = []
    if result.totals:
        blocks.append(Bars(tuple(_bar(total) for total in result.totals)))
    blocks.append(_table(result))
    if any(not row.counted for row in result.rows):
        blocks.append(Paragraph(_("In brackets: a module whose package states the same; the totals take the package.")))
    return Document(
        title=_("{place}: factors needed and secured").format(place=result.place),
        blocks=tuple(blocks),
        asides=(as_of_text(result.as_of),),
        footer=not_listed(result.cleared),
    )


def quantity_text(amount: Decimal, measure: str | None) -> str:
    """A quantity with its measure: `96亩`, `600 people`."""
    return amount_text(amount, measure) if measure else number_text(amount)


def _bar(total: Total) -> Bar:
    said = [
        _("needed {amount}").format(amount=quantity_text(total.needed, total.measure)),
        _("secured {amount}").format(amount=quantity_text(total.secured, total.measure)),
    ]
    if total.rate is not None:
        said.append(percent_text(total.rate))
    if total.gap:
        short = ngettext("short {amount} in {n} project", "short {amount} in {n} projects", total.short)
        said.append(short.format(amount=quantity_text(total.gap, total.measure), n=total.short))
    if total.unreported:
        said.append(_("not reported: {n}").format(n=total.unreported))
    return Bar(factor_word(total.factor), total.rate, commas(said))


def _table(result: Result) -> Table:
    rows: list[tuple[Cell | Text, ...]] = []
    factor = None
    for row in result.rows:
        if row.factor != factor:
            factor = row.factor
            rows.append((factor_word(row.factor),))
        rows.append(_cells(row, result.as_of))
    return Table(
        columns=(
            Column(_("Light")),
            Column(_("Priority"), "right"),
            Column(_("Project"), wrap=True),
            Column(_("Needed"), "right"),
            Column(_("Secured"), "right"),
            Column(_("Short"), "right"),
            Column(_("Measure")),
            Column(_("Deadline")),
            Column(_("State"), wrap=True),
            Column(_("Owner"), wrap=True),
        ),
        rows=tuple(rows),
        empty=_("No project states what land, finance, energy or labour it needs"),
        main=True,
    )


def _cells(row: Row, today: date) -> tuple[Cell | Text, ...]:
    needed = number_text(row.needed)
    secured = cells.number(row.secured)
    if row.secured is None:
        secured = Cell((Run(_("not reported"), "grey"),))
    return (
        Cell((lamp(row.light),), row.light),
        cells.number(row.priority),
        Cell(named(row.project_name, row.project), row.project_name),
        Cell(needed if row.counted else _("({text})").format(text=needed), row.needed),
        secured,
        cells.number(row.gap),
        Cell(measure_word(row.measure)),
        cells.day(row.deadline, today),
        Cell(_state(row)),
        Cell(row.owner_name),
    )


def _state(row: Row) -> Text:
    if row.paused:
        return _(STANDSTILL_WORDS[row.paused])
    if row.gap == 0:
        return _("secured")
    if row.days_late:
        return (Run(_("overdue {days}").format(days=days_text(row.days_late)), "red"),)
    return percent_text(row.rate) if row.rate is not None else ""
