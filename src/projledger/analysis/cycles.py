"""Circles in a graph of who waits for whom, without recursion: a chain of 10 000 tasks must not exhaust a stack."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

MOST: Final = 50
"""Circles named in a run: a tangle has more of them than anybody can mend at a time."""


def circles(waits: Mapping[int, Sequence[int]]) -> Iterator[list[int]]:
    """Circles of a graph, each with its smallest node first, none twice, at most `MOST`.

    Each strongly connected part gives the shortest circle through its smallest node; then that circle's last edge is
    taken out and what is left of the part is looked at again.

    Args:
        waits: for each node the nodes it waits for; node numbers are in file order.
    """
    within = {node: list(others) for node, others in waits.items()}
    parts = deque(tangles(within))
    for _shown in range(MOST):
        if not parts:
            return
        part = parts.popleft()
        inside = {node: [other for other in within[node] if other in part] for node in part}
        circle = _shortest(inside, min(part))
        yield circle
        inside[circle[-1]].remove(circle[0])
        parts.extendleft(reversed(tangles(inside)))
        within.update(inside)


def tangles(waits: Mapping[int, Sequence[int]], nodes: Iterable[int] | None = None) -> list[set[int]]:
    """The strongly connected parts that hold a circle, by their smallest node (Tarjan 1972, with its own stack)."""
    number: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    stacked: set[int] = set()
    found: list[set[int]] = []
    for root in sorted(waits if nodes is None else nodes):
        if root in number:
            continue
        work: list[tuple[int, Iterator[int]]] = []
        entered: int | None = root
        while True:
            if entered is not None:
                number[entered] = low[entered] = len(number)
                stack.append(entered)
                stacked.add(entered)
                work.append((entered, iter(waits.get(entered, ()))))
                entered = None
            node, others = work[-1]
            for other in others:
                if other not in number:
                    entered = other
                    break
                if other in stacked:
                    low[node] = min(low[node], number[other])
            if entered is not None:
                continue
            work.pop()
            if low[node] == number[node]:
                part: set[int] = set()
                while node not in part:
                    part.add(stack.pop())
                stacked -= part
                if len(part) > 1 or node in waits.get(node, ()):
                    found.append(part)
            if not work:
                break
            low[work[-1][0]] = min(low[work[-1][0]], low[node])
    return sorted(found, key=min)


def _shortest(waits: Mapping[int, Sequence[int]], start: int) -> list[int]:
    """The shortest way from `start` back to itself in a strongly connected part, breadth first."""
    came: dict[int, int] = {}
    queue = deque([start])
    while start not in came:
        node = queue.popleft()
        for other in waits[node]:
            if other not in came:
                came[other] = node
                queue.append(other)
    way = [came[start]]
    while way[-1] != start:
        way.append(came[way[-1]])
    return way[::-1]
