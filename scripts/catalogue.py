"""Keep the message catalogues: collect the texts of the source, fill in translations, compile, check.

    python scripts/catalogue.py update           collect msgids from src; keep translations, drop what is gone
    python scripts/catalogue.py fill FILE.json   put the translations {msgid: msgstr} of a file into the catalogue
    python scripts/catalogue.py compile          write the .mo files that the program reads
    python scripts/catalogue.py check            name what is untranslated, out of date or has other {placeholders}

A catalogue is written the same way whoever writes it: sorted, without places, dates or guesses, so that two branches
differ only where their texts do. After a conflict take either version and run `update` and `fill` again.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import sys
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from hatch_build import compile_catalogues

ROOT = Path(__file__).resolve().parents[1]
LOCALE = "zh_CN"
PO = Path("src/projledger/locale") / LOCALE / "LC_MESSAGES" / "projledger.po"
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
HEADER = """\
# The words of projledger, kept with scripts/catalogue.py.
msgid ""
msgstr ""
"Project-Id-Version: projledger\\n"
"Language: zh_CN\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
CONTEXT_END = "\x04"
"""What gettext itself puts between a context and its msgid; in a JSON file it is written `\\u0004`."""

Key = tuple[str | None, str]
"""A message's context and its (singular) msgid."""


def collect(root: Path) -> list[Message]:
    """The texts marked in the source, sorted, each once."""
    catalogue = Catalog(locale=LOCALE)
    for _file, _line, message, _comments, context in extract_from_dir(
        root / "src", method_map=[("**.py", "python")], keywords=KEYWORDS
    ):
        catalogue.add(message, context=context)
    for path in sorted(root.glob("src/projledger/checks/*.py")):
        for text in documentation(path.read_text(encoding="utf-8")):
            catalogue.add(text)
    return sorted((message for message in catalogue if message.id), key=lambda message: order(key_of(message)))


def documentation(source: str) -> list[str]:
    """The docstrings of checks, which are what `check --explain` prints: functions decorated with `@check(…)`."""
    return [
        ast.get_docstring(node) or ""
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef)
        and any(
            isinstance(d, ast.Call) and isinstance(d.func, ast.Name) and d.func.id == "check"
            for d in node.decorator_list
        )
    ]


def key_of(message: Message) -> Key:
    """What tells this message from all others."""
    return (message.context, message.id if isinstance(message.id, str) else message.id[0])


def order(key: Key) -> tuple[str, str]:
    """By msgid, then by context."""
    return (key[1], key[0] or "")


def translation(message: Message) -> str:
    """The one translation: Chinese has one plural form."""
    return message.string if isinstance(message.string, str) else message.string[0]


def read(root: Path) -> list[Message]:
    """The messages of the catalogue; none when it does not exist yet."""
    path = root / PO
    if not path.exists():
        return []
    with path.open("rb") as file:
        return [message for message in read_po(file, locale=LOCALE) if message.id]


def write(root: Path, messages: Iterable[Message], translations: dict[Key, str]) -> None:
    """Write the catalogue and compile it."""
    catalogue = Catalog(locale=LOCALE)
    for message in messages:
        text = translations.get(key_of(message), "")
        catalogue.add(message.id, text if isinstance(message.id, str) else (text,), context=message.context)
    buffer = BytesIO()
    write_po(buffer, catalogue, width=0, no_location=True, omit_header=True)
    path = root / PO
    path.parent.mkdir(parents=True, exist_ok=True)
    # Babel's own marks (python-format and the like) say nothing about texts filled in with str.format.
    body = re.sub(r"^#,.*\n", "", buffer.getvalue().decode("utf-8"), flags=re.MULTILINE)
    path.write_text(HEADER + body.strip("\n") + "\n", encoding="utf-8", newline="\n")
    compile_catalogues(root)


def update(root: Path) -> list[str]:
    """Bring the catalogue to the texts of the source."""
    write(root, collect(root), {key_of(message): translation(message) for message in read(root)})
    return []


def fill(root: Path, file: Path) -> list[str]:
    """Put the translations of a JSON file in; returns a note for every msgid that the catalogue does not hold."""
    messages = read(root)
    translations = {key_of(message): translation(message) for message in messages}
    notes = []
    for name, text in json.loads(file.read_text(encoding="utf-8")).items():
        context, _end, msgid = name.rpartition(CONTEXT_END)
        found = [
            key_of(message)
            for message in messages
            if msgid in ([message.id] if isinstance(message.id, str) else message.id)
            and (not context or message.context == context)
        ]
        translations |= dict.fromkeys(found, text)
        if not found:
            notes.append(f"not in the catalogue: {msgid!r}")
    write(root, messages, translations)
    return notes


def placeholders(text: str) -> set[str]:
    """The names in braces."""
    return set(re.findall(r"\{(\w*)[^{}]*\}", text))


def check(root: Path) -> list[str]:
    """Everything that keeps a reader from being spoken to in their language."""
    wanted = {key_of(message): message for message in collect(root)}
    held = {key_of(message): message for message in read(root)}
    faults = [
        f"not in the catalogue (run update): {key[1]!r}" for key in sorted(wanted.keys() - held.keys(), key=order)
    ]
    faults += [
        f"gone from the source (run update): {key[1]!r}" for key in sorted(held.keys() - wanted.keys(), key=order)
    ]
    for key in sorted(wanted.keys() & held.keys(), key=order):
        text = translation(held[key])
        source = wanted[key].id
        if not text:
            faults.append(f"untranslated: {key[1]!r}")
        elif placeholders(text) != placeholders(source if isinstance(source, str) else source[1]):
            faults.append(f"other placeholders: {key[1]!r} -> {text!r}")
    return faults


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Run one of the four; 1 when something is left to do."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("update")
    commands.add_parser("fill").add_argument("file", type=Path)
    commands.add_parser("compile")
    commands.add_parser("check")
    options = parser.parse_args(arguments)
    notes: list[str] = []
    match options.command:
        case "update":
            notes = update(root)
        case "fill":
            notes = fill(root, options.file)
        case "compile":
            compile_catalogues(root)
        case "check":
            notes = check(root)
    for note in notes:
        print(note, file=sys.stderr)
    return 1 if notes and options.command == "check" else 0


if __name__ == "__main__":
    sys.exit(main())
