"""What was wrong with a command line, in the reader's language: Typer's own sentences are English."""

from __future__ import annotations

import re
from typing import Any, Final

import typer
from typer._click import exceptions

from projledger.i18n import N_, _, listing

_SENTENCES: Final = (
    (r"Missing command\.", N_("no command was given; all of them: projledger --help")),
    (r"Got unexpected extra argument\(s\) \((?P<words>.*)\)", N_("nothing more belongs there: {words}")),
    (r"Option (?P<q>['\"])(?P<option>.*)(?P=q) does not take a value\.", N_("{option} takes no value")),
    (r"Option (?P<q>['\"])(?P<option>.*)(?P=q) requires .*", N_("{option} needs a value")),
    (r"(?P<q>['\"])(?P<text>.*)(?P=q) is not one of .*", N_("“{text}” is not one of: {choices}")),
    (r"(?P<q>['\"])(?P<text>.*)(?P=q) is not a valid int.*", N_("“{text}” is not a whole number")),
    (r"(?P<text>-?\d+) is not in the range .*", N_("“{text}” is out of range")),
)
"""Typer says these without a catalogue, so they are known by their words (its version is held in pyproject)."""


def told(error: typer.TyperException) -> str:
    """The message of a usage error; one that is not known stays as Typer says it."""
    if isinstance(error, exceptions.NoSuchOption):
        message = _("no option is called “{name}”").format(name=error.option_name)
        if error.possibilities:
            message += _("; did you mean {names}?").format(names=listing(sorted(error.possibilities)))
        return message
    param = getattr(error, "param", None)
    if isinstance(error, exceptions.MissingParameter) and param is not None:
        return _("{name} is missing ({what})").format(name=_name(param), what=param.help or "")
    message = _sentence(error.message, param)
    if not isinstance(error, exceptions.BadParameter) or param is None:
        return message
    return _("{key}: {problem}").format(key=_name(param), problem=message)


def _sentence(message: str, param: Any) -> str:
    for pattern, text in _SENTENCES:
        found = re.fullmatch(pattern, message, re.DOTALL)
        if found:
            choices = listing([str(choice) for choice in getattr(getattr(param, "type", None), "choices", ())])
            return _(text).format(choices=choices, **found.groupdict())
    return message


def _name(param: Any) -> str:
    """An argument as the help names it, an option with its dashes."""
    if param.param_type_name == "argument":
        return str(param.metavar or param.name.upper())
    return str(max(param.opts, key=len))
