"""What every check looks at: the workspace and the day, with the lists and names that several checks need."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from projledger.checks.links import Links
from projledger.diagnostics import Path, Place
from projledger.i18n import _, listing
from projledger.models.place import Report, Target
from projledger.models.project import Problem, Project, Task
from projledger.models.workspace import (
    ASSETS_FILE,
    CHAINS_FILE,
    MEETINGS_FILE,
    PEOPLE_FILE,
    SETTINGS_FILE,
    TARGETS_FILE,
    Workspace,
)

_MOST_GUESSES: Final = 200
"""Names for which close ones are looked up in a run: each costs milliseconds, and nobody mends more at a time."""
_LONGEST: Final = 60


@dataclass(frozen=True)
class Inspection:
    """One run of the checks: a workspace as of a day."""

    workspace: Workspace
    as_of: date

    @cached_property
    def projects(self) -> list[tuple[Project, str]]:
        """Every project with its file, in file order."""
        return list(zip(self.workspace.projects, self.workspace.files, strict=True))

    @cached_property
    def tasks(self) -> list[tuple[Project, str, int, Task]]:
        """Every task with its project, its file and its index there."""
        return [(project, file, i, task) for project, file in self.projects for i, task in enumerate(project.tasks)]

    @cached_property
    def problems(self) -> list[tuple[Project, str, int, Problem]]:
        """Every problem with its project, its file and its index there."""
        return [(project, file, i, one) for project, file in self.projects for i, one in enumerate(project.problems)]

    @cached_property
    def reports(self) -> list[tuple[str, str, int, Report]]:
        """Every reported figure with its file, its scope (in a project's file the project) and its index there."""
        found = [(f, p.id, i, one) for p, f in self.projects for i, one in enumerate(p.reports)]
        found += [(TARGETS_FILE, one.scope or "all", i, one) for i, one in enumerate(self.workspace.targets.reports)]
        return found

    @cached_property
    def targets(self) -> list[tuple[str, Path, str, Target]]:
        """Every target with its file, its path there and its scope (in a project's file the project)."""
        found: list[tuple[str, Path, str, Target]] = [
            (file, ("targets", i), project.id, target)
            for project, file in self.projects
            for i, target in enumerate(project.targets)
        ]
        for c, certificate in enumerate(self.workspace.targets.certificates):
            for i, target in enumerate(certificate.targets):
                path = ("certificates", c, "targets", i)
                found.append((TARGETS_FILE, path, target.scope or certificate.unit, target))
        for i, target in enumerate(self.workspace.targets.targets):
            found.append((TARGETS_FILE, ("targets", i), target.scope or "all", target))
        return found

    def sure(self, place: Place, key: str) -> bool:
        """Whether the value beside a place is one that was written, and does not stand for one that cannot be typed.

        Only checks need to ask that find a fault where two values differ: the others find none in both stand-ins.
        """
        return (place.file, (*place.path[:-1], key)) not in self.workspace.doubtful

    @cached_property
    def unsure(self) -> frozenset[tuple[str, str | int]]:
        """Each file with a top key below which something cannot be typed."""
        return frozenset((file, path[0]) for file, path in self.workspace.doubtful)

    @cached_property
    def stray_reports(self) -> frozenset[str]:
        """The files with a report that may belong to any series of theirs, as what tells that cannot be typed."""
        tells = {"reports", "indicator", "month", "scope", "cutoff", "reported"}
        return frozenset(
            file
            for file, path in self.workspace.doubtful
            if path[0] == "reports" and (len(path) < 3 or path[2] in tells)
        )

    @cached_property
    def links(self) -> Links:
        """Every reference, walked once."""
        return Links(self.workspace)

    @cached_property
    def _guesses(self) -> dict[tuple[str, str], list[str]]:
        return {}

    @cached_property
    def asked(self) -> dict[tuple[str, str], str]:
        """The help for each unknown name, by kind and name: the same slip often stands in thousands of places."""
        return {}

    def close(self, text: str, kind: str, known: Iterable[str]) -> list[str]:
        """The names, all `known` of a `kind`, that somebody may have meant by `text`: the closest first."""
        found = self._guesses.get((text, kind))
        if found is None:
            full = len(self._guesses) >= _MOST_GUESSES
            found = self._guesses[text, kind] = [] if full else difflib.get_close_matches(text, list(known), 3, 0.6)
        return found

    # --- names for messages ---------------------------------------------------------------------------------------

    def project(self, project: Project) -> str:
        """`project P001 “Riverside plant”`."""
        return _("project {ref} “{name}”").format(ref=project.id, name=short(project.name))

    def task(self, project: Project, task: Task) -> str:
        """`task P001/T3 “Foundation”`."""
        return _("task {ref} “{name}”").format(ref=f"{project.id}/{task.id}", name=short(task.name))

    def problem(self, project: Project, problem: Problem) -> str:
        """`problem P001/Q1 “No power”`."""
        return _("problem {ref} “{text}”").format(ref=f"{project.id}/{problem.id}", text=short(problem.text))

    def subject(self, place: Place) -> str:
        """The item that a place belongs to, for the beginning of a message."""
        workspace, path = self.workspace, place.path
        section = path[0] if path else ""
        index = path[1] if len(path) > 1 and isinstance(path[1], int) else 0
        project = self._by_file.get(place.file)
        if project is not None:
            if section == "tasks" and len(path) > 1:
                return self.task(project, project.tasks[index])
            if section == "problems" and len(path) > 1:
                return self.problem(project, project.problems[index])
            if section == "actions" and len(path) > 1:
                return _("action {number}").format(number=project.actions[index].number)
            if section == "stages" and len(path) > 1:
                return _("stage {ref}").format(ref=f"{project.id}/{path[1]}")
            if section == "factors" and len(path) > 1:
                return _("factor {ref}").format(ref=f"{project.id}/{path[1]}")
            return self.project(project)
        if len(path) < 2:
            return place.file
        if place.file == MEETINGS_FILE:
            meeting = workspace.meetings[index]
            if len(path) > 3 and path[2] == "decisions" and isinstance(path[3], int):
                return _("decision {ref}").format(ref=f"{meeting.id}/{meeting.decisions[path[3]].id}")
            return _("meeting {ref}").format(ref=meeting.id)
        if place.file == CHAINS_FILE:
            chain = workspace.chains[index]
            if len(path) > 3 and path[2] == "nodes" and isinstance(path[3], int):
                return _("node {ref}").format(ref=chain.nodes[path[3]].id)
            return _("chain {ref} “{name}”").format(ref=chain.id, name=short(chain.name))
        if place.file == PEOPLE_FILE:
            if section == "units":
                return _("unit {ref} “{name}”").format(
                    ref=workspace.people.units[index].id, name=short(workspace.people.units[index].name)
                )
            return _("person {ref} “{name}”").format(
                ref=workspace.people.people[index].id, name=short(workspace.people.people[index].name)
            )
        if place.file == ASSETS_FILE:
            asset = workspace.assets.assets[index]
            return _("asset {ref} “{name}”").format(ref=asset.id, name=short(asset.name))
        if place.file == TARGETS_FILE:
            return self._figure(path)
        return _("settings") if place.file == SETTINGS_FILE else f"{place.file} {section}"

    def _figure(self, path: Path) -> str:
        """What a place in `targets.yaml` belongs to."""
        targets, section = self.workspace.targets, path[0]
        index = path[1] if isinstance(path[1], int) else 0
        if section == "targets":
            target = targets.targets[index]
            return _("target {ref}").format(ref=f"{target.scope or 'all'}/{target.indicator}/{target.period}")
        if section == "reports":
            report = targets.reports[index]
            return _("report {ref}").format(ref=f"{report.scope or 'all'}/{report.indicator}/{report.month}")
        if section == "certificates":
            certificate = targets.certificates[index]
            return _("certificate {number}").format(number=certificate.number or certificate.unit)
        return str(section)

    @cached_property
    def _by_file(self) -> dict[str, Project]:
        return {file: project for project, file in self.projects}


def short(text: str) -> str:
    """A text of a ledger inside a message: on one line, and not longer than a line bears."""
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def did_you_mean(names: list[str]) -> str:
    """The question that names what may have been meant; nothing where nothing is close."""
    return _("did you mean {names}?").format(names=listing(names)) if names else ""
