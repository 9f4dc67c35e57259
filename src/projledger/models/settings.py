"""`projledger.yaml`: the settings of a workspace."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from projledger import quantities
from projledger.i18n import N_, _, listing
from projledger.models.types import (
    ActionKind,
    AnyPeriod,
    Category,
    Count,
    Day,
    Id,
    Level,
    Light,
    Line,
    Money,
    MonthDay,
    Name,
    Number,
    PeriodKind,
    Person,
    Record,
    Scope,
    Unit,
    Workdays,
    refusal,
    whole,
)


def _known_unit(unit: str) -> str:
    if unit not in quantities.MONEY_UNITS:
        raise refusal(
            quantities.Unreadable(
                "bad-choice",
                _("“{text}” is not a unit of money").format(text=unit),
                _("one of: {choices}").format(choices=listing(quantities.MONEY_UNITS)),
            )
        )
    return unit


class WorkingCalendar(Record):
    """Which days are worked on."""

    country: Name | None = Field(
        None, description=N_("Country whose public holidays count (CN, DE, …); without it Monday to Friday")
    )
    holidays: tuple[Day, ...] = Field((), description=N_("Own days off; they win over the country's calendar"))
    workdays: tuple[Day, ...] = Field((), description=N_("Own days worked; they win over the country's calendar"))


class StalledThreshold(Record):
    """Days without a dated fact after which an item counts as stalled, by cadence."""

    week: Annotated[int, whole(1, 366)] = Field(14, description=N_("Days, for items dispatched weekly"))
    month: Annotated[int, whole(1, 366)] = Field(30, description=N_("Days, for items dispatched monthly"))


class Thresholds(Record):
    """When something is due soon or stalled."""

    due_soon: Annotated[int, whole(0, 366)] = Field(
        7, description=N_("Calendar days before a deadline from which an item is due soon")
    )
    stalled: StalledThreshold = Field(
        StalledThreshold.model_construct(), description=N_("Days without a fact, by cadence")
    )


class Reporting(Record):
    """When figures are due."""

    due_day: MonthDay = Field(10, description=N_("Day of the next month from which a month's figure is missing"))
    merge: tuple[tuple[Annotated[int, whole(1, 12)], ...], ...] = Field(
        (), description=N_("Months whose figures come together, such as [[1, 2]]")
    )


class Cadence(Record):
    """One rhythm of the place's dispatch system."""

    period: PeriodKind = Field(description=N_("How often"))
    act: Literal["supervision", "dispatch", "notice", "assessment", "evaluation"] = Field(
        description=N_("What is done")
    )
    held_by: Unit | None = Field(None, description=N_("Unit that holds it"))


class LadderStep(Record):
    """One step of the escalation ladder."""

    kind: ActionKind = Field(description=N_("What is issued"))
    light: Light = Field(description=N_("Proposed when the item's light is this or worse"))
    days: Count = Field(description=N_("Calendar days after the ground, or after the last step"))
    issued_by: Unit | None = Field(None, description=N_("Unit that issues it"))
    reply_days: Workdays | None = Field(None, description=N_("Workdays allowed for the reply"))
    level: Level = Field(1, description=N_("Who is addressed: 1 owner, 2 head of the unit, 3 attached leader, 4 chief"))


class Adjustment(Record):
    """Points given or taken beside the computed score."""

    scope: Scope = Field(description=N_("Unit or chain"))
    period: AnyPeriod = Field(description=N_("Period it belongs to"))
    points: Number = Field(description=N_("Points, negative to take away"))
    reason: Line = Field(description=N_("Why"))


class Score(Record):
    """How the horse-racing score is made."""

    weights: dict[Id, Number] = Field(
        {
            "investment": Decimal(40),
            "starts": Decimal(20),
            "completion": Decimal(20),
            "close_out": Decimal(10),
            "reporting": Decimal(10),
        },
        description=N_("Weight of each term: an indicator id, starts, completion, close_out or reporting"),
    )
    cap: Number = Field(Decimal(1), description=N_("Highest ratio to the pace target that counts"))
    groups: dict[Name, tuple[Scope, ...]] = Field(
        {}, description=N_("Groups ranked among themselves: name and the units or chains in it")
    )
    adjust: tuple[Adjustment, ...] = Field((), description=N_("Points added or taken, each with its reason"))


class Settings(Record):
    """The settings of a workspace: the only required file."""

    name: Name = Field(description=N_("Name of the place"))
    level: Literal["county", "city", "park"] = Field("county", description=N_("What kind of place it is"))
    timezone: Name = Field("Asia/Shanghai", description=N_("Time zone that decides what day today is"))
    language: Literal["en", "zh"] = Field("en", description=N_("Language of screens and reports"))
    money_unit: Annotated[Name, AfterValidator(_known_unit)] = Field(
        "万元", description=N_("Unit of every amount of money written without one")
    )
    as_of: Day | None = Field(None, description=N_("Freezes today: only for examples and archives"))
    calendar: WorkingCalendar = Field(WorkingCalendar.model_construct(), description=N_("Working calendar"))
    rules: Name = Field("default", description=N_("A shipped rule pack, or the name of a file beside this one"))
    pace: Literal["linear_month", "linear_day"] = Field(
        "linear_month", description=N_("How the pace of a target without a plan is taken")
    )
    thresholds: Thresholds = Field(
        Thresholds.model_construct(), description=N_("When something is due soon or stalled")
    )
    reporting: Reporting = Field(Reporting.model_construct(), description=N_("When figures are due"))
    cadences: tuple[Cadence, ...] = Field((), description=N_("The rhythms of the dispatch system"))
    routing: dict[Category, Person] = Field({}, description=N_("Which leader takes which category of problem"))
    classes: dict[Name, Money] = Field({}, description=N_("Size classes: name and the least total investment"))
    categories: tuple[Name, ...] = Field((), description=N_("Closed list of project categories, when given"))
    chief: Person | None = Field(None, description=N_("The place's chief, last level of the ladder"))
    ladder: tuple[LadderStep, ...] = Field((), description=N_("Escalation ladder, mildest step first"))
    score: Score = Field(Score.model_construct(), description=N_("How the horse-racing score is made"))
    views: dict[Name, Line] = Field({}, description=N_("Saved filters: name and command-line options"))
