"""docs/rules.md: its tables are the shipped packs, its examples are run."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import get_args

import pytest

from projledger.cli.app import main
from projledger.load import shipped_pack
from projledger.models.rules import MEASURES, SHIPPED, Clause, Measure

PAGE = (Path(__file__).parent.parent / "docs/rules.md").read_text("utf-8")
SIGNS = {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "==": "="}
FOOTER = re.compile(r"\n-{20,}\nLights by .*", re.DOTALL)


def examples() -> list[tuple[str, dict[str, str], str]]:
    """Every command of the page with the ledgers that stand before it, and what it printed."""
    found, files = [], {}
    for kind, first, rest in re.findall(r"```(yaml|console)\n(.*?)\n(.*?)```\n", PAGE, re.DOTALL):
        if kind == "yaml":
            name = first.removeprefix("# file: ")
            files = {name: rest} if name == "projledger.yaml" else {**files, name: rest}
        else:
            found.append((first.removeprefix("$ projledger "), files, rest))
    return found


def row(clause: Clause) -> str:
    value = f"{clause.value}".replace("-", "−")
    what = f"`{clause.measure}` {SIGNS[clause.op]} {value}"
    if clause.scope is not None:
        what += f" for a {clause.scope}'s target"
    if clause.streak > 1:
        what += f", {clause.streak} months running"
    return f"| `{clause.id}` | {what} | {clause.light} |"


@pytest.mark.parametrize("name", SHIPPED)
def test_the_tables_are_the_packs(name: str) -> None:
    section = PAGE.partition(f"\n## `{name}`\n")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    assert rows == [row(clause) for clause in shipped_pack(name).clauses]
    assert "```console" in section


def test_every_measure_is_explained() -> None:
    assert set(MEASURES) == set(get_args(Measure))
    for measure in MEASURES:
        assert f"\n| `{measure}` |" in PAGE


@pytest.mark.parametrize(("command", "files", "printed"), examples(), ids=lambda value: str(value)[:40])
def test_the_examples_say_what_the_program_says(
    command: str, files: dict[str, str], printed: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert main([*shlex.split(command), "--workspace", str(tmp_path), "--lang", "en"]) == 0
    assert FOOTER.sub("", capsys.readouterr().out).rstrip("\n") + "\n" == printed


@pytest.mark.parametrize("name", SHIPPED)
def test_every_clause_of_a_pack_says_where_it_was_published(name: str) -> None:
    clauses = shipped_pack(name).clauses
    assert len({clause.id for clause in clauses}) == len(clauses)
    for clause in clauses:
        assert clause.text.en
        assert clause.text.zh
        assert name == "default" or "as reported" in clause.source.en or "left open" in clause.source.en
        # Each language says it in its own words: no Chinese among English ones, and no English sentence in Chinese.
        assert clause.source.en.isascii()
        assert re.search(r"[\u4e00-\u9fff]", clause.source.zh)
        assert not re.search(r"[A-Za-z]{3,} [A-Za-z]{2,}", clause.source.zh)


def test_a_place_may_write_its_source_on_one_line() -> None:
    def made(source: object) -> Clause:
        kept = {"id": "a", "measure": "overdue_days", "op": ">", "value": "0", "light": "red"}
        return Clause.model_validate({**kept, "text": {"en": "Late", "zh": "逾期"}, "source": source})

    line = made("清政办〔2024〕3号").source
    assert [line.said("en"), line.said("zh")] == ["清政办〔2024〕3号", "清政办〔2024〕3号"]
    both = made({"en": "Notice 3 of 2024", "zh": "清政办〔2024〕3号"}).source
    assert [both.said("en"), both.said("zh")] == ["Notice 3 of 2024", "清政办〔2024〕3号"]
