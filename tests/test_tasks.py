"""The `tasks` report, run as a command."""

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
    assert main(["tasks", "--workspace", str(workspace), *options]) == 0
    return capsys.readouterr().out


def data(capsys: pytest.CaptureFixture[str], workspace: Path, *options: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(capsys, workspace, "--format", "json", *options))["data"]
    return found


def refs(found: dict[str, Any]) -> list[str]:
    return [task["ref"] for task in found["tasks"]]


def test_a_task_with_everything_about_it(capsys: pytest.CaptureFixture[str]) -> None:
    tasks = {task["ref"]: task for task in data(capsys, COUNTY)["tasks"]}
    bay = tasks["P001/T5"]
    expected = {
        "project": "P001",
        "owner": "qian",
        "handler": "qian",
        "unit": "power",
        "kind": "construction",
        "deadline": "2024-06-14",
        "original_deadline": "2024-05-31",
        "extended": 1,
        "duration": 20,
        "progress": 60,
        "state": "under_way",
        "float": -4,
        "light": "red",
        "overdue": False,
        "next": "周建国副县长催交设备，厂家6月12日发货",
    }
    assert {key: bay[key] for key in expected} == expected
    # The structure names nobody of its own: it falls to the project's owner.
    assert (tasks["P001/T3"]["owner"], tasks["P001/T3"]["handler"]) == ("lin", None)
    done = tasks["P001/T4"]
    assert (done["state"], done["progress"], done["light"], done["next"]) == ("done", 100, None, None)


def test_counts(capsys: pytest.CaptureFixture[str]) -> None:
    found = data(capsys, COUNTY)
    summary = found["summary"]
    assert summary["total"] == len(found["tasks"]) == 84
    assert summary["done"] + summary["under_way"] + summary["not_started"] == 84
    # The relocation of P008, whose extended deadline was 20 May; and its environmental approval, whose thirty workdays
    # after 18 April (28 April and 11 May worked, 1 to 5 May off) ended on 31 May.
    assert summary["overdue"] == 2
    assert summary["no_duration"] == 3
    assert [task["ref"] for task in found["tasks"] if task["overdue"]] == ["P008/T2", "P008/T5"]
    assert [(t["days_late"], t["over_limit"]) for t in found["tasks"] if t["overdue"]] == [(22, 0), (0, 11)]


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (("--owner", "qian", "--open"), ["P001/T5", "P007/T7"]),
        (("--chain", "footwear", "--kind", "decision,milestone", "--open"), ["P002/T2", "P005/T6", "P006/T8"]),
        (("--overdue",), ["P008/T2", "P008/T5"]),
        (("--since", "2024-06-12", "--until", "2024-06-18", "--open"), ["P001/T5", "P005/T3"]),
        (("--unit", "县消防救援大队"), ["P001/T7", "P007/T9", "P015/T2"]),
        (("--light", "grey"), ["P009/T1", "P009/T2"]),
    ],
)
def test_filters(capsys: pytest.CaptureFixture[str], options: tuple[str, ...], found: list[str]) -> None:
    assert refs(data(capsys, COUNTY, *options)) == found


def test_cleared_projects_stay_out_until_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert not any(ref.startswith("P003/") for ref in refs(data(capsys, COUNTY)))
    cleared = data(capsys, COUNTY, "--status", "cleared")["tasks"]
    assert [(task["ref"], task["paused"], task["overdue"]) for task in cleared][-1] == ("P003/T3", "cleared", False)


def test_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    page = run(capsys, COUNTY, "--format", "text", "--lang", "zh")
    assert "清河县计划台账" in page
    assert "6月14日（原5月31日，延期1次）" in page
    assert "清退项目不列：碳纤维制品" in page
    english = run(capsys, COUNTY, "--format", "text", "--lang", "en")
    assert "Tasks: 84; done: 31; under way: 18; not started: 35; overdue: 2; duration not given: 3." in english
    assert "under way, 75% (31 May), overdue 22 days, forecast 18 June, 20 workdays late" in english
    assert "under way, 60% (5 June), 11 days over the statutory limit, forecast 24 June, 1 workday late" in english
    assert "under way, 60% (7 June), forecast 20 June, 4 workdays late" in english


def test_a_spreadsheet_has_the_project_in_every_row(capsys: pytest.CaptureFixture[str]) -> None:
    rows = list(csv.DictReader(StringIO(run(capsys, COUNTY, "-f", "csv", "--lang", "en").removeprefix("\ufeff"))))
    assert len(rows) == 84
    assert rows[4]["group"] == "新步鞋业二期 P001"
    assert (rows[4]["Task"], rows[4]["Deadline"], rows[4]["Workdays"]) == ("变电间隔改造", "2024-06-14", "20")


def place(folder: Path, tasks: str, extra: str = "") -> Path:
    (folder / "projects").mkdir()
    (folder / "projledger.yaml").write_text("name: Qinghe\nas_of: 2024-06-11\n", encoding="utf-8")
    text = f"id: P1\nname: Plant\nunit: park\nowner: lin\n{extra}tasks: [{tasks}]\n"
    (folder / "projects" / "a.yaml").write_text(text, encoding="utf-8")
    return folder


def test_approvals_that_nobody_handles_by_name_are_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = place(
        tmp_path,
        "{id: T1, name: Permit, kind: approval, deadline: 2024-07-01},"
        "{id: T2, name: Licence, kind: approval, owner: wu, deadline: 2024-07-01},"
        "{id: T3, name: Roof, kind: construction, deadline: 2024-07-01}",
    )
    section = run(capsys, folder, "-f", "text").partition("Approvals without a handler of their own")[2]
    assert "Permit P1/T1  lin (park)" in section
    assert "Licence" not in section
    assert "Roof" not in section


def test_what_comes_later_is_not_known_yet(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = place(
        tmp_path,
        "{id: T1, name: Roof, deadline: 2024-06-10, progress: 80, updated: 2024-06-12, done: 2024-06-13, "
        "extensions: [{to: 2024-07-01, approved_by: x, date: 2024-06-12, reason: rain}]}",
    )
    (task,) = data(capsys, folder)["tasks"]
    assert (task["state"], task["progress"], task["done"]) == ("not_started", None, None)
    assert (task["deadline"], task["days_late"], task["extended"]) == ("2024-06-10", 1, 0)


def test_paused_tasks_are_not_late(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = place(
        tmp_path,
        "{id: T1, name: Roof, deadline: 2024-06-03, duration: 5}",
        "pauses: [{from: 2024-05-20, approved_by: zhou}]\n",
    )
    (task,) = data(capsys, folder)["tasks"]
    assert (task["paused"], task["overdue"], task["light"]) == ("paused", False, None)
    assert "not started, paused" in run(capsys, folder, "-f", "text")


def test_a_place_without_tasks_says_so(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = place(tmp_path, "")
    assert "No task is recorded in these ledgers" in run(capsys, folder, "-f", "text")


def test_an_unknown_kind_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tasks", "-w", str(COUNTY), "--kind", "party"]) == 2
    assert "party" in capsys.readouterr().err
