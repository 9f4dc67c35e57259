"""What every test gets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from projledger import i18n, load
from projledger.cli import run_report
from projledger.load.kept import Kept
from projledger.load.watch import Watch, unwatched
from projledger.models.project import Project
from projledger.reports import CommandSpec, Query, module_of
from trace_story import STORY, Told


@pytest.fixture(scope="session", autouse=True)
def cache_of_their_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """What tests read of a history is not kept where the user's own is."""
    folder = tmp_path_factory.mktemp("user-cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        yield folder


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The repository of examples/history/build.py; nobody changes it."""
    folder = tmp_path_factory.mktemp("story") / "清河 县"
    return Told(folder, STORY.build(folder), tmp_path_factory.mktemp("cache"))


_read = load.load
_loaded: dict[tuple[str, tuple[tuple[str, bytes], ...]], load.Loaded] = {}
"""What was read lately, by language and content."""
_KEPT = 8


def _read_once(
    files: Iterable[tuple[str, bytes]],
    known: Mapping[str, Project] | None = None,
    kept: Callable[[], Kept] | None = None,
    watch: Watch = unwatched,
) -> load.Loaded:
    content = tuple(files)
    if known or sum(len(raw) for _name, raw in content) >= load.WORTH:  # then something else than reading is tried
        return _read(content, known, kept, watch)
    key = (i18n.language(), content)
    found = _loaded.pop(key, None) or _read(content)
    _loaded[key] = found
    while len(_loaded) > _KEPT:
        del _loaded[next(iter(_loaded))]
    return found


@pytest.fixture(autouse=True)
def ledgers_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands called in this process read the same ledgers once: what they say is frozen, and reading is tried alone.

    Half of the suite calls commands hundreds of times over the same few folders. `from projledger.load import load`
    in a test, and every process of its own, still read.
    """
    monkeypatch.setattr(load, "load", _read_once)


class _ComputedOnce:
    """The module of a report that answers the same question about the same workspace once."""

    def __init__(self, module: ModuleType, answers: dict[tuple[object, ...], tuple[Query, Any]]) -> None:
        self._module, self._answers = module, answers

    def __getattr__(self, name: str) -> Any:
        return getattr(self._module, name)

    def compute(self, query: Query) -> Any:
        options = tuple(query.options.items())
        key = (self._module, id(query.workspace), query.as_of, query.filter, options, i18n.language())
        if key not in self._answers:
            self._answers[key] = (query, self._module.compute(query))  # the query keeps its workspace, and so its id
        return self._answers[key][1]


@pytest.fixture
def reports_are_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands called in this test compute each report once: for walks over formats, which draw the same result."""
    answers: dict[tuple[object, ...], tuple[Query, Any]] = {}

    def once(spec: CommandSpec) -> _ComputedOnce:
        return _ComputedOnce(module_of(spec), answers)

    monkeypatch.setattr(run_report, "module_of", once)


@pytest.fixture(autouse=True)
def english_afterwards() -> Iterator[None]:
    """A command speaks the language of its workspace, and that language stays: give the next test English again."""
    yield
    i18n.use("en")


@pytest.fixture
def chinese() -> None:
    """Speak Chinese in this test."""
    i18n.use("zh")
