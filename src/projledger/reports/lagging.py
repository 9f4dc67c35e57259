"""`lagging`: what lags, by how much, why and whose it is; worst first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final, Literal, NamedTuple

from projledger.analysis import selection
from projledger.analysis.assessment import Assessment, assess
from projledger.analysis.collecting import uncollected
from projledger.analysis.lagging import Lag
from projledger.analysis.reasons import CODES, Code, Kind, Reason
from projledger.calendar import day_text
from projledger.document import Block, Cell, Column, Document, Paragraph, Run, Table, Text
from projledger.errors import UsageError
from projledger.frozen import frozen
from projledger.i18n import N_, _, joined, listing, ngettext
from projledger.models.types import LIGHTS, Light
from projledger.models.workspace import Workspace
from projledger.reports import Query, separated
from projledger.reports.parts.reasons import Names, reason_text
from projledger.reports.parts.words import (
    as_of_text,
    clauses,
    code,
    cutoffs_text,
    deadline_text,
    lamp,
    lights_text,
    owner_text,
    rules_text,
    rules_title,
    slipped_text,
)

By = Literal["owner", "unit", "chain", "project"]
_NOBODY: Final[dict[By, str]] = {
    "owner": N_("no owner"),
    "unit": N_("no unit"),
    "chain": N_("no chain"),
    "project": N_("no project"),
}


class Row(NamedTuple):
    """An item that lags. `owner`, `unit`, `project` and `chain` are ids, their names stand beside them.

    `days_late` and `workdays_late` are 0 while the deadline in force has not passed, None without one. Each of
    `reasons` has its `code`, its `text` and the figures it was made of. `heard` is the day of the last fact. `slips`
    is how often the deadline in force moved, `slip_days` how far in calendar days; None where no history was asked.
    """

    ref: str
    name: str
    project: str | None
    owner: str | None
    unit: str | None
    deadline: date | None
    original_deadline: date | None
    days_late: int | None
    workdays_late: int | None
    float: int | None
    light: Light | None
    reasons: tuple[dict[str, Any], ...]
    kind: Kind
    title: str
    owner_name: str
    unit_name: str
    chain: str | None
    extensions: int
    next: str | None
    heard: date | None
    slips: int | None = None
    slip_days: int | None = None


@frozen
class Group:
    """The rows of one owner, unit, chain or project; `items` are places in the list of all."""

    by: By
    id: str | None
    name: str
    lights: dict[str, int]
    items: tuple[int, ...]


@frozen
class Result:
    """What lags, worst first. `lights` counts the items, `projects` the projects that are judged, by light.

    `projects.none` are those that are paused or suspended; cleared ones are in no count. `notes` says what must be
    known about the history before slips are believed.
    """

    place: str
    as_of: date
    rules: str
    rules_title: str
    items: tuple[Row, ...]
    groups: tuple[Group, ...]
    lights: dict[str, int]
    projects: dict[str, int]
    cutoffs: tuple[date, ...]
    notes: tuple[str, ...]


def found(result: Result) -> bool:
    """Whether anything lags, for `--exit-code`."""
    return bool(result.items)


def compute(query: Query) -> Result:
    """The items that lag and pass the filters, worst first."""
    assessment = assess(query.workspace, query.as_of)
    codes = _codes(query.options.get("reason"))
    wants = wanted(query, assessment)
    lags = [lag for lag in assessment.lags if wants(lag) and (not codes or _has(lag, codes))]
    rows, notes = _with_slips(query, rows_of(assessment, lags))
    by: By | None = query.options.get("by")
    return Result(
        place=query.workspace.settings.name,
        as_of=query.as_of,
        rules=query.workspace.settings.rules if query.workspace.pack is not None else "default",
        rules_title=rules_title(query.workspace),
        items=rows,
        groups=_groups(query.workspace, by, rows) if by is not None else (),
        lights=_count(row.light for row in rows),
        projects=_project_lights(query, assessment),
        cutoffs=tuple(sorted({r.cutoff for lag in lags for r in lag.reasons if lag.kind == "target" and r.cutoff})),
        notes=notes,
    )


def _with_slips(query: Query, rows: tuple[Row, ...]) -> tuple[tuple[Row, ...], tuple[str, ...]]:
    """The rows with what the history knows of their deadlines."""
    if query.witness is None or not rows:
        return rows, ()
    from projledger.reports.parts.slipped import slipped

    known, notes = slipped(query, [row.ref for row in rows])
    return tuple(
        row._replace(slips=known[row.ref].times, slip_days=known[row.ref].days) if row.ref in known else row
        for row in rows
    ), notes


def _codes(text: str | None) -> tuple[str, ...]:
    """The reasons asked for; `behind-pace` is `behind_pace`."""
    parts = tuple(part.replace("-", "_") for part in separated(text))
    unknown = [part for part in parts if part not in CODES]
    if unknown:
        message = _("--{option}: “{text}” is not one of: {choices}")
        raise UsageError(message.format(option="reason", text=listing(unknown), choices=listing(CODES)))
    return parts


def _has(lag: Lag, codes: Sequence[str]) -> bool:
    return any(reason.code in codes for reason in lag.reasons)


def wanted(query: Query, assessment: Assessment) -> Callable[[Lag], bool]:
    """Whether a lag passes the filters: owner, unit and light are its own, the rest its project's."""
    given, workspace = query.filter, query.workspace
    if given.empty:
        return lambda lag: True
    rest = replace(given, light=(), owner=(), unit=())
    passed: dict[str, bool] = {}
    # A target of the place, a unit or a chain has an owner, a unit, a chain and a light, and nothing else to ask for.
    of_place = replace(rest, chain=()).empty

    def own(lag: Lag) -> bool:
        return (
            selection.named(given.owner, lag.owner, workspace.person_name(lag.owner))
            and selection.named(given.unit, lag.unit, workspace.unit_name(lag.unit))
            and (not given.light or lag.light in given.light)
        )

    def of_project(project_id: str) -> bool:
        if project_id not in passed:
            project = workspace.projects_by_id[project_id]
            passed[project_id] = selection.wants_project(workspace, query.as_of, rest, project)
        return passed[project_id]

    def wants(lag: Lag) -> bool:
        if not own(lag):
            return False
        if lag.project is not None:
            return of_project(lag.project)
        return of_place and selection.named(given.chain, lag.chain, workspace.chain_name(lag.chain))

    return wants


def rows_of(assessment: Assessment, lags: Sequence[Lag]) -> tuple[Row, ...]:
    """Lags as other programs read them, with their sentences."""
    workspace, as_of = assessment.workspace, assessment.as_of
    names = Names(workspace, assessment.standings)
    owners: dict[tuple[str | None, str | None], str] = {}
    units: dict[str | None, str] = {}
    known: dict[Reason, dict[str, Any]] = {}

    def owner(lag: Lag) -> str:
        key = (lag.owner, lag.unit)
        if key not in owners:
            owners[key] = owner_text(workspace, *key)
        return owners[key]

    def said(reason: Reason) -> dict[str, Any]:
        found = known.get(reason)
        if found is None:
            figures: dict[str, Any] = {name: value for name, value in reason._asdict().items() if value is not None}
            if reason.months is not None:
                figures["months"] = tuple(month.text for month in reason.months)
            text = reason_text(reason, workspace, as_of, names)
            found = known[reason] = {"code": figures.pop("code"), "text": text, **figures}
        return found

    def row(lag: Lag) -> Row:
        name = names.item(lag.ref) if lag.kind in ("stage", "target", "factor") else lag.name
        unit = units.get(lag.unit)
        if unit is None:
            unit = units[lag.unit] = workspace.unit_name(lag.unit)
        return Row(
            lag.ref, name, lag.project, lag.owner, lag.unit, lag.deadline, lag.original, lag.days_late,
            lag.workdays_late, lag.float, lag.light, tuple(map(said, lag.reasons)), lag.kind, names.lag(lag, name),
            owner(lag), unit, lag.chain, lag.extensions, lag.next, lag.heard,
        )  # fmt: skip

    with uncollected():
        return tuple(map(row, lags))


def _count(lights: Iterable[Light | None]) -> dict[str, int]:
    counts: dict[str, int] = {**dict.fromkeys(LIGHTS, 0), "none": 0}
    for light in lights:
        counts[light or "none"] += 1
    return counts


def _project_lights(query: Query, assessment: Assessment) -> dict[str, int]:
    projects = selection.projects(query.workspace, query.as_of, replace(query.filter, light=()))
    counted = [project for project in projects if project.status_on(query.as_of) != "cleared"]
    return _count(assessment.project_lights[project.id] for project in counted)


def _groups(workspace: Workspace, by: By, rows: Sequence[Row]) -> tuple[Group, ...]:
    """The rows by whose they are; the group with the worst row first, as the rows themselves come."""
    names: dict[By, Callable[[str | None], str]] = {
        "owner": lambda id_: owner_text(workspace, id_),
        "unit": workspace.unit_name,
        "chain": workspace.chain_name,
        "project": lambda id_: workspace.projects_by_id[id_].name if id_ in workspace.projects_by_id else id_ or "",
    }
    found: dict[str | None, list[int]] = {}
    for number, row in enumerate(rows):
        found.setdefault(getattr(row, by), []).append(number)
    return tuple(
        Group(
            by,
            id_,
            names[by](id_) if id_ is not None else _(_NOBODY[by]),
            _count(rows[number].light for number in numbers),
            tuple(numbers),
        )
        for id_, numbers in found.items()
    )


# --- the page ---------------------------------------------------------------------------------------------------------

_HOW_FAR: Final[tuple[tuple[Code, ...], ...]] = (
    (
        "overdue",
        "missed_stage",
        "behind_schedule",
        "behind_pace",
        "behind_month",
        "funds_unpaid",
        "not_in_statistics",
    ),
    ("late_start",),
    ("unreported",),
    ("stalled",),
    ("due_soon",),
)
"""Which reasons say how far an item is behind: the first group that it has any of."""


def document(result: Result) -> Document:
    """What people read: how much lags, then every item with its owner, its deadline, how far, why, and what is next."""
    blocks: list[Block] = [Paragraph(_summary(result)), _table(result)]
    asides = [as_of_text(result.as_of)]
    if result.cutoffs:
        asides.append(cutoffs_text(result.cutoffs, result.as_of))
    return Document(
        title=_("{place}: what lags").format(place=result.place),
        blocks=tuple(blocks),
        asides=tuple(asides),
        footer=(*result.notes, rules_text(result.rules, result.rules_title)),
        landscape=True,
    )


def _summary(result: Result) -> Text:
    projects = {light: count for light, count in result.projects.items() if light != "none"}
    said = []
    if any(projects.values()):
        said.append(_("Projects by their worst light: {lights}.").format(lights=lights_text(projects)))
    elif not result.projects["none"]:
        # Somebody may answer for single items of projects that are others'.
        none = _("No project as a whole is among them.") if result.items else _("No project is under way here.")
        said.append(none)
    if result.projects["none"]:
        paused = ngettext(
            "{n} paused project has no light.", "{n} paused projects have no light.", result.projects["none"]
        )
        said.append(paused.format(n=result.projects["none"]))
    if result.items:
        text = ngettext("{n} item: {lights}.", "{n} items: {lights}.", len(result.items))
        said.insert(0, text.format(n=len(result.items), lights=lights_text(result.lights)))
    return joined(*said)


def _table(result: Result) -> Table:
    places = {row.ref: number for number, row in enumerate(result.items, 1)}
    counted = any(row.slips is not None for row in result.items)
    cells = [_cells(number, row, places, result.as_of, counted) for number, row in enumerate(result.items, 1)]
    rows: list[tuple[Cell | Text, ...]] = list(cells)
    if result.groups:
        rows = []
        for group in result.groups:
            heading = _("{name}: {lights}").format(name=group.name, lights=lights_text(group.lights))
            rows.append(((Run(heading, "strong"),),))
            rows += [cells[number] for number in group.items]
    return Table(
        columns=(
            Column(_("No."), "right"),
            Column(_("Light")),
            Column(_("Project · item"), wrap=True),
            Column(_("Owner"), wrap=True),
            Column(_("Due"), wrap=True),
            *((Column(_("Slips"), "right"),) if counted else ()),
            Column(_("How far"), wrap=True),
            Column(_("Why"), wrap=True),
            Column(_("Next step"), wrap=True),
        ),
        rows=tuple(rows),
        empty=_("Nothing lags."),
        main=True,
    )


def _cells(number: int, row: Row, places: dict[str, int], today: date, counted: bool) -> tuple[Cell | Text, ...]:
    due: Cell | Text = ""
    if row.deadline is not None:
        text = deadline_text(row.deadline, row.original_deadline or row.deadline, row.extensions, today)
        due = Cell(text, row.deadline)
    far = how_far(row)
    return (
        Cell(str(number), number),
        (lamp(row.light),),
        (Run(row.title), Run(" "), code(row.ref)),
        row.owner_name,
        due,
        *((Cell(str(row.slips) if row.slips else "", row.slips),) if counted else ()),
        clauses([reason["text"] for reason in far]) or "—",
        _why(row, far, places, today),
        row.next or "",
    )


def how_far(row: Row) -> list[dict[str, Any]]:
    """The reasons that say how far an item is behind."""
    for codes in _HOW_FAR:
        found = [reason for reason in row.reasons if reason["code"] in codes]
        if found:
            return found
    return []


def _why(row: Row, far: list[dict[str, Any]], places: dict[str, int], today: date) -> str:
    """The other reasons, else when something was last heard; and how often the deadline moved."""
    said = []
    for reason in row.reasons:
        if reason in far:
            continue
        text = reason["text"]
        place = places.get(reason.get("root", ""))
        said.append(_("{text} (no. {n})").format(text=text, n=place) if place is not None else text)
    moved = [slipped_text(row.slips, row.slip_days or 0)] if row.slips else []
    if not said and row.heard is not None and not any(reason["code"] == "stalled" for reason in far):
        if row.kind == "target":
            return _("figures to {day}").format(day=day_text(row.heard, today))
        said = [_("last news {day}").format(day=day_text(row.heard, today))]
    return clauses([*said, *moved])
