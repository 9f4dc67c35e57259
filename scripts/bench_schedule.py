"""Measures `schedule` on one project of 10 000 tasks against TaskJuggler on the same network, and its growth.

Whole processes, medians, taken in turn; exits 1 when a limit is missed. Without `tj3` (Debian package `tj3`) the
comparison is skipped and said. Both write a table of all tasks: ours to stdout, TaskJuggler's as CSV.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from bench import PYTHON, ROOT, TOOL, Bench, paired, wall

AS_OF = date(2024, 6, 11)
AGAINST_TASKJUGGLER = 0.05
GROWTH = 1.5  # linear; the caches of the machine account for the rest

INSIDE = """
import gc, sys, time
gc.set_threshold(100_000, 20, 100)  # as the command does
from datetime import date
from pathlib import Path
from projledger import load
from projledger.analysis.schedule import schedule
places = [load.load(load.read_folder(Path(folder))).workspace for folder in sys.argv[1:]]
best = [float("inf")] * len(places)
for _run in range(9):
    for number, place in enumerate(places):
        start = time.perf_counter()
        found = schedule(place, date(2024, 6, 11))
        best[number] = min(best[number], (time.perf_counter() - start) / len(found.plans))
print(best[1] / best[0])
"""


def network(count: int) -> list[tuple[int, int, list[int]]]:
    """`count` tasks as (number, workdays, the tasks before it): chains of twenty that also wait for each other."""
    tasks = []
    for number in range(count):
        before = [number - 1] if number % 20 else []
        if number % 20 > 2 and number >= 23:
            before.append(number - 23)
        tasks.append((number, 1 + number * 7 % 9, before))
    return tasks


def write_ledger(folder: Path, count: int) -> None:
    """The network as a workspace of one project."""
    (folder / "projects").mkdir(parents=True)
    settings = f"name: 测量县\nas_of: {AS_OF}\ncalendar: {{country: CN}}\n"
    (folder / "projledger.yaml").write_text(settings, encoding="utf-8")
    deadline = AS_OF + timedelta(days=3650)
    lines = ["id: P001", "name: 测量项目", "unit: u", "owner: 张三", "tasks:"]
    for number, workdays, before in network(count):
        after = ", ".join(f"T{other}" for other in before)
        what = f"id: T{number}, name: 第{number}项工序, duration: {workdays}, deadline: {deadline}, after: [{after}]"
        lines.append(f"  - {{{what}}}")
    (folder / "projects" / "P001.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_taskjuggler(file: Path, count: int) -> None:
    """The same network for TaskJuggler: workdays of eight hours, Monday to Friday, no resources, one CSV report."""
    lines = [f'project p "p" {AS_OF} +10y {{ timezone "Asia/Shanghai" }}']
    for number, workdays, before in network(count):
        depends = f" depends {', '.join(f'!t{other}' for other in before)}" if before else ""
        lines.append(f'task t{number} "t{number}" {{ length {workdays}d{depends} }}')
    lines.append('taskreport r "r" { formats csv columns id, name, duration, start, end }')
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def growth(small: Path, large: Path) -> float:
    """How much longer the schedule alone takes for a task of the larger network."""
    command = [PYTHON, "-c", INSIDE, str(small), str(large)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout)


def main() -> int:
    """Print the ratios."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    bench = Bench()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_ledger(folder / "small", 1_000)
        write_ledger(folder / "large", 10_000)
        found = growth(folder / "small", folder / "large")
        bench.figure("schedule: growth from 1 000 to 10 000 tasks, per task", found, GROWTH, "×")
        ours = [*TOOL, "--workspace", str(folder / "large"), "schedule", "P001"]
        if shutil.which("tj3") is None:
            print(f"skip schedule P001 / tj3: tj3 is not installed ({wall(ours):.2f} s)")
        else:
            file = folder / "large.tjp"
            write_taskjuggler(file, 10_000)
            theirs = ["tj3", "--silent", "--no-color", "--output-dir", name, str(file)]
            mine, peer = paired(lambda: wall(ours), lambda: wall(theirs), 1)
            bench.ratio("schedule P001, 10 000 tasks / tj3", mine, peer, AGAINST_TASKJUGGLER)
    return 1 if bench.missed else 0


if __name__ == "__main__":
    sys.exit(main())
