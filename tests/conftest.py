"""What every test gets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from projledger import i18n


@pytest.fixture(autouse=True)
def english_afterwards() -> Iterator[None]:
    """A command speaks the language of its workspace, and that language stays: give the next test English again."""
    yield
    i18n.use("en")


@pytest.fixture
def chinese() -> None:
    """Speak Chinese in this test."""
    i18n.use("zh")
