"""What can be told of a ledger that cannot be typed as a whole: for the checks alone, so that one run tells all.

A file with a value that cannot be typed is left out of every report. Its other faults, also those of the same entry,
should not wait for the next run. So two texts that can be typed take the place of each value that cannot: once one that
lies as low as its kind allows, once one as high. Whatever the checks find both times does not depend on it, and will
still be there when the value is mended; whatever they find only once is not told.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any, Final, Generic, Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from projledger.diagnostics import Path
from projledger.frozen import frozen
from projledger.load.typed import keys_of, meant_key
from projledger.models.project import Project
from projledger.models.types import Reads, ReadsMoney, opened, parse_id
from projledger.quantities import Unreadable

Model = TypeVar("Model", bound=BaseModel)

_MOST_ROUNDS: Final = 3
"""One to learn what is wrong, one with stand-ins, one without those that a second look at the value refused."""

_PARTS: Final = re.compile(r"[\w.-]+")
_LONGEST: Final = 255
"""Characters of a bad id that are looked at."""

_ENTRIES: Final = frozenset(
    {"tasks", "problems", "stages", "factors", "units", "people", "chains", "nodes", "meetings", "decisions", "assets"}
    | {"categories"}
)
"""Keys of lists and mappings whose entries others refer to by their names."""
_TARGETS: Final = frozenset({"targets", "certificates", "indicator", "period", "scope", "unit"})
"""Keys that a reference such as all/investment/2024 is made of, in targets and certificates."""


@frozen
class Partial(Generic[Model]):
    """A ledger with stand-ins for what could not be typed: `low` and `high`, the same where nothing was amiss.

    `doubtful` are the paths of the stand-ins, so a finding at one of them, or below, says nothing. What a key that
    nobody knows may have been meant for is there in `high` alone. `names` are the ids that cannot be told, or stand
    where nobody looks, so that a reference to one of them is no fault (see `Workspace.unread`).
    """

    low: Model
    high: Model
    doubtful: frozenset[Path] = frozenset()
    names: frozenset[str] = frozenset()

    def doubts(self, path: Path) -> bool:
        """Whether a path leads to a stand-in or into one."""
        return any(path[:length] in self.doubtful for length in range(len(path) + 1))


def partly(
    name: str, model: type[Model], tree: Any, context: Mapping[str, str], names_sure: bool = True
) -> Partial[Model] | None:
    """Type a file with stand-ins for what cannot be typed; None when there is no help.

    Args:
        name: that of the file.
        model: what it should be.
        tree: its data.
        context: that of the validation.
        names_sure: whether every id of the file stands in `tree`.
    """
    doubts = _Doubts(model, tree)
    for _round in range(_MOST_ROUNDS):
        try:
            low, high = (model.model_validate(one, context=dict(context)) for one in doubts.trees)
        except ValidationError as error:
            if not doubts.take(error):
                return None
        else:
            names = doubts.names if names_sure else doubts.names | {"*", "*/*", "numbers/*"}
            return Partial(low, high, frozenset(doubts.doubtful), frozenset(_in_full(name, low, names)))
    return None


def _in_full(file: str, value: BaseModel, names: set[str]) -> Iterator[str]:
    """Names as others write them: those of a project's file with its id."""
    within = f"{value.id}/" if isinstance(value, Project) else ""
    for one in names:
        if one in ("*", "*/*"):
            yield f"{within or f'{file}/'}{one}"
        else:
            yield one  # an action is known by its number alone
            yield within + one


class _Doubts:
    """Two copies of a tree, and what in them are stand-ins."""

    def __init__(self, model: type[BaseModel], tree: Any) -> None:
        self.model = model
        self.trees: tuple[Any, Any] = (_copy(tree), _copy(tree))
        self.doubtful: set[Path] = set()
        self.names: set[str] = set()
        self._numbers = count()

    def take(self, error: ValidationError) -> bool:
        """Put stand-ins where typing found a fault; False where that cannot be done."""
        bad_keys: list[Path] = []
        for detail in error.errors(include_url=False, include_context=False, include_input=False):
            path: Path = tuple(part for part in detail["loc"] if part != "[key]")
            if "[key]" in detail["loc"]:
                bad_keys.append(path)
            elif detail["type"] == "extra_forbidden":
                self._unknown_key(path)
            elif path not in self.doubtful:
                self._stand_in(path)
            elif not isinstance(path[-1], str):
                return False
            else:  # what its kind allows is not enough: the default takes its place
                self._drop(path)
        for path in bad_keys:  # only now: their values may be bad too
            self._bad_key(path)
        return True

    def _stand_in(self, path: Path) -> None:
        self._note(path, self._drop(path, keep_items=True))
        self.doubtful.add(path)
        for tree, text in zip(self.trees, self._values(*_kind_at(self.model, path)), strict=True):
            _reach(tree, path[:-1])[path[-1]] = text

    def _unknown_key(self, path: Path) -> None:
        found = self._drop(path)
        self.names |= set(_ids(found))
        around = path[:-1]
        model, _metadata = _kind_at(self.model, around)
        mapping = _reach(self.trees[1], around)
        close = meant_key(str(path[-1]), keys_of(model))
        for key, info in _fields(model):
            if key in (close or keys_of(model)) and key not in mapping:
                if key not in _ENTRIES:
                    self._note((*around, key), found)
                if not info.is_required():
                    mapping[key] = self._values(info.annotation, tuple(info.metadata))[1]
                    self.doubtful.add((*around, key))

    def _bad_key(self, path: Path) -> None:
        self._drop(path)
        self.names |= set(ids_meant(str(path[-1])))
        # A month that cannot be read stands nobody knows where in its plan.
        self.doubtful.add(path[:-1] if path[-2] == "plan" else path)

    def _drop(self, path: Path, keep_items: bool = False) -> Any:
        """Take a key out of both trees, and give what it held."""
        found = None
        for tree in self.trees:
            around = _reach(tree, path[:-1])
            if isinstance(around, dict):
                found = around.pop(path[-1], None)
            elif keep_items:
                found = around[path[-1]]
        return found

    def _note(self, path: Path, found: Any) -> None:
        """Note the names that cannot be told because of what stands at a path instead of something that can be read."""
        key = next((part for part in reversed(path) if isinstance(part, str)), "")
        if key == "id":
            lost = set(ids_meant(found)) if isinstance(found, str) else {"projects/*" if path == ("id",) else "*"}
            self.names |= lost
        elif key in ("number", "actions"):
            self.names |= {"numbers/*", *_ids({key: found})}
        elif key in _TARGETS and ("targets" in path or "certificates" in path):
            self.names.add("*/*")
        elif key in _ENTRIES:
            self.names |= {"*", *_ids(found)}

    def _values(self, annotation: Any, metadata: tuple[Any, ...]) -> tuple[Any, Any]:
        """The two stand-ins of a field: of a list an empty one and one of an item, of an entry the least and all."""
        annotation, more = opened(annotation)
        for reads in (*metadata, *more):
            if isinstance(reads, Reads | ReadsMoney):
                return reads.stand_ins(next(self._numbers))
        arguments = get_args(annotation)
        if get_origin(annotation) is Literal:
            return arguments[0], arguments[-1]
        if get_origin(annotation) is tuple:
            return [], [self._values(arguments[0], ())[1]]
        low: dict[str, Any] = {}
        high: dict[str, Any] = {}
        for key, info in _fields(annotation):
            least, most = self._values(info.annotation, tuple(info.metadata))
            high[key] = most
            if info.is_required():
                low[key] = least
        return low, high


def _fields(model: Any) -> Iterator[tuple[str, FieldInfo]]:
    """The fields of a model by their keys; none of a free mapping."""
    if isinstance(model, type) and issubclass(model, BaseModel):
        for name, info in model.model_fields.items():
            yield info.alias or name, info


def _kind_at(model: Any, path: Path) -> tuple[Any, tuple[Any, ...]]:
    """What belongs at a path below a model: an annotation and its metadata."""
    here, metadata = model, ()
    for part in path:
        fields = dict(_fields(here))
        if fields:
            info = fields[str(part)]
            here, more = opened(info.annotation)
            metadata = (*info.metadata, *more)
        else:
            here, metadata = opened(get_args(here)[0 if isinstance(part, int) else 1])
    return here, metadata


def _copy(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {key: _copy(value) for key, value in tree.items()}
    return [_copy(value) for value in tree] if isinstance(tree, list) else tree


def _reach(tree: Any, path: Path) -> Any:
    for part in path:
        tree = tree[part]
    return tree


def _ids(tree: Any) -> Iterator[str]:
    """What others may refer to in a part of a tree that nobody looks at."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            if key in ("id", "number") and isinstance(value, str):
                yield from ids_meant(value)
                yield value
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
