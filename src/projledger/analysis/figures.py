"""Figures as they were reported: what is known on a day, what it sums up to, and who owes one.

Everything follows from (workspace, as_of), in exact decimals:

- A figure counts once it was reported: `reported` (else its cutoff, else its month's last day) is not after `as_of`.
  Of several reports of one month the one reported last wins. A certificate counts from the day it was signed.
- A scope's own figures win: where it has any in the year, they alone count, also where they stop. Else the figures of
  its projects are summed: of those that reported this year or have a target of the indicator, a package or its
  modules, never both (a package's own figures win over its modules'). The sum stands at the last month that all of
  them reach; one that owes a figure leaves the whole sum unknown. Figures of units are never summed for the place:
  nothing says that they cover it.
- A project owes no figure for the months before that of its planned start, nor for months at whose end it was paused,
  suspended or cleared. A target of the place, a unit or a chain owes its months all the same: while none of its
  projects has or owes a figure, it owes its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Literal, NamedTuple

from projledger.calendar import Period
from projledger.diagnostics import Place
from projledger.frozen import frozen
from projledger.models.place import Report, Target
from projledger.models.project import Project
from projledger.models.workspace import TARGETS_FILE, Workspace

ScopeKind = Literal["all", "unit", "chain", "project"]
ALL = "all"
"""The scope that is the whole place."""

_ZERO = Decimal(0)


# --- months as numbers ------------------------------------------------------------------------------------------------


def month_index(day: date) -> int:
    """The month of `day`, counted from year 0: neighbours differ by one."""
    return day.year * 12 + day.month - 1


def _month(index: int) -> Period:
    return Period.of("month", date(index // 12, index % 12 + 1, 1))


def _january(index: int) -> int:
    return index - index % 12


# --- figures ----------------------------------------------------------------------------------------------------------


@frozen
class Known:
    """A report that is known, with its place."""

    report: Report
    place: Place

    @property
    def cutoff(self) -> date:
        """The date up to which it counts."""
        return self.report.cutoff or self.report.month.last

    @property
    def reported(self) -> date:
        """The day it became known."""
        return self.report.reported or self.cutoff

    @property
    def is_figure(self) -> bool:
        """Whether it says how much; some reports only describe."""
        return self.report.ytd is not None or self.report.amount is not None


class Part(NamedTuple):
    """A figure that a sum was made of: a report, and which of its two fields."""

    known: Known
    field: Literal["ytd", "amount"]


class _Sum(NamedTuple):
    """An amount with what it was made of: the figures added, and those taken away."""

    value: Decimal
    added: tuple[Part, ...] = ()
    base: tuple[Part, ...] = ()


@frozen
class _Series:
    """The own reports of one scope for one indicator by month, the one reported last first.

    `figures` are those that say how much. `merged` tells for a month of the year (1 to 12) with which others its
    figure comes together. A project owes nothing for months before `start`.
    """

    reports: Mapping[int, Sequence[Known]]
    figures: Mapping[int, Sequence[Known]]
    merged: Mapping[int, frozenset[int]]
    project: Project | None = None
    start: int | None = None

    def quiet(self, month: int) -> bool:
        """Whether nothing was to be reported for `month`; unreported, such a month counts as nothing."""
        if self.start is not None and month < self.start:
            return True
        last = _month(month).last
        return self.project is not None and (self.project.paused_on(last) or self.project.status_on(last) == "cleared")

    def together(self, month: int) -> frozenset[int]:
        """The months whose figure comes together with that of `month`, itself included where there are any."""
        january = _january(month)
        return frozenset(january + other - 1 for other in self.merged.get(month - january + 1, ()))

    def since_january(self, month: int, within: frozenset[int] = frozenset()) -> _Sum | None:
        """The cumulative figure at the end of `month`; None where it cannot be known.

        `within` are months that a later month's amount already contains.
        """
        if month not in self.figures:
            return self._before(month, within) if month in within or self.quiet(month) else None
        for known in self.figures[month]:
            if known.report.ytd is not None:
                return _Sum(known.report.ytd, (Part(known, "ytd"),))
            before = self._before(month, self.together(month))
            if before is not None and known.report.amount is not None:
                return _Sum(before.value + known.report.amount, (*before.added, Part(known, "amount")))
        return None

    def _before(self, month: int, within: frozenset[int]) -> _Sum | None:
        return _Sum(_ZERO) if month == _january(month) else self.since_january(month - 1, within)

    def between(self, first: int, last: int) -> _Sum | None:
        """The figure of the months `first` to `last` of one year; None where it cannot be known.

        The difference of the cumulative figures, else the sum of the months' own amounts.
        """
        through, before = self.since_january(last), self._before(first, frozenset())
        if through is not None and before is not None:
            # The months' own amounts from January on stand on both sides.
            added = tuple(part for part in through.added if part not in before.added)
            base = tuple(part for part in before.added if part not in through.added)
            return _Sum(through.value - before.value, added, base)
        return self._amounts(first, last)

    def _amounts(self, first: int, last: int) -> _Sum | None:
        total, added = _ZERO, []
        within: frozenset[int] = frozenset()
        for month in range(last, first - 1, -1):
            known = next((k for k in self.figures.get(month, ()) if k.report.amount is not None), None)
            if known is not None and known.report.amount is not None:
                total += known.report.amount
                added.append(Part(known, "amount"))
                within |= self.together(month)
            elif month in self.figures or not (month in within or self.quiet(month)):
                return None
        if any(m < first and m not in self.figures and not self.quiet(m) for m in within):
            return None  # the first amount also holds a month before the period
        return _Sum(total, tuple(reversed(added)))

    def covered(self, month: int, last: int) -> bool:
        """Whether there is a figure of `month`, of one it comes together with, or a later cumulative one."""
        if month in self.figures or any(m > month and m in self.figures for m in self.together(month)):
            return True
        return any(k.report.ytd is not None for m in range(month + 1, last + 1) for k in self.figures.get(m, ()))

    def prior(self, first: int, last: int) -> Decimal | None:
        """The figure of the same months of the year before, from `prior_ytd` or that year's own reports."""
        through = self._prior_since_january(last)
        before = _ZERO if first == _january(first) else self._prior_since_january(first - 1)
        if through is not None and before is not None:
            return through - before
        earlier = self.between(first - 12, last - 12) if self._same_span(last) else None
        return earlier.value if earlier is not None else None

    def _prior_since_january(self, month: int) -> Decimal | None:
        for known in self.reports.get(month, ()):
            if known.report.prior_ytd is not None:
                return known.report.prior_ytd
        earlier = self.since_january(month - 12) if self._same_span(month) else None
        return earlier.value if earlier is not None else None

    def _same_span(self, month: int) -> bool:
        """Whether last year's figure of `month` ends on the same day of it (both at its end, mostly)."""
        now, then = self.figures.get(month, ()), self.figures.get(month - 12, ())
        if not now or not then:
            return True
        ends = [known.report.month.last - known.cutoff for known in (now[0], then[0])]
        same_day = (now[0].cutoff.month, now[0].cutoff.day) == (then[0].cutoff.month, then[0].cutoff.day)
        return same_day or ends[0] == ends[1] == timedelta(0)


@frozen
class Reached:
    """What a scope reached in a period, as known on a day.

    `done` is None where nothing is known yet, or where figures are `missing`: months that are due and absent.
    `owing` names the projects that owe them when the figure is a sum (`from_projects`). `month` is the last month that
    `done` holds, `last_reports` the reports of that month (the one reported last first) where it is no sum.
    """

    done: Decimal | None
    month: Period | None
    cutoff: date | None
    reported: date | None
    prior: Decimal | None
    missing: tuple[Period, ...]
    owing: tuple[str, ...]
    from_projects: bool
    added: tuple[Part, ...]
    base: tuple[Part, ...]
    last_reports: tuple[Known, ...]


class Duty(NamedTuple):
    """A figure owed by a day: `scope` is who owes it, `reported` when a figure first covered the month."""

    scope: str
    indicator: str
    month: Period
    due: date
    reported: date | None

    @property
    def on_time(self) -> bool:
        """Whether it was reported by the day it was due."""
        return self.reported is not None and self.reported <= self.due


class Figures:
    """Every figure that is known on a day. Build it once and ask it often.

    With `until`, only figures that count up to that day or an earlier one: what is known by now of a time gone by.
    """

    def __init__(self, workspace: Workspace, as_of: date, until: date | None = None) -> None:
        self.workspace = workspace
        self.as_of = as_of
        self._due_day = workspace.settings.reporting.due_day
        self._due_days: dict[int, date] = {}
        self._merged = {
            month: frozenset(group) for group in workspace.settings.reporting.merge for month in group if len(group) > 1
        }
        reports: dict[tuple[str, str], dict[int, list[Known]]] = {}
        for scope, known in self._known():
            if until is not None and known.cutoff > until:
                continue
            of_scope = reports.setdefault((scope, known.report.indicator), {})
            of_scope.setdefault(month_index(known.report.month.first), []).append(known)
        for months in reports.values():
            for listed in months.values():
                listed.reverse()  # of two reported on one day the later in the file wins
                listed.sort(key=lambda known: known.reported, reverse=True)
        self._reports = reports
        self._figures = {
            key: {month: found for month, listed in months.items() if (found := [k for k in listed if k.is_figure])}
            for key, months in reports.items()
        }
        self._years = {(*key, month // 12) for key, months in self._figures.items() for month in months}

    def _known(self) -> Iterator[tuple[str, Known]]:
        for index, report in enumerate(self.workspace.targets.reports):
            known = Known(report, Place(TARGETS_FILE, ("reports", index)))
            if known.reported <= self.as_of:
                yield report.scope or ALL, known
        for project, file in self.projects:
            for index, report in enumerate(project.reports):
                known = Known(report, Place(file, ("reports", index)))
                if known.reported <= self.as_of:
                    yield project.id, known  # whatever scope it names: a project speaks for itself alone

    @cached_property
    def projects(self) -> tuple[tuple[Project, str], ...]:
        """Every project with its file; of an id that stands twice, the first."""
        pairs = zip(self.workspace.projects, self.workspace.files, strict=True)
        return tuple((p, f) for p, f in pairs if self.workspace.projects_by_id[p.id] is p)

    # --- what can be asked ---

    def kind_of(self, scope: str) -> ScopeKind:
        """What kind of scope a name is; one that nothing knows is a unit."""
        if scope == ALL:
            return "all"
        if scope in self.workspace.projects_by_id:
            return "project"
        return "chain" if scope in self.workspace.chains_by_id else "unit"

    def amount(
        self, scope: str, indicator: str, first: Period, last: Period, *, signed: bool = False
    ) -> Decimal | None:
        """The whole figure of the months `first` to `last` of one year; None where a part of it is not known.

        From January on it is the cumulative figure of `last`.
        """
        start, end = month_index(first.first), month_index(last.first)
        members, _from_projects = self._members(scope, indicator, start, end, signed)
        sums = [series.between(start, end) for series in members]
        if not any(end in series.figures for series in members):
            return None
        return sum((s.value for s in sums if s is not None), _ZERO) if None not in sums else None

    def reached(self, scope: str, indicator: str, period: Period, *, signed: bool = False) -> Reached:
        """What `scope` reached in `period` (a month or longer), up to the last month that is known."""
        first, last = month_index(period.first), month_index(period.last)
        members, from_projects = self._members(scope, indicator, first, last, signed)
        missing: set[int] = set()
        owing: list[str] = []
        for series in members:
            absent = self._missing(series, first, last)
            missing.update(absent)
            if absent and from_projects and series.project is not None:
                owing.append(series.project.id)
        found = None if missing else self._last_known(members, first, last)
        if found is None:
            absent_months = tuple(_month(month) for month in sorted(missing))
            return Reached(None, None, None, None, None, absent_months, tuple(owing), from_projects, (), (), ())
        month, sums = found
        ends = [series.figures[month][0] for series in members if month in series.figures]
        return Reached(
            done=sum((s.value for s in sums), _ZERO),
            month=_month(month),
            # Of a sum, where the last of its parts ends: one that ends some days earlier must not save it a month.
            cutoff=max(known.cutoff for known in ends),
            reported=max(part.known.reported for s in sums for part in (*s.added, *s.base)),
            prior=self._prior(scope, indicator, members, from_projects, first, month, signed),
            missing=(),
            owing=(),
            from_projects=from_projects,
            added=tuple(part for s in sums for part in s.added),
            base=tuple(part for s in sums for part in s.base),
            last_reports=() if from_projects else tuple(members[0].reports[month]),
        )

    def reached_by_parts(
        self, scope: str, indicator: str, period: Period, *, signed: bool = False
    ) -> tuple[Reached, ...]:
        """What each project reached of those that a scope's figure is summed of; none where it is the scope's own."""
        first, last = month_index(period.first), month_index(period.last)
        members, from_projects = self._members(scope, indicator, first, last, signed)
        projects = [series.project for series in members if series.project is not None]
        return tuple(self.reached(p.id, indicator, period, signed=signed) for p in projects) if from_projects else ()

    def summed(
        self, scope: str, indicator: str, first: Period, last: Period, *, signed: bool = False
    ) -> Decimal | None:
        """The sum of the projects' figures of those months beside a scope's own; None where it is not known."""
        start, end = month_index(first.first), month_index(last.first)
        members = self._parts(scope, indicator, start, end, signed)
        sums = [series.between(start, end) for series in members]
        if not any(end in series.figures for series in members) or None in sums:
            return None
        return sum((s.value for s in sums if s is not None), _ZERO)

    def duties(self, scope: str, indicator: str, period: Period, *, signed: bool = False) -> Iterator[Duty]:
        """Every figure of `period` that was due by now from `scope`, or from the projects that its figure is summed of.

        Of months whose figures come together, one is owed.
        """
        first, last = month_index(period.first), month_index(period.last)
        members, _from_projects = self._members(scope, indicator, first, last, signed)
        for series in members:
            for month in range(first, last + 1):
                together = series.together(month)
                if self._due(month) > self.as_of or series.quiet(month) or month < max(together, default=month):
                    continue
                reports = [known.reported for known in series.figures.get(month, ())]
                reports += (
                    known.reported
                    for later in range(month + 1, last + 1)
                    for known in series.figures.get(later, ())
                    if known.report.ytd is not None
                )
                owes = series.project.id if series.project is not None else scope
                yield Duty(owes, indicator, _month(month), self._due(month), min(reports, default=None))

    # --- how it is found ---

    def _series(self, scope: str, indicator: str, project: Project | None = None, last: int | None = None) -> _Series:
        """The own series of a scope. A project's start after the month `last` moves nothing."""
        start = project.stages.started.plan if project is not None and project.stages.started else None
        begins = month_index(start) if start is not None else None
        if begins is not None and last is not None and begins > last:
            begins = None
        key = (scope, indicator)
        return _Series(self._reports.get(key, {}), self._figures.get(key, {}), self._merged, project, begins)

    def _members(self, scope: str, indicator: str, first: int, last: int, signed: bool) -> tuple[list[_Series], bool]:
        """The series that make up a scope's figure: its own, else its projects' (then True)."""
        own = self._series(scope, indicator, self.workspace.projects_by_id.get(scope), last)
        if (scope, indicator, first // 12) in self._years:
            return [own], False
        parts = self._parts(scope, indicator, first, last, signed)
        if not parts or (self._owed(own, first, last) and not any(self._speaks(p, first, last) for p in parts)):
            return [own], False
        return parts, True

    def _owed(self, series: _Series, first: int, last: int) -> bool:
        """Whether a figure of those months was due by now."""
        return any(self._due(month) <= self.as_of and not series.quiet(month) for month in range(first, last + 1))

    def _speaks(self, series: _Series, first: int, last: int) -> bool:
        """Whether a part of a sum has a figure of those months, or owes one."""
        return self._owed(series, first, last) or any(month in series.figures for month in range(first, last + 1))

    def _parts(self, scope: str, indicator: str, first: int, last: int, signed: bool) -> list[_Series]:
        """The series of the projects of a scope, no money in two of them."""
        projects = self._projects_of(scope, signed)
        reporting = {p.id for p in projects if (p.id, indicator, first // 12) in self._years}
        expected = reporting | {p.id for p in projects if _has_target(p, indicator, first, last)}
        with_modules = {above for project_id in expected for above in self._above(project_id)}
        return [
            self._series(project.id, indicator, project)
            for project in projects
            if project.id in expected
            and not reporting.intersection(self._above(project.id))
            and (project.id in reporting or project.id not in with_modules)
        ]

    def _projects_of(self, scope: str, signed: bool) -> list[Project]:
        listed = self._belonging.get((self.kind_of(scope), scope), [])
        return [p for p in listed if signed or p.status_on(self.as_of) != "cleared"]

    @cached_property
    def _belonging(self) -> dict[tuple[ScopeKind, str], list[Project]]:
        """The projects of every scope; those of a package are its modules, and theirs."""
        found: dict[tuple[ScopeKind, str], list[Project]] = {}
        for project, _file in self.projects:
            scopes: list[tuple[ScopeKind, str | None]] = [
                ("all", ALL),
                ("unit", project.unit),
                ("chain", project.chain),
            ]
            scopes += [("project", package) for package in self._above(project.id)]
            for kind, scope in scopes:
                if scope is not None:
                    found.setdefault((kind, scope), []).append(project)
        return found

    def _above(self, project_id: str) -> tuple[str, ...]:
        """The packages that a project is a module of, the nearest first."""
        found: list[str] = []
        project = self.workspace.projects_by_id.get(project_id)
        while project is not None and project.parent is not None and project.parent not in (*found, project_id):
            found.append(project.parent)
            project = self.workspace.projects_by_id.get(project.parent)
        return tuple(found)

    def due(self, month: Period) -> date:
        """The day from which the figure of a month is missing."""
        return self._due(month_index(month.first))

    def _due(self, month: int) -> date:
        """The day from which the figure of `month` is missing."""
        due = self._due_days.get(month)
        if due is None:
            january = _january(month)
            last = max(self._merged.get(month - january + 1, {month - january + 1}))
            due = self._due_days[month] = _month(january + last).first.replace(day=self._due_day)
        return due

    def _missing(self, series: _Series, first: int, last: int) -> list[int]:
        """The months whose figure is due and absent; then the month before the period, if its figure is wanting."""
        absent = [
            month
            for month in range(first, last + 1)
            if self._due(month) <= self.as_of and not series.covered(month, last) and not series.quiet(month)
        ]
        inside = [month for month in range(first, last + 1) if month in series.figures]
        if not absent and inside and all(series.between(first, month) is None for month in inside):
            absent = [first - 1] if self._due(first - 1) <= self.as_of else []
        return absent

    def _last_known(self, members: list[_Series], first: int, last: int) -> tuple[int, list[_Sum]] | None:
        """The last month that every member's figure reaches, with their figures."""
        for month in range(last, first - 1, -1):
            if not any(month in series.figures for series in members):
                continue
            sums: list[_Sum] = []
            for series in members:
                found = series.between(first, month)
                if found is None:
                    break
                sums.append(found)
            if len(sums) == len(members):
                return month, sums
        return None

    def _prior(
        self,
        scope: str,
        indicator: str,
        members: list[_Series],
        from_projects: bool,
        first: int,
        month: int,
        signed: bool,
    ) -> Decimal | None:
        """The figure of the same months last year.

        A sum also holds the projects that reported last year and not this year; one member without a figure for last
        year leaves it unknown.
        """
        listed = list(members)
        if from_projects:
            counted = {series.project.id for series in members if series.project is not None}
            counted |= {above for project_id in counted for above in self._above(project_id)}
            listed += [
                series
                for series in self._parts(scope, indicator, first - 12, month - 12, signed)
                if series.project is not None
                and series.project.id not in counted
                and not counted.intersection(self._above(series.project.id))
                and (series.project.id, indicator, first // 12 - 1) in self._years
            ]
        priors = [series.prior(first, month) for series in listed]
        return sum((p for p in priors if p is not None), _ZERO) if None not in priors else None


def _has_target(project: Project, indicator: str, first: int, last: int) -> bool:
    """Whether a project has a target of its own for months between `first` and `last`."""
    return any(
        target.indicator == indicator
        and month_index(begins_of(target, project)) <= last
        and month_index(target.period.last) >= first
        for target in project.targets
    )


def begins_of(target: Target, project: Project | None) -> date:
    """The first day of a target's period; for a project to be started inside of it, the first of that month.

    The start is the planned one as first written: an extension of it does not lessen what the target asks for by then.
    """
    start = project.stages.started.plan if project is not None and project.stages.started else None
    return start.replace(day=1) if start is not None and target.period.contains(start) else target.period.first
