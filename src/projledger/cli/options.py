"""The options that commands share, as data, and how options become parameters of Typer."""

from __future__ import annotations

import inspect
import keyword
from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated, Any, Final, Literal

import typer

from projledger.i18n import N_, _, listing
from projledger.quantities import Unreadable, parse_day
from projledger.reports import CommandSpec, Option

COMMON: Final = (
    Option("workspace", N_("Folder of the ledgers (the one with projledger.yaml)"), metavar="DIR"),
    Option("as-of", N_("Day to judge by, such as 2024-06-11; default today"), kind="day", metavar="DATE"),
    Option(
        "rev",
        N_("Read the ledgers from this git revision: a commit, a tag, or the end of a day such as 2024-06-01"),
        metavar="REV",
    ),
    Option("lang", N_("Language: en or zh"), kind="choice", choices=("en", "zh")),
    Option("format", N_("Format of the output; default what the name of FILE ends with"), metavar="FORMAT"),
    Option("output", N_("Write to this file instead of the terminal"), metavar="FILE", completes="file"),
    Option("color", N_("When to use colour"), kind="choice", choices=("auto", "always", "never")),
    Option("paper", N_("Paper of html and pdf; default what the report asks for"), kind="choice", choices=("A4", "A3")),
    Option(
        "width",
        N_("Cells that text and terminal keep within; nothing is cut. Without it text has no end"),
        kind="whole",
        metavar="N",
    ),
)
"""Accepted before and after the name of the command; the later wins."""

SHORT: Final = {"workspace": "-w", "format": "-f", "output": "-o"}

FILTERS: Final = (
    Option("chain", N_("Only these chains"), completes="chain"),
    Option("unit", N_("Only these responsible units"), completes="unit"),
    Option("owner", N_("Only these owners"), completes="owner"),
    Option("category", N_("Only these categories of project")),
    Option("class", N_("Only these size classes")),
    Option("stage", N_("Only projects now in these stages")),
    Option("light", N_("Only these lights: red, yellow, grey, blue, green")),
    Option("status", N_("Only active, suspended or cleared projects")),
    Option("tag", N_("Only projects with one of these tags")),
    Option("park", N_("Only these parks"), completes="unit"),
    Option("difficult", N_("Only difficult projects"), kind="flag"),
    Option("view", N_("A saved filter from the settings"), metavar="NAME", completes="view"),
)
"""Lists are separated by commas."""

DATED: Final = (
    Option("since", N_("Only from this day on"), kind="day", metavar="DATE"),
    Option("until", N_("Only up to this day"), kind="day", metavar="DATE"),
)


def _day(text: str) -> date:
    """A day written YYYY-MM-DD, or a usage error with the remedy."""
    try:
        return parse_day(text)
    except Unreadable as error:
        raise typer.BadParameter(_("{problem}; {remedy}").format(problem=error.message, remedy=error.help)) from None


def _chooser(option: Option) -> Callable[[str], str]:
    """What reads a choice: as it is written, or as the language in use calls it, with `报` or without."""

    def read(text: str) -> str:
        said = {_(word): choice for word, choice in zip(option.words, option.choices, strict=True)}
        said |= {word.removesuffix("报"): choice for word, choice in said.items()}
        found = text if text in option.choices else said.get(text)
        if found is None:
            message = _("“{text}” is not one of: {choices}")
            raise typer.BadParameter(message.format(text=text, choices=listing(option.choices)))
        return found

    return read


def key(option: Option) -> str:
    """The name of an option as a parameter; `from` and `class` are words of Python, and get a `_`."""
    name = option.name.replace("-", "_")
    return f"{name}_" if keyword.iskeyword(name) else name


def parameter(option: Option, complete: Callable[[str], Any] | None = None) -> inspect.Parameter:
    """A keyword parameter that Typer turns into the option or argument."""
    annotation: Any
    extra: dict[str, Any] = {"help": _(option.help), "metavar": option.metavar or None}
    if complete is not None and option.completes not in ("", "file"):
        extra["autocompletion"] = complete(option.completes)
    if option.kind == "day":
        extra["parser"] = _day
    elif option.kind == "choice":
        extra["metavar"] = option.metavar or "|".join(option.choices)
        if option.words:
            extra["parser"] = _chooser(option)
            extra["autocompletion"] = lambda incomplete: [one for one in option.choices if one.startswith(incomplete)]
    elif option.kind == "whole":
        extra["min"] = 0
    kinds: dict[str, Any] = {"flag": bool, "whole": int, "texts": list[str], "day": date}
    base = Literal[option.choices] if option.kind == "choice" and not option.words else kinds.get(option.kind, str)
    if not option.required:
        base = base | None
    if option.argument:
        extra["metavar"] = option.metavar or option.name.upper()
        extra["show_default"] = False
        annotation = Annotated[base, typer.Argument(**extra)]
    else:
        extra["show_default"] = False
        if option.kind == "flag":
            # `--difficult/` without a "no" form: a flag that was not given stays None, so that an earlier one holds.
            annotation = Annotated[base, typer.Option(f"--{option.name}", **extra)]
        else:
            flags = [f"--{option.name}"] + ([SHORT[option.name]] if option.name in SHORT else [])
            annotation = Annotated[base, typer.Option(*flags, **extra)]
    default = inspect.Parameter.empty if option.required else None
    return inspect.Parameter(key(option), inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def options_of(spec: CommandSpec) -> tuple[Option, ...]:
    """Every option a command takes: its own first, then the filters, then the common ones."""
    own = {option.name for option in spec.options}
    shared = (*(FILTERS if spec.filters else ()), *(DATED if spec.dated else ()), *COMMON)
    return (*spec.options, *(option for option in shared if option.name not in own))


def signed(run: Callable[..., Any], options: Sequence[Option], complete: Callable[[str], Any] | None) -> Any:
    """Give `run(**values)` the signature that Typer reads."""
    parameters = [parameter(option, complete) for option in options]

    def command(**values: Any) -> Any:
        return run(values)

    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {p.name: p.annotation for p in parameters}
    return command
