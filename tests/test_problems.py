"""The `problems` report and its clocks, run as a command."""

from __future__ import annotations

import csv
import json
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from projledger.analysis.clocks import Clock, clocks
from projledger.cli.app import main
from projledger.load import load

ROOT = Path(__file__).parent.parent
COUNTY = ROOT / "ledgers"


def run(capsys: pytest.CaptureFixture[str], workspace: Path, *options: str) -> str:
    assert main(["problems", "--workspace", str(workspace), *options]) == 0
    return capsys.readouterr().out


def data(capsys: pytest.CaptureFixture[str], workspace: Path, *options: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(capsys, workspace, "--format", "json", *options))["data"]
    return found


def refs(found: dict[str, Any]) -> list[str]:
    return [problem["ref"] for problem in found["problems"]]


def place(folder: Path, problems: str = "", extra: str = "", settings: str = "") -> Path:
    """A workspace with one project."""
    (folder / "projects").mkdir()
    (folder / "projledger.yaml").write_text(f"name: Qinghe\nas_of: 2024-06-11\n{settings}", encoding="utf-8")
    (folder / "projects" / "a.yaml").write_text(
        f"id: P1\nname: Plant\nunit: park\nowner: lin\n{extra}problems:\n{problems}", encoding="utf-8"
    )
    return folder


def test_the_keys_that_others_build_on(capsys: pytest.CaptureFixture[str]) -> None:
    found = data(capsys, COUNTY)
    quota = next(problem for problem in found["problems"] if problem["ref"] == "P002/Q1")
    # Raised on 22 May: 9 days of May and 11 of June. Due on 10 June, a holiday: overdue counts from the written day.
    expected = {
        "state": "handling",
        "category": "approval",
        "owner": "luo",
        "raised": "2024-05-22",
        "deadline": "2024-06-10",
        "age_days": 20,
        "days_late": 1,
        "light": "red",
        "leader": "he",
        "raised_by": "tang",
    }
    assert {key: quota[key] for key in expected} == expected
    summary = found["summary"]
    # 9 of 13 are open, 2 overdue; 4 closed, each submitted by its deadline. Their ages: 4 6 20 22 22 26 27 50 85.
    assert {key: summary[key] for key in ("open", "overdue", "closed", "median_age", "max_age")} == {
        "open": 9,
        "overdue": 2,
        "closed": 4,
        "median_age": 22,
        "max_age": 85,
    }
    assert summary["close_rate"] == pytest.approx(4 / 13)
    assert summary["on_time_rate"] == 1


def test_the_latest_comes_first_and_cleared_projects_stay_out(capsys: pytest.CaptureFixture[str]) -> None:
    found = data(capsys, COUNTY)
    assert refs(found)[:2] == ["P008/Q1", "P002/Q1"]  # 11 days late, 1 day late
    assert not any(ref.startswith("P003/") for ref in refs(found))
    assert refs(data(capsys, COUNTY, "--status", "cleared")) == ["P003/Q1"]


def test_leaders_take_what_is_routed_to_them(capsys: pytest.CaptureFixture[str]) -> None:
    leaders = {row["leader"]: row for row in data(capsys, COUNTY)["by_leader"]}
    # The settings: land and approval to he, energy, labour and other to zhou, relocation to fang, finance to shen.
    assert leaders["he"]["problems"] == ["P002/Q1", "P008/Q2"]
    assert (leaders["he"]["open"], leaders["he"]["overdue"], leaders["he"]["max_age"]) == (2, 1, 85)
    assert leaders["zhou"]["problems"] == ["P001/Q1", "P008/Q3", "P015/Q1", "P014/Q1"]
    assert (leaders["fang"]["open"], leaders["shen"]["open"]) == (1, 2)


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (("--overdue",), ["P008/Q1", "P002/Q1"]),
        (("--about", "land,relocation"), ["P008/Q1", "P008/Q2"]),
        (("--owner", "luo"), ["P002/Q1", "P001/Q2"]),
        (("--owner", "罗刚", "--open"), ["P002/Q1"]),
        (("--chain", "footwear", "--light", "blue"), ["P001/Q1"]),
        (("--since", "2024-05-20", "--until", "2024-05-22"), ["P002/Q1", "P001/Q1", "P014/Q1"]),
    ],
)
def test_filters(capsys: pytest.CaptureFixture[str], options: tuple[str, ...], found: list[str]) -> None:
    assert refs(data(capsys, COUNTY, *options)) == found


def test_an_unknown_subject_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["problems", "-w", str(COUNTY), "--about", "weather"]) == 2
    assert "weather" in capsys.readouterr().err


def test_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    page = run(capsys, COUNTY, "--format", "text", "--lang", "zh")
    assert "清河县问题台账" in page
    assert "未销号9个，逾期2个，" in page
    assert "清退项目不列：碳纤维制品" in page
    english = run(capsys, COUNTY, "--format", "text", "--lang", "en")
    assert (
        "Open: 9; overdue: 2; median age 22 days; oldest 85 days; over 30 days: 2; responses overdue: 1. "
        "Raised: 13; closed: 4; close-out rate 30.8%; of these in time 100.0%; reopened: 1."
    ) in english
    assert "县住房和城乡建设局 should have responded by 25 April, 31 workdays ago" in english
    assert "being handled, 85 days old, reopened once" in english
    assert "清源水务有限公司 must respond by 17 June" in english
    assert "being handled, 4 days old, suspended" in english


def test_a_spreadsheet_has_one_row_for_each(capsys: pytest.CaptureFixture[str]) -> None:
    rows = list(csv.DictReader(StringIO(run(capsys, COUNTY, "-f", "csv", "--lang", "en").removeprefix("\ufeff"))))
    assert len(rows) == 13
    assert rows[0]["group"] == "Overdue (2)"
    assert (rows[0]["Problem"], rows[0]["Deadline"]) == ("南侧12户中3户未签征迁协议", "2024-05-31")


def test_a_place_without_problems_says_so(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert "No problem is recorded in these ledgers" in run(capsys, place(tmp_path), "-f", "text")


def test_a_filter_that_nothing_passes_says_so(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = place(tmp_path, "  - {id: Q1, text: No road, raised: 2024-06-03, deadline: 2024-07-01}\n")
    assert "No problem matches: 1 are recorded" in run(capsys, folder, "-f", "text", "--about", "land")


def test_a_solution_that_awaits_its_verifier_is_not_overdue(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = place(
        tmp_path,
        "  - {id: Q1, text: Late, raised: 2024-05-01, deadline: 2024-05-31, submitted: 2024-06-03}\n"
        "  - {id: Q2, text: In time, raised: 2024-05-01, deadline: 2024-05-31, submitted: 2024-05-31}\n",
    )
    found = data(capsys, folder)
    assert [(p["state"], p["overdue"], p["on_time"]) for p in found["problems"]] == [
        ("pending", False, False),
        ("pending", False, True),
    ]
    assert found["summary"]["on_time_rate"] is None  # nothing is closed yet


def test_what_comes_later_is_not_known_yet(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = place(
        tmp_path,
        "  - {id: Q1, text: Later, raised: 2024-06-12, deadline: 2024-07-01}\n"
        "  - id: Q2\n    text: Closed tomorrow\n    raised: 2024-06-01\n    deadline: 2024-06-10\n"
        "    extensions: [{to: 2024-06-20, approved_by: zhou, date: 2024-06-12, reason: rain}]\n"
        "    responded: 2024-06-12\n    closed: 2024-06-12\n    evidence: photo\n    verified_by: gao\n",
    )
    found = data(capsys, folder)
    assert refs(found) == ["P1/Q2"]
    tomorrow = found["problems"][0]
    assert (tomorrow["state"], tomorrow["deadline"], tomorrow["days_late"]) == ("open", "2024-06-10", 1)
    assert (tomorrow["responded"], tomorrow["closed"], tomorrow["evidence"]) == (None, None, None)


# --- clocks ---


def clocks_of(problem: str, extra: str = "", as_of: date = date(2024, 6, 11)) -> tuple[Clock, ...]:
    """The clocks of the only problem of a project; workdays are Monday to Friday."""
    text = f"id: P1\nname: Plant\nunit: park\n{extra}problems: [{problem}]\n"
    workspace = load([("projledger.yaml", b"name: X\n"), ("projects/a.yaml", text.encode())]).workspace
    return clocks(workspace, workspace.projects[0], workspace.projects[0].problems[0], as_of)


RAISED = "id: Q1, text: No power, raised: 2024-06-03, deadline: 2024-07-01"  # a Monday


def test_seven_workdays_for_the_leading_unit_and_three_for_those_that_help() -> None:
    # Raised on Monday 3 June: 4 5 6 7 10 11 12 are seven workdays, 4 5 6 are three; by the 11th 7, 10 and 11 are over.
    lead, first, second = clocks_of(
        f"{{{RAISED}, lead_unit: power, assist: [{{unit: drc}}, {{unit: iit, responded: 2024-06-07}}]}}"
    )
    assert lead == Clock("power", "lead", date(2024, 6, 12), None, True, 0)
    assert first == Clock("drc", "assist", date(2024, 6, 6), None, True, 3)
    assert second == Clock("iit", "assist", date(2024, 6, 6), date(2024, 6, 7), False, 1)


def test_submitting_the_solution_is_a_response_of_the_leading_unit_alone() -> None:
    lead, helper = clocks_of(f"{{{RAISED}, submitted: 2024-06-05, assist: [{{unit: drc}}]}}")
    assert lead == Clock("park", "lead", date(2024, 6, 12), date(2024, 6, 5), False, 0)
    assert helper.running


def test_a_closed_problem_awaits_nobody_until_it_is_reopened() -> None:
    problem = f"{{{RAISED}, closed: 2024-06-10, assist: [{{unit: drc}}]%s}}"
    lead, helper = clocks_of(problem % "")
    assert not lead.running
    assert helper == Clock("drc", "assist", date(2024, 6, 6), None, False, 2)  # until it was closed: 7 and 10
    assert clocks_of(problem % ", reopened: [2024-06-11]")[1] == Clock("drc", "assist", date(2024, 6, 6), None, True, 3)


def test_paused_days_do_not_count() -> None:
    # Paused from the 5th to the 7th: 4, 10, 11 are the three workdays, and nothing is over on the 11th.
    ended = "pauses: [{from: 2024-06-05, to: 2024-06-07, approved_by: x}]\n"
    assert clocks_of(f"{{{RAISED}, assist: [{{unit: drc}}]}}", ended)[1] == Clock(
        "drc", "assist", date(2024, 6, 11), None, True, 0
    )
    still = "pauses: [{from: 2024-06-10, approved_by: x}]\n"
    assert clocks_of(f"{{{RAISED}, assist: [{{unit: drc}}]}}", still)[1] == Clock(
        "drc", "assist", date(2024, 6, 6), None, False, 0
    )


def test_many_problems_are_counted_by_age_and_few_drawn_one_by_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    few = "".join(
        f"  - {{id: Q{n}, text: T{n}, raised: 2024-06-01, deadline: 2024-12-31}}\n"  # 10 days old, nothing due
        for n in range(20)
    )
    workspace = place(tmp_path, few)
    said = run(capsys, workspace, "--lang", "en")
    assert "Age since it was raised" in said
    assert "Open problems by age" not in said
    late = "  - {id: Q20, text: T20, raised: 2024-03-01, deadline: 2024-06-10}\n"  # 102 days old, one day overdue
    ledger = workspace / "projects" / "a.yaml"
    ledger.write_text(ledger.read_text(encoding="utf-8") + late, encoding="utf-8")
    said = run(capsys, workspace, "--lang", "en")
    assert "Age since it was raised" not in said
    assert said[said.index("Open problems by age") :].splitlines()[1:6] == [
        "up to 7 days",
        "8–30 days     --------------------  - 20",
        "31–60 days",
        "61–90 days",
        "over 90 days  #                     # 1",
    ]
