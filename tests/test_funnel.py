"""The `funnel` report, run as a command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from projledger.cli.app import main

ROOT = Path(__file__).parent.parent
COUNTY = ROOT / "ledgers"
AKSAY = ROOT / "examples/aksay-2022"
STAGES = ["reserve", "negotiating", "signed", "started", "completed", "producing", "full_capacity"]


def run(capsys: pytest.CaptureFixture[str], workspace: Path, *options: str) -> str:
    assert main(["funnel", "--workspace", str(workspace), *options]) == 0
    return capsys.readouterr().out


def data(capsys: pytest.CaptureFixture[str], workspace: Path, *options: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(capsys, workspace, "--format", "json", *options))["data"]
    return found


def stages(capsys: pytest.CaptureFixture[str], workspace: Path, *options: str) -> dict[str, dict[str, Any]]:
    return {row["stage"]: row for row in data(capsys, workspace, *options)["stages"]}


def place(folder: Path, log: str = "", **projects: str) -> Path:
    (folder / "projects").mkdir()
    (folder / "projledger.yaml").write_text("name: Qinghe\nas_of: 2024-06-11\n", encoding="utf-8")
    if log:
        (folder / "log.yaml").write_text(f"log:\n{log}", encoding="utf-8")
    for name, text in projects.items():
        content = f"id: {name}\nname: Plant {name}\nunit: park\n{text}\n"
        (folder / "projects" / f"{name}.yaml").write_text(content, encoding="utf-8")
    return folder


def test_contacts_and_dockings_lead_the_stages(capsys: pytest.CaptureFixture[str]) -> None:
    rows = stages(capsys, AKSAY)
    assert list(rows) == ["contact", "docking", *STAGES]
    assert rows["contact"]["stock"] is None
    assert rows["docking"]["conversion"] == pytest.approx(9 / 106)
    page = run(capsys, AKSAY, "-f", "text")
    assert "149次，71.1%转为对接" in page
    assert "56.46亿元" in page


def test_the_cohort_and_what_became_of_it(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = place(
        tmp_path,
        "  - {date: 2024-02-01, kind: contact, count: 8, at_least: true, amount: 50}\n"
        "  - {date: 2023-12-31, kind: contact, count: 100}\n",
        A="investment: 100\nstages: {signed: {actual: 2024-01-10}, started: {actual: 2024-03-01}}\n"
        "log: [{date: 2024-02-01, kind: docking, count: 2}]",
        B="investment: 200\nstages: {signed: {actual: 2024-02-10}, completed: {actual: 2024-06-12}}",
        C="stages: {signed: {actual: 2023-02-10}, completed: {actual: 2024-05-01}}",
        D="investment: 7\nstages: {signed: {actual: 2024-06-12}}",
        E="investment: 9\nstatus: cleared\nstatus_date: 2024-03-01\nstages: {signed: {actual: 2024-02-01}}",
    )
    rows = stages(capsys, folder)
    # Signed this year: A and B (D tomorrow, E is cleared); A has started, B's completion is tomorrow's.
    assert rows["signed"]["projects"] == ["A", "B"]
    assert [rows["signed"][key] for key in ("stock", "events", "amount", "conversion", "reached")] == [
        1, 2, 300, 0.5, 1,
    ]  # fmt: skip
    # Completed: C, which states no investment; nothing comes after it yet.
    assert [rows["completed"][key] for key in ("stock", "events", "amount", "conversion")] == [1, 1, None, 0]
    assert [rows["contact"][key] for key in ("events", "at_least", "amount", "conversion")] == [8, True, 50, 0.25]
    assert rows["docking"]["conversion"] == 1  # two contracts for two dockings
    assert rows["full_capacity"]["conversion"] is None
    found = data(capsys, folder)
    assert (found["no_stage"], found["cleared"]) == (1, ["Plant E"])


def test_a_past_period_tells_what_became_of_it_since(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = place(tmp_path, A="stages: {signed: {actual: 2023-02-10}, started: {actual: 2024-01-05}}")
    found = data(capsys, folder, "--period", "2023")
    rows = {row["stage"]: row for row in found["stages"]}
    assert (found["first"], found["last"]) == ("2023-01-01", "2023-12-31")
    assert [rows["signed"][key] for key in ("stock", "events", "conversion")] == [1, 1, 1]
    assert rows["started"]["stock"] == 0
    assert main(["funnel", "-w", str(folder), "--period", "2025"]) == 2
    assert main(["funnel", "-w", str(folder), "--period", "soon"]) == 2


def test_a_package_and_its_modules_are_no_money_twice(capsys: pytest.CaptureFixture[str]) -> None:
    found = data(capsys, AKSAY)
    (package,) = found["packages"]
    assert (package["ref"], package["investment"], package["modules_investment"]) == ("K01", 14200, 14200)
    assert [module["ref"] for module in package["modules"]] == ["K02", "K03", "K04"]
    assert {module["through"] for module in package["modules"]} == {"K01"}
    # K01 14 200 with its modules, R01 3 800, R02 2 100, R03 3 200
    assert (len(found["reserve"]), found["reserve_amount"]) == (7, 23300)
    assert {total["source"]: (total["projects"], total["planned"]) for total in found["reserve_totals"]} == {
        "special_bond": (2, 13240),  # K01 11 000, R03 2 240
        "central_budget": (2, 4130),  # R01 2 660, R02 1 470
    }
    page = run(capsys, AKSAY, "-f", "text", "--lang", "en")
    assert (
        "7 projects in reserve, 233 million yuan; 3 of them are modules; special bond: 2 projects, planned 132.4 "
        "million yuan; central budget: 2 projects, planned 41.3 million yuan."
    ) in page
    assert "special bond (through the package)" in page


def test_filters(capsys: pytest.CaptureFixture[str]) -> None:
    rows = stages(capsys, COUNTY, "--chain", "food")
    # The food chain's contacts and dockings of April; the trip and visits are neither.
    assert (rows["contact"]["events"], rows["docking"]["events"]) == (28, 11)
    assert rows["producing"]["projects"] == ["P014"]


def test_an_empty_place_says_so(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert "No project and no contact is recorded in these ledgers" in run(capsys, place(tmp_path), "-f", "text")


def test_stages_are_drawn_on_a_scale_of_their_own(capsys: pytest.CaptureFixture[str]) -> None:
    lines = run(capsys, COUNTY, "--lang", "en").partition("Stage  ")[0].splitlines()
    drawn = [(line.split("  ")[0], line.count("#")) for line in lines if "#" in line]
    # Of 40 cells: 47 of 105 contacts are 17; one signed of 105 would be none, and is seen; 2 of 3 stages are 26.
    assert drawn[:3] == [("contact", 40), ("docking", 17), ("signed", 1)]
    assert drawn[3:] == [
        ("in reserve", 13),
        ("negotiating", 13),
        ("signed", 13),
        ("started", 40),
        ("completed", 26),
        ("producing", 13),
        ("at full capacity", 13),
    ]
