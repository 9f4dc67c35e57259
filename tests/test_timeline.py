"""The chains of events at merges, over histories that nobody chose: what must hold of every one of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from projledger.analysis.timeline import Chain, Commit, Event, Row, joined

ROWS: st.SearchStrategy[Row | None] = st.none() | st.fixed_dictionaries(
    {},
    optional={
        "deadline": st.sampled_from(["2024-05-01", "2024-06-01", "2024-07-01"]),
        "owner": st.sampled_from(["lin", "wu", "he"]),
        "extensions": st.lists(st.sampled_from(["x", "y", "z"]), min_size=1, max_size=3, unique=True),
    },
)
"""What an entry may say; None where it is not there."""
START: Row = {"deadline": "2024-05-01", "owner": "lin", "progress": 10}


def commit(name: str) -> Commit:
    return Commit(name, (), "X", datetime(2024, 5, 1, tzinfo=UTC), date(2024, 5, 1), name)


def line(chain: Chain, now: Row | None, rows: Sequence[Row | None], name: str) -> tuple[Chain, Row | None]:
    """A chain after some commits one after the other; those that change nothing leave no event."""
    for number, row in enumerate(rows):
        if row != now:
            chain = (*chain, Event(commit(f"{name}{number}"), now, row))
            now = row
    return chain, now


def proper(chain: Chain, start: Row | None, end: Row | None) -> None:
    """What holds of the chain of any entry: it leads from what was there first to what is there now, without a gap,
    and no commit makes two changes, or one that changes nothing."""
    now = start
    for event in chain:
        assert event.before == now
        assert event.after != now
        now = event.after
    assert now == end
    commits = [event.commit.id for event in chain]
    assert len(commits) == len(set(commits))


def untaken(told: Chain, mine: Row | None, result: Row | None) -> None:
    """What the other side changed and the merge did not take over never took effect, and is not told."""
    assert all(event.after != result for event in told[:-1])
    for event in told:
        if event.commit.id == "merge" or None in (mine, result, event.before, event.after):
            continue
        assert mine is not None
        assert result is not None
        kept = [field for field in {**mine, **result} if mine.get(field) == result.get(field)]
        assert [field for field in kept if (event.before or {}).get(field) != (event.after or {}).get(field)] == []


def merged(base: Row | None, mine: Row | None, theirs: Row | None) -> Row | None:
    """A merge of two sides as git makes it where they did not touch the same field: the changes of both."""
    if mine == base or theirs == base:
        return theirs if mine == base else mine
    assert base is not None
    assert mine is not None
    assert theirs is not None
    fields = {*base, *mine, *theirs}
    taken = {f: theirs.get(f) if mine.get(f) == base.get(f) else mine.get(f) for f in sorted(fields)}
    return {field: value for field, value in taken.items() if value is not None}


@given(shared=st.lists(ROWS, max_size=3), mine=st.lists(ROWS, max_size=3), theirs=st.lists(ROWS, max_size=3), said=ROWS)
def test_whatever_a_merge_says_its_chain_leads_there(
    shared: list[Row | None], mine: list[Row | None], theirs: list[Row | None], said: Row | None
) -> None:
    trunk = line((), START, shared, "s")
    ours, others = line(*trunk, mine, "a"), line(*trunk, theirs, "b")
    for result in (ours[1], others[1], said):
        found = joined(ours, [others], Event(commit("merge"), ours[1], result))
        proper(found, START, result)
        known = {event.commit.id for event in (*ours[0], *others[0])}
        assert {event.commit.id for event in found} <= known | {"merge"}
        assert found[: len(trunk[0])] == trunk[0]  # what both had stays as it was
        # The merge made what comes from neither side, and it made it last.
        assert [event.commit.id for event in found[:-1]].count("merge") == 0
        if found != others[0]:
            assert found[: len(ours[0])] == ours[0]
            untaken(found[len(ours[0]) :], ours[1], result)
        # Merging what is merged already tells nothing new.
        again = joined((found, result), [others], Event(commit("again"), result, result))
        proper(again, START, result)
        assert {event.commit.id for event in again} <= {event.commit.id for event in found} | known
        assert "again" not in {event.commit.id for event in again}


@given(rows=st.lists(ROWS, max_size=4), shared=st.lists(ROWS, max_size=2))
def test_what_only_one_side_changed_is_that_sides(rows: list[Row | None], shared: list[Row | None]) -> None:
    trunk = line((), START, shared, "s")
    other = line(*trunk, rows, "b")
    assert joined(trunk, [other], Event(commit("merge"), trunk[1], other[1])) == other[0]
    assert joined(other, [trunk], Event(commit("merge"), other[1], other[1])) == other[0]


EDITS = st.lists(st.integers(0, 9), max_size=3)


@given(mine=EDITS, theirs=EDITS, added=st.lists(st.sampled_from("pqr"), max_size=3, unique=True))
def test_a_clean_merge_made_nothing_itself(mine: list[int], theirs: list[int], added: list[str]) -> None:
    """Each side changed fields of its own: every commit keeps its change, in either order of the parents."""
    ours = line((), START, [{**START, "owner": f"o{n}"} for n in mine], "a")
    theirs_rows = [{**START, "progress": n} for n in theirs]
    last = theirs_rows[-1] if theirs_rows else START
    theirs_rows += [{**last, "extensions": added[: n + 1]} for n in range(len(added))]
    others = line((), START, theirs_rows, "b")
    result = merged(START, ours[1], others[1])
    forth = joined(ours, [others], Event(commit("merge"), ours[1], result))
    back = joined(others, [ours], Event(commit("merge"), others[1], result))
    for found in (forth, back):
        proper(found, START, result)
        assert "merge" not in {event.commit.id for event in found}
    # A side that ends where it began may be passed over: nothing of it is left to tell.
    if ours[1] != START and others[1] != START:
        assert forth[: len(ours[0])] == ours[0]
        assert back[: len(others[0])] == others[0]


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[tuple[int, ...], Row | None]]:
    """Commits with their parents (criss-cross and octopus merges among them), and what the entry says at each."""
    made: list[tuple[tuple[int, ...], Row | None]] = [((), START)]
    for number in range(1, draw(st.integers(2, 9))):
        few = min(number, 3)
        parents = tuple(draw(st.lists(st.integers(0, number - 1), min_size=1, max_size=few, unique=True)))
        rows = [made[parent][1] for parent in parents]
        row = draw(st.sampled_from(rows) | ROWS) if len(parents) > 1 else draw(ROWS)
        made.append((parents, row))
    return made


@given(histories())
def test_every_commit_of_every_history_counts_once(history: list[tuple[tuple[int, ...], Row | None]]) -> None:
    states: list[tuple[Chain, Row | None]] = []
    for number, (parents, row) in enumerate(history):
        if not parents:
            states.append(((), row))
            continue
        first = states[parents[0]]
        event = Event(commit(f"c{number}"), first[1], row)
        if len(parents) == 1:
            states.append(((*first[0], event), row) if row != first[1] else first)
        elif row == first[1] and all(states[parent] == first for parent in parents):
            states.append(first)
        else:
            states.append((joined(first, [states[parent] for parent in parents[1:]], event), row))
        proper(states[-1][0], START, row)
