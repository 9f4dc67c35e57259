"""A past day counts what was there: a project begins with the first date in its ledger."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from trace_story import run

FILES = {
    "projledger.yaml": "name: Qinghe\nas_of: 2024-11-22\n",
    # Signed on 23 September; its talks were planned to begin on 2 September: there from that day on.
    "projects/a.yaml": "id: P1\nname: Plant\nunit: park\nstages:\n  negotiating: {plan: 2024-09-02}\n"
    "  signed: {plan: 2024-12-20, actual: 2024-09-23}\n",
    # First met on 2 March.
    "projects/b.yaml": "id: P2\nname: Mill\nunit: park\nlog: [{date: 2024-03-02, kind: visit}]\n",
    # Plans alone: nobody knows since when it is in the ledgers.
    "projects/c.yaml": "id: P3\nname: Road\nunit: park\ntasks: [{id: T1, name: Survey, deadline: 2025-03-01}]\n",
    # A slip of the pen: the only date is years ahead. It is in the ledgers all the same.
    "projects/d.yaml": "id: P4\nname: Shed\nunit: park\nlog: [{date: 2042-03-02, kind: visit}]\n",
}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "projects").mkdir()
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def status(place: Path, *options: str) -> tuple[int, int]:
    figures: Any = json.loads(run(place, "status", "-f", "json", *options)[1])["data"]
    return figures["projects"]["total"], sum(figures["lights"].values())


@pytest.mark.parametrize(
    ("day", "there"),
    [("2020-01-01", 1), ("2024-03-01", 1), ("2024-03-02", 2), ("2024-09-01", 2), ("2024-09-02", 3), ("2024-11-21", 3)],
)
def test_a_past_day_counts_what_was_there(place: Path, day: str, there: int) -> None:
    assert status(place, "--as-of", day) == (there, there)


def test_today_hides_no_project(place: Path) -> None:
    assert status(place) == (4, 4)
    assert status(place, "--as-of", "2024-11-22") == (4, 4)
    assert status(place, "--as-of", "2025-01-01") == (4, 4)


def test_what_came_later_is_said(place: Path) -> None:
    assert "3 projects came later and are not counted" in run(place, "status", "--as-of", "2020-01-01")[1]
    assert "came later" not in run(place, "status")[1]
    code, _out, err = run(place, "show", "P1/signed", "--as-of", "2024-09-01")
    assert code == 2
    assert "P1 was not there yet on 1 September" in err
    assert "2 September" in err


def test_month_ends_of_the_chart_count_what_was_there(place: Path) -> None:
    report = json.loads(run(place, "report", "month", "--period", "2024-10", "-f", "json")[1])["data"]
    totals = {month["month"]: sum(month["lights"].values()) for month in report["months"]}
    assert [totals[f"2024-{month:02}"] for month in (1, 2, 3, 8, 9, 10)] == [1, 1, 2, 2, 3, 3]
    assert report["projects"]["total"] == 3
    assert sum(report["lights"].values()) == 3


def test_next_steps_of_a_later_day_are_not_printed(place: Path) -> None:
    (place / "projects" / "e.yaml").write_text(
        "id: P5\nname: Dock\nunit: park\ntasks:\n"
        "  - {id: T1, name: Piles, deadline: 2024-03-29, started: 2024-02-01, progress: 80, updated: 2024-10-30,"
        " next: pour the last pile, note: written in October}\n"
        "  - {id: T2, name: Piers, deadline: 2024-03-30, started: 2024-02-01, progress: 10, updated: 2024-04-02,"
        " next: order the piers}\n"
        "problems:\n"
        "  - {id: Q1, text: No sand, raised: 2024-04-03, deadline: 2024-04-20, responded: 2024-10-30,"
        " next: fetch sand}\n"
        "  - {id: Q2, text: No power, raised: 2024-04-03, deadline: 2024-04-20, responded: 2024-04-04,"
        " next: lay cable}\n",
        encoding="utf-8",
    )
    later, then = ("pour the last pile", "written in October", "fetch sand"), ("order the piers", "lay cable")
    for command in (("show", "P5", "-f", "json"), ("tasks", "-f", "json"), ("problems",), ("lagging",)):
        past = run(place, *command, "--as-of", "2024-05-31")[1]
        assert not [text for text in later if text in past], command
        assert any(text in past for text in then), command
        assert any(text in run(place, *command)[1] for text in later), command
    past = run(place, "report", "month", "--period", "2024-05", "-f", "json")[1]
    assert not [text for text in later if text in past]
    assert [text for text in then if text in past] == list(then)
