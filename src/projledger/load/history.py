"""From the history of a repository to the life of every entry in it.

Each blob is read and typed once; what a walk needs of it is kept in a store by blob id. A ledger that cannot be read
at some commit keeps what it said before, and the commit is listed: the change is then that of the next one that can.
"""

from __future__ import annotations

import gc
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import Final
from weakref import WeakValueDictionary
from zoneinfo import ZoneInfo

from projledger.analysis.collecting import uncollected
from projledger.analysis.entries import Entry, entries_of
from projledger.analysis.slips import KEPT, row_of
from projledger.analysis.timeline import Chain, Commit, Event, Life, Row, Skipped, Walk, joined
from projledger.frozen import frozen
from projledger.git import Blobs, Logged, Repository
from projledger.i18n import _, language
from projledger.load import KINDS, is_project, project_id, read_one
from projledger.load.store import WALK, Store
from projledger.load.walks import packed, unpacked
from projledger.load.watch import Watch, unwatched
from projledger.models.project import Project

Reader = Callable[[Entry], Row | None]
"""What to keep of an entry; None to pass it over."""


Kept = str | Row
"""A row as it is kept: as JSON, unless a reader asked for more than slips need. Equal ones say the same."""


def _row(kept: Kept | None) -> Row | None:
    """A row again."""
    if isinstance(kept, str):
        found: Row = json.loads(kept)
        return found
    return kept


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False)
class _Digest:
    """What is kept of one blob: rows by key; `broken` tells why it could not be read."""

    rows: Mapping[str, Kept]
    project: str
    broken: str = ""


@dataclass(slots=True)
class _State:
    """The ledgers at one commit: digests by file, and the chains of the entries that ever changed, by key."""

    files: dict[str, _Digest] = field(default_factory=dict)
    chains: dict[str, Chain] = field(default_factory=dict)


def walk(
    repository: Repository,
    commit: str,
    timezone: str,
    money_unit: str,
    cache: Path | None = None,
    reader: Reader | None = None,
    mentions: bytes = b"",
    only: Only | None = None,
    watch: Watch = unwatched,
) -> Walk:
    """Follow every entry from the first commit to `commit`.

    Args:
        repository: with the place of the workspace in it.
        commit: the full id of the last commit.
        timezone: of the place: decides on which day a commit was made.
        money_unit: of the place, for amounts without one.
        cache: folder to keep what was read; None keeps nothing.
        reader: what to keep of each entry, in place of what slips need; nothing is cached then.
        mentions: only blobs in which this text stands (or an escape, which may hide it) are read.
        only: what to follow, where that is not everything; whether the history was rewritten is not asked then.
        watch: who looks on, commit by commit.
    """
    # Where objects are replaced, the id of a commit or a file does not tell what git shows under it.
    keeping = reader is None and not repository.replaced
    store = Store(cache if keeping else None, money_unit)
    with store, repository.reading() as blobs, uncollected():
        # The commits with their parents tell this history from any other: a shallow or grafted one has others.
        key = _key(repository, commit, timezone) if keeping and only is None else ""
        kept = store.get(key) if key else None
        if kept is not None:
            return replace(unpacked(kept), shallow=repository.shallow, rewritten=repository.rewritten(commit))
        log = list(repository.logged(commit))
        digests = _Digests(blobs, store, money_unit, reader, mentions, only)

        def walked(log: list[Logged]) -> Walk:
            digests.expect((name, blob) for one in log for name, blob in one.touched.items() if blob is not None)
            return _Walking(digests, _zone(timezone), whole=reader is not None, watch=watch).run(log)

        if only is None:
            found = walked(log)
            if key and not digests.missed:
                store.put(key, packed(found))
            return replace(found, shallow=repository.shallow, rewritten=repository.rewritten(commit))
        last = {name: blob for one in log for name, blob in one.touched.items()}
        here = all(last.get(name) is not None for name in only.files)
        part = walked(_narrowed(log, followed(log, only.files))) if here else None
        if part is None or not digests.strangers.isdisjoint(only.files | digests.homes):
            # A file has another name than in the last commit, or another project once stood where one that is wanted
            # stood: what is wanted may have been anywhere.
            part = walked(_narrowed(log, {name for name in last if _kind(name) == "project"} | only.files))
        return replace(part, shallow=repository.shallow)


@frozen
class Only:
    """A part of the ledgers to follow: files, as they are called now, and the projects in them."""

    files: frozenset[str]
    projects: frozenset[str]

    def may_be_in(self, name: str, raw: bytes) -> bool:
        """Whether one of the projects may stand in a ledger: it is read then, and else spared."""
        if name in self.files or b"\\" in raw or b"\0" in raw:
            return True
        ids = {found[1] for found in _ID.finditer(raw)}
        return any(not _PLAIN_ID.fullmatch(id_) or id_.decode() in self.projects for id_ in ids)


_ID: Final = re.compile(rb"id[\"']?\s*(?::|\xef\xbc\x9a)\s*[\"']?([^\s,}\"'#]*)")
"""Whatever has an id, as its text stands there."""
_PLAIN_ID: Final = re.compile(rb"[\w.-]+")


def followed(log: Sequence[Logged], files: Iterable[str]) -> frozenset[str]:
    """The names under which files may have been kept before they were called as they are now.

    A ledger comes from one that went away, or from one that changed in the commit that brought it.
    """
    first: dict[str, str] = {}
    names = set(files)
    for one in log:
        for name, blob in one.touched.items():
            first.setdefault(name, one.id)
            if blob is None:
                names.add(name)
    for one in reversed(log):
        if any(name in names and first[name] == one.id for name in one.touched):
            names.update(name for name in one.touched if first[name] != one.id)
    return frozenset(names)


def _narrowed(log: Iterable[Logged], names: Set[str]) -> list[Logged]:
    """The same commits, as if they had touched only files of these names."""
    return [replace(one, touched={name: blob for name, blob in one.touched.items() if name in names}) for one in log]


def _key(repository: Repository, commit: str, timezone: str) -> str:
    """What the walk to a commit is kept under; the reasons why a ledger could not be read are in the language."""
    content = f"{timezone}\0{language()}\0{repository.prefix}\0".encode(
        "utf-8", "surrogateescape"
    ) + repository.ancestry(commit)
    return f"{WALK}{hashlib.sha256(content).hexdigest()}"


def day_in(moment: datetime, timezone: str) -> date:
    """The day that a moment was in a time zone."""
    return _day(moment, _zone(timezone))


def _day(moment: datetime, zone: tzinfo) -> date:
    try:
        return moment.astimezone(zone).date()
    except (OverflowError, ValueError):
        return moment.date()


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC


class _Digests:
    """Digests by blob, each made once: from the store, else from the blob."""

    def __init__(
        self,
        blobs: Blobs,
        store: Store,
        money_unit: str,
        reader: Reader | None,
        mentions: bytes,
        only: Only | None,
    ) -> None:
        self._blobs, self._store, self._unit, self._reader, self._mentions = blobs, store, money_unit, reader, mentions
        self._only = only
        self.missed = False  # something could not be had that may come later
        self.homes: set[str] = set()  # files in which a project that is wanted stands, or once stood
        self.strangers: set[str] = set()  # files in which another one does, or did
        self._count = 0
        # Only those that some commit still under way refers to: a long history would fill the memory.
        self._known: WeakValueDictionary[tuple[str, str], _Digest] = WeakValueDictionary()

    def expect(self, files: Iterable[tuple[str, str]]) -> None:
        """Say which blobs will be asked for, in this order: git unpacks the next ones while one is read."""
        wanted = dict.fromkeys((blob, kind) for name, blob in files if (kind := _kind(name)) is not None)
        self._blobs.expect(blob for blob, kind in wanted if not self._store.holds(f"{blob}-{kind}"))

    def of(self, name: str, blob: str) -> _Digest | None:
        """What a file of this name says; None for one that has no part in a walk."""
        kind = _kind(name)
        if kind is None:
            return None
        known = self._known.get((kind, blob))
        if known is None:
            known = self._known[kind, blob] = self._made(kind, name, blob)
        if kind == "project" and self._only is not None:
            (self.homes if known.project in self._only.projects else self.strangers).add(name)
        return known

    def _made(self, kind: str, name: str, blob: str) -> _Digest:
        key = f"{blob}-{kind}"
        stored = self._store.get(key)
        if stored is not None:
            project, *lines = stored.split("\n")
            rows: dict[str, Kept] = {}
            for line in lines:
                name, _tab, row = line.partition("\t")
                rows[name] = row
            return _Digest(rows, project)
        raw = self._blobs.read(blob)
        if raw is None:
            self.missed = True
            return _Digest({}, "", _("git cannot read it: it is damaged, or was left out of this clone"))
        if self._mentions not in raw and b"\\" not in raw:
            return _Digest({}, project_id(raw) if kind == "project" else "")
        if kind == "project" and self._only is not None and not self._only.may_be_in(name, raw):
            return _Digest({}, "")
        digest = self._digest(kind, name, raw)
        if self._reader is None and not digest.broken:  # a reason is in the language of its day
            self._store.put(key, "\n".join([digest.project, *(f"{name}\t{row}" for name, row in digest.rows.items())]))
        return digest

    def _digest(self, kind: str, name: str, raw: bytes) -> _Digest:
        model = Project if kind == "project" else KINDS[kind]
        self._count += 1
        if not self._count % _SWEEP:
            gc.collect(0)  # what reading leaves behind in circles; nothing older is looked at
        value, reason = read_one(name, raw, model, self._unit)
        if value is None:
            return _Digest({}, project_id(raw) if kind == "project" else kind, reason or "?")
        rows: dict[str, Kept] = {}
        owner = value.owner if isinstance(value, Project) else None
        for entry in entries_of(value, KEPT if self._reader is None else None):
            row = row_of(entry) if self._reader is None else self._reader(entry)
            if row is None:
                continue
            if owner is not None and entry.kind in ("task", "problem", "stage", "factor") and "owner" not in row:
                row = {**row, "owner": owner}  # who answers for it
            rows.setdefault(entry.key, row if self._reader is not None else _json(row))
        return _Digest(rows, value.id if isinstance(value, Project) else kind)


def _kind(name: str) -> str | None:
    """Which kind of ledger a file of this name is; None for one that has no part in a walk."""
    return "project" if is_project(name) else name if name in KINDS else None


_SWEEP: Final = 50
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


class _Walking:
    """One walk."""

    def __init__(self, digests: _Digests, zone: tzinfo, whole: bool, watch: Watch) -> None:
        self._digests, self._zone, self._whole, self._watch = digests, zone, whole, watch
        self._skipped: list[Skipped] = []
        self._states: dict[str, _State] = {}

    def run(self, log: list[Logged]) -> Walk:
        """Go through all commits, parents first."""
        waiting: dict[str, int] = {}  # how many children of a commit are still to come
        for logged in log:
            for parent in logged.parents:
                waiting[parent] = waiting.get(parent, 0) + 1
        commits: list[Commit] = []
        state = _State()
        for logged in self._watch(_("Going through the history"), log):
            commit = self._commit(logged)
            commits.append(commit)
            parents = [self._states[parent] for parent in logged.parents if parent in self._states]
            state = self._states[logged.id] = self._after(commit, logged, parents)
            for parent in logged.parents:
                waiting[parent] -= 1
                if not waiting[parent]:
                    self._states.pop(parent, None)
        last = _rows(_counting(state.files))
        lives = {key: self._life(key, chain, _row(last.get(key))) for key, chain in state.chains.items() if chain}
        indicators = {
            key.partition(" ")[2]: row
            for key in last
            if key.startswith("indicator ") and (row := _row(last[key])) is not None
        }
        return Walk(lives, tuple(commits), tuple(self._skipped), indicators)

    def _commit(self, logged: Logged) -> Commit:
        return Commit(
            logged.id, logged.parents, logged.author, logged.date, _day(logged.date, self._zone), logged.words
        )

    def _life(self, key: str, chain: Chain, last: Row | None) -> Life:
        kind, ref = _split(key)
        row = last or next((row for event in reversed(chain) for row in (event.after, event.before) if row), {})
        project = ref.partition("/")[0] if kind in _IN_PROJECTS else ""
        return Life(kind, ref, str(row.get("name", ref)), project, chain, last)

    def _after(self, commit: Commit, logged: Logged, parents: list[_State]) -> _State:
        """The state at a commit, from those of its parents."""
        first = parents[0] if parents else _State()
        self._skipped += [Skipped(commit, name, _("it is a submodule, another repository")) for name in logged.apart]
        if not logged.touched and len(parents) < 2:
            return first
        files = dict(first.files)
        gone = {name: files.pop(name) for name, blob in logged.touched.items() if blob is None and name in files}
        removed, fresh = dict(gone), {}
        for name, blob in logged.touched.items():
            if blob is None:
                continue
            digest = self._digests.of(name, blob)
            if digest is None:
                continue
            earlier = files.get(name)
            if digest.broken:
                self._skipped.append(Skipped(commit, name, digest.broken))
                digest = self._kept(digest, earlier, removed, parents)
            if earlier is not None:
                removed[name] = earlier
            fresh[name] = files[name] = digest
        state = _State(files, first.chains)
        touched = {_holder(name, digest) for files_ in (removed, fresh) for name, digest in files_.items()}
        before, after = _rows(_counting(first.files, touched)), _rows(_counting(files, touched))
        changed = [key for key in {**before, **after} if before.get(key) != after.get(key)]
        if len(parents) < 2:
            if changed:
                state.chains = dict(first.chains)
                for key in changed:
                    chain = state.chains.get(key, ())
                    old, new = _row(before.get(key)), _row(after.get(key))
                    # Most entries come with nothing to tell: their life begins with their first change.
                    if old is not None or chain or (new is not None and self._telling(new)):
                        state.chains[key] = (*chain, Event(commit, old, new))
            return state
        state.chains = dict(state.chains)
        sides = [(other.chains, _rows(_counting(other.files, touched))) for other in parents[1:]]
        for key in changed:
            old, new = _row(before.get(key)), _row(after.get(key))
            others = [(chains.get(key, ()), _row(rows.get(key))) for chains, rows in sides]
            chain = joined((state.chains.get(key, ()), old), others, Event(commit, old, new))
            # An entry that the other side wrote came with that side, and begins there.
            if chain and not (len(chain) == 1 and chain[0].before is None and not self._telling(chain[0].after or {})):
                state.chains[key] = chain
        return state

    def _telling(self, row: Row) -> bool:
        """Whether an entry has something to tell from its first day: extensions, or a close-out to look at.

        A walk over every entry keeps no more, a trace of one keeps all.
        """
        return self._whole or "extensions" in row or "closed" in row or row.get("status") == "cleared"

    def _kept(
        self, broken: _Digest, earlier: _Digest | None, removed: Mapping[str, _Digest], parents: list[_State]
    ) -> _Digest:
        """What a ledger that cannot be read goes on saying: what it said before, under this name or another.

        Its text shows whose it is: another project's ledger may have had its name before. Where nobody had that id
        yet (the fault may be in the id itself), it is taken for what had its name.
        """
        before = (one for state in parents for one in state.files.values())
        same = (one for one in (earlier, *removed.values(), *before) if one and one.project == broken.project)
        found = next(same, earlier)
        return replace(found, broken=broken.broken) if found is not None else replace(broken, rows={})


_IN_PROJECTS = frozenset({"project", "task", "problem", "stage", "factor", "funding", "action", "pause"})


def _split(key: str) -> tuple[str, str]:
    kind, ref = key.split(" ", 1)
    if kind == "signed":
        return "signed target", ref.split(" ", 1)[1]
    return kind, ref


def _rows(digests: Iterable[_Digest]) -> dict[str, Kept]:
    found: dict[str, Kept] = {}
    for digest in digests:
        found.update(digest.rows)
    return found


def _holder(name: str, digest: _Digest) -> str:
    """Whose content a file holds: a project's, by its id; that of the place, by the name of the file."""
    return digest.project if name.startswith("projects/") else f"/{name}"


def _counting(files: Mapping[str, _Digest], holders: Set[str] | None = None) -> Iterable[_Digest]:
    """The files that count, of these holders only: of two with one id the first that can be read, as in reports."""
    counting: dict[str, str] = {}
    for name, digest in files.items():
        holder = _holder(name, digest)
        if (holders is None or holder in holders) and (digest.rows or not digest.broken):
            counting[holder] = min(counting.get(holder, name), name)
    return (files[name] for name in counting.values())
