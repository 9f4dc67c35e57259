"""`slips`: every deadline that moved, how far, how often, by whose commit, and what is doubtful about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from projledger.analysis import selection, slips
from projledger.analysis.flags import CODES, in_order
from projledger.analysis.timeline import Life, Walk
from projledger.calendar import Period, period_text
from projledger.document import Block, Cell, Column, Document, Items, Paragraph, Section, Table, Text
from projledger.frozen import frozen
from projledger.i18n import _, joined, ngettext, pgettext
from projledger.models.workspace import Item, Workspace
from projledger.quantities import number_text
from projledger.reports import Query
from projledger.reports.parts.traces import (
    change_text,
    commit_text,
    flags_text,
    iso_text,
    later_note,
    measure_of,
    move_text,
    name_text,
    notes,
    skipped_texts,
)
from projledger.reports.parts.words import as_of_text, named, owner_text, shift_text, span_text


@frozen
class MoveRow:
    """A move of a deadline in force. `extension` is the one that moved it, None where there is no new one.

    `day` is when it counts: that of the commit, or where nobody can know when it was entered, of the extension.
    """

    from_: date
    to: date
    day: date
    date: datetime
    author: str
    commit: str
    extension: dict[str, Any] | None
    flags: tuple[str, ...]
    words: str
    text: str
    by: str


@frozen
class SlipRow:
    """An item whose deadline in force moved; days are from the original deadline to the latest.

    `owner_when_missed` answered for it on the first day it was overdue (`missed`). `gone`: it was deleted since.
    `in_time`: what was entered after a deadline had been approved before it.
    """

    ref: str
    original: date
    latest: date
    slip_days: int
    slip_workdays: int
    slips: int
    flags: tuple[str, ...]
    moves: tuple[MoveRow, ...]
    kind: str
    name: str
    project: str
    project_name: str
    owner: str | None
    owner_name: str
    unit: str | None
    unit_name: str
    chain: str | None
    chain_name: str
    missed: date | None
    owner_when_missed: str | None
    owner_when_missed_name: str
    gone: bool
    in_time: bool


@frozen
class FlagRow:
    """Something doubtful that is no move of a deadline."""

    ref: str
    kind: str
    name: str
    flag: str
    date: datetime
    author: str
    commit: str
    words: str
    text: str
    by: str


@frozen
class SumRow:
    """What slipped in one period, or at one owner, unit or chain."""

    key: str
    name: str
    items: int
    slips: int
    days: int
    flagged: int


@frozen
class Result:
    """The slip ledger, worst first.

    `doubts` are the flags that are no moves. `commits` counts those looked at, `first` and `last` are their days.
    """

    place: str
    as_of: date
    since: date | None
    until: date | None
    items: tuple[SlipRow, ...]
    totals: dict[str, int]
    doubts: tuple[FlagRow, ...]
    by_flag: dict[str, int]
    by_period: tuple[SumRow, ...]
    by: str | None
    by_group: tuple[SumRow, ...]
    commits: int
    first: date | None
    last: date | None
    skipped: tuple[str, ...]
    shallow: bool
    rewritten: int
    notes: tuple[str, ...]


def compute(query: Query) -> Result:
    """Walk through the history and keep what moved, as far as it is wanted."""
    walk = query.history().walk()
    return ledger(query, walk, slips.known_to(walk, query.as_of))


def ledger(query: Query, walk: Walk, known: date) -> Result:
    """The slip ledger of a walk, of the moves and doubts up to a day."""
    workspace, as_of, wanted = query.workspace, query.as_of, query.filter
    flags_only = bool(query.options.get("flags_only"))
    rows: list[SlipRow] = []
    doubts: list[FlagRow] = []
    for life in walk.lives.values():
        if not _wanted(query, life):
            continue
        slip = slips.slip(life, workspace.calendar, as_of, known)
        if slip is not None and any(wanted.dated(move.day) for move in slip.moves):
            rows.append(_row(workspace, slip))
        doubts += _doubts(query, life, walk, known)
    if flags_only:
        rows = [row for row in rows if row.flags]
    rows.sort(key=lambda row: (-row.slip_days, -row.slips, -len(row.flags), row.ref))
    doubts.sort(key=lambda one: (CODES.index(one.flag), one.date, one.ref))
    by = query.options.get("by")
    told = {row.ref for row in rows}
    found = [flag for row in rows for flag in row.flags] + [one.flag for one in doubts if one.ref not in told]
    days = [commit.day for commit in walk.commits]
    return Result(
        place=workspace.settings.name,
        as_of=as_of,
        since=wanted.since,
        until=wanted.until,
        items=tuple(rows),
        totals={
            "items": len(rows),
            "slips": sum(row.slips for row in rows),
            "days": sum(row.slip_days for row in rows),
            "workdays": sum(row.slip_workdays for row in rows),
            "flagged": sum(bool(row.flags) for row in rows),
        },
        doubts=tuple(doubts),
        by_flag={code: found.count(code) for code in in_order(found)},
        by_period=_by_period(rows, wanted),
        by=by,
        by_group=_by_group(rows, by) if by else (),
        commits=len(walk.commits),
        first=min(days, default=None),
        last=max(days, default=None),
        skipped=tuple(skipped_texts(walk.skipped)),
        shallow=walk.shallow,
        rewritten=walk.rewritten,
        notes=(*notes(walk), *later_note(walk, as_of, known)),
    )


def found(result: Result) -> bool:
    """Whether anything should be looked at twice."""
    return bool(result.by_flag)


def _wanted(query: Query, life: Life) -> bool:
    """Whether an entry passes the filters; what is gone passes with its project."""
    workspace, as_of, wanted = query.workspace, query.as_of, query.filter
    rest = replace(wanted, since=None, until=None)
    if rest.empty:
        return True
    item = _item(workspace, life)
    if item is not None:
        light_of = _light_of(query) if wanted.light else None
        return selection.wants_item(workspace, as_of, rest, item, light_of)
    project = workspace.projects_by_id.get(life.project)
    return project is not None and not wanted.light and project in selection.projects(workspace, as_of, rest)


def _light_of(query: Query) -> Any:
    from projledger.analysis.assessment import assess

    return assess(query.workspace, query.as_of).light


def _item(workspace: Workspace, life: Life) -> Item | None:
    return workspace.items.get(life.ref)


def _row(workspace: Workspace, slip: slips.Slip) -> SlipRow:
    item = workspace.items.get(slip.ref)
    project = workspace.projects_by_id.get(slip.project)
    unit = workspace.unit_of(item) if item is not None else project.unit if project else None
    chain = project.chain if project else None
    return SlipRow(
        ref=slip.ref,
        original=slip.original,
        latest=slip.latest,
        slip_days=slip.slip_days,
        slip_workdays=slip.slip_workdays,
        slips=len(slip.moves),
        flags=slip.flags,
        moves=tuple(
            MoveRow(
                move.from_,
                move.to,
                move.day,
                move.commit.date,
                move.commit.author,
                move.commit.id[:7],
                dict(move.extension) if move.extension is not None else None,
                move.flags,
                move.commit.words,
                _move(workspace, move, number),
                commit_text(move.commit),
            )
            for number, move in enumerate(slip.moves, 1)
        ),
        kind=slip.kind,
        name=name_text(slip.kind, slip.name, workspace),
        project=slip.project,
        project_name=project.name if project else slip.project,
        owner=slip.owner,
        owner_name=owner_text(workspace, slip.owner, unit),
        unit=unit,
        unit_name=workspace.unit_name(unit),
        chain=chain,
        chain_name=workspace.chain_name(chain),
        missed=slip.missed,
        owner_when_missed=slip.missed_by,
        owner_when_missed_name=owner_text(workspace, slip.missed_by, unit),
        gone=slip.gone,
        in_time=slip.in_time,
    )


def _move(workspace: Workspace, move: slips.Move, number: int) -> str:
    return move_text(move.from_, move.to, number, move.extension, move.flags, workspace)


def _doubts(query: Query, life: Life, walk: Walk, known: date) -> Iterable[FlagRow]:
    indicator = walk.indicators.get(life.name, {})
    for one in slips.flagged(life, query.as_of, indicator.get("better") == "less"):
        if one.commit.day > known or not query.filter.dated(one.commit.day):
            continue
        measure = measure_of(one.kind, one.ref, one.field, query.workspace)
        text = change_text(one.kind, one.field, one.before, one.after, (one.flag,), query.workspace, measure)
        yield FlagRow(
            one.ref,
            one.kind,
            name_text(one.kind, one.name, query.workspace),
            one.flag,
            one.commit.date,
            one.commit.author,
            one.commit.id[:7],
            one.commit.words,
            text,
            commit_text(one.commit),
        )


def _by_period(rows: Iterable[SlipRow], wanted: selection.Filter) -> tuple[SumRow, ...]:
    """Moves by month; by year where there are many months."""
    moves = [(row.ref, move) for row in rows for move in row.moves if wanted.dated(move.day)]
    if not moves:
        return ()
    days = [move.day for _ref, move in moves]
    kind = "month" if (max(days) - min(days)).days < 730 else "year"
    groups: dict[Period, list[tuple[str, MoveRow]]] = {}
    for ref, move in moves:
        groups.setdefault(Period.of(kind, move.day), []).append((ref, move))  # type: ignore[arg-type]
    return tuple(
        SumRow(
            key=period.text,
            name=period_text(period),
            items=len({ref for ref, _move in group}),
            slips=len(group),
            days=sum((move.to - move.from_).days for _ref, move in group),
            flagged=sum(bool(move.flags) for _ref, move in group),
        )
        for period, group in sorted(groups.items())
    )


def _by_group(rows: Iterable[SlipRow], by: str) -> tuple[SumRow, ...]:
    groups: dict[str, list[SlipRow]] = {}
    for row in rows:
        groups.setdefault(getattr(row, by) or "", []).append(row)
    sums = [
        SumRow(
            key=key,
            name=getattr(group[0], f"{by}_name") or "—",
            items=len(group),
            slips=sum(row.slips for row in group),
            days=sum(row.slip_days for row in group),
            flagged=sum(bool(row.flags) for row in group),
        )
        for key, group in groups.items()
    ]
    return tuple(sorted(sums, key=lambda one: (-one.days, -one.slips, one.key)))


# --- the page ---------------------------------------------------------------------------------------------------------


def document(result: Result) -> Document:
    """What people read: the sum in a sentence, the ledger, what is doubtful, the trend."""
    blocks: list[Block] = [Paragraph(_summary(result)), _table(result)]
    blocks += [_moves(row) for row in result.items if row.flags or row.slips > 1]
    if result.doubts:
        lines = tuple(_doubt(one) for one in result.doubts)
        blocks.append(Section(_("Also to be looked at twice"), (Items(lines),)))
    if result.by_group:
        titles = {"owner": _("By owner"), "unit": _("By unit"), "chain": _("By chain")}
        blocks.append(_sums(titles[result.by or ""], result.by_group))
    if result.by_period:
        blocks.append(_sums(_("When deadlines were moved"), result.by_period))
    if result.skipped:
        blocks.append(Section(_("Not read in the history"), (Items(result.skipped),)))
    span = span_text(result.since, result.until, result.as_of)
    return Document(
        title=_("{place}: slip ledger").format(place=result.place),
        blocks=tuple(blocks),
        asides=(as_of_text(result.as_of), *((span,) if span else ())),
        footer=result.notes,
        landscape=True,
    )


def _summary(result: Result) -> str:
    looked = ngettext("{n} commit", "{n} commits", result.commits).format(n=result.commits)
    if result.first is not None and result.last is not None:
        looked = _("{commits} from {first} to {last}").format(
            commits=looked, first=iso_text(result.first), last=iso_text(result.last)
        )
    if not result.items:
        return _("No deadline in force moved in {commits}.").format(commits=looked)
    totals = result.totals
    said = ngettext(
        "{n} deadline moved in {commits}, {times} in all, {days} together.",
        "{n} deadlines moved in {commits}, {times} in all, {days} together.",
        totals["items"],
    ).format(
        n=totals["items"],
        commits=looked,
        times=times_text(totals["slips"]),
        days=shift_text(totals["days"]),
    )
    flagged = ngettext(
        "{n} of them should be looked at twice.", "{n} of them should be looked at twice.", totals["flagged"]
    ).format(n=totals["flagged"])
    return joined(said, flagged if totals["flagged"] else "", _of_these_days(result))


def _of_these_days(result: Result) -> str:
    """How much of the whole is of the days that were asked for; nothing where all days were."""
    if result.since is None and result.until is None:
        return ""
    text = ngettext(
        "In this period {n} deadline moved, {times}, {days} together",
        "In this period {n} deadlines moved, {times}, {days} together",
        len(result.items),
    ).format(
        n=len(result.items),
        times=times_text(sum(row.slips for row in result.by_period)),
        days=shift_text(sum(row.days for row in result.by_period)),
    )
    return _("{sentence}.").format(sentence=text)


def times_text(count: int) -> str:
    """How often."""
    return ngettext("{n} time", "{n} times", count).format(n=count)


def _table(result: Result) -> Table:
    columns = (
        Column(_("Item"), wrap=True),
        Column(_("Owner"), wrap=True),
        Column(_("Original")),
        Column(pgettext("deadline", "Latest")),
        Column(_("Days"), "right"),
        Column(pgettext("how far a deadline moved", "Workdays"), "right"),
        Column(_("Times"), "right"),
        Column(_("Owner when missed"), wrap=True),
        Column(_("Look at twice"), wrap=True),
    )
    rows = tuple(
        (
            Cell(_name(row), row.ref),
            row.owner_name,
            Cell(iso_text(row.original), row.original),
            Cell(iso_text(row.latest), row.latest),
            Cell(shift_text(row.slip_days), row.slip_days),
            Cell(number_text(row.slip_workdays).replace("-", "−"), row.slip_workdays),
            Cell(str(row.slips), row.slips),
            row.owner_when_missed_name if row.missed is not None else "",
            flags_text(row.flags, row.in_time),
        )
        for row in result.items
    )
    return Table(columns, rows, main=True, empty=_("No deadline in force moved."))


def _name(row: SlipRow) -> Text:
    name = _("{name} (deleted)").format(name=row.name) if row.gone else row.name
    return named(name, row.ref)


def _moves(row: SlipRow) -> Section:
    lines = tuple(_("{text} — {by}").format(text=move.text, by=move.by) for move in row.moves)
    return Section(_name(row), (Items(lines),))


def _doubt(one: FlagRow) -> Text:
    return _("{name} ({ref}): {text} — {by}").format(name=one.name, ref=one.ref, text=one.text, by=one.by)


def _sums(title: str, sums: tuple[SumRow, ...]) -> Table:
    columns = (
        Column(""),
        Column(_("Items"), "right"),
        Column(_("Moves"), "right"),
        Column(_("Days"), "right"),
        Column(_("Look at twice"), "right"),
    )
    rows = tuple(
        (
            one.name,
            Cell(str(one.items), one.items),
            Cell(str(one.slips), one.slips),
            Cell(shift_text(one.days), one.days),
            Cell(str(one.flagged), one.flagged),
        )
        for one in sums
    )
    return Table(columns, rows, title=title)
