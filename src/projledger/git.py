"""What git knows of the ledgers. The only importer of `subprocess`.

Everything is read through plumbing commands with NUL-separated output, so that no file name, message or configuration
of a user can change what is understood. Nothing here writes.
"""

from __future__ import annotations

import os
import posixpath
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from projledger import errors

_LINK: Final = "120000"
_FILE: Final = "100"  # 100644 and 100755
_FOLDER: Final = "projects"
_SETTINGS: Final = "projledger.yaml"


@dataclass(frozen=True, slots=True)
class Revision:
    """The data version of a folder: the short commit, and whether files there differ from it."""

    commit: str
    dirty: bool


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository and where the workspace lies in it: `prefix` is empty or ends with `/`."""

    folder: Path
    prefix: str

    def run(self, *arguments: str, binary_input: bytes | None = None) -> bytes:
        """The output of a git command.

        Raises:
            GitFailedError: with what git said.
        """
        done = _git(self.folder, arguments, binary_input)
        if done.returncode:
            raise errors.GitFailedError(arguments[0], done.stderr.decode("utf-8", "replace"))
        return done.stdout

    def commit(self, rev: str) -> str:
        """The full id of the commit that `rev` names.

        Raises:
            UnknownRevisionError: when it names none.
        """
        name = f"{rev}^{{commit}}"
        done = _git(self.folder, ("rev-parse", "--verify", "--quiet", "--end-of-options", name))
        found = done.stdout.decode("ascii", "replace").strip()
        if done.returncode or len(found) < 40:
            raise errors.UnknownRevisionError(rev)
        return found

    def blobs_at(self, commit: str) -> dict[str, str]:
        """The blob of each file of the workspace at a commit, by its name relative to the workspace.

        Links to files of the workspace are followed, as they are on disk; submodules hold no ledgers of this place.
        """
        listing = self.run("ls-tree", "-r", "-z", "--full-tree", commit, "--", self.prefix or ".")
        found: dict[str, str] = {}
        links: dict[str, str] = {}
        for entry in listing.split(b"\0"):
            if not entry:
                continue
            head, _tab, raw = entry.partition(b"\t")
            mode, _kind, blob = head.decode("ascii").split(" ")
            name = os.fsdecode(raw).removeprefix(self.prefix)
            if mode == _LINK:
                links[name] = blob
            elif mode.startswith(_FILE):
                found[name] = blob
        for name, target in zip(links, self.contents(links.values()), strict=True):
            where = posixpath.normpath(posixpath.join(posixpath.dirname(name), os.fsdecode(target)))
            if where in found:
                found[name] = found[where]
        return {name: blob for name, blob in sorted(found.items()) if is_ledger(name)}

    def contents(self, blobs: Iterable[str]) -> Iterator[bytes]:
        """The content of each blob, through one process."""
        wanted = list(blobs)
        if not wanted:
            return
        output = self.run("cat-file", "--batch", binary_input="".join(f"{blob}\n" for blob in wanted).encode())
        at = 0
        for _blob in wanted:
            end = output.index(b"\n", at)
            size = int(output[at:end].rsplit(b" ", 1)[1])
            yield output[end + 1 : end + 1 + size]
            at = end + size + 2

    def files_at(self, commit: str) -> Iterator[tuple[str, bytes]]:
        """Every ledger at a commit, as `load.read_folder` gives those on disk.

        Raises:
            NoLedgersAtRevisionError: when the workspace did not exist there.
        """
        blobs = self.blobs_at(commit)
        if _SETTINGS not in blobs:
            raise errors.NoLedgersAtRevisionError(shortened(commit), self.prefix.rstrip("/") or ".")
        yield from zip(blobs, self.contents(blobs.values()), strict=True)


def is_ledger(name: str) -> bool:
    """Whether `load.read_folder` would read a file of this name."""
    folder, _slash, _rest = name.rpartition("/")
    parts = name.split("/")
    hidden = parts[-1].startswith(".") or any(part.startswith(".") for part in parts[1:-1])
    inside = not folder or parts[0] == _FOLDER
    return inside and not hidden and name.lower().endswith((".yaml", ".yml"))


def _git(
    folder: Path, arguments: tuple[str, ...], binary_input: bytes | None = None
) -> subprocess.CompletedProcess[bytes]:
    # C locale, no prompts, no optional locks: the same bytes for everyone, and nothing is written.
    environment = {
        **os.environ,
        "LC_ALL": "C",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_LITERAL_PATHSPECS": "1",
    }
    try:
        return subprocess.run(
            ["git", "-C", str(folder), "-c", "core.quotePath=false", *arguments],
            capture_output=True,
            env=environment,
            input=binary_input if binary_input is not None else b"",
            check=False,
        )
    except OSError:
        raise errors.GitMissingError from None


def repository(folder: Path) -> Repository:
    """The repository that a workspace lies in.

    Raises:
        NotARepositoryError: when it lies in none.
        GitMissingError: when there is no git.
    """
    done = _git(folder, ("rev-parse", "--show-prefix", "--is-inside-work-tree"))
    lines = done.stdout.decode("utf-8", "surrogateescape").split("\n")
    if done.returncode or "true" not in lines:
        raise errors.NotARepositoryError(folder.name or str(folder))
    return Repository(folder, lines[0])


def describe(folder: Path) -> Revision | None:
    """The data version of `folder`; None without git, outside a repository, or before its first commit."""
    try:
        done = _git(folder, ("status", "--porcelain=v2", "--branch", "-z", "--untracked-files=normal", "--", "."))
    except errors.GitMissingError:
        return None
    entries = [entry for entry in done.stdout.decode("utf-8", "replace").split("\0") if entry]
    oid = next((entry.split(" ")[2] for entry in entries if entry.startswith("# branch.oid ")), "(initial)")
    if done.returncode or oid == "(initial)":
        return None
    return Revision(shortened(oid), any(not entry.startswith("# ") for entry in entries))


def shortened(commit: str) -> str:
    """Seven letters of a commit: always as many, so that a report has the same bytes in every clone."""
    return commit[:7]
