"""How output leaves the program: where to, in which format, and what the other end can show."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from projledger import errors
from projledger.cli.places import is_ledger
from projledger.i18n import _, listing


class Output:
    """Where the output of a command goes, by its options: `--output`, `--format`, `--color`, `--width`."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._target: str | None = values.get("output")
        self._format: str | None = values.get("format")
        self._color: str = values.get("color") or "auto"
        self._width: int | None = values.get("width")

    @property
    def to_terminal(self) -> bool:
        """Whether the output goes to a person's terminal."""
        return self._target is None and sys.stdout.isatty()

    @property
    def color(self) -> bool:
        """Whether to colour: `--color`, then NO_COLOR and FORCE_COLOR, then whether a terminal is there."""
        if self._color != "auto":
            return self._color == "always"
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
        if self._width:
            return max(self._width, 20)
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

    def format_of(self, suffixes: Mapping[str, str], formats: Collection[str]) -> str | None:
        """The format asked for: `--format`, else what the name of the output ends with; None where neither says.

        Args:
            suffixes: formats by the endings of file names, such as `.md`.
            formats: all that there are.

        Raises:
            UsageError: there is no such format, or the name ends with something else.
        """
        if self._format is not None and self._format not in formats:
            raise errors.UsageError(
                _("no format is called “{name}”; one of: {choices}").format(name=self._format, choices=listing(formats))
            )
        if self._format is not None or self._target is None:
            return self._format
        target = Path(self._target)
        suffix = target.suffix
        if not suffix or (target.exists() and not target.is_file()):
            return None
        if suffix.lower() not in suffixes:
            raise errors.UsageError(
                _(
                    "no format is known for a file that ends with {suffix}; end it with {known}, or add --format "
                    "({formats})"
                ).format(suffix=suffix, known=listing(suffixes), formats=listing(formats))
            )
        return suffixes[suffix.lower()]

    def spare_ledgers(self, *, but_new: bool = False) -> None:
        """See to it that `--output` names no ledger of any workspace.

        Args:
            but_new: one that is not there yet may be made.

        Raises:
            LedgerOutputError: when it does.
        """
        if self._target is None:
            return
        target = Path(self._target)
        if but_new and not os.path.lexists(target):
            return
        try:
            ways = (target.absolute(), target.resolve())
        except (OSError, RuntimeError):  # a circle of links: writing tells
            return
        if any(map(is_ledger, ways)):
            raise errors.LedgerOutputError(self._target)

    def emit(self, content: str | bytes) -> None:
        """Write the output: to `--output` (atomically), else to stdout."""
        if self._target is None:
            write_out(content)
        else:
            write_atomically(Path(self._target), content.encode() if isinstance(content, str) else content)


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
