"""`owners`: who carries how much: attached leaders, units and people; and leaders whose projects show no activity."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Final, Literal

from projledger.analysis import counts, selection
from projledger.analysis.assessment import Assessment, assess
from projledger.analysis.workload import Load, activity, attached, workload
from projledger.calendar import day_text
from projledger.document import Block, Cell, Column, Document, Items, Paragraph, Run, Section, Table, Text
from projledger.frozen import frozen
from projledger.i18n import _, joined, listing, ngettext, pgettext
from projledger.quantities import days_text
from projledger.reports import Query
from projledger.reports.parts import cells
from projledger.reports.parts.words import as_of_text, commas, not_listed, owner_text

Kind = Literal["leader", "unit", "person"]
_MOST_NAMES: Final = 8

# --- the result -------------------------------------------------------------------------------------------------------


@frozen
class Named:
    """A project by its reference and name."""

    ref: str
    name: str


@frozen
class Row:
    """What a leader, unit or person carries. Counts of items; `red` and `yellow` count projects.

    `id` is None for what nobody owns. Of leaders, `active` tells whether anything happened since the first day of the
    stretch, `last_activity` when it did last, and `silent` which of the projects show nothing since; else None.
    """

    id: str | None
    name: str
    unit: str | None
    post: str | None
    projects: int
    open_tasks: int
    overdue: int
    open_problems: int
    open_decisions: int
    red: int
    yellow: int
    overdue_items: tuple[str, ...]
    project_refs: tuple[str, ...]
    active: bool | None
    last_activity: date | None
    last_meeting: date | None
    silent: tuple[Named, ...] | None


@frozen
class Result:
    """Loads on the day, the heaviest first; activity from `since` to `until`.

    `inactive` names leaders without any, `unattached` the projects without a leader, `no_owner` what nobody owns.
    """

    place: str
    as_of: date
    since: date
    until: date
    leaders: tuple[Row, ...]
    units: tuple[Row, ...]
    people: tuple[Row, ...]
    inactive: tuple[str, ...]
    unattached: tuple[Named, ...]
    no_owner: tuple[str, ...]
    cleared: tuple[str, ...]


def compute(query: Query) -> Result:
    """Count what the wanted projects lay on whom; `--owner` and `--unit` choose who is shown."""
    workspace, as_of, wanted = query.workspace, query.as_of, query.filter
    until = min(wanted.until or as_of, as_of)
    since = wanted.since or until - timedelta(days=workspace.settings.thresholds.stalled.month)
    rest = replace(wanted, owner=(), unit=(), since=None, until=None)
    assessment = assess(workspace, as_of)
    chosen = selection.projects(workspace, as_of, rest, assessment.light)
    projects = counts.counted(chosen, as_of)
    loads = workload(workspace, projects, as_of, all_decisions=rest.empty)
    rows = _Rows(assessment, since, until)
    leaders = rows.of("leader", loads.leaders)
    wants = {kind: _wants(query, kind) for kind in ("leader", "unit", "person")}
    nobody = loads.people.get(None)
    return Result(
        place=workspace.settings.name,
        as_of=as_of,
        since=since,
        until=until,
        leaders=tuple(row for row in leaders if wants["leader"](row)),
        units=tuple(row for row in rows.of("unit", loads.units) if wants["unit"](row)),
        people=tuple(row for row in rows.of("person", loads.people) if wants["person"](row)),
        inactive=tuple(row.id for row in leaders if row.active is False and row.id and wants["leader"](row)),
        unattached=tuple(Named(p.id, p.name) for p in projects if not attached(p)),
        no_owner=(*(p.id for p in nobody.projects), *nobody.open_tasks, *nobody.open_problems) if nobody else (),
        cleared=tuple(p.name for p in chosen if p.status_on(as_of) == "cleared"),
    )


def _wants(query: Query, kind: Kind) -> Callable[[Row], bool]:
    """Who is shown: `--owner` chooses people, `--unit` units and the people in them."""
    workspace, wanted = query.workspace, query.filter

    def wants(row: Row) -> bool:
        if kind == "unit":
            return not wanted.owner and selection.named(wanted.unit, row.id, row.name)
        return selection.named(wanted.owner, row.id, workspace.person_name(row.id)) and selection.named(
            wanted.unit, row.unit, workspace.unit_name(row.unit)
        )

    return wants


class _Rows:
    """Loads as rows, the heaviest first."""

    def __init__(self, assessment: Assessment, since: date, until: date) -> None:
        self.assessment = assessment
        self.workspace = assessment.workspace
        self.since = since
        self.until = until

    def of(self, kind: Kind, loads: Mapping[str, Load] | Mapping[str | None, Load]) -> list[Row]:
        rows = [self.row(kind, name, load) for name, load in loads.items()]
        rows.sort(
            key=lambda row: (
                row.id is not None,
                -row.overdue,
                -row.red,
                -(row.open_tasks + row.open_problems + row.open_decisions),
                -row.projects,
            )
        )
        return rows

    def row(self, kind: Kind, name: str | None, load: Load) -> Row:
        workspace = self.workspace
        lights = [self.assessment.light(project.id) for project in load.projects]
        person = workspace.people_by_id.get(name) if name is not None and kind != "unit" else None
        around = None
        if kind == "leader" and name is not None:
            around = activity(workspace, name, load.projects, self.since, self.until)
        last = around.last if around is not None else None
        return Row(
            id=name,
            name=workspace.unit_name(name) if kind == "unit" else owner_text(workspace, name),
            unit=person.unit if person is not None else None,
            post=person.post if person is not None else None,
            projects=len(load.projects),
            open_tasks=len(load.open_tasks),
            overdue=load.overdue,
            open_problems=len(load.open_problems),
            open_decisions=len(load.open_decisions),
            red=lights.count("red"),
            yellow=lights.count("yellow"),
            overdue_items=(*load.overdue_tasks, *load.overdue_problems, *load.overdue_decisions),
            project_refs=tuple(project.id for project in load.projects),
            active=(last is not None and last >= self.since) if around is not None else None,
            last_activity=last,
            last_meeting=around.last_meeting if around is not None else None,
            silent=tuple(Named(p.id, p.name) for p in around.silent) if around is not None else None,
        )


# --- the page ---------------------------------------------------------------------------------------------------------


def document(result: Result) -> Document:
    """What people read: what nobody owns, leaders without activity, then everyone's load."""
    blocks: list[Block] = []
    if result.no_owner:
        blocks.append(Paragraph((Run(_no_owner_text(result), "red"),)))
    blocks += _leaders(result)
    blocks.append(_table(result))
    span = _("Activity from {first} to {last}").format(
        first=day_text(result.since, result.as_of), last=day_text(result.until, result.as_of)
    )
    return Document(
        title=_("{place}: who carries how much").format(place=result.place),
        blocks=tuple(blocks),
        asides=(as_of_text(result.as_of), span),
        footer=not_listed(result.cleared),
    )


def _no_owner_text(result: Result) -> str:
    count = len(result.no_owner)
    text = ngettext("{n} item has no owner: {names}.", "{n} items have no owner: {names}.", count)
    return text.format(n=count, names=_few(result.no_owner))


def _few(names: tuple[str, ...]) -> str:
    """Some names, and how many more there are."""
    if len(names) <= _MOST_NAMES:
        return listing(names)
    rest = len(names) - _MOST_NAMES
    text = ngettext("{names} and {n} more", "{names} and {n} more", rest)
    return text.format(names=listing(names[:_MOST_NAMES]), n=rest)


def _leaders(result: Result) -> Iterator[Block]:
    """Leaders without activity, projects without news, projects without a leader."""
    if not result.leaders:
        return
    days = days_text((result.until - result.since).days)
    loose = [row for row in result.leaders if row.active is False]
    if not loose:
        yield Paragraph(_("Every attached leader has been active in the last {days}.").format(days=days))
    else:
        title = _("Leaders without activity in the last {days}").format(days=days)
        yield Section(title, (Items(tuple(_inactive_text(row, result.as_of) for row in loose)),))
    quiet = tuple(_silent_text(row) for row in result.leaders if row.active and row.silent)
    if quiet:
        title = _("Projects without news in the last {days}, by their leader").format(days=days)
        yield Section(title, (Items(quiet),))
    if result.unattached:
        names = _few(tuple(f"{project.name} {project.ref}" for project in result.unattached))
        count = len(result.unattached)
        text = ngettext(
            "{n} project has no attached leader: {names}.", "{n} projects have no attached leader: {names}.", count
        )
        yield Paragraph(text.format(n=count, names=names))


def _inactive_text(row: Row, today: date) -> str:
    last = _("nothing recorded")
    if row.last_activity is not None:
        last = _("last on {day}").format(day=day_text(row.last_activity, today))
    return commas([_("{who}: {what}").format(who=row.name, what=last), _projects_text(row.projects)])


def _projects_text(count: int) -> str:
    return ngettext("{n} project", "{n} projects", count).format(n=count)


def _silent_text(row: Row) -> str:
    names = _few(tuple(f"{project.name} {project.ref}" for project in row.silent or ()))
    return _("{who}: {what}").format(who=row.name, what=names)


def _table(result: Result) -> Table:
    rows: list[tuple[Cell | Text, ...]] = []
    parts = (
        (_("Attached leaders"), result.leaders),
        (_("Units"), result.units),
        (pgettext("people", "People"), result.people),
    )
    for title, listed in parts:
        if listed:
            rows.append((_("{title} ({n})").format(title=title, n=len(listed)),))
            rows += [_cells(row, result.as_of) for row in listed]
    notes = [
        _("A leader carries everything in the projects he or she is attached to; units and people what is theirs.")
    ]
    notes.append(_("Overdue: tasks, problems and decisions. Red, yellow: projects."))
    return Table(
        columns=(
            Column(_("Who"), wrap=True),
            Column(_("Projects"), "right"),
            Column(pgettext("projects", "Red"), "right"),
            Column(pgettext("projects", "Yellow"), "right"),
            Column(_("Open tasks"), "right"),
            Column(_("Open problems"), "right"),
            Column(_("Open decisions"), "right"),
            Column(pgettext("how many", "Overdue"), "right"),
            Column(_("Last activity")),
        ),
        rows=tuple(rows),
        note=joined(*notes) if rows else "",
        empty=_("Nobody carries anything: no project, task, problem or decision matches"),
        main=True,
    )


def _cells(row: Row, today: date) -> tuple[Cell | Text, ...]:
    overdue = cells.number(row.overdue)
    if row.overdue:
        overdue = Cell((Run(str(row.overdue), "red"),), row.overdue)
    return (
        Cell(row.name),
        cells.number(row.projects),
        cells.number(row.red),
        cells.number(row.yellow),
        cells.number(row.open_tasks),
        cells.number(row.open_problems),
        cells.number(row.open_decisions),
        overdue,
        cells.day(row.last_activity, today) if row.active is not None else Cell(""),
    )
