"""From files to a Workspace: reads, types, and turns every fault into a diagnostic with its lines and columns.

A file is left out only when it cannot be read or typed; the rest of the workspace stays. Files come from a folder
(`read_folder`) or from a git revision: `load` does not care.
"""

from __future__ import annotations

import gc
import os
import re
import typing
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path as FilePath
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from projledger import source
from projledger.diagnostics import Diagnostic, Finding, Path, Place, Rule, Severity, Span
from projledger.i18n import N_, _
from projledger.models import workspace as names
from projledger.models.partial import Partial, partly
from projledger.models.place import Assets, Chains, LogFile, Meetings, People, Targets
from projledger.models.project import Project
from projledger.models.rules import SHIPPED, RulePack
from projledger.models.settings import Settings
from projledger.models.workspace import Workspace
from projledger.source import Source

Model = TypeVar("Model", bound=BaseModel)

KINDS: Final[dict[str, type[BaseModel]]] = {
    names.SETTINGS_FILE: Settings,
    names.PEOPLE_FILE: People,
    names.CHAINS_FILE: Chains,
    names.TARGETS_FILE: Targets,
    names.MEETINGS_FILE: Meetings,
    names.LOG_FILE: LogFile,
    names.ASSETS_FILE: Assets,
}
"""The model of each file with a fixed name; everything below `projects/` is a `Project`."""
_ABSENT: Final = frozenset({"no-chief", "undated-status"})
"""Checks that point at one key because another is absent; all others that do point at the mapping."""
_PROJECTS: Final = f"{names.PROJECTS_FOLDER}/"
_ID_LINE: Final = re.compile(r"^[\"']?id[\"']?[ \t]*[:：][ \t]*[\"']?([^\s\"',#}]+)", re.MULTILINE)


@dataclass(frozen=True)
class Loaded:
    """A workspace with where everything in it came from.

    `diagnostics` are those of reading and typing; `locate` gives the findings of checks their lines. `workspace`
    stands on default settings when `projledger.yaml` itself could not be read (`settings_broken`).
    `partials` are the files that could be typed in part: left out of `workspace`, and of every report, but not of
    `checked`, so that their other faults are told in the same run.
    """

    workspace: Workspace
    checked: Workspace
    sources: dict[str, Source]
    diagnostics: tuple[Diagnostic, ...]
    partials: Mapping[str, Partial[Any]]
    settings_broken: bool

    def line(self, place: Place) -> int:
        """The line of a place, for `why`."""
        known = self.sources.get(place.file)
        return known.span(place.path, place.on).line if known else 1

    def check(self, as_of: date, strict: bool = False) -> list[Diagnostic]:
        """What the checks find, with lines and columns; reports never need them, so they are imported here."""
        from projledger import checks

        kinds = {rule.code: rule for rule in checks.RULES}
        found = checks.run(self.checked, as_of, strict)
        found = [self._as_written(one) for one in found if not self._doubtful(one, kinds[one.code])]
        return self.locate(found, {code: rule.severity for code, rule in kinds.items()})

    def _doubtful(self, finding: Finding, rule: Rule) -> bool:
        """Whether a finding may come from nothing but what was taken out of its file."""
        partial = self.partials.get(finding.place.file)
        if partial is None:
            return False
        # Below a key that lost a part nothing is certain any more; nor is it that something is absent, where it may
        # stand under a key that nobody knows.
        keys = {path[0] for path in partial.taken_out if not any(isinstance(part, int) for part in path)}
        place = finding.place
        absent = place.on == "mapping" or finding.code in _ABSENT
        lost = keys - set(_keys(type(partial.value))) or keys & {"owner", "chief", "status_date"}
        return rule.strict or (absent and bool(lost)) or place.path[:1] == () or place.path[0] in keys

    def _as_written(self, finding: Finding) -> Finding:
        """A finding with the paths of its files, where items were taken out before the check."""

        def place(place: Place) -> Place:
            partial = self.partials.get(place.file)
            return replace(place, path=partial.path(place.path)) if partial else place

        related = tuple((place(other), label) for other, label in finding.related)
        return replace(finding, place=place(finding.place), related=related)

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

    Hidden files and links that lead outside of the workspace are passed over; a file that is over the size limit
    is read only so far that the reader can say so.
    """
    top = root.resolve()
    found: list[FilePath] = []
    for folder, folders, files in os.walk(top):
        here = FilePath(folder)
        folders[:] = [f for f in folders if (f == names.PROJECTS_FOLDER if here == top else f[0] != ".")]
        found += [here / f for f in files if f.lower().endswith((".yaml", ".yml")) and not f.startswith(".")]
    for path in sorted(found, key=lambda p: p.relative_to(top).as_posix()):
        if path.is_symlink() and not path.resolve().is_relative_to(top):
            continue
        with path.open("rb") as file:
            yield path.relative_to(top).as_posix(), file.read(source.MOST_BYTES + 1)


def load(files: Iterable[tuple[str, bytes]]) -> Loaded:
    """Read and type every file; never raises for what stands in them."""
    # Nothing built here is garbage before the end: collecting in between only walks it over and over (a quarter
    # of the whole time, measured on 1 000 ledgers).
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _load(dict(files))
    finally:
        if collecting:
            gc.enable()


def _load(files: dict[str, bytes]) -> Loaded:
    reading = _Reading()
    reading.file(names.SETTINGS_FILE, files, Settings)
    # What can be told of broken settings decides how the other files are read.
    known = reading.whole_or_part(names.SETTINGS_FILE, Settings(name=_("(settings could not be read)")))
    reading.context = {"money_unit": known.money_unit}
    pack_file = f"{known.rules}.yaml"
    kinds = KINDS if pack_file in KINDS else {pack_file: RulePack} | KINDS
    for name in sorted(files):
        if name.startswith(_PROJECTS) and name.endswith(".yaml"):
            reading.file(name, files, Project)
        elif name not in kinds:
            reading.diagnostics.append(_not_read(name))
        elif name != names.SETTINGS_FILE:
            reading.file(name, files, kinds[name])
    workspace = checked = reading.workspace(reading.values, files)
    if reading.partials:
        parts = {name: partial.value for name, partial in reading.partials.items()}
        checked = reading.workspace(reading.values | parts, files)
    return Loaded(
        workspace,
        checked,
        reading.sources,
        tuple(sorted(reading.diagnostics, key=lambda diagnostic: diagnostic.sort_key)),
        reading.partials,
        settings_broken=names.SETTINGS_FILE in reading.left_out,
    )


def _project_id(raw: bytes) -> str:
    """The id of a project whose ledger cannot be read, as far as its text shows it; else nothing."""
    found = _ID_LINE.search(raw.decode("utf-8", "replace"))
    return unicodedata.normalize("NFC", found[1]) if found else ""


@lru_cache(maxsize=len(SHIPPED))
def shipped_pack(name: str) -> RulePack:
    """One of the `SHIPPED` rule packs, read as any other file is."""
    file = f"{name}.yaml"
    decoded, faults = source.decode(file, (FilePath(__file__).parent / "rules" / file).read_bytes())
    tree, more = source.read(decoded) if decoded else (None, [])
    faults += more
    assert not faults, faults  # they are tested before they are shipped
    return RulePack.model_validate(tree)


class _Reading:
    """What has been read so far."""

    def __init__(self) -> None:
        self.sources: dict[str, Source] = {}
        self.diagnostics: list[Diagnostic] = []
        self.left_out: list[str] = []
        self.values: dict[str, BaseModel] = {}
        self.partials: dict[str, Partial[Any]] = {}
        self.context: dict[str, str] = {"money_unit": "万元"}

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
        value = self.values.get(name, partial.value if partial else otherwise)
        return value if isinstance(value, type(otherwise)) else otherwise

    def workspace(self, values: dict[str, BaseModel], files: dict[str, bytes]) -> Workspace:
        """The workspace of these contents, by file."""

        def content(name: str, otherwise: Model) -> Model:
            value = values.get(name)
            return value if isinstance(value, type(otherwise)) else otherwise

        settings = content(names.SETTINGS_FILE, Settings(name=_("(settings could not be read)")))
        projects = {name: value for name, value in sorted(values.items()) if isinstance(value, Project)}
        left_out = tuple(name for name in self.left_out if name not in values)
        unread = {_project_id(files[name]) for name in left_out if name.startswith(_PROJECTS)}
        for name, partial in self.partials.items():
            if name in values:
                owner = f"{partial.value.id}/" if isinstance(partial.value, Project) else ""
                unread |= {owner + one for one in partial.names}
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
            left_out=left_out,
            unread=frozenset(unread),
            # A people.yaml that could not be read must not turn every name in the place into a finding.
            people_known=names.PEOPLE_FILE in values,
            pack=pack if isinstance(pack, RulePack) else None,
            default_pack=shipped_pack("default"),
        )

    def _read(self, name: str, raw: bytes, model: type[BaseModel]) -> tuple[list[Diagnostic], BaseModel | None]:
        found = source.check_name(name)
        decoded, faults = source.decode(name, raw)
        found += faults
        if decoded is None:
            return found, None
        self.sources[name] = decoded
        tree, faults = source.read(decoded)
        found += faults
        if tree is None:
            return found, None
        context = self.context
        if model is Settings and isinstance(tree, dict) and isinstance(tree.get("money_unit"), str):
            context = {"money_unit": str(tree["money_unit"])}
        try:
            value = model.model_validate(tree, context=context)
        except ValidationError as error:
            found += [_located(finding, self.sources, "error") for finding in _typed_wrong(error, name, model)]
            partial = partly(model, tree, context)
            if partial is not None:
                self.partials[name] = partial
            return found, None
        blocking = any(rule.blocking for rule in source.RULES for fault in found if fault.code == rule.code)
        return found, None if blocking else value


def _not_read(name: str) -> Diagnostic:
    """A YAML file that nothing reads: a clerk's `people.yml` must not be silently ignored."""
    finding = Finding(
        "unknown-file",
        Place(name),
        _("{file} is not read by anything").format(file=name),
        _("ledgers are {names} and projects/….yaml; rename or move the file").format(names=", ".join(KINDS)),
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


def _typed_wrong(error: ValidationError, name: str, model: type[BaseModel]) -> Iterator[Finding]:
    """The findings in a pydantic error, each at its place."""
    for detail in error.errors(include_url=False, include_context=True):
        path: Path = tuple(part for part in detail["loc"] if part != "[key]")
        on_key = "[key]" in detail["loc"] or detail["type"] == "extra_forbidden"
        yield _typed_finding(detail, name, path, on_key, model)


def _typed_finding(detail: ErrorDetails, name: str, path: Path, on_key: bool, model: type[BaseModel]) -> Finding:
    kind = detail["type"]
    key = next((str(part) for part in reversed(path) if isinstance(part, str)), "")
    place = Place(name, path, "key" if on_key else "value")
    if kind == "missing":
        keys = ", ".join(_required(_model_at(model, path[:-1])))
        return Finding(
            "missing-key",
            Place(name, path[:-1], "mapping"),
            _("{key} is missing").format(key=key),
            _("add a line “{key}: …”; an empty value counts as missing; required here: {keys}").format(
                key=key, keys=keys
            ),
        )
    if kind == "extra_forbidden":
        known = _keys(_model_at(model, path[:-1]))
        import difflib  # only for faults

        close = difflib.get_close_matches(key, known, 1)
        help_ = (
            _("did you mean {key}?").format(key=close[0])
            if close
            else _("known here: {keys}").format(keys=", ".join(known))
        )
        return Finding("unknown-key", place, _("nothing here is called “{key}”").format(key=key[:80]), help_)
    if kind == "literal_error":
        choices = str(detail["ctx"]["expected"]).replace(" or ", ", ").replace("'", "")
        found = detail["input"]
        if isinstance(found, str):
            return Finding(
                "bad-choice",
                place,
                _("{key}: “{text}” is not one of its values").format(key=key, text=found[:80]),
                _("one of: {choices}").format(choices=choices),
            )
        return _wrong_shape(place, key, found, _("one word: {choices}").format(choices=choices))
    context = detail.get("ctx", {})
    if "message" in context:
        message = str(context["message"])
        return Finding(
            kind,
            place,
            _("{key}: {problem}").format(key=key, problem=message) if key else message,
            str(context.get("help", "")),
        )
    wanted = {
        "tuple_type": _("a list: [a, b], or one “- …” a line"),
        "dict_type": _("a mapping: “key: value” lines, indented below"),
        "model_type": _("a mapping: “key: value” lines, indented below"),
        "model_attributes_type": _("a mapping: “key: value” lines, indented below"),
    }.get(kind, str(detail["msg"]))
    return _wrong_shape(place, key, detail["input"], wanted)


def _wrong_shape(place: Place, key: str, found: object, wanted: str) -> Finding:
    shapes: dict[type, str] = {dict: _("a mapping"), list: _("a list"), str: _("one value")}
    return Finding(
        "wrong-shape",
        place,
        _("{key}: {found} stands where something else belongs").format(
            key=key, found=shapes.get(type(found), str(type(found)))
        ),
        _("write {wanted}").format(wanted=wanted),
    )


def _model_at(model: type[BaseModel], path: Path) -> type[BaseModel] | None:
    """The model that describes the mapping at `path`; None where it is a free mapping."""
    here: Any = model
    for part in path:
        if isinstance(here, type) and issubclass(here, BaseModel):
            if isinstance(part, int):
                return None
            by_key = {info.alias or name: info.annotation for name, info in here.model_fields.items()}
            here = _bare(by_key.get(part))
        else:
            origin, arguments = typing.get_origin(here), typing.get_args(here)
            if origin is dict:
                here = _bare(arguments[1])
            elif origin is tuple:
                here = _bare(arguments[0])
            else:
                return None
    return here if isinstance(here, type) and issubclass(here, BaseModel) else None


def _bare(annotation: Any) -> Any:
    """An annotation without `| None` and `Annotated`."""
    while True:
        if typing.get_origin(annotation) is typing.Annotated:
            annotation = typing.get_args(annotation)[0]
            continue
        arguments = [a for a in typing.get_args(annotation) if a is not type(None)]
        if type(None) in typing.get_args(annotation) and len(arguments) == 1:
            annotation = arguments[0]
            continue
        return annotation


def _keys(model: type[BaseModel] | None) -> list[str]:
    return [info.alias or name for name, info in model.model_fields.items()] if model else []


def _required(model: type[BaseModel] | None) -> list[str]:
    return [info.alias or name for name, info in model.model_fields.items() if info.is_required()] if model else []


def _blocking(code: str, doc: str) -> Rule:
    return Rule(code, "error", doc, blocking=True)


RULES: Final = (
    _blocking(
        "missing-key",
        N_(
            """A required key is absent, or has no value: an empty value counts as an absent key.

Why: without its id, name or dates the item cannot be counted or shown, so its file is left out.

Example:

    name: Riverside footwear plant
    unit: furong-park

Remedy: add the line that is named; the finding lists every key that is required there."""
        ),
    ),
    _blocking(
        "unknown-key",
        N_(
            """A key that the ledger format does not have.

Why: a mistyped key would silently lose what is written behind it, a deadline for example.

Example:

    id: P001
    name: Riverside footwear plant
    unit: furong-park
    ower: lin

Remedy: correct the spelling; the finding names the closest key, or all that are known there."""
        ),
    ),
    _blocking(
        "wrong-shape",
        N_(
            """A list stands where one value belongs, or one value where a list or a mapping belongs.

Why: what was meant cannot be told, so the file is left out.

Example:

    tasks:
      - {id: T2, name: Frame, deadline: 2024-08-30, after: T1}

Remedy: write it in the shape that the finding names, here `after: [T1]`."""
        ),
    ),
    _blocking(
        "bad-choice",
        N_(
            """A word that is not one of the values its key can have.

Why: statuses, kinds and categories are counted, so each must be one of a known few.

Example:

    status: stopped

Remedy: write one of the words that the finding lists, here `suspended` or `cleared`."""
        ),
    ),
    _blocking(
        "bad-date",
        N_(
            """Something that is not a date written as YYYY-MM-DD, or a day that does not exist.

Why: a date that is guessed gives a wrong light; nothing is guessed.

Example:

    tasks:
      - {id: T1, name: Site levelling, deadline: 2024-02-30}

Remedy: write the day as 2024-02-29; the finding says what is wrong and, where it can be told, what to write."""
        ),
    ),
    _blocking(
        "bad-period",
        N_(
            """Something that is not a period, or not of the kind that belongs there (a month, the period of a target).

Why: figures are added up by period, so each must be known exactly.

Example:

    reports:
      - {indicator: investment, month: May 2024, ytd: 6400}

Remedy: write 2024, 2024-H1, 2024-Q2, 2024-05 or 2024-W24, here `month: 2024-05`."""
        ),
    ),
    _blocking(
        "bad-number",
        N_(
            """Something that is not a number, not a whole number, or out of the range of its key.

Why: a figure that cannot be read cannot be added up, and is never taken as zero.

Example:

    tasks:
      - {id: T1, name: Site levelling, deadline: 2024-06-28, progress: 120}

Remedy: write plain digits such as 12000 or 3.5, inside the limits that the finding names."""
        ),
    ),
    _blocking(
        "bad-money",
        N_(
            """Something that is not an amount of money, or a negative one where that makes no sense.

Why: an amount that is misread by a factor of ten thousand spoils every total.

Example:

    investment: about 3亿

Remedy: write 30000 (in the workspace's unit), 3亿元, 5600万 or 1.623 billion yuan."""
        ),
    ),
    _blocking(
        "bad-percent",
        N_(
            """A rate without its sign %, or something that is no rate at all.

Why: 14.1 and 0.141 both look like a rate; only the sign tells which is meant.

Example:

    reports:
      - {indicator: fai, month: 2024-05, ytd: 76800, yoy_reported: 0.114}

Remedy: write the number with its sign, here `yoy_reported: 11.4%`."""
        ),
    ),
    _blocking(
        "bad-duration",
        N_(
            """Something that is not a length in workdays.

Why: the reverse schedule is computed from durations, and a wrong one moves every date before it.

Example:

    tasks:
      - {id: T1, name: Foundation, deadline: 2024-06-28, duration: about a month}

Remedy: write whole workdays such as 23, 23d or 23天; a week (2w, 2周) is five workdays."""
        ),
    ),
    _blocking(
        "bad-yes-no",
        N_(
            """Something other than yes or no where only these make sense.

Why: a project is either counted among the difficult ones or not.

Example:

    difficult: maybe

Remedy: write yes or no, true or false, 是 or 否."""
        ),
    ),
    _blocking(
        "bad-id",
        N_(
            """An id with spaces, slashes or other signs, an id that is too long, or the name of a device such as CON.

Why: ids stand in references (P001/T3), in file names and in addresses of pages.

Example:

    id: P 001

Remedy: use letters of any script, digits, dots, hyphens and underscores, at most 64, beginning with a letter, a digit
or an underscore."""
        ),
    ),
    _blocking(
        "bad-name-text",
        N_(
            """A name of several lines, or of more than 255 characters.

Why: names stand in tables and on the wall chart, where they are never cut off.

Example:

    name: |
      Riverside footwear plant
      second phase

Remedy: write the name on one line, and put the rest into a note."""
        ),
    ),
    _blocking(
        "bad-ref",
        N_(
            """Something that cannot be a reference, whatever the workspace holds.

Why: a reference that cannot be read links nothing.

Example:

    tasks:
      - {id: T2, name: Frame, deadline: 2024-08-30, after: [P001 / T1]}

Remedy: write T1 for a task of the same project, else P001/T1; also P001/signed, P001/land, M3/D1,
all/investment/2024."""
        ),
    ),
    _blocking(
        "bad-measure",
        N_(
            """An indicator is measured in another unit of money than the workspace.

Why: amounts are kept in one unit; a second one would make two readings of the same figure.

Example:

    indicators:
      investment: {name: Investment, measure: 亿元}

Remedy: write the workspace's own unit as `measure`, or leave it out; single figures may still say 3亿元."""
        ),
    ),
    Rule(
        "unknown-file",
        "warning",
        N_(
            """A YAML file in the workspace that nothing reads.

Why: a ledger with a mistyped name, people.yml for example, would be silently missing from every report.

Example:

    # people.yml
    people: []

Remedy: rename it to one of the names that the finding lists, put projects below projects/, or move it elsewhere."""
        ),
    ),
)
"""The codes of typing, with their documentation; those of reading are `source.RULES`."""
