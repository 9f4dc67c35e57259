"""A file's text, and where in it everything is."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from yaml._yaml import CParser
from yaml.error import YAMLError
from yaml.events import MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceEndEvent, SequenceStartEvent

from projledger.diagnostics import Path, Span
from projledger.source import text as texts
from projledger.source.limits import MOST_DEPTH

PROPERTIES: Final = r"(?:[&!]\S*\s+)+"
"""Tags and anchors before a value, and what follows them."""


class StopReading(Exception):  # noqa: N818 - a jump out of nested calls, never seen outside of this room
    """Nothing after this point of a file is worth reading."""


def reach(event: Any) -> tuple[int, int]:
    """The offsets of an event's first character and behind its last one."""
    return event.start_mark.index, event.end_mark.index


class _Spot:
    """Where a value and its key are."""

    __slots__ = ("children", "end", "key", "kind", "start")

    def __init__(self, start: int, end: int) -> None:
        self.kind: Literal["mapping", "list", "scalar"] = "scalar"
        self.start = start
        self.end = end
        self.key: tuple[int, int] | None = None
        self.children: dict[str | int, _Spot] = {}


@dataclass(frozen=True, slots=True)
class Source:
    """One file, decoded: `file` is its name relative to the workspace with `/`, `text` its text without BOM."""

    file: str
    text: str
    _root: list[_Spot] = field(default_factory=list, init=False, repr=False, compare=False)

    def span(self, path: Path, on: Literal["value", "key", "mapping"] = "value") -> Span:
        """Where `path` is: its value, the key that holds it, or the first line of its mapping.

        For `mapping` that is the mapping at `path` itself or, where something else is there, the one around it. A path
        that does not exist falls back to the first line of its nearest existing ancestor, a blank value to its key. The
        first call walks the file (about the cost of reading it); later ones are look-ups. Never raises.
        """
        if not self._root:
            self._root.append(_locate(self.text))
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
    parser = CParser(text.encode("utf-8", "replace"))
    try:
        parser.get_event()
        parser.get_event()
        return _locate_value(text, parser, 1)
    except (YAMLError, StopReading):
        start = len(text) - len(text.lstrip())
        return _Spot(start, texts.line_end(text, start))


def _locate_value(text: str, parser: CParser, depth: int) -> _Spot:
    event: Any = parser.get_event()
    if depth > MOST_DEPTH or not isinstance(event, (ScalarEvent, MappingStartEvent, SequenceStartEvent)):
        raise StopReading
    start, end = reach(event)
    properties = re.compile(PROPERTIES).match(text, start, end)
    spot = _Spot(properties.end() if properties else start, end)
    if isinstance(event, ScalarEvent):
        if event.style in ("|", ">"):  # its end mark stands behind the blank lines that follow it
            spot.end = start + len(text[start:end].rstrip())
        return spot
    spot.kind = "mapping" if isinstance(event, MappingStartEvent) else "list"
    while not isinstance(parser.peek_event(), (MappingEndEvent, SequenceEndEvent)):
        key: Any = parser.get_event() if spot.kind == "mapping" else None
        if key is not None and not isinstance(key, ScalarEvent):
            raise StopReading
        child = _locate_value(text, parser, depth + 1)
        if key is not None:
            child.key = reach(key)
        spot.children[len(spot.children) if key is None else key.value] = child
        # A block collection's own end mark swallows the comments after it: its last content is its end.
        spot.end = max(spot.end, child.end)
    start, end = reach(parser.get_event())
    if start < end:
        spot.end = end
    return spot
