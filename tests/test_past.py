"""How a task stood on a day gone by, from the history: the progress of then, and nothing that came later."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from trace_story import data, git

PLACE = "name: 清河县\ncalendar: {country: CN}\nlanguage: en\n"


def ledger(progress: int, updated: str, **more: str) -> str:
    """A pouring of 40 workdays from 6 May that is due on 28 June."""
    lines = [
        "id: P1", "name: 新厂", "unit: u", "owner: li", "tasks:",
        "  - {id: T1, name: 浇筑, deadline: 2024-06-28, start: 2024-05-06, duration: 40, started: 2024-05-06,"
        f" progress: {progress}, updated: {updated}, next: {more.get('next', '赶工')}}}",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def committed(folder: Path, day: str, words: str) -> str:
    git(folder, "add", "-A")
    name = ("-c", "user.name=张三", "-c", "user.email=z@example.org")
    git(folder, *name, "commit", "--quiet", "--allow-empty", f"--date={day}T17:00:00+08:00", "-m", words)
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("past") / "place"
    (folder / "projects").mkdir(parents=True)
    (folder / "projledger.yaml").write_text(PLACE)
    git(folder, "init", "--quiet", "--initial-branch=main")
    (folder / "projects" / "旧名.yaml").write_text(ledger(5, "2024-05-30", next="五月的打算"))
    committed(folder, "2024-05-30", "五月填报")
    git(folder, "mv", "projects/旧名.yaml", "projects/P1.yaml")
    (folder / "projects" / "P1.yaml").write_text(ledger(70, "2024-06-10"))
    committed(folder, "2024-06-10", "六月填报")
    # A commit with an old date after a later one: it cannot be what was known then.
    (folder / "projects" / "P1.yaml").write_text(ledger(75, "2024-06-11"))
    committed(folder, "2024-05-31", "补交")
    return folder


def report(folder: Path, kind: str, *arguments: str) -> Any:
    return data(folder, "report", kind, "--as-of", "2024-06-12", *arguments)


def test_a_month_gone_by_is_told_with_the_progress_of_then(place: Path) -> None:
    may = report(place, "month", "--period", "2024-05")
    assert (may["restated"], may["overwritten"]) == (["P1/T1"], [])
    # 95 % of 40 workdays are 38 from 3 June on: 25 July, with the Dragon Boat day off. Due on 28 June: red.
    assert may["lights"] == {"red": 1, "yellow": 0, "grey": 0, "blue": 0, "green": 0, "none": 0, "unknown": 0}
    (row,) = (row for row in may["red"] if row["ref"] == "P1/T1")
    assert row["next"] == "五月的打算"
    # It is what the ledgers of then give.
    then = data(place, "status", "--rev", "HEAD~2", "--as-of", "2024-05-31")
    assert {k: v for k, v in may["lights"].items() if k != "unknown"} == then["lights"]
    # Before May there was no project; at its end all is known of it.
    assert [(month["month"], month["lights"]["unknown"]) for month in may["months"]] == [("2024-05", 0)]


def test_a_week_compares_with_what_was_known_before(place: Path) -> None:
    week = report(place, "week")
    assert week["lights_before"]["red"] == 1
    assert week["lights"]["red"] == 0
    assert [(change["project"], change["before"], change["after"]) for change in week["changes"]] == [
        ("P1", "red", "green")
    ]


def test_what_the_history_does_not_hold_stays_unknown(place: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--depth", "1", f"file://{place}", str(clone))
    for folder in (clone, place):
        arguments = ("--rev", "HEAD") if folder == place else ()
        may = report(folder, "month", "--period", "2024-05", *arguments)
        known = folder == place
        assert (may["restated"] == ["P1/T1"], may["overwritten"] == ["P1/T1"]) == (known, not known)
        assert may["lights"]["unknown"] == (not known)
