"""The job of `examples/cron` with an empty environment: what it writes, what it prints, its exit codes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
JOB = ROOT / "examples" / "cron" / "weekly.sh"


def script(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture
def bench(tmp_path: Path) -> dict[str, str]:
    """An environment of nothing but what the job needs, with a printer that writes down what it is given."""
    tools = tmp_path / "tools"
    tools.mkdir()
    script(tools / "lp", f'echo "$@" >> {tmp_path}/printed')
    program = script(tools / "projledger", f'PYTHONPATH={ROOT / "src"} exec {sys.executable} -m projledger "$@"')
    place = tmp_path / "ledgers"
    shutil.copytree(ROOT / "ledgers", place)
    return {
        "PATH": f"{tools}:/usr/bin:/bin",
        "PROJLEDGER": str(program),
        "PROJLEDGER_WORKSPACE": str(place),
        "OUT": str(tmp_path),
        "PERIOD": "2024-W23",
    }


def run(bench: dict[str, str], **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["sh", str(JOB)], env={**bench, **more}, capture_output=True, text=True, check=False)


def test_the_page_is_written_without_a_terminal_or_a_locale(bench: dict[str, str], tmp_path: Path) -> None:
    done = run(bench, FORMAT="text", PROJLEDGER_LANG="zh")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    page = (tmp_path / "weekly-2024-W23.text").read_text(encoding="utf-8")
    assert page.startswith("清河县督查周报")
    assert "2024年第23周" in page
    assert not (tmp_path / "printed").exists()  # only a PDF goes to the printer


def test_what_cannot_be_read_is_said_and_the_page_stands(bench: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "ledgers" / "projects" / "broken.yaml").write_text("id: P999\nname: [\n", encoding="utf-8")
    done = run(bench, FORMAT="html")
    assert done.returncode == 3
    assert "projects/broken.yaml" in done.stderr
    assert "projects/broken.yaml" in (tmp_path / "weekly-2024-W23.html").read_text(encoding="utf-8")


def test_nothing_is_printed_when_there_is_no_page(bench: dict[str, str], tmp_path: Path) -> None:
    assert run(bench, PERIOD="2030-W01").returncode == 2
    assert run({**bench, "PROJLEDGER_WORKSPACE": ""}).returncode != 0
    assert not (tmp_path / "printed").exists()


def test_the_pdf_goes_to_the_printer(bench: dict[str, str], tmp_path: Path) -> None:
    # A program that writes its --output file: what is tried here is the job, not the page.
    program = script(tmp_path / "tools" / "writes", 'while [ $# -gt 1 ]; do shift; done; echo page > "$1"; exit 3')
    done = run({**bench, "PROJLEDGER": str(program), "PRINTER": "office"})
    assert done.returncode == 3
    printed = (tmp_path / "printed").read_text(encoding="utf-8")
    assert printed.split() == [
        *("-d", "office", "-o", "media=A4", "-t", "projledger", "weekly-2024-W23.pdf"),
        str(tmp_path / "weekly-2024-W23.pdf"),
    ]
