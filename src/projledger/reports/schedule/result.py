"""What `schedule` found, without words that depend on a format."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from projledger.analysis.schedule import LeftOut, State, Unplanned
from projledger.frozen import frozen

if TYPE_CHECKING:  # a plan that holds needs no mends
    from projledger.analysis.mends import ChangeKind, Outcome, Reason


class TaskRow(NamedTuple):
    """The dates of a task. Days are workdays; `float` is negative where it comes too late by so many.

    `deadline` is the one planned with; `unplanned` says why there is no float; `unconfirmed` that its workdays reach
    into a year whose calendar is not published.
    """

    ref: str
    name: str
    project: str
    owner: str | None
    unit: str | None
    kind: str
    state: State
    progress: int | None
    deadline: date
    original_deadline: date
    duration: int | None
    remaining: int | None
    latest_start: date | None
    latest_finish: date | None
    forecast_start: date | None
    forecast_finish: date | None
    float: int | None
    critical: bool
    late_start: bool
    started: date | None
    done: date | None
    unplanned: Unplanned
    unconfirmed: bool
    owner_name: str
    extended: int


@frozen
class Awaited:
    """An unfinished task that another one waits for."""

    ref: str
    name: str
    forecast_finish: date | None


@frozen
class Start:
    """A task that must be begun (a milestone: reached) by a day; `workdays_over` when that day has passed."""

    ref: str
    name: str
    owner: str | None
    who: str
    by: date
    workdays_over: int
    milestone: bool
    waits_for: tuple[Awaited, ...]
    unconfirmed: bool


@frozen
class MustStart:
    """What must be begun this week, what is over included, and next week."""

    this_week: tuple[Start, ...]
    next_week: tuple[Start, ...]


@frozen
class CauseRow:
    """One link of the chain from a missed deadline back to today."""

    ref: str
    name: str
    reason: Reason
    after: str | None
    workdays: int | None
    start: date | None
    finish: date
    text: str


@frozen
class ChangeRow:
    """One change: `by` workdays, from what to what, in words."""

    kind: ChangeKind
    ref: str
    after: str | None
    by: int
    from_: int | date | None
    to: int | date | None
    text: str


@frozen
class MendRow:
    """Changes that together mend the plan, and what planning anew with them gave."""

    changes: tuple[ChangeRow, ...]
    result: Outcome


@frozen
class FailureRow:
    """Tasks that fail together, why, and the alternative sets of changes that would mend them."""

    ref: str
    name: str
    deadline: date
    forecast: date
    shortfall: int
    tasks: tuple[str, ...]
    causes: tuple[CauseRow, ...]
    mends: tuple[tuple[ChangeRow, ...], ...]
    who: str
    unconfirmed: bool


@frozen
class CyclePlace:
    """Where one task of a circle stands."""

    ref: str
    path: str
    line: int


@frozen
class LeftOutRow:
    """A predecessor that does not count."""

    ref: str
    name: str
    predecessor: str
    why: LeftOut


@frozen
class NotWorked:
    """A project on which nobody works now; one that is paused `until` a day is planned from then on."""

    project: str
    name: str
    why: LeftOut
    until: date | None


@frozen
class Result:
    """The reverse schedule of what was asked for; the network behind it is the whole workspace.

    `critical_path` is the chain that decides when the last task finishes, `critical_length` its workdays,
    `critical_from` the planned start that holds its first task back, if one does. `mends` mend everything selected;
    `failures` has the same by failure. `mends_cut`: there may be smaller sets. `finish_by` is the wished date, taken
    as the deadline of `finish_by_tasks`. `names` has the names of other tasks mentioned, `projects` those of the
    projects, by id.
    """

    feasible: bool
    shortfall: int
    critical_path: tuple[str, ...]
    critical_length: int
    critical_from: date | None
    mends: tuple[MendRow, ...]
    tasks: tuple[TaskRow, ...]
    must_start: MustStart
    failures: tuple[FailureRow, ...]
    mends_cut: bool
    cycles: tuple[tuple[CyclePlace, ...], ...]
    left_out: tuple[LeftOutRow, ...]
    no_duration: tuple[str, ...]
    not_worked: tuple[NotWorked, ...]
    unconfirmed_years: tuple[int, ...]
    finish_by: date | None
    finish_by_tasks: tuple[str, ...]
    as_of: date
    place: str
    ref: str | None
    names: dict[str, str]
    projects: dict[str, str]
