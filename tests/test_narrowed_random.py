"""A comparison that passes ledgers over says what one that reads everything says, whatever two versions hold.

Places are made at random: tasks that wait for tasks of other ledgers, parents, targets of every scope, problems that
block, letters about others, ledgers that cannot be read, ids that stand twice; then some of it is changed, renamed,
copied, broken, mended or taken away.
"""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any
from unicodedata import normalize

import pytest
import yaml

from projledger import load
from projledger.load import kept
from trace_story import git, run, watch_narrowing

IDS = ["P1", "P2", "P3", "P4", "P5", "甲", "café", "P8", "P9"]
INDICATORS = ["inv", "jobs"]
WAYS = (
    ("diff", "HEAD~1", "HEAD", "--format", "json"),
    ("diff", "HEAD~1", "HEAD", "--format", "text"),
    ("diff", "HEAD~1", "--format", "json"),
)


class Places:
    """Places and changes of them, from one source of chance."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.ids = self.chance.sample(IDS, self.chance.randint(3, len(IDS)))

    def often(self, share: float) -> bool:
        return self.chance.random() < share

    def day(self) -> str:
        return f"2024-{self.chance.randint(1, 12):02}-{self.chance.randint(1, 28):02}"

    def project_id(self) -> str:
        """An id, now and then with its accents written the other way."""
        found = self.chance.choice(self.ids)
        return normalize("NFD", found) if self.often(0.3) else found

    def task_ref(self) -> str:
        name = f"T{self.chance.randint(0, 3)}"
        return name if self.often(0.4) else f"{self.project_id()}/{name}"

    def scope(self) -> str:
        return self.chance.choice([*self.ids, "all", "u1", "c1"])

    def extension(self) -> list[dict[str, Any]]:
        return [{"to": self.day(), "approved_by": "a", "date": self.day(), "reason": "r"}]

    def task(self, number: int) -> dict[str, Any]:
        chance = self.chance
        task: dict[str, Any] = {"id": f"T{number}", "name": f"任务{number}", "deadline": self.day()}
        if self.often(0.6):
            task |= {"start": self.day(), "duration": chance.randint(1, 80)}
        if self.often(0.5):
            task["after"] = [self.task_ref() for _one in range(chance.randint(1, 2))]
        if self.often(0.3):
            task["owner"] = chance.choice("abc")
        if self.often(0.3):
            task |= {"progress": chance.randint(0, 99), "updated": self.day()}
        if self.often(0.2):
            task["started"] = self.day()
        if self.often(0.2):
            task |= {"done": self.day(), "evidence": "e"}
        if self.often(0.2):
            task["extensions"] = self.extension()
        return task

    def problem(self, number: int) -> dict[str, Any]:
        problem = {"id": f"Q{number}", "text": f"问题{number}", "raised": self.day(), "deadline": self.day()}
        if self.often(0.5):
            problem["blocks"] = [self.task_ref()]
        if self.often(0.3):
            problem |= {"closed": self.day(), "evidence": "e", "verified_by": "b"}
        return problem

    def project(self, id_: str) -> dict[str, Any]:
        chance = self.chance
        project: dict[str, Any] = {"id": id_, "name": f"名{id_}", "unit": chance.choice(["u1", "u2"])}
        if self.often(0.4):
            project["owner"] = chance.choice("abc")
        if self.often(0.3):
            project["chain"] = chance.choice(["c1", "c2"])
        if self.often(0.25):
            project["parent"] = self.project_id()
        if self.often(0.2):
            project |= {"status": "suspended", "status_date": self.day(), "status_reason": "x"}
        elif self.often(0.1):
            project |= {"status": "cleared", "status_date": self.day(), "decision": "M1/D1"}
        if self.often(0.5):
            project["investment"] = chance.choice([100, "3亿元", 5000])
        project["stages"] = {
            stage: {"plan": self.day()} | ({"actual": self.day()} if self.often(0.4) else {})
            for stage in ("signed", "started", "completed")
            if self.often(0.5)
        }
        project["tasks"] = [self.task(number) for number in range(chance.randint(0, 4))]
        project["problems"] = [self.problem(number) for number in range(chance.randint(0, 2))]
        if self.often(0.5):
            target = {"indicator": chance.choice(INDICATORS), "period": "2024", "value": chance.choice([100, 200])}
            project["targets"] = [target | ({"scope": self.scope()} if self.often(0.3) else {})]
        if self.often(0.6):
            months = range(1, chance.randint(2, 6))
            reports = [{"indicator": chance.choice(INDICATORS), "month": f"2024-{m:02}", "amount": m} for m in months]
            project["reports"] = [one | ({"scope": self.scope()} if self.often(0.1) else {}) for one in reports]
        if self.often(0.3):
            about = chance.choice([id_, f"{self.project_id()}/T1"])
            project["actions"] = [{"number": "A1", "kind": "letter", "about": about, "to": "a", "issued": self.day()}]
        if self.often(0.15):
            project["pauses"] = [{"from": self.day(), "to": "2024-12-30", "approved_by": "a", "document": "d"}]
        if self.often(0.2):
            project["factors"] = {"land": {"needed": 10, "secured": chance.randint(0, 10), "deadline": self.day()}}
        return {key: value for key, value in project.items() if value not in ([], {})}

    def written(self, content: Any) -> str:
        text: str = yaml.safe_dump(
            content, allow_unicode=True, sort_keys=False, default_flow_style=self.chance.choice([None, False])
        )
        return text

    def files(self) -> dict[str, str]:
        chance = self.chance
        language = chance.choice(["en", "zh"])
        rules = chance.choice(["default", "yinchuan-2025", "suqian"])
        content: dict[str, Any] = {
            "projledger.yaml": {"name": "X", "as_of": "2024-06-11", "language": language, "rules": rules}
        }
        if self.often(0.7):
            units = [{"id": "u1", "name": "U1"}, {"id": "u2", "name": "U2"}]
            content["people.yaml"] = {"units": units, "people": [{"id": i, "name": i, "unit": "u1"} for i in "abc"]}
        if self.often(0.6):
            content["chains.yaml"] = {"chains": [{"id": "c1", "name": "C1", "chief": "a", "lead_unit": "u1"}]}
        if self.often(0.7):
            scopes = [chance.choice(["all", "u1", "c1", "P1"]) for _target in range(chance.randint(0, 3))]
            content["targets.yaml"] = {
                "indicators": {"inv": {"name": "I", "measure": "万元"}, "jobs": {"name": "J", "measure": "人"}},
                "targets": [
                    {"indicator": chance.choice(INDICATORS), "period": "2024", "value": 1000, "scope": scope}
                    for scope in dict.fromkeys(scopes)
                ],
            }
        if self.often(0.4):
            decision = {"id": "D1", "text": "x", "owner": "a", "deadline": "2024-04-01", "task": f"{self.ids[0]}/T1"}
            content["meetings.yaml"] = {"meetings": [{"id": "M1", "date": "2024-03-01", "decisions": [decision]}]}
        for number, id_ in enumerate(self.ids):
            content[f"projects/f{number}.yaml"] = self.project(id_)
        if self.often(0.15):
            content["projects/a0.yaml"] = self.project(chance.choice(self.ids))  # an id that stands twice
        files = {name: self.written(one) for name, one in content.items()}
        if self.often(0.15):
            self._break(files)
        return files

    def _ledger(self, files: dict[str, str]) -> str:
        return self.chance.choice([name for name in files if name.startswith("projects/")])

    def _break(self, files: dict[str, str]) -> None:
        name = self._ledger(files)
        files[name] = self.chance.choice(["id: [broken\n", "\tx: y\n", "name: 9\nname: 8\n"]) + files[name]

    def changed(self, files: dict[str, str]) -> dict[str, str]:
        """Another version of a place."""
        files = dict(files)
        for _change in range(self.chance.choice([1, 1, 1, 2, 3])):
            name = self._ledger(files)
            match self.chance.choices(
                ["edit", "rewrite", "remove", "rename", "copy", "break", "comment", "bad day", "place"],
                [45, 10, 8, 7, 6, 9, 5, 3, 7],
            )[0]:
                case "edit":
                    self._edit(files, name)
                case "rewrite":
                    files[name] = self.written(self.project(self.chance.choice([*self.ids, "P77"])))
                case "remove" if sum(one.startswith("projects/") for one in files) > 1:
                    del files[name]
                case "rename":
                    files[f"projects/z{self.chance.randint(0, 5)}.yaml"] = files.pop(name)
                case "copy":
                    files[f"projects/n{self.chance.randint(0, 3)}.yaml"] = files[name]
                case "break":
                    self._break(files)
                case "comment":
                    files[name] += "# comment\n"
                case "bad day":
                    files[name] = files[name].replace("deadline: '2024", "deadline: '2024-13", 1)
                case _:
                    place = self.chance.choice([one for one in files if not one.startswith("projects/")])
                    files[place] += "# comment\n"
        return files

    def _edit(self, files: dict[str, str], name: str) -> None:
        try:
            project = yaml.safe_load(files[name])
        except yaml.YAMLError:
            files[name] = files[name].partition("\n")[2]  # mended
            return
        fresh = self.project(project["id"])
        if self.often(0.5) and project.get("tasks") and fresh.get("tasks"):
            task, new = self.chance.choice(project["tasks"]), self.chance.choice(fresh["tasks"])
            key = self.chance.choice([one for one in new if one != "id"])
            task[key] = new[key]
        else:
            key = self.chance.choice(list(fresh))
            project[key] = fresh[key]
        files[name] = self.written(json.loads(json.dumps(project, default=str)))


def committed(folder: Path, files: dict[str, str], words: str) -> None:
    for old in folder.rglob("*.yaml"):
        old.unlink()
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    git(folder, "add", "-A")
    author = ("-c", "user.name=张三", "-c", "user.email=z@example.org")
    git(folder, *author, "commit", "--quiet", "--allow-empty", "-m", words)


def check_a_comparison(folder: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether ledgers were passed over; fails where that changed what is said."""
    monkeypatch.setattr(load, "WORTH", 0)
    places = Places(seed)
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    files = places.files()
    committed(folder, files, "first")
    committed(folder, places.changed(files), "second")
    with monkeypatch.context() as nothing_known:
        nothing_known.setattr(kept.Kept, "names", lambda self: {})
        whole = [run(folder, *way) for way in WAYS]
    run(folder, "status")
    run(folder, "status", "--rev", "HEAD~1")
    with monkeypatch.context() as watching:
        narrowed = watch_narrowing(watching)
        assert [run(folder, *way) for way in WAYS] == whole
    assert {code for code, _out, _err in whole} <= {0, 3}
    return any(narrowed)


def test_a_comparison_says_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    passed_over = [check_a_comparison(tmp_path / str(seed), seed, monkeypatch) for seed in range(8)]
    assert any(passed_over)  # else nothing was tried


@pytest.mark.fuzz
@pytest.mark.parametrize("seed", range(8, 308))
def test_any_comparison_says_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    check_a_comparison(tmp_path / "place", seed, monkeypatch)
