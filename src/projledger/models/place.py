"""The files about the place itself: people, chains, targets, meetings, log and assets."""

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from projledger import quantities
from projledger.i18n import N_, _
from projledger.models.types import (
    Amount,
    AnyPeriod,
    ChainId,
    Count,
    Day,
    Id,
    IndicatorId,
    Line,
    Money,
    Month,
    Name,
    Number,
    Party,
    Percent,
    PeriodKind,
    Person,
    ProjectId,
    Record,
    Ref,
    Refers,
    Scope,
    TargetPeriod,
    Unit,
    YesNo,
    refusal,
)


class UnitRecord(Record):
    """A unit: an office, department, park, town, team or enterprise."""

    id: Id = Field(description=N_("Id, unique in the workspace"))
    name: Name = Field(description=N_("Name as it is printed"))
    kind: Literal["county", "office", "department", "park", "town", "team", "enterprise"] | None = Field(
        None, description=N_("What kind of unit it is")
    )
    head: Person | None = Field(None, description=N_("Person who heads it"))


class PersonRecord(Record):
    """A person with a post."""

    id: Id = Field(description=N_("Id, unique in the workspace"))
    name: Name = Field(description=N_("Name as it is printed"))
    unit: Unit = Field(description=N_("Unit the person belongs to"))
    post: Name | None = Field(None, description=N_("Post or title"))
    since: Day | None = Field(None, description=N_("First day in the post"))
    until: Day | None = Field(None, description=N_("Last day in the post"))


class People(Record):
    """`people.yaml`: units and people."""

    units: tuple[UnitRecord, ...] = Field((), description=N_("The units of the place"))
    people: tuple[PersonRecord, ...] = Field((), description=N_("The people who lead and own"))


class Node(Record):
    """A link of an industrial chain."""

    id: Id = Field(description=N_("Id, unique in the workspace"))
    name: Name = Field(description=N_("Name of the link"))
    position: Literal["upstream", "midstream", "downstream"] = Field(description=N_("Where it stands in the chain"))
    state: Literal["strong", "weak", "missing"] | None = Field(None, description=N_("How the place stands there"))
    action: Literal["build", "repair", "extend", "strengthen"] | None = Field(
        None, description=N_("What is to be done: build, repair, extend or strengthen the chain")
    )
    owner: Person | None = Field(None, description=N_("Person who answers for the action"))
    deadline: Day | None = Field(None, description=N_("When the action should be done"))
    firms: tuple[Name, ...] = Field((), description=N_("Firms of the place at this link"))


class Talent(Record):
    """Talent to be recruited for a chain."""

    name: Name = Field(description=N_("Whom the chain needs"))
    count: Count = Field(description=N_("How many"))
    status: Line | None = Field(None, description=N_("How far the recruitment is"))
    owner: Person | None = Field(None, description=N_("Person who answers for it"))


class Chain(Record):
    """An industrial chain with its chief, department, special team and map."""

    id: Id = Field(description=N_("Id, unique in the workspace"))
    name: Name = Field(description=N_("Name of the chain"))
    chief: Person = Field(description=N_("Chain chief"))
    deputies: tuple[Person, ...] = Field((), description=N_("Deputy chain chiefs"))
    lead_unit: Unit = Field(description=N_("Leading department"))
    team: Unit | None = Field(None, description=N_("Special team"))
    leading_firm: Name | None = Field(None, description=N_("Chain-leading firm"))
    cadence: PeriodKind | None = Field(None, description=N_("How often the chief must hold a dispatch meeting"))
    nodes: tuple[Node, ...] = Field((), description=N_("The chain map, upstream to downstream"))
    talents: tuple[Talent, ...] = Field((), description=N_("Talent the chain recruits"))


class Chains(Record):
    """`chains.yaml`: the industrial chains."""

    chains: tuple[Chain, ...] = Field((), description=N_("Industrial chains"))


class Indicator(Record):
    """What is measured."""

    name: Name = Field(description=N_("Name of the indicator"))
    measure: Name | None = Field(None, description=N_("Unit of its figures (万元, 亩, 人 …); default the money unit"))
    better: Literal["more", "less"] = Field("more", description=N_("Whether more or less of it is better"))

    @field_validator("measure")
    @classmethod
    def _one_money_unit(cls, measure: str | None, info: ValidationInfo) -> str | None:
        # `3亿元` is normalised to the workspace's unit: a second money unit would make two readings of one figure.
        unit = info.context["money_unit"] if info.context else "万元"
        if measure in quantities.MONEY_UNITS and measure != unit:
            raise refusal(
                quantities.Unreadable(
                    "bad-measure",
                    _("this workspace counts money in {unit}, not in {measure}").format(unit=unit, measure=measure),
                    _("write measure: {unit}; single figures may still carry their own unit, such as 3亿元").format(
                        unit=unit
                    ),
                )
            )
        return measure


class Target(Record):
    """What should be reached in a period."""

    indicator: IndicatorId = Field(description=N_("Indicator"))
    period: TargetPeriod = Field(description=N_("Year, half, quarter or month"))
    value: Amount = Field(description=N_("What should be reached by the end of the period"))
    scope: Scope | None = Field(
        None, description=N_("Unit, chain or all (default all; in a certificate its unit; in a project the project)")
    )
    plan: dict[Month, Amount] = Field({}, description=N_("Cumulative plan at month ends"))


class Report(Record):
    """A figure that was reported for a month."""

    indicator: IndicatorId = Field(description=N_("Indicator"))
    month: Month = Field(description=N_("Month it belongs to"))
    ytd: Amount | None = Field(None, description=N_("Cumulative figure since January"))
    amount: Amount | None = Field(None, description=N_("The month's own figure"))
    scope: Scope | None = Field(None, description=N_("Unit, chain or all (default all; in a project file the project)"))
    cutoff: Day | None = Field(None, description=N_("Date up to which the figure counts; default the month's last day"))
    reported: Day | None = Field(None, description=N_("When it became known; default the cutoff"))
    prior_ytd: Amount | None = Field(None, description=N_("Cumulative figure of the same months last year"))
    yoy_reported: Percent | None = Field(None, description=N_("Year-on-year rate as published"))
    since_start: Amount | None = Field(None, description=N_("Cumulative figure since the project began"))
    image: Line | None = Field(None, description=N_("Physical progress in words"))
    source: Line | None = Field(None, description=N_("Where the figure comes from"))


class Certificate(Record):
    """A responsibility certificate: the annual targets a unit signed."""

    number: Name | None = Field(None, description=N_("Number of the certificate"))
    unit: Unit = Field(description=N_("Unit that signed"))
    signer: Person = Field(description=N_("Person who signed"))
    signed: Day = Field(description=N_("Date of signature"))
    targets: tuple[Target, ...] = Field((), description=N_("Signed targets"))


class Peer(Record):
    """A place outside, for the comparison."""

    name: Name = Field(description=N_("Name of the place"))
    indicator: IndicatorId = Field(description=N_("Indicator compared"))
    period: TargetPeriod = Field(description=N_("Period compared"))
    value: Amount | None = Field(None, description=N_("Its target"))
    cutoff: Day | None = Field(None, description=N_("Date up to which its figure counts"))
    done: Amount | None = Field(None, description=N_("Its figure"))


class SelfScore(Record):
    """The score a unit gave itself."""

    unit: Unit = Field(description=N_("Unit"))
    period: AnyPeriod = Field(description=N_("Period assessed"))
    score: Number = Field(description=N_("Points the unit gave itself"))
    dated: Day | None = Field(None, description=N_("Date of the self-assessment"))


class Award(Record):
    """An award from the incentive fund."""

    date: Day = Field(description=N_("Date of the award"))
    to: Party = Field(description=N_("Unit or person awarded"))
    amount: Money = Field(description=N_("Amount"))
    project: ProjectId | None = Field(None, description=N_("Project it was given for"))
    reason: Line | None = Field(None, description=N_("Why"))


class Fund(Record):
    """The incentive fund of a year."""

    year: TargetPeriod = Field(description=N_("Year"))
    pool: Money = Field(description=N_("What the fund holds"))
    awards: tuple[Award, ...] = Field((), description=N_("What was given"))


class Targets(Record):
    """`targets.yaml`: indicators, certificates, targets, reports, peers, self-scores and the fund."""

    indicators: dict[Id, Indicator] = Field({}, description=N_("Indicators by id"))
    certificates: tuple[Certificate, ...] = Field((), description=N_("Responsibility certificates"))
    targets: tuple[Target, ...] = Field((), description=N_("Targets of the place, its units and chains"))
    reports: tuple[Report, ...] = Field((), description=N_("Reported figures"))
    peers: tuple[Peer, ...] = Field((), description=N_("Places outside, for comparison"))
    self_scores: tuple[SelfScore, ...] = Field((), description=N_("Scores units gave themselves"))
    fund: Fund | None = Field(None, description=N_("Incentive fund of the year"))


class Heard(Record):
    """What a meeting heard."""

    by: Party = Field(description=N_("Who reported"))
    text: Line = Field(description=N_("What was reported"))


class Decision(Record):
    """What a meeting decided, with an owner and a deadline."""

    id: Id = Field(description=N_("Id, unique in its meeting"))
    text: Line = Field(description=N_("What was decided"))
    owner: Person = Field(description=N_("Person who must do it"))
    deadline: Day = Field(description=N_("When it must be done"))
    task: Annotated[Ref, Refers("any")] | None = Field(
        None, description=N_("Task or problem it became, such as P001/T3")
    )
    done: Day | None = Field(None, description=N_("When it was done"))
    evidence: Line | None = Field(None, description=N_("What shows that it was done"))


class Meeting(Record):
    """A dispatch, supervision or chain meeting."""

    id: Id = Field(description=N_("Id, unique in the workspace"))
    date: Day = Field(description=N_("Date of the meeting"))
    period: PeriodKind | None = Field(None, description=N_("Cadence it was held for"))
    chain: ChainId | None = Field(None, description=N_("Chain it was about"))
    park: Unit | None = Field(None, description=N_("Park it was about"))
    chair: Person | None = Field(None, description=N_("Who chaired it"))
    heard: tuple[Heard, ...] = Field((), description=N_("What was heard"))
    comments: Line | None = Field(None, description=N_("Comments of the leaders"))
    decisions: tuple[Decision, ...] = Field((), description=N_("What was decided"))


class Meetings(Record):
    """`meetings.yaml`: meetings and their decisions."""

    meetings: tuple[Meeting, ...] = Field((), description=N_("Meetings"))


class Log(Record):
    """A dated service, contact or visit."""

    date: Day = Field(description=N_("Date"))
    kind: Literal[
        "service",
        "commitment_letter",
        "joint_acceptance",
        "visit",
        "trip",
        "contact",
        "docking",
        "recruitment",
        "financing",
    ] = Field(description=N_("What it was"))
    team: Literal["agency", "approval", "financing", "employment"] | None = Field(
        None, description=N_("Service team that did it")
    )
    text: Line | None = Field(None, description=N_("What was done"))
    count: Count = Field(1, description=N_("How many, when one entry stands for several"))
    at_least: YesNo = Field(False, description=N_("Whether the count is a lower bound"))
    amount: Money | None = Field(None, description=N_("Money it brought"))
    people: Count | None = Field(None, description=N_("People it reached"))
    solved: Count | None = Field(None, description=N_("Problems it solved"))
    chain: ChainId | None = Field(None, description=N_("Chain it belongs to"))
    unit: Unit | None = Field(None, description=N_("Unit that did it"))


class LogFile(Record):
    """`log.yaml`: services and contacts that belong to no project yet."""

    log: tuple[Log, ...] = Field((), description=N_("Dated entries"))


class Asset(Record):
    """Idle land or an idle factory."""

    id: Id = Field(description=N_("Id, unique in the workspace"))
    kind: Literal["land", "factory"] = Field(description=N_("Land or factory"))
    name: Name = Field(description=N_("Where it is, or what it is called"))
    park: Unit | None = Field(None, description=N_("Park it lies in"))
    area: Number | None = Field(None, description=N_("Size, in its measure"))
    measure: Name | None = Field(None, description=N_("Unit of the size (亩, 平方米)"))
    since: Day | None = Field(None, description=N_("Idle since"))
    project: ProjectId | None = Field(None, description=N_("Project matched to it"))
    revitalised: Day | None = Field(None, description=N_("When it was put to use again"))


class Assets(Record):
    """`assets.yaml`: idle land and factories."""

    assets: tuple[Asset, ...] = Field((), description=N_("Idle assets"))
