"""How often deadlines moved, for reports that are about something else; loaded only where there is something to ask."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import TypeVar

from projledger import errors
from projledger.analysis import flags, slips
from projledger.analysis.timeline import Walk
from projledger.frozen import frozen
from projledger.i18n import _
from projledger.models.workspace import MEETINGS_FILE, Item, Workspace
from projledger.reports import Query
from projledger.reports.parts.traces import shallow_note

Found = TypeVar("Found")


@frozen
class Slipped:
    """How often the deadline in force of an item moved, calendar days in all, and what is doubtful about it.

    `in_time`: what was entered after a deadline had been approved before it.
    """

    times: int = 0
    days: int = 0
    flags: tuple[str, ...] = ()
    in_time: bool = False


def slipped(query: Query, refs: Iterable[str]) -> tuple[dict[str, Slipped], tuple[str, ...]]:
    """What became of the deadlines of some items, as far as there is a history, and what must be known about it.

    Returns:
        By reference, also of items that never moved; nothing where there is no history, and of what has no deadline.
        Sentences for the foot of the report.
    """
    workspace = query.workspace
    items = [item for ref in refs if (item := workspace.items.get(ref)) is not None and item.kind in flags.DEADLINES]
    witness = query.witness
    if witness is None or not items:
        return {}, ()
    files = frozenset(_file(workspace, item) for item in items)
    # Of most of the ledgers it is no dearer to ask for all, and what that gave is kept for the next time.
    most = 2 * len(files) > len(workspace.files)
    walk, notes = witnessed(witness.walk if most else lambda: witness.walk_of(files))
    if walk is None:
        return {}, notes
    known = slips.known_to(walk, query.as_of)
    return {item.ref: _slipped(query, walk, item, known) for item in items}, shallow_note(walk.shallow)


def witnessed(ask: Callable[[], Found]) -> tuple[Found | None, tuple[str, ...]]:
    """What a history says, for a report that goes on without; where it cannot be read, a sentence that says so."""
    try:
        return ask(), ()
    except (errors.NotARepositoryError, errors.NoCommitsError, errors.GitMissingError):
        return None, ()
    except errors.GitError:
        return None, (_("The history could not be read: how often deadlines moved is not known."),)


def _file(workspace: Workspace, item: Item) -> str:
    return workspace.project_files[item.project.id] if item.project is not None else MEETINGS_FILE


def _slipped(query: Query, walk: Walk, item: Item, known: date) -> Slipped:
    life = walk.lives.get(f"{item.kind} {item.ref}")
    slip = slips.slip(life, query.workspace.calendar, query.as_of, known) if life is not None else None
    return Slipped(len(slip.moves), slip.slip_days, slip.flags, slip.in_time) if slip is not None else Slipped()
