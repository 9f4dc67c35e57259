"""The page of one chain chief, on one sheet of paper, and its annex."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from projledger.calendar import day_text
from projledger.document import (
    Block,
    Cell,
    Column,
    Document,
    Items,
    Paragraph,
    Run,
    Section,
    Table,
    Text,
    Version,
)
from projledger.i18n import _, listing, ngettext
from projledger.reports.chain.links import chain_map, is_whole
from projledger.reports.chain.result import AskRow, ChainRow, Result
from projledger.reports.chain.rooms import ROOMS, Room
from projledger.reports.chain.sentences import (
    by_deadline,
    deputies_text,
    figures,
    gap_text,
    names_in_full,
    names_text,
    talent_text,
)
from projledger.reports.lagging import Row
from projledger.reports.parts.words import (
    as_of_text,
    clauses,
    code,
    cutoffs_text,
    due_on_text,
    lamp,
    rules_text,
)

_MOST_CLEARED: Final = 5
"""Cleared projects that the footer names."""


def chief_page(result: Result, chain: ChainRow) -> Document:
    """The page of one chief."""
    cutoffs = {
        cutoff
        for cutoff in (chain.investment.cutoff, *(target.cutoff for target in chain.targets))
        if cutoff is not None
    }
    footer = [rules_text(result.rules, result.rules_title)]
    if chain.cleared:
        footer.append(_("Cleared, in no count: {names}").format(names=names_text(chain.cleared, _MOST_CLEARED)))
    full, *shorter = (
        Version(tuple(_page(result, chain, room)), tuple(_annex(result, chain, room)) if result.annex else ())
        for room in ROOMS
    )
    return Document(
        title=_("{place}: {chain}, the chief's page").format(place=result.place, chain=chain.name),
        blocks=full.blocks,
        asides=(as_of_text(result.as_of), *((cutoffs_text(cutoffs, result.as_of),) if cutoffs else ())),
        footer=tuple(footer),
        one_page=True,
        annex=full.annex,
        shorter=tuple(shorter),
        main=_asks_table(chain.asks, result.as_of),
    )


def _page(result: Result, chain: ChainRow, room: Room) -> Iterator[Block]:
    today = result.as_of
    yield Paragraph(_roles(chain, room), "strong")
    title = ngettext(
        "Asked of the chain chief: {n} decision", "Asked of the chain chief: {n} decisions", len(chain.asks)
    )
    more = _more(len(chain.asks) - room.asks)
    asked: tuple[Block, ...] = (_asks_table(chain.asks[: room.asks], today),)
    yield Section(title.format(n=len(chain.asks)), (*asked, Paragraph(more, "dim")) if more else asked)
    for name, text in figures(result, chain, room):
        yield Paragraph((Run(_("{name}: ").format(name=name), "strong"), Run(text)))
    yield Section(_("What lags most"), (_lagging(result, chain, room.lagging),))
    drawn = chain_map(chain, today, room) if chain.map else Paragraph(_("No link is on the map."))
    yield Section(_("Chain map"), (drawn,))


def _roles(chain: ChainRow, room: Room) -> str:
    said = [_("Chain chief {name}").format(name=chain.chief_name)]
    if chain.deputies:
        said.append(deputies_text(chain, names_text(chain.deputies, room.names)))
    said.append(_("leading department {name}").format(name=chain.lead_unit_name))
    if chain.team:
        said.append(_("special team {name}").format(name=chain.team))
    if chain.leading_firm:
        said.append(_("leading firm {name}").format(name=chain.leading_firm))
    return clauses(said)


def _by_text(ask: AskRow, today: date) -> Text:
    """The day on which the decision is needed, or the one on which the owner's work is due, said to be that."""
    if ask.by is None:
        return "—"
    day = Run(day_text(ask.by, today), "strong")
    return (day, Run(_(" (due day)"), "dim")) if ask.owners_day else (day,)


def _asks_table(asks: Sequence[AskRow], today: date, first: int = 1) -> Table:
    return Table(
        columns=(
            Column(_("No.")),
            Column(_("Decide by")),
            Column(_("What to decide"), wrap=True),
            Column(_("Why, and why here"), wrap=True),
            Column(_("If it is not decided"), wrap=True),
        ),
        rows=tuple(
            (
                Cell(str(number), number),
                Cell(_by_text(ask, today), ask.by),
                Cell(_what_text(ask), ask.what),
                Cell(ask.reason or "—", ask.reason),
                Cell(ask.otherwise),
            )
            for number, ask in enumerate(asks, start=first)
        ),
        empty=_("Nothing is asked of this level today."),
        main=first == 1,
    )


def _what_text(ask: AskRow) -> Text:
    runs = [Run(ask.what)]
    if ask.owner_name and ask.kind != "meeting":
        runs.append(Run(_(" — {owner}").format(owner=ask.owner_name)))
    if ask.proposal:
        runs.append(Run(_("; proposed: {proposal}").format(proposal=ask.proposal)))
    elif ask.kind in ("problem", "item"):
        runs.append(Run(_("; no proposal reported"), "dim"))
    if ask.kind not in ("meeting", "node"):
        runs += [Run(" "), Run(ask.ref, "dim")]
    return tuple(runs)


def _more(rest: int) -> str:
    """How many were left off the page for its annex (`--annex`). A leader's page names no command."""
    return ngettext("{n} more in the annex", "{n} more in the annex", rest).format(n=rest) if rest > 0 else ""


def _lagging(result: Result, chain: ChainRow, most: int) -> Block:
    if not chain.lagging:
        return Paragraph(_("Nothing lags."))
    items = tuple(_lag_text(lag, result.as_of) for lag in chain.lagging[:most])
    return Items(items, more=_more(len(chain.lagging) - most))


def _lag_text(lag: Row, today: date) -> Text:
    """What lags, since when, why, and whose it is, in a line."""
    reasons = listing([str(reason["text"]) for reason in lag.reasons[:2]])
    if lag.deadline is not None and lag.original_deadline is not None:
        due = due_on_text(lag.kind, lag.deadline, lag.original_deadline, lag.extensions, today)
        reasons = _("{due}: {reasons}").format(due=due, reasons=reasons)
    text = _("{name}, {reasons}").format(name=lag.title, reasons=reasons)
    who = _(" — {owner}").format(owner=lag.owner_name) if lag.owner_name else ""
    return (lamp(lag.light), Run(" "), Run(text + who), Run(" "), code(lag.ref))


def _annex(result: Result, chain: ChainRow, room: Room) -> Iterator[Block]:
    """Everything that the page only counts."""
    today = result.as_of
    parts: list[Block] = []
    if asks := chain.asks[room.asks :]:
        parts.append(Section(_("Further decisions asked for"), (_asks_table(asks, today, room.asks + 1),)))
    gaps = by_deadline(chain.gaps)[room.gaps :]
    lines: tuple[tuple[str, Sequence[Text]], ...] = (
        (_("Everything else that lags"), [_lag_text(lag, today) for lag in chain.lagging[room.lagging :]]),
        (_("Further factor gaps"), [gap_text(gap, today) for gap in gaps]),
        (_("Further talent"), [talent_text(talent) for talent in chain.recruiting.talents[room.talents :]]),
        (_("Names in full"), names_in_full(chain, room)),
    )
    parts += [Section(title, (Items(tuple(items)),)) for title, items in lines if items]
    if not is_whole(chain, room):
        parts.append(Section(_("The whole chain map"), (chain_map(chain, today, None),)))
    nothing = Paragraph(_("The page says everything; nothing is left for the annex."))
    yield Section(_("Annex"), tuple(parts) or (nothing,))
