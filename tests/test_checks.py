"""Every code of typing and checking, by ledgers that carry their own expected findings on the line.

A file below `bad/` is a small workspace: `# file: NAME` begins each of its ledgers; a line that a finding belongs to
ends with `# error: code:column` or `# warning: code:column`. Lines without such a mark must stay free of findings, so
every file shows what is right beside what is wrong. `# check --strict` at its top adds the completeness checks.
"""

import re
from datetime import date
from pathlib import Path

import pytest

from projledger import checks, load
from projledger.cli import catalogue
from projledger.diagnostics import Diagnostic

BAD = Path(__file__).parent / "bad"
CASES = sorted([*BAD.glob("checks/*.yaml"), *BAD.glob("typing/*.yaml")])
AS_OF = date(2024, 6, 11)
MARK = re.compile(r"(error|warning): ([a-z-]+):([0-9]+)")
Expected = tuple[str, int, int, str, str]


def files_of(case: Path) -> tuple[dict[str, str], set[Expected]]:
    """The ledgers of a case and the findings it expects: (file, line, column, severity, code)."""
    files: dict[str, str] = {}
    expected: set[Expected] = set()
    for part in re.split(r"^# file: ", case.read_text("utf-8"), flags=re.MULTILINE)[1:]:
        name, _end, text = part.partition("\n")
        files[name] = text
        for number, line in enumerate(text.splitlines(), 1):
            for severity, code, column in MARK.findall(line.partition("  # ")[2]):
                expected.add((name, number, int(column), severity, code))
    files.setdefault("projledger.yaml", "name: 清河县\n")
    return files, expected


def found_in(files: dict[str, str], strict: bool = False) -> list[Diagnostic]:
    loaded = load.load([(name, text.encode()) for name, text in files.items()])
    found = checks.run(loaded.workspace, AS_OF, strict)
    return [*loaded.diagnostics, *loaded.locate(found, catalogue.severities())]


@pytest.mark.parametrize("case", CASES, ids=[case.stem for case in CASES])
def test_every_fault_is_found_at_its_place_and_nothing_else(case: Path) -> None:
    files, expected = files_of(case)
    found = found_in(files, strict="# check --strict" in case.read_text("utf-8"))
    assert {(d.file, d.span.line, d.span.column, d.severity, d.code) for d in found} == expected
    assert len(found) == len(expected)
    for d in found:
        assert d.message
        assert d.help
        assert "{" not in d.message
        assert d.excerpt or d.code == "unknown-file"  # nobody reads it


def test_a_file_shows_fifty_findings_and_counts_the_rest() -> None:
    tasks = "".join(f"  - {{id: T{n}, name: 平整, deadline: 2024-06-28}}\n" for n in range(120))
    files = {
        "projledger.yaml": "name: 清河县\n",
        "projects/a.yaml": f"id: P001\nname: 新步\nunit: park\ntasks:\n{tasks}",
    }
    found = found_in(files)
    assert [d.code for d in found] == ["no-owner"] * 50 + ["too-many"]
    assert [d.span.line for d in found] == [*range(5, 55), 54]
    assert found[-1].message == "70 more findings in this file are not shown"


def test_every_code_has_a_case() -> None:
    marked = {code for case in CASES for *_place, code in files_of(case)[1]}
    ours = {rule.code for rule in (*load.RULES, *checks.RULES)}
    assert ours <= marked
    assert marked <= {rule.code for rule in catalogue.rules()}
