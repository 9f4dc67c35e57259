"""A command that runs: its options, and the workspace, the day and the version that they lead to."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from projledger import errors
from projledger.cli.output import Output
from projledger.cli.places import cache_folder, find_workspace, glimpsed
from projledger.i18n import _

if TYPE_CHECKING:
    from projledger import git
    from projledger.cli.comparison import Comparison
    from projledger.cli.progress import Progress
    from projledger.load import Loaded
    from projledger.load.kept import Kept
    from projledger.render import Envelope

_MEANT_FOR_A_DAY: Final = re.compile(r"(19|20|21)\d\d([-/.年]\d|\d{4}$)")


class Session:
    """What a command asks for, each found once and only when it is asked for.

    Attributes:
        command: the name of the command.
        values: its options; of one given before and after its name the later won.
        output: where its output goes.
    """

    def __init__(self, command: str, values: Mapping[str, Any]) -> None:
        self.command = command
        self.values = values
        self.output = Output(values)
        self._describing: git.Describing | None = None

    @cached_property
    def root(self) -> Path:
        """The folder of the workspace."""
        named: str | None = self.values.get("workspace")
        try:
            return find_workspace(named)
        except errors.WorkspaceNotFoundError:
            from projledger import git

            if git.bare(Path(named or ".")):
                raise errors.BareRepositoryError from None
            raise

    @cached_property
    def loaded(self) -> Loaded:
        """The workspace, read once."""
        from projledger import load

        with self.progress.on(_("Reading the ledgers")):
            return load.load(self.files.items(), kept=self.kept, watch=self.progress)

    @cached_property
    def progress(self) -> Progress:
        """What shows the one who waits how far it is."""
        from projledger.cli.progress import Progress

        return Progress(self.values)

    def kept(self) -> Kept:
        """What reading this workspace gave the last time."""
        from projledger.load.kept import Kept

        return Kept(self.cache, self.root.resolve())

    @cached_property
    def cache(self) -> Path | None:
        """The folder of what is kept between two runs, and now and then swept; None where there is none."""
        from projledger.load.sweep import sweep

        folder = cache_folder()
        if folder is not None:
            sweep(folder, time.time())
        return folder

    @cached_property
    def files(self) -> Mapping[str, bytes]:
        """Every ledger by name: from the folder, from the index, or from a revision."""
        if self._compares:
            return self.comparison.files
        if self.commit is not None:
            return dict(self.repository.files_at(self.commit))
        if self.values.get("staged"):
            blobs = self.repository.staged()
            return dict(zip(blobs, self.repository.contents(blobs.values()), strict=True))
        from projledger import load

        return dict(load.read_folder(self.root))

    @property
    def rev(self) -> str | None:
        """The revision to read: `--rev`, or the later one of a comparison (`A..B` names both)."""
        new: str | None = self.values.get("new")
        old: str | None = self.values.get("old")
        if new is None and old is not None and ".." in old:
            new = old.rpartition("..")[2] or "HEAD"
        return new if new is not None else self.values.get("rev")

    @cached_property
    def commit(self) -> str | None:
        """The commit that is read; None where it is the folder or the index."""
        if self.rev is None:
            return None
        return self.comparison.later if self._compares else self.commit_of(self.rev)

    def commit_of(self, rev: str) -> str:
        """The commit that a revision names; a plain day names the version of the place at its end.

        Raises:
            UnknownRevisionError: it names none.
            NoSuchDayError: it names none, and is no day, though it looks like one.
            NoVersionError: the history begins after that day.
        """
        from projledger.quantities import Unreadable, parse_day

        repository = self.repository
        try:
            return repository.commit(rev)
        except errors.UnknownRevisionError:
            try:
                day = parse_day(rev)
            except Unreadable as problem:
                if _MEANT_FOR_A_DAY.match(rev):
                    raise errors.NoSuchDayError(problem.message, problem.help) from None
                day = None
            if day is None:
                raise
        from projledger.calendar import day_text
        from projledger.load.past import mainline, version_on

        versions = mainline(repository, repository.commit("HEAD"), glimpsed(self.root, "timezone") or "Asia/Shanghai")
        found = version_on(versions, day)
        if found is None:
            raise errors.NoVersionError(day_text(day), day_text(versions[0][1]), repository.shallow)
        return found

    @cached_property
    def repository(self) -> git.Repository:
        """The repository that the workspace lies in."""
        from projledger import git

        return git.repository(self.root)

    @property
    def _compares(self) -> bool:
        """Whether the command compares two versions."""
        return "old" in self.values

    @cached_property
    def comparison(self) -> Comparison:
        """The two versions of a command that compares."""
        from projledger.cli.comparison import Comparison, named

        earlier, later = named(self.values, self.rev, self.repository, self.commit_of)
        return Comparison(
            root=self.root,
            repository=self.repository,
            commit=earlier,
            later=later,
            staged=bool(self.values.get("staged")),
            kept=self.kept,
            watch=self.progress,
        )

    @property
    def as_of(self) -> date:
        """The day to judge by: `--as-of`, then the settings, then today where the place is."""
        given: date | None = self.values.get("as_of")
        return given or self.today

    @property
    def today(self) -> date:
        """Today where the place is, unless the settings freeze it."""
        settings = self.loaded.workspace.settings
        return settings.as_of or today(settings.timezone)

    @contextmanager
    def asking_for_revision(self) -> Iterator[None]:
        """Ask git for the data version now; its answer is there when the report has been computed."""
        if self.rev is not None:
            yield
            return
        from projledger import git

        with git.Describing(self.root) as self._describing:
            yield

    @cached_property
    def revision(self) -> git.Revision | None:
        """The data version, where git knows the folder."""
        from projledger import git

        if self.commit is not None:
            return git.Revision(git.shortened(self.commit), dirty=False)
        return self._describing.result() if self._describing is not None else git.describe(self.root)

    @property
    def envelope(self) -> Envelope:
        """What JSON says around a result."""
        from projledger.render import Envelope

        workspace, revision = self.loaded.workspace, self.revision
        return Envelope(
            command=self.command,
            workspace=workspace.settings.name,
            as_of=self.as_of,
            revision=revision.commit if revision else None,
            dirty=revision.dirty if revision else False,
            left_out=workspace.left_out,
        )


def today(timezone: str) -> date:
    """The day it is now in a time zone."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return datetime.now(ZoneInfo(timezone)).date()
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise errors.UsageError(
            _("timezone: “{name}” is not a time zone; write one such as Asia/Shanghai").format(name=timezone)
        ) from None
