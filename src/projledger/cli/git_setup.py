"""`git-setup`: how git shows and checks ledgers in this repository. Shows what it does; `--remove` undoes just that."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from pydantic import BaseModel

from projledger import errors, git, load
from projledger.analysis.entries import entries_of
from projledger.cli.output import visible, write_atomically
from projledger.cli.session import Session
from projledger.frozen import frozen
from projledger.i18n import _
from projledger.load import KINDS
from projledger.models.project import Project

_BEGIN, _END = b"# projledger git-setup: begin", b"# projledger git-setup: end"
_UNENDED = b"# the line above had no end\n"
_BLOCK: Final = re.compile(re.escape(_BEGIN) + rb"\r?\n(.*?)" + re.escape(_END) + rb"\r?\n?", re.DOTALL)
ATTRIBUTE: Final = "*.yaml diff=projledger"
HUNK_HEADER: Final = (
    r"^ *(- +(id|number|date|source) *:.*|(name|text) *:.*"
    r"|(project|meeting|chain|certificate) [^ ]+: [^;]*)"
    "\n"
    r"^([a-z_]+ *: *)(#.*)?$"
)
"""What says where a hunk begins: the id of the item, or its name below it; of items of one line the list they are in.

With one line for each item, which names itself, it is the project (meeting, chain) that the items above it belong to.
git takes the last such line above the first one that it shows, and of that line what stands in the first brackets.
"""
CONFIG: Final = {
    "diff.projledger.xfuncname": HUNK_HEADER,
    # Where projledger is not to be found (another environment is active), a diff must not fail for it.
    "diff.projledger.textconv": 'f() { projledger git-setup --textconv "$1" 2>/dev/null || cat "$1"; }; f',
}
_OF_CERTIFICATES: Final = frozenset({"certificate", "signed target"})
_QUOTE: Final = "core.quotePath"
_QUOTE_IS_OURS: Final = "diff.projledger.setQuotePath"
_MARK: Final = "# written by projledger git-setup"
_HOOK: Final = """#!/bin/sh
{mark}; projledger git-setup --remove takes it away
test -f {folder}/projledger.yaml || exit 0
command -v projledger >/dev/null 2>&1 || {{ echo {absent} >&2; exit 0; }}
projledger --workspace {folder} check --staged || {{
    code=$?
    echo {refused} >&2
    exit $code
}}
"""
_LINE: Final = "test ! -f {folder}/projledger.yaml || projledger --workspace {folder} check --staged || exit 1"
"""The same for a hook of somebody else."""


@frozen
class _Step:
    """One thing to do: in words, and the doing."""

    said: str
    do: Callable[[], None]


def run(session: Session) -> int:
    """Show every step, then take it (not with `--dry-run`)."""
    file = session.values.get("textconv")
    if file is not None:
        session.output.emit(one_line_each(Path(file)))
        return 0
    repository = session.repository
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
    old = attributes.read_bytes() if attributes.exists() else b""
    block = _BLOCK.search(old)
    if block is None or ATTRIBUTE.encode() not in block[1]:
        said = _("{file}: add *.yaml diff=projledger (to be committed)").format(
            file=repository.prefix + ".gitattributes"
        )
        before = _without_block(old)
        lines = _UNENDED if before and not before.endswith(b"\n") else b""
        before += b"\n" if lines else b""
        content = before + _BEGIN + b"\n" + lines + ATTRIBUTE.encode() + b"\n" + _END + b"\n"
        steps.append(_Step(said, lambda: write_atomically(attributes, content)))
    for key, value in CONFIG.items():
        if repository.configured(key) != value:
            steps.append(_setting(repository, key, value))
    if repository.configured(_QUOTE) is None:
        steps.append(_setting(repository, _QUOTE, "false"))
        steps.append(_setting(repository, _QUOTE_IS_OURS, "true"))
    step = _hook_step(repository)
    return [*steps, step] if step is not None else steps


def _hook_step(repository: git.Repository) -> _Step | None:
    """What to do about the hook: written where there is none, said where somebody else's stands."""
    hook, top = repository.hook("pre-commit"), repository.top
    folder = _quoted(repository.prefix.rstrip("/") or ".")
    content = _HOOK.format(
        mark=_MARK,
        folder=folder,
        absent=_quoted(_("pre-commit: projledger is not installed here")),
        refused=_quoted(_("pre-commit: nothing was committed; git commit --no-verify does it all the same")),
    )
    line = _LINE.format(folder=folder)
    config = top / ".pre-commit-config.yaml"
    there = hook.read_text(encoding="utf-8", errors="replace") if hook.exists() else None
    if there is not None and _MARK in there:
        said = _("hooks/pre-commit: bring it up to date")
        return _Step(said, lambda: _hook(hook, content)) if there != content else None
    if config.exists():
        if b"projledger-check" in config.read_bytes():
            return None
        return _Step(_("pre-commit is used here: add its hook projledger-check to .pre-commit-config.yaml"), _nothing)
    if hook.parent.name == "_" and hook.parent.parent.name == ".husky":
        # husky writes what lies there anew and keeps it out of git: its users' own hooks lie one folder above.
        hook = hook.parent.parent / hook.name
        there = hook.read_text(encoding="utf-8", errors="replace") if hook.exists() else ""
    if there is not None:
        said = _("{hook} stays as it is; add this line to it: {line}")
        return None if line in there else _Step(said.format(hook=_short(hook, top), line=line), _nothing)
    if not any(hook.resolve().is_relative_to(own.resolve()) for own in (top, repository.store)):
        said = _(
            "core.hooksPath leads out of this repository: no hook is written; add this line to the one there: {line}"
        )
        return _Step(said.format(line=line), _nothing)
    return _Step(_("hooks/pre-commit: check what is staged before each commit"), lambda: _hook(hook, content))


def _short(path: Path, top: Path) -> str:
    """A file as somebody in the repository would name it."""
    where, here = path.resolve(), top.resolve()
    return where.relative_to(here).as_posix() if where.is_relative_to(here) else str(path)


def _nothing() -> None:
    """What is only said is done by whoever reads it."""


def _undoing(root: Path, repository: git.Repository) -> list[_Step]:
    steps: list[_Step] = []
    attributes = root / ".gitattributes"
    text = attributes.read_bytes() if attributes.exists() else b""
    rest = _without_block(text)
    if rest != text:
        said = _("{file}: take out *.yaml diff=projledger").format(file=repository.prefix + ".gitattributes")
        done = (lambda: write_atomically(attributes, rest)) if rest else attributes.unlink
        steps.append(_Step(said, done))
    keys = [key for key in CONFIG if repository.configured(key) is not None]  # an earlier version wrote others
    if repository.configured(_QUOTE_IS_OURS) is not None:
        keys += [_QUOTE, _QUOTE_IS_OURS] if repository.configured(_QUOTE) == "false" else [_QUOTE_IS_OURS]
    steps += [_setting(repository, key, None) for key in keys]
    hook = repository.hook("pre-commit")
    if hook.exists() and _MARK in hook.read_text(encoding="utf-8", errors="replace"):
        steps.append(_Step(_("hooks/pre-commit: take it away"), hook.unlink))
    return steps


def _setting(repository: git.Repository, key: str, value: str | None) -> _Step:
    if value is None:
        return _Step(_("git config: take out {key}").format(key=key), lambda: repository.configure(key, None))
    said = _("git config: {key} = {value}").format(key=key, value=value.replace("\n", "\\n"))
    return _Step(said, lambda: repository.configure(key, value))


def _without_block(text: bytes) -> bytes:
    """A file without what was set up, all else untouched."""
    found = _BLOCK.search(text)
    if found is None:
        return text
    before = text[: found.start()]
    if _UNENDED.strip() in found[1]:
        before = before.removesuffix(b"\n").removesuffix(b"\r")
    return before + text[found.end() :]


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
            _("{path} cannot be read: {reason}").format(path=path, reason=errors.reason_text(error))
        ) from None
    # git hands over a temporary file: which kind it is only its content can tell.
    models: tuple[type[BaseModel], ...] = (Project, *KINDS.values())
    for model in models:
        value, _reason = load.read_one("projects/ledger.yaml", raw, model, "万元")
        if value is not None:
            lines = []
            # What the place says itself comes first: behind a certificate it would look like a part of it.
            for entry in sorted(entries_of(value), key=lambda one: one.kind in _OF_CERTIFICATES):
                parts = sorted(entry.fields.items(), key=lambda field: field[0] == "extensions")  # the name first
                fields = "; ".join(f"{key}: {_flat(part)}" for key, part in parts)
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
