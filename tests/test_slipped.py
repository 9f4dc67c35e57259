"""How often deadlines moved, in reports about something else: `lagging` and `show` over repositories that are known."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from projledger.git import Logged
from projledger.git import repository as repository_of
from projledger.load.history import Only, followed, walk
from trace_story import AS_OF, Told, data, git, run

EXTENSIONS = "extensions: [{{to: {to}, approved_by: he, date: {day}, reason: rain}}]"


def counted(found: dict[str, Any]) -> dict[str, tuple[int | None, int | None]]:
    return {item["ref"]: (item["slips"], item["slip_days"]) for item in found["items"]}


def test_lagging_counts_what_the_slip_ledger_counts(told: Told) -> None:
    found = told.data("lagging")
    # The permit: 15 May → 10 June → 30 June. The land: 20 May → 1 July. The foundations: 20 June → 10 July, on a branch
    # and through a renamed ledger. The road was due on 28 June and never moved.
    assert counted(found)["P007/T2"] == (2, 16 + 30)
    assert counted(found)["P007/T3"] == (1, 11 + 30 + 1)
    assert counted(found)["P012/T1"] == (1, 20)
    assert counted(found)["P012/T2"] == (0, 0)
    assert counted(found)["all/investment/2024"] == (None, None)  # a target has no deadline
    slips = {item["ref"]: (item["slips"], item["slip_days"]) for item in told.data("slips")["items"]}
    assert {ref: pair for ref, pair in counted(found).items() if pair[0]} == slips
    assert found["notes"] == []
    text = run(told.folder, "lagging", *AS_OF, cache=told.cache)[1]
    assert "deadline moved twice, +46 days" in text
    assert "完成时限变动2次，累计+46" in run(told.folder, "lagging", "--lang", "zh", *AS_OF, cache=told.cache)[1]


def test_show_counts_them_too(told: Told) -> None:
    land = told.data("show", "P007/T3")
    assert (land["slips"], land["slip_days"]) == (1, 42)
    assert land["slip_flags"] == ["after-deadline", "without-extension", "owner-changed"]
    assert (told.data("show", "P007/Q1")["slips"], told.data("show", "P007/Q1")["slip_days"]) == (0, 0)
    plant = told.data("show", "P007")
    assert {task["ref"]: task["slips"] for task in plant["tasks"]} == {"P007/T1": 0, "P007/T2": 2, "P007/T3": 1}
    assert plant["problems"][0]["slips"] == 0
    assert plant["slipped"] == {"items": 2, "slips": 3, "days": 46 + 42}
    text = run(told.folder, "show", "P007", *AS_OF, cache=told.cache)[1]
    assert "2 deadlines moved, 3 times in all, +88 days together" in text
    assert "30 June (originally 15 May, extended once); deadline moved twice, +46 days" in text


def test_the_longer_reports_hold_the_slip_ledger(told: Told) -> None:
    def asked(kind: str, period: str, as_of: str) -> Any:
        return data(told.folder, "report", kind, "--period", period, "--as-of", as_of, cache=told.cache)["slips"]

    second = asked("quarter", "2024-Q2", "2024-07-15")
    assert [(row["ref"], row["slips"]) for row in second["items"]] == [("P007/T2", 2), ("P007/T3", 1), ("P012/T1", 1)]
    assert second["period"] == {"items": 3, "slips": 4, "days": 26 + 20 + 42 + 20}
    assert second["before"] == {"items": 0, "slips": 0, "days": 0}
    assert asked("half", "2024-H1", "2024-07-15")["period"] == second["period"]
    assert asked("year", "2024", "2024-12-31")["totals"] == told.data("slips")["totals"]
    # In the third quarter nothing moved any more; the moves of the second are those of the period before.
    third = asked("quarter", "2024-Q3", "2024-09-30")
    assert (third["moved"], third["before"]) == ([], second["period"])
    # By 15 June the permit had moved once: its approval was rewritten on the 17th.
    assert asked("quarter", "2024-Q2", "2024-06-15")["period"] == {"items": 3, "slips": 3, "days": 26 + 42 + 20}
    assert asked("quarter", "2024-Q1", "2024-07-15")["items"] == []
    text = run(told.folder, "report", "quarter", "--period", "2024-Q3", "--as-of", "2024-09-30", cache=told.cache)[1]
    assert "11. Deadlines that moved" in text
    assert "In this period no deadline moved; in the period before 3, 4 times, +108 days together." in " ".join(
        text.split()
    )


def test_only_what_was_known_by_the_day_and_the_revision(told: Told) -> None:
    # On 25 May the land had not been touched yet (27 May); the permit's approval was rewritten only on 17 June.
    early = counted(data(told.folder, "lagging", "--as-of", "2024-06-15", cache=told.cache))
    assert (early["P007/T2"], early["P007/T3"]) == ((1, 26), (1, 42))
    before = counted(
        data(told.folder, "lagging", "--as-of", "2024-06-01", "--rev", told.commits["honest"], cache=told.cache)
    )
    assert (before["P007/T2"], before["P007/T3"]) == ((1, 26), (0, 0))


def test_slips_and_history_of_an_earlier_day_pass_over_later_commits(told: Told) -> None:
    on = ("--as-of", "2024-06-15")
    early = data(told.folder, "slips", *on, cache=told.cache)
    assert [(item["ref"], item["slips"]) for item in early["items"]] == [("P007/T3", 1), ("P007/T2", 1), ("P012/T1", 1)]
    assert {one["flag"] for one in early["doubts"]} == {"closed-unverified"}  # the rest came after 15 June
    # Of the story, the commits of 17, 18, 19, 20, 21, 24, 25 and 27 June.
    assert "8 commits are later than 2024-06-15" in early["notes"][-1]
    permit = data(told.folder, "history", "P007/T2", *on, cache=told.cache)
    assert [row["commit"] for row in permit["changes"] if row["field"] == "deadline"] == [told.short("honest")]
    assert permit["deadlines"][0]["slips"] == 1
    # Ledgers that were put under git after the day they speak of: all of their history counts.
    whole = data(told.folder, "slips", "--as-of", "2024-04-30", cache=told.cache)
    assert [item["ref"] for item in whole["items"]] == ["P007/T3"]  # no extension was approved by then
    assert whole["notes"][-1] == "The history begins after 2024-04-30: all of it counts."


def test_without_a_history_nothing_is_said(told: Told, tmp_path: Path) -> None:
    shutil.copytree(told.folder / "ledgers", tmp_path / "plain")
    shutil.copytree(told.folder / "ledgers", tmp_path / "unborn")
    git(tmp_path / "unborn", "init", "--quiet")
    for folder, more in (
        (tmp_path / "plain", {}),
        (tmp_path / "unborn", {}),
        (told.folder, {"PATH": str(tmp_path)}),  # no git there
    ):
        code, out, err = run(folder, "lagging", *AS_OF, **more)
        assert (code, err) == (0, "")
        assert "Slips" not in out
        assert "deadline moved" not in out
    assert set(counted(data(tmp_path / "plain", "lagging", *AS_OF)).values()) == {(None, None)}
    sheet = data(tmp_path / "plain", "show", "P007", *AS_OF)
    assert (sheet["slipped"], sheet["tasks"][0]["slips"], sheet["notes"]) == (None, None, [])
    assert data(tmp_path / "plain", "show", "P007/T3", *AS_OF)["slips"] is None
    assert data(tmp_path / "plain", "report", "quarter", *AS_OF)["slips"] is None
    assert "Deadlines that moved" not in run(tmp_path / "plain", "report", "quarter", *AS_OF)[1]


def test_a_history_that_is_not_whole_is_said(told: Told, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--depth", "3", f"file://{told.folder}", "shallow")
    for command in (("lagging",), ("show", "P007"), ("show", "P007/T3"), ("report", "quarter")):
        assert "last part of the history" in run(tmp_path / "shallow", *command, *AS_OF)[1]
    damaged = tmp_path / "damaged"
    git(tmp_path, "clone", "--quiet", "--no-hardlinks", str(told.folder), "damaged")
    commit = told.commits["honest"]
    (damaged / ".git" / "objects" / commit[:2] / commit[2:]).unlink()
    code, out, err = run(damaged, "lagging", *AS_OF)
    assert (code, err) == (0, "")
    assert "The history could not be read" in out
    assert "Slips" not in out


def test_nothing_is_asked_of_git_when_nothing_lags(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "projledger.yaml").write_text("name: X\n", encoding="utf-8")
    monkeypatch.setattr("projledger.cli.witness.GitWitness._walked", lambda *_, **__: pytest.fail("asked"))
    assert data(tmp_path, "lagging")["items"] == []


@pytest.mark.parametrize("file", ["projects/P007.yaml", "projects/P012 泵阀厂.yaml"])
def test_a_part_of_the_walk_is_that_part_of_the_whole(told: Told, file: str) -> None:
    repository = repository_of(told.folder / "ledgers")
    last = repository.commit("HEAD")
    project = file.partition("/")[2][:4]
    whole = walk(repository, last, "Asia/Shanghai", "万元").lives
    part = walk(repository, last, "Asia/Shanghai", "万元", only=Only(frozenset({file}), frozenset({project}))).lives
    assert part == {key: life for key, life in whole.items() if life.project == project}
    assert part


def logged(commit: str, **touched: str | None) -> Logged:
    from datetime import UTC, datetime

    names = {f"projects/{name}.yaml": blob for name, blob in touched.items()}
    return Logged(commit, (), "X", datetime(2024, 1, 1, tzinfo=UTC), "", names)


def names(log: list[Logged], *files: str) -> set[str]:
    found = followed(log, [f"projects/{name}.yaml" for name in files])
    return {name.removeprefix("projects/").removesuffix(".yaml") for name in found}


def test_where_a_ledger_may_have_been_before() -> None:
    log = [
        logged("1", a="1", b="1", c="1"),
        logged("2", a="2", d="1"),  # d may have come out of a
        logged("3", b=None, e="1"),  # e may be b under another name
        logged("4", c="2"),
    ]
    assert names(log, "c") == {"c", "b"}
    assert names(log, "d") == {"d", "a", "b"}
    assert names(log, "e") == {"e", "b"}


def write(folder: Path, name: str, text: str) -> None:
    path = folder / "projects" / f"{name}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def commit(folder: Path, day: str) -> None:
    git(folder, "add", "--all")
    os.environ["GIT_AUTHOR_DATE"] = os.environ["GIT_COMMITTER_DATE"] = f"{day}T09:00:00+08:00"
    try:
        git(folder, "commit", "--quiet", "--message", day)
    finally:
        del os.environ["GIT_AUTHOR_DATE"], os.environ["GIT_COMMITTER_DATE"]


LEDGER = """\
name: Works {id}
unit: park
tasks:
  - {{name: Walls, id: T1, deadline: {deadline}}}
id: {id}
"""


def two_ledgers(tmp_path: Path) -> Path:
    """P-1 and P-2; the deadline of P-1/T1 has moved once."""
    folder = tmp_path / "place"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "config", "user.name", "z")
    git(folder, "config", "user.email", "z@example.org")
    (folder / "projledger.yaml").write_text("name: X\n", encoding="utf-8")
    write(folder, "a", LEDGER.format(id="P-1", deadline="2024-04-01"))
    write(folder, "b", LEDGER.format(id="P-2", deadline="2024-04-01"))
    commit(folder, "2024-03-01")
    write(folder, "a", LEDGER.format(id="P-1", deadline="2024-04-11"))
    commit(folder, "2024-03-02")
    return folder


def test_an_id_that_moved_between_files_keeps_its_slips(tmp_path: Path) -> None:
    folder = two_ledgers(tmp_path)
    # The two change places, and one of them moves once more.
    write(folder, "a", LEDGER.format(id="P-2", deadline="2024-04-01"))
    write(folder, "b", LEDGER.format(id="P-1", deadline="2024-04-21"))
    commit(folder, "2024-03-03")
    found = counted(data(folder, "lagging", *AS_OF, cache=tmp_path / "cache"))
    assert (found["P-1/T1"], found["P-2/T1"]) == ((2, 20), (0, 0))
    # One of them alone, which stands where the other once stood.
    for ref, count in (("P-1/T1", 2), ("P-2/T1", 0)):
        assert data(folder, "show", ref, *AS_OF, cache=tmp_path / ref[2:3])["slips"] == count
    # And once more, when its file gets a name of its own.
    (folder / "projects" / "b.yaml").unlink()
    write(folder, "c", LEDGER.format(id="P-1", deadline="2024-05-01"))
    commit(folder, "2024-03-04")
    assert data(folder, "show", "P-1/T1", *AS_OF, cache=tmp_path / "3")["slips"] == 3


def test_a_file_that_is_called_otherwise_since_the_last_commit_keeps_its_slips(tmp_path: Path) -> None:
    folder = two_ledgers(tmp_path)
    (folder / "projects" / "a.yaml").rename(folder / "projects" / "c.yaml")
    assert data(folder, "show", "P-1/T1", *AS_OF)["slips"] == 1
    write(folder, "c", LEDGER.format(id="P-1", deadline="2024-04-21"))
    (moved,) = data(folder, "diff", *AS_OF)["changes"]
    assert (moved["ref"], moved["slips"]) == ("P-1/T1", 2)
