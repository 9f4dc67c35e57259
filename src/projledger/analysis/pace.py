"""Targets against the pace 序时进度: what was reached, what should have been reached by then, and what is missing.

Everything follows from (workspace, as_of), in exact fractions and decimals:

- The pace is taken at the figure's cutoff, never at `as_of`.
- `gap_points` is 100·(c − p) and `ratio` c ÷ p for every indicator. Where less is better, a positive gap is bad:
  whoever judges takes `behind_points` and `attainment`, which know the direction.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Literal, NamedTuple

from projledger.analysis.figures import ALL, Figures, Part, Reached, ScopeKind, begins_of, month_index
from projledger.calendar import Period
from projledger.diagnostics import Path, Place
from projledger.frozen import frozen
from projledger.models.place import Indicator, Target
from projledger.models.project import Project
from projledger.models.workspace import TARGETS_FILE, Workspace

PaceMethod = Literal["plan", "linear_month", "linear_day"]

_ONE_DAY = timedelta(days=1)
_ZERO = Decimal(0)


def pace_at(
    cutoff: date,
    period: Period,
    begins: date,
    method: Literal["linear_month", "linear_day"],
    value: Decimal = _ZERO,
    plan: Mapping[Period, Decimal] | None = None,
) -> Fraction | None:
    """The share of a target that should be reached at the end of `cutoff`.

    Args:
        cutoff: the date up to which the figure counts.
        period: the period of the target.
        begins: its first day; for a project that is to start inside of the period, the first of that month.
        method: how the pace runs without a plan.
        value: the target.
        plan: what should be reached by the ends of months, from zero at the beginning. Between month ends it runs
            evenly by days; after the last one to `value` at the end of the period. Months outside of the period
            say nothing about it.

    Returns:
        None where there is a plan, but a value that it cannot be a share of.
    """
    steps = sorted((month.last, amount) for month, amount in (plan or {}).items() if period.contains(month.last))
    if steps:
        return _planned(cutoff, steps, period, begins, value)
    if cutoff < begins:
        return Fraction(0)
    if method == "linear_day":
        days = (period.last - begins).days + 1
        return Fraction(min((cutoff - begins).days + 1, days), days)
    months = month_index(period.last) - month_index(begins) + 1
    elapsed = month_index(cutoff + _ONE_DAY) - month_index(begins)  # a month's last day completes it
    return Fraction(min(elapsed, months), months)


def _planned(
    cutoff: date, steps: list[tuple[date, Decimal]], period: Period, begins: date, value: Decimal
) -> Fraction | None:
    if value <= 0:
        return None
    if begins > steps[0][0]:
        begins = period.first  # the plan itself begins before the planned start
    points = [(begins - _ONE_DAY, _ZERO), *steps]
    if steps[-1][0] < period.last:
        points.append((period.last, value))
    if cutoff <= points[0][0]:
        return Fraction(0)
    for (earlier, low), (later, high) in itertools.pairwise(points):
        if cutoff <= later:
            part = Fraction((cutoff - earlier).days, (later - earlier).days)
            return (Fraction(low) + (Fraction(high) - Fraction(low)) * part) / Fraction(value)
    return Fraction(points[-1][1]) / Fraction(value)


# --- standings --------------------------------------------------------------------------------------------------------


@frozen
class Input:
    """Something a standing was computed from, for those who want to know why."""

    what: Literal["target", "plan", "start", "figure", "base"]
    place: Place
    value: Decimal | date | None
    cutoff: date | None = None


@frozen
class Progress:
    """What was reached of a target, against what should have been.

    `pace` is the share that should be reached at `cutoff`. `done` is None while nothing is reported and nothing due,
    and where figures are `missing`: months that are due and absent.
    """

    value: Decimal
    better: Literal["more", "less"]
    done: Decimal | None
    pace: Fraction | None
    cutoff: date | None
    missing: tuple[Period, ...]

    @property
    def unreported(self) -> bool:
        """Whether a figure is due and absent."""
        return bool(self.missing)

    @property
    def rate(self) -> Fraction | None:
        """Done ÷ value; None also for a target of zero or less."""
        return Fraction(self.done) / Fraction(self.value) if self.done is not None and self.value > 0 else None

    @property
    def remaining(self) -> Decimal | None:
        """What is still to be done; negative for what was done beyond the target."""
        return self.value - self.done if self.done is not None else None

    @property
    def gap_points(self) -> Fraction | None:
        """100·(rate − pace); None where there is no verdict, also for a pace of zero."""
        rate = self.rate if self.pace else None
        return 100 * (rate - self.pace) if rate is not None and self.pace else None

    @property
    def ratio(self) -> Fraction | None:
        """Rate ÷ pace; None where there is no verdict."""
        rate = self.rate if self.pace else None
        return rate / self.pace if rate is not None and self.pace else None

    @property
    def behind_points(self) -> Fraction | None:
        """How many points it is on the wrong side of its pace (negative: on the right one), whichever is better."""
        gap = self.gap_points
        return -gap if gap is not None and self.better == "more" else gap

    @property
    def attainment(self) -> Fraction | None:
        """The ratio where more is better; where less is, as far above 1 as the ratio is below (twice used up: 0)."""
        ratio = self.ratio
        return 2 - ratio if ratio is not None and self.better == "less" else ratio


@frozen
class Standing(Progress):
    """A target of a scope and how it stands.

    `begins` is where its pace starts. `signed` targets (of certificates) keep cleared and suspended projects in their
    sums. Where the figure is summed `from_projects`, `owing` names those that owe a figure; where it is the scope's
    own, `summed` is the projects' sum beside it and `difference` what its own is more. `image` and `since_start` come
    from the last report. `yoy` counts the same months of last year, `prior` is their figure.
    """

    ref: str
    scope: str
    scope_kind: ScopeKind
    scope_name: str
    indicator: str
    name: str
    measure: str
    period: Period
    signed: bool
    pace_by: PaceMethod
    begins: date
    reported: date | None
    source: str | None
    yoy: Fraction | None
    yoy_source: Literal["reported", "computed"] | None
    prior: Decimal | None
    owing: tuple[str, ...]
    from_projects: bool
    summed: Decimal | None
    difference: Decimal | None
    image: str | None
    since_start: Decimal | None
    provenance: tuple[Input, ...]


def standings(workspace: Workspace, as_of: date, figures: Figures | None = None) -> tuple[Standing, ...]:
    """How every target stands: those of targets.yaml, of the certificates signed by then, and of the projects."""
    known = figures or Figures(workspace, as_of)
    return tuple(_standing(known, target, scope, signed, place) for target, scope, signed, place in targets_of(known))


class StandingsByRef:
    """How targets stand, each judged when it is asked for: looking back at some of many stays cheap."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures
        self._targets: dict[str, list[tuple[Target, str, bool, Place]]] = {}
        for one in targets_of(figures):
            self._targets.setdefault(f"{one[1]}/{one[0].indicator}/{one[0].period}", []).append(one)
        self._found: dict[str, tuple[Standing, ...]] = {}

    def of(self, ref: str) -> tuple[Standing, ...]:
        """The standings with a reference, in the order of `standings`; none where there is no such target."""
        if ref not in self._found:
            self._found[ref] = tuple(_standing(self._figures, *one) for one in self._targets.get(ref, ()))
        return self._found[ref]


def standing_of(standings: Iterable[Standing], scope: str, indicator: str, period: Period) -> Standing | None:
    """The standing of one target; of several with the same reference the first."""
    wanted = (scope, indicator, period)
    return next((s for s in standings if (s.scope, s.indicator, s.period) == wanted), None)


def combine(members: Sequence[Progress]) -> Progress | None:
    """Several targets of one indicator as one: its pace is Σ value·p ÷ Σ value. None for no targets.

    A member of which nothing is due yet counts with its value, and nothing done, as soon as another one is known; one
    whose figure is missing leaves the whole unknown.
    """
    if not members:
        return None
    value = sum((m.value for m in members), _ZERO)
    missing = tuple(sorted({month for m in members for month in m.missing}))
    known = [m for m in members if m.done is not None and m.pace is not None and m.cutoff is not None]
    better = members[0].better
    if missing or not known:
        return Progress(value=value, better=better, done=None, pace=None, cutoff=None, missing=missing)
    planned = sum((Fraction(m.value) * m.pace for m in known if m.pace is not None), Fraction(0))
    return Progress(
        value=value,
        better=better,
        done=sum((m.done for m in known if m.done is not None), _ZERO),
        pace=planned / Fraction(value) if value > 0 else None,
        cutoff=max(m.cutoff for m in known if m.cutoff is not None),
        missing=(),
    )


class Told(NamedTuple):
    """What `members` of the `of` that should have reported did report of a sum, up to `cutoff` at the latest.

    `pace` is the share of the whole target that should be reached by then.
    """

    done: Decimal
    pace: Fraction | None
    cutoff: date
    members: int
    of: int


def told(figures: Figures, standing: Standing) -> Told | None:
    """What is told of a target whose sum is unknown because projects owe figures; None where nothing is."""
    if not standing.missing or not standing.from_projects:
        return None
    parts = figures.reached_by_parts(standing.scope, standing.indicator, standing.period, signed=standing.signed)
    known = [(part.done, part.cutoff) for part in parts if part.done is not None and part.cutoff is not None]
    if not known:
        return None
    cutoff = max(cutoff for _done, cutoff in known)
    ref = standing.ref
    target = next(t for t, scope, _s, _p in targets_of(figures) if f"{scope}/{t.indicator}/{t.period}" == ref)
    share = pace_at(
        cutoff, standing.period, standing.begins, figures.workspace.settings.pace, standing.value, target.plan
    )
    return Told(
        sum((done for done, _cutoff in known), _ZERO),
        share,
        cutoff,
        len(known),
        len(known) + sum(bool(part.missing) for part in parts),
    )


def told_of(members: Sequence[Progress]) -> Told | None:
    """The same of several targets as one. Its pace is not told: that of the whole needs every member's."""
    known = [(m.done, m.cutoff) for m in members if m.done is not None and m.cutoff is not None]
    if not known or not any(m.missing for m in members):
        return None
    total = sum((done for done, _cutoff in known), _ZERO)
    owing = sum(bool(m.missing) for m in members)
    return Told(total, None, max(cutoff for _done, cutoff in known), len(known), len(known) + owing)


def targets_of(figures: Figures) -> Iterator[tuple[Target, str, bool, Place]]:
    """Every target with its scope, whether it was signed, and its place."""
    written = figures.workspace.targets
    for index, target in enumerate(written.targets):
        yield target, target.scope or ALL, False, Place(TARGETS_FILE, ("targets", index))
    for index, certificate in enumerate(written.certificates):
        if certificate.signed <= figures.as_of:
            for number, target in enumerate(certificate.targets):
                path: Path = ("certificates", index, "targets", number)
                yield target, target.scope or certificate.unit, True, Place(TARGETS_FILE, path)
    for project, file in figures.projects:
        for index, target in enumerate(project.targets):
            yield target, project.id, False, Place(file, ("targets", index))


def _standing(figures: Figures, target: Target, scope: str, signed: bool, place: Place) -> Standing:
    workspace = figures.workspace
    period, method = target.period, workspace.settings.pace
    project = workspace.projects_by_id.get(scope)
    begins = begins_of(target, project)
    reached = figures.reached(scope, target.indicator, period, signed=signed)
    indicator = workspace.targets.indicators.get(target.indicator) or Indicator(name=target.indicator)
    pace = summed = None
    if reached.cutoff is not None:
        pace = pace_at(reached.cutoff, period, begins, method, target.value, target.plan)
    if reached.month is not None and not reached.from_projects:
        first = period.months()[0]
        summed = figures.summed(scope, target.indicator, first, reached.month, signed=signed)
    yoy, yoy_source = _year_on_year(reached, period)
    reports = [known.report for known in reached.last_reports]
    return Standing(
        value=target.value,
        better=indicator.better,
        done=reached.done,
        pace=pace,
        cutoff=reached.cutoff,
        missing=reached.missing,
        ref=f"{scope}/{target.indicator}/{period}",
        scope=scope,
        scope_kind=figures.kind_of(scope),
        scope_name=_scope_name(workspace, scope),
        indicator=target.indicator,
        name=indicator.name,
        measure=indicator.measure or workspace.settings.money_unit,
        period=period,
        signed=signed,
        pace_by="plan" if target.plan else method,
        begins=begins,
        reported=reached.reported,
        source=next((r.source for r in reports if r.source), None),
        yoy=yoy,
        yoy_source=yoy_source,
        prior=reached.prior,
        owing=reached.owing,
        from_projects=reached.from_projects,
        summed=summed,
        difference=reached.done - summed if reached.done is not None and summed is not None else None,
        image=next((r.image for r in reports if r.image), None),
        since_start=next((r.since_start for r in reports if r.since_start is not None), None),
        provenance=tuple(_provenance(figures, target, project, begins, reached, place)),
    )


def _year_on_year(reached: Reached, period: Period) -> tuple[Fraction | None, Literal["reported", "computed"] | None]:
    """The year-on-year rate, and where it is from. A published rate is cumulative: it says nothing of later months."""
    if period.first.month == 1:
        for known in reached.last_reports:
            if known.report.yoy_reported is not None:
                return known.report.yoy_reported, "reported"
    if reached.done is None or reached.prior is None or reached.prior <= 0:
        return None, None
    return Fraction(reached.done) / Fraction(reached.prior) - 1, "computed"


def _scope_name(workspace: Workspace, scope: str) -> str:
    if scope == ALL:
        return workspace.settings.name
    project = workspace.projects_by_id.get(scope)
    if project is not None:
        return project.name
    return workspace.chain_name(scope) if scope in workspace.chains_by_id else workspace.unit_name(scope)


def _provenance(
    figures: Figures, target: Target, project: Project | None, begins: date, reached: Reached, place: Place
) -> Iterator[Input]:
    yield Input("target", Place(place.file, (*place.path, "value")), target.value)
    if target.plan:
        yield Input("plan", Place(place.file, (*place.path, "plan")), None)
    if project is not None and begins != target.period.first and project.stages.started is not None:
        start = Place(figures.workspace.project_files[project.id], ("stages", "started", "plan"))
        yield Input("start", start, project.stages.started.plan)
    for part in reached.added:
        yield _input("figure", part)
    for part in reached.base:
        yield _input("base", part)


def _input(what: Literal["figure", "base"], part: Part) -> Input:
    place = Place(part.known.place.file, (*part.known.place.path, part.field))
    report = part.known.report
    return Input(what, place, report.ytd if part.field == "ytd" else report.amount, part.known.cutoff)
