"""The `lagging` report, run as a command."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from projledger.cli.app import main

COUNTY = Path(__file__).parent.parent / "ledgers"


def run(capsys: pytest.CaptureFixture[str], workspace: Path, *options: str, code: int = 0) -> str:
    assert main(["lagging", "--workspace", str(workspace), *options]) == code
    return capsys.readouterr().out


def data(capsys: pytest.CaptureFixture[str], workspace: Path, *options: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(capsys, workspace, "--format", "json", *options))["data"]
    return found


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Two projects: one late in several ways, one that nobody has reported on."""
    (tmp_path / "projects").mkdir()
    files = {
        "projledger.yaml": "name: 清河县\nas_of: 2024-06-11\ncalendar: {country: CN}\n",
        "people.yaml": "units: [{id: power, name: 供电公司}, {id: invest, name: 招商局}]\n"
        "people: [{id: qian, name: 钱伟, unit: power}, {id: tang, name: 唐静, unit: invest}]\n",
        "chains.yaml": "chains: [{id: shoes, name: 鞋业链, chief: tang, lead_unit: invest}]\n",
        "projects/P1.yaml": """\
id: P1
name: 新步二期
unit: power
owner: qian
chain: shoes
stages: {signed: {plan: 2024-05-31, owner: tang}}
tasks:
  - id: T1
    name: 间隔改造
    deadline: 2024-05-31
    extensions: [{to: 2024-06-07, approved_by: tang, date: 2024-05-31, reason: 厂家}]
    started: 2024-06-03
    next: 催交设备
  - {id: T2, name: 设备安装, deadline: 2024-08-30, start: 2024-07-01, after: [T1]}
problems: [{id: Q1, text: 设备未发货, raised: 2024-06-03, deadline: 2024-06-14, blocks: [T1]}]
""",
        "projects/P2.yaml": "id: P2\nname: 油缸技改\nunit: invest\nowner: tang\n"
        "targets: [{indicator: investment, period: 2024, value: 1200}]\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_the_keys_that_others_build_on(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    result = data(capsys, place)
    items = {item["ref"]: item for item in result["items"]}
    assert list(items) == ["P1/T1", "P1/signed", "P1/T2", "P2/investment/2024", "P2", "P1/Q1"]
    late = items["P1/T1"]
    # 8, 9 and 10 June are a weekend and the Dragon Boat holiday: of the four days late one is a workday.
    assert {key: late[key] for key in ("name", "project", "owner", "unit", "light")} == {
        "name": "间隔改造",
        "project": "P1",
        "owner": "qian",
        "unit": "power",
        "light": "red",
    }
    assert (late["deadline"], late["original_deadline"]) == ("2024-06-07", "2024-05-31")
    assert (late["days_late"], late["workdays_late"], late["float"]) == (4, 1, None)
    assert late["reasons"] == [
        {
            "code": "overdue",
            "text": "4 days overdue (1 workday)",
            "days": 4,
            "workdays": 1,
            "basis": "deadline",
            "since": "2024-06-07",
        },
        {
            "code": "blocked",
            "text": "held up by: 设备未发货",
            "cause": "P1/Q1",
            "root": "P1/Q1",
            "blockers": 1,
        },
    ]
    assert [reason["root"] for reason in items["P1/T2"]["reasons"]] == ["P1/Q1"]  # through T1 to the problem
    assert (items["P1/signed"]["days_late"], items["P1/signed"]["owner"]) == (11, "tang")
    assert items["P2/investment/2024"]["reasons"][0]["months"] == [f"2024-0{month}" for month in range(1, 6)]
    assert result["lights"] == {"red": 1, "yellow": 2, "grey": 2, "blue": 1, "green": 0, "none": 0}
    assert result["projects"] == {"red": 1, "yellow": 0, "grey": 1, "blue": 0, "green": 0, "none": 0}


@pytest.mark.parametrize(
    ("options", "refs"),
    [
        (("--reason", "unreported"), ["P2/investment/2024", "P2"]),
        (("--reason", "missed-stage,due-soon"), ["P1/signed", "P1/Q1"]),
        (("--owner", "tang"), ["P1/signed", "P2/investment/2024", "P2"]),
        (("--owner", "唐静", "--light", "yellow"), ["P1/signed"]),
        (("--unit", "供电公司", "--light", "red,blue"), ["P1/T1", "P1/Q1"]),
        (("--chain", "shoes", "--reason", "overdue"), ["P1/T1"]),
        (("--stage", "signed"), []),
    ],
)
def test_filters(capsys: pytest.CaptureFixture[str], place: Path, options: tuple[str, ...], refs: list[str]) -> None:
    assert [item["ref"] for item in data(capsys, place, *options)["items"]] == refs


def test_groups_keep_the_worst_first(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    result = data(capsys, place, "--by", "owner")
    assert [(g["id"], g["name"], g["items"]) for g in result["groups"]] == [
        ("qian", "钱伟 (供电公司)", [0, 2, 5]),
        ("tang", "唐静 (招商局)", [1, 3, 4]),
    ]
    assert [g["id"] for g in data(capsys, place, "--by", "chain")["groups"]] == ["shoes", None]
    text = run(capsys, place, "--by", "project")
    assert text.index("新步二期: red 1, yellow 2, blue 1") < text.index("油缸技改: grey 2")


def test_exit_code_is_for_scheduled_jobs(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    run(capsys, place, "--exit-code", code=1)
    run(capsys, place, "--exit-code", "--light", "red", "--owner", "tang", code=0)
    run(capsys, place, code=0)


def test_a_reason_that_does_not_exist_is_a_usage_error(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    assert main(["lagging", "-w", str(place), "--reason", "late"]) == 2
    assert "behind_schedule" in capsys.readouterr().err


def test_in_words(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    text = run(capsys, place, "--reason", "overdue,blocked")
    first = next(line for line in text.splitlines() if "P1/T1" in line)
    for said in (
        "●red",
        "新步二期 · 间隔改造",
        "钱伟 (供电公司)",
        "7 June (originally 31 May, extended once)",
        "4 days overdue (1 workday)",
        "held up by: 设备未发货",
        "催交设备",
    ):
        assert said in first


def test_in_chinese_no_iso_date_and_no_bare_float(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    text = run(capsys, place, "--lang", "zh", "--light", "red")
    first = next(line for line in text.splitlines() if "P1/T1" in line)
    for said in ("6月7日", "逾期4天（1个工作日）", "受阻于：设备未发货"):
        assert said in first
    assert "2024-" not in text.partition("亮灯按")[0]


def test_nothing_lags(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    assert "Nothing lags." in run(capsys, place, "--stage", "producing")


def test_an_unconfirmed_year_is_marked_at_its_count(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    # 2031 has no published calendar: the workdays of its span are Monday to Friday, and say so.
    text = run(capsys, place, "--as-of", "2031-06-11", "--reason", "overdue")
    assert "workdays, unconfirmed)" in text


def test_csv_is_the_one_table(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    rows = list(csv.reader(StringIO(run(capsys, place, "--format", "csv").removeprefix("\ufeff"))))
    assert rows[0] == ["No.", "Light", "Project · item", "Owner", "Due", "How far", "Why", "Next step"]
    assert all(len(row) == len(rows[0]) for row in rows)


def test_the_county_says_what_its_files_show(capsys: pytest.CaptureFixture[str]) -> None:
    items = {item["ref"]: item for item in data(capsys, COUNTY)["items"]}
    bay = items["P001/T5"]
    assert (bay["light"], bay["float"], bay["days_late"]) == ("red", -4, 0)
    assert [reason["code"] for reason in bay["reasons"]] == ["due_soon", "behind_schedule", "blocked"]
    assert bay["reasons"][1]["text"] == "forecast 20 June, 4 workdays late"
    assert items["P002/Q1"]["reasons"][0]["text"] == "1 day overdue (1 workday)"
    assert (items["P002/signed"]["light"], items["P002/signed"]["days_late"]) == ("yellow", 11)
    assert items["P012"]["reasons"][0]["amount"] == 600
    assert {ref for ref, item in items.items() if item["project"] in ("P003", "P010", "P013")} == set()


def test_rules_that_are_not_there_are_said(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    settings = place / "projledger.yaml"
    settings.write_text(settings.read_text("utf-8") + "rules: yinchuan\n", encoding="utf-8")
    text = run(capsys, place)
    assert "The rules “yinchuan” are not there or cannot be read" in text
    (place / "yinchuan.yaml").write_text("clauses: [{id: a}]\n", encoding="utf-8")
    text = run(capsys, place, code=3)
    assert "Left out, cannot be read: yinchuan.yaml" in text
    assert "●red" in text  # the rest is judged all the same


def test_unpaid_funds_are_their_own_owner_s(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    (place / "projledger.yaml").write_text("name: 清河县\nas_of: 2024-06-11\nrules: yinchuan-2025\n", encoding="utf-8")
    (place / "projects/P2.yaml").write_text(
        "id: P2\nname: 油缸技改\nunit: invest\nowner: tang\n"
        "tasks: [{id: T1, name: 招标, deadline: 2024-08-30, started: 2024-06-03}]\n"
        "funding:\n"
        "  - {source: county, paid: 200, date: 2024-05-31, plan: {2024-05: 300}}\n"
        "  - {source: central_budget, paid: 100, date: 2024-05-31, owner: qian, plan: {2024-05: 500}}\n",
        encoding="utf-8",
    )
    # 300 − 200 = 100 of the county's money is the project's owner's to pay, 500 − 100 = 400 of the centre's is 钱伟's.
    mine = {
        (item["owner"], reason["source"], reason["amount"])
        for item in data(capsys, place)["items"]
        if item["ref"] == "P2"
        for reason in item["reasons"]
    }
    assert mine == {("tang", "county", 100), ("qian", "central_budget", 400)}
    asked = data(capsys, place, "--owner", "qian")["items"]
    assert [r["code"] for item in asked if item["ref"] == "P2" for r in item["reasons"]] == ["funds_unpaid"]
    assert main(["why", "-w", str(place), "P2", "--format", "json"]) == 0
    why = json.loads(capsys.readouterr().out)["data"]
    assert [reason["clause"] for reason in why["reasons"]] == ["funds-red", "funds-red"]
    assert [given["text"] for r in why["reasons"] for given in r["inputs"] if given["name"] == "funding.owner"] == [
        "钱伟"
    ]
    assert why["reasons"][1]["steps"][-1] == "4 million yuan > 0 yuan: red."


def test_a_target_is_told_with_its_pace_and_a_factor_by_its_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "projects").mkdir()
    files = {
        "projledger.yaml": "name: 清河县\nas_of: 2024-06-11\n",
        "targets.yaml": """\
indicators: {complaints: {name: 投诉, measure: 件, better: less}}
targets: [{indicator: complaints, period: 2024, value: 24, scope: all}]
reports: [{indicator: complaints, month: 2024-05, ytd: 12, scope: all}]
""",
        "projects/P1.yaml": """\
id: P1
name: 甲
unit: u
owner: z
factors: {energy: {needed: 100, secured: 10, measure: 千伏安, deadline: 2024-06-14}}
""",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    items = {item["ref"]: item for item in data(capsys, tmp_path, "--lang", "zh")["items"]}
    # 12 of 24 after 5 of 12 months: 50.0 against 41.7, 8.3 points too many.
    reason = items["all/complaints/2024"]["reasons"][0]
    assert reason["text"] == "序时控制数41.7%，实际50.0%，超出8.3个百分点"
    assert (reason["rate"], reason["pace"], reason["better"]) == (0.5, pytest.approx(5 / 12), "less")
    assert items["P1/energy"]["title"] == "甲・用能"


def test_a_forecast_before_the_deadline_says_what_it_is_late_for(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    # The second task takes 17–21 and 24–28 June: the first must end on Friday the 14th, and its ten workdays from
    # 10 June (today, a plain Monday here) end on the 21st: five workdays later, a week before its own deadline.
    (tmp_path / "projects").mkdir()
    (tmp_path / "projledger.yaml").write_text("name: 清河县\nas_of: 2024-06-10\n", encoding="utf-8")
    (tmp_path / "projects" / "P1.yaml").write_text(
        "id: P1\nname: 新步二期\nunit: 园区\nowner: 林海\ntasks:\n"
        "  - {id: T1, name: 基础, deadline: 2024-06-28, duration: 10}\n"
        "  - {id: T2, name: 主体, deadline: 2024-06-28, duration: 10, after: [T1]}\n",
        encoding="utf-8",
    )
    texts = {
        item["ref"]: [reason["text"] for reason in item["reasons"] if reason["code"] == "behind_schedule"]
        for item in data(capsys, tmp_path)["items"]
        if item["kind"] == "task"
    }
    said = "needed by 14 June for what comes after it, forecast 21 June, 5 workdays late"
    # What comes last is late by its own deadline.
    assert texts == {"P1/T1": [said], "P1/T2": ["forecast 5 July, 5 workdays late"]}
    for command in (["tasks"], ["show", "P1"], ["show", "P1/T1"]):
        assert main([*command, "--workspace", str(tmp_path)]) == 0
        assert said in " ".join(capsys.readouterr().out.split())
    chinese = run(capsys, tmp_path, "--lang", "zh")
    assert "因后续工序须最迟6月14日完成，预计6月21日完成，晚5个工作日" in chinese
