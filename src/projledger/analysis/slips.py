"""The slip ledger: every deadline in force that moved, as the history shows it, with what is doubtful about it.

Pure: it works on the chains of events that a walk through the history found (`timeline`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from projledger.analysis import flags
from projledger.analysis.entries import Entry
from projledger.analysis.timeline import Commit, Event, Life, Row, Walk
from projledger.calendar import Calendar
from projledger.frozen import frozen

KEPT: Final = frozenset(
    {
        "deadline", "plan", "extensions", "owner", "done", "closed", "actual", "progress", "updated", "submitted",
        "reopened", "evidence", "verified_by", "status", "decision", "value", "better", "unit", "lead_unit",
    }
)  # fmt: skip
"""The ledger keys that slips and flags look at; a walk keeps nothing else."""
_DAYS: Final = {
    "task": frozenset({"deadline", "done", "updated"}),
    "problem": frozenset({"deadline", "closed", "submitted"}),
    "stage": frozenset({"plan", "actual"}),
    "factor": frozenset({"deadline"}),
    "decision": frozenset({"deadline", "done"}),
    "extension": frozenset({"to", "date"}),
}
"""The keys under which each kind of entry gives days: the same key may stand for another thing elsewhere.

The `to` of an extension is a day, that of an action a party; `done` is the day of a task, and the figure of a peer.
"""
_EXTENDED: Final = frozenset({"task", "problem", "stage"})
_VALUED: Final = frozenset({"target", "signed target"})


@frozen
class Move:
    """A deadline in force that moved: by an extension, or (None) without a new one.

    `day` is when: that of the commit; of an item that came with its extensions, and of what a later commit entered,
    that of the extension.
    """

    from_: date
    to: date
    day: date
    commit: Commit
    extension: Mapping[str, Any] | None
    flags: tuple[str, ...]


@frozen
class Flagged:
    """Something doubtful in the life of an entry.

    `before` and `after` are of the field it is about; of a whole entry that came or went (None) they are its name.
    """

    kind: str
    ref: str
    name: str
    project: str
    flag: str
    field: str | None
    before: Any
    after: Any
    commit: Commit


@frozen
class Slip:
    """An item whose deadline in force moved.

    `slip_days` are calendar days from the original to the latest deadline, `slip_workdays` its workdays; both are
    negative for a deadline that came forward. `missed` is the first day on which the item was overdue, `missed_by` who
    answered for it then. `gone`: it is not in the ledgers any more.
    """

    kind: str
    ref: str
    name: str
    project: str
    original: date
    latest: date
    slip_days: int
    slip_workdays: int
    moves: tuple[Move, ...]
    flags: tuple[str, ...]
    owner: str | None
    missed: date | None
    missed_by: str | None
    gone: bool

    @property
    def in_time(self) -> bool:
        """Whether every move that came after its deadline had been approved before it: only the entry was late."""
        late = [move for move in self.moves if "after-deadline" in move.flags]
        return bool(late) and all(move.extension is not None and move.extension["date"] <= move.from_ for move in late)


def row_of(entry: Entry) -> Row:
    """An entry as plain data: what a walk keeps of it, and a cache can hold."""
    found = {field: _packed(value) for field, value in entry.fields.items() if field in KEPT}
    found["name"] = entry.name
    if "evidence" in found:
        found["evidence"] = True  # whether there is any is all that is asked
    return found


def _packed(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, tuple):
        return [_packed(part) for part in value]
    if isinstance(value, Mapping):
        return {key: _packed(part) for key, part in value.items() if key != "reason"}
    return value


def fields_of(kind: str, row: Row) -> dict[str, Any]:
    """The row of an entry of a kind in the types of the models, as far as slips and flags look at it.

    What has its type already stays.
    """
    days = _DAYS.get(kind, frozenset())
    found: dict[str, Any] = {}
    for key, value in row.items():
        if key in days and isinstance(value, str):
            found[key] = date.fromisoformat(value)
        elif key == "reopened" and kind == "problem":
            found[key] = tuple(date.fromisoformat(str(day)) for day in value)
        elif key == "extensions" and kind in _EXTENDED:
            found[key] = tuple(fields_of("extension", one) for one in value)
        elif key == "value" and kind in _VALUED:
            found[key] = Decimal(value)
        else:
            found[key] = value
    return found


def known_to(walk: Walk, as_of: date) -> date:
    """Up to which day commits count: the day of the report, unless the history begins after it.

    Ledgers that were put under git later than the day they speak of (an archive, an example) have no other history.
    """
    return as_of if any(commit.day <= as_of for commit in walk.commits) else date.max


def slip(life: Life, calendar: Calendar, as_of: date, known: date = date.max) -> Slip | None:
    """The slip of an entry; None when its deadline in force never moved.

    Args:
        life: of the entry.
        calendar: counts the workdays.
        as_of: extensions dated later are not in force.
        known: moves of later days do not count.
    """
    if life.kind not in flags.DEADLINES or _steady(life, flags.DEADLINES[life.kind]):
        return None
    moves = [
        move
        for event, before, after in told(life)
        for move in _moves(life.kind, event, before, after, as_of)
        if move.day <= known
    ]
    if not moves:
        return None
    first = life.chain[0]
    start = fields_of(life.kind, first.before or first.after or {})
    original = start.get(flags.DEADLINES[life.kind]) or moves[0].from_
    latest = moves[-1].to
    missed, missed_by = _missed(life, as_of)
    doubts = [flag for move in moves for flag in move.flags]
    doubts += [one.flag for one in flagged(life, as_of) if one.commit.day <= known]
    return Slip(
        kind=life.kind,
        ref=life.ref,
        name=life.name,
        project=life.project,
        original=original,
        latest=latest,
        slip_days=(latest - original).days,
        slip_workdays=calendar.workdays_between(original, latest),
        moves=tuple(moves),
        flags=flags.in_order(doubts),
        owner=(life.last or first.after or first.before or {}).get("owner"),
        missed=missed,
        missed_by=missed_by,
        gone=life.last is None,
    )


def _steady(life: Life, deadline: str) -> bool:
    """Whether one deadline stands in all that is known of an item, and never an extension: most items are so."""
    rows = [row for event in life.chain for row in (event.before, event.after) if row]
    return not any(row.get("extensions") for row in rows) and len({row.get(deadline) for row in rows}) < 2


def told(life: Life) -> Iterator[tuple[Event, dict[str, Any] | None, dict[str, Any] | None]]:
    """The events of a life with their fields; what was deleted and came back goes on from where it was."""
    gone: Row | None = None
    for event in life.chain:
        before = event.before
        if before is None and gone is not None:
            before = gone
        if event.after is None:
            gone = event.before
        yield (
            event,
            fields_of(life.kind, before) if before else None,
            fields_of(life.kind, event.after) if event.after else None,
        )


def _moves(
    kind: str, event: Event, before: dict[str, Any] | None, after: dict[str, Any] | None, as_of: date
) -> Iterator[Move]:
    """The moves of a deadline in one change: each new extension of an untouched deadline moves it by itself."""
    if after is None:
        return
    new_entry = before is None
    if before is None:
        before = {key: value for key, value in after.items() if key != "extensions"}
    day = event.commit.day
    now = before
    appended = [one for one in after.get("extensions", ()) if one not in before.get("extensions", ())]
    untouched = before.get(flags.DEADLINES[kind]) == after.get(flags.DEADLINES[kind])
    if untouched and len(appended) == len(after.get("extensions", ())) - len(before.get("extensions", ())):
        steps = [
            {**before, "extensions": (*before.get("extensions", ()), *appended[: number + 1])}
            for number in range(len(appended))
        ]
        appended.sort(key=lambda one: one["date"])
    else:
        steps = [after]
    for step in [*steps[:-1], after]:
        old, new = flags.in_force(kind, now, as_of), flags.in_force(kind, step, as_of)
        if old is not None and new is not None and old != new:
            extension, _rewritten = flags.extension_of(now, step, new)
            # Of an item that came with its extensions nobody knows when they were entered: their own dates count.
            entered = extension["date"] if new_entry and extension else day
            when = extension["date"] if day > as_of and extension else entered
            yield Move(old, new, when, event.commit, extension, flags.moved(kind, now, step, entered, as_of))
        now = step


def flagged(life: Life, as_of: date, less_is_better: bool = False) -> Iterator[Flagged]:
    """What is doubtful in a life, but for the moves of its deadline."""
    for event, before, after in told(life):
        found: Iterable[tuple[str | None, tuple[str, ...]]]
        if after is None:
            found = [(None, flags.removed(life.kind))]
        elif before is None:
            found = [(None, flags.added(life.kind, after))]
        else:
            found = flags.changed(life.kind, before, after, event.commit.day, as_of, less_is_better).items()
        for field, codes in found:
            for code in codes:
                if code in ("after-deadline", "without-extension"):
                    continue
                at = field or "name"
                old, new = (before or {}).get(at), (after or {}).get(at)
                yield Flagged(life.kind, life.ref, life.name, life.project, code, field, old, new, event.commit)


def _missed(life: Life, as_of: date) -> tuple[date | None, str | None]:
    """The first day on which an item was overdue, and its owner on that day."""
    rows: list[tuple[date, Row | None]] = [(date.min, life.chain[0].before or life.chain[0].after)]
    rows += [(event.commit.day, event.after) for event in life.chain]
    ends: Sequence[date] = [*(day for day, _row in rows[1:]), as_of + timedelta(days=1)]
    for (begin, row), end in zip(rows, ends, strict=True):
        if row is None:
            continue
        fields = fields_of(life.kind, row)
        deadline = flags.in_force(life.kind, fields, max(min(end, as_of), begin))
        finished = flags.completion(life.kind, fields)
        if deadline is None or (finished is not None and finished <= deadline):
            continue
        day = max(deadline + timedelta(days=1), begin)
        if day < end and day <= as_of and (finished is None or finished > deadline):
            return deadline + timedelta(days=1), fields.get("owner")
    return None, None
