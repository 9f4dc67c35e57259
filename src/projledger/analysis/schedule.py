"""The reverse schedule 倒排工期: when each task is forecast to finish, and when it must at the latest.

The network is the whole workspace: a task may wait for another project's. Everything is counted in half-open workday
offsets (see `calendar`): a task that starts at offset 5 and takes 3 workdays finishes at offset 8, and its last day
is `day(7)`. `first` is the first workday on or after `as_of`.

Forward, from today:

    not started       ES = max(first, offset of `start`, EF of predecessors)         EF = ES + d
    under way         r = max(1, d·(100 − progress)/100, halves up)
                      EF = max(base + r, EF of unfinished predecessors + r, first + 1)
                      base: the workday after `updated` while that is fresh, else first
    milestone         d = r = 0; EF never before first
    done              EF = offset after `done`
    without duration  EF = max(offset after the deadline in force, first + 1, EF of predecessors + 1)

Backward, from the deadlines:

    LF = min(offset after the deadline in force, LS of unfinished successors)
    LS = LF − d, under way LF − r, without duration LF − 1
    float = LF − EF

Both passes are linear and without recursion. Where the rules leave room, this is what is done:

- The days of a project's written pauses are not worked: durations and floats of that project step over them. A
  project whose pause has no end is not planned while it lasts, like a suspended one; so is a cleared one. Their tasks
  have no figures, hold back nobody before them, and are left out (and said) as predecessors. A task that was
  finished before counts as finished wherever it stands.
- The length of a task without `duration` is counted from `start` to its original deadline: an extension gives time.
- Tasks in a circle have no figures; for the tasks around them they count as tasks without duration.
- `late_start`: the latest start has passed, or the planned one has (a planned start on a rest day means the next
  workday); a task that waits is late all the same, its reason is said elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, Literal, NamedTuple, TypeVar

from projledger.analysis.cycles import circles, tangles
from projledger.calendar import Calendar
from projledger.frozen import frozen
from projledger.models.project import Pause, Project, Task
from projledger.models.workspace import Workspace

State = Literal["done", "under_way", "not_started"]
Unplanned = Literal["", "done", "no_duration", "cycle", "suspended", "paused", "cleared"]
"""Why a task has no float."""
LeftOut = Literal["absent", "suspended", "paused", "cleared"]

_DAY: Final = timedelta(days=1)
_LONG_AGO: Final = -(10**9)


class TaskPlan(NamedTuple):
    """The figures of one task.

    Attributes:
        deadline: the deadline in force on as_of (or the one of a `WhatIf`).
        duration: its length in workdays, counted from `start` to `deadline` where only those stand; 0 for a
            milestone; None where it is not known.
        remaining: workdays still to do; None where the duration is not known.
        es, ef, ls, lf: half-open workday offsets; `es` and `ls` of a task under way are those of its remaining work.
            A task without duration has only `ef` and `lf`: what counts for its neighbours.
        float: workdays between forecast and latest finish, negative when it fails by so many.
        forecast_start, forecast_finish, latest_start, latest_finish: the same as days, both included; for a task
            that is done the recorded ones.
        late_start: it should have been started by now.
        unplanned: why there is no float, else "".
        needed: what comes after it must have it before its own deadline: its latest finish is theirs.
    """

    ref: str
    task: Task
    project: Project
    state: State
    deadline: date
    duration: int | None = None
    remaining: int | None = None
    es: int | None = None
    ef: int | None = None
    ls: int | None = None
    lf: int | None = None
    float: int | None = None
    forecast_start: date | None = None
    forecast_finish: date | None = None
    latest_start: date | None = None
    latest_finish: date | None = None
    late_start: bool = False
    unplanned: Unplanned = ""
    needed: bool = False

    @property
    def milestone(self) -> bool:
        """Whether it is a point in time: a milestone, or a task of no length."""
        return self.duration == 0


@frozen
class WhatIf:
    """Changes to try: nothing of it stands in a ledger.

    Attributes:
        lengths: workdays a task takes (those that remain, when it is under way).
        deadlines: the deadline in force of a task.
        starts: the planned start of a task.
        overlaps: by how many workdays a task may begin before its predecessor is finished: (task, predecessor).
    """

    lengths: dict[str, int] = field(default_factory=dict)
    deadlines: dict[str, date] = field(default_factory=dict)
    starts: dict[str, date] = field(default_factory=dict)
    overlaps: dict[tuple[str, str], int] = field(default_factory=dict)


NOTHING: Final = WhatIf()


class Gaps:
    """The workdays on which a project is paused, as offsets."""

    def __init__(self, calendar: Calendar, pauses: Sequence[Pause]) -> None:
        self._days = sorted((p.from_, p.to) for p in pauses if p.to is not None and p.from_ <= p.to)
        self._spans: list[tuple[int, int]] = []
        for start, end in self._days:
            low, high = calendar.offset(start), calendar.offset(end + _DAY)
            if self._spans and low <= self._spans[-1][1]:
                earlier = self._spans.pop()
                low, high = earlier[0], max(high, earlier[1])
            if low < high:
                self._spans.append((low, high))

    def later(self, offset: int) -> int:
        """`offset`, or the end of the pause that it lies in."""
        return next((high for low, high in self._spans if low <= offset < high), offset)

    def finish(self, start: int, length: int) -> int:
        """The end of `length` workdays of work from `start` on."""
        for low, high in self._spans:
            if start + length <= low:
                break
            if start < high:
                length -= max(0, low - start)
                start = high
        return start + length

    def start(self, finish: int, length: int) -> int:
        """The latest start from which `length` workdays of work end by `finish`."""
        for low, high in reversed(self._spans):
            if finish - length >= high:
                break
            if finish > low:
                length -= max(0, finish - high)
                finish = low
        return finish - length

    def between(self, start: int, end: int) -> int:
        """Workdays in [start, end) without the paused ones; negative when `end` comes first."""
        if end < start:
            return -self.between(end, start)
        return end - start - sum(max(0, min(end, high) - max(start, low)) for low, high in self._spans)

    def paused_days(self, after: date, until: date) -> int:
        """Calendar days of (after, until] on which the project was paused."""
        days, last = 0, after
        for start, end in self._days:
            begin = max(start, last + _DAY)
            stop = min(end, until)
            if begin <= stop:
                days += (stop - begin).days + 1
                last = stop
        return days


@dataclass(slots=True)
class Network:
    """The network in numbers, one entry per task that is planned and not done (file order), and both passes over it.

    Attributes:
        refs: the reference of each node.
        base: before this offset no work is done (today, the planned start, the last report).
        floor: it finishes at this offset or later.
        length: workdays of work that remain.
        due: offset after the deadline in force.
        before: nodes that must finish first.
        overlaps: (node, predecessor) that may overlap, by how many workdays.
        gaps: the pauses of a node's project.
        order: the nodes, predecessors first.
    """

    refs: list[str] = field(default_factory=list)
    base: list[int] = field(default_factory=list)
    floor: list[int] = field(default_factory=list)
    length: list[int] = field(default_factory=list)
    due: list[int] = field(default_factory=list)
    before: list[list[int]] = field(default_factory=list)
    overlaps: dict[tuple[int, int], int] = field(default_factory=dict)
    gaps: dict[int, Gaps] = field(default_factory=dict)
    order: list[int] = field(default_factory=list)
    es: list[int] = field(default_factory=list)
    ef: list[int] = field(default_factory=list)
    ls: list[int] = field(default_factory=list)
    lf: list[int] = field(default_factory=list)

    def sort(self) -> None:
        """Order the nodes, predecessors first (Kahn 1962); there are no circles any more."""
        waiting = [len(before) for before in self.before]
        order = [node for node, count in enumerate(waiting) if not count]
        after = self.after()
        for node in order:  # grows while it is walked
            for later in after[node]:
                waiting[later] -= 1
                if not waiting[later]:
                    order.append(later)
        self.order = order

    def after(self) -> list[list[int]]:
        """For each node those that wait for it, in file order."""
        after: list[list[int]] = [[] for _node in self.before]
        for node, before in enumerate(self.before):
            for earlier in before:
                after[earlier].append(node)
        return after

    def solve(self) -> None:
        """Both passes."""
        base, floor, length, gaps, overlaps = self.base, self.floor, self.length, self.gaps, self.overlaps
        lapping = {node for node, _before in overlaps}
        es, ef = base.copy(), base.copy()
        for node in self.order:
            start = es[node]
            if node in lapping:
                for earlier in self.before[node]:
                    start = max(start, ef[earlier] - overlaps.get((node, earlier), 0))
            else:
                for earlier in self.before[node]:
                    if ef[earlier] > start:
                        start = ef[earlier]
            finish = gaps[node].finish(start, length[node]) if node in gaps else start + length[node]
            es[node] = start
            ef[node] = finish if finish > floor[node] else floor[node]
        ls, lf = self.due.copy(), self.due.copy()
        for node in reversed(self.order):
            start = gaps[node].start(lf[node], length[node]) if node in gaps else lf[node] - length[node]
            ls[node] = start
            for earlier in self.before[node]:
                latest = start + overlaps.get((node, earlier), 0) if node in lapping else start
                if latest < lf[earlier]:
                    lf[earlier] = latest
        self.es, self.ef, self.ls, self.lf = es, ef, ls, lf

    def driver(self, node: int) -> int | None:
        """The predecessor that decides when a node begins (the first in file order), if one does."""
        gaps = self.gaps.get(node)
        work = gaps.finish(self.es[node], self.length[node]) if gaps else self.es[node] + self.length[node]
        if self.ef[node] > work:
            return None
        start = self.es[node]
        driving = [p for p in self.before[node] if self.ef[p] - self.overlaps.get((node, p), 0) == start]
        return min(driving, default=None)


@dataclass(frozen=True)
class Schedule:
    """The plan of every task of the workspace on a day.

    Attributes:
        first: offset of the first workday on or after `as_of`.
        plans: by reference, in file order.
        cycles: circles of tasks, each along `after` (every task waits for the next, the last for the first).
        left_out: (task, predecessor, why) for each reference that counts as if it did not stand there.
        what_if: the changes it was computed under.
        network: what was computed with; nodes are numbered in `nodes`.
    """

    as_of: date
    first: int
    plans: Mapping[str, TaskPlan]
    cycles: tuple[tuple[str, ...], ...]
    left_out: tuple[tuple[str, str, LeftOut], ...]
    what_if: WhatIf
    calendar: Calendar
    network: Network
    nodes: Mapping[str, int]

    def day(self, offset: int) -> date:
        """The workday with that offset."""
        return self.calendar.day(offset)

    def done_before(self, ref: str) -> tuple[str, ...]:
        """The finished tasks that a task came after."""
        plan = self.plans[ref]
        refs = (written if "/" in written else f"{plan.project.id}/{written}" for written in plan.task.after)
        return tuple(other for other in refs if other in self.plans and self.plans[other].state == "done")

    def waits_for(self, ref: str) -> tuple[str, ...]:
        """The unfinished tasks that a task waits for directly, in the order of its `after`."""
        node = self.nodes.get(ref)
        return () if node is None else tuple(self.network.refs[n] for n in self.network.before[node])

    def driven_by(self, ref: str) -> tuple[str, ...]:
        """The chain of unfinished tasks that decides when this one finishes, from the first to this one."""
        node: int | None = self.nodes.get(ref)
        chain: list[str] = []
        while node is not None:
            chain.append(self.network.refs[node])
            node = self.network.driver(node)
        return tuple(reversed(chain))


@frozen
class Selection:
    """What a set of tasks comes to.

    Attributes:
        plans: the selected tasks, in file order.
        critical: the unfinished ones with the smallest float.
        critical_path: the chain that decides when the last of them finishes; it may lead through other projects.
        length: workdays from the first day of work on the critical path to its end.
        shortfall: by how many workdays the plan fails; 0 when it does not.
    """

    plans: tuple[TaskPlan, ...]
    critical: tuple[str, ...]
    critical_path: tuple[str, ...]
    length: int
    shortfall: int

    @property
    def feasible(self) -> bool:
        """Whether every deadline can still be met."""
        return self.shortfall == 0


def selected(schedule: Schedule, refs: Collection[str] | None = None) -> Selection:
    """Sum up the tasks named by `refs`: task references or project ids; None takes all."""
    plans = tuple(
        plan for plan in schedule.plans.values() if refs is None or plan.ref in refs or plan.project.id in refs
    )
    counted = [(plan.float, plan) for plan in plans if plan.float is not None]
    if not counted:
        return Selection(plans, (), (), 0, 0)
    smallest = min(slack for slack, _plan in counted)
    last = max((plan for _slack, plan in counted), key=lambda plan: plan.ef or 0)  # the first of equals
    path = schedule.driven_by(last.ref)
    network = schedule.network
    begin = network.es[schedule.nodes[path[0]]]
    return Selection(
        plans,
        tuple(plan.ref for slack, plan in counted if slack == smallest),
        path,
        network.ef[schedule.nodes[last.ref]] - begin,
        max(0, -smallest),
    )


def schedule(
    workspace: Workspace, as_of: date, what_if: WhatIf = NOTHING, projects: Iterable[Project] | None = None
) -> Schedule:
    """Plan every task of the workspace on `as_of`. Linear in tasks and references.

    Args:
        workspace: where the projects, the calendar and the thresholds come from.
        as_of: facts after this day do not count.
        what_if: changes to try.
        projects: plan these alone, when nothing connects them to the others.
    """
    return _Planner(workspace, as_of, what_if, workspace.projects if projects is None else projects).plan()


@dataclass(slots=True)
class _Known:
    """A task as found in the ledgers."""

    ref: str
    task: Task
    project: Project
    state: State
    deadline: date
    out: LeftOut | None
    """Why nothing of its project is planned."""
    gaps: Gaps | None
    duration: int | None = None
    remaining: int | None = None


Given = TypeVar("Given")
Found = TypeVar("Found")


class _Memo(dict[Given, Found]):
    """What a function gives, asked once for each value: most days stand in a ledger many times."""

    def __init__(self, ask: Callable[[Given], Found]) -> None:
        super().__init__()
        self._ask = ask

    def __missing__(self, given: Given) -> Found:
        found = self[given] = self._ask(given)
        return found


class _Planner:
    """One run of the schedule."""

    def __init__(self, workspace: Workspace, as_of: date, what_if: WhatIf, projects: Iterable[Project]) -> None:
        self.workspace = workspace
        self.projects = projects
        self.as_of = as_of
        self.what_if = what_if
        self.calendar = workspace.calendar
        self.first = self.calendar.offset(as_of)
        self._after: _Memo[date, int] = _Memo(lambda day: self.calendar.offset(day + _DAY))
        """The offset after a day: the workdays up to it, itself included."""
        self._day: _Memo[int, date] = _Memo(self.calendar.day)

    def plan(self) -> Schedule:
        known = {found.ref: found for found in self._tasks()}
        left_out: list[tuple[str, str, LeftOut]] = []
        before = self._predecessors(known, left_out)
        tasks = list(known.values())
        cycles, tangled = _circles(before)
        for node in tangled:
            if tasks[node].state != "done":
                tasks[node].duration = tasks[node].remaining = None
        network, nodes = self._network(tasks, before, tangled)
        network.solve()
        plans = {
            found.ref: self._planned(found, network, nodes.get(found.ref), number in tangled)
            for number, found in enumerate(tasks)
        }
        return Schedule(
            self.as_of,
            self.first,
            plans,
            tuple(tuple(tasks[node].ref for node in circle) for circle in cycles),
            tuple(left_out),
            self.what_if,
            self.calendar,
            network,
            nodes,
        )

    def _tasks(self) -> Iterator[_Known]:
        """Every task in file order; of two with one reference the first, as everywhere."""
        seen: set[str] = set()
        as_of, moved = self.as_of, self.what_if.deadlines
        for project in self.projects:
            out = _out(project, as_of)
            gaps = Gaps(self.calendar, project.pauses) if project.pauses else None
            for task in project.tasks:
                ref = f"{project.id}/{task.id}"
                if ref in seen:
                    continue
                seen.add(ref)
                deadline = moved.get(ref) or (task.deadline_on(as_of) if task.extensions else task.deadline)
                state = state_on(task, as_of)
                found = _Known(ref, task, project, state, deadline, None if state == "done" else out, gaps)
                found.duration = self._duration(task)
                found.remaining = self._remaining(found)
                yield found

    def _duration(self, task: Task) -> int | None:
        if task.kind == "milestone":
            return 0
        if task.duration is not None:
            return task.duration
        if task.start is None or task.start > task.deadline:
            return None
        return max(1, self._after[task.deadline] - self.calendar.offset(task.start))

    def _remaining(self, found: _Known) -> int | None:
        duration = found.duration
        if found.state == "done":
            return 0
        if duration and found.ref in self.what_if.lengths:
            return self.what_if.lengths[found.ref]
        if found.state == "under_way" and duration:
            left = 100 - progress_on(found.task, self.as_of)
            return max(1, (duration * left + 50) // 100)
        return duration

    def _predecessors(
        self, known: dict[str, _Known], left_out: list[tuple[str, str, LeftOut]]
    ) -> dict[int, Sequence[int]]:
        """For each task those it waits for, by number in file order."""
        numbers = {ref: number for number, ref in enumerate(known)}
        before: dict[int, Sequence[int]] = {}
        for number, found in enumerate(known.values()):
            if not found.task.after:
                continue
            waits: list[int] = []
            for written in dict.fromkeys(found.task.after):
                ref = written if "/" in written else f"{found.project.id}/{written}"
                other = known.get(ref)
                why = "absent" if other is None else other.out
                if why is None:
                    waits.append(numbers[ref])
                elif found.state != "done" and found.out is None:
                    left_out.append((found.ref, ref, why))
            if found.out is None:
                before[number] = list(dict.fromkeys(waits))
        return before

    def _network(
        self, tasks: list[_Known], before: dict[int, Sequence[int]], tangled: dict[int, int]
    ) -> tuple[Network, dict[str, int]]:
        network = Network()
        nodes: dict[str, int] = {}
        node_of: dict[int, int] = {}
        for number, found in enumerate(tasks):
            if found.state == "done" or found.out is not None:
                continue
            node_of[number] = nodes[found.ref] = len(network.refs)
            base, floor = self._bounds(found)
            if found.state == "not_started" or found.remaining is None:
                for other in before.get(number, ()):
                    if tasks[other].state == "done":
                        done = tasks[other].task.done
                        assert done is not None
                        base = max(base, self._after[done])
            network.refs.append(found.ref)
            network.base.append(base)
            network.floor.append(floor)
            network.length.append(1 if found.remaining is None else found.remaining)
            network.due.append(self._after[found.deadline])
            if found.gaps is not None:
                network.gaps[node_of[number]] = found.gaps
        for number in node_of:
            part = tangled.get(number)
            network.before.append(
                [
                    node_of[other]
                    for other in before.get(number, ())
                    if other in node_of and (part is None or tangled.get(other) != part)
                ]
            )
        for (ref, earlier), workdays in self.what_if.overlaps.items():
            network.overlaps[nodes[ref], nodes[earlier]] = workdays
        network.sort()
        return network, nodes

    def _bounds(self, found: _Known) -> tuple[int, int]:
        """Before which offset no work is done, and before which it never finishes."""
        first, task, gaps = self.first, found.task, found.gaps
        if found.remaining is None:
            return first, self._after[found.deadline]
        if found.state == "not_started":
            start = self.what_if.starts.get(found.ref, task.start)
            return (first if start is None else max(first, self.calendar.offset(start))), _LONG_AGO
        updated = task.updated
        fresh = updated is not None and is_fresh(self.workspace, found.project, updated, self.as_of, gaps)
        base = self._after[updated] if fresh and updated is not None else first
        soonest = 1 if found.remaining else 0
        return base, gaps.finish(first, soonest) if gaps else first + soonest

    def _planned(self, found: _Known, network: Network, node: int | None, tangled: bool) -> TaskPlan:
        """The figures of a task as days."""
        task, start = found.task, self.what_if.starts.get(found.ref, found.task.start)
        if node is None:
            if found.state == "done":
                return self._done(found)
            return TaskPlan(
                found.ref, task, found.project, found.state, found.deadline, found.duration, found.remaining,
                unplanned=found.out if found.out in ("suspended", "paused", "cleared") else "",
            )  # fmt: skip
        # Nobody can start anything in a pause.
        waits = found.state == "not_started" and not (found.gaps and found.project.paused_on(self.as_of))
        late = waits and start is not None and self.calendar.offset(start) < self.first
        if tangled:
            return TaskPlan(
                found.ref, task, found.project, found.state, found.deadline, late_start=late, unplanned="cycle"
            )
        ef, ls, lf = network.ef[node], network.ls[node], network.lf[node]
        if found.remaining is None:
            return TaskPlan(
                found.ref, task, found.project, found.state, found.deadline, ef=ef, lf=lf,
                latest_finish=self._day[lf - 1], late_start=late, unplanned="no_duration",
            )  # fmt: skip
        gaps = found.gaps
        slack = gaps.between(ef, lf) if gaps else lf - ef
        if found.duration == 0:
            es = ef
            reached = max(ef - 1, self.first)
            start_day = finish_day = self._day[gaps.later(reached) if gaps else reached]
            latest_start = latest_finish = self._day[lf - 1]
            passed = lf - 1 < self.first
            if found.deadline < self.as_of:
                due = network.due[node]
                slack = min(slack, (gaps.between(self.first, due) if gaps else due - self.first) - 1)
        else:
            es = gaps.start(ef, found.remaining) if gaps else ef - found.remaining
            start_day, finish_day = self._day[es], self._day[ef - 1]
            latest_start, latest_finish = self._day[ls], self._day[lf - 1]
            passed = ls < self.first
        late = late or (waits and passed)
        return TaskPlan(
            found.ref, task, found.project, found.state, found.deadline, found.duration, found.remaining,
            es, ef, ls, lf, slack, start_day, finish_day, latest_start, latest_finish, late,
            needed=lf != network.due[node],
        )  # fmt: skip

    def _done(self, found: _Known) -> TaskPlan:
        task = found.task
        assert task.done is not None
        started = task.started if task.started is not None and task.started <= task.done else None
        return TaskPlan(
            found.ref, task, found.project, "done", found.deadline, found.duration, 0,
            es=None if started is None else self.calendar.offset(started),
            ef=self._after[task.done],
            forecast_start=started,
            forecast_finish=task.done,
            unplanned="done",
        )  # fmt: skip


def state_on(task: Task, as_of: date) -> State:
    """Where a task stands at the end of `as_of`."""
    if task.done is not None and task.done <= as_of:
        return "done"
    if (task.started is not None and task.started <= as_of) or progress_on(task, as_of) > 0:
        return "under_way"
    return "not_started"


def progress_on(task: Task, as_of: date) -> int:
    """Percent done by the end of `as_of`; progress that is dated later is not known yet."""
    if task.progress is None or (task.updated is not None and task.updated > as_of):
        return 0
    return task.progress


def is_fresh(workspace: Workspace, project: Project, updated: date, as_of: date, gaps: Gaps | None) -> bool:
    """Whether a report is within the stalled threshold of its project's rhythm; paused days do not count."""
    if updated > as_of:
        return False
    stalled = workspace.settings.thresholds.stalled
    age = (as_of - updated).days - (gaps.paused_days(updated, as_of) if gaps else 0)
    return age <= (stalled.week if project.rhythm == "week" else stalled.month)


def _out(project: Project, as_of: date) -> LeftOut | None:
    """Why nothing of a project is planned, if so."""
    status = project.status_on(as_of)
    if status == "suspended" or status == "cleared":
        return status
    if any(pause.to is None and pause.from_ <= as_of for pause in project.pauses):
        return "paused"
    return None


def _circles(before: Mapping[int, Sequence[int]]) -> tuple[list[list[int]], dict[int, int]]:
    """The circles, and for each task in one the number of its tangle."""
    if all(other < node for node, others in before.items() for other in others):
        return [], {}  # everybody waits for earlier ones only: nearly always
    parts = tangles(before)
    return list(circles(before)) if parts else [], {node: number for number, part in enumerate(parts) for node in part}
