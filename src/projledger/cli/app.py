"""The application: commands built when they are asked for, grouped help, errors turned into exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperGroup

from projledger import __version__, errors, i18n
from projledger.cli import language
from projledger.cli.commands import ALL
from projledger.cli.help import CellFormatter
from projledger.cli.options import COMMON, key, options_of, signed
from projledger.cli.output import ReaderLeftError, visible
from projledger.i18n import N_, _, listing
from projledger.reports import GROUPS, REPORTS, CommandSpec

BUG = 70
INTERRUPTED = 130
CLOSED_PIPE = 141


class _Group(TyperGroup):
    """The commands of the catalogue, each built only when it is called."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Every name, in the order of the help."""
        return [spec.name for spec in ALL]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Build one command."""
        spec = next((spec for spec in ALL if spec.name == cmd_name), None)
        return built(spec) if spec else None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """As usual, with the names that come close."""
        name = args[0] if args else ""
        if name and not name.startswith("-") and name not in self.list_commands(ctx):
            from difflib import get_close_matches

            close = get_close_matches(name, self.list_commands(ctx), 1)
            message = _("no command is called “{name}”").format(name=name)
            if close:
                message += _("; did you mean {names}?").format(names=close[0])
            raise errors.UsageError(message)
        return super().resolve_command(ctx, args)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Usage, then the commands by group, then the options."""
        cells = CellFormatter(width=_columns())
        cells.usage(_("Usage: projledger [OPTIONS] COMMAND [ARGUMENTS]"))
        cells.paragraph(_("Drive real projects from plain files: what lags, by how much, why, and whose it is."))
        for group, title in GROUPS:
            rows = [(spec.name, _(spec.help)) for spec in ALL if spec.group == group]
            if rows:
                cells.pairs(_(title), rows)
        cells.pairs(_("Options, before or after the command"), _rows(self.get_params(ctx)))
        formatter.write(cells.text())


class _Command(TyperCommand):
    """One command with help measured in cells."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Usage, what it does, its arguments and options; the common options last."""
        cells = CellFormatter(width=_columns())
        pieces = " ".join(self.collect_usage_pieces(ctx))
        cells.usage(_("Usage: projledger {command} {pieces}").format(command=self.name, pieces=pieces))
        cells.paragraph(self.help or "")
        common = {key(option) for option in COMMON}
        params = [p for p in self.get_params(ctx) if p.name != "help"]
        arguments = [p for p in params if p.param_type_name == "argument"]
        own = [p for p in params if p.param_type_name != "argument" and p.name not in common]
        if arguments:
            cells.pairs(_("Arguments"), _rows(arguments))
        if own:
            cells.pairs(_("Options"), _rows(own))
        shared = [p for p in self.get_params(ctx) if p.name in common or p.name == "help"]
        cells.pairs(_("Common options"), _rows(shared))
        formatter.write(cells.text())


_TYPERS = {
    "help": N_("Show this help and leave"),
    "install_completion": N_("Install completion for this shell"),
    "show_completion": N_("Show the completion script, to copy or adapt it"),
}
"""Options that Typer adds, with its own English."""


def _rows(params: list[Any]) -> list[tuple[str, str]]:
    rows = []
    for param in params:
        if param.param_type_name == "argument":
            rows.append((param.metavar or param.name.upper(), param.help or ""))
            continue
        names = ", ".join(sorted(param.opts, key=len))
        metavar = "" if param.is_flag else f" {param.metavar or _('TEXT')}"
        rows.append((f"{names}{metavar}", _(_TYPERS.get(param.name, param.help or ""))))
    return rows


def _columns() -> int:
    columns = os.environ.get("COLUMNS", "")
    if columns.isdigit() and int(columns) > 0:
        return min(int(columns), 120)
    return min(os.get_terminal_size(sys.stdout.fileno()).columns, 120) if sys.stdout.isatty() else 100


def built(spec: CommandSpec) -> Any:
    """The Typer command of an entry of the catalogue."""

    def run(values: dict[str, Any]) -> int:
        before = _before.get("values", {})
        merged = {**before, **{name: value for name, value in values.items() if value is not None}}
        for name in values:
            merged.setdefault(name, None)
        from projledger.cli.session import Session

        session = Session(spec.name, merged)
        session.output.spare_ledgers(but_new=spec.name == "convert")
        if spec in REPORTS:
            from projledger.cli.run_report import run as run_report

            return run_report(spec, session)
        code: int = import_module(spec.module).run(session)
        return code

    from projledger.cli.completion import completer

    # A Typer of its own with this one command: Typer would otherwise build every command for every call.
    single = typer.Typer(add_completion=False, rich_markup_mode=None)
    single.command(spec.name, cls=_Command, help=_(spec.help), options_metavar=_("[OPTIONS]"))(
        signed(run, options_of(spec), completer)
    )
    return typer.main.get_command(single)


_before: dict[str, dict[str, Any]] = {}
"""The common options given before the command's name."""


def application() -> Any:
    """The whole application as a command of Typer."""
    app = typer.Typer(cls=_Group, rich_markup_mode=None, add_completion=True)

    def common(values: dict[str, Any]) -> None:
        _before["values"] = {name: value for name, value in values.items() if value is not None}

    from projledger.reports import Option

    version = Option("version", _("Print the version and leave"), kind="flag")
    app.callback()(signed(common, (*COMMON, version), None))
    command = typer.main.get_command(app)
    for param in command.params:
        if param.name == "install_completion":
            param.callback = _install_completion
    return command


_SHELLS: Final = ("bash", "zsh", "fish", "powershell", "pwsh")


def _install_completion(_context: Any, _param: Any, value: Any) -> Any:
    """As Typer does it, said in the language in use."""
    if not value:
        return value
    from typer._completion_shared import _get_shell_name, install

    shell = value if isinstance(value, str) else _get_shell_name()
    if shell not in _SHELLS:
        message = _("there is completion for {shells}; this shell is {shell}")
        raise errors.UsageError(message.format(shells=listing(_SHELLS), shell=shell or "?"))
    _shell, path = install(shell=shell)
    sys.stdout.write(
        _("completion for {shell} is in {path}; it works in the next terminal").format(shell=shell, path=path)
    )
    sys.stdout.write("\n")
    raise typer.Exit(0)


def main(arguments: list[str]) -> int:
    """Run the command line; every failure becomes one line and its exit code."""
    # Who closed an output wants the exit code alone; what is opened next would else take its place.
    sys.stdout = sys.stdout or Path(os.devnull).open("w")  # noqa: SIM115  (to the end)
    sys.stderr = sys.stderr or Path(os.devnull).open("w")  # noqa: SIM115  (to the end)
    # Output that is no terminal is always UTF-8; a terminal that cannot show a character gets its escape.
    for stream in (sys.stdout, sys.stderr):
        encoding = stream.encoding if stream.isatty() else "utf-8"
        stream.reconfigure(encoding=encoding, errors="backslashreplace", newline="\n")  # type: ignore[union-attr]
    i18n.use(language.choose(arguments))
    return guarded(lambda: _run(arguments))


def _run(arguments: list[str]) -> int:
    try:
        return _answered(arguments)
    finally:
        sys.stdout.flush()  # what cannot be written is told too


def _answered(arguments: list[str]) -> int:
    if "--version" in arguments:
        sys.stdout.write(f"projledger {__version__}\n")
        return 0
    # Where Typer would want `--help` alone; a value that is `-h` or `help` stays one.
    if arguments[:1] == ["help"]:
        arguments = [*arguments[1:], "--help"]
    elif "-h" in arguments and "--" not in arguments:
        arguments = ["--help" if argument == "-h" else argument for argument in arguments]
    result = application()(args=arguments or ["--help"], prog_name="projledger", standalone_mode=False)
    return result if isinstance(result, int) else 0


def guarded(work: Callable[[], int]) -> int:
    """Do the work; turn what goes wrong into one line on stderr and an exit code."""
    try:
        return work()
    except errors.ProjledgerError as error:
        _complain(str(error))
        return error.exit_code
    except (BrokenPipeError, ReaderLeftError):
        # Nobody reads on: leave quietly, and keep the interpreter from complaining at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLOSED_PIPE
    except (KeyboardInterrupt, typer.Abort):
        _complain(_("interrupted"))
        return INTERRUPTED
    except SystemExit as leaving:
        # Outside of its standalone mode Typer leaves when it has printed the completion script, else only when the
        # reader of a help page has gone.
        if not leaving.code:
            return 0
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLOSED_PIPE
    except typer.Exit as leaving:
        return leaving.exit_code
    except typer.TyperException as error:
        from projledger.cli.usage import told

        _complain(told(error))
        return 2
    except OSError as error:
        what, reason = error.filename or _("the output"), errors.reason_text(error)
        _complain(_("{what}: {reason}").format(what=what, reason=reason))
        return 4 if error.errno is not None else BUG
    except Exception as error:
        if os.environ.get("PROJLEDGER_TRACEBACK"):
            raise
        _complain(
            _(
                "this is a bug in projledger, not in your ledgers: {error}. Please report it with the command that "
                "you typed; PROJLEDGER_TRACEBACK=1 shows where it happened"
            ).format(error=f"{type(error).__name__}: {error}".replace("\n", " "))
        )
        return BUG


def _complain(message: str) -> None:
    # A message may quote a file name or an argument: nothing in it may reach the terminal as a control.
    safe = "\n".join(visible(line) for line in message.split("\n"))
    with suppress(OSError):  # where it cannot be told, the exit code tells
        sys.stderr.write(f"projledger: {safe}\n")
