"""All chains in one table."""

from __future__ import annotations

from datetime import date

from projledger.calendar import day_text
from projledger.document import (
    Cell,
    Column,
    Document,
    Table,
)
from projledger.i18n import _, listing, ngettext
from projledger.quantities import days_text, money_text, percent_text
from projledger.reports.chain.result import ChainRow, Investment, MeetingFigures, Result
from projledger.reports.chain.sentences import verdict
from projledger.reports.parts.words import (
    as_of_text,
    commas,
    cutoffs_text,
    lights_text,
    named,
    rules_text,
)


def overview(result: Result) -> Document:
    """Every chain in one table."""
    cutoffs = {chain.investment.cutoff for chain in result.chains if chain.investment.cutoff is not None}
    return Document(
        title=_("{place}: industrial chains").format(place=result.place),
        blocks=(_overview_table(result),),
        asides=(as_of_text(result.as_of), *((cutoffs_text(cutoffs, result.as_of),) if cutoffs else ())),
        footer=(rules_text(result.rules, result.rules_title), _("One chain in full: projledger chain ID"))
        if result.chains
        else (),
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
            Column(_("Most pressing"), wrap=True),
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
                Cell(_held_text(chain.meetings)),
                Cell(str(len(chain.asks)), len(chain.asks)),
                Cell(_first_text(chain, today)),
            )
            for chain in result.chains
        ),
        empty=_("No industrial chain is in these ledgers: write chains.yaml"),
        main=True,
    )


def _rate_text(found: Investment) -> str:
    if found.planned is None:
        return _("no target")
    if found.told is not None:
        text = ngettext("{n} of {of} project reported", "{n} of {of} projects reported", found.told.of)
        return text.format(n=found.told.projects, of=found.told.of)
    if found.rate is None:
        return _("not reported") if found.missing else _("no figure is due yet")
    return commas([percent_text(found.rate), *verdict(found)])


def _problem_cell(chain: ChainRow) -> str:
    total = sum(chain.problems.values())
    if not total:
        return "0"
    return _("{n} (oldest {age})").format(n=total, age=days_text(max(chain.problem_ages.values())))


def _held_text(found: MeetingFigures) -> str:
    if found.cadence is None:
        return _("{n}, no cadence").format(n=found.meetings)
    if not found.required:
        return str(found.meetings)
    return _("{held} of {required}").format(held=found.held, required=found.required)


def _first_text(chain: ChainRow, today: date) -> str:
    """The first thing that is asked of the chief."""
    if not chain.asks:
        return "—"
    ask = chain.asks[0]
    if ask.by is None:
        return ask.what
    if ask.owners_day:
        return _("due {day}: {what}").format(day=day_text(ask.by, today), what=ask.what)
    return _("by {day}: {what}").format(day=day_text(ask.by, today), what=ask.what)
