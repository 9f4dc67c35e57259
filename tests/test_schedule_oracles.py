"""The reverse schedule against published problems, an independent computation, and what holds for every plan."""

import bisect
import itertools
import json
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from projledger import load
from projledger.analysis.schedule import TaskPlan, schedule, selected
from projledger.models.project import Project
from projledger.models.settings import Settings
from projledger.models.workspace import Workspace

DATA = Path(__file__).parent / "data"
PUBLISHED = json.loads((DATA / "holiday-cn-2024.json").read_text("utf-8"))
PROBLEMS = json.loads((DATA / "psplib-j30.json").read_text("utf-8"))
TODAY = date(2024, 1, 2)
SETTINGS = Settings.model_validate({"name": "county", "calendar": {"country": "CN"}})


def workdays_of_2024() -> Iterator[date]:
    """The workdays from TODAY on, from the published list, without the calendar under test."""
    exceptions = {date.fromisoformat(entry["date"]): not entry["isOffDay"] for entry in PUBLISHED["days"]}
    day = TODAY
    while day.year == 2024:
        if exceptions.get(day, day.weekday() < 5):
            yield day
        day += timedelta(days=1)


def longest(successors: list[list[int]], duration: list[int], start: int) -> list[int]:
    """The longest way from the start of job `start` to its end through every job, by relaxation until nothing moves."""
    reach = [-1] * len(duration)
    reach[start] = duration[start]
    moved = True
    while moved:
        moved = False
        for job, later in enumerate(successors):
            for follower in later:
                way = reach[job] + duration[follower - 1]
                if reach[job] >= 0 and way > reach[follower - 1]:
                    reach[follower - 1] = way
                    moved = True
    return reach


def ledger(name: str, problem: dict[str, Any], deadline: date) -> bytes:
    """A problem as a clerk would write it, every job a task."""
    after: dict[int, list[str]] = {}
    for job, successors in enumerate(problem["successors"], 1):
        for successor in successors:
            after.setdefault(successor, []).append(f"J{job}")
    lines = [f"id: {name}", f"name: problem {name}", "unit: u", "tasks:"]
    for job, duration in enumerate(problem["duration"], 1):
        waits = f", after: [{', '.join(after[job])}]" if job in after else ""
        lines.append(f"  - {{id: J{job}, name: job {job}, duration: {duration}, deadline: {deadline}{waits}}}")
    return "\n".join([*lines, ""]).encode()


def test_the_480_problems_of_psplib_j30() -> None:
    days = list(workdays_of_2024())
    files = [("projledger.yaml", b"name: PSPLIB\ncalendar: {country: CN}\n")]
    for number, (name, problem) in enumerate(PROBLEMS.items()):
        # A common deadline, with 0 to 6 workdays to spare.
        files.append((f"projects/{name}.yaml", ledger(name, problem, days[problem["critical_path"] - 1 + number % 7])))
    loaded = load.load(files)
    assert loaded.diagnostics == ()
    plans = schedule(loaded.workspace, TODAY)

    for number, (name, problem) in enumerate(PROBLEMS.items()):
        duration, successors = problem["duration"], problem["successors"]
        predecessors: list[list[int]] = [[] for _ in duration]
        for job, later in enumerate(successors, 1):
            for follower in later:
                predecessors[follower - 1].append(job)
        spare = number % 7
        to_here = longest(successors, duration, 0)
        from_here = longest(predecessors, duration, len(duration) - 1)
        found = [plans.plans[f"{name}/J{job}"] for job in range(1, 33)]
        through = [to_here[job] + from_here[job] - duration[job] for job in range(32)]
        assert [plan.float for plan in found] == [problem["critical_path"] + spare - length for length in through]
        for plan, finish, tail, length in zip(found, to_here, from_here, duration, strict=True):
            if length:
                assert plan.forecast_start == days[finish - length]
                assert plan.forecast_finish == days[finish - 1]
                assert plan.latest_start == days[problem["critical_path"] + spare - tail]
        summary = selected(plans, {name})
        assert summary.length == problem["critical_path"]
        assert summary.feasible
        path = [int(ref.partition("/J")[2]) for ref in summary.critical_path]
        assert sum(duration[job - 1] for job in path) == problem["critical_path"]
        assert all(later in successors[job - 1] for job, later in itertools.pairwise(path))
        assert set(summary.critical) == {f"{name}/J{j}" for j in range(1, 33) if through[j - 1] == max(through)}


DAYS = st.dates(date(2024, 1, 1), date(2024, 12, 31)).map(date.isoformat)


@st.composite
def ledgers(draw: st.DrawFn) -> list[dict[str, Any]]:
    """One to eight tasks with durations, that wait for earlier ones; some begun, some done."""
    tasks: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, 8))):
        task: dict[str, Any] = {
            "id": f"T{number}",
            "name": "x",
            "deadline": draw(DAYS),
            "duration": str(draw(st.integers(0, 40))),
            "after": draw(st.lists(st.sampled_from([f"T{n}" for n in range(number)]), unique=True, max_size=3))
            if number
            else [],
        }
        optional = {
            "start": DAYS,
            "started": DAYS,
            "updated": DAYS,
            "done": DAYS,
            "progress": st.integers(0, 100).map(str),
        }
        for key in draw(st.sets(st.sampled_from(list(optional)), max_size=3)):
            task[key] = draw(optional[key])
        if draw(st.booleans()):
            task["kind"] = draw(st.sampled_from(["milestone", "construction"]))
        tasks.append(task)
    return tasks


PAUSES = st.lists(
    st.tuples(st.dates(date(2024, 1, 1), date(2024, 12, 31)), st.integers(0, 60)).map(
        lambda pause: {
            "from": pause[0].isoformat(),
            "to": (pause[0] + timedelta(days=pause[1])).isoformat(),
            "approved_by": "zhou",
        }
    ),
    max_size=2,
)


def place(tasks: list[dict[str, Any]], pauses: list[dict[str, str]], settings: Settings = SETTINGS) -> Workspace:
    project = Project.model_validate({"id": "P", "name": "n", "unit": "u", "tasks": tasks, "pauses": pauses})
    return Workspace(settings, projects=(project,), files=("projects/p.yaml",))


def plans_on(workspace: Workspace, as_of: date) -> dict[str, TaskPlan]:
    return dict(schedule(workspace, as_of).plans)


@settings(max_examples=150, deadline=None)
@given(ledgers(), PAUSES, st.dates(date(2024, 1, 1), date(2024, 12, 31)))
def test_no_task_comes_before_what_it_waits_for(
    tasks: list[dict[str, Any]], pauses: list[dict[str, str]], as_of: date
) -> None:
    found = schedule(place(tasks, pauses), as_of)
    for ref, plan in found.plans.items():
        for earlier in found.waits_for(ref):
            before = found.plans[earlier]
            assert plan.es is not None
            assert plan.ls is not None
            assert before.ef is not None
            assert before.lf is not None
            assert before.ef <= plan.es
            assert before.lf <= plan.ls
        if plan.state != "done":
            assert plan.ef is not None
            assert plan.ef >= found.first
            assert plan.forecast_finish is not None
            assert plan.forecast_finish >= as_of


@settings(max_examples=150, deadline=None)
@given(ledgers(), PAUSES, st.dates(date(2024, 1, 1), date(2024, 12, 31)), st.data())
def test_relaxing_a_deadline_never_reduces_a_float(
    tasks: list[dict[str, Any]], pauses: list[dict[str, str]], as_of: date, data: st.DataObject
) -> None:
    before = plans_on(place(tasks, pauses), as_of)
    eased = data.draw(st.sampled_from(tasks))
    later = date.fromisoformat(eased["deadline"]) + timedelta(days=data.draw(st.integers(1, 90)))
    eased["deadline"] = later.isoformat()
    after = plans_on(place(tasks, pauses), as_of)
    assert all(a.float >= b.float for a, b in pairs(after, before))  # type: ignore[operator]


@settings(max_examples=300, deadline=None)
@given(ledgers(), PAUSES, st.dates(date(2024, 1, 1), date(2024, 12, 31)), st.integers(1, 40))
def test_a_later_day_never_raises_a_float(
    tasks: list[dict[str, Any]], pauses: list[dict[str, str]], as_of: date, days: int
) -> None:
    later = as_of + timedelta(days=days)
    for task in tasks:  # no facts in between
        for key in ("started", "updated", "done"):
            if as_of < date.fromisoformat(task.get(key, "2000-01-01")) <= later:
                del task[key]
    workspace = place(tasks, pauses)
    assert all(a.float <= b.float for a, b in pairs(plans_on(workspace, later), plans_on(workspace, as_of)))  # type: ignore[operator]


def pairs(one: dict[str, TaskPlan], other: dict[str, TaskPlan]) -> Iterator[tuple[TaskPlan, TaskPlan]]:
    for ref, plan in one.items():
        assert (plan.float is None) == (other[ref].float is None)
        if plan.float is not None:
            yield plan, other[ref]


MONDAY_TO_FRIDAY = [day for n in range(2500) if (day := date(2022, 1, 1) + timedelta(days=n)).weekday() < 5]


class Rules:
    """The published rules written down once more, formula by formula, task by task: slow, and nothing shared."""

    def __init__(self, tasks: list[dict[str, Any]], as_of: date) -> None:
        self.workdays = MONDAY_TO_FRIDAY
        self.tasks = {task["id"]: task for task in tasks}
        self.as_of = as_of
        self.first = self.offset(as_of)

    def offset(self, day: date) -> int:
        return bisect.bisect_left(self.workdays, day)

    def after(self, text: str) -> int:
        return self.offset(date.fromisoformat(text) + timedelta(days=1))

    def known(self, task: dict[str, Any], key: str) -> bool:
        return key in task and date.fromisoformat(task[key]) <= self.as_of

    def state(self, task: dict[str, Any]) -> str:
        if self.known(task, "done"):
            return "done"
        return "under way" if self.known(task, "started") or self.progress(task) > 0 else "not started"

    def progress(self, task: dict[str, Any]) -> int:
        return int(task.get("progress", 0)) if "updated" not in task or self.known(task, "updated") else 0

    def duration(self, task: dict[str, Any]) -> int:
        return 0 if task.get("kind") == "milestone" else int(task["duration"])

    def remaining(self, task: dict[str, Any]) -> int:
        d = self.duration(task)
        if self.state(task) != "under way" or d == 0:
            return d
        exact = Decimal(d * (100 - self.progress(task))) / 100
        return max(1, int(exact.quantize(Decimal(1), ROUND_HALF_UP)))

    def ef(self, name: str) -> int:
        task = self.tasks[name]
        before = [self.ef(earlier) for earlier in task["after"]]
        if self.state(task) == "done":
            return self.after(task["done"])
        d, r = self.duration(task), self.remaining(task)
        if self.state(task) == "not started":
            start = self.offset(date.fromisoformat(task["start"])) if "start" in task else 0
            return max(self.first, start, *before, 0) + d
        unfinished = [self.ef(p) for p in task["after"] if self.state(self.tasks[p]) != "done"]
        fresh = self.known(task, "updated") and (self.as_of - date.fromisoformat(task["updated"])).days <= 30
        counted = self.after(task["updated"]) if fresh else self.first
        return max(counted + r, self.first + (1 if d else 0), *(finish + r for finish in unfinished), 0)

    def lf(self, name: str) -> int:
        later = [t["id"] for t in self.tasks.values() if name in t["after"] and self.state(t) != "done"]
        starts = [self.lf(follower) - self.remaining(self.tasks[follower]) for follower in later]
        return min([self.after(self.tasks[name]["deadline"]), *starts])

    def float(self, name: str) -> int | None:
        task = self.tasks[name]
        if self.state(task) == "done":
            return None
        slack = self.lf(name) - self.ef(name)
        if self.duration(task) == 0 and date.fromisoformat(task["deadline"]) < self.as_of:
            slack = min(slack, self.after(task["deadline"]) - self.first - 1)
        return slack


@settings(max_examples=300, deadline=None)
@given(ledgers(), st.dates(date(2024, 1, 1), date(2024, 12, 31)))
def test_every_figure_is_what_the_rules_say(tasks: list[dict[str, Any]], as_of: date) -> None:
    rules = Rules(tasks, as_of)
    monday_to_friday = Settings.model_validate({"name": "county"})
    for ref, plan in plans_on(place(tasks, [], monday_to_friday), as_of).items():
        name = ref.removeprefix("P/")
        task = rules.tasks[name]
        assert plan.float == rules.float(name)
        if plan.state == "done":
            continue
        ef, lf, r = rules.ef(name), rules.lf(name), rules.remaining(task)
        assert plan.remaining == r
        if rules.duration(task):
            shown = [ef - r, ef - 1, lf - r, lf - 1]
        else:
            shown = [max(ef - 1, rules.first)] * 2 + [lf - 1] * 2
        found = [plan.forecast_start, plan.forecast_finish, plan.latest_start, plan.latest_finish]
        assert found == [rules.workdays[offset] for offset in shown]
