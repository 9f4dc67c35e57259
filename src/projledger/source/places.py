"""A file's text, and where in it everything is."""

from __future__ import annotations

import re
from dataclasses import field
from typing import Any, Final, Literal, TypeAlias

from yaml._yaml import CParser
from yaml.error import YAMLError
from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from projledger.diagnostics import Path, Span
from projledger.frozen import frozen
from projledger.source import text as texts
from projledger.source.limits import MOST_DEPTH, MOST_VALUES

PROPERTIES: Final = r"(?:[&!]\S*\s+)+"
"""Tags and anchors before a value, and what follows them."""

TAG_DIRECTIVE: Final = r"(?<![^\r\n])%(TAG[^\r\n]*)"
"""A line that is never given to libyaml: it compares each of them with all others, which takes minutes."""


Tree: TypeAlias = "dict[str, Tree] | list[Tree] | str"
"""The data of a file: every value is a text as it was written."""


class StopReading(Exception):  # noqa: N818 - a jump out of nested calls, never seen outside of this room
    """Nothing after this point of a file is worth reading."""


def reach(event: Any) -> tuple[int, int]:
    """The offsets of an event's first character and behind its last one."""
    return event.start_mark.index, event.end_mark.index


_NONE: Final[dict[Any, Any]] = {}


class _Spot:
    """Where a value and its key are."""

    __slots__ = ("children", "end", "key", "kind", "start")

    def __init__(self, start: int, end: int) -> None:
        self.kind: Literal["mapping", "list", "scalar"] = "scalar"
        self.start = start
        self.end = end
        self.key: tuple[int, int] | None = None
        self.children: dict[str | int, _Spot] = _NONE


@frozen
class Source:
    """One file, decoded: `file` is its name relative to the workspace with `/`, `text` its text without BOM.

    `legible` is the text with its faults mended (or a beginning of it), where places cannot be read from `text` itself.
    """

    file: str
    text: str
    legible: str = ""
    _root: list[_Spot] = field(default_factory=list, init=False, repr=False, compare=False)

    def span(self, path: Path, on: Literal["value", "key", "mapping"] = "value") -> Span:
        """Where `path` is: its value, the key that holds it, or the first line of its mapping.

        For `mapping` that is the mapping at `path` itself or, where something else is there, the one around it. A path
        that does not exist falls back to the first line of its nearest existing ancestor, a blank value to its key. The
        first call walks the file (about the cost of reading it); later ones are look-ups. Never raises.
        """
        if not self._root:
            self._root.append(_locate(self.legible or self.text))
        spot = mapping = self._root[0]
        for step in path:
            child = spot.children.get(step)
            if child is None:
                return self._first_line(spot)
            if spot.kind == "mapping":
                mapping = spot
            spot = child
        if on == "mapping":
            return self._first_line(spot if spot.kind == "mapping" else mapping)
        if spot.key is not None and (on == "key" or spot.start == spot.end):
            return texts.span(self.text, *spot.key)
        if on == "key":
            return self._first_line(spot)
        return texts.span(self.text, spot.start, spot.end)

    def line(self, n: int) -> str:
        """Line `n`, counted from 1, with control and bidi characters made visible; empty when there is none."""
        if n < 1:
            return ""
        lines = self.text.replace("\r\n", "\n").replace("\r", "\n").split("\n", n)
        return texts.excerpt(lines[n - 1]) if n <= len(lines) else ""

    def _first_line(self, spot: _Spot) -> Span:
        end = min(texts.line_end(self.text, spot.start), max(spot.end, spot.start))
        return texts.span(self.text, spot.start, spot.start + len(self.text[spot.start : end].rstrip()))


def _locate(text: str) -> _Spot:
    """The places of everything in `text`; of nothing but its first line when it cannot be read."""
    try:
        if "%TAG" in text and re.search(TAG_DIRECTIVE, text):
            raise StopReading
        return _Locator(text).document()
    except (YAMLError, StopReading):
        start = len(text) - len(text.lstrip())
        return _Spot(start, texts.line_end(text, start))


class _Locator:
    """One walk over a text that is taken to be readable: it stops at the first thing that is not."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._parser = CParser(text.encode("utf-8", "replace"))
        self._left = MOST_VALUES
        self._properties = re.compile(PROPERTIES)

    def document(self) -> _Spot:
        self._parser.get_event()
        self._parser.get_event()
        return self._value(1)

    def _value(self, depth: int) -> _Spot:
        event: Any = self._parser.get_event()
        self._left -= 1
        readable = isinstance(event, (ScalarEvent, MappingStartEvent, SequenceStartEvent, AliasEvent))
        if not readable or self._left < 0 or depth > MOST_DEPTH:
            raise StopReading
        start, end = reach(event)
        # Few values have a tag or an anchor before them; an alias is nothing but its name.
        marked = event.anchor is not None or getattr(event, "tag", None) is not None
        properties = self._properties.match(self._text, start, end) if marked else None
        spot = _Spot(properties.end() if properties else start, end)
        if isinstance(event, ScalarEvent):
            if event.style in ("|", ">"):  # its end mark stands behind the blank lines that follow it
                spot.end = start + len(self._text[start:end].rstrip())
        elif isinstance(event, MappingStartEvent):
            spot.kind = "mapping"
            self._mapping(spot, depth)
        elif isinstance(event, SequenceStartEvent):
            spot.kind = "list"
            self._list(spot, depth)
        return spot

    def _mapping(self, spot: _Spot, depth: int) -> None:
        spot.children = {}
        while not isinstance(key := self._parser.peek_event(), MappingEndEvent):
            if not isinstance(key, ScalarEvent):  # no key of a ledger: read over
                self._value(depth + 1)
                spot.end = max(spot.end, self._value(depth + 1).end)
                continue
            self._parser.get_event()
            child = self._value(depth + 1)
            child.key = reach(key)
            spot.children.setdefault(key.value, child)  # of a key that stands twice the first one is read
            spot.end = max(spot.end, child.end)
        self._close(spot, self._parser.get_event())

    def _list(self, spot: _Spot, depth: int) -> None:
        spot.children = {}
        while not isinstance(self._parser.peek_event(), SequenceEndEvent):
            child = spot.children[len(spot.children)] = self._value(depth + 1)
            spot.end = max(spot.end, child.end)
        self._close(spot, self._parser.get_event())

    def _close(self, spot: _Spot, event: Any) -> None:
        # A block collection's own end mark swallows the comments after it: its last content is its end.
        start, end = reach(event)
        if start < end:
            spot.end = end


@frozen
class Remains:
    """What can be told of a file that cannot be read as it stands: for the checks alone, so that one run tells all.

    `tree` is the data with the faults mended in memory, `source` knows its places. A finding that overlaps or touches
    one of `faults`, or begins on one of the `lines` that are not as they were written, only follows from a fault.
    `keys_sure`: no key can be lost. `names_sure`: no id can be lost.
    """

    tree: Tree
    source: Source
    faults: tuple[Span, ...]
    lines: frozenset[int]
    keys_sure: bool
    names_sure: bool

    def follows(self, place: Span) -> bool:
        """Whether a finding at `place` follows from a fault."""
        start, end = (place.line, place.column), (place.end_line, place.end_column)
        return place.line in self.lines or any(
            (fault.line, fault.column) <= end and start <= (fault.end_line, fault.end_column) for fault in self.faults
        )
