"""The `escalate` report and its letters, run as commands over the ledgers of the county and of the examples."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from projledger.cli.app import main

ROOT = Path(__file__).parent.parent
COUNTY = ROOT / "ledgers"
DEQING = ROOT / "examples/deqing-2024"


def run(capsys: pytest.CaptureFixture[str], workspace: Path, *options: str, code: int = 0) -> str:
    assert main(["escalate", "--workspace", str(workspace), *options]) == code
    return capsys.readouterr().out


def data(capsys: pytest.CaptureFixture[str], workspace: Path, *options: str) -> dict[str, Any]:
    found = json.loads(run(capsys, workspace, "--format", "json", *options))
    assert found["command"] == "escalate"
    return found["data"]  # type: ignore[no-any-return]


def refused(capsys: pytest.CaptureFixture[str], workspace: Path, *options: str) -> str:
    assert main(["escalate", "--workspace", str(workspace), *options]) == 2
    return capsys.readouterr().err


def test_the_signing_that_was_missed_gets_its_reminder(capsys: pytest.CaptureFixture[str]) -> None:
    items = {item["ref"]: item for item in data(capsys, COUNTY)["items"]}
    signed = items["P002/signed"]
    # Planned for 31 May: ground 1 June, a day has passed on the 2nd. Reply: 12, 13, 14 June.
    assert signed["ground"] == {"code": "missed_stage", "begins": "2024-06-01", "since": "2024-05-31"}
    assert [signed[key] for key in ("step", "issued_by", "to", "reply_due", "last_action", "from_day")] == [
        "reminder", "project-office", "tang", "2024-06-14", None, "2024-06-02",
    ]  # fmt: skip
    assert (signed["issued_by_name"], signed["to_name"]) == ("县重点项目推进办公室", "唐静")
    assert len(items) == len(data(capsys, COUNTY)["items"])


def test_what_waits_and_what_is_stopped(capsys: pytest.CaptureFixture[str]) -> None:
    found = data(capsys, COUNTY)
    # The quota is a day overdue, so is what a meeting decided about it: grounds of today, and the ladder gives a day.
    # The relocation got its supervision letter on 3 June; an interview is due 15 days later.
    assert {(item["ref"], item["step"], item["from_day"]) for item in found["waiting"]} == {
        ("P002/Q1", "reminder", "2024-06-12"),
        ("M8/D2", "reminder", "2024-06-12"),
        ("P008/T2", "interview", "2024-06-18"),
    }
    stopped = {item["ref"]: item for item in found["stopped"]}
    assert stopped["P001/T5"]["until"] == "2024-06-14"
    assert stopped["P001/T5"]["last_recorded"]["number"] == "清项提〔2024〕8号"
    assert "P001/T5" not in {item["ref"] for item in found["items"]}
    # Raised on 22 April: 23, 24, 25 April; after that 31 workdays to 11 June (make-up days on 28 April and 11 May):
    # 26, 28, 29, 30 April, 6-11, 13-17, 20-24, 27-31 May, 3-7 and 11 June are 4 + 6 + 5 + 5 + 5 + 5 + 1.
    (clock,) = found["clocks"]
    assert (clock["ref"], clock["unit"], clock["due"], clock["workdays_late"]) == (
        "P008/Q1", "housing", "2024-04-25", 31,
    )  # fmt: skip
    assert found["paused"] == ["商用车轻量化底盘", "污水处理站扩容"]


def test_after_the_supervision_letter_comes_the_interview_and_its_reply_is_missed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = data(capsys, COUNTY, "--as-of", "2024-06-18")
    item = next(item for item in found["items"] if item["ref"] == "P008/T2")
    assert (item["step"], item["to"], item["last_action"]["number"]) == ("interview", "fang", "清督〔2024〕6号")
    # Due on 11 June: seven calendar days and five workdays ago.
    (reply,) = found["replies"]
    assert (reply["number"], reply["days_late"], reply["workdays_late"]) == ("清督〔2024〕6号", 7, 5)


def test_candidates_for_clearing(capsys: pytest.CaptureFixture[str]) -> None:
    found = data(capsys, DEQING)
    (candidate,) = found["clearing"]
    assert (candidate["ref"], candidate["step"], candidate["state"]) == ("D33/started", "clearing", "proposed")
    # Interviewed on 8 May, and the ladder gives 30 days.
    earlier = data(capsys, DEQING, "--as-of", "2024-06-01")["clearing"]
    assert [(item["ref"], item["state"], item["from_day"]) for item in earlier] == [
        ("D33/started", "too_soon", "2024-06-07")
    ]


def test_nothing_is_proposed_for_what_was_cleared(capsys: pytest.CaptureFixture[str]) -> None:
    found = data(capsys, COUNTY, "--as-of", "2024-06-11")
    refs = [item["ref"] for part in ("items", "waiting", "stopped", "clearing") for item in found[part]]
    assert not [ref for ref in refs if ref.startswith("P003")]


def test_filters(capsys: pytest.CaptureFixture[str]) -> None:
    def refs(*options: str) -> set[str]:
        return {item["ref"] for item in data(capsys, COUNTY, *options)["items"]}

    every = refs()
    assert refs("--owner", "tang") == {"P002/signed"}
    assert refs("--owner", "唐静") == {"P002/signed"}
    assert refs("--light", "red") == {"P008/T5", "P008/Q1", "P012", "M10/D2"}
    # A unit's own target has that unit; no stage and no park can select it.
    assert {ref for ref in refs("--unit", "chengdong-park") if ref.startswith("chengdong")} == {
        "chengdong-park/land/2024-H1"
    }
    assert refs("--stage", "started,negotiating,none,signed,completed,producing,full_capacity,reserve") == {
        ref for ref in every if ref.startswith("P")
    }
    assert data(capsys, COUNTY, "--owner", "tang")["clocks"] == []


def test_the_page_says_who_why_and_by_when(capsys: pytest.CaptureFixture[str]) -> None:
    page = run(capsys, COUNTY, "--lang", "zh", "--format", "markdown")
    row = next(line for line in page.splitlines() if "P002/signed" in line)
    for words in ("提示函", "唐静（县招商局）", "环保鞋底材料・签约", "计划5月31日", "11天", "6月14日（3个工作日）"):
        assert words in row
    assert "变电间隔改造（5月28日提示函清项提〔2024〕8号，已复；延期至6月14日未到期）" in page
    assert "县住房和城乡建设局（协助）" in page
    assert "2024-06" not in page.split("---\n")[0]


def test_the_table_is_the_csv(capsys: pytest.CaptureFixture[str]) -> None:
    lines = run(capsys, COUNTY, "--format", "csv").splitlines()
    assert len(lines) == 1 + len(data(capsys, COUNTY)["items"])


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("form", ["text", "markdown", "html", "json"])
@pytest.mark.parametrize("options", [(), ("--draft", "P008/Q1")])
def test_every_format_in_both_languages(
    capsys: pytest.CaptureFixture[str], language: str, form: str, options: tuple[str, ...]
) -> None:
    page = run(capsys, COUNTY, "--lang", language, "--format", form, *options)
    assert "南侧12户中3户未签征迁协议" in page
    assert ("白志刚" in page) is True


# --- letters ----------------------------------------------------------------------------------------------------------


def test_a_reminder_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    page = run(capsys, COUNTY, "--lang", "zh", "--draft", "P008/Q1")
    for words in (
        "关于工程机械结构件搬迁扩建“南侧12户中3户未签征迁协议”的提示函",
        "清项提〔2024〕　号",
        "石桥镇白志刚同志：",
        "应于2024年5月31日前办结，逾期11天（6个工作日）",
        "已报下一步：6月上旬3户全部签约。",
        "请于2024年6月14日前（3个工作日内）将办理情况书面回复县重点项目推进办公室。",
        "审核：",
        "签发：",
        "同类函件上一个文号：清项提〔2024〕8号",
    ):
        assert words in page
    assert "{" not in page
    # On a page of 80 cells the unit (ten characters of two) and the date (three of two, seven of one) end at the right.
    lines = run(capsys, COUNTY, "--lang", "zh", "--width", "80", "--draft", "P008/Q1").splitlines()
    assert " " * (80 - 20) + "县重点项目推进办公室" in lines
    assert " " * (80 - 13) + "2024年6月11日" in lines
    assert '<p class="right">2024年6月11日</p>' in run(
        capsys, COUNTY, "--lang", "zh", "--format", "html", "--draft", "P008/Q1"
    )


def test_a_proposal_to_clear_tells_what_was_tried(capsys: pytest.CaptureFixture[str]) -> None:
    page = run(capsys, DEQING, "--lang", "zh", "--draft", "D33/started")
    assert "关于清退功能性纺织面料项目的建议" in page
    for words in ("德推提〔2024〕3号", "德督办〔2024〕2号", "德约谈〔2024〕1号", "一个月内仍不能开工的，提请清退"):
        assert words in page
    # The ladder asks for no reply here, and nothing was ever cleared: the number is the tool's own form.
    assert "书面回复" not in page
    assert "〔2024〕　号" in page


def test_a_supervision_letter_tells_the_late_reply_and_the_cause(capsys: pytest.CaptureFixture[str]) -> None:
    page = run(capsys, ROOT / "examples/duchang-2021", "--lang", "en", "--draft", "C08/T1")
    # Asked for by 8 December, answered on the 10th.
    assert "answered on 10 December 2021 (2 days late): 已逾期回复，承诺12月底复工" in page
    assert "沿湖林地手续未办，两处驿站停工" in page
    # 20 December and five workdays: 21, 22, 23, 24 and 27 December.
    assert "by 27 December 2021 (5 workdays)" in page


@pytest.mark.parametrize(
    ("ref", "reason"),
    [
        ("P001/T5", "an extension to 14 June is in force"),
        ("P009/investment/2024", "asks for the light yellow or worse"),
        ("P010", "its project is paused"),
        ("P001/T2", "it does not lag"),
        ("P008", "due in it: P008/T5, P008/Q1"),
        ("P0088", "did you mean P008"),
    ],
)
def test_no_letter_without_a_reason_why_not(capsys: pytest.CaptureFixture[str], ref: str, reason: str) -> None:
    assert reason in refused(capsys, COUNTY, "--draft", ref)


def test_a_letter_that_is_not_due_yet_says_so_and_is_dated_when_it_may_go(capsys: pytest.CaptureFixture[str]) -> None:
    letter = data(capsys, COUNTY, "--draft", "P002/Q1")["draft"]
    # Ground 11 June, one day: from 12 June on. Three workdays after it: 13, 14 and 17 June.
    assert [letter[key] for key in ("not_before", "dated", "reply_due")] == ["2024-06-12", "2024-06-12", "2024-06-17"]
    page = run(capsys, COUNTY, "--lang", "zh", "--draft", "P002/Q1")
    assert "未到发函时间：2024年6月12日起方可发出" in page
    assert "请于2024年6月17日前" in page
    assert data(capsys, COUNTY, "--draft", "P008/Q1")["draft"]["not_before"] is None
    # The reply to the supervision letter is due today: nobody may call it missed before tomorrow.
    interview = ("--lang", "zh", "--draft", "P008/T2")
    assert "应于2024年6月11日前回复。" in run(capsys, COUNTY, *interview)
    assert "应于2024年6月11日前回复，至今未复。" in run(capsys, COUNTY, *interview, "--as-of", "2024-06-12")
    assert "亮红灯。" in run(capsys, COUNTY, *interview)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A copy of the county, to change."""
    shutil.copytree(COUNTY, tmp_path / "ledgers")
    return tmp_path / "ledgers"


def test_a_place_words_its_own_letters(capsys: pytest.CaptureFixture[str], own: Path) -> None:
    (own / "letters.yaml").write_text(
        "letters:\n"
        "  reminder:\n"
        "    title: 清河县提醒单（{item}）\n"
        "    text: |\n"
        "      {to}：{facts}\n"
        "      {history}\n"
        "      请{unit}在{reply_days}个工作日内回复，{reply_by}截止。\n",
        encoding="utf-8",
    )
    page = run(capsys, own, "--lang", "zh", "--draft", "P008/Q1")
    assert "清河县提醒单（南侧12户中3户未签征迁协议）" in page
    assert "请石桥镇在3个工作日内回复，2024年6月14日截止。" in page
    # There is no history: no empty paragraph stands where it would be. The other kinds keep their wording.
    assert page.count("　　") == 2
    assert "约谈通知" in run(capsys, own, "--lang", "zh", "--as-of", "2024-06-18", "--draft", "P008/T2")


def test_what_is_put_into_a_letter_is_never_read_as_a_template(capsys: pytest.CaptureFixture[str], own: Path) -> None:
    ledger = next((own / "projects").glob("P008*"))
    text = ledger.read_text(encoding="utf-8").replace(
        "next: 6月上旬3户全部签约", "next: '{owner} {0.__class__} {nope}'"
    )
    ledger.write_text(text, encoding="utf-8")
    assert "{owner} {0.__class__} {nope}" in run(capsys, own, "--draft", "P008/Q1")


def test_an_unknown_placeholder_is_named_with_its_place_and_the_shipped_wording_stays(
    capsys: pytest.CaptureFixture[str], own: Path
) -> None:
    (own / "letters.yaml").write_text("letters:\n  reminder:\n    text: 请{who}回复。\n", encoding="utf-8")
    assert main(["escalate", "--workspace", str(own), "--lang", "zh", "--draft", "P008/Q1"]) == 3
    said = capsys.readouterr()
    assert "请抓紧推进" in said.out
    assert "letters.yaml" in said.out
    assert "letters.yaml:3" in said.err
    assert "who" in said.err


def test_nobody_to_write_to_is_said_with_what_to_fill_in(capsys: pytest.CaptureFixture[str], own: Path) -> None:
    people = own / "people.yaml"
    text = people.read_text(encoding="utf-8").replace("kind: town, head: bai", "kind: town")
    people.write_text(text, encoding="utf-8")
    ladder = (own / "projledger.yaml").read_text(encoding="utf-8").replace("reply_days: 3, level: 1", "level: 2")
    (own / "projledger.yaml").write_text(ladder.replace("issued_by: project-office, level: 2", "level: 2"), "utf-8")
    item = next(item for item in data(capsys, own)["items"] if item["ref"] == "P008/Q1")
    assert (item["to"], item["issued_by"], item["reply_due"]) == (None, None, None)
    assert item["to_fill"] == "the unit 石桥镇 has no head: write head: there in people.yaml"
    page = run(capsys, own, "--draft", "P008/Q1")
    assert "To ____________:" in page
    assert item["to_fill"] in page
    assert "issued_by:" in page
    assert item["to_fill"] in run(capsys, own)


def test_years_without_a_calendar_are_said(capsys: pytest.CaptureFixture[str], own: Path) -> None:
    assert "unconfirmed" not in run(capsys, own)
    # 2040 is not published.
    page = run(capsys, own, "--as-of", "2040-06-11")
    assert "Reply deadlines count workdays of 2040" in page
    assert data(capsys, own, "--as-of", "2040-06-11")["items"][0]["unconfirmed"] == [2040]


def test_a_place_without_a_ladder_is_told_so(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "projledger.yaml").write_text("name: A\n", encoding="utf-8")
    page = run(capsys, tmp_path, "--as-of", "2024-06-11")
    assert "write ladder: into projledger.yaml" in page
