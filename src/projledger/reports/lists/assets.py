"""`list assets`: idle land and factories: how long, matched to which project, put to use again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from projledger.analysis.reasons import months_between
from projledger.analysis.selection import named as wanted_name
from projledger.calendar import day_text
from projledger.document import Block, Cell, Column, Document, Items, Table, Text
from projledger.frozen import frozen
from projledger.i18n import N_, _, ngettext, pgettext
from projledger.models.place import Asset
from projledger.quantities import days_text
from projledger.reports import Query
from projledger.reports.lists import refuse_all_but
from projledger.reports.lists.factors import quantity_text
from projledger.reports.parts import cells
from projledger.reports.parts.words import as_of_text, clauses, named

State = Literal["idle", "matched", "revitalised"]
_STATES: Final[tuple[tuple[State, str], ...]] = (
    ("idle", N_("Idle, without a project")),
    ("matched", N_("Matched to a project")),
    ("revitalised", N_("In use again")),
)
_COUNTED: Final[dict[State, str]] = {
    "idle": N_("{n} without a project"),
    "matched": N_("{n} matched to a project"),
    "revitalised": N_("{n} in use again"),
}


@frozen
class Row:
    """One asset. `idle_days` counts from `since` to its new use, or to the day of the report.

    `project` is the one matched to it; one that was cleared (`match_cleared`) matches no more.
    """

    ref: str
    kind: str
    name: str
    park: str | None
    park_name: str
    area: Decimal | None
    measure: str | None
    since: date | None
    idle_days: int | None
    state: State
    project: str | None
    project_name: str
    match_cleared: bool
    revitalised: date | None


@frozen
class Total:
    """The assets of one kind in one measure and state; `area` is None where none states it."""

    kind: str
    measure: str | None
    state: State
    count: int
    area: Decimal | None


@frozen
class Result:
    """The assets asked for: idle ones first, the longest idle before the others."""

    what: Literal["assets"]
    place: str
    as_of: date
    rows: tuple[Row, ...]
    totals: tuple[Total, ...]


def compute(query: Query) -> Result:
    """The assets that were idle by the day of the report."""
    refuse_all_but(query, ("park", "chain"))
    workspace, as_of, wanted = query.workspace, query.as_of, query.filter
    rows = []
    for asset in workspace.assets.assets:
        project = workspace.projects_by_id.get(asset.project) if asset.project is not None else None
        chain = project.chain if project is not None else None
        if (
            (asset.since is None or asset.since <= as_of)
            and wanted_name(wanted.park, asset.park, workspace.unit_name(asset.park))
            and wanted_name(wanted.chain, chain, workspace.chain_name(chain))
        ):
            rows.append(_row(query, asset))
    states = [state for state, _word in _STATES]
    rows.sort(key=lambda row: (states.index(row.state), row.since or date.max))
    return Result("assets", workspace.settings.name, as_of, tuple(rows), tuple(_totals(rows)))


def _row(query: Query, asset: Asset) -> Row:
    workspace, as_of = query.workspace, query.as_of
    project = workspace.projects_by_id.get(asset.project) if asset.project is not None else None
    cleared = project is not None and project.status_on(as_of) == "cleared"
    revitalised = asset.revitalised if asset.revitalised is not None and asset.revitalised <= as_of else None
    state: State = "matched" if asset.project is not None and not cleared else "idle"
    return Row(
        ref=asset.id,
        kind=asset.kind,
        name=asset.name,
        park=asset.park,
        park_name=workspace.unit_name(asset.park),
        area=asset.area,
        measure=asset.measure,
        since=asset.since,
        idle_days=((revitalised or as_of) - asset.since).days if asset.since is not None else None,
        state="revitalised" if revitalised is not None else state,
        project=asset.project,
        project_name=project.name if project is not None else asset.project or "",
        match_cleared=cleared,
        revitalised=revitalised,
    )


def _totals(rows: Sequence[Row]) -> Iterator[Total]:
    kinds = sorted({(row.kind, row.measure or "") for row in rows}, key=lambda pair: (pair[0] != "land", pair[1]))
    for kind, measure in kinds:
        for state, _word in _STATES:
            listed = [row for row in rows if (row.kind, row.measure or "", row.state) == (kind, measure, state)]
            if listed:
                areas = [row.area for row in listed if row.area is not None]
                yield Total(kind, measure or None, state, len(listed), sum(areas, Decimal(0)) if areas else None)


def document(result: Result) -> Document:
    """What people read: how much is idle, matched and in use again, then every asset."""
    blocks: list[Block] = []
    if result.totals:
        blocks.append(Items(tuple(_kind_text(result, kind) for kind in dict.fromkeys(t.kind for t in result.totals))))
    blocks.append(_table(result))
    return Document(
        title=_("{place}: idle land and factories").format(place=result.place),
        blocks=tuple(blocks),
        asides=(as_of_text(result.as_of),),
    )


def _kind_text(result: Result, kind: str) -> str:
    said = []
    for total in result.totals:
        if total.kind == kind:
            text = _(_COUNTED[total.state]).format(n=total.count)
            if total.area is not None:
                text = _("{text} ({area})").format(text=text, area=quantity_text(total.area, total.measure))
            said.append(text)
    return _("{who}: {what}").format(who=_kind(kind), what=clauses(said))


def _kind(kind: str) -> str:
    return pgettext("an asset", "land") if kind == "land" else pgettext("an asset", "factory")


def _table(result: Result) -> Table:
    rows: list[tuple[Cell | Text, ...]] = []
    for state, title in _STATES:
        listed = [row for row in result.rows if row.state == state]
        if listed:
            rows.append((_("{title} ({n})").format(title=_(title), n=len(listed)),))
            rows += [_cells(row, result.as_of) for row in listed]
    return Table(
        columns=(
            Column(_("Asset"), wrap=True),
            Column(_("Kind")),
            Column(_("Park"), wrap=True),
            Column(_("Size"), "right"),
            Column(_("Idle since")),
            Column(_("Idle for"), "right"),
            Column(_("Project"), wrap=True),
            Column(_("In use again")),
        ),
        rows=tuple(rows),
        empty=_("No idle land or factory is recorded: write them into assets.yaml"),
        main=True,
    )


def _cells(row: Row, today: date) -> tuple[Cell | Text, ...]:
    project: Text = "—"
    if row.project is not None:
        cleared = _("{name} (cleared)").format(name=row.project_name)
        project = cleared if row.match_cleared else named(row.project_name, row.project)
    return (
        Cell(named(row.name, row.ref), row.name),
        Cell(_kind(row.kind), row.kind),
        Cell(row.park_name or "—"),
        Cell(quantity_text(row.area, row.measure), row.area) if row.area is not None else cells.NONE,
        cells.day(row.since, today),
        Cell(idle_text(row.since, row.revitalised or today), row.idle_days)
        if row.since is not None and row.idle_days is not None
        else cells.NONE,
        Cell(project, row.project_name or None),
        Cell(day_text(row.revitalised, today), row.revitalised) if row.revitalised is not None else cells.NONE,
    )


def idle_text(since: date, until: date) -> str:
    """A long time in full years and months of the calendar, a short one in days."""
    years, months = divmod(int(months_between(since, until)), 12)
    if years:
        said = ngettext("{n} year", "{n} years", years).format(n=years)
        if months:
            rest = ngettext("{n} month", "{n} months", months).format(n=months)
            said = _("{years} {months}").format(years=said, months=rest)
        return said
    return days_text((until - since).days)
