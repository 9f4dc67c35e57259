"""`report`: the periods it takes, what is new, and the figures of the county worked by hand."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from projledger.calendar import Period
from projledger.cli.app import main
from projledger.reports.parts.charts import problem_ages

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
    # All that are open, in whatever meeting: due on 7, 7 and 10 June, then on 12, 14, 14, 14, 20 and 28 June.
    assert [(row["ref"], row["state"], row["days_late"]) for row in data["decisions"]] == [
        ("M9/D1", "overdue", 4),
        ("M10/D2", "overdue", 4),
        ("M8/D2", "overdue", 1),
        ("M11/D1", "open", 0),
        ("M9/D2", "open", 0),
        ("M10/D1", "open", 0),
        ("M11/D2", "open", 0),
        ("M10/D3", "open", 0),
        ("M6/D2", "open", 0),
    ]
    assert max(entry["date"] for entry in data["next"]) <= "2024-06-23"
    # The pause of P013 runs until 15 July: it is not under way.
    assert "14 key projects: 12 under way, 1 paused, 1 suspended; " in read(capsys, "week", lang="en")
    numbers = data["projects"]
    assert (numbers["active"], numbers["paused"], data["lights"]["none"]) == (13, 1, 2)


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


A_YEAR = {
    "projledger.yaml": "name: 甲县\nas_of: 2024-04-05\n",
    # Overdue from 11 February; extended on 15 March, but nothing was reported since 20 January.
    "projects/a.yaml": """\
id: A
name: 甲
unit: u
tasks:
  - {id: T1, name: 主体, deadline: 2024-02-10, owner: li, started: 2024-01-15, updated: 2024-01-20,
     extensions: [{to: 2024-12-31, approved_by: 县长, date: 2024-03-15, reason: 雨}]}
""",
    # Under way on 31 January; how far is not in the ledger any more, for it was done on 20 February.
    "projects/b.yaml": """\
id: B
name: 乙
unit: u
tasks:
  - {id: T1, name: 主体, deadline: 2024-12-31, owner: li, started: 2024-01-10, done: 2024-02-20, progress: 100}
""",
    # Never reported on.
    "projects/c.yaml": "id: C\nname: 丙\nunit: u\ntasks: [{id: T1, name: 主体, deadline: 2024-12-31, owner: li}]\n",
    # Silent since 5 January: 26 days by the end of January, 55 by that of February; paused in March.
    "projects/d.yaml": """\
id: D
name: 丁
unit: u
pauses: [{from: 2024-03-01, to: 2024-03-31, approved_by: 县长}]
tasks:
  - {id: T1, name: 主体, deadline: 2024-12-31, owner: li, started: 2024-01-05, updated: 2024-01-05}
""",
}


def written(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("year"), A_YEAR)


def test_the_lights_at_the_month_ends_count_no_later_fact(year: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = asked(capsys, "quarter", "--period", "2024-Q1", place=year)
    lights = [{light: n for light, n in month["lights"].items() if n} for month in data["months"]]
    assert [month["day"] for month in data["months"]] == ["2024-01-31", "2024-02-29", "2024-03-31"]
    assert lights == [
        {"green": 2, "unknown": 1, "grey": 1},  # A and D; B; C
        {"red": 1, "green": 1, "grey": 1, "yellow": 1},  # A; B; C; D
        {"yellow": 2, "grey": 1, "none": 1},  # A, extended but silent, and B, silent for 40 days; C; D
    ]
    assert data["lights"] == data["months"][-1]["lights"]
    # The month in which nothing else can be told of B calls no light of it changed.
    february = asked(capsys, "month", "--period", "2024-02", place=year)
    assert [(c["project"], c["before"], c["after"]) for c in february["changes"]] == [
        ("A", "green", "red"),
        ("D", "green", "yellow"),
    ]
    assert february["lights_before"] == data["months"][0]["lights"]


def test_the_lights_are_drawn_from_the_second_month_on(year: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def page(kind: str, period: str) -> str:
        assert main(["report", kind, "--period", period, "--workspace", str(year), "--format", "text"]) == 0
        return capsys.readouterr().out

    march = page("month", "2024-03")
    # One cell for each project: # red, = yellow, . grey, - green, : paused, ? not known.
    assert "Jan  .--?  . 1  - 2  ? 1" in march
    assert "Feb  #=.-  # 1  = 1  . 1  - 1" in march
    assert "Mar  ==.:  = 2  . 1  : 1" in march
    # Of the quarter that runs, the last column is the day itself; D is silent again.
    assert "5 Apr  ===.  = 3  . 1" in page("quarter", "2024-Q2")
    assert "end of each month" not in page("month", "2024-01")


NEWS = {
    "projledger.yaml": """\
name: 甲县
as_of: 2024-06-12
chief: li
ladder: [{kind: reminder, light: yellow, days: 1, reply_days: 3, level: 1}]
""",
    "projects/a.yaml": """\
id: A
name: 甲
unit: u
owner: li
tasks:
  - {id: OLD, name: 旧账, deadline: 2023-11-30}
  - {id: NEW, name: 新账, deadline: 2024-06-10}
  - {id: LONG, name: 长账, deadline: 2025-12-31, start: 2023-11-01, started: 2023-11-02, updated: 2023-11-02}
problems:
  - {id: PO, text: 老问题, raised: 2023-11-01, deadline: 2024-12-31}
  - {id: PN, text: 新问题, raised: 2024-06-11, deadline: 2024-12-31}
""",
    "projects/b.yaml": """\
id: B
name: 乙
unit: u
owner: li
tasks:
  - {id: OLD, name: 旧没报, deadline: 2024-12-31, start: 2023-11-01, duration: 300}
  - {id: NEW, name: 新没报, deadline: 2024-12-31, start: 2024-06-11, duration: 20}
""",
    "meetings.yaml": """\
meetings:
  - {id: MO, date: 2023-10-10, decisions: [{id: D, text: 老议定, owner: li, deadline: 2023-11-30}]}
  - {id: MN, date: 2024-06-11, decisions: [{id: D, text: 新议定, owner: li, deadline: 2024-12-31}]}
""",
}
"""On Wednesday 12 June 2024: what is late, raised, decided or silent since last year, and since this week.

Every period but the day began after the old and before the new: Monday 10 June, 1 June, 1 April, 1 January."""


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("news"), NEWS)


@pytest.mark.parametrize("period", ["2024-W24", "2024-06", "2024-Q2", "2024-H1", "2024"])
def test_what_is_new_is_marked_and_what_is_old_is_not(
    period: str, news: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kind = Period.parse(period).kind
    data = asked(capsys, kind, "--period", period, place=news)
    # The deadline of A/NEW was 10 June: at the end of every period before it was not overdue.
    assert {"A/OLD", "A/NEW"} <= {row["ref"] for row in data["red"]}
    assert [ref for ref in data["new"] if ref.startswith("A")] == ["A/NEW"]
    assert {row["ref"]: row["new"] for row in data["decisions"]} == {"MO/D": False, "MN/D": True}
    # B/NEW should have begun on 11 June, and nothing was reported of it since.
    assert {"B/OLD", "B/NEW"} <= {row["ref"] for row in data["missing"]}
    assert "B/NEW" in data["missing_new"]
    assert "B/OLD" not in data["missing_new"]
    if kind == "week":
        # The ground of a letter begins the day after the deadline; the step waits for one day more: 12 June.
        letters = {row["ref"]: row["new"] for row in data["letters"]}
        assert (letters["A/OLD"], letters["A/NEW"]) == (False, True)
    else:
        assert {row["ref"]: row["new"] for row in data["agenda"]} == {"A/PO": False, "A/PN": True}
    new, old = ["A/NEW"], ["A/OLD"]
    if kind != "year":  # whose report carries over, and has no agenda
        new, old = [*new, "MN/D"], [*old, "MO/D"]
    if kind not in ("week", "year"):
        new, old = [*new, "A/PN"], [*old, "A/PO"]
    if kind == "year":
        new, old = ["B/NEW"], ["B/OLD"]
    for name in ("text", "terminal", "markdown", "html"):
        command = ["report", kind, "--period", period, "--workspace", str(news), "--width", "300", "--format", name]
        assert main(command) == 0
        # In HTML words stand between tags, in Markdown brackets are escaped.
        out = re.sub(r"<[^>]*>|\\", "", capsys.readouterr().out)
        marked = {ref for line in out.splitlines() if "[new]" in line for ref in new + old if ref in line}
        assert marked == set(new), name
        assert all(ref in out for ref in old), name


def test_a_red_item_that_may_have_been_red_before_is_not_called_new(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    task = "{id: T1, name: 主体, deadline: 2024-06-20, owner: li, duration: 40, started: 2024-05-06, "
    place = written(
        tmp_path,
        {
            "projledger.yaml": "name: 甲县\nas_of: 2024-06-12\n",
            # Of 40 workdays 20 are left and 6 remain: red by its forecast, and how far it was on 9 June nobody knows.
            "projects/a.yaml": f"id: A\nname: 甲\nunit: u\ntasks: [{task}updated: 2024-06-11, progress: 50}}]\n",
        },
    )
    data = asked(capsys, "week", place=place)
    assert [(row["ref"], row["light"]) for row in data["red"]] == [("A/T1", "red")]
    assert (data["new"], data["doubtful"]) == ([], ["A/T1"])
    assert main(["report", "week", "--workspace", str(place), "--lang", "en"]) == 0
    out = capsys.readouterr().out
    assert "[new]" not in out
    assert "1 red item may have been red in the period before" in out


def test_the_day_has_its_agenda_as_a_table(news: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["report", "day", "--period", "2024-06-11", "--workspace", str(news), "--lang", "en", "--format", "csv"]
    assert main(command) == 0
    rows = list(csv.reader(io.StringIO(capsys.readouterr().out.removeprefix("\ufeff"))))
    assert rows == [
        ["State", "Day", "Item", "Project", "Owner", "Days late", "Reference"],
        ["Carried over", "2023-11-30", "旧账", "甲", "li (u)", "194", "A/OLD"],  # 1 + 31 + 152 + 10 days
        ["Carried over", "2023-11-30", "老议定", "", "li", "194", "MO/D"],
        ["Carried over", "2024-06-10", "新账", "甲", "li (u)", "1", "A/NEW"],
        ["Raised today", "2024-06-11", "新问题", "甲", "li (u)", "", "A/PN"],
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_every_periodic_report_has_a_table_for_a_spreadsheet(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = written(tmp_path, {"projledger.yaml": "name: 甲县\nas_of: 2024-06-12\n"})
    assert main(["report", kind, "--workspace", str(place), "--format", "csv"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1  # what the columns would be


def test_problems_stand_in_the_column_of_their_age() -> None:
    ages = (0, 7, 8, 30, 31, 60, 61, 90, 91)
    chart = problem_ages([(age, "red" if age > 30 else None) for age in ages])
    # Red at the bottom, paused on top; two ages to each column but the last.
    assert [(s.label, s.parts) for s in chart.stacks] == [
        ("up to 7 days", (("red", 0), ("plain", 2))),
        ("8–30 days", (("red", 0), ("plain", 2))),
        ("31–60 days", (("red", 2), ("plain", 0))),
        ("61–90 days", (("red", 2), ("plain", 0))),
        ("over 90 days", (("red", 1), ("plain", 0))),
    ]
    # No columns beyond the oldest.
    assert len(problem_ages([(31, "green"), (2, "green")]).stacks) == 3


def test_the_ages_on_the_agenda_are_drawn(capsys: pytest.CaptureFixture[str]) -> None:
    text = read(capsys, "month", lang="en")
    # On 31 May: 9, 11, 11, 15 and 16 days old, 39 (no news for 32 days: yellow), 74.
    assert text[text.index("Open problems by age") :].splitlines()[1:5] == [
        "up to 7 days",
        "8–30 days     -----  - 5",
        "31–60 days    =      = 1",
        "61–90 days    -      - 1",
    ]


def test_the_half_year_forecasts_and_compares(capsys: pytest.CaptureFixture[str]) -> None:
    text = read(capsys, "half", "--period", "2024-H1", lang="en")
    # 46200 ÷ 120000 = 38.5% against 5/12: ratio 92.4%, so 110 880 of 120 000 ten thousand yuan.
    assert "about 1,108.8 million yuan, 92.4% of 1.2" in text


def test_the_weekly_is_ready_to_be_read_out(capsys: pytest.CaptureFixture[str]) -> None:
    text = read(capsys, "week")
    for heading in ("一、本周总体", "二、点名事项", "三、交办事项落实", "六、拟发函件"):
        assert heading in text
    assert "【新】 ●红 罗刚（县行政审批局）：环保鞋底材料・排污总量指标未答复，应于6月10日前办结：逾期1天" in text
    assert "审核" in text
    assert "签发" in text
    assert "2024-06" not in text.partition("数据版本")[0].partition("六、")[0]


def test_the_weekly_can_be_checked(capsys: pytest.CaptureFixture[str]) -> None:
    text = read(capsys, "week")
    # The limit of P008/T5 is passed, its deadline is not; the latest start of P006/T4 is not its planned one.
    assert "应于6月21日前办结：法定时限5月31日已过11天（6个工作日）" in text
    assert "最迟6月13日启动“场地平整与移交”（应于6月3日启动，已晚8天）" in text
    # From March on 3 of 10 months; 5 of 6 months, and 83.3 − 71.3 is not the 12.1 that 83.33 − 71.25 are.
    assert "序时应完成30.0%，实际15.5%，落后14.5个百分点" in text
    assert "序时应完成83.33%，实际71.25%，落后12.1个百分点" in text
    # Why the worst item has no letter of its own: the last one is not answered yet.
    assert "不重复发函" in text
    assert "南侧12户征迁，6月3日督办函清督〔2024〕6号，未复，6月18日起可发约谈" in text
    assert "））" not in text
    assert "解决“中央预算内资金第二批未拨付”——许慧（县财政局） P012/Q1 M10/D1" in text
    assert "待核实：采收季缺季节工60人（责任人6月7日报完成）" in text


DECIDED = {
    "projledger.yaml": "name: 甲县\nas_of: 2024-06-12\n",
    # Of the weeks from 3 and 10 June: A is done before both, B in the first, C late; P stands still.
    "projects/p.yaml": """\
id: P
name: 停
unit: u
owner: li
tasks: [{id: T1, name: 桩, deadline: 2024-12-31}]
pauses: [{from: 2024-05-01, approved_by: li}]
""",
    "meetings.yaml": """\
meetings:
  - id: M
    date: 2024-04-10
    decisions:
      - {id: A, text: 甲, owner: li, deadline: 2024-05-01, done: 2024-06-02, evidence: 函}
      - {id: B, text: 乙, owner: li, deadline: 2024-06-30, done: 2024-06-03, evidence: 函}
      - {id: C, text: 丙, owner: li, deadline: 2024-06-10, done: 2024-06-11, evidence: 函}
      - {id: D, text: 丁, owner: li, deadline: 2024-05-10, task: P/T1}
      - {id: E, text: 戊, owner: li, deadline: 2024-06-12}
      - {id: F, text: 己, owner: li, deadline: 2024-06-11}
""",
}


def test_every_open_decision_is_followed_and_those_done_lately(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = written(tmp_path, DECIDED)
    rows = asked(capsys, "week", place=place)["decisions"]
    assert [(row["ref"], row["state"]) for row in rows] == [
        ("M/F", "overdue"),
        ("M/E", "open"),  # due today
        ("M/D", "paused"),
        ("M/B", "done"),
        ("M/C", "done_late"),
    ]
    assert main(["report", "week", "--workspace", str(place), "--lang", "zh"]) == 0
    out = capsys.readouterr().out
    assert "所列为全部未办结事项，以及6月3日以来议定或办结的事项，逾期的在前。" in out
    assert "随项目暂停、暂缓" in out
    # F is red since today; where nothing is marked, the mark needs no word.
    assert "【新】：上期末未列" in out
    assert "【新】" not in read(capsys, "day")


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


def test_a_large_place_gets_a_report_that_can_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """130 tasks of 21 projects are overdue since January: lists end after 100 lines, sentences after 20 names."""
    (tmp_path / "projledger.yaml").write_text("name: 大县\nas_of: 2024-06-11\n", encoding="utf-8")
    (tmp_path / "projects").mkdir()
    for number in range(21):
        tasks = "".join(
            f"  - {{id: T{one}, name: 工序, deadline: 2024-01-10}}\n" for one in range(10 if number < 5 else 5)
        )
        text = f"id: P{number:02}\nname: 项目{number}\nunit: u\nowner: o\ntasks:\n{tasks}"
        (tmp_path / "projects" / f"P{number:02}.yaml").write_text(text, encoding="utf-8")
    assert main(["report", "week", "--workspace", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert " 100. " in out
    assert " 101. " not in out
    assert "30 more: projledger lagging" in out
    assert main(["report", "quarter", "--workspace", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert ", 1 more under “Red months in a row”." in out
    assert "项目20: red at 3 month ends in a row" in out
