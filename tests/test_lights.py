"""Lights by the published rules, at their boundaries, with the arithmetic worked by hand."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projledger.analysis.assessment import Assessment, assess
from projledger.calendar import Period
from projledger.load import load, read_folder, shipped_pack
from projledger.models.rules import SHIPPED
from projledger.models.types import LIGHTS
from projledger.reports.parts.words import rules_title

TODAY = date(2024, 6, 11)


def judged(
    project: str = "", rules: str = "default", as_of: date = TODAY, targets: str = "", more: str = ""
) -> Assessment:
    """A workspace of one project P (its lines after id, name and unit), judged on a day."""
    loaded = load(
        [
            ("projledger.yaml", f"name: 清河县\ncalendar: {{country: CN}}\nrules: {rules}\n{more}".encode()),
            ("projects/p.yaml", f"id: P\nname: 新步鞋业二期\nunit: furong\n{project}".encode()),
            ("targets.yaml", targets.encode() or b"targets: []\n"),
        ]
    )
    assert not loaded.diagnostics, loaded.diagnostics
    return assess(loaded.workspace, as_of)


def paced(done: str, rules: str = "default") -> Assessment:
    """A target of 1200 for the year, with `done` at the end of May: the pace is 5/12 = 500."""
    return judged(
        f"targets: [{{indicator: investment, period: 2024, value: 1200}}]\n"
        f"reports: [{{indicator: investment, month: 2024-05, ytd: {done}, reported: 2024-06-06}}]\n",
        rules,
    )


# c = done ÷ 1200, p = 5/12; points behind = 100·(500 − done) ÷ 1200 = (500 − done) ÷ 12; ratio = done ÷ 500.
@pytest.mark.parametrize(
    ("rules", "done", "light"),
    [
        ("default", "500", "green"),  # 0 points
        ("default", "499.99", "blue"),
        ("default", "380.01", "blue"),  # 119.99 ÷ 12 < 10
        ("default", "380", "yellow"),  # 120 ÷ 12 = 10 exactly
        ("default", "140", "yellow"),  # 360 ÷ 12 = 30 exactly
        ("default", "139.99", "red"),
        ("yinchuan-2025", "500", "green"),
        ("yinchuan-2025", "380.01", "blue"),
        ("yinchuan-2025", "380", "yellow"),
        ("yinchuan-2025", "140", "yellow"),
        ("yinchuan-2025", "139.99", "red"),
        ("wuhan", "400", "green"),  # 400 ÷ 500 = 80 % exactly: not under it
        ("wuhan", "399.99", "yellow"),
        ("wuhan", "300", "yellow"),  # 60 % exactly
        ("wuhan", "299.99", "red"),
        ("sanya-2022", "500", "green"),
        ("sanya-2022", "499.99", "yellow"),
        ("sanya-2022", "250", "yellow"),  # 1 − 250 ÷ 500 = 50 % exactly
        ("sanya-2022", "249.99", "red"),
        ("suqian", "500", "green"),
        ("suqian", "499.99", "yellow"),
        ("suqian", "0", "yellow"),
    ],
)
def test_pace_at_the_boundaries(rules: str, done: str, light: str) -> None:
    state = paced(done, rules)
    assert state.light("P/investment/2024") == light
    assert state.light("P") == light


@given(
    value=st.integers(1, 10**9),
    done=st.integers(0, 10**9),
    month=st.integers(1, 12),
    near=st.sampled_from([None, 0, 10, 30]),
)
def test_pace_against_whole_numbers(value: int, done: int, month: int, near: int | None) -> None:
    """The default thresholds, by cross-multiplication: 100·(m/12 − d/v) ⋛ t is 100·(m·v − 12·d) ⋛ 12·t·v."""
    if near is not None:  # aim at a threshold: d = v·(100·m − 12·t)/1200, where that is whole
        value = value // 1200 * 1200 + 1200
        done = max(0, value // 1200 * (100 * month - 12 * near))
    state = judged(
        f"targets: [{{indicator: investment, period: 2024, value: {value}}}]\n"
        f"reports: [{{indicator: investment, month: 2024-{month:02}, ytd: {done}}}]\n",
        as_of=Period.parse(f"2024-{month:02}").last,
    )
    behind = 100 * (month * value - 12 * done)
    expected = (
        "red"
        if behind > 12 * 30 * value
        else "yellow"
        if behind >= 12 * 10 * value
        else "blue"
        if behind > 0
        else "green"
    )
    assert state.light("P/investment/2024") == expected


def test_a_third_is_compared_exactly() -> None:
    # c = 1/3, p = 5/12: behind by 100/12 = 8 1/3 points; a float of it would do, a threshold at it would not.
    state = judged(
        "targets: [{indicator: investment, period: 2024, value: 900}]\n"
        "reports: [{indicator: investment, month: 2024-05, ytd: 300, reported: 2024-06-06}]\n"
    )
    reason = state.reasons("P/investment/2024")[0]
    assert reason.points == Fraction(25, 3)
    assert reason.ratio == Fraction(4, 5)


@pytest.mark.parametrize(
    ("amount", "light"),
    # The month's share of 1200 is 100.
    [("80", "green"), ("79.99", "blue"), ("60", "blue"), ("59.99", "yellow")],
)
def test_xinhuang_judges_the_month_alone(amount: str, light: str) -> None:
    state = judged(
        "targets: [{indicator: investment, period: 2024, value: 1200}]\n"
        "reports:\n"
        "  - {indicator: investment, month: 2024-04, ytd: 1000, reported: 2024-05-06}\n"
        f"  - {{indicator: investment, month: 2024-05, amount: {amount}, reported: 2024-06-06}}\n",
        "xinhuang",
    )
    assert state.light("P/investment/2024") == light


@pytest.mark.parametrize("rules", ["default", "yinchuan-2025", "wuhan", "sanya-2022", "suqian", "xinhuang"])
def test_where_nobody_reported_nothing_is_green(rules: str) -> None:
    state = judged(
        "stages: {completed: {plan: 2024-12-31}}\n"
        "tasks:\n"
        "  - {id: T1, name: 备案, deadline: 2024-09-30}\n"
        "  - {id: T2, name: 施工, deadline: 2024-12-30, after: [T1], progress: 100}\n"
        "targets: [{indicator: investment, period: 2024, value: 1200}]\n",
        rules,
    )
    assert state.light("P") == "grey"
    assert state.light("P/T1") == "grey"
    assert state.light("P/T2") == "grey"  # a claim without a date is no report
    assert state.light("P/investment/2024") == "grey"
    assert {lag.reasons[0].code for lag in state.lags} == {"unreported"}


def test_a_minimal_project_is_grey() -> None:
    state = judged()
    assert state.light("P") == "grey"
    assert [(lag.ref, lag.reasons[0].code, lag.reasons[0].basis) for lag in state.lags] == [
        ("P", "unreported", "nothing")
    ]


def test_a_figure_is_missing_from_its_due_day_and_not_before() -> None:
    lines = (
        "targets: [{indicator: investment, period: 2024, value: 1200}]\n"
        "reports: [{indicator: investment, month: 2024-04, ytd: 700, reported: 2024-05-06}]\n"
    )
    assert judged(lines, as_of=date(2024, 6, 9)).light("P/investment/2024") == "green"
    assert judged(lines, as_of=date(2024, 6, 10)).light("P/investment/2024") == "grey"


@pytest.mark.parametrize(
    ("as_of", "light"),
    [
        (date(2024, 4, 10), "green"),  # the planned day itself
        (date(2024, 4, 11), "yellow"),
        (date(2024, 5, 31), "yellow"),  # second month running, 51 days: the default red after 30 days is replaced
        (date(2024, 6, 1), "red"),  # third month running: April, May, June
    ],
)
def test_yinchuan_start_is_red_in_the_third_month_running(as_of: date, light: str) -> None:
    state = judged("stages: {started: {plan: 2024-04-10}}\n", "yinchuan-2025", as_of)
    assert state.light("P/started") == ("blue" if light == "green" else light)  # due soon on its own day


def test_yinchuan_streak_is_broken_by_an_extension_that_was_in_force() -> None:
    extended = (
        "stages: {started: {plan: 2024-04-10, extensions: "
        "[{to: 2024-05-31, approved_by: zhou, date: 2024-04-20, reason: 迁改}]}}\n"
    )
    # At the end of April and May it was within its extended plan; June is the first month.
    assert judged(extended, "yinchuan-2025").light("P/started") == "yellow"
    fired = judged(extended, "yinchuan-2025").verdict("P/started").fired
    assert [one.clause.id for one in fired] == ["start-yellow"]


def test_yinchuan_other_stages_keep_the_default_rule() -> None:
    lines = "stages: {signed: {plan: 2024-05-11}, started: {plan: 2024-12-31}}\n"
    assert judged(lines, "yinchuan-2025", date(2024, 6, 10)).light("P/signed") == "yellow"  # 30 days
    assert judged(lines, "yinchuan-2025", date(2024, 6, 11)).light("P/signed") == "red"  # 31 days


@pytest.mark.parametrize(
    ("as_of", "light"),
    [
        (date(2024, 4, 8), "green"),  # one month after 8 March exactly
        (date(2024, 4, 9), "yellow"),
        (date(2024, 5, 8), "yellow"),
        (date(2024, 5, 9), "red"),
    ],
)
def test_yinchuan_statistics(as_of: date, light: str) -> None:
    lines = "stages: {started: {actual: 2024-03-08}}\n"
    lines += "log: [{date: 2024-04-01, kind: visit}, {date: 2024-05-02, kind: visit}]\n"
    assert judged(lines, "yinchuan-2025", as_of).light("P") == light
    assert judged(lines + "in_statistics: 2024-04-08\n", "yinchuan-2025", as_of).light("P") == "green"


@pytest.mark.parametrize(
    ("paid", "light"),
    [("paid: 900, date: 2024-05-31", "green"), ("paid: 899, date: 2024-05-31", "red"), ("date: 2024-05-31", "grey")],
)
def test_yinchuan_budget_money(paid: str, light: str) -> None:
    lines = "log: [{date: 2024-06-01, kind: visit}]\nfunding: [{source: central_budget, plan: {2024-05: 900}, %s}]\n"
    assert judged(lines % paid, "yinchuan-2025").light("P") == light
    assert judged((lines % paid).replace("central_budget", "bank"), "yinchuan-2025").light("P") == "green"
    assert judged(lines % paid).light("P") == "green"  # the default rules do not speak of it


def unit_target(april: str, may: str, rules: str = "sanya-2022") -> Assessment:
    """A unit's target of 1200: the pace is 400 at the end of April and 500 at the end of May."""
    reports = "".join(
        f"  - {{indicator: investment, month: {month}, ytd: {ytd}, scope: furong, reported: {reported}}}\n"
        for month, ytd, reported in (("2024-04", april, "2024-05-08"), ("2024-05", may, "2024-06-06"))
        if ytd
    )
    return judged(
        "log: [{date: 2024-06-01, kind: visit}]\n",
        rules,
        targets="indicators: {investment: {name: 投资}}\n"
        "targets: [{indicator: investment, period: 2024, value: 1200, scope: furong}]\n"
        f"reports:\n{reports}",
    )


def test_sanya_unit_is_red_after_two_missed_months_running() -> None:
    # At 31 May April's figure is known: 399 of 400, behind. At 11 June May's is: 499 of 500, behind.
    state = unit_target("399", "499")
    assert state.light("furong/investment/2024") == "red"
    assert state.light("furong") == "red"
    assert state.verdict("furong").fired[0].clause.id == "unit-red"
    assert unit_target("400", "499").light("furong") == "yellow"
    assert unit_target("399", "500").light("furong") == "green"
    assert unit_target("399", "499", "default").light("furong") == "blue"


def test_an_earlier_month_that_cannot_be_known_is_said() -> None:
    # April's figure was never reported; on 31 May it was missing. May's stands alone for the year to date.
    state = unit_target("", "499")
    verdict = state.verdict("furong/investment/2024")
    assert verdict.light == "yellow"
    unknown = [one for one in verdict.fired if not one.known]
    assert [one.clause.id for one in unknown] == ["unit-red"]
    assert unknown[0].light == "grey"
    assert unknown[0].earlier[0].day == date(2024, 5, 31)


# --- tasks: deadlines in force, floats, statutory limits ---


@pytest.mark.parametrize(
    ("as_of", "light", "code"),
    [
        (date(2024, 6, 6), "green", None),  # 8 days left
        (date(2024, 6, 7), "blue", "due_soon"),
        (date(2024, 6, 14), "blue", "due_soon"),  # the last day
        (date(2024, 6, 15), "red", "overdue"),  # a Saturday: 1 day late, 0 workdays
    ],
)
def test_deadline_in_force(as_of: date, light: str, code: str | None) -> None:
    lines = (
        "tasks:\n  - {id: T1, name: 间隔改造, deadline: 2024-05-31, started: 2024-06-03, extensions: "
        "[{to: 2024-06-14, approved_by: zhou, date: 2024-05-31, reason: 厂家}]}\n"
    )
    state = judged(lines, as_of=as_of)
    assert state.light("P/T1") == light
    reasons = state.reasons("P/T1")
    assert [reason.code for reason in reasons] == ([] if code is None else [code])
    if code == "overdue":
        lag = state.lags[0]
        assert (lag.days_late, lag.workdays_late) == (1, 0)
        assert (lag.deadline, lag.original, lag.extensions) == (date(2024, 6, 14), date(2024, 5, 31), 1)


# 11 June is a Tuesday; 10 workdays from it: 11–14 (4), 17–21 (5), 24 (1): forecast to finish on the 24th.
@pytest.mark.parametrize(
    ("deadline", "slack", "light"),
    [
        ("2024-06-24", 0, "green"),
        ("2024-06-21", -1, "yellow"),
        ("2024-06-20", -2, "yellow"),
        ("2024-06-19", -3, "red"),
    ],
)
def test_float(deadline: str, slack: int, light: str) -> None:
    lines = f"tasks: [{{id: T1, name: 桩基, deadline: {deadline}, duration: 10, started: 2024-06-07}}]\n"
    state = judged(lines, more="thresholds: {due_soon: 0}\n")
    assert state.schedule.plans["P/T1"].float == slack
    assert state.light("P/T1") == light


def test_done_never_lags_and_a_deadline_long_past_does_it_no_harm() -> None:
    state = judged("tasks: [{id: T1, name: 备案, deadline: 2023-05-31, done: 2024-06-10}]\n")
    assert state.lags == ()
    assert state.light("P/T1") == "green"


def test_done_after_the_day_of_judgement_is_not_done_yet() -> None:
    state = judged("tasks: [{id: T1, name: 备案, deadline: 2024-06-10, started: 2024-06-03, done: 2024-06-12}]\n")
    assert state.light("P/T1") == "red"


def test_statutory_limit() -> None:
    # 15 workdays after Tuesday 21 May: 22–24 (3), 27–31 (8), 3–7 June (13), 10 June is a holiday, 11 and 12 (15).
    line = "tasks: [{id: T1, name: 许可, deadline: 2024-12-31, started: 2024-05-21, updated: 2024-06-07, limit: 15}]\n"
    assert judged(line, as_of=date(2024, 6, 12)).light("P/T1") == "green"
    late = judged(line, as_of=date(2024, 6, 13))
    assert late.light("P/T1") == "red"
    assert (late.reasons("P/T1")[0].basis, late.reasons("P/T1")[0].since) == ("limit", date(2024, 6, 12))


# --- pauses ---


def test_paused_has_no_light_and_paused_days_do_not_count() -> None:
    lines = (
        "pauses: [{from: 2024-06-01, to: 2024-06-08, approved_by: zhou}]\n"
        "tasks: [{id: T1, name: 池体, deadline: 2024-05-31, started: 2024-05-20, updated: 2024-05-31}]\n"
    )
    paused = judged(lines, as_of=date(2024, 6, 8))
    assert paused.light("P") is None
    assert paused.light("P/T1") is None
    assert paused.lags == ()
    state = judged(lines)  # 1–8 June paused: 9, 10 and 11 June remain; of them only Tuesday 11 is a workday
    assert (state.lags[0].days_late, state.lags[0].workdays_late) == (3, 1)


def test_stalled_is_older_than_the_threshold() -> None:
    line = "tasks: [{id: T1, name: 道路, deadline: 2024-12-31, started: 2024-05-12}]\n"
    assert judged(line).light("P/T1") == "green"  # 30 days
    assert judged(line, as_of=date(2024, 6, 12)).light("P/T1") == "yellow"  # 31
    weekly = judged(line.replace("2024-05-12", "2024-05-27") + "difficult: yes\n", as_of=date(2024, 6, 11))
    assert weekly.light("P/T1") == "yellow"  # 15 days, weekly cadence


# --- what blocks ---


def test_blocked_names_the_root() -> None:
    state = judged(
        "tasks:\n"
        "  - {id: T1, name: 征迁, deadline: 2024-06-07, started: 2024-06-03}\n"
        "  - {id: T2, name: 桩基, deadline: 2024-06-07, after: [T1], started: 2024-06-03}\n"
        "  - {id: T3, name: 主体, deadline: 2024-09-30, after: [T2], start: 2024-07-01}\n"
        "  - {id: T4, name: 装修, deadline: 2024-10-30, after: [T3], start: 2024-10-08}\n"
        "problems: [{id: Q1, text: 三户未签, raised: 2024-06-05, deadline: 2024-06-30, blocks: [T1]}]\n"
    )
    roots = {lag.ref: (r.cause, r.root) for lag in state.lags if (r := lag.reason("blocked"))}
    assert roots == {
        "P/T1": ("P/Q1", "P/Q1"),
        "P/T2": ("P/T1", "P/Q1"),
        "P/T3": ("P/T2", "P/Q1"),  # T4 waits for T3, which is not overdue
    }


def test_ten_thousand_tasks_in_one_chain() -> None:
    tasks = "".join(
        f"  - {{id: T{n}, name: t, deadline: 2024-06-07, started: 2024-06-03, after: [T{n - 1}]}}\n"
        for n in range(2, 10_001)
    )
    state = judged(f"tasks:\n  - {{id: T1, name: t, deadline: 2024-06-07, started: 2024-06-03}}\n{tasks}")
    last = next(lag for lag in state.lags if lag.ref == "P/T10000")
    assert last.reason("blocked").root == "P/T1"  # type: ignore[union-attr]


def test_a_circle_of_overdue_tasks_ends() -> None:
    state = judged(
        "tasks:\n"
        "  - {id: T1, name: a, deadline: 2024-06-07, started: 2024-06-03, after: [T2]}\n"
        "  - {id: T2, name: b, deadline: 2024-06-07, started: 2024-06-03, after: [T1]}\n"
    )
    assert state.light("P") == "red"


# --- packs as data ---


def test_a_place_with_its_own_pack() -> None:
    pack = """\
clauses:
  - id: own
    text: {en: Overdue by more than five workdays, zh: 逾期超过5个工作日的亮红灯}
    source: 清河县办法
    measure: overdue_workdays
    op: ">"
    value: 5
    light: red
"""

    def with_pack(text: str, deadline: str) -> Assessment:
        loaded = load(
            [
                ("projledger.yaml", b"name: X\ncalendar: {country: CN}\nrules: own\n"),
                ("own.yaml", text.encode()),
                (
                    "projects/p.yaml",
                    b"id: P\nname: N\nunit: u\n"
                    b"tasks: [{id: T, name: t, deadline: %s, started: 2024-06-05}]\n" % deadline.encode(),
                ),
            ]
        )
        return assess(loaded.workspace, TODAY)

    # After 31 May: 3, 4, 5, 6, 7 June are five workdays, 10 June is a holiday, 11 June is the sixth.
    assert with_pack(pack, "2024-05-31").light("P/T") == "red"
    assert with_pack(pack, "2024-06-03").light("P/T") == "green"  # the default clause on being overdue is replaced
    assert with_pack(pack.replace("overdue_workdays", "stalled_days"), "2024-06-03").light("P/T") == "red"


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("measure: overdue_days", "measure: overdue_hours", "bad-choice", 5),
        ("    light: red\n", "", "missing-key", 2),
        ("value: 5", "value: five", "bad-number", 7),
    ],
)
def test_a_pack_with_a_fault_is_told_with_its_place(old: str, new: str, code: str, line: int) -> None:
    pack = (
        "clauses:\n  - id: own\n    text: {en: a, zh: b}\n    source: s\n    measure: overdue_days\n"
        '    op: ">"\n    value: 5\n    light: red\n'
    )
    loaded = load(
        [
            ("projledger.yaml", b"name: X\nrules: own\n"),
            ("own.yaml", pack.replace(old, new).encode()),
            ("projects/p.yaml", b"id: P\nname: N\nunit: u\n"),
        ]
    )
    assert [(d.file, d.code, d.span.line) for d in loaded.diagnostics] == [("own.yaml", code, line)]
    assert loaded.diagnostics[0].help
    assert loaded.workspace.left_out == ("own.yaml",)
    assert assess(loaded.workspace, TODAY).light("P") == "grey"  # the rest is still judged, by the default rules


@pytest.mark.parametrize(
    ("measure", "task", "light"),
    [
        # At the end of April, of May and on 11 June nobody had reported: it has been so for ever.
        ("unreported", "{id: T, name: t, deadline: 2024-12-31}", "red"),
        # Overdue since 20 April: at the end of April, at the end of May, and now.
        ("overdue_days", "{id: T, name: t, deadline: 2024-04-20, started: 2024-06-05}", "red"),
        # Overdue since 2 May: not yet at the end of April; the default clause on being overdue is replaced.
        ("overdue_days", "{id: T, name: t, deadline: 2024-05-02, started: 2024-06-05}", "green"),
        # The progress of 7 June has overwritten what was reported before: nobody can tell how April ended.
        (
            "float",
            "{id: T, name: t, deadline: 2024-06-13, duration: 9, started: 2024-04-01, updated: 2024-06-07}",
            "grey",
        ),
    ],
)
def test_a_streak_over_tasks_looks_back_at_figures(measure: str, task: str, light: str) -> None:
    op, value = ("<", 0) if measure == "float" else (">", 0)
    pack = (
        f"clauses: [{{id: own, text: {{en: e, zh: z}}, source: s, measure: {measure}, op: '{op}', value: {value}, "
        "light: red, streak: 3}]\n"
    )
    loaded = load(
        [
            ("projledger.yaml", b"name: X\ncalendar: {country: CN}\nrules: own\nthresholds: {due_soon: 0}\n"),
            ("own.yaml", pack.encode()),
            ("projects/p.yaml", f"id: P\nname: N\nunit: u\ntasks: [{task}]\n".encode()),
        ]
    )
    assert not loaded.diagnostics
    assert assess(loaded.workspace, TODAY).light("P/T") == light


@pytest.mark.parametrize("place", ["ledgers", "examples/aksay-2022", "examples/anqing-2022", "examples/deqing-2024"])
def test_a_project_is_as_bad_as_the_worst_thing_in_it(place: str) -> None:
    workspace = load(read_folder(Path(__file__).parent.parent / place)).workspace
    assert workspace.settings.as_of is not None
    state = assess(workspace, workspace.settings.as_of)
    for project in workspace.projects:
        own = state.light(project.id)
        inside = [state.light(ref) for ref, item in workspace.items.items() if item.project is project]
        inside += [state.light(s.ref) for s in state.standings if s.scope == project.id and s.period.text == "2024"]
        if own is None:
            assert set(inside) == {None}
            continue
        listed = [lag.light for lag in state.lags_of(project.id) if lag.light is not None]
        worst = min([*listed, "green"], key=LIGHTS.index)
        assert own == worst
        assert all(LIGHTS.index(light) >= LIGHTS.index(own) for light in inside if light is not None)


def test_every_shipped_pack_says_what_people_call_it() -> None:
    for name in SHIPPED:
        title = shipped_pack(name).title
        assert title is not None, name
        assert title.en != title.zh
    own = "title: 清河县亮灯规则\nclauses: []\n"
    loaded = load([("projledger.yaml", b"name: X\nrules: own\n"), ("own.yaml", own.encode())])
    assert rules_title(loaded.workspace) == "清河县亮灯规则"
    untitled = load([("projledger.yaml", b"name: X\nrules: own\n"), ("own.yaml", b"clauses: []\n")])
    assert rules_title(untitled.workspace) == "own"
