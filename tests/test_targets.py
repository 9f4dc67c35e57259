"""The `targets` report, run as a command over the ledgers of the examples and of the county."""

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
    assert main(["targets", "--workspace", str(workspace), *options]) == 0
    return capsys.readouterr().out


def data(capsys: pytest.CaptureFixture[str], workspace: Path, *options: str) -> dict[str, dict[str, Any]]:
    """The targets by reference."""
    found = json.loads(run(capsys, workspace, "--format", "json", *options))
    assert found["command"] == "targets"
    return {target["ref"]: target for target in found["data"]["targets"]}


def test_deqing_as_published(capsys: pytest.CaptureFixture[str]) -> None:
    targets = data(capsys, ROOT / "examples/deqing-2024", "--scope", "all")
    year, half = targets["all/investment/2024"], targets["all/investment/2024-H1"]
    assert (year["done"], year["value"], year["rate"], year["remaining"]) == (162300, 300000, 0.541, 137700)
    assert year["gap_points"] == pytest.approx(12.43, abs=0.005)
    assert (half["value"], half["rate"], half["remaining"]) == (125000, 1.2984, -37300)
    assert year["cutoff"] == half["cutoff"] == "2024-06-11"


def test_aksay_as_published(capsys: pytest.CaptureFixture[str]) -> None:
    fai = next(t for t in data(capsys, ROOT / "examples/aksay-2022", "--scope", "all").values() if t["yoy"] is not None)
    assert (fai["done"], fai["yoy"]) == (105000, pytest.approx(0.141, abs=0.0005))


def test_the_keys_that_others_build_on(capsys: pytest.CaptureFixture[str]) -> None:
    targets = data(capsys, COUNTY)
    may = targets["all/investment/2024"]
    # 46 200 of 120 000; 5 of 12 months; 46 200 ÷ 41 000 − 1.
    assert (may["scope"], may["indicator"], may["period"], may["done"]) == ("all", "investment", "2024", 46200)
    assert (may["rate"], may["remaining"], may["cutoff"]) == (0.385, 73800, "2024-05-31")
    assert (may["pace"], may["ratio"]) == (pytest.approx(5 / 12), pytest.approx(0.924))
    assert may["gap_points"] == pytest.approx(-3.1667, abs=0.0001)
    assert (may["yoy"], may["yoy_source"]) == (pytest.approx(46200 / 41000 - 1), "computed")
    owed = targets["equipment/investment/2024"]
    assert [owed[key] for key in ("done", "rate", "pace", "gap_points", "ratio", "remaining", "cutoff", "yoy")] == [
        None
    ] * 8
    assert (owed["missing"][-1], owed["owing"]) == ("2024-05", ["P009"])


def test_the_half_year_stands_beside_its_year(capsys: pytest.CaptureFixture[str]) -> None:
    refs = list(data(capsys, COUNTY, "--scope", "all"))
    year = refs.index("all/investment/2024")
    assert refs[year + 1 : year + 3] == ["all/investment/2024-H1", "all/investment/2024-05"]


@pytest.mark.parametrize(
    ("options", "refs"),
    [
        (("--scope", "footwear,P001"), ["footwear/investment/2024-H1", "P001/investment/2024"]),
        (("--scope", "新步鞋业二期"), ["P001/investment/2024"]),
        (("--period", "2024-H1,2024-05", "--scope", "all"), ["all/investment/2024-H1", "all/investment/2024-05"]),
        (("--indicator", "jobs"), ["all/jobs/2024-Q2", "furong-park/jobs/2024"]),
        (("--indicator", "新增就业", "--unit", "furong-park"), ["furong-park/jobs/2024"]),
        (("--scope", "qinghe"), []),
    ],
)
def test_options_select(capsys: pytest.CaptureFixture[str], options: tuple[str, ...], refs: list[str]) -> None:
    assert list(data(capsys, COUNTY, *options)) == refs


def test_every_target_has_its_light(capsys: pytest.CaptureFixture[str]) -> None:
    targets = data(capsys, COUNTY)
    # Under yinchuan-2025: 3.2 points behind, on or above, 14.5 points behind, not reported.
    expected = {
        "all/investment/2024": "blue",
        "all/investment/2024-H1": "green",
        "P008/investment/2024": "yellow",
        "P009/investment/2024": "grey",
    }
    assert {ref: targets[ref]["light"] for ref in expected} == expected
    grey = data(capsys, COUNTY, "--light", "grey")
    assert list(grey) == [ref for ref, target in targets.items() if target["missing"]]
    assert main(["targets", "-w", str(COUNTY), "--light", "pink"]) == 2
    assert "pink" in capsys.readouterr().err


def test_a_chain_and_a_unit_bring_their_projects(capsys: pytest.CaptureFixture[str]) -> None:
    assert {"footwear/investment/2024-H1", "P001/investment/2024"} <= data(capsys, COUNTY, "--chain", "footwear").keys()
    by_unit = data(capsys, COUNTY, "--unit", "furong-park")
    assert {"furong-park/investment/2024", "P001/investment/2024"} <= by_unit.keys()
    assert not any(ref.startswith("all/") for ref in by_unit)


def test_a_period_that_is_none_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["targets", "-w", str(COUNTY), "--period", "2024-H3"]) == 2
    assert "2024-H3" in capsys.readouterr().err


def test_a_page_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    page = run(capsys, COUNTY, "--format", "text", "--lang", "zh")
    assert (
        "制造业投资4.62亿元，完成2024年目标12亿元的38.5%，落后序时3.2个百分点；"
        "完成2024年上半年目标5亿元的92.4%，超序时9.1个百分点；"
    ) in page
    assert "同比增长12.7%（按上年同期4.1亿元计算）" in page
    assert "同比增长11.4%（公布数）" in page
    assert "液压油缸技改 P009" in page
    english = run(capsys, COUNTY, "--format", "text", "--lang", "en")
    assert "38.5% of the target of 1.2 billion yuan (2024), 3.2 points behind pace" in english
    assert "9 cases, 37.5% of the 24 cases allowed (2024), 4.2 points below what the pace allows" in english
    assert "own figure 76.5 million yuan, projects 78 million yuan: 1.5 million yuan less" in english


def test_a_spreadsheet_gets_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    rows = list(csv.reader(StringIO(run(capsys, COUNTY, "--format", "csv", "--lang", "en").removeprefix("\ufeff"))))
    head, first = rows[0], rows[1]
    found = dict(zip(head, first, strict=True))
    assert (found["Indicator"], found["Period"], found["Target"], found["Reached"]) == (
        "制造业投资 (10,000 yuan)",
        "2024",
        "120000",
        "46200",
    )
    assert (found["Rate"], found["Up to"]) == ("0.385", "2024-05-31")


PROJECT = """\
id: {id}
name: {name}
unit: town
targets: [{{indicator: inv, period: 2024, value: 100}}]
"""


def place(folder: Path, targets: str = "", **projects: str) -> Path:
    """A workspace of the given files."""
    (folder / "projects").mkdir()
    (folder / "projledger.yaml").write_text("name: Qinghe\nas_of: 2024-06-11\n", encoding="utf-8")
    if targets:
        (folder / "targets.yaml").write_text(targets, encoding="utf-8")
    for name, text in projects.items():
        content = PROJECT.format(id=name, name=f"Plant {name}") + text
        (folder / "projects" / f"{name}.yaml").write_text(content, encoding="utf-8")
    return folder


def test_a_place_without_targets_says_so(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    page = run(capsys, place(tmp_path), "--format", "text")
    assert "No targets here: write them into targets.yaml, certificates or a project" in page


def test_targets_of_cleared_projects_go_into_the_footer(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = place(tmp_path, A="status: cleared\nstatus_date: 2024-05-01\n", B="")
    assert list(data(capsys, folder)) == ["B/inv/2024"]
    assert "Cleared projects, not listed: Plant A A" in run(capsys, folder, "--format", "text")
    assert list(data(capsys, folder, "--as-of", "2024-04-30")) == ["A/inv/2024", "B/inv/2024"]


@pytest.mark.parametrize(
    ("target", "reports", "said"),
    [
        ("value: 100", "", "2024, target 1 million yuan: not reported: January 2024 to May 2024."),
        ("value: 100", "{month: 2024-01, ytd: 5, cutoff: 2024-01-20}", "not reported: February 2024 to May 2024."),
        ("value: 120", "{month: 2024-05, ytd: 50}", "500,000 yuan, 41.7% of the target of 1.2 million yuan (2024), on"),
        ("value: 0", "{month: 2024-05, ytd: 50}", "500,000 yuan, — of the target of 0 yuan (2024)."),
        (
            "value: 100, plan: {2024-06: 0}",
            "{month: 2024-05, ytd: 50}",
            "50.0% of the target of 1 million yuan (2024), too early to judge.",
        ),
        (
            "value: 100",
            "{month: 2024-05, ytd: 50, yoy_reported: -2%}",
            "8.3 points ahead of pace; down 2.0% on the year (as published).",
        ),
        (
            "value: 100",
            "{month: 2024-05, ytd: 50, prior_ytd: 80}",
            "down 37.5% on the year (against 800,000 yuan in the same months).",
        ),
    ],
)
def test_what_a_sentence_says(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, target: str, reports: str, said: str
) -> None:
    listed = f"reports: [{reports.replace('{month', '{indicator: inv, month')}]\n" if reports else ""
    folder = place(tmp_path, f"targets: [{{indicator: inv, period: 2024, {target}}}]\n{listed}")
    assert said in run(capsys, folder, "--format", "text")


def test_before_anything_is_due(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = place(tmp_path, "targets: [{indicator: inv, period: 2024, value: 100}]\n")
    assert "no figure is due yet" in run(capsys, folder, "--format", "text", "--as-of", "2024-02-09")
