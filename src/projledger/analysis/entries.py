"""Everything that ledgers say, as flat entries with an identity: what a comparison of two versions works on.

An entry is known by what it is called (`task P001/T3`), never by where it stands: moved files and reordered lists are
no change. A comment is in no entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from pydantic import BaseModel

from projledger.diagnostics import Path, Place
from projledger.frozen import frozen
from projledger.models import workspace as names
from projledger.models.letters import Letters
from projledger.models.place import Assets, Chains, LogFile, Meetings, People, Report, Target, Targets
from projledger.models.project import Project
from projledger.models.rules import SHIPPED, RulePack
from projledger.models.settings import Settings
from projledger.models.types import Record
from projledger.models.workspace import Workspace

Fields = Mapping[str, Any]

_PARTS: Final = frozenset(
    {"id", "tasks", "problems", "stages", "factors", "funding", "targets", "reports", "log", "actions", "pauses"}
)


@frozen
class Entry:
    """One thing that a ledger says.

    `kind` is `task`, `problem`, `target` …; `fields` holds what is given, by ledger key (`service.leader` for parts of
    parts); `project` is the id of its project, empty elsewhere. `path` is its place in its file.
    """

    kind: str
    ref: str
    name: str
    project: str
    path: Path
    fields: Fields

    @property
    def key(self) -> str:
        """What it is called: the same in every version."""
        return f"{self.kind} {self.ref}"


def entries(workspace: Workspace) -> dict[str, tuple[Entry, Place]]:
    """Every entry of a workspace with its place, by key, in file order; the first where a key stands twice."""
    found: dict[str, tuple[Entry, Place]] = {}
    for file, content in _contents(workspace):
        for entry in entries_of(content):
            found.setdefault(entry.key, (entry, Place(file, entry.path)))
    return found


def _contents(workspace: Workspace) -> Iterator[tuple[str, BaseModel]]:
    yield from zip(workspace.files, workspace.projects, strict=True)
    yield names.TARGETS_FILE, workspace.targets
    yield names.MEETINGS_FILE, Meetings(meetings=workspace.meetings)
    yield names.CHAINS_FILE, Chains(chains=workspace.chains)
    yield names.LOG_FILE, workspace.log
    yield names.ASSETS_FILE, workspace.assets
    yield names.PEOPLE_FILE, workspace.people
    yield names.LETTERS_FILE, Letters.model_construct(letters=dict(workspace.letters))
    if workspace.pack is not None and workspace.settings.rules not in SHIPPED:
        yield f"{workspace.settings.rules}.yaml", workspace.pack
    yield names.SETTINGS_FILE, workspace.settings


def entries_of(content: BaseModel, keep: frozenset[str] | None = None) -> Iterator[Entry]:
    """The entries of one file.

    Args:
        content: what the file says.
        keep: of a project, only these fields of its items (and none of its log and figures); None for all.
    """
    match content:
        case Project():
            yield from _of_project(content, keep)
        case Targets():
            yield from _of_targets(content)
        case Meetings():
            for at, meeting in enumerate(content.meetings):
                yield _entry("meeting", meeting.id, str(meeting.date), "", ("meetings", at), meeting, {"decisions"})
                for number, decision in enumerate(meeting.decisions):
                    path: Path = ("meetings", at, "decisions", number)
                    yield _entry("decision", f"{meeting.id}/{decision.id}", decision.text, "", path, decision)
        case Chains():
            for at, chain in enumerate(content.chains):
                yield _entry("chain", chain.id, chain.name, "", ("chains", at), chain, {"nodes", "talents"})
                for number, node in enumerate(chain.nodes):
                    path = ("chains", at, "nodes", number)
                    yield _entry("node", f"{chain.id}/{node.id}", node.name, "", path, node)
                for number, talent in enumerate(chain.talents):
                    path = ("chains", at, "talents", number)
                    yield _entry("talent", f"{chain.id}/{talent.name}", talent.name, "", path, talent)
        case LogFile():
            yield from _log("", content.log)
        case Assets():
            for at, asset in enumerate(content.assets):
                yield _entry("asset", asset.id, asset.name, "", ("assets", at), asset)
        case People():
            for at, unit in enumerate(content.units):
                yield _entry("unit", unit.id, unit.name, "", ("units", at), unit)
            for at, person in enumerate(content.people):
                yield _entry("person", person.id, person.name, "", ("people", at), person)
        case Letters():
            for kind, letter in content.letters.items():
                yield _entry("letter", f"letters/{kind}", kind, "", ("letters", kind), letter)
        case RulePack():
            for at, clause in enumerate(content.clauses):
                yield _entry("clause", f"rules/{clause.id}", clause.id, "", ("clauses", at), clause)
        case Settings():
            yield Entry("settings", "settings", content.name, "", (), _fields(content))


def _of_project(project: Project, keep: frozenset[str] | None) -> Iterator[Entry]:
    id_ = project.id
    yield _entry("project", id_, project.name, id_, (), project, _PARTS)
    if keep is None:
        for at, task in enumerate(project.tasks):
            yield _entry("task", f"{id_}/{task.id}", task.name, id_, ("tasks", at), task)
        for at, problem in enumerate(project.problems):
            yield _entry("problem", f"{id_}/{problem.id}", problem.text, id_, ("problems", at), problem)
    else:
        # A walk makes these hundreds of thousands of times: nothing is looked at but what it keeps.
        for at, task in enumerate(project.tasks):
            yield Entry("task", f"{id_}/{task.id}", task.name, id_, ("tasks", at), _some(task, keep))
        for at, problem in enumerate(project.problems):
            yield Entry("problem", f"{id_}/{problem.id}", problem.text, id_, ("problems", at), _some(problem, keep))
    for stage_name, stage in project.stages.named():
        yield _entry("stage", f"{id_}/{stage_name}", stage_name, id_, ("stages", stage_name), stage)
    for factor_name, factor in project.factors.named():
        yield _entry("factor", f"{id_}/{factor_name}", factor_name, id_, ("factors", factor_name), factor)
    if keep is not None:
        yield from _figures(id_, (), project.targets, ())
        return
    numbered = _Numbered()
    for at, funding in enumerate(project.funding):
        ref = numbered(f"{id_}/funding/{funding.source}")
        yield _entry("funding", ref, funding.source, id_, ("funding", at), funding)
    yield from _figures(id_, (), project.targets, project.reports)
    yield from _log(id_, project.log)
    for at, action in enumerate(project.actions):
        yield _entry("action", f"{id_}/{action.number}", action.number, id_, ("actions", at), action)
    for at, pause in enumerate(project.pauses):
        yield _entry("pause", f"{id_}/{pause.from_}", str(pause.from_), id_, ("pauses", at), pause)


def _of_targets(content: Targets) -> Iterator[Entry]:
    for id_, indicator in content.indicators.items():
        yield _entry("indicator", id_, indicator.name, "", ("indicators", id_), indicator)
    numbered = _Numbered()
    for at, certificate in enumerate(content.certificates):
        ref = numbered(certificate.number or f"{certificate.unit}/{certificate.signed}")
        path: Path = ("certificates", at)
        yield _entry("certificate", ref, ref, "", path, certificate, {"targets"})
        for number, target in enumerate(certificate.targets):
            scope = target.scope or certificate.unit
            ref = f"{scope}/{target.indicator}/{target.period}"
            yield _entry("signed target", ref, target.indicator, "", (*path, "targets", number), target)
    yield from _figures("", (), content.targets, content.reports)
    for at, peer in enumerate(content.peers):
        yield _entry("peer", f"{peer.name}/{peer.indicator}/{peer.period}", peer.name, "", ("peers", at), peer)
    for at, score in enumerate(content.self_scores):
        yield _entry("self-score", f"{score.unit}/{score.period}", score.unit, "", ("self_scores", at), score)
    if content.fund is not None:
        yield _entry("fund", str(content.fund.year), str(content.fund.year), "", ("fund",), content.fund)


def _figures(project: str, path: Path, targets: Iterable[Target], reports: Iterable[Report]) -> Iterator[Entry]:
    # Whatever scope it names: a project speaks for itself alone.
    for at, target in enumerate(targets):
        ref = f"{project or target.scope or 'all'}/{target.indicator}/{target.period}"
        yield _entry("target", ref, target.indicator, project, (*path, "targets", at), target)
    for at, report in enumerate(reports):
        ref = f"{project or report.scope or 'all'}/{report.indicator}/{report.month}"
        yield _entry("report", ref, report.indicator, project, (*path, "reports", at), report)


def _log(project: str, log: Iterable[Any]) -> Iterator[Entry]:
    numbered = _Numbered()
    for at, logged in enumerate(log):
        ref = numbered(f"{project or 'log'}/{logged.kind}/{logged.date}")
        yield _entry("log", ref, logged.kind, project, ("log", at), logged)


class _Numbered:
    """Tells apart what would be called the same: the second one gets `#2`."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def __call__(self, ref: str) -> str:
        count = self._seen[ref] = self._seen.get(ref, 0) + 1
        return ref if count == 1 else f"{ref}#{count}"


def _entry(
    kind: str,
    ref: str,
    name: str,
    project: str,
    path: Path,
    record: Record,
    leave_out: frozenset[str] | set[str] = frozenset(),
) -> Entry:
    return Entry(kind, ref, name, project, path, _fields(record, leave_out | {"id"}))


def _fields(record: BaseModel, leave_out: frozenset[str] | set[str] = frozenset()) -> dict[str, Any]:
    """What a record gives, by ledger key; what is not given is absent."""
    found: dict[str, Any] = {}
    for name, value in record.__dict__.items():
        if value is None or value is False or value == () or value == {} or name in leave_out:
            continue
        key = name.rstrip("_")  # `from_` only avoids a word of Python
        if isinstance(value, BaseModel):
            found |= {f"{key}.{part}": inner for part, inner in _fields(value).items()}
        else:
            found[key] = _plain(value)
    return found


def _some(record: Record, keep: frozenset[str]) -> dict[str, Any]:
    """What a record gives of some fields."""
    return {
        name: _plain(value)
        for name, value in record.__dict__.items()
        if value is not None and name in keep and value != ()
    }


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return _fields(value)
    if isinstance(value, tuple):
        return tuple(_plain(part) for part in value)
    if isinstance(value, dict):
        return {str(key): _plain(part) for key, part in value.items()}
    return value
