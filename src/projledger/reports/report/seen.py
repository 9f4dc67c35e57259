"""A day as it can still be told, its lights, and what of them is another than on a day before.

A day gone by is told from the ledgers of today, without what they date later. The progress of a task that was reported
on since is overwritten in them; it is taken from the history where that has the ledgers of the day.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Final

from projledger.analysis import counts, facts
from projledger.analysis.assessment import Assessment, assess
from projledger.calendar import Period
from projledger.errors import GitError
from projledger.i18n import _
from projledger.models.project import Task
from projledger.models.types import LIGHTS
from projledger.models.workspace import Workspace
from projledger.reports import Query
from projledger.reports.lagging import rows_of
from projledger.reports.parts.words import clauses, owner_text
from projledger.reports.report.result import Change, MonthEnd, Streak, Then

_LONGEST_STREAK: Final = 6
"""Month ends looked back at for a row of red months."""
_REPORTED: Final = ("progress", "updated", "next", "note")
"""What a report on a task overwrites."""


class Seen:
    """A day as it can still be told: today, or a day gone by.

    `absent` are the projects that were not there yet. `overwritten` are the tasks whose progress of that day nobody
    knows any more, `restated` those for which the history knew it.
    """

    def __init__(
        self,
        assessment: Assessment,
        overwritten: tuple[str, ...],
        restated: tuple[str, ...],
        absent: Collection[str] = (),
    ) -> None:
        self.assessment = assessment
        self.as_of = assessment.as_of
        self.workspace = assessment.workspace
        self.overwritten, self.restated = overwritten, restated
        self.untold = unknown = self._with_successors(overwritten)
        # That a deadline had passed stands in the ledger; what else was late depends on the progress of that day.
        self.doubtful = {lag.ref for lag in assessment.lags if lag.ref in unknown and not lag.days_late}
        self._touched = {ref.partition("/")[0] for ref in unknown}
        self.lags = tuple(lag for lag in assessment.lags if lag.ref not in self.doubtful and lag.project not in absent)
        self.absent = absent

    def _with_successors(self, refs: Iterable[str]) -> frozenset[str]:
        """Those tasks and all that wait for them: their forecasts stand on the progress that is not known."""
        waiting = list(refs)
        if not waiting:
            return frozenset()
        schedule = self.assessment.schedule
        after: dict[str, list[str]] = {}
        for ref in schedule.plans:
            for before in schedule.waits_for(ref):
                after.setdefault(before, []).append(ref)
        found: set[str] = set()
        while waiting:
            ref = waiting.pop()
            if ref not in found:
                found.add(ref)
                waiting += after.get(ref, ())
        return frozenset(found)

    def light(self, project: str) -> Then:
        """The light of a project; only red is certain where progress was overwritten, for nothing is worse."""
        light = self.assessment.light(project)
        if light is None or project not in self._touched:
            return light
        known = any(lag.light == "red" and lag.ref not in self.doubtful for lag in self.assessment.lags_of(project))
        return "red" if known else "unknown"

    @cached_property
    def lights(self) -> dict[str, Then]:
        """The light of every project that counts on that day."""
        counted = counts.counted(self.workspace.projects, self.as_of)
        return {project.id: self.light(project.id) for project in counted if project.id not in self.absent}

    def counts(self) -> dict[str, int]:
        """How many projects stand in each light; `none`: paused; `unknown`: it cannot be told any more."""
        return _counted(self.lights)

    def changes(self, before: Seen) -> Iterator[Change]:
        """The projects whose light is another than on an earlier day, where both are known."""
        for project in counts.counted(self.workspace.projects, self.as_of):
            then, light = before.lights.get(project.id), self.lights[project.id]
            if project.id in before.absent or then == light or then == "unknown" or light == "unknown":
                continue
            worst = next((lag for lag in self.lags if lag.project == project.id and lag.light == light), None)
            why = ""
            if worst is not None and light in ("red", "yellow"):
                row = rows_of(self.assessment, [worst])[0]
                why = _("{name}, {reasons}").format(
                    name=row.name, reasons=clauses([str(reason["text"]) for reason in row.reasons[:2]])
                )
            yield Change(project.id, project.name, then, light, why)


class Lookback:
    """The days that a report tells of. All but the last two are judged once and let go: a year need not be held."""

    def __init__(self, query: Query, day: date) -> None:
        self._query = query
        self._ledgers = assess(query.workspace, day)
        self._lights: dict[date, dict[str, Then]] = {}
        self.now = self.seen(day)

    def seen(self, day: date) -> Seen:
        """A day as it can still be told."""
        gone = tuple(_overwritten(self._query.workspace, day, self._query.as_of))
        tasks = self._tasks_on(day, gone)
        if tasks:
            assessment = assess(_restated(self._query.workspace, tasks), day)
        else:
            assessment = self._ledgers if day == self._ledgers.as_of else self._ledgers.earlier(day)
        absent = facts.absent(self._query.workspace, day) if day < self._query.as_of else ()
        found = Seen(assessment, tuple(ref for ref in gone if ref not in tasks), tuple(tasks), absent)
        self._lights[day] = found.lights
        return found

    def _tasks_on(self, day: date, refs: tuple[str, ...]) -> dict[str, Task]:
        """Those tasks as they were told on a day, as far as the history holds them."""
        witness = self._query.witness
        if witness is None or not refs:
            return {}
        try:
            found = witness.tasks_on(day, refs)
        except GitError:  # the report says what cannot be told; why git cannot either is for the commands on history
            return {}
        return {ref: task for ref, task in found.items() if task.updated is None or task.updated <= day}

    def on(self, day: date) -> dict[str, Then]:
        """The light of every project that counted on a day."""
        return self._lights[day] if day in self._lights else self.seen(day).lights

    def months(self) -> Iterator[MonthEnd]:
        """The lights at the month ends of the year up to the day of the report, which stands for its own month.

        From the first month on in which any project was there.
        """
        begun = False
        for month in Period.of("year", self.now.as_of).months():
            if month.first > self.now.as_of:
                return
            day = min(month.last, self.now.as_of)
            lights = self.on(day)
            begun = begun or bool(lights)
            if begun:
                yield MonthEnd(month.text, day, _counted(lights))

    def streaks(self) -> Iterator[Streak]:
        """Projects that are red now, those longest in a row first."""
        workspace = self.now.workspace
        months: dict[str, int] = {id_: 1 for id_, light in self.now.lights.items() if light == "red"}
        going, month = set(months), Period.of("month", self.now.as_of)
        for number in range(2, _LONGEST_STREAK + 1):
            month = month.previous()
            if not going:
                break
            then = self.on(month.last)
            going = {id_ for id_ in going if then.get(id_) == "red"}
            months.update(dict.fromkeys(going, number))
        for id_, count in sorted(months.items(), key=lambda pair: -pair[1]):
            project = workspace.projects_by_id[id_]
            yield Streak(id_, project.name, count, owner_text(workspace, project.owner, project.unit))


def _overwritten(workspace: Workspace, day: date, today: date) -> Iterator[str]:
    """Tasks under way on a day that were reported on, or finished, since: their progress of then is gone."""
    if day >= today:
        return
    for project in counts.counted(workspace.projects, day):
        for task in project.tasks:
            begun = task.started is not None and task.started <= day
            done = task.done is not None and task.done <= day
            later = any(when is not None and day < when <= today for when in (task.updated, task.done))
            if begun and not done and later:
                yield f"{project.id}/{task.id}"


def _restated(workspace: Workspace, tasks: Mapping[str, Task]) -> Workspace:
    """The ledgers with what was reported of these tasks then, and everything else as it is."""
    projects = list(workspace.projects)
    for at, project in enumerate(projects):
        if workspace.projects_by_id[project.id] is project and any(
            f"{project.id}/{t.id}" in tasks for t in project.tasks
        ):
            told = tuple(_with_report(task, tasks.get(f"{project.id}/{task.id}")) for task in project.tasks)
            projects[at] = project.model_copy(update={"tasks": told})
    return replace(workspace, projects=tuple(projects))


def _with_report(task: Task, then: Task | None) -> Task:
    """A task with the progress that was reported of it then; its dates stand in it still."""
    return task if then is None else task.model_copy(update={name: getattr(then, name) for name in _REPORTED})


def _counted(lights: Mapping[str, Then]) -> dict[str, int]:
    found = dict.fromkeys((*LIGHTS, "none", "unknown"), 0)
    for light in lights.values():
        found[light or "none"] += 1
    return found
