"""How many there are: projects by status, stages as stock and as events, problems and their close-out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from projledger.frozen import frozen
from projledger.models.project import Problem, Project
from projledger.models.types import STAGES, StageName


@frozen
class ProjectCounts:
    """Projects by status; `total` leaves the cleared ones out, `paused` are those of the active whose pause runs."""

    total: int
    active: int
    suspended: int
    cleared: int
    paused: int

    @property
    def under_way(self) -> int:
        """Those that are worked on and judged."""
        return self.active - self.paused


def project_counts(projects: Iterable[Project], as_of: date) -> ProjectCounts:
    """Count projects by their status on a day."""
    listed = tuple(projects)
    states = [project.status_on(as_of) for project in listed]
    cleared, active = states.count("cleared"), states.count("active")
    paused = active - sum(project.live_on(as_of) for project in listed)
    return ProjectCounts(len(states) - cleared, active, states.count("suspended"), cleared, paused)


def counted(projects: Iterable[Project], as_of: date) -> tuple[Project, ...]:
    """The projects that enter counts: all but the cleared ones."""
    return tuple(project for project in projects if project.status_on(as_of) != "cleared")


def stage_stock(projects: Iterable[Project], as_of: date) -> dict[StageName, int]:
    """Projects by the furthest stage they have reached; each project counts once."""
    stock: dict[StageName, int] = dict.fromkeys(STAGES, 0)
    for project in projects:
        current = project.stages.current(as_of)
        if current is not None:
            stock[current] += 1
    return stock


def stage_events(projects: Iterable[Project], first: date, last: date) -> dict[StageName, int]:
    """Stages reached from `first` to `last`, both included; a project can count in several."""
    events: dict[StageName, int] = dict.fromkeys(STAGES, 0)
    for project in projects:
        for name, stage in project.stages.named():
            if stage.actual is not None and first <= stage.actual <= last:
                events[name] += 1
    return events


def investment(projects: Iterable[Project]) -> Decimal:
    """The total investment of projects that state one."""
    return sum((project.investment for project in projects if project.investment is not None), Decimal(0))


def investment_once(projects: Iterable[Project]) -> Decimal | None:
    """The total investment of some projects, no money twice: of a package that states one, not its modules'.

    None where none of them states one.
    """
    known = {project.id: project for project in projects if project.investment is not None}
    counted = [project for project in known.values() if not packages(project, known)]
    return investment(counted) if counted else None


def packages(project: Project, known: Mapping[str, Project]) -> list[Project]:
    """The packages among `known` (by id) that a project is a module of, the nearest first."""
    found: dict[str, Project] = {}
    above = known.get(project.parent) if project.parent is not None else None
    while above is not None and above.id != project.id and above.id not in found:
        found[above.id] = above
        above = known.get(above.parent) if above.parent is not None else None
    return list(found.values())


def days_in(start: date, end: date, project: Project) -> int:
    """Calendar days from `start` to `end` less the project's paused days between them."""
    days = (end - start).days
    return max(0, days - paused_days(start, end, project))


def paused_days(start: date, end: date, project: Project) -> int:
    """Paused days after `start` and up to `end`. Overlapping pauses count once."""
    spans = [(pause.from_, pause.to or date.max) for pause in project.pauses]
    if project.status_on(end) == "suspended" and project.status_date is not None:
        spans.append((project.status_date, date.max))
    total, reached = 0, start
    for first, last in sorted(spans):
        begin, stop = max(first.toordinal(), reached.toordinal() + 1), min(last, end)
        if stop.toordinal() >= begin:
            total += stop.toordinal() - begin + 1
            reached = stop
    return total


@frozen
class ProblemState:
    """A problem as it stands on a day. `age_days` runs from `raised` to its closing, or to the day itself."""

    project: Project
    problem: Problem
    index: int
    state: str
    deadline: date
    overdue: bool
    age_days: int


def problems(projects: Iterable[Project], as_of: date) -> Iterator[ProblemState]:
    """Every problem raised by the end of a day, in file order."""
    for project in projects:
        for index, problem in enumerate(project.problems):
            if problem.raised > as_of:
                continue
            state = problem.state_on(as_of)
            deadline = problem.deadline_on(as_of)
            # While the solution awaits verification the owner's clock stands still.
            ends = {"closed": problem.closed, "pending": problem.submitted}.get(state)
            late = (ends or as_of) > deadline
            stop = problem.closed if state == "closed" and problem.closed is not None else as_of
            yield ProblemState(
                project,
                problem,
                index,
                state,
                deadline,
                late and state in ("open", "handling") and not project.paused_on(as_of),
                days_in(problem.raised, stop, project),
            )


@frozen
class ProblemSummary:
    """Problems together. Rates are fractions of the problems raised; None where there are none."""

    raised: int
    open: int
    overdue: int
    closed: int
    reopened: int
    over_30_days: int
    oldest_days: int | None
    close_rate: Fraction | None
    on_time_rate: Fraction | None
    median_age: Fraction | None
    max_age: int | None


def problem_summary(states: Iterable[ProblemState], as_of: date) -> ProblemSummary:
    """Sum up a cohort of problems. On time: submitted (else closed) by the deadline in force, of those closed."""
    every = tuple(states)
    alive = [s for s in every if s.state != "closed"]
    closed = [s for s in every if s.state == "closed"]
    on_time = [s for s in closed if (s.problem.submitted or s.problem.closed or date.max) <= s.deadline]
    ages = sorted(s.age_days for s in alive)
    return ProblemSummary(
        raised=len(every),
        open=len(alive),
        overdue=sum(s.overdue for s in alive),
        closed=len(closed),
        reopened=sum(any(day <= as_of for day in s.problem.reopened) for s in every),
        over_30_days=sum(age > 30 for age in ages),
        oldest_days=ages[-1] if ages else None,
        close_rate=Fraction(len(closed), len(every)) if every else None,
        on_time_rate=Fraction(len(on_time), len(closed)) if closed else None,
        median_age=_median(ages) if ages else None,
        max_age=ages[-1] if ages else None,
    )


def _median(ages: list[int]) -> Fraction:
    """The middle of sorted ages; between two middles, half of both."""
    return Fraction(ages[(len(ages) - 1) // 2] + ages[len(ages) // 2], 2)
