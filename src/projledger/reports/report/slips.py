"""The slip ledger in the reports of a quarter and longer: what moved so far, and what of it in the period."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from projledger.analysis.selection import Filter
from projledger.calendar import Period
from projledger.document import Block, Cell, Column, Paragraph, Table, Text
from projledger.frozen import frozen
from projledger.i18n import _, joined, ngettext, pgettext
from projledger.reports import Query, slips
from projledger.reports.parts.slipped import witnessed
from projledger.reports.parts.traces import flags_text, iso_text, shallow_note
from projledger.reports.parts.words import clauses, named, shift_text
from projledger.reports.slips import SlipRow, times_text

WORST: Final = 20
"""As many of the worst stand in a report; what moved in its period is always there."""


@frozen
class Slips:
    """The slip ledger at the end of a period, worst first.

    `moved` are the references of what moved in the period; `period` and `before` sum up the moves of the period and of
    the one before: `items`, `slips`, `days` (calendar).
    """

    items: tuple[SlipRow, ...]
    totals: dict[str, int]
    moved: tuple[str, ...]
    period: dict[str, int]
    before: dict[str, int]


def slip_ledger(query: Query, period: Period, day: date) -> tuple[Slips | None, tuple[str, ...]]:
    """The slip ledger as of the last day of a period; None without a history. And what must be known about it."""
    if query.witness is None:
        return None, ()
    walk, notes = witnessed(query.witness.walk)
    if walk is None:
        return None, notes
    # A period is strict: what was entered after it did not happen in it, also where the history begins later.
    found = slips.ledger(Query(query.workspace, day, Filter()), walk, day)
    ledger = Slips(
        items=found.items,
        totals=found.totals,
        moved=tuple(row.ref for row in found.items if _moves(row, period)),
        period=_sums(found.items, period),
        before=_sums(found.items, period.previous()),
    )
    return ledger, shallow_note(found.shallow)


def _moves(row: SlipRow, period: Period) -> list[int]:
    """How far a deadline moved each time it did in a period."""
    return [(move.to - move.from_).days for move in row.moves if period.contains(move.day)]


def _sums(rows: tuple[SlipRow, ...], period: Period) -> dict[str, int]:
    moved = [moves for row in rows if (moves := _moves(row, period))]
    return {"items": len(moved), "slips": sum(map(len, moved)), "days": sum(map(sum, moved))}


# --- the page ---------------------------------------------------------------------------------------------------------


def slip_blocks(found: Slips, period: Period) -> Iterator[Block]:
    """The sum in sentences, then the ledger with this period's moves."""
    if not found.items:
        yield Paragraph(_("No deadline in force moved."))
        return
    yield Paragraph(_summary(found))
    shown = [row for number, row in enumerate(found.items) if number < WORST or row.ref in found.moved]
    yield Table(
        (
            Column(_("No."), "right"),
            Column(_("Item"), wrap=True),
            Column(_("Owner"), wrap=True),
            Column(_("Original")),
            Column(pgettext("deadline", "Latest")),
            Column(_("Days"), "right"),
            Column(_("Times"), "right"),
            Column(_("In this period"), wrap=True),
            Column(_("Look at twice"), wrap=True),
        ),
        tuple(_cells(number, row, _moves(row, period)) for number, row in enumerate(shown, 1)),
        note=_more(len(found.items) - len(shown)),
    )


def _more(count: int) -> str:
    """That there are more than are shown; nothing where there are not."""
    if not count:
        return ""
    return ngettext("{n} more: projledger slips", "{n} more: projledger slips", count).format(n=count)


def _cells(number: int, row: SlipRow, moves: list[int]) -> tuple[Cell | Text, ...]:
    name = _("{name} (deleted)").format(name=row.name) if row.gone else row.name
    if row.project_name and row.project_name != name:
        name = _("{project} · {item}").format(project=row.project_name, item=name)
    now = ""
    if moves:
        now = ngettext("▲ {days}", "▲ {days} in {n} moves", len(moves)).format(
            days=shift_text(sum(moves)), n=len(moves)
        )
    return (
        Cell(str(number), number),
        Cell(named(name, row.ref), row.ref),
        row.owner_name,
        Cell(iso_text(row.original), row.original),
        Cell(iso_text(row.latest), row.latest),
        Cell(shift_text(row.slip_days), row.slip_days),
        Cell(str(row.slips), row.slips),
        Cell(now, len(moves)),
        flags_text(row.flags, row.in_time),
    )


def _summary(found: Slips) -> str:
    totals, period, before = found.totals, found.period, found.before
    so_far = ngettext(
        "{n} deadline has moved so far, {times} in all, {days} together.",
        "{n} deadlines have moved so far, {times} in all, {days} together.",
        totals["items"],
    ).format(n=totals["items"], times=times_text(totals["slips"]), days=shift_text(totals["days"]))
    if period["items"]:
        now = ngettext(
            "In this period {n} deadline moved, {times}, {days} together",
            "In this period {n} deadlines moved, {times}, {days} together",
            period["items"],
        ).format(n=period["items"], times=times_text(period["slips"]), days=shift_text(period["days"]))
    else:
        now = _("In this period no deadline moved")
    if before["items"]:
        then = ngettext(
            "in the period before {n}, {times}, {days} together",
            "in the period before {n}, {times}, {days} together",
            before["items"],
        ).format(n=before["items"], times=times_text(before["slips"]), days=shift_text(before["days"]))
    else:
        then = _("in the period before none")
    flagged = ngettext(
        "{n} of them should be looked at twice.", "{n} of them should be looked at twice.", totals["flagged"]
    ).format(n=totals["flagged"])
    return joined(so_far, flagged if totals["flagged"] else "", _("{sentence}.").format(sentence=clauses([now, then])))
