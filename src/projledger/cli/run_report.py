"""Runs a report: selects, computes, renders, and says what was left out."""

from __future__ import annotations

import dataclasses
import sys
from typing import Any, Final

from projledger import errors
from projledger.analysis.facts import absent, as_told, without
from projledger.calendar import day_text
from projledger.cli import filters
from projledger.cli.findings import repeated_text, twice_text
from projledger.cli.options import key
from projledger.cli.output import visible
from projledger.cli.session import Session
from projledger.document import Document
from projledger.i18n import _, language, listing, ngettext
from projledger.models.workspace import Workspace
from projledger.render import RENDERERS, Envelope, Options
from projledger.reports import CommandSpec, Query, module_of

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


def run(spec: CommandSpec, session: Session) -> int:
    """Run one report; the exit code says whether something was left out (3) or found (1)."""
    with session.asking_for_revision():
        return _run(spec, session)


def _run(spec: CommandSpec, session: Session) -> int:
    from projledger.cli import findings

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
    module = module_of(spec)
    remarks = getattr(module, "remarks", None)
    formats = [r.name for r in RENDERERS] + (["github", "gitlab"] if remarks is not None else [])
    name = session.output.format_of(SUFFIXES, formats) or ("terminal" if session.output.to_terminal else "text")
    with session.progress.on(_("Working out the report")):
        try:
            result = module.compute(query)
        except errors.UnknownReferenceError as error:
            file = _unread(error.ref, session)
            if file is None:
                raise
            raise errors.UnreadReferenceError(error.ref, file) from None
    if remarks is not None and name in ("github", "gitlab"):
        from projledger.cli.remarks import github, gitlab, way_to

        session.output.emit((github if name == "github" else gitlab)(remarks(result), way_to(session.root)))
        return _ended(module, result, session)
    renderer = next((r for r in RENDERERS if r.name == name), None)
    if renderer is None:
        raise errors.UsageError(
            _("no format is called “{name}”; one of: {choices}").format(name=name, choices=listing(formats))
        )
    if renderer.binary and session.output.to_terminal:
        raise errors.UsageError(_("{name} is not for a terminal: add --output FILE").format(name=name))
    envelope = session.envelope
    options = Options(
        width=session.output.width,
        color=session.output.color,
        many_colors=session.output.many_colors,
        encoding=session.output.encoding,
        language=language(),
        paper=session.values.get("paper"),
    )
    with session.progress.on(_("Drawing the report")):
        document = with_footer(module.document(result), workspace, query, envelope, later)
        output = renderer.load().render(document, result, envelope, options)
    session.output.emit(output)
    if renderer.name == "csv" and sys.stderr.isatty():  # what cron runs stays silent when all is well
        from projledger.render.csv import one_of

        title = one_of(document)
        if title is not None:
            said = _("csv holds one table of this report: “{title}”; other formats hold all of it").format(title=title)
            sys.stderr.write(visible(said) + "\n")
    return _ended(module, result, session)


def _unread(ref: str, session: Session) -> str | None:
    """The ledger that could not be read and holds what a reference names, by the id in it or by its name."""
    from projledger.load import project_id

    project = ref.partition("/")[0]
    for file in session.loaded.workspace.left_out:
        stem = file.rpartition("/")[2].rpartition(".")[0]
        if file.startswith("projects/") and project in (project_id(session.files.get(file, b"")), stem):
            return file
    return None


def _ended(module: Any, result: Any, session: Session) -> int:
    """The exit code: 3 when something was left out (and said), 1 when something was found, else 0."""
    from projledger.cli import findings

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


def with_footer(document: Document, workspace: Workspace, query: Query, envelope: Envelope, later: int = 0) -> Document:
    """Add what every report says at its foot: the data version, the calendar, what was left out."""
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
