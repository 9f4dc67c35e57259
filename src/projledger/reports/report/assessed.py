"""What is assessed: targets and forecast, the league, red months in a row, the fund, what is carried over, cleared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from projledger.calendar import Period, day_text, period_text
from projledger.document import Block, Cell, Column, Items, Paragraph, Run, Table, Text
from projledger.i18n import _, ngettext
from projledger.quantities import money_text, percent_text
from projledger.reports import ranking, targets
from projledger.reports.lists import awards
from projledger.reports.parts.words import amount_text, code, commas, lamp
from projledger.reports.report.items import ages_chart, entry_list, few
from projledger.reports.report.result import Result
from projledger.reports.targets import TargetRow


def target_blocks(result: Result, told: bool = False) -> Iterator[Block]:
    """The targets of the place in sentences (unless they are `told` already) and bars, the others as a table."""
    own = [row for row in result.targets if row.kind == "all"]
    if not result.targets:
        yield Paragraph(_("No target for this period."))
        return
    if not told:
        for group in targets.grouped(own):
            yield Paragraph(targets.sentence(group))
    if own:
        yield targets.bars(own, "", _("the pace at the date of the figures"))
    rest = [row for row in result.targets if row.kind != "all"]
    if rest:
        yield target_table(rest)


def target_table(rows: Sequence[TargetRow]) -> Table:
    """Targets with what was done, the rate and the gap to the pace."""

    def cells(row: TargetRow) -> tuple[Cell | Text, ...]:
        done = amount_text(row.done, row.measure) if row.done is not None else "—"
        verdict = targets.missing_text(row) or targets.verdict_text(row) or "—"
        return (
            Cell((lamp(row.light),), row.light),
            Cell(row.scope_name),
            Cell(_("{name}, {period}").format(name=row.name, period=period_text(Period.parse(row.period)))),
            Cell(amount_text(row.value, row.measure), row.value),
            Cell(done, row.done),
            Cell(percent_text(row.rate) if row.rate is not None else "—", row.rate),
            Cell(verdict),
        )

    return Table(
        (
            Column(_("Light")),
            Column(_("Unit or chain"), wrap=True),
            Column(_("Indicator"), wrap=True),
            Column(_("Target"), "right"),
            Column(_("Done"), "right"),
            Column(_("Rate"), "right"),
            Column(_("Against the pace"), wrap=True),
        ),
        tuple(map(cells, rows)),
    )


def league(result: Result) -> Iterator[Block]:
    """Who stands where in each group, and where before."""
    found = result.ranking
    rows = [(group, row) for group in found.groups for row in group.rows] if found is not None else []
    if not rows:
        yield Paragraph(_("Nobody is ranked."))
        return
    yield Table(
        (
            Column(_("Rank"), "right"),
            Column(_("Group"), wrap=True),
            Column(_("Unit or chain"), wrap=True),
            Column(_("Score"), "right"),
            Column(_("Self-score"), "right"),
            Column(_("Since the period before"), wrap=True),
        ),
        tuple(
            (
                Cell(str(row.rank) if row.rank is not None else "—", row.rank),
                Cell(group.title),
                Cell(row.name),
                ranking.score_cell(row),
                Cell(
                    ranking.score_text(Fraction(row.self_score)) if row.self_score is not None else "—", row.self_score
                ),
                Cell(_moved(row.change)),
            )
            for group, row in rows
        ),
    )


def _moved(change: int | None) -> str:
    if change is None:
        return "—"
    if change == 0:
        return _("as before")
    up, down = ngettext("up {n} place", "up {n} places", change), ngettext("down {n} place", "down {n} places", -change)
    return (up if change > 0 else down).format(n=abs(change))


def streak_block(result: Result) -> Block:
    """The projects that are red for the second month in a row, or longer."""
    long = [streak for streak in result.streaks if streak.months > 1]
    if not long:
        return Paragraph(_("No project is red for the second month in a row."))
    return few(
        long,
        lambda streak: (
            Run(
                _("{name}: red at {n} month ends in a row; {owner}").format(
                    name=streak.name, n=streak.months, owner=streak.owner_name
                )
            ),
            Run(" "),
            code(streak.project),
        ),
        f"projledger report {result.kind} -f json",
    )


def forecast(result: Result) -> Block:
    """What the year comes to if it goes on at the same ratio to the pace."""
    lines = []
    for row in result.targets:
        if row.kind != "all" or Period.parse(row.period).kind != "year" or row.ratio is None:
            continue
        reached = row.value * Decimal(row.ratio.numerator) / Decimal(row.ratio.denominator)
        rounded = reached.quantize(Decimal(1))
        lines.append(
            _("{name}: at the present ratio to the pace the year comes to about {amount}, {rate} of {value}").format(
                name=row.name,
                amount=amount_text(rounded, row.measure),
                rate=percent_text(row.ratio),
                value=amount_text(row.value, row.measure),
            )
        )
    return Items(tuple(lines)) if lines else Paragraph(_("No target of the year has figures to forecast from."))


def fund_blocks(result: Result) -> Iterator[Block]:
    """The incentive fund: what was given to whom, and what is left."""
    found = result.fund
    if found is None or found.fund is None:
        yield Paragraph(_("There is no incentive fund."))
        return
    yield Paragraph(awards.fund_text(found.fund, result.money_unit))
    given = tuple(
        _("{day}: {who}, {amount}").format(
            day=day_text(row.date, result.as_of), who=row.to_name, amount=money_text(row.amount, result.money_unit)
        )
        + (_(" ({name})").format(name=row.reason) if row.reason else "")
        for row in found.rows
    )
    if given:
        yield Items(given)


def carry_over(result: Result) -> Iterator[Block]:
    """What is overdue and goes on in the next year."""
    yield Paragraph(
        _("Overdue and carried over: {carried}; open problems: {problems}.").format(
            carried=len(result.carried), problems=len(result.agenda)
        )
    )
    yield from ages_chart(result)
    if result.carried:
        yield entry_list(result.carried, result, "", "late")


def clearing_block(result: Result) -> Iterator[Block]:
    """What was cleared, and what is a candidate."""
    lines = [
        commas(
            [
                _("{name} was cleared").format(name=gone.name),
                *([day_text(gone.date, result.as_of)] if gone.date else []),
                *([gone.reason] if gone.reason else []),
                *([_("by {decision}").format(decision=gone.decision)] if gone.decision else []),
            ]
        )
        for gone in result.cleared
    ]
    lines += [_("Candidate: {name}, {why}").format(name=row.name, why=row.why) for row in result.clearing]
    yield Items(tuple(lines)) if lines else Paragraph(_("No project was cleared, and none is a candidate."))
