"""The `owners` report, run as a command."""

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
DUCHANG = ROOT / "examples/duchang-2021"


def run(capsys: pytest.CaptureFixture[str], workspace: Path, *options: str) -> str:
    assert main(["owners", "--workspace", str(workspace), *options]) == 0
    return capsys.readouterr().out


def data(capsys: pytest.CaptureFixture[str], workspace: Path, *options: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(capsys, workspace, "--format", "json", *options))["data"]
    return found


def by_id(rows: list[dict[str, Any]]) -> dict[str | None, dict[str, Any]]:
    return {row["id"]: row for row in rows}


PROJECT = """\
id: {id}
name: Plant {id}
unit: park
{text}
"""


def place(folder: Path, meetings: str = "", **projects: str) -> Path:
    (folder / "projects").mkdir()
    (folder / "projledger.yaml").write_text("name: Qinghe\nas_of: 2024-06-11\n", encoding="utf-8")
    if meetings:
        (folder / "meetings.yaml").write_text(f"meetings: [{meetings}]\n", encoding="utf-8")
    for name, text in projects.items():
        (folder / "projects" / f"{name}.yaml").write_text(PROJECT.format(id=name, text=text), encoding="utf-8")
    return folder


def test_the_load_of_the_county(capsys: pytest.CaptureFixture[str]) -> None:
    found = data(capsys, COUNTY)
    leaders, units, people = by_id(found["leaders"]), by_id(found["units"]), by_id(found["people"])
    # Unfinished tasks: 6 of P001, none of P004, 4 of P005, 6 of P006; one open problem, of P001.
    assert leaders["zhou"]["project_refs"] == ["P001", "P004", "P005", "P006"]
    assert (leaders["zhou"]["open_tasks"], leaders["zhou"]["open_problems"]) == (16, 1)
    # The township head: the relocation of P008 and the problem with it, and a decision of 21 May; all overdue.
    assert [people["bai"][key] for key in ("open_tasks", "open_problems", "open_decisions", "overdue")] == [1, 1, 1, 3]
    assert people["bai"]["overdue_items"] == ["P008/T2", "P008/Q1", "M9/D1"]
    # Its extended deadline has not passed, but its statutory limit has: overdue like the unanswered quota.
    assert units["approval"]["overdue_items"] == ["P008/T5", "P002/Q1"]
    assert (units["power"]["open_tasks"], units["power"]["open_problems"]) == (2, 1)
    assert "kong" in people  # of the suspended project; the cleared one is out
    assert not any("P003" in row["project_refs"] for row in found["leaders"])
    assert found["no_owner"] == []


def test_leaders_without_activity(capsys: pytest.CaptureFixture[str]) -> None:
    found = data(capsys, DUCHANG)
    assert found["since"] == "2021-11-20"  # 30 days, as silence of a monthly project is judged
    assert found["inactive"] == ["曹若谷"]
    assert by_id(found["leaders"])["曹若谷"]["last_activity"] == "2021-11-08"
    page = run(capsys, DUCHANG, "-f", "text", "--lang", "en")
    assert "曹若谷 (县人大常委会): last on 8 November, 1 project" in page
    assert data(capsys, DUCHANG, "--since", "2021-11-08")["inactive"] == []


def test_activity_is_a_fact_an_entry_or_a_meeting(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = place(
        tmp_path,
        "{id: M1, date: 2024-06-03, chair: meng}, {id: M2, date: 2024-06-12, chair: he}",
        A="lead: zhou\nservice: {leader: he}\nlog: [{date: 2024-05-11, kind: visit}]",
        B="service: {leader: zhou}\ntasks: [{id: T1, name: Roof, deadline: 2024-07-01, started: 2024-05-12}]",
        C="service: {leader: meng}",
        D="service: {leader: fang}\npauses: [{from: 2024-01-01, approved_by: x}]",
        E="",
    )
    found = data(capsys, folder)
    leaders = by_id(found["leaders"])
    # The stretch begins on 12 May: A's visit came the day before, B's start on it; meng only chaired a meeting; the
    # meeting that he chairs is tomorrow's.
    assert {name: row["active"] for name, row in leaders.items()} == {
        "zhou": True,
        "he": False,
        "meng": True,
        "fang": False,
    }
    assert [project["ref"] for project in leaders["zhou"]["silent"]] == ["A"]
    assert leaders["fang"]["silent"] == []  # nobody works there now
    assert leaders["meng"]["last_activity"] == leaders["meng"]["last_meeting"] == "2024-06-03"
    assert [project["ref"] for project in found["unattached"]] == ["E"]
    assert "1 project has no attached leader: Plant E E." in run(capsys, folder, "-f", "text")


def test_what_nobody_owns_is_said_first(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = place(
        tmp_path,
        A="tasks: [{id: T1, name: Roof, deadline: 2024-07-01}, {id: T2, name: Wall, deadline: 2024-06-01, owner: wu}]\n"
        "problems: [{id: Q1, text: x, raised: 2024-06-01, deadline: 2024-07-01, lead_unit: power}]",
    )
    found = data(capsys, folder)
    assert found["no_owner"] == ["A", "A/T1", "A/Q1"]
    assert [row["id"] for row in found["people"]] == [None, "wu"]
    units = by_id(found["units"])
    assert [units["park"][key] for key in ("open_tasks", "open_problems", "overdue")] == [2, 0, 1]
    assert [units["power"][key] for key in ("open_tasks", "open_problems", "overdue")] == [0, 1, 0]
    assert "3 items have no owner: A, A/T1, A/Q1." in run(capsys, folder, "-f", "text")


def test_paused_items_are_carried_and_not_late(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    tasks = "owner: lin\ntasks: [{id: T1, name: Roof, deadline: 2024-06-01}]\n"
    folder = place(
        tmp_path,
        A=tasks + "status: suspended\nstatus_date: 2024-05-01",
        B=tasks + "status: cleared\nstatus_date: 2024-05-01",
    )
    found = data(capsys, folder)
    (lin,) = found["people"]
    assert (lin["projects"], lin["open_tasks"], lin["overdue"]) == (1, 1, 0)
    assert found["cleared"] == ["Plant B"]


def test_filters(capsys: pytest.CaptureFixture[str]) -> None:
    mine = data(capsys, COUNTY, "--owner", "罗刚")
    assert ([row["id"] for row in mine["people"]], mine["units"], mine["leaders"]) == (["luo"], [], [])
    park = data(capsys, COUNTY, "--unit", "furong-park")
    assert [row["id"] for row in park["units"]] == ["furong-park"]
    assert {row["id"] for row in park["people"]} == {"lin", "shu", "peng"}
    red = data(capsys, COUNTY, "--light", "red")
    # A decision counts there only where it became a task of a red project.
    assert sum(row["open_decisions"] for row in red["people"]) < sum(
        row["open_decisions"] for row in data(capsys, COUNTY)["people"]
    )


def test_a_spreadsheet(capsys: pytest.CaptureFixture[str]) -> None:
    reader = csv.DictReader(StringIO(run(capsys, COUNTY, "-f", "csv", "--lang", "zh").removeprefix("\ufeff")))
    groups = [row[(reader.fieldnames or [""])[0]] for row in reader]
    assert list(dict.fromkeys(groups)) == ["挂点领导（4）", "责任单位（20）", "个人（30）"]


def test_an_empty_place_says_so(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert "Nobody carries anything" in run(capsys, place(tmp_path), "-f", "text")
