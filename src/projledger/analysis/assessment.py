"""The state of a whole workspace on a day: the schedule, the standings, what lags, and every light.

`assess` is the one door: everything behind it is computed when it is first asked for, once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Literal

from projledger.analysis import lagging, lights, pace
from projledger.analysis import schedule as scheduling
from projledger.analysis.collecting import uncollected
from projledger.analysis.figures import Figures
from projledger.analysis.lagging import Lag
from projledger.analysis.lights import Fired, Number, Rules, Verdict
from projledger.analysis.pace import Standing
from projledger.analysis.reasons import (
    BUDGET,
    Day,
    Kind,
    Reason,
    funds_reasons,
    stage_reasons,
    statistics_reasons,
    target_is_current,
    target_reasons,
)
from projledger.analysis.schedule import Schedule
from projledger.calendar import Period
from projledger.models.place import Decision, Target
from projledger.models.project import Factor, Problem, Project, Stage, Task
from projledger.models.rules import Measure
from projledger.models.types import Light
from projledger.models.workspace import Item, Workspace


def assess(workspace: Workspace, as_of: date) -> Assessment:
    """Judge a workspace on a day."""
    return Assessment(workspace, as_of)


class Assessment:
    """A workspace judged on a day. Nothing is computed before it is asked for, and nothing twice."""

    def __init__(self, workspace: Workspace, as_of: date) -> None:
        self.workspace = workspace
        self.as_of = as_of
        self._earlier: dict[date, Assessment] = {}

    @cached_property
    def schedule(self) -> Schedule:
        """The reverse schedule of the whole workspace."""
        with uncollected():
            return scheduling.schedule(self.workspace, self.as_of)

    @cached_property
    def figures(self) -> Figures:
        """Every figure that is known."""
        return Figures(self.workspace, self.as_of)

    @cached_property
    def standings(self) -> tuple[Standing, ...]:
        """How every target stands."""
        return pace.standings(self.workspace, self.as_of, self.figures)

    @cached_property
    def rules(self) -> Rules:
        """The clauses that give the lights."""
        return Rules(self.workspace.rules)

    @cached_property
    def lags(self) -> tuple[Lag, ...]:
        """Everything that lags, worst first."""
        found = self._found.lags
        with uncollected():
            return tuple(sorted(found, key=lagging.worst_first))

    @cached_property
    def project_lights(self) -> Mapping[str, Light | None]:
        """The light of every project, in file order; None for those that are paused, suspended or cleared."""
        found = self._found.projects
        return {project.id: found[project.id] for project in self.workspace.projects}

    def light(self, ref: str) -> Light | None:
        """The light of a project, task, problem, stage, factor, target or decision, or of a unit or chain with targets.

        None for what is not judged: paused, not raised yet, a stage without a plan, a target without a verdict, or a
        reference that names nothing of the kind.
        """
        if ref in self._found.projects:
            return self._found.projects[ref]
        if ref in self._found.lights:
            return self._found.lights[ref]
        if ref in self._standings_by_ref:
            found = (self.light_of_target(standing) for standing in self._standings_by_ref[ref])
            return lights.worst(light for light in found if light is not None)
        item = self.workspace.items.get(ref)
        if item is not None:
            return "green" if self._judged(item) else None
        return self._light_of_scope(ref)

    def reasons(self, ref: str) -> tuple[Reason, ...]:
        """The reasons of an item (of a project its own); empty where it does not lag."""
        return self._found.reasons.get(ref, ())

    def lag(self, ref: str) -> Lag:
        """An item that lags, by its reference; of several owners that of the worst."""
        return self._lags_by_ref[ref]

    def blockers(self, ref: str) -> tuple[str, ...]:
        """What holds a task up, directly: open problems that name it, then overdue predecessors, the latest first."""
        return tuple(self._found.causes.get(ref, ()))

    def judged(self, project: Project) -> bool:
        """Whether a project is judged: active and not paused."""
        return self._day.live(project)

    def lags_of(self, project: str) -> tuple[Lag, ...]:
        """Everything that lags in a project, worst first."""
        return self._lags_by_project.get(project, ())

    def verdict(self, ref: str) -> Verdict:
        """The light of an item and the clauses that gave it, or, for a project, those that fired on anything in it.

        Of several clauses that fire on the same figure only the one with the worst light is named.
        """
        light = self.light(ref)
        if ref in self._found.projects:
            whole = dict.fromkeys((lag.ref, lag.kind) for lag in self.lags_of(ref))
            parts = [self._fired(*one) for one in whole]
        elif ref in self._standings_by_ref:
            parts = [self._fired(ref, "target")] if light is not None else []
        elif ref in self._found.reasons:
            parts = [self._fired(ref, self._kind(ref))]
        else:
            scoped = self._standings_by_scope.get(ref, ())
            parts = [self._fired(standing.ref, "target") for standing in scoped if self._counts(standing)]
        fired = sorted(
            (one for part in parts for one in lights.worst_each(part)), key=lambda one: lights.rank(one.light)
        )
        return Verdict(ref, light, tuple(fired))

    def target_of(self, standing: Standing) -> Target:
        """The target that a standing is of, as it is written."""
        return self._targets[standing.ref, standing.signed]

    def month_of(self, standing: Standing) -> tuple[Period, Fraction, Fraction] | None:
        """A target's last known month, its own amount and its share of the target; None where they are not known."""
        target = self.target_of(standing)
        reached = self.figures.reached(standing.scope, standing.indicator, standing.period, signed=standing.signed)
        month = reached.month
        if month is None:
            return None
        amount = self.figures.amount(standing.scope, standing.indicator, month, month, signed=standing.signed)
        share = _share(standing, target, month, self.workspace.settings.pace)
        if amount is None or share is None:
            return None
        return month, Fraction(amount), share

    # --- what was then: for streaks ---

    def earlier(self, day: date) -> Assessment:
        """The same ledgers judged on an earlier day."""
        if day not in self._earlier:
            self._earlier[day] = Assessment(self.workspace, day)
        return self._earlier[day]

    def _before(self, ref: str, kind: Kind, measure: Measure, day: date) -> Number | Literal["unknown"] | None:
        return self.earlier(day)._measure(ref, kind, measure)

    def _measure(self, ref: str, kind: Kind, measure: Measure) -> Number | Literal["unknown"] | None:
        """What a measure of an item is on this day, from dated facts alone."""
        if kind == "target":
            return self._measure_target(ref, measure)
        item = self.workspace.items[ref]
        project = item.project
        if kind != "decision" and (project is None or not self._day.live(project)):
            return None
        if _undated(item, measure, self.as_of):
            return "unknown"
        found = dict(
            pair
            for reason in self._reasons_on(item, project, kind)
            for pair in lights.measured(reason, self.rules.by_start and ref.endswith("/started"))
        )
        return found.get(measure)

    def _reasons_on(self, item: Item, project: Project | None, kind: Kind) -> tuple[Reason, ...] | list[Reason]:
        # A stage and a project's own duties need no look at the tasks: streaks over them stay cheap.
        if project is None:
            return self._unjudged.get(item.ref, ())
        gaps = self._day.gaps(project)
        if isinstance(item.record, Stage):
            name = item.ref.rpartition("/")[2]
            return stage_reasons(self._day, project, name, item.record, gaps)  # type: ignore[arg-type]
        if kind == "project":
            return [
                *statistics_reasons(self._day, project, gaps),
                *funds_reasons(self._day, project),
            ]
        return self._unjudged.get(item.ref, ())

    def _measure_target(self, ref: str, measure: Measure) -> Number | Literal["unknown"] | None:
        found: list[Number] = []
        for standing in self._standings_by_ref.get(ref, ()):
            if not self._counts(standing):
                continue
            if standing.missing and measure != "unreported":
                return "unknown"
            found += [v for m, v in lights.measured_target(standing, self._month_ratio(standing)) if m == measure]
        return found[0] if found else None

    # --- how it is found ---

    @cached_property
    def _day(self) -> Day:
        return Day(self.workspace, self.as_of)

    @cached_property
    def _found(self) -> lagging.Found:
        rules = self.rules
        return self._search(
            lambda ref, kind, project, reasons: rules.light(ref, kind, reasons, self.as_of, self._before),
            lambda standing: (self.light_of_target(standing), self._reasons_of_target(standing)),
        )

    @cached_property
    def _unjudged(self) -> Mapping[str, tuple[Reason, ...]]:
        """The reasons of every item, without a light: a streak looks back at figures, never at earlier streaks."""
        return self._search(lambda *_item: None, lambda _standing: (None, [])).reasons

    def _search(self, judge: lagging.Judge, judge_target: lagging.JudgeTarget) -> lagging.Found:
        plans, standings, rules = self.schedule.plans, self.standings, self.rules
        wanted = lagging.Wanted(
            statistics=rules.speaks_of("statistics_months"), funds=rules.speaks_of("budget_funds_short")
        )
        with uncollected():
            return lagging.find(self.workspace, self.as_of, plans, standings, judge, judge_target, wanted)

    @cached_property
    def _lags_by_ref(self) -> Mapping[str, Lag]:
        return {lag.ref: lag for lag in reversed(self.lags)}

    @cached_property
    def _lags_by_project(self) -> Mapping[str, tuple[Lag, ...]]:
        found: dict[str, list[Lag]] = {}
        for lag in self.lags:
            if lag.project is not None:
                found.setdefault(lag.project, []).append(lag)
        return {project: tuple(lags) for project, lags in found.items()}

    @cached_property
    def _standings_by_ref(self) -> Mapping[str, tuple[Standing, ...]]:
        return _grouped((standing.ref, standing) for standing in self.standings)

    @cached_property
    def _standings_by_scope(self) -> Mapping[str, tuple[Standing, ...]]:
        return _grouped((standing.scope, standing) for standing in self.standings)

    @cached_property
    def _targets(self) -> Mapping[tuple[str, bool], Target]:
        return {
            (f"{scope}/{target.indicator}/{target.period}", signed): target
            for target, scope, signed, _place in pace.targets_of(self.figures)
        }

    def _kind(self, ref: str) -> Kind:
        item = self.workspace.items[ref]
        for kind, model in _KINDS:
            if isinstance(item.record, model):
                return kind
        return "project"

    def _fired(self, ref: str, kind: Kind) -> tuple[Fired, ...]:
        if kind != "target":
            return self.rules.fired(ref, kind, self.reasons(ref), self.as_of, self._before)
        return tuple(
            fired
            for standing in self._standings_by_ref[ref]
            for fired in self.rules.fired_on_target(
                standing, self._month_ratio(standing), self._reasons_of_target(standing), self.as_of, self._before
            )
        )

    def _month_ratio(self, standing: Standing) -> Fraction | None:
        if not self.rules.speaks_of("month_ratio") or standing.missing:
            return None
        found = self.month_of(standing)
        return None if found is None else lights.of_month(standing, found[1], found[2])

    def light_of_target(self, standing: Standing) -> Light | None:
        """The light of a target; None where there is no verdict, or its project is not judged."""
        if not self._counts(standing):
            return None
        return self.rules.light_of_target(standing, self._month_ratio(standing), self.as_of, self._before)

    def _reasons_of_target(self, standing: Standing) -> list[Reason]:
        found = target_reasons(standing)
        ratio = self._month_ratio(standing)
        if ratio is not None and ratio < 1:
            found.append(
                Reason("behind_month", basis="figure", ratio=ratio, cutoff=standing.cutoff, better=standing.better)
            )
        return found

    def _counts(self, standing: Standing) -> bool:
        """Whether a target is judged: that of a project only while the project is."""
        project = self.workspace.projects_by_id.get(standing.scope) if standing.scope_kind == "project" else None
        return project is None or self._day.live(project)

    def _light_of_scope(self, scope: str) -> Light | None:
        """The worst light of a unit's or a chain's targets that still count."""
        return lights.worst(
            light
            for standing in self._standings_by_scope.get(scope, ())
            if standing.missing or target_is_current(self._day, standing)
            if (light := self.light_of_target(standing)) is not None
        )

    def _judged(self, item: Item) -> bool:
        """Whether an item without reasons is judged, and so green."""
        record = item.record
        if item.project is None or not self._day.live(item.project):
            return False
        if isinstance(record, Problem):
            return record.raised <= self.as_of
        if isinstance(record, Stage):
            reached = record.actual is not None and record.actual <= self.as_of
            return reached or record.plan_on(self.as_of) is not None
        return isinstance(record, Task | Factor)


_KINDS: tuple[tuple[Kind, type], ...] = (
    ("task", Task),
    ("problem", Problem),
    ("stage", Stage),
    ("factor", Factor),
    ("decision", Decision),
)


def _grouped(pairs: Iterator[tuple[str, Standing]]) -> dict[str, tuple[Standing, ...]]:
    found: dict[str, list[Standing]] = {}
    for key, standing in pairs:
        found.setdefault(key, []).append(standing)
    return {key: tuple(standings) for key, standings in found.items()}


def _share(
    standing: Standing, target: Target, month: Period, method: Literal["linear_month", "linear_day"]
) -> Fraction | None:
    """What a target asks of one month: the part of its value by which the pace grows in it."""
    if standing.period.kind == "month":
        return Fraction(target.value)
    ends = [
        pace.pace_at(day, standing.period, standing.begins, method, target.value, target.plan)
        for day in (month.last, month.previous().last)
    ]
    if ends[0] is None or ends[1] is None:
        return None
    return Fraction(target.value) * (ends[0] - ends[1])


def _undated(item: Item, measure: Measure, day: date) -> bool:
    """Whether what decides a measure had no date, or was overwritten after `day`: then nobody can tell any more."""
    record = item.record
    if isinstance(record, Task):
        if record.done is not None and record.done <= day:
            return False
        begun = record.started is not None and record.started <= day
        overwritten = record.updated is not None and record.updated > day
        claimed = record.progress is not None and record.updated is None
        if measure == "late_start_days":
            return not begun and (overwritten or claimed)
        return measure in ("float", "stalled_days", "unreported") and (overwritten or claimed)
    if isinstance(record, Factor):
        return measure == "unreported" or record.deadline is None or record.deadline < day
    if isinstance(record, Problem):
        return any(reopened > day for reopened in record.reopened)
    if isinstance(record, Project):
        if measure == "budget_funds_short":
            return any(
                funding.source in BUDGET
                and any(month.last <= day for month in funding.plan)
                and (funding.date is None or funding.date > day)
                for funding in record.funding
            )
        return measure in ("stalled_days", "unreported")
    return False
