"""What a command does not import: start-up is a feature, and a late import is easily made an early one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from projledger import source
from projledger.models.rules import SHIPPED
from projledger.source import careful

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    ("arguments", "spared"),
    [
        (["--version"], {"typer", "pydantic", "yaml", "rich", "gettext"}),
        (["--help"], {"pydantic", "yaml", "rich", "projledger.reports.status"}),
        (
            ["--workspace", "ledgers", "status"],
            {
                "rich",
                "ruamel",
                "holidays",
                "wcwidth",
                "importlib.metadata",
                "projledger.checks",
                "projledger.render.html",
                "projledger.cli.witness",
                "projledger.reports.parts.slipped",
                "projledger.analysis.timeline",
                "projledger.load.history",
                "sqlite3",
                "json",
                "projledger.load.kept",
                "projledger.source.careful",
            },
        ),
    ],
)
def test_what_is_not_imported(arguments: list[str], spared: set[str]) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-X", "importtime", "-m", "projledger", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True)
    imported = {line.rsplit(b"|", 1)[1].strip().decode() for line in done.stderr.splitlines() if b"|" in line}
    assert not imported & spared


def test_every_shipped_rule_pack_is_read_the_quick_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command reads one: a text in it that needs the careful way would cost each of them."""

    def careful_way(one: source.Source) -> None:
        raise AssertionError(one.file)

    monkeypatch.setattr(careful, "salvage", careful_way)
    for name in SHIPPED:
        decoded, _faults = source.decode(name, (ROOT / "src" / "projledger" / "rules" / f"{name}.yaml").read_bytes())
        assert decoded is not None
        assert source.read(decoded)[0] is not None
