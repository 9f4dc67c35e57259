"""What is kept between two runs: nothing of another reader is believed, and the folder stays small."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import pytest

import projledger
from projledger import load
from projledger.load import sweep as sweeping
from projledger.load.edition import _ROOMS
from projledger.load.store import Store
from projledger.load.sweep import EVERY, MOST, UNUSED, sweep
from trace_story import ROOT, Told, run

DAY = 24 * 60 * 60
NOW = time.time()
STATUS = ("status", "--as-of", "2024-06-11")


def aged(file: Path, days: float, content: bytes = b"") -> Path:
    """A file that was used last some days ago."""
    if not file.exists():
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content)
    os.utime(file, (NOW - days * DAY,) * 2)
    return file


@pytest.fixture
def county(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace whose reading is kept."""
    monkeypatch.setattr(load, "WORTH", 0)
    return Path(shutil.copytree(ROOT / "ledgers", tmp_path / "county"))


def test_what_is_written_down_is_what_the_documentation_says() -> None:
    assert (UNUSED, MOST, EVERY) == (60 * DAY, 1024**3, 7 * DAY)


def test_what_was_not_used_for_long_goes_and_nothing_else(tmp_path: Path) -> None:
    old = [aged(tmp_path / name, 61) for name in ("ledgers-a.trees", "ledgers-a.names", "blobs-a.sqlite")]
    late = aged(tmp_path / "ledgers-b.trees", 59)
    notes = aged(tmp_path / "notes.txt", 400)
    (tmp_path / "ledgers-c").mkdir()
    aged(tmp_path / "ledgers-c", 400)
    (tmp_path / "blobs-link").symlink_to(notes)
    sweep(tmp_path, NOW)
    assert not any(file.exists() for file in old)
    assert {file.name for file in tmp_path.iterdir()} == {late.name, "notes.txt", "ledgers-c", "blobs-link", "swept"}


def test_of_too_much_that_goes_which_was_used_longest_ago(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "MOST", 250)
    for days in (0.5, 3, 9, 20):
        aged(tmp_path / f"blobs-{days}.sqlite", days, b"x" * 100)
    sweep(tmp_path, NOW)
    assert {file.name for file in tmp_path.glob("blobs-*")} == {"blobs-0.5.sqlite", "blobs-3.sqlite"}
    # What is larger than that by itself stays while it is in use: it would be made anew each time.
    monkeypatch.setattr(sweeping, "MOST", 10)
    sweep(tmp_path, NOW + EVERY)  # a week later nothing was used for a day
    assert not list(tmp_path.glob("blobs-*"))
    aged(tmp_path / "blobs-large.sqlite", -13.5, b"x" * 100)
    sweep(tmp_path, NOW + 2 * EVERY)
    assert (tmp_path / "blobs-large.sqlite").exists()


def test_it_is_looked_at_once_a_week(tmp_path: Path) -> None:
    sweep(tmp_path, NOW)
    old = aged(tmp_path / "blobs-a.sqlite", 61)
    sweep(tmp_path, NOW + 6.9 * DAY)
    assert old.exists()
    sweep(tmp_path, NOW + 7.1 * DAY)
    assert not old.exists()
    # A clock that went astray holds it up for no longer than a week of its own.
    old = aged(tmp_path / "blobs-a.sqlite", 400)
    aged(tmp_path / "swept", -1000)
    sweep(tmp_path, NOW)
    assert not old.exists()


def test_a_command_sweeps_and_marks_what_it_uses(county: Path) -> None:
    folder = county.parent / "cache" / "projledger"
    first = run(county, *STATUS)
    (trees,), (names,) = folder.glob("*.trees"), folder.glob("*.names")
    strange = aged(folder / "ledgers-of-another-version.trees", 61)
    for file in (trees, names):
        aged(file, 59)
    aged(folder / "swept", 6)
    assert run(county, *STATUS) == first
    assert strange.exists()
    assert min(file.stat().st_mtime for file in (trees, names)) > NOW - DAY
    aged(folder / "swept", 8)
    assert run(county, *STATUS) == first
    assert not strange.exists()
    assert trees.exists()
    for file in (trees, names):
        aged(file, 61)
    aged(folder / "swept", 8)
    assert run(county, *STATUS) == first  # read as if it were the first time
    assert min(file.stat().st_mtime for file in (trees, names)) > NOW - DAY


def test_a_walk_marks_what_it_uses(told: Told, tmp_path: Path) -> None:
    first = run(told.folder, "slips", cache=tmp_path)
    (store,) = tmp_path.rglob("*.sqlite")
    aged(store, 59)
    assert run(told.folder, "slips", cache=tmp_path) == first
    assert store.stat().st_mtime > NOW - DAY


@pytest.mark.parametrize("where", ["nothing", "file", "/proc/nowhere"])
def test_a_folder_that_is_none_is_no_failure(tmp_path: Path, where: str) -> None:
    (tmp_path / "file").touch()
    sweep(tmp_path / where, NOW)
    assert [file.name for file in tmp_path.iterdir()] == ["file"]


def test_what_cannot_be_removed_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def held(file: Path) -> None:
        if file.name == "blobs-held.sqlite":
            raise PermissionError(13, "used by another process", str(file))
        original(file)

    original = Path.unlink
    files = [aged(tmp_path / f"blobs-{name}.sqlite", 61) for name in ("a", "held", "z")]
    monkeypatch.setattr(Path, "unlink", held)
    sweep(tmp_path, NOW)
    assert [file.exists() for file in files] == [False, True, False]


def test_two_may_sweep_at_once(tmp_path: Path) -> None:
    files = [aged(tmp_path / f"ledgers-{number}.trees", 61) for number in range(500)]
    begin, failed = threading.Barrier(4), []

    def swept() -> None:
        begin.wait()
        try:
            sweep(tmp_path, NOW)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=swept) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert not any(file.exists() for file in files)


def test_a_store_that_is_swept_away_under_its_reader_does_no_harm(tmp_path: Path) -> None:
    with Store(tmp_path, "万元") as store:
        store.put("a", "1")
    (file,) = tmp_path.glob("*.sqlite")
    with Store(tmp_path, "万元") as reading:
        file.unlink()
        with Store(tmp_path, "万元") as other:  # a second process begins it anew meanwhile
            other.put("b", "2")
        assert reading.get("a") in ("1", None)
        reading.put("c", "3")
    with Store(tmp_path, "万元") as store:
        assert store.get("b") in ("2", None)
        assert store.get("a") is None


EDITION = "from projledger.load.edition import edition; print(edition())"


def edition_of(path: Path) -> str:
    environment = {**os.environ, "PYTHONPATH": str(path), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, "-c", EDITION], env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_what_another_reader_kept_is_not_looked_at(tmp_path: Path) -> None:
    """Every edit of what has a part in reading makes another edition, without anybody thinking of it."""
    package = Path(projledger.__file__).parent
    copy = tmp_path / "src" / "projledger"
    shutil.copytree(package, copy, ignore=shutil.ignore_patterns("__pycache__"))  # with the times of its files
    assert edition_of(copy.parent) == edition_of(package.parent)
    first = edition_of(copy.parent)
    page = copy / "reports" / "status.py"
    page.write_text(page.read_text() + "# a word\n")
    assert edition_of(copy.parent) == first  # no part in reading
    for name in ("source/quick.py", "models/types.py", "load/kept.py", "quantities.py"):
        file = copy / name
        text = file.read_text()
        file.write_text(text.replace("e", "e", 1))  # as large as it was
        again = edition_of(copy.parent)
        assert again != first, name
        first = again


def test_an_edition_without_files_is_known_by_its_version(tmp_path: Path) -> None:
    archive = tmp_path / "projledger.zip"
    package = Path(projledger.__file__).parent
    with zipfile.ZipFile(archive, "w") as file:
        for path in package.rglob("*.py"):
            file.write(path, path.relative_to(package.parent))
    assert edition_of(archive) != edition_of(package.parent)


def test_an_edition_looks_at_all_that_reading_imports() -> None:
    script = "import sys, projledger.load.history, projledger.load.past, projledger.load.kept; print(*sys.modules)"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    ours = [name.split(".")[1:] for name in done.stdout.split() if name.startswith("projledger.")]
    rooms = {parts[0] for parts in ours if (ROOT / "src" / "projledger" / parts[0]).is_dir()}
    assert rooms == set(_ROOMS) - {""}
    assert {len(parts) for parts in ours} <= {1, 2}  # no room within a room
