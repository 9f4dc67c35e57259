"""`git-setup`: how git shows and checks ledgers in this repository. Shows what it does; `--remove` undoes just that."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import BaseModel

from projledger import errors, git, load
from projledger.analysis.entries import entries_of
from projledger.cli.session import Session, visible, write_atomically
from projledger.i18n import _
from projledger.load import KINDS
from projledger.models.project import Project

_BEGIN, _END = "# projledger git-setup: begin", "# projledger git-setup: end"
ATTRIBUTES: Final = f"{_BEGIN}\n*.yaml diff=projledger\n{_END}\n"
HUNK_HEADER: Final = r"^[ \t]*(-[ \t]+(\{[ \t]*)?(id|indicator|number|date|source)[ \t]*:.*|(name|text)[ \t]*:.*)$"
"""The last line above a hunk that says which item it is in: its id, or its name below it."""
CONFIG: Final = {
    "diff.projledger.xfuncname": HUNK_HEADER,
    "diff.projledger.textconv": "projledger git-setup --textconv",
}
_QUOTE: Final = "core.quotePath"
_QUOTE_IS_OURS: Final = "diff.projledger.setQuotePath"
_MARK: Final = "# written by projledger git-setup"
_HOOK: Final = """#!/bin/sh
{mark}; projledger git-setup --remove takes it away
command -v projledger >/dev/null 2>&1 || {{ echo "pre-commit: projledger is not installed here" >&2; exit 0; }}
exec projledger --workspace {folder} check --staged
"""


@dataclass(frozen=True, slots=True)
class _Step:
    """One thing to do: in words, and the doing."""

    said: str
    do: Callable[[], None]


def run(session: Session) -> int:
    """Show every step, then take it (not with `--dry-run`)."""
    file = session.values.get("textconv")
    if file is not None:
        session.emit(one_line_each(Path(file)))
        return 0
    repository = git.repository(session.root)
    steps = _undoing(session.root, repository) if session.values.get("remove") else _doing(session.root, repository)
    dry = bool(session.values.get("dry_run"))
    for step in steps:
        sys.stdout.write(step.said + "\n")
        if not dry:
            step.do()
    if not steps:
        sys.stdout.write(_("Nothing to do.") + "\n")
    elif dry:
        sys.stdout.write(_("Nothing was done; without --dry-run it is.") + "\n")
    return 0


def _doing(root: Path, repository: git.Repository) -> list[_Step]:
    steps: list[_Step] = []
    attributes = root / ".gitattributes"
    text = attributes.read_text(encoding="utf-8") if attributes.exists() else ""
    if ATTRIBUTES not in text:
        said = _("{file}: add *.yaml diff=projledger (to be committed)").format(
            file=repository.prefix + ".gitattributes"
        )
        with_block = _without_block(text)
        with_block += ("" if not with_block or with_block.endswith("\n") else "\n") + ATTRIBUTES
        steps.append(_Step(said, lambda: write_atomically(attributes, with_block.encode())))
    for key, value in CONFIG.items():
        if repository.configured(key) != value:
            steps.append(_setting(repository, key, value))
    if repository.configured(_QUOTE) is None:
        steps.append(_setting(repository, _QUOTE, "false"))
        steps.append(_setting(repository, _QUOTE_IS_OURS, "true"))
    hook = repository.hook("pre-commit")
    content = _HOOK.format(mark=_MARK, folder=_quoted(repository.prefix.rstrip("/") or "."))
    if not hook.exists():
        steps.append(
            _Step(_("hooks/pre-commit: check what is staged before each commit"), lambda: _hook(hook, content))
        )
    elif _MARK not in hook.read_text(encoding="utf-8", errors="replace"):
        said = _("hooks/pre-commit is there already and stays as it is; add this line to it: {line}")
        line = content.rstrip("\n").rpartition("\n")[2].removeprefix("exec ")
        steps.append(_Step(said.format(line=line), lambda: None))
    return steps


def _undoing(root: Path, repository: git.Repository) -> list[_Step]:
    steps: list[_Step] = []
    attributes = root / ".gitattributes"
    text = attributes.read_text(encoding="utf-8") if attributes.exists() else ""
    rest = _without_block(text)
    if rest != text:
        said = _("{file}: take out *.yaml diff=projledger").format(file=repository.prefix + ".gitattributes")
        done = (lambda: write_atomically(attributes, rest.encode())) if rest else attributes.unlink
        steps.append(_Step(said, done))
    keys = [key for key, value in CONFIG.items() if repository.configured(key) == value]
    if repository.configured(_QUOTE_IS_OURS) is not None:
        keys += [_QUOTE, _QUOTE_IS_OURS]
    steps += [_setting(repository, key, None) for key in keys]
    hook = repository.hook("pre-commit")
    if hook.exists() and _MARK in hook.read_text(encoding="utf-8", errors="replace"):
        steps.append(_Step(_("hooks/pre-commit: take it away"), hook.unlink))
    return steps


def _setting(repository: git.Repository, key: str, value: str | None) -> _Step:
    if value is None:
        return _Step(_("git config: take out {key}").format(key=key), lambda: repository.configure(key, None))
    said = _("git config: {key} = {value}").format(key=key, value=value)
    return _Step(said, lambda: repository.configure(key, value))


def _without_block(text: str) -> str:
    """A file without what was set up, all else untouched."""
    before, found, rest = text.partition(_BEGIN + "\n")
    if not found:
        return text
    _block, ended, after = rest.partition(_END + "\n")
    return before + after if ended else text


def _hook(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, content.encode())
    path.chmod(0o755)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def one_line_each(path: Path) -> str:
    """A ledger with one line for each item, for `git diff`; what cannot be read stays as it is."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise errors.UsageError(
            _("{path} cannot be read: {reason}").format(path=path, reason=error.strerror or error)
        ) from None
    # git hands over a temporary file: which kind it is only its content can tell.
    models: tuple[type[BaseModel], ...] = (Project, *KINDS.values())
    for model in models:
        value, _reason = load.read_one("projects/ledger.yaml", raw, model, "万元")
        if value is not None:
            lines = []
            for entry in entries_of(value):
                fields = "; ".join(f"{key}: {_flat(part)}" for key, part in entry.fields.items())
                lines.append(f"{entry.kind} {entry.ref}: {fields}")
            return "\n".join(lines) + "\n"
    return raw.decode("utf-8", "replace")


def _flat(value: object) -> str:
    """A value on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flat(part)}" for key, part in value.items()) + "}"
    if isinstance(value, tuple):
        return "[" + ", ".join(_flat(part) for part in value) + "]"
    return visible(str(value))
