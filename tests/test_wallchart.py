"""The `wallchart` report, run as a command, and its drawing looked into."""

from __future__ import annotations

import csv
import json
import subprocess
from datetime import date
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from projledger import load
from projledger.analysis.selection import Filter
from projledger.cli.app import main
from projledger.document import Stretch, Timeline, TimelineRow, plain
from projledger.reports import Query, wallchart

COUNTY = Path(__file__).parent.parent / "ledgers"


def run(capsys: pytest.CaptureFixture[str], *options: str) -> str:
    assert main(["wallchart", "--workspace", str(COUNTY), *options]) == 0
    return capsys.readouterr().out


def data(capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(capsys, "--format", "json", *options))["data"]
    return found


def by_ref(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["ref"]: row for row in found["rows"]}


def lines(text: str, as_of: date, **options: object) -> tuple[TimelineRow, ...]:
    """The drawn rows of one project's ledger."""
    loaded = load.load([("projledger.yaml", b"name: X\n"), ("projects/a.yaml", text.encode())])
    assert loaded.diagnostics == ()
    result = wallchart.compute(Query(loaded.workspace, as_of, Filter(), options))
    timeline = wallchart.document(result).blocks[-1]
    assert isinstance(timeline, Timeline)
    return timeline.rows


def test_a_project_with_what_the_wall_shows_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    rows = by_ref(data(capsys))
    shoe = rows["P001"]
    assert (shoe["leader_name"], shoe["owner_name"], shoe["light"]) == ("周建国", "林海", "red")
    # 6 400 of the year's 18 000 by the end of May; 10 200 since the start.
    assert (shoe["planned"], shoe["done"], shoe["since_start"], shoe["cutoff"]) == (18000, 6400, 10200, "2024-05-31")
    assert shoe["rate"] == pytest.approx(6400 / 18000)
    assert (shoe["image"], shoe["image_month"]) == ("主体三层施工，变压器到货", "2024-05-01")
    assert (shoe["tasks_done"], shoe["tasks"]) == (3, 9)  # T1, T2 and T4
    signed = next(mark for mark in shoe["stages"] if mark["stage"] == "signed")
    assert signed["variance_days"] == 9  # 15 December planned, 6 December reached
    assert [flag["ref"] for flag in shoe["problems"]] == ["P001/Q1"]  # Q2 is closed
    assert shoe["worst"]["ref"] == "P001/T5"
    # By when, first and now, and how far it is behind.
    assert shoe["worst"]["reason"].startswith("due 14 June (originally 31 May, extended once), forecast 20 June")
    assert shoe["next"] == "周建国副县长催交设备，厂家6月12日发货"
    late = next(mark for mark in rows["P002"]["stages"] if mark["stage"] == "signed")
    assert (late["actual"], late["days_late"]) == (None, 11)  # 31 May to 11 June
    assert (rows["P009"]["light"], rows["P009"]["done"]) == ("grey", None)
    assert (rows["P010"]["paused"], rows["P010"]["light"]) == ("suspended", None)
    # Also what is near, and what was not reported, is said with whose it is.
    near, unknown = rows["P005"], rows["P009"]
    assert (near["light"], near["worst"]["owner_name"]) == ("blue", "付强")
    assert near["worst"]["reason"] == "due 14 June, due in 3 days"
    assert (unknown["worst"]["name"], unknown["worst"]["owner_name"]) == ("节能审查", "罗刚")
    assert rows["P004"]["worst"] is None  # green


def test_a_target_that_is_behind_is_called_by_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    place = str(COUNTY.parent / "examples" / "aksay-2022")
    assert main(["wallchart", "--workspace", place, "--lang", "en", "--format", "json"]) == 0
    mutton = by_ref(json.loads(capsys.readouterr().out)["data"])["A05"]
    assert (mutton["worst"]["ref"], mutton["worst"]["name"]) == ("A05/investment/2022", "固定资产投资, 2022")


def test_cleared_projects_stand_in_the_footer_only(capsys: pytest.CaptureFixture[str]) -> None:
    found = data(capsys)
    assert found["cleared"] == [["碳纤维制品", "2024-04-30"]]
    assert "P003" not in by_ref(found)
    chart, footer = run(capsys, "--lang", "zh").split("清退项目（不上图）：")
    assert "碳纤维制品" not in chart
    assert footer.startswith("碳纤维制品（4月30日）")
    assert set(by_ref(data(capsys, "--status", "cleared"))) == {"P003"}


def test_the_range_fits_what_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    def span(*options: str) -> tuple[str, str]:
        found = data(capsys, *options)
        return found["start"], found["end"]

    # A plan reaches 31 December 2025: more than half a year after the year, where the chart ends.
    assert span() == ("2024-01-01", "2025-06-30")
    # P009 plans for June and November of this year alone.
    assert span("--category", "equipment", "--light", "grey") == ("2024-01-01", "2024-12-31")
    # Four weeks before Monday 10 June, twelve after Sunday 16 June.
    assert span("--zoom", "week") == ("2024-05-13", "2024-09-08")
    assert span("--zoom", "quarter") == ("2022-04-01", "2025-12-31")  # P004 was signed on 18 May 2022
    # The tasks of one project, from the first start, 20 February, to the last deadline, 31 December.
    assert span("P001") == ("2024-02-01", "2024-12-31")
    assert span("--from", "2024-03-05", "--to", "2024-04-04") == ("2024-03-05", "2024-04-04")


def test_a_range_that_ends_before_it_begins(capsys: pytest.CaptureFixture[str]) -> None:
    command = ["wallchart", "-w", str(COUNTY), "--from", "2024-07-01", "--to", "2024-06-01"]
    assert main(command) == 2
    assert "--from 2024-07-01 is later than --to 2024-06-01" in capsys.readouterr().err


def test_holidays_are_shaded_and_weekends_where_they_can_be_seen(capsys: pytest.CaptureFixture[str]) -> None:
    long_rests = data(capsys, "--to", "2024-06-30")["rest"]
    # Published for 2024: Spring Festival 10 to 17 February, Tomb Sweeping 4 to 6 April, Labour Day 1 to 5 May,
    # Dragon Boat 8 to 10 June; New Year's Day fell on the Monday after a weekend of 2023, which is off the scale.
    assert long_rests == [
        ["2024-02-10", "2024-02-17"],
        ["2024-04-04", "2024-04-06"],
        ["2024-05-01", "2024-05-05"],
        ["2024-06-08", "2024-06-10"],
    ]
    close = data(capsys, "--zoom", "week", "--from", "2024-06-03", "--to", "2024-06-30")["rest"]
    # The county works on Saturday 29 June.
    assert close == [
        ["2024-06-08", "2024-06-10"], ["2024-06-15", "2024-06-16"], ["2024-06-22", "2024-06-23"],
        ["2024-06-30", "2024-06-30"],
    ]  # fmt: skip


@pytest.mark.parametrize("by", ["chain", "unit", "owner"])
def test_groups_stay_together_and_are_numbered_through(by: str, capsys: pytest.CaptureFixture[str]) -> None:
    rows = data(capsys, "--by", by)["rows"]
    assert [row["number"] for row in rows] == list(range(1, 15))
    groups = [row["group"] for row in rows]
    changes = sum(before != after for before, after in pairwise(groups))
    assert changes + 1 == len(set(groups)) > 1
    assert len({row["ref"] for row in rows}) == 14


def test_facts_of_later_days_do_not_count(capsys: pytest.CaptureFixture[str]) -> None:
    shoe = by_ref(data(capsys, "--as-of", "2024-03-01"))["P001"]
    started = next(mark for mark in shoe["stages"] if mark["stage"] == "started")
    assert started["actual"] is None  # on 8 March
    assert shoe["problems"] == []  # Q1 was raised in May, Q2 on 13 March
    assert (shoe["image"], shoe["done"]) == (None, None)  # March was reported in April
    assert shoe["tasks_done"] == 1  # T1, on this very day


def test_the_dispatch_table_for_a_spreadsheet(capsys: pytest.CaptureFixture[str]) -> None:
    text = run(capsys, "--table", "--lang", "zh", "--format", "csv")
    head, *rows = csv.reader(StringIO(text.removeprefix("\ufeff")))
    assert head == [
        "序", "项目", "责任单位（责任人）", "牵头领导", "总投资", "本年计划", "累计完成", "形象进度",
        "节点计划与实际", "灯", "问题", "下一步",
    ]  # fmt: skip
    shoe = rows[0]
    assert shoe[:7] == ["1", "新步鞋业二期", "芙蓉工业园管委会（林海）", "周建国", "30000", "18000", "6400"]
    assert shoe[8] == "开工：3月8日按期实现；竣工：计划10月31日；投产：计划12月31日"
    assert shoe[9] == "red"
    assert len(rows) == 14
    assert run(capsys, "--lang", "zh", "--format", "csv") == text  # the chart itself has no rows for a spreadsheet


def test_a_county_hangs_on_one_sheet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # Fourteen groups of one project each and their notes are a little too long in letters of the usual size.
    page = tmp_path / "wall.pdf"
    run(capsys, "--by", "owner", "--lang", "en", "--format", "pdf", "--output", str(page))
    said = subprocess.run(["pdfinfo", str(page)], capture_output=True, text=True, check=True).stdout
    assert "Pages:           1\n" in said


def test_one_project_by_its_own_reference_or_that_of_an_item(capsys: pytest.CaptureFixture[str]) -> None:
    tasks = data(capsys, "P001")
    assert [row["ref"] for row in tasks["rows"]] == [f"P001/T{n}" for n in range(1, 10)]
    assert data(capsys, "P001/T5") == tasks
    bay = by_ref(tasks)["P001/T5"]
    assert (bay["begin"], bay["deadline"], bay["original_deadline"]) == ("2024-05-13", "2024-06-14", "2024-05-31")
    assert (bay["forecast_finish"], bay["light"]) == ("2024-06-20", "red")
    assert [flag["ref"] for flag in bay["problems"]] == ["P001/Q1"]
    assert main(["wallchart", "P01", "-w", str(COUNTY)]) == 2
    assert "P01" in capsys.readouterr().err


LEDGER = """
id: P1
name: N
unit: u
investment: 100
stages:
  signed: {plan: 2024-02-01, actual: 2024-02-11}
  started: {plan: 2024-04-01}
  completed: {plan: 2024-12-31}
"""


def test_what_is_drawn_of_a_project() -> None:
    (row,) = lines(LEDGER, date(2024, 5, 1))
    # Reached since 11 February, still under way; 1 April is 30 days past. Then on to the last planned stage.
    actual, planned = row.stretches
    assert (actual.start, actual.end, actual.kind) == (date(2024, 2, 11), date(2024, 5, 1), "actual")
    assert planned == Stretch(date(2024, 5, 2), date(2024, 12, 31), "planned")
    assert [(point.day, point.label, point.kind) for point in row.points] == [
        (date(2024, 2, 1), "", "planned"),
        (date(2024, 2, 11), "signing 11 Feb (10 days late)", "actual"),
        (date(2024, 4, 1), "start was due 1 Apr, not yet, 30 days late", "planned"),
        (date(2024, 12, 31), "completion 31 Dec", "planned"),
    ]
    # Signed on 11 February: before that, only the plan.
    (before,) = lines(LEDGER, date(2024, 1, 15))
    assert before.stretches == (Stretch(date(2024, 2, 1), date(2024, 12, 31), "planned"),)


def test_stages_off_the_scale_stand_at_its_edges() -> None:
    (row,) = lines(LEDGER, date(2024, 5, 1), from_=date(2024, 3, 1), to=date(2024, 3, 31))
    # The last stage before the scale, since none was reached on it, and the first one after it.
    assert [point.label for point in row.points] == [
        "signing 11 Feb (10 days late)",
        "start was due 1 Apr, not yet, 30 days late",
    ]
    (later,) = lines(LEDGER, date(2025, 1, 10), from_=date(2025, 1, 1), to=date(2025, 12, 31))
    # Ten days after the last plan; the start is missed by 284 days, but the latest mark before the scale is shown.
    assert [point.label for point in later.points] == ["completion was due 31 Dec 2024, not yet, 10 days late"]


TASKS = """
id: P1
name: N
unit: u
tasks:
  - {id: T1, name: done late, deadline: 2024-03-01, started: 2024-02-01, done: 2024-03-04}
  - {id: T2, name: begun, deadline: 2024-05-10, started: 2024-04-15, duration: 20, progress: 50, updated: 2024-05-06}
  - {id: T3, name: to come, deadline: 2024-06-28, start: 2024-06-03, duration: 5}
"""


def test_what_is_drawn_of_a_task() -> None:
    done, under_way, to_come = lines(TASKS, date(2024, 5, 6), ref="P1")
    assert done.stretches == (Stretch(date(2024, 2, 1), date(2024, 3, 4), "actual", "plain"),)
    assert [(p.day, p.label) for p in done.points] == [
        (date(2024, 3, 1), ""),
        (date(2024, 3, 4), "4 Mar (3 days late)"),
    ]
    # Ten of twenty workdays remain, counted from Tuesday 7 May: 7–10 and 13–17 May are nine, the tenth is 20 May.
    assert [(s.start, s.end, s.kind) for s in under_way.stretches] == [
        (date(2024, 4, 15), date(2024, 5, 6), "actual"),
        (date(2024, 5, 7), date(2024, 5, 10), "planned"),
        (date(2024, 5, 11), date(2024, 5, 20), "forecast"),
    ]
    assert plain(under_way.cells[3]) == "50%"
    assert to_come.stretches == (Stretch(date(2024, 6, 3), date(2024, 6, 28), "planned"),)
    assert [(p.day, p.label, p.kind) for p in to_come.points] == [(date(2024, 6, 28), "28 Jun", "planned")]


def test_of_many_problems_the_chart_names_those_that_press() -> None:
    # Eight problems, due on 8 down to 1 May; on 4 May three of them are overdue, and two more are due next.
    problems = "".join(
        f"  - {{id: Q{n}, text: p{n}, raised: 2024-04-01, deadline: 2024-05-0{9 - n}}}\n" for n in range(1, 9)
    )
    (row,) = lines(f"id: P1\nname: N\nunit: u\nproblems:\n{problems}", date(2024, 5, 4))
    said = plain(row.note)
    assert [n for n in range(1, 9) if f"problem {n}: p{n}" in said] == [4, 5, 6, 7, 8]
    assert said.endswith("; 3 more problems")


def test_what_is_late_is_not_told_as_done_and_other_years_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    chart = run(capsys, "--lang", "zh")
    assert "应5月31日签约，未签约，已晚11天" in chart  # P002 was not signed
    assert "开工3月26日（晚6天）" in chart  # P008 was started
    assert "竣工2025年3月31日" in chart
    assert "日历：2024、2025年已公布" in chart  # both years have shaded holidays


def test_the_legend_explains_what_occurs_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    whole = "".join(run(capsys, "--lang", "zh").split("\n"))
    said = (
        "●红 逾期或严重滞后",
        "任务：已完成/全部",
        "暂缓：",
        "暂停：",
        "图边的标记：",
        "带颜色的计划标记：",
        "下方彩字：",
    )
    assert [words for words in said if words not in whole] == []
    drawn = run(capsys, "--lang", "zh", "-f", "html")
    assert ("节假日" in drawn, "休息日" in drawn) == (True, False)
    # One green project, without problems, between its first and its last day.
    one = run(capsys, "--lang", "zh", "--light", "green", "--chain", "footwear", "--zoom", "quarter").replace("\n", "")
    assert [words for words in said if words in one] == list(said[:2])
    # Weekends are shaded where they can be seen.
    assert "休息日" in run(capsys, "--lang", "zh", "--zoom", "week", "-f", "html")
