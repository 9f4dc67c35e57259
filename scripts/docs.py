"""Writes the generated pages: docs/ledger-format.md, docs/checks.md, docs/cli.md and schema/.

`python scripts/docs.py` writes them; a test makes them in memory and compares.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import typing
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from projledger.cli import schema
from projledger.cli.catalogue import rules
from projledger.cli.commands import ALL
from projledger.cli.options import COMMON, DATED, FILTERS, SHORT
from projledger.cli.run_report import SUFFIXES
from projledger.diagnostics import Rule
from projledger.models import letters, types
from projledger.models.rules import OneOrBoth
from projledger.models.types import Record
from projledger.render import RENDERERS
from projledger.reports import GROUPS, CommandSpec, Option

ROOT = Path(__file__).resolve().parents[1]

FILES = {
    "settings": "projledger.yaml",
    "people": "people.yaml",
    "chains": "chains.yaml",
    "targets": "targets.yaml",
    "meetings": "meetings.yaml",
    "log": "log.yaml",
    "assets": "assets.yaml",
    "letters": "letters.yaml",
    "project": "projects/<anything>.yaml",
    "rules": "<name>.yaml beside the settings, named by `rules:`",
}


def pages() -> dict[str, str]:
    """Every generated file by its path."""
    made = {
        "docs/ledger-format.md": ledger_format(),
        "docs/checks.md": checks_page(),
        "docs/cli.md": cli_page(),
    }
    for kind in schema.KINDS:
        made[f"schema/{kind}.schema.json"] = schema.text(schema.schema(kind))
    return made


# --- docs/ledger-format.md -------------------------------------------------------------------------------------

_REFERS = {
    "person": "person",
    "unit": "unit",
    "party": "unit or person",
    "chain": "chain",
    "node": "node",
    "indicator": "indicator",
    "task": "task",
    "project": "project",
    "decision": "decision",
    "scope": "unit, chain or all",
    "any": "reference",
    "category": "category",
}


def type_text(annotation: Any, metadata: list[Any]) -> str:
    """The type of a field in words."""
    for item in metadata:
        if isinstance(item, types.Refers):
            return _REFERS[item.to]
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return type_text(arguments[0], [*metadata, *arguments[1:]])
    if type(None) in arguments:
        (inner,) = [a for a in arguments if a is not type(None)]
        return type_text(inner, metadata)
    if origin is typing.Literal:
        return ", ".join(f"`{a}`" for a in arguments)
    if origin is tuple:
        return f"list of {type_text(arguments[0], [])}"
    if origin is dict:
        return f"mapping of {type_text(arguments[0], [])} to {type_text(arguments[1], [])}"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        either = "text, or " if any(isinstance(item, OneOrBoth) for item in metadata) else ""
        return f"{either}[{annotation.__name__}](#{annotation.__name__.lower()})"
    for item in metadata:
        if isinstance(item, types.Reads | types.ReadsMoney):
            return _described(item)
    raise TypeError(f"no words for {annotation} {metadata}")


def _described(reads: types.Reads | types.ReadsMoney) -> str:
    for name, words in (
        ("Line", "text"),
        ("Name", "name"),
        ("Id", "id"),
        ("Ref", "reference"),
        ("Day", "date"),
        ("Money", "money"),
        ("Amount", "figure"),
        ("Number", "number"),
        ("Percent", "rate with %"),
        ("YesNo", "yes or no"),
        ("Workdays", "workdays"),
        ("Month", "month"),
        ("TargetPeriod", "year, half, quarter or month"),
        ("AnyPeriod", "period"),
        ("Count", "whole number"),
    ):
        if reads in typing.get_args(getattr(types, name)):
            return words
    if reads in typing.get_args(letters.LetterText):
        return "text with placeholders"
    if "minimum" in reads.json and "maximum" in reads.json:
        return f"{reads.json['minimum']}–{reads.json['maximum']}"
    raise TypeError(f"no words for {reads}")


def default_text(info: FieldInfo) -> str:
    """The default of a field, where it says something."""
    value = info.get_default(call_default_factory=False)
    if info.is_required():
        return "**required**"
    if value in (None, (), {}) or isinstance(value, Record):
        return ""
    if isinstance(value, bool):
        return "no" if not value else "yes"
    if isinstance(value, dict):
        return ", ".join(f"{k}: {v}" for k, v in value.items())
    return str(value)


def models_under(model: type[BaseModel], seen: list[type[BaseModel]]) -> None:
    """The models a file is made of, top first."""
    if model in seen:
        return
    seen.append(model)
    for info in model.model_fields.values():
        for part in _parts(info.annotation):
            models_under(part, seen)


def _parts(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [part for argument in typing.get_args(annotation) for part in _parts(argument)]


def ledger_format() -> str:
    """Every file, model and field."""
    lines = [
        "# The ledger format",
        "",
        "Generated from the models by `make docs`. A workspace is a folder with `projledger.yaml`; every other file is",
        "optional. Every value is text until its field gives it a type: `no`, `007`, `2024-02-30` are never guessed.",
        "An empty value equals an absent key. What is absent is *not reported*, never zero.",
        "",
        "| Type | What may be written |",
        "|---|---|",
        "| date | `2024-06-05`, nothing else |",
        "| money, figure | `30000` (in the workspace's `money_unit`), `3亿元`, `5600万`, `1.623 billion yuan` |",
        "| workdays | `15`, `15d`, `15天`, `3w` (five workdays a week) |",
        "| period | `2024`, `2024-H1`, `2024-Q2`, `2024-05`, `2024-W24` |",
        "| yes or no | `yes`, `no`, `true`, `false`, `是`, `否` |",
        "| rate | `14.1%`, the sign required |",
        "| id | letters of any script, digits, `.`, `-`, `_`; at most 64 |",
        "| reference | `P001`, `P001/T3`, `P001/Q1`, `P001/signed`, `P001/land`, `M3/D1`, `all/investment/2024` |",
    ]
    described: list[type[BaseModel]] = []
    for kind, model in schema.KINDS.items():
        lines += ["", f"## {FILES[kind]}"]
        found: list[type[BaseModel]] = []
        models_under(model, found)
        for part in found:
            if part in described:
                continue
            described.append(part)
            lines += ["", f"### {part.__name__}", "", " ".join((part.__doc__ or "").split()), ""]
            lines += ["| Key | Type | Default | Meaning |", "|---|---|---|---|"]
            for name, info in part.model_fields.items():
                words = type_text(info.annotation, info.metadata)
                lines.append(f"| `{info.alias or name}` | {words} | {default_text(info)} | {info.description} |")
            if part is letters.Letter:
                lines += ["", "| Placeholder | What is put there |", "|---|---|"]
                lines += [f"| `{{{name}}}` | {meaning} |" for name, meaning in letters.PLACEHOLDERS.items()]
    return "\n".join(lines) + "\n"


# --- docs/checks.md --------------------------------------------------------------------------------------------


def checks_page() -> str:
    """Every code with its documentation."""
    lines = [
        "# Checks",
        "",
        "Generated from the checks by `make docs`. `projledger check --explain CODE` prints the same in a terminal, in",
        "both languages. *Blocking* faults leave the file out of every report until they are mended (exit code 3);",
        "*strict* ones are looked for only with `check --strict`.",
        "",
        "| Code | Kind | What it finds |",
        "|---|---|---|",
    ]
    lines += [f"| [`{r.code}`](#{r.code}) | {_kind(r)} | {_first_paragraph(r.doc)} |" for r in rules()]
    for rule in rules():
        lines += ["", f"## {rule.code}", "", f"*{_kind(rule)}*", "", rule.doc.strip()]
    return "\n".join(lines) + "\n"


def _first_paragraph(doc: str) -> str:
    return " ".join(doc.strip().partition("\n\n")[0].splitlines()).replace("|", "\\|")


def _kind(rule: Rule) -> str:
    return rule.severity + (", blocking" if rule.blocking else "") + (", strict" if rule.strict else "")


# --- docs/cli.md -----------------------------------------------------------------------------------------------


def cli_page() -> str:
    """Every command and option."""
    formats = ", ".join(f"`{renderer.name}`" for renderer in RENDERERS)
    lines = [
        "# The command line",
        "",
        "Generated from the commands by `make docs`; `projledger COMMAND --help` prints the same.",
        "",
        f"Reports come in these formats: {formats}. Without `--format` the name of `--output` says which: "
        f"{', '.join(f'`{suffix}`' for suffix in SUFFIXES)}. No output takes the place of a ledger.",
        "",
        "Exit codes: 0 fine · 1 findings · 2 usage or settings · 3 a ledger could not be read or typed · 4 a write was",
        "refused, nothing changed · 70 a bug · 130 interrupted · 141 closed pipe.",
        "",
        "## Common options",
        "",
        "Before or after the command; the later wins.",
        "",
        *_options(COMMON),
        "",
        "## Filters",
        "",
        "On reports of projects and their items. Lists are separated by commas; owners, units, parks and chains go by "
        "id or by name.",
        "What the workspace does not know is refused; what it knows may have nothing.",
        "",
        *_options(FILTERS),
        "",
        "On dated lists also:",
        "",
        *_options(DATED),
    ]
    for group, title in GROUPS:
        specs = [spec for spec in ALL if spec.group == group]
        if specs:
            lines += ["", f"## {title}"]
        for spec in specs:
            lines += ["", f"### projledger {spec.name}", "", spec.help + ".", *_command(spec)]
    return "\n".join(lines) + "\n"


def _command(spec: CommandSpec) -> list[str]:
    lines: list[str] = []
    if spec.options:
        lines += ["", *_options(spec.options)]
    takes = [words for words, given in (("the filters", spec.filters), ("`--since --until`", spec.dated)) if given]
    if takes:
        lines += ["", f"Takes {' and '.join(takes)}."]
    return lines


def _options(options: tuple[Option, ...]) -> list[str]:
    lines = ["| Option | Meaning |", "|---|---|"]
    for option in options:
        if option.argument:
            name = option.metavar or option.name.upper()
        else:
            metavar = option.metavar or ("\\|".join(option.choices) if option.choices else "TEXT")
            name = f"--{option.name}" + ("" if option.kind == "flag" else f" {metavar}")
            name = f"{SHORT[option.name]}, {name}" if option.name in SHORT else name
        lines.append(f"| `{name}` | {option.help} |")
    return lines


# --- outputs shown in hand-written pages -----------------------------------------------------------------------------

SHOWING = ("README.md",)
"""Pages with blocks `<!-- output: projledger … -->` … `<!-- end -->`, filled with what the command prints."""


def with_outputs(text: str) -> str:
    """A page with every block filled anew."""

    def filled(match: re.Match[str]) -> str:
        return f"<!-- output: {match[1]} -->\n```console\n$ {match[1]}\n{printed(match[1])}```\n<!-- end -->"

    return re.sub(r"<!-- output: (projledger [^\n]*) -->\n.*?<!-- end -->", filled, text, flags=re.DOTALL)


def printed(command: str) -> str:
    """What a command prints here, both streams, where git knows nothing: our own history is none of the place's."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "src"),
        "COLUMNS": "100",
        "PYTHONIOENCODING": "utf-8",
        "GIT_CEILING_DIRECTORIES": str(ROOT),
    }
    done = subprocess.run(
        [sys.executable, "-m", *command.split()],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    lines = done.stdout.decode("utf-8").splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(("Data version", "数据版本")))


def main() -> None:
    """Write every page that differs; name it."""
    made = {**pages(), **{name: with_outputs((ROOT / name).read_text(encoding="utf-8")) for name in SHOWING}}
    for name, content in made.items():
        path = ROOT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != content:
            path.write_text(content, encoding="utf-8")
            sys.stdout.write(f"{name}\n")


if __name__ == "__main__":
    main()
