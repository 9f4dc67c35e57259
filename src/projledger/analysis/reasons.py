"""Why an item lags on a day, each reason with the figures it was counted from.

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
- A factor is done once as much is secured as is needed; one about which nothing is written is unreported. It has no
  dated facts, so it neither stalls nor can an earlier month be told.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal, NamedTuple, get_args

from projledger.analysis import facts
from projledger.analysis.pace import Standing
from projledger.analysis.schedule import Gaps, TaskPlan, state_on
from projledger.calendar import Period
from projledger.models.project import Factor, Funding, Problem, Project, Stage, Task
from projledger.models.types import STAGES, StageName
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

_DAY: Final = timedelta(days=1)
ALWAYS: Final = date.min
"""Before every day: when something should have begun that is under way, or of which nobody wrote when."""


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
        if planned is None or planned == ALWAYS:
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
