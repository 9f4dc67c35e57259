"""Reading, the careful way: with positions, and every fault told apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any, Final, Literal, TypeAlias

from yaml._yaml import CParser
from yaml.error import MarkedYAMLError
from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from projledger.diagnostics import Diagnostic
from projledger.source import words
from projledger.source.faults import Faults
from projledger.source.limits import MOST_DEPTH, MOST_FINDINGS, MOST_KEYS, MOST_VALUES
from projledger.source.places import PROPERTIES, TAG_DIRECTIVE, Remains, Source, StopReading, Tree, reach
from projledger.source.syntax import CONFLICT, MISSED_KEY, TAG, SyntaxFault, content_end, explain, masked, missed_colon
from projledger.source.text import (
    COLON,
    ODD,
    POINTER,
    WIDE,
    WIDE_CHARACTERS,
    broken,
    line_end,
    line_start,
    next_line,
    position,
)

_MOST_READ_AGAIN: Final = 2 * 1024 * 1024
"""Characters: a file is read again after mending until so much was read in all, or there is more than can be shown."""

_Role: TypeAlias = Literal["root", "key", "value", "item"]

_STRUCTURAL: Final = frozenset(
    {"syntax", "indentation", "unclosed-quote", "unclosed-bracket", "empty-key", "empty-item", "duplicate-key"}
    | {"nfc-twins", "not-a-mapping", "empty-file"}
)
"""What a wrong guess about the structure can bring about."""


_KEY_LOST: Final = frozenset({"merge-key", "complex-key", "empty-key", "nfc-twins", "syntax"})
"""With one of these a key that seems to be missing may be there."""
_NAMES_KEPT: Final = frozenset(
    {"tag", "directive", "second-document", "empty-item", "duplicate-key", "lost-to-comment", "tab-indent"}
)
"""With these alone every id of a file is the one that was written."""
_STAND_IN: Final = "\ue000"
"""What `syntax` puts into keys that gave up a character."""

_MISSED: Final = frozenset({"fullwidth-colon", "wide-space", "missing-space"})
"""What keeps a file from being a mapping, and says more than that it is none."""


def inspect(source: Source) -> tuple[Tree | None, list[Diagnostic]]:
    """The data of a file (None when a finding is blocking), and everything that is wrong with it."""
    return salvage(source)[:2]


def salvage(source: Source) -> tuple[Tree | None, list[Diagnostic], Remains | None]:
    """As `inspect`; where a finding is blocking also what can be told of the file all the same, if anything can."""
    faults = Faults()
    if source.text.startswith(POINTER):
        faults.add("lfs-pointer", 0, line_end(source.text, 0), words.pointer)
        return None, faults.diagnostics(source.file, source.text), None
    text = _mask_odd_characters(source.text, faults)
    text = _mask_tag_directives(text, faults)
    whole = text
    text = _cut_at_conflict(text, faults)
    reading = _Reading(text, faults, cut=len(text) < len(whole))
    tree = reading.tree()
    found = faults.diagnostics(source.file, source.text)
    if not faults.blocking:
        return tree, found, None
    if len(found) > MOST_FINDINGS:
        return None, found, None
    if tree is None or not reading.certain:
        before = reading.before()
        return None, found, _beginning(source, before, found) if before is not None else None
    return None, found, _remains(source, tree, reading, found)


def _beginning(source: Source, before: tuple[Tree, str], found: list[Diagnostic]) -> Remains:
    """What stands before the first line whose place in the structure is a guess: its values are as they were written.

    What else belongs to its items may stand behind that line, so nothing can be said to be absent.
    """
    tree, text = before
    return Remains(
        tree,
        replace(source, legible=text),
        tuple(fault.span for fault in found),
        frozenset(fault.span.line for fault in found),
        keys_sure=False,
        names_sure=False,
    )


def _remains(source: Source, tree: Tree, reading: _Reading, found: list[Diagnostic]) -> Remains:
    codes = {fault.code for fault in found}
    return Remains(
        tree,
        replace(source, legible=reading.text),
        tuple(fault.span for fault in found),
        frozenset(position(source.text, start)[0] for start in reading.mended),
        keys_sure=not codes & _KEY_LOST and _STAND_IN not in reading.text,
        names_sure=codes <= _NAMES_KEPT and not reading.dropped,
    )


def _mask_odd_characters(text: str, faults: Faults) -> str:
    """Report characters that no ledger may hold, and put harmless ones in their places."""
    shown = MOST_FINDINGS + 1
    for run in islice(re.finditer(f"{ODD}+", text), shown):
        code = words.odd_code(run[0][0])
        faults.add(code, *run.span(), partial(words.odd_character, code, run[0][0]))
    # Counting and masking millions of them one by one would take seconds.
    faults.hidden += max(0, re.subn(f"{ODD}+", "", text)[1] - shown)
    return re.sub(ODD, "_", text)


def _mask_tag_directives(text: str, faults: Faults) -> str:
    """Report `%TAG` lines and make comments of them."""
    for line in re.finditer(TAG_DIRECTIVE, text):
        faults.add("directive", *line.span(), partial(words.directive, line.group()))
    return re.sub(TAG_DIRECTIVE, r"#\1", text)


def _cut_at_conflict(text: str, faults: Faults) -> str:
    """Report every unresolved merge, and keep only what stands before the first one."""
    if "<<<<<<<" not in text:
        return text
    first = last = -1
    cut = len(text)
    for marker in re.finditer(CONFLICT, text):
        if marker.group().startswith("<"):
            if first >= 0:  # the one before has no end
                _add_conflict(text, first, last, faults)
            first, cut = marker.start(), min(cut, marker.start())
        last = marker.end()
        if first >= 0 and marker.group().startswith(">"):
            _add_conflict(text, first, last, faults)
            first = -1
    if first >= 0:
        _add_conflict(text, first, last, faults)
    return text[:cut]


def _add_conflict(text: str, start: int, end: int, faults: Faults) -> None:
    faults.add(
        "conflict",
        start,
        line_end(text, start),
        lambda: words.conflict(position(text, start)[0], position(text, end)[0]),
    )


class _Reading:
    """One text, read again and again with its syntax errors mended, until it can be read or no mending helps."""

    def __init__(self, text: str, faults: Faults, cut: bool) -> None:
        self.text = text
        self.faults = faults
        self.cut = cut
        """The text goes on behind its end, with something that cannot be read."""
        self.mended = {line_start(text, fault.start) for fault in faults.kept}
        """Lines (by their first offset) that are not what was written: a syntax error there is no news."""
        self.guessed = len(text) + 1
        """From here on indentation was mended: the structure is a guess until all of it can be read."""
        self.blanked = len(text) + 1
        """From here on lines are missing: the structure stays a guess."""
        self.stopped = len(text) + 1
        """From here on nothing could be read: there is no telling what the line there should have been."""
        self.dropped = False
        """A key stands twice, and something with ids in it went with the second one."""

    @property
    def certain(self) -> bool:
        """Whether the structure is the one that was written: all of it was read, and nothing was guessed."""
        return not self.cut and min(self.guessed, self.blanked) > len(self.text)

    def tree(self) -> Tree | None:
        tree: Tree | None = None
        for _n in range(max(1, min(MOST_FINDINGS + 1, _MOST_READ_AGAIN // (len(self.text) + 1)))):
            walk = _Walk(self.text, self.cut)
            try:
                tree = walk.document()
            except StopReading:
                pass
            except MarkedYAMLError as error:
                if not self.cut and self._mend(explain(self.text, error, walk.last)):
                    continue
            break
        sure = self.blanked if tree is not None else min(self.blanked, self.guessed)
        for fault in walk.faults.kept:
            if fault.code == "not-a-mapping" and line_start(self.text, fault.start) in self.mended:
                continue
            if fault.start < sure or fault.code not in _STRUCTURAL:
                self.faults.keep(fault)
        self.faults.hidden += walk.faults.hidden
        self.dropped = walk.dropped
        return tree

    def before(self) -> tuple[Tree, str] | None:
        """The data of the lines before the first that is a guess, with their text; None where they are no mapping."""
        text = self.text[: min(self.guessed, self.blanked, self.stopped)]
        try:
            tree = _Walk(text, cut=True).document()
        except (StopReading, MarkedYAMLError):
            return None
        return (tree, text) if isinstance(tree, dict) else None

    def _mend(self, error: SyntaxFault) -> bool:
        """Report a syntax error unless it follows from another; True when reading can go on with a changed text."""
        fault = error.fault
        line, end = line_start(self.text, fault.start), line_end(self.text, fault.start)
        if line in self.mended:
            if not self.text[line:end].strip():
                return False
            self._blank(line, end)
            return True
        if fault.code in _STRUCTURAL and fault.start > min(self.guessed, self.blanked):
            return False
        self.faults.keep(fault)
        if error.effect == "stop":
            self.stopped = line
            return False
        if error.effect != "none":
            self.mended.add(line)
        if error.effect == "guess":
            self.guessed = min(self.guessed, line)
        self.text = error.mended
        if error.effect == "blank":
            self._blank(line, end)
        return True

    def _blank(self, line: int, end: int) -> None:
        self.text = masked(self.text, line, end, " ")
        self.blanked = min(self.blanked, line)


class _Walk:
    """The events of one text, with everything that is wrong but no syntax error."""

    def __init__(self, text: str, cut: bool) -> None:
        self.text = text
        self.cut = cut
        self.faults = Faults()
        self.dropped = False
        self.last: tuple[int, int, str] = (0, 0, "")
        """Start, end and style of the last scalar, for the explanation of a syntax error."""
        self._get: Callable[[], Any] = CParser(text.encode()).get_event
        self._left = MOST_VALUES

    def document(self) -> Tree | None:
        """The data; None where it is no mapping."""
        self._get()
        event = self._get()
        if isinstance(event, StreamEndEvent):
            self._empty()
            return None
        head = reach(event)[1]
        for line in re.finditer(r"^%[^\r\n]*", self.text[:head], re.MULTILINE):
            self.faults.add("directive", *line.span(), partial(words.directive, line.group()))
        event = self._get()
        tree = self._value(event, 1, "root", head)
        self._get()
        following = self._get()
        if not isinstance(following, StreamEndEvent):
            at = reach(following)[0]
            self.faults.add("second-document", at, line_end(self.text, at), words.second_document)
        if isinstance(tree, dict):
            return tree
        start, end = reach(event)
        if start == end and tree == "":
            self._empty()
            return None
        if not self.cut and not any(fault.code in _MISSED for fault in self.faults.kept):
            end = content_end(self.text, start)
            self.faults.add(
                "not-a-mapping",
                start,
                end,
                words.list_at_top if isinstance(tree, list) else partial(words.text_at_top, self.text[start:end]),
            )
        return None

    def _empty(self) -> None:
        if not self.cut:
            self.faults.add("empty-file", 0, 0, partial(words.empty_file, bool(self.text.strip())))

    def _value(self, event: Any, depth: int, role: _Role, behind: int) -> Tree:
        """The data of the value that begins with `event`; `behind` is where its key ends."""
        start, end = reach(event)
        if isinstance(event, AliasEvent):
            self.faults.add("alias", start, end, partial(words.alias, self.text[start:end]))
            return "*"
        if isinstance(event, ScalarEvent):
            return self._scalar(event, role, behind)
        self._properties(event)
        if depth > MOST_DEPTH:
            self.faults.add("too-deep", start, start + 1, words.too_deep)
            raise StopReading
        return self._mapping(event, depth) if isinstance(event, MappingStartEvent) else self._list(event, depth)

    def _properties(self, event: Any) -> int:
        """Report a tag; where the value itself begins, behind tag and anchor."""
        start, end = reach(event)
        if event.tag is not None:
            tag = re.compile(TAG).search(self.text, start)
            assert tag
            self.faults.add("tag", *tag.span(), partial(words.tag, tag.group()))
        if event.tag is None and event.anchor is None:
            return start
        found = re.compile(PROPERTIES).match(self.text, start, end)
        return found.end() if found else end

    def _mapping(self, start: Any, depth: int) -> dict[str, Tree]:
        data: dict[str, Tree] = {}
        places: dict[str, tuple[int, int]] = {}
        composed: dict[str, str] = {}
        first = reach(start)[0]
        while not isinstance(event := self._get(), MappingEndEvent):
            if len(places) >= MOST_KEYS:
                self.faults.add("too-many-keys", first, line_end(self.text, first), words.too_many_keys)
                raise StopReading
            self._spend()
            begin, end = reach(event)
            if not isinstance(event, ScalarEvent):
                if not isinstance(event, AliasEvent):
                    self.faults.add("complex-key", begin, begin + 1, words.complex_key)
                self._value(event, depth + 1, "key", begin)
                self._value(self._get(), depth + 1, "value", end)
                continue
            key = self._scalar(event, "key", begin)
            value_event = self._get()
            value = self._value(value_event, depth + 1, "value", end)
            self._check_key(event, key, value, flow=start.flow_style)
            if key in places:
                related = (*places[key], words.first_one())
                self.faults.add("duplicate-key", begin, end, partial(words.duplicate_key, key), related)
                self.dropped |= not isinstance(value, str) or key in ("id", "number")
                continue
            places[key] = (begin, end)
            twin = key if key.isascii() else composed.setdefault(unicodedata.normalize("NFC", key), key)
            if twin != key:
                related = (*places[twin], words.first_one())
                self.faults.add("nfc-twins", begin, end, partial(words.nfc_twins, key), related)
            if value != "":
                data[key] = value
        return data

    def _spend(self) -> None:
        self._left -= 1
        if self._left < 0:
            self.faults.add("too-large", 0, 0, words.too_many_values)
            raise StopReading

    def _check_key(self, event: Any, key: str, value: Tree, flow: bool) -> None:
        start, end = reach(event)
        if flow and self.text[start - 1] == "?":  # libyaml takes `[?x]` for a key
            self.faults.add("needs-quotes", start - 1, start, partial(words.not_a_beginning, "?"))
        elif key == "":
            self.faults.add("empty-key", start, end, words.empty_key)
        elif event.style == "" and key == "<<":
            self.faults.add("merge-key", start, end, words.merge_key)
        elif flow and event.style == "" and value == "":
            colon = re.compile(r":(?=[^\s/])").search(self.text, start, end)
            if colon:
                self.faults.add(*missed_colon(self.text, start, *colon.span()))

    def _list(self, start: Any, depth: int) -> list[Tree]:
        data: list[Tree] = []
        first = reach(start)[0]
        while not isinstance(event := self._get(), SequenceEndEvent):
            self._spend()
            value = self._value(event, depth + 1, "item", first)
            data.append(value)
            begin, end = reach(event)
            if value == "" and not (self.cut and end >= len(self.text.rstrip())):
                # A blank item begins (and ends) behind its dash.
                begin -= begin == end
                self.faults.add("empty-item", begin, end, partial(words.empty_item, len(data)))
        return data

    def _scalar(self, event: Any, role: _Role, behind: int) -> str:
        start, end = self._properties(event), reach(event)[1]
        self.last = (start, end, event.style)
        if event.style == '"':
            self._escapes(start, end, event.value)
        elif event.style == "":
            self._plain(start, end, role, behind)
        value: str = event.value
        return value

    def _escapes(self, start: int, end: int, value: str) -> None:
        """Report the characters that an escape in a double-quoted text stands for, and that may not stand there."""
        left = re.subn(f"{ODD}|\r", "", value)[1]
        shown = min(left, MOST_FINDINGS + 1)
        self.faults.hidden += left - shown
        for escape in re.compile(_ESCAPE, re.DOTALL).finditer(self.text, start, end):
            if not shown:
                break
            digits = escape[1] or escape[2] or escape[3]
            char = chr(int(digits, 16)) if digits else _ESCAPED.get(escape.group()[1], "")
            if char == "\r" or re.match(ODD, char):
                shown -= 1
                code = words.odd_code(char)
                self.faults.add(code, *escape.span(), partial(words.odd_character, code, char))

    def _plain(self, start: int, end: int, role: _Role, behind: int) -> None:
        """Look at an unquoted text for what only looks like YAML, and for what YAML took away from it."""
        if role != "key":
            lost = re.compile(r"[ \t]+(#+[^\s#][^\r\n]*)").match(self.text, end)
            if lost:
                self.faults.add("lost-to-comment", *lost.span(1), partial(words.lost_to_comment, lost[1]))
        plain = self.text[start:end]
        if plain.isascii() and role != "root":
            return
        inner = plain.strip(WIDE_CHARACTERS)
        leading = len(plain) - len(plain.lstrip(WIDE_CHARACTERS))
        for at, size in ((start, leading), (start + leading + len(inner), len(plain) - leading - len(inner))):
            if size:
                self.faults.add("wide-space", at, at + size, partial(words.wide_space, self.text[at]))
        if role == "key":
            for colon in re.compile(rf"{COLON}|:[{WIDE}]").finditer(self.text, start, end):
                self.faults.add(*missed_colon(self.text, start, *colon.span()))
            return
        # Behind “key: ” a full-width colon is text; at the beginning of a line it may be that of a key.
        line = start
        if role == "value" and not broken(self.text, behind, start):
            line = next_line(self.text, start, end)
        while line < end:
            missed = re.compile(MISSED_KEY).match(self.text, line, end)
            if missed and (role == "root" or self._is_likely(missed)):
                self.faults.add(*missed_colon(self.text, missed.start("key"), *missed.span("colon")))
            line = next_line(self.text, line, end)

    @staticmethod
    def _is_likely(missed: re.Match[str]) -> bool:
        """Whether this is a key that was missed, and not a sentence with a colon in it."""
        return missed["colon"] != ":" and re.fullmatch(_KEY_LIKE, missed["key"].strip()) is not None


_KEY_LIKE: Final = r"[a-z][a-z0-9_-]*|\d{4}(?:-[0-9HQW]\w*)?"
"""A key of a ledger, or a period: what is more likely to be one than the beginning of a sentence."""

_ESCAPE: Final = r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|.)"
_ESCAPED: Final = {
    "0": "\0", "a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "v": "\v", "r": "\r",
    "N": "\x85", "L": "\u2028", "P": "\u2029",
}  # fmt: skip
