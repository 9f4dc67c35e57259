"""The `why` report: every light accounted for, down to file and line, with arithmetic that a reader can redo."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from projledger.analysis.assessment import assess
from projledger.analysis.selection import Filter
from projledger.cli.app import main
from projledger.load import Loaded, load, read_folder
from projledger.reports import Query, why

ROOT = Path(__file__).parent.parent
COUNTY = ROOT / "ledgers"
PLACES = (COUNTY, *sorted(file.parent for file in ROOT.glob("examples/*/projledger.yaml")))


def answer(capsys: pytest.CaptureFixture[str], workspace: Path, ref: str, *options: str) -> dict[str, Any]:
    assert main(["why", "--workspace", str(workspace), "--format", "json", ref, *options]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)["data"]
    return found


def asked(loaded: Loaded, ref: str, as_of: date | None = None) -> why.Result:
    day = as_of or loaded.workspace.settings.as_of
    assert day is not None
    return why.compute(Query(loaded.workspace, day, Filter(), {"ref": ref}, loaded.line))


def made(project: str, rules: str = "default", as_of: str = "2024-06-11") -> Loaded:
    loaded = load(
        [
            ("projledger.yaml", f"name: X\nas_of: {as_of}\ncalendar: {{country: CN}}\nrules: {rules}\n".encode()),
            ("projects/p.yaml", f"id: P\nname: 新步二期\nunit: furong\n{project}".encode()),
        ]
    )
    assert not loaded.diagnostics, loaded.diagnostics
    return loaded


@pytest.mark.parametrize("place", PLACES, ids=lambda path: path.name)
def test_every_light_is_accounted_for_from_lines_that_say_so(place: Path) -> None:
    loaded = load(read_folder(place))
    day = loaded.workspace.settings.as_of
    assert day is not None
    state = assess(loaded.workspace, day)
    refs = [*loaded.workspace.items, *(s.ref for s in state.standings), *{s.scope for s in state.standings}]
    for ref in refs:
        result = asked(loaded, ref)
        assert result.light == state.light(ref)
        assert result.reasons, ref
        if result.light not in (None, "green"):
            assert result.reasons[0].light == result.light
            assert result.to_green, ref
        for reason in result.reasons:
            assert reason.text, ref
            assert reason.source, ref
            for given in reason.inputs:
                if given.path is None:
                    continue
                assert given.line is not None
                line = loaded.sources[given.path].line(given.line)
                assert line, (ref, given)
                if isinstance(given.value, date):
                    assert given.value.isoformat() in line, (ref, given, line)
                elif isinstance(given.value, int):
                    assert re.search(rf"\b{given.value}", line), (ref, given, line)


def test_the_keys_that_others_build_on(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, COUNTY, "P001/T5")
    assert (found["ref"], found["light"]) == ("P001/T5", "red")
    first = found["reasons"][0]
    assert (first["clause"], first["text"]) == ("float-red", "Forecast to finish three or more workdays late")
    assert "default rules" in first["source"]
    # 20 workdays, 60 % done on Friday 7 June; Monday 10 June is a holiday. 8 workdays from Tuesday 11 June: 11, 12,
    # 13, 14, 17, 18, 19, 20. The deadline in force is 14 June; 17, 18, 19 and 20 June are the 4 workdays after it.
    assert first["steps"] == [
        "20 workdays × 40 % = 8 workdays still to do.",
        "8 workdays from 11 June on, the workday after the report: forecast to finish on 20 June.",
        "Latest finish, from its deadline: 14 June.",
        "Workdays after 14 June, up to 20 June: 4 workdays; float −4.",
        "−4 workdays ≤ −3 workdays: red.",
    ]
    text = (COUNTY / "projects/P001-新步鞋业二期.yaml").read_text("utf-8").splitlines()
    given = {one["name"]: one for one in first["inputs"]}
    assert given["extensions.to"]["value"] == "2024-06-14"
    assert given["extensions.to"]["path"] == "projects/P001-新步鞋业二期.yaml"
    assert "to: 2024-06-14" in text[given["extensions.to"]["line"] - 1]
    assert given["progress"]["value"] == 60
    assert found["to_green"][0].startswith("Gain 4 workdays")


def test_only_the_worst_clause_on_a_figure_is_named() -> None:
    # 400 of 1200 at 5/12: 100 × (500 − 130) ÷ 1200 = 30.83 points; the clauses for 10 and for 0 points fire as well.
    lines = (
        "targets: [{indicator: investment, period: 2024, value: 1200}]\n"
        "reports: [{indicator: investment, month: 2024-05, ytd: 130, reported: 2024-06-06}]\n"
    )
    result = asked(made(lines), "P/investment/2024")
    assert [reason.clause for reason in result.reasons] == ["pace-red"]
    assert result.reasons[0].steps == (
        "Completion at 31 May: 130 ÷ 1,200 = 10.83% (13/120).",
        "Pace: 5 of 12 full months, from 1 January to 31 May: 41.67% (5/12).",
        "100 × (41.67% (5/12) − 10.83% (13/120)) = 30.83 points (185/6) behind.",
        "30.83 points (185/6) > 30 points: red.",
    )


@pytest.mark.parametrize("rules", ["default", "yinchuan-2025", "wuhan", "sanya-2022", "suqian"])
def test_the_figure_that_would_be_green_is(rules: str) -> None:
    lines = (
        "targets: [{indicator: investment, period: 2024, value: 1200}]\n"
        "reports: [{indicator: investment, month: 2024-05, ytd: %s, reported: 2024-06-06}]\n"
    )
    told = asked(made(lines % 100, rules), "P/investment/2024").to_green[0]
    need = {"wuhan": 400}.get(rules, 500)  # Wuhan asks 80 % of the pace of 500
    assert f"{need * 10_000:,} yuan" in told or f"{need / 100:g} million yuan" in told
    assert asked(made(lines % need, rules), "P/investment/2024").light == "green"
    assert asked(made(lines % (need - 1), rules), "P/investment/2024").light != "green"


@pytest.mark.parametrize(
    ("better", "reached", "told"),
    [
        # 5 of 12 months of 100 people: 41.67 should be there; 41 are too few, 42 are enough, and 2 more than 40.
        ("more", 40, "42 people at 31 May would be green: 2 people more than reported."),
        # At most 41.67 complaints: 42 would be one too many.
        ("less", 60, "At most 41 people at 31 May would be on pace."),
    ],
)
def test_people_are_counted_whole(better: str, reached: int, told: str) -> None:
    def loaded(figure: int) -> Loaded:
        return load(
            [
                ("projledger.yaml", b"name: X\nas_of: 2024-06-11\n"),
                (
                    "targets.yaml",
                    f"indicators: {{jobs: {{name: 就业, measure: 人, better: {better}}}}}\n"
                    "targets: [{indicator: jobs, period: 2024, value: 100}]\n"
                    f"reports: [{{indicator: jobs, month: 2024-05, ytd: {figure}}}]\n".encode(),
                ),
            ]
        )

    found = asked(loaded(reached), "all/jobs/2024")
    assert found.to_green == (told,)
    # Forty of a hundred are behind; sixty where fewer are better are no progress, but too many.
    said = {"more": "behind.", "less": "over what the pace allows."}[better]
    assert said in found.reasons[0].arithmetic
    enough = 42 if better == "more" else 41
    assert asked(loaded(enough), "all/jobs/2024").light == "green"
    assert asked(loaded(enough + (-1 if better == "more" else 1)), "all/jobs/2024").light == "blue"


def test_a_month_is_held_against_its_share_whichever_way_is_better() -> None:
    def loaded(may: int) -> Loaded:
        return load(
            [
                ("projledger.yaml", b"name: X\nas_of: 2024-06-11\nrules: xinhuang\n"),
                (
                    "targets.yaml",
                    "indicators: {calls: {name: 投诉, measure: 件, better: less}}\n"
                    "targets: [{indicator: calls, period: 2024, value: 24}]\n"
                    "reports: [{indicator: calls, month: 2024-04, ytd: 4}, "
                    f"{{indicator: calls, month: 2024-05, ytd: {may}}}]\n".encode(),
                ),
            ]
        )

    # 24 ÷ 12 = 2 a month. Four in May are twice as many: nothing is left of the share, under 60 %.
    four = asked(loaded(8), "all/calls/2024")
    assert four.light == "yellow"
    assert four.reasons[0].steps[1:] == (
        "The month's own amount: 4 ÷ 2 = 200%.",
        "Less is better: 2 − 200% = 0%.",
        "0% < 60%: yellow.",
    )
    # 80 % of the share stand up to 2.4 of them.
    assert four.to_green == ("A month with at most 2 cases is green.",)
    # What is green says so by the same figures, and not by the pace, of which these rules do not speak.
    two = asked(loaded(6), "all/calls/2024")
    assert (two.light, two.reasons[0].steps[1]) == ("green", "The month's own amount: 2 ÷ 2 = 100%.")


def test_a_limit_that_belongs_to_the_clause_is_not_green() -> None:
    # The place's only clause on the pace takes 10 points in: 41.67 − 10 = 31.67 % of 1,200 would still be 10 behind.
    rules = (
        "clauses: [{id: p, text: {en: a, zh: b}, source: s, measure: behind_points, op: '>=', value: 10, "
        "light: yellow}]\n"
    )
    lines = (
        "targets: [{indicator: investment, period: 2024, value: 1200}]\n"
        "reports: [{indicator: investment, month: 2024-05, ytd: %s, reported: 2024-06-06}]\n"
    )

    def loaded(figure: str) -> Loaded:
        return load(
            [
                ("projledger.yaml", b"name: X\nas_of: 2024-06-11\nrules: own\n"),
                ("own.yaml", rules.encode()),
                ("projects/p.yaml", f"id: P\nname: N\nunit: u\n{lines % figure}".encode()),
            ]
        )

    # 500 − 120 = 380 is exactly 10 points behind; a hundredth more is not.
    assert asked(loaded("380"), "P/investment/2024").light == "yellow"
    told = asked(loaded("380"), "P/investment/2024").to_green[0]
    assert told == "3,800,100 yuan at 31 May would be green: 100 yuan more than reported."
    assert asked(loaded("380.01"), "P/investment/2024").light == "green"


def test_own_days_within_a_count_are_named() -> None:
    # 13 and 21 June are days off of the place, 15 June (a Saturday) is worked; 10 June is one everywhere in China.
    settings = (
        "name: X\n"
        "as_of: 2024-06-17\n"
        "calendar:\n"
        "  country: CN\n"
        "  holidays: [2024-06-13, 2024-06-21, 2024-06-10]\n"
        "  workdays:\n"
        "    - 2024-06-15\n"
    )
    loaded = load(
        [
            ("projledger.yaml", settings.encode()),
            (
                "projects/p.yaml",
                "id: P\nname: N\nunit: u\ntasks:\n"
                "  - {id: T1, name: 基础, deadline: 2024-06-13, duration: 10, started: 2024-06-03, progress: 50, "
                "updated: 2024-06-12}\n"
                "  - {id: T2, name: 手续, deadline: 2024-06-07, started: 2024-06-03}\n"
                "  - {id: T3, name: 主体, deadline: 2024-06-21, duration: 4, start: 2024-06-17}\n".encode(),
            ),
        ]
    )

    def own(ref: str, clause: str) -> list[tuple[str, str, int | None]]:
        reason = next(one for one in asked(loaded, ref).reasons if one.clause == clause)
        given = [one for one in reason.inputs if one.name.startswith("calendar.")]
        assert all(one.path == "projledger.yaml" for one in given)
        return [(one.name, str(one.value), one.line) for one in given]

    off = ("calendar.holidays", "2024-06-13", 5)
    worked = ("calendar.workdays", "2024-06-15", 7)
    # After 7 June: 11, 12, 14, 15 and 17 June are 5 workdays; by the national calendar 11, 12, 13, 14 and 17.
    assert own("P/T2", "overdue") == [off, worked]
    assert "of which 5 workdays" in asked(loaded, "P/T2").reasons[0].arithmetic
    # Five workdays left from 14 June on: 14, 15, 17, 18, 19. The deadline itself is a day off, so 12 June is the last.
    assert sorted(own("P/T1", "float-red")) == [off, worked]
    # 17, 18, 19 and 20 June: the deadline of 21 June is a day off, and no other own day lies between.
    assert own("P/T3", "due-soon") == []
    assert asked(loaded, "P/T3").light == "blue"
    assert ("calendar.holidays", "2024-06-21", 5) not in own("P/T2", "overdue")


def test_pauses_within_a_forecast_are_named() -> None:
    # From 11 June: 11–14 are four workdays, 17–21 are paused, 24–28 are five more, 1 July is the tenth. After 14 June
    # that is six workdays late: 24–28 June and 1 July.
    loaded = made(
        "pauses: [{from: 2024-06-17, to: 2024-06-21, approved_by: 市政府, document: 3号}]\n"
        "tasks: [{id: T1, name: 主体, deadline: 2024-06-14, duration: 10, started: 2024-06-07}]\n"
    )
    reason = asked(loaded, "P/T1").reasons[0]
    assert reason.steps[1].endswith("forecast to finish on 1 July. Days of pause are left out.")
    assert "Workdays after 14 June, up to 1 July: 6 workdays; float −6. Days of pause are left out." in reason.steps
    assert [(one.text, one.line) for one in reason.inputs if one.name == "pauses"] == [("17 June to 21 June", 4)]


def test_what_was_reported_later_is_not_shown_yet() -> None:
    loaded = made(
        "tasks: [{id: T1, name: 主体, deadline: 2024-05-31, started: 2024-05-06, progress: 90, updated: 2024-06-05, "
        "done: 2024-06-07, evidence: 验收单}]\n"
    )
    before = asked(loaded, "P/T1", date(2024, 6, 3))
    assert (before.claimed, before.evidence, before.light) == ("nothing", "none", "red")
    assert {one.name: one.value for one in before.reasons[0].inputs}["done"] is None
    after = asked(loaded, "P/T1", date(2024, 6, 7))
    assert (after.evidence, after.light) == ("验收单", "green")


def test_the_words_of_the_ledger_are_said_in_the_reader_s(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "projects").mkdir()
    (tmp_path / "projledger.yaml").write_text("name: X\nlanguage: zh\nas_of: 2024-06-11\n", encoding="utf-8")
    (tmp_path / "people.yaml").write_text(
        "units: [{id: u, name: 督查室}]\npeople: [{id: lin, name: 林督查, unit: u}]\n", encoding="utf-8"
    )
    (tmp_path / "projects/p.yaml").write_text(
        "id: P\nname: N\nunit: u\nstatus: suspended\nstatus_date: 2024-06-03\n", encoding="utf-8"
    )
    (tmp_path / "projects/q.yaml").write_text(
        "id: Q\nname: N\nunit: u\nproblems: [{id: Q1, text: 用电, raised: 2024-05-06, deadline: 2024-06-01, "
        "closed: 2024-05-20, evidence: 纪要, verified_by: lin}]\n",
        encoding="utf-8",
    )
    assert main(["why", "-w", str(tmp_path), "P"]) == 0
    suspended = capsys.readouterr().out
    assert "暂缓" in suspended
    assert "suspended" not in suspended
    assert main(["why", "-w", str(tmp_path), "Q/Q1"]) == 0
    assert re.search(r"核验人 +林督查 ", capsys.readouterr().out)


def test_the_place_has_a_name_and_its_plan_has_month_ends(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["why", "-w", str(COUNTY), "all", "--lang", "zh"]) == 0
    page = capsys.readouterr().out
    assert page.startswith("清河县为什么亮蓝灯")
    assert re.search(r"责任人 +沈怀远（清河县人民政府）", page)
    assert main(["why", "-w", str(COUNTY), "invest/contracts/2024", "--lang", "zh"]) == 0
    assert "2024年3月底2个、2024年6月底4个" in capsys.readouterr().out


def test_a_plan_is_read_between_its_month_ends() -> None:
    # 30 of 91 days between 31 March and 30 June: 90 + (363 − 90) × 30 ÷ 91 = 180 planned at 30 April.
    lines = (
        "targets: [{indicator: investment, period: 2024, value: 1000, plan: {2024-03: 90, 2024-06: 363}}]\n"
        "reports: [{indicator: investment, month: 2024-04, ytd: 80, reported: 2024-05-06}]\n"
    )
    steps = asked(made(lines, as_of="2024-05-20"), "P/investment/2024").reasons[0].steps
    assert steps[1] == ("Plan: 90 at 31 March, 363 at 30 June; 30 of 91 days between: 90 + 273 × 30 ÷ 91 = 180.")
    assert steps[2] == "Pace: 180 planned at 30 April; 180 ÷ 1,000 = 18%."
    assert steps[3] == "100 × (18% − 8%) = 10 points behind."


def test_a_successor_that_presses_is_named() -> None:
    # T2 needs 10 workdays and must be done by 28 June, so it begins on 17 June at the latest (17–21, 24–28); T1 has to
    # be finished by 14 June, though its own deadline is in July. Its 6 workdays from 11 June end on 18 June: 2 late.
    loaded = made(
        "tasks:\n"
        "  - {id: T1, name: 基础, deadline: 2024-07-31, duration: 6, started: 2024-06-07}\n"
        "  - {id: T2, name: 主体, deadline: 2024-06-28, duration: 10, after: [T1]}\n"
    )
    result = asked(loaded, "P/T1")
    assert result.reasons[0].steps == (
        "6 workdays × 100 % = 6 workdays still to do.",
        "6 workdays from 11 June on, for want of a fresh report: forecast to finish on 18 June.",
        "Latest finish 14 June: 主体 waits for it and has to begin by 17 June.",
        "Workdays after 14 June, up to 18 June: 2 workdays; float −2.",
        "−2 workdays ≤ −1 workday: yellow.",
    )
    assert {given.name for given in result.reasons[0].inputs} >= {"duration", "after", "deadline"}


def test_the_extension_it_asks_for_is_enough() -> None:
    line = "tasks: [{id: T1, name: 桩基, deadline: 2024-06-20, duration: 10, started: 2024-06-07%s}]\n"
    told = asked(made(line % ""), "P/T1").to_green[0]
    assert "an extension to 24 June approved" in told
    extended = ", extensions: [{to: 2024-06-24, approved_by: zhou, date: 2024-06-11, reason: 雨}]"
    assert asked(made(line % extended), "P/T1").light == "green"


def test_an_extension_is_no_remedy_for_a_statutory_limit() -> None:
    # The tenth workday after Monday 6 May is 17 May: 7 to 11 (the Saturday made up), 13 to 17.
    line = "tasks: [{id: T1, name: 环评, deadline: 2024-05-24, duration: 10%s, started: 2024-05-06}]\n"
    with_limit, without = (asked(made(line % limit), "P/T1").to_green for limit in (", limit: 10", ""))
    assert "Finish it, and write its day as done:" in with_limit
    assert not any("extensions:" in remedy for remedy in with_limit)
    assert "Finish it and write its day as done:, or have an extension approved (extensions:)." in without


def test_three_months_running_are_written_out() -> None:
    # Workdays: April 11, 12, 15–19, 22–26, 28 (a Sunday made up), 29, 30; May 6–11 (Saturday the 11th made up), 13–17,
    # 20–24, 27–31; June 3–7, 11: 15 + 21 + 6.
    loaded = made("stages: {started: {plan: 2024-04-10}}\n", "yinchuan-2025")
    reason = asked(loaded, "P/started").reasons[0]
    assert reason.clause == "start-red"
    assert "Yinchuan" in reason.source
    assert reason.steps == (
        "After 10 April, up to 11 June: 62 days, of which 42 workdays.",
        "On 30 April: 20 days > 0 days.",
        "On 31 May: 51 days > 0 days.",
        "62 days > 0 days, 3 months running: red.",
    )


def test_grey_says_what_is_missing_and_where_to_write_it() -> None:
    loaded = made("tasks:\n  - id: T1\n    name: 备案\n    deadline: 2024-09-30\n    progress: 80\n")
    result = asked(loaded, "P/T1")
    assert result.light == "grey"
    assert (result.claimed, result.heard, result.evidence) == ("80 % done", "never", "none")
    missing = {given.name: (given.path, given.line) for given in result.reasons[0].inputs if given.value is None}
    assert missing == {"started": ("projects/p.yaml", 5), "updated": ("projects/p.yaml", 5)}
    assert "a claim is no report" in result.reasons[0].arithmetic
    assert result.to_green[0].startswith("Write started:")


def test_paused_and_green_are_explained_too(capsys: pytest.CaptureFixture[str]) -> None:
    paused = answer(capsys, COUNTY, "P013")
    assert paused["light"] is None
    assert paused["reasons"][0]["inputs"][0]["path"].startswith("projects/P013")
    green = answer(capsys, COUNTY, "P004")
    assert (green["light"], green["to_green"]) == ("green", [])
    assert green["reasons"][0]["clause"] == "green"


def test_an_unknown_reference_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["why", "-w", str(COUNTY), "P001/T55"]) == 2
    assert "P001/T5" in capsys.readouterr().err


def test_in_words_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["why", "-w", str(COUNTY), "P002/Q1"]) == 0
    english = capsys.readouterr().out
    for said in (
        "Why 环保鞋底材料 · 排污总量指标未答复 is red",
        "Clause overdue; source:",
        "After 10 June, up to 11 June: 1 day, of which 1 workday.",
        "1 day > 0 days: red.",
        "projects/P002-环保鞋底材料.yaml:",
        "What would turn it green",
    ):
        assert said in english
    assert main(["why", "-w", str(COUNTY), "P002/Q1", "--lang", "zh"]) == 0
    chinese = capsys.readouterr().out
    for said in ("为什么亮红灯", "自6月10日次日至6月11日：1天，其中1个工作日。", "1天 > 0天：亮红灯。", "怎样转绿"):
        assert said in chinese
    assert "2024-" not in chinese.partition("亮灯按")[0].replace("P002", "")
