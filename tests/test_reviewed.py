"""A change of several ledgers as somebody opens it who has never seen them: what `diff` says, in which order, where."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from projledger.analysis.flags import CODES
from test_git_setup import LEDGER, commit, edit, place
from trace_story import data, git, run

AS_OF = ("--as-of", "2024-05-13")
QUARTER = ("report", "quarter", "--period", "2024-Q2", "-f", "markdown")
NAME = "projects/厂 房.yaml"
PEOPLE = """\
units: [{id: u, name: Park}]
people:
  - {id: lin, name: Lin, unit: u}
  - {id: wu, name: Wu, unit: u}
"""
TARGETS = """\
indicators:
  investment: {name: Investment, measure: 万元}
  jobs: {name: Jobs, measure: 人}
targets:
  - {indicator: investment, period: 2024, value: 2000}
  - {indicator: jobs, period: 2024, value: 90}
reports:
  - {indicator: jobs, month: 2024-04, ytd: 30}
"""
PLANT = """\
id: P1
name: Plant
unit: u
owner: lin
investment: 5200
tasks:
  - id: T1
    name: Permit
    deadline: 2024-05-10
    progress: 40
    updated: 2024-05-06
  - id: T2
    name: Road
    deadline: 2024-05-31
    owner: wu
factors:
  land: {needed: 96, secured: 60, measure: 亩}
"""


@pytest.fixture
def reviewed(tmp_path: Path) -> Path:
    """Three ledgers, committed on 6 May."""
    folder = place(
        tmp_path / "p",
        (NAME, PLANT),
        ("projects/b.yaml", LEDGER.replace("P1", "P2").replace("    name: 土地移交\n", "    name: Land\n")),
        ("targets.yaml", TARGETS),
        ("people.yaml", PEOPLE),
    )
    at(folder, "2024-05-06", amend=True)
    return folder


def at(folder: Path, day: str, amend: bool = False) -> None:
    """Commit everything as of a day."""
    git(folder, "add", "-A")
    options = ["--amend"] if amend else []
    when = f"{day}T09:00:00+08:00"
    git(folder, "commit", "--quiet", *options, "-m", day, f"--date={when}")


def said(folder: Path, *arguments: str) -> str:
    return " ".join(run(folder, *arguments, *AS_OF, "--width", "200")[1].split())


def test_figures_come_with_what_they_count(reviewed: Path) -> None:
    edit(reviewed, "value: 2000", "value: 1500", "targets.yaml")
    edit(reviewed, "value: 90", "value: 80", "targets.yaml")
    edit(reviewed, "ytd: 30", "ytd: 1000", "targets.yaml")
    edit(reviewed, "investment: 5200", "investment: 6000", NAME)
    edit(reviewed, "secured: 60", "secured: 80", NAME)
    text = said(reviewed, "diff")
    assert "Investment, 2024: target lowered 20 million yuan → 15 million yuan" in text
    assert "Jobs, 2024: target lowered 90 people → 80 people" in text
    assert "Jobs, April 2024: cumulative figure 30 people → 1,000 people" in text
    assert "total investment 52 million yuan → 60 million yuan" in text
    assert "land: secured 60 mu → 80 mu" in text
    at(reviewed, "2024-05-07")
    assert "target lowered 20 million yuan → 15 million yuan" in said(reviewed, "slips")
    assert "target lowered 90 people → 80 people" in said(reviewed, "history", "all/jobs/2024")
    assert "目标调低 2000万元 → 1500万元" in said(reviewed, "diff", "HEAD~1", "HEAD", "--lang", "zh")
    edit(reviewed, "measure: 亩", "measure: 公顷", NAME)
    assert "计量单位亩 → 公顷" in said(reviewed, "diff", "--lang", "zh")
    rows = {row["ref"]: row for row in data(reviewed, "diff", "HEAD~1", "HEAD", *AS_OF)["changes"]}
    assert (rows["all/investment/2024"]["before"], rows["all/investment/2024"]["after"]) == (2000, 1500)


def test_an_extension_approved_in_time_and_entered_late_is_told_as_that(reviewed: Path) -> None:
    extension = "    extensions: [{to: 2024-05-24, approved_by: lin, date: 2024-05-09, reason: rain}]\n"
    edit(reviewed, "    deadline: 2024-05-10\n", "    deadline: 2024-05-10\n" + extension, NAME)
    late = "entered after it had passed, approved before"
    assert late in said(reviewed, "diff")
    at(reviewed, "2024-05-13")
    for command in (("diff", "HEAD~1", "HEAD"), ("slips",), ("show", "P1/T1"), QUARTER):
        words = said(reviewed, *command)
        assert late in words, command
        assert "moved after it had passed" not in words, command
    assert data(reviewed, "slips", *AS_OF)["items"][0]["flags"] == ["after-deadline"]
    # Moved again, quietly: then it was not only the entry that came late.
    edit(reviewed, "to: 2024-05-24", "to: 2024-05-30", NAME)
    at(reviewed, "2024-05-27")
    for command in (("slips",), ("diff", "HEAD~2", "HEAD")):
        words = " ".join(run(reviewed, *command, "--as-of", "2024-05-28", "--width", "200")[1].split())
        assert "moved after it had passed" in words, command
        assert (late in words) is (command == ("slips",)), command  # the first move alone was honest


def test_a_moved_deadline_is_told_where_it_is_said_now(reviewed: Path) -> None:
    extension = "    extensions:\n      - {to: 2024-05-24, approved_by: lin, date: 2024-05-09, reason: rain}\n"
    edit(reviewed, "    deadline: 2024-05-10\n", "    deadline: 2024-05-10\n" + extension, NAME)
    edit(reviewed, "deadline: 2024-05-31", "deadline: 2024-06-30", NAME)
    lines = {row["ref"]: row["line"] for row in data(reviewed, "diff", *AS_OF)["changes"]}
    # A server shows a remark only at lines that changed: the new extension, the edited deadline.
    text = (reviewed / NAME).read_text(encoding="utf-8").splitlines()
    assert "to: 2024-05-24" in text[lines["P1/T1"] - 1]
    assert "deadline: 2024-06-30" in text[lines["P1/T2"] - 1]


def test_a_ledger_that_broke_is_said_before_all_else(reviewed: Path) -> None:
    conflict = "<<<<<<< HEAD\n    name: Land\n=======\n    name: Site\n>>>>>>> other\n"
    edit(reviewed, "    name: Land\n", conflict, "projects/b.yaml")
    code, out, err = run(reviewed, "diff", *AS_OF)
    assert (code, "error[conflict]" in err) == (3, True)
    assert "Nothing changed in what can be compared." in out
    assert "projects/b.yaml: could be read before, and cannot be read now" in out
    edit(reviewed, "progress: 40", "progress: 30", NAME)
    out = run(reviewed, "diff", "--flags-only", *AS_OF)[1]
    assert out.index("cannot be read now") < out.index("progress fell")
    at(reviewed, "2024-05-07")
    edit(reviewed, "progress: 30", "progress: 50", NAME)
    assert "projects/b.yaml: cannot be read in either version" in said(reviewed, "diff")
    (reviewed / "projects" / "b.yaml").write_text(LEDGER.replace("P1", "P2"), encoding="utf-8")
    assert "projects/b.yaml: could not be read before, and can be read now" in said(reviewed, "diff")
    found = data(reviewed, "diff", *AS_OF)
    assert (found["unread_before"], found["unread_after"]) == (["projects/b.yaml"], [])


def test_what_leaves_the_counts_comes_before_what_is_only_less(reviewed: Path) -> None:
    assert CODES[:2] == ("after-deadline", "without-extension")
    edit(reviewed, "progress: 40", "progress: 30", NAME)
    edit(reviewed, "unit: u\n", "unit: u\nstatus: cleared\nstatus_date: 2024-05-07\n", "projects/b.yaml")
    edit(reviewed, "value: 90", "value: 80", "targets.yaml")
    rows = data(reviewed, "diff", *AS_OF)["changes"]
    assert [row["flags"] for row in rows if row["flags"]] == [
        ["cleared-undecided"],
        ["target-lowered"],
        ["progress-fell"],
    ]


def test_a_history_that_is_not_whole_is_said_where_slips_are_counted(reviewed: Path, tmp_path: Path) -> None:
    edit(reviewed, "deadline: 2024-05-31", "deadline: 2024-06-30", NAME)
    at(reviewed, "2024-05-07")
    commit(reviewed, "nothing")
    git(tmp_path, "clone", "--quiet", "--depth", "4", f"file://{reviewed}", "whole")
    git(tmp_path, "clone", "--quiet", "--depth", "2", f"file://{reviewed}", "part")
    for name, note in (("whole", False), ("part", True)):
        edit(tmp_path / name, "deadline: 2024-06-30", "deadline: 2024-07-31", NAME)
        assert ("earlier moves are missing" in said(tmp_path / name, "diff")) is note
    edit(tmp_path / "part", "deadline: 2024-07-31", "deadline: 2024-06-30", NAME)
    assert "earlier moves are missing" not in said(tmp_path / "part", "diff")  # nothing was counted


def test_who_answers_for_single_items_alone_is_told_so(reviewed: Path) -> None:
    late = ("--as-of", "2024-06-10")
    assert "No project as a whole is among them." in run(reviewed, "lagging", "--owner", "wu", *late)[1]
    assert "Projects by their worst light: red 1." in run(reviewed, "lagging", "--owner", "lin", *late)[1]
    for file in (NAME, "projects/b.yaml", "targets.yaml"):
        (reviewed / file).unlink()
    assert "No project is under way here." in run(reviewed, "lagging", *late)[1]
    for words in ("—.", "worst light"):
        assert words not in run(reviewed, "lagging", *late)[1]


def test_a_pointer_of_git_lfs_is_called_that(reviewed: Path) -> None:
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 200\n"
    (reviewed / "projects" / "b.yaml").write_text(pointer, encoding="utf-8")
    edit(reviewed, "owner: wu\n", "owner: wu\n    after: [P2/T1]\n", NAME)
    code, out, _err = run(reviewed, "check", "-f", "json")
    (finding,) = json.loads(out)["data"]["findings"]  # and nobody is told that P2/T1 is not there
    assert (code, finding["code"], finding["line"]) == (3, "lfs-pointer", 1)
    assert "git lfs pull" in finding["help"]
