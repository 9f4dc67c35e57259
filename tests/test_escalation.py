"""Which step of the ladder is due: every date below is worked by hand on the Chinese calendar of 2024.

Workdays around the Dragon Boat festival: Friday 31 May, Monday 3 to Friday 7 June, then Tuesday 11 June (8 to 10 June
are rest days), Wednesday 12 June and on.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projledger import load
from projledger.analysis.assessment import assess
from projledger.analysis.escalation import KINDS, Case, Escalation, next_step
from projledger.models.settings import LadderStep

SETTINGS = """\
name: 清河县
calendar: {country: CN}
chief: shen
ladder:
  - {kind: reminder, light: yellow, days: 1, issued_by: office, reply_days: 3, level: 1}
  - {kind: letter, light: red, days: 7, issued_by: office, reply_days: 5, level: 2}
  - {kind: interview, light: red, days: 15, issued_by: office, level: 3}
  - {kind: clearing, light: red, days: 30, issued_by: office, level: 4}
"""
PEOPLE = """\
units:
  - {id: office, name: 推进办, head: du}
  - {id: park, name: 芙蓉园, head: peng}
  - {id: power, name: 供电公司}
people:
  - {id: du, name: 杜维, unit: office}
  - {id: peng, name: 彭勇, unit: park}
  - {id: lin, name: 林海, unit: park}
  - {id: zhou, name: 周建国, unit: office}
  - {id: shen, name: 沈怀远, unit: office}
"""
HEAD = "id: P001\nname: 新步鞋业\nunit: park\nowner: lin\n"


def escalation(project: str, on: date, settings: str = SETTINGS, **files: str) -> Escalation:
    given_files = {"projledger.yaml": settings, "people.yaml": PEOPLE, "projects/a.yaml": HEAD + project}
    given_files |= {f"{name}.yaml": text for name, text in files.items()}
    loaded = load.load([(name, text.encode()) for name, text in given_files.items()])
    assert not loaded.workspace.left_out, loaded.diagnostics
    return Escalation(assess(loaded.workspace, on))


def case(project: str, on: date, ref: str = "P001/T1", settings: str = SETTINGS) -> Case:
    return next(case for case in escalation(project, on, settings).cases() if case.lag.ref == ref)


def day(month: int, number: int) -> date:
    return date(2024, month, number)


LATE = "tasks: [{id: T1, name: 变电间隔, deadline: 2024-05-31}]\n"
"""A task without a duration, due on Friday 31 May: overdue from 1 June, red."""


def actions(*lines: str) -> str:
    return LATE + "actions:\n" + "".join(f"  - {{{line}}}\n" for line in lines)


REMINDED = "number: 1号, kind: reminder, about: P001/T1, to: lin, issued: 2024-06-03"


def test_the_ground_begins_the_day_after_the_deadline_and_the_days_count_from_it() -> None:
    # Ground: 1 June. One day has passed since on 2 June.
    assert [lag.lag.ref for lag in escalation(LATE, day(5, 31)).cases() if lag.ground] == []
    first = case(LATE, day(6, 1))
    assert first.ground is not None
    assert (first.ground.code, first.ground.begins, first.ground.since) == ("overdue", day(6, 1), day(5, 31))
    assert (first.state, first.from_day) == ("too_soon", day(6, 2))
    due = case(LATE, day(6, 2))
    assert due.step is not None
    assert due.to is not None
    assert (due.state, due.step.kind, due.to.person) == ("proposed", "reminder", "lin")
    # From Sunday 2 June three workdays: 3, 4 and 5 June. From Friday 7 June: 11, 12 and 13 June.
    assert due.reply_due == day(6, 5)
    assert case(LATE, day(6, 7)).reply_due == day(6, 13)


def test_the_next_step_waits_for_its_days() -> None:
    # Reminder on 3 June, reply due on the 6th, letter after 7 calendar days: 10 June, a holiday or not.
    reminded = actions(f"{REMINDED}, reply_due: 2024-06-06")
    assert (case(reminded, day(6, 9)).state, case(reminded, day(6, 9)).from_day) == ("too_soon", day(6, 10))
    due = case(reminded, day(6, 10))
    assert due.step is not None
    assert due.to is not None
    assert (due.state, due.step.kind, due.to.person) == ("proposed", "letter", "peng")
    assert due.last_action is not None
    assert due.last_action.number == "1号"
    # Before the reminder was issued it is not known.
    assert case(reminded, day(6, 2)).last_action is None


def test_the_next_step_waits_for_the_reply_whose_rest_day_rolls_forward_and_no_longer() -> None:
    # Due on 10 June, the holiday: it means 11 June, and is past on the 12th; the 7 days were over on the 10th.
    reminded = actions(f"{REMINDED}, reply_due: 2024-06-10")
    assert (case(reminded, day(6, 11)).state, case(reminded, day(6, 11)).from_day) == ("reply_running", day(6, 12))
    assert case(reminded, day(6, 12)).state == "proposed"
    # A reply that came changes nothing: the work is still late.
    answered = actions(f"{REMINDED}, reply_due: 2024-06-10, replied: 2024-06-05")
    assert [case(answered, day(6, n)).state for n in (11, 12)] == ["reply_running", "proposed"]


def test_an_action_before_the_ground_does_not_count() -> None:
    early = actions("number: 1号, kind: interview, about: P001/T1, to: lin, issued: 2024-05-30")
    due = case(early, day(6, 2))
    assert due.step is not None
    assert (due.step.kind, due.counting, len(due.actions)) == ("reminder", (), 1)


def test_an_action_about_something_else_does_not_count() -> None:
    other = actions("number: 1号, kind: letter, about: P001, to: lin, issued: 2024-06-01")
    due = case(other, day(6, 20))
    assert due.step is not None
    assert due.step.kind == "reminder"


def test_an_extension_in_force_stops_it_and_a_new_ground_begins_after_it() -> None:
    # Reminded on 3 June, extended on 5 June to 14 June. Stalled for a month all the same: still nothing.
    extended = (
        "tasks:\n  - {id: T1, name: 变电间隔, deadline: 2024-05-31, started: 2024-04-20,"
        " extensions: [{to: 2024-06-14, approved_by: zhou, date: 2024-06-05, reason: 厂家推迟}]}\n"
        f"actions: [{{{REMINDED}, reply_due: 2024-06-04}}]\n"
    )
    # Last fact 20 April; over 30 days on 21 May: the ground of 21 May still stands when the deadline moved.
    for number in range(5, 15):
        stopped = case(extended, day(6, number))
        assert stopped.state == "extension"
        assert stopped.extension is not None
        assert stopped.extension.to == day(6, 14)
    again = case(extended, day(6, 15))
    assert again.step is not None
    assert (again.state, again.step.kind) == ("proposed", "letter")
    # Without the standstill the old reminder is forgotten: the ground of 15 June is younger.
    fresh = extended.replace("started: 2024-04-20", "started: 2024-06-04")
    again = case(fresh, day(6, 16))
    assert again.step is not None
    assert again.ground is not None
    assert (again.state, again.step.kind, again.ground.begins) == ("proposed", "reminder", day(6, 15))


def test_a_pause_stops_it_and_leaves_the_count_of_days() -> None:
    paused = LATE + "pauses: [{from: 2024-06-02, to: 2024-06-10, approved_by: zhou}]\n"
    assert [c for c in escalation(paused, day(6, 5)).cases() if c.state == "proposed"] == []
    assert [project.id for project in escalation(paused, day(6, 5)).paused()] == ["P001"]
    # Ground 1 June; 2 to 10 June do not count, so the first day is over on 11 June. A second one: on the 12th.
    assert case(paused, day(6, 11)).state == "proposed"
    slower = SETTINGS.replace("days: 1,", "days: 2,")
    assert [case(paused, day(6, n), settings=slower).state for n in (11, 12)] == ["too_soon", "proposed"]
    suspended = LATE + "status: suspended\nstatus_date: 2024-06-01\n"
    assert escalation(suspended, day(6, 20)).cases() == ()


def test_the_light_must_be_the_steps_or_worse() -> None:
    # A stage that is missed by up to 30 days is yellow: the reminder comes, the letter does not.
    stage = "stages: {started: {plan: 2024-05-31}}\n"
    first = case(stage, day(6, 2), "P001/started")
    assert first.ground is not None
    assert (first.ground.code, first.ground.begins, first.state) == ("missed_stage", day(6, 1), "proposed")
    reminded = stage + (
        "actions: [{number: 1号, kind: reminder, about: P001/started, to: lin, issued: 2024-06-03,"
        " reply_due: 2024-06-06}]\n"
    )
    # 30 June is the 30th day, 1 July the 31st: red.
    assert [case(reminded, on, "P001/started").state for on in (day(6, 30), day(7, 1))] == ["light", "proposed"]


def test_a_latest_start_that_passed_is_a_ground_and_a_planned_start_is_not() -> None:
    # Ten workdays that end on Friday 28 June begin on 17 June: 17-21 and 24-28 June.
    task = "tasks: [{id: T1, name: 主体, deadline: 2024-06-28, duration: 10}]\n"
    assert [c for c in escalation(task, day(6, 17)).cases() if c.lag.ref == "P001/T1"] == []
    late = case(task, day(6, 18))
    assert [(ground.begins, ground.since) for ground in late.grounds] == [(day(6, 18), day(6, 17))] * len(late.grounds)
    assert late.grounds
    assert [case(task, day(6, n)).state for n in (18, 19)] == ["too_soon", "proposed"]
    planned = task.replace("duration: 10", "duration: 10, start: 2024-06-03")
    assert (case(planned, day(6, 14)).lag.light, case(planned, day(6, 14)).state) == ("yellow", "no_ground")


def test_under_way_the_latest_start_is_that_of_the_work_that_remains() -> None:
    # Half of ten workdays remain: they must begin on 24 June to end on the 28th. Reported on 20 June: 21 to 27 June
    # do. Reported on 24 June instead, it ends on 1 July.
    task = "tasks: [{{id: T1, name: 主体, deadline: 2024-06-28, duration: 10, started: 2024-06-13, {}}}]\n"
    assert not escalation(task.format("progress: 50, updated: 2024-06-20"), day(6, 24)).cases()[0].grounds
    late = case(task.format("progress: 50, updated: 2024-06-24"), day(6, 25))
    assert late.ground is not None
    assert (late.ground.code, late.ground.begins) == ("behind_schedule", day(6, 25))


def test_the_first_ground_counts_so_that_a_second_one_begins_nothing_anew() -> None:
    # Latest start 17 June passed, reminded on 20 June; on 28 June the deadline passes too: the letter, not a reminder.
    task = (
        "tasks: [{id: T1, name: 主体, deadline: 2024-06-28, duration: 10}]\n"
        "actions: [{number: 1号, kind: reminder, about: P001/T1, to: lin, issued: 2024-06-20}]\n"
    )
    due = case(task, day(6, 29))
    assert due.step is not None
    assert due.ground is not None
    assert (due.state, due.step.kind, due.ground.begins) == ("proposed", "letter", day(6, 18))
    assert {ground.code for ground in due.grounds} >= {"overdue", "late_start"}


def test_the_stalled_threshold_is_exceeded_the_day_after_it_is_reached() -> None:
    # Responded on 8 May; on 7 June that is 30 days ago, on 8 June 31, which is more than 30.
    problem = "problems: [{id: Q1, text: 供电不足, raised: 2024-05-06, responded: 2024-05-08, deadline: 2024-07-31}]\n"
    assert not [c for c in escalation(problem, day(6, 7)).cases() if c.lag.ref == "P001/Q1"]
    stalled = case(problem, day(6, 8), "P001/Q1")
    assert stalled.ground is not None
    assert (stalled.ground.code, stalled.ground.begins, stalled.ground.since) == ("stalled", day(6, 8), day(5, 8))
    # Paused for the ten days from 11 to 20 May: ten days later.
    paused = problem + "pauses: [{from: 2024-05-11, to: 2024-05-20, approved_by: zhou}]\n"
    stalled = case(paused, day(6, 18), "P001/Q1")
    assert stalled.ground is not None
    assert stalled.ground.begins == day(6, 18)


def test_a_statutory_limit_that_passed_is_a_ground() -> None:
    # Ten workdays after 27 May: 28-31 May, 3-7 June, 11 June.
    task = "tasks: [{id: T1, name: 环评, deadline: 2024-07-31, started: 2024-05-27, limit: 10}]\n"
    over = case(task, day(6, 12))
    assert over.ground is not None
    assert (over.ground.code, over.ground.since, over.lag.light) == ("overdue", day(6, 11), "red")


TARGET = """\
targets: [{indicator: investment, period: 2024, value: 1200}]
reports:
"""
INDICATORS = "indicators: {investment: {name: 投资}}\n"


def figures(**months: int) -> str:
    """A target of 1200 for the year, 100 a month, with figures that came on the 5th of the next month."""
    text = TARGET
    for name, ytd in months.items():
        number = int(name[1:])
        text += (
            f"  - {{indicator: investment, month: 2024-{number:02}, ytd: {ytd}, reported: 2024-{number + 1:02}-05}}\n"
        )
    return text


def of_target(project: str, on: date, settings: str = SETTINGS) -> Case:
    found = escalation(project, on, settings, targets=INDICATORS).cases()
    return next(case for case in found if case.lag.ref == "P001/investment/2024")


def test_the_ground_of_a_target_is_the_day_its_figure_was_due() -> None:
    # On pace in April (400 of 400), 200 behind in May (300 of 500: 16.7 points, yellow). May's figure is due on
    # 10 June, whenever it came.
    behind = figures(m01=100, m02=200, m03=300, m04=400, m05=300)
    assert of_target(behind, day(6, 9)).state == "no_ground"
    due = of_target(behind, day(6, 10))
    assert due.ground is not None
    assert (due.ground.code, due.ground.begins, due.state) == ("behind_pace", day(6, 10), "too_soon")
    assert of_target(behind, day(6, 11)).state == "proposed"


def test_a_target_behind_month_after_month_has_one_ground() -> None:
    # March 10 points behind, April too, May 16.7: behind since March's figure, due on 10 April.
    behind = figures(m01=100, m02=200, m03=180, m04=280, m05=300)
    due = of_target(behind, day(6, 11))
    assert due.ground is not None
    assert (due.ground.begins, due.ground.since) == (day(4, 10), day(6, 10))
    reminded = behind + (
        "actions: [{number: 1号, kind: reminder, about: P001/investment/2024, to: lin, issued: 2024-04-12}]\n"
    )
    next_one = of_target(reminded, day(6, 11), SETTINGS.replace("light: red, days: 7", "light: yellow, days: 7"))
    assert next_one.step is not None
    assert (next_one.state, next_one.step.kind) == ("proposed", "letter")


def test_a_figure_that_is_owed_is_a_ground_from_its_due_day() -> None:
    owed = figures(m01=100, m02=200, m03=300, m04=400)
    grey = SETTINGS.replace("light: yellow", "light: grey")
    due = of_target(owed, day(6, 11), grey)
    assert due.ground is not None
    assert (due.ground.code, due.ground.begins, due.state) == ("unreported", day(6, 10), "proposed")
    # Grey is not yellow or worse.
    assert of_target(owed, day(6, 11)).state == "light"


def test_who_is_written_to_at_each_level() -> None:
    project = LATE + "lead: zhou\n"
    escalated = escalation(project, day(6, 2))
    lag = escalated.cases()[0].lag
    assert [escalated.addressee(lag, level).person for level in (1, 2, 3, 4)] == ["lin", "peng", "zhou", "shen"]
    served = escalation(LATE + "service: {leader: du}\n", day(6, 2))
    assert served.addressee(served.cases()[0].lag, 3).person == "du"
    # A difficult project's own leader comes before the service leader.
    both = escalation(LATE + "lead: zhou\nservice: {leader: du}\n", day(6, 2))
    assert both.addressee(both.cases()[0].lag, 3).person == "zhou"


def test_a_level_with_nobody_named_says_what_is_lacking() -> None:
    nobody = SETTINGS.replace("chief: shen\n", "")
    other_unit = "tasks: [{id: T1, name: 变电间隔, deadline: 2024-05-31, unit: power}]\n"
    escalated = escalation(other_unit, day(6, 2), nobody)
    lag = escalated.cases()[0].lag
    found = [escalated.addressee(lag, level) for level in (2, 3, 4)]
    assert [(to.person, to.lacking) for to in found] == [(None, "head"), (None, "lead"), (None, "chief")]


PROBLEM = "problems:\n  - {id: Q1, text: 供电不足, raised: 2024-05-31, deadline: 2024-07-31, assist: [{unit: power}]}\n"


def clocks(project: str, on: date) -> list[tuple[str, bool, date, int]]:
    return [(clock.unit, clock.leading, clock.due, clock.workdays) for clock in escalation(project, on).clocks()]


def test_the_clocks_of_a_problem() -> None:
    # Raised on Friday 31 May. Three workdays: 3, 4, 5 June. Seven: 3-7, 11 and 12 June.
    assert clocks(PROBLEM, day(6, 5)) == []
    assert clocks(PROBLEM, day(6, 6)) == [("power", False, day(6, 5), 1)]
    # 6, 7, 11, 12 June: four workdays over, for the one that assists; the leading unit has until the 12th.
    assert clocks(PROBLEM, day(6, 12)) == [("power", False, day(6, 5), 4)]
    assert clocks(PROBLEM, day(6, 13)) == [("power", False, day(6, 5), 5), ("park", True, day(6, 12), 1)]


@pytest.mark.parametrize(
    ("change", "left"),
    [
        ("responded: 2024-06-20", ["power"]),  # the leading unit answered, late as it was
        ("submitted: 2024-06-20", []),  # solved: nobody is waited for
        ("submitted: 2024-06-20, closed: 2024-06-21, reopened: [2024-06-24]", ["power"]),
    ],
)
def test_what_stops_the_clocks(change: str, left: list[str]) -> None:
    answered = PROBLEM.replace("raised:", f"{change}, raised:")
    assert [unit for unit, *_rest in clocks(answered, day(6, 28))] == left
    assert [
        unit for unit, *_rest in clocks(PROBLEM.replace("power}", "power, responded: 2024-06-03}"), day(6, 28))
    ] == ["park"]


def test_paused_days_leave_the_clocks() -> None:
    # Paused from 3 to 7 June, five workdays: the third is now 13 June, the seventh 19 June.
    paused = PROBLEM + "pauses: [{from: 2024-06-03, to: 2024-06-07, approved_by: zhou}]\n"
    assert clocks(paused, day(6, 20)) == [("power", False, day(6, 13), 5), ("park", True, day(6, 19), 1)]


def test_replies_that_are_overdue() -> None:
    # Asked for by Saturday 8 June: that means 11 June. Late on the 12th by one day, one workday.
    asked = actions(f"{REMINDED}, reply_due: 2024-06-08")
    assert escalation(asked, day(6, 11)).replies() == ()
    (late,) = escalation(asked, day(6, 12)).replies()
    assert (late.due, late.days, late.workdays) == (day(6, 11), 1, 1)
    answered = actions(f"{REMINDED}, reply_due: 2024-06-08, replied: 2024-06-13")
    assert [len(escalation(answered, day(6, n)).replies()) for n in (12, 13)] == [1, 0]
    cleared = asked + "status: cleared\nstatus_date: 2024-06-12\ndecision: 1号\n"
    assert escalation(cleared, day(6, 14)).replies() == ()


def test_after_the_last_step_nothing_is_left() -> None:
    done = actions("number: 1号, kind: clearing, about: P001/T1, to: lin, issued: 2024-06-03")
    assert (case(done, day(7, 31)).state, case(done, day(7, 31)).step) == ("top", None)


def test_a_place_without_a_ladder_proposes_nothing() -> None:
    assert not any(c.step or c.state == "proposed" for c in escalation(LATE, day(6, 20), "name: 清河县\n").cases())


def ladder(*kinds: str) -> list[LadderStep]:
    return [LadderStep(kind=kind, light="red", days="1") for kind in kinds]  # type: ignore[arg-type]


def test_a_kind_that_the_ladder_lacks_stands_where_it_belongs() -> None:
    steps = ladder("reminder", "letter", "clearing")
    found = [next_step(steps, kind) for kind in (None, *KINDS)]
    assert [step.kind if step else None for step in found] == [
        "reminder", "letter", "clearing", "clearing", "clearing", "clearing", None,
    ]  # fmt: skip
    assert next_step([], None) is None


FIRST = day(5, 1)
DAYS = st.dates(FIRST, day(7, 31))
ACTIONS = st.lists(st.tuples(st.sampled_from(KINDS[:5]), DAYS, st.integers(0, 12)), max_size=5)
EXTENSIONS = st.lists(st.tuples(DAYS, st.integers(0, 30)), max_size=2)


@settings(max_examples=120, deadline=None)
@given(
    deadline=DAYS,
    duration=st.one_of(st.none(), st.integers(0, 30)),
    started=st.one_of(st.none(), DAYS),
    taken=ACTIONS,
    extended=EXTENSIONS,
    on=DAYS,
    later=st.integers(1, 40),
)
def test_one_step_at_a_time_never_back_and_none_during_an_extension(
    deadline: date,
    duration: int | None,
    started: date | None,
    taken: list[tuple[str, date, int]],
    extended: list[tuple[date, int]],
    on: date,
    later: int,
) -> None:
    extensions = ", ".join(
        f"{{to: {deadline + timedelta(days=more)}, approved_by: zhou, date: {dated}, reason: 厂家}}"
        for dated, more in extended
    )
    fields = [f"deadline: {deadline}", f"extensions: [{extensions}]"]
    fields += [f"duration: {duration}"] if duration is not None else []
    fields += [f"started: {started}"] if started is not None else []
    lines = [
        f"  - {{number: {n}号, kind: {kind}, about: P001/T1, to: lin, issued: {issued},"
        f" reply_due: {issued + timedelta(days=wait)}}}\n"
        for n, (kind, issued, wait) in enumerate(taken)
    ]
    project = f"tasks: [{{id: T1, name: 变电间隔, {', '.join(fields)}}}]\n"
    project += ("actions:\n" + "".join(lines)) if lines else ""
    then = on + timedelta(days=later)

    def seen(on: date) -> Case | None:
        found = [c for c in escalation(project, on).cases() if c.lag.ref == "P001/T1"]
        assert len(found) <= 1
        return found[0] if found else None

    now, afterwards = seen(on), seen(then)
    for one, on_day in ((now, on), (afterwards, then)):
        if one is None or one.state != "proposed":
            continue
        assert one.step is not None
        assert one.ground is not None
        # The step is the next graver one of the ladder after the last that counts, and comes after its ground.
        since = [(issued, n) for n, (_kind, issued, _wait) in enumerate(taken) if one.ground.begins <= issued <= on_day]
        last = KINDS.index(taken[max(since)[1]][0]) if since else -1
        graver = [kind for kind in ("reminder", "letter", "interview", "clearing") if KINDS.index(kind) > last]
        assert one.step.kind == graver[0]
        assert one.ground.begins < on_day
        # No extension is in force.
        known = sorted((dated, index, more) for index, (dated, more) in enumerate(extended) if dated <= on_day)
        assert not known or deadline + timedelta(days=known[-1][2]) < on_day
    quiet = not any(on < issued <= then for _kind, issued, _wait in taken)
    quiet = quiet and not any(on < dated <= then for dated, _more in extended)
    quiet = quiet and not (started is not None and on < started <= then)
    if quiet and now is not None and now.state == "proposed" and now.step is not None:
        assert afterwards is not None
        assert afterwards.step is not None
        assert KINDS.index(afterwards.step.kind) >= KINDS.index(now.step.kind)
