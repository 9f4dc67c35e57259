"""One run of `check` tells every fault: faults are planted into clean ledgers, alone and several at a time.

What a fault is told as when it stands alone it must be told as among others (same code, file and place), and nothing
else may be told. So a fault behind another one costs nobody a second round, and nothing is told that would be gone
once another fault is mended. The few exceptions are in `_masked`, each with its reason.

A fault of typing puts a value where none of its kind can be read, takes away what is required, or adds what nobody
knows. A fault that checks find is made of values that can be read.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest

from projledger import load, source
from projledger.models.types import STAND_IN

ROOT = Path(__file__).parents[1]
PLACES = ("ledgers", "examples/aksay-2022", "examples/anqing-2022", "examples/deqing-2024", "examples/duchang-2021")
At = tuple[str | int, ...]
"""A file and a path in it."""
Written = tuple[str, dict[tuple[int, int, bool], tuple[At, str]]]
"""YAML; and what begins at a line and column (True: what goes on to the next line)."""
Told = tuple[str, At, str]
"""A code, where it points, and whether at a value, a key or a mapping."""

DAYS = {"deadline", "start", "started", "done", "updated", "raised", "responded", "submitted", "closed", "issued"} | {
    "reply_due", "replied", "plan", "actual", "date", "signed", "since", "until", "cutoff", "reported", "from", "to",
}  # fmt: skip
NUMBERS = {"progress", "duration", "value", "ytd", "amount", "awarded", "paid", "planned", "level", "investment"} | {
    "needed", "secured", "days", "count", "points",
}  # fmt: skip
CHOICES = {"kind", "status", "category", "source", "better", "light", "position", "state", "act"}
IDS = {"id", "after", "about", "indicator"}
MONTHS = {"month", "period"}
REQUIRED = {"id", "name", "deadline", "raised", "text", "date", "number", "kind", "about", "issued", "indicator"} | {
    "period", "month", "value", "unit", "lead_unit", "chief", "approved_by", "reason", "needed",
}  # fmt: skip


@dataclass
class Fault:
    """Values to put at places (None takes the key away), and the places that its findings hang on beside these."""

    name: str
    changes: dict[At, Any]
    needs: frozenset[At] = frozenset()
    typing: bool = False

    def touches(self) -> set[At]:
        return set(self.changes)


@dataclass
class Place:
    """The clean ledgers of a workspace, as data."""

    trees: dict[str, Any]
    as_of: date
    chance: Random = field(default_factory=Random)
    written: dict[int, Written] = field(default_factory=dict)
    """What each of the clean trees is as a text, by its identity."""

    def get(self, at: At) -> Any:
        node: Any = self.trees
        for part in at:
            try:
                node = node[part]
            except (KeyError, IndexError):
                return None
        return node

    def nodes(self, *pattern: str) -> list[At]:
        """Every place of a pattern: `*` is any key or index, `projects/` any project's file."""
        found: list[At] = [()]
        for part in pattern:
            following: list[At] = []
            for at in found:
                node = self.get(at)
                if part == "projects/":
                    following += [(*at, file) for file in node if file.startswith(part)]
                elif part == "*":
                    keys = range(len(node)) if isinstance(node, list) else node
                    following += [(*at, key) for key in keys]
                elif isinstance(node, dict) and part in node:
                    following.append((*at, part))
            found = following
        return found

    def one(self, *pattern: str, where: Callable[[Any], bool] = lambda _node: True) -> At:
        """One of the places of a pattern."""
        found = [at for at in self.nodes(*pattern) if where(self.get(at))]
        if not found:
            raise LookupError(pattern)
        return self.chance.choice(found)

    def more(self, at: At, key: str, item: Any) -> dict[At, Any]:
        """The change that adds an item to the list at a key, which need not be there."""
        found = self.get((*at, key))
        return {(*at, key, len(found)): item} if found else {(*at, key): [item]}


# --- faults that the checks find --------------------------------------------------------------------------------------


def _mapping(node: Any) -> bool:
    return isinstance(node, dict)


def unknown_task(p: Place) -> Fault:
    return Fault("unknown task", p.more(p.one("projects/", "tasks", "*"), "after", "T99"))


def unknown_blocked(p: Place) -> Fault:
    return Fault("unknown blocked task", p.more(p.one("projects/", "problems", "*"), "blocks", "T99"))


def unknown_person(p: Place) -> Fault:
    section = p.chance.choice(["tasks", "problems"])
    return Fault("unknown owner", {(*p.one("projects/", section, "*"), "owner"): "nobody"})


def unknown_unit(p: Place) -> Fault:
    return Fault("unknown unit", {(*p.one("projects/"), "park"): "nowhere"})


def unknown_lead(p: Place) -> Fault:
    return Fault("unknown leading unit", {(*p.one("projects/", "problems", "*"), "lead_unit"): "nowhere"})


def unknown_about(p: Place) -> Fault:
    at = p.one("projects/", "actions", "*")
    return Fault("action about nothing", {(*at, "about"): f"{p.get((at[0], 'id'))}/T98"})


def unknown_indicator(p: Place) -> Fault:
    return Fault("unknown indicator", {(*p.one("projects/", "reports", "*"), "indicator"): "nothing"})


def unknown_category(p: Place) -> Fault:
    if not p.get(("projledger.yaml", "categories")):
        raise LookupError
    needs = frozenset({("projledger.yaml", "categories")})
    return Fault("unknown category", {(*p.one("projects/"), "category"): "nothing"}, needs)


def unknown_decider(p: Place) -> Fault:
    return Fault(
        "unknown owner of a decision", {(*p.one("meetings.yaml", "meetings", "*", "decisions", "*"), "owner"): "x"}
    )


def unknown_home(p: Place) -> Fault:
    return Fault("unknown unit of a person", {(*p.one("people.yaml", "people", "*"), "unit"): "nowhere"})


def no_owner(p: Place) -> Fault:
    at = p.one("projects/", where=lambda n: "owner" in n and any("owner" not in t for t in n.get("tasks", [])))
    return Fault("no owner", {(*at, "owner"): None})


def twice(*pattern: str) -> Callable[[Place], Fault]:
    """The copy of an entry, which has the same id, number or target."""

    def fault(p: Place) -> Fault:
        at = p.one(*pattern, where=lambda n: isinstance(n, dict) and not n.keys() & {"yoy_reported"})
        node = p.get(at)
        keys = {"id", "number", "kind", "issued", "about", "indicator", "period", "month", "scope"}
        keys |= {"cutoff", "reported", "ytd", "amount"}
        around = at[:-1]
        copied = {(*around, len(p.get(around))): deepcopy(node)}
        return Fault("twice " + pattern[-2], copied, frozenset((*at, key) for key in keys))

    return fault


def project_twice(p: Place) -> Fault:
    node = p.get(at := p.one("projects/"))
    copied = {key: node[key] for key in ("id", "name", "unit", "owner") if key in node}
    return Fault("project twice", {("projects/zz.yaml",): copied}, frozenset({(*at, "id")}))


def done_before_started(p: Place) -> Fault:
    at = p.one("projects/", "tasks", "*")
    days = {(*at, "started"): "2024-03-08", (*at, "done"): "2024-03-01"}
    return Fault("done before started", days | {(*at, "progress"): None, (*at, "evidence"): "x"})


def deadline_before_start(p: Place) -> Fault:
    at = p.one("projects/", "tasks", "*", where=lambda n: "extensions" not in n and "done" not in n)
    return Fault(
        "deadline before start", {(*at, "start"): "2199-01-02"}, frozenset({(*at, "deadline"), (*at, "extensions")})
    )


def progress_without_done(p: Place) -> Fault:
    at = p.one("projects/", "tasks", "*", where=lambda n: "done" not in n)
    return Fault("100 percent, not done", {(*at, "progress"): "100"}, frozenset({(*at, "done")}))


def done_unfinished(p: Place) -> Fault:
    at = p.one("projects/", "tasks", "*", where=lambda n: "done" in n)
    return Fault("done at 80 percent", {(*at, "progress"): "80"})


def earlier_extension(p: Place) -> Fault:
    at = p.one("projects/", "tasks", "*", where=lambda n: "extensions" not in n and "deadline" in n)
    item = {"to": "1999-06-14", "approved_by": _person(p), "date": "1999-05-31", "reason": "x"}
    return Fault("extended to an earlier day", {(*at, "extensions"): [item]}, frozenset({(*at, "deadline")}))


def stranger_approves(p: Place) -> Fault:
    at = p.one("projects/", "tasks", "*", "extensions", "*")
    return Fault("approved by a stranger", {(*at, "approved_by"): "nobody"})


def quoted(p: Place) -> Fault:
    return Fault("quoted name", {(*p.one("projects/", "tasks", "*"), "name"): "“基础”"})


def closed_without(p: Place) -> Fault:
    at = p.one("projects/", "problems", "*", where=lambda n: "closed" in n and "evidence" in n)
    key = p.chance.choice(["evidence", "verified_by"])
    return Fault(f"closed without {key}", {(*at, key): None})


def before_raised(p: Place) -> Fault:
    at = p.one("projects/", "problems", "*")
    key = p.chance.choice(["responded", "submitted"])
    return Fault(f"{key} before raised", {(*at, key): "1999-01-01"}, frozenset({(*at, "raised")}))


def due_before_raised(p: Place) -> Fault:
    at = p.one("projects/", "problems", "*")
    return Fault("due before raised", {(*at, "deadline"): "1999-01-01"}, frozenset({(*at, "raised")}))


def own_verifier(p: Place) -> Fault:
    at = p.one("projects/", "problems", "*", where=lambda n: "owner" in n)
    return Fault("verified by its owner", {(*at, "verified_by"): p.get((*at, "owner"))}, frozenset({(*at, "owner")}))


def stage_order(p: Place) -> Fault:
    at = p.one("projects/", where=lambda n: len([s for s in n.get("stages", {}).values() if "actual" in s]) > 1)
    reached = [s for s in _stages() if "actual" in p.get((*at, "stages")).get(s, {})]
    early = (*at, "stages", reached[-1], "actual")
    return Fault("stage reached early", {early: "1999-01-01"}, frozenset((*at, "stages", s, "actual") for s in reached))


def handed_over_early(p: Place) -> Fault:
    at = p.one("projects/", "stages", "*", where=lambda n: "actual" in n)
    return Fault("handed over early", {(*at, "handed_over"): "1999-01-01"}, frozenset({(*at, "actual")}))


def extended_without_plan(p: Place) -> Fault:
    at = p.one("projects/", "stages", "*", where=lambda n: "plan" not in n)
    item = {"to": "2024-06-14", "approved_by": _person(p), "date": "2024-05-31", "reason": "x"}
    return Fault("extended without plan", {(*at, "extensions"): [item]})


def undated_status(p: Place) -> Fault:
    at = p.one("projects/", where=lambda n: "status" not in n)
    return Fault("suspended without a day", {(*at, "status"): "suspended"})


def both_figures(p: Place) -> Fault:
    at = p.one("projects/", "reports", "*", where=lambda n: "ytd" in n and "amount" not in n)
    return Fault("two figures", {(*at, "amount"): "1"}, frozenset({(*at, "ytd")}))


def foreign_cutoff(p: Place) -> Fault:
    at = p.one("projects/", "reports", "*")
    return Fault("cutoff outside of the month", {(*at, "cutoff"): "1999-05-31"}, frozenset({(*at, "month")}))


def falling(p: Place) -> Fault:
    at = p.one("projects/", "reports", where=lambda n: len([r for r in n if "ytd" in r]) == len(n) > 1)
    last = len(p.get(at)) - 1
    hangs = [(*at, i, key) for i in range(last + 1) for key in ("ytd", "month", "indicator", "cutoff", "reported")]
    return Fault("falling figure", {(*at, last, "ytd"): "0"}, frozenset(hangs) - {(*at, last, "ytd")})


def foreign_scope(p: Place) -> Fault:
    section = p.chance.choice(["targets", "reports"])
    at = p.one("projects/", section, "*")
    return Fault("foreign scope", {(*at, "scope"): "all"}, frozenset({(at[0], "id")}))


def empty_target(p: Place) -> Fault:
    at = p.one("projects/", "targets", "*", where=lambda n: "plan" not in n)
    return Fault("target of nothing", {(*at, "value"): "-1"})


def plan_outside(p: Place) -> Fault:
    at = p.one("projects/", "targets", "*", where=lambda n: "plan" not in n)
    return Fault("plan outside of its period", {(*at, "plan"): {"1999-06": "1"}}, frozenset({(*at, "period")}))


def overpaid(p: Place) -> Fault:
    at = p.one("projects/", "funding", "*", where=lambda n: "awarded" in n)
    return Fault("overpaid", {(*at, "paid"): "99999999"}, frozenset({(*at, "awarded")}))


def falling_payments(p: Place) -> Fault:
    at = p.one("projects/", "funding", "*", where=lambda n: "plan" not in n)
    return Fault("falling payments", {(*at, "plan"): {"2024-03": "9", "2024-06": "5"}})


def negative_pause(p: Place) -> Fault:
    item = {"from": "2024-04-15", "to": "2024-04-01", "approved_by": _person(p)}
    return Fault("pause ends early", p.more(p.one("projects/"), "pauses", item))


def early_reply(p: Place) -> Fault:
    at = p.one("projects/", "actions", "*")
    return Fault("early reply", {(*at, "replied"): "1999-01-01"}, frozenset({(*at, "issued")}))


def early_decision(p: Place) -> Fault:
    at = p.one("meetings.yaml", "meetings", "*", "decisions", "*")
    return Fault("decision due early", {(*at, "deadline"): "1999-01-01"}, frozenset({(*at[:3], "date")}))


def short_term(p: Place) -> Fault:
    at = p.one("people.yaml", "people", "*")
    return Fault("post ends early", {(*at, "since"): "2024-03-01", (*at, "until"): "2024-02-01"})


def settings_fault(p: Place) -> Fault:
    key, value = p.chance.choice(
        [("timezone", "Asia/Beijing"), ("views", {"mine": "--ligth red"}), ("chief", "nobody"), ("rules", "nowhere")]
    )
    return Fault(f"settings: {key}", {("projledger.yaml", key): value})


FOUND_BY_CHECKS: tuple[Callable[[Place], Fault], ...] = (
    unknown_task, unknown_task, unknown_blocked, unknown_person, unknown_person, unknown_unit, unknown_lead,
    unknown_about, unknown_indicator, unknown_category, unknown_decider, unknown_home, no_owner,
    twice("projects/", "tasks", "*"), twice("projects/", "tasks", "*"), twice("projects/", "problems", "*"),
    twice("projects/", "actions", "*"), twice("projects/", "targets", "*"), twice("projects/", "reports", "*"),
    twice("meetings.yaml", "meetings", "*", "decisions", "*"), twice("people.yaml", "people", "*"),
    twice("targets.yaml", "targets", "*"), twice("chains.yaml", "chains", "*", "nodes", "*"),
    project_twice,
    done_before_started, deadline_before_start, progress_without_done, done_unfinished, earlier_extension,
    stranger_approves, quoted, closed_without, before_raised, due_before_raised, own_verifier, stage_order,
    handed_over_early, extended_without_plan, undated_status, both_figures, foreign_cutoff, falling, foreign_scope,
    empty_target, plan_outside, overpaid, falling_payments, negative_pause, early_reply, early_decision, short_term,
    settings_fault,
)  # fmt: skip


def _person(p: Place) -> str:
    people = p.get(("people.yaml", "people"))
    return str(people[0]["id"]) if people else "zhou"


def _stages() -> tuple[str, ...]:
    return ("reserve", "negotiating", "signed", "started", "completed", "producing", "full_capacity")


# --- faults of typing -------------------------------------------------------------------------------------------------


def _leaves(p: Place, keys: set[str]) -> list[At]:
    found: list[At] = []

    def walk(node: Any, at: At) -> None:
        if isinstance(node, dict):
            for key, value in node.items():
                if key in keys and isinstance(value, str):
                    found.append((*at, key))
                walk(value, (*at, key))
        elif isinstance(node, list):
            for index, value in enumerate(node):
                if isinstance(value, str) and at[-1] in keys:
                    found.append((*at, index))
                walk(value, (*at, index))

    for file, tree in p.trees.items():
        if file != "projledger.yaml":
            walk(tree, (file,))
    return found


def bad_value(p: Place) -> Fault:
    keys, texts = p.chance.choice(
        [
            (DAYS, ["2024-02-31", "soon"]),
            (NUMBERS, ["lots"]),
            (CHOICES, ["sometimes"]),
            (IDS, ["no id!"]),
            (MONTHS, ["2024-13"]),
        ]
    )
    at = p.chance.choice(_leaves(p, keys))
    return Fault(f"cannot be read: {at[-1]}", {at: p.chance.choice(texts)}, typing=True)


def missing_key(p: Place) -> Fault:
    at = p.chance.choice([at for at in _leaves(p, REQUIRED) if len(p.get(at[:-1])) > 1])
    return Fault(f"missing: {at[-1]}", {at: None}, typing=True)


def unknown_key(p: Place) -> Fault:
    at = p.chance.choice(_leaves(p, REQUIRED))[:-1]
    return Fault("unknown key", {(*at, p.chance.choice(["zzqx", "ownr", "dne", "extensins"])): "x"}, typing=True)


def bad_setting(p: Place) -> Fault:
    key, value = p.chance.choice(
        [("money_unit", "美元"), ("rules", ["a"]), ("categories", "none"), ("chief", {"a": "b"}), ("rulse", "x")]
    )
    return Fault(f"setting cannot be read: {key}", {("projledger.yaml", key): value}, typing=True)


def wrong_shape(p: Place) -> Fault:
    at = p.chance.choice(
        [
            *p.nodes("projects/", "tasks", "*", "extensions"),
            *p.nodes("projects/", "tasks", "*", "after"),
            *p.nodes("projects/", "stages", "*"),
            *p.nodes("projects/", "service"),
            *p.nodes("projects/", "problems", "*", "assist"),
            *p.nodes("projects/", "funding", "*"),
        ]
    )
    return Fault("wrong shape", {at: "2024-03-08"}, typing=True)


FOUND_BY_TYPING = (bad_value, bad_value, bad_value, missing_key, missing_key, unknown_key, wrong_shape, bad_setting)


# --- planting and reading ---------------------------------------------------------------------------------------------


def planted(trees: dict[str, Any], faults: list[Fault]) -> dict[str, Any]:
    """The ledgers with these faults."""
    changed = {file for fault in faults for file, *_path in fault.changes}
    found = {file: deepcopy(tree) if file in changed else tree for file, tree in trees.items()}
    for fault in faults:
        for at, value in fault.changes.items():
            node: Any = found
            for part in at[:-1]:
                node = node[part]
            last = at[-1]
            if value is None:
                node.pop(last, None)
            elif isinstance(node, list) and last == len(node):
                node.append(deepcopy(value))
            else:
                node[last] = deepcopy(value)
    return found


def written(tree: Any) -> Written:
    """A tree as YAML with one value on each line, and its places."""
    lines: list[str] = []
    places: dict[tuple[int, int, bool], tuple[At, str]] = {}

    def write(node: Any, at: At, depth: int) -> None:
        line = len(lines) + 1
        items = list(node.items()) if isinstance(node, dict) else list(enumerate(node))
        places[line, depth + 1, True] = (at, "whole")
        for key, value in items:
            head = " " * depth + ("-" if isinstance(node, list) else f"{json.dumps(key, ensure_ascii=False)}:")
            here = (*at, key)
            number = len(lines) + 1
            places.setdefault((number, depth + 1, False), (here, "key"))
            if isinstance(value, str):
                places[number, len(head) + 2, False] = (here, "value")
                lines.append(f"{head} {json.dumps(value, ensure_ascii=False)}")
            else:
                lines.append(head)
                write(value, here, depth + 2)

    write(tree, (), 0)
    return "\n".join(lines) + "\n", places


def told(p: Place, faults: list[Fault], strict: bool = False) -> set[Told]:
    """What one run of `check` tells of a place with these faults: codes and places."""
    trees = planted(p.trees, faults)
    texts = {file: p.written.get(id(tree)) or written(tree) for file, tree in trees.items()}
    loaded = load.load([(file, text.encode()) for file, (text, _places) in texts.items()])
    found: set[Told] = set()
    for one in (*loaded.diagnostics, *loaded.check(p.as_of, strict)):
        assert STAND_IN not in one.message + one.help
        text, places = texts[one.file]
        line = text.splitlines()[one.span.line - 1]
        whole = one.span.end_line > one.span.line
        at, on = places.get((one.span.line, one.span.column, whole)) or places[one.span.line, one.span.column, False]
        if on == "key" and one.span.end_column == len(line) + 1:  # the first line of a mapping
            at, on = places.get((one.span.line, one.span.column, True), (at, on))
        found.add((one.code, (one.file, *at), on))
    return found


@cache
def place(name: str) -> Place:
    """The ledgers of a clean place."""
    trees: dict[str, Any] = {}
    for file, raw in load.read_folder(ROOT / name):
        decoded, _faults = source.decode(file, raw)
        assert decoded is not None
        tree, faults = source.read(decoded)
        assert not faults
        trees[file] = tree
    as_of = date.fromisoformat(trees["projledger.yaml"]["as_of"])
    clean = Place(trees, as_of, written={id(tree): written(tree) for tree in trees.values()})
    assert told(clean, []) == set()
    return clean


def faults_of(p: Place, chance: Random) -> list[Fault]:
    """Two to six faults, at least one of them of typing, none of which touches what another one changes."""
    wanted = chance.randint(2, 6)
    chosen: list[Fault] = []
    near = chance.random() < 0.5  # half of the time they crowd in two files
    files = set(chance.sample([f for f in p.trees if f.startswith("projects/")], 2))
    tries = 0
    while len(chosen) < wanted and tries < 400:
        tries += 1
        make = chance.choice(FOUND_BY_TYPING if not chosen or chance.random() < 0.4 else FOUND_BY_CHECKS)
        try:
            fault = make(p)
        except (LookupError, IndexError):
            continue
        if near and not {at[0] for at in fault.changes} <= files:
            continue
        if any(_overlap(one, other) for old in chosen for one in old.touches() for other in fault.touches()):
            continue
        chosen.append(fault)
    return chosen


def _overlap(one: At, other: At) -> bool:
    length = min(len(one), len(other))
    return one[:length] == other[:length]


# --- what must be told ------------------------------------------------------------------------------------------------

ABSENT = {
    "no-owner", "closed-without-evidence", "closed-without-verifier", "undated-status", "progress-without-done",
    "extension-without-plan", "deadline-before-start", "late-response",
}  # fmt: skip
"""Codes of what is wrong only as long as something does not stand there."""
SUMS = {"paid-over-awarded", "falling-payments", "fund-overdrawn", "target-plan", "falling-ytd"}
"""Codes of what compares sums of money."""


def _masked(
    clean: Place, one: Told, checked: list[Fault], typing: list[Fault], alone: Callable[[Fault], set[Told]]
) -> bool:
    """Whether a finding has to wait until a fault of typing is mended."""
    code, at, _on = one
    causes = [fault for fault in checked if one in alone(fault)] or checked
    for fault in typing:
        for touched in fault.touches():
            # It is about a value that cannot be read, or compares with one.
            if any(_overlap(touched, need) for need in (at, *(need for cause in causes for need in cause.needs))):
                return True
            # What is missing here may be what a key that nobody knows was meant for.
            lacks = {need[:-1] for cause in causes for need in cause.needs if clean.get(need) is None}
            if fault.name == "unknown key" and (
                touched[:-1] in lacks or (code in ABSENT and at[: len(touched) - 1] == touched[:-1])
            ):
                return True
            # Sums may carry a unit, and others be in that of the place, which cannot be read.
            if touched == ("projledger.yaml", "money_unit") and code in SUMS:
                return True
            # What a reference names may be the entry that lacks its id: in that project, or that file of the place.
            inside = touched[0] == at[0] or not str(touched[0]).startswith("projects/")
            if fault.name == "missing: id" and code.startswith("unknown-") and inside:
                return True
    return False


TYPING = {rule.code for rule in load.RULES}


def _checked(name: str, seed: int) -> None:
    chance = Random(seed)
    p = place(name)
    p.chance = chance
    faults = faults_of(p, chance)
    typing = [fault for fault in faults if fault.typing]
    checked = [fault for fault in faults if not fault.typing]
    known: dict[int, set[Told]] = {}

    def alone(fault: Fault) -> set[Told]:
        if id(fault) not in known:
            known[id(fault)] = told(p, [fault])
        return known[id(fault)]

    said = f"{name} {seed}: " + "; ".join(f"{fault.name} {list(fault.changes.items())}" for fault in faults)
    for fault in typing:
        codes = {code for code, _at, _on in alone(fault)}
        # A reference to an id that is nothing like the bad one is told: it may be wrong itself.
        codes -= {code for code in codes if fault.name == "cannot be read: id" and code.startswith("unknown-")}
        assert codes <= TYPING or not codes & TYPING, f"{said}\nfollows from {fault}: {alone(fault)}"
    expected = told(p, checked).union(*map(alone, typing))
    found = told(p, faults)
    if any(fault.name == "cannot be read: id" for fault in typing):  # as above, by what checks find
        expected |= {one for one in found if one[0].startswith("unknown-") and one[0] not in TYPING}
    assert found <= expected, f"{said}\nis not true: {found - expected}"
    must = {one for one in expected - found if one[0] in TYPING} | told(p, checked) - found
    hidden = {one for one in must if not _masked(p, one, checked, typing, alone)}
    assert not hidden, f"{said}\nhidden: {hidden}"
    # Completeness is not looked at where it may be hidden; but what is told of it is true.
    true = expected | told(p, checked, strict=True).union(*(told(p, [fault], strict=True) for fault in typing))
    strict = told(p, faults, strict=True)
    assert strict <= true, f"{said}\nis not true: {strict - true}"


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("name", PLACES)
def test_one_run_tells_every_fault_and_nothing_that_follows_from_one(name: str, seed: int) -> None:
    _checked(name, seed)


@pytest.mark.fuzz
@pytest.mark.parametrize("name", PLACES)
def test_many_faults_in_one_run(name: str) -> None:
    for seed in range(1_000, 1_400):
        _checked(name, seed)
