"""`targets`: completion against the pace, year on year, what remains, and what is not reported."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal

from projledger.analysis.assessment import assess
from projledger.analysis.figures import ScopeKind
from projledger.analysis.pace import PaceMethod, Standing
from projledger.calendar import Period, day_text, period_text
from projledger.document import Bar, Bars, Block, Cell, Column, Document, Items, Paragraph, Run, Section, Table, Text
from projledger.errors import UsageError
from projledger.frozen import frozen
from projledger.i18n import N_, _, joined, listing, pgettext
from projledger.models.types import LIGHTS, Light
from projledger.quantities import Unreadable, number_text, percent_text, points_text
from projledger.reports import Query, require_known, separated
from projledger.reports.parts.words import (
    LIGHT_WORDS,
    amount_text,
    as_of_text,
    cutoffs_text,
    lamp,
    measure_word,
    months_text,
    not_listed,
    tone,
)

_MOST_PROJECTS: Final = 20
"""Projects for which bars are drawn; of more, the table alone is easier to read."""

_KINDS: Final[dict[ScopeKind, str]] = {
    "all": N_("The place"),
    "chain": N_("Chains"),
    "unit": N_("Units"),
    "project": N_("Projects"),
}
_PERIOD_ORDER: Final = ("year", "half", "quarter", "month")


@frozen
class TargetRow:
    """One target and how it stands. Rates are fractions, `gap_points` percentage points.

    `done` is None where nothing is reported; `missing` names the months that are due and absent, `owing` the projects
    that owe them. `remaining` is negative for what was reached beyond the target. `yoy_source` tells whether the
    year-on-year rate was `reported` as such or `computed` from `prior`. `summed` is what the projects add up to where
    the scope has a figure of its own, `difference` what its own is more.
    """

    scope: str
    indicator: str
    period: str
    value: Decimal
    done: Decimal | None
    rate: Fraction | None
    pace: Fraction | None
    gap_points: Fraction | None
    ratio: Fraction | None
    remaining: Decimal | None
    cutoff: date | None
    yoy: Fraction | None
    light: Light | None
    ref: str
    kind: ScopeKind
    scope_name: str
    name: str
    measure: str
    better: Literal["more", "less"]
    signed: bool
    pace_by: PaceMethod
    behind_points: Fraction | None
    reported: date | None
    source: str | None
    yoy_source: Literal["reported", "computed"] | None
    prior: Decimal | None
    missing: tuple[str, ...]
    owing: tuple[str, ...]
    from_projects: bool
    summed: Decimal | None
    difference: Decimal | None


@frozen
class Result:
    """The targets asked for; `cleared` names the cleared projects whose targets are left out.

    `projects` has the names of the projects that owe figures, by id.
    """

    place: str
    as_of: date
    targets: tuple[TargetRow, ...]
    cleared: tuple[str, ...]
    projects: dict[str, str]


def row(standing: Standing, light: Light | None) -> TargetRow:
    """A standing as other programs read it."""
    return TargetRow(
        scope=standing.scope,
        indicator=standing.indicator,
        period=standing.period.text,
        value=standing.value,
        done=standing.done,
        rate=standing.rate,
        pace=standing.pace,
        gap_points=standing.gap_points,
        ratio=standing.ratio,
        remaining=standing.remaining,
        cutoff=standing.cutoff,
        yoy=standing.yoy,
        light=light,
        ref=standing.ref,
        kind=standing.scope_kind,
        scope_name=standing.scope_name,
        name=standing.name,
        measure=standing.measure,
        better=standing.better,
        signed=standing.signed,
        pace_by=standing.pace_by,
        behind_points=standing.behind_points,
        reported=standing.reported,
        source=standing.source,
        yoy_source=standing.yoy_source,
        prior=standing.prior,
        missing=tuple(month.text for month in standing.missing),
        owing=standing.owing,
        from_projects=standing.from_projects,
        summed=standing.summed,
        difference=standing.difference,
    )


def compute(query: Query) -> Result:
    """The wanted targets: the place, its chains, its units, its projects; the year's, then those of its parts."""
    workspace = query.workspace
    assessment = assess(workspace, query.as_of)
    _require_known(query, assessment.standings)
    wanted = _wanted(query)
    lights = _lights(query)
    standings = [s for s in assessment.standings if wanted(s) and (not lights or assessment.light(s.ref) in lights)]
    cleared = {p.id: p.name for p in workspace.projects if p.status_on(query.as_of) == "cleared"}
    left_out = dict.fromkeys(s.scope for s in standings if s.scope in cleared)
    rows = tuple(row(s, assessment.light(s.ref)) for s in in_order(standings) if s.scope not in cleared)
    return Result(
        place=workspace.settings.name,
        as_of=query.as_of,
        targets=rows,
        cleared=tuple(f"{cleared[project_id]} {project_id}" for project_id in left_out),
        projects={id_: workspace.projects_by_id[id_].name for target in rows for id_ in target.owing},
    )


def in_order(standings: Iterable[Standing]) -> list[Standing]:
    """By kind of scope, scope and indicator as they come in the files, and period: the half-year beside its year."""
    listed = list(standings)
    scopes = {scope: number for number, scope in enumerate(dict.fromkeys(s.scope for s in listed))}
    indicators = {name: number for number, name in enumerate(dict.fromkeys(s.indicator for s in listed))}
    kinds = list(_KINDS)

    def place(standing: Standing) -> tuple[object, ...]:
        return (
            kinds.index(standing.scope_kind),
            scopes[standing.scope],
            indicators[standing.indicator],
            standing.period.first.year,
            _PERIOD_ORDER.index(standing.period.kind),
            standing.period.first,
        )

    return sorted(listed, key=place)


def _require_known(query: Query, standings: Iterable[Standing]) -> None:
    """See to it that the scopes and indicators asked for exist, with targets or without."""
    workspace = query.workspace
    scopes = {name: None for standing in standings for name in (standing.scope, standing.scope_name)}
    scopes |= {name: None for project in workspace.projects for name in (project.id, project.name)}
    scopes |= {name: None for unit in workspace.people.units for name in (unit.id, unit.name)}
    scopes |= {name: None for chain in workspace.chains for name in (chain.id, chain.name)}
    indicators = {name: None for standing in standings for name in (standing.indicator, standing.name)}
    for id_, indicator in workspace.targets.indicators.items():
        indicators |= {id_: None, indicator.name: None}
    known = {"scope": {"all": None, **scopes}, "indicator": indicators}
    for option, names in known.items():
        require_known(option, separated(query.options.get(option)), names, workspace.left_out)


def _wanted(query: Query) -> Callable[[Standing], bool]:
    """What the report's own options ask for; values by "or", options by "and"."""
    scopes, units, chains, indicators, periods = (
        separated(query.options.get(name)) for name in ("scope", "unit", "chain", "indicator", "period")
    )
    try:
        wanted_periods = {Period.parse(text) for text in periods}
    except Unreadable as error:
        raise UsageError(_("--period: {problem}").format(problem=f"{error.message}; {error.help}")) from None
    projects = query.workspace.projects_by_id

    def belongs(standing: Standing, names: tuple[str, ...], kind: ScopeKind) -> bool:
        if not names:
            return True
        project = projects.get(standing.scope)
        if project is not None:
            id_ = project.unit if kind == "unit" else project.chain
            name = query.workspace.unit_name(id_) if kind == "unit" else query.workspace.chain_name(id_)
            return id_ in names or name in names
        return standing.scope_kind == kind and (standing.scope in names or standing.scope_name in names)

    def wanted(standing: Standing) -> bool:
        return (
            (not scopes or standing.scope in scopes or standing.scope_name in scopes)
            and belongs(standing, units, "unit")
            and belongs(standing, chains, "chain")
            and (not indicators or standing.indicator in indicators or standing.name in indicators)
            and (not wanted_periods or standing.period in wanted_periods)
        )

    return wanted


def _lights(query: Query) -> tuple[str, ...]:
    """The lights asked for; none means all."""
    return query.several("light", {light: LIGHT_WORDS[light] for light in LIGHTS})


# --- in words ---------------------------------------------------------------------------------------------------------


def verdict_text(target: TargetRow) -> str:
    """How far a target is from its pace, in words; empty where it is not reported."""
    behind = target.behind_points
    if behind is None:
        return _("too early to judge") if target.pace == 0 else ""
    points = points_text(abs(behind), signed=False)
    if points == points_text(Fraction(0)):
        return _("on pace")
    if target.better == "less":
        over = _("{points} points over what the pace allows")
        within = _("{points} points below what the pace allows")
        return (over if behind > 0 else within).format(points=points)
    late, early = _("{points} points behind pace"), _("{points} points ahead of pace")
    return (late if behind > 0 else early).format(points=points)


def yoy_text(target: TargetRow) -> str:
    """The year-on-year rate with where it comes from; empty where there is none."""
    if target.yoy is None:
        return ""
    rate = percent_text(abs(target.yoy))
    if target.yoy_source == "reported":
        up, down = _("up {rate} on the year (as published)"), _("down {rate} on the year (as published)")
        return (up if target.yoy >= 0 else down).format(rate=rate)
    up = _("up {rate} on the year (against {prior} in the same months)")
    down = _("down {rate} on the year (against {prior} in the same months)")
    prior = amount_text(target.prior or Decimal(0), target.measure)
    return (up if target.yoy >= 0 else down).format(rate=rate, prior=prior)


def missing_text(target: TargetRow) -> str:
    """Which months are not reported; empty where none is due."""
    return (
        _("not reported: {months}").format(months=months_text(map(Period.parse, target.missing)))
        if target.missing
        else ""
    )


def sentence(targets: Sequence[TargetRow]) -> str:
    """The targets of one indicator of one scope in a sentence: what was reached, against which pace, year on year."""
    first = targets[0]
    clauses = [_clause(target, first) for target in targets]
    known = next((target for target in targets if target.done is not None), first)
    said = clauses[0]
    for clause in (*clauses[1:], yoy_text(known)):
        said = _("{said}; {clause}").format(said=said, clause=clause) if clause else said
    return _("{name}: {clauses}.").format(name=first.name, clauses=said)


def _clause(target: TargetRow, first: TargetRow) -> str:
    period, value = period_text(Period.parse(target.period)), amount_text(target.value, target.measure)
    if target.done is None:
        state = missing_text(target) or _("no figure is due yet")
        return _("{period}, target {value}: {state}").format(period=period, value=value, state=state)
    done = amount_text(target.done, target.measure)
    rate = percent_text(target.rate) if target.rate is not None else "—"
    verdict = verdict_text(target)
    if target is first:
        text = _("{done}, {rate} of the target of {value} ({period})")
    elif target.done != first.done:
        text = _("{done} in {period}, {rate} of the target of {value}")
    else:
        text = _("{rate} of the target of {value} ({period})")
    if target.better == "less":
        text = _("{done}, {rate} of the {value} allowed ({period})")
    clause = text.format(done=done, rate=rate, value=value, period=period)
    return _("{clause}, {verdict}").format(clause=clause, verdict=verdict) if verdict else clause


def grouped(targets: Iterable[TargetRow]) -> list[tuple[TargetRow, ...]]:
    """Targets by scope and indicator, in the order they come."""
    groups: dict[tuple[str, str], list[TargetRow]] = {}
    for target in targets:
        groups.setdefault((target.scope, target.indicator), []).append(target)
    return [tuple(group) for group in groups.values()]


# --- the page ---------------------------------------------------------------------------------------------------------


def document(result: Result) -> Document:
    """What people read: the place in sentences, bars against the pace, every target in a table, what is missing."""
    targets = result.targets
    blocks: list[Block] = [Paragraph(sentence(group)) for group in grouped(t for t in targets if t.kind == "all")]
    for kind, title in _KINDS.items():
        drawn = [target for target in targets if target.kind == kind]
        if drawn and (kind != "project" or len(drawn) <= _MOST_PROJECTS):
            explained = any(isinstance(block, Bars) for block in blocks)
            blocks.append(bars(drawn, _(title), "" if explained else _("the pace at the date of the figures")))
    blocks.append(_table(result))
    missing = tuple(_owed(target, result.projects) for target in targets if target.missing)
    if missing:
        blocks.append(Section(_("Not reported"), (Items(missing),)))
    differing = tuple(_difference(t, t.difference) for t in targets if t.difference)
    if differing:
        blocks.append(Section(_("Own figures beside the sum of the projects"), (Items(differing),)))
    return Document(
        title=_("{place}: targets against the pace").format(place=result.place),
        blocks=tuple(blocks),
        asides=_asides(result),
        footer=not_listed(result.cleared),
        landscape=True,
    )


def _asides(result: Result) -> tuple[str, ...]:
    cutoffs = {target.cutoff for target in result.targets if target.cutoff is not None}
    return (as_of_text(result.as_of), *((cutoffs_text(cutoffs, result.as_of),) if cutoffs else ()))


def _said(target: TargetRow) -> str:
    """A target by its names."""
    said = _("{name}, {period}").format(name=target.name, period=period_text(Period.parse(target.period)))
    return said if target.kind == "all" else _("{scope}: {what}").format(scope=target.scope_name, what=said)


def bars(targets: Sequence[TargetRow], title: str, mark_label: str) -> Bars:
    """Targets against their pace, drawn."""
    drawn = tuple(
        Bar(
            label=_said(target),
            value=target.rate,
            text=_bar_text(target),
            mark=target.pace,
            tone=tone(target.light),
        )
        for target in targets
    )
    return Bars(drawn, title, mark_label)


def _bar_text(target: TargetRow) -> str:
    if target.rate is None:
        return _("not reported") if target.missing else _("no figure is due yet") if target.done is None else "—"
    verdict = verdict_text(target)
    rate = percent_text(target.rate)
    return _("{clause}, {verdict}").format(clause=rate, verdict=verdict) if verdict else rate


def _table(result: Result) -> Table:
    rows: list[tuple[Cell | Text, ...]] = []
    scope = None
    for target in result.targets:
        if target.scope != scope:
            scope = target.scope
            rows.append((_heading(target),))
        rows.append(_cells(target, result.as_of))
    targets = result.targets
    notes = [_("Gap: rate less pace in percentage points; ratio: rate ÷ pace; both at the date of the figures.")]
    if any(target.remaining is not None and target.remaining < 0 for target in targets):
        notes.append(_("Remaining below zero: reached beyond the target."))
    if any(target.signed for target in targets):
        notes.append(_("* signed in a responsibility certificate: cleared and suspended projects stay in."))
    if any(target.from_projects for target in targets):
        notes.append(_("Σ summed from the projects."))
    if any(target.yoy_source == "reported" for target in targets):
        notes.append(_("† year on year as published, not computed."))
    return Table(
        columns=(
            Column(_("Light")),
            Column(_("Indicator"), wrap=True),
            Column(_("Period")),
            Column(_("Target"), "right"),
            Column(_("Reached"), "right"),
            Column(_("Rate"), "right"),
            Column(_("Pace"), "right"),
            Column(pgettext("to the pace", "Gap"), "right"),
            Column(_("Ratio"), "right"),
            Column(_("Remaining"), "right"),
            Column(_("YoY"), "right"),
            Column(pgettext("figures", "Up to")),
        ),
        rows=tuple(rows),
        note=joined(*notes) if targets else "",
        empty=_("No targets here: write them into targets.yaml, certificates or a project"),
        main=True,
    )


def _heading(target: TargetRow) -> Text:
    if target.kind == "all":
        return target.scope_name
    return (Run(target.scope_name), Run(" "), Run(target.scope, "dim"))


def _cells(target: TargetRow, as_of: date) -> tuple[Cell | Text, ...]:
    def cell(value: Decimal | Fraction | None, text: Callable[[Fraction], str]) -> Cell:
        return Cell(text(Fraction(value)), value) if value is not None else Cell("—")

    def percent(rate: Fraction) -> str:
        return percent_text(rate, 2)

    marks = ("*" if target.signed else "") + ("Σ" if target.from_projects else "")
    indicator = _("{name} ({measure})").format(name=target.name, measure=measure_word(target.measure))
    done = cell(target.done, number_text)
    if target.missing:
        done = Cell((Run(pgettext("a figure", "missing"), "grey"),))
    yoy = cell(target.yoy, lambda rate: percent_text(rate, signed=True) + ("†" * (target.yoy_source == "reported")))
    return (
        Cell((lamp(target.light),), target.light),
        Cell(f"{indicator} {marks}" if marks else indicator, indicator),
        Cell(period_text(Period.parse(target.period)), target.period),
        cell(target.value, number_text),
        done,
        cell(target.rate, percent),
        cell(target.pace, percent),
        cell(target.gap_points, lambda points: points_text(points, 2)),
        cell(target.ratio, lambda ratio: points_text(ratio, 2, signed=False)),
        cell(target.remaining, number_text),
        yoy,
        Cell(day_text(target.cutoff, as_of) if target.cutoff is not None else "—", target.cutoff),
    )


def _owed(target: TargetRow, projects: dict[str, str]) -> Text:
    state = missing_text(target)
    if target.owing:
        names = listing([f"{projects[id_]} {id_}" for id_ in target.owing])
        state = _("{state} (by {names})").format(state=state, names=names)
    return (Run(_said(target)), Run("  "), Run(state, "grey"))


def _difference(target: TargetRow, difference: Decimal) -> Text:
    own, summed = target.done or Decimal(0), target.summed or Decimal(0)
    more = _("own figure {done}, projects {summed}: {difference} more")
    less = _("own figure {done}, projects {summed}: {difference} less")
    state = (more if difference > 0 else less).format(
        done=amount_text(own, target.measure),
        summed=amount_text(summed, target.measure),
        difference=amount_text(abs(difference), target.measure),
    )
    return (Run(_said(target)), Run("  "), Run(state))
