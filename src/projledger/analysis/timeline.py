"""The life of every entry through a history with branches: each change once, with the commit that made it.

A history is walked from its first commits to the last. At each commit an entry has a chain of events, the changes
that led to what it says there. Most commits lengthen a chain by one. A merge joins the chains of its parents:
what only one side changed comes with that side's commits, what neither side says is the merge's own doing.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from projledger.frozen import frozen

Row = Mapping[str, Any]
"""An entry as plain data (texts, numbers, lists; dates as ISO text), by ledger key."""


@frozen
class Commit:
    """A commit: `date` is the author's, with its offset; `day` is the day it was in the place; `words` the subject."""

    id: str
    parents: tuple[str, ...]
    author: str
    date: datetime.datetime
    day: datetime.date
    words: str


@frozen
class Event:
    """One change of one entry; None where it was not there (before), or is not there any more (after)."""

    commit: Commit
    before: Row | None
    after: Row | None


Chain = tuple[Event, ...]


@frozen
class Life:
    """The chain of one entry, with what it is; `last` is None for what is not there any more."""

    kind: str
    ref: str
    name: str
    project: str
    chain: Chain
    last: Row | None


@frozen
class Skipped:
    """A ledger that could not be read at a commit: from there on its earlier content counts, until it can be."""

    commit: Commit
    file: str
    reason: str


@frozen
class Walk:
    """What a walk through a history found.

    Attributes:
        lives: the entries that ever changed, by key.
        commits: all of them, parents first.
        skipped: what could not be read.
        indicators: the rows of the indicators, by id.
        shallow: the clone has only the last part of the history.
        rewritten: commits that this clone once saw and that the history does not hold any more.
    """

    lives: Mapping[str, Life]
    commits: tuple[Commit, ...]
    skipped: tuple[Skipped, ...]
    indicators: Mapping[str, Row]
    shallow: bool = False
    rewritten: int = 0


def joined(first: tuple[Chain, Row | None], others: Sequence[tuple[Chain, Row | None]], merge: Event) -> Chain:
    """The chain of an entry at a merge.

    Args:
        first: its chain on the first parent, and what it says there.
        others: the same on the other parents.
        merge: from what it says on the first parent to what it says at the merge, by the merge itself: it made what
            comes from neither side.
    """
    chain, now = first
    for theirs, said in others:
        here = {event.commit.id for event in chain}
        if said == merge.after and here <= {event.commit.id for event in theirs}:
            chain, now = theirs, said
            continue
        # What both sides share may stand in another order, or on other values: a commit counts once.
        for event in theirs:
            if now == merge.after:
                break
            after = now if event.commit.id in here else _replayed(event, now, merge, said)
            if after != now:
                chain = (*chain, Event(event.commit, now, after))
                now = after
    return chain if now == merge.after else (*chain, Event(merge.commit, now, merge.after))


def _replayed(event: Event, now: Row | None, merge: Event, said: Row | None) -> Row | None:
    """What an entry says after a change of the other side, as far as that change had an effect on the merge.

    What neither side says in the end (`said` is the other one) is the merge's own doing, whatever stood there before.
    """
    base, result = merge.before, merge.after
    if event.after is None:
        return None if result is None else now
    if now is None or event.before is None:
        return event.after if result is not None and now is None else now
    after = dict(now)
    for field in dict.fromkeys((*event.before, *event.after)):
        old, new = event.before.get(field), event.after.get(field)
        if old == new:
            continue
        listed = isinstance(new or old, list)  # a merge may have taken some of it from either side
        if result is not None and base is not None and result.get(field) == base.get(field):
            continue
        if result is not None and said is not None and not listed and result.get(field) != said.get(field):
            continue
        value = _combined(now.get(field), old, new) if listed else new
        if value is None or value == []:
            after.pop(field, None)
        else:
            after[field] = value
    return after


def _combined(now: Sequence[Any] | None, old: Sequence[Any] | None, new: Sequence[Any] | None) -> list[Any]:
    """A list after what was taken out of it and put into it: both sides of a merge may have added to it."""
    gone = [one for one in old or () if one not in (new or ())]
    fresh = [one for one in new or () if one not in (old or ()) and one not in (now or ())]
    return [one for one in now or () if one not in gone] + fresh
