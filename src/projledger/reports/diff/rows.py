"""The changes as rows: with the flags and the slips that the history tells of, the most serious first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from projledger.analysis import flags, slips
from projledger.analysis.changes import Change, Versions
from projledger.analysis.timeline import Life
from projledger.i18n import _, ngettext
from projledger.models.workspace import Workspace
from projledger.reports import Query
from projledger.reports.diff.result import ChangeRow
from projledger.reports.parts.traces import change_text, measure_of, move_text, name_text, value_text, with_flags

_WEIGHT: Final = ("deadline", "plan", "status", "done", "closed", "actual", "value", "owner", "progress")
"""Fields by their weight, where there is no flag."""


def rows_of(query: Query, versions: Versions, changes: list[Change]) -> tuple[list[ChangeRow], bool]:
    """The changes in the order in which they are told, and whether slips were counted in only a part of the history."""
    lives, shallow = _lives(query, versions, changes)
    flagged = _by_history(query, versions, changes, lives)
    return _in_order([_row(query, change, number) for change, number in _numbered(query, flagged, lives)]), shallow


def _numbered(query: Query, changes: Iterable[Change], lives: Mapping[str, Life]) -> list[tuple[Change, int | None]]:
    """The changes, each moved deadline with which slip of its item it is."""
    pairs: list[tuple[Change, int | None]] = []
    for change in changes:
        number = None
        if change.moved:
            life = lives.get(f"{change.kind} {change.ref}")
            slip = slips.slip(life, query.workspace.calendar, query.as_of) if life is not None else None
            known = len(slip.moves) if slip is not None else 0
            # What the history ends with is counted in it; a work tree that says something else has moved it again.
            committed = slip is not None and slip.latest == change.after
            number = known if committed else known + 1
        pairs.append((change, number))
    return pairs


def _by_history(query: Query, versions: Versions, changes: list[Change], lives: Mapping[str, Life]) -> list[Change]:
    """The flags of deadlines and owners are those of the commits that changed them, as far as these are committed."""
    if not versions.commits:
        return changes
    mended: list[Change] = []
    for change in changes:
        dated = change.moved or _hands_over(change)
        life = lives.get(f"{change.kind} {change.ref}") if dated else None
        codes = change.flags
        if life is not None and (versions.new or _ends_with(life, change, query.as_of)):
            codes = _codes(life, change, versions.commits, query.as_of)
        mended.append(_with(change, codes))
    return mended


def _hands_over(change: Change) -> bool:
    """Whether something with a deadline has another owner now."""
    return change.field == "owner" and change.kind in flags.DEADLINES


def _ends_with(life: Life, change: Change, as_of: date) -> bool:
    """Whether the last commit says already what a change came to."""
    last = slips.fields_of(life.kind, life.last or {})
    said = last.get("owner") if change.field == "owner" else flags.in_force(life.kind, last, as_of)
    return bool(said == change.after)


def _codes(life: Life, change: Change, commits: frozenset[str], as_of: date) -> tuple[str, ...]:
    """The flags that the commits between the two versions earned, for one field."""
    field = flags.DEADLINES[life.kind] if change.field != "owner" else "owner"
    codes: list[str] = []
    known = False
    for event, before, after in slips.told(life):
        if event.commit.id not in commits or before is None or after is None:
            continue
        known = True
        codes += flags.changed(life.kind, before, after, event.commit.day, as_of).get(field, ())
    return flags.in_order(codes) if known else change.flags


def _with(change: Change, codes: tuple[str, ...]) -> Change:
    return change if codes == change.flags else replace(change, flags=codes)


def _lives(query: Query, versions: Versions, changes: Iterable[Change]) -> tuple[Mapping[str, Life], bool]:
    """The lives of what the history can tell of: moved deadlines and, where there are commits between, owners.

    Also whether that history is only the last part of it.
    """
    committed = bool(versions.commits)
    files = {change.place.file for change in changes if change.moved or (committed and _hands_over(change))}
    if not files or query.witness is None:
        return {}, False
    walk = query.witness.walk_of(files)
    return walk.lives, walk.shallow


def _row(query: Query, change: Change, number: int | None) -> ChangeRow:
    workspace = query.workspace
    if number is not None and isinstance(change.before, date) and isinstance(change.after, date):
        text = move_text(change.before, change.after, number, change.extension, change.flags)
    elif change.field == "extensions" and change.kind in flags.DEADLINES:
        text = _extensions(change, workspace)
    else:
        measure = measure_of(change.kind, change.ref, change.field, workspace)
        text = change_text(change.kind, change.field, change.before, change.after, change.flags, workspace, measure)
        if change.field is None and change.kind == "project" and change.parts:
            text = _("{text} ({parts})").format(
                text=text, parts=ngettext("{n} entry", "{n} entries", change.parts).format(n=change.parts)
            )
    name = name_text(change.kind, change.name, workspace)
    return ChangeRow(
        ref=change.ref,
        kind=change.kind,
        field=change.field,
        before=change.before,
        after=change.after,
        text=_("{name} ({ref}): {text}").format(name=name, ref=change.ref, text=text),
        said=text,
        flags=change.flags,
        name=name,
        project=change.project,
        path=change.place.file,
        line=None if change.gone else query.line_of(change.place),
        slips=number,
    )


def _extensions(change: Change, workspace: Workspace) -> str:
    """Extensions that leave the deadline in force where it is."""
    old, new = change.before or (), change.after or ()
    fresh = [one for one in new if one not in old]
    if len(fresh) == 1 and len(new) == len(old) + 1:
        text = _("extension entered: {what}; the deadline in force stays")
        return with_flags(text.format(what=value_text(fresh[0], "extensions", workspace)), change.flags)
    return change_text(change.kind, change.field, change.before, change.after, change.flags, workspace)


def _in_order(rows: Sequence[ChangeRow]) -> list[ChangeRow]:
    """By project, the one with the most serious change first; in it, the most serious change first."""
    seriousness: dict[str, tuple[int, int, int]] = {}
    for row in rows:
        seriousness[row.project] = min(seriousness.get(row.project, (99, 99, 0)), _seriousness(row))
    order = {project: at for at, project in enumerate(dict.fromkeys(row.project for row in rows))}
    return sorted(rows, key=lambda row: (seriousness[row.project], order[row.project], _seriousness(row)))


def _seriousness(row: ChangeRow) -> tuple[int, int, int]:
    flag = min((flags.CODES.index(code) for code in row.flags), default=len(flags.CODES))
    field = _WEIGHT.index(row.field) if row.field in _WEIGHT else len(_WEIGHT)
    days = (row.after - row.before).days if isinstance(row.after, date) and isinstance(row.before, date) else 0
    return flag, field, -days
