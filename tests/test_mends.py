"""What would mend a plan that fails: hand-worked cases, and every set proved and measured against all smaller ones."""

import itertools
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from projledger.analysis.mends import Change, Mends, mends, what_if
from projledger.analysis.schedule import Schedule, WhatIf, schedule, selected
from projledger.models.project import Extension
from projledger.models.workspace import Workspace
from test_schedule import TODAY, extension, task, workspace


def mended(*tasks: dict[str, Any], as_of: date = TODAY) -> Mends:
    place = workspace({"tasks": list(tasks)})
    return mends(place, schedule(place, as_of))


def said(changes: tuple[Change, ...]) -> list[str]:
    """Changes in short: `T1 duration 4→2`."""
    return [
        f"{c.ref.removeprefix('P/')} {c.kind} "
        + (f"{c.after.removeprefix('P/')} {c.by}" if c.after else f"{short(c.from_)}→{short(c.to)}")
        for c in changes
    ]


def short(value: object) -> str:
    return f"{value.month}-{value.day}" if isinstance(value, date) else str(value)


def sets(found: Mends) -> list[list[str]]:
    return [said(mend.changes) for mend in found.mends]


def test_a_feasible_plan_needs_nothing() -> None:
    assert mended(task("T1", duration="3")) == Mends()


def test_one_change_is_enough() -> None:
    # T1: 11-14 (4), T2: 17-21 and 24 (6), due on Thursday 20 June: two workdays late.
    found = mended(task("T1", duration="4"), task("T2", "2024-06-20", duration="6", after=["T1"]))
    (failure,) = found.failures
    assert (failure.ref, failure.shortfall, failure.tasks) == ("P/T2", 2, ("P/T1", "P/T2"))
    assert (failure.deadline, failure.forecast) == (date(2024, 6, 20), date(2024, 6, 24))
    assert [(c.ref, c.reason, c.after, c.workdays, short(c.start), short(c.finish)) for c in failure.causes] == [
        ("P/T2", "after", "P/T1", 6, "6-17", "6-24"),
        ("P/T1", "today", None, 4, "6-11", "6-14"),
    ]
    # Shortening the longer task takes the smaller share of its work; a later deadline is the last resort.
    assert sets(found) == [["T2 duration 6→4"], ["T1 duration 4→2"], ["T2 overlap T1 2"], ["T2 deadline 6-20→6-24"]]
    assert all(mend.result.feasible for mend in found.mends)
    assert [mend.result.finish for mend in found.mends] == [date(2024, 6, n) for n in (20, 20, 20, 24)]
    assert not found.cut


def test_a_start_that_is_planned_too_late_may_come_forward() -> None:
    # Planned for Monday 17: 17-20, due on the 18th: two late; it could begin as early as today, the 13th is enough.
    found = mended(task("T1", "2024-06-18", start="2024-06-17", duration="4"))
    assert found.failures[0].causes[0].reason == "start"
    assert sets(found)[0] == ["T1 start 6-17→6-13"]


def test_what_is_left_of_a_task_under_way_is_shortened() -> None:
    # 8 of 20 workdays remain from 11 June: 20 June; the deadline was extended to the 14th: four late.
    found = mended(
        task(
            "T5",
            "2024-05-31",
            duration="20",
            started="2024-05-13",
            progress="60",
            updated="2024-06-07",
            extensions=[extension("2024-06-14", "2024-05-31")],
        )
    )
    assert found.failures[0].causes[0].reason == "updated"
    assert sets(found) == [["T5 remaining 8→4"], ["T5 deadline 6-14→6-20"]]


def test_nothing_but_a_later_deadline_helps_once_it_has_passed() -> None:
    found = mended(
        task("T1", "2024-06-06", duration="3"),
        task("M", "2024-06-07", kind="milestone"),
        task("T2", "2024-06-12", duration="4"),
    )
    # T1 11-13, M today, T2 11-14 (or two workdays less).
    assert sets(found)[0] == ["T1 deadline 6-6→6-13", "M deadline 6-7→6-11", "T2 duration 4→2"]
    assert [f.ref for f in found.failures] == ["P/T1", "P/T2", "P/M"]


def test_two_changes_where_no_single_one_is_enough() -> None:
    # A and B side by side, each two late; C after both must keep its own deadline.
    found = mended(task("A", "2024-06-12", duration="4"), task("B", "2024-06-13", duration="5"))
    assert sets(found)[0] == ["A duration 4→2", "B duration 5→3"]
    # T1 and T2 take 2 each from the 11th to the 14th, due on the 11th: three late. Neither can give three: shared.
    found = mended(task("T1", duration="2"), task("T2", "2024-06-12", duration="2", after=["T1"]))
    assert sets(found)[0] == ["T2 overlap T1 2"]
    found = mended(task("T1", duration="3"), task("T2", "2024-06-12", duration="3", after=["T1"]))
    assert ["T2 deadline 6-12→6-18"] in sets(found)


def test_deadlines_passed_on_a_chain_all_move_when_the_work_stays() -> None:
    found = mended(
        task("T1", "2024-06-12", duration="4"),
        task("T2", "2024-06-14", duration="2", after=["T1"]),
        task("T3", "2024-06-18", duration="2", after=["T2"]),
    )
    # T1 11-14, T2 17-18, T3 19-20: each two late. T1 by two workdays less mends all; so do three later deadlines.
    assert sets(found)[0] == ["T1 duration 4→2"]
    assert sets(found)[-1] == ["T1 deadline 6-12→6-14", "T2 deadline 6-14→6-18", "T3 deadline 6-18→6-20"]


def test_a_task_without_duration_may_promise_an_earlier_end() -> None:
    # T1 counts as finishing on its deadline, the 20th; T2 takes 21, 24, 25, due on the 24th.
    found = mended(task("T1", "2024-06-20"), task("T2", "2024-06-24", duration="3", after=["T1"]))
    assert found.failures[0].causes[-1].reason == "deadline"
    assert ["T1 deadline 6-20→6-19"] in sets(found)


def test_a_failure_across_projects_is_one_failure() -> None:
    place = workspace(
        {"id": "P001", "tasks": [task("T1", "2024-06-13", duration="2", after=["P002/T3"])]},
        {"id": "P002", "tasks": [task("T3", duration="3")]},
        {"id": "P003", "tasks": [task("T1", "2024-06-11", duration="2")]},
    )
    found = mends(place, schedule(place, TODAY), {"P001"})
    assert [f.tasks for f in found.failures] == [("P001/T1",)]
    assert said(found.mends[0].changes) == ["P002/T3 duration 3→1"]
    both = mends(place, schedule(place, TODAY))
    assert [f.ref for f in both.failures] == ["P001/T1", "P003/T1"]
    assert said(both.mends[0].changes) == ["P002/T3 duration 3→1", "P003/T1 duration 2→1"]


def chain(count: int, workdays: int, deadline: str) -> list[dict[str, Any]]:
    tasks = [task(f"T{n}", "2199-12-31", duration=str(workdays), after=[f"T{n - 1}"]) for n in range(count)]
    tasks[-1]["deadline"] = deadline
    del tasks[0]["after"]
    return tasks


def test_a_long_failure_has_an_answer() -> None:
    # 4 000 tasks of two workdays, due after the first four of 8 000: no task has so many to give, the deadline has.
    found = mended(*chain(4_000, 2, "2024-06-14"))
    assert found.failures[0].shortfall == 7_996
    assert len(found.failures[0].causes) == 4_000
    assert [len(mend.changes) for mend in found.mends] == [1]
    assert not found.cut


def test_a_search_that_was_cut_says_so() -> None:
    # Any of 2 000 tasks could be shortened by five workdays: more trials than are worth waiting for.
    place = workspace({"tasks": chain(2_000, 7, "2024-06-14")})
    finish = schedule(place, TODAY).plans["P/T1999"].ef
    assert finish is not None
    found = mended(*chain(2_000, 7, place.calendar.day(finish - 6).isoformat()))
    assert found.failures[0].shortfall == 5
    assert found.cut
    assert found.mends[0].result.feasible
    assert said(found.mends[-1].changes)[0].startswith("T1999 deadline")


DAYS = st.dates(date(2024, 6, 3), date(2024, 7, 12)).map(date.isoformat)


@st.composite
def failing_ledgers(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Up to five tasks with tight deadlines."""
    tasks: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, 5))):
        one = task(f"T{number}", draw(DAYS), duration=str(draw(st.integers(1, 12))))
        if number:
            names = [f"T{n}" for n in range(number)]
            one["after"] = draw(st.lists(st.sampled_from(names), unique=True, max_size=2))
        shape = draw(st.sampled_from(["plain", "plain", "plain", "start", "under way", "milestone", "no duration"]))
        if shape == "start":
            one["start"] = draw(DAYS)
        elif shape == "under way":
            one |= {"progress": str(draw(st.integers(1, 99))), "updated": "2024-06-06"}
        elif shape == "milestone":
            one["kind"] = "milestone"
        elif shape == "no duration":
            del one["duration"]
        tasks.append(one)
    return tasks


def every_change(plan: Schedule) -> Iterator[Change]:
    """Every change of one kind to one task, as large as it makes sense (a deadline that comes forward is not tried)."""
    for ref, found in plan.plans.items():
        if (found.remaining or 0) > 1:
            yield Change("duration", ref, 0, to=1)
        if found.state == "not_started" and found.task.start:
            yield Change("start", ref, 0, to=plan.as_of)
        yield Change("deadline", ref, 0, to=date(2030, 1, 1))
        for earlier in plan.waits_for(ref):
            most = min(found.remaining or 0, plan.plans[earlier].remaining or 0)
            if most:
                yield Change("overlap", ref, most, after=earlier)


def in_the_ledger(place: Workspace, changes: tuple[Change, ...]) -> Workspace | None:
    """The workspace with the changes written into its tasks; None where a ledger has no words for one of them."""
    project = place.projects[0]
    tasks = {one.id: one for one in project.tasks}
    for change in changes:
        name = change.ref.removeprefix("P/")
        one = tasks[name]
        if change.kind in ("overlap", "remaining"):
            return None
        if change.kind == "deadline":
            later = Extension.model_validate(extension(change.to.isoformat(), TODAY.isoformat()))  # type: ignore[union-attr]
            tasks[name] = one.model_copy(update={"extensions": (later,)})
        else:
            tasks[name] = one.model_copy(update={change.kind: change.to})
    changed = project.model_copy(update={"tasks": tuple(tasks.values())})
    return Workspace(place.settings, projects=(changed,), files=place.files)


@settings(max_examples=250, deadline=None)
@given(failing_ledgers())
@example(
    [
        task("T0", "2024-06-11", duration="6"),
        task("T3", "2024-06-07", kind="milestone"),
        task("T4", "2024-07-01", duration="10", after=["T3", "T0"]),
    ]
)  # a milestone that passed moves by one day
@example(
    [task("T0", "2024-06-12"), task("T1", "2024-06-03", duration="1"), task("T2", "2024-06-12", after=["T0", "T1"])]
)  # T2 is late for another reason than T1
@example(
    [
        task("T0", "2024-06-03", kind="milestone"),
        task("T1", "2024-06-11", duration="1", after=["T0"]),
        task("T2", "2024-06-03", duration="1", after=["T1"]),
    ]
)  # T0 takes no time from those after it
def test_every_set_mends_and_none_is_smaller(tasks: list[dict[str, Any]]) -> None:
    place = workspace({"tasks": tasks})
    plan = schedule(place, TODAY)
    found = mends(place, plan)
    if selected(plan).feasible:
        assert found == Mends()
        return
    assert found.mends
    for mend in found.mends:
        assert all(change.by > 0 for change in mend.changes)
        assert selected(schedule(place, TODAY, what_if(mend.changes))).feasible
        assert mend.result.feasible
        written = in_the_ledger(place, mend.changes)
        assert written is None or selected(schedule(written, TODAY)).feasible
        for change in mend.changes:  # none of them may be left out
            fewer = what_if(other for other in mend.changes if other is not change)
            assert not selected(schedule(place, TODAY, fewer)).feasible
    smallest = min(len(mend.changes) for mend in found.mends)
    assert len(found.mends[0].changes) == smallest
    possible = list(every_change(plan))
    if found.cut or smallest > 3:
        return
    for size in range(smallest):
        for several in itertools.combinations(possible, size):
            assert not selected(schedule(place, TODAY, what_if(several))).feasible


@settings(max_examples=60, deadline=None)
@given(failing_ledgers(), st.integers(1, 5))
def test_a_single_amount_is_the_smallest(tasks: list[dict[str, Any]], less: int) -> None:
    """One workday less of any single change, and the plan fails again."""
    place = workspace({"tasks": tasks})
    plan = schedule(place, TODAY)
    for mend in mends(place, plan).mends:
        if len(mend.changes) > 1:
            continue
        (change,) = mend.changes
        calendar = plan.calendar
        if change.after:
            trial = WhatIf(overlaps={(change.ref, change.after): change.by - 1})
        elif isinstance(change.to, int):
            trial = WhatIf(lengths={change.ref: change.to + 1})
        else:
            assert isinstance(change.to, date)
            assert isinstance(change.from_, date)
            back = -1 if change.to > change.from_ else 1
            nearer = calendar.day(calendar.offset(change.to) + back)
            kind = "starts" if change.kind == "start" else "deadlines"
            trial = WhatIf(**{kind: {change.ref: nearer}})
        assert not selected(schedule(place, TODAY, trial)).feasible, change


def test_the_age_of_the_world_is_no_matter() -> None:
    """A deadline years ago, and a task of forty years: the amounts stay exact."""
    found = mended(task("T1", "2019-01-04", duration="9999"))
    (mend,) = found.mends
    assert mend.changes[0].kind == "deadline"
    assert mend.changes[0].from_ == date(2019, 1, 4)
    assert mend.result.finish == mend.changes[0].to
    assert TODAY + timedelta(days=9999) < mend.result.finish  # type: ignore[operator]
