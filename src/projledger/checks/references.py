"""Cross-references: every name must stand somewhere else in the workspace (see `links` for how they are found)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from projledger.checks.inspection import Inspection, did_you_mean
from projledger.checks.links import Dangling
from projledger.checks.rule import check
from projledger.diagnostics import Finding, Place
from projledger.errors import CalendarUnavailableError, UnknownCountryError
from projledger.i18n import _, listing
from projledger.models.rules import SHIPPED
from projledger.models.types import FACTORS, STAGES, RefKind
from projledger.models.workspace import SETTINGS_FILE, TARGETS_FILE

"""The rule packs that are shipped."""
TERMS: Final = ("investment", "starts", "completion", "close_out", "reporting")
"""Terms of the score that need no indicator of that name."""


def _ask(seen: Inspection, name: str, kind: str, known: Mapping[str, str], otherwise: str) -> str:
    """The help for a name that is unknown: its id where its printed name was written, close ones, or `otherwise`."""
    help_ = seen.asked.get((kind, name))
    if help_ is None:
        id_ = next((id_ for id_, printed in known.items() if printed == name), None)
        help_ = (
            did_you_mean(seen.close(name, kind, known)) or otherwise
            if id_ is None
            else _("write the id, not the name: {id}").format(id=id_)
        )
        seen.asked[kind, name] = help_
    return help_


def _unknown(
    seen: Inspection, code: str, kind: RefKind, told: str, help_: str, known: Mapping[str, str]
) -> Iterator[Finding]:
    """The findings of one kind; `told` is translated and takes item, key and name."""
    for one in seen.links.dangling.get(kind, ()):
        message = told.format(item=seen.subject(one.place), key=one.key, name=one.name)
        yield Finding(code, one.place, message, _ask(seen, one.name, kind, known, help_))


@check("unknown-person", "error")
def unknown_person(seen: Inspection) -> Iterator[Finding]:
    """A person is named who is not in `people.yaml`. Where that file does not exist, any name will do.

    Why: an item whose owner is mistyped belongs to nobody: it is in no person's list, and no letter reaches anybody.

    Example:

        # people.yaml knows lin, not lim
        owner: lim

    Remedy: write the id of the person (not the name), or add the person to people.yaml.
    """
    units = seen.workspace.units_by_id
    known = {person.id: person.name for person in seen.workspace.people.people}
    for one in seen.links.dangling.get("person", ()):
        item = seen.subject(one.place)
        if one.name in units:
            message = _("{item}: {key} “{name}” is a unit, where a person belongs")
            help_ = _("write the id of one person")
        elif any(sign in one.name for sign in "、，,；;/"):
            message = _("{item}: {key} “{name}” is not one person in people.yaml")
            help_ = _("write the id of the one person who answers for it")
        else:
            message = _("{item}: {key} “{name}” is not a person in people.yaml")
            help_ = _ask(seen, one.name, "person", known, _("correct the id, or add the person to people.yaml"))
        yield Finding("unknown-person", one.place, message.format(item=item, key=one.key, name=one.name), help_)


@check("unknown-unit", "error")
def unknown_unit(seen: Inspection) -> Iterator[Finding]:
    """A unit is named that is not in `people.yaml`. Where that file does not exist, any name will do.

    Why: what belongs to a mistyped unit is missing from the figures and rankings of the real one.

    Example:

        # people.yaml knows furong-park
        unit: furong-prak

    Remedy: write the id of the unit (not its name), or add the unit to people.yaml.
    """
    people = seen.workspace.people_by_id
    known = {unit.id: unit.name for unit in seen.workspace.people.units}
    for one in seen.links.dangling.get("unit", ()):
        item = seen.subject(one.place)
        if one.name in people:
            message = _("{item}: {key} “{name}” is a person, where a unit belongs")
            help_ = _("write the id of one unit")
        else:
            message = _("{item}: {key} “{name}” is not a unit in people.yaml")
            help_ = _ask(seen, one.name, "unit", known, _("correct the id, or add the unit to people.yaml"))
        yield Finding("unknown-unit", one.place, message.format(item=item, key=one.key, name=one.name), help_)


@check("unknown-party", "error")
def unknown_party(seen: Inspection) -> Iterator[Finding]:
    """A name that should be a person or a unit is neither in `people.yaml`. Without that file any name will do.

    Why: approvals, verifications, letters and awards must lead to somebody.

    Example:

        # people.yaml knows neither a unit nor a person zhuo
        extensions:
          - {to: 2024-06-14, approved_by: zhuo, date: 2024-05-31, reason: late delivery}

    Remedy: write the id of a person or unit, or add it to people.yaml.
    """
    known = {person.id: person.name for person in seen.workspace.people.people}
    known |= {unit.id: unit.name for unit in seen.workspace.people.units}
    told = _("{item}: {key} “{name}” is neither a person nor a unit in people.yaml")
    yield from _unknown(seen, "unknown-party", "party", told, _("correct the id, or add it to people.yaml"), known)


@check("unknown-chain", "error")
def unknown_chain(seen: Inspection) -> Iterator[Finding]:
    """An industrial chain is named that is not in `chains.yaml`.

    Why: the project, meeting or entry is missing from the page of its chain chief.

    Example:

        # chains.yaml knows footwear
        chain: footware

    Remedy: write the id of the chain, or add the chain to chains.yaml.
    """
    known = {chain.id: chain.name for chain in seen.workspace.chains}
    told = _("{item}: {key} “{name}” is not a chain in chains.yaml")
    yield from _unknown(
        seen, "unknown-chain", "chain", told, _("correct the id, or add the chain to chains.yaml"), known
    )


@check("unknown-node", "error")
def unknown_node(seen: Inspection) -> Iterator[Finding]:
    """A project names a link (`node`) that its chain does not have.

    Why: the chain map would show a gap where a project stands.

    Example:

        # the chain footwear has the nodes sole, machine and shoe
        chain: footwear
        node: upper

    Remedy: write the id of a node of the project's own chain, or add the node to the chain's map in chains.yaml.
    """
    for one in seen.links.dangling.get("node", ()):
        chain = one.project.chain if one.project else None
        item = seen.subject(one.place)
        if chain is None:
            nodes = {node.id: node.name for c in seen.workspace.chains for node in c.nodes}
            message = _("{item}: node “{name}” is not in chains.yaml").format(item=item, name=one.name)
        else:
            nodes = {node.id: node.name for node in seen.workspace.chains_by_id[chain].nodes}
            message = _("{item}: node “{name}” is not in its chain {chain}").format(
                item=item, name=one.name, chain=chain
            )
        help_ = _ask(seen, one.name, f"node {chain}", nodes, _("correct the id, or add the node to chains.yaml"))
        yield Finding("unknown-node", one.place, message, help_)


@check("unknown-indicator", "error")
def unknown_indicator(seen: Inspection) -> Iterator[Finding]:
    """A target or report names an indicator that `targets.yaml` does not define. Where it defines none, any will do.

    Why: the figure is counted nowhere, and the target looks as if nobody had reported.

    Example:

        indicators:
          investment: {name: Investment, measure: 万元}
        targets:
          - {indicator: investments, period: 2024, value: 120000}

    Remedy: write the id of the indicator, or define it below `indicators:` in targets.yaml.
    """
    known = {id_: one.name for id_, one in seen.workspace.targets.indicators.items()}
    told = _("{item}: {key} “{name}” is not defined in targets.yaml")
    help_ = _("correct the id, or define the indicator in targets.yaml")
    yield from _unknown(seen, "unknown-indicator", "indicator", told, help_, known)


@check("unknown-scope", "error")
def unknown_scope(seen: Inspection) -> Iterator[Finding]:
    """A scope is neither a unit, nor a chain, nor `all`. Where there is no `people.yaml`, any name will do.

    Why: a target without its scope's figures looks unreported, and a figure without its target is lost.

    Example:

        # people.yaml knows furong-park
        targets:
          - {indicator: investment, period: 2024, value: 22000, scope: furong}

    Remedy: write the id of a unit or chain, or `all` for the whole place.
    """
    workspace = seen.workspace
    known = {"all": "all"} | {chain.id: chain.name for chain in workspace.chains}
    known |= {unit.id: unit.name for unit in workspace.people.units}
    told = _("{item}: {key} “{name}” is neither a unit, nor a chain, nor all")
    help_ = _("write the id of a unit of people.yaml or of a chain of chains.yaml, or all")
    yield from _unknown(seen, "unknown-scope", "scope", told, help_, known)


@check("unknown-project", "error")
def unknown_project(seen: Inspection) -> Iterator[Finding]:
    """A project is named (as a parent, of an award, of an asset) that has no ledger.

    Why: a module without its package is counted as a project of its own.

    Example:

        id: P011-1
        parent: P099

    Remedy: write the id of a project that has a ledger below projects/.
    """
    known = {project.id: project.name for project in seen.workspace.projects}
    told = _("{item}: {key} “{name}” is not the id of a project")
    help_ = _("correct the id, or add the ledger of the project")
    yield from _unknown(seen, "unknown-project", "project", told, help_, known)


@check("unknown-task", "error")
def unknown_task(seen: Inspection) -> Iterator[Finding]:
    """`after` or `blocks` names something that is not a task.

    Why: the reverse schedule leaves the predecessor out, and everything before it looks as if it had time.

    Example:

        tasks:
          - {id: T2, name: Frame, deadline: 2024-08-30, after: [T9]}

    Remedy: write the id of a task of the same project, or P002/T3 for a task of another one.
    """
    projects = seen.links.projects
    for one in seen.links.dangling.get("task", ()):
        head, slash, name = one.name.rpartition("/")
        project = projects.get(head) if slash else one.project
        item = seen.subject(one.place)
        if project is None:
            message = _("{item}: {key} names {ref}, but there is no project {project}").format(
                item=item, key=one.key, ref=one.name, project=head
            )
            help_ = did_you_mean([f"{p}/{name}" for p in seen.close(head, "project", projects)])
        elif any(problem.id == name for problem in project.problems):
            message = _("{item}: {key} names {ref}, which is a problem, not a task").format(
                item=item, key=one.key, ref=one.name
            )
            help_ = _("write the id of a task; a problem says by blocks: which tasks it holds up")
        else:
            message = _("{item}: {key} names {ref}, but project {project} has no such task").format(
                item=item, key=one.key, ref=one.name, project=project.id
            )
            names = [task.id for task in project.tasks]
            help_ = did_you_mean([head + slash + task for task in seen.close(name, f"task {project.id}", names)])
        yield Finding(
            "unknown-task",
            one.place,
            message,
            help_ or _("write the id of a task of this project, or P002/T3 for one of another project"),
        )


@check("unknown-item", "error")
def unknown_item(seen: Inspection) -> Iterator[Finding]:
    """`about` of an action, or `task` of a decision, names nothing that the workspace holds.

    Why: the ladder counts the actions about an item; one that is about nothing lets the next step come too early.

    Example:

        actions:
          - {number: 2024-8, kind: reminder, about: T5, to: lin, issued: 2024-05-28}

    Remedy: write P001, P001/T3, P001/Q1, P001/signed, P001/land, M3/D1 or all/investment/2024, with the project.
    """
    for one in seen.links.dangling.get("any", ()):
        message = _("{item}: {key} “{name}” names nothing in this workspace").format(
            item=seen.subject(one.place), key=one.key, name=one.name
        )
        yield Finding("unknown-item", one.place, message, _meant(seen, one))


def _meant(seen: Inspection, one: Dangling) -> str:
    """What an `about` was probably meant to be."""
    links, name = seen.links, one.name
    here = one.project
    if "/" not in name and here is not None and links.holds(f"{here.id}/{name}"):
        return _("write it with its project: {ref}").format(ref=f"{here.id}/{name}")
    parts = name.split("/")
    if len(parts) == 3:
        close = seen.close(name, "target", sorted(links.target_refs))
    elif len(parts) == 2 and parts[0] in links.projects:
        project = links.projects[parts[0]]
        names = [*(t.id for t in project.tasks), *(q.id for q in project.problems), *STAGES, *FACTORS]
        close = [f"{parts[0]}/{other}" for other in seen.close(parts[1], f"item {parts[0]}", names)]
    elif len(parts) == 2:
        close = [f"{other}/{parts[1]}" for other in seen.close(parts[0], "project", links.projects)]
    else:
        close = seen.close(name, "project", links.projects)
    return did_you_mean(close) or _(
        "write P001, P001/T3, P001/Q1, P001/signed, P001/land, M3/D1 or all/investment/2024, as the ledgers have it"
    )


@check("unknown-decision", "error")
def unknown_decision(seen: Inspection) -> Iterator[Finding]:
    """A project's `decision` is neither the number of a recorded action nor a decision of a meeting.

    Why: a project is cleared by somebody's decision; without it nobody can show who took it out of the figures.

    Example:

        status: cleared
        status_date: 2024-04-30
        decision: M7/D9

    Remedy: write M7/D1 for decision D1 of meeting M7 in meetings.yaml, or the number of an action.
    """
    links = seen.links
    known = {ref: ref for ref in sorted(links.decisions | links.action_numbers)}
    told = _("{item}: decision “{name}” is neither the number of an action nor a decision of a meeting")
    help_ = _("write M7/D1 for a decision in meetings.yaml, or the number of an action")
    yield from _unknown(seen, "unknown-decision", "decision", told, help_, known)


@check("unknown-category", "error")
def unknown_category(seen: Inspection) -> Iterator[Finding]:
    """A project's category is not one of the `categories` in the settings (where these are given).

    Why: filters and counts by category would miss the project.

    Example:

        # projledger.yaml: categories: [equipment, footwear, food]
        category: shoes

    Remedy: write one of the categories of the settings, or add it to them.
    """
    categories = seen.workspace.settings.categories
    told = _("{item}: category “{name}” is not one of the settings")
    help_ = _("one of: {choices}").format(choices=listing(categories))
    yield from _unknown(seen, "unknown-category", "category", told, help_, dict.fromkeys(categories, ""))


@check("unknown-rules", "error")
def unknown_rules(seen: Inspection) -> Iterator[Finding]:
    """The settings name a rule pack that is neither shipped nor a file beside them.

    Why: without its rules every light would be given by other rules than the place published.

    Example:

        rules: yinchuan

    Remedy: write the name of a shipped pack, or put a file of that name (with .yaml) beside projledger.yaml.
    """
    workspace = seen.workspace
    name = workspace.settings.rules
    if name in SHIPPED or workspace.pack is not None or f"{name}.yaml" in workspace.left_out:
        return
    message = _("there is no rule pack “{name}”").format(name=name)
    packs = _("shipped: {packs}; or put {file} beside projledger.yaml").format(
        packs=listing(SHIPPED), file=f"{name}.yaml"
    )
    help_ = did_you_mean(seen.close(name, "pack", SHIPPED)) or packs
    yield Finding("unknown-rules", Place(SETTINGS_FILE, ("rules",)), message, help_)


@check("unknown-term", "error")
def unknown_term(seen: Inspection) -> Iterator[Finding]:
    """The score gives weight to something that is neither an indicator nor one of the computed terms.

    Why: a term that never has a figure takes its weight out of every unit's score.

    Example:

        score:
          weights: {investment: 40, start: 20}

    Remedy: write the id of an indicator of targets.yaml, or starts, completion, close_out or reporting.
    """
    workspace = seen.workspace
    indicators = workspace.targets.indicators
    if not indicators or TARGETS_FILE in workspace.left_out:
        return
    known = [*indicators, *TERMS]
    for term in workspace.settings.score.weights:
        if term not in known and term not in workspace.unread:
            message = _("score: “{term}” is neither an indicator nor a term of the score").format(term=term)
            help_ = did_you_mean(seen.close(term, "term", known)) or _("one of: {choices}").format(
                choices=listing(dict.fromkeys(known))
            )
            yield Finding("unknown-term", Place(SETTINGS_FILE, ("score", "weights", term), "key"), message, help_)


@check("unknown-timezone", "error")
def unknown_timezone(seen: Inspection) -> Iterator[Finding]:
    """The settings name a time zone that does not exist.

    Why: the time zone decides what day it is; without it nothing can be said to be due today.

    Example:

        timezone: Asia/Beijing

    Remedy: write a name of the time zone database, Asia/Shanghai for all of China.
    """
    name = seen.workspace.settings.timezone
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        message = _("timezone: there is no time zone “{name}”").format(name=name)
        help_ = _("write a name such as Asia/Shanghai")
        yield Finding("unknown-timezone", Place(SETTINGS_FILE, ("timezone",)), message, help_)


@check("unknown-country", "error")
def unknown_country(seen: Inspection) -> Iterator[Finding]:
    """The settings name a country whose working calendar nobody here knows.

    Why: without public holidays and make-up workdays every count of workdays would be wrong.

    Example:

        calendar: {country: China}

    Remedy: write the two capital letters of the country, CN for China, or leave it out for Monday to Friday.
    """
    try:
        _calendar = seen.workspace.calendar
    except UnknownCountryError:
        name = seen.workspace.settings.calendar.country
        message = _("calendar: no working calendar is known for “{name}”").format(name=name)
        help_ = _("write the two capital letters of the country, such as CN, or leave it out for Monday to Friday")
        yield Finding("unknown-country", Place(SETTINGS_FILE, ("calendar", "country")), message, help_)
    except CalendarUnavailableError:
        return  # a library to install, no fault of the ledgers
