"""`init`, `schema` and `convert` as whole commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from projledger.cli.app import main


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("day", ["2024-06-11", "2025-01-01", "2025-01-31", "2026-02-28", "2026-10-02"])
def test_a_new_workspace_is_clean_and_alive(
    language: str, day: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "县" / "ledgers"
    assert main(["init", str(folder), "--lang", language, "--as-of", day]) == 0
    capsys.readouterr()
    assert main(["check", "--strict", "-w", str(folder), "--as-of", day]) == 0
    assert capsys.readouterr() == ("", "")
    assert main(["status", "-w", str(folder), "--as-of", day, "-f", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["workspace"] == "县"
    assert found["data"]["projects"]["total"] == 1
    assert found["data"]["lights"]["grey"] == 0
    for path in folder.rglob("*.yaml"):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        assert first.startswith("# yaml-language-server: $schema=")
        assert (path.parent / first.split("=")[1]).resolve().is_file()


def test_nothing_is_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "people.yaml").write_text("mine\n", encoding="utf-8")
    assert main(["init", str(tmp_path)]) == 4
    assert [path.name for path in tmp_path.iterdir()] == ["people.yaml"]
    assert (tmp_path / "people.yaml").read_text(encoding="utf-8") == "mine\n"
    assert "people.yaml" in capsys.readouterr().err


def test_schema_of_one_kind_of_all_and_into_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "project"]) == 0
    one = json.loads(capsys.readouterr().out)
    assert one["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert main(["schema"]) == 0
    every = json.loads(capsys.readouterr().out)
    assert every["project"] == one
    assert main(["schema", "--write", str(tmp_path)]) == 0
    assert {path.name.split(".")[0] for path in tmp_path.iterdir()} == set(every)
    assert main(["schema", "project", "--lang", "zh"]) == 0
    assert "完成时限" in capsys.readouterr().out


def test_convert_shows_first_and_writes_when_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "老台账.yaml"
    text = "id: P1\nname: 测试项目\nunit: 招商局\n"
    path.write_bytes(text.encode("gb18030"))
    assert main(["convert", str(path), "--from", "gb18030"]) == 0
    assert capsys.readouterr().out == text
    assert path.read_bytes() == text.encode("gb18030")
    assert main(["convert", str(path), "--from", "gb18030", "--write"]) == 0
    assert path.read_bytes() == text.encode("utf-8")
    path.write_bytes(text.encode("gb18030"))
    assert main(["convert", str(path), "--from", "klingon"]) in (2, 3)
    assert "klingon" in capsys.readouterr().err
    path.write_bytes(text.encode("gb18030"))
    assert main(["convert", str(path), "--from", "ascii", "--write"]) in (2, 3)
    err = capsys.readouterr().err
    assert "ascii" in err
    assert path.read_bytes() == text.encode("gb18030")
