"""The two versions of a comparison: only the ledgers that can have a part in it are read.

A ledger that is the same in both versions, and is tied to none that changed, says the same in both: it is passed over
where `load.kept` knows what it speaks of. Everything else is read, and all of it when a file of the whole place
changed; `whole` reads the rest for figures that are sums over all ledgers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from projledger import errors, git, load
from projledger.i18n import _
from projledger.load.kept import concerned, identity

if TYPE_CHECKING:
    from projledger.load import Loaded
    from projledger.load.kept import Kept
    from projledger.load.watch import Watch
    from projledger.models.workspace import Workspace


def named(
    values: Mapping[str, Any], rev: str | None, repository: git.Repository, commit_of: Callable[[str], str]
) -> tuple[str, str | None]:
    """The two commits that `diff [A [B]]` names; None for a later version that is not committed.

    Args:
        values: the options of the command.
        rev: the later revision, as far as one is named.
        repository: where they are.
        commit_of: the commit that a revision names.
    """
    given: str | None = values.get("old")
    old, dots, new = ("HEAD" if given is None else given).partition("..")
    if values.get("new") is not None and dots:
        raise errors.UsageError(_("write either A..B or A B, not both"))
    if values.get("staged") and rev is not None:
        raise errors.UsageError(_("--staged compares with what is staged: leave out {new}").format(new=rev))
    earlier = commit_of(old or ("HEAD" if dots else ""))
    later = commit_of(rev) if rev is not None else None
    if dots and new.startswith(".") and later is not None:
        base = repository.merge_base(earlier, later)
        if base is None:
            raise errors.UsageError(_("{old} and {new} have no commit in common").format(old=old, new=new[1:]))
        earlier = base
    return earlier, later


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two versions of a workspace.

    Attributes:
        root: the folder of the workspace.
        repository: where it lies in.
        commit: the earlier version.
        later: the other one; None where it is not committed.
        staged: whether that is the index, not the folder.
        kept: gives what was kept of this workspace.
        watch: is told what is read.
    """

    root: Path
    repository: git.Repository
    commit: str
    later: str | None
    staged: bool
    kept: Callable[[], Kept]
    watch: Watch
    _blobs: dict[str, bytes] = field(init=False, default_factory=dict)

    @cached_property
    def touched(self) -> frozenset[str]:
        """The files whose bytes differ, or that one version alone has."""
        return frozenset(name for name, _blob in self._before.items() ^ self._now.items())

    @cached_property
    def files(self) -> dict[str, bytes]:
        """The ledgers of the later version, as far as they have a part in the comparison."""
        return self._contents(self._now, self._concerned)

    def before(self, later: Loaded) -> Loaded:
        """The earlier version, as far as it has a part in the comparison, next to the later one read from `files`."""
        return self._earlier(self._contents(self._before, self._concerned), later)

    @property
    def narrowed(self) -> bool:
        """Whether some ledgers were passed over."""
        return not self._concerned >= (self._now.keys() | self._before.keys())

    def whole(self) -> tuple[Workspace, Workspace]:
        """Both versions in full: the earlier one and the later one."""
        now = load.load(
            self._contents(self._now, self._now.keys()).items(),
            kept=self.kept,
            watch=self.watch,
        )
        before = self._earlier(self._contents(self._before, self._before.keys()), now)
        return before.workspace, now.workspace

    @cached_property
    def _committed(self) -> tuple[dict[str, str], dict[str, str]]:
        """The ledgers of the earlier version, and of the later one where that is committed."""
        if self.later is None:
            return self.repository.ledgers_at(self.commit), {}
        return self.repository.ledgers_of(self.commit, self.later)

    @cached_property
    def _before(self) -> dict[str, str]:
        return self._committed[0]

    @cached_property
    def _now(self) -> dict[str, str]:
        if self.later is not None:
            return self._committed[1]
        if self.staged:
            return self.repository.staged()
        algorithm = "sha256" if any(len(blob) == 64 for blob in self._before.values()) else "sha1"
        return {name: self._identity(name, raw, algorithm) for name, raw in self._on_disk.items()}

    def _identity(self, name: str, raw: bytes, algorithm: str) -> str:
        """The blob of a file on disk; that of the earlier version where a checkout only made its line ends others."""
        blob = identity(raw, algorithm)
        if b"\r\n" not in raw or blob == self._before.get(name):
            return blob
        plain = identity(raw.replace(b"\r\n", b"\n"), algorithm)
        return plain if plain == self._before.get(name) else blob

    @cached_property
    def _on_disk(self) -> dict[str, bytes]:
        return dict(load.read_folder(self.root))

    @cached_property
    def _concerned(self) -> frozenset[str]:
        """The files to be read of either version."""
        names = self.kept().names() if all(map(load.is_project, self.touched)) else {}
        if not names:
            return frozenset(self._now.keys() | self._before.keys())
        versions = (self._before, self._now)
        # All that is read in any case, so that most comparisons are served by one process.
        first = self.touched | {name for version in versions for name, blob in version.items() if blob not in names}
        unread: dict[str, bytes] = {}
        for version in versions:
            read = self._contents(version, first).items()
            unread |= {version[name]: raw for name, raw in read if load.is_project(name) and version[name] not in names}
        return frozenset(concerned(self.touched, versions, names, unread))

    def _contents(self, blobs: Mapping[str, str], wanted: Set[str]) -> dict[str, bytes]:
        on_disk = self.later is None and not self.staged
        if blobs is self._now and on_disk:
            return {name: raw for name, raw in self._on_disk.items() if name in wanted}
        # What is asked of one version will be asked of the other: one process reads both, and what they share once.
        versions = (self._before,) if on_disk else (self._before, self._now)
        ids = dict.fromkeys(version[name] for version in versions for name in sorted(wanted & version.keys()))
        missing = [blob for blob in ids if blob not in self._blobs]
        self._blobs.update(zip(missing, self.repository.contents(missing), strict=True))
        return {name: self._blobs[blobs[name]] for name in sorted(wanted & blobs.keys())}

    def _earlier(self, files: dict[str, bytes], later: Loaded) -> Loaded:
        """The earlier version; projects that are the same in the later one are not read again."""
        workspace = later.workspace
        read = zip(workspace.files, workspace.projects, strict=True)
        known = {name: project for name, project in read if name in files and name not in self.touched}
        # What they say hangs on the unit of money in the settings.
        return load.load(files.items(), {} if "projledger.yaml" in self.touched else known, watch=self.watch)
