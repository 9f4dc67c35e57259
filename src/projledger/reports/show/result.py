"""What `show` finds: the sheet of a project, or of one item.

Everywhere `slips` is how often a deadline in force moved, as the history shows it, and `slip_days` how far in calendar
days; None where there is no history, or no deadline. `notes` says what must be known about the history.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from projledger.frozen import frozen
from projledger.models.place import Log
from projledger.models.project import Action, Extension, Pause, Project
from projledger.models.types import Light, StageName
from projledger.reports.targets import TargetRow


@frozen
class StageRow:
    """A stage. `variance_days`: plan in force less actual, positive when it came early."""

    ref: str
    stage: StageName
    plan: date | None
    original_plan: date | None
    extensions: tuple[Extension, ...]
    actual: date | None
    variance_days: int | None
    owner: str | None
    owner_text: str
    evidence: str | None
    handed_over: date | None
    light: Light | None
    slips: int | None
    slip_days: int | None


@frozen
class TaskRow:
    """A task with its plan."""

    ref: str
    name: str
    kind: str
    owner: str | None
    owner_text: str
    unit: str | None
    deadline: date
    original_deadline: date
    extensions: int
    duration: int | None
    started: date | None
    progress: int | None
    updated: date | None
    done: date | None
    evidence: str | None
    forecast_finish: date | None
    needed_by: date | None
    latest_start: date | None
    float: int | None
    next: str | None
    light: Light | None
    state: str
    slips: int | None
    slip_days: int | None


@frozen
class ProblemRow:
    """A problem as it stands."""

    ref: str
    text: str
    category: str
    state: str
    owner: str | None
    owner_text: str
    raised: date
    deadline: date
    original_deadline: date
    extensions: int
    age_days: int
    overdue: bool
    blocks: tuple[str, ...]
    closed: date | None
    evidence: str | None
    verified_by: str | None
    next: str | None
    light: Light | None
    slips: int | None
    slip_days: int | None


@frozen
class DecisionRow:
    """A meeting's decision about the project."""

    ref: str
    meeting: date
    text: str
    owner_text: str
    deadline: date
    done: date | None


@frozen
class Sheet:
    """Everything about one project. `slipped` counts its `items` whose deadlines moved, their `slips` and `days`."""

    ref: str
    kind: str
    name: str
    light: Light | None
    status: str
    stage: StageName | None
    reasons: tuple[str, ...]
    project: Project
    facts: tuple[tuple[str, str], ...]
    service: tuple[tuple[str, str | None], ...]
    stages: tuple[StageRow, ...]
    tasks: tuple[TaskRow, ...]
    problems: tuple[ProblemRow, ...]
    targets: tuple[TargetRow, ...]
    actions: tuple[Action, ...]
    decisions: tuple[DecisionRow, ...]
    log: tuple[Log, ...]
    pauses: tuple[tuple[Pause, str], ...]
    slipped: dict[str, int] | None
    notes: tuple[str, ...]
    as_of: date
    money_unit: str


@frozen
class ItemSheet:
    """Everything about one task, problem, stage, factor or decision. `slip_flags`: what is doubtful about its slips."""

    ref: str
    kind: str
    name: str
    light: Light | None
    reasons: tuple[str, ...]
    project: str | None
    project_name: str
    record: Any
    facts: tuple[tuple[str, str], ...]
    history: tuple[tuple[date, str], ...]
    slips: int | None
    slip_days: int | None
    slip_flags: tuple[str, ...]
    notes: tuple[str, ...]
    as_of: date
