"""What the changes of each project do to what all of them together make: shares of figures, and plans that wait.

Nothing is guessed by trying the changes one after the other: the sum of a place says what it was made of, so that each
project's share of a change is what it gives now, less what it gave before. What is left is the share of projects that
did not change and count otherwise now (up to another month, or in place of other figures), or cannot be read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Literal

from projledger.analysis.assessment import Assessment
from projledger.analysis.figures import Reached
from projledger.analysis.pace import Standing
from projledger.frozen import frozen
from projledger.models.workspace import Workspace

Cause = Literal["figures", "reach", "otherwise", "unread", "own", "summed", "owes", "owed", "target"]
"""Why a figure changed: what a project reports; others that count up to another month, or otherwise; ledgers that
cannot be read in one of the versions; the own figure of the scope, which counts now in place of the projects' sum, or
the sum in place of it; a figure that is owed now, or no longer; the target itself."""


@frozen
class Share:
    """What one project's changes do to a figure; `project` is empty for the ledgers of the place, None for others.

    Those others did not change, or cannot be read in one of the versions.

    `amount` is None where the figure was not known before, or is not known now; the amounts of one figure add up to
    its change. `points` are what the amount is of the target, where that stayed the same.
    """

    project: str | None
    amount: Decimal | None
    points: Fraction | None
    cause: Cause


class Sharing:
    """Shares out what changed from one version to the other; `changed` are the projects that did, in order.

    Among them the empty id stands for the ledgers of the place.
    """

    def __init__(self, before: Assessment, after: Assessment, changed: Collection[str]) -> None:
        self._versions, self._changed = (before, after), changed
        self._projects = [{file: project.id for project, file in one.figures.projects} for one in self._versions]
        self._unread = before.workspace.left_out != after.workspace.left_out

    def of(self, was: Standing, now: Standing) -> tuple[Share, ...]:
        """Who changed a figure, and by how much."""
        old, new = (
            one.figures.reached(standing.scope, standing.indicator, standing.period, signed=standing.signed)
            for one, standing in zip(self._versions, (was, now), strict=True)
        )
        gave, gives = (_given(r, files) for r, files in zip((old, new), self._projects, strict=True))
        found: list[Share] = []
        if was.done is not None and now.done is not None:
            total = now.done - was.done
            if old.from_projects != new.from_projects:
                # Whatever the projects report: that it counts or not is the doing of who gave the scope a figure.
                found.append(Share("", total, _points(total, was, now), "summed" if new.from_projects else "own"))
            else:
                found += _added(gave, gives, self._changed, was, now)
                rest = total - sum((share.amount or Decimal(0) for share in found), Decimal(0))
                if rest:
                    cause: Cause = "reach" if old.month != new.month else "otherwise"
                    if self._unread:
                        cause = "unread"
                    found.append(Share(None, rest, _points(rest, was, now), cause))
        elif was.done is not None or now.done is not None:
            found += self._unknown(old, new, {*gave, *gives})
        if was.value != now.value:
            found.append(Share("", None, None, "target"))
        return tuple(found)

    def _unknown(self, old: Reached, new: Reached, given: Collection[str]) -> list[Share]:
        """Who made a figure known, or not known any more: those whose debts changed, else whoever gives any of it.

        Where a ledger can be read in one version alone, nobody else is named for what may have come of that.
        """
        debts = {*old.owing} ^ {*new.owing}
        named: list[str | None] = [project for project in self._changed if project in debts]
        if self._unread:
            named += [None] if not named or not debts <= {*self._changed} else []
        elif not named:
            named += [project for project in self._changed if project in given] or self._changed
        return [Share(project, None, None, "owes" if new.done is None else "owed") for project in named]


def _added(
    gave: Mapping[str, Decimal],
    gives: Mapping[str, Decimal],
    changed: Iterable[str],
    was: Standing,
    now: Standing,
) -> Iterator[Share]:
    """What each project that changed gives now, less what it gave before."""
    for project in changed:
        amount = gives.get(project, Decimal(0)) - gave.get(project, Decimal(0))
        if amount:
            yield Share(project, amount, _points(amount, was, now), "figures")


def _given(reached: Reached, projects: Mapping[str, str]) -> dict[str, Decimal]:
    """What each project gives to a figure; under the empty id what the ledgers of the place say themselves."""
    found: dict[str, Decimal] = {}
    for parts, sign in ((reached.added, 1), (reached.base, -1)):
        for part in parts:
            amount = part.known.report.ytd if part.field == "ytd" else part.known.report.amount
            project = projects.get(part.known.place.file, "")
            found[project] = found.get(project, Decimal(0)) + sign * (amount or Decimal(0))
    return found


def _points(amount: Decimal, was: Standing, now: Standing) -> Fraction | None:
    return Fraction(amount) / Fraction(now.value) if was.value == now.value and now.value > 0 else None


class Ties:
    """How projects that did not change are tied to those that did, in either version, through tasks that wait."""

    def __init__(self, versions: Collection[Workspace], changed: Collection[str]) -> None:
        self._versions, self._changed = versions, changed

    def above(self, project: str) -> tuple[str, ...]:
        """The changed projects for whose tasks a project waits."""
        found = set[str]().union(*(_waits_for(version, project) for version in self._versions))
        return tuple(one for one in self._changed if one in found)

    def below(self, project: str) -> tuple[str, ...]:
        """The changed projects whose tasks wait for those of a project."""
        return tuple(one for one, waits in self._waits.items() if project in waits)

    @cached_property
    def _waits(self) -> dict[str, set[str]]:
        return {
            one: set[str]().union(*(_waits_for(version, one) for version in self._versions)) for one in self._changed
        }


def _waits_for(workspace: Workspace, project: str) -> set[str]:
    """The projects whose tasks those of a project wait for, directly or through others."""
    seen, waiting = set[str](), [project]
    while waiting:
        found = workspace.projects_by_id.get(waiting.pop())
        for task in found.tasks if found is not None else ():
            for ref in task.after:
                other, slash, _task = ref.partition("/")
                if slash and other not in seen:
                    seen.add(other)
                    waiting.append(other)
    return seen - {project}
