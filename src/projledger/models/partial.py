"""What of a ledger can be typed when not all of it can: for the checks alone, so that one run tells every fault.

A file with a value that cannot be typed is left out of every report. Its other faults (a task without an owner, a
reference that leads nowhere) should not wait for the next run, so what cannot be typed is taken out, in whole items,
and the rest is typed again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from projledger.diagnostics import Path
from projledger.models.types import parse_id
from projledger.quantities import Unreadable

Model = TypeVar("Model", bound=BaseModel)

_MOST_ROUNDS: Final = 4
"""A key that is taken out can turn out to be required, then its item goes too; no ledger needs more rounds."""

_PARTS: Final = re.compile(r"[\w.-]+")
_LONGEST: Final = 255
"""Characters of a bad id that are looked at."""


@dataclass(frozen=True, slots=True)
class Partial(Generic[Model]):
    """A ledger without what could not be typed.

    `taken_out` are paths in the file. Indices in `value` are smaller than in the file behind an item that was taken
    out: `path` translates. `lost` are the ids of the items that were taken out, each with where it stands; there these
    items come behind those of `value`, and `path` translates that too. `names` are the ids in what was taken out, so
    that a reference to them is no fault. `*` among them stands for an id that cannot be told.
    """

    value: Model
    taken_out: frozenset[Path]
    names: frozenset[str]
    kept: Mapping[Path, tuple[int, ...]]
    lost: tuple[tuple[Path, str], ...] = ()

    def path(self, path: Path) -> Path:
        """The place in the file of something in `value`."""
        return _original(path, self.kept)


def partly(model: type[Model], tree: Any, context: Mapping[str, str]) -> Partial[Model] | None:
    """Type what can be typed of `tree`; None when nothing is left without it (an id that is missing or bad)."""
    out: set[Path] = set()
    for _round in range(_MOST_ROUNDS):
        kept: dict[Path, tuple[int, ...]] = {}
        rest = _without(tree, out, (), (), kept)
        try:
            value = model.model_validate(rest, context=dict(context))
        except ValidationError as error:
            for detail in error.errors(include_url=False, include_context=False, include_input=False):
                path = tuple(part for part in detail["loc"] if part != "[key]")
                cut = _item(path, missing=detail["type"] == "missing")
                if not cut:
                    return None
                out.add(_original(cut, kept))
        else:
            names = frozenset(unicodedata.normalize("NFC", name) for path in out for name in _names(tree, path))
            return Partial(value, frozenset(out), names, kept, tuple(_lost(tree, out, kept)))
    return None


def _item(path: Path, missing: bool) -> Path:
    """What to take out for a fault at `path`: the item of a list that it is in, else the key that it is below."""
    for position, part in enumerate(path):
        if isinstance(part, int):
            return path[: position + 1]
    return path[:-1][:2] if missing else path[:2]


def _without(node: Any, out: set[Path], here: Path, there: Path, kept: dict[Path, tuple[int, ...]]) -> Any:
    """A copy of a tree without the paths in `out`.

    `kept` gets the old indices of lists that have become shorter: of what stayed, then of what was taken out.
    """
    if isinstance(node, dict):
        return {
            key: _without(value, out, (*here, key), (*there, key), kept)
            for key, value in node.items()
            if (*here, key) not in out
        }
    if isinstance(node, list):
        stay = tuple(index for index in range(len(node)) if (*here, index) not in out)
        if len(stay) < len(node):
            kept[there] = (*stay, *(index for index in range(len(node)) if index not in stay))
        return [_without(node[old], out, (*here, old), (*there, new), kept) for new, old in enumerate(stay)]
    return node


def _original(path: Path, kept: Mapping[Path, tuple[int, ...]]) -> Path:
    return tuple(
        kept[path[:position]][part] if isinstance(part, int) and path[:position] in kept else part
        for position, part in enumerate(path)
    )


def _lost(tree: Any, out: set[Path], kept: Mapping[Path, tuple[int, ...]]) -> Iterator[tuple[Path, str]]:
    """The ids of the items of lists that were taken out, and of what stands in them, each with its place."""
    for path in sorted((path for path in out if isinstance(path[-1], int) and path[:-1] in kept), key=str):
        item = tree
        for part in path:
            item = item[part]
        for below, text in _placed_ids(item):
            yield (*path[:-1], kept[path[:-1]].index(path[-1]), *below), text


def id_of(tree: Any) -> Iterator[tuple[Path, str]]:
    """The id that a file gives itself, with its place; nothing where it is missing or bad."""
    return (found for found in _placed_ids(tree) if found[0] == ("id",))


def _placed_ids(tree: Any) -> Iterator[tuple[Path, str]]:
    if isinstance(tree, dict):
        for key, value in tree.items():
            if key == "id" and isinstance(value, str):
                with suppress(Unreadable):  # a bad id is told as that
                    yield (key,), parse_id(value)
            else:
                yield from (((key, *path), text) for path, text in _placed_ids(value))
    elif isinstance(tree, list):
        for index, value in enumerate(tree):
            yield from (((index, *path), text) for path, text in _placed_ids(value))


def _names(tree: Any, path: Path) -> Iterator[str]:
    """What others may refer to in the part of a tree that was taken out: ids, or `*` for an id that cannot be told."""
    if isinstance(path[-1], str):
        yield path[-1]
    around: Any = None
    for part in path:
        if isinstance(tree, dict) and part not in tree:
            return  # a key that is missing
        around, tree = tree, tree[part]
    if isinstance(tree, str):
        yield tree
    elif (
        isinstance(tree, dict)
        and "id" not in tree
        and isinstance(around, list)
        and any(isinstance(other, dict) and "id" in other for other in around)
    ):
        yield "*"
    yield from _ids(tree)


def _ids(tree: Any) -> Iterator[str]:
    if isinstance(tree, dict):
        for key, value in tree.items():
            if key in ("id", "number") and isinstance(value, str):
                yield from ids_meant(value)
            else:
                yield from _ids(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _ids(value)


def ids_meant(text: str) -> Iterator[str]:
    """The id that a text is; where it is none, what of it others may use to refer to what it names.

    `P001（一期）` may be known as P001, `P 001` as P001: a reference to either is no fault before the id is mended.
    """
    try:
        yield parse_id(text)
    except Unreadable:
        parts = _PARTS.findall(unicodedata.normalize("NFC", text)[:_LONGEST])
        for part in (*parts, "".join(parts), "-".join(parts)):
            yield part.strip(".-")
