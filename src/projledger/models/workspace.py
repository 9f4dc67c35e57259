"""The whole workspace, read and typed: what every check and every analysis works on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from typing import Literal

from projledger.calendar import Calendar
from projledger.diagnostics import Path, Place
from projledger.frozen import frozen
from projledger.models.letters import Letter
from projledger.models.place import (
    Assets,
    Chain,
    Decision,
    LogFile,
    Meeting,
    People,
    PersonRecord,
    Targets,
    UnitRecord,
)
from projledger.models.project import Action, Factor, Problem, Project, Stage, Task
from projledger.models.rules import RulePack
from projledger.models.settings import Settings
from projledger.models.types import ActionKind, Record

SETTINGS_FILE = "projledger.yaml"
PEOPLE_FILE = "people.yaml"
CHAINS_FILE = "chains.yaml"
TARGETS_FILE = "targets.yaml"
MEETINGS_FILE = "meetings.yaml"
LOG_FILE = "log.yaml"
ASSETS_FILE = "assets.yaml"
LETTERS_FILE = "letters.yaml"
PROJECTS_FOLDER = "projects"

ItemKind = Literal["project", "task", "problem", "stage", "factor", "decision"]


@frozen
class Item:
    """Something with a reference: its record, the project it belongs to, and its place in the files."""

    ref: str
    kind: ItemKind
    record: Record
    project: Project | None
    place: Place


@frozen
class Twice:
    """A project's file that is left out of reports, as the id of its project stands in another file that counts."""

    file: str
    id: str
    counts: str


@dataclass(frozen=True)
class Workspace:
    """Every ledger of a place.

    `files` are the names of the projects' files, in the same order; `left_out` names files that could not be read.
    `unread` are the ids that stand in what could not be read or typed, as far as they can be told: a reference to one
    is no fault. A project that cannot be read stands there as P001, a task of a project that can be as P001/T3; where
    an id cannot be told, P001/* stands for any item of that project, people.yaml/* and projects/* for any of those;
    P001/*/* and targets.yaml/*/* for any target, numbers/* for any action.
    `settings_file` and the other fixed names are constants of this module. `people_known` is false when there is no
    people.yaml: then any name will do for a person or unit. `pack` holds the rules that the settings name; None when
    there are none of that name, or when they could not be read (then `left_out` names the file). `doubtful` are the
    places (file and path) of what only stands for a value that could not be typed; there are some for the checks alone.
    `twice` are the files among `left_out` that can be read, but whose project has an id that stands in a file before
    them.
    """

    settings: Settings
    people: People = field(default_factory=People)
    chains: tuple[Chain, ...] = ()
    targets: Targets = field(default_factory=Targets)
    meetings: tuple[Meeting, ...] = ()
    log: LogFile = field(default_factory=LogFile)
    assets: Assets = field(default_factory=Assets)
    projects: tuple[Project, ...] = ()
    files: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    unread: frozenset[str] = frozenset()
    people_known: bool = False
    letters: Mapping[ActionKind, Letter] = field(default_factory=dict)
    pack: RulePack | None = None
    default_pack: RulePack | None = None
    doubtful: frozenset[tuple[str, Path]] = frozenset()
    twice: tuple[Twice, ...] = ()

    @cached_property
    def rules(self) -> RulePack:
        """The clauses that give the lights: those of the place, and the default ones on every other subject."""
        if self.default_pack is None:
            raise ValueError("a workspace without the default rules gives no lights; make it with load.load")
        return self.pack.over(self.default_pack) if self.pack else self.default_pack

    @cached_property
    def calendar(self) -> Calendar:
        """The working calendar of the place."""
        own = self.settings.calendar
        return _calendar(own.country, own.holidays, own.workdays)

    @cached_property
    def project_files(self) -> dict[str, str]:
        """The file of each project, by id (the first when an id stands twice)."""
        found: dict[str, str] = {}
        for project, file in zip(self.projects, self.files, strict=True):
            found.setdefault(project.id, file)
        return found

    @cached_property
    def projects_by_id(self) -> dict[str, Project]:
        """Projects by id (the first when an id stands twice)."""
        found: dict[str, Project] = {}
        for project in self.projects:
            found.setdefault(project.id, project)
        return found

    @cached_property
    def units_by_id(self) -> dict[str, UnitRecord]:
        """Units by id."""
        return {unit.id: unit for unit in reversed(self.people.units)}

    @cached_property
    def people_by_id(self) -> dict[str, PersonRecord]:
        """People by id."""
        return {person.id: person for person in reversed(self.people.people)}

    @cached_property
    def chains_by_id(self) -> dict[str, Chain]:
        """Chains by id."""
        return {chain.id: chain for chain in reversed(self.chains)}

    def person_name(self, person: str | None) -> str:
        """The printed name of a person (the text itself where people.yaml does not know it)."""
        if person is None:
            return ""
        known = self.people_by_id.get(person)
        return known.name if known else person

    def unit_name(self, unit: str | None) -> str:
        """The printed name of a unit."""
        if unit is None:
            return ""
        known = self.units_by_id.get(unit)
        return known.name if known else unit

    def party_name(self, party: str | None) -> str:
        """The printed name of a unit or person."""
        return self.unit_name(party) if party in self.units_by_id else self.person_name(party)

    def chain_name(self, chain: str | None) -> str:
        """The printed name of a chain."""
        if chain is None:
            return ""
        known = self.chains_by_id.get(chain)
        return known.name if known else chain

    def place_of(self, project: Project, *path: str | int) -> Place:
        """The place of something in a project's file."""
        return Place(self.project_files[project.id], path)

    @cached_property
    def items(self) -> dict[str, Item]:
        """Everything that a reference of two parts or one can name, in file order."""
        found: dict[str, Item] = {}
        for item in self._items():
            found.setdefault(item.ref, item)
        return found

    def _items(self) -> Iterator[Item]:
        for project, file in zip(self.projects, self.files, strict=True):

            def made(
                kind: ItemKind, name: str, record: Record, path: Path, project: Project = project, file: str = file
            ) -> Item:
                return Item(f"{project.id}/{name}", kind, record, project, Place(file, path))

            yield Item(project.id, "project", project, project, Place(file))
            for index, task in enumerate(project.tasks):
                yield made("task", task.id, task, ("tasks", index))
            for index, problem in enumerate(project.problems):
                yield made("problem", problem.id, problem, ("problems", index))
            for stage_name, stage in project.stages.named():
                yield made("stage", stage_name, stage, ("stages", stage_name))
            for factor_name, factor in project.factors.named():
                yield made("factor", factor_name, factor, ("factors", factor_name))
        for meeting_index, meeting in enumerate(self.meetings):
            for index, decision in enumerate(meeting.decisions):
                path: Path = ("meetings", meeting_index, "decisions", index)
                yield Item(f"{meeting.id}/{decision.id}", "decision", decision, None, Place(MEETINGS_FILE, path))

    @cached_property
    def repeated(self) -> tuple[str, ...]:
        """References that mean two tasks or problems of a project: only the first of them has a light."""
        found: list[str] = []
        for project in self.projects:
            ids = [task.id for task in project.tasks] + [problem.id for problem in project.problems]
            if len(set(ids)) < len(ids):
                found += [f"{project.id}/{id_}" for id_ in dict.fromkeys(ids) if ids.count(id_) > 1]
        return tuple(found)

    @cached_property
    def actions(self) -> tuple[tuple[Project, Action], ...]:
        """Every recorded action with its project."""
        return tuple((project, action) for project in self.projects for action in project.actions)

    def absolute(self, project: Project, ref: str) -> str:
        """A task reference as seen from anywhere: `T3` in P001's ledger is `P001/T3`."""
        return ref if "/" in ref else f"{project.id}/{ref}"

    def owner_of(self, item: Item) -> str | None:
        """The one person who answers for an item: its own owner, else its project's."""
        record = item.record
        if isinstance(record, Task | Problem | Stage | Factor | Decision | Project) and record.owner is not None:
            return record.owner
        return item.project.owner if item.project else None

    def unit_of(self, item: Item) -> str | None:
        """The responsible unit of an item: its own, else its project's."""
        record = item.record
        if isinstance(record, Task) and record.unit is not None:
            return record.unit
        if isinstance(record, Problem) and record.lead_unit is not None:
            return record.lead_unit
        return item.project.unit if item.project else None


@lru_cache(maxsize=8)
def _calendar(country: str | None, holidays: tuple[date, ...], workdays: tuple[date, ...]) -> Calendar:
    """A calendar counts its years once, for every version of the ledgers that keeps to it."""
    return Calendar(country, holidays, workdays)
