"""Who answers for an item, how far it says it is, and what its closing needs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from projledger.checks.inspection import Inspection
from projledger.checks.rule import check
from projledger.diagnostics import Finding, Place
from projledger.i18n import _

_SEPARATOR: Final = re.compile("[、，；;/&＆]")
"""What stands between names; an ASCII comma or a space may belong to one."""


_QUOTES: Final = {"“": "”", "‘": "’", "＂": "＂", "「": "」"}


@check("no-owner", "error")
def no_owner(seen: Inspection) -> Iterator[Finding]:
    """A task or problem has no owner: neither its own nor its project's.

    Why: an item that nobody answers for is not done by anybody, and no letter can be addressed.

    Example:

        id: P001
        tasks:
          - {id: T1, name: Site levelling, deadline: 2024-06-28}

    Remedy: write `owner:` into the item, or into its project, whose items inherit it.
    """
    for project, file in seen.projects:
        if project.owner is not None:
            continue
        help_ = _("add “owner: …” here, or to project {project} for all its items").format(project=project.id)
        for index, task in enumerate(project.tasks):
            if task.owner is None:
                message = _("{item} has no owner, nor has its project").format(item=seen.task(project, task))
                yield Finding("no-owner", Place(file, ("tasks", index), "mapping"), message, help_)
        for index, problem in enumerate(project.problems):
            if problem.owner is None:
                message = _("{item} has no owner, nor has its project").format(item=seen.problem(project, problem))
                yield Finding("no-owner", Place(file, ("problems", index), "mapping"), message, help_)


@check("quoted-name", "warning")
def quoted_name(seen: Inspection) -> Iterator[Finding]:
    """The name of a project or task stands between full-width quotes, which belong to it then.

    Why: YAML takes only "..." and '...' off a text; reports would say the name in two pairs of quotes.

    Example:

        id: P001
        name: “Riverside footwear plant”

    Remedy: take the quotes away; a name needs none.
    """
    named: list[tuple[str, Place]] = [(project.name, Place(file, ("name",))) for project, file in seen.projects]
    named += [(task.name, Place(file, ("tasks", index, "name"))) for _project, file, index, task in seen.tasks]
    for name, place in named:
        last = _QUOTES.get(name[0])
        if last is not None and name[1:].find(last) == len(name) - 2 > 0:
            message = _("the quotes {first}{last} are taken for a part of the name")
            yield Finding(
                "quoted-name",
                place,
                message.format(first=name[0], last=last),
                _("write {name}").format(name=name[1:-1]),
            )


@check("several-owners", "warning")
def several_owners(seen: Inspection) -> Iterator[Finding]:
    """An owner is a list of names in one text. Where `people.yaml` exists, such an owner is an unknown person.

    Why: where two people answer for an item, nobody does; every task and problem has exactly one owner.

    Example:

        owner: 林浩、周建国

    Remedy: write the one person who answers for it; the others can stand in `note`.
    """
    if seen.workspace.people_known:
        return
    owners = {project.owner for project, _file in seen.projects}
    owners |= {task.owner for _project, _file, _index, task in seen.tasks}
    owners |= {problem.owner for _project, _file, _index, problem in seen.problems}
    several = {owner for owner in owners if owner is not None and _SEPARATOR.search(owner)}
    if not several:
        return
    places = [(project.owner, Place(file, ("owner",))) for project, file in seen.projects]
    places += [(task.owner, Place(file, ("tasks", i, "owner"))) for _project, file, i, task in seen.tasks]
    places += [(problem.owner, Place(file, ("problems", i, "owner"))) for _project, file, i, problem in seen.problems]
    for owner, place in places:
        if owner in several:
            message = _("{item}: “{owner}” is more than one person").format(item=seen.subject(place), owner=owner)
            yield Finding("several-owners", place, message, _("write the one person who answers for it"))


@check("progress-without-done", "error")
def progress_without_done(seen: Inspection) -> Iterator[Finding]:
    """A task is at 100 percent, but does not say when it was done.

    Why: it is neither finished nor under way, and stays in every list of what is due.

    Example:

        tasks:
          - {id: T1, name: Foundation, deadline: 2024-06-28, progress: 100}

    Remedy: write the day it was finished as `done:`, or the progress that it has.
    """
    for project, file, index, task in seen.tasks:
        if task.progress == 100 and task.done is None:
            message = _("{item}: progress 100, but no day on which it was done").format(item=seen.task(project, task))
            help_ = _("add “done: YYYY-MM-DD”, or correct the progress")
            yield Finding("progress-without-done", Place(file, ("tasks", index, "progress")), message, help_)


@check("done-unfinished", "error")
def done_unfinished(seen: Inspection) -> Iterator[Finding]:
    """A task is done, but its progress is under 100 percent.

    Why: one of the two is wrong, and the totals of progress would count it as unfinished.

    Example:

        tasks:
          - {id: T1, name: Foundation, deadline: 2024-06-28, progress: 80, done: 2024-06-21}

    Remedy: write progress 100, or leave progress out; or take out `done` when it is not finished.
    """
    for project, file, index, task in seen.tasks:
        if task.done is not None and task.progress is not None and task.progress < 100:
            message = _("{item} is done, but its progress is {progress}").format(
                item=seen.task(project, task), progress=task.progress
            )
            help_ = _("write progress 100 or leave it out; take out done: when it is not finished")
            related = ((Place(file, ("tasks", index, "done")), "done"),)
            yield Finding("done-unfinished", Place(file, ("tasks", index, "progress")), message, help_, related)


@check("closed-without-evidence", "error")
def closed_without_evidence(seen: Inspection) -> Iterator[Finding]:
    """A problem is closed without saying what shows that it is solved.

    Why: closing a problem on somebody's word is what close-out 销号 is there to prevent.

    Example:

        problems:
          - {id: Q1, text: No power, raised: 2024-05-20, deadline: 2024-06-14, closed: 2024-06-05, verified_by: ye}

    Remedy: write what shows it as `evidence:` (a document, a photo, a record), or take out `closed`.
    """
    for project, file, index, problem in seen.problems:
        if problem.closed is not None and problem.evidence is None:
            message = _("{item} is closed without evidence").format(item=seen.problem(project, problem))
            help_ = _("add “evidence: …”: a document, a photo, a record")
            yield Finding("closed-without-evidence", Place(file, ("problems", index), "mapping"), message, help_)


@check("closed-without-verifier", "error")
def closed_without_verifier(seen: Inspection) -> Iterator[Finding]:
    """A problem is closed without saying who verified it.

    Why: whoever solves a problem does not say alone that it is solved.

    Example:

        problems:
          - {id: Q1, text: No power, raised: 2024-05-20, deadline: 2024-06-14, closed: 2024-06-05, evidence: record}

    Remedy: write who verified it as `verified_by:` (a person or unit other than the owner), or take out `closed`.
    """
    for project, file, index, problem in seen.problems:
        if problem.closed is not None and problem.verified_by is None:
            message = _("{item} is closed, but nobody verified it").format(item=seen.problem(project, problem))
            help_ = _("add “verified_by: …”: a person or unit other than the owner")
            yield Finding("closed-without-verifier", Place(file, ("problems", index), "mapping"), message, help_)


@check("verifier-is-owner", "error")
def verifier_is_owner(seen: Inspection) -> Iterator[Finding]:
    """A problem is verified by its own owner (the project's, where it has none of its own).

    Why: whoever solves a problem does not verify that it is solved.

    Example:

        problems:
          - id: Q1
            text: No power
            owner: qian
            raised: 2024-05-20
            deadline: 2024-06-14
            closed: 2024-06-05
            evidence: record
            verified_by: qian

    Remedy: let somebody else verify it, and write who that is.
    """
    for project, file, index, problem in seen.problems:
        if problem.verified_by is not None and problem.verified_by == (problem.owner or project.owner):
            message = _("{item} is verified by its own owner, {owner}").format(
                item=seen.problem(project, problem), owner=seen.workspace.person_name(problem.verified_by)
            )
            help_ = _("let somebody else verify it, and write who that is")
            path = ("problems", index, "owner") if problem.owner else ("owner",)
            related = ((Place(file, path), "owner"),)
            yield Finding("verifier-is-owner", Place(file, ("problems", index, "verified_by")), message, help_, related)


@check("undated-status", "error")
def undated_status(seen: Inspection) -> Iterator[Finding]:
    """A project is suspended or cleared, but does not say since when.

    Why: days after that day leave every count; without it the project was never active.

    Example:

        status: suspended

    Remedy: write the day as `status_date:`.
    """
    for project, file in seen.projects:
        if project.status != "active" and project.status_date is None:
            message = (
                _("{item} is cleared, but not since when")
                if project.status == "cleared"
                else _("{item} is suspended, but not since when")
            ).format(item=seen.project(project))
            yield Finding(
                "undated-status", Place(file, ("status",)), message, _("add “status_date: YYYY-MM-DD” to the project")
            )
