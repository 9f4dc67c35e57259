"""What an examiner of `slips`, `history`, `diff` and `--rev` found wanting: small repositories of known stories.

Every expected figure follows from the edits that the test makes.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from trace_story import data, git, run

SETTINGS = "name: Qinghe\ncalendar: {country: CN}\n"
PEOPLE = """\
units: [{id: park, name: Park}]
people:
  - {id: he, name: He Ping, unit: park}
  - {id: lin, name: Lin Yue, unit: park}
"""
AS_OF = ("--as-of", "2024-06-30")


def project(*items: str, id: str = "P1", problems: tuple[str, ...] = (), head: str = "") -> str:
    found = f"id: {id}\nname: Mill\nunit: park\nowner: lin\n{head}"
    for key, entries in (("tasks", items), ("problems", problems)):
        found += f"{key}:\n" + "".join(f"  - {{{entry}}}\n" for entry in entries) if entries else ""
    return found


def task(deadline: str, more: str = "", id: str = "T1") -> str:
    return f"id: {id}, name: Land, deadline: {deadline}{more}"


def problem(more: str = "", id: str = "Q1") -> str:
    return f"id: {id}, text: Pond, raised: 2024-04-01, deadline: 2024-05-20{more}"


class Office:
    """A repository with ledgers, one commit a day."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "office"
        self.folder.mkdir()
        git(self.folder, "init", "--quiet", "--initial-branch=main")
        self.write("projledger.yaml", SETTINGS)
        self.write("people.yaml", PEOPLE)

    def write(self, name: str, text: str) -> None:
        path = self.folder / "ledgers" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def git(self, *arguments: str, day: str = "2024-05-01", fine: tuple[int, ...] = (0,)) -> str:
        who = {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in (
            ("NAME", "Wu Gang"), ("EMAIL", "wu@q.example"), ("DATE", f"{day}T09:00:00+08:00"))}  # fmt: skip
        alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        done = subprocess.run(
            ["git", "-C", str(self.folder), "-c", "protocol.file.allow=always", *arguments],
            env={**os.environ, **who, **alone},
            capture_output=True,
            check=False,
        )
        assert done.returncode in fine, done.stderr
        return done.stdout.decode().strip()

    def commit(self, day: str) -> str:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", f"work of {day}", day=day)
        return self.git("rev-parse", "HEAD")[:7]

    def data(self, *arguments: str) -> Any:
        return data(self.folder, *arguments, *AS_OF)

    def moves(self, ref: str = "P1/T1") -> list[tuple[str, str, str]]:
        """The moves of an item; `lagging`, which follows only some ledgers, counts them as `slips` does."""
        items = {item["ref"]: item for item in self.data("slips")["items"]}
        lagging = {item["ref"]: item["slips"] for item in self.data("lagging")["items"]}
        found = [(move["from"], move["to"], move["commit"]) for move in items[ref]["moves"]] if ref in items else []
        assert lagging.get(ref, len(found)) == len(found)
        return found


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def changed(found: Any) -> dict[tuple[str, str | None], tuple[list[str], str]]:
    return {(one["ref"], one["field"]): (one["flags"], one["said"]) for one in found["changes"]}


def test_a_merge_that_takes_neither_side_moves_the_deadline_once(office: Office) -> None:
    office.write("projects/a.yaml", project(task("2024-05-20")))
    office.commit("2024-05-01")
    office.git("switch", "--quiet", "--create", "branch")
    office.write("projects/a.yaml", project(task("2024-06-05")))
    office.commit("2024-05-03")
    office.git("switch", "--quiet", "main")
    office.write("projects/a.yaml", project(task("2024-05-31")))
    ours = office.commit("2024-05-04")
    office.git("merge", "--quiet", "branch", fine=(1,))
    office.write("projects/a.yaml", project(task("2024-06-02")))
    merge = office.commit("2024-05-06")
    assert office.moves() == [("2024-05-20", "2024-05-31", ours), ("2024-05-31", "2024-06-02", merge)]


def test_of_two_files_with_one_id_the_first_counts_at_every_commit(office: Office) -> None:
    office.write("projects/b.yaml", project(task("2024-05-20")))
    office.commit("2024-05-01")
    # A copy that sorts later never counts, whatever is edited in it, nor when it is taken away again.
    office.write("projects/c.yaml", project(task("2024-07-09")))
    office.commit("2024-05-02")
    office.write("projects/c.yaml", project(task("2024-07-19")))
    office.commit("2024-05-03")
    (office.folder / "ledgers/projects/c.yaml").unlink()
    office.commit("2024-05-04")
    assert office.moves() == []
    # One that sorts first counts as soon as it is there: every report said its deadline from then on.
    office.write("projects/a.yaml", project(task("2024-06-09")))
    copied = office.commit("2024-05-05")
    moved = ("2024-05-20", "2024-06-09", copied)
    code, out, _err = run(office.folder, "slips", *AS_OF, "-f", "json")
    assert (code, [item["slips"] for item in json.loads(out)["data"]["items"]]) == (3, [1])
    code, out, _err = run(office.folder, "lagging", *AS_OF, "-f", "json")
    assert [item["slips"] for item in json.loads(out)["data"]["items"] if item["ref"] == "P1/T1"] == [1]
    (office.folder / "ledgers/projects/b.yaml").unlink()
    office.commit("2024-05-06")
    assert office.moves() == [moved]
    # While the first cannot be read, the other one counts, as in reports.
    office.write("projects/0.yaml", project(task("2024-06-20")).replace("id: P1", "id：P1"))
    office.commit("2024-05-07")
    code, out, _err = run(office.folder, "slips", *AS_OF, "-f", "json")
    assert (code, [item["latest"] for item in json.loads(out)["data"]["items"]]) == (3, ["2024-06-09"])


def test_a_file_that_nothing_reads_is_not_followed(office: Office) -> None:
    office.write("projects/a.yaml", project(task("2024-05-20")))
    office.commit("2024-05-01")
    office.git("mv", "ledgers/projects/a.yaml", "ledgers/projects/a.yml")
    office.commit("2024-05-02")
    assert changed(office.data("diff", "HEAD~1", "HEAD")) == {("P1", None): ([], "project deleted (1 entry)")}
    assert office.data("diff", "HEAD~1", "HEAD")["comments"] == []
    assert not office.data("history", "P1/T1")["exists"]
    office.write("projects/a.yml", project(task("2024-05-28")))
    office.commit("2024-05-03")
    office.git("mv", "ledgers/projects/a.yml", "ledgers/projects/a.yaml")
    back = office.commit("2024-05-04")  # only now anybody could see it
    assert office.moves() == [("2024-05-20", "2024-05-28", back)]


CLOSED = ", closed: 2024-05-15, evidence: photo, verified_by: he"


def test_what_a_close_out_loses_later_is_flagged_where_it_is_told(office: Office) -> None:
    ids = ("Q1", "Q2", "Q3")
    office.write("projects/a.yaml", project(problems=tuple(problem(CLOSED, id) for id in ids)))
    office.commit("2024-05-16")
    lost = (CLOSED.replace(", evidence: photo", ""), CLOSED.replace("verified_by: he", "verified_by: lin"))
    office.write("projects/a.yaml", project(problems=tuple(map(problem, lost, ids))))
    office.commit("2024-05-17")
    said = "closed without evidence or without another's verification"
    assert changed(office.data("diff", "HEAD~1", "HEAD")) == {
        ("P1/Q1", "evidence"): (["closed-unverified"], f"evidence taken out (was photo); {said}"),
        ("P1/Q2", "verified_by"): (["closed-unverified"], f"verified by He Ping → Lin Yue; {said}"),
        ("P1/Q3", None): (["problem-deleted"], "problem deleted"),
    }
    doubts = {one["ref"]: one["text"] for one in office.data("slips")["doubts"]}
    assert doubts == {
        "P1/Q1": f"evidence taken out; {said}",
        "P1/Q2": f"verified by He Ping → Lin Yue; {said}",
        "P1/Q3": "problem deleted",
    }
    (last,) = [one for one in office.data("history", "P1/Q1")["changes"] if one["field"] == "evidence"]
    assert last["flags"] == ["closed-unverified"]


def test_a_decision_that_is_taken_from_a_cleared_project_is_flagged(office: Office) -> None:
    cleared = "status: cleared\nstatus_date: 2024-05-02\n"
    office.write("projects/a.yaml", project(head=cleared + "decision: M1/D1\n"))
    office.commit("2024-05-02")
    office.write("projects/a.yaml", project(head=cleared))
    office.commit("2024-05-03")
    flags, said = changed(office.data("diff", "HEAD~1", "HEAD"))["P1", "decision"]
    assert (flags, said) == (["cleared-undecided"], "decision taken out (was M1/D1); cleared without a decision")
    assert [one["flag"] for one in office.data("slips")["doubts"]] == ["cleared-undecided"]


def test_an_original_edited_beside_its_extension_is_told_as_the_move_it_is(office: Office) -> None:
    office.write("projects/a.yaml", project(task("2024-05-20")))
    office.commit("2024-05-01")
    extension = ", extensions: [{to: 2024-06-10, approved_by: he, date: 2024-05-10, reason: rain}]"
    office.write("projects/a.yaml", project(task("2024-06-01", extension)))
    office.commit("2024-05-16")
    assert changed(office.data("diff", "HEAD~1", "HEAD")) == {
        ("P1/T1", "deadline"): (
            ["original-edited"],
            "deadline moved 2024-05-20 → 2024-06-10 (+21 days, 1st slip), extension approved on 2024-05-10; "
            "the original deadline was edited",
        )
    }


def test_a_late_completion_dated_back_into_time_is_flagged(office: Office) -> None:
    done = ", progress: 100, updated: 2024-05-27, done: "
    office.write("projects/a.yaml", project(*(task("2024-05-20", f"{done}{day}", id) for id, day in (
        ("T1", "2024-05-26"), ("T2", "2024-05-26"), ("T3", "2024-05-19")))))  # fmt: skip
    office.commit("2024-05-28")
    # T1 from late to in time; T2 still late; T3 was in time already.
    office.write("projects/a.yaml", project(*(task("2024-05-20", f"{done}{day}", id) for id, day in (
        ("T1", "2024-05-20"), ("T2", "2024-05-21"), ("T3", "2024-05-18")))))  # fmt: skip
    office.commit("2024-05-29")
    assert [(one["ref"], one["flag"]) for one in office.data("slips")["doubts"]] == [("P1/T1", "backdated")]
    told = changed(office.data("diff", "HEAD~1", "HEAD"))
    assert {ref: flags for (ref, _field), (flags, _said) in told.items()} == {
        "P1/T1": ["backdated"],
        "P1/T2": [],
        "P1/T3": [],
    }


TARGETS = (
    "indicators:\n  waste: {name: Waste, better: less}\ntargets:\n  - {indicator: waste, period: 2024, value: %d}\n"
)


def test_a_target_of_which_less_is_better_is_said_to_be_raised(office: Office) -> None:
    office.write("targets.yaml", TARGETS % 100)
    office.commit("2024-05-01")
    office.write("targets.yaml", TARGETS % 120)
    office.commit("2024-05-02")
    (one,) = office.data("diff", "HEAD~1", "HEAD")["changes"]
    assert (one["flags"], one["said"]) == (["target-lowered"], "target raised 100 → 120, though less of it is better")


RULES = """\
clauses:
  - {id: late, text: {en: Late, zh: 逾期}, source: ours, measure: overdue_days, op: '>', value: %d, light: red}
"""


def test_a_rule_or_letter_of_the_place_that_changed_is_no_comment(office: Office) -> None:
    office.write("projledger.yaml", SETTINGS + "rules: ours\n")
    office.write("ours.yaml", RULES % 0)
    office.write("letters.yaml", "letters:\n  reminder: {text: 'Dear {to}'}\n")
    office.write("projects/a.yaml", project(task("2024-06-20", ", progress: 50, updated: 2024-06-28")))
    office.commit("2024-05-01")
    office.write("ours.yaml", RULES % 30)  # ten days late are red no more
    office.commit("2024-05-02")
    found = office.data("diff", "HEAD~1", "HEAD")
    assert changed(found) == {("rules/late", "value"): ([], "threshold 0 → 30")}
    assert [(one["ref"], one["before"]) for one in found["lights"]] == [("P1", "red"), ("P1/T1", "red")]
    assert run(office.folder, "diff", "HEAD~1", "HEAD", "--exit-code")[0] == 1
    assert "Late: threshold 0 → 30" in run(office.folder, "diff", "HEAD~1", "HEAD")[1]
    assert "逾期：阈值0 → 30" in run(office.folder, "diff", "HEAD~1", "HEAD", "--lang", "zh")[1]
    office.write("ours.yaml", (RULES % 30).replace("overdue_days", "overdue_workdays"))
    assert "逾期：衡量指标overdue_days → overdue_workdays" in run(office.folder, "diff", "--lang", "zh")[1]
    office.write("ours.yaml", RULES % 30)
    office.write("letters.yaml", "letters:\n  reminder: {text: 'To {to}'}\n")
    assert changed(office.data("diff")) == {("letters/reminder", "text"): ([], "wording Dear {to} → To {to}")}
    office.write("letters.yaml", "# ours\nletters:\n  reminder: {text: 'Dear {to}'}\n")
    assert (office.data("diff")["changes"], office.data("diff")["comments"]) == ([], ["letters.yaml"])


def test_the_days_asked_for_are_told_beside_the_whole(office: Office) -> None:
    for day, deadline in (("04-01", "05-20"), ("04-10", "05-25"), ("05-10", "06-25"), ("06-10", "07-25")):
        office.write("projects/a.yaml", project(task(f"2024-{deadline}")))
        office.commit(f"2024-{day}")
    out = run(office.folder, "slips", *AS_OF, "--since", "2024-05-01", "--until", "2024-05-31")[1]
    assert "3 times in all, +66 days together" in out
    assert "In this period 1 deadline moved, 1 time, +31 days together." in out
    assert "In this period" not in run(office.folder, "slips", *AS_OF)[1]


def test_projects_in_a_submodule_are_said_not_left_out(office: Office, tmp_path: Path) -> None:
    other = tmp_path / "projects"
    other.mkdir()
    git(other, "init", "--quiet", "--initial-branch=main")
    (other / "a.yaml").write_text(project(task("2024-05-20")), encoding="utf-8")
    git(other, "add", "--all")
    git(other, "-c", "user.name=Wu", "-c", "user.email=wu@q.example", "commit", "--quiet", "-m", "first")
    office.git("submodule", "--quiet", "add", str(other), "ledgers/projects")
    commit = office.commit("2024-05-02")
    assert office.data("tasks")["tasks"]
    for command in (("status", "--rev", "HEAD"), ("diff",)):
        code, out, err = run(office.folder, *command)
        assert (code, out) == (3, "")
        assert f"projects is a submodule at commit {commit}" in err
    assert office.data("slips")["skipped"] == [
        f"projects could not be read at 1 commit from {commit} on: it is a submodule, another repository"
    ]


@pytest.mark.parametrize(
    ("rev", "said"),
    [
        ("2024-02-31", "“2024-02-31” is not a date: February 2024 has 29 days, and no commit has that name"),
        ("2024-5-1", "write 2024-05-01"),
        ("^HEAD", "“^HEAD” names no commit here"),
        ("x2024-02-31", "names no commit here"),
    ],
)
def test_a_revision_that_is_none_has_words_of_its_own(office: Office, rev: str, said: str) -> None:
    office.commit("2024-05-01")
    for command in (("status", "--rev", rev), ("diff", rev, "HEAD")):
        code, _out, err = run(office.folder, *command)
        assert code == 2
        assert said in err


def test_what_is_not_committed_yet_has_no_history(office: Office) -> None:
    office.commit("2024-05-01")
    office.write("projects/a.yaml", project(task("2024-05-20")))
    code, _out, err = run(office.folder, "history", "P1/T1")
    assert code == 2
    assert "P1/T1 is in no commit yet; its history begins with: git add, git commit" in err


def copied(office: Office, new: str) -> None:
    shutil.copytree(office.folder / "ledgers", office.folder / new)


def slips_of(office: Office, where: str) -> list[tuple[str, str, int]]:
    found = data(office.folder, "--workspace", where, "slips", *AS_OF)["items"]
    lagging = data(office.folder, "--workspace", where, "lagging", *AS_OF)["items"]
    assert {one["ref"]: one["slips"] for one in lagging if one["slips"]} == {one["ref"]: one["slips"] for one in found}
    return [(one["original"], one["latest"], one["slips"]) for one in found]


@pytest.mark.parametrize("lives_on", [False, True])
def test_a_workspace_that_was_copied_and_then_deleted_was_moved(office: Office, lives_on: bool) -> None:
    office.write("projects/a.yaml", project(task("2024-05-20")))
    first = office.commit("2024-05-01")
    office.write("projects/a.yaml", project(task("2024-05-25")))
    office.commit("2024-05-02")
    copied(office, "台账")
    office.commit("2024-05-03")
    # Beside each other they say what they say: only the copy counts, from the day it was made.
    new = office.folder / "台账/projects/a.yaml"
    new.write_text(project(task("2024-05-28")), encoding="utf-8")
    office.commit("2024-05-04")
    if lives_on:  # worked on after the copy: there were two of them
        office.write("people.yaml", PEOPLE + "# more\n")
        office.commit("2024-05-05")
    assert slips_of(office, "台账") == [("2024-05-25", "2024-05-28", 1)]  # the old one is still there
    office.git("rm", "-r", "--quiet", "ledgers")
    office.commit("2024-05-06")
    if lives_on:
        assert slips_of(office, "台账") == [("2024-05-25", "2024-05-28", 1)]
        assert run(office.folder, "tasks", "--rev", first, "--workspace", "台账")[0] == 2
        return
    assert slips_of(office, "台账") == [("2024-05-20", "2024-05-28", 2)]
    days = [one["date"][:10] for one in data(office.folder, "-w", "台账", "history", "P1/T1", *AS_OF)["changes"]]
    assert days == ["2024-05-01", "2024-05-02", "2024-05-04"]
    for rev in (first, "2024-05-01"):
        assert "2024-05-20" in run(office.folder, "tasks", "--rev", rev, "--workspace", "台账", "-f", "csv")[1]


def test_a_workspace_that_only_resembles_one_that_went_away_begins_where_it_begins(office: Office) -> None:
    office.write("projects/a.yaml", project(task("2024-05-20")))
    office.commit("2024-05-01")
    other = office.folder / "other"
    (other / "projects").mkdir(parents=True)
    (other / "projledger.yaml").write_text(SETTINGS, encoding="utf-8")
    for deadline in ("2024-07-01", "2024-07-05"):
        (other / "projects/b.yaml").write_text(project(task(deadline)), encoding="utf-8")
        office.commit("2024-05-02")
    office.git("rm", "-r", "--quiet", "ledgers")
    office.commit("2024-05-03")
    assert slips_of(office, "other") == [("2024-07-01", "2024-07-05", 1)]
