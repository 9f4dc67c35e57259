"""Factors and decisions of meetings have deadlines, and so lights, reasons and letters like tasks and problems."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from projledger.analysis.asks import Asking
from projledger.analysis.assessment import Assessment, assess
from projledger.analysis.selection import Filter
from projledger.cli.app import main
from projledger.load import Loaded, load
from projledger.reports import Query, why

DAY = date(2024, 6, 11)
SETTINGS = """\
name: 清河县
as_of: 2024-06-11
calendar: {country: CN}
ladder: [{kind: reminder, light: red, days: 1, issued_by: office, reply_days: 3, level: 1}]
"""
PEOPLE = """\
units: [{id: office, name: 督查室}, {id: power, name: 供电公司}]
people: [{id: qian, name: 钱伟, unit: power}, {id: lin, name: 林立, unit: office}]
"""
MEETINGS = """\
meetings:
  - id: M1
    date: 2024-05-30
    decisions:
      - {id: D1, text: 补报进度, owner: qian, deadline: 2024-06-07}
      - {id: D2, text: 报送方案, owner: lin, deadline: 2024-06-14}
      - {id: D3, text: 印发办法, owner: lin, deadline: 2024-06-28}
      - {id: D4, text: 清理场地, owner: qian, deadline: 2024-06-03, done: 2024-06-05, evidence: 照片}
      - {id: D5, text: 完成变电, owner: qian, deadline: 2024-06-07, task: P/T1}
      - {id: D6, text: 完成围墙, owner: qian, deadline: 2024-06-07, task: P/T2}
      - {id: D7, text: 通水, owner: qian, deadline: 2024-06-07, task: Q/T1}
  - {id: M2, date: 2024-06-20, decisions: [{id: D1, text: 以后的事, owner: lin, deadline: 2024-06-25}]}
"""
PROJECT = """\
id: P
name: 新步二期
unit: power
owner: lin
factors:
  land: {needed: 96, secured: 96, measure: 亩, deadline: 2024-05-31}
  finance: {needed: 12000, secured: 9600, deadline: 2024-07-31}
  energy: {needed: 4000, secured: 2500, measure: 千伏安, deadline: 2024-06-07, owner: qian}
  labour: {needed: 600, measure: 人, deadline: 2024-06-14}
tasks:
  - {id: T1, name: 变电, deadline: 2024-06-05, started: 2024-06-03}
  - {id: T2, name: 围墙, deadline: 2024-07-05, started: 2024-06-10}
funding:
  - {source: bank, planned: 5000}
  - {source: county, planned: 800, owner: qian}
"""
PAUSED = """\
id: Q
name: 停工项目
unit: power
status: suspended
status_date: 2024-06-03
tasks: [{id: T1, name: 通水, deadline: 2024-06-28}]
factors: {land: {needed: 5, deadline: 2024-06-05}}
"""
FILES = {
    "projledger.yaml": SETTINGS,
    "people.yaml": PEOPLE,
    "meetings.yaml": MEETINGS,
    "projects/p.yaml": PROJECT,
    "projects/q.yaml": PAUSED,
}


@pytest.fixture(scope="module")
def loaded() -> Loaded:
    found = load([(name, text.encode()) for name, text in FILES.items()])
    assert not found.workspace.left_out
    return found


@pytest.fixture(scope="module")
def state(loaded: Loaded) -> Assessment:
    return assess(loaded.workspace, DAY)


def because(loaded: Loaded, ref: str) -> why.Result:
    return why.compute(Query(loaded.workspace, DAY, Filter(), {"ref": ref}, loaded.line))


@pytest.mark.parametrize(
    ("ref", "light", "codes"),
    [
        ("P/land", "green", []),  # 96 of 96: no deadline can pass it any more
        ("P/finance", "green", []),  # 31 July is fifty days off
        # Saturday 8 to Tuesday 11 June are four days; Monday 10 June is a holiday, so one workday.
        ("P/energy", "red", [("overdue", 4, 1)]),
        # Three days left, and nobody wrote how many were found.
        ("P/labour", "grey", [("due_soon", 3, None), ("unreported", None, None)]),
        ("M1/D1", "red", [("overdue", 4, 1)]),
        ("M1/D2", "blue", [("due_soon", 3, None)]),
        ("M1/D3", "green", []),
        ("M1/D4", "green", []),
        ("M1/D5", "red", [("overdue", 4, 1)]),
        ("M1/D7", None, []),  # its project stands still
        ("M2/D1", None, []),  # not decided yet
        ("Q/land", None, []),
    ],
)
def test_lights_and_reasons(
    state: Assessment, ref: str, light: str | None, codes: list[tuple[str, int | None, int | None]]
) -> None:
    assert state.light(ref) == light
    assert [(reason.code, reason.days, reason.workdays) for reason in state.reasons(ref)] == codes
    assert state.verdict(ref).light == light


def test_a_factor_counts_for_its_project_and_answers_to_its_own_owner(state: Assessment) -> None:
    assert ("P/energy", "qian") in [(lag.ref, lag.owner) for lag in state.lags_of("P")]
    text = PROJECT.partition("tasks:")[0].replace("2024-06-14", "2024-12-31")
    late = load([("projledger.yaml", b"name: X\n"), ("projects/p.yaml", text.encode())]).workspace
    assert assess(late, DAY).light("P") == "red"
    assert assess(late, date(2024, 5, 20)).light("P") == "grey"  # nothing is written about labour


def test_the_chief_is_asked_for_a_factor_once() -> None:
    # A letter about it makes it press twice: as a factor that is short, and as something that lags with a letter.
    letter = "actions: [{number: 3号, kind: reminder, about: P/energy, to: qian, issued: 2024-06-10}]\n"
    project = PROJECT.replace("owner: lin\n", "owner: lin\nchain: shoes\n", 1) + letter
    chains = "chains: [{id: shoes, name: 鞋业, chief: lin, lead_unit: office}]\n"
    files = {**FILES, "projects/p.yaml": project, "chains.yaml": chains}
    place = load([(name, text.encode()) for name, text in files.items()]).workspace
    asked = [ask.ref for ask in Asking(assess(place, DAY)).of(place.chains[0])]
    assert asked.count("P/energy") == 1


def test_a_decision_that_became_a_task_is_listed_once(state: Assessment) -> None:
    listed = [lag.ref for lag in state.lags]
    # The task of D5 is red itself. That of D6 has until July, so that nothing else would tell of the decision.
    assert "P/T1" in listed
    assert "M1/D5" not in listed
    assert "M1/D6" in listed
    assert {"M1/D3", "M1/D4", "M1/D7", "M2/D1"}.isdisjoint(listed)
    assert len(listed) == len(set(listed))


@pytest.mark.parametrize(
    ("ref", "said", "line", "remedy"),
    [
        ("P/energy", "After 7 June, up to 11 June: 4 days, of which 1 workday.", "energy:", "Secure 1,500 kVA,"),
        (
            "P/labour",
            "600 people needed; nothing is written about what is secured.",
            "labour:",
            "Write what is secured",
        ),
        ("M1/D1", "After 7 June, up to 11 June: 4 days, of which 1 workday.", "id: D1", "Carry it out,"),
        ("P/land", "As much is secured as is needed.", "land:", ""),
        ("P/finance", "2,400 are still to be secured.", "finance:", ""),
        ("M1/D4", "Done on 5 June: what is done does not lag.", "id: D4", ""),
        ("M1/D3", "Deadline 28 June: 17 days left.", "id: D3", ""),
    ],
)
def test_why(loaded: Loaded, ref: str, said: str, line: str, remedy: str) -> None:
    found = because(loaded, ref)
    assert said in [step for reason in found.reasons for step in reason.steps]
    for given in (given for reason in found.reasons for given in reason.inputs if given.path not in (None, "")):
        if given.path != "projledger.yaml":
            assert given.line is not None
            assert line in loaded.sources[given.path or ""].line(given.line)
    assert any(one.startswith(remedy) for one in found.to_green) if remedy else not found.to_green


def test_why_there_is_none(loaded: Loaded) -> None:
    assert because(loaded, "M2/D1").reasons[0].text == "Not decided yet on this day"
    assert because(loaded, "M1/D7").reasons[0].text.startswith("Suspended")
    assert because(loaded, "Q/land").reasons[0].text.startswith("Suspended")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "projects").mkdir()
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def data(capsys: pytest.CaptureFixture[str], place: Path, *command: str) -> dict[str, Any]:
    assert main([*command, "-w", str(place), "-f", "json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)["data"]
    return found


def test_the_lists_show_and_choose_by_what_is_the_item_s_own(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    rows = data(capsys, place, "list", "factors")["rows"]
    assert {row["ref"]: row["light"] for row in rows} == {
        "P/land": "green",
        "P/finance": "green",
        "P/energy": "red",
        "P/labour": "grey",
        "Q/land": None,
    }
    assert [row["ref"] for row in data(capsys, place, "list", "factors", "--owner", "钱伟")["rows"]] == ["P/energy"]
    assert [row["ref"] for row in data(capsys, place, "list", "factors", "--light", "grey")["rows"]] == ["P/labour"]
    decided = [row for meeting in data(capsys, place, "list", "meetings")["rows"] for row in meeting["decisions"]]
    assert [row["light"] for row in decided] == ["red", "blue", "green", "green", "red", "red", None]
    # D7 is not late while its project is suspended.
    assert [row["days_late"] for row in decided] == [4, 0, 0, 0, 4, 4, 0]
    assert [row["paused"] for row in decided] == [""] * 6 + ["suspended"]
    assert [row["source"] for row in data(capsys, place, "list", "funding", "--owner", "qian")["rows"]] == ["county"]


def test_a_letter_can_be_written_about_them(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    due = {(item["ref"], item["to"]) for item in data(capsys, place, "escalate")["items"]}
    assert {("P/energy", "qian"), ("M1/D1", "qian"), ("M1/D6", "qian")} <= due
    assert main(["escalate", "--draft", "M1/D1", "-w", str(place)]) == 0
    assert "the decision “补报进度” of the meeting of 30 May 2024" in " ".join(capsys.readouterr().out.split())
    assert main(["escalate", "--draft", "P/energy", "-w", str(place), "--lang", "zh"]) == 0
    assert "用能" in capsys.readouterr().out
