"""Things that wait for each other, or contain each other."""

from __future__ import annotations

from collections.abc import Iterator

from projledger.analysis.cycles import circles
from projledger.checks.inspection import Inspection
from projledger.checks.rule import check
from projledger.diagnostics import Finding, Place
from projledger.i18n import _


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
    for cycle in circles(waits):
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
