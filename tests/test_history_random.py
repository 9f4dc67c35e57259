"""`slips`, `history` and `diff` against random offices whose every slip and quiet edit is known (`county_office`)."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from county_office import PLAIN, Office, entries
from county_office import Commit as Made
from projledger.analysis.timeline import Commit, Event, joined
from trace_story import run


class Place:
    """An office, its repository and what `slips` tells of it."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office, self.folder = office, folder
        self.ids = office.build(folder)
        self.marks = {commit[:7]: mark for mark, commit in self.ids.items()}
        self.place = folder / office.head.state["folder"]

    def data(self, *arguments: str) -> Any:
        more = ("--as-of", self.office.as_of.isoformat(), "-f", "json")
        code, out, err = run(self.folder, "-w", str(self.place), *arguments, *more)
        assert code in (0, 3), err  # 3: a ledger of the later version cannot be read
        return json.loads(out)["data"]


def faults_of_slips(place: Place) -> list[object]:
    """Where `slips` and the oracle do not agree."""
    found = place.data("slips")
    items = {item["ref"]: item for item in found["items"]}
    faults: list[object] = []
    moved: dict[str, set[object]] = defaultdict(set)
    flagged = {(one["ref"], one["flag"], place.marks[one["commit"]]) for one in found["doubts"]}
    for ref, item in items.items():
        moves = item["moves"]
        ends = [item["original"], *(move["to"] for move in moves)]
        if [move["from"] for move in moves] != ends[:-1] or ends[-1] != item["latest"]:
            faults.append(("not one after the other", ref, item))
        moved[ref] = {(place.marks[move["commit"]], move["from"], move["to"]) for move in moves}
        flagged |= {(ref, flag, place.marks[move["commit"]]) for move in moves for flag in move["flags"]}
    head = place.office.head
    must: set[object] = set()
    may: set[object] = set()
    unsure = head.mixed | {ref for (ref, _name), one in head.told.items() if one.loose}
    for (ref, name), one in head.told.items():
        if ref in unsure:
            ends_there = ref not in items or items[ref]["gone"] or items[ref]["latest"] == head.values[ref, "deadline"]
            faults += [] if ends_there else [("ends elsewhere", ref)]
            continue
        must |= {(ref, flag, event.commit) for event in one.must for flag in event.flags}
        may |= {(ref, flag, event.commit) for event in one.may for flag in event.flags}
        if name == "deadline":
            least, most = (
                {(event.commit, event.before, event.after) for event in events if event.before is not None}
                for events in (one.must, one.may)
            )
            faults += [("move not told", ref, move) for move in least - moved[ref]]
            faults += [("no such move", ref, move) for move in moved[ref] - most]
    faults += [("flag not told", flag) for flag in must - flagged]
    faults += [("no such flag", flag) for flag in flagged - may if flag[0] not in unsure]
    return faults


def field_of(ref: str, name: str) -> str:
    """The ledger key that a field of the oracle is told under."""
    stage = ref.rpartition("/")[2] == "completed"
    return {"whose": "owner", "deadline": "plan" if stage else name}.get(name, name)


def faults_of_history(place: Place) -> list[object]:
    """Where `history` of each project, with what it holds, and the oracle do not agree."""
    head = place.office.head
    faults: list[object] = []
    for project in head.state["projects"]:
        found = place.data("history", project)
        rows = {(one["ref"], one["field"], place.marks[one["commit"]]) for one in found["changes"] if one["field"]}
        for (ref, name), one in head.told.items():
            inherited = name == "owner" and "/" in ref
            if (
                ref.partition("/")[0] != project
                or ref in head.mixed
                or one.loose
                or inherited
                or name in ("", "original")
            ):
                continue
            field = field_of(ref, name)
            least, most = (
                {(ref, field, event.commit) for event in events if event.before is not None}
                for events in (one.must, one.may)
            )
            faults += [("change not told", row) for row in least - rows]
            if name != "deadline":  # an edited original is told under the same key
                faults += [("no such change", row) for row in rows - most if row[:2] == (ref, field)]
    return faults


def faults_of_diff(place: Place, old: Made, new: Made) -> list[object]:
    """Where `diff` of two commits and what the office wrote in them do not agree."""
    found = place.data("diff", place.ids[old.mark], place.ids[new.mark])
    rows = {(one["ref"], one["field"]) for one in found["changes"]}
    unread = set(old.state["broken"]) | set(new.state["broken"])
    before, after = entries(old.state), entries(new.state)
    must: set[object] = set()
    may: set[object] = set()
    for ref in {**before, **after}:
        project = ref.partition("/")[0]
        if project in unread:
            rows -= {row for row in rows if row[0] == ref}
            continue
        was, now = before.get(ref), after.get(ref)
        if was is None or now is None:
            may.add((ref, None))
            if "/" not in ref or (project in before and project in after) or project in ("all", "park"):
                must.add((ref, None))
            continue
        for name in ("deadline", "whose", *PLAIN[now["kind"]], "original"):
            if name == "owner" and "/" in ref:
                continue
            row = (ref, field_of(ref, "deadline" if name == "original" else name))
            if was.get(name) != now.get(name):
                may.add(row)
                follows = name == "whose" and "owner" not in was and "owner" not in now
                if not follows and name != "original":
                    must.add(row)
    told = [("change not told", row) for row in must - rows]
    known = {*PLAIN["task"], *PLAIN["problem"], *PLAIN["project"], "value", "deadline", "plan", None}
    return [*told, *(("no such change", row) for row in rows - may if row[1] in known)]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("merges", [False, True], ids=["in a line", "with merges"])
def test_every_slip_and_every_quiet_edit_is_told(tmp_path: Path, seed: int, merges: bool) -> None:
    place = Place(Office(seed, 40, merges=merges), tmp_path / "place")
    assert faults_of_slips(place) == []
    assert faults_of_history(place) == []
    middle = place.office.commits[len(place.office.commits) // 2]
    assert faults_of_diff(place, middle, place.office.head) == []


@pytest.mark.fuzz
@pytest.mark.parametrize("seed", range(100, 300))
def test_every_slip_and_every_quiet_edit_is_told_at_length(tmp_path: Path, seed: int) -> None:
    place = Place(Office(seed, 80, merges=seed % 3 > 0), tmp_path / "place")
    assert faults_of_slips(place) == []
    assert faults_of_history(place) == []
    dice = random.Random(seed)
    for _ in range(4):
        old, new = dice.sample(place.office.commits, 2)
        assert faults_of_diff(place, old, new) == []


def event(commit: str, before: str | None, after: str | None) -> Event:
    day = date(2024, 5, 6)
    made = Commit(commit, (), "He Ping", datetime(2024, 5, 6, tzinfo=UTC), day, "words")
    rows = [{"deadline": said} if said else None for said in (before, after)]
    return Event(made, rows[0], rows[1])


def told(chain: tuple[Event, ...]) -> list[tuple[str, str | None, str | None]]:
    return [(one.commit.id, (one.before or {}).get("deadline"), (one.after or {}).get("deadline")) for one in chain]


def test_what_both_sides_know_counts_once_in_whatever_order() -> None:
    # main: extended by a; the branch: b. Each took over the other: the same two commits in two orders.
    ours = (event("a", "1", "2"), event("b", "2", "3"))
    theirs = (event("b", "1", "3"),)
    crossed = joined((ours, {"deadline": "3"}), [(theirs, {"deadline": "3"})], event("m", "3", "3"))
    assert told(crossed) == [("a", "1", "2"), ("b", "2", "3")]


def test_a_conflict_that_was_resolved_for_the_branch_follows_what_stood_there() -> None:
    ours, theirs = (event("a", "1", "2"),), (event("b", "1", "3"), event("c", "3", "4"))
    chain = joined((ours, {"deadline": "2"}), [(theirs, {"deadline": "4"})], event("m", "2", "4"))
    assert told(chain) == [("a", "1", "2"), ("b", "2", "3"), ("c", "3", "4")]


def test_a_conflict_that_was_resolved_for_neither_side_moved_once() -> None:
    # What the branch wrote never stood where it was merged: the merge moved what stood there.
    ours, theirs = (event("a", "1", "2"),), (event("b", "1", "3"), event("c", "3", "4"))
    chain = joined((ours, {"deadline": "2"}), [(theirs, {"deadline": "4"})], event("m", "2", "9"))
    assert told(chain) == [("a", "1", "2"), ("m", "2", "9")]


def test_of_three_parents_each_brings_its_own() -> None:
    base = {"deadline": "1"}
    theirs = (event("b", "1", "3"),)
    chain = joined(((), base), [((), base), (theirs, {"deadline": "3"})], event("m", "1", "3"))
    assert told(chain) == [("b", "1", "3")]


def test_what_a_merge_deleted_was_deleted_by_the_branch() -> None:
    theirs = (event("b", "1", None),)
    assert told(joined(((), {"deadline": "1"}), [(theirs, None)], event("m", "1", None))) == [("b", "1", None)]
