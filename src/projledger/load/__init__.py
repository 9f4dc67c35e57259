"""From files to a Workspace: reads, types, and turns every fault into a diagnostic with its lines and columns.

A file is left out only when it cannot be read or typed; the rest of the workspace stays. Files come from a folder
(`read_folder`) or from a git revision: `load` does not care.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from projledger import source
from projledger.analysis.collecting import uncollected
from projledger.diagnostics import Diagnostic, Finding, Place, Severity, Span
from projledger.i18n import _, listing
from projledger.load.partial import Partial, ids_meant, partly
from projledger.load.rules import RULES
from projledger.load.typed import findings
from projledger.load.watch import Watch, unwatched
from projledger.models import workspace as names
from projledger.models.letters import Letters
from projledger.models.place import Assets, Chains, LogFile, Meetings, People, Targets
from projledger.models.project import Project
from projledger.models.rules import SHIPPED, RulePack
from projledger.models.settings import Settings
from projledger.models.types import without_stand_ins
from projledger.models.workspace import Twice, Workspace
from projledger.quantities import MONEY_UNITS
from projledger.source import Source

__all__ = [
    "KINDS",
    "RULES",
    "Loaded",
    "is_project",
    "load",
    "project_id",
    "read_folder",
    "read_one",
    "reads",
    "shipped_pack",
]

if TYPE_CHECKING:
    from projledger.load.kept import Kept

Model = TypeVar("Model", bound=BaseModel)

KINDS: Final[dict[str, type[BaseModel]]] = {
    names.SETTINGS_FILE: Settings,
    names.PEOPLE_FILE: People,
    names.CHAINS_FILE: Chains,
    names.TARGETS_FILE: Targets,
    names.MEETINGS_FILE: Meetings,
    names.LOG_FILE: LogFile,
    names.ASSETS_FILE: Assets,
    names.LETTERS_FILE: Letters,
}
"""The model of each file with a fixed name; everything below `projects/` is a `Project`."""
WORTH: Final = 200_000
"""Bytes of ledgers below which reading them is as quick as looking up what reading gave the last time."""
_OF_MONEY: Final = frozenset({"paid-over-awarded", "falling-payments", "fund-overdrawn", "target-plan", "falling-ytd"})
"""Checks that compare sums, of which one may carry its own unit and the other be in that of the place."""
_PROJECTS: Final = f"{names.PROJECTS_FOLDER}/"
_ID_LINE: Final = re.compile(r"^[ \t{]*[\"']?id[\"']?[ \t]*[:：][ \t]*(.*?)(?:[ \t]#.*|,.*)?\r?$", re.MULTILINE)


@dataclass(frozen=True)
class Loaded:
    """A workspace with where everything in it came from.

    `diagnostics` are those of reading and typing; `locate` gives the findings of checks their lines. `workspace`
    stands on default settings when `projledger.yaml` itself could not be read (`settings_broken`).
    `partials` are the files that could be typed in part: left out of `workspace`, and of every report, but not of
    `checked`, so that their other faults are told in the same run; so are projects whose id stands twice. Of `checked`
    there are two where something could not be typed, with different stand-ins for it. `remains` are those among the
    partials that cannot be read as they stand.
    """

    workspace: Workspace
    checked: tuple[Workspace, ...]
    sources: dict[str, Source]
    diagnostics: tuple[Diagnostic, ...]
    partials: Mapping[str, Partial[Any]]
    remains: Mapping[str, source.Remains]
    settings_broken: bool

    def line(self, place: Place) -> int:
        """The line of a place, for `why`."""
        known = self.sources.get(place.file)
        return known.span(place.path, place.on).line if known else 1

    def check(self, as_of: date, strict: bool = False) -> list[Diagnostic]:
        """What the checks find, with lines and columns; reports never need them, so they are imported here."""
        from projledger import checks

        first, *others = self.checked
        settings = self.partials.get(names.SETTINGS_FILE)
        # What is due, or lies ahead, nobody knows when the day itself cannot be read.
        strict = strict and not (settings is not None and settings.doubts(("as_of",)))
        found = checks.run(first, as_of, strict)
        if self.partials:
            found = [self._shown(one) for one in found if not self._doubtful(one)]
            for other in others:
                also = {_said(self._shown(one)) for one in checks.run(other, as_of, strict)}
                found = [one for one in found if _said(one) in also]
            found = [one for one in found if not self._follows(one)]
        return self.locate(found, {rule.code: rule.severity for rule in checks.RULES})

    def _doubtful(self, finding: Finding) -> bool:
        """Whether a finding is about a stand-in, or about sums of which nobody knows what they are counted in."""
        settings = self.partials.get(names.SETTINGS_FILE)
        if finding.code in _OF_MONEY and settings is not None and settings.doubts(("money_unit",)):
            return True
        partial = self.partials.get(finding.place.file)
        return partial is not None and partial.doubts(finding.place.path)

    def _shown(self, finding: Finding) -> Finding:
        """A finding as people may see it: with nothing of what stands for names that cannot be read."""
        return replace(
            finding,
            message=without_stand_ins(finding.message),
            help=without_stand_ins(finding.help),
            related=tuple((place, without_stand_ins(label)) for place, label in finding.related),
        )

    def _follows(self, finding: Finding) -> bool:
        """Whether a finding only follows from a fault of its file that reading has told already."""
        remains = self.remains.get(finding.place.file)
        return remains is not None and remains.follows(_placed(finding, self.sources)[0])

    def locate(self, findings: Iterable[Finding], severities: dict[str, Severity]) -> list[Diagnostic]:
        """Turn symbolic places into lines and columns, sorted by file and place, at most so many for each file."""
        by_file: dict[str, list[tuple[Span, str, str, Finding]]] = {}
        for finding in findings:
            here, finding = _placed(finding, self.sources)
            by_file.setdefault(finding.place.file, []).append((here, finding.code, finding.message, finding))
        located: list[Diagnostic] = []
        for file in sorted(by_file):
            found = sorted(by_file[file], key=lambda one: one[:3])
            # Only what is shown gets its line and its other places: those of thousands would cost seconds.
            shown = [_located(one[3], self.sources, severities[one[1]]) for one in found[: source.MOST_FINDINGS + 1]]
            located += source.capped(shown, len(found))
        return located


def read_folder(root: FilePath) -> Iterator[tuple[str, bytes]]:
    """Every file of the workspace at `root` that a ledger could be, as (name relative to it, bytes), sorted.

    Hidden files and links that lead outside of the workspace, or nowhere, are passed over; a file over the size limit
    is read only so far that the reader can say so.
    """
    top = root.resolve()
    found: list[FilePath] = []
    for folder, folders, files in os.walk(top):
        here = FilePath(folder)
        folders[:] = [f for f in folders if (f == names.PROJECTS_FOLDER if here == top else f[0] != ".")]
        found += [here / f for f in files if f.lower().endswith((".yaml", ".yml")) and not f.startswith(".")]
    for path in sorted(found, key=lambda p: p.relative_to(top).as_posix()):
        if path.is_symlink() and not _leads_inside(path, top):
            continue
        with path.open("rb") as file:
            yield path.relative_to(top).as_posix(), file.read(source.MOST_BYTES + 1)


_MEANT: Final = (".txt", ".csv", ".xls", ".xlsx", ".et", ".doc", ".docx", ".wps", ".json")


def strays(root: FilePath) -> Iterator[Diagnostic]:
    """A finding for every file below `projects/` that somebody may have meant for a ledger: tables, texts."""
    for folder, folders, files in os.walk(root.resolve() / names.PROJECTS_FOLDER):
        folders[:] = sorted(one for one in folders if one[0] != ".")
        for file in sorted(files):
            if file.lower().endswith(_MEANT) and not file.startswith((".", "~")):
                yield _not_read((FilePath(folder) / file).relative_to(root.resolve()).as_posix())


def _leads_inside(link: FilePath, top: FilePath) -> bool:
    """Whether a link leads to a file below a folder."""
    try:
        return link.is_file() and link.resolve().is_relative_to(top)
    except (OSError, RuntimeError):  # a circle of links
        return False


def load(
    files: Iterable[tuple[str, bytes]],
    known: Mapping[str, Project] | None = None,
    kept: Callable[[], Kept] | None = None,
    watch: Watch = unwatched,
) -> Loaded:
    """Read and type every file; never raises for what stands in them.

    Args:
        files: name and bytes of each.
        known: what some projects' files say, where that is known already; they are not read again, and their lines
            are not known to the result.
        kept: what reading gave the last time, asked for where that is worth it; it is told what is new.
        watch: who looks on, file by file.
    """
    with uncollected():
        content = dict(files)
        worth = kept is not None and sum(map(len, content.values())) >= WORTH
        return _load(content, known or {}, kept() if kept is not None and worth else None, watch)


def _load(files: dict[str, bytes], known_projects: Mapping[str, Project], kept: Kept | None, watch: Watch) -> Loaded:
    reading = _Reading(kept)
    reading.file(names.SETTINGS_FILE, files, Settings)
    # What can be told of broken settings decides how the other files are read.
    known = reading.whole_or_part(names.SETTINGS_FILE, Settings(name=_("(settings could not be read)")))
    reading.context = {"money_unit": known.money_unit}
    unsure = reading.partials.get(names.SETTINGS_FILE)
    reading.money_sure = unsure is None or not unsure.doubts(("money_unit",))
    any_pack = unsure is not None and unsure.doubts(("rules",))
    pack_file = f"{known.rules}.yaml"
    kinds = KINDS if pack_file in KINDS else {pack_file: RulePack} | KINDS
    for name in watch(_("Reading the ledgers"), sorted(files)):
        if name in known_projects:
            reading.values[name] = known_projects[name]
        elif is_project(name):
            reading.file(name, files, Project)
        elif name not in kinds:
            if not (any_pack and name.endswith(".yaml") and "/" not in name):
                reading.diagnostics.append(_not_read(name))
        elif name != names.SETTINGS_FILE:
            reading.file(name, files, kinds[name])
    if reading.kept is not None:
        reading.kept.write()
    workspace = reading.workspace(reading.values, files)
    checked: tuple[Workspace, ...] = (workspace,)
    if reading.partials or workspace.twice:
        sides = [{name: partial.low for name, partial in reading.partials.items()}]
        if any(partial.low is not partial.high for partial in reading.partials.values()):
            sides.append({name: partial.high for name, partial in reading.partials.items()})
        checked = tuple(reading.workspace(reading.values | side, files, every=True) for side in sides)
    return Loaded(
        workspace,
        checked,
        reading.sources,
        tuple(sorted(reading.diagnostics, key=lambda diagnostic: diagnostic.sort_key)),
        reading.partials,
        reading.remains,
        settings_broken=names.SETTINGS_FILE in reading.left_out,
    )


def is_project(name: str) -> bool:
    """Whether a file of this name is read as the ledger of a project."""
    return name.startswith(_PROJECTS) and name.endswith(".yaml")


def reads(name: str, rules: str) -> bool:
    """Whether a workspace with these rules reads a file of this name."""
    return is_project(name) or name in KINDS or name == f"{rules}.yaml"


def project_id(raw: bytes) -> str:
    """The id of a project whose ledger cannot be read, as far as its text shows it; else `projects/*`."""
    return next(_project_ids(raw), "projects/*")


def _project_ids(raw: bytes) -> Iterator[str]:
    """What a project whose ledger cannot be read may be called, as its text shows it; `projects/*`: by any name."""
    wide = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    found = _ID_LINE.search(raw.decode("utf-16" if wide else "utf-8", "replace"))
    if found:
        yield from ids_meant(found[1].strip().strip("\"'"))
    elif b"\0" in raw or raw.startswith(source.POINTER.encode()):
        yield "projects/*"


def read_one(name: str, raw: bytes, model: type[BaseModel], money_unit: str) -> tuple[BaseModel | None, str]:
    """Read and type one file by itself: its content, or None and the first reason why not."""
    reading = _Reading(None)
    reading.context = {"money_unit": money_unit}
    reading.file(name, {name: raw}, model)
    value = reading.values.get(name)
    wrong = [fault for fault in reading.diagnostics if fault.severity == "error"]
    return value, "" if value is not None or not wrong else wrong[0].message


@lru_cache(maxsize=len(SHIPPED))
def shipped_pack(name: str) -> RulePack:
    """One of the `SHIPPED` rule packs, read as any other file is."""
    file = f"{name}.yaml"
    decoded, faults = source.decode(file, (FilePath(__file__).parents[1] / "rules" / file).read_bytes())
    tree, more = source.read(decoded) if decoded else (None, [])
    faults += more
    assert not faults, faults  # they are tested before they are shipped
    return RulePack.model_validate(tree)


class _Reading:
    """What has been read so far."""

    def __init__(self, kept: Kept | None) -> None:
        self.kept = kept
        self.sources: dict[str, Source] = {}
        self.diagnostics: list[Diagnostic] = []
        self.left_out: list[str] = []
        self.values: dict[str, BaseModel] = {}
        self.partials: dict[str, Partial[Any]] = {}
        self.remains: dict[str, source.Remains] = {}
        self.context: dict[str, str] = {"money_unit": "万元"}
        self.money_sure = True
        """Whether that unit is the one of the place."""

    def file(self, name: str, files: dict[str, bytes], model: type[BaseModel]) -> None:
        """Read and type one file, if it is there: a value, or its diagnostics and what could be typed of it."""
        raw = files.get(name)
        if raw is None:
            return
        found, value = self._read(name, raw, model)
        # Reading has cut and counted its own findings already.
        count = 0 if any(fault.code == "too-many" for fault in found) else len(found)
        self.diagnostics += source.capped(sorted(found, key=lambda fault: fault.sort_key), count)
        if value is None:
            self.left_out.append(name)
        else:
            self.values[name] = value

    def whole_or_part(self, name: str, otherwise: Model) -> Model:
        """The content of one file, in part where some of it cannot be typed; `otherwise` where there is none."""
        partial = self.partials.get(name)
        value = self.values.get(name, partial.low if partial else otherwise)
        return value if isinstance(value, type(otherwise)) else otherwise

    def workspace(self, values: dict[str, BaseModel], files: dict[str, bytes], every: bool = False) -> Workspace:
        """The workspace of these contents, by file: of projects with one id the first, unless `every` is wanted."""

        def content(name: str, otherwise: Model) -> Model:
            value = values.get(name)
            return value if isinstance(value, type(otherwise)) else otherwise

        settings = content(names.SETTINGS_FILE, Settings(name=_("(settings could not be read)")))
        projects = {name: value for name, value in sorted(values.items()) if isinstance(value, Project)}
        twice = tuple(_twice(projects))
        for again in () if every else twice:
            del projects[again.file]
        left_out = tuple(name for name in self.left_out if name not in values)
        unread = {one for name in left_out if name.startswith(_PROJECTS) for one in _project_ids(files[name])}
        partials = {name: partial for name, partial in self.partials.items() if name in values}
        unread |= {one for partial in partials.values() for one in partial.names}
        if not every:
            unread |= {f"{again.id}/*" for again in twice}
        pack = values.get(f"{settings.rules}.yaml")
        if settings.rules in SHIPPED and f"{settings.rules}.yaml" not in files:
            pack = shipped_pack(settings.rules)
        return Workspace(
            settings=settings,
            people=content(names.PEOPLE_FILE, People()),
            chains=content(names.CHAINS_FILE, Chains()).chains,
            targets=content(names.TARGETS_FILE, Targets()),
            meetings=content(names.MEETINGS_FILE, Meetings()).meetings,
            log=content(names.LOG_FILE, LogFile()),
            assets=content(names.ASSETS_FILE, Assets()),
            projects=tuple(projects.values()),
            files=tuple(projects),
            left_out=left_out if every else (*left_out, *(again.file for again in twice)),
            unread=frozenset(unread),
            # A people.yaml that could not be read must not turn every name in the place into a finding.
            people_known=names.PEOPLE_FILE in values,
            letters=content(names.LETTERS_FILE, Letters()).letters,
            pack=pack if isinstance(pack, RulePack) else None,
            default_pack=shipped_pack("default"),
            doubtful=frozenset((name, path) for name, partial in partials.items() for path in partial.doubtful),
            twice=() if every else twice,
        )

    def _read(self, name: str, raw: bytes, model: type[BaseModel]) -> tuple[list[Diagnostic], BaseModel | None]:
        found = source.check_name(name)
        decoded, faults = source.decode(name, raw)
        found += faults
        if decoded is None:
            return found, None
        self.sources[name] = decoded
        blob = _identity(raw) if self.kept is not None else ""
        tree, faults, remains = self._tree(blob, decoded, clean=not faults)
        found += faults
        if remains is not None:
            self.sources[name] = remains.source
            self.remains[name] = remains
            tree = remains.tree
        if tree is None:
            return found, None
        context = self.context
        if model is Settings and isinstance(tree, dict) and str(tree.get("money_unit")) in MONEY_UNITS:
            context = {"money_unit": str(tree["money_unit"])}
        try:
            value = model.model_validate(tree, context=context)
        except ValidationError as error:
            wrong = [
                _located(finding, self.sources, "error")
                for finding in findings(error, name, model)
                if self.money_sure or finding.code != "bad-measure"
            ]
            found += [one for one in wrong if remains is None or not _only_follows(one, remains)]
            self._keep_part(name, model, tree, context, remains)
            return found, None
        if remains is not None:
            self._keep_part(name, model, tree, context, remains)
        if any(rule.blocking for rule in source.RULES for fault in found if fault.code == rule.code):
            return found, None
        if self.kept is not None and isinstance(value, Project):
            self.kept.name(blob, raw, value.id, value.parent)
        return found, value

    def _tree(
        self, blob: str, decoded: Source, clean: bool
    ) -> tuple[source.Tree | None, list[Diagnostic], source.Remains | None]:
        """The data of a file: as it was kept, else as it is read now."""
        if self.kept is None:
            return source.read_or_salvage(decoded)
        known = self.kept.tree(blob)
        if known is not None:
            return known, [], None
        tree, faults, remains = source.read_or_salvage(decoded)
        if clean and tree is not None and not faults and remains is None:
            self.kept.keep(blob, tree)
        return tree, faults, remains

    def _keep_part(
        self, name: str, model: type[BaseModel], tree: Any, context: dict[str, str], remains: source.Remains | None
    ) -> None:
        if remains is None or remains.keys_sure:
            partial = partly(name, model, tree, context, names_sure=remains is None or remains.names_sure)
            if partial is not None:
                self.partials[name] = partial


def _identity(raw: bytes) -> str:
    from projledger.load.kept import identity  # small places never come here

    return identity(raw)


def _twice(projects: Mapping[str, Project]) -> Iterator[Twice]:
    """The files of projects whose id stands in a file before them."""
    first: dict[str, str] = {}
    for file, project in projects.items():
        counts = first.setdefault(project.id, file)
        if counts != file:
            yield Twice(file, project.id, counts)


def _said(finding: Finding) -> tuple[str, Place, str]:
    """What makes a finding the same, whatever stands for what cannot be read."""
    return finding.code, finding.place, finding.message


def _only_follows(one: Diagnostic, remains: source.Remains) -> bool:
    """Whether a value cannot be typed, or seems to be missing, only because of what reading has told already."""
    if one.code == "missing-key":  # it points at the whole first line of its mapping, whatever else is wrong there
        return not remains.keys_sure or one.span.line in remains.lines
    return remains.follows(one.span)


def _not_read(name: str) -> Diagnostic:
    """A YAML file that nothing reads: a clerk's `people.yml` must not be silently ignored."""
    finding = Finding(
        "unknown-file",
        Place(name),
        _("{file} is not read by anything").format(file=name),
        _("ledgers are {names} and projects/….yaml; rename or move the file").format(names=listing(KINDS)),
    )
    return _located(finding, {}, "warning")


def _span(place: Place, sources: dict[str, Source]) -> Span:
    known = sources.get(place.file)
    return known.span(place.path, place.on) if known else source.TOP


def _placed(finding: Finding, sources: dict[str, Source]) -> tuple[Span, Finding]:
    """Where a finding is; of two equals in one file the later one, which only the lines tell."""
    here = _span(finding.place, sources)
    if finding.later and finding.related[0][0].file == finding.place.file:
        (other, label), *rest = finding.related
        there = _span(other, sources)
        if there > here:
            return there, replace(finding, place=other, related=((finding.place, label), *rest))
    return here, finding


def _located(finding: Finding, sources: dict[str, Source], severity: Severity) -> Diagnostic:
    here = _span(finding.place, sources)
    known = sources.get(finding.place.file)
    return Diagnostic(
        finding.place.file,
        here,
        severity,
        finding.code,
        finding.message,
        finding.help,
        known.line(here.line) if known else "",
        tuple((place.file, _span(place, sources), label) for place, label in finding.related),
    )
