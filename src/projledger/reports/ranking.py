"""`ranking`: horse racing 赛马: scores and ranks, what moved them, the red list, and the place among its peers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal

from projledger.analysis.figures import ALL
from projledger.analysis.score import PeerPlace, Place, Scorer, Term, groups, moved, peers, ranked
from projledger.calendar import Period, day_text, period_text
from projledger.document import Bar, Bars, Block, Cell, Column, Document, Items, Paragraph, Run, Section, Table, Text
from projledger.frozen import frozen
from projledger.i18n import N_, _, joined, listing, ngettext, pgettext
from projledger.models.workspace import Workspace
from projledger.quantities import number_text, percent_text, points_text
from projledger.reports import Query
from projledger.reports.parts import cells
from projledger.reports.parts.periods import asked_period
from projledger.reports.parts.words import amount_text, as_of_text, commas

_TERM_WORDS: Final[dict[str, str]] = {
    "starts": N_("starts"),
    "completion": N_("completion"),
    "close_out": N_("close-out"),
    "reporting": N_("reporting"),
    "adjustments": N_("adjustments"),
}
_MOST_MOVES: Final = 3

# --- the result -------------------------------------------------------------------------------------------------------


@frozen
class TermRow:
    """A term: `ratio` is actual ÷ pace target, `points` what it gives to the score. `actual` None: not reported."""

    weight: Decimal
    actual: Fraction | None
    target: Fraction | None
    ratio: Fraction
    points: Fraction
    cutoff: date | None
    period: str | None


@frozen
class AdjustmentRow:
    """Points given or taken by hand."""

    period: str
    points: Decimal
    reason: str


@frozen
class Move:
    """By how many points a term (or `adjustments`) moved the score since the previous period."""

    term: str
    points: Fraction


@frozen
class Row:
    """A scope in its group.

    `rank` is None for one that is not ranked: under half of the weight is active (`active_weight` of `weight`), or
    nothing is. `change` counts the places won since the previous period, negative for those lost. `by_uncapped`: the
    score without the cap decided between equals. `self_score` is what the unit gave itself for the period.
    """

    scope: str
    name: str
    rank: int | None
    score: Fraction | None
    terms: dict[str, TermRow]
    change: int | None
    uncapped: Fraction | None
    by_uncapped: bool
    previous_rank: int | None
    previous_score: Fraction | None
    moves: tuple[Move, ...]
    dropped: tuple[str, ...]
    active_weight: Decimal
    weight: Decimal
    adjustments: tuple[AdjustmentRow, ...]
    on_list: Literal["red", "bottom"] | None
    self_score: Decimal | None


@frozen
class Group:
    """Scopes that run against each other, best first; those not ranked come last."""

    name: str
    title: str
    rows: tuple[Row, ...]


@frozen
class PeerRow:
    """A place outside, or ours (`us`), by its rate of completion; ranked where the rate is known."""

    indicator: str
    period: str
    name: str
    rate: Fraction | None
    rank: int | None
    us: bool
    done: Decimal | None
    value: Decimal | None
    cutoff: date | None


@frozen
class Result:
    """The ranking on `day`, with the figures reported by `known`, compared with `previous_day`.

    `names` and `measures` describe the indicators mentioned.
    """

    place: str
    as_of: date
    period: str
    day: date
    known: date
    previous_day: date
    cap: Decimal
    weights: dict[str, Decimal]
    groups: tuple[Group, ...]
    peers: tuple[PeerRow, ...]
    names: dict[str, str]
    measures: dict[str, str]


def compute(query: Query) -> Result:
    """Score and rank every group on the last day of the period (never after the day of the report)."""
    workspace = query.workspace
    asked = _period(query.options.get("period"), query.as_of)
    period = asked or Period.of("month", query.as_of)
    day = min(period.last, query.as_of)
    previous_day = period.first - timedelta(days=1)
    now = Scorer(workspace, day, query.as_of, asked)
    before = Scorer(workspace, previous_day, query.as_of, asked.previous() if asked else None)
    every = groups(workspace)
    wanted = query.several("group", every) or tuple(every)
    indicators = workspace.targets.indicators
    mentioned = [*workspace.settings.score.weights, *(peer.indicator for peer in workspace.targets.peers)]
    return Result(
        place=workspace.settings.name,
        as_of=query.as_of,
        period=period.text,
        day=day,
        known=now.known,
        previous_day=previous_day,
        cap=workspace.settings.score.cap,
        weights={name: weight for name, weight in workspace.settings.score.weights.items() if weight > 0},
        groups=tuple(_group(workspace, name, every[name], now, before, period) for name in wanted),
        peers=tuple(_peer(found) for found in peers(workspace, now.standings, day)),
        names={name: indicators[name].name for name in mentioned if name in indicators},
        measures={name: indicators[name].measure or workspace.settings.money_unit for name in indicators},
    )


def _period(text: str | None, as_of: date) -> Period | None:
    if text is None:
        return None
    return asked_period(text, as_of)


def _group(
    workspace: Workspace, name: str, scopes: Sequence[str], now: Scorer, before: Scorer, period: Period
) -> Group:
    titles = {"units": _("Units"), "chains": _("Chains")}
    own = workspace.settings.score.groups
    places = ranked(now.score(scope) for scope in scopes)
    earlier = {place.score.scope: place for place in ranked(before.score(scope) for scope in scopes)}
    lists = _lists(places)
    rows = tuple(
        _row(workspace, place, earlier[place.score.scope], lists.get(place.score.scope), period) for place in places
    )
    return Group(name, name if own else titles[name], rows)


def _lists(places: Sequence[Place]) -> Mapping[str, Literal["red", "bottom"]]:
    """The red list and the bottom: a third of those ranked each, one to three, and nobody on both."""
    ranks = [place for place in places if place.rank is not None]
    many = min(3, max(1, len(ranks) // 3))
    if len(ranks) < 2 or ranks[0].score.points == ranks[-1].score.points:
        return {}
    best, worst = ranks[many - 1].rank or 0, ranks[-many].rank or 0
    found: dict[str, Literal["red", "bottom"]] = {}
    for place in ranks:
        rank = place.rank or 0
        if rank <= best < worst:
            found[place.score.scope] = "red"
        elif rank >= worst > best:
            found[place.score.scope] = "bottom"
    return found


def _row(
    workspace: Workspace, place: Place, earlier: Place, on_list: Literal["red", "bottom"] | None, period: Period
) -> Row:
    score = place.score
    return Row(
        scope=score.scope,
        name=scope_name(workspace, score.scope),
        rank=place.rank,
        score=score.points,
        terms={term.name: _term(term) for term in score.terms},
        change=earlier.rank - place.rank if place.rank is not None and earlier.rank is not None else None,
        uncapped=score.uncapped,
        by_uncapped=place.by_uncapped,
        previous_rank=earlier.rank,
        previous_score=earlier.score.points,
        moves=tuple(Move(*move) for move in moved(score, earlier.score)) if place.rank and earlier.rank else (),
        dropped=score.dropped,
        active_weight=score.active,
        weight=score.weight,
        adjustments=tuple(AdjustmentRow(a.period.text, a.points, a.reason) for a in score.adjustments),
        on_list=on_list,
        self_score=next(
            (s.score for s in workspace.targets.self_scores if (s.unit, s.period) == (score.scope, period)), None
        ),
    )


def _term(term: Term) -> TermRow:
    period = term.period.text if term.period is not None else None
    return TermRow(term.weight, term.actual, term.target, term.ratio, term.points, term.cutoff, period)


def _peer(found: PeerPlace) -> PeerRow:
    return PeerRow(
        found.indicator,
        found.period.text,
        found.name,
        found.rate,
        found.rank,
        found.us,
        found.done,
        found.value,
        found.cutoff,
    )


def scope_name(workspace: Workspace, scope: str) -> str:
    """The printed name of a unit, a chain or the whole place."""
    if scope == ALL:
        return workspace.settings.name
    return workspace.chain_name(scope) if scope in workspace.chains_by_id else workspace.unit_name(scope)


# --- the page ---------------------------------------------------------------------------------------------------------


def document(result: Result) -> Document:
    """What people read: each group as bars, all terms in one table, what moved the ranks, the lists, the peers."""
    blocks: list[Block] = [
        Bars(tuple(_bar(row, row.score) for row in group.rows if row.rank and row.score is not None), group.title)
        for group in result.groups
        if any(row.rank for row in group.rows)
    ]
    blocks.append(_table(result))
    lists = tuple(_lists_text(result))
    if lists:
        blocks.append(Section(_("Red list and bottom"), (Items(lists),)))
    every = [row for group in result.groups for row in group.rows]
    moves = tuple(_move_text(result, row) for row in every if row.moves or row.change)
    if moves:
        title = _("What moved the scores since {day}").format(day=day_text(result.previous_day, result.as_of))
        blocks.append(Section(title, (Items(moves),)))
    given = tuple(_adjusted(result))
    if given:
        blocks.append(Section(_("Points given and taken by hand"), (Items(given),)))
    loose = tuple(_unranked_text(row) for row in every if row.rank is None)
    if loose:
        blocks.append(Section(_("Not ranked"), (Items(loose),)))
    if result.peers:
        blocks.append(Section(_("Among the peers"), tuple(_peers(result))))
    asides = [
        as_of_text(result.as_of),
        _("Counted from January to {day}").format(day=day_text(result.day, result.as_of)),
    ]
    if result.known != result.day:
        asides.append(_("figures as reported by {day}").format(day=day_text(result.known, result.as_of)))
    return Document(
        title=_("{place}: horse racing").format(place=result.place),
        blocks=tuple(blocks),
        asides=tuple(asides),
        landscape=True,
    )


def score_text(score: Fraction) -> str:
    """A score with two decimals."""
    return points_text(score, 2, signed=False)


def score_cell(row: Row) -> Cell:
    """A score; in brackets where it is too little to be ranked by."""
    if row.score is None:
        return cells.NONE
    text = score_text(row.score)
    return Cell(text if row.rank is not None else _("({text})").format(text=text), row.score)


def term_word(result: Result, name: str) -> str:
    """A term in the reader's words."""
    return _(_TERM_WORDS[name]) if name in _TERM_WORDS else result.names.get(name, name)


def _bar(row: Row, score: Fraction) -> Bar:
    text = commas([score_text(score), _("rank {n}").format(n=row.rank)])
    return Bar(row.name, max(Fraction(0), score / 100), text)


def _table(result: Result) -> Table:
    terms = list(result.weights)
    self_scored = any(row.self_score is not None for group in result.groups for row in group.rows)
    rows: list[tuple[Cell | Text, ...]] = []
    for group in result.groups:
        rows.append((group.title,))
        rows += [_cells(result, row, terms, self_scored) for row in group.rows]
    columns = [
        Column(pgettext("in a league", "Rank"), "right"),
        Column(_("Unit"), wrap=True),
        Column(_("Score"), "right"),
        Column(pgettext("of rank", "Change")),
        *(Column(term_word(result, name), "right") for name in terms),
        Column(pgettext("points", "Adjusted"), "right"),
    ]
    if self_scored:
        columns.append(Column(_("Self-score"), "right"))
    return Table(
        columns=tuple(columns),
        rows=tuple(rows),
        note=_note(result) if rows else "",
        empty=_("Nobody to rank: no project names a unit, and the settings name no group"),
        main=True,
    )


def _weighted(result: Result, name: str) -> str:
    return _("{term} {weight}").format(term=term_word(result, name), weight=number_text(result.weights[name]))


def _note(result: Result) -> str:
    notes = [
        _("Score: 100 × Σ weight × ratio ÷ Σ weight, over the terms a unit has, and the points given by hand."),
        _("Weights: {weights}.").format(weights=listing([_weighted(result, name) for name in result.weights])),
        _("Shown for each term: what was reached ÷ what the pace or plan asks for by now."),
    ]
    cap = percent_text(Fraction(result.cap), 0)
    notes.append(
        _("A ratio counts up to {cap}; — drops out; a figure that is due and missing counts 0.").format(cap=cap)
    )
    if any(row.by_uncapped for group in result.groups for row in group.rows):
        notes.append(_("* Equal scores: ranked by the score without that limit."))
    return joined(*notes)


def _cells(result: Result, row: Row, terms: Sequence[str], self_scored: bool) -> tuple[Cell | Text, ...]:
    rank = cells.NONE
    if row.rank is not None:
        rank = Cell(f"{row.rank}*" if row.by_uncapped else str(row.rank), row.rank)
    found: list[Cell | Text] = [
        rank,
        Cell(row.name),
        score_cell(row),
        Cell(_change_text(row), row.change),
    ]
    for name in terms:
        term = row.terms.get(name)
        if term is None:
            found.append(cells.NONE)
        elif term.actual is None:
            found.append(Cell((Run(pgettext("a figure", "missing"), "grey"),), term.ratio))
        else:
            found.append(cells.percent(term.ratio))
    adjusted = sum((adjustment.points for adjustment in row.adjustments), Decimal(0))
    found.append(Cell(points_text(Fraction(adjusted)), adjusted) if row.adjustments else cells.NONE)
    if self_scored:
        found.append(cells.number(row.self_score))
    return tuple(found)


def _change_text(row: Row) -> str:
    if row.change is None:
        return "—"
    if row.change == 0:
        return pgettext("of rank", "same")
    return (_("up {n}") if row.change > 0 else _("down {n}")).format(n=abs(row.change))


def _lists_text(result: Result) -> Iterator[Text]:
    for group in result.groups:
        for kind, title, tone in (
            ("red", _("Red list, {group}: {names}"), "strong"),
            ("bottom", _("Bottom, {group}: {names}"), "plain"),
        ):
            rows = [row for row in group.rows if row.on_list == kind]
            names = [
                _("{name} {score}").format(name=r.name, score=score_text(r.score)) for r in rows if r.score is not None
            ]
            if names:
                text = title.format(group=group.title, names=listing(names))
                yield (Run(text, "strong"),) if tone == "strong" else text


def _move_text(result: Result, row: Row) -> str:
    said = []
    if row.change:
        text = ngettext("up {n} place", "up {n} places", row.change)
        if row.change < 0:
            text = ngettext("down {n} place", "down {n} places", -row.change)
        said.append(text.format(n=abs(row.change)))
    elif row.change == 0:
        said.append(_("rank {n} as before").format(n=row.rank))
    said += [
        _("{term} {points}").format(term=term_word(result, move.term), points=points_text(move.points, 2))
        for move in row.moves[:_MOST_MOVES]
    ]
    if not row.moves:
        said.append(_("its own score is as before"))
    return _("{who}: {what}").format(who=row.name, what=commas(said))


def _adjusted(result: Result) -> Iterator[str]:
    for group in result.groups:
        for row in group.rows:
            for adjustment in row.adjustments:
                yield _("{name} {points} ({period}): {reason}").format(
                    name=row.name,
                    points=points_text(Fraction(adjustment.points)),
                    period=period_text(Period.parse(adjustment.period)),
                    reason=adjustment.reason,
                )


def _unranked_text(row: Row) -> str:
    if not row.active_weight:
        return _("{name}: no target, no plan, no problem and no figure to score").format(name=row.name)
    return _("{name}: only {active} of the weight of {weight} is active, less than half").format(
        name=row.name, active=number_text(row.active_weight), weight=number_text(row.weight)
    )


def _peers(result: Result) -> Iterator[Block]:
    for indicator, period in dict.fromkeys((row.indicator, row.period) for row in result.peers):
        rows = [row for row in result.peers if (row.indicator, row.period) == (indicator, period)]
        name = result.names.get(indicator, indicator)
        title = _("{name}, {period}").format(name=name, period=period_text(Period.parse(period)))
        us = next((row for row in rows if row.us), None)
        if us is not None and us.rank is not None and us.rate is not None:
            known = sum(row.rank is not None for row in rows)
            text = _("{title}: {place} is number {rank} of {n} with {rate}")
            if known == 1:
                text = _("{title}: {place} reached {rate}; no peer's figure is known by then")
            elif sum(row.rank == us.rank for row in rows) > 1:
                text = _("{title}: {place} is number {rank} of {n} with {rate}, which it shares")
            sentence = text.format(title=title, place=us.name, rank=us.rank, n=known, rate=percent_text(us.rate))
        elif us is not None:
            sentence = _("{title}: the figure of {place} is not reported").format(title=title, place=us.name)
        else:
            sentence = _("{title}: {place} has no such target").format(title=title, place=result.place)
        yield Paragraph(_("{sentence}.").format(sentence=sentence))
        yield _peer_table(result, rows)


def _peer_table(result: Result, rows: Sequence[PeerRow]) -> Table:
    def amount(row: PeerRow, value: Decimal | None) -> Cell:
        if value is None:
            return cells.NONE
        return Cell(amount_text(value, result.measures.get(row.indicator, "")), value)

    return Table(
        columns=(
            Column(pgettext("in a league", "Rank"), "right"),
            Column(_("Place")),
            Column(_("Reached"), "right"),
            Column(_("Target"), "right"),
            Column(_("Rate"), "right"),
            Column(pgettext("figures", "Up to")),
        ),
        rows=tuple(
            (
                cells.number(row.rank),
                Cell((Run(row.name, "strong"),) if row.us else row.name, row.name),
                amount(row, row.done),
                amount(row, row.value),
                cells.percent(row.rate),
                cells.day(row.cutoff, result.as_of),
            )
            for row in rows
        ),
    )
