"""What every test gets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from projledger import i18n
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


@pytest.fixture(autouse=True)
def english_afterwards() -> Iterator[None]:
    """A command speaks the language of its workspace, and that language stays: give the next test English again."""
    yield
    i18n.use("en")


@pytest.fixture
def chinese() -> None:
    """Speak Chinese in this test."""
    i18n.use("zh")
