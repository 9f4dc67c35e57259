"""How long work may be watched from above, without knowing who watches: a clerk at a terminal, or nobody."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

Item = TypeVar("Item")


class Watch(Protocol):
    """Is told what is being done, and hands on the items it is done for, one by one."""

    def __call__(self, what: str, items: Iterable[Item], /) -> Iterable[Item]:
        """The same items in the same order; `what` is for people, in their language."""


def unwatched(what: str, items: Iterable[Item]) -> Iterable[Item]:
    """Nobody watches: the items as they are, so that it costs nothing."""
    return items
