"""`report`: the periods it takes, what is new, and the figures of the county worked by hand."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from projledger.cli.app import main

ROOT = Path(__file__).parent.parent
COUNTY = ROOT / "ledgers"
KINDS = ("day", "week", "month", "quarter", "half", "year")


def asked(capsys: pytest.CaptureFixture[str], kind: str, *arguments: str, place: Path = COUNTY) -> dict[str, Any]:
    assert main(["report", kind, *arguments, "--workspace", str(place), "--lang", "en", "--format", "json"]) == 0
    data: dict[str, Any] = json.loads(capsys.readouterr().out)["data"]
    return data


def read(capsys: pytest.CaptureFixture[str], kind: str, *arguments: str, lang: str = "zh") -> str:
    assert main(["report", kind, *arguments, "--workspace", str(COUNTY), "--lang", lang]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("kind", "period", "as_of"),
    [
        ("day", "2024-06-11", "2024-06-11"),  # the running one
        ("week", "2024-W24", "2024-06-11"),
        ("month", "2024-05", "2024-05-31"),  # the last complete one
        ("quarter", "2024-Q1", "2024-03-31"),
        ("half", "2023-H2", "2023-12-31"),
        ("year", "2023", "2023-12-31"),
    ],
)
def test_the_default_period(kind: str, period: str, as_of: str, capsys: pytest.CaptureFixture[str]) -> None:
    data = asked(capsys, kind)
    assert (data["kind"], data["period"], data["as_of"]) == (kind, period, as_of)


def test_a_period_that_ends_today_is_complete(capsys: pytest.CaptureFixture[str]) -> None:
    assert asked(capsys, "month", "--as-of", "2024-05-31")["period"] == "2024-05"
    assert asked(capsys, "month", "--as-of", "2024-05-30")["period"] == "2024-04"


@pytest.mark.parametrize("period", ["2024-W25", "2024-06", "2024-06-11", "tomorrow"])
def test_a_period_that_does_not_fit_is_refused(period: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "week", "--period", period, "--workspace", str(COUNTY)]) == 2
    assert "--period" in capsys.readouterr().err


def test_a_kind_is_needed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "--workspace", str(COUNTY)]) == 2
    assert main(["report", "decade", "--workspace", str(COUNTY)]) == 2


def test_the_week(capsys: pytest.CaptureFixture[str]) -> None:
    data = asked(capsys, "week")
    # The emission quota was due on 10 June: new this week; the substation bay was red before.
    assert "P002/Q1" in data["new"]
    assert "P001/T5" in {row["ref"] for row in data["red"]} - set(data["new"])
    assert [(c["project"], c["before"], c["after"]) for c in data["changes"]] == [("P002", "yellow", "red")]
    assert data["lights"]["red"] == data["lights_before"]["red"] + 1
    # M11 of last week, and what M8, M9 and M10 left undone when its day had passed.
    assert {(row["ref"], row["state"]) for row in data["decisions"]} == {
        ("M8/D2", "overdue"),
        ("M9/D1", "overdue"),
        ("M10/D2", "overdue"),
        ("M11/D1", "open"),
        ("M11/D2", "open"),
    }
    assert max(entry["date"] for entry in data["next"]) <= "2024-06-23"


def test_the_day(capsys: pytest.CaptureFixture[str]) -> None:
    data = asked(capsys, "day", "--period", "2024-05-24")
    # The transformer came on 24 May, and its test that day's evidence stands in the ledger.
    assert ("P001/T4", "task") in {(entry["ref"], entry["kind"]) for entry in data["done"]}
    # The deadline of P008/T2 was 20 May after its extension.
    assert "P008/T2" in {entry["ref"] for entry in data["carried"]}
    assert {entry["date"] for entry in data["due"]} <= {"2024-05-24"}


def test_the_month_has_its_own_figure_though_it_came_later(capsys: pytest.CaptureFixture[str]) -> None:
    rows = {(row["scope"], row["indicator"], row["period"]): row for row in asked(capsys, "month")["targets"]}
    year = rows["all", "investment", "2024"]
    assert (year["done"], year["cutoff"]) == (46200, "2024-05-31")  # reported on 7 June
    assert year["rate"] == pytest.approx(46200 / 120000)
    assert rows["all", "investment", "2024-05"]["done"] == 46200 - 34900


def test_a_past_period_knows_nothing_of_later_days(capsys: pytest.CaptureFixture[str]) -> None:
    april = asked(capsys, "month", "--period", "2024-04")
    assert {gone["project"] for gone in april["cleared"]} == {"P003"}  # cleared on 30 April
    assert all(row["meeting"] <= "2024-04-30" for row in april["decisions"])
    # The problems of P001 and P002 were raised in May.
    assert not {row["ref"] for row in april["agenda"]} & {"P001/Q1", "P002/Q1"}
    first = asked(capsys, "quarter", "--period", "2024-Q1")
    # An award of 28 March is in the year's report; those of June are not yet.
    assert first["fund"] is None
    year = asked(capsys, "year", "--period", "2024", "--as-of", "2024-06-04")
    assert (year["fund"]["fund"]["given"], year["fund"]["fund"]["balance"]) == (5, 95)


def test_what_was_overwritten_is_not_held_against_anybody(capsys: pytest.CaptureFixture[str]) -> None:
    may = asked(capsys, "month")
    # The structure of P001 was begun in April; its progress of May was overwritten by that of 7 June.
    assert "P001/T3" in may["overwritten"]
    assert "P001/T3" not in {row["ref"] for row in may["red"]}
    # The relocation of P008 was to be finished on 20 May, whatever its progress was.
    assert "P008/T2" in {row["ref"] for row in may["red"]}
    # Nor what waits for it: its forecast stands on that progress.
    assert not {"P001/T6", "P001/T7"} & {row["ref"] for row in may["red"]}
    assert asked(capsys, "week")["overwritten"] == []
    assert "--rev" in read(capsys, "month")


def test_the_half_year_forecasts_and_compares(capsys: pytest.CaptureFixture[str]) -> None:
    text = read(capsys, "half", "--period", "2024-H1", lang="en")
    # 46200 ÷ 120000 = 38.5% against 5/12: ratio 92.4%, so 110 880 of 120 000 ten thousand yuan.
    assert "about 1,108.8 million yuan, 92.4% of 1.2" in text


def test_the_weekly_is_ready_to_be_read_out(capsys: pytest.CaptureFixture[str]) -> None:
    text = read(capsys, "week")
    for heading in ("一、本周总体", "二、点名事项", "三、交办事项落实", "六、拟发函件"):
        assert heading in text
    assert "【新】 ●红 罗刚（县行政审批局）：环保鞋底材料・排污总量指标未答复，应6月10日办结：逾期1天" in text
    assert "审核" in text
    assert "签发" in text
    assert "2024-06" not in text.partition("数据版本")[0].partition("六、")[0]


def test_the_quarter_has_a_notice_and_the_month_an_agenda(capsys: pytest.CaptureFixture[str]) -> None:
    assert "各单位：现将2024年第一季度重点项目推进情况通报如下。" in read(capsys, "quarter")
    month = read(capsys, "month")
    assert "督查日议程" in month
    assert "何敏牵头" in month


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_words_every_time(
    kind: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(COUNTY.parent))  # the copy has no history either
    place = shutil.copytree(COUNTY, tmp_path / "again")
    said = []
    for folder in (COUNTY, place):
        assert main(["report", kind, "--workspace", str(folder), "--lang", "zh", "--format", "markdown"]) == 0
        out = capsys.readouterr().out
        said.append([line for line in out.splitlines() if "数据版本" not in line])
    assert said[0] == said[1]
