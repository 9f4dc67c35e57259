"""Sentences about tasks, with their references marked so that a page can dim them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from projledger.document import Run, Text

_MARK: Final = "\0"
"""Around references in a sentence, so that they can be dimmed; no ledger can hold it."""


def coded(ref: str) -> str:
    """A reference with its marks."""
    return f"{_MARK}{ref}{_MARK}"


def plain(sentence: str) -> str:
    """A sentence without marks."""
    return sentence.replace(_MARK, "")


def marked_text(sentence: str, refs: Collection[str] = ()) -> Text:
    """A sentence with its references dimmed."""
    for ref in sorted(refs, key=len, reverse=True):
        sentence = sentence.replace(f" {ref}", f" {coded(ref)}")
    parts = sentence.split(_MARK)
    return tuple(Run(part, "dim" if number % 2 else "plain") for number, part in enumerate(parts) if part)
