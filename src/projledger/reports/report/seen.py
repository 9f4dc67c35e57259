"""A day as it can still be told from the ledgers, its lights, and what of them is another than on a day before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from projledger.analysis import counts
from projledger.analysis.assessment import Assessment
from projledger.calendar import Period
from projledger.i18n import _, listing
from projledger.models.types import LIGHTS, Light
from projledger.reports.lagging import rows_of
from projledger.reports.report.result import Change, Streak
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
        unknown = self._with_successors(gone)
        # That a deadline had passed stands in the ledger; what else was late depends on the progress of that day.
        self._doubtful = {lag.ref for lag in assessment.lags if lag.ref in unknown and not lag.days_late}
        self._touched = {ref.partition("/")[0] for ref in unknown}
        self.lags = tuple(lag for lag in assessment.lags if lag.ref not in self._doubtful)

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
        schedule = self.assessment.schedule
        after: dict[str, list[str]] = {}
        for ref in schedule.plans:
            for before in schedule.waits_for(ref):
                after.setdefault(before, []).append(ref)
        found: set[str] = set()
        waiting = list(refs)
        while waiting:
            ref = waiting.pop()
            if ref not in found:
                found.add(ref)
                waiting += after.get(ref, ())
        return frozenset(found)

    def earlier(self, day: date) -> Seen:
        """The same ledgers on an earlier day."""
        return Seen(self.assessment.earlier(day), self.today)

    def light(self, project: str) -> Light | None:
        """The light of a project; grey where only what cannot be known any more would decide it."""
        light = self.assessment.light(project)
        if light is None or project not in self._touched:
            return light
        known = [lag for lag in self.assessment.lags_of(project) if lag.ref not in self._doubtful]
        return light if light in ("red", "grey") and any(lag.light == light for lag in known) else "grey"


def lights_of(seen: Seen) -> dict[str, int]:
    """How many projects stand in each light; `none`: paused."""
    lights = dict.fromkeys((*LIGHTS, "none"), 0)
    for project in counts.counted(seen.workspace.projects, seen.as_of):
        lights[seen.light(project.id) or "none"] += 1
    return lights


def changes_between(now: Seen, before: Seen) -> Iterator[Change]:
    """The projects whose light is another than before."""
    for project in counts.counted(now.workspace.projects, now.as_of):
        then, light = before.light(project.id), now.light(project.id)
        if then != light:
            mine = (lag for lag in now.lags if lag.project == project.id and lag.light == light)
            worst = next(mine, None)
            why = ""
            if worst is not None and light in ("red", "yellow"):
                row = rows_of(now.assessment, [worst])[0]
                why = _("{name}, {reasons}").format(
                    name=row.name, reasons=listing([str(reason["text"]) for reason in row.reasons[:2]])
                )
            yield Change(project.id, project.name, then, light, why)


def streaks_of(now: Seen) -> Iterator[Streak]:
    """Projects that are red now, those longest in a row first."""
    workspace = now.workspace
    months: dict[str, int] = {p.id: 1 for p in workspace.projects if now.light(p.id) == "red"}
    going, month = set(months), Period.of("month", now.as_of)
    for number in range(2, _LONGEST_STREAK + 1):
        month = month.previous()
        if not going:
            break
        then = now.earlier(month.last)
        going = {id_ for id_ in going if then.light(id_) == "red"}
        months.update(dict.fromkeys(going, number))
    for id_, count in sorted(months.items(), key=lambda pair: -pair[1]):
        project = workspace.projects_by_id[id_]
        yield Streak(id_, project.name, count, owner_text(workspace, project.owner, project.unit))
