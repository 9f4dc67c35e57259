"""Why a plan fails, and the smallest sets of changes that would mend it.

A task fails when its float is negative: some way from today through it to a deadline is too long. Tasks on such ways
that meet are one `Failure`, with the chain of causes from the missed deadline back to today.

The search takes the worst way of a failure. Whatever mends the plan must change something on it: a task is shortened,
two tasks overlap, a start that is planned later than it need be comes forward, or the deadline moves. Each change is
tried as large as it could be; where another way is still too long, its changes are tried on top, one more at a time
(a hitting-set tree, R. Reiter 1987). So a set of one change is found before any of two. Then the amounts are made as
small as they can be, and shared in proportion where several tasks are shortened.

Only the tasks of the failure take part in its search: the others keep their figures, because no way through them is
too long and no change here makes them worse. Every set is proved afterwards by planning the whole component anew with
its changes; a set whose proof fails is not shown. Large searches are cut, and say so; moving every missed deadline to
its forecast is always offered.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Final, Literal

from projledger.analysis.schedule import NOTHING, Network, Schedule, TaskPlan, WhatIf, schedule
from projledger.frozen import frozen
from projledger.models.project import Project
from projledger.models.workspace import Workspace

ChangeKind = Literal["start", "duration", "remaining", "overlap", "deadline"]
Reason = Literal["after", "start", "updated", "today", "finished", "deadline"]

MOST: Final = 12
"""Sets of changes shown for one failure."""
_DEEPEST: Final = 4
_COMPONENTS: Final = 20
"""Components searched; for the rest only their deadlines are moved."""
_STEPS: Final = 1_000_000
"""Tasks passed over in all trials together, which takes well under a second."""
_NEVER: Final = 10**8
_SHARES: Final = 64


@frozen
class Change:
    """One change to a plan.

    Attributes:
        kind: `duration` or (under way) `remaining`: the task takes `by` workdays less; `overlap`: it begins `by`
            workdays before `after` is finished; `start`: it is planned to begin earlier; `deadline`: it moves.
        ref: the task.
        by: workdays, never negative; a deadline that comes forward is one whose `to` is before its `from_`.
        from_, to: the workdays or the day before and after the change; None for an overlap.
    """

    kind: ChangeKind
    ref: str
    by: int
    from_: int | date | None = None
    to: int | date | None = None
    after: str | None = None


def what_if(changes: Iterable[Change], plan: WhatIf = NOTHING) -> WhatIf:
    """Changes as something to try, on top of what `plan` tries already."""
    trial = WhatIf(dict(plan.lengths), dict(plan.deadlines), dict(plan.starts), dict(plan.overlaps))
    for change in changes:
        match change.kind, change.to:
            case "start", date() as to:
                trial.starts[change.ref] = to
            case "deadline", date() as to:
                trial.deadlines[change.ref] = to
            case "duration" | "remaining", int() as workdays:
                trial.lengths[change.ref] = workdays
            case _:
                assert change.after is not None
                trial.overlaps[change.ref, change.after] = change.by
    return trial


@frozen
class Cause:
    """One link of the chain from a missed deadline back to today.

    Attributes:
        reason: what decides when the task begins: the one `after` which it comes; its planned `start`; it was last
            reported on (`updated`); `today`; a predecessor was `finished` today; or, where its duration is not
            known, its own `deadline`.
        after: the predecessor, for the reason `after`.
        workdays: how long it takes from `start` to `finish`; None where the duration is not known.
    """

    ref: str
    reason: Reason
    after: str | None
    workdays: int | None
    start: date | None
    finish: date


@frozen
class Failure:
    """Tasks that fail together.

    Attributes:
        ref: the task whose deadline is missed, at the end of the chain of causes.
        deadline: that deadline.
        forecast: when it would be met on that chain.
        shortfall: by how many workdays.
        tasks: the failing tasks among those selected, in file order.
        causes: from `ref` back to today.
        mends: alternative sets of changes, each enough for this failure.
    """

    ref: str
    deadline: date
    forecast: date
    shortfall: int
    tasks: tuple[str, ...]
    causes: tuple[Cause, ...]
    mends: tuple[tuple[Change, ...], ...]


@frozen
class Outcome:
    """What planning anew with a set of changes gave."""

    feasible: bool
    shortfall: int
    finish: date | None


@frozen
class Mend:
    """A set of changes that mends everything selected, with the proof."""

    changes: tuple[Change, ...]
    result: Outcome


@frozen
class Mends:
    """The failures, worst first, and sets of changes that mend them all; `cut` when there may be smaller ones."""

    failures: tuple[Failure, ...] = ()
    mends: tuple[Mend, ...] = ()
    cut: bool = False


def mends(workspace: Workspace, plan: Schedule, refs: Collection[str] | None = None) -> Mends:
    """What would mend the selected tasks (references or project ids; None takes all).

    Every mend holds changes for every failure: the first the smallest set of each, the second the next one …
    """
    chosen = [p for p in plan.plans.values() if refs is None or p.ref in refs or p.project.id in refs]
    failing = [p.ref for p in chosen if p.float is not None and p.float < 0]
    if not failing:
        return Mends()
    components = _components(plan, failing)
    budget = _Budget()
    failures: list[Failure] = []
    proved: list[list[tuple[tuple[Change, ...], dict[str, TaskPlan]]]] = []
    rest: list[_Group] = []
    for number, groups in enumerate(components):
        if number >= _COMPONENTS:
            rest += groups
            continue
        alternatives = [group.search(budget) for group in groups]
        found, ways = _proved(workspace, plan, groups, alternatives)
        failures += found
        proved.append(ways)
    if rest:
        budget.cut = True
        found, ways = _proved(workspace, plan, rest, [[group.by_deadlines()] for group in rest])
        failures += found
        proved.append(ways)
    failures.sort(key=lambda failure: -failure.shortfall)
    if not all(proved):
        return Mends(tuple(failures), (), True)
    whole: list[Mend] = []
    for rank in range(max(map(len, proved))):
        ways_of_rank = [ways[min(rank, len(ways) - 1)] for ways in proved]
        after = {ref: p for _changes, plans in ways_of_rank for ref, p in plans.items()}
        result = _outcome([after.get(p.ref, p) for p in chosen])
        whole.append(Mend(tuple(change for changes, _plans in ways_of_rank for change in changes), result))
    return Mends(tuple(failures), tuple(whole), budget.cut)


def _outcome(plans: Sequence[TaskPlan]) -> Outcome:
    floats = [p.float for p in plans if p.float is not None]
    shortfall = max(0, -min(floats, default=0))
    finish = max((p.forecast_finish for p in plans if p.float is not None and p.forecast_finish), default=None)
    return Outcome(shortfall == 0, shortfall, finish)


def _proved(
    workspace: Workspace, plan: Schedule, groups: list[_Group], alternatives: list[list[tuple[Change, ...]]]
) -> tuple[list[Failure], list[tuple[tuple[Change, ...], dict[str, TaskPlan]]]]:
    """Plan anew with the alternatives of each rank; keep those that mend and make nothing else fail."""
    projects: dict[str, Project] = {p.id: p for group in groups for p in group.projects}
    kept: list[list[tuple[Change, ...]]] = [[] for _group in groups]
    ways = []
    for rank in range(max(map(len, alternatives))):
        sets = [sets[min(rank, len(sets) - 1)] for sets in alternatives]
        together = tuple(change for changes in sets for change in changes)
        after = schedule(workspace, plan.as_of, what_if(together, plan.what_if), projects.values()).plans
        targets = {ref for group in groups for ref in group.targets}
        if all(_mended(plan.plans[ref], p, ref in targets) for ref, p in after.items()):
            ways.append((together, dict(after)))
            for here, changes in zip(kept, sets, strict=True):
                if changes not in here:
                    here.append(changes)
    return [group.failure(tuple(here)) for group, here in zip(groups, kept, strict=True)], ways


def _mended(before: TaskPlan, after: TaskPlan, target: bool) -> bool:
    if before.float is None or after.float is None:
        return before.float is None
    return after.float >= 0 or (not target and after.float >= before.float)


class _Budget:
    """How much is still tried."""

    def __init__(self) -> None:
        self.left = _STEPS
        self.cut = False

    def spend(self, steps: int) -> bool:
        """Whether there was enough left."""
        self.left -= steps
        self.cut |= self.left < 0
        return self.left >= 0


def _components(plan: Schedule, failing: Sequence[str]) -> list[list[_Group]]:
    """The failures by component (projects that wait for each other), the worst component first."""
    network = plan.network
    slack = [_slack(plan, node) for node in range(len(network.refs))]
    after = network.after()
    group_of: dict[int, int] = {}
    members: list[list[int]] = []
    for ref in failing:
        root = plan.nodes[ref]
        if root in group_of:
            continue
        group_of[root] = len(members)
        found = [root]
        for node in found:  # grows while it is walked
            # A way that is too long leads over tasks of which the later should begin before the earlier is finished.
            ways = [(earlier, node) for earlier in network.before[node]] + [(node, later) for later in after[node]]
            for earlier, later in ways:
                other = earlier if later == node else later
                overlap = network.overlaps.get((later, earlier), 0)
                tight = network.ef[earlier] - overlap > network.ls[later]
                if tight and slack[other] < 0 and other not in group_of:
                    group_of[other] = len(members)
                    found.append(other)
        members.append(sorted(found))
    wanted = set(failing)
    joined = _joined_projects(plan)
    components: dict[str, list[_Group]] = {}
    for nodes in members:
        here = joined[plan.plans[network.refs[nodes[0]]].project.id]
        group = _Group(plan, nodes, [n for n in nodes if network.refs[n] in wanted], after, here)
        components.setdefault(here[0].id, []).append(group)
    return sorted(components.values(), key=lambda groups: -max(group.shortfall for group in groups))


def _slack(plan: Schedule, node: int) -> int:
    """The float of a node, or (where its duration is not known) what a task of one workday would have."""
    slack = plan.plans[plan.network.refs[node]].float
    return plan.network.lf[node] - plan.network.ef[node] if slack is None else slack


def _joined_projects(plan: Schedule) -> dict[str, list[Project]]:
    """For each project those it is connected with by references, itself among them, in file order."""
    projects = {p.project.id: p.project for p in plan.plans.values()}
    root = {name: name for name in projects}

    def top(name: str) -> str:
        while root[name] != name:
            root[name] = name = root[root[name]]
        return name

    for ref, before in zip(plan.network.refs, plan.network.before, strict=True):
        for earlier in before:
            mine, other = (plan.plans[r].project.id for r in (ref, plan.network.refs[earlier]))
            if mine != other:
                root[top(other)] = top(mine)
    joined: dict[str, list[Project]] = {}
    for name, project in projects.items():
        joined.setdefault(top(name), []).append(project)
    return {name: joined[top(name)] for name in projects}


Key = tuple[Literal["start", "length", "overlap", "deadline", "sooner"], int, int]
"""A change that is tried: its kind, its node, and for an overlap the predecessor (else −1)."""


class _Group:
    """Tasks that fail together, as a small network of their own.

    What comes before and after them is frozen: they begin when what is outside is finished, and must be finished
    when what is outside must begin. No way that leads outside is too long.
    """

    def __init__(
        self, plan: Schedule, nodes: list[int], targets: list[int], after: list[list[int]], projects: list[Project]
    ) -> None:
        whole = plan.network
        self.plan, self.projects = plan, projects
        self.first = plan.first
        self.plans = [plan.plans[whole.refs[node]] for node in nodes]
        self.targets = [whole.refs[node] for node in targets]
        local = {node: number for number, node in enumerate(nodes)}
        self._targets = {local[node]: None for node in targets}  # in file order
        self.network = network = Network(
            refs=[whole.refs[node] for node in nodes],
            base=[max([whole.base[n], *(whole.ef[p] for p in whole.before[n] if p not in local)]) for n in nodes],
            floor=[whole.floor[node] for node in nodes],
            length=[whole.length[node] for node in nodes],
            due=[min([whole.due[n], *(whole.ls[s] for s in after[n] if s not in local)]) for n in nodes],
            before=[[local[p] for p in whole.before[node] if p in local] for node in nodes],
            gaps={local[node]: gaps for node, gaps in whole.gaps.items() if node in local},
        )
        network.sort()
        self._own_due = [whole.due[node] for node in nodes]
        self._base, self._floor = network.base, network.floor
        self._length, self._due = network.length, network.due
        # A milestone whose deadline has passed is late however early it would be reached.
        self._cap = {
            number: p.float
            for number, p in enumerate(self.plans)
            if p.milestone and p.deadline < plan.as_of and p.float is not None
        }
        self._after = network.after()
        network.solve()
        self._worst = min(self._targets, key=self._slack)
        self.shortfall = -self._slack(self._worst)
        self._way = self._way_of(self._worst)
        self._earliest = self._earliest_starts()

    def failure(self, sets: tuple[tuple[Change, ...], ...]) -> Failure:
        """This group for the reader; its network stands as it was at first."""
        way = self._way
        end = self.plans[way[-1]]
        causes = tuple(self._cause(way, position) for position in reversed(range(len(way))))
        tasks = tuple(self.targets)
        return Failure(end.ref, end.deadline, causes[0].finish, self.shortfall, tasks, causes, sets)

    def _cause(self, way: list[int], position: int) -> Cause:
        p, plan = self.plans[way[position]], self.plan
        finish = p.forecast_finish or plan.day(plan.network.ef[plan.nodes[p.ref]] - 1)
        if position:
            return Cause(p.ref, "after", self.plans[way[position - 1]].ref, p.remaining, p.forecast_start, finish)
        reason: Reason = "today"
        node = plan.nodes[p.ref]
        base, first = plan.network.base[node], plan.first
        earliest = self._earliest[way[0]]
        if p.duration is None:
            reason = "deadline" if plan.network.ef[node] == plan.network.due[node] else "today"
        elif p.state == "under_way":
            updated = p.task.updated
            if updated is not None and plan.calendar.offset(updated + timedelta(days=1)) == base:
                reason = "updated"
        elif base > earliest:
            reason = "start"
        elif base > first:
            reason = "finished"
        return Cause(p.ref, reason, None, p.remaining, p.forecast_start, finish)

    def _earliest_starts(self) -> list[int]:
        """Before which offset each could not begin, were it planned for today."""
        plan = self.plan
        found = []
        for p in self.plans:
            done = [plan.plans[ref] for ref in plan.done_before(p.ref)]
            found.append(max([self.first, *(d.ef for d in done if d.ef is not None)]))
        return found

    def _slack(self, node: int) -> int:
        network = self.network
        ef, lf = network.ef[node], network.lf[node]
        slack = network.gaps[node].between(ef, lf) if node in network.gaps else lf - ef
        if node in self._cap and network.due[node] == self._due[node]:
            return min(slack, self._cap[node])
        return slack

    def _way_of(self, node: int) -> list[int]:
        """The tasks from the one that begins it all through `node` to the one whose deadline is missed."""
        network = self.network
        way = [node]
        while (earlier := network.driver(way[-1])) is not None:
            way.append(earlier)
        way.reverse()
        while not (node in self._cap and network.due[node] == self._due[node]) and network.due[node] > network.lf[node]:
            node = next(
                later
                for later in self._after[node]
                if network.ls[later] + network.overlaps.get((later, node), 0) == network.lf[node]
            )
            way.append(node)
        return way

    def search(self, budget: _Budget) -> list[tuple[Change, ...]]:
        """The smallest sets, easiest first, and last the one that moves every missed deadline."""
        found: dict[frozenset[Key], tuple[Key, ...]] = {}
        for extra in range(_DEEPEST + 1):
            seen: set[frozenset[Key]] = set()
            self._extend((), extra, found, seen, budget)
            if found or budget.left < 0:
                break
        else:
            budget.cut = True
        sets = []
        for keys in found.values():
            if not budget.spend(len(self.plans) * 12 * len(keys)):
                break
            amounts = self._smallest(keys)
            if amounts is not None:
                sets.append(self._changes(amounts))
        sets.sort(key=self._burden)
        if len(sets) > MOST:
            sets = self._varied(sets)
        fallback = self.by_deadlines()
        self._restore()
        return sets if fallback in sets else [*sets, fallback]

    def by_deadlines(self) -> tuple[Change, ...]:
        """Move every deadline that is missed to its forecast."""
        self._restore()
        self.network.solve()
        amounts: dict[Key, int] = {
            ("deadline", node, -1): reached
            for node, reached in self._reached().items()
            if node in self._cap or reached > self._own_due[node]
        }
        return self._changes(amounts)

    def _extend(
        self,
        chosen: tuple[Key, ...],
        extra: int,
        found: dict[frozenset[Key], tuple[Key, ...]],
        seen: set[frozenset[Key]],
        budget: _Budget,
    ) -> None:
        """Try `chosen`; where it is not enough, with up to `extra` changes more."""
        if frozenset(chosen) in seen or not budget.spend(3 * len(self.plans)):  # both passes, and the way
            return
        seen.add(frozenset(chosen))
        self._apply({key: self._most(key) for key in chosen})
        worst = min(self._targets, key=self._slack)
        missing = -self._slack(worst)
        if missing <= 0:
            found[frozenset(chosen)] = chosen
            return
        way = self._way_of(worst)
        end: Key = ("deadline", way[-1], -1)
        if self._lost(way, worst):
            self._extend((*chosen, end), extra, found, seen, budget)
            return
        if not extra:
            return
        for key in [key for key in self._candidates(way) if key not in chosen]:
            if budget.left < 0:
                return
            if extra > 1 or self._most(key) >= missing:
                self._extend((*chosen, key), extra - 1, found, seen, budget)

    def _lost(self, way: list[int], worst: int) -> bool:
        """Whether nothing but a later deadline helps: it has passed, or ends today before any work could be done."""
        end = way[-1]
        work = any(self.network.length[node] for node in way[way.index(worst) :])
        return end in self._cap or self._own_due[end] < self.first + (1 if work else 0)

    def _candidates(self, way: list[int]) -> Iterator[Key]:
        """The changes that could shorten a way."""
        network, begin = self.network, way[0]
        held = network.ef[begin] == network.floor[begin]
        if self.plans[begin].duration is None:
            if held:
                yield ("sooner", begin, -1)
        elif self.plans[begin].state == "not_started" and network.base[begin] > self._earliest[begin]:
            yield ("start", begin, -1)
        for node in way:
            if self.plans[node].remaining is not None and network.length[node] > 1 and not (held and node == begin):
                yield ("length", node, -1)
        for earlier, node in pairwise(way):
            if self._most(("overlap", node, earlier)) > 0:
                yield ("overlap", node, earlier)
        yield ("deadline", way[-1], -1)

    def _most(self, key: Key) -> int:
        """The largest amount of a change that makes sense."""
        kind, node, earlier = key
        if kind == "length":
            return self._length[node] - 1
        if kind == "start":
            return max(0, self._base[node] - self._earliest[node])
        if kind == "sooner":
            return max(0, self._floor[node] - self.first - 1)
        if kind == "overlap":
            # The later one never begins before the earlier one does, nor is finished before it.
            known = self.plans[node].remaining is not None and self.plans[earlier].remaining is not None
            return min(self._length[node], self._length[earlier]) if known else 0
        return _NEVER

    def _apply(self, amounts: dict[Key, int], exact: bool = False) -> None:
        """Plan with these changes; `exact` takes the amount of a deadline as the offset it moves to."""
        network = self.network
        network.base, network.floor = self._base.copy(), self._floor.copy()
        network.length, network.due = self._length.copy(), self._due.copy()
        network.overlaps = {}
        for (kind, node, _earlier), amount in amounts.items():
            if kind == "length":
                network.length[node] -= amount
        for (kind, node, earlier), amount in amounts.items():
            if kind == "length":
                continue
            if kind == "start":
                network.base[node] -= amount
            elif kind == "overlap":
                network.overlaps[node, earlier] = min(amount, network.length[node], network.length[earlier])
            elif kind == "sooner":
                network.floor[node] -= amount
                network.due[node] -= amount if exact else 0
            else:
                outside = self._due[node] if self._due[node] < self._own_due[node] else _NEVER
                network.due[node] = min(amount, outside)
        network.solve()

    def _reached(self) -> dict[int, int]:
        """For each node on a way through a target, the offset after the day on which that way reaches its end.

        A milestone is reached today or later.
        """
        network = self.network
        reached: dict[int, int] = {}
        for node in network.order:
            ends = [network.ef[node]] if node in self._targets else []
            for earlier in network.before[node]:
                if earlier in reached:
                    start, length = reached[earlier] - network.overlaps.get((node, earlier), 0), network.length[node]
                    ends.append(network.gaps[node].finish(start, length) if node in network.gaps else start + length)
            if ends:
                reached[node] = max(ends)
        return {node: max(reached[node], self.first + 1) for node in sorted(reached)}

    def _restore(self) -> None:
        self._apply({})

    def _mended(self) -> bool:
        return all(self._slack(node) >= 0 for node in self._targets)

    def _smallest(self, keys: tuple[Key, ...]) -> dict[Key, int] | None:
        """The smallest amounts with which these changes are enough: first equal shares, then each for itself."""
        most = {key: self._most(key) for key in keys}
        work = [key for key in keys if key[0] != "deadline"]

        def enough(amounts: dict[Key, int]) -> bool:
            self._apply(most | amounts)
            return self._mended()

        def shares(share: int) -> dict[Key, int]:
            return {key: -(-most[key] * share // _SHARES) for key in work}

        amounts = shares(_least(1, _SHARES, lambda share: enough(shares(share)))) if work else {}
        for key in work:
            amounts[key] = _least(0, amounts[key], lambda amount, key=key: enough(amounts | {key: amount}))  # type: ignore[misc]
        self._apply(most | amounts)
        reached = self._reached()
        for key in keys:
            if key[0] == "deadline":
                amounts[key] = reached[key[1]]
        self._apply(amounts, exact=True)
        return {key: amount for key, amount in amounts.items() if amount} if self._mended() else None

    def _changes(self, amounts: dict[Key, int]) -> tuple[Change, ...]:
        """Amounts as changes for the reader, in file order."""
        return tuple(
            self._change(key, amount) for key, amount in sorted(amounts.items(), key=lambda item: (item[0][1], item[0]))
        )

    def _change(self, key: Key, amount: int) -> Change:
        kind, node, earlier = key
        p, plan = self.plans[node], self.plan
        if kind == "length":
            whole = self._length[node]
            return Change("remaining" if p.state == "under_way" else "duration", p.ref, amount, whole, whole - amount)
        if kind == "overlap":
            return Change("overlap", p.ref, amount, after=self.plans[earlier].ref)
        if kind == "start":
            planned = plan.what_if.starts.get(p.ref, p.task.start)
            return Change("start", p.ref, amount, planned, plan.day(self._base[node] - amount))
        if kind == "sooner":
            return Change("deadline", p.ref, amount, p.deadline, plan.day(self._floor[node] - amount - 1))
        day = plan.day(amount - 1)
        return Change("deadline", p.ref, plan.calendar.workdays_between(p.deadline, day), p.deadline, day)

    def _burden(self, changes: tuple[Change, ...]) -> tuple[int, list[int], float, int]:
        """How hard a set is: its size, its kinds (a later deadline last), and the share of work it takes away."""
        order: list[ChangeKind] = ["start", "remaining", "duration", "overlap", "deadline"]
        length = {p.ref: n for p, n in zip(self.plans, self._length, strict=True)}
        share = sum(change.by / max(1, length[change.ref]) for change in changes if change.kind != "deadline")
        ranks = sorted(max(1, order.index(change.kind) - 1) for change in changes if change.kind != "start")
        return len(changes), ranks, share, sum(change.by for change in changes)

    def _varied(self, sets: list[tuple[Change, ...]]) -> list[tuple[Change, ...]]:
        """The first `MOST` sets, but at least one for every combination of kinds."""
        kinds: dict[tuple[str, ...], tuple[Change, ...]] = {}
        for changes in sets:
            kinds.setdefault(tuple(sorted(change.kind for change in changes)), changes)
        kept = list(kinds.values())[:MOST]
        kept += [changes for changes in sets if changes not in kept][: MOST - len(kept)]
        return sorted(kept, key=sets.index)


def _least(low: int, high: int, holds: Callable[[int], bool]) -> int:
    """The smallest number from `low` to `high` for which `holds` (it does for `high`, and for all above the first)."""
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low
