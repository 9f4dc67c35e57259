"""What git knows of the ledgers, for the reports that look back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from projledger import git
from projledger.cli.session import Session, cache_folder

if TYPE_CHECKING:  # reports that look back only now and then do not load what a walk needs before it
    from projledger.analysis.changes import Versions
    from projledger.analysis.entries import Entry
    from projledger.analysis.timeline import Row, Walk
    from projledger.load.history import Only, Reader
    from projledger.models.project import Task


class GitWitness:
    """The history of the workspace of a session, up to its revision (HEAD where it reads the work tree)."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[str | frozenset[str], Any] = {}

    def walk(self) -> Walk:
        """The life of every entry, with what slips and flags look at."""
        if "walk" not in self._known:
            self._known["walk"] = self._walked()
        found: Walk = self._known["walk"]
        return found

    def walk_of(self, files: Collection[str]) -> Walk:
        """The same for the entries that stand in some files now, wherever they stood before."""
        from projledger.load.history import Only

        names = frozenset(files)
        if names not in self._known:
            held = self._session.loaded.workspace.project_files.items()
            projects = frozenset(project for project, file in held if file in names)
            self._known[names] = self._walked(only=Only(names, projects))
        found: Walk = self._known[names]
        return found

    def trace(self, ref: str) -> Walk:
        """The life of one entry (or of a project with what it holds), with every field."""

        def reader(entry: Entry) -> Row | None:
            wanted = ref in (entry.ref, entry.project)
            return {**entry.fields, "name": entry.name} if wanted else None

        # The id of the project (of a target its indicator) stands in every file that speaks of it.
        parts = ref.split("/")
        mentions = parts[1] if len(parts) == 3 else parts[0]
        return self._walked(reader=reader, mentions=mentions.encode() if mentions.isascii() else b"")

    def tasks_on(self, day: date, refs: Collection[str]) -> Mapping[str, Task]:
        """Tasks as the ledgers told them at the end of a day gone by."""
        from projledger.load.past import Past

        if "past" not in self._known:
            settings = self._session.loaded.workspace.settings
            commit = self._session.commit(self._repository, self._session.rev or "HEAD")
            self._known["past"] = Past(self._repository, commit, settings.timezone, settings.money_unit)
        past: Past = self._known["past"]
        return past.tasks(day, refs, self._session.loaded.workspace.project_files)

    def versions(self) -> Versions:
        """The two versions that a comparison is about."""
        from projledger.analysis.changes import Versions
        from projledger.load.history import day_in

        session, comparison = self._session, self._session.comparison
        workspace, earlier, later = session.loaded.workspace, comparison.before.workspace, comparison.later
        moved = [
            (file, workspace.project_files[id_])
            for id_, file in earlier.project_files.items()
            if id_ in workspace.project_files and workspace.project_files[id_] != file
        ]
        written = self._repository.moment(later) if later is not None else None
        return Versions(
            before=earlier,
            old=git.shortened(comparison.commit),
            new=git.shortened(later) if later is not None else "",
            staged=bool(session.values.get("staged")),
            day=day_in(written, workspace.settings.timezone) if written is not None else None,
            touched=tuple(sorted(comparison.touched)),
            moved=tuple(moved),
            commits=self._repository.between(comparison.commit, later or self._repository.commit("HEAD")),
            whole=comparison.whole if comparison.narrowed else None,
        )

    @property
    def _repository(self) -> git.Repository:
        if "repository" not in self._known:
            self._known["repository"] = git.repository(self._session.root)
        found: git.Repository = self._known["repository"]
        return found

    def _walked(self, only: Only | None = None, reader: Reader | None = None, mentions: bytes = b"") -> Walk:
        from projledger.load import history

        repository, settings = self._repository, self._session.loaded.workspace.settings
        return history.walk(
            repository,
            self._session.commit(repository, self._session.rev or "HEAD"),
            settings.timezone,
            settings.money_unit,
            cache=cache_folder(),
            reader=reader,
            mentions=mentions,
            only=only,
            watch=self._session.progress,
        )
