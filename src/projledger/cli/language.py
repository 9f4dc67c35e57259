"""The language of a run, needed before its arguments are parsed: what is wrong with them is said in it."""

from __future__ import annotations

import os

from projledger import errors, i18n
from projledger.cli.places import find_workspace, glimpsed


def choose(arguments: list[str]) -> str:
    """`--lang`, then `PROJLEDGER_LANG`, then the settings, else English; unknown words are reported later."""
    asked = _argument(arguments, "--lang") or os.environ.get("PROJLEDGER_LANG")
    if not asked:
        try:
            asked = glimpsed(find_workspace(_argument(arguments, "--workspace", "-w")), "language")
        except errors.ProjledgerError:
            asked = None
        if asked is not None and asked.lower().startswith(("zh", "中")):
            asked = "zh"
    return asked if asked in i18n.LANGUAGES else "en"


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
