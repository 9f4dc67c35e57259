"""Escalation: which step of the ladder is due for what, to whom, on what ground. It proposes; people record.

A ground begins the day after the deadline in force (or a statutory limit), the latest start or a stage's planned date
has passed, the day the stalled threshold is exceeded, or the day a figure was due. Where the rules leave room, this
is what is done:

- Of several grounds of one item the one that began first counts: what is late for two reasons is not begun anew when
  the second arrives, so no later day proposes a milder step by itself.
- Under way, the latest start is that of the work that remains: when it has passed, the deadline cannot be kept.
- A planned start that has passed is no ground while the latest start has not: there is float left.
- A target behind its pace month after month has one ground: the day on which the first figure of that unbroken row
  was due.
- An action counts for what it is about, and for nothing else. Actions of a kind that the ladder does not have stand
  where their kind belongs, from reminder to clearing.
- Paused days leave the count of the step's `days`, as they leave every count of days.
- Whether a reply came plays no part: the next step waits for the day on which it was due, and no longer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Final, Literal

from projledger.analysis.assessment import Assessment
from projledger.analysis.lagging import Lag
from projledger.analysis.pace import StandingsByRef
from projledger.analysis.reasons import Code, Reason
from projledger.analysis.schedule import Gaps
from projledger.calendar import Calendar, Period
from projledger.frozen import frozen
from projledger.models.project import Action, Extendable, Extension, Problem, Project
from projledger.models.settings import LadderStep
from projledger.models.types import LIGHTS, ActionKind, Light
from projledger.models.workspace import Workspace

State = Literal["proposed", "too_soon", "reply_running", "light", "extension", "no_ground", "top"]
"""Why an item's next step is proposed or not: its days or the reply to the last one are still running, its light is
not bad enough, an extension is in force, no ground has begun, or every step was taken."""

Lacking = Literal["owner", "unit", "head", "lead", "chief"]
"""What a ledger does not name: the owner; the unit, or its head; the attached leader; the place's chief."""

KINDS: Final[tuple[ActionKind, ...]] = (
    "reminder",
    "letter",
    "interview",
    "criticism",
    "accountability",
    "clearing",
)
"""From the mildest to the gravest."""

LEADING_WORKDAYS: Final = 7
ASSISTING_WORKDAYS: Final = 3
"""Workdays within which a unit must respond to a problem."""

_DAY: Final = timedelta(days=1)


@frozen
class Ground:
    """What a step stands on: the day from which it counts, and the day that passed before it.

    `since` is the deadline, limit, latest start or planned date that passed, the last fact of what is stalled, or the
    day on which the figure that shows it was due.
    """

    code: Code
    begins: date
    since: date


@frozen
class Addressee:
    """Who is written to at a level. Where nobody is named, `lacking` says what the ledgers do not have."""

    level: int
    person: str | None
    unit: str | None
    lacking: Lacking | None = None


@frozen
class Case:
    """One item that lags, with its grounds, what was done about it, and the step that comes next.

    Attributes:
        lag: the item with its light and reasons.
        grounds: what stands, the first to begin first.
        actions: the recorded steps about it, oldest first; `counting` are those since the first ground.
        step: the next step of the ladder; None where every one was taken, or there is no ladder.
        state: whether it is proposed, else the first thing that stops it.
        from_day: the first day on which days and reply allow the step; None without a ground or a step.
        to: whom the step addresses.
        reply_due: the last day for the reply if it is issued today; None where the ladder asks for none.
        extension: the extension that is in force, if one is.
    """

    lag: Lag
    grounds: tuple[Ground, ...]
    actions: tuple[Action, ...]
    counting: tuple[Action, ...]
    step: LadderStep | None
    state: State
    from_day: date | None = None
    to: Addressee | None = None
    reply_due: date | None = None
    extension: Extension | None = None

    @property
    def ground(self) -> Ground | None:
        """The ground that began first."""
        return self.grounds[0] if self.grounds else None

    @property
    def last_action(self) -> Action | None:
        """The last step that counts."""
        return self.counting[-1] if self.counting else None


@frozen
class Reply:
    """A reply that is overdue: how late after `due`, the day it was asked for (a rest day rolled forward)."""

    project: Project
    action: Action
    due: date
    days: int
    workdays: int


@frozen
class Clock:
    """A unit that has not responded to a problem in time. `workdays` is how many it is over."""

    ref: str
    project: Project
    problem: Problem
    unit: str
    leading: bool
    due: date
    workdays: int


class Escalation:
    """The ladder of a place, held against everything that lags."""

    def __init__(self, assessment: Assessment) -> None:
        self.assessment = assessment
        self.workspace: Workspace = assessment.workspace
        self.as_of = assessment.as_of
        self.calendar: Calendar = self.workspace.calendar
        self.ladder = self.workspace.settings.ladder
        self._actions = self._recorded()
        self._gaps: dict[str, Gaps | None] = {}
        self._standings: dict[date, StandingsByRef] = {}

    # --- what is asked ---

    def cases(self) -> tuple[Case, ...]:
        """Every item that lags with the step that comes next, worst first; each once."""
        by_ref: dict[str, list[Lag]] = {}
        for lag in self.assessment.lags:
            by_ref.setdefault(lag.ref, []).append(lag)
        return tuple(self._case(lags) for lags in by_ref.values())

    def replies(self) -> tuple[Reply, ...]:
        """Replies that are overdue, the latest first; those about cleared projects are no longer waited for."""
        found = []
        for project, action in self.workspace.actions:
            waiting = action.issued <= self.as_of and (action.replied is None or action.replied > self.as_of)
            if action.reply_due is None or not waiting or project.status_on(self.as_of) == "cleared":
                continue
            due = self.calendar.first_on_or_after(action.reply_due)
            if due < self.as_of:
                workdays = self.calendar.workdays_between(due, self.as_of)
                found.append(Reply(project, action, due, (self.as_of - due).days, workdays))
        return tuple(sorted(found, key=lambda reply: reply.due))

    def clocks(self) -> tuple[Clock, ...]:
        """Units that have not responded to an open problem in time, the latest first."""
        found: list[Clock] = []
        for project in self.workspace.projects:
            if project.status_on(self.as_of) == "active" and not project.paused_on(self.as_of):
                for problem in project.problems:
                    found += self._clocks_of(project, problem)
        return tuple(sorted(found, key=lambda clock: -clock.workdays))

    def paused(self) -> tuple[Project, ...]:
        """Projects that stand still by a pause or suspension: nothing about them is escalated."""
        return tuple(
            project
            for project in self.workspace.projects
            if project.status_on(self.as_of) != "cleared" and project.paused_on(self.as_of)
        )

    # --- how it is found ---

    def _recorded(self) -> Mapping[str, tuple[Action, ...]]:
        """The actions issued by now, by what they are about, oldest first."""
        found: dict[str, list[Action]] = {}
        for _project, action in self.workspace.actions:
            if action.issued <= self.as_of:
                found.setdefault(action.about, []).append(action)
        return {ref: tuple(sorted(actions, key=lambda action: action.issued)) for ref, actions in found.items()}

    def _case(self, lags: Sequence[Lag]) -> Case:
        lag = lags[0]  # the worst of a target that stands twice
        project = self.workspace.projects_by_id.get(lag.project or "")
        grounds = tuple(sorted(self._grounds(lags, project), key=lambda ground: ground.begins))
        actions = self._actions.get(lag.ref, ())
        extension = self._extension(lag.ref)
        if not grounds:
            return Case(lag, (), actions, (), None, "no_ground", extension=extension)
        counting = tuple(action for action in actions if action.issued >= grounds[0].begins)
        step = next_step(self.ladder, counting[-1].kind if counting else None)
        if step is None:
            return Case(lag, grounds, actions, counting, None, "top", extension=extension)
        since = counting[-1].issued if counting else grounds[0].begins
        allowed = _days_later(since, step.days, self._gaps_of(project))
        running = self._reply_runs_until(counting[-1]) if counting else None
        from_day = max(allowed, running + _DAY) if running is not None else allowed
        state: State = "proposed"
        if extension is not None:
            state = "extension"
        elif not as_bad(lag.light, step.light):
            state = "light"
        elif allowed > self.as_of:
            state = "too_soon"
        elif from_day > self.as_of:
            state = "reply_running"
        reply_due = self.calendar.add_workdays(self.as_of, step.reply_days) if step.reply_days is not None else None
        to = self.addressee(lag, step.level)
        return Case(lag, grounds, actions, counting, step, state, from_day, to, reply_due, extension)

    def _reply_runs_until(self, action: Action) -> date | None:
        return self.calendar.first_on_or_after(action.reply_due) if action.reply_due is not None else None

    def _gaps_of(self, project: Project | None) -> Gaps | None:
        if project is None or not project.pauses:
            return None
        if project.id not in self._gaps:
            self._gaps[project.id] = Gaps(self.calendar, project.pauses)
        return self._gaps[project.id]

    def _extension(self, ref: str) -> Extension | None:
        """The extension that gives an item its deadline, while that has not passed."""
        item = self.workspace.items.get(ref)
        if item is None or not isinstance(item.record, Extendable):
            return None
        known = sorted((one for one in item.record.extensions if one.date <= self.as_of), key=lambda one: one.date)
        return known[-1] if known and known[-1].to >= self.as_of else None

    # --- grounds ---

    def _grounds(self, lags: Sequence[Lag], project: Project | None) -> Iterator[Ground]:
        gaps = self._gaps_of(project)
        for lag in lags:
            for reason in lag.reasons:
                ground = self._ground(lag, reason, gaps)
                if ground is not None and ground.begins <= self.as_of:
                    yield ground

    def _ground(self, lag: Lag, reason: Reason, gaps: Gaps | None) -> Ground | None:
        match reason.code:
            case "overdue" | "missed_stage":
                return _after(reason.code, reason.since)
            case "late_start" | "behind_schedule":
                plan = self.assessment.schedule.plans.get(lag.ref)
                return _after(reason.code, plan.latest_start if plan is not None else None)
            case "stalled":
                if reason.since is None or reason.threshold is None:
                    return None
                begins = _days_later(reason.since, reason.threshold + 1, gaps)
                return Ground("stalled", begins, reason.since)
            case "behind_pace" | "behind_month":
                return self._of_figure(lag, reason.code, reason.cutoff)
            case "funds_unpaid":
                return self._due(reason.code, reason.since)
            case "unreported":
                if reason.months:
                    first = reason.months[0].first
                    owed_by_target = lag.kind == "target"
                    return self._of_figure(lag, reason.code, first) if owed_by_target else self._due(reason.code, first)
                return _after(reason.code, reason.since) if reason.basis == "plan" else None
            case "due_soon" | "blocked" | "not_in_statistics":
                return None

    def _due(self, code: Code, day: date | None) -> Ground | None:
        """The ground of a figure of the month in which `day` lies: the day it was due."""
        if day is None:
            return None
        due = self.assessment.figures.due(Period.of("month", day))
        return Ground(code, due, due)

    def _of_figure(self, lag: Lag, code: Code, day: date | None) -> Ground | None:
        """The ground of a target: back to the first month since which every figure was behind, or owed."""
        ground = self._due(code, day)
        if ground is None or day is None:
            return None
        begins, month = ground.begins, Period.of("month", day).previous()
        if code != "behind_month":
            while True:
                due = self.assessment.figures.due(month)
                if not self._was_behind(lag.ref, due, month):
                    break
                begins, month = due, month.previous()
        return Ground(code, begins, ground.since)

    def _was_behind(self, ref: str, day: date, month: Period) -> bool:
        """Whether a target was behind its pace, or owed a figure, on the day on which a month's figure was due."""
        if day not in self._standings:
            self._standings[day] = StandingsByRef(self.assessment.earlier(day).figures)
        return any(
            standing.period.first <= month.first
            and (standing.missing or (standing.behind_points is not None and standing.behind_points > 0))
            for standing in self._standings[day].of(ref)
        )

    # --- people ---

    def addressee(self, lag: Lag, level: int) -> Addressee:
        """Who is written to: 1 the owner, 2 the head of the unit, 3 the attached leader, 4 the place's chief."""
        if level == 1:
            return Addressee(1, lag.owner, lag.unit, None if lag.owner is not None else "owner")
        if level == 2:
            unit = self.workspace.units_by_id.get(lag.unit or "")
            head = unit.head if unit is not None else None
            return Addressee(2, head, lag.unit, None if head is not None else "unit" if lag.unit is None else "head")
        if level == 3:
            leader = self._leader(lag)
            return Addressee(3, leader, self._unit_of(leader), None if leader is not None else "lead")
        chief = self.workspace.settings.chief
        return Addressee(4, chief, self._unit_of(chief), None if chief is not None else "chief")

    def _leader(self, lag: Lag) -> str | None:
        project = self.workspace.projects_by_id.get(lag.project or "")
        if project is not None:
            return project.lead or (project.service.leader if project.service is not None else None)
        chain = self.workspace.chains_by_id.get(lag.chain or "")
        return chain.chief if chain is not None else None

    def _unit_of(self, person: str | None) -> str | None:
        known = self.workspace.people_by_id.get(person or "")
        return known.unit if known is not None else None

    # --- clocks ---

    def _clocks_of(self, project: Project, problem: Problem) -> Iterator[Clock]:
        state = problem.state_on(self.as_of)
        if problem.raised > self.as_of or state in ("pending", "closed"):
            return
        ref = f"{project.id}/{problem.id}"
        asked = [(problem.lead_unit or project.unit, True, problem.responded)]
        asked += [(assist.unit, False, assist.responded) for assist in problem.assist]
        for unit, leading, responded in asked:
            # A problem that was reopened had been responded to before it was closed.
            answered = (responded is not None and responded <= self.as_of) or (leading and state != "open")
            if answered:
                continue
            due = self._respond_by(project, problem.raised, LEADING_WORKDAYS if leading else ASSISTING_WORKDAYS)
            if due < self.as_of:
                workdays = self._workdays(due, self._gaps_of(project))
                yield Clock(ref, project, problem, unit, leading, due, workdays)

    def _respond_by(self, project: Project, raised: date, workdays: int) -> date:
        gaps = self._gaps_of(project)
        begin = self.calendar.offset(raised + _DAY)
        end = gaps.finish(begin, workdays) if gaps else begin + workdays
        return self.calendar.day(end - 1)

    def _workdays(self, since: date, gaps: Gaps | None) -> int:
        start, end = self.calendar.offset(since + _DAY), self.calendar.offset(self.as_of + _DAY)
        return gaps.between(start, end) if gaps else end - start


def next_step(ladder: Sequence[LadderStep], last: ActionKind | None) -> LadderStep | None:
    """The step after an action of kind `last` (None: after none); None at the top, and where there is no ladder."""
    if last is None:
        return ladder[0] if ladder else None
    places = [index for index, step in enumerate(ladder) if step.kind == last]
    if not places:
        graver = KINDS.index(last)
        return next((step for step in ladder if KINDS.index(step.kind) > graver), None)
    return ladder[places[-1] + 1] if places[-1] + 1 < len(ladder) else None


def as_bad(light: Light | None, asked: Light) -> bool:
    """Whether a light is the asked one or worse."""
    return light is not None and LIGHTS.index(light) <= LIGHTS.index(asked)


def _after(code: Code, passed: date | None) -> Ground | None:
    return Ground(code, passed + _DAY, passed) if passed is not None else None


def _days_later(since: date, days: int, gaps: Gaps | None) -> date:
    """The first day on which so many calendar days have passed since a day; paused days do not count."""
    day = since + timedelta(days=days)
    while gaps is not None:
        short = days - ((day - since).days - gaps.paused_days(since, day))
        if short <= 0:
            break
        day += timedelta(days=short)
    return day
