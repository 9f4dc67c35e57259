"""What reading a workspace gave the last time, kept for the next: the plain data of each file, by the id of its bytes.

Only what the reader found nothing wrong with is kept, and only as plain texts, lists and mappings: it is typed and
checked each time as if it had just been read. Beside it stands which projects each ledger speaks of, so that a
comparison of two versions need not read the ledgers that have no part in it. Both are files of the user's cache folder,
one pair for each workspace: safe to delete, written whole, with a checksum; what does not match is read again.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeAlias
from unicodedata import normalize

from projledger.load.edition import edition
from projledger.load.sweep import used
from projledger.source import Tree

_LAST_WORD: Final = re.compile(rb"([^\s,;\[\]{}\"']+)[ \t]*$")
_LONGEST: Final = 1000  # bytes of a word before a slash: longer than any id
_ID: Final = re.compile(r"\bid[\"']?\s*:\s*[\"']?([^\s\"',\[\]{}#]+)")
_WORD: Final = re.compile(r"[^\s!-,/:-@\[-^`{-~，；、：。（）“”]+")  # no id has any of these
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


Names: TypeAlias = list[str]
"""The project of a ledger, and after it those that it may speak of (more rather than fewer; `*` for any)."""


class Kept:
    """The files of one workspace in a cache folder; None keeps nothing."""

    def __init__(self, folder: Path | None, root: Path) -> None:
        place = hashlib.sha256(f"{edition()} {root}".encode("utf-8", "surrogatepass")).hexdigest()[:16]
        self._trees = None if folder is None else folder / f"ledgers-{place}.trees"
        self._names = None if folder is None else folder / f"ledgers-{place}.names"
        self._found: dict[str, str] | None = None
        self._used: dict[str, str] = {}
        self._used_names: dict[str, Names] = {}
        self._fresh: set[str] = set()

    def tree(self, blob: str) -> Tree | None:
        """The data of the file with this id, if it is known."""
        text = self._known().get(blob)
        if text is None:
            return None
        self._used[blob] = text
        tree: Tree = json.loads(text)
        return tree

    def keep(self, blob: str, tree: Tree) -> None:
        """Keep what the reader gave for a file, if it found nothing wrong with it."""
        self._used[blob] = _encode(tree)
        self._fresh.add(blob)

    def name(self, blob: str, raw: bytes, project: str, parent: str | None) -> None:
        """Keep which projects a ledger speaks of, if its data is new here."""
        if blob not in self._fresh:
            return
        # A text with an escape may name anything; in all others a project is named by its letters before a slash.
        before = (_LAST_WORD.search(piece[-_LONGEST:]) for piece in raw.split(b"/")[:-1])
        words = {b"*"} if b"\\" in raw else {found[1] for found in before if found}
        others = {normalize("NFC", word.decode("utf-8", "replace")) for word in words} | ({parent} if parent else set())
        self._used_names[blob] = [project, *sorted(others - {project})]

    def write(self) -> None:
        """Write what was used of this, and as much again of what was there: two versions may take turns.

        What reads a few ledgers only takes nothing away from the others.
        """
        if not self._fresh or self._trees is None or self._names is None:
            return
        trees, known = dict(self._used), self._known()
        most = max(2 * len(self._used) + 100, len(known))
        for blob, text in known.items():
            if len(trees) >= most:
                break
            trees.setdefault(blob, text)
        names = {blob: found for blob, found in (*self.names().items(), *self._used_names.items()) if blob in trees}
        _write(self._trees, "".join(f"{blob}\t{text}\n" for blob, text in trees.items()))
        _write(self._names, _encode(names))

    def _known(self) -> dict[str, str]:
        if self._found is None:
            # One file is of no use without the other: both are made anew then.
            whole = _read(self._names) is not None
            lines = ((_read(self._trees) if whole else None) or "").split("\n")
            self._found = {blob: text for blob, _tab, text in (line.partition("\t") for line in lines if line)}
        return self._found

    def names(self) -> Mapping[str, Names]:
        """Which projects each ledger that is known here speaks of, by the id of its bytes."""
        text = _read(self._names)
        found: dict[str, Names] = json.loads(text) if text else {}
        return found


def identity(raw: bytes, algorithm: str = "sha1") -> str:
    """The id of a file's bytes: the one that git gives it (`sha256`: in a repository that uses it)."""
    return hashlib.new(algorithm, b"blob %d\0" % len(raw) + raw, usedforsecurity=False).hexdigest()


def concerned(
    changed: Collection[str],
    blobs: Iterable[Mapping[str, str]],
    names: Mapping[str, Names],
    unread: Mapping[str, bytes],
) -> set[str]:
    """The ledgers that a change may concern: those that changed, and those tied to them by what they speak of.

    Of two that have the same id one is left out, and every report says so: they are always concerned.

    Args:
        changed: the names of the files that differ between the versions.
        blobs: the ids of the files of each version, by name.
        names: what is known of them; a file of which nothing is known, as one of the whole place, is concerned.
        unread: the bytes of the ledgers of which nothing is known, by id; what they may speak of is concerned too.
    """
    found = set(changed)
    told: list[dict[str, Names]] = []
    unknown: list[tuple[str, bytes]] = []
    for version in blobs:
        known = {file: names[blob] for file, blob in version.items() if blob in names}
        others = version.keys() - known.keys()
        found |= others
        unknown += [(file, unread[version[file]]) for file in others if version[file] in unread]
        told.append(known)
    held: list[dict[str, str]] = []  # by the id of a project its file, in each version
    speaking: dict[str, list[str]] = {}  # by the id of a project the files that speak of it
    for known in told:
        holders = {one[0]: file for file, one in known.items()}
        if len(holders) < len(known):
            twice = [one[0] for file, one in known.items() if holders[one[0]] != file]
            found |= {file for file, one in known.items() if one[0] in twice}
        held.append(holders)
        for file, one in known.items():
            for other in one[1:]:
                speaking.setdefault(other, []).append(file)
    found |= set(speaking.get("*", ()))
    every = frozenset[str]().union(*held)
    guessed: dict[str, set[str]] = {}
    for file, raw in unknown:
        guessed.setdefault(file, set()).update(_guessed(raw, every))
    waiting = list(found)
    while waiting:
        file = waiting.pop()
        unsure = guessed.get(file, set())
        ids = unsure | {id_ for known in told for id_ in known.get(file, ())}
        own = unsure | {known[file][0] for known in told if file in known}
        tied = {holders[id_] for holders in held for id_ in ids & holders.keys()}
        tied |= {speaker for id_ in own for speaker in speaking.get(id_, ())}
        waiting += tied - found
        found |= tied
    return found


def _guessed(raw: bytes, held: frozenset[str]) -> set[str]:
    """The ids that a ledger which was not read yet may have or speak of (more rather than fewer)."""
    text = normalize("NFC", raw.decode("utf-8", "replace"))
    legible = "\\" not in text and "\ufffd" not in text  # all else is written by its letters
    return {*_ID.findall(text), *(held.intersection(_WORD.findall(text)) if legible else held)}


def _read(path: Path | None) -> str | None:
    """What a kept file holds; None where it is not there or not whole."""
    if path is None:
        return None
    try:
        content = path.read_bytes()
    except OSError:
        return None
    checksum, _end, body = content.partition(b"\n")
    if checksum != _checksum(body):
        return None
    used(path)
    return body.decode("utf-8", "surrogatepass")


def _write(path: Path, text: str) -> None:
    """Replace a kept file whole; a folder that cannot be written keeps nothing, and that is all."""
    body = text.encode("utf-8", "surrogatepass")
    import tempfile  # only where there is something to write

    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(prefix=path.name, dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(_checksum(body) + b"\n" + body)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise


def _checksum(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=16).hexdigest().encode()
