"""What a periodic report holds: its result, and the shapes of what stands in it."""

from __future__ import annotations

from datetime import date
from typing import Literal

from projledger.analysis import counts
from projledger.calendar import Kind
from projledger.frozen import frozen
from projledger.models.types import Light, StageName
from projledger.reports import ranking
from projledger.reports.lagging import Row as LagRow
from projledger.reports.lists import awards
from projledger.reports.parts.dues import Entry
from projledger.reports.report.slips import Slips
from projledger.reports.targets import TargetRow

State = Literal["done", "done_late", "open", "overdue", "paused"]
Then = Light | Literal["unknown"] | None
"""A light on a day gone by: None while paused, `unknown` where the progress that decides it was overwritten since."""


@frozen
class Change:
    """A project whose light is another than at the end of the period before; both are known."""

    project: str
    name: str
    before: Light | None
    after: Light | None
    why: str


@frozen
class MonthEnd:
    """The lights of the projects on the last day of a month, or on the day of the report; the keys as in `Result`."""

    month: str
    day: date
    lights: dict[str, int]


@frozen
class Followed:
    """What became of a decision of a meeting; `new`: it was made in the period. `paused`: as its project is."""

    ref: str
    text: str
    meeting: date
    owner: str
    owner_name: str
    deadline: date
    done: date | None
    state: State
    evidence: str | None
    new: bool
    days_late: int


@frozen
class Letter:
    """A letter that is due; `new`: it was not at the end of the period before."""

    ref: str
    step: str
    name: str
    to: str
    why: str
    new: bool


@frozen
class OpenProblem:
    """An open problem on the agenda of the supervision day, under the leader who takes its kind."""

    ref: str
    text: str
    project_name: str
    leader_name: str
    category: str
    owner_name: str
    deadline: date
    original_deadline: date
    extended: int
    age_days: int
    light: Light | None
    overdue: bool
    next: str | None
    new: bool


@frozen
class Streak:
    """A project that is red, and for how many month ends in a row (this period's last day included)."""

    project: str
    name: str
    months: int
    owner_name: str


@frozen
class Gone:
    """A project that was cleared in the period."""

    project: str
    name: str
    date: date | None
    reason: str | None
    decision: str | None


@frozen
class Result:
    """The report of one period as of `as_of`, its last day or today.

    `lights` counts projects: `none` are paused, of `unknown` it cannot be told any more how they stood. `months` are
    the month ends of the year so far. `red` are the red and overdue items, `new` the references of those that were not
    at the end of the period before; of `doubtful` ones that cannot be told. `missing_new` are those of `missing` that
    were not missing then.
    `not_yet` says about what no letter is written for now, and why. `due` falls due on the day itself, `next` after it
    until the end of the next period; `carried` should have been done before. `decisions` are those that are open, or
    were made or done in this period or the one before. `overwritten` are tasks whose progress on that day is not known
    any more, `restated` those for which the history has it. `events` are those of the period, `stock` is that of its
    end. `slips` is None in shorter reports than the quarter's, and where there is no history; `notes` says what must be
    known about the history.
    """

    place: str
    kind: Kind
    period: str
    first: date
    last: date
    as_of: date
    previous: str
    money_unit: str
    rules: str
    rules_title: str
    projects: counts.ProjectCounts
    lights: dict[str, int]
    lights_before: dict[str, int]
    changes: tuple[Change, ...]
    months: tuple[MonthEnd, ...]
    red: tuple[LagRow, ...]
    new: tuple[str, ...]
    doubtful: tuple[str, ...]
    done: tuple[Entry, ...]
    raised: tuple[Entry, ...]
    due: tuple[Entry, ...]
    carried: tuple[Entry, ...]
    next: tuple[Entry, ...]
    decisions: tuple[Followed, ...]
    letters: tuple[Letter, ...]
    not_yet: tuple[str, ...]
    overwritten: tuple[str, ...]
    restated: tuple[str, ...]
    stock: dict[StageName, int]
    events: dict[StageName, int]
    targets: tuple[TargetRow, ...]
    missing: tuple[LagRow, ...]
    missing_new: tuple[str, ...]
    agenda: tuple[OpenProblem, ...]
    ranking: ranking.Result | None
    streaks: tuple[Streak, ...]
    fund: awards.Result | None
    cleared: tuple[Gone, ...]
    clearing: tuple[Letter, ...]
    slips: Slips | None
    notes: tuple[str, ...]
