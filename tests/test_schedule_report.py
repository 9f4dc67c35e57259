"""The `schedule` report, run as a command over written ledgers."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from projledger.cli.app import main

ROOT = Path(__file__).parent.parent
COUNTY = ROOT / "ledgers"


def run(capsys: pytest.CaptureFixture[str], workspace: Path, *options: str) -> str:
    assert main(["schedule", "--workspace", str(workspace), *options]) == 0
    return capsys.readouterr().out


def data(capsys: pytest.CaptureFixture[str], workspace: Path, *options: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(capsys, workspace, "--format", "json", *options))
    assert found["command"] == "schedule"
    return dict(found["data"])


def ledgers(folder: Path, as_of: str = "2024-06-11", **projects: str) -> Path:
    """A workspace with these project files: `P1="after the head"`."""
    (folder / "projects").mkdir()
    settings = f"name: 测试县\nas_of: {as_of}\ncalendar: {{country: CN}}\n"
    (folder / "projledger.yaml").write_text(settings, encoding="utf-8")
    for name, text in projects.items():
        head = f"id: {name}\nname: 项目{name}\nunit: u\nowner: 张三\n"
        (folder / "projects" / f"{name}.yaml").write_text(head + text, encoding="utf-8")
    return folder


def test_the_keys_that_others_build_on(capsys: pytest.CaptureFixture[str]) -> None:
    found = data(capsys, COUNTY, "P001")
    # 20 workdays, 60 % done on 7 June: 8 remain from the 11th: 11-14, 17-20. Due (extended) on Friday 14.
    bay = next(task for task in found["tasks"] if task["ref"] == "P001/T5")
    assert {key: bay[key] for key in ("duration", "latest_finish", "forecast_start", "forecast_finish", "float")} == {
        "duration": 20,
        "latest_finish": "2024-06-14",
        "forecast_start": "2024-06-11",
        "forecast_finish": "2024-06-20",
        "float": -4,
    }
    assert (bay["critical"], bay["late_start"], bay["latest_start"]) == (True, False, "2024-06-04")
    assert (found["feasible"], found["shortfall"]) == (False, 4)
    # Last to finish is T9, driven by T8, T7 and T6, which waits for its planned start of 1 July:
    # 40 workdays to 23 August, 10 to 6 September, 15 to Sunday 29 September (made up), 45 to 6 December.
    assert found["critical_path"] == ["P001/T6", "P001/T7", "P001/T8", "P001/T9"]
    assert found["mends"][0]["changes"][0]["kind"] == "remaining"
    assert found["mends"][0]["result"] == {"feasible": True, "shortfall": 0, "finish": "2024-12-06"}
    assert [cause["reason"] for cause in found["failures"][0]["causes"]] == ["updated"]


def test_who_must_start_what_comes_first_then_why_it_fails(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    place = ledgers(
        tmp_path,
        P1="""
tasks:
  - {id: T1, name: 基础, duration: 3, deadline: 2024-06-14}
  - {id: T2, name: 主体, duration: 5, deadline: 2024-06-20, after: [T1]}
  - {id: T3, name: 竣工, kind: milestone, deadline: 2024-06-28, after: [T2]}
  - {id: T4, name: 绿化, duration: 2, deadline: 2024-07-12, owner: 李四}
  - {id: T5, name: 旧账, deadline: 2024-06-28}
""",
    )
    # T1 11-13, T2 14, 17-20: T2 exactly on time. T1 must start today, T2 on the 14th; T3 must be reached by the 28th
    # and T4 begun on 11 July: not this week or next.
    text = run(capsys, place)
    lines = [line.strip() for line in text.splitlines()]
    assert lines[4:9] == [
        "Must start this week (10 June to 16 June)",
        "-----------------------------------------",
        "1. 11 June: 基础 P1/T1, 张三 (u)",
        "2. 14 June: 主体 P1/T2, 张三 (u); waits for 基础 P1/T1 (forecast 13 June)",
        "",
    ]
    assert "Every deadline can still be met. The tightest is 基础 P1/T1: nothing in hand." in lines
    assert "1 task without a duration: 旧账 P1/T5. It is judged by its deadline alone." in lines
    late = run(capsys, place, "--as-of", "2024-06-13")
    # T1 13, 14, 17: one late against the 14th; T2 18-21, 24: two late against the 20th.
    assert "1. 基础 P1/T1, 张三 (u): should have begun by 11 June, 2 workdays ago" in late
    assert "As things stand 2 tasks come too late, the worst by 2 workdays." in late
    assert "主体 P1/T2 begins on 18 June, when 基础 P1/T1 is finished; it takes 5 workdays, to 24 June" in late
    assert "基础 P1/T1 has not begun; from today it takes 3 workdays, to 17 June" in late
    assert "shorten 基础 P1/T1 from 3 workdays to 1 workday, 2 workdays less" in late
    assert "-2" not in late


def test_a_reference_only_selects_what_is_shown(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    place = ledgers(
        tmp_path,
        P1="tasks: [{id: T1, name: 安装, duration: 2, deadline: 2024-06-14, after: [P2/T1]}]",
        P2="tasks: [{id: T1, name: 供电, duration: 4, deadline: 2024-06-28}]",
    )
    found = data(capsys, place, "P1")
    assert [task["ref"] for task in found["tasks"]] == ["P1/T1"]
    assert (found["shortfall"], found["critical_path"]) == (2, ["P2/T1", "P1/T1"])
    assert found["names"] == {"P2/T1": "供电", "P1/T1": "安装"}
    assert [task["ref"] for task in data(capsys, place, "P2/T1")["tasks"]] == ["P2/T1"]
    assert [task["float"] for task in data(capsys, place, "--owner", "张三")["tasks"]] == [-2, -2]
    assert data(capsys, place, "--light", "green")["tasks"] == []
    assert [task["ref"] for task in data(capsys, place, "--light", "yellow")["tasks"]] == ["P1/T1", "P2/T1"]


def test_a_problem_selects_what_it_blocks(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    place = ledgers(
        tmp_path,
        P1="""
tasks: [{id: T1, name: a, deadline: 2024-06-14}, {id: T2, name: b, deadline: 2024-06-14}]
problems: [{id: Q1, text: 未批, raised: 2024-06-03, deadline: 2024-06-20, blocks: [T2]}]
""",
    )
    assert [task["ref"] for task in data(capsys, place, "P1/Q1")["tasks"]] == ["P1/T2"]
    assert main(["schedule", "-w", str(place), "P1/T9"]) == 2
    assert "did you mean P1/T" in capsys.readouterr().err


def test_a_circle_is_told_with_file_and_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    place = ledgers(
        tmp_path,
        P1="""
tasks:
  - {id: T1, name: a, duration: 1, deadline: 2024-06-14, after: [T2]}
  - {id: T2, name: b, duration: 1, deadline: 2024-06-14, after: [T1]}
  - {id: T3, name: c, duration: 1, deadline: 2024-06-14}
""",
    )
    (circle,) = data(capsys, place)["cycles"]
    assert [(one["ref"], one["path"], one["line"]) for one in circle] == [
        ("P1/T1", "projects/P1.yaml", 7),
        ("P1/T2", "projects/P1.yaml", 8),
    ]
    assert "P1/T1 (projects/P1.yaml:7) → P1/T2 (projects/P1.yaml:8) → P1/T1" in run(capsys, place)


def test_what_does_not_count_is_said(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    place = ledgers(
        tmp_path,
        P1="tasks: [{id: T1, name: 安装, duration: 2, deadline: 2024-06-14, after: [P2/T1, P9/T1]}]",
        P2="status: suspended\nstatus_date: 2024-06-03\ntasks: [{id: T1, name: x, duration: 4, deadline: 2024-06-28}]",
        P3="status: cleared\nstatus_date: 2024-06-03\ntasks: [{id: T1, name: x, duration: 4, deadline: 2024-06-28}]",
        P4="pauses: [{from: 2024-06-03, to: 2024-06-21, approved_by: u}]\n"
        "tasks: [{id: T1, name: y, duration: 4, deadline: 2024-06-28}]",
    )
    text = run(capsys, place)
    assert "安装 P1/T1 comes after P2/T1, whose project is suspended: left out" in text
    assert "安装 P1/T1 comes after P9/T1, which is in no ledger: left out" in text
    assert "项目P2 P2 is suspended and is not planned." in text
    assert "项目P4 P4 is paused to 21 June; these days are not worked." in text
    found = data(capsys, place)
    assert [task["ref"] for task in found["tasks"]] == ["P1/T1", "P2/T1", "P4/T1"]  # P3 is out of every count
    assert [row["why"] for row in found["left_out"]] == ["suspended", "absent"]
    assert "项目P3 P3 is cleared and is not planned." in run(capsys, place, "P3")


def test_planning_back_from_a_wished_date(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    place = ledgers(
        tmp_path,
        P1="""
tasks:
  - {id: T1, name: 基础, duration: 3, deadline: 2024-12-31}
  - {id: T2, name: 主体, duration: 5, deadline: 2024-12-31, after: [T1]}
  - {id: T3, name: 绿化, duration: 2, deadline: 2024-12-31, after: [T1]}
""",
        P2="tasks: [{id: T1, name: 供电, duration: 4, deadline: 2024-06-28, after: [P1/T1]}]",
    )
    before = {file: file.read_bytes() for file in place.rglob("*.yaml")}
    found = data(capsys, place, "P1", "--finish-by", "2024-06-28")
    # T2 24-28 June, T3 27 and 28; T1 before the 24th (the 21st), and before P2's T1: 25-28, so before the 25th.
    assert found["finish_by_tasks"] == ["P1/T2", "P1/T3"]
    assert [task["latest_start"] for task in found["tasks"]] == ["2024-06-19", "2024-06-24", "2024-06-27"]
    assert found["feasible"]
    text = run(capsys, place, "P1", "--finish-by", "2024-06-18")
    # T1 11-13, T2 14-20: two workdays after the 18th.
    assert "taken as the deadline of what comes last: 主体 P1/T2, 绿化 P1/T3." in text
    assert "2 tasks come too late, the worst by 2 workdays" in text
    assert {file: file.read_bytes() for file in place.rglob("*.yaml")} == before
    assert main(["schedule", "-w", str(place), "--finish-by", "2024-06-18"]) == 2
    assert "name it" in capsys.readouterr().err


def test_an_unpublished_calendar_is_said_wherever_its_workdays_are_counted(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    place = ledgers(
        tmp_path,
        P1="""
tasks:
  - {id: T1, name: 近, duration: 3, deadline: 2024-06-21}
  - {id: T2, name: 远, duration: 3, deadline: 2090-06-21}
""",
    )
    found = data(capsys, place)
    assert [task["unconfirmed"] for task in found["tasks"]] == [False, True]
    assert 2090 in found["unconfirmed_years"]
    text = run(capsys, place)
    assert "workdays (unconfirmed) in hand" in text
    assert "6 workdays in hand" in text  # until 21 June: 14, 17-21
    assert "the calendar of" in text


def test_the_table_as_csv(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    place = ledgers(tmp_path, P1="tasks: [{id: T1, name: 基础, duration: 3, deadline: 2024-06-12}]")
    rows = list(csv.reader(StringIO(run(capsys, place, "--format", "csv").removeprefix("\ufeff"))))
    assert rows[1] == [
        "基础 P1/T1", "张三", "2024-06-12", "3", "2024-06-07", "2024-06-12", "2024-06-11", "2024-06-13", "-1",
    ]  # fmt: skip


def test_in_chinese_as_people_say_it(capsys: pytest.CaptureFixture[str]) -> None:
    text = run(capsys, COUNTY, "P001", "--lang", "zh")
    assert "变电间隔改造 P001/T5：晚4个工作日" in text
    assert "应于6月14日完成，预计6月20日完成" in text
    assert "2024-06" not in text.rpartition("-" * 40)[0]
