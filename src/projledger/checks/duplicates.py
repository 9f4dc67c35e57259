"""Ids and records that stand twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from projledger.checks.inspection import Inspection, short
from projledger.checks.rule import check
from projledger.diagnostics import Finding, Place
from projledger.i18n import _, listing
from projledger.models.project import Action
from projledger.models.types import FACTORS, STAGES
from projledger.models.workspace import ASSETS_FILE, CHAINS_FILE, MEETINGS_FILE, PEOPLE_FILE, TARGETS_FILE

_RESERVED = frozenset((*STAGES, *FACTORS))


def _twice(entries: Iterable[tuple[str, str, Place]], message: str, help_: str) -> Iterator[Finding]:
    """A finding for each of `entries` (id, what it is, place) whose id stood before; `message` is translated."""
    first: dict[str, tuple[str, Place]] = {}
    for id_, what, place in entries:
        if id_ not in first:
            first[id_] = (what, place)
            continue
        before, where = first[id_]
        told = message.format(id=id_, first=before, second=what)
        # Which of two files came first is not known by their names.
        label = _("first here") if where.file == place.file else _("and here")
        yield Finding("duplicate-id", place, told, help_, ((where, label),), later=True)


@check("duplicate-id", "error")
def duplicate_id(seen: Inspection) -> Iterator[Finding]:
    """The same id stands twice: in a project (tasks and problems together), in a meeting, or in the workspace.

    Why: a reference would mean two things. Merging two branches of git can make such a pair without a conflict.

    Example:

        tasks:
          - {id: T1, name: Foundation, deadline: 2024-06-28}
          - {id: T1, name: Frame, deadline: 2024-08-30}

    Remedy: give the later one an id that was never used, and correct what refers to it.
    """
    help_ = _("give one of them an id that was never used, and correct what refers to it")
    message = _("the id “{id}” stands twice: {first} and {second}")
    yield from _twice(_workspace_ids(seen), message, help_)
    for project, file in seen.projects:
        ids = [task.id for task in project.tasks] + [problem.id for problem in project.problems]
        if len(set(ids)) < len(ids):  # the names and places are made only where something is wrong
            yield from _twice(
                [
                    *(
                        (task.id, seen.task(project, task), Place(file, ("tasks", i, "id")))
                        for i, task in enumerate(project.tasks)
                    ),
                    *(
                        (problem.id, seen.problem(project, problem), Place(file, ("problems", i, "id")))
                        for i, problem in enumerate(project.problems)
                    ),
                ],
                message,
                help_,
            )
    for m, meeting in enumerate(seen.workspace.meetings):
        yield from _twice(
            (
                (
                    decision.id,
                    _("decision {ref} “{text}”").format(ref=f"{meeting.id}/{decision.id}", text=short(decision.text)),
                    Place(MEETINGS_FILE, ("meetings", m, "decisions", i, "id")),
                )
                for i, decision in enumerate(meeting.decisions)
            ),
            message,
            help_,
        )


def _workspace_ids(seen: Inspection) -> Iterator[tuple[str, str, Place]]:
    """Everything whose id must be unique in the whole workspace, in file order."""
    workspace = seen.workspace
    for i, asset in enumerate(workspace.assets.assets):
        what = _("asset {ref} “{name}”").format(ref=asset.id, name=short(asset.name))
        yield asset.id, what, Place(ASSETS_FILE, ("assets", i, "id"))
    for i, chain in enumerate(workspace.chains):
        what = _("chain {ref} “{name}”").format(ref=chain.id, name=short(chain.name))
        yield chain.id, what, Place(CHAINS_FILE, ("chains", i, "id"))
        for j, node in enumerate(chain.nodes):
            what = _("node {ref} “{name}”").format(ref=node.id, name=short(node.name))
            yield node.id, what, Place(CHAINS_FILE, ("chains", i, "nodes", j, "id"))
    for i, meeting in enumerate(workspace.meetings):
        yield meeting.id, _("meeting {ref}").format(ref=meeting.id), Place(MEETINGS_FILE, ("meetings", i, "id"))
    for i, unit in enumerate(workspace.people.units):
        what = _("unit {ref} “{name}”").format(ref=unit.id, name=short(unit.name))
        yield unit.id, what, Place(PEOPLE_FILE, ("units", i, "id"))
    for i, person in enumerate(workspace.people.people):
        what = _("person {ref} “{name}”").format(ref=person.id, name=short(person.name))
        yield person.id, what, Place(PEOPLE_FILE, ("people", i, "id"))
    for project, file in seen.projects:
        yield project.id, seen.project(project), Place(file, ("id",))


@check("reserved-id", "error")
def reserved_id(seen: Inspection) -> Iterator[Finding]:
    """A task or problem has the name of a stage or of a factor as its id.

    Why: P001/signed is the stage “signed” of P001, and P001/land its land; a task of that id could not be named.

    Example:

        tasks:
          - {id: land, name: Land levelling, deadline: 2024-06-28}

    Remedy: give it another id, T7 for example.
    """
    for project, file in seen.projects:
        ids = [task.id for task in project.tasks] + [problem.id for problem in project.problems]
        if _RESERVED.isdisjoint(ids):
            continue
        for position, id_ in enumerate(ids):
            if id_ in _RESERVED:
                tasks = len(project.tasks)
                section, index = ("tasks", position) if position < tasks else ("problems", position - tasks)
                what = _("stage") if id_ in STAGES else _("factor")
                message = _("“{id}” cannot be an id here: {ref} names the {what} of the project").format(
                    id=id_, ref=f"{project.id}/{id_}", what=what
                )
                help_ = _("give it another id; stages and factors keep theirs: {names}").format(
                    names=listing((*STAGES, *FACTORS))
                )
                yield Finding("reserved-id", Place(file, (section, index, "id")), message, help_)


@check("duplicate-number", "error")
def duplicate_number(seen: Inspection) -> Iterator[Finding]:
    """Two different documents have the same number: two actions, or two responsibility certificates.

    One action about several items (the same kind, issued on the same day) is one document, and no finding.

    Why: `decision: <number>` and replies must lead to one document, and a copied entry is easily left as it was.

    Example:

        actions:
          - {number: 2024-8, kind: reminder, about: P001/T5, to: lin, issued: 2024-05-28}
          - {number: 2024-8, kind: letter, about: P001/T5, to: lin, issued: 2024-06-05}

    Remedy: write the number that stands on the document.
    """
    help_ = _("write the number that stands on the document")
    first: dict[str, tuple[Action, set[str], Place]] = {}
    for project, file in seen.projects:
        for index, action in enumerate(project.actions):
            place = Place(file, ("actions", index, "number"))
            known, about, where = first.setdefault(action.number, (action, set(), place))
            if action.about in about or any(
                getattr(known, key) != getattr(action, key) and seen.sure(where, key) and seen.sure(place, key)
                for key in ("kind", "issued")
            ):
                message = _("two actions have the number {number}").format(number=action.number)
                yield Finding("duplicate-number", place, message, help_, ((where, _("first here")),), later=True)
            about.add(action.about)
    numbers: dict[str, Place] = {}
    for index, certificate in enumerate(seen.workspace.targets.certificates):
        if certificate.number is None:
            continue
        place = Place(TARGETS_FILE, ("certificates", index, "number"))
        if numbers.setdefault(certificate.number, place) is not place:
            message = _("two certificates have the number {number}").format(number=certificate.number)
            related = ((numbers[certificate.number], _("first here")),)
            yield Finding("duplicate-number", place, message, help_, related, later=True)


@check("duplicate-target", "error")
def duplicate_target(seen: Inspection) -> Iterator[Finding]:
    """Two targets have the same scope, indicator and period.

    Why: nobody could say which of them counts, and all/investment/2024 would name both.

    Example:

        targets:
          - {indicator: investment, period: 2024, value: 120000, scope: all}
          - {indicator: investment, period: 2024, value: 130000, scope: all}

    Remedy: keep the one that is in force; git keeps the other.
    """
    first: dict[str, Place] = {}
    for file, path, scope, target in seen.targets:
        ref, place = f"{scope}/{target.indicator}/{target.period}", Place(file, path)
        if first.setdefault(ref, place) is not place:
            message = _("the target {ref} stands twice").format(ref=ref)
            help_ = _("keep the one that is in force")
            yield Finding("duplicate-target", place, message, help_, ((first[ref], _("first here")),), later=True)


@check("duplicate-report", "error")
def duplicate_report(seen: Inspection) -> Iterator[Finding]:
    """Two reports give the same figure: the same scope, indicator, month and cutoff, known since the same day.

    A corrected figure is a new report with its own `reported` date, and no finding.

    Why: nobody could say which of the two figures counts.

    Example:

        reports:
          - {indicator: investment, month: 2024-05, ytd: 6400}
          - {indicator: investment, month: 2024-05, ytd: 6800}

    Remedy: delete the wrong one; for a correction write the day it became known as `reported:`.
    """
    first: dict[tuple[object, ...], Place] = {}
    for file, scope, index, report in seen.reports:
        if report.ytd is None and report.amount is None:
            continue
        cutoff = report.cutoff or report.month.last
        key = (scope, report.indicator, report.month, cutoff, report.reported or cutoff)
        place = Place(file, ("reports", index))
        if first.setdefault(key, place) is not place:
            message = _("the figure of {ref} stands twice").format(ref=f"{scope}/{report.indicator}/{report.month}")
            help_ = _("delete one; a correction has its own reported: day")
            yield Finding("duplicate-report", place, message, help_, ((first[key], _("first here")),), later=True)
