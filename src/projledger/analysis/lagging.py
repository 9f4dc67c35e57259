"""What lags, by how much, and why: the reasons of every item on a day, each with the figures it was counted from.

Everything follows from dated facts, deadlines in force, the reverse schedule and the standing of the targets. Where
the rules leave room, this is what is done:

- Paused, suspended and cleared projects do not lag, nor do their items; paused days leave every count of days.
- What is done, closed or reached does not lag. While a solution awaits its verifier, the owner's clock stands still:
  such a problem is neither overdue nor due soon, but it can stall.
- A task is unreported when it should have begun (by its planned start, else its latest start; where neither is known,
  always) and no fact says that it did. A task that began early has been reported.
- A task under way stalls by the age of its last fact; one that waits, by the later of that fact and the day on which
  it should have begun. A reserve project waits for its turn, and a project with nothing left to do is finished: neither
  stalls.
- A stage that a later stage has overtaken is not missed: its date is unreported.
- A target is judged until the figure of the month after its period is due; one that still owes a figure, for ever.
- Funds that name an owner are that person's, and a lag of the project apart from what its own owner answers for.
- A factor is done once as much is secured as is needed; one about which nothing is written is unreported. It has no
  dated facts, so it neither stalls nor can an earlier month be told.
- A decision of a meeting is due on its day. One that became a task or problem which lags no less than itself is that
  item's lag and not listed again; its light is its own. It stands still with the project of its task.
- Of several things that block a task, the first open problem is named, else the predecessor that is latest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from operator import itemgetter
from typing import Final, Literal, NamedTuple, get_args

from projledger.analysis import facts, meetings
from projledger.analysis.pace import Standing
from projledger.analysis.schedule import Gaps, TaskPlan, state_on
from projledger.calendar import Period
from projledger.models.project import Factor, Funding, Problem, Project, Stage, Task
from projledger.models.types import LIGHTS, STAGES, FactorName, Light, StageName
from projledger.models.workspace import Workspace

Code = Literal[
    "overdue",
    "due_soon",
    "late_start",
    "behind_schedule",
    "behind_pace",
    "behind_month",
    "stalled",
    "blocked",
    "missed_stage",
    "not_in_statistics",
    "funds_unpaid",
    "unreported",
]
CODES: Final[tuple[Code, ...]] = get_args(Code)
Basis = Literal["deadline", "limit", "start", "latest_start", "plan", "fact", "figure", "nothing"]
"""What the days are counted from: `nothing` where neither a fact nor a planned day is known."""
Kind = Literal["task", "problem", "stage", "factor", "project", "target", "decision"]

BUDGET: Final = ("central_budget", "provincial", "central_and_provincial", "municipal", "county")
"""Sources of funding that are central or local budget money."""

_RANKS: Final[dict[Light | None, int]] = {**{light: rank for rank, light in enumerate(LIGHTS)}, None: len(LIGHTS)}
_DAY: Final = timedelta(days=1)
_ALWAYS: Final = date.min


class Reason(NamedTuple):
    """One reason why an item lags, with its figures; those that do not belong to the code are None.

    Attributes:
        days: calendar days late, silent, or (due soon) left; paused days do not count.
        workdays: the same in workdays.
        basis, since: what the days are counted from, and that day.
        threshold: days after which silence counts as stalled.
        float, forecast, latest: of the reverse schedule: workdays, forecast finish and latest finish.
        needed: the latest finish where what comes after decides it, before the item's own deadline.
        points, ratio, cutoff: of a target: points behind its pace, completion ÷ pace, and the day of the figure; for
            `behind_month` the ratio is the month's amount ÷ the month's share.
        cause, root: references of what blocks, and of what is at the bottom of it.
        blockers: how many things block.
        months: figures that are missing.
        elapsed: calendar months since the start, not in the statistics.
        amount: money planned to be paid and not paid.
        funding, source: its number in the project's list, and where the money comes from.
        better: whether more or less is better, of a target.
        rate, pace: of a target: the share of it that was reached, and that should have been.
    """

    code: Code
    days: int | None = None
    workdays: int | None = None
    basis: Basis | None = None
    since: date | None = None
    threshold: int | None = None
    float: int | None = None
    forecast: date | None = None
    latest: date | None = None
    needed: date | None = None
    points: Fraction | None = None
    ratio: Fraction | None = None
    cutoff: date | None = None
    cause: str | None = None
    root: str | None = None
    blockers: int | None = None
    months: tuple[Period, ...] | None = None
    elapsed: Fraction | None = None
    amount: Decimal | None = None
    funding: int | None = None
    source: str | None = None
    better: Literal["more", "less"] | None = None
    rate: Fraction | None = None
    pace: Fraction | None = None


class Lag(NamedTuple):
    """An item that lags, with everything a list of them shows.

    `deadline` is the one in force, `original` the first, `extensions` how often it was moved. `days_late` and
    `workdays_late` are 0 while the deadline has not passed, None where there is no deadline. `light` is the item's
    own, None where no clause gives one. `heard` is the day of its last fact, of a target the cutoff of its figure.
    """

    ref: str
    kind: Kind
    name: str
    project: str | None
    owner: str | None
    unit: str | None
    chain: str | None
    deadline: date | None
    original: date | None
    extensions: int
    days_late: int | None
    workdays_late: int | None
    float: int | None
    light: Light | None
    reasons: tuple[Reason, ...]
    next: str | None = None
    heard: date | None = None

    def reason(self, code: Code) -> Reason | None:
        """The reason of that code, if it is one."""
        return next((reason for reason in self.reasons if reason.code == code), None)


def worst_first(lag: Lag) -> tuple[int, int, int, int | Fraction]:
    """How bad a lag is, for sorting: its light, days late, float, points behind."""
    behind = lag.reasons[0].points if lag.kind == "target" else None
    return (
        _RANKS[lag.light],
        -(lag.days_late or 0),
        lag.float or 0,
        0 if behind is None else -behind,
    )


class Day:
    """The day of judgement with what is asked of it again and again."""

    def __init__(self, workspace: Workspace, as_of: date) -> None:
        self.workspace = workspace
        self.as_of = as_of
        self.calendar = workspace.calendar
        self.after = self.calendar.offset(as_of + _DAY)
        self.due_soon = workspace.settings.thresholds.due_soon
        self._offsets: dict[date, int] = {}

    def live(self, project: Project) -> bool:
        """Whether a project is judged: active and not paused."""
        if project.status == "active" and not project.pauses:
            return True
        return project.live_on(self.as_of)

    def gaps(self, project: Project) -> Gaps | None:
        """The pauses of a project, if it has any."""
        return Gaps(self.calendar, project.pauses) if project.pauses else None

    def days(self, since: date, gaps: Gaps | None) -> int:
        """Calendar days after `since` up to the day of judgement."""
        days = (self.as_of - since).days
        return days - gaps.paused_days(since, self.as_of) if gaps else days

    def days_left(self, until: date, gaps: Gaps | None) -> int:
        """Calendar days after the day of judgement up to `until`."""
        days = (until - self.as_of).days
        return days - gaps.paused_days(self.as_of, until) if gaps else days

    def workdays(self, since: date, gaps: Gaps | None) -> int:
        """Workdays after `since` up to the day of judgement."""
        offset = self._offsets.get(since)
        if offset is None:
            offset = self._offsets[since] = self.calendar.offset(since + _DAY)
        return gaps.between(offset, self.after) if gaps else self.after - offset

    def stalled_after(self, project: Project) -> int:
        """Days of silence that a project's rhythm allows."""
        stalled = self.workspace.settings.thresholds.stalled
        return stalled.week if project.rhythm == "week" else stalled.month

    def rolled(self, start: date) -> date:
        """A planned start; on a rest day it means the next workday."""
        return self.calendar.first_on_or_after(start)


# --- what each kind of item can lag by --------------------------------------------------------------------------------


def limit_day(day: Day, task: Task, gaps: Gaps | None) -> date | None:
    """The last day of a statutory limit: so many workdays after the start, paused days left out."""
    if task.limit is None or task.started is None or task.started > day.as_of:
        return None
    begin = day.calendar.offset(task.started + _DAY)
    end = gaps.finish(begin, task.limit) if gaps else begin + task.limit
    return max(task.started, day.calendar.day(end - 1))


def planned_day(day: Day, task: Task, plan: TaskPlan | None) -> date | None:
    """The day on which a task should begin: its planned start, else its latest one."""
    if task.start is not None:
        return day.rolled(task.start)
    return plan.latest_start if plan is not None else None


def task_reasons(day: Day, project: Project, task: Task, plan: TaskPlan | None, gaps: Gaps | None) -> list[Reason]:
    """The reasons of one unfinished task of a project that is judged, all but `blocked`."""
    found: list[Reason] = []
    as_of = day.as_of
    deadline = task.deadline_on(as_of) if task.extensions else task.deadline
    if deadline < as_of:
        found.append(Reason("overdue", day.days(deadline, gaps), day.workdays(deadline, gaps), "deadline", deadline))
    limit = limit_day(day, task, gaps)
    if limit is not None and limit < as_of:
        found.append(Reason("overdue", day.days(limit, gaps), day.workdays(limit, gaps), "limit", limit))
    if not found:
        left = day.days_left(deadline, gaps)
        if left <= day.due_soon:
            found.append(Reason("due_soon", left, None, "deadline", deadline))
    state = plan.state if plan is not None else state_on(task, as_of)
    planned = planned_day(day, task, plan)
    if plan is not None:
        if plan.late_start and not (plan.milestone and found and found[0].code == "overdue"):
            by_plan = task.start is not None and planned is not None and planned < as_of
            since = planned if by_plan else plan.latest_start
            if since is not None:
                basis: Basis = "start" if by_plan else "latest_start"
                found.append(Reason("late_start", day.days(since, gaps), day.workdays(since, gaps), basis, since))
        if plan.float is not None and plan.float < 0:
            found.append(
                Reason(
                    "behind_schedule",
                    basis="latest_start",
                    float=plan.float,
                    forecast=plan.forecast_finish,
                    latest=plan.latest_finish,
                    needed=plan.latest_finish if plan.needed else None,
                )
            )
    last = facts.last_task_day(task, as_of)
    waits = state == "not_started"
    since = last
    if planned is not None and (task.start is not None or waits):
        since = planned if last is None else max(last, planned)
    if since is not None:
        silent = day.days(since, gaps)
        threshold = day.stalled_after(project)
        if silent > threshold:
            basis = "fact" if since == last else "start" if task.start is not None else "latest_start"
            found.append(Reason("stalled", silent, None, basis, since, threshold))
    if last is None or (waits and planned is not None and last < planned):
        if planned is None:
            found.append(Reason("unreported", basis="nothing"))
        elif planned < as_of:
            basis = "start" if task.start is not None else "latest_start"
            found.append(Reason("unreported", day.days(planned, gaps), None, basis, planned))
    return found


def problem_reasons(day: Day, project: Project, problem: Problem, gaps: Gaps | None) -> list[Reason]:
    """The reasons of one problem of a project that is judged."""
    found: list[Reason] = []
    as_of = day.as_of
    state = problem.state_on(as_of)
    if problem.raised > as_of or state == "closed":
        return found
    if state != "pending":
        found += by_deadline(day, problem.deadline_on(as_of), gaps)
    last = facts.last(facts.of_problem(problem), as_of)
    if last is not None:
        silent, threshold = day.days(last.day, gaps), day.stalled_after(project)
        if silent > threshold:
            found.append(Reason("stalled", silent, None, "fact", last.day, threshold))
    return found


def by_deadline(day: Day, deadline: date, gaps: Gaps | None) -> list[Reason]:
    """Whether a deadline has passed, or is near."""
    if deadline < day.as_of:
        return [Reason("overdue", day.days(deadline, gaps), day.workdays(deadline, gaps), "deadline", deadline)]
    left = day.days_left(deadline, gaps)
    return [Reason("due_soon", left, None, "deadline", deadline)] if left <= day.due_soon else []


def factor_reasons(day: Day, factor: Factor, gaps: Gaps | None) -> list[Reason]:
    """The reasons of one factor of a project that is judged."""
    if factor.secured is not None and factor.secured >= factor.needed:
        return []
    found = by_deadline(day, factor.deadline, gaps) if factor.deadline is not None else []
    return found if factor.secured is not None else [*found, Reason("unreported", basis="nothing")]


def stage_reasons(day: Day, project: Project, name: StageName, stage: Stage, gaps: Gaps | None) -> list[Reason]:
    """The reasons of one stage of a project that is judged."""
    plan = stage.plan_on(day.as_of)
    if plan is None or (stage.actual is not None and stage.actual <= day.as_of):
        return []
    if plan >= day.as_of:
        left = day.days_left(plan, gaps)
        return [Reason("due_soon", left, None, "plan", plan)] if left <= day.due_soon else []
    current = project.stages.current(day.as_of)
    if current is not None and STAGES.index(current) > STAGES.index(name):
        return [Reason("unreported", day.days(plan, gaps), None, "plan", plan)]
    return [Reason("missed_stage", day.days(plan, gaps), day.workdays(plan, gaps), "plan", plan)]


def project_reasons(
    day: Day, project: Project, last: date | None, planned: date | None, open_items: bool, gaps: Gaps | None
) -> list[Reason]:
    """Whether a project as a whole is silent.

    Args:
        day: the day of judgement.
        project: a project that is judged.
        last: the day of its last fact, its items' included.
        planned: the earliest day on which something unfinished in it should begin; None where nothing is planned.
        open_items: whether a task, a problem or a planned stage is still open.
        gaps: its pauses.
    """
    if last is None:
        if planned is None or planned == _ALWAYS:
            return [Reason("unreported", basis="nothing")]
        if planned < day.as_of:
            return [Reason("unreported", day.days(planned, gaps), None, "start", planned)]
        return []
    current = project.stages.current(day.as_of)
    finished = not open_items and current in ("completed", "producing", "full_capacity")
    if finished or (current == "reserve" and planned is None):
        return []
    since = last if planned is None else max(last, planned)
    silent, threshold = day.days(since, gaps), day.stalled_after(project)
    if silent > threshold:
        return [Reason("stalled", silent, None, "fact" if since == last else "start", since, threshold)]
    return []


def months_between(start: date, end: date) -> Fraction:
    """Calendar months from `start` to `end`, exactly: from 8 March, 8 April is one and 9 April more than one."""
    whole = (end.year - start.year) * 12 + end.month - start.month
    if _months_later(start, whole) > end:
        whole -= 1
    begin, stop = _months_later(start, whole), _months_later(start, whole + 1)
    return whole + Fraction((end - begin).days, (stop - begin).days)


def _months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last."""
    years, month = divmod(day.month - 1 + months, 12)
    last = Period.of("month", date(day.year + years, month + 1, 1)).last
    return last.replace(day=min(day.day, last.day))


def statistics_reasons(day: Day, project: Project, gaps: Gaps | None) -> list[Reason]:
    """Whether a project that was started has not entered the statistics."""
    started = project.stages.started.actual if project.stages.started else None
    if started is None or started > day.as_of:
        return []
    if project.in_statistics is not None and project.in_statistics <= day.as_of:
        return []
    days = day.days(started, gaps)
    elapsed = months_between(started, started + timedelta(days=days))
    return [Reason("not_in_statistics", days, None, "fact", started, elapsed=elapsed)]


def funds_reasons(day: Day, project: Project) -> list[Reason]:
    """Which budget money was not paid to its plan, or about which nobody reported.

    What should be paid is the plan's last month end that has passed. A figure that is older is judged by the plan of
    its own day, until the newer one is due; what was never reported is unreported.
    """
    found: list[Reason] = []
    for index, funding in enumerate(project.funding):
        if funding.source in BUDGET and funding.plan:
            reason = _unpaid(day, index, funding)
            if reason is not None:
                found.append(reason)
    return found


def _unpaid(day: Day, index: int, funding: Funding) -> Reason | None:
    due = sorted((month for month in funding.plan if month.last <= day.as_of), key=lambda month: month.last)
    if not due:
        return None
    known = funding.paid if funding.date is None or funding.date <= day.as_of else None
    cutoff = funding.date if funding.date is not None else day.as_of
    if known is not None and known >= funding.plan[due[-1]]:
        return None
    reached = [month for month in due if month.last <= cutoff] if known is not None else []
    judged = reached[-1] if reached else None
    if known is not None and judged is not None and known < funding.plan[judged]:
        short = funding.plan[judged] - known
        return Reason(
            "funds_unpaid",
            basis="plan",
            since=judged.last,
            cutoff=cutoff,
            amount=short,
            funding=index,
            source=funding.source,
        )
    due_day = day.workspace.settings.reporting.due_day
    missing = tuple(m for m in due if m != judged and (judged is None or m.last > judged.last))
    owed = tuple(m for m in missing if m.next().first.replace(day=due_day) <= day.as_of)
    if owed:
        return Reason(
            "unreported", basis="figure", since=owed[0].last, months=owed, funding=index, source=funding.source
        )
    return None


def target_is_current(day: Day, standing: Standing) -> bool:
    """Whether a target still says something: the figure of the month after its period is not due yet."""
    due_day = day.workspace.settings.reporting.due_day
    after = standing.period.last + _DAY
    taken_over = Period.of("month", after).next().first.replace(day=due_day)
    return day.as_of < taken_over and standing.period.first <= day.as_of


def target_reasons(standing: Standing) -> list[Reason]:
    """Whether a target is behind its pace, or owes a figure."""
    if standing.missing:
        return [Reason("unreported", basis="figure", months=standing.missing)]
    points = standing.behind_points
    if points is not None and points > 0:
        return [
            Reason(
                "behind_pace",
                basis="figure",
                points=points,
                ratio=standing.attainment,
                cutoff=standing.cutoff,
                better=standing.better,
                rate=standing.rate,
                pace=standing.pace,
            )
        ]
    return []


# --- all of them ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which subjects the rules speak of beyond the reasons that always count."""

    statistics: bool = False
    funds: bool = False


@dataclass
class Found:
    """Everything that lags, in file order, and the light of each; of projects the worst of their own and their items'.

    `lights` holds the items that lag and every decision that is judged, `projects` every project, `causes` what holds
    each blocked task up.
    """

    lags: list[Lag] = field(default_factory=list)
    lights: dict[str, Light | None] = field(default_factory=dict)
    reasons: dict[str, tuple[Reason, ...]] = field(default_factory=dict)
    projects: dict[str, Light | None] = field(default_factory=dict)
    causes: dict[str, list[str]] = field(default_factory=dict)


Judge = Callable[[str, Kind, "Project | None", Sequence[Reason]], "Light | None"]
JudgeTarget = Callable[[Standing], "tuple[Light | None, list[Reason]]"]


def find(
    workspace: Workspace,
    as_of: date,
    plans: Mapping[str, TaskPlan],
    standings: Sequence[Standing],
    judge: Judge,
    judge_target: JudgeTarget,
    wanted: Wanted,
) -> Found:
    """Judge every item of the workspace. Linear in items and references."""
    return _Search(workspace, as_of, plans, standings, judge, judge_target, wanted).found


class _Late:
    """An unfinished task with its reasons so far."""

    __slots__ = ("plan", "project", "reasons", "ref", "task")

    def __init__(self, ref: str, project: Project, task: Task, plan: TaskPlan | None, reasons: list[Reason]) -> None:
        self.ref, self.project, self.task, self.plan, self.reasons = ref, project, task, plan, reasons


class _Search:
    """One pass over the workspace."""

    def __init__(
        self,
        workspace: Workspace,
        as_of: date,
        plans: Mapping[str, TaskPlan],
        standings: Sequence[Standing],
        judge: Judge,
        judge_target: JudgeTarget,
        wanted: Wanted,
    ) -> None:
        self.workspace, self.as_of, self.plans, self.wanted = workspace, as_of, plans, wanted
        self.day = Day(workspace, as_of)
        self.judge, self.judge_target = judge, judge_target
        self.found = Found()
        self.open: dict[str, _Late] = {}
        self.blocking: dict[str, list[str]] = {}
        self._causes = self.found.causes
        self._roots: dict[str, str] = {}
        of_project: dict[str, list[Standing]] = {}
        of_place: list[Standing] = []
        for standing in standings:
            if standing.scope_kind == "project":
                of_project.setdefault(standing.scope, []).append(standing)
            else:
                of_place.append(standing)
        live = [p for p in workspace.projects if workspace.projects_by_id[p.id] is p]
        for project in live:
            self._problems_that_block(project)
        later: list[tuple[Project, list[_Late]]] = []
        for project in live:
            if self.day.live(project):
                later.append((project, self._tasks(project)))
            else:
                self.found.projects[project.id] = None
        for project, tasks in later:
            self._project(project, tasks, of_project.get(project.id, ()))
        for standing in of_place:
            self._target(standing, None)
        for state in meetings.decisions(workspace, as_of):
            self._decision(state)

    def _problems_that_block(self, project: Project) -> None:
        if project.status_on(self.as_of) == "cleared":
            return
        for problem in project.problems:
            if problem.blocks and problem.raised <= self.as_of and problem.state_on(self.as_of) != "closed":
                for task in problem.blocks:
                    blocked = self.blocking.setdefault(self.workspace.absolute(project, task), [])
                    blocked.append(f"{project.id}/{problem.id}")

    def _tasks(self, project: Project) -> list[_Late]:
        day, plans, as_of = self.day, self.plans, self.as_of
        gaps = day.gaps(project)
        tasks: list[_Late] = []
        for task in project.tasks:
            if task.done is not None and task.done <= as_of:
                continue
            ref = f"{project.id}/{task.id}"
            if ref in self.open:
                continue  # of two with one id the first counts, as everywhere
            plan = plans.get(ref)
            late = _Late(ref, project, task, plan, task_reasons(day, project, task, plan, gaps))
            self.open[ref] = late
            tasks.append(late)
        return tasks

    # --- what blocks a task ---

    def _causes_of(self, ref: str) -> list[str]:
        """What holds a task up, directly: open problems that name it, then overdue predecessors, the latest first."""
        known = self._causes.get(ref)
        if known is not None:
            return known
        problems = self.blocking.get(ref)
        found = list(problems) if problems else []
        late = self.open.get(ref)
        if late is not None and late.task.after:
            predecessors = []
            for written in late.task.after:
                before = written if "/" in written else f"{late.project.id}/{written}"
                other = self.open.get(before)
                if other is not None and other is not late and other.reasons and other.reasons[0].code == "overdue":
                    predecessors.append((-_days_late(other.reasons), before))
            if predecessors:
                predecessors.sort(key=itemgetter(0))
                found += dict.fromkeys(before for _days, before in predecessors)
        if found:
            self._causes[ref] = found
        return found

    def _root(self, ref: str) -> str:
        """What is at the bottom of it, followed from cause to cause."""
        path: list[str] = []
        here = ref
        while here not in self._roots:
            path.append(here)
            self._roots[here] = here  # a circle ends where it began
            causes = self._causes_of(here)
            if not causes:
                break
            here = causes[0]
        root = self._roots[here]
        for step in path:
            self._roots[step] = root
        return root

    def _blocked(self, late: _Late) -> Reason | None:
        causes = self._causes_of(late.ref)
        if not causes:
            return None
        return Reason("blocked", cause=causes[0], root=self._root(causes[0]), blockers=len(causes))

    # --- putting it together ---

    def _project(self, project: Project, tasks: list[_Late], standings: Sequence[Standing]) -> None:
        day, as_of = self.day, self.as_of
        gaps = day.gaps(project)
        worst: list[Light] = []
        planned: date | None = None
        open_items = bool(tasks)
        for late in tasks:
            if late.task.after or late.ref in self.blocking:
                blocked = self._blocked(late)
                if blocked is not None:
                    late.reasons.append(blocked)
            task_planned = planned_day(day, late.task, late.plan)
            under_way = late.plan is not None and late.plan.state == "under_way"
            begins = _ALWAYS if task_planned is None or under_way else task_planned
            planned = begins if planned is None or begins < planned else planned
            if late.reasons:
                self._add_task(late, worst)
        for problem in project.problems:
            if problem.raised <= as_of and problem.state_on(as_of) != "closed":
                open_items, planned = True, _ALWAYS
                reasons = problem_reasons(day, project, problem, gaps)
                if reasons:
                    self._add_problem(project, problem, reasons, worst)
        for name, stage in project.stages.named():
            if stage.actual is None or stage.actual > as_of:
                begin = stage.plan_on(as_of)
                open_items = open_items or begin is not None
                if name == "started" and begin is not None and (planned is None or begin < planned):
                    planned = begin
            reasons = stage_reasons(day, project, name, stage, gaps)
            if reasons:
                self._add_stage(project, name, stage, reasons, worst)
        for factor_name, factor in project.factors.named():
            reasons = factor_reasons(day, factor, gaps)
            if reasons:
                self._add_factor(project, factor_name, factor, reasons, worst)
        for standing in standings:
            self._target(standing, project, worst)
        last = facts.last_project_day(project, as_of)
        own = project_reasons(day, project, last, planned, open_items, gaps)
        if self.wanted.statistics:
            own += statistics_reasons(day, project, gaps)
        if self.wanted.funds:
            own += funds_reasons(day, project)
        by_owner: dict[str | None, list[Reason]] = {}
        for reason in own:
            by_owner.setdefault(_who_answers(project, reason), []).append(reason)
        for owner, reasons in by_owner.items():
            self._add_project(project, owner, reasons, last, worst)
        self.found.projects[project.id] = min(worst, key=LIGHTS.index, default="green")

    def _add(self, lag: Lag, worst: list[Light] | None) -> None:
        self.found.lags.append(lag)
        self.found.lights[lag.ref] = lag.light
        self.found.reasons[lag.ref] = lag.reasons
        if lag.light is not None and worst is not None:
            worst.append(lag.light)

    def _add_task(self, late: _Late, worst: list[Light]) -> None:
        task, project, plan = late.task, late.project, late.plan
        reasons = tuple(late.reasons)
        days, workdays = _lateness(reasons)
        self._add(
            Lag(
                late.ref, "task", task.name, project.id, task.owner or project.owner, task.unit or project.unit,
                project.chain, task.deadline_on(self.as_of) if task.extensions else task.deadline, task.deadline,
                _extensions(task, self.as_of), days, workdays, plan.float if plan else None,
                self.judge(late.ref, "task", project, reasons), reasons, task.next,
                facts.last_task_day(task, self.as_of),
            ),
            worst,
        )  # fmt: skip

    def _add_problem(self, project: Project, problem: Problem, found: Sequence[Reason], worst: list[Light]) -> None:
        ref = f"{project.id}/{problem.id}"
        reasons = tuple(found)
        heard = facts.last(facts.of_problem(problem), self.as_of)
        days, workdays = _lateness(reasons)
        self._add(
            Lag(
                ref, "problem", problem.text, project.id, problem.owner or project.owner,
                problem.lead_unit or project.unit, project.chain, problem.deadline_on(self.as_of), problem.deadline,
                _extensions(problem, self.as_of), days, workdays, None,
                self.judge(ref, "problem", project, reasons), reasons, problem.next, heard.day if heard else None,
            ),
            worst,
        )  # fmt: skip

    def _add_stage(
        self, project: Project, name: StageName, stage: Stage, found: Sequence[Reason], worst: list[Light]
    ) -> None:
        ref = f"{project.id}/{name}"
        reasons = tuple(found)
        days, workdays = _lateness(reasons)
        self._add(
            Lag(
                ref, "stage", name, project.id, stage.owner or project.owner, project.unit, project.chain,
                stage.plan_on(self.as_of), stage.plan, _extensions(stage, self.as_of), days, workdays, None,
                self.judge(ref, "stage", project, reasons), reasons,
            ),
            worst,
        )  # fmt: skip

    def _add_factor(
        self, project: Project, name: FactorName, factor: Factor, found: Sequence[Reason], worst: list[Light]
    ) -> None:
        ref, reasons = f"{project.id}/{name}", tuple(found)
        days, workdays = _lateness(reasons) if factor.deadline is not None else (None, None)
        self._add(
            Lag(
                ref, "factor", name, project.id, factor.owner or project.owner, project.unit, project.chain,
                factor.deadline, factor.deadline, 0, days, workdays, None,
                self.judge(ref, "factor", project, reasons), reasons,
            ),
            worst,
        )  # fmt: skip

    def _decision(self, state: meetings.DecisionState) -> None:
        """A decision that is not done; also where its task lags no less, and it is not listed again."""
        if state.paused or state.ref in self.found.lights:
            return
        decision, ref = state.decision, state.ref
        gaps = self.day.gaps(state.project) if state.project is not None else None
        reasons = tuple(by_deadline(self.day, decision.deadline, gaps)) if state.done is None else ()
        if not reasons:
            self.found.lights[ref] = "green"
            return
        light = self.judge(ref, "decision", None, reasons)
        days, workdays = _lateness(reasons)
        person = self.workspace.people_by_id.get(decision.owner)
        lag = Lag(
            ref, "decision", decision.text, None, decision.owner, person.unit if person else None,
            state.meeting.chain, decision.deadline, decision.deadline, 0, days, workdays, None, light, reasons,
        )  # fmt: skip
        became = self.found.lights.get(decision.task or "")
        told = became is not None and _RANKS[became] <= _RANKS[light]
        self._add(lag, None)
        if told:
            self.found.lags.pop()

    def _add_project(
        self, project: Project, owner: str | None, found: Sequence[Reason], last: date | None, worst: list[Light]
    ) -> None:
        """What a project lags by as a whole, of one owner; of several owners each has a lag of that project."""
        reasons, ref = tuple(found), project.id
        before, light = self.found.reasons.get(ref, ()), self.found.lights.get(ref)
        self._add(
            Lag(
                ref, "project", project.name, ref, owner, project.unit, project.chain,
                None, None, 0, None, None, None, self.judge(ref, "project", project, reasons), reasons,
                heard=last,
            ),
            worst,
        )  # fmt: skip
        self.found.reasons[ref] = (*before, *reasons)
        if light is not None:
            self.found.lights[ref] = min(light, self.found.lights[ref] or light, key=LIGHTS.index)

    def _target(self, standing: Standing, project: Project | None, worst: list[Light] | None = None) -> None:
        light, reasons = self.judge_target(standing)
        if not standing.missing and not target_is_current(self.day, standing):
            return
        if not reasons:
            return
        owner, unit, chain = answers_for(self.workspace, standing, project)
        self._add(
            Lag(
                standing.ref, "target", standing.name, project.id if project else None, owner, unit, chain,
                None, None, 0, None, None, None, light, tuple(reasons),
                heard=standing.cutoff,
            ),
            worst,
        )  # fmt: skip


def answers_for(
    workspace: Workspace, standing: Standing, project: Project | None
) -> tuple[str | None, str | None, str | None]:
    """Owner, unit and chain of a target: of a unit its head, of a chain its chief, of the place its chief."""
    if project is not None:
        return project.owner, project.unit, project.chain
    if standing.scope_kind == "unit":
        known = workspace.units_by_id.get(standing.scope)
        return (known.head if known else None), standing.scope, None
    if standing.scope_kind == "chain":
        chain = workspace.chains_by_id[standing.scope]
        return chain.chief, chain.lead_unit, chain.id
    return workspace.settings.chief, None, None


def _who_answers(project: Project, reason: Reason) -> str | None:
    """Who answers for what a project lags by as a whole: for funds their own owner, else the project's."""
    own = project.funding[reason.funding].owner if reason.funding is not None else None
    return own or project.owner


def _days_late(reasons: Sequence[Reason]) -> int:
    return max((r.days for r in reasons if r.code in ("overdue", "missed_stage") and r.days is not None), default=0)


def _lateness(reasons: Sequence[Reason]) -> tuple[int, int]:
    """Days and workdays after the deadline (or limit, or plan) that passed first; 0 while none has."""
    days = workdays = 0
    for reason in reasons:
        if reason.code in ("overdue", "missed_stage"):
            days, workdays = max(days, reason.days or 0), max(workdays, reason.workdays or 0)
    return days, workdays


def _extensions(item: Task | Problem | Stage, as_of: date) -> int:
    return sum(extension.date <= as_of for extension in item.extensions) if item.extensions else 0
