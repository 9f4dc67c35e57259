"""Every code of typing and checking, by ledgers that carry their own expected findings on the line.

A file below `bad/` is a small workspace: `# file: NAME` begins each of its ledgers; a line that a finding belongs to
ends with `# error: code:column` or `# warning: code:column`. Lines without such a mark must stay free of findings, so
every file shows what is right beside what is wrong. `# check --strict` at its top adds the completeness checks.
"""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from projledger import checks, i18n, load
from projledger.checks import links, settings
from projledger.cli import catalogue, options
from projledger.diagnostics import Diagnostic
from projledger.models.project import Project
from projledger.models.types import Record, RefKind

BAD = Path(__file__).parent / "bad"
CASES = sorted([*BAD.glob("checks/*.yaml"), *BAD.glob("typing/*.yaml")])
AS_OF = date(2024, 6, 11)
MARK = re.compile(r"(error|warning): ([a-z-]+):([0-9]+)")
Expected = tuple[str, int, int, str, str]
ROOT = Path(__file__).parents[1]
LAYOUT = re.compile(r"\S.*?\n\nWhy: .+?\n\nExample:\n\n(    .*\n)+(\n(    .*\n)+)*\nRemedy: \S.*", re.DOTALL)
LAYOUT_ZH = re.compile(r"\S.*?\n\n原因：.+?\n\n示例：\n\n(    .*\n)+(\n(    .*\n)+)*\n处理：\S.*", re.DOTALL)


@pytest.fixture
def chinese() -> Iterator[None]:
    i18n.use("zh")
    yield
    i18n.use("en")


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
    return [*loaded.diagnostics, *loaded.check(AS_OF, strict)]


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


@pytest.mark.parametrize("case", CASES, ids=[case.stem for case in CASES])
def test_every_finding_speaks_chinese(case: Path, chinese: None) -> None:
    for d in found_in(files_of(case)[0], strict=True):
        # Names and keys of the ledgers stay as they are; the sentences around them do not.
        assert re.search("[\u4e00-\u9fff]", re.sub("“[^”]*”", "", d.message)), d.message
        assert re.search("[\u4e00-\u9fff]", d.help), d.help
        assert not re.search(r"[{}]", d.message)


@pytest.mark.parametrize("as_of", [date(1900, 1, 1), AS_OF, date(2199, 12, 31)])
def test_any_day_can_be_looked_at(as_of: date) -> None:
    for case in CASES:
        workspace = load.load([(name, text.encode()) for name, text in files_of(case)[0].items()]).workspace
        codes = {finding.code for finding in checks.run(workspace, as_of)}
        assert codes <= {rule.code for rule in checks.RULES if not rule.strict}


@pytest.mark.parametrize(
    "folder", ["ledgers", *sorted(f"examples/{p.parent.name}" for p in ROOT.glob("examples/*/projledger.yaml"))]
)
def test_the_ledgers_of_the_examples_are_free_of_findings(folder: str) -> None:
    loaded = load.load(load.read_folder(ROOT / folder))
    as_of = loaded.workspace.settings.as_of
    assert as_of is not None
    assert list(loaded.diagnostics) == []
    assert checks.run(loaded.workspace, as_of) == []


def test_every_rule_is_documented_in_the_same_layout() -> None:
    for rule in catalogue.rules():
        assert LAYOUT.fullmatch(rule.doc), rule.code


def test_every_rule_is_documented_in_chinese_in_the_same_layout(chinese: None) -> None:
    for rule in catalogue.rules():
        assert LAYOUT_ZH.fullmatch(i18n._(rule.doc)), rule.code


def test_a_saved_view_may_hold_what_the_command_line_knows() -> None:
    assert set(settings.FILTERS) == {f"--{option.name}" for option in options.FILTERS} - {"--view"}


def test_the_walk_reaches_every_field_that_refers_to_something() -> None:
    kinds = frozenset(get_args(RefKind))
    models: list[type[BaseModel]] = [Project, *load.KINDS.values()]
    for model in models:
        for info in model.model_fields.values():  # the list grows while it is walked
            models += [m for m in Record.__subclasses__() if m not in models and m.__name__ in repr(info.annotation)]
    entries = referring = 0
    for model in models:
        plan = links._plan(model, kinds)
        entries += len(plan.single) + len(plan.several) + len(plan.mapped)
        referring += sum("Refers(" in f"{i.annotation} {i.metadata}" for i in model.model_fields.values())
    assert entries == referring > 50


def test_every_code_has_a_case() -> None:
    marked = {code for case in CASES for *_place, code in files_of(case)[1]}
    ours = {rule.code for rule in (*load.RULES, *checks.RULES)}
    assert ours <= marked
    assert marked <= {rule.code for rule in catalogue.rules()}
