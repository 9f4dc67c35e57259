"""`diff [A [B]]`: what changed between two versions of the ledgers, in sentences, most serious first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from projledger.analysis import flags, slips
from projledger.analysis.assessment import Assessment, assess
from projledger.analysis.changes import Change, Versions, compare
from projledger.analysis.effects import Sharing, Ties
from projledger.analysis.timeline import Life
from projledger.calendar import Period
from projledger.errors import UsageError
from projledger.i18n import _, ngettext
from projledger.models.types import Light
from projledger.models.workspace import Workspace
from projledger.reports import Query
from projledger.reports.diff.page import document, remarks
from projledger.reports.diff.result import ChangeRow, FigureRow, LightRow, PlanRow, Result
from projledger.reports.traces import change_text, move_text, name_text, value_text, with_flags

__all__ = ["Result", "compute", "document", "found", "remarks"]

_WEIGHT: Final = ("deadline", "plan", "status", "done", "closed", "actual", "value", "owner", "progress")
"""Fields by their weight, where there is no flag."""

_IN_NO_FIGURE: Final = frozenset({"task", "problem", "factor", "funding", "action", "log"})
"""What a change can be of without moving any figure of a target."""


def compute(query: Query) -> Result:
    """Compare the two versions."""
    if query.witness is None:
        raise UsageError(_("there is no history to look at"))
    versions = query.witness.versions()
    workspace, as_of = query.workspace, query.as_of
    day = versions.day or as_of
    changes = compare(versions.before, workspace, day, as_of)
    lives = _lives(query, versions, changes)
    changes = _by_history(query, versions, changes, lives)
    said = {change.place.file for change in changes}
    flags_only = bool(query.options.get("flags_only"))
    numbered = changes_with_slips(query, versions, changes, lives)
    rows = _in_order([_row(query, change, number) for change, number in numbered])
    flagged = sum(bool(row.flags) for row in rows)
    before, after = (assess(version, as_of) for version in _judged(versions, workspace, changes))
    names = {p.id: p.name for p in (*before.workspace.projects, *after.workspace.projects)}
    changed = list(dict.fromkeys(row.project for row in rows))
    lights = tuple(_lights(before, after)) if changes else ()
    plans = tuple(_plans(before, after, changed)) if changes else ()
    rows = _with_effects(rows, lights, plans)
    if flags_only:
        rows = [row for row in rows if row.flags]
    moved = {new for _old, new in versions.moved} | {old for old, _new in versions.moved}
    left_out = {*workspace.left_out, *versions.before.left_out}
    return Result(
        place=workspace.settings.name,
        as_of=as_of,
        old=versions.old,
        new=versions.new,
        staged=versions.staged,
        flags_only=flags_only,
        changes=tuple(rows),
        projects={project: names[project] for project in changed if project in names},
        lights=lights,
        plans=plans,
        figures=tuple(_figures(before, after, changed)) if changes else (),
        comments=tuple(file for file in versions.touched if file not in said | moved | left_out),
        moved=versions.moved,
        unread_before=versions.before.left_out,
        flagged=flagged,
    )


def _judged(versions: Versions, workspace: Workspace, changes: Sequence[Change]) -> tuple[Workspace, Workspace]:
    """The versions as far as their lights, plans and figures have to be looked at.

    A ledger that was passed over has a part in nothing but the sums of the place, its units and its chains; those
    are the same in both versions unless something changed that figures are made of, or a ledger can be read in one of
    them alone: that is no change, but its figures are gone.
    """
    sums = any(one.targets.targets or one.targets.certificates for one in (versions.before, workspace))
    read = versions.before.left_out == workspace.left_out
    if versions.whole is None or not sums or (read and all(change.kind in _IN_NO_FIGURE for change in changes)):
        return versions.before, workspace
    return versions.whole()


def found(result: Result) -> bool:
    """Whether there is a change (with `--flags-only`, one to look at twice)."""
    return bool(result.changes)


def changes_with_slips(
    query: Query, versions: Versions, changes: Iterable[Change], lives: Mapping[str, Life]
) -> list[tuple[Change, int | None]]:
    """The changes, each moved deadline with which slip of its item it is."""
    pairs: list[tuple[Change, int | None]] = []
    for change in changes:
        number = None
        if _moves(change):
            life = lives.get(f"{change.kind} {change.ref}")
            slip = slips.slip(life, query.workspace.calendar, query.as_of) if life is not None else None
            known = len(slip.moves) if slip is not None else 0
            # What the history ends with is counted in it; a work tree that says something else has moved it again.
            committed = slip is not None and slip.latest == change.after
            number = known if committed else known + 1
        pairs.append((change, number))
    return pairs


def _moves(change: Change) -> bool:
    deadline = flags.DEADLINES.get(change.kind)
    return (
        deadline is not None
        and change.field == deadline
        and change.before is not None
        and change.after is not None
        and "original-edited" not in change.flags
    )


def _by_history(query: Query, versions: Versions, changes: list[Change], lives: Mapping[str, Life]) -> list[Change]:
    """The flags of deadlines and owners are those of the commits that changed them, as far as these are committed."""
    if not versions.commits:
        return changes
    mended: list[Change] = []
    for change in changes:
        dated = _moves(change) or (change.field == "owner" and change.kind in flags.DEADLINES)
        life = lives.get(f"{change.kind} {change.ref}") if dated else None
        codes = change.flags
        if life is not None and (versions.new or _ends_with(life, change, query.as_of)):
            codes = _codes(life, change, versions.commits, query.as_of)
        mended.append(_with(change, codes))
    return mended


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


def _lives(query: Query, versions: Versions, changes: Iterable[Change]) -> Mapping[str, Life]:
    """The lives of what the history can tell of: moved deadlines and, where there are commits between, owners."""
    committed = bool(versions.commits)
    files = {
        change.place.file
        for change in changes
        if _moves(change) or (committed and change.field == "owner" and change.kind in flags.DEADLINES)
    }
    return query.witness.walk_of(files).lives if files and query.witness is not None else {}


def _row(query: Query, change: Change, number: int | None) -> ChangeRow:
    workspace = query.workspace
    if number is not None and isinstance(change.before, date) and isinstance(change.after, date):
        text = move_text(change.before, change.after, number, change.extension, change.flags)
    elif change.field == "extensions" and change.kind in flags.DEADLINES:
        text = _extensions(change, workspace)
    else:
        text = change_text(change.kind, change.field, change.before, change.after, change.flags, workspace)
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


def _lights(before: Assessment, after: Assessment) -> Iterable[LightRow]:
    """Projects, their items and targets whose light changed; projects first, then by reference."""
    old, new = dict(_all_lights(before)), dict(_all_lights(after))
    for ref in new:
        if ref in old and old[ref][2] != new[ref][2]:
            name, project, light = new[ref]
            yield LightRow(ref, name, project, old[ref][2], light)


def _all_lights(assessment: Assessment) -> Iterable[tuple[str, tuple[str, str, Light | None]]]:
    workspace = assessment.workspace
    for id_, light in assessment.project_lights.items():
        yield id_, (workspace.projects_by_id[id_].name, id_, light)
    for ref, item in workspace.items.items():
        if item.kind in ("task", "problem", "stage") and item.project is not None:
            name = str(
                getattr(item.record, "name", None) or getattr(item.record, "text", None) or ref.rpartition("/")[2]
            )
            yield ref, (name_text(item.kind, name, workspace), item.project.id, assessment.light(ref))
    for standing in assessment.standings:
        yield standing.ref, (standing.name, "", assessment.light(standing.ref))


def _plans(before: Assessment, after: Assessment, changed: Collection[str]) -> Iterable[PlanRow]:
    """Projects whose smallest float, forecast or critical path changed."""
    old, new = _plan_of(before), _plan_of(after)
    ties = Ties((before.workspace, after.workspace), changed)
    for project, now in new.items():
        was = old.get(project)
        if was is not None and was != now:
            name = after.workspace.projects_by_id[project].name
            pair: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
            if project not in changed:
                pair = ties.above(project), ties.below(project)
            yield PlanRow(project, name, was[0], now[0], was[1], now[1], was[2], now[2], *pair)


def _plan_of(assessment: Assessment) -> dict[str, tuple[int, date | None, tuple[str, ...]]]:
    """For each project with floats: the smallest, the last forecast finish, and the tasks that have that float."""
    found: dict[str, list[tuple[str, int, date | None]]] = {}
    for plan in assessment.schedule.plans.values():
        if plan.float is not None:
            found.setdefault(plan.project.id, []).append((plan.ref, plan.float, plan.forecast_finish))
    made: dict[str, tuple[int, date | None, tuple[str, ...]]] = {}
    for project, tasks in found.items():
        least = min(slack for _ref, slack, _finish in tasks)
        finish = max((end for _ref, _slack, end in tasks if end is not None), default=None)
        made[project] = (least, finish, tuple(ref for ref, slack, _end in tasks if slack == least))
    return made


def _figures(before: Assessment, after: Assessment, changed: Collection[str]) -> Iterable[FigureRow]:
    old = {(s.ref, s.signed): s for s in before.standings}
    sharing = Sharing(before, after, changed)
    for now in after.standings:
        was = old.get((now.ref, now.signed))
        if was is None or now.scope_kind == "project" or (was.done, was.rate) == (now.done, now.rate):
            continue
        yield FigureRow(
            ref=now.ref,
            scope=now.scope,
            name=now.name if now.scope_kind == "all" else f"{now.scope_name} {now.name}",
            period=now.period.text,
            measure=now.measure,
            value_before=was.value,
            value_after=now.value,
            done_before=was.done,
            done_after=now.done,
            rate_before=was.rate,
            rate_after=now.rate,
            month=Period.of("month", now.cutoff).text if now.cutoff is not None else None,
            shares=sharing.of(was, now),
        )


def _with_effects(rows: Iterable[ChangeRow], lights: Iterable[LightRow], plans: Iterable[PlanRow]) -> list[ChangeRow]:
    """The changes with what became of their items: said by the first change of each."""
    light = {row.ref: row for row in lights}
    came = {ref for plan in plans for ref in plan.path_after if ref not in plan.path_before}
    left = {ref for plan in plans for ref in plan.path_before if ref not in plan.path_after}
    told: list[ChangeRow] = []
    seen: set[str] = set()
    for row in rows:
        if row.ref not in seen and row.kind != "project":
            seen.add(row.ref)
            changed = light.get(row.ref)
            if changed is not None:
                row = replace(row, light_before=changed.before, light_after=changed.after)
            if row.ref in came or row.ref in left:
                row = replace(row, critical=row.ref in came)
        told.append(row)
    return told
