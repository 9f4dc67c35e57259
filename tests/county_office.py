"""A county office that keeps ledgers in git for some months, at random, and an oracle that knows what it did.

Written from docs/history.md alone: what slipped, who moved it and what is doubtful is kept while the history is made,
never read back from it. A history is one stream of `git fast-import`, so that a hundred commits take one process.

Where a merge leaves room, the oracle says what must be told and what may be: of a change that both sides made
alike, either side's commit may be named.
"""

from __future__ import annotations

import copy
import random
import subprocess
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

State = dict[str, Any]
Key = tuple[str, str]
ABSENT = "<absent>"
CHINA = timezone(timedelta(hours=8))
PEOPLE = ("he", "lin", "wu", "张三")
LESS = "energy"
SETTINGS = "name: 清河县\nlevel: county\ncalendar: {country: CN}\n"
STAFF = (
    "units:\n  - {id: office, name: Project office}\n  - {id: park, name: 芙蓉 园区}\npeople:\n"
    "  - {id: he, name: He Ping, unit: office}\n  - {id: lin, name: Lin Yue, unit: park}\n"
    "  - {id: wu, name: Wu Gang, unit: park}\n  - {id: 张三, name: 张 三, unit: park}\n"
)
WORDS = ("Update ledgers", "更新 台账", "::error file=x::no", "\x1b[31mred\x1b[0m", "fix %0A and <b>bold</b> | `x`", "")


@dataclass(frozen=True, slots=True)
class Event:
    """One change of one field of one item, and what is doubtful about it."""

    commit: int
    before: Any
    after: Any
    flags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Told:
    """What must and what may be told of one field.

    `loose`: a conflict was resolved for the other side, or for neither. Then only where it ends is certain.
    """

    must: frozenset[Event] = frozenset()
    may: frozenset[Event] = frozenset()
    loose: bool = False

    @property
    def commits(self) -> frozenset[int]:
        return frozenset(event.commit for event in self.may)


@dataclass(slots=True)
class Commit:
    """A commit, what the ledgers say in it, and what the oracle knows of every field up to it.

    `mixed` are the items that some merge made of more than one side: flags that look at several fields of them depend
    on whose change is told first.
    """

    mark: int
    parents: list[Commit]
    state: State
    day: date
    ancestors: frozenset[int]
    seen: State = field(default_factory=dict)
    values: dict[Key, Any] = field(default_factory=dict)
    told: dict[Key, Told] = field(default_factory=dict)
    mixed: set[str] = field(default_factory=set)
    what: list[str] = field(default_factory=list)


# ------------------------------------------------------------------------------------------------- what ledgers say


def in_force(item: State, original: str = "deadline") -> str:
    """The deadline in force of an item: every extension here is dated before the day of the report, or in 2031."""
    given = [one["to"] for one in item.get("extensions", ()) if one["date"] < "2031"]
    return str(given[-1] if given else item[original])


def entries(seen: State) -> dict[str, State]:
    """Every item of a state by its reference."""
    found: dict[str, State] = {}
    for project in seen["projects"].values():
        ref, owner = project["id"], project.get("owner")
        found[ref] = {"kind": "project", **{k: v for k, v in project.items() if not isinstance(v, dict)}}
        for kind, key in (("task", "tasks"), ("problem", "problems")):
            for item in project[key].values():
                found[f"{ref}/{item['id']}"] = {
                    "kind": kind,
                    **item,
                    "original": item["deadline"],
                    "deadline": in_force(item),
                    "whose": item.get("owner", owner),
                }
        for name, stage in project["stages"].items():
            found[f"{ref}/{name}"] = {
                "kind": "stage",
                **stage,
                "original": stage["plan"],
                "deadline": in_force(stage, "plan"),
                "whose": stage.get("owner", owner),
            }
    for ref, value in seen["targets"].items():
        found[ref] = {"kind": "target", "value": value}
    return found


FLAGGED = {
    "task": ("deadline", "original", "whose", "done", "progress"),
    "problem": ("deadline", "original", "whose", "closed"),
    "stage": ("deadline", "original", "whose", "actual"),
    "project": ("status", "decision"),
    "target": ("value",),
}
PLAIN = {
    "task": ("name", "owner", "progress", "updated", "done", "evidence", "next", "started"),
    "problem": ("text", "owner", "closed", "evidence", "verified_by", "next"),
    "stage": ("owner", "evidence"),
    "project": ("name", "owner", "status", "decision", "investment"),
    "target": ("value",),
}


def edited(before: State, after: State) -> bool:
    """Whether the original deadline was edited under an extension that is in force."""
    old, new = ([one for one in item.get("extensions", ()) if one["date"] < "2031"] for item in (before, after))
    extended = len(new) > len(old) and new[-1]["to"] == after["deadline"]
    same = before["deadline"] == after["deadline"] and bool(new)
    return same or (extended and new[: len(old)] == old)


def finished(item: State) -> bool:
    return any(key in item for key in ("done", "closed", "actual"))


def doubts(ref: str, name: str, before: State, after: State, day: date) -> frozenset[str]:
    """The flags of one field that changed between two versions of one item, on the day of a commit."""
    found = set()
    if name == "deadline":
        if day.isoformat() > before["deadline"]:
            found.add("after-deadline")
        old, new = before.get("extensions", ()), after.get("extensions", ())
        # A new extension does not make up for an earlier approval that was rewritten beside it.
        if list(new[: len(old)]) != list(old) or len(new) == len(old) or new[-1]["to"] != after["deadline"]:
            found.add("without-extension")
    elif name == "original" and edited(before, after):
        found.add("original-edited")
    elif name == "whose" and not finished(before) and not finished(after):
        if abs((date.fromisoformat(before["deadline"]) - day).days) <= 7:
            found.add("owner-changed")
    elif name == "progress" and before.get(name, 0) > after.get(name, 0):
        if name in after or not ("done" in before or "done" in after):
            found.add("progress-fell")
    elif name in ("done", "actual"):
        if name not in after:
            found.add("undone")
        elif name not in before and after[name] < before.get("updated", ""):
            found.add("backdated")
    elif name == "closed":
        if name not in after and len(after.get("reopened", ())) <= len(before.get("reopened", ())):
            found.add("undone")
        elif name in after and unverified(after) and (name not in before or lost(before, after)):
            found.add("closed-unverified")
    elif name in ("evidence", "verified_by") and "closed" in after and before.get("closed") == after["closed"]:
        if unverified(after) and lost(before, after):
            found.add("closed-unverified")
    elif name == "value" and (before[name] < after[name] if f"/{LESS}/" in ref else before[name] > after[name]):
        found.add("target-lowered")
    elif undecided(after) and (name == "status" or (name == "decision" and before.get("status") == "cleared")):
        found.add("cleared-undecided")
    return frozenset(found)


def lost(before: State, after: State) -> bool:
    """Whether a close-out lost its evidence, or the verifier who was not the owner."""
    was, now = before.get("verified_by"), after.get("verified_by")
    fewer = was not in (None, now, before["whose"]) and now in (None, after["whose"])
    return fewer or ("evidence" in before and "evidence" not in after)


def undecided(project: State) -> bool:
    return project.get("status") == "cleared" and "decision" not in project


def unverified(item: State) -> bool:
    return "evidence" not in item or item.get("verified_by") in (None, item["whose"])


# --------------------------------------------------------------------------------------------------------- the office


class Office:
    """Plays the office for a number of commits. Everything follows from the seed."""

    def __init__(self, seed: int, length: int = 60, *, merges: bool = True, wild: bool = True) -> None:
        self.dice = random.Random(seed)
        self.merges, self.wild = merges, wild
        self.commits: list[Commit] = []
        self.stream: list[bytes] = []
        self.day = date(2024, 1, 8)
        self.count = 0
        state: State = {
            "folder": self.dice.choice(("ledgers", "ledgers", "县 项目/台账")),
            "projects": {},
            "targets": {"all/investment/2024": 12000, "park/investment/2024": 5000, f"all/{LESS}/2024": 90},
            "files": {},
            "seeds": {},
            "broken": {},
            "outside": "0",
        }
        for _ in range(3):
            self.new_project(state)
        self.branches = {"main": self.commit([], state, ["first"])}
        while len(self.commits) < length:
            self.step()
        self.finish()

    def id(self, letter: str) -> str:
        self.count += 1
        return f"{letter}{self.count:03}"

    # ------------------------------------------------------------------------------------------------ commits, merges

    def step(self) -> None:
        dice = self.dice
        self.day += timedelta(days=dice.choice((0, 1, 1, 2, 4)))
        name = dice.choice(list(self.branches))
        roll = dice.random()
        if self.merges and roll < 0.10 and len(self.branches) < 5:
            self.branches[f"b{len(self.commits)}"] = self.branches[name]
        elif self.merges and roll < 0.25 and len(self.branches) > 1:
            self.merge_some(name)
        elif self.merges and roll < 0.32 and len(self.commits) > 4:
            self.pick(name, revert=roll < 0.28)
        else:
            self.work(name)

    def work(self, name: str) -> None:
        tip = self.branches[name]
        state = copy.deepcopy(tip.state)
        done = [self.act(state) for _ in range(self.dice.choice((1, 1, 2, 3)))]
        self.branches[name] = self.commit([tip], state, done)

    def merge_some(self, name: str) -> None:
        others = [one for one in self.branches if one != name and self.branches[one] is not self.branches[name]]
        if not others:
            return
        dice = self.dice
        chosen = dice.sample(others, 2 if len(others) > 1 and dice.random() < 0.2 else 1)
        ours = self.branches[name]
        merged = self.merge(ours, [self.branches[one] for one in chosen])
        if merged is None:
            return
        if dice.random() < 0.25 and len(chosen) == 1:  # criss-cross: the other side merges what we had before
            crossed = self.merge(self.branches[chosen[0]], [ours])
            if crossed is not None:
                self.branches[chosen[0]] = crossed
        elif dice.random() < 0.6:
            for one in chosen:
                if one != "main":
                    del self.branches[one]
        self.branches[name] = merged

    def merge(self, ours: Commit, theirs: list[Commit]) -> Commit | None:
        theirs = [one for one in theirs if one.mark not in ours.ancestors]
        if not theirs:
            return None
        state = ours.state
        for other in theirs:
            state = self.three_way(self.base(ours, other).state, state, other.state)
        return self.commit([ours, *theirs], self.tidy(state), ["merge"])

    def pick(self, name: str, *, revert: bool) -> None:
        """Cherry-pick a commit of anywhere, or revert it."""
        tip = self.branches[name]
        chosen = self.dice.choice([one for one in self.commits if len(one.parents) == 1])
        old, new = chosen.parents[0].state, chosen.state
        base, theirs = (new, old) if revert else (old, new)
        state = self.tidy(self.three_way(base, tip.state, theirs))
        state["broken"] = dict(tip.state["broken"])
        self.branches[name] = self.commit([tip], self.tidy(state), [f"{'revert' if revert else 'pick'} {chosen.mark}"])

    def base(self, one: Commit, other: Commit) -> Commit:
        common = one.ancestors & other.ancestors
        inner = set().union(*(self.commits[mark - 1].ancestors - {mark} for mark in common))
        return self.commits[max(common - inner) - 1]

    def three_way(self, base: Any, ours: Any, theirs: Any) -> Any:
        if ours == theirs or theirs == base:
            return copy.deepcopy(ours)
        if ours == base:
            return copy.deepcopy(theirs)
        if isinstance(ours, dict) and isinstance(theirs, dict):
            before = base if isinstance(base, dict) else {}
            merged = {}
            for key in [*ours, *(key for key in theirs if key not in ours)]:
                value = self.three_way(before.get(key, ABSENT), ours.get(key, ABSENT), theirs.get(key, ABSENT))
                if value is not ABSENT:
                    merged[key] = value
            return merged
        return copy.deepcopy(self.dice.choice((ours, ours, theirs)))  # a conflict, resolved for one side

    def tidy(self, state: State) -> State:
        """What a merge left over: files of projects that are gone, one file name for two projects, half an item."""
        for pid, project in list(state["projects"].items()):
            if not {"id", "name", "tasks", "problems", "stages"} <= set(project):
                del state["projects"][pid]
                continue
            for items, needed in (("tasks", "name"), ("problems", "raised"), ("stages", "plan")):
                for key, item in list(project[items].items()):
                    if needed not in item or (items != "stages" and not {"deadline", "id"} <= set(item)):
                        del project[items][key]
        for kind in ("files", "seeds", "broken"):
            state[kind] = {pid: value for pid, value in state[kind].items() if pid in state["projects"]}
        used: set[str] = set()
        for pid in state["projects"]:
            state["seeds"].setdefault(pid, 1)
            if state["files"].get(pid) in (None, *used):
                state["files"][pid] = f"{pid}-{self.dice.randrange(1000)}.yaml"
            used.add(state["files"][pid])
        return state

    def finish(self) -> None:
        """Everything comes back to main and can be read: the end of the history is a good day."""
        for name in [one for one in self.branches if one != "main"]:
            merged = self.merge(self.branches["main"], [self.branches.pop(name)]) if self.dice.random() < 0.7 else None
            if merged:
                self.branches["main"] = merged
        state = copy.deepcopy(self.branches["main"].state)
        state["broken"] = {}
        self.head = self.commit([self.branches["main"]], state, ["finish"])
        self.as_of = self.day + timedelta(days=20)

    # ------------------------------------------------------------------------------------------------ what people do

    def act(self, state: State) -> str:
        dice = self.dice
        acts = [*ACTS, *(WILD_ACTS if self.wild else ())]
        for _ in range(20):
            act = dice.choice(acts)
            said = act(self, state)
            if said is not None:
                return f"{act.__name__} {said}"
        return "nothing"

    def project(self, state: State) -> State | None:
        return self.dice.choice(list(state["projects"].values())) if state["projects"] else None

    def item(self, state: State, *kinds: str) -> tuple[State, State, str] | None:
        found = [
            (project, item, f"{project['id']}/{key}")
            for project in state["projects"].values()
            for kind in kinds or ("tasks", "problems", "stages")
            for key, item in project[kind].items()
        ]
        return self.dice.choice(found) if found else None

    def near(self, low: int, high: int) -> str:
        return (self.day + timedelta(days=self.dice.randint(low, high))).isoformat()

    def new_project(self, state: State) -> str:
        pid = self.id("P")
        name = self.dice.choice((f"{pid}.yaml", f"{pid} 鞋业 二期.yaml", f"园区/{pid}.yaml", f"{pid}'s.yml"))
        project: State = {"id": pid, "name": f"厂 {pid}", "owner": "lin", "tasks": {}, "problems": {}, "stages": {}}
        state["projects"][pid] = project
        state["files"][pid] = name.replace(".yml", ".yaml")
        state["seeds"][pid] = self.dice.randrange(10**6)
        for _ in range(3):
            self.new_task(state, project)
        self.new_problem(state, project)
        if self.dice.random() < 0.6:
            project["stages"]["completed"] = {"plan": self.near(10, 120)}
        return pid

    def new_task(self, state: State, project: State | None = None) -> str | None:
        project = project or self.project(state)
        if project is None or len(project["tasks"]) > 6:
            return None
        tid = self.id("T")
        task: State = {"id": tid, "name": f"Task {tid} 任务", "deadline": self.near(5, 90)}
        if self.dice.random() < 0.4:
            task["owner"] = self.dice.choice(PEOPLE)
        if self.dice.random() < 0.5:
            task |= {"started": self.near(-9, 0), "progress": self.dice.randrange(5, 60), "updated": self.near(-5, 0)}
        project["tasks"][tid] = task
        return f"{project['id']}/{tid}"

    def new_problem(self, state: State, project: State | None = None) -> str | None:
        project = project or self.project(state)
        if project is None or len(project["problems"]) > 4:
            return None
        qid = self.id("Q")
        project["problems"][qid] = {
            "id": qid,
            "text": f"缺 电 {qid}",
            "raised": self.near(-5, 0),
            "deadline": self.near(3, 60),
        }
        return f"{project['id']}/{qid}"

    def extend(self, state: State) -> str | None:
        found = self.item(state)
        if found is None:
            return None
        _project, item, ref = found
        now = in_force(item, "deadline" if "deadline" in item else "plan")
        to = (date.fromisoformat(now) + timedelta(days=self.dice.randint(3, 40))).isoformat()
        given = item.get("extensions", [])
        day = "2031-01-01" if self.dice.random() < 0.05 else self.near(-3, 0)
        if given and given[-1]["date"] > day:
            return None
        item["extensions"] = [*given, {"to": to, "approved_by": "he", "date": day, "reason": "雨 rain"}]
        return ref

    def edit_deadline(self, state: State) -> str | None:
        found = self.item(state)
        if found is None:
            return None
        _project, item, ref = found
        key = "deadline" if "deadline" in item else "plan"
        item[key] = (date.fromisoformat(item[key]) + timedelta(days=self.dice.choice((-9, 7, 14, 30)))).isoformat()
        return ref

    def rewrite_extension(self, state: State) -> str | None:
        found = self.item(state)
        if found is None or not found[1].get("extensions"):
            return None
        given = copy.deepcopy(found[1]["extensions"])
        given[-1]["to"] = (date.fromisoformat(given[-1]["to"]) + timedelta(days=12)).isoformat()
        found[1]["extensions"] = given
        return found[2]

    def drop_extension(self, state: State) -> str | None:
        found = self.item(state)
        if found is None or not found[1].get("extensions"):
            return None
        found[1]["extensions"] = found[1]["extensions"][:-1]
        if not found[1]["extensions"]:
            del found[1]["extensions"]
        return found[2]

    def change_owner(self, state: State) -> str | None:
        found = self.item(state)
        if found is None:
            return None
        found[1]["owner"] = self.dice.choice(PEOPLE)
        return found[2]

    def change_project_owner(self, state: State) -> str | None:
        project = self.project(state)
        if project is None:
            return None
        project["owner"] = self.dice.choice(PEOPLE)
        return str(project["id"])

    def report(self, state: State) -> str | None:
        found = self.item(state, "tasks")
        if found is None:
            return None
        _project, task, ref = found
        task["progress"] = min(100, max(0, task.get("progress", 0) + self.dice.choice((5, 10, 20, 30, -15))))
        task["updated"] = self.day.isoformat()
        return ref

    def finish_task(self, state: State) -> str | None:
        found = self.item(state, "tasks")
        if found is None or "done" in found[1]:
            return None
        back = self.dice.choice((0, 0, 1, 3, 9))
        found[1].update({"done": (self.day - timedelta(days=back)).isoformat(), "evidence": "record 1"})
        if self.dice.random() < 0.4:
            found[1].update({"progress": 100, "updated": self.day.isoformat()})
        return found[2]

    def undo_task(self, state: State) -> str | None:
        found = self.item(state, "tasks")
        if found is None or "done" not in found[1]:
            return None
        del found[1]["done"]
        return found[2]

    def stage_event(self, state: State) -> str | None:
        found = self.item(state, "stages")
        if found is None:
            return None
        if "actual" in found[1]:
            del found[1]["actual"]
        else:
            found[1]["actual"] = self.near(-5, 0)
        return found[2]

    def close(self, state: State) -> str | None:
        found = self.item(state, "problems")
        if found is None or "closed" in found[1]:
            return None
        problem = found[1]
        problem["closed"] = self.near(-2, 0)
        if self.dice.random() < 0.6:
            problem["evidence"] = "照片 photograph"
        if self.dice.random() < 0.7:
            problem["verified_by"] = self.dice.choice(PEOPLE)
        return found[2]

    def reopen(self, state: State) -> str | None:
        found = self.item(state, "problems")
        if found is None or "closed" not in found[1]:
            return None
        problem = found[1]
        for key in ("closed", "evidence", "verified_by"):
            problem.pop(key, None)
        if self.dice.random() < 0.6:
            problem["reopened"] = [*problem.get("reopened", []), self.day.isoformat()]
        return found[2]

    def delete_item(self, state: State) -> str | None:
        found = self.item(state)
        if found is None or self.dice.random() < 0.5:
            return None
        project, item, ref = found
        for kind in ("tasks", "problems", "stages"):
            project[kind] = {key: one for key, one in project[kind].items() if one is not item}
        return ref

    def delete_project(self, state: State) -> str | None:
        if len(state["projects"]) < 3 or self.dice.random() < 0.6:
            return None
        pid = self.dice.choice(list(state["projects"]))
        for kind in ("projects", "files", "seeds", "broken"):
            state[kind].pop(pid, None)
        return str(pid)

    def add_project(self, state: State) -> str | None:
        return self.new_project(state) if len(state["projects"]) < 6 else None

    def clear(self, state: State) -> str | None:
        project = self.project(state)
        if project is None:
            return None
        if project.get("status") == "cleared":
            for key in ("status", "decision"):
                project.pop(key, None)
        else:
            project["status"] = "cleared"
            if self.dice.random() < 0.5:
                project["decision"] = "清督〔2024〕6号"
        return str(project["id"])

    def target(self, state: State) -> str | None:
        ref = self.dice.choice(list(state["targets"]))
        state["targets"][ref] += self.dice.choice((-7, 7, 30))
        return str(ref)

    def note(self, state: State) -> str | None:
        found = self.item(state, "tasks", "problems")
        if found is None:
            return None
        found[1]["next"] = f"next: {self.dice.randrange(100)} # 下一步"
        return found[2]

    def invest(self, state: State) -> str | None:
        project = self.project(state)
        if project is None:
            return None
        project["investment"] = self.dice.randrange(1, 99) * 1000
        return str(project["id"])

    # ---- what changes bytes and says nothing

    def rewrite(self, state: State) -> str | None:
        """Other order, other comments, other line ends."""
        project = self.project(state)
        if project is None:
            return None
        state["seeds"][project["id"]] = self.dice.randrange(10**6)
        return str(project["id"])

    def rename(self, state: State) -> str | None:
        project = self.project(state)
        if project is None:
            return None
        pid = project["id"]
        state["files"][pid] = f"{self.dice.choice(('', '旧 档/'))}{pid} 名{self.dice.randrange(99)}.yaml"
        if self.dice.random() < 0.4:
            state["seeds"][pid] = self.dice.randrange(10**6)
        return str(pid)

    def swap(self, state: State) -> str | None:
        if len(state["projects"]) < 2:
            return None
        one, other = self.dice.sample(list(state["projects"]), 2)
        state["files"][one], state["files"][other] = state["files"][other], state["files"][one]
        return f"{one} {other}"

    def elsewhere(self, state: State) -> str | None:
        state["outside"] = str(self.dice.random())
        return ""

    def nothing(self, state: State) -> str | None:
        return ""

    def break_ledger(self, state: State) -> str | None:
        free = [pid for pid in state["projects"] if pid not in state["broken"]]
        if not free:
            return None
        pid = self.dice.choice(free)
        state["broken"][pid] = self.dice.choice(("colon", "conflict", "tab", "day", "twice"))
        return str(pid)

    def mend_ledger(self, state: State) -> str | None:
        if not state["broken"]:
            return None
        pid = self.dice.choice(list(state["broken"]))
        del state["broken"][pid]
        return str(pid)

    def move_folder(self, state: State) -> str | None:
        if self.dice.random() < 0.8:
            return None
        state["folder"] = self.dice.choice(("data/ledgers", "ledgers", "台账", "归档 2024/县"))
        return str(state["folder"])

    # ------------------------------------------------------------------------------------------------------ the oracle

    def commit(self, parents: list[Commit], state: State, what: list[str]) -> Commit:
        mark = len(self.commits) + 1
        ancestors = frozenset({mark}).union(*(one.ancestors for one in parents))
        made = Commit(mark, parents, state, self.day, ancestors, what=what)
        self.commits.append(made)
        self.write(made)
        self.observe(made)
        self.tell(made)
        return made

    def observe(self, made: Commit) -> None:
        """What a reader of this commit knows: of a ledger that cannot be read, what it said before."""
        seen = {"projects": {}, "targets": made.state["targets"]}
        for pid, project in made.state["projects"].items():
            if pid not in made.state["broken"]:
                seen["projects"][pid] = project
            else:
                before = [one.seen["projects"][pid] for one in made.parents if pid in one.seen["projects"]]
                if before:
                    seen["projects"][pid] = before[0]
        made.seen = seen

    def tell(self, made: Commit) -> None:
        now = entries(made.seen)
        sides = [(one, entries(one.seen)) for one in made.parents]
        keys = {key for one in made.parents for key in one.values}
        keys |= {
            (ref, name) for ref, item in now.items() for name in (*FLAGGED[item["kind"]], *PLAIN[item["kind"]], "")
        }
        made.mixed = set().union(*(one.mixed for one in made.parents))
        if len(sides) > 1:
            known = {ref for _one, before in sides for ref in before} | set(now)
            hidden = {
                ref
                for pid in made.state["broken"]
                for ref in known
                if ref.partition("/")[0] == pid and len({repr(before.get(ref)) for _one, before in sides}) > 1
            }
            made.mixed |= hidden
            made.mixed |= {ref for ref in known if all(now.get(ref) != before.get(ref) for _one, before in sides)}
            made.mixed |= {ref for ref in known if len({ref in before for _one, before in [*sides, (made, now)]}) > 1}
            # What came and went on a branch alone never stood where it was merged.
            made.mixed |= {
                key[0] for key in keys if key[0] not in now and any(key not in one.values for one, _ in sides)
            }
        for key in keys:
            self.tell_field(made, key, now.get(key[0]), [(one, before.get(key[0])) for one, before in sides])

    def tell_field(self, made: Commit, key: Key, item: State | None, sides: list[tuple[Commit, State | None]]) -> None:
        ref, name = key
        known = [one for one, _before in sides if key in one.values]
        if item is None and name:  # gone: its fields say what they said last
            kept = [one for one, before in sides if before is None and key in one.values] or known
            made.values[key] = kept[0].values[key]
            made.told[key] = self.joined([one.told[key] for one in kept])
            return
        value = (item is not None) if not name else item.get(name, ABSENT)  # type: ignore[union-attr]
        made.values[key] = value
        if not known:
            flags = frozenset[str]()
            if name == "closed" and value is not ABSENT and unverified(item or {}):
                flags = frozenset({"closed-unverified"})
            if name == "status" and undecided(item or {}):
                flags = frozenset({"cleared-undecided"})
            new = frozenset({Event(made.mark, None, value, flags)})
            if name == "deadline" and item is not None:
                begun = {k: v for k, v in item.items() if k != "extensions"}
                new |= self.moves(made, {**begun, "deadline": item["original"]}, item)
            made.told[key] = Told(new, new)
            return
        first, *others = known
        same = [one for one in known if one.values[key] == value]
        if same and first is not same[0] and any(one.told[key].must != one.told[key].may for one in same):
            # There and back again on a branch of a branch: whoever took it back may be told, or the merge.
            made.told[key] = replace(self.joined([one.told[key] for one in known]), loose=True)
            return
        if same and first is not same[0] and not any(first.told[key].commits <= one.told[key].commits for one in same):
            sure = first.told[key].must == first.told[key].may
            if not name or not sure or not all(one.told[key].commits <= first.told[key].commits for one in others):
                made.told[key] = replace(self.joined([one.told[key] for one in known]), loose=True)
                return
            same, known = [], [first]  # only the first side had moved on: the merge took that back
        if same:
            made.told[key] = self.joined([one.told[key] for one in same])
            return
        if len({one.values[key] for one in known}) > 1:
            made.told[key] = replace(self.joined([one.told[key] for one in known]), loose=True)
            return
        options = []
        for one in known:
            before = entries(one.seen).get(ref) or {n: one.values[r, n] for r, n in one.values if r == ref and n}
            before = {k: v for k, v in before.items() if v is not ABSENT}
            if not name:
                kind = (item or before).get("kind") or ""
                gone = value is False and ("Q" in ref.partition("/")[2])
                flags = frozenset({"problem-deleted"} if gone else {"target-lowered"} if kind == "target" else set())
            else:
                flags = doubts(ref, name, before, item or {}, made.day)
            events = frozenset({Event(made.mark, one.values[key], value, flags)})
            if name == "deadline":
                events = self.moves(made, before, item or {}, made.day) or events
            told = one.told[key]
            options.append(Told(told.must | events, told.may | events, told.loose))
        made.told[key] = self.joined(options)

    def moves(self, made: Commit, before: State, after: State, day: date | None = None) -> frozenset[Event]:
        """What the extensions that one commit added did one by one, where the original stayed.

        Of an item that came with its extensions nobody knows when they were entered: no day, their own dates count.
        """
        old, new = before.get("extensions", []), after.get("extensions", [])
        if before["original"] != after["original"] or new[: len(old)] != old:
            return frozenset()
        found, now = set(), before
        for given in [one for one in new[len(old) :] if one["date"] < "2031"]:
            step = {**after, "extensions": [*now.get("extensions", []), given], "deadline": given["to"]}
            flags = doubts("", "deadline", now, step, day or date.fromisoformat(given["date"]))
            found.add(Event(made.mark, now["deadline"], given["to"], flags))
            now = step
        return frozenset(found)

    def joined(self, told: list[Told]) -> Told:
        must = frozenset.intersection(*(one.must for one in told))
        loose = any(one.loose for one in told)
        return Told(must, frozenset().union(*(one.may for one in told)), loose)

    # ------------------------------------------------------------------------------------------------------- the bytes

    def write(self, made: Commit) -> None:
        dice = random.Random(self.dice.random())
        hour = datetime(
            self.day.year, self.day.month, self.day.day, dice.randrange(24), dice.randrange(60), tzinfo=CHINA
        )
        zone = dice.choice(("+0800", "+0800", "+0000", "-0700", "+0545"))
        later = timedelta(days=dice.choice((0, 0, 0, 3)), minutes=5)
        author = dice.choice(("He Ping <he@q.example>", "张 三 <z@q.example>", "Lin Yue <lin@q.example>"))
        words = (dice.choice(WORDS) + f"\n\n{'; '.join(made.what)}\n").encode()
        lines = [
            f"commit refs/heads/c{made.mark}\nmark :{made.mark}\n".encode(),
            f"author {author} {int(hour.astimezone(UTC).timestamp())} {zone}\n".encode(),
            f"committer Clerk <c@q.example> {int((hour + later).astimezone(UTC).timestamp())} +0800\n".encode(),
            f"data {len(words)}\n".encode() + words + b"\n",
        ]
        for number, parent in enumerate(made.parents):
            lines.append(f"{'merge' if number else 'from'} :{parent.mark}\n".encode())
        lines.append(b"deleteall\n")
        for path, text in sorted(self.files(made.state).items()):
            content = text.encode()
            lines.append(f'M 100644 inline "{path}"\ndata {len(content)}\n'.encode() + content + b"\n")
        self.stream += lines

    def files(self, state: State) -> dict[str, str]:
        folder = state["folder"]
        targets = (
            f"indicators:\n  investment: {{name: Investment}}\n  {LESS}: {{name: Energy, better: less}}\ntargets:\n"
        )
        for ref, value in state["targets"].items():
            scope, indicator, period = ref.split("/")
            targets += f"  - {{scope: {scope}, indicator: {indicator}, period: {period}, value: {value}}}\n"
        found = {
            f"{folder}/projledger.yaml": SETTINGS,
            f"{folder}/people.yaml": STAFF,
            f"{folder}/targets.yaml": targets,
            "README.md": f"outside {state['outside']}\n",
        }
        for pid, project in state["projects"].items():
            text = ledger(project, random.Random(state["seeds"][pid]))
            found[f"{folder}/projects/{state['files'][pid]}"] = spoil(text, state["broken"].get(pid))
        return found

    def build(self, folder: Path) -> dict[int, str]:
        """Write the repository: the ids of the commits by their marks."""
        folder.mkdir(parents=True)
        marks = folder / "marks"

        def git(*arguments: str, given: bytes = b"") -> None:
            subprocess.run(["git", "-C", str(folder), *arguments], input=given, capture_output=True, check=True)

        git("init", "--quiet", "--initial-branch=main")
        ending = f"reset refs/heads/main\nfrom :{self.head.mark}\n\n".encode()
        git("fast-import", "--quiet", f"--export-marks={marks}", given=b"".join(self.stream) + ending)
        ids = dict(line[1:].split() for line in marks.read_text(encoding="utf-8").splitlines())
        marks.unlink()
        git("reset", "--quiet", "--hard", "main")
        return {int(mark): commit for mark, commit in ids.items()}


ACTS = (
    *(Office.extend, Office.extend, Office.extend, Office.edit_deadline, Office.edit_deadline),
    *(Office.rewrite_extension, Office.drop_extension, Office.change_owner, Office.change_owner),
    *(Office.change_project_owner, Office.report, Office.report, Office.finish_task, Office.undo_task),
    *(Office.stage_event, Office.close, Office.close, Office.reopen, Office.delete_item, Office.add_project),
    *(Office.new_task, Office.new_problem, Office.clear, Office.target, Office.note, Office.invest, Office.rewrite),
    *(Office.rename, Office.swap, Office.elsewhere, Office.nothing, Office.break_ledger, Office.mend_ledger),
    *(Office.mend_ledger,),
)
WILD_ACTS = (Office.delete_project, Office.move_folder)


def ledger(project: State, dice: random.Random) -> str:
    """One project as YAML, in an order and a style of its own."""
    lines = ["# 项目 台账"] if dice.random() < 0.5 else []
    for key in ("id", "name"):
        lines.append(f"{key}: {project[key]}")
    lines.append("unit: park")
    for key in ("owner", "status", "decision", "investment"):
        if key in project:
            lines.append(f"{key}: {project[key]}")
    kinds = ["tasks", "problems", "stages"]
    dice.shuffle(kinds)
    for kind in kinds:
        items = list(project[kind].items())
        if not items:
            continue
        dice.shuffle(items)
        lines.append(f"{kind}:")
        for key, item in items:
            if kind == "stages":
                lines.append(f"  {key}:")
            body = [f"{name}: {scalar(value, dice)}" for name, value in item.items() if name != "extensions"]
            for given in [item["extensions"]] if "extensions" in item else []:
                body.append("extensions:")
                for one in given:
                    if dice.random() < 0.5:
                        body.append("  - {" + ", ".join(f"{k}: {v}" for k, v in one.items()) + "}")
                    else:
                        body += [f"  {'  ' if number else '- '}{k}: {v}" for number, (k, v) in enumerate(one.items())]
            mark = "    " if kind == "stages" else "  - "
            lines += [(mark if not number else "    ") + line for number, line in enumerate(body)]
            if dice.random() < 0.2:
                lines.append(f"    # 备注 {dice.randrange(99)}")
    end = "\r\n" if dice.random() < 0.15 else "\n"
    return end.join(lines) + end


def scalar(value: Any, dice: random.Random) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(value) + "]"
    text = str(value)
    return f'"{text}"' if ": " in text or "#" in text or dice.random() < 0.2 else text


def spoil(text: str, how: str | None) -> str:
    """A ledger that cannot be read, or not typed."""
    match how:
        case "colon":
            return text.replace("id: ", "id：", 1)
        case "conflict":
            return text + "<<<<<<< HEAD\nx: 1\n=======\nx: 2\n>>>>>>> branch\n"
        case "tab":
            return text + "\towner: lin\n"
        case "day":
            return text + "in_statistics: 2024-02-30\n"
        case "twice":
            return text + "name: twice\n"
    return text
