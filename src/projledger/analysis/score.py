"""Horse racing 赛马: the score of units and chains, their ranks, what moved them, and the place among its peers.

    score = 100 · Σ w · min(cap, actual ÷ pace target) ÷ Σ w  +  adjustments

over the terms that a scope has. Everything is counted from January to the day that is judged:

- an *indicator*: its target's completion ÷ pace (where less is better, as far below 1 as it is over what the pace
  allows). A target of the period asked for goes before the longest one that contains the day. No target, or no figure
  due yet: the term drops out. A figure that is due and missing: 0.
- *starts*: projects started ÷ projects planned to have started by the day (planned in an earlier year and not started
  by then included). *completion*: the same for completion and production together. Nothing planned: drops out.
- *close_out*: of the problems raised this year, those that are closed.
- *reporting*: of the figures due this year from the scope and its projects, those that were reported in time.

A time gone by is judged with the figures of that time as they were reported by the day they were due: the score of
May has May's figures, though they came in June.

Cleared projects are out of these counts, paused ones owe no start and no completion; signed targets keep both in, as
everywhere. Adjustments count when their period lies in the year and has begun. A scope with under half of the weight
active is not ranked. Equal scores go by the score without the cap; what is equal then shares its rank: 1, 2, 2, 4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal

from projledger.analysis import counts, pace
from projledger.analysis.figures import ALL, Duty, Figures, ScopeKind
from projledger.analysis.pace import Standing
from projledger.calendar import Period
from projledger.frozen import frozen
from projledger.models.project import Project
from projledger.models.settings import Adjustment
from projledger.models.types import StageName
from projledger.models.workspace import Workspace

COUNTED: Final = ("starts", "completion", "close_out", "reporting")
"""The terms that are counted from the ledgers; every other one is an indicator."""

_ZERO: Final = Fraction(0)


@frozen
class Term:
    """One active term of a score.

    Attributes:
        name: an indicator, or one of `COUNTED`.
        weight: its weight.
        actual, target: what was reached, and what should have been by then; of an indicator in its measure, else
            counts. `actual` is None where the figure is missing.
        ratio: actual ÷ target, never below zero.
        counted: the ratio up to the cap.
        points: what it gives to the score: 100 · w · counted ÷ Σ w.
        cutoff: the day of the figure.
        period: the period of the target.
    """

    name: str
    weight: Decimal
    actual: Fraction | None
    target: Fraction | None
    ratio: Fraction
    counted: Fraction
    points: Fraction
    cutoff: date | None = None
    period: Period | None = None


@frozen
class Score:
    """The score of a scope on a day; None where it has no term. `weight` is the sum of all weights in the settings."""

    scope: str
    kind: ScopeKind
    terms: tuple[Term, ...]
    dropped: tuple[str, ...]
    weight: Decimal
    adjustments: tuple[Adjustment, ...]

    @property
    def active(self) -> Decimal:
        """The weight of its own terms."""
        return sum((term.weight for term in self.terms), Decimal(0))

    @property
    def adjusted(self) -> Fraction:
        """Points given and taken by hand."""
        return sum((Fraction(adjustment.points) for adjustment in self.adjustments), _ZERO)

    @property
    def points(self) -> Fraction | None:
        """The score."""
        if not self.active:
            return None
        return sum((term.points for term in self.terms), _ZERO) + self.adjusted

    @property
    def uncapped(self) -> Fraction | None:
        """The score without the cap, which decides between equals."""
        active = self.active
        if not active:
            return None
        return 100 * sum((Fraction(t.weight) * t.ratio for t in self.terms), _ZERO) / Fraction(active) + self.adjusted

    @property
    def eligible(self) -> bool:
        """Whether at least half of the weight is active."""
        return self.active > 0 and 2 * self.active >= self.weight


class Scorer:
    """Scores of one day, as known on `as_of`; `period` is the one asked for, the day lies in it or at its end.

    `known` is the day by which figures had to be reported to count.
    """

    def __init__(self, workspace: Workspace, day: date, as_of: date, period: Period | None = None) -> None:
        self.workspace = workspace
        self.day = day
        self.period = period
        self.year = Period.of("year", day)
        month = Period.of("month", day)
        due = month.next().first.replace(day=workspace.settings.reporting.due_day)
        self.known = min(as_of, due) if day == month.last else day
        self.figures = Figures(workspace, self.known, day)
        self.standings = pace.standings(workspace, self.known, self.figures)
        self._by_scope: dict[str, list[Standing]] = {}
        for standing in self.standings:
            self._by_scope.setdefault(standing.scope, []).append(standing)

    def score(self, scope: str) -> Score:
        """The score of a unit, a chain or the whole place."""
        settings = self.workspace.settings.score
        weights = {name: weight for name, weight in settings.weights.items() if weight > 0}
        projects = self.projects(scope)
        found = {name: raw for name in weights if (raw := self._raw(scope, name, projects)) is not None}
        active = Fraction(sum((weights[name] for name in found), Decimal(0)))
        cap = Fraction(settings.cap)
        terms = []
        for name, raw in found.items():
            counted = min(cap, raw.ratio)
            points = 100 * Fraction(weights[name]) * counted / active
            terms.append(
                Term(name, weights[name], raw.actual, raw.target, raw.ratio, counted, points, raw.cutoff, raw.period)
            )
        return Score(
            scope=scope,
            kind=self.figures.kind_of(scope),
            terms=tuple(terms),
            dropped=tuple(name for name in weights if name not in found),
            weight=sum(weights.values(), Decimal(0)),
            adjustments=tuple(
                adjustment
                for adjustment in settings.adjust
                if adjustment.scope == scope
                and adjustment.period.first <= self.day
                and self.year.first <= adjustment.period.first
            ),
        )

    def projects(self, scope: str) -> tuple[Project, ...]:
        """The projects of a scope that are not cleared."""
        kind = self.figures.kind_of(scope)
        belongs: dict[ScopeKind, Callable[[Project], bool]] = {
            "all": lambda project: True,
            "unit": lambda project: project.unit == scope,
            "chain": lambda project: project.chain == scope,
            "project": lambda project: project.id == scope,
        }
        return counts.counted(filter(belongs[kind], self.workspace.projects), self.day)

    def duties(self, scope: str, projects: Iterable[Project]) -> tuple[Duty, ...]:
        """The figures of this year that were due from a scope and its projects, each once."""
        found: dict[tuple[str, str, Period], Duty] = {}
        for name in (scope, *(project.id for project in projects)):
            for standing in self._by_scope.get(name, ()):
                if standing.period.first <= self.day and standing.period.last >= self.year.first:
                    listed = self.figures.duties(name, standing.indicator, standing.period, signed=standing.signed)
                    for duty in listed:
                        found.setdefault((duty.scope, duty.indicator, duty.month), duty)
        return tuple(found.values())

    # --- terms ---

    def _raw(self, scope: str, name: str, projects: Sequence[Project]) -> _Raw | None:
        if name == "starts":
            return self._stages(projects, ("started",))
        if name == "completion":
            return self._stages(projects, ("completed", "producing"))
        if name == "close_out":
            raised = [s for s in counts.problems(projects, self.day) if s.problem.raised >= self.year.first]
            return _share(sum(state.state == "closed" for state in raised), len(raised))
        if name == "reporting":
            duties = self.duties(scope, projects)
            return _share(sum(duty.on_time for duty in duties), len(duties))
        return self._indicator(scope, name)

    def _indicator(self, scope: str, indicator: str) -> _Raw | None:
        standing = self._standing(scope, indicator)
        if standing is None:
            return None
        if standing.missing:
            return _Raw(None, None, _ZERO, None, standing.period)
        attained = standing.attainment
        if attained is None or standing.done is None or standing.pace is None:
            return None
        target = Fraction(standing.value) * standing.pace
        return _Raw(Fraction(standing.done), target, max(_ZERO, attained), standing.cutoff, standing.period)

    def _standing(self, scope: str, indicator: str) -> Standing | None:
        """The target of the period asked for, else the longest that contains the day; a signed one first."""
        listed = [s for s in self._by_scope.get(scope, ()) if s.indicator == indicator]
        listed = [s for s in listed if s.period == self.period or s.period.contains(self.day)]
        if not listed:
            return None

        def worth(standing: Standing) -> tuple[bool, int, bool]:
            days = (standing.period.last - standing.period.first).days
            return standing.period == self.period, days, standing.signed

        return max(listed, key=worth)

    def _stages(self, projects: Sequence[Project], names: Sequence[StageName]) -> _Raw | None:
        reached = planned = 0
        for project in projects:
            for name, stage in project.stages.named():
                if name not in names:
                    continue
                actual = stage.actual if stage.actual is not None and stage.actual <= self.day else None
                if actual is not None and actual < self.year.first:
                    continue
                reached += actual is not None
                plan = stage.plan_on(self.day)
                waits = plan is not None and plan <= self.day
                planned += waits and (actual is not None or not project.paused_on(self.day))
        return _share(reached, planned)


@frozen
class _Raw:
    """A term before its weight."""

    actual: Fraction | None
    target: Fraction | None
    ratio: Fraction
    cutoff: date | None = None
    period: Period | None = None


def _share(actual: int, target: int) -> _Raw | None:
    return _Raw(Fraction(actual), Fraction(target), Fraction(actual, target)) if target else None


# --- ranks ------------------------------------------------------------------------------------------------------------


@frozen
class Place:
    """A scope in its group. `by_uncapped`: the score without the cap put it before or behind one with its score."""

    score: Score
    rank: int | None
    by_uncapped: bool


def ranked(scores: Iterable[Score]) -> tuple[Place, ...]:
    """The ranks of a group, best first; those that are not ranked come last, by score."""
    listed = sorted(scores, key=lambda s: (s.eligible, s.points or _ZERO, s.uncapped or _ZERO), reverse=True)
    keys = [(score.points, score.uncapped) for score in listed if score.eligible]
    points = [key[0] for key in keys]
    places = []
    for score in listed:
        key = (score.points, score.uncapped)
        if not score.eligible:
            places.append(Place(score, None, False))
            continue
        by_uncapped = points.count(score.points) > keys.count(key)
        places.append(Place(score, 1 + keys.index(key), by_uncapped))
    return tuple(places)


def groups(workspace: Workspace) -> Mapping[str, tuple[str, ...]]:
    """The groups that run against each other; without any in the settings, all units and all chains."""
    own = workspace.settings.score.groups
    if own:
        return own
    units = dict.fromkeys(project.unit for project in workspace.projects)
    units |= dict.fromkeys(certificate.unit for certificate in workspace.targets.certificates)
    order = [unit.id for unit in workspace.people.units if unit.id in units]
    found = {
        "units": (*order, *(unit for unit in units if unit not in workspace.units_by_id)),
        "chains": tuple(chain.id for chain in workspace.chains),
    }
    return {name: scopes for name, scopes in found.items() if scopes}


def moved(now: Score, before: Score) -> tuple[tuple[str, Fraction], ...]:
    """By how many points each term moved a score, the largest move first; adjustments under `adjustments`."""
    names = dict.fromkeys(term.name for score in (now, before) for term in score.terms)
    points = [{term.name: term.points for term in score.terms} for score in (now, before)]
    found = [(name, points[0].get(name, _ZERO) - points[1].get(name, _ZERO)) for name in names]
    found.append(("adjustments", now.adjusted - before.adjusted))
    return tuple(sorted(((name, delta) for name, delta in found if delta), key=lambda pair: -abs(pair[1])))


# --- peers ------------------------------------------------------------------------------------------------------------


@frozen
class PeerPlace:
    """A place among its peers for one target. `rate` is done ÷ target; None where it is not known on the day."""

    indicator: str
    period: Period
    name: str
    rate: Fraction | None
    rank: int | None
    us: bool
    done: Decimal | None
    value: Decimal | None
    cutoff: date | None


def peers(workspace: Workspace, standings: Sequence[Standing], day: date) -> Iterator[PeerPlace]:
    """The place and its peers for each target that is compared, best first; what is not known comes last."""
    compared = dict.fromkeys((peer.indicator, peer.period) for peer in workspace.targets.peers)
    for indicator, period in compared:
        places = []
        own = pace.standing_of(standings, ALL, indicator, period)
        if own is not None:
            places.append(
                PeerPlace(
                    indicator, period, workspace.settings.name, own.rate, None, True, own.done, own.value, own.cutoff
                )
            )
        for peer in workspace.targets.peers:
            if (peer.indicator, peer.period) == (indicator, period):
                known = peer.cutoff is None or peer.cutoff <= day
                done = peer.done if known else None
                rate = Fraction(done) / Fraction(peer.value) if done is not None and peer.value else None
                places.append(PeerPlace(indicator, period, peer.name, rate, None, False, done, peer.value, peer.cutoff))
        described = workspace.targets.indicators.get(indicator)
        more: Literal[1, -1] = -1 if described is not None and described.better == "less" else 1
        places.sort(key=lambda place: (place.rate is None, -more * (place.rate or _ZERO)))
        rates = [place.rate for place in places if place.rate is not None]
        for place in places:
            rank = 1 + rates.index(place.rate) if place.rate is not None else None
            yield PeerPlace(
                indicator, period, place.name, place.rate, rank, place.us, place.done, place.value, place.cutoff
            )
