"""Which projects and items a user asked for: the filters that every report of projects shares."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

from projledger.frozen import frozen
from projledger.models.place import Log
from projledger.models.project import Project
from projledger.models.workspace import Item, Workspace


@frozen
class Filter:
    """Wanted values by aspect; an empty tuple wants everything. Aspects are joined by "and", values by "or"."""

    chain: tuple[str, ...] = ()
    unit: tuple[str, ...] = ()
    owner: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    size: tuple[str, ...] = ()
    stage: tuple[str, ...] = ()
    light: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    park: tuple[str, ...] = ()
    difficult: bool | None = None
    since: date | None = None
    until: date | None = None

    @property
    def empty(self) -> bool:
        """Whether everything is wanted."""
        return self == Filter()

    def dated(self, day: date | None) -> bool:
        """Whether a dated row lies between `since` and `until` (both included)."""
        if day is None:
            return self.since is None and self.until is None
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


def named(wanted: tuple[str, ...], id_: str | None, name: str | None = None) -> bool:
    """Whether an aspect is wanted, by its id or by its printed name."""
    return not wanted or (id_ is not None and (id_ in wanted or (name is not None and name in wanted)))


def of_class(workspace: Workspace, project: Project, wanted: tuple[str, ...]) -> bool:
    """Whether the total investment reaches one of the wanted size classes (at least their threshold)."""
    if not wanted:
        return True
    classes = workspace.settings.classes
    return project.investment is not None and any(
        name in classes and project.investment >= classes[name] for name in wanted
    )


def wants_project(
    workspace: Workspace,
    as_of: date,
    wanted: Filter,
    project: Project,
    light_of: Callable[[str], str | None] | None = None,
) -> bool:
    """Whether a project passes, by everything but its owner and unit (those also look at its items).

    `light_of` gives the light of a reference; it is asked only when a light is wanted.
    """
    return (
        named(wanted.chain, project.chain, workspace.chain_name(project.chain))
        and named(wanted.category, project.category)
        and of_class(workspace, project, wanted.size)
        and (not wanted.stage or (project.stages.current(as_of) or "none") in wanted.stage)
        and (not wanted.status or project.status_on(as_of) in wanted.status)
        and (not wanted.tag or any(tag in wanted.tag for tag in project.tags))
        and named(wanted.park, project.park, workspace.unit_name(project.park))
        and (wanted.difficult is None or project.difficult == wanted.difficult)
        and (not wanted.light or light_of is None or light_of(project.id) in wanted.light)
    )


def projects(
    workspace: Workspace, as_of: date, wanted: Filter, light_of: Callable[[str], str | None] | None = None
) -> tuple[Project, ...]:
    """The wanted projects in file order. `--owner` and `--unit` look at the project itself."""
    return tuple(
        project
        for project in workspace.projects
        if wants_project(workspace, as_of, wanted, project, light_of)
        and named(wanted.owner, project.owner, workspace.person_name(project.owner))
        and named(wanted.unit, project.unit, workspace.unit_name(project.unit))
    )


def wants_item(
    workspace: Workspace, as_of: date, wanted: Filter, item: Item, light_of: Callable[[str], str | None] | None = None
) -> bool:
    """Whether an item passes: owner, unit and light are its own, the rest its project's."""
    owner, unit = workspace.owner_of(item), workspace.unit_of(item)
    rest = replace(wanted, light=()) if wanted.light else wanted  # the light asked for is the item's own
    return (
        item.project is not None
        and wants_project(workspace, as_of, rest, item.project)
        and named(wanted.owner, owner, workspace.person_name(owner))
        and named(wanted.unit, unit, workspace.unit_name(unit))
        and (not wanted.light or light_of is None or light_of(item.ref) in wanted.light)
    )


def logs(
    workspace: Workspace, as_of: date, wanted: Filter, light_of: Callable[[str], str | None] | None = None
) -> Iterator[tuple[Log, Project | None]]:
    """The wanted entries of the place's log and of the projects' logs, each with its project.

    An entry's chain is its own, else its project's; its unit the one that did it, or its project's. Whatever else is
    wanted, an entry of no project does not have. Those of cleared projects are left out unless asked for; the dates
    asked for are not looked at.
    """
    rest = replace(wanted, chain=(), unit=(), since=None, until=None)

    def wants(log: Log, project: Project | None) -> bool:
        chain = log.chain or (project.chain if project else None)
        units = (log.unit, project.unit if project else None)
        return named(wanted.chain, chain, workspace.chain_name(chain)) and (
            not wanted.unit or any(named(wanted.unit, unit, workspace.unit_name(unit)) for unit in units)
        )

    if rest.empty:
        yield from ((log, None) for log in workspace.log.log if wants(log, None))
    for project in projects(workspace, as_of, rest, light_of):
        if project.status_on(as_of) != "cleared" or "cleared" in wanted.status:
            yield from ((log, project) for log in project.log if wants(log, project))
