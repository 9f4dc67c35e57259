"""What the changes do: to lights, to plans, and to figures of the place, its units and its chains."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Final, NamedTuple

from projledger.analysis.assessment import Assessment
from projledger.analysis.changes import Change, Versions
from projledger.analysis.effects import Sharing, Ties
from projledger.calendar import Period
from projledger.models.types import Light
from projledger.models.workspace import Workspace
from projledger.reports.diff.result import ChangeRow, FigureRow, LightRow, PlanRow
from projledger.reports.parts.traces import name_text

_IN_NO_FIGURE: Final = frozenset({"task", "problem", "factor", "funding", "action", "log"})
"""What a change can be of without moving any figure of a target."""


class Effects(NamedTuple):
    """What became of everything else."""

    lights: tuple[LightRow, ...] = ()
    plans: tuple[PlanRow, ...] = ()
    figures: tuple[FigureRow, ...] = ()


def effects_of(before: Assessment, after: Assessment, changed: Collection[str]) -> Effects:
    """What is judged otherwise now; `changed` are the projects with changes of their own."""
    return Effects(
        tuple(_lights(before, after)), tuple(_plans(before, after, changed)), tuple(_figures(before, after, changed))
    )


def judged(versions: Versions, workspace: Workspace, changes: Sequence[Change]) -> tuple[Workspace, Workspace]:
    """The versions as far as their lights, plans and figures have to be looked at.

    A ledger that was passed over has a part in nothing but the sums of the place, its units and its chains; those
    are the same in both versions unless something changed that figures are made of, or a ledger can be read in one of
    them alone: that is no change, but its figures are gone.
    """
    sums = any(one.targets.targets or one.targets.certificates for one in (versions.before, workspace))
    read = versions.before.left_out == workspace.left_out
    if versions.whole is None or not sums or (read and all(change.kind in _IN_NO_FIGURE for change in changes)):
        return versions.before, workspace
    return versions.whole()


def _lights(before: Assessment, after: Assessment) -> Iterable[LightRow]:
    """Projects, their items and targets whose light changed; projects first, then by reference."""
    old, new = dict(_all_lights(before)), dict(_all_lights(after))
    for ref, light in new.items():
        if ref in old and old[ref] != light:
            yield LightRow(ref, *_named(after, ref), old[ref], light)


def _all_lights(assessment: Assessment) -> Iterable[tuple[str, Light | None]]:
    yield from assessment.project_lights.items()
    for ref, item in assessment.workspace.items.items():
        if item.kind in ("task", "problem", "stage") and item.project is not None:
            yield ref, assessment.light(ref)
    for standing in assessment.standings:
        yield standing.ref, assessment.light(standing.ref)


def _named(assessment: Assessment, ref: str) -> tuple[str, str]:
    """The name of a project, an item or a target, and its project, if it has one."""
    target = next((standing.name for standing in assessment.standings if standing.ref == ref), None)
    if target is not None:
        return target, ""
    workspace = assessment.workspace
    item = workspace.items[ref]
    if item.kind == "project" or item.project is None:
        return workspace.projects_by_id[ref].name, ref
    name = getattr(item.record, "name", None) or getattr(item.record, "text", None) or ref.rpartition("/")[2]
    return name_text(item.kind, str(name), workspace), item.project.id


def _plans(before: Assessment, after: Assessment, changed: Collection[str]) -> Iterable[PlanRow]:
    """Projects whose smallest float, forecast or critical path changed."""
    old, new = _plan_of(before), _plan_of(after)
    ties = Ties((before.workspace, after.workspace), changed)
    for project, now in new.items():
        was = old.get(project)
        if was is not None and was != now:
            name = after.workspace.projects_by_id[project].name
            pair: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
            if project not in changed:
                pair = ties.above(project), ties.below(project)
            yield PlanRow(project, name, was[0], now[0], was[1], now[1], was[2], now[2], *pair)


def _plan_of(assessment: Assessment) -> dict[str, tuple[int, date | None, tuple[str, ...]]]:
    """For each project with floats: the smallest, the last forecast finish, and the tasks that have that float."""
    found: dict[str, list[tuple[str, int, date | None]]] = {}
    for plan in assessment.schedule.plans.values():
        if plan.float is not None:
            found.setdefault(plan.project.id, []).append((plan.ref, plan.float, plan.forecast_finish))
    made: dict[str, tuple[int, date | None, tuple[str, ...]]] = {}
    for project, tasks in found.items():
        least = min(slack for _ref, slack, _finish in tasks)
        finish = max((end for _ref, _slack, end in tasks if end is not None), default=None)
        made[project] = (least, finish, tuple(ref for ref, slack, _end in tasks if slack == least))
    return made


def _figures(before: Assessment, after: Assessment, changed: Collection[str]) -> Iterable[FigureRow]:
    old = {(s.ref, s.signed): s for s in before.standings}
    sharing = Sharing(before, after, changed)
    for now in after.standings:
        was = old.get((now.ref, now.signed))
        if was is None or now.scope_kind == "project" or (was.done, was.rate) == (now.done, now.rate):
            continue
        yield FigureRow(
            ref=now.ref,
            scope=now.scope,
            name=now.name if now.scope_kind == "all" else f"{now.scope_name} {now.name}",
            period=now.period.text,
            measure=now.measure,
            value_before=was.value,
            value_after=now.value,
            done_before=was.done,
            done_after=now.done,
            rate_before=was.rate,
            rate_after=now.rate,
            month=Period.of("month", now.cutoff).text if now.cutoff is not None else None,
            shares=sharing.of(was, now),
        )


def with_effects(rows: Iterable[ChangeRow], effects: Effects) -> list[ChangeRow]:
    """The changes with what became of their items: said by the first change of each."""
    light = {row.ref: row for row in effects.lights}
    came = {ref for plan in effects.plans for ref in plan.path_after if ref not in plan.path_before}
    left = {ref for plan in effects.plans for ref in plan.path_before if ref not in plan.path_after}
    told: list[ChangeRow] = []
    seen: set[str] = set()
    for row in rows:
        if row.ref not in seen and row.kind != "project":
            seen.add(row.ref)
            changed = light.get(row.ref)
            if changed is not None:
                row = replace(row, light_before=changed.before, light_after=changed.after)
            if row.ref in came or row.ref in left:
                row = replace(row, critical=row.ref in came)
        told.append(row)
    return told
