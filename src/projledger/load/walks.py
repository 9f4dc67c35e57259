"""A walk as text, so that a history that has not changed since is not gone through again."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from projledger.analysis.timeline import Commit, Event, Life, Skipped, Walk


def packed(walk: Walk) -> str:
    """A walk whose rows are plain data."""
    numbers = {commit.id: at for at, commit in enumerate(walk.commits)}

    def number(commit: Commit) -> int:
        return numbers[commit.id]

    content = {
        "commits": [(c.id, c.parents, c.author, c.date.isoformat(), c.day.isoformat(), c.words) for c in walk.commits],
        "lives": [
            (
                key,
                life.kind,
                life.ref,
                life.name,
                life.project,
                [(number(event.commit), event.before, event.after) for event in life.chain],
                life.last,
            )
            for key, life in walk.lives.items()
        ],
        "skipped": [(number(one.commit), one.file, one.reason) for one in walk.skipped],
        "indicators": walk.indicators,
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def unpacked(text: str) -> Walk:
    """The walk of a text that `packed` made."""
    content: dict[str, Any] = json.loads(text)
    commits = tuple(
        Commit(id_, tuple(parents), author, datetime.fromisoformat(written), date.fromisoformat(day), words)
        for id_, parents, author, written, day, words in content["commits"]
    )
    lives = {
        key: Life(
            kind,
            ref,
            name,
            project,
            tuple(Event(commits[number], before, after) for number, before, after in chain),
            last,
        )
        for key, kind, ref, name, project, chain, last in content["lives"]
    }
    skipped = tuple(Skipped(commits[number], file, reason) for number, file, reason in content["skipped"])
    return Walk(lives, commits, skipped, content["indicators"])
