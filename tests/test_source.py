"""Reading ledgers: every fault has a place, a reason and a remedy, and nothing ever raises."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from projledger.diagnostics import Diagnostic
from projledger.source import Tree, decode, read

BAD = Path(__file__).parent / "bad" / "yaml"
FIXTURES = sorted(BAD.glob("*.yaml"))


def parse(raw: bytes | str) -> tuple[Tree | None, list[Diagnostic]]:
    source, found = decode("a.yaml", raw.encode() if isinstance(raw, str) else raw)
    if source is None:
        return None, found
    tree, more = read(source)
    return tree, [*found, *more]


def places(found: list[Diagnostic]) -> list[tuple[int, int, str]]:
    return [(d.span.line, d.span.column, d.code) for d in found]


def expected(path: Path) -> list[tuple[int, int, str]]:
    """From `.expect` beside it (`LINE:COLUMN CODE`), or from comments in its lines (`# error: CODE COLUMN, …`)."""
    beside = path.with_suffix(".expect")
    if beside.exists():
        rows = [re.fullmatch(r"(\d+):(\d+) (\S+)", line) for line in beside.read_text().splitlines()]
        return [(int(row[1]), int(row[2]), row[3]) for row in rows if row]
    lines = path.read_bytes().decode().split("\n")
    return [
        (n, int(column), code)
        for n, line in enumerate(lines, 1)
        for note in re.findall(r"# error: (.*)", line)
        for code, column in re.findall(r"([\w-]+) (\d+)", note)
    ]


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_bad_fixture(path: Path) -> None:
    tree, found = parse(path.read_bytes())
    assert places(found) == expected(path)
    assert all(d.message and d.help and d.file == "a.yaml" for d in found)
    assert (tree is None) == any(d.severity == "error" for d in found)
