"""Things that wait for each other, or contain each other."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Final

from projledger.checks.inspection import Inspection
from projledger.checks.rule import check
from projledger.diagnostics import Finding, Place
from projledger.i18n import _

_MOST: Final = 50
"""Cycles named in a run: a tangle has more of them than anybody can mend at a time."""


@check("dependency-cycle", "error")
def dependency_cycle(seen: Inspection) -> Iterator[Finding]:
    """Tasks wait for each other in a circle through `after`, in one project or across several.

    Why: none of them can ever begin, so none of them has a latest start or a float.

    Example:

        tasks:
          - {id: T1, name: Foundation, deadline: 2024-06-28, after: [T2]}
          - {id: T2, name: Frame, deadline: 2024-08-30, after: [T1]}

    Remedy: take the one `after` out that does not hold; the finding names the whole circle, in the order of waiting.
    """
    if not _waits_ahead(seen):
        return
    # Nodes are positions in `seen.tasks`, so that file order is their order.
    number: dict[str, int] = {}
    for position, (project, _file, _index, task) in enumerate(seen.tasks):
        number.setdefault(f"{project.id}/{task.id}", position)
    waits: dict[int, list[int]] = {}
    for position, (project, _file, _index, task) in enumerate(seen.tasks):
        if task.after:
            before = [number.get(ref if "/" in ref else f"{project.id}/{ref}") for ref in task.after]
            waits[position] = [other for other in dict.fromkeys(before) if other is not None]
    for cycle in _cycles(waits):
        places = [Place(seen.tasks[n][1], ("tasks", seen.tasks[n][2])) for n in cycle]
        refs = [f"{seen.tasks[n][0].id}/{seen.tasks[n][3].id}" for n in cycle]
        yield Finding(
            "dependency-cycle",
            places[0],
            _("tasks wait for each other in a circle: {path}").format(path=" → ".join([*refs, refs[0]])),
            _("→ means “comes after”: take the one reference out of after: that does not hold"),
            tuple(zip(places[1:], refs[1:], strict=True)),
        )


def _waits_ahead(seen: Inspection) -> bool:
    """Whether any task waits for itself or for one that stands later: where none does, there is no circle.

    That is so in nearly every workspace, and ten times quicker to see than the circles themselves.
    """
    passed: set[str] = set()
    for project, _file in seen.projects:
        here: set[str] = set()
        for task in project.tasks:
            if task.after:
                for ref in task.after:
                    if ref not in here and ref.partition("/")[0] not in passed:
                        return True
            here.add(task.id)
        passed.add(project.id)
    return False


def _cycles(waits: dict[int, list[int]]) -> Iterator[list[int]]:
    """Circles of a graph, each with its smallest node first, none twice, at most `_MOST`.

    Each strongly connected part gives the shortest circle through its smallest node; then that circle's last edge is
    taken out and what is left of the part is looked at again.
    """
    parts = deque(_tangled(waits, waits))
    shown = 0
    while parts and shown < _MOST:
        part = parts.popleft()
        within = {node: [other for other in waits[node] if other in part] for node in part}
        cycle = _shortest(within, min(part))
        yield cycle
        shown += 1
        within[cycle[-1]].remove(cycle[0])
        for node in part:
            waits[node] = within[node]
        parts.extendleft(reversed(_tangled(within, part)))


def _shortest(waits: dict[int, list[int]], start: int) -> list[int]:
    """The shortest way from `start` back to itself, breadth first."""
    came: dict[int, int] = {}
    queue = deque([start])
    while queue:
        node = queue.popleft()
        for other in waits[node]:
            if other == start:
                way = [node]
                while way[-1] != start:
                    way.append(came[way[-1]])
                return way[::-1]
            if other not in came:
                came[other] = node
                queue.append(other)
    raise AssertionError(start)  # pragma: no cover - a node of a strongly connected part always comes back


def _tangled(waits: dict[int, list[int]], nodes: dict[int, list[int]] | set[int]) -> list[set[int]]:
    """The strongly connected parts that hold a circle, by their smallest node (Tarjan, without recursion)."""
    order: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    on_stack: set[int] = set()
    found: list[set[int]] = []
    for root in sorted(nodes):
        if root in order:
            continue
        work = [(root, iter(waits.get(root, ())))]
        order[root] = low[root] = len(order)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, others = work[-1]
            for other in others:
                if other not in order:
                    order[other] = low[other] = len(order)
                    stack.append(other)
                    on_stack.add(other)
                    work.append((other, iter(waits.get(other, ()))))
                    break
                if other in on_stack:
                    low[node] = min(low[node], order[other])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == order[node]:
                    part: set[int] = set()
                    while node not in part:
                        part.add(stack.pop())
                    on_stack -= part
                    if len(part) > 1 or node in waits.get(node, ()):
                        found.append(part)
    return sorted(found, key=min)


@check("parent-cycle", "error")
def parent_cycle(seen: Inspection) -> Iterator[Finding]:
    """A project is its own parent, or a package is a module of its own module.

    Why: a package is the sum of its modules, never of itself.

    Example:

        id: P011
        parent: P011

    Remedy: take the `parent` out that does not hold; the package itself has none.
    """
    parents = {id_: project.parent for id_, project in seen.links.projects.items()}
    files = seen.workspace.project_files
    done: set[str] = set()
    for start in parents:
        path: list[str] = []
        node: str | None = start
        while node is not None and node in parents and node not in done:
            done.add(node)
            path.append(node)
            node = parents[node]
        if node is None or node not in path:
            continue
        # Everything before `node` only leads into the circle. Projects are in file order, so the first one of the
        # circle that is met is the first in file order.
        circle = path[path.index(node) :]
        first = circle.index(min(circle, key=list(parents).index))
        circle = circle[first:] + circle[:first]
        places = [Place(files[id_], ("parent",)) for id_ in circle]
        message = (
            _("project {ref} is its own parent").format(ref=circle[0])
            if len(circle) == 1
            else _("projects are parents of each other in a circle: {path}").format(
                path=" → ".join([*circle, circle[0]])
            )
        )
        help_ = _("take out the parent: that does not hold")
        yield Finding("parent-cycle", places[0], message, help_, tuple(zip(places[1:], circle[1:], strict=True)))
