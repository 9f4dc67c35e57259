"""Reading, the quick way first: libyaml's events straight into dicts, lists and strings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any, Final

from yaml._yaml import CParser
from yaml.error import YAMLError
from yaml.events import (
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from projledger.diagnostics import Diagnostic
from projledger.source.limits import MOST_DEPTH, MOST_KEYS, MOST_VALUES
from projledger.source.places import Remains, Source, StopReading, Tree
from projledger.source.text import COLON

_CONTROL_BYTES: Final = bytes(c for c in (*range(0x20), 0x7F) if c not in b"\t\n\r")
_COLON_BYTES: Final = COLON.encode()


def read(source: Source) -> tuple[Tree | None, list[Diagnostic]]:
    """The data of a file as plain dicts, lists and strings, and what is wrong with the file.

    The top is a mapping. A key with an empty value is left out. The data is None when a finding is blocking.
    """
    return read_or_salvage(source)[:2]


def read_or_salvage(source: Source) -> tuple[Tree | None, list[Diagnostic], Remains | None]:
    """As `read`; and what remains of a file with a blocking finding, where its structure is certain."""
    try:
        raw = source.text.encode()
    except UnicodeEncodeError:  # lone surrogates
        raw = b"\0"
    if not _unusual(source.text, raw):
        tree = _build(raw)
        if tree is not None:
            return tree, [], None
    from projledger.source.careful import salvage

    return salvage(source)


def _unusual(text: str, raw: bytes) -> bool:
    """Whether there may be something in the text that `_build` would not notice.

    Mostly searches for a few bytes, which are quick; a pattern runs only where they hit.
    """
    return (
        len(raw.translate(None, _CONTROL_BYTES)) != len(raw)
        or (b"<" in raw and b"<<" in raw)
        or (b"%" in raw and b"%TAG" in raw)
        or raw.startswith(b"%")
        or (b"!" in raw and re.search(rb"(?:^|[\s,\[{:?-])!", raw) is not None)
        or (b"?" in raw and re.search(rb"[\s,\[{]\?\S", raw) is not None)
        or _may_lose_text(raw)
        or (b"\\" in raw and re.search(rb"\\[0abefvrNLPxuU]", raw) is not None)
        or _is_odd(raw)
        or (_COLON_BYTES in raw and _may_miss_colon(text))
        or not unicodedata.is_normalized("NFC", text)
    )


_ODD_OR_WIDE: Final = (
    (b"\xe2", rb"\xe2(?:\x80[\x80-\x8b\x8e\x8f\xa8-\xaf]|\x81[\x9f-\xaf])"),
    (b"\xc2", rb"\xc2[\x80-\xa0\xad]"),
    (b"\xe3", rb"\xe3\x80\x80"),
    (b"\xef", rb"\xef(?:\xbb\xbf|\xbf[\xb9-\xbb\xbe\xbf])"),
    (b"\xe1", rb"\xe1(?:\x9a\x80|\xa0\x8e)"),
    (b"\xd8", rb"\xd8\x9c"),
    (b"\xf3", rb"\xf3\xa0[\x80\x81]"),
)
"""The characters of `ODD` and `WIDE` beyond ASCII, in UTF-8, by their first byte: quick to look for."""


def _is_odd(raw: bytes) -> bool:
    """Whether a character beyond ASCII is in the text that may not stand there, or that only looks like a space."""
    return any(lead in raw and re.search(pattern, raw) for lead, pattern in _ODD_OR_WIDE)


def _may_lose_text(raw: bytes) -> bool:
    """Whether a comment without a space behind its `#` stands behind something on its line."""
    raw = raw.replace(b"\r", b"\n")
    # A pattern that begins with a fixed byte is quick.
    for comment in re.finditer(rb"#(?<=[ \t]#)#*[^\s#]", raw):
        at = comment.start()
        if raw[raw.rfind(b"\n", 0, at) + 1 : at].strip():
            return True
    return False


def _may_miss_colon(text: str) -> bool:
    """Whether a full-width colon may end a key: with no ASCII colon before it on its line, or between brackets."""
    text = text.replace("\r", "\n")
    at = text.find(COLON)
    while at >= 0:
        before = text[text.rfind("\n", 0, at) + 1 : at]
        if not re.search(r":[ \t]", before) or re.search(r"[,\[{]", before):
            return True
        end = text.find("\n", at)
        at = text.find(COLON, end) if end >= 0 else -1
    return False


def _build(raw: bytes) -> Tree | None:
    """The data, or None at the first thing out of the ordinary.

    The functions call each other, at most `MOST_DEPTH` deep; the `for` loops count keys and items at no cost.
    """
    parser = CParser(raw)
    get: Callable[[], Any] = parser.get_event
    left = MOST_VALUES

    def mapping(depth: int) -> dict[str, Tree]:
        nonlocal left
        if depth > MOST_DEPTH:
            raise StopReading
        data: dict[str, Tree] = {}
        for _n in range(MOST_KEYS + 1):
            event = get()
            if type(event) is not ScalarEvent:
                break
            key = event.value
            if key in data:
                raise StopReading
            event = get()
            kind = type(event)
            if kind is ScalarEvent:
                data[key] = event.value
            elif kind is MappingStartEvent:
                data[key] = mapping(depth + 1)
            elif kind is SequenceStartEvent:
                data[key] = sequence(depth + 1)
            else:
                raise StopReading
        left -= len(data)
        if type(event) is not MappingEndEvent or "" in data or left < 0:
            raise StopReading
        if "" in data.values():
            if any(":" in key for key, value in data.items() if value == ""):
                raise StopReading
            return {key: value for key, value in data.items() if value != ""}
        return data

    def sequence(depth: int) -> list[Tree]:
        nonlocal left
        if depth > MOST_DEPTH:
            raise StopReading
        data: list[Tree] = []
        for _n in range(left + 1):
            event = get()
            kind = type(event)
            if kind is MappingStartEvent:
                data.append(mapping(depth + 1))
            elif kind is ScalarEvent:
                data.append(event.value)
            elif kind is SequenceStartEvent:
                data.append(sequence(depth + 1))
            else:
                break
        left -= len(data)
        if kind is not SequenceEndEvent or "" in data or left < 0:
            raise StopReading
        return data

    try:
        get()
        head = get()
        if type(head) is not DocumentStartEvent or head.version or head.tags or type(get()) is not MappingStartEvent:
            return None
        tree = mapping(1)
        get()
        return tree if type(get()) is StreamEndEvent else None
    except (StopReading, YAMLError):
        return None
