"""Every reference of the workspace, and what there is to refer to.

Fields say by themselves what they refer to (`Refers` in the models), so one walk over all records finds every
reference; a new reference needs no new check. The walk is compiled once for each model and done once a run.
"""

from __future__ import annotations

import typing
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Final

from pydantic import BaseModel

from projledger.diagnostics import Path, Place
from projledger.frozen import frozen
from projledger.models.project import Project
from projledger.models.types import FACTORS, STAGES, Record, Refers, RefKind, opened
from projledger.models.workspace import (
    ASSETS_FILE,
    CHAINS_FILE,
    LOG_FILE,
    MEETINGS_FILE,
    PEOPLE_FILE,
    SETTINGS_FILE,
    TARGETS_FILE,
    Workspace,
)


@frozen
class Dangling:
    """A reference that leads nowhere: where it stands, what it names, and the project it stands in."""

    place: Place
    name: str
    key: str
    project: Project | None


_ANY_OF: Final[dict[RefKind, tuple[str, ...]]] = {
    "person": ("people.yaml/*",),
    "unit": ("people.yaml/*",),
    "party": ("people.yaml/*",),
    "chain": ("chains.yaml/*",),
    "node": ("chains.yaml/*",),
    "scope": ("people.yaml/*", "chains.yaml/*"),
    "indicator": (),
    "project": ("projects/*",),
    "task": ("projects/*",),
    "decision": ("projects/*", "meetings.yaml/*", "numbers/*"),
    "any": ("projects/*", "meetings.yaml/*"),
    "category": ("projledger.yaml/*",),
}
"""Where a name of each kind may stand that could not be told (see `Workspace.unread`)."""


@dataclass(slots=True)
class _Plan:
    """What to look at in the records of one model: (attribute, key in the ledger, what it is)."""

    single: list[tuple[str, str, RefKind]] = field(default_factory=list)
    several: list[tuple[str, str, RefKind]] = field(default_factory=list)
    mapped: list[tuple[str, str, RefKind]] = field(default_factory=list)
    one: list[tuple[str, str, _Plan]] = field(default_factory=list)
    many: list[tuple[str, str, _Plan]] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        return not (self.single or self.several or self.mapped or self.one or self.many)


@lru_cache(maxsize=128)
def _plan(model: type[BaseModel], kinds: frozenset[RefKind]) -> _Plan:
    """The plan for `model`, of references to `kinds` alone."""
    plan = _Plan()
    for name, info in model.model_fields.items():
        annotation, metadata = opened(info.annotation)
        key = info.alias or name
        origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
        if origin in (tuple, dict):
            inner, inner_metadata = opened(arguments[0] if origin is tuple else arguments[1])
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                nested = _plan(inner, kinds)
                if origin is tuple and not nested.empty:
                    plan.many.append((name, key, nested))
                continue
            if origin is dict and typing.get_origin(inner) is tuple:
                inner, inner_metadata = opened(typing.get_args(inner)[0])
            to = next((m.to for m in inner_metadata if isinstance(m, Refers)), None)
            if to in kinds:
                (plan.several if origin is tuple else plan.mapped).append((name, key, to))
        elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
            nested = _plan(annotation, kinds)
            if not nested.empty:
                plan.one.append((name, key, nested))
        else:
            to = next((m.to for m in (*info.metadata, *metadata) if isinstance(m, Refers)), None)
            if to in kinds:
                plan.single.append((name, key, to))
    return plan


def _records(workspace: Workspace) -> list[tuple[str, Path, Record]]:
    """Every record of the place with its file and path there: all but the projects."""
    records: list[tuple[str, Path, Record]] = [
        (SETTINGS_FILE, (), workspace.settings),
        (PEOPLE_FILE, (), workspace.people),
        (TARGETS_FILE, (), workspace.targets),
        (LOG_FILE, (), workspace.log),
        (ASSETS_FILE, (), workspace.assets),
    ]
    records += [(CHAINS_FILE, ("chains", index), chain) for index, chain in enumerate(workspace.chains)]
    records += [(MEETINGS_FILE, ("meetings", index), meeting) for index, meeting in enumerate(workspace.meetings)]
    return records


def mentioned(workspace: Workspace, kinds: frozenset[RefKind]) -> frozenset[str]:
    """Every name that something in the workspace refers to as one of these kinds, whether it exists or not."""
    found: set[str] = set()

    def walk(record: BaseModel, plan: _Plan) -> None:
        values = record.__dict__
        found.update(values[name] for name, _key, _kind in plan.single if values[name] is not None)
        for name, _key, _kind in plan.several:
            found.update(values[name])
        for name, _key, _kind in plan.mapped:
            for value in values[name].values():
                found.update(value if isinstance(value, tuple) else (value,))
        for name, _key, nested in plan.many:
            for one in values[name]:
                walk(one, nested)
        for name, _key, nested in plan.one:
            if values[name] is not None:
                walk(values[name], nested)

    for record in (*(record for _file, _path, record in _records(workspace)), *workspace.projects):
        walk(record, _plan(type(record), kinds))
    return frozenset(found)


class Links:
    """What there is to refer to, and every reference that leads nowhere, by kind."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.units = workspace.units_by_id
        self.people = workspace.people_by_id
        self.chains = workspace.chains_by_id
        self.indicators = workspace.targets.indicators
        self.projects = workspace.projects_by_id
        self.tasks: dict[str, set[str]] = {}
        """Tasks by project; where an id stands twice those of both: which of them is meant nobody knows."""
        for project in workspace.projects:
            ids = {task.id for task in project.tasks}
            self.tasks[project.id] = self.tasks[project.id] | ids if project.id in self.tasks else ids
        self.dangling: dict[RefKind, list[Dangling]] = {}
        self._known: dict[RefKind, Any] = self._what_is_known()
        self._asked: dict[RefKind, Callable[[str, Project | None], bool]] = {
            "task": self._is_task,
            "node": self._is_node,
            "decision": self._is_decision,
            "any": self._is_anything,
        }
        self._walk_all()

    def _what_is_known(self) -> dict[RefKind, Any]:
        """The names of each kind that can be checked; a kind that is absent here takes any name."""
        workspace = self.workspace
        known: dict[RefKind, Any] = {"project": self.projects, "task": set(), "decision": (), "any": ()}
        if workspace.people_known:
            known["person"] = self.people
            known["unit"] = self.units
            known["party"] = self.units.keys() | self.people.keys()
        if self._readable(CHAINS_FILE):
            known["chain"] = self.chains
            known["node"] = ()
            if workspace.people_known:
                known["scope"] = self.units.keys() | self.chains.keys() | {"all"}
        if self.indicators and self._readable(TARGETS_FILE):
            known["indicator"] = self.indicators
        if workspace.settings.categories:
            known["category"] = frozenset(workspace.settings.categories)
        return known

    def _walk_all(self) -> None:
        workspace = self.workspace
        kinds = frozenset(self._known)
        for file, path, record in _records(workspace):
            self._walk(record, _plan(type(record), kinds), path, file, None)
        plan = _plan(Project, kinds - {"scope"})  # figures of a project are its own: see `foreign-scope`
        for project, file in zip(workspace.projects, workspace.files, strict=True):
            self._known["task"] = {task.id for task in project.tasks}
            self._walk(project, plan, (), file, project)

    def _walk(self, record: BaseModel, plan: _Plan, path: Path, file: str, project: Project | None) -> None:
        # Straight through the instance dictionary: attribute access on models costs three times as much.
        values = record.__dict__
        known = self._known
        for name, key, kind in plan.single:
            value = values[name]
            if value is not None and value not in known[kind]:
                self._missing(kind, value, key, Place(file, (*path, key)), project)
        for name, key, kind in plan.several:
            for index, value in enumerate(values[name]):
                if value not in known[kind]:
                    self._missing(kind, value, key, Place(file, (*path, key, index)), project)
        for name, key, kind in plan.mapped:
            for word, value in values[name].items():
                if isinstance(value, tuple):
                    for index, one in enumerate(value):
                        if one not in known[kind]:
                            self._missing(kind, one, key, Place(file, (*path, key, word, index)), project)
                elif value not in known[kind]:
                    self._missing(kind, value, key, Place(file, (*path, key, word)), project)
        for name, key, nested in plan.many:
            for index, one in enumerate(values[name]):
                self._walk(one, nested, (*path, key, index), file, project)
        for name, key, nested in plan.one:
            inner = values[name]
            if inner is not None:
                self._walk(inner, nested, (*path, key), file, project)

    def _missing(self, kind: RefKind, name: str, key: str, place: Place, project: Project | None) -> None:
        asked = self._asked.get(kind)
        if asked is not None and asked(name, project):
            return
        if self._unread(kind, name, project):
            return
        self.dangling.setdefault(kind, []).append(Dangling(place, name, key, project))

    def _unread(self, kind: RefKind, name: str, project: Project | None) -> bool:
        """Whether a name may well stand in what could not be read or typed: then it is no fault."""
        unread = self.workspace.unread
        if not unread:
            return False
        if kind == "any" and name.count("/") == 2:
            return self._unread_target(name.partition("/")[0])
        full = f"{project.id}/{name}" if kind == "task" and "/" not in name and project else name
        head = full.partition("/")[0]
        if full in unread or head in unread or f"{head}/*" in unread:
            return True
        return head not in self.projects and not unread.isdisjoint(_ANY_OF[kind])

    def _unread_target(self, scope: str) -> bool:
        unread = self.workspace.unread
        nobody = scope not in self.projects and scope not in self.units and scope not in self.chains and scope != "all"
        return not unread.isdisjoint({scope, f"{scope}/*/*", "targets.yaml/*/*", *(["projects/*"] if nobody else [])})

    def _is_task(self, ref: str, project: Project | None) -> bool:
        head, _slash, task = ref.rpartition("/")
        return task in self.tasks.get(head or (project.id if project else ""), ())

    def _is_node(self, node: str, project: Project | None) -> bool:
        chain = self.chains.get(project.chain or "") if project else None
        if chain is None:  # an unknown chain is a finding of its own; without a chain any node of the place will do
            unknown = project is not None and project.chain is not None
            return unknown or any(node == one.id for chain in self.chains.values() for one in chain.nodes)
        return any(node == one.id for one in chain.nodes)

    def _is_decision(self, ref: str, project: Project | None) -> bool:
        if not self._readable(MEETINGS_FILE) and "/" in ref:
            return True
        return ref in self.decisions or ref in self.action_numbers

    def holds(self, ref: str) -> bool:
        """Whether a full reference (P001, P001/T3, M3/D1, all/investment/2024 …) names something."""
        return self._is_anything(ref, None)

    def _is_anything(self, ref: str, project: Project | None) -> bool:
        parts = ref.split("/")
        if len(parts) == 3:
            return ref in self.target_refs or not self._readable(TARGETS_FILE)
        if len(parts) == 1:
            return ref in self.projects
        owners = self._of_that_id.get(parts[0])
        if owners is None:
            return self._is_decision(ref, project)
        name = parts[1]
        return name in self.tasks[parts[0]] or any(
            any(problem.id == name for problem in owner.problems)
            or (name in STAGES and getattr(owner.stages, name) is not None)
            or (name in FACTORS and getattr(owner.factors, name) is not None)
            for owner in owners
        )

    @cached_property
    def _of_that_id(self) -> dict[str, list[Project]]:
        found: dict[str, list[Project]] = {}
        for project in self.workspace.projects:
            found.setdefault(project.id, []).append(project)
        return found

    def _readable(self, file: str) -> bool:
        """Whether a file with a fixed name is absent or was read: then it is known what it holds."""
        return file not in self.workspace.left_out

    @cached_property
    def decisions(self) -> frozenset[str]:
        """`M3/D1` of every decision."""
        return frozenset(f"{m.id}/{decision.id}" for m in self.workspace.meetings for decision in m.decisions)

    @cached_property
    def action_numbers(self) -> frozenset[str]:
        """The number of every recorded action."""
        return frozenset(action.number for _project, action in self.workspace.actions)

    @cached_property
    def target_refs(self) -> frozenset[str]:
        """`all/investment/2024` of every target."""
        workspace = self.workspace
        targets = [(target.scope or "all", target) for target in workspace.targets.targets]
        for certificate in workspace.targets.certificates:
            targets += [(target.scope or certificate.unit, target) for target in certificate.targets]
        for project in workspace.projects:
            targets += [(project.id, target) for target in project.targets]
        return frozenset(f"{scope}/{target.indicator}/{target.period}" for scope, target in targets)
