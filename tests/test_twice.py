"""Ids that stand twice: reports count each project once and say which; `check` of either file tells."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from trace_story import run

HEAD = "name: Qinghe\npace: linear_month\n"
PLANT = """\
id: P001
name: Plant
unit: park
owner: wu
investment: 3000
tasks:
  - {id: T1, name: Land, deadline: 2024-03-01}
"""
COPY = PLANT.replace("Plant", "Mill").replace("3000", "5000")
OTHER = """\
id: P002
name: Road
unit: park
owner: wu
tasks:
  - {id: T1, name: Survey, deadline: 2024-09-01, after: [P001/T1, P001/T9]}
"""
DAY = ("--as-of", "2024-06-11")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "projects").mkdir()
    (tmp_path / "projledger.yaml").write_text(HEAD, encoding="utf-8")
    for name, text in (("plant", PLANT), ("zcopy", COPY), ("road", OTHER)):
        (tmp_path / "projects" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def test_a_project_that_stands_twice_counts_once_and_is_said(place: Path) -> None:
    said = (
        "P001 is the id of two projects: projects/plant.yaml counts, projects/zcopy.yaml is left out until one has "
        "another id"
    )
    for command in (("status",), ("lagging",), ("show", "P001"), ("tasks",)):
        code, out, err = run(place, *command, *DAY)
        assert code == 3
        assert said in out
        assert said in err
        assert "cannot be read" not in out
    figures = json.loads(run(place, "status", *DAY, "-f", "json")[1])
    assert figures["left_out"] == ["projects/zcopy.yaml"]
    assert figures["data"]["projects"]["total"] == 2
    assert sum(figures["data"]["lights"].values()) == 2


@pytest.mark.parametrize("file", ["plant", "zcopy"])
def test_check_of_either_file_tells(place: Path, file: str) -> None:
    code, out, _err = run(place, "check", f"projects/{file}.yaml", "-f", "json", *DAY)
    found = json.loads(out)["data"]["findings"]
    assert code == 1
    assert [one["code"] for one in found] == ["duplicate-id"]
    assert "first" not in run(place, "check", f"projects/{file}.yaml", *DAY)[1]
    # Nobody knows which of the two another ledger means: what either of them has is no fault, what neither has is one.
    road = place / "projects" / "road.yaml"
    assert "unknown-task" in run(place, "check", "projects/road.yaml", *DAY)[1]
    ledger = place / "projects" / f"{file}.yaml"
    more = "  - {id: T9, name: Bridge, deadline: 2024-09-10}\n"
    ledger.write_text(ledger.read_text("utf-8") + more, encoding="utf-8")
    assert road.read_text("utf-8").count("P001/T9") == 1
    assert run(place, "check", "projects/road.yaml", *DAY)[0] == 0


def test_an_item_that_stands_twice_is_said(place: Path) -> None:
    (place / "projects" / "zcopy.yaml").unlink()
    road = place / "projects" / "road.yaml"
    more = "  - {id: T1, name: Bridge, deadline: 2024-01-10}\n"
    road.write_text(OTHER.replace(", P001/T9", "") + more, encoding="utf-8")
    code, out, err = run(place, "status", *DAY)
    said = "P002/T1 is the id of two items: the light is that of the first, until one has another id"
    assert (code, said in out, err) == (3, True, said + "\n")
