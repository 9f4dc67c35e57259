"""Who answers for an item, and what its closing needs."""

from __future__ import annotations

from collections.abc import Iterator

from projledger.checks.inspection import Inspection
from projledger.checks.rule import check
from projledger.diagnostics import Finding, Place
from projledger.i18n import _


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
