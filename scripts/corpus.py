"""Writes a large invented workspace for measurements: `python scripts/corpus.py DIR [PROJECTS]`."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from pathlib import Path

TASKS, PROBLEMS = 50, 10
AS_OF = date(2024, 6, 11)
SETTINGS = """\
name: 测量县
as_of: 2024-06-11
calendar: {country: CN}
"""


def project_text(number: int) -> str:
    """One ledger of 50 tasks in a few chains and 10 problems, comments included: about 490 lines."""
    first = date(2024, 1, 2) + timedelta(days=number % 60)
    lines = [
        "# 测量用台账，内容均为虚构",
        f"id: P{number:04d}",
        f"name: 第{number}号标准厂房及配套工程",
        f"unit: u{number % 9}",
        f"owner: p{number % 23}",
        f"investment: {5000 + number * 7}",
        "stages:",
        f"  signed: {{plan: {first}, actual: {first}}}",
        f"  started: {{plan: {first + timedelta(days=30)}}}",
        "tasks:",
    ]
    for index in range(TASKS):
        start = first + timedelta(days=7 * (index % 25))
        lines += [
            f"  - id: T{index + 1}",
            f"    name: 第{index + 1}项工序的施工与验收",
            f"    deadline: {start + timedelta(days=40)}",
            f"    owner: p{(number + index) % 23}",
            f"    duration: {5 + index % 7}",
            "    kind: construction",
        ]
        if index % 5:
            lines.append(f"    after: [T{index}]")
        # As in a place that works: what should be done mostly is, what should be under way mostly was reported on.
        deadline = start + timedelta(days=40)
        if deadline < AS_OF and (number + index) % 12:
            lines += [f"    started: {start}", f"    done: {deadline - timedelta(days=3)}", "    evidence: 验收记录"]
        elif start < AS_OF and (number + index) % 9:
            lines += [f"    started: {start}", f"    progress: {40 + index % 50}", "    updated: 2024-06-07"]
    lines.append("problems:")
    for index in range(PROBLEMS):
        raised = first + timedelta(days=3 * index)
        lines += [
            f"  - id: Q{index + 1}",
            f"    text: 第{index + 1}个问题，待协调解决",
            f"    raised: {raised}",
            f"    deadline: {raised + timedelta(days=30)}",
            "    category: land",
            f"    blocks: [T{index + 1}]",
        ]
        if index % 8:
            lines += [f"    closed: {raised + timedelta(days=20)}", "    evidence: 会议纪要", "    verified_by: p99"]
    return "\n".join(lines) + "\n"


def write(folder: Path, projects: int) -> None:
    """Write the workspace: `projects` ledgers of 60 records each."""
    (folder / "projects").mkdir(parents=True, exist_ok=True)
    (folder / "projledger.yaml").write_text(SETTINGS, encoding="utf-8")
    for number in range(1, projects + 1):
        (folder / "projects" / f"P{number:04d}.yaml").write_text(project_text(number), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1000)
