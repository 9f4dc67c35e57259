"""`history REF`: every change of one task, problem, project or target, by whose commit and in its words."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from projledger.analysis import flags, slips
from projledger.analysis.entries import entries
from projledger.analysis.timeline import Event, Life, Row, Walk
from projledger.document import Block, Cell, Column, Document, Items, Line, Paragraph, Section, Table, Trend
from projledger.errors import UncommittedReferenceError, UnknownReferenceError
from projledger.frozen import frozen
from projledger.i18n import _, joined, ngettext
from projledger.reports import Query
from projledger.reports.parts.traces import (
    change_text,
    iso_text,
    kind_word,
    later_note,
    measure_of,
    moment_text,
    move_text,
    name_text,
    notes,
    skipped_texts,
)
from projledger.reports.parts.words import as_of_text, named, owner_text, shift_text, span_text


@frozen
class ChangeRow:
    """One field that changed in one commit; `field` is None where the whole entry came or went."""

    ref: str
    kind: str
    name: str
    field: str | None
    before: Any
    after: Any
    text: str
    flags: tuple[str, ...]
    date: datetime
    author: str
    commit: str
    words: str


@frozen
class DeadlineRow:
    """How a deadline in force stood: on which day it was moved to where."""

    ref: str
    name: str
    original: date
    latest: date
    slip_days: int
    slip_workdays: int
    slips: int
    missed: date | None
    owner_when_missed: str | None
    owner_when_missed_name: str
    points: tuple[tuple[date, date], ...]


@frozen
class Result:
    """The life of what was asked for, oldest change first."""

    place: str
    as_of: date
    since: date | None
    until: date | None
    ref: str
    kind: str
    name: str
    exists: bool
    changes: tuple[ChangeRow, ...]
    deadlines: tuple[DeadlineRow, ...]
    commits: int
    skipped: tuple[str, ...]
    shallow: bool
    rewritten: int
    notes: tuple[str, ...]


def compute(query: Query) -> Result:
    """Follow one entry, or a project with what it holds, through the history."""
    ref: str = query.options["ref"]
    walk = query.history().trace(ref)
    lives = sorted(walk.lives.values(), key=lambda life: (life.ref != ref, life.ref))
    if not lives:
        if any(entry.ref == ref for entry, _place in entries(query.workspace).values()):
            raise UncommittedReferenceError(ref)
        raise UnknownReferenceError(ref, tuple(difflib.get_close_matches(ref, query.workspace.items, 3)))
    known = slips.known_to(walk, query.as_of)
    changes = _in_order([list(_changes(query, life, walk, known)) for life in lives])
    deadlines = [row for life in lives if (row := _deadline(query, life, known)) is not None]
    head = lives[0]
    return Result(
        place=query.workspace.settings.name,
        as_of=query.as_of,
        since=query.filter.since,
        until=query.filter.until,
        ref=ref,
        kind=head.kind,
        name=name_text(head.kind, head.name, query.workspace),
        exists=any(life.last is not None for life in lives if life.ref == ref),
        changes=tuple(changes),
        deadlines=tuple(deadlines),
        commits=len({row.commit for row in changes}),
        skipped=tuple(skipped_texts(walk.skipped)),
        shallow=walk.shallow,
        rewritten=walk.rewritten,
        notes=(*notes(walk), *later_note(walk, query.as_of, known)),
    )


def _in_order(lives: Sequence[Sequence[ChangeRow]]) -> list[ChangeRow]:
    """The changes of several lives by their dates; each life in its own order, whatever clocks its authors had.

    Within one commit they stay in the order of the ledger.
    """
    dated: list[tuple[datetime, ChangeRow]] = []
    for life in lives:
        latest = life[0].date if life else None
        for row in life:
            latest = row.date if latest is None else max(latest, row.date)
            dated.append((latest, row))
    dated.sort(key=lambda one: one[0])
    return [row for _date, row in dated]


def _changes(query: Query, life: Life, walk: Walk, known: date) -> Iterator[ChangeRow]:
    workspace = query.workspace
    indicator: Row = walk.indicators.get(life.name, {})
    slip = slips.slip(life, workspace.calendar, query.as_of, known)
    moves = enumerate(slip.moves if slip is not None else (), 1)
    by_commit: dict[str, list[tuple[int, slips.Move]]] = {}
    for number, move in moves:
        by_commit.setdefault(move.commit.id, []).append((number, move))
    for event, before, after in slips.told(life):
        if event.commit.day > known or not query.filter.dated(event.commit.day):
            continue
        moved = by_commit.get(event.commit.id, [])
        less = indicator.get("better") == "less"
        for field, old, new, codes, text in _told(query, life, event, (before, after), moved, less):
            yield ChangeRow(
                life.ref,
                life.kind,
                name_text(life.kind, life.name, workspace),
                field,
                old,
                new,
                text,
                codes,
                event.commit.date,
                event.commit.author,
                event.commit.id[:7],
                event.commit.words,
            )


def _told(
    query: Query,
    life: Life,
    event: Event,
    pair: tuple[Row | None, Row | None],
    moved: list[tuple[int, slips.Move]],
    less: bool,
) -> Iterator[tuple[str | None, Any, Any, tuple[str, ...], str]]:
    """The fields that one commit changed, each with its flags and its sentence.

    `pair` is what the entry said before and says after; what comes back said what it said when it was deleted.
    """
    kind, workspace, (before, after) = life.kind, query.workspace, pair
    deadline = flags.DEADLINES.get(kind)
    if event.before is None or after is None:
        codes = flags.removed(kind) if after is None else flags.added(kind, after) if before is None else ()
        old, new = (event.before or {}).get("name"), (after or {}).get("name")
        text = change_text(kind, None, old, new, codes, workspace)
        begins = (
            moved[0][1].from_ if moved else flags.in_force(kind, after, query.as_of) if after and deadline else None
        )
        if before is not None and after is not None:
            text = _("{kind} entered again").format(kind=kind_word(kind))
            begins = None if moved else begins
        if begins is not None:
            text = _("{said}, {clause}").format(said=text, clause=_("deadline {day}").format(day=iso_text(begins)))
        yield None, old, new, codes, text
    for number, move in moved:
        text = move_text(move.from_, move.to, number, move.extension, move.flags)
        yield deadline, move.from_, move.to, move.flags, text
    if before is None or after is None:
        return
    marks = flags.changed(kind, before, after, event.commit.day, query.as_of, less)
    said = {deadline, "extensions"} if moved else set[str | None]()
    for field in dict.fromkeys((*before, *after)):
        old, new = before.get(field), after.get(field)
        if old == new or field in said:
            continue
        codes = flags.in_order(marks.get(field, ()))
        measure = measure_of(kind, life.ref, field, workspace)
        yield field, old, new, codes, change_text(kind, field, old, new, codes, workspace, measure)


def _deadline(query: Query, life: Life, known: date) -> DeadlineRow | None:
    """How the deadline of an entry stood; None for what has none."""
    found = slips.slip(life, query.workspace.calendar, query.as_of, known)
    if found is None:
        return None
    first = life.chain[0]
    begin = first.commit.day
    points = [(begin, found.original)] if first.before is None else []
    # What came with its extensions stood there from the beginning, whatever their dates.
    points += [(min(move.commit.day, max(move.day, begin)), move.to) for move in found.moves]
    if not any(day == query.as_of for day, _value in points) and query.as_of > points[-1][0]:
        points.append((query.as_of, found.latest))
    item = query.workspace.items.get(life.ref)
    unit = query.workspace.unit_of(item) if item is not None else None
    return DeadlineRow(
        found.ref,
        name_text(found.kind, found.name, query.workspace),
        found.original,
        found.latest,
        found.slip_days,
        found.slip_workdays,
        len(found.moves),
        found.missed,
        found.missed_by,
        owner_text(query.workspace, found.missed_by, unit),
        tuple(points),
    )


# --- the page ---------------------------------------------------------------------------------------------------------


def document(result: Result) -> Document:
    """What people read: how often and how far the deadline moved, its trend, and every change."""
    blocks: list[Block] = [Paragraph(_summary(result))]
    if result.deadlines:
        blocks.append(_deadlines(result))
        lines = tuple(
            Line(
                _("{name} ({ref})").format(name=row.name, ref=row.ref),
                tuple((day, Fraction(value.toordinal())) for day, value in row.points),
            )
            for row in result.deadlines
        )
        blocks.append(Trend(lines, _("Where the deadline stood, by the day it was moved"), y_is_date=True))
    blocks.append(_table(result))
    if result.skipped:
        blocks.append(Section(_("Not read in the history"), (Items(result.skipped),)))
    span = span_text(result.since, result.until, result.as_of)
    return Document(
        title=_("{name} ({ref}): history").format(name=result.name, ref=result.ref),
        blocks=tuple(blocks),
        asides=(result.place, as_of_text(result.as_of), *((span,) if span else ())),
        footer=result.notes,
        landscape=True,
    )


def _summary(result: Result) -> str:
    said = ngettext("{n} change in {commits}.", "{n} changes in {commits}.", len(result.changes)).format(
        n=len(result.changes),
        commits=ngettext("{n} commit", "{n} commits", result.commits).format(n=result.commits),
    )
    gone = "" if result.exists else _("It is not in the ledgers any more.")
    own = next((row for row in result.deadlines if row.ref == result.ref), None)
    if own is None:
        return joined(said, gone)
    moved = _("The deadline moved from {original} to {latest} ({days}), {times}.").format(
        original=iso_text(own.original),
        latest=iso_text(own.latest),
        days=shift_text(own.slip_days),
        times=ngettext("{n} time", "{n} times", own.slips).format(n=own.slips),
    )
    missed = ""
    if own.missed is not None:
        missed = _("It was first missed on {day}; {owner} answered for it then.").format(
            day=iso_text(own.missed), owner=own.owner_when_missed_name
        )
    return joined(said, moved, missed, gone)


def _deadlines(result: Result) -> Table:
    columns = (
        Column(_("Item"), wrap=True),
        Column(_("Original")),
        Column(_("In force")),
        Column(_("Days"), "right"),
        Column(_("Times"), "right"),
        Column(_("First missed")),
        Column(_("Owner when missed"), wrap=True),
    )
    rows = tuple(
        (
            Cell(named(row.name, row.ref), row.ref),
            Cell(iso_text(row.original), row.original),
            Cell(iso_text(row.latest), row.latest),
            Cell(shift_text(row.slip_days), row.slip_days),
            Cell(str(row.slips), row.slips),
            Cell(iso_text(row.missed) if row.missed else "—", row.missed),
            row.owner_when_missed_name if row.missed else "",
        )
        for row in result.deadlines
    )
    return Table(columns, rows, title=_("Deadlines that moved"))


def _table(result: Result) -> Table:
    columns = (
        Column(_("When")),
        Column(_("Item")),
        Column(_("What changed"), wrap=True),
        Column(_("Author")),
        Column(_("Commit")),
        Column(_("In the words of the commit"), wrap=True),
    )
    rows = tuple(
        (
            Cell(moment_text(row.date), row.date.isoformat()),
            Cell(row.ref, row.ref),
            row.text,
            row.author or "—",
            row.commit,
            row.words,
        )
        for row in result.changes
    )
    return Table(columns, rows, title=_("Every change"), main=True, empty=_("No change in these days."))
