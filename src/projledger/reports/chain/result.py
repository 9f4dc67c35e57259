"""What the chief's page and the table of chains say: the keys of the JSON."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from projledger.analysis import counts
from projledger.calendar import Kind as PeriodKind
from projledger.frozen import frozen
from projledger.models.types import Category, FactorName, Light, StageName
from projledger.reports.lagging import Row
from projledger.reports.targets import TargetRow

INVESTMENT: Final = "investment"
"""The indicator that a chain's investment is read from."""

FACTORS: Final[tuple[FactorName, ...]] = ("land", "finance", "energy", "labour")


@frozen
class AskRow:
    """One thing asked of the chief: what, why, by when, and what happens otherwise, in words.

    `deadline` is the day in force of what it is about, `by` the day on which the decision is needed, or where that
    cannot be known (`owners_day`) the deadline of whoever it is about. `proposal` is what the owner means to do next
    (empty where the ledger does not say it), `partners` who else takes part. `must` is false for those that only fill
    up to three.
    """

    kind: str
    ref: str
    what: str
    reason: str
    by: date | None
    owners_day: bool
    deadline: date | None
    days_late: int
    otherwise: str
    proposal: str
    partners: tuple[str, ...]
    owner: str | None
    owner_name: str
    project: str | None
    must: bool


@frozen
class StageFigures:
    """Projects by current stage and stages reached this year, with the total investment of those projects.

    Modules of a package count, but their money is the package's.
    """

    stock: dict[StageName, int]
    events: dict[StageName, int]
    stock_amounts: dict[StageName, Decimal]
    event_amounts: dict[StageName, Decimal]


@frozen
class Told:
    """What some projects reported of a sum that others owe their part of: no verdict is founded on it.

    `projects` of `of` reported `done` up to `cutoff`, the share `rate` of the target of them all; `pace` is the share
    that should be done by then, None where the target is only the projects' own together.
    """

    done: Decimal
    rate: Fraction | None
    pace: Fraction | None
    cutoff: date
    projects: int
    of: int


@frozen
class Investment:
    """This year's investment: of the chain's own target, else of its projects' targets together.

    `pace` is the share that should be done at `cutoff`; `done` is None where figures are `missing`: months that the
    projects named in `owing` owe. Then `told` is what the others reported all the same.
    """

    planned: Decimal | None
    done: Decimal | None
    pace: Fraction | None
    rate: Fraction | None
    gap_points: Fraction | None
    cutoff: date | None
    missing: tuple[str, ...]
    owing: tuple[str, ...]
    from_projects: bool
    told: Told | None = None


@frozen
class GapRow:
    """A factor that is not secured in full."""

    ref: str
    project: str
    project_name: str
    factor: FactorName
    needed: Decimal
    secured: Decimal | None
    missing: Decimal
    measure: str | None
    deadline: date | None
    owner: str | None
    owner_name: str


@frozen
class NodeRow:
    """A link of the chain map; `projects` are those that stand at it, `waiting` says of some why they stand still."""

    id: str
    name: str
    position: str
    state: str | None
    action: str | None
    owner: str | None
    owner_name: str
    deadline: date | None
    firms: tuple[str, ...]
    projects: tuple[str, ...]
    waiting: dict[str, str]


@frozen
class TalentRow:
    """Talent that the chain recruits."""

    name: str
    count: int
    status: str | None
    owner: str | None
    owner_name: str


@frozen
class Recruiting:
    """双招双引 this year: contacts, dockings, trips and recruitment events; projects in talks and signed; talent."""

    logged: dict[str, int]
    at_least: tuple[str, ...]
    negotiating: tuple[str, ...]
    signed: int
    talents: tuple[TalentRow, ...]


@frozen
class MeetingFigures:
    """Chain meetings this year against the cadence; `required` counts the periods that are over since `counted`.

    `due` is until when the meeting of the `current` period is to be held, None where it was. Without a cadence
    nothing is required.
    """

    cadence: PeriodKind | None
    counted: date | None
    required: int
    held: int
    meetings: int
    last: date | None
    current: str | None
    due: date | None
    missed: tuple[str, ...]


@frozen
class ChainRow:
    """A chain with everything its chief's page says.

    `problems` counts what is open by category, the four factors always among them; `problem_ages` has the oldest of
    each in days. `stages` are of all its projects but the cleared. `light` is that of its own targets.
    """

    id: str
    name: str
    chief: str
    lead_unit: str
    projects: counts.ProjectCounts
    stages: StageFigures
    investment: Investment
    problems: dict[Category, int]
    lagging: tuple[Row, ...]
    gaps: tuple[GapRow, ...]
    asks: tuple[AskRow, ...]
    chief_name: str
    deputies: tuple[str, ...]
    lead_unit_name: str
    team: str | None
    leading_firm: str | None
    total_investment: Decimal
    lights: dict[str, int]
    light: Light | None
    problem_ages: dict[Category, int]
    overdue_problems: int
    targets: tuple[TargetRow, ...]
    recruiting: Recruiting
    map: tuple[NodeRow, ...]
    meetings: MeetingFigures
    cleared: tuple[str, ...]


@frozen
class Result:
    """The chains asked for. `annex`: the chief's page with its annex. `one`: one chain was asked for."""

    place: str
    as_of: date
    money_unit: str
    rules: str
    rules_title: str
    chains: tuple[ChainRow, ...]
    one: bool
    annex: bool
