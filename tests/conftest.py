"""What every test gets."""

from __future__ import annotations

import gettext
from collections.abc import Iterator

import pytest

from projledger import i18n


@pytest.fixture(autouse=True)
def english_afterwards(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A command speaks the language of its workspace, and that language stays: give the next test English again."""
    monkeypatch.setenv("LANGUAGE", "en")  # so that it is restored, whatever the command sets
    yield
    i18n.use("en")
    gettext.textdomain("messages")


@pytest.fixture
def chinese() -> None:
    """Speak Chinese in this test."""
    i18n.use("zh")
