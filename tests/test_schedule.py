"""The reverse schedule: hand-worked plans, and what must hold for every plan.

Workdays of June 2024 in China: 3-7, 11-14 (the 10th is Dragon Boat), 17-21, 24-28. "Today" is Tuesday 11 June
unless a test says otherwise.
"""

from datetime import date
from typing import Any

import pytest

from projledger.analysis.schedule import Schedule, TaskPlan, WhatIf, schedule, selected
from projledger.models.project import Project
from projledger.models.settings import Settings
from projledger.models.workspace import Workspace

TODAY = date(2024, 6, 11)


def workspace(*projects: dict[str, Any], **settings: Any) -> Workspace:
    made = tuple(
        Project.model_validate({"id": "P", "name": "n", "unit": "u"} | project, context={"money_unit": "万元"})
        for project in projects
    )
    rest = Settings.model_validate({"name": "county", "calendar": {"country": "CN"}} | settings)
    return Workspace(rest, projects=made, files=tuple(f"projects/{number}.yaml" for number in range(len(made))))


def task(id: str, deadline: str = "2024-12-31", **rest: Any) -> dict[str, Any]:
    return {"id": id, "name": id, "deadline": deadline} | rest


def planned(*tasks: dict[str, Any], as_of: date = TODAY, **project: Any) -> dict[str, TaskPlan]:
    plans = schedule(workspace({"tasks": list(tasks)} | project), as_of).plans
    return {ref.removeprefix("P/"): plan for ref, plan in plans.items()}


def day(text: str) -> date:
    month, number = text.split("-")
    return date(2024, int(month), int(number))


def shown(plan: TaskPlan) -> tuple[str | None, ...]:
    days = (plan.forecast_start, plan.forecast_finish, plan.latest_start, plan.latest_finish)
    return tuple(None if d is None else f"{d.month}-{d.day}" for d in days)


def test_a_chain_forward_from_today_and_backward_from_its_deadlines() -> None:
    plans = planned(
        task("T1", "2024-06-14", duration="3"),
        task("T2", "2024-06-21", duration="5", after=["T1"]),
    )
    # T1: 11, 12, 13. T2: 14, 17, 18, 19, 20; it may finish on the 21st, so it may start on the 17th: float 1.
    # T1 may finish on the 14th (its own deadline, and the day before the 17th): float 1.
    assert shown(plans["T1"]) == ("6-11", "6-13", "6-12", "6-14")
    assert shown(plans["T2"]) == ("6-14", "6-20", "6-17", "6-21")
    assert (plans["T1"].float, plans["T2"].float) == (1, 1)
    assert not plans["T1"].late_start


def test_a_planned_start_holds_and_a_rest_day_today_means_the_next_workday() -> None:
    # 8 June is a Saturday, the 10th a holiday: work begins on the 11th. T2 is planned for Saturday 15 June: Monday 17.
    plans = planned(task("T1", duration="1"), task("T2", duration="1", start="2024-06-15"), as_of=day("6-8"))
    assert shown(plans["T1"])[:2] == ("6-11", "6-11")
    assert shown(plans["T2"])[:2] == ("6-17", "6-17")


def test_make_up_workdays_count_and_a_deadline_on_a_rest_day_means_the_workday_before() -> None:
    # Saturday 11 May 2024 is worked for the May holiday, Sunday the 12th is not: 10 and 11 May, deadline met exactly.
    (plan,) = planned(task("T1", "2024-05-12", duration="2"), as_of=day("5-10")).values()
    assert shown(plan) == ("5-10", "5-11", "5-10", "5-11")
    assert plan.float == 0


def test_own_dates_win_over_the_calendar() -> None:
    place = workspace(
        {"tasks": [task("T1", "2024-06-14", duration="3")]},
        calendar={"country": "CN", "holidays": ["2024-06-12"], "workdays": ["2024-06-15"]},
    )
    # 11, 13, 14; the deadline is the 14th: no day to spare. (Saturday 15 is worked, but comes after the deadline.)
    plan = schedule(place, TODAY).plans["P/T1"]
    assert shown(plan) == ("6-11", "6-14", "6-11", "6-14")


@pytest.mark.parametrize(
    ("duration", "progress", "remaining"),
    [
        ("10", "50", 5),
        ("5", "50", 3),  # 2.5: halves up
        ("7", "50", 4),  # 3.5
        ("45", "75", 11),  # 11.25
        ("10", "100", 1),  # never less than one workday before it is done
        ("10", None, 10),
        ("1", "99", 1),
    ],
)
def test_what_remains_of_a_task_under_way(duration: str, progress: str | None, remaining: int) -> None:
    given = {} if progress is None else {"progress": progress}
    (plan,) = planned(task("T1", duration=duration, started="2024-06-03", **given)).values()
    assert plan.remaining == remaining
    assert plan.state == "under_way"


def test_fresh_progress_counts_from_the_workday_after_the_report() -> None:
    # 10 workdays, 60 % on Friday 7 June: 4 remain, from the 11th (the 10th is a holiday): 11, 12, 13, 14.
    (plan,) = planned(task("T1", "2024-06-18", duration="10", progress="60", updated="2024-06-07")).values()
    assert shown(plan) == ("6-11", "6-14", "6-13", "6-18")
    assert plan.float == 2
    # Reported on Monday 3 June: 4, 5, 6, 7 would be over. It never finishes before the end of today.
    (plan,) = planned(task("T1", "2024-06-18", duration="10", progress="60", updated="2024-06-03")).values()
    assert shown(plan)[1] == "6-11"


def test_a_report_is_fresh_for_as_long_as_the_stalled_threshold() -> None:
    # Threshold 30 days for a monthly rhythm, 14 for a weekly one. 12 May is 30 days before 11 June, 11 May is 31.
    def finish(updated: str, **project: Any) -> str | None:
        plan = planned(task("T1", duration="40", progress="50", updated=updated), **project)["T1"]
        return shown(plan)[1]

    # Fresh: 20 workdays from Monday 13 May: 13-17, 20-24, 27-31 May, 3-7 June: 7 June is over, so today.
    assert finish("2024-05-12") == "6-11"
    # Stale: 20 workdays from today: 4 + 5 + 5 + 5 = 19 by 5 July, the 20th is Monday 8 July.
    assert finish("2024-05-11") == "7-8"
    # Weekly: 28 May is 14 days ago: 20 from 29 May: 3 + 5 + 4 (11-14) + 5 + 3 (24, 25, 26).
    assert finish("2024-05-28", cadence="week") == "6-26"
    assert finish("2024-05-27", cadence="week") == "7-8"
    assert finish("2024-05-27", difficult="yes") == "7-8"


def test_a_task_under_way_waits_for_what_is_not_finished_before_it() -> None:
    # T1 finishes on the 13th; T2 was begun early, 2 of its workdays remain: 14 and 17.
    plans = planned(
        task("T1", duration="3"),
        task("T2", "2024-06-17", duration="10", progress="80", updated="2024-06-07", after=["T1"]),
    )
    assert shown(plans["T2"]) == ("6-14", "6-17", "6-14", "6-17")
    assert plans["T1"].float == plans["T2"].float == 0  # T1 may finish on the 13th, before T2's last two days


def test_done_is_a_fact() -> None:
    plans = planned(
        task("T1", "2024-06-07", duration="3", started="2024-06-05", done="2024-06-11"),
        task("T2", duration="1", after=["T1"]),
        task("T3", duration="1", done="2024-06-12"),  # tomorrow: not known yet
    )
    assert plans["T1"].state == "done"
    assert plans["T1"].float is None
    assert shown(plans["T1"]) == ("6-5", "6-11", None, None)
    assert shown(plans["T2"])[:2] == ("6-12", "6-12")  # the day after T1 was finished
    assert plans["T3"].state == "not_started"


def test_facts_and_extensions_after_today_do_not_count() -> None:
    plans = planned(
        task("T1", duration="5", started="2024-06-12"),
        task("T2", duration="10", progress="50", updated="2024-06-12"),
        task("T3", duration="10", started="2024-06-03", progress="50", updated="2024-06-12"),
        task("T4", "2024-06-11", duration="2", extensions=[extension("2024-06-20", "2024-06-12")]),
        task("T5", "2024-06-11", duration="2", extensions=[extension("2024-06-20", "2024-06-11")]),
    )
    assert [plans[f"T{n}"].state for n in (1, 2, 3)] == ["not_started", "not_started", "under_way"]
    assert plans["T3"].remaining == 10
    assert plans["T4"].float == -1  # 11, 12
    assert plans["T5"].float == 6  # the 12th; 13, 14, 17, 18, 19, 20 to spare


def extension(to: str, on: str) -> dict[str, str]:
    return {"to": to, "approved_by": "zhou", "date": on, "reason": "late delivery"}


def test_milestones_take_no_time() -> None:
    plans = planned(
        task("T1", duration="3"),
        task("M1", "2024-06-14", kind="milestone", duration="9", after=["T1"]),
        task("T2", "2024-06-17", duration="1", after=["M1"]),
        task("M0", "2024-06-12", kind="milestone"),
        task("Z", "2024-06-12", duration="0", start="2024-06-12"),
    )
    # T1 ends on the 13th, so does M1; T2 takes the 14th and may take the 17th: M1 and T1 may end on the 14th.
    assert shown(plans["M1"]) == ("6-13", "6-13", "6-14", "6-14")
    assert shown(plans["T2"]) == ("6-14", "6-14", "6-17", "6-17")
    assert (plans["T1"].float, plans["M1"].float, plans["T2"].float) == (1, 1, 1)
    # Nothing before M0: EF = first, shown as today, never as the day before; LF is the offset after the 12th.
    assert shown(plans["M0"]) == ("6-11", "6-11", "6-12", "6-12")
    assert plans["M0"].float == 2
    # Z is planned for the 12th: reached when that day begins.
    assert shown(plans["Z"]) == ("6-11", "6-11", "6-12", "6-12")
    assert plans["Z"].float == 1


def test_a_milestone_whose_deadline_has_passed_is_late_by_as_many_workdays() -> None:
    # Due today: LF − EF = 1. Due on Friday the 7th: the offset after it is first, and so is EF; reached today, it is
    # one workday late: the cap is first − first − 1 = −1. Due on the 6th: first − 1 − first − 1 = −2.
    for due, slack in [("2024-06-11", 1), ("2024-06-07", -1), ("2024-06-06", -2)]:
        (plan,) = planned(task("M", due, kind="milestone")).values()
        assert plan.float == slack
    # Due on the holiday, Monday 10 June: passed; the last workday before it is the 7th.
    (plan,) = planned(task("M", "2024-06-10", kind="milestone")).values()
    assert plan.float == -1
    assert shown(plan) == ("6-11", "6-11", "6-7", "6-7")


def test_without_duration_it_is_counted_from_start_to_the_original_deadline() -> None:
    (plan,) = planned(
        task("T1", "2024-06-21", start="2024-06-13", extensions=[extension("2024-06-28", "2024-06-11")])
    ).values()
    # 13, 14, 17, 18, 19, 20, 21: seven workdays from the 13th to the 21st; five more (24-28) by the extension.
    assert plan.duration == 7
    assert shown(plan) == ("6-13", "6-21", "6-20", "6-28")
    assert plan.float == 5


def test_a_task_without_duration_is_judged_by_its_deadline_alone() -> None:
    plans = planned(
        task("T1", "2024-12-31", duration="2"),
        task("T2", "2024-06-18", after=["T1"]),
        task("T3", "2024-06-21", duration="2", after=["T2"]),
        task("T4", "2024-06-07"),
        task("T5", duration="1", after=["T4"]),
    )
    two = plans["T2"]
    assert (two.duration, two.float, two.late_start) == (None, None, False)
    assert shown(two) == (None, None, None, "6-18")
    assert two.unplanned == "no_duration"
    # T3 follows its deadline: 19 and 20, float 1.
    assert shown(plans["T3"]) == ("6-19", "6-20", "6-20", "6-21")
    # For T1 it is one workday that ends on the 18th: T1 may end on the 17th.
    assert shown(plans["T1"]) == ("6-11", "6-12", "6-14", "6-17")
    # T4's deadline has passed: it counts as finishing today.
    assert shown(plans["T5"])[0] == "6-12"


def test_a_task_without_duration_counts_a_workday_after_its_predecessors() -> None:
    plans = planned(
        task("T1", duration="4"), task("T2", "2024-06-12", after=["T1"]), task("T3", duration="1", after=["T2"])
    )
    # T1 takes 11-14, T2 counts as the 17th though it should end on the 12th, T3 takes the 18th.
    assert shown(plans["T3"])[0] == "6-18"
    assert plans["T1"].float == -3  # T2 should be the 12th, so T1 should end on the 11th: 12, 13, 14 too many


def test_late_start() -> None:
    plans = planned(
        task("T1", "2024-06-13", duration="4"),  # must have started on the 7th
        task("T2", "2024-06-14", duration="4"),  # must start today
        task("T3", duration="1", start="2024-06-07"),
        task("T4", duration="1", start="2024-06-10"),  # a holiday: the 11th is meant
        task("T5", start="2024-06-07", duration="1", started="2024-06-07"),
    )
    assert {name for name, plan in plans.items() if plan.late_start} == {"T1", "T3"}
    assert shown(plans["T1"])[2] == "6-7"


def test_across_projects() -> None:
    place = workspace(
        {"id": "P001", "tasks": [task("T1", "2024-06-28", duration="2", after=["P002/T3"])]},
        {"id": "P002", "tasks": [task("T3", duration="3")]},
    )
    plans = schedule(place, TODAY).plans
    assert shown(plans["P001/T1"]) == ("6-14", "6-17", "6-27", "6-28")
    assert shown(plans["P002/T3"])[2:] == ("6-24", "6-26")
    assert selected(schedule(place, TODAY), ["P001"]).critical_path == ("P002/T3", "P001/T1")
    assert list(plans) == ["P001/T1", "P002/T3"]


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"status": "suspended", "status_date": "2024-06-01"}, "suspended"),
        ({"status": "cleared", "status_date": "2024-06-11"}, "cleared"),
        ({"pauses": [{"from": "2024-06-03", "approved_by": "zhou"}]}, "paused"),
        (None, "absent"),
    ],
)
def test_a_predecessor_that_is_not_planned_is_left_out_and_said(other: dict[str, Any] | None, why: str) -> None:
    mine = {"id": "P001", "tasks": [task("T1", duration="2", after=["P002/T3"])]}
    theirs = [] if other is None else [{"id": "P002", "tasks": [task("T3", "2024-06-12", duration="30")]} | other]
    found = schedule(workspace(mine, *theirs), TODAY)
    assert found.left_out == (("P001/T1", "P002/T3", why),)
    assert shown(found.plans["P001/T1"])[:2] == ("6-11", "6-12")
    for plan in found.plans.values():
        if plan.project.id == "P002":
            assert (plan.float, plan.ef, plan.unplanned) == (None, None, why)


def test_a_status_that_begins_later_does_not_count_and_what_was_finished_stays_finished() -> None:
    mine = {"id": "P001", "tasks": [task("T1", duration="2", after=["P002/T3", "P002/T4"])]}
    later = {"status": "suspended", "status_date": "2024-06-12"}
    theirs = {"id": "P002", "tasks": [task("T3", duration="3"), task("T4", done="2024-06-03")]}
    found = schedule(workspace(mine, theirs | later), TODAY)
    assert found.left_out == ()
    assert shown(found.plans["P001/T1"])[0] == "6-14"
    found = schedule(workspace(mine, theirs | later), date(2024, 6, 12))
    assert found.left_out == (("P001/T1", "P002/T3", "suspended"),)


def test_a_pause_is_not_worked() -> None:
    pause = [{"from": "2024-06-12", "to": "2024-06-18", "approved_by": "zhou"}]
    tasks = (task("T1", "2024-06-28", duration="3"), task("T2", "2024-07-01", duration="2", after=["T1"]))
    plans = planned(*tasks, pauses=pause)
    # 11, then the pause (12, 13, 14, 17, 18), 19, 20; T2: 21, 24. LF of T2 is 1 July: 25-28 June and 1 July to spare.
    assert shown(plans["T1"])[:2] == ("6-11", "6-20")
    assert shown(plans["T2"])[:2] == ("6-21", "6-24")
    assert plans["T2"].float == 5
    # Backward T2 takes 28 June and 1 July, T1 25, 26, 27.
    assert shown(plans["T1"])[2:] == ("6-25", "6-27")
    # While it lasts nothing can be begun: the 19th is the first day, and nobody is late for not starting.
    during = planned(task("T1", "2024-06-20", duration="3", start="2024-06-11"), as_of=day("6-13"), pauses=pause)
    assert shown(during["T1"]) == ("6-19", "6-21", "6-11", "6-20")
    # 19, 20, 21 against a deadline on the 20th: one workday late. Backward: 20, 19 and, before the pause, the 11th.
    assert (during["T1"].float, during["T1"].late_start) == (-1, False)


def test_paused_days_leave_the_age_of_a_report() -> None:
    # 31 days since 11 May, 10 of them paused: still fresh; and the paused days are not worked off: 20 workdays from
    # 13 May: 13-17 May (5), then from 29 May (the pause is 18-28 May): 29-31, 3-7 June, 11-14, 17-19 = 3+5+4+3.
    pause = [{"from": "2024-05-18", "to": "2024-05-28", "approved_by": "zhou"}]
    plans = planned(task("T1", duration="40", progress="50", updated="2024-05-11"), pauses=pause)
    assert shown(plans["T1"])[1] == "6-19"


def test_a_cycle_is_told_whole_and_takes_nothing_else_down() -> None:
    found = schedule(
        workspace(
            {
                "tasks": [
                    task("A", "2024-06-12", duration="1"),
                    task("B", "2024-06-14", duration="1", after=["D", "A"]),
                    task("C", "2024-06-14", duration="1", after=["B"]),
                    task("D", "2024-06-14", duration="1", after=["C"]),
                    task("E", "2024-06-20", duration="2", after=["D"]),
                    task("S", duration="1", after=["S"]),
                ]
            }
        ),
        TODAY,
    )
    # B waits for D, D for C, C for B.
    assert found.cycles == (("P/B", "P/D", "P/C"), ("P/S",))
    assert [plan.float is None for plan in found.plans.values()] == [False, True, True, True, False, True]
    assert found.plans["P/B"].unplanned == "cycle"
    # For E the circle ends on D's deadline, as a task without duration would: 17, 18; float 2.
    assert shown(found.plans["P/E"]) == ("6-17", "6-18", "6-19", "6-20")
    # For A it is one workday, the 14th at the latest, but A's own deadline comes first.
    assert found.plans["P/A"].float == 1


def test_critical_shortfall_and_the_driving_chain() -> None:
    place = workspace(
        {
            "tasks": [
                task("T1", "2024-06-12", duration="4"),  # 11-14: two workdays late
                task("T2", "2024-07-31", duration="4"),
                task("T3", "2024-07-31", duration="2", after=["T2", "T1"]),
                task("T4", "2024-07-31"),
                task("T5", "2024-07-31", duration="9", done="2024-06-10"),
            ]
        }
    )
    found = selected(schedule(place, TODAY))
    assert found.critical == ("P/T1",)
    assert (found.shortfall, found.feasible) == (2, False)
    assert found.critical_path == ("P/T1", "P/T3")  # T1 and T2 both drive T3: the first in file order
    assert found.length == 6
    one = selected(schedule(place, TODAY), ["P/T2"])
    assert (one.critical, one.feasible, one.critical_path) == (("P/T2",), True, ("P/T2",))
    none = selected(schedule(place, TODAY), ["P/T4"])
    assert (none.critical, none.critical_path, none.shortfall) == ((), (), 0)


def test_what_if_changes_the_plan_and_not_the_ledger() -> None:
    place = workspace(
        {"tasks": [task("T1", "2024-06-12", duration="4", start="2024-06-12"), task("T2", duration="2", after=["T1"])]}
    )
    trial = WhatIf(
        lengths={"P/T1": 2}, deadlines={"P/T1": day("6-13")}, starts={"P/T1": TODAY}, overlaps={("P/T2", "P/T1"): 1}
    )
    found = schedule(place, TODAY, trial)
    assert shown(found.plans["P/T1"]) == ("6-11", "6-12", "6-12", "6-13")
    assert shown(found.plans["P/T2"])[:2] == ("6-12", "6-13")
    assert shown(schedule(place, TODAY).plans["P/T1"])[:2] == ("6-12", "6-17")


def test_ten_thousand_tasks_in_one_chain() -> None:
    count = 10_000
    chain = [task(f"T{n}", "2199-12-31", duration="1", **({"after": [f"T{n - 1}"]} if n else {})) for n in range(count)]
    found: Schedule = schedule(workspace({"tasks": chain}), TODAY)
    assert found.plans[f"P/T{count - 1}"].ef == found.first + count
    assert len(selected(found).critical_path) == count
    ring = [*chain[1:], task("T0", duration="1", after=[f"T{count - 1}"])]
    assert len(schedule(workspace({"tasks": ring}), TODAY).cycles[0]) == count
