"""What git knows of the ledgers. The only importer of `subprocess`.

Everything is read through plumbing commands with NUL-separated output, so that no file name, message or configuration
of a user can change what is understood. Nothing here writes, but for `Repository.configure`, which `git-setup` asks.
"""

from __future__ import annotations

import os
import posixpath
import subprocess
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from projledger import errors
from projledger.frozen import frozen

_LINK: Final = "120000"
_SUBMODULE: Final = "160000"
_FILE: Final = "100"  # 100644 and 100755
_NOTHING: Final = "000000"
_MOST_WORDS: Final = 500  # of a subject: who writes a book into it says no more than that
_MOST_LINKS: Final = 40  # as many as Linux follows
_FOLDER: Final = "projects"
_AHEAD: Final = 16  # few enough that their names fit into a pipe
_SETTINGS: Final = "projledger.yaml"


@frozen
class Revision:
    """The data version of a folder: the short commit, and whether files there differ from it."""

    commit: str
    dirty: bool


@frozen
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
        done = _git(self.folder, ("rev-parse", "--verify", "--end-of-options", name))
        found = done.stdout.decode("ascii", "replace").strip()
        if done.returncode or len(found) not in (40, 64):  # a leading `^` is of a range
            if rev == "HEAD":
                raise errors.NoCommitsError
            raise errors.UnknownRevisionError(rev, self.shallow)
        warning = done.stderr.decode("utf-8", "replace")
        if "only goes back to" in warning:
            # A clone logs where a branch was since it was cloned: git takes the first thing that it knows.
            branch, _at, when = rev.partition("@{")
            dated = ("rev-list", "-1", "--first-parent", f"--before={when.rstrip('}')}", branch or "HEAD", "--")
            raise errors.ForgottenRevisionError(rev, shortened(self.run(*dated).decode("ascii").strip()))
        if "is ambiguous" in warning:
            raise errors.AmbiguousRevisionError(rev)
        return found

    def blobs_at(self, commit: str, home: str | None = None) -> dict[str, str]:
        """The blob of each file of the workspace at a commit, by its name relative to the workspace.

        Links to files of the workspace are followed, as they are on disk.

        Args:
            commit: to look at.
            home: where the workspace lay there, as `prefix`; None for where it lies now.

        Raises:
            SubmoduleError: when projects of it stand in another repository.
        """
        home = self.prefix if home is None else home
        return self._ledgers_in(self._listed(commit, home), commit, home)

    def _listed(self, commit: str, home: str) -> dict[str, _Blob]:
        """What lies in a folder of the repository at a commit, by its path."""
        tree: dict[str, _Blob] = {}
        listing = self.run("ls-tree", "-r", "-z", "--full-tree", commit, "--", home or ".")
        for entry in os.fsdecode(listing).split("\0")[:-1]:
            head, _tab, path = entry.partition("\t")
            mode, _kind, blob = head.split(" ")
            tree[path] = mode, blob
        return tree

    def _ledgers_in(self, tree: Mapping[str, _Blob], commit: str, home: str) -> dict[str, str]:
        odd = [(path, *blob) for path, blob in tree.items() if blob[0] in (_LINK, _SUBMODULE)]
        for path, mode, _blob in odd:
            if _holds_projects(mode, path.removeprefix(home)):
                raise errors.SubmoduleError(shortened(commit), path.removeprefix(home))
        return _ledgers(tree, home, self._texts(blob for _path, mode, blob in odd if mode == _LINK))

    def _texts(self, links: Iterable[str]) -> dict[str, str]:
        """Where links lead to, by their blobs."""
        wanted = list(dict.fromkeys(links))
        return dict(zip(wanted, map(os.fsdecode, self.contents(wanted)), strict=True))

    def contents(self, blobs: Iterable[str]) -> Iterator[bytes]:
        """The content of each blob, through one process.

        Raises:
            ObjectMissingError: when this clone does not have it, or has it damaged.
        """
        wanted = list(blobs)
        if not wanted:
            return
        # Of a damaged object git tells the name, or stops: what it wrote before tells which one.
        output = _git(self.folder, ("cat-file", "--batch"), "".join(f"{blob}\n" for blob in wanted).encode()).stdout
        at = 0
        for blob in wanted:
            end = output.find(b"\n", at)
            size = (
                int(output[at:end].rsplit(b" ", 1)[1]) if end > 0 and not output.endswith(b" missing", at, end) else -1
            )
            if size < 0 or end + 1 + size >= len(output):
                raise errors.ObjectMissingError(blob)
            yield output[end + 1 : end + 1 + size]
            at = end + size + 2

    def reading(self) -> Blobs:
        """A reader of single blobs, one process for all of them; to be used with `with`."""
        return Blobs(self.folder)

    def staged(self) -> dict[str, str]:
        """The blob of each ledger in the index.

        Raises:
            UnmergedError: while a merge is not finished.
        """
        found: dict[str, str] = {}
        for entry in self.run("ls-files", "--stage", "--full-name", "-z", "--", ".").split(b"\0"):
            head, _tab, raw = entry.partition(b"\t")
            if not raw:
                continue
            mode, blob, stage = head.decode("ascii").split(" ")
            name = os.fsdecode(raw).removeprefix(self.prefix)
            if stage != "0":
                raise errors.UnmergedError(name)
            if mode.startswith(_FILE) and is_ledger(name):
                found[name] = blob
        return dict(sorted(found.items()))

    def logged(self, commit: str) -> Iterator[Logged]:
        """Every commit that leads to `commit`, parents first, with the ledgers that it changed.

        A merge is compared with its first parent. Commits that touch no ledger are there too: they tie the others.
        Ledgers have the names that they had in the workspace, wherever that lay then.
        """
        _require(self.folder)
        homes = [self.prefix]
        copied: dict[str, str] = {}  # the commits that copied the workspace, and where to
        while True:
            log = list(_commits(self._log(commit, homes)))
            fresh: list[str] = []
            for one, home in [(one, home) for one in log if one.parents for home in homes if home in one.begun]:
                came = self._moved(one.parents[0], one.id, home, back=True)
                if came is None:
                    came = self._copied(one.parents[0], one.id, home, commit)
                    copied |= {one.id: home} if came is not None else {}
                if came is not None and came not in (*homes, *fresh):
                    fresh.append(came)
            if not fresh:
                break
            homes += fresh
        touched = [blob for one in log for blob in one.touched.values() if blob is not None]
        links = self._texts(blob for mode, blob in touched if mode == _LINK)
        if links or len(homes) > 1:
            yield from _followed(log, homes, links, copied)
            return
        for one in log:
            yield one.told(
                {
                    name: blob[1] if blob is not None and blob[0].startswith(_FILE) else None
                    for path, blob in one.touched.items()
                    if is_ledger(name := path.removeprefix(self.prefix))
                },
                self.prefix,
            )

    def _log(self, commit: str, homes: Iterable[str]) -> bytes:
        return self.run(
            "-c",
            "log.showSignature=false",
            "log",
            "--topo-order",
            "--reverse",
            "--raw",
            "-z",
            "--no-renames",
            "--no-abbrev",
            "--no-color",
            "--no-mailmap",
            "--encoding=UTF-8",
            "--root",
            "-m",
            "--diff-merges=first-parent",
            "--full-history",
            "--sparse",
            "--format=%H%x00%P%x00%an%x00%aI%x00%cI%x00%s%x00",
            "--end-of-options",
            commit,
            "--",
            *map(self._path, homes),
        )

    def _path(self, path: str) -> str:
        """A path of the repository as seen from the workspace, which may be gone from there."""
        return "../" * self.prefix.count("/") + path or "."

    def _moved(self, parent: str, commit: str, home: str, back: bool) -> str | None:
        """Where the workspace that a commit brought to `home` lay before (`back`), or where the one it took went to.

        None where it came from nowhere: then no other one ended (began) in the same commit.
        """
        words = self.run("diff-tree", "-r", "-z", "-M", "-l9999", "--name-status", "--diff-filter=ADR", parent, commit)
        tokens = iter(os.fsdecode(words).split("\0"))
        ended: set[str] = set()
        together: dict[str, int] = {}  # how many ledgers went the same way, by where the others are
        for status in tokens:
            if not status:
                continue
            old = next(tokens)
            new = next(tokens) if status.startswith("R") else old
            here, there = (new, old) if back else (old, new)
            other = there.removesuffix(_SETTINGS)
            if other != there and not status.startswith("A" if back else "D") and (not other or other.endswith("/")):
                ended.add(other)
            name = here.removeprefix(home)
            if status.startswith("R") and here.startswith(home) and there.endswith(name):
                together[there.removesuffix(name)] = together.get(there.removesuffix(name), 0) + 1
        return max(sorted(ended - {home}), key=lambda other: together.get(other, 0), default=None)

    def _copied(self, parent: str, commit: str, home: str, end: str) -> str | None:
        """Where the workspace that a commit brought to `home` was copied from, if it went away from there later.

        None where that one is still there at `end`, or was changed after the copy: then there were two of them.
        """
        before = self._tree(parent)
        others = [path.removesuffix(_SETTINGS) for path in before if f"/{path}".endswith(f"/{_SETTINGS}")]
        if not others:
            return None
        copy, last = self._tree(commit, home), self._tree(end)
        alike: dict[str, int] = {}
        for other in sorted(others):
            ledgers = {name for path in before if path.startswith(other) and is_ledger(name := path[len(other) :])}
            same = sum(copy.get(home + name) == before.get(other + name) for name in ledgers)
            if other + _SETTINGS in last or 2 * same < len(ledgers):
                continue
            later = ("log", "-1", "--format=%H", "--full-history", "-m", "--no-renames", "--diff-filter=AMT")
            if not self.run(*later, f"{commit}..{end}", "--", self._path(other)).strip():
                alike[other] = same
        return max(alike, key=lambda other: alike[other], default=None)

    def _tree(self, commit: str, path: str = "") -> dict[str, str]:
        """The blobs of a commit below a path, by path."""
        listing = self.run("ls-tree", "-r", "-z", "--full-tree", commit, "--", path or ".")
        parts = (entry.partition("\t") for entry in os.fsdecode(listing).split("\0")[:-1])
        return {name: head.rpartition(" ")[2] for head, _tab, name in parts}

    def ancestry(self, commit: str) -> bytes:
        """Every commit that leads to `commit` with its parents, as this clone has them: equal for equal histories."""
        return self.run("rev-list", "--parents", "--topo-order", "--end-of-options", commit, "--")

    def configured(self, key: str) -> str | None:
        """A value of this repository's own configuration."""
        done = _git(self.folder, ("config", "--local", "--get", key))
        return None if done.returncode else done.stdout.decode("utf-8", "replace").removesuffix("\n")

    def configure(self, key: str, value: str | None) -> None:
        """Set a value of this repository's own configuration; None takes it out."""
        if value is not None:
            self.run("config", "--local", key, value)
        elif self.configured(key) is not None:
            self.run("config", "--local", "--unset-all", key)

    def hook(self, name: str) -> Path:
        """Where a hook of this repository belongs."""
        found = self.run("rev-parse", "--git-path", f"hooks/{name}").decode("utf-8", "surrogateescape")
        return self.folder / found.removesuffix("\n")

    @property
    def top(self) -> Path:
        """The folder of the work tree."""
        return Path(os.fsdecode(self.run("rev-parse", "--show-toplevel")).removesuffix("\n"))

    @property
    def store(self) -> Path:
        """Where git keeps what belongs to this repository, for all its work trees."""
        return self.folder / os.fsdecode(self.run("rev-parse", "--git-common-dir")).removesuffix("\n")

    def moment(self, commit: str) -> datetime:
        """When the author of a commit wrote it."""
        ((_commit, when),) = self._dated("--no-walk", commit)
        return when

    def mainline(self, commit: str) -> list[tuple[str, datetime]]:
        """The commits that followed each other as the version that others saw, the first one first, with their dates.

        Of a merge, that is what it was merged into.
        """
        return self._dated("--first-parent", "--reverse", "--end-of-options", commit)

    def between(self, old: str, new: str) -> dict[str, datetime]:
        """The commits that lead to `new` and not to `old`, with their dates."""
        return dict(self._dated(new, f"^{old}"))

    def _dated(self, *wanted: str) -> list[tuple[str, datetime]]:
        """Commits of `git log` with their dates."""
        said = self.run("-c", "log.showSignature=false", "log", "--format=%H %aI %cI", *wanted, "--")
        lines = said.decode("ascii", "replace").splitlines()
        return [(parts[0], _moment(*(*parts[1:], "", "")[:2])) for line in lines if (parts := line.split(" "))]

    def merge_base(self, old: str, new: str) -> str | None:
        """Where two commits parted; None when they have nothing in common."""
        done = _git(self.folder, ("merge-base", old, new))
        return done.stdout.decode("ascii", "replace").strip() or None

    @property
    def shallow(self) -> bool:
        """Whether this clone has only the last part of the history."""
        return self.run("rev-parse", "--is-shallow-repository").strip() == b"true"

    @property
    def replaced(self) -> int:
        """How many objects this clone shows others in place of."""
        return len(self.run("for-each-ref", "--format=%(refname)", "refs/replace/").split())

    def rewritten(self, commit: str) -> int:
        """How many commits with changes of the ledgers this clone once saw here that `commit` does not lead to.

        Looks at what the branch and the branch it follows pointed to; replaced and grafted commits count too.
        """
        lost = self.replaced
        branch = _git(self.folder, ("symbolic-ref", "--quiet", "HEAD")).stdout.decode("utf-8", "replace").strip()
        if not branch or self.commit("HEAD") != commit:
            return lost
        seen: set[str] = set()
        follows = _git(self.folder, ("rev-parse", "--symbolic-full-name", "@{upstream}"))
        names = [branch] + ([follows.stdout.decode("utf-8", "replace").strip()] if not follows.returncode else [])
        for name in names:
            done = _git(self.folder, ("log", "--walk-reflogs", "--format=%H", name, "--"))
            seen |= set(done.stdout.decode("ascii", "replace").split()) if not done.returncode else set()
        if seen:
            listed = "".join(f"{one}\n" for one in sorted(seen)) + f"^{commit}\n"
            done = _git(self.folder, ("rev-list", "--stdin", "--count", "--", "."), listed.encode())
            lost += int(done.stdout.strip() or 0)
        return lost

    def ledgers_at(self, commit: str) -> dict[str, str]:
        """As `blobs_at`, where there is a workspace.

        Raises:
            NoLedgersAtRevisionError: when the workspace did not exist there, here or where it was moved from or to.
        """
        blobs = self.blobs_at(commit)
        elsewhere = self._elsewhere(commit) if _SETTINGS not in blobs else iter(())
        while _SETTINGS not in blobs:
            home = next(elsewhere, None)
            if home is None:
                raise errors.NoLedgersAtRevisionError(shortened(commit), self.prefix.rstrip("/") or ".")
            blobs = self.blobs_at(commit, home)
        return blobs

    def ledgers_of(self, old: str, new: str) -> tuple[dict[str, str], dict[str, str]]:
        """As `ledgers_at`, of two commits: of the second git tells what differs, for most of a place does not."""
        tree = self._listed(old, self.prefix)
        later = dict(tree)
        told = iter(os.fsdecode(self.run("diff-tree", "-r", "-z", "--no-renames", old, new, "--", ".")).split("\0"))
        for head in told:
            if head:
                _mode, mode, _blob, blob, _status = head.split(" ")
                path = next(told)
                if mode == _NOTHING:
                    del later[path]
                else:
                    later[path] = mode, blob
        if self.prefix + _SETTINGS in tree.keys() & later.keys():
            return self._ledgers_in(tree, old, self.prefix), self._ledgers_in(later, new, self.prefix)
        return self.ledgers_at(old), self.ledgers_at(new)

    def files_at(self, commit: str) -> Iterator[tuple[str, bytes]]:
        """Every ledger at a commit, as `load.read_folder` gives those on disk.

        Raises:
            NoLedgersAtRevisionError: when the workspace did not exist there.
        """
        blobs = self.ledgers_at(commit)
        yield from zip(blobs, self.contents(blobs.values()), strict=True)

    def _elsewhere(self, commit: str) -> Iterator[str]:
        """Where else the workspace lay before, or lies on the way to a commit."""
        head = _git(self.folder, ("rev-parse", "--verify", "--quiet", "HEAD")).stdout.decode("ascii", "replace").split()
        homes = [self.prefix]
        for home in homes:  # it grows
            for back in (True, False):
                found = self.run(
                    "-c", "log.showSignature=false", "log", "--full-history", "-m", "--diff-merges=first-parent",
                    "--no-renames", f"--diff-filter={'A' if back else 'D'}", "--raw", "--format=%x00%H %P",
                    *head, commit, "--", self._path(home + _SETTINGS),
                )  # fmt: skip
                for told in found.decode("utf-8", "replace").split("\0")[1:]:
                    id_, *parents = told.partition("\n")[0].split()
                    other = self._moved(parents[0], id_, home, back) if parents else None
                    if other is None and parents and back:
                        other = self._copied(parents[0], id_, home, (*head, commit)[0])
                    if other is not None and other not in homes:
                        homes.append(other)
                        yield other


@frozen
class Logged:
    """A commit as git tells it: its parents, who wrote it and when (with the offset), and its subject.

    `touched` has the blob of every ledger that it changed, None where it took one away; `apart` names the submodules
    with projects that it brought or changed.
    """

    id: str
    parents: tuple[str, ...]
    author: str
    date: datetime
    words: str
    touched: Mapping[str, str | None]
    apart: tuple[str, ...] = ()


_Blob = tuple[str, str]
"""The mode and the id of a file."""


@frozen
class _Touching:
    """A commit with all that it touched where the workspace lies or lay, by path; None for what it took away.

    `begun` has the places where it added settings, and with them a workspace.
    """

    id: str
    parents: tuple[str, ...]
    author: str
    date: datetime
    words: str
    touched: Mapping[str, _Blob | None]
    begun: frozenset[str]

    def told(self, touched: Mapping[str, str | None], home: str) -> Logged:
        """The same with the ledgers that it touched, in the workspace at `home`."""
        apart = tuple(
            name
            for path, blob in self.touched.items()
            if blob is not None and _holds_projects(blob[0], name := path.removeprefix(home))
        )
        return Logged(self.id, self.parents, self.author, self.date, self.words, touched, apart)


def _commits(output: bytes) -> Iterator[_Touching]:
    """What `git log --raw -z` tells."""
    tokens = iter(output.split(b"\0"))
    token = next(tokens, b"")
    while True:
        while token in (b"", b"\n"):
            following = next(tokens, None)
            if following is None:
                return
            token = following
        head = [token, *(next(tokens) for _field in range(5))]
        oid, parents, author, written, committed, words = (part.decode("utf-8", "replace") for part in head)
        touched: dict[str, _Blob | None] = {}
        begun: set[str] = set()
        ended = True
        for token in tokens:
            raw = token.lstrip(b"\n")
            if raw.startswith(b":"):
                old_mode, mode, _old, blob, _status = raw.decode("ascii").split(" ")
                path = os.fsdecode(next(tokens))
                touched[path] = (mode, blob) if mode != _NOTHING else None
                if path.endswith(_SETTINGS) and old_mode == f":{_NOTHING}":
                    begun.add(path.removesuffix(_SETTINGS))
            elif raw:
                ended = False
                break
        moment = _moment(written, committed)
        told = words if len(words) <= _MOST_WORDS else words[: _MOST_WORDS - 1] + "…"
        yield _Touching(oid.strip(), tuple(parents.split()), author, moment, told, touched, frozenset(begun))
        if ended:
            return


def _followed(
    log: Sequence[_Touching], homes: Sequence[str], links: Mapping[str, str], copied: Mapping[str, str]
) -> Iterator[Logged]:
    """What each commit did to the ledgers, where those may be links, or the workspace lay elsewhere before.

    Args:
        log: the commits, parents first.
        homes: where the workspace lies, and where it lay before, the last place first.
        links: where links lead to, by their blobs.
        copied: where to commits copied the workspace; the one that was left behind counts no more.
    """
    waiting: dict[str, int] = {}  # how many children of a commit are still to come
    for one in log:
        for parent in one.parents:
            waiting[parent] = waiting.get(parent, 0) + 1
    trees: dict[str, tuple[str, dict[str, _Blob], dict[str, str]]] = {}
    for one in log:
        home, tree, before = trees.get(one.parents[0] if one.parents else "", (homes[-1], {}, {}))
        ledgers = before
        if one.touched:
            tree = {path: blob for path, blob in {**tree, **one.touched}.items() if blob is not None}
            home = copied.get(one.id, home)
            if home + _SETTINGS not in tree:
                home = next((other for other in homes if other + _SETTINGS in tree), home)
            ledgers = _ledgers(tree, home, links)
        trees[one.id] = home, tree, ledgers
        gone: dict[str, str | None] = dict.fromkeys(name for name in before if name not in ledgers)
        yield one.told(gone | {name: blob for name, blob in ledgers.items() if before.get(name) != blob}, home)
        for parent in one.parents:
            waiting[parent] -= 1
            if not waiting[parent]:
                trees.pop(parent, None)


def _ledgers(tree: Mapping[str, _Blob], home: str, links: Mapping[str, str]) -> dict[str, str]:
    """The ledgers of the workspace at a place, by name: files, and links to files of the workspace."""
    found = {path.removeprefix(home): blob for path, blob in tree.items() if path.startswith(home)} if home else tree
    ledgers: dict[str, str] = {}
    for name in sorted(found):
        mode, blob = found[name]
        end, steps = name, 0
        while mode == _LINK and steps < _MOST_LINKS:
            end = posixpath.normpath(posixpath.join(posixpath.dirname(end), links[blob]))
            mode, blob = found.get(end, (_NOTHING, ""))
            steps += 1
        if mode.startswith(_FILE) and is_ledger(name):
            ledgers[name] = blob
    return ledgers


def _holds_projects(mode: str, name: str) -> bool:
    """Whether something in the workspace is a submodule in which a checkout finds projects."""
    return mode == _SUBMODULE and f"{name}/".startswith(f"{_FOLDER}/")


def _moment(written: str, committed: str) -> datetime:
    """The author's date; the committer's where git cannot tell it, as in damaged commits."""
    for text in (written, committed):
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            continue
    return datetime(1970, 1, 1, tzinfo=UTC)


class Blobs:
    """Reads blobs one after the other through a single `git cat-file --batch`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._coming: deque[str] = deque()
        self._asked: deque[str] = deque()

    def __enter__(self) -> Blobs:
        return self

    def __exit__(self, *_problem: object) -> None:
        self._ended()

    def expect(self, blobs: Iterable[str]) -> None:
        """Say which blobs will be read, in this order: git unpacks the next ones while one is looked at."""
        self._coming.extend(blobs)

    def read(self, blob: str) -> bytes | None:
        """The content of a blob; None when the clone does not have it."""
        if self._next() != blob:
            # Not what was expected (a damaged entry of a cache): begin again, without looking ahead.
            self._ended()
            self._coming.appendleft(blob)
        process = self._process or self._begun()
        assert process.stdin is not None
        assert process.stdout is not None
        asking = []
        while self._coming and len(self._asked) < _AHEAD:
            self._asked.append(self._coming.popleft())
            asking.append(self._asked[-1])
        if asking:
            with suppress(BrokenPipeError):  # git stopped: what it still answered tells where
                process.stdin.write("".join(f"{one}\n" for one in asking).encode())
                process.stdin.flush()
        self._asked.popleft()
        head = process.stdout.readline().split()
        content = process.stdout.read(int(head[2])) if len(head) == 3 else b""
        if not head or (len(head) == 3 and len(content) < int(head[2])):
            self._ended()  # git stops at some damaged objects: the others are to be had from another one
            return None
        if len(head) != 3:
            return None
        process.stdout.read(1)
        return content

    def _next(self) -> str | None:
        waiting = self._asked or self._coming
        return waiting[0] if waiting else None

    def _begun(self) -> subprocess.Popen[bytes]:
        self._process = subprocess.Popen(
            ["git", "-C", str(self._folder), "cat-file", "--batch"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(self._folder),
        )
        return self._process

    def _ended(self) -> None:
        """Stop the process; what was asked of it and not read is to come again."""
        if self._process is not None:
            self._process.communicate()
            self._process = None
        self._coming.extendleft(reversed(self._asked))
        self._asked.clear()


@lru_cache(maxsize=1 << 14)
def is_ledger(name: str) -> bool:
    """Whether `load.read_folder` would read a file of this name."""
    inside = "/" not in name or name.startswith(f"{_FOLDER}/")
    hidden = name.startswith(".") or "/." in name
    return inside and not hidden and name.lower().endswith((".yaml", ".yml"))


def _environment(folder: Path) -> dict[str, str]:
    """C locale, no prompts, no optional locks: the same bytes for everyone, and nothing is written.

    A hook is told where its repository is, as seen from where it runs, and which index is to be committed.
    """
    told = {name: str(Path.cwd() / os.environ[name]) for name in _PLACES if os.environ.get(name)}
    if "GIT_DIR" in told and "GIT_WORK_TREE" not in told:
        # Without a work tree git would take the folder that it is asked in for one.
        here = folder.resolve()
        if any((above / ".git").exists() for above in (here, *here.parents)):
            del told["GIT_DIR"]
    return {
        **{name: value for name, value in os.environ.items() if name not in (*_PLACES, "GIT_PREFIX")},
        **told,
        "LC_ALL": "C",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_NO_LAZY_FETCH": "1",
    }


_PLACES: Final = ("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY")


def _command(folder: Path, arguments: tuple[str, ...]) -> list[str]:
    return ["git", "-C", str(folder), "-c", "core.quotePath=false", *arguments]


def _git(
    folder: Path, arguments: tuple[str, ...], binary_input: bytes | None = None, version: bool = False
) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            ["git", "version"] if version else _command(folder, arguments),
            capture_output=True,
            env=_environment(folder),
            input=binary_input if binary_input is not None else b"",
            check=False,
        )
    except OSError:
        raise errors.GitMissingError from None


_NEEDED: Final = (2, 31)  # git log --diff-merges=first-parent


def _require(folder: Path) -> None:
    """Refuse a git that is too old for a walk.

    Raises:
        GitTooOldError: with the version that is needed.
    """
    said = _git(folder, (), version=True).stdout.decode("ascii", "replace").split()
    version = said[2] if len(said) > 2 else ""
    numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
    if len(numbers) == 2 and numbers < _NEEDED:
        raise errors.GitTooOldError(version, ".".join(map(str, _NEEDED)))


def bare(folder: Path) -> bool:
    """Whether a folder is a repository without a work tree."""
    try:
        return _git(folder, ("rev-parse", "--is-bare-repository")).stdout.strip() == b"true"
    except errors.GitMissingError:
        return False


def repository(folder: Path) -> Repository:
    """The repository that a workspace lies in.

    Raises:
        NotARepositoryError: when it lies in none.
        GitMissingError: when there is no git.
    """
    done = _git(folder, ("rev-parse", "--show-prefix", "--is-inside-work-tree"))
    lines = done.stdout.decode("utf-8", "surrogateescape").split("\n")
    said = done.stderr.decode("utf-8", "replace")
    if done.returncode and "safe.directory" in said:
        raise errors.DistrustedRepositoryError(
            next((line.strip() for line in said.splitlines() if line.strip().startswith("git config ")), "?")
        )
    if done.returncode and "not a git repository" not in said:
        raise errors.GitFailedError("rev-parse", said)
    if done.returncode or "true" not in lines:
        raise errors.NotARepositoryError(folder.resolve().name or str(folder))
    return Repository(folder, lines[0])


class Describing:
    """Asks git for the data version of a folder while other work goes on; `result` waits for the answer."""

    def __init__(self, folder: Path) -> None:
        command = (
            "status",
            "--porcelain=v2",
            "--branch",
            "-z",
            "--untracked-files=normal",
            "--ignored=matching",
            "--",
            ".",
        )
        self._folder = folder
        try:
            self._process: subprocess.Popen[bytes] | None = subprocess.Popen(
                _command(folder, command),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_environment(folder),
            )
        except OSError:
            self._process = None

    def __enter__(self) -> Describing:
        """Nothing to do: git is asked already."""
        return self

    def __exit__(self, *_raised: object) -> None:
        """Leave no process behind where nobody wanted the answer any more."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            self._process.communicate()

    def result(self) -> Revision | None:
        """The data version; None without git, outside a repository, or before its first commit."""
        if self._process is None:
            return None
        output = self._process.communicate()[0].decode("utf-8", "replace")
        entries = [entry for entry in output.split("\0") if entry]
        oid = next((entry.split(" ")[2] for entry in entries if entry.startswith("# branch.oid ")), "(initial)")
        if self._process.returncode or oid == "(initial)":
            return None
        changed = (entry for entry in entries if not entry.startswith("# "))
        return Revision(
            shortened(oid),
            any(not entry.startswith("! ") or self._is_read(entry.removeprefix("! ")) for entry in changed),
        )

    def _is_read(self, ignored: str) -> bool:
        """Whether something that git ignores, by its path from the top, is a ledger all the same: no commit has it."""
        above = self._folder.resolve().parts
        names = [ignored, *(ignored.removeprefix("/".join(above[-count:]) + "/") for count in range(1, len(above)))]
        return any(is_ledger(f"{name}any.yaml" if name.endswith("/") else name) for name in names)


def describe(folder: Path) -> Revision | None:
    """The data version of `folder`; None without git, outside a repository, or before its first commit."""
    with Describing(folder) as describing:
        return describing.result()


def shortened(commit: str) -> str:
    """Seven letters of a commit: always as many, so that a report has the same bytes in every clone."""
    return commit[:7]
