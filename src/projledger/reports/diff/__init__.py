"""`diff [A [B]]`: what changed between two versions of the ledgers, in sentences, most serious first."""

from __future__ import annotations

from projledger.analysis.assessment import assess
from projledger.analysis.changes import Change, Versions, compare
from projledger.models.workspace import Workspace
from projledger.reports import Query
from projledger.reports.diff.effects import Effects, effects_of, judged, with_effects
from projledger.reports.diff.page import document, remarks
from projledger.reports.diff.result import Result
from projledger.reports.diff.rows import rows_of

__all__ = ["Result", "compute", "document", "found", "remarks"]


def compute(query: Query) -> Result:
    """Compare the two versions."""
    versions = query.history().versions()
    workspace, as_of = query.workspace, query.as_of
    changes = compare(versions.before, workspace, versions.day or as_of, as_of)
    rows, shallow = rows_of(query, versions, changes)
    changed = list(dict.fromkeys(row.project for row in rows))
    before, after = (assess(version, as_of) for version in judged(versions, workspace, changes))
    names = {p.id: p.name for p in (*before.workspace.projects, *after.workspace.projects)}
    effects = effects_of(before, after, changed) if changes else Effects()
    flags_only = bool(query.options.get("flags_only"))
    return Result(
        place=workspace.settings.name,
        as_of=as_of,
        old=versions.old,
        new=versions.new,
        staged=versions.staged,
        flags_only=flags_only,
        changes=tuple(row for row in with_effects(rows, effects) if row.flags or not flags_only),
        projects={project: names[project] for project in changed if project in names},
        lights=effects.lights,
        plans=effects.plans,
        figures=effects.figures,
        comments=_comments(versions, workspace, changes),
        moved=versions.moved,
        unread_before=versions.before.left_out,
        unread_after=workspace.left_out,
        shallow=shallow,
        flagged=sum(bool(row.flags) for row in rows),
    )


def _comments(versions: Versions, workspace: Workspace, changes: list[Change]) -> tuple[str, ...]:
    """The files whose bytes differ, and that say the same in both versions."""
    told = {change.place.file for change in changes}
    moved = {file for pair in versions.moved for file in pair}
    left_out = {*workspace.left_out, *versions.before.left_out}
    return tuple(file for file in versions.touched if file not in told | moved | left_out)


def found(result: Result) -> bool:
    """Whether there is a change (with `--flags-only`, one to look at twice)."""
    return bool(result.changes)
