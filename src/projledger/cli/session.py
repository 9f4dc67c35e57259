"""What every command needs first: the language, the workspace, the day; and how output leaves the program."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from projledger import errors, i18n
from projledger.i18n import _, listing

if TYPE_CHECKING:
    from projledger import git
    from projledger.cli.comparison import Comparison
    from projledger.cli.progress import Progress
    from projledger.git import Revision
    from projledger.load import Loaded
    from projledger.load.kept import Kept
    from projledger.render import Envelope

SETTINGS_FILE: Final = "projledger.yaml"
PROJECTS_FOLDER: Final = "projects"


def find_workspace(named: str | None) -> Path:
    """The folder with `projledger.yaml`: named, from the environment, or here and above, each with `ledgers/`."""
    chosen = named or os.environ.get("PROJLEDGER_WORKSPACE")
    if chosen:
        folder = Path(chosen)
        found = _workspace_at(folder)
        if found is None:
            raise errors.WorkspaceNotFoundError(str(folder))
        return found
    here = Path.cwd()
    for folder in (here, *here.parents):
        found = _workspace_at(folder)
        if found is not None:
            return found
    raise errors.WorkspaceNotFoundError(".")


def _workspace_at(folder: Path) -> Path | None:
    for candidate in (folder, folder / "ledgers"):
        if (candidate / SETTINGS_FILE).is_file():
            return candidate
    return None


def _is_ledger(path: Path) -> bool:
    """Whether a workspace reads, or would read, a file of this name (a disk may not tell capitals apart)."""
    if path.suffix.lower() not in (".yaml", ".yml"):
        return False
    for folder in path.parents:
        if (folder / SETTINGS_FILE).is_file():
            inner = path.relative_to(folder).parts
            if len(inner) == 1 or inner[0].lower() == PROJECTS_FOLDER:
                return True
    return False


def _argument(arguments: list[str], *names: str) -> str | None:
    """The last value of an option in raw arguments (the language is needed before they are parsed)."""
    found = None
    for index, argument in enumerate(arguments):
        for name in names:
            if argument == name and index + 1 < len(arguments):
                found = arguments[index + 1]
            elif argument.startswith(name + "=") and name.startswith("--"):
                found = argument[len(name) + 1 :]
            elif not name.startswith("--") and argument.startswith(name) and len(argument) > len(name):
                found = argument[len(name) :]
    return found


def choose_language(arguments: list[str]) -> str:
    """`--lang`, then `PROJLEDGER_LANG`, then the settings, else English; unknown words are reported later."""
    asked = _argument(arguments, "--lang") or os.environ.get("PROJLEDGER_LANG")
    if not asked:
        try:
            asked = _glimpsed(find_workspace(_argument(arguments, "--workspace", "-w")), "language")
        except errors.ProjledgerError:
            asked = None
        if asked is not None and asked.lower().startswith(("zh", "中")):
            asked = "zh"
    return asked if asked in i18n.LANGUAGES else "en"


def _glimpsed(folder: Path, key: str) -> str | None:
    """What the settings say under a key, also where they cannot be read as a whole; None where nothing is said."""
    try:
        with (folder / SETTINGS_FILE).open("rb") as file:
            raw = file.read(1 << 20)
    except OSError:
        return None
    wide = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = raw.decode("utf-16" if wide else "utf-8-sig", "replace")
    written = re.search(rf"(?m)^[ \t]*[\"']?{key}[\"']?[ \t]*[:：][ \t]*[\"']?([\w/+-]+)", text)
    return written.group(1) if written else None


@dataclass(frozen=True)
class Session:
    """A command that runs: its options (the later of two places won) and what they lead to."""

    command: str
    values: Mapping[str, Any]
    _cache: dict[str, Any] = field(default_factory=dict)

    @property
    def root(self) -> Path:
        """The folder of the workspace."""
        if "root" not in self._cache:
            try:
                self._cache["root"] = find_workspace(self.values.get("workspace"))
            except errors.WorkspaceNotFoundError:
                from projledger import git

                if git.bare(Path(self.values.get("workspace") or ".")):
                    raise errors.BareRepositoryError from None
                raise
        root: Path = self._cache["root"]
        return root

    @property
    def loaded(self) -> Loaded:
        """The workspace, read once."""
        if "loaded" not in self._cache:
            from projledger import load

            with self.progress.on(_("Reading the ledgers")):
                self._cache["loaded"] = load.load(self.files.items(), kept=lambda: self.kept, watch=self.progress)
        loaded: Loaded = self._cache["loaded"]
        return loaded

    @property
    def progress(self) -> Progress:
        """What shows the one who waits how far it is."""
        if "progress" not in self._cache:
            from projledger.cli.progress import Progress

            self._cache["progress"] = Progress(self.values)
        progress: Progress = self._cache["progress"]
        return progress

    @property
    def kept(self) -> Kept:
        """What reading this workspace gave the last time."""
        from projledger.load.kept import Kept

        return Kept(cache_folder(), self.root.resolve())

    @property
    def comparison(self) -> Comparison:
        """The two versions of a command that compares."""
        if "comparison" not in self._cache:
            from projledger.cli.comparison import Comparison

            self._cache["comparison"] = Comparison(self)
        comparison: Comparison = self._cache["comparison"]
        return comparison

    @property
    def rev(self) -> str | None:
        """The revision to read: `--rev`, or the later one of a comparison (`A..B` names both)."""
        new: str | None = self.values.get("new")
        old = self.values.get("old")
        if new is None and old is not None and ".." in old:
            new = old.rpartition("..")[2] or "HEAD"
        return new if new is not None else self.values.get("rev")

    @property
    def files(self) -> Mapping[str, bytes]:
        """Every ledger by name: from the folder, from the index, or from a revision."""
        if "files" not in self._cache:
            self._cache["files"] = dict(self._files())
        files: Mapping[str, bytes] = self._cache["files"]
        return files

    def _files(self) -> Iterable[tuple[str, bytes]]:
        from projledger import git, load

        rev = self.rev
        if "old" in self.values:
            if rev is not None:
                self._cache["revision"] = git.Revision(git.shortened(self.comparison.later or ""), dirty=False)
            return self.comparison.files.items()
        if rev is None and not self.values.get("staged"):
            return load.read_folder(self.root)
        repository = git.repository(self.root)
        if rev is None:
            blobs = repository.staged()
            return zip(blobs, repository.contents(blobs.values()), strict=True)
        commit = self.commit(repository, rev)
        self._cache["revision"] = git.Revision(git.shortened(commit), dirty=False)
        return repository.files_at(commit)

    def commit(self, repository: git.Repository, rev: str) -> str:
        """The commit that a revision names; a plain day names the version of the place at its end.

        Raises:
            UnknownRevisionError: it names none.
            NoVersionError: the history begins after that day.
        """
        from projledger.quantities import Unreadable, parse_day

        try:
            return repository.commit(rev)
        except errors.UnknownRevisionError:
            try:
                day = parse_day(rev)
            except Unreadable:
                day = None
            if day is None:
                raise
        from projledger.calendar import day_text
        from projledger.load.past import mainline, version_on

        versions = mainline(repository, repository.commit("HEAD"), _glimpsed(self.root, "timezone") or "Asia/Shanghai")
        found = version_on(versions, day)
        if found is None:
            raise errors.NoVersionError(day_text(day), day_text(versions[0][1]), repository.shallow)
        return found

    @property
    def as_of(self) -> date:
        """The day to judge by: `--as-of`, then the settings, then today where the place is."""
        given: date | None = self.values.get("as_of")
        return given or self.today

    @property
    def today(self) -> date:
        """Today where the place is, unless the settings freeze it."""
        settings = self.loaded.workspace.settings
        return settings.as_of or today(settings.timezone)

    @property
    def revision(self) -> Revision | None:
        """The data version, where git knows the folder."""
        if self.rev is not None:
            _loaded = self.loaded  # it finds the commit
        if "revision" not in self._cache:
            from projledger import git

            asked = self._cache.get("describing")
            self._cache["revision"] = asked.result() if asked is not None else git.describe(self.root)
        revision: Revision | None = self._cache["revision"]
        return revision

    @property
    def envelope(self) -> Envelope:
        """What JSON says around a result."""
        from projledger.render import Envelope

        workspace, revision = self.loaded.workspace, self.revision
        return Envelope(
            command=self.command,
            workspace=workspace.settings.name,
            as_of=self.as_of,
            revision=revision.commit if revision else None,
            dirty=revision.dirty if revision else False,
            left_out=workspace.left_out,
        )

    @contextmanager
    def asking_for_revision(self) -> Iterator[None]:
        """Ask git for the data version now; its answer is there when the report has been computed."""
        if self.rev is not None:
            yield
            return
        from projledger import git

        with git.Describing(self.root) as self._cache["describing"]:
            yield

    @property
    def to_terminal(self) -> bool:
        """Whether the output goes to a person's terminal."""
        return self.values.get("output") is None and sys.stdout.isatty()

    @property
    def color(self) -> bool:
        """Whether to colour: `--color`, then NO_COLOR and FORCE_COLOR, then whether a terminal is there."""
        asked = self.values.get("color") or "auto"
        if asked != "auto":
            return bool(asked == "always")
        if os.environ.get("NO_COLOR"):
            return False
        if os.environ.get("FORCE_COLOR"):
            return True
        return self.to_terminal and os.environ.get("TERM") != "dumb"

    @property
    def many_colors(self) -> bool:
        """Whether the terminal has 256 colours."""
        return "256" in os.environ.get("TERM", "") or bool(os.environ.get("COLORTERM")) or not self.to_terminal

    @property
    def width(self) -> int | None:
        """`--width`, else that of the terminal; None where there is none."""
        asked: int | None = self.values.get("width")
        if asked:
            return max(asked, 20)
        if not self.to_terminal:
            return None
        columns = os.environ.get("COLUMNS", "")
        if columns.isdigit() and int(columns) > 0:
            return int(columns)
        return os.get_terminal_size(sys.stdout.fileno()).columns or 80

    @property
    def encoding(self) -> str:
        """What a terminal can show; everything else gets UTF-8."""
        return sys.stdout.encoding if self.to_terminal else "utf-8"

    def format_of(self, suffixes: Mapping[str, str], formats: Iterable[str]) -> str | None:
        """The format asked for: `--format`, else what the name of the output ends with; None where neither says.

        Args:
            suffixes: formats by the endings of file names, such as `.md`.
            formats: all that there are, for the message.

        Raises:
            UsageError: the name ends with something else.
        """
        asked: str | None = self.values.get("format")
        if asked is not None or self.values.get("output") is None:
            return asked
        suffix = Path(self.values["output"]).suffix
        if not suffix or (Path(self.values["output"]).exists() and not Path(self.values["output"]).is_file()):
            return None
        if suffix.lower() not in suffixes:
            raise errors.UsageError(
                _(
                    "no format is known for a file that ends with {suffix}; end it with {known}, or add --format "
                    "({formats})"
                ).format(suffix=suffix, known=listing(suffixes), formats=listing(formats))
            )
        return suffixes[suffix.lower()]

    def spare_ledgers(self) -> None:
        """See to it that `--output` names no ledger of any workspace; only `convert` may make a new one.

        Raises:
            LedgerOutputError: when it does.
        """
        named = self.values.get("output")
        if named is None:
            return
        target = Path(named)
        if self.command == "convert" and not os.path.lexists(target):
            return
        try:
            ways = (target.absolute(), target.resolve())
        except (OSError, RuntimeError):  # a circle of links: writing tells
            return
        if any(map(_is_ledger, ways)):
            raise errors.LedgerOutputError(named)

    def emit(self, content: str | bytes) -> None:
        """Write the output: to `--output` (atomically), else to stdout."""
        target = self.values.get("output")
        if target is None:
            write_out(content)
            return
        write_atomically(Path(target), content.encode() if isinstance(content, str) else content)


def cache_folder() -> Path | None:
    """Where what was read is kept: `projledger` in the user's cache folder; None where there is none."""
    chosen = os.environ.get("XDG_CACHE_HOME")
    if chosen and Path(chosen).is_absolute():
        return Path(chosen) / "projledger"
    if os.name == "nt" and os.environ.get("LOCALAPPDATA"):
        return Path(os.environ["LOCALAPPDATA"]) / "projledger" / "Cache"
    try:
        return Path.home() / ".cache" / "projledger"
    except RuntimeError:
        return None


def visible(text: str) -> str:
    """Text of a ledger, a path or a message with nothing in it that a terminal would obey."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


class ReaderLeftError(Exception):
    """Whoever read our output has gone. Not a `BrokenPipeError`, which Typer would turn into exit code 1."""


def write_out(content: str | bytes) -> None:
    """Write everything to stdout, as it is: in the stream's encoding, with our own line ends."""
    stream = sys.stdout
    if isinstance(content, str):
        content = content.encode(stream.encoding, stream.errors or "backslashreplace")
    rest = memoryview(content)
    try:
        stream.flush()
        while rest:
            # An unbuffered stream may take a part only, and says how much.
            rest = rest[stream.buffer.write(rest) :]
        stream.buffer.flush()
    except BrokenPipeError:
        raise ReaderLeftError from None


def today(timezone: str) -> date:
    """The day it is now in a time zone."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return datetime.now(ZoneInfo(timezone)).date()
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise errors.UsageError(
            _("timezone: “{name}” is not a time zone; write one such as Asia/Shanghai").format(name=timezone)
        ) from None


def write_atomically(target: Path, content: bytes) -> None:
    """Replace `target` whole or not at all; a device or pipe is written to as it is."""
    import tempfile

    try:
        if target.exists() and not target.is_file():
            with target.open("wb") as file:
                file.write(content)
            return
        real = target.resolve()
        descriptor, temporary = tempfile.mkstemp(prefix=f".{real.name[:100]}.", suffix=".tmp", dir=real.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            mode = real.stat().st_mode & 0o7777 if real.exists() else 0o666 & ~_umask()
            Path(temporary).chmod(mode)
            Path(temporary).replace(real)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise errors.WriteRefusedError(str(target), errors.reason_text(error)) from None


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
