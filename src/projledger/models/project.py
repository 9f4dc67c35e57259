"""One project's ledger: stages, tasks, problems, factors, funding, log and actions."""

import datetime
from typing import Annotated, Literal

from pydantic import Field

from projledger.i18n import N_
from projledger.models.place import Log, Report, Target
from projledger.models.types import (
    STAGES,
    ActionKind,
    Category,
    ChainId,
    Count,
    Day,
    FactorName,
    Id,
    Level,
    Line,
    Money,
    Month,
    Name,
    Number,
    Party,
    Person,
    Progress,
    ProjectId,
    Record,
    Ref,
    Refers,
    StageName,
    Unit,
    Workdays,
    YesNo,
)


class Extension(Record):
    """A later deadline, approved."""

    to: Day = Field(description=N_("New deadline"))
    approved_by: Party = Field(description=N_("Who approved it"))
    date: Day = Field(description=N_("When it was approved; it counts from this day"))
    reason: Line = Field(description=N_("Why"))


class Extendable(Record):
    """Something whose deadline moves only by approved extensions."""

    extensions: tuple[Extension, ...] = Field((), description=N_("Approved extensions of the deadline, oldest first"))

    def extended(self, original: datetime.date | None, as_of: datetime.date) -> datetime.date | None:
        """The deadline in force at the end of `as_of`: that of the last extension dated on or before it."""
        in_force = original
        for extension in sorted(self.extensions, key=lambda e: e.date):
            if extension.date <= as_of:
                in_force = extension.to
        return in_force


class Task(Extendable):
    """A piece of work with one owner and one deadline."""

    id: Id = Field(description=N_("Id, unique among the tasks and problems of the project"))
    name: Name = Field(description=N_("What is to be done"))
    deadline: Day = Field(description=N_("Original deadline; never overwritten, only extended"))
    owner: Person | None = Field(None, description=N_("Person who answers for it; default the project's"))
    unit: Unit | None = Field(None, description=N_("Responsible unit; default the project's"))
    kind: Literal["milestone", "approval", "construction", "decision", "other"] = Field(
        "other", description=N_("What kind of task it is")
    )
    start: Day | None = Field(None, description=N_("Planned start"))
    duration: Workdays | None = Field(None, description=N_("Length in workdays"))
    after: tuple[Annotated[Ref, Refers("task")], ...] = Field(
        (), description=N_("Tasks that must finish first: ids here, or P002/T3")
    )
    started: Day | None = Field(None, description=N_("When it was started"))
    progress: Progress | None = Field(None, description=N_("Percent done, 0 to 100"))
    updated: Day | None = Field(None, description=N_("Date of the reported progress"))
    done: Day | None = Field(None, description=N_("When it was finished"))
    evidence: Line | None = Field(None, description=N_("What shows that it is finished"))
    limit: Workdays | None = Field(None, description=N_("Statutory limit in workdays after its start"))
    next: Line | None = Field(None, description=N_("Next step"))
    note: Line | None = Field(None, description=N_("Note"))

    def deadline_on(self, as_of: datetime.date) -> datetime.date:
        """The deadline in force on `as_of`."""
        return self.extended(self.deadline, as_of) or self.deadline


class Assist(Record):
    """A unit that must help with a problem."""

    unit: Unit = Field(description=N_("Unit"))
    responded: Day | None = Field(None, description=N_("When it responded"))


class Problem(Extendable):
    """A problem with one owner, one deadline and a close-out that somebody else verifies."""

    id: Id = Field(description=N_("Id, unique among the tasks and problems of the project"))
    text: Line = Field(description=N_("What is wrong"))
    raised: Day = Field(description=N_("When it was raised"))
    deadline: Day = Field(description=N_("Original deadline; never overwritten, only extended"))
    owner: Person | None = Field(None, description=N_("Person who answers for it; default the project's"))
    category: Category = Field("other", description=N_("What it is about; decides which leader takes it"))
    raised_by: Party | None = Field(None, description=N_("Who raised it"))
    lead_unit: Unit | None = Field(None, description=N_("Unit that leads the solution; default the project's"))
    responded: Day | None = Field(None, description=N_("When the leading unit responded"))
    assist: tuple[Assist, ...] = Field((), description=N_("Units that must help"))
    blocks: tuple[Annotated[Ref, Refers("task")], ...] = Field((), description=N_("Tasks it blocks"))
    level: Level = Field(1, description=N_("Level at which it must be solved, 1 to 4"))
    submitted: Day | None = Field(None, description=N_("When the solution was submitted for verification"))
    closed: Day | None = Field(None, description=N_("When it was closed"))
    evidence: Line | None = Field(None, description=N_("What shows that it is solved"))
    verified_by: Party | None = Field(None, description=N_("Who verified it; not the owner"))
    reopened: tuple[Day, ...] = Field((), description=N_("When it was reopened"))
    next: Line | None = Field(None, description=N_("Next step"))

    def deadline_on(self, as_of: datetime.date) -> datetime.date:
        """The deadline in force on `as_of`."""
        return self.extended(self.deadline, as_of) or self.deadline

    def state_on(self, as_of: datetime.date) -> Literal["open", "handling", "pending", "closed"]:
        """Its state at the end of `as_of`. A reopening undoes whatever was reached on or before that day."""
        since = max((day for day in self.reopened if day <= as_of), default=datetime.date.min)

        def reached(day: datetime.date | None) -> bool:
            return day is not None and since < day <= as_of

        if reached(self.closed):
            return "closed"
        if reached(self.submitted):
            return "pending"
        if self.reopened and since != datetime.date.min:
            return "handling"  # it was responded to before it was closed
        return "handling" if reached(self.responded) else "open"


class Pause(Record):
    """Days that do not count: deadlines stay, no light while it lasts."""

    from_: Day = Field(alias="from", description=N_("First day"))
    to: Day | None = Field(None, description=N_("Last day; open while it lasts"))
    approved_by: Party = Field(description=N_("Who approved it"))
    document: Line | None = Field(None, description=N_("Document"))


class Stage(Extendable):
    """A dated stage event."""

    plan: Day | None = Field(None, description=N_("When it should be reached; never overwritten, only extended"))
    actual: Day | None = Field(None, description=N_("When it was reached"))
    owner: Person | None = Field(None, description=N_("Person who answers for it; default the project's"))
    evidence: Line | None = Field(None, description=N_("What shows that it was reached"))
    handed_over: Day | None = Field(None, description=N_("When it was handed over to the next stage's department"))

    def plan_on(self, as_of: datetime.date) -> datetime.date | None:
        """The planned date in force on `as_of`."""
        return self.extended(self.plan, as_of)


class Stages(Record):
    """The life cycle of a project."""

    reserve: Stage | None = Field(None, description=N_("In the reserve"))
    negotiating: Stage | None = Field(None, description=N_("Negotiating"))
    signed: Stage | None = Field(None, description=N_("Contract signed"))
    started: Stage | None = Field(None, description=N_("Construction started"))
    completed: Stage | None = Field(None, description=N_("Completed"))
    producing: Stage | None = Field(None, description=N_("Producing"))
    full_capacity: Stage | None = Field(None, description=N_("At full capacity"))

    def named(self) -> tuple[tuple[StageName, Stage], ...]:
        """The stages that the ledger mentions, in the order of the life cycle."""
        return tuple((name, stage) for name in STAGES if (stage := getattr(self, name)) is not None)

    def current(self, as_of: datetime.date) -> StageName | None:
        """The furthest stage reached by the end of `as_of`."""
        reached = [name for name, stage in self.named() if stage.actual is not None and stage.actual <= as_of]
        return reached[-1] if reached else None


class Factor(Record):
    """Land, finance, energy or labour that the project needs."""

    needed: Number = Field(description=N_("How much is needed"))
    secured: Number | None = Field(None, description=N_("How much is secured"))
    measure: Name | None = Field(None, description=N_("Unit (亩, 千伏安, 人, 万元)"))
    deadline: Day | None = Field(None, description=N_("When it must be secured"))
    owner: Person | None = Field(None, description=N_("Person who answers for it; default the project's"))


class Factors(Record):
    """The factors that follow the project."""

    land: Factor | None = Field(None, description=N_("Land"))
    finance: Factor | None = Field(None, description=N_("Finance"))
    energy: Factor | None = Field(None, description=N_("Energy"))
    labour: Factor | None = Field(None, description=N_("Labour"))

    def named(self) -> tuple[tuple[FactorName, Factor], ...]:
        """The factors that the ledger mentions."""
        names: tuple[FactorName, ...] = ("land", "finance", "energy", "labour")
        return tuple((name, factor) for name in names if (factor := getattr(self, name)) is not None)


class Funding(Record):
    """Money from one source."""

    source: Literal[
        "special_bond",
        "general_bond",
        "central_budget",
        "provincial",
        "central_and_provincial",
        "municipal",
        "county",
        "assistance",
        "enterprise",
        "bank",
    ] = Field(description=N_("Where the money comes from"))
    planned: Money | None = Field(None, description=N_("Amount planned"))
    applied: Money | None = Field(None, description=N_("Amount applied for"))
    apply_by: Day | None = Field(None, description=N_("When the application must be in"))
    awarded: Money | None = Field(None, description=N_("Amount awarded"))
    paid: Money | None = Field(None, description=N_("Amount paid so far"))
    date: Day | None = Field(None, description=N_("Date of the latest figure"))
    owner: Person | None = Field(None, description=N_("Person who answers for it; default the project's"))
    plan: dict[Month, Money] = Field({}, description=N_("Cumulative payments planned at month ends"))


class Action(Record):
    """A step of the escalation ladder that was taken."""

    number: Name = Field(description=N_("Number of the document"))
    kind: ActionKind = Field(description=N_("What was issued"))
    about: Annotated[Ref, Refers("any")] = Field(description=N_("What it was about: P001/T3, P001/Q1, P001 …"))
    to: Party = Field(description=N_("To whom it was issued"))
    issued: Day = Field(description=N_("When it was issued"))
    reply_due: Day | None = Field(None, description=N_("When the reply is due"))
    replied: Day | None = Field(None, description=N_("When the reply came"))
    result: Line | None = Field(None, description=N_("What came of it"))


class Enterprise(Record):
    """The firm whose project it is."""

    name: Name = Field(description=N_("Name of the firm"))
    contact: Name | None = Field(None, description=N_("Whom to speak to there"))


class Service(Record):
    """The five slots of the "five-one" service structure."""

    leader: Person | None = Field(None, description=N_("Attached leader"))
    chief_officer: Person | None = Field(None, description=N_("Chief service officer"))
    specialist: Person | None = Field(None, description=N_("Service specialist"))
    unit: Unit | None = Field(None, description=N_("Service unit"))
    plan: Line | None = Field(None, description=N_("Service plan"))


class Project(Record):
    """One project's ledger. Only id, name and unit are required; what is absent is not reported, never zero."""

    id: Id = Field(description=N_("Id, unique in the workspace, never reused"))
    name: Name = Field(description=N_("Name of the project"))
    unit: Unit = Field(description=N_("Responsible unit"))
    owner: Person | None = Field(
        None, description=N_("First responsible person; tasks, problems and stages inherit it")
    )
    enterprise: Enterprise | None = Field(None, description=N_("Firm whose project it is"))
    chain: ChainId | None = Field(None, description=N_("Industrial chain"))
    node: Annotated[Id, Refers("node")] | None = Field(None, description=N_("Link of the chain"))
    category: Annotated[Name, Refers("category")] | None = Field(None, description=N_("Category, from the settings"))
    ownership: Literal["government", "private"] | None = Field(None, description=N_("Whose money builds it"))
    park: Unit | None = Field(None, description=N_("Park it stands in"))
    tags: tuple[Name, ...] = Field((), description=N_("Tags to filter by"))
    priority: Count | None = Field(None, description=N_("Priority, 1 first"))
    parent: ProjectId | None = Field(None, description=N_("Package this module belongs to"))
    investment: Money | None = Field(None, description=N_("Total investment"))
    introduced_by: Party | None = Field(None, description=N_("Unit or person who brought it"))
    status: Literal["active", "suspended", "cleared"] = Field("active", description=N_("Active, suspended or cleared"))
    status_date: Day | None = Field(None, description=N_("Since when"))
    status_reason: Line | None = Field(None, description=N_("Why"))
    decision: Annotated[Name, Refers("decision")] | None = Field(
        None, description=N_("Action number or meeting decision that cleared it")
    )
    difficult: YesNo = Field(False, description=N_("Needs front-line scheduling"))
    lead: Person | None = Field(None, description=N_("Leader who takes a difficult project in hand"))
    cadence: Literal["week", "month"] | None = Field(
        None, description=N_("How often it is dispatched; default month, week when difficult")
    )
    service: Service | None = Field(None, description=N_("The five service slots"))
    stages: Stages = Field(Stages.model_construct(), description=N_("Dated stage events"))
    in_statistics: Day | None = Field(None, description=N_("Entry into the statistics"))
    tasks: tuple[Task, ...] = Field((), description=N_("Tasks"))
    problems: tuple[Problem, ...] = Field((), description=N_("Problems"))
    factors: Factors = Field(Factors.model_construct(), description=N_("Factors it needs"))
    funding: tuple[Funding, ...] = Field((), description=N_("Where its money comes from"))
    targets: tuple[Target, ...] = Field((), description=N_("Targets of the project"))
    reports: tuple[Report, ...] = Field((), description=N_("Reported figures of the project"))
    log: tuple[Log, ...] = Field((), description=N_("Services, visits and contacts"))
    actions: tuple[Action, ...] = Field((), description=N_("Steps of the escalation ladder that were taken"))
    pauses: tuple[Pause, ...] = Field((), description=N_("Approved pauses"))

    def status_on(self, as_of: datetime.date) -> Literal["active", "suspended", "cleared"]:
        """Its status at the end of `as_of`; a status dated later does not count yet."""
        if self.status_date is not None and self.status_date > as_of:
            return "active"
        return self.status

    def paused_on(self, as_of: datetime.date) -> bool:
        """Whether it is paused or suspended on `as_of`."""
        return self.status_on(as_of) == "suspended" or any(
            pause.from_ <= as_of and (pause.to is None or as_of <= pause.to) for pause in self.pauses
        )

    def live_on(self, as_of: datetime.date) -> bool:
        """Whether it is worked on and judged: active, and not paused."""
        return self.status_on(as_of) == "active" and not self.paused_on(as_of)

    @property
    def rhythm(self) -> Literal["week", "month"]:
        """How often it is dispatched."""
        return self.cadence or ("week" if self.difficult else "month")
