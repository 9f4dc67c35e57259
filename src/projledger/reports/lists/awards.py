"""`list awards`: the incentive fund: its pool, what was given to whom and why, and what is left."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from projledger.calendar import Period, period_text
from projledger.document import Bar, Bars, Block, Cell, Column, Document, Paragraph, Table
from projledger.frozen import frozen
from projledger.i18n import _, pgettext
from projledger.quantities import money_text
from projledger.reports import Query
from projledger.reports.lists import refuse_all_but
from projledger.reports.parts import cells
from projledger.reports.parts.words import as_of_text, clauses, named


@frozen
class Row:
    """An award; `balance` is what the fund held after it."""

    date: date
    to: str
    to_name: str
    amount: Decimal
    balance: Decimal
    project: str | None
    project_name: str
    reason: str | None


@frozen
class FundRow:
    """The fund of a year; `balance` is negative when more was given than it held."""

    year: str
    pool: Decimal
    given: Decimal
    balance: Decimal


@frozen
class Result:
    """The awards asked for, in the order of their dates; `fund` holds all that were given by the day of the report."""

    what: Literal["awards"]
    place: str
    as_of: date
    money_unit: str
    fund: FundRow | None
    rows: tuple[Row, ...]


def compute(query: Query) -> Result:
    """The fund of the place."""
    refuse_all_but(query, ("since", "until"))
    workspace, as_of = query.workspace, query.as_of
    fund = workspace.targets.fund
    rows: list[Row] = []
    balance = fund.pool if fund is not None else Decimal(0)
    given = Decimal(0)
    for award in sorted(fund.awards if fund is not None else (), key=lambda award: award.date):
        if award.date > as_of:
            continue
        given += award.amount
        balance -= award.amount
        project = workspace.projects_by_id.get(award.project) if award.project is not None else None
        name = project.name if project is not None else award.project or ""
        to = workspace.party_name(award.to)
        row = Row(award.date, award.to, to, award.amount, balance, award.project, name, award.reason)
        if query.filter.dated(award.date):
            rows.append(row)
    return Result(
        what="awards",
        place=workspace.settings.name,
        as_of=as_of,
        money_unit=workspace.settings.money_unit,
        fund=FundRow(fund.year.text, fund.pool, given, balance) if fund is not None else None,
        rows=tuple(rows),
    )


def document(result: Result) -> Document:
    """What people read: the balance in a sentence, then every award."""
    blocks: list[Block] = []
    fund, unit, today = result.fund, result.money_unit, result.as_of
    if fund is None:
        blocks.append(Paragraph(_("There is no incentive fund: write fund: with its pool into targets.yaml.")))
    else:
        blocks.append(Paragraph(fund_text(fund, unit)))
        if fund.pool > 0:
            share = Fraction(fund.given) / Fraction(fund.pool)
            blocks.append(Bars((Bar(_("Given"), share, money_text(fund.given, unit)),)))
    if fund is not None:
        rows = tuple(
            (
                cells.day(row.date, today),
                Cell(row.to_name),
                cells.money(row.amount, unit),
                cells.money(row.balance, unit),
                Cell(named(row.project_name, row.project), row.project_name) if row.project else cells.NONE,
                Cell(row.reason or ""),
            )
            for row in result.rows
        )
        columns = (
            Column(_("Date")),
            Column(_("Given to"), wrap=True),
            Column(_("Amount"), "right"),
            Column(pgettext("money", "Left"), "right"),
            Column(_("Project"), wrap=True),
            Column(_("Why"), wrap=True),
        )
        blocks.append(Table(columns, rows, empty=_("Nothing was given yet."), main=True))
    return Document(
        title=_("{place}: incentive fund").format(place=result.place),
        blocks=tuple(blocks),
        asides=(as_of_text(today),),
    )


def fund_text(fund: FundRow, unit: str) -> str:
    """The fund in a sentence."""
    left = _("left {amount}") if fund.balance >= 0 else _("{amount} more than it holds")
    said = [
        _("Incentive fund of {year}: {amount}").format(
            year=period_text(Period.parse(fund.year)), amount=money_text(fund.pool, unit)
        ),
        _("given {amount}").format(amount=money_text(fund.given, unit)),
        left.format(amount=money_text(abs(fund.balance), unit)),
    ]
    return _("{sentence}.").format(sentence=clauses(said))
