"""Who carries how much: projects, open tasks, open problems and decisions by leader, unit and person; and activity.

A leader is attached to a project as its `lead` or as its service's `leader` and carries everything in it. A unit
carries the projects it is responsible for and the tasks and problems that are its own (else its projects'); a person
the same by owner. Cleared projects are out; what is paused is carried, but not late.

A leader was active in a stretch of days when something dated happened in one of the projects (a fact, an entry of the
log, a figure), or when they chaired or addressed a meeting.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from projledger.analysis import counts, facts
from projledger.analysis.meetings import decisions
from projledger.analysis.reasons import Day, limit_day
from projledger.frozen import frozen
from projledger.models.project import Project, Task
from projledger.models.workspace import Workspace


@dataclass(slots=True)
class Load:
    """What one leader, unit or person carries; references in file order."""

    projects: list[Project] = field(default_factory=list)
    open_tasks: list[str] = field(default_factory=list)
    overdue_tasks: list[str] = field(default_factory=list)
    open_problems: list[str] = field(default_factory=list)
    overdue_problems: list[str] = field(default_factory=list)
    open_decisions: list[str] = field(default_factory=list)
    overdue_decisions: list[str] = field(default_factory=list)

    @property
    def overdue(self) -> int:
        """How much is overdue in all."""
        return len(self.overdue_tasks) + len(self.overdue_problems) + len(self.overdue_decisions)

    @property
    def open(self) -> int:
        """How much is open in all, projects apart."""
        return len(self.open_tasks) + len(self.open_problems) + len(self.open_decisions)


@dataclass(slots=True)
class Workload:
    """Loads by who carries them; None is nobody."""

    leaders: dict[str, Load]
    units: dict[str, Load]
    people: dict[str | None, Load]


def attached(project: Project) -> tuple[str, ...]:
    """The leaders of a project, each once."""
    names = (project.lead, project.service.leader if project.service is not None else None)
    return tuple(dict.fromkeys(name for name in names if name is not None))


def workload(workspace: Workspace, projects: Sequence[Project], as_of: date, *, all_decisions: bool = True) -> Workload:
    """Who carries how much of some projects on a day.

    Args:
        workspace: everything.
        projects: the projects to look at, none of them cleared.
        as_of: the day.
        all_decisions: count every open decision, else only those that became a task or problem of these projects.
    """
    found = Workload({}, {}, {})
    day = Day(workspace, as_of)
    for project in projects:
        _project(found, project, day)
    ids = {project.id for project in projects}
    for state in decisions(workspace, as_of):
        task = state.decision.task
        if state.done is None and (all_decisions or (task is not None and task.partition("/")[0] in ids)):
            owner = state.decision.owner
            loads = [found.people.setdefault(owner, Load())]
            if owner in found.leaders:
                loads.append(found.leaders[owner])
            for load in loads:
                load.open_decisions.append(state.ref)
                if state.overdue:
                    load.overdue_decisions.append(state.ref)
    return found


def _over_limit(day: Day, project: Project, task: Task) -> bool:
    limit = limit_day(day, task, day.gaps(project)) if task.limit is not None else None
    return limit is not None and limit < day.as_of


def _project(found: Workload, project: Project, day: Day) -> None:
    as_of = day.as_of
    leaders = [found.leaders.setdefault(leader, Load()) for leader in attached(project)]
    people, units = found.people, found.units
    for load in (*leaders, units.setdefault(project.unit, Load()), people.setdefault(project.owner, Load())):
        load.projects.append(project)
    paused = not project.live_on(as_of)
    for task in project.tasks:
        if task.done is not None and task.done <= as_of:
            continue
        ref = f"{project.id}/{task.id}"
        unit, owner = task.unit or project.unit, task.owner or project.owner
        late = not paused and (task.deadline_on(as_of) < as_of or _over_limit(day, project, task))
        for load in (*leaders, units.setdefault(unit, Load()), people.setdefault(owner, Load())):
            load.open_tasks.append(ref)
            if late:
                load.overdue_tasks.append(ref)
    for state in counts.problems([project], as_of):
        if state.state == "closed":
            continue
        problem = state.problem
        ref = f"{project.id}/{problem.id}"
        unit, owner = problem.lead_unit or project.unit, problem.owner or project.owner
        for load in (*leaders, units.setdefault(unit, Load()), people.setdefault(owner, Load())):
            load.open_problems.append(ref)
            if state.overdue:
                load.overdue_problems.append(ref)


@frozen
class Activity:
    """The latest signs of a leader's activity; `silent` are the projects without a dated fact since the first day."""

    last_fact: date | None
    last_meeting: date | None
    silent: tuple[Project, ...]

    @property
    def last(self) -> date | None:
        """The latest of them."""
        return max((day for day in (self.last_fact, self.last_meeting) if day is not None), default=None)


def activity(workspace: Workspace, leader: str, projects: Iterable[Project], since: date, until: date) -> Activity:
    """What happened around a leader by `until`; projects on which nobody works are not silent."""
    days = [(project, facts.last_project_day(project, until)) for project in projects]
    silent = tuple(
        project
        for project, day in days
        if (day is None or day < since) and project.status_on(until) == "active" and not project.paused_on(until)
    )
    last_fact = max((day for _project, day in days if day is not None), default=None)
    return Activity(last_fact, max(_met(workspace, leader, until), default=None), silent)


def _met(workspace: Workspace, leader: str, until: date) -> Iterator[date]:
    for meeting in workspace.meetings:
        if meeting.date <= until and (meeting.chair == leader or any(heard.by == leader for heard in meeting.heard)):
            yield meeting.date
