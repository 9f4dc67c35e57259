"""A day as it can still be told from the ledgers, its lights, and what of them is another than on a day before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import Final

from projledger.analysis import counts
from projledger.analysis.assessment import Assessment, assess
from projledger.calendar import Period
from projledger.i18n import _, listing
from projledger.models.types import LIGHTS
from projledger.reports.lagging import rows_of
from projledger.reports.report.result import Change, MonthEnd, Streak, Then
from projledger.reports.words import owner_text

_LONGEST_STREAK: Final = 6
"""Month ends looked back at for a row of red months."""


class Seen:
    """A day as it can still be told from the ledgers: today, or a day gone by."""

    def __init__(self, assessment: Assessment, today: date) -> None:
        self.assessment = assessment
        self.as_of = assessment.as_of
        self.workspace = assessment.workspace
        self.today = today
        gone = self.overwritten = tuple(self._overwritten())
        self.untold = unknown = self._with_successors(gone)
        # That a deadline had passed stands in the ledger; what else was late depends on the progress of that day.
        self.doubtful = {lag.ref for lag in assessment.lags if lag.ref in unknown and not lag.days_late}
        self._touched = {ref.partition("/")[0] for ref in unknown}
        self.lags = tuple(lag for lag in assessment.lags if lag.ref not in self.doubtful)

    def _overwritten(self) -> Iterator[str]:
        """Tasks under way on that day that were reported on, or finished, since: their progress of then is gone."""
        if self.as_of >= self.today:
            return
        for project in counts.counted(self.workspace.projects, self.as_of):
            for task in project.tasks:
                begun = task.started is not None and task.started <= self.as_of
                done = task.done is not None and task.done <= self.as_of
                later = any(day is not None and self.as_of < day <= self.today for day in (task.updated, task.done))
                if begun and not done and later:
                    yield f"{project.id}/{task.id}"

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
        return {project.id: self.light(project.id) for project in counted}

    def counts(self) -> dict[str, int]:
        """How many projects stand in each light; `none`: paused; `unknown`: it cannot be told any more."""
        return _counted(self.lights)

    def changes(self, before: Seen) -> Iterator[Change]:
        """The projects whose light is another than on an earlier day, where both are known."""
        for project in counts.counted(self.workspace.projects, self.as_of):
            then, light = before.lights.get(project.id), self.lights[project.id]
            if then == light or then == "unknown" or light == "unknown":
                continue
            worst = next((lag for lag in self.lags if lag.project == project.id and lag.light == light), None)
            why = ""
            if worst is not None and light in ("red", "yellow"):
                row = rows_of(self.assessment, [worst])[0]
                why = _("{name}, {reasons}").format(
                    name=row.name, reasons=listing([str(reason["text"]) for reason in row.reasons[:2]])
                )
            yield Change(project.id, project.name, then, light, why)


class Lookback:
    """The lights on days gone by. A day is judged once and then let go: a year of a large place need not be held."""

    def __init__(self, now: Seen, before: Seen) -> None:
        self._now = now
        self._lights = {now.as_of: now.lights, before.as_of: before.lights}

    def on(self, day: date) -> dict[str, Then]:
        """The light of every project that counted on a day."""
        if day not in self._lights:
            self._lights[day] = Seen(assess(self._now.workspace, day), self._now.today).lights
        return self._lights[day]

    def months(self) -> Iterator[MonthEnd]:
        """The lights at the month ends of the year up to the day of the report, which stands for its own month."""
        for month in Period.of("year", self._now.as_of).months():
            if month.first > self._now.as_of:
                return
            day = min(month.last, self._now.as_of)
            yield MonthEnd(month.text, day, _counted(self.on(day)))

    def streaks(self) -> Iterator[Streak]:
        """Projects that are red now, those longest in a row first."""
        workspace = self._now.workspace
        months: dict[str, int] = {id_: 1 for id_, light in self._now.lights.items() if light == "red"}
        going, month = set(months), Period.of("month", self._now.as_of)
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


def _counted(lights: Mapping[str, Then]) -> dict[str, int]:
    found = dict.fromkeys((*LIGHTS, "none", "unknown"), 0)
    for light in lights.values():
        found[light or "none"] += 1
    return found
