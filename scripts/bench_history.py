"""Measures `slips` over 1 000 commits on 300 ledgers (18 000 records), cold and warm, and `diff` on 1 000 ledgers.

Whole processes; exits 1 when a limit is missed. The floor of `slips` is reading and typing each blob of the history
once, in one process, with nothing else; that of `diff` is a `diff` of nothing in a place with one ledger (start-up),
two runs of `git diff`, and reading and typing both blobs once.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LEDGERS, TASKS, PROBLEMS, COMMITS = 300, 50, 10, 1000
COLD, WARM, PEAK_MIB, DIFF = 1.5, 0.1, 150, 1.0
DIFF_LEDGERS, DIFF_RUNS = 1000, 41

PARSE = """
import gc, sys, time
gc.set_threshold(100_000, 20, 100)
from pathlib import Path
from projledger import git
from projledger.load import KINDS, read_one
from projledger.models.project import Project
repository = git.repository(Path(sys.argv[1]))
only = sys.argv[2:]
blobs = {
    blob: name
    for logged in repository.logged(repository.commit("HEAD"))
    for name, blob in logged.touched.items()
    if blob is not None and name != "projledger.yaml" and (not only or name in only)
}
gc.disable()
with repository.reading() as reader:
    blob, name = next(iter(blobs.items()))
    read_one(name, reader.read(blob), Project, "万元")  # the first one pays for what is set up once
    start = time.perf_counter()
    for blob, name in blobs.items():
        value, _reason = read_one(name, reader.read(blob), Project, "万元")
        assert value is not None
print(time.perf_counter() - start, len(blobs))
"""


def ledger(number: int, deadlines: list[date], progress: list[int]) -> str:
    """One ledger of fifty tasks and ten problems."""
    lines = [f"id: P{number:03}", f"name: 第{number}号重点项目", "unit: u", "owner: 张三", "tasks:"]
    for at, (deadline, done) in enumerate(zip(deadlines, progress, strict=True)):
        lines += [
            f"  - id: T{at}",
            f"    name: 第{at}项工序",
            f"    deadline: {deadline}",
            f"    duration: {5 + at % 9}",
            "    started: 2024-01-08",
            f"    progress: {done}",
            "    updated: 2024-03-01",
        ]
    lines.append("problems:")
    for at in range(PROBLEMS):
        lines += [f"  - id: Q{at}", f"    text: 第{at}个问题", "    raised: 2024-02-01", "    deadline: 2024-12-20"]
    return "\n".join(lines) + "\n"


def build(folder: Path, ledgers: int = LEDGERS, commits: int = COMMITS, most: int = 5) -> None:
    """The repository, through one `git fast-import`; each commit changes up to so many ledgers."""
    chance = random.Random(5)
    start = date(2024, 6, 1)
    deadlines = [[start + timedelta(days=chance.randrange(200)) for _task in range(TASKS)] for _one in range(ledgers)]
    progress = [[0] * TASKS for _ledger in range(ledgers)]
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main", str(folder)], check=True)
    stream: list[bytes] = []

    def commit(number: int, files: dict[str, str]) -> None:
        stream.append(b"commit refs/heads/main\n")
        stream.append(f"committer 张三 <z@example.org> {1704700800 + number * 30000} +0800\n".encode())
        words = f"第{number}次填报".encode()
        stream.append(b"data %d\n%s\n" % (len(words), words))
        for name, text in files.items():
            raw = text.encode()
            stream.append(f'M 100644 inline "{name}"\n'.encode() + b"data %d\n%s\n" % (len(raw), raw))

    first = {f"projects/P{one:03}.yaml": ledger(one, deadlines[one], progress[one]) for one in range(ledgers)}
    commit(0, {"projledger.yaml": "name: 测量县\ncalendar: {country: CN}\n"} | first)
    for number in range(1, commits):
        touched = {}
        for one in chance.sample(range(ledgers), chance.randint(1, most)):
            task = chance.randrange(TASKS)
            if chance.random() < 0.2:
                deadlines[one][task] += timedelta(days=chance.randint(1, 60))
            else:
                progress[one][task] = min(100, progress[one][task] + 10)
            touched[f"projects/P{one:03}.yaml"] = ledger(one, deadlines[one], progress[one])
        commit(number, touched)
    subprocess.run(["git", "-C", str(folder), "fast-import", "--quiet"], input=b"".join(stream), check=True)
    subprocess.run(["git", "-C", str(folder), "reset", "--quiet", "--hard"], check=True)


def timed(arguments: list[str], folder: Path, cache: Path) -> tuple[float, float]:
    """Seconds and peak MiB of one run."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache), "PYTHONPATH": str(ROOT / "src")}
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "projledger", "-w", str(folder), *arguments], env=environment, stdout=subprocess.DEVNULL
    )
    _pid, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{arguments}: {status}")
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def compared(folder: Path, cache: Path) -> tuple[float, float, float, float]:
    """Seconds of `diff` of one ledger of many, of its start-up, of `git diff`, and of parsing both blobs."""
    many, one = folder / "many", folder / "one"
    build(many, DIFF_LEDGERS, 2, most=1)
    build(one, 1, 1)
    timed(["status", "--as-of", "2024-12-31"], many, cache)
    said = subprocess.run(["git", "-C", str(many), "diff", "--name-only", "HEAD~1"], capture_output=True, check=True)
    (changed,) = said.stdout.decode().split()
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    parsing = [sys.executable, "-c", PARSE, str(many), changed]
    times: list[list[float]] = [[], [], [], []]
    for _run in range(DIFF_RUNS):
        times[0].append(timed(["diff", "HEAD~1", "HEAD", "--as-of", "2024-12-31"], many, cache)[0])
        times[1].append(timed(["diff", "HEAD", "HEAD", "--as-of", "2024-12-31"], one, cache)[0])
        begun = time.perf_counter()
        subprocess.run(["git", "-C", str(many), "diff", "HEAD~1", "HEAD"], capture_output=True, check=True)
        times[2].append(time.perf_counter() - begun)
        said = subprocess.run(parsing, env=environment, check=True, capture_output=True)
        times[3].append(float(said.stdout.split()[0]))
    diff, start, git, parse = (statistics.median(series) for series in times)
    return diff, start, git, parse


def main() -> int:
    """Measure, print, and say whether every limit was kept."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    with tempfile.TemporaryDirectory() as temporary:
        folder, cache = Path(temporary) / "place", Path(temporary) / "cache"
        build(folder)
        said = subprocess.run(
            [sys.executable, "-c", PARSE, str(folder)], env=environment, check=True, capture_output=True, text=True
        ).stdout.split()
        floor = float(said[0])
        slips = ["slips", "--as-of", "2024-12-31", "-f", "json"]
        cold, peak = timed(slips, folder, cache)
        warm, _peak = min(timed(slips, folder, cache) for _run in range(3))
        diff, start, git, parse = compared(Path(temporary), cache)
    print(f"parsing {said[1]} blobs once {floor:.2f} s")
    rows = [
        ("slips cold ÷ parsing", cold / floor, COLD, f"{cold:.2f} s"),
        ("slips warm ÷ cold", warm / cold, WARM, f"{warm:.2f} s"),
        ("slips peak MiB", peak, PEAK_MIB, ""),
        ("diff ÷ floor", diff / (start + 2 * git + parse), DIFF, f"{diff:.3f} s"),
    ]
    for what, figure, limit, seconds in rows:
        print(f"{what:24} {figure:8.2f}  limit {limit:6.2f}  {'ok' if figure <= limit else 'MISSED'}  {seconds}")
    print(f"diff: start-up {start:.3f} s, git diff {git:.4f} s, parsing both blobs {parse:.4f} s")
    return int(any(figure > limit for _what, figure, limit, _seconds in rows))


if __name__ == "__main__":
    sys.exit(main())
