"""What changed between two versions of the ledgers: entries matched by what they are called, field by field."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from projledger.analysis import flags
from projledger.analysis.entries import Entry, Fields, entries
from projledger.diagnostics import Path, Place
from projledger.frozen import frozen
from projledger.models.workspace import Workspace


@frozen
class Change:
    """One field of one entry that changed, or a whole entry that came or went (`field` None).

    `before` and `after` are None where there was nothing, or is nothing any more; of a whole entry the one that is
    there is its name. A deadline in force that `moved` is the field `deadline` (of a stage `plan`), also where an
    extension did it (`extension`). `place` is where to look: in the later version, or, of what is gone,
    in the earlier one (`gone`).
    """

    kind: str
    ref: str
    name: str
    project: str
    field: str | None
    before: Any
    after: Any
    flags: tuple[str, ...]
    place: Place
    gone: bool = False
    extension: Mapping[str, Any] | None = None
    parts: int = 0
    moved: bool = False


@frozen
class Versions:
    """Two versions of the ledgers, and what git knows of them.

    Attributes:
        before: the earlier version; the later one is the workspace of the query.
        old: the short commit of the earlier version.
        new: that of the later one; empty for files that are not committed.
        staged: the later version is what is staged.
        day: on which the later version was made; None where it is not committed.
        touched: the files whose bytes differ, by name in the later version, else in the earlier one.
        moved: files of projects under another name: (before, now).
        commits: the ids of the commits between the two; None where they are not in one line.
        whole: reads both versions in full, where ledgers that are the same in both and tied to nothing that changed
            were passed over; None where nothing was.
    """

    before: Workspace
    old: str
    new: str
    staged: bool
    day: date | None
    touched: tuple[str, ...]
    moved: tuple[tuple[str, str], ...]
    commits: frozenset[str] | None
    whole: Callable[[], tuple[Workspace, Workspace]] | None = None


def compare(before: Workspace, after: Workspace, day: date, as_of: date) -> list[Change]:
    """Every change from one version to the other, in file order; what is gone comes last.

    Args:
        before: the earlier version.
        after: the later one.
        day: on which the later version was made, for the flags that ask how late a change came.
        as_of: extensions dated later are not in force.
    """
    old, new = entries(before), entries(after)
    better = {id_: indicator.better for id_, indicator in after.targets.indicators.items()}
    found: list[Change] = []
    for key, (entry, place) in new.items():
        known = old.get(key)
        if known is not None:
            pair = (_with_owner(known[0], before), _with_owner(entry, after))
            found += _differences(entry, pair, place, day, as_of, better.get(entry.name) == "less")
        elif not _unread(before, entry) and (entry.kind == "project" or _project_in(before, entry)):
            marks = flags.added(entry.kind, _with_owner(entry, after))
            parts = sum(one.project == entry.ref for one, _place in new.values()) - 1 if entry.kind == "project" else 0
            found.append(
                Change(
                    entry.kind, entry.ref, entry.name, entry.project, None, None, entry.name, marks, place, parts=parts
                )
            )
    for key, (entry, place) in old.items():
        if key in new or _unread(after, entry):
            continue
        marks = flags.removed(entry.kind)
        # Of a project that is gone, what went with it goes without saying, but for what is flagged.
        if entry.kind == "project" or _project_in(after, entry) or entry.kind == "problem":
            parts = sum(one.project == entry.ref for one, _place in old.values()) - 1 if entry.kind == "project" else 0
            found.append(
                Change(
                    entry.kind,
                    entry.ref,
                    entry.name,
                    entry.project,
                    None,
                    entry.name,
                    None,
                    marks,
                    place,
                    True,
                    None,
                    parts,
                )
            )
    return found


def _differences(
    entry: Entry, pair: tuple[Fields, Fields], place: Place, day: date, as_of: date, less_is_better: bool
) -> Iterator[Change]:
    """The fields in which an entry differs."""
    before, after = pair
    if before == after:
        return
    marks = flags.changed(entry.kind, before, after, day, as_of, less_is_better)

    def change(
        field: str,
        old: Any,
        new: Any,
        extension: Mapping[str, Any] | None = None,
        where: Path | None = None,
        moved: bool = False,
    ) -> Change:
        at = Place(place.file, (*place.path, *(where or (field.partition(".")[0],))))
        return Change(
            entry.kind,
            entry.ref,
            entry.name,
            entry.project,
            field,
            old,
            new,
            flags.in_order(marks.get(field, ())),
            at,
            extension=extension,
            moved=moved,
        )

    deadline = flags.DEADLINES.get(entry.kind)
    said: set[str] = set()
    if deadline is not None:
        old, new = flags.in_force(entry.kind, before, as_of), flags.in_force(entry.kind, after, as_of)
        if old != new:
            extension = flags.extension_of(before, after, new)[0] if new is not None else None
            where = _where(before, after, deadline, new)
            yield change(deadline, old, new, extension, where, moved=old is not None and new is not None)
            said = {deadline, "extensions"}
    for field in dict.fromkeys((*before, *after)):
        old, new = before.get(field), after.get(field)
        if old == new or field in said:
            continue
        # An owner that only follows the project's is a change of the project; said here where it is flagged.
        if field == "owner" and isinstance(old, _Inherited) and isinstance(new, _Inherited) and "owner" not in marks:
            continue
        yield change(field, _own(old), _own(new))


def _where(before: Fields, after: Fields, deadline: str, new: date | None) -> Path | None:
    """Where an entry says its new deadline in force: the extension, unless the deadline itself was edited."""
    if before.get(deadline) != after.get(deadline):
        return None
    days = [one["to"] for one in after.get("extensions", ())]
    return ("extensions", days.index(new)) if new in days else None


class _Inherited(str):
    """An owner that is the project's."""

    __slots__ = ()


def _own(value: Any) -> Any:
    return str(value) if isinstance(value, _Inherited) else value


def _with_owner(entry: Entry, workspace: Workspace) -> Fields:
    """The fields of an entry with the owner who answers for it."""
    if entry.kind not in ("task", "problem", "stage", "factor") or "owner" in entry.fields:
        return entry.fields
    project = workspace.projects_by_id.get(entry.project)
    if project is None or project.owner is None:
        return entry.fields
    return {**entry.fields, "owner": _Inherited(project.owner)}


def _project_in(workspace: Workspace, entry: Entry) -> bool:
    return not entry.project or entry.project in workspace.projects_by_id


def _unread(workspace: Workspace, entry: Entry) -> bool:
    """Whether an entry may stand in what could not be read: then nobody knows that it is gone."""
    if not workspace.left_out:
        return False
    unread = workspace.unread
    if entry.project:
        project, _slash, _name = entry.ref.partition("/")
        known = {entry.project, project, entry.ref, f"{entry.project}/*", "projects/*"}
        return bool(known & unread) and (entry.project not in workspace.projects_by_id or entry.ref in unread)
    files = (f"{workspace.settings.rules}.yaml",) if entry.kind == "clause" else _FILE_OF.get(entry.kind, ())
    return any(file in workspace.left_out for file in files)


_FILE_OF: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("indicator", "certificate", "signed target", "target", "report", "peer", "self-score", "fund"),
        ("targets.yaml",),
    ),
    **dict.fromkeys(("meeting", "decision"), ("meetings.yaml",)),
    **dict.fromkeys(("chain", "node", "talent"), ("chains.yaml",)),
    "log": ("log.yaml",),
    "asset": ("assets.yaml",),
    "letter": ("letters.yaml",),
    **dict.fromkeys(("unit", "person"), ("people.yaml",)),
    "settings": ("projledger.yaml",),
}
