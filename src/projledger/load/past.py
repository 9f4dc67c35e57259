"""Tasks as the ledgers told them on a day gone by: a later report overwrites the progress, git still has it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from functools import cached_property

from projledger import errors
from projledger.git import Repository
from projledger.load import is_project, project_id, read_one
from projledger.load.history import day_in
from projledger.models.project import Project, Task


def mainline(repository: Repository, commit: str, timezone: str) -> list[tuple[str, date]]:
    """The commits that were the version of the place one after the other up to `commit`, and their days there."""
    return [(one, day_in(when, timezone)) for one, when in repository.mainline(commit)]


def version_on(versions: Iterable[tuple[str, date]], day: date) -> str | None:
    """The last commit of the day or before it; none that comes after a later one, whatever date it bears."""
    found = None
    for commit, when in versions:
        if when > day:
            break
        found = commit
    return found


class Past:
    """The ledgers on days gone by, as far as the history that leads to `commit` holds them."""

    def __init__(self, repository: Repository, commit: str, timezone: str, money_unit: str) -> None:
        self._repository, self._commit = repository, commit
        self._timezone, self._unit = timezone, money_unit
        self._read: dict[str, Project | None] = {}

    def tasks(self, day: date, refs: Collection[str], files: Mapping[str, str]) -> dict[str, Task]:
        """Tasks as they stood at the end of a day.

        Args:
            day: the day.
            refs: of the tasks.
            files: the file of every project now; looked for first.

        Raises:
            GitError: when git cannot tell.
        """
        version = version_on(self._mainline, day)
        if version is None:
            return {}
        try:
            blobs = self._repository.ledgers_at(version)
        except errors.NoLedgersAtRevisionError:
            return {}
        projects = {ref.partition("/")[0] for ref in refs}
        found = self._projects(projects, {p: blobs[files[p]] for p in projects if files.get(p) in blobs}, blobs)
        tasks = {f"{id_}/{task.id}": task for id_, project in found.items() for task in project.tasks}
        return {ref: tasks[ref] for ref in refs if ref in tasks}

    @cached_property
    def _mainline(self) -> list[tuple[str, date]]:
        return mainline(self._repository, self._commit, self._timezone)

    def _projects(
        self, wanted: Collection[str], named: Mapping[str, str], blobs: Mapping[str, str]
    ) -> dict[str, Project]:
        """The wanted projects by id: in the file that has the name of today, else wherever one says its id."""
        self._read_all(named.values())
        found = {id_: one for id_, blob in named.items() if (one := self._read[blob]) is not None and one.id == id_}
        missing = set(wanted) - found.keys()
        if missing:
            rest = [blob for name, blob in blobs.items() if is_project(name)]
            at = dict(zip(rest, map(project_id, self._repository.contents(rest)), strict=True))
            self._read_all(blob for blob, id_ in at.items() if id_ in missing)
            read = (self._read[blob] for blob, id_ in at.items() if id_ in missing)
            found.update((one.id, one) for one in read if one is not None and one.id in missing)
        return found

    def _read_all(self, blobs: Iterable[str]) -> None:
        """Read and type each blob once."""
        fresh = [blob for blob in dict.fromkeys(blobs) if blob not in self._read]
        for blob, raw in zip(fresh, self._repository.contents(fresh), strict=True):
            value, _reason = read_one("projects/x.yaml", raw, Project, self._unit)
            self._read[blob] = value if isinstance(value, Project) else None
