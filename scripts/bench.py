"""Measures what is promised about speed and memory, as ratios taken in one run; exits 1 when one is missed.

Whole processes are timed from outside, in turn with what they are compared with; medians of several runs. Every
`scripts/bench_*.py` beside this file is run too.
"""

from __future__ import annotations

import argparse
import compileall
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import corpus

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sys.executable
TOOL = [str(Path(PYTHON).with_name("projledger"))]  # what a user starts

READ = """
import sys, time
from pathlib import Path
from projledger import load
files = list(load.read_folder(Path(sys.argv[1])))
start = time.perf_counter()
loaded = load.load(files)
print(time.perf_counter() - start)
assert not loaded.workspace.left_out
"""
LAGGING = """
import sys, time
from pathlib import Path
from projledger import load
from projledger.analysis.selection import Filter
from projledger.reports import Query, lagging
files = list(load.read_folder(Path(sys.argv[1])))
start = time.perf_counter()
workspace = load.load(files).workspace
read = time.perf_counter()
result = lagging.compute(Query(workspace, workspace.settings.as_of, Filter(), {"by": None, "reason": None}))
print((time.perf_counter() - read) / (read - start))
"""
FLOOR = """
import sys, time
from pathlib import Path
from yaml._yaml import CParser
texts = [path.read_bytes().decode() for path in sorted(Path(sys.argv[1]).rglob("*.yaml"))]
start = time.perf_counter()
for text in texts:
    CParser(text).raw_parse()
print(time.perf_counter() - start)
"""


def wall(command: list[str]) -> float:
    """Seconds of one whole process."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT)
    return time.perf_counter() - start


def inside(script: str, folder: Path) -> float:
    """Seconds that a script measured of its own work."""
    done = subprocess.run([PYTHON, "-c", script, str(folder)], check=True, capture_output=True, text=True, cwd=ROOT)
    return float(done.stdout)


def peak(script: str, folder: Path) -> float:
    """Peak memory of a script in MiB."""
    process = os.posix_spawn(PYTHON, [PYTHON, "-c", script, str(folder)], dict(os.environ))
    _pid, status, usage = os.wait4(process, 0)
    if status:
        raise SystemExit("the measured process failed")
    return usage.ru_maxrss / (1 if sys.platform == "darwin" else 1024)


def paired(first: Callable[[], float], second: Callable[[], float], runs: int) -> tuple[float, float]:
    """Medians of two measurements taken in turn."""
    a, b = [], []
    for _run in range(runs):
        a.append(first())
        b.append(second())
    return statistics.median(a), statistics.median(b)


class Bench:
    """Prints rows and remembers whether a limit was missed."""

    missed = False

    def ratio(self, name: str, ours: float, theirs: float, limit: float) -> None:
        """A ratio that must stay at or under its limit."""
        self._row(name, f"{ours * 1000:9.1f} ms / {theirs * 1000:9.1f} ms", ours / theirs, limit)

    def figure(self, name: str, value: float, limit: float, unit: str) -> None:
        """A figure that must stay at or under its limit."""
        self._row(name, f"{value:9.1f} {unit}", value, limit)

    def _row(self, name: str, what: str, value: float, limit: float) -> None:
        met = value <= limit
        self.missed |= not met
        print(f"{'ok  ' if met else 'MISS'} {name:52} {what:36} {value:8.2f}  at most {limit:g}", flush=True)


def main() -> int:
    """Run every case."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    bench = Bench()
    compileall.compile_dir(ROOT / "src", quiet=1)  # as an installed package is
    nothing = [PYTHON, "-I", "-c", "pass"]
    for arguments, limit in ((["--version"], 8), (["--help"], 16), (["--workspace", "ledgers", "status"], 25)):
        ours, theirs = paired(lambda a=arguments: wall([*TOOL, *a]), lambda: wall(nothing), 15)  # type: ignore[misc]
        bench.ratio(f"projledger {' '.join(arguments)} / python -c pass", ours, theirs, limit)
    with tempfile.TemporaryDirectory() as name:
        small, large = Path(name) / "small", Path(name) / "large"
        corpus.write(small, 100)
        corpus.write(large, 1000)
        ours, theirs = paired(lambda: inside(READ, large), lambda: inside(FLOOR, large), 5)
        bench.ratio("read and type 60 000 records / libyaml events", ours, theirs, 12)
        little = statistics.median(inside(READ, small) for _run in range(5))
        bench.figure("growth from 6 000 to 60 000 records, per record", ours / little / 10, 1.15, "×")
        lagging = statistics.median(inside(LAGGING, large) for _run in range(3))
        bench.figure("lagging over 60 000 records / reading them", lagging, 1.5, "×")
        bench.figure("peak memory of reading 60 000 records", peak(READ, large), 250, "MiB")
    failed = bench.missed
    for script in sorted(Path(__file__).parent.glob("bench_*.py")):
        failed |= subprocess.run([PYTHON, str(script)], check=False, cwd=ROOT).returncode != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
