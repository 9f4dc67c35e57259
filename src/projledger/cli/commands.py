"""The commands that are not reports, and all commands together."""

from __future__ import annotations

from typing import Final

from projledger.i18n import N_
from projledger.reports import REPORTS, CommandSpec, Option

COMMANDS: Final[tuple[CommandSpec, ...]] = (
    CommandSpec(
        "init",
        "keep",
        N_("Write a first workspace that checks clean and teaches the format"),
        "projledger.cli.init",
        (
            Option("folder", N_("Where to write it; default ./ledgers"), metavar="[DIR]", argument=True),
            Option("name", N_("Name of the place"), metavar="NAME"),
        ),
    ),
    CommandSpec(
        "check",
        "keep",
        N_("Every fault of every ledger, with its line and how to mend it"),
        "projledger.cli.check",
        (
            Option("files", N_("Show only these files"), kind="texts", metavar="[FILES]...", argument=True),
            Option("strict", N_("Look also for what is incomplete"), kind="flag"),
            Option("staged", N_("Check what is staged in git, not the files"), kind="flag"),
            Option("list", N_("List all checks"), kind="flag"),
            Option("explain", N_("Explain one check"), metavar="CODE", completes="code"),
        ),
    ),
    CommandSpec(
        "schema",
        "keep",
        N_("JSON Schema of the ledgers, for editors"),
        "projledger.cli.schema",
        (
            Option(
                "kind",
                N_("settings, people, chains, targets, meetings, log, assets, letters, project or rules; default all"),
                argument=True,
            ),
            Option("write", N_("Write one file for each kind into this folder"), metavar="DIR", completes="file"),
        ),
    ),
    CommandSpec(
        "convert",
        "keep",
        N_("Turn a file in another encoding into UTF-8: shows it, --write does it"),
        "projledger.cli.convert",
        (
            Option("file", N_("File to convert"), argument=True, required=True, completes="file"),
            Option("from", N_("Its encoding, such as gb18030 or utf-16"), metavar="ENCODING", required=True),
            Option("write", N_("Write the file instead of showing it"), kind="flag"),
        ),
    ),
    CommandSpec(
        "git-setup",
        "keep",
        N_("Make git show ledgers well: hunk headers, one line an item, Chinese names, a check before each commit"),
        "projledger.cli.git_setup",
        (
            Option("dry-run", N_("Show what would be done, and do nothing"), kind="flag"),
            Option("remove", N_("Undo what was set up"), kind="flag"),
            Option(
                "textconv",
                N_("Print a ledger with one line for each item, for git diff"),
                metavar="FILE",
                completes="file",
            ),
        ),
    ),
)
"""Their modules have `run(session) -> int`: the exit code."""

ALL: Final[tuple[CommandSpec, ...]] = (*REPORTS, *COMMANDS)
"""In the order of the help."""
