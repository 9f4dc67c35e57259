"""What git knows of the ledgers, for the reports that look back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from projledger import git
from projledger.cli.session import Session

if TYPE_CHECKING:  # reports that look back only now and then do not load what a walk needs before it
    from projledger.analysis.changes import Versions
    from projledger.analysis.entries import Entry
    from projledger.analysis.timeline import Row, Walk
    from projledger.load.history import Only, Reader
    from projledger.load.past import Past
    from projledger.models.project import Task


class GitWitness:
    """The history of the workspace of a session, up to its revision (HEAD where it reads the work tree)."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._walks: dict[frozenset[str] | None, Walk] = {}

    def walk(self) -> Walk:
        """The life of every entry, with what slips and flags look at."""
        if None not in self._walks:
            self._walks[None] = self._walked()
        return self._walks[None]

    def walk_of(self, files: Collection[str]) -> Walk:
        """The same for the entries that stand in some files now, wherever they stood before."""
        from projledger.load.history import Only

        # A file that is left out, as its id stands in one of these too, may have counted before.
        twice = {again.file for again in self._session.loaded.workspace.twice if again.counts in files}
        names = frozenset(files) | twice
        if names not in self._walks:
            held = self._session.loaded.workspace.project_files.items()
            projects = frozenset(project for project, file in held if file in names)
            self._walks[names] = self._walked(only=Only(names, projects))
        return self._walks[names]

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
        return self._past.tasks(day, refs, self._session.loaded.workspace.project_files)

    def versions(self) -> Versions:
        """The two versions that a comparison is about."""
        from projledger.analysis.changes import Versions
        from projledger.load import reads
        from projledger.load.history import day_in

        session, comparison = self._session, self._session.comparison
        workspace, later = session.loaded.workspace, comparison.later
        earlier = comparison.before(session.loaded).workspace
        moved = [
            (file, workspace.project_files[id_])
            for id_, file in earlier.project_files.items()
            if id_ in workspace.project_files and workspace.project_files[id_] != file
        ]
        packs = {workspace.settings.rules, earlier.settings.rules}
        commits = session.repository.between(comparison.commit, self._commit)
        written = (commits.get(later) or session.repository.moment(later)) if later is not None else None
        return Versions(
            before=earlier,
            old=git.shortened(comparison.commit),
            new=git.shortened(later) if later is not None else "",
            staged=bool(session.values.get("staged")),
            day=day_in(written, workspace.settings.timezone) if written is not None else None,
            touched=tuple(sorted(name for name in comparison.touched if any(reads(name, rules) for rules in packs))),
            moved=tuple(moved),
            commits=frozenset(commits),
            whole=comparison.whole if comparison.narrowed else None,
        )

    @cached_property
    def _commit(self) -> str:
        """Where the history ends that is looked at."""
        return self._session.commit or self._session.commit_of("HEAD")

    @cached_property
    def _past(self) -> Past:
        from projledger.load.past import Past

        settings = self._session.loaded.workspace.settings
        return Past(self._session.repository, self._commit, settings.timezone, settings.money_unit)

    def _walked(self, only: Only | None = None, reader: Reader | None = None, mentions: bytes = b"") -> Walk:
        from projledger.load import history

        settings = self._session.loaded.workspace.settings
        return history.walk(
            self._session.repository,
            self._commit,
            settings.timezone,
            settings.money_unit,
            cache=self._session.cache,
            reader=reader,
            mentions=mentions,
            only=only,
            watch=self._session.progress,
        )
