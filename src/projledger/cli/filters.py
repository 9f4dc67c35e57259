"""What a user asked for with filters: read, and refused where nothing in the workspace is called that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from projledger import errors
from projledger.analysis.selection import Filter
from projledger.cli.options import FILTERS, key, options_of
from projledger.i18n import _, listing
from projledger.models.types import LIGHTS, STAGES, RefKind
from projledger.models.workspace import Workspace
from projledger.reports import CommandSpec, Option, chosen, require_known, separated
from projledger.reports.parts.words import LIGHT_WORDS, STAGE_WORDS, STATUS_WORDS, stage_now


def read(spec: CommandSpec, values: Mapping[str, Any], workspace: Workspace) -> Filter:
    """The filters as given; a saved view stands where an option was not given.

    Raises:
        UsageError: a value is none of the closed ones, or nothing in the workspace is called that.
    """
    given = dict(values)
    view = values.get("view")
    if view is not None:
        for name, value in _view(view, workspace).items():
            if given.get(name) is None:
                given[name] = value
    wanted: dict[str, Any] = {}
    for option in options_of(spec):
        value = given.get(key(option))
        if value is None or option.name not in _FILTERS or option.name == "view":
            continue
        if option.kind == "flag":
            wanted[key(option)] = bool(value)
            continue
        parts = separated(str(value))
        if option.name == "class":
            parts = chosen(option.name, parts, dict.fromkeys(workspace.settings.classes, ()))
        elif option.name in _CLOSED:
            parts = chosen(option.name, parts, _closed(option.name))
        elif not parts:
            raise errors.UsageError(_("{option} needs a value").format(option=f"--{option.name}"))
        elif option.name != "tag" or values.get("tag") is not None:  # a tag of a saved view is known by that
            _require(option.name, parts, workspace)
        wanted["size" if option.name == "class" else key(option)] = parts
    if not (spec.filters or spec.dated):
        return Filter()
    return Filter(**wanted, since=given.get("since"), until=given.get("until"))


_FILTERS: Final = {option.name for option in FILTERS}
_CLOSED: Final = ("light", "status", "stage")


def _closed(name: str) -> dict[str, tuple[str, ...]]:
    """The values of a closed filter, each with how reports call it in the language in use."""
    if name == "light":
        return {light: (_(LIGHT_WORDS[light]),) for light in LIGHTS}
    if name == "status":
        return {status: (_(word),) for status, word in STATUS_WORDS.items()}
    return {**{stage: (_(STAGE_WORDS[stage]), stage_now(stage)) for stage in STAGES}, "none": ()}


_KINDS: Final[dict[str, frozenset[RefKind]]] = {
    "owner": frozenset({"person", "party"}),
    "unit": frozenset({"unit", "party", "scope"}),
    "park": frozenset({"unit"}),
    "chain": frozenset({"chain", "scope"}),
}
"""What references to look through for names of each filter."""


def reference(option: Option, values: Mapping[str, Any], workspace: Workspace) -> Any:
    """The value of a report's own option; where it is a reference, a project may be called by its name.

    Raises:
        UsageError: several projects have that name.
    """
    value = values.get(key(option))
    if option.completes != "ref" or value is None or value in workspace.items:
        return value
    found = [project.id for project in workspace.projects if project.name == value]
    if len(found) > 1:
        message = _("{count} projects are called “{name}”; write which: {ids}")
        raise errors.UsageError(message.format(count=len(found), name=value, ids=listing(found)))
    return found[0] if found else value


def _require(option: str, wanted: tuple[str, ...], workspace: Workspace) -> None:
    """See to it that something is called each of these; it may have nothing, as long as it exists."""
    names = list(_defined(option, workspace))
    if any(part not in names for part in wanted) and option in _KINDS:
        from projledger.checks.links import mentioned

        # Without people.yaml any name will do; with it, one that nobody knows may still be asked for.
        names += sorted(mentioned(workspace, _KINDS[option]))
    require_known(option, wanted, names, workspace.left_out)


def _defined(option: str, workspace: Workspace) -> Iterator[str]:
    """The names that a filter takes, ids and printed names, in file order."""
    records: dict[str, Any] = {
        "owner": workspace.people.people,
        "unit": workspace.people.units,
        "park": workspace.people.units,
        "chain": workspace.chains,
    }
    for record in records.get(option, ()):
        yield from (record.id, record.name)
    if option == "category":
        yield from workspace.settings.categories
        yield from (project.category for project in workspace.projects if project.category is not None)
    elif option == "tag":
        yield from (tag for project in workspace.projects for tag in project.tags)


def _view(name: str, workspace: Workspace) -> dict[str, Any]:
    """The options of a saved view."""
    views = workspace.settings.views
    if not views:
        raise errors.UsageError(
            _("no view is called “{name}”; the settings have none (they would stand under views)").format(name=name)
        )
    if name not in views:
        raise errors.UsageError(
            _("no view is called “{name}”; the settings have: {choices}").format(name=name, choices=listing(views))
        )
    known = {f"--{option.name}": option for option in FILTERS if option.name != "view"}
    found: dict[str, Any] = {}
    import shlex

    words = shlex.split(views[name])
    while words:
        flag, _equals, attached = words.pop(0).partition("=")
        option = known.get(flag)
        if option is None:
            raise errors.UsageError(
                _("view “{name}”: {word} is not a filter; one of: {choices}").format(
                    name=name, word=flag, choices=listing(known)
                )
            )
        if option.kind == "flag":
            found[key(option)] = True
        elif attached or words:
            found[key(option)] = attached or words.pop(0)
    return found
