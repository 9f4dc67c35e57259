"""The page of one chain chief, on one sheet of paper, and its annex."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from math import ceil
from typing import Final
from unicodedata import east_asian_width

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
    plain,
)
from projledger.i18n import _, listing, ngettext
from projledger.reports.chain.links import chain_map
from projledger.reports.chain.result import AskRow, ChainRow, Result
from projledger.reports.chain.rooms import ROOMS, Room
from projledger.reports.chain.sentences import by_deadline, figures, gap_text, talent_text
from projledger.reports.lagging import Row
from projledger.reports.words import (
    as_of_text,
    clauses,
    code,
    cutoffs_text,
    deadline_text,
    lamp,
    rules_text,
)

SHEET_LINES: Final = 68
SHEET_CELLS: Final = 122
"""Lines of one A4 at the size of a one-page report, counted generously as `_lines` does (a sheet has 63), and cells
of a line (a Chinese character takes two)."""

_LATIN: Final = 1.15


def chief_page(result: Result, chain: ChainRow) -> Document:
    """The page of one chief."""
    cutoffs = {
        cutoff
        for cutoff in (chain.investment.cutoff, *(target.cutoff for target in chain.targets))
        if cutoff is not None
    }
    footer = [rules_text(result.rules)]
    if chain.cleared:
        footer.append(_("Cleared, in no count: {names}").format(names=listing(chain.cleared)))
    return Document(
        title=_("{place}: {chain}, the chief's page").format(place=result.place, chain=chain.name),
        blocks=tuple(_page(result, chain)),
        asides=(as_of_text(result.as_of), *((cutoffs_text(cutoffs, result.as_of),) if cutoffs else ())),
        footer=tuple(footer),
        one_page=not result.annex,
    )


def _page(result: Result, chain: ChainRow) -> Iterator[Block]:
    today = result.as_of
    room = next((room for room in ROOMS if _lines(result, chain, room) <= SHEET_LINES), ROOMS[-1])
    yield Paragraph(_roles(chain), "strong")
    shown = chain.asks[: room.asks]
    title = ngettext(
        "Asked of the chain chief: {n} decision", "Asked of the chain chief: {n} decisions", len(chain.asks)
    )
    yield Section(
        title.format(n=len(chain.asks)),
        (_asks_table(shown, today), *_more(chain, len(chain.asks) - len(shown), result.annex)),
    )
    for title, text in figures(result, chain, room):
        yield Paragraph((Run(_("{name}: ").format(name=title), "strong"), Run(text)))
    yield Section(_("What lags most"), (_lagging(chain, room.lagging, today, result.annex),))
    yield Section(
        _("Chain map"),
        (chain_map(chain, today, room.details) if chain.map else Paragraph(_("No link is on the map.")),),
    )
    if result.annex:
        yield _annex(result, chain, room)


def _lines(result: Result, chain: ChainRow, room: Room) -> float:
    """About how many lines of the sheet the page takes with so much room for each part."""
    today = result.as_of
    total = 3 + 5 + 3 * 2.2 + _height(_roles(chain))  # title, footer, headings, roles
    total += 1.5 + sum(
        max(_height(text, 34) for text in (plain(_what_text(ask)), ask.reason, ask.otherwise)) + 0.4
        for ask in chain.asks[: room.asks]
    )
    total += 1.5 * (len(chain.asks) > room.asks)
    total += sum(_height(title + text) + 0.7 for title, text in figures(result, chain, room))
    total += sum(_height(plain(_lag_text(lag, today))) + 0.3 for lag in chain.lagging[: room.lagging]) + 1.5
    groups = chain_map(chain, today, room.details).groups
    total += 2 + max(
        sum(1.2 + sum(_height(plain(line), 32) for line in (node.name, *node.detail)) for node in nodes)
        for _title, nodes in groups
    )
    return total


def _height(text: str, cells: int = SHEET_CELLS) -> int:
    """Lines that a text takes in a column of so many cells."""
    wide = sum(2 if east_asian_width(character) in "WF" else _LATIN for character in text)
    return max(1, ceil(wide / cells))


def _roles(chain: ChainRow) -> str:
    said = [_("Chain chief {name}").format(name=chain.chief_name)]
    if chain.deputies:
        said.append(_("deputies {names}").format(names=listing(chain.deputies)))
    said.append(_("leading department {name}").format(name=chain.lead_unit_name))
    if chain.team:
        said.append(_("special team {name}").format(name=chain.team))
    if chain.leading_firm:
        said.append(_("leading firm {name}").format(name=chain.leading_firm))
    return clauses(said)


def _by_text(ask: AskRow, today: date) -> str:
    return day_text(ask.by, today) if ask.by is not None else "—"


def _asks_table(asks: Sequence[AskRow], today: date) -> Table:
    return Table(
        columns=(
            Column(_("No.")),
            Column(_("By")),
            Column(_("What to decide"), wrap=True),
            Column(_("Why, and why here"), wrap=True),
            Column(_("Otherwise"), wrap=True),
        ),
        rows=tuple(
            (
                Cell(str(number), number),
                Cell((Run(_by_text(ask, today), "strong"),), ask.by),
                Cell(_what_text(ask), ask.what),
                Cell(ask.reason or "—", ask.reason),
                Cell(ask.otherwise),
            )
            for number, ask in enumerate(asks, start=1)
        ),
        empty=_("Nothing is asked of this level today."),
        main=True,
    )


def _what_text(ask: AskRow) -> Text:
    runs = [Run(ask.what)]
    if ask.owner_name and ask.kind != "meeting":
        runs.append(Run(_(" — {owner}").format(owner=ask.owner_name)))
    if ask.kind not in ("meeting", "node"):
        runs += [Run(" "), Run(ask.ref, "dim")]
    return tuple(runs)


def _more(chain: ChainRow, rest: int, annex: bool) -> tuple[Paragraph, ...]:
    """How many were left off the page."""
    if rest <= 0:
        return ()
    if annex:
        text = ngettext("{n} more in the annex", "{n} more in the annex", rest).format(n=rest)
    else:
        text = ngettext(
            "{n} more in the annex: projledger chain {id} --annex",
            "{n} more in the annex: projledger chain {id} --annex",
            rest,
        ).format(n=rest, id=chain.id)
    return (Paragraph(text, "dim"),)


def _lagging(chain: ChainRow, most: int, today: date, annex: bool) -> Block:
    if not chain.lagging:
        return Paragraph(_("Nothing lags."))
    more = _more(chain, len(chain.lagging) - most, annex)
    return Items(tuple(_lag_text(lag, today) for lag in chain.lagging[:most]), more=more[0].text if more else "")


def _lag_text(lag: Row, today: date) -> Text:
    """What lags, since when, why, and whose it is, in a line."""
    reasons = listing([str(reason["text"]) for reason in lag.reasons[:2]])
    if lag.deadline is not None:
        reasons = _("due {day}: {reasons}").format(day=_due_text(lag, today), reasons=reasons)
    text = _("{name}, {reasons}").format(name=lag.title, reasons=reasons)
    who = _(" — {owner}").format(owner=lag.owner_name) if lag.owner_name else ""
    return (lamp(lag.light), Run(" "), Run(text + who), Run(" "), code(lag.ref))


def _due_text(lag: Row, today: date) -> str:
    if lag.deadline is None or lag.original_deadline is None:
        return "—"
    return deadline_text(lag.deadline, lag.original_deadline, lag.extensions, today)


def _annex(result: Result, chain: ChainRow, room: Room) -> Section:
    """Everything that the page only counts."""
    today = result.as_of
    gaps = by_deadline(chain.gaps)[room.gaps :]
    parts: tuple[tuple[str, Sequence[Text], bool], ...] = (
        (_("Further decisions asked for"), [_ask_text(ask, today) for ask in chain.asks[room.asks :]], True),
        (_("Everything else that lags"), [_lag_text(lag, today) for lag in chain.lagging[room.lagging :]], False),
        (_("Further factor gaps"), [gap_text(gap, today) for gap in gaps], False),
        (_("Further talent"), [talent_text(talent) for talent in chain.recruiting.talents[room.talents :]], False),
    )
    blocks = [Section(title, (Items(tuple(lines), numbered),)) for title, lines, numbered in parts if lines]
    nothing = Paragraph(_("The page says everything; nothing is left for the annex."))
    return Section(_("Annex"), tuple(blocks) or (nothing,))


def _ask_text(ask: AskRow, today: date) -> str:
    return _("By {day}: {what}. Why: {reason}. Otherwise: {otherwise}.").format(
        day=_by_text(ask, today), what=ask.what, reason=ask.reason or "—", otherwise=ask.otherwise
    )
