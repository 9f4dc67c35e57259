"""Writes a large invented workspace for measurements: `python scripts/corpus.py DIR [PROJECTS] [--place]`."""

from __future__ import annotations

import argparse
from datetime import date, timedelta
from pathlib import Path

TASKS, PROBLEMS = 50, 10
UNITS, PEOPLE, CHAINS = 9, 23, 8
AS_OF = date(2024, 6, 11)
SETTINGS = """\
name: 测量县
as_of: 2024-06-11
calendar: {country: CN}
"""


PLACE_SETTINGS = """\
chief: p0
routing: {land: p1}
cadences:
  - {period: month, act: dispatch, held_by: u0}
ladder:
  - {kind: reminder, light: yellow, days: 1, issued_by: u0, reply_days: 3, level: 1}
  - {kind: letter, light: red, days: 7, issued_by: u0, reply_days: 5, level: 2}
  - {kind: clearing, light: red, days: 60, issued_by: u0, reply_days: 10, level: 4}
score:
  weights: {investment: 40, starts: 20, completion: 20, close_out: 10, reporting: 10}
  groups: {parks: [u1, u2, u3, u4], towns: [u5, u6, u7, u8]}
"""


def place_texts() -> dict[str, str]:
    """The files of the place itself, by name: its people, chains, targets and meetings."""
    people = ["units:"]
    people += [f"  - {{id: u{n}, name: 第{n}责任单位, kind: department, head: p{n}}}" for n in range(UNITS)]
    people.append("people:")
    people += [f"  - {{id: p{n}, name: 责任人{n}, unit: u{n % UNITS}, post: 主任}}" for n in (*range(PEOPLE), 99)]
    chains = ["chains:"]
    meetings = ["meetings:"]
    for n in range(CHAINS):
        chains += [
            f"  - id: c{n}",
            f"    name: 第{n}产业链",
            f"    chief: p{n}",
            f"    lead_unit: u{n}",
            "    cadence: month",
            "    nodes:",
            f"      - {{id: up{n}, name: 原料, position: upstream, state: missing, action: repair, owner: p{n}}}",
            f"      - {{id: mid{n}, name: 制造, position: midstream, state: strong, action: strengthen, owner: p{n}}}",
        ]
        for month in range(1, 6):
            what = f"id: D1, text: 限期办结用地手续, owner: p{n}, deadline: 2024-{month:02}-28"
            meetings += [
                f"  - id: M{n}-{month}",
                f"    date: 2024-{month:02}-15",
                "    period: month",
                f"    chain: c{n}",
                f"    chair: p{n}",
                f"    decisions: [{{{what}}}]",
            ]
    targets = ["indicators:", "  investment: {name: 投资, measure: 万元, better: more}", "targets:"]
    targets += [
        f"  - {{indicator: investment, period: 2024, value: 900000, scope: {scope}}}"
        for scope in ("all", *(f"u{n}" for n in range(UNITS)), *(f"c{n}" for n in range(CHAINS)))
    ]
    return {
        "people.yaml": "\n".join(people) + "\n",
        "chains.yaml": "\n".join(chains) + "\n",
        "meetings.yaml": "\n".join(meetings) + "\n",
        "targets.yaml": "\n".join(targets) + "\n",
    }


def project_in_place(number: int) -> str:
    """What a ledger of a whole place holds beyond its tasks and problems."""
    lines = [
        f"chain: c{number % CHAINS}",
        "factors:",
        f"  land: {{needed: 90, secured: {number % 90}, measure: 亩, deadline: 2024-07-31, owner: p1}}",
        "funding:",
        f"  - {{source: bank, planned: 2000, applied: 2000, awarded: {number % 2000}, paid: 300, date: 2024-05-31}}",
        "targets:",
        f"  - {{indicator: investment, period: 2024, value: {3000 + number}}}",
        "reports:",
    ]
    for month in range(1, 6):
        ytd = 200 * month + number % 70
        lines.append(
            f"  - {{indicator: investment, month: 2024-{month:02}, ytd: {ytd}, reported: 2024-{month + 1:02}-06}}"
        )
    return "\n".join(lines) + "\n"


def project_text(number: int, tasks: int = TASKS) -> str:
    """One ledger of 50 tasks in a few chains and 10 problems, comments included: about 490 lines."""
    first = date(2024, 1, 2) + timedelta(days=number % 60)
    lines = [
        "# 测量用台账，内容均为虚构",
        f"id: P{number:04d}",
        f"name: 第{number}号标准厂房及配套工程",
        f"unit: u{number % UNITS}",
        f"owner: p{number % PEOPLE}",
        f"investment: {5000 + number * 7}",
        "stages:",
        f"  signed: {{plan: {first}, actual: {first}}}",
        f"  started: {{plan: {first + timedelta(days=30)}}}",
        "tasks:",
    ]
    for index in range(tasks):
        start = first + timedelta(days=7 * (index % 25))
        lines += [
            f"  - id: T{index + 1}",
            f"    name: 第{index + 1}项工序的施工与验收",
            f"    deadline: {start + timedelta(days=40)}",
            f"    owner: p{(number + index) % PEOPLE}",
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


def write(folder: Path, projects: int, tasks: int = TASKS, place: bool = False) -> None:
    """Write the workspace: `projects` ledgers of 60 records each; with chains, people, targets and figures: `place`."""
    (folder / "projects").mkdir(parents=True, exist_ok=True)
    files = {"projledger.yaml": SETTINGS + PLACE_SETTINGS if place else SETTINGS} | (place_texts() if place else {})
    for number in range(1, projects + 1):
        more = project_in_place(number) if place else ""
        files[f"projects/P{number:04d}.yaml"] = project_text(number, tasks) + more
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("projects", type=int, nargs="?", default=1000)
    parser.add_argument("--place", action="store_true", help="with chains, people, targets and figures")
    given = parser.parse_args()
    write(given.folder, given.projects, place=given.place)
