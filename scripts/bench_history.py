"""Measures `slips` over 1 000 commits on 300 ledgers (18 000 records), cold and warm, and `diff` of one commit.

Whole processes; exits 1 when a limit is missed. The floor is reading and typing each blob of the history once, in one
process, with nothing else.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LEDGERS, TASKS, PROBLEMS, COMMITS = 300, 50, 10, 1000
COLD, WARM, PEAK_MIB = 1.5, 0.1, 150

PARSE = """
import gc, sys, time
gc.set_threshold(100_000, 20, 100)
from pathlib import Path
from projledger import git
from projledger.load import KINDS, read_one
from projledger.models.project import Project
repository = git.repository(Path(sys.argv[1]))
start = time.perf_counter()
blobs = {
    blob: name
    for logged in repository.logged(repository.commit("HEAD"))
    for name, blob in logged.touched.items()
    if blob is not None and name != "projledger.yaml"
}
gc.disable()
with repository.reading() as reader:
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


def build(folder: Path) -> None:
    """The repository, through one `git fast-import`."""
    chance = random.Random(5)
    start = date(2024, 6, 1)
    deadlines = [[start + timedelta(days=chance.randrange(200)) for _task in range(TASKS)] for _one in range(LEDGERS)]
    progress = [[0] * TASKS for _ledger in range(LEDGERS)]
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

    first = {f"projects/P{one:03}.yaml": ledger(one, deadlines[one], progress[one]) for one in range(LEDGERS)}
    commit(0, {"projledger.yaml": "name: 测量县\ncalendar: {country: CN}\n"} | first)
    for number in range(1, COMMITS):
        touched = {}
        for one in chance.sample(range(LEDGERS), chance.randint(1, 5)):
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


def main() -> int:
    """Measure, print, and say whether every limit was kept."""
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
        diff, _peak = timed(["diff", "HEAD~1", "HEAD", "--as-of", "2024-12-31"], folder, cache)
    print(f"parsing {said[1]} blobs once {floor:.2f} s")
    rows = [
        ("slips cold ÷ parsing", cold / floor, COLD, f"{cold:.2f} s"),
        ("slips warm ÷ cold", warm / cold, WARM, f"{warm:.2f} s"),
        ("slips peak MiB", peak, PEAK_MIB, ""),
    ]
    for what, figure, limit, seconds in rows:
        print(f"{what:24} {figure:8.2f}  limit {limit:6.2f}  {'ok' if figure <= limit else 'MISSED'}  {seconds}")
    print(f"diff of one commit {diff:.2f} s")
    return int(any(figure > limit for _what, figure, limit, _seconds in rows))


if __name__ == "__main__":
    sys.exit(main())
