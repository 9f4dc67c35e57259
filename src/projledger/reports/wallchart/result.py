"""What stands on the wall chart: the keys of the JSON."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from projledger.analysis.schedule import State
from projledger.frozen import frozen
from projledger.models.types import Light, StageName
from projledger.reports.parts.words import Standstill

By = Literal["chain", "unit", "owner"]
Zoom = Literal["week", "month", "quarter"]


@frozen
class StageMark:
    """A stage, planned and reached.

    `plan` is the one in force. `variance_days`: plan less actual, positive when it came early; `days_late`: days past
    the plan of a stage that is not reached (without paused days), 0 while it is not late.
    """

    stage: StageName
    plan: date | None
    original_plan: date | None
    actual: date | None
    variance_days: int | None
    days_late: int
    light: Light | None


@frozen
class Flag:
    """A problem that is not closed."""

    ref: str
    text: str
    owner_name: str
    deadline: date
    overdue: bool
    light: Light | None


@frozen
class Worst:
    """What presses most in a project: the worst item that is not green."""

    ref: str
    name: str
    owner_name: str
    light: Light
    reason: str


@frozen
class ProjectRow:
    """A project on the chart.

    `leader` is who takes it in hand (of a difficult project), else the attached leader. `planned` and `done` are of
    this year's investment, with its `cutoff`; `since_start` the cumulative figure where the ledger has it. `image` is
    the physical progress in words, of the month `image_month`. `paused`: why it has no light, else empty.
    """

    number: int
    ref: str
    name: str
    chain: str | None
    unit: str
    unit_name: str
    owner: str | None
    owner_name: str
    leader: str | None
    leader_name: str
    investment: Decimal | None
    planned: Decimal | None
    done: Decimal | None
    rate: Fraction | None
    since_start: Decimal | None
    cutoff: date | None
    image: str | None
    image_month: date | None
    tasks_done: int
    tasks: int
    stage: StageName | None
    stages: tuple[StageMark, ...]
    light: Light | None
    paused: Standstill
    paused_since: date | None
    problems: tuple[Flag, ...]
    worst: Worst | None
    next: str | None
    group: str


@frozen
class TaskRow:
    """A task on the chart of its project. `begin` is when it was started, else when it should or will be."""

    number: int
    ref: str
    name: str
    kind: str
    unit: str
    unit_name: str
    owner: str | None
    owner_name: str
    begin: date | None
    started: date | None
    deadline: date
    original_deadline: date
    extensions: int
    forecast_finish: date | None
    done: date | None
    progress: int | None
    state: State
    float: int | None
    light: Light | None
    problems: tuple[Flag, ...]
    reason: str
    next: str | None
    group: str


@frozen
class Result:
    """The rows of the chart, its range of days, and the days of rest in it.

    `project` is the name of the one whose tasks are shown. `table`: the dispatch table is asked for. `lights` counts
    the rows; `cleared` names projects that were cleared, with the day: they are not on the chart.
    """

    place: str
    as_of: date
    project: str | None
    by: By | None
    zoom: Zoom
    table: bool
    start: date
    end: date
    rest: tuple[tuple[date, date], ...]
    rows: tuple[ProjectRow | TaskRow, ...]
    lights: dict[str, int]
    cleared: tuple[tuple[str, date | None], ...]
    recorded: int
    money_unit: str
    rules: str
    rules_title: str


def waits(row: ProjectRow | TaskRow) -> bool:
    """Whether a row has no light and is not simply done."""
    return row.light is None and (isinstance(row, ProjectRow) or row.state != "done")
