"""Builds a small repository whose history has something to tell: `python examples/history/build.py FOLDER`.

Qinghe County and its people are invented. The history holds, in this order: an honest slip with an approved extension,
a deadline moved quietly after it had passed, a problem closed without evidence, figures of two projects, a problem that
was closed and honestly reopened, a renamed and reordered ledger, an approved extension that was rewritten, a branch
merged cleanly, a conflict resolved wrongly, a ledger that could not be read for one commit, a lowered target, and an
owner changed at the last moment. Names, dates and contents are fixed, so every run makes the same commits.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SETTINGS = """\
name: Qinghe County
level: county
calendar: {country: CN}
"""
PEOPLE = """\
units:
  - {id: office, name: Project office, kind: office, head: he}
  - {id: park, name: Furong Park, kind: park, head: lin}
people:
  - {id: he, name: He Ping, unit: office}
  - {id: lin, name: Lin Yue, unit: park}
  - {id: wu, name: Wu Gang, unit: park}
"""
TARGETS = """\
indicators:
  investment: {name: Fixed-asset investment, measure: 万元}
targets:
  - {indicator: investment, period: 2024, value: 12000}
"""
PLANT = """\
id: P007
name: Riverside footwear plant
unit: park
owner: lin
tasks:
  - id: T1
    name: Site survey
    deadline: 2024-04-12
    duration: 15
    started: 2024-03-18
    progress: 40
    updated: 2024-03-29
  - id: T2
    name: Building permit
    deadline: 2024-05-15
    duration: 10
    after: [T1]
  - id: T3
    name: Land handover
    deadline: 2024-05-20
    duration: 20
    owner: lin
problems:
  - id: Q1
    text: The substation is 400 kVA short
    raised: 2024-04-08
    deadline: 2024-06-05
    category: energy
reports:
  - {indicator: investment, month: 2024-04, ytd: 2100}
"""
WORKS = """\
id: P012
name: Valve works
unit: park
owner: wu
tasks:
  - id: T1
    name: Foundations
    deadline: 2024-06-20
    duration: 45
    started: 2024-04-01
    progress: 30
    updated: 2024-04-26
  - id: T2
    name: Road access
    deadline: 2024-06-28
    duration: 30
    started: 2024-05-06
    next: wait for the surface
problems:
  - id: Q1
    text: The road crosses a fish pond
    raised: 2024-04-15
    deadline: 2024-05-31
    category: land
  - id: Q2
    text: The fire inspection wants a second exit
    raised: 2024-04-22
    deadline: 2024-06-07
    category: approval
reports:
  - {indicator: investment, month: 2024-04, ytd: 1500}
"""
EXTENSION = """\
    extensions:
      - {to: 2024-06-10, approved_by: he, date: 2024-05-10, reason: the fire design had to be changed}
"""
ALONE = ("-c", "core.autocrlf=false", "-c", "commit.gpgsign=false", "-c", "core.hooksPath=/dev/null")
NAMES = {"He Ping": "he@qinghe.example", "Lin Yue": "lin@qinghe.example", "Wu Gang": "wu@qinghe.example"}


class Story:
    """A repository that is written commit by commit."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str, author: str = "He Ping", day: str = "2024-03-01", may_fail: bool = False) -> str:
        """Run git as one author on one day, at nine in Shanghai."""
        when = f"{day}T09:00:00+08:00"
        environment = {
            **os.environ,
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_SYSTEM": os.devnull,
            "GIT_AUTHOR_NAME": author,
            "GIT_AUTHOR_EMAIL": NAMES[author],
            "GIT_AUTHOR_DATE": when,
            "GIT_COMMITTER_NAME": author,
            "GIT_COMMITTER_EMAIL": NAMES[author],
            "GIT_COMMITTER_DATE": when,
        }
        done = subprocess.run(
            ["git", "-C", str(self.folder), *ALONE, *arguments],
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        if done.returncode and not may_fail:
            raise SystemExit(f"git {' '.join(arguments)}: {done.stderr}{done.stdout}")
        return done.stdout.strip()

    def write(self, name: str, text: str) -> None:
        """Write a ledger."""
        path = self.folder / "ledgers" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")

    def replace(self, name: str, old: str, new: str) -> None:
        """Change one place of a ledger."""
        path = self.folder / "ledgers" / name
        text = path.read_text(encoding="utf-8")
        if text.count(old) != 1:
            raise SystemExit(f"{name}: {old!r} stands there {text.count(old)} times")
        path.write_text(text.replace(old, new), encoding="utf-8", newline="\n")

    def commit(self, day: str, author: str, words: str) -> str:
        """Commit everything; the id of the commit."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", words, author=author, day=day)
        return self.git("rev-parse", "HEAD")


def build(folder: Path) -> dict[str, str]:
    """Write the repository; the commits by what they are."""
    story = Story(folder)
    made: dict[str, str] = {}
    plant, works = "projects/P007.yaml", "projects/P012.yaml"
    for name, text in (
        ("projledger.yaml", SETTINGS),
        ("people.yaml", PEOPLE),
        ("targets.yaml", TARGETS),
        (plant, PLANT),
        (works, WORKS),
    ):
        story.write(name, text)
    made["first"] = story.commit("2024-05-06", "He Ping", "The ledgers of the key projects")

    story.replace(plant, "    deadline: 2024-05-15\n", "    deadline: 2024-05-15\n" + EXTENSION)
    made["honest"] = story.commit("2024-05-13", "Lin Yue", "Extend the permit: approved on 10 May")

    story.replace(plant, "    deadline: 2024-05-20\n", "    deadline: 2024-07-01\n")
    made["quiet"] = story.commit("2024-05-27", "Wu Gang", "Update ledgers")

    story.replace(works, "    deadline: 2024-06-07\n", "    deadline: 2024-06-07\n    closed: 2024-05-31\n")
    closing = "    closed: 2024-05-31\n    evidence: photographs of the culvert\n    verified_by: he\n"
    story.replace(works, "    deadline: 2024-05-31\n", "    deadline: 2024-05-31\n" + closing)
    made["closed"] = story.commit("2024-06-03", "Wu Gang", "Close two problems")

    for ledger, april, may in ((plant, 2100, 2500), (works, 1500, 1650)):
        figure = "  - {{indicator: investment, month: 2024-{}, ytd: {}}}\n"
        story.replace(ledger, figure.format("04", april), figure.format("04", april) + figure.format("05", may))
    made["figures"] = story.commit("2024-06-07", "He Ping", "The figures of May")

    story.replace(works, closing, "    reopened: [2024-06-11]\n")
    made["reopened"] = story.commit("2024-06-11", "He Ping", "Reopen P012/Q1: the culvert is too narrow")

    # Renamed, its tasks in another order, with a comment: no change of what it says.
    new = "projects/P012 泵阀厂.yaml"
    story.git("mv", f"ledgers/{works}", f"ledgers/{new}")
    path = folder / "ledgers" / new
    head, _tasks, rest = path.read_text(encoding="utf-8").partition("tasks:\n")
    tasks, _problems, problems = rest.partition("problems:\n")
    first, second = tasks.split("  - id: T2\n")
    reordered = f"{head}# by importance\ntasks:\n  - id: T2\n{second}{first}problems:\n{problems}"
    path.write_text(reordered, encoding="utf-8", newline="\n")
    made["renamed"] = story.commit("2024-06-12", "Wu Gang", "Name the ledger after the works")

    story.git("switch", "--quiet", "--create", "extend")
    extension = "{to: 2024-07-10, approved_by: he, date: 2024-06-14, reason: three weeks of rain}"
    story.replace(new, "    deadline: 2024-06-20\n", f"    deadline: 2024-06-20\n    extensions: [{extension}]\n")
    made["branch"] = story.commit("2024-06-14", "Lin Yue", "Extend the foundations")
    story.git("switch", "--quiet", "main")
    story.replace(plant, "{to: 2024-06-10,", "{to: 2024-06-30,")
    made["rewritten"] = story.commit("2024-06-17", "Wu Gang", "Correct a date")
    words = "Merge the extension of the foundations"
    story.git("merge", "--quiet", "--no-ff", "--message", words, "extend", day="2024-06-18")
    made["merge"] = story.git("rev-parse", "HEAD")

    story.git("switch", "--quiet", "--create", "roads")
    story.replace(new, "    next: wait for the surface\n", "    next: mark the lanes\n")
    made["next"] = story.commit("2024-06-19", "Wu Gang", "Next step of the road")
    story.git("switch", "--quiet", "main")
    done = "    progress: 100\n    done: 2024-06-18\n    evidence: acceptance record 18\n"
    story.replace(new, "    next: wait for the surface\n", done)
    made["done"] = story.commit("2024-06-20", "Lin Yue", "The road is finished")
    # Both changed the same lines; whoever resolved it took the branch, and lost that the road is finished.
    story.git("merge", "--quiet", "--no-ff", "roads", day="2024-06-21", may_fail=True)
    story.git("checkout", "--theirs", "--", f"ledgers/{new}")
    made["wrong"] = story.commit("2024-06-21", "Wu Gang", "Merge the roads")

    story.replace(plant, "  - id: T1\n", "  - id：T1\n")
    made["broken"] = story.commit("2024-06-24", "Wu Gang", "Update ledgers")
    story.replace(plant, "  - id：T1\n", "  - id: T1\n")
    story.replace("targets.yaml", "value: 12000", "value: 9000")
    made["lowered"] = story.commit("2024-06-25", "He Ping", "Mend the ledger; adjust the target")

    story.replace(plant, "    owner: lin\nproblems:", "    owner: wu\nproblems:")
    made["owner"] = story.commit("2024-06-27", "Lin Yue", "Hand the land over to Wu Gang")
    return made


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: python examples/history/build.py FOLDER")
    for what, commit in build(Path(sys.argv[1])).items():
        print(f"{commit[:7]} {what}")
