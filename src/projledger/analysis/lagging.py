"""What lags, the light of each item, and what holds it up: one pass over the workspace.

- Funds that name an owner are that person's, and a lag of the project apart from what its own owner answers for.
- A decision of a meeting is due on its day. One that became a task or problem which lags no less than itself is that
  item's lag and not listed again; its light is its own. It stands still with the project of its task.
- Of several things that block a task, the first open problem is named, else the predecessor that is latest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from operator import itemgetter
from typing import Final, NamedTuple

from projledger.analysis import facts, meetings
from projledger.analysis.pace import Standing
from projledger.analysis.reasons import (
    ALWAYS,
    Code,
    Day,
    Kind,
    Reason,
    by_deadline,
    factor_reasons,
    funds_reasons,
    planned_day,
    problem_reasons,
    project_reasons,
    stage_reasons,
    statistics_reasons,
    target_is_current,
    task_reasons,
)
from projledger.analysis.schedule import TaskPlan
from projledger.frozen import frozen
from projledger.models.project import Factor, Problem, Project, Stage, Task
from projledger.models.types import LIGHTS, FactorName, Light, StageName
from projledger.models.workspace import Workspace

_RANKS: Final[dict[Light | None, int]] = {**{light: rank for rank, light in enumerate(LIGHTS)}, None: len(LIGHTS)}


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


@frozen
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
            begins = ALWAYS if task_planned is None or under_way else task_planned
            planned = begins if planned is None or begins < planned else planned
            if late.reasons:
                self._add_task(late, worst)
        for problem in project.problems:
            if problem.raised <= as_of and problem.state_on(as_of) != "closed":
                open_items, planned = True, ALWAYS
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
