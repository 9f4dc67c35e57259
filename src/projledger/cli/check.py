"""`check`: every finding of every file in one run."""

from __future__ import annotations

import sys
from pathlib import Path, PurePosixPath

from projledger import errors
from projledger.cli import findings
from projledger.cli.catalogue import rules
from projledger.cli.remarks import github, gitlab, way_to
from projledger.cli.session import Session
from projledger.diagnostics import Diagnostic, Rule
from projledger.i18n import _, joined, ngettext
from projledger.load import strays
from projledger.render.json import enveloped

FORMATS = ("full", "concise", "json", "github", "gitlab")
SUFFIXES = {".txt": "full", ".json": "json"}


def run(session: Session) -> int:
    """Check the workspace: 0 clean, 1 findings, 3 when a file could not be read or typed."""
    if session.values.get("list"):
        session.output.emit(_listed())
        return 0
    code = session.values.get("explain")
    if code is not None:
        session.output.emit(_explained(code))
        return 0
    name = session.output.format_of(SUFFIXES, FORMATS) or "full"
    loaded = session.loaded
    with session.progress.on(_("Checking the ledgers")):
        found = loaded.check(session.as_of, strict=bool(session.values.get("strict")))
    beside = strays(session.root) if not session.values.get("staged") and session.rev is None else ()
    everything = sorted([*loaded.diagnostics, *found, *beside], key=lambda d: d.sort_key)
    wanted = _wanted(session)
    # A fault between two files is one of either: whoever asks for the one must not be told that it is clean.
    shown = [
        d for d in everything if wanted is None or d.file in wanted or any(file in wanted for file, *_at in d.related)
    ]
    where = way_to(session.root)
    if name == "json":
        session.output.emit(_json(shown, session))
    elif name == "gitlab":
        session.output.emit(gitlab([(d.severity, d) for d in shown], where))
    elif name == "github":
        session.output.emit(github([(d.severity, d) for d in shown], where))
    elif name == "concise":
        session.output.emit("".join(findings.concise(d, where) + "\n" for d in shown))
    else:
        session.output.emit("\n".join(findings.full(d, where, session.output.color) for d in shown))
    if shown:
        findings.summary(shown)
    elif sys.stderr.isatty():
        files = len(wanted) if wanted is not None else len(loaded.sources)
        text = ngettext("{n} file, no faults", "{n} files, no faults", files)
        sys.stderr.write(text.format(n=files) + "\n")
    unreadable = set(loaded.workspace.left_out) - {again.file for again in loaded.workspace.twice}
    blocking = unreadable & {d.file for d in shown}
    return 3 if blocking or (loaded.settings_broken and shown) else 1 if shown else 0


def _wanted(session: Session) -> set[str] | None:
    """The files to show, relative to the workspace; None for all."""
    given = session.values.get("files")
    if not given:
        return None
    root = session.root.resolve()
    known = set(session.loaded.sources) | {d.file for d in session.loaded.diagnostics}
    wanted: set[str] = set()
    for text in given:
        path = Path(text).resolve()
        name = path.relative_to(root).as_posix() if path.is_relative_to(root) else text
        inside = {file for file in known if file == name or name == "." or file.startswith(name.rstrip("/") + "/")}
        inside = inside or {file for file in known if file == str(PurePosixPath(text))}
        if not inside:
            raise errors.UsageError(_("{file} is no ledger of this workspace").format(file=text))
        wanted |= inside
    return wanted


def _json(shown: list[Diagnostic], session: Session) -> str:
    data = {
        "findings": [
            {
                "path": d.file,
                "line": d.span.line,
                "column": d.span.column,
                "end_line": d.span.end_line,
                "end_column": d.span.end_column,
                "severity": d.severity,
                "code": d.code,
                "message": d.message,
                "help": d.help,
                "related": [
                    {"path": file, "line": span.line, "column": span.column, "label": label}
                    for file, span, label in d.related
                ],
            }
            for d in shown
        ]
    }
    return enveloped(data, session.envelope)


def _listed() -> str:
    catalogue = rules()
    widest = max(len(rule.code) for rule in catalogue)
    lines = [f"{rule.code:{widest}}  {_kind(rule)}  {_summary(rule)}" for rule in catalogue]
    return "\n".join(lines) + "\n"


def _kind(rule: Rule) -> str:
    severity = _("error") if rule.severity == "error" else _("warning")
    return _("{severity} (strict)").format(severity=severity) if rule.strict else severity


def _summary(rule: Rule) -> str:
    """What it finds: the first paragraph, on one line."""
    return joined(*_(rule.doc).strip().partition("\n\n")[0].splitlines())


def _explained(code: str) -> str:
    from projledger.analysis.flags import FLAGS

    rule = next((rule for rule in (*rules(), *FLAGS) if rule.code == code), None)
    if rule is None:
        raise errors.UsageError(
            _("no check is called “{code}”; all of them: projledger check --list").format(code=code)
        )
    head = f"{rule.code} ({_kind(rule)})"
    if rule.blocking:
        head += " " + _("the file is left out of reports until it is mended")
    return f"{head}\n\n{_(rule.doc).strip()}\n"
