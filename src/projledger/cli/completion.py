"""What a shell completes with: ids and names from the workspace."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from projledger.i18n import _


def completer(what: str) -> Callable[..., list[tuple[str, str]]]:
    """A completion function for refs, projects, chains, owners, units, views or codes."""

    def complete(incomplete: str) -> list[tuple[str, str]]:
        # A shell must never see an error here: a workspace that cannot be read completes to nothing.
        try:
            return [(id_, text) for id_, text in _candidates(what) if id_.startswith(incomplete)]
        except Exception:
            return []

    return complete


def _candidates(what: str) -> Iterator[tuple[str, str]]:
    if what == "code":
        from projledger.cli.catalogue import rules

        for rule in rules():
            yield rule.code, _(rule.doc).strip().splitlines()[0]
        return
    from projledger import load
    from projledger.cli.places import find_workspace

    workspace: Any = load.load(load.read_folder(Path(find_workspace(None)))).workspace
    if what == "view":
        yield from workspace.settings.views.items()
    elif what == "chain":
        yield from ((chain.id, chain.name) for chain in workspace.chains)
    elif what == "unit":
        yield from ((unit.id, unit.name) for unit in workspace.people.units)
    elif what == "owner":
        yield from ((person.id, person.name) for person in workspace.people.people)
    elif what == "project":
        yield from ((project.id, project.name) for project in workspace.projects)
    elif what == "ref":
        for item in workspace.items.values():
            if item.kind in ("project", "task", "problem"):
                yield item.ref, str(getattr(item.record, "name", None) or getattr(item.record, "text", ""))
