"""`diff [A [B]]`: what changed between two versions of the ledgers, in sentences, most serious first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any, Final, Literal

from projledger.analysis import flags, slips
from projledger.analysis.assessment import Assessment, assess
from projledger.analysis.changes import Change, Versions, compare
from projledger.analysis.timeline import Life
from projledger.calendar import Period, period_text
from projledger.diagnostics import Diagnostic, Span
from projledger.document import Block, Cell, Column, Document, Items, Paragraph, Run, Section, Table, Text, plain
from projledger.errors import UsageError
from projledger.i18n import _, joined, listing, ngettext
from projledger.models.types import Light
from projledger.models.workspace import Workspace
from projledger.quantities import percent_text
from projledger.reports import Query
from projledger.reports.targets import amount_text
from projledger.reports.traces import (
    change_text,
    iso_text,
    move_text,
    name_text,
    value_text,
    with_flags,
)
from projledger.reports.words import as_of_text, lamp

_WEIGHT: Final = ("deadline", "plan", "status", "done", "closed", "actual", "value", "owner", "progress")
"""Fields by their weight, where there is no flag."""

_IN_NO_FIGURE: Final = frozenset({"task", "problem", "factor", "funding", "action", "log"})
"""What a change can be of without moving any figure of a target."""


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One change. `text` is its sentence, `said` the same without its subject.

    `path` and `line` are where to look in the later version.

    `line` is None for what is not there any more. `slips` is which slip it is, for a deadline that moved.
    """

    ref: str
    kind: str
    field: str | None
    before: Any
    after: Any
    text: str
    flags: tuple[str, ...]
    name: str
    project: str
    path: str
    line: int | None
    slips: int | None
    said: str


@dataclass(frozen=True, slots=True)
class LightRow:
    """A light that changed."""

    ref: str
    name: str
    project: str
    before: Light | None
    after: Light | None


@dataclass(frozen=True, slots=True)
class PlanRow:
    """What became of a project's plan: its smallest float in workdays, and when its last task is forecast to finish."""

    project: str
    name: str
    float_before: int | None
    float_after: int | None
    finish_before: date | None
    finish_after: date | None
    path_before: tuple[str, ...]
    path_after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A target of the place, a unit or a chain whose figures changed."""

    ref: str
    name: str
    period: str
    measure: str
    done_before: Any
    done_after: Any
    rate_before: Fraction | None
    rate_after: Fraction | None


@dataclass(frozen=True, slots=True)
class Result:
    """What changed; `changes` are in the order in which they are told.

    `old` and `new` are short commits; `new` is empty for files that are not committed (`staged`: those of the index).
    `comments` names files in which only comments, layout or order changed.
    """

    place: str
    as_of: date
    old: str
    new: str
    staged: bool
    flags_only: bool
    changes: tuple[ChangeRow, ...]
    projects: dict[str, str]
    lights: tuple[LightRow, ...]
    plans: tuple[PlanRow, ...]
    figures: tuple[FigureRow, ...]
    comments: tuple[str, ...]
    moved: tuple[tuple[str, str], ...]
    unread_before: tuple[str, ...]
    flagged: int


def compute(query: Query) -> Result:
    """Compare the two versions."""
    if query.witness is None:
        raise UsageError(_("there is no history to look at"))
    versions = query.witness.versions()
    workspace, as_of = query.workspace, query.as_of
    day = versions.day or as_of
    changes = compare(versions.before, workspace, day, as_of)
    changes = _by_history(query, versions, changes)
    said = {change.place.file for change in changes}
    flags_only = bool(query.options.get("flags_only"))
    rows = [_row(query, change, number) for change, number in changes_with_slips(query, versions, changes)]
    flagged = sum(bool(row.flags) for row in rows)
    if flags_only:
        rows = [row for row in rows if row.flags]
    names = {p.id: p.name for p in (*versions.before.projects, *workspace.projects)}
    before, after = (assess(version, as_of) for version in _judged(versions, workspace, changes))
    moved = {new for _old, new in versions.moved} | {old for old, _new in versions.moved}
    left_out = {*workspace.left_out, *versions.before.left_out}
    return Result(
        place=workspace.settings.name,
        as_of=as_of,
        old=versions.old,
        new=versions.new,
        staged=versions.staged,
        flags_only=flags_only,
        changes=tuple(_in_order(rows)),
        projects={row.project: names[row.project] for row in rows if row.project in names},
        lights=tuple(_lights(before, after)) if changes else (),
        plans=tuple(_plans(before, after)) if changes else (),
        figures=tuple(_figures(before, after)) if changes else (),
        comments=tuple(file for file in versions.touched if file not in said | moved | left_out),
        moved=versions.moved,
        unread_before=versions.before.left_out,
        flagged=flagged,
    )


def _judged(versions: Versions, workspace: Workspace, changes: Sequence[Change]) -> tuple[Workspace, Workspace]:
    """The versions as far as their lights, plans and figures have to be looked at.

    A ledger that was passed over has a part in nothing but the sums of the place, its units and its chains; those
    are the same in both versions unless something changed that figures are made of.
    """
    sums = any(one.targets.targets or one.targets.certificates for one in (versions.before, workspace))
    if versions.whole is None or not sums or all(change.kind in _IN_NO_FIGURE for change in changes):
        return versions.before, workspace
    return versions.whole()


def found(result: Result) -> bool:
    """Whether there is a change (with `--flags-only`, one to look at twice)."""
    return bool(result.changes)


def changes_with_slips(query: Query, versions: Versions, changes: Sequence[Change]) -> list[tuple[Change, int | None]]:
    """The changes, each moved deadline with which slip of its item it is."""
    moved = [change for change in changes if _moves(change)]
    lives = _lives(query, versions, moved)
    pairs: list[tuple[Change, int | None]] = []
    for change in changes:
        number = None
        if _moves(change):
            life = lives.get(f"{change.kind} {change.ref}")
            slip = slips.slip(life, query.workspace.calendar, query.as_of) if life is not None else None
            known = len(slip.moves) if slip is not None else 0
            committed = slip is not None and slip.latest == change.after and bool(versions.new)
            number = max(known, 1) if committed else known + 1
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


def _by_history(query: Query, versions: Versions, changes: list[Change]) -> list[Change]:
    """Between two commits, the flags of deadlines and owners are those of the commits that changed them."""
    if not versions.new or versions.commits is None:
        return changes
    late = [c for c in changes if _moves(c) or (c.field == "owner" and c.kind in flags.DEADLINES)]
    lives = _lives(query, versions, late)
    mended: list[Change] = []
    for change in changes:
        life = lives.get(f"{change.kind} {change.ref}") if change in late else None
        codes = change.flags
        if life is not None:
            codes = _codes(life, change, versions.commits, query.as_of)
        mended.append(_with(change, codes))
    return mended


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


def _lives(query: Query, versions: Versions, changes: Iterable[Change]) -> dict[str, Life]:
    files = {change.place.file for change in changes}
    if not files or query.witness is None:
        return {}
    earlier = {new: old for old, new in versions.moved}
    return dict(query.witness.walk_of(files | {earlier[file] for file in files if file in earlier}).lives)


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


def _plans(before: Assessment, after: Assessment) -> Iterable[PlanRow]:
    """Projects whose smallest float, forecast or critical path changed."""
    old, new = _plan_of(before), _plan_of(after)
    for project, now in new.items():
        was = old.get(project)
        if was is not None and was != now:
            name = after.workspace.projects_by_id[project].name
            yield PlanRow(project, name, was[0], now[0], was[1], now[1], was[2], now[2])


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


def _figures(before: Assessment, after: Assessment) -> Iterable[FigureRow]:
    old = {(s.ref, s.signed): s for s in before.standings}
    for standing in after.standings:
        was = old.get((standing.ref, standing.signed))
        if was is None or standing.scope_kind == "project" or (was.done, was.rate) == (standing.done, standing.rate):
            continue
        yield FigureRow(
            standing.ref,
            standing.name if standing.scope_kind == "all" else f"{standing.scope_name} {standing.name}",
            standing.period.text,
            standing.measure,
            was.done,
            standing.done,
            was.rate,
            standing.rate,
        )


# --- for the review of a change on a server ---------------------------------------------------------------------------


def remarks(result: Result) -> list[tuple[Literal["warning", "notice"], Diagnostic]]:
    """The changes at their lines: a warning what should be looked at twice, a notice the rest."""
    return [
        (
            "warning" if row.flags else "notice",
            Diagnostic(
                row.path,
                Span(row.line or 1, 1, row.line or 1, 1),
                "warning",
                row.flags[0] if row.flags else "changed",
                row.text,
            ),
        )
        for row in result.changes
    ]


# --- the page ---------------------------------------------------------------------------------------------------------


def document(result: Result) -> Document:
    """What people read: by project what changed, then what that does to lights, plans and figures."""
    blocks: list[Block] = [Paragraph(_summary(result))]
    if result.changes:
        blocks.append(_table(result))
    if result.lights:
        blocks.append(_lights_table(result.lights))
    if result.plans and not result.flags_only:
        blocks.append(Section(_("What it does to the plans"), (Items(tuple(map(_plan_text, result.plans))),)))
    if result.figures and not result.flags_only:
        blocks.append(Section(_("What it does to the figures"), (Items(tuple(map(_figure_text, result.figures))),)))
    layout = _layout(result)
    if layout:
        blocks.append(Section(_("Without a change of content"), (Items(tuple(layout)),)))
    footer = []
    if result.unread_before:
        footer.append(
            _("Could not be read in the earlier version: {files}").format(files=listing(result.unread_before))
        )
    return Document(
        title=_("{place}: what changed").format(place=result.place),
        blocks=tuple(blocks),
        asides=(as_of_text(result.as_of), _versions(result)),
        footer=tuple(footer),
    )


def _versions(result: Result) -> str:
    new = result.new or (_("what is staged") if result.staged else _("the work tree"))
    return _("{old} → {new}").format(old=result.old, new=new)


def _summary(result: Result) -> str:
    if not result.changes:
        return _("Nothing to look at twice.") if result.flags_only else _("Nothing changed.")
    said = ngettext("{n} change.", "{n} changes.", len(result.changes)).format(n=len(result.changes))
    if not result.flagged:
        return said
    return joined(
        said,
        ngettext("{n} should be looked at twice.", "{n} should be looked at twice.", result.flagged).format(
            n=result.flagged
        ),
    )


def _sentence(row: ChangeRow) -> Text:
    mark = (Run("▲ ", "yellow"),) if row.flags else ()
    if row.kind == "project" and row.field is not None:
        return (*mark, Run(row.said))
    name = row.name
    if row.kind in ("target", "signed target", "report"):
        period = period_text(Period.parse(row.ref.rpartition("/")[2]))
        name = _("{name}, {period}").format(name=name, period=period)
    return (*mark, Run(_("{name}: {text}").format(name=name, text=row.said)))


def _lights_table(lights: Sequence[LightRow]) -> Table:
    columns = (Column(_("Item"), wrap=True), Column(_("Light before")), Column(_("Light after")))
    rows = tuple(
        (Cell((Run(row.name), Run(" "), Run(row.ref, "dim")), row.ref), (lamp(row.before),), (lamp(row.after),))
        for row in lights
    )
    return Table(columns, rows, title=_("Lights that changed"))


def _plan_text(row: PlanRow) -> Text:
    said = []
    if row.finish_before != row.finish_after and row.finish_before is not None and row.finish_after is not None:
        text = _("forecast finish {before} → {after}")
        said.append(text.format(before=iso_text(row.finish_before), after=iso_text(row.finish_after)))
    if row.float_before != row.float_after:
        text = _("smallest float {before} → {after} workdays")
        said.append(text.format(before=row.float_before, after=row.float_after))
    if row.path_before != row.path_after:
        said.append(_("critical now: {refs}").format(refs=listing(row.path_after)))
    return _("{name} ({ref}): {text}").format(name=row.name, ref=row.project, text=listing(said))


def _figure_text(row: FigureRow) -> Text:
    def amount(done: Any) -> str:
        return amount_text(done, row.measure) if done is not None else _("not reported")

    def rate(value: Fraction | None) -> str:
        return percent_text(value) if value is not None else "—"

    return _("{name}, {period}: {before} ({rate}) → {after} ({rate_after})").format(
        name=row.name,
        period=period_text(Period.parse(row.period)),
        before=amount(row.done_before),
        rate=rate(row.rate_before),
        after=amount(row.done_after),
        rate_after=rate(row.rate_after),
    )


def _layout(result: Result) -> list[str]:
    found = [_("{old} is now {new}").format(old=old, new=new) for old, new in result.moved]
    if result.comments:
        found.append(
            ngettext(
                "only comments, layout or order changed in {n} file: {files}",
                "only comments, layout or order changed in {n} files: {files}",
                len(result.comments),
            ).format(n=len(result.comments), files=listing(result.comments))
        )
    return found


def _table(result: Result) -> Table:
    columns = (Column(_("Item")), Column(_("What changed"), wrap=True), Column(_("Where")))
    rows: list[tuple[Cell | Text, ...]] = []
    project = None
    for row in result.changes:
        if row.project != project:
            project = row.project
            heading: Text = _("The place and its units")
            if project:
                heading = (Run(result.projects[project]), Run(" "), Run(project, "dim"))
            rows.append((heading,))
        where = row.path if row.line is None else f"{row.path}:{row.line}"
        rows.append((Cell(row.ref, row.ref), Cell(_sentence(row), plain(_sentence(row))), Cell(where)))
    return Table(columns, tuple(rows), main=True)
