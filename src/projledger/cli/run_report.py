"""Runs a report: selects, computes, renders, and says what was left out."""

from __future__ import annotations

import dataclasses
import sys
from typing import Any, Final

from projledger import errors
from projledger.analysis.facts import absent, as_told, without
from projledger.calendar import day_text
from projledger.cli import filters, findings
from projledger.cli.findings import repeated_text, twice_text
from projledger.cli.options import key
from projledger.cli.output import Output, visible
from projledger.cli.session import Session
from projledger.document import Document
from projledger.i18n import _, language, listing, ngettext
from projledger.models.workspace import Workspace
from projledger.render import RENDERERS, Envelope, Options
from projledger.reports import CommandSpec, Query, ReportModule, module_of

SUFFIXES: Final = {
    ".txt": "text",
    ".md": "markdown",
    ".html": "html",
    ".htm": "html",
    ".pdf": "pdf",
    ".csv": "csv",
    ".json": "json",
}
"""The format of an output by the end of its name, where `--format` does not say."""
_REVIEWS: Final = ("github", "gitlab")
"""Formats of reports that have remarks to lines of ledgers."""


def run(spec: CommandSpec, session: Session) -> int:
    """Run one report; the exit code says whether something was left out (3) or found (1)."""
    with session.asking_for_revision():
        query, later = _asked(spec, session)
        module = module_of(spec)
        remarks = getattr(module, "remarks", None)
        name = _format(session.output, [*(r.name for r in RENDERERS), *(_REVIEWS if remarks is not None else ())])
        with session.progress.on(_("Working out the report")):
            result = _computed(module, query, session)
        if name in _REVIEWS and remarks is not None:
            from projledger.cli.remarks import github, gitlab, way_to

            session.output.emit((github if name == "github" else gitlab)(remarks(result), way_to(session.root)))
        else:
            _draw(name, module, result, query, later, session)
        return _ended(module, result, session)


def _asked(spec: CommandSpec, session: Session) -> tuple[Query, int]:
    """What the report is to answer, and how many projects came only after its day."""
    loaded = session.loaded
    if loaded.settings_broken:
        findings.say(loaded.diagnostics)
        raise errors.UsageError(_("the settings cannot be read: mend projledger.yaml first"))
    workspace, later = _there(spec, session)
    witness = None
    if spec.looks_back:
        from projledger.cli.witness import GitWitness

        witness = GitWitness(session)
    query = Query(
        workspace=workspace,
        as_of=session.as_of,
        filter=filters.read(spec, session.values, loaded.workspace),
        options={key(option): filters.reference(option, session.values, loaded.workspace) for option in spec.options},
        line_of=loaded.line,
        witness=witness,
    )
    return query, later


def _format(output: Output, formats: list[str]) -> str:
    """The name of the format to draw in, one of those that there are for this report."""
    name = output.format_of(SUFFIXES, formats) or ("terminal" if output.to_terminal else "text")
    if output.to_terminal and any(renderer.binary for renderer in RENDERERS if renderer.name == name):
        raise errors.UsageError(_("{name} is not for a terminal: add --output FILE").format(name=name))
    return name


def _computed(module: ReportModule, query: Query, session: Session) -> Any:
    """The result; of what is asked for and stands in a ledger that cannot be read, that is said."""
    try:
        return module.compute(query)
    except errors.UnknownReferenceError as error:
        file = _unread(error.ref, session)
        if file is None:
            raise
        raise errors.UnreadReferenceError(error.ref, file) from None


def _draw(name: str, module: ReportModule, result: Any, query: Query, later: int, session: Session) -> None:
    renderer = next(renderer for renderer in RENDERERS if renderer.name == name)
    output, envelope = session.output, session.envelope
    options = Options(
        width=output.width,
        color=output.color,
        many_colors=output.many_colors,
        encoding=output.encoding,
        language=language(),
        paper=session.values.get("paper"),
    )
    with session.progress.on(_("Drawing the report")):
        document = _with_footer(module.document(result), query, envelope, later)
        drawn = renderer.load().render(document, result, envelope, options)
    output.emit(drawn)
    if name == "csv" and sys.stderr.isatty():  # what cron runs stays silent when all is well
        from projledger.render.csv import one_of

        title = one_of(document)
        if title is not None:
            said = _("csv holds one table of this report: “{title}”; other formats hold all of it").format(title=title)
            sys.stderr.write(visible(said) + "\n")


def _unread(ref: str, session: Session) -> str | None:
    """The ledger that could not be read and holds what a reference names, by the id in it or by its name."""
    from projledger.load import is_project, project_id

    project = ref.partition("/")[0]
    for file in session.loaded.workspace.left_out:
        stem = file.rpartition("/")[2].rpartition(".")[0]
        if is_project(file) and project in (project_id(session.files.get(file, b"")), stem):
            return file
    return None


def _ended(module: ReportModule, result: Any, session: Session) -> int:
    """The exit code: 3 when something was left out (and said), 1 when something was found, else 0."""
    if session.loaded.workspace.left_out or session.loaded.workspace.repeated:
        findings.say_left_out(session.loaded)
        return 3
    found = getattr(module, "found", None)
    return 1 if session.values.get("exit_code") and found is not None and found(result) else 0


def _there(spec: CommandSpec, session: Session) -> tuple[Workspace, int]:
    """The workspace as it was told on the day of the report, and how many projects came later.

    What looks back tells of all days, and of the projects of all of them.

    Raises:
        UsageError: the report is asked about a project that came later.
    """
    workspace = session.loaded.workspace
    if session.values.get("as_of") is None or spec.group == "trace" or session.as_of >= session.today:
        return workspace, 0
    later = absent(workspace, session.as_of)
    asked = str(session.values.get("ref") or "").partition("/")[0]
    if asked in later:
        text = _("project {ref} was not there yet on {day}: the first date in its ledger is {first}")
        days = {"day": day_text(session.as_of), "first": day_text(later[asked])}
        raise errors.UsageError(text.format(ref=asked, **days))
    return as_told(without(workspace, later), session.as_of), len(later)


def _with_footer(document: Document, query: Query, envelope: Envelope, later: int) -> Document:
    """Add what every report says at its foot: the data version, the calendar, what was left out."""
    workspace = query.workspace
    lines = list(document.footer)
    if envelope.revision is None:
        version = _("Data version: not under version control")
    elif envelope.dirty:
        version = _("Data version {commit} (with uncommitted changes)").format(commit=envelope.revision)
    else:
        version = _("Data version {commit}").format(commit=envelope.revision)
    lines.append(version)
    lines.append(workspace.calendar.calendar_text([query.as_of.year, *document.years]))
    if workspace.settings.as_of is not None and query.as_of == workspace.settings.as_of:
        lines.append(_("The settings freeze today at {day}").format(day=day_text(query.as_of)))
    if later:
        text = ngettext(
            "{n} project came later and is not counted", "{n} projects came later and are not counted", later
        )
        lines.append(text.format(n=later))
    if workspace.pack is None:
        text = _("The rules “{name}” are not there or cannot be read: the lights are given by the default rules")
        lines.append(text.format(name=workspace.settings.rules))
    lines += [twice_text(again) for again in workspace.twice]
    lines += [repeated_text(ref) for ref in workspace.repeated]
    again = {one.file for one in workspace.twice}
    unread = [file for file in envelope.left_out if file not in again]
    if unread:
        lines.append(_("Left out, cannot be read: {files}").format(files=listing(unread)))
    names = tuple(sorted({person.name for person in workspace.people.people}))
    return dataclasses.replace(document, footer=tuple(lines), language=language(), names=names)
