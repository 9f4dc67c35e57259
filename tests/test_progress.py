"""Progress: seen on a terminal while work lasts, nowhere else, and gone afterwards; the screen is pyte's."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyte
import pytest

from projledger.cli.progress import Progress

PROJECT = "id: P9\nname: 新步鞋业二期\nunit: u\nowner: o\n"
# What a shell started in the background, and so the tests and what they start, ignore interruptions.
AT_ONCE = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from projledger.cli import app, progress; progress.DELAY = {delay}; sys.exit(app.main(sys.argv[1:]))"
)


@pytest.fixture
def slow(tmp_path: Path) -> Path:
    """A place of which one ledger is a pipe: reading it waits until somebody writes there."""
    (tmp_path / "projects").mkdir()
    (tmp_path / "projledger.yaml").write_text("name: 清河县\nas_of: 2024-06-11\n", encoding="utf-8")
    os.mkfifo(tmp_path / "projects" / "slow.yaml")
    return tmp_path


class Terminal:
    """A command at a terminal of its own, and what its screen shows."""

    def __init__(self, *arguments: str, delay: float = 0, columns: int = 80, **environment: str) -> None:
        self.screen = pyte.Screen(columns, 60)
        self._stream = pyte.ByteStream(self.screen)
        self.written = b""
        given = {**os.environ, "TERM": "xterm-256color", "COLUMNS": str(columns), **environment}
        self._fd, theirs = os.openpty()
        command = [sys.executable, "-c", AT_ONCE.format(delay=delay), *arguments]
        self.process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=given)
        os.close(theirs)

    def read(self) -> bool:
        """Take in what the command wrote next; False when it is over."""
        try:
            raw = os.read(self._fd, 65536)
        except OSError:  # how Linux says that the other end has gone
            raw = b""
        self.written += raw
        self._stream.feed(raw)
        return bool(raw)

    def wait_for(self, seen: Callable[[str], bool]) -> str:
        """Read until the screen shows something."""
        while not seen(self.shown):
            assert self.read(), self.written.decode()
        return self.shown

    @property
    def shown(self) -> str:
        return "\n".join(line.rstrip() for line in self.screen.display).strip()

    def end(self) -> int:
        """Read to the end; the exit code."""
        while self.read():
            pass
        os.close(self._fd)
        return self.process.wait()


def feed(place: Path) -> None:
    (place / "projects" / "slow.yaml").write_text(PROJECT, encoding="utf-8")


def test_it_is_shown_while_work_lasts_and_gone_afterwards(slow: Path) -> None:
    terminal = Terminal("status", "--workspace", str(slow), "--lang", "zh")
    shown = terminal.wait_for(lambda screen: "正在读取台账" in screen)
    assert "\n" not in shown
    feed(slow)
    assert terminal.end() == 0
    assert terminal.shown.startswith("清河县")
    assert "正在" not in terminal.shown
    assert not terminal.screen.cursor.hidden


def test_it_stays_on_one_line_of_a_narrow_terminal(slow: Path) -> None:
    terminal = Terminal("status", "--workspace", str(slow), "--lang", "zh", columns=30)
    assert "\n" not in terminal.wait_for(lambda screen: "正在读取台账" in screen)
    feed(slow)
    assert terminal.end() == 0
    assert "正在" not in terminal.shown


def test_an_interruption_leaves_the_screen_clean(slow: Path) -> None:
    terminal = Terminal("status", "--workspace", str(slow))
    terminal.wait_for(lambda screen: "Reading the ledgers" in screen)
    terminal.process.send_signal(signal.SIGINT)
    assert terminal.end() == 130
    assert "Reading" not in terminal.shown
    assert not terminal.screen.cursor.hidden


def test_a_failure_leaves_the_screen_clean(slow: Path) -> None:
    terminal = Terminal("show", "P404", "--workspace", str(slow))
    terminal.wait_for(lambda screen: "Reading the ledgers" in screen)
    feed(slow)
    assert terminal.end() == 2
    assert terminal.shown.startswith("projledger: ")


@pytest.mark.parametrize(("option", "colored"), [("auto", False), ("always", True), ("never", False)])
def test_colours_are_those_that_were_asked_for(slow: Path, option: str, colored: bool) -> None:
    """NO_COLOR is set: only `--color always` says otherwise. 38;5 and 3x choose a colour."""
    terminal = Terminal("status", "--workspace", str(slow), "--color", option, "-f", "json", NO_COLOR="1")
    terminal.wait_for(lambda screen: "Reading the ledgers" in screen)
    assert (b"\x1b[38;" in terminal.written or b"\x1b[3" in terminal.written) is colored
    feed(slow)
    assert terminal.end() == 0


@pytest.mark.parametrize(
    ("delay", "environment"), [(3600.0, {}), (0.0, {"TERM": "dumb"})], ids=["quick work", "a terminal without lines"]
)
def test_it_is_not_shown(slow: Path, delay: float, environment: dict[str, str]) -> None:
    (slow / "projects" / "slow.yaml").unlink()
    feed(slow)
    terminal = Terminal("status", "--workspace", str(slow), "-o", os.devnull, delay=delay, **environment)
    assert terminal.end() == 0
    assert terminal.written == b""


def test_nothing_is_written_where_stderr_is_no_terminal(slow: Path) -> None:
    command = [sys.executable, "-c", AT_ONCE.format(delay=0), "status", "--workspace", str(slow), "-f", "json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    feed(slow)  # waits until the command reads
    out, err = process.communicate()
    assert (process.returncode, err) == (0, b"")
    assert out.startswith(b"{")


def test_unseen_it_hands_on_the_very_items() -> None:
    """Where nobody looks nothing is counted: the same object comes back, and costs what it cost."""
    items = [1, 2]
    progress = Progress({})
    with progress.on("work"):
        assert progress("work", items) is items
