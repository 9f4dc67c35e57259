"""One ledger file: bytes → text → plain dicts, lists and strings, with a place for everything on demand.

The only importer of the YAML parser. Nothing is typed here: `no`, `007`, `12:30` and `2024-02-30` stay the text that
they are, and the schema decides what they mean. YAML's own machinery (tags, aliases, merge keys, directives, several
documents) is refused, because each of them lets a file mean something else than it shows.

A file is read in one of two ways, with the same result:

- *the quick way*, for files with nothing unusual in them: libyaml's events straight into dicts and lists, without
  positions. It gives up, silently, at the first thing that is out of the ordinary;
- *the careful way*, for files where the quick way gave up: the same events with their positions, and every fault
  that can be told apart, with its place, its reason and its remedy. Where a fault is plain enough to be mended in
  memory (always by as many characters as before, so that places stay true) the file is read again without it, so
  that one run shows all faults of a file and not only the first.

Places are not kept while reading, for the sake of memory: `Source.span` walks its one file again when asked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

from yaml._yaml import CParser
from yaml.error import MarkedYAMLError, YAMLError
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from projledger.diagnostics import Diagnostic, Path, Rule, Span
from projledger.errors import ConversionError
from projledger.i18n import N_, _, ngettext

Tree: TypeAlias = "dict[str, Tree] | list[Tree] | str"

MOST_BYTES: Final = 8 * 1024 * 1024
"""A ledger file larger than this is not read."""
MOST_DEPTH: Final = 32
"""Lists and mappings inside each other; libyaml's cost grows with the square of the depth, its stack with the depth."""
MOST_KEYS: Final = 10_000
"""Keys of one mapping."""
MOST_VALUES: Final = 500_000
"""Keys and list items of one file: what keeps the densest 8 MiB within memory."""
MOST_FINDINGS: Final = 50
"""Findings shown for one file."""

TOP: Final = Span(1, 1, 1, 2)
"""The place of a finding about a file as a whole."""

_MOST_EXCERPT: Final = 4_000
_MOST_QUOTE: Final = 40
_MOST_ROUNDS: Final = 50
_MOST_REREAD: Final = 4 * 1024 * 1024


# --- characters ------------------------------------------------------------------------------------------------------

_CONTROL: Final = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufff9-\ufffb\ufffe\uffff"
_LINE: Final = "\x85\u2028\u2029"
_BIDI: Final = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_INVISIBLE: Final = "\xad\u180e\u200b\u2060-\u2064\ufeff\U000e0000-\U000e007f"
_SURROGATE: Final = "\ud800-\udfff"
_WIDE: Final = "\u3000\xa0\u1680\u2000-\u200a\u202f\u205f"

_ODD: Final = re.compile(f"[{_CONTROL}{_LINE}{_BIDI}{_INVISIBLE}{_SURROGATE}]")
_ODD_KINDS: Final = (
    ("control-character", re.compile(f"[{_CONTROL}\r]")),
    ("line-separator", re.compile(f"[{_LINE}]")),
    ("bidi-control", re.compile(f"[{_BIDI}]")),
    ("invisible-character", re.compile(f"[{_INVISIBLE}]")),
    ("surrogate", re.compile(f"[{_SURROGATE}]")),
)
_ODD_OR_WIDE: Final = re.compile(f"{_ODD.pattern}|[{_WIDE}]")
_C0_BYTES: Final = bytes(c for c in (*range(0x20), 0x7F) if c not in b"\t\n\r")
_LEAD_BYTES: Final = (b"\xc2", b"\xd8", b"\xe1", b"\xe2", b"\xf3", b"\xe3\x80\x80", b"\xef\xbb\xbf", b"\xef\xbf")
"""The UTF-8 lead bytes of every character in `_ODD` and `_WIDE` beyond ASCII: `in` is quick, a pattern is not."""

_BREAK: Final = re.compile(r"\r\n|\r|\n")
_SPACES: Final = " \t"

_VISIBLE: Final = {
    **{c: 0x2400 + c for c in range(0x20)},
    0x09: 0x2192,
    0x7F: 0x2421,
}


def visible(text: str) -> str:
    """`text` with every control, bidi or invisible character replaced by a sign, one for one (columns stay true).

    A tab becomes `→`, other ASCII controls their control pictures (`␛`), the rest `�`.
    """
    if text.isascii() and text.isprintable():
        return text
    return _ODD.sub("\ufffd", text.translate(_VISIBLE))


def _quoted(text: str) -> str:
    """A piece of a ledger for use inside a message: one line, visible, not long."""
    text = " ".join(visible(part) for part in _BREAK.split(text[: _MOST_QUOTE * 2]))
    return text if len(text) <= _MOST_QUOTE else text[: _MOST_QUOTE - 1] + "…"


def _code_point(char: str) -> str:
    return f"U+{ord(char):04X}"


# --- places ----------------------------------------------------------------------------------------------------------


class _Spot:
    """Where a value and its key are: offsets into the text, the end exclusive."""

    __slots__ = ("children", "end", "key", "kind", "start")

    def __init__(self, kind: Literal["mapping", "list", "scalar"], start: int, end: int) -> None:
        self.kind = kind
        self.start = start
        self.end = end
        self.key: tuple[int, int] | None = None
        self.children: dict[str | int, _Spot] = {}


@dataclass(frozen=True, slots=True)
class Source:
    """One file, decoded: `file` is its name relative to the workspace with `/`, `text` its text without BOM."""

    file: str
    text: str
    _spots: list[_Spot] = field(default_factory=list, init=False, repr=False, compare=False)

    def span(self, path: Path, on: Literal["value", "key", "mapping"] = "value") -> Span:
        """Where `path` is: its value, the key that holds it, or the first line of its mapping.

        For `mapping` that is the mapping at `path` itself or, where something else is there, the one around it. A path
        that does not exist falls back to the first line of its nearest existing ancestor, a blank value to its key. The
        first call walks the file (about the cost of reading it); later ones are look-ups. Never raises.
        """
        if not self._spots:
            self._spots.append(_locate(self.text))
        spot = self._spots[0]
        holder = spot
        for step in path:
            child = spot.children.get(step)
            if child is None:
                return self._first_line(spot)
            if spot.kind == "mapping":
                holder = spot
            spot = child
        if on == "mapping":
            return self._first_line(spot if spot.kind == "mapping" else holder)
        if spot.key is not None and (on == "key" or spot.start == spot.end):
            return self._between(*spot.key)
        if on == "key":
            return self._first_line(spot)
        return self._between(spot.start, spot.end)

    def line(self, n: int) -> str:
        """Line `n`, counted from 1, with control and bidi characters made visible; empty when there is none."""
        lines = self.text.replace("\r\n", "\n").replace("\r", "\n").split("\n", n) if n > 0 else []
        return _excerpt(lines[n - 1]) if n <= len(lines) else ""

    def _first_line(self, spot: _Spot) -> Span:
        stop = min(_line_end(self.text, spot.start), max(spot.end, spot.start + 1))
        return self._between(spot.start, spot.start + len(self.text[spot.start : stop].rstrip()))

    def _between(self, start: int, end: int) -> Span:
        return _span(self.text, start, end)


def _line_start(text: str, index: int) -> int:
    return max(text.rfind("\n", 0, index), text.rfind("\r", 0, index)) + 1


def _line_end(text: str, index: int) -> int:
    found = _BREAK.search(text, index)
    return found.start() if found else len(text)


def _line_of(text: str, index: int) -> str:
    return text[_line_start(text, index) : _line_end(text, index)]


def _position(text: str, index: int) -> tuple[int, int]:
    """Line and column of an offset, both from 1. Counting is quick in C; a table of lines would cost memory."""
    breaks = text.count("\n", 0, index)
    if "\r" in text:
        breaks += text.count("\r", 0, index) - text.count("\r\n", 0, index)
    return breaks + 1, index - _line_start(text, index) + 1


def _span(text: str, start: int, end: int) -> Span:
    """At least one column wide, so that there is something to point at."""
    line, column = _position(text, start)
    if end <= start:
        return Span(line, column, line, column + 1)
    return Span(line, column, *_position(text, end))


def _excerpt(line: str) -> str:
    return visible(line if len(line) <= _MOST_EXCERPT else line[:_MOST_EXCERPT] + "…")


_PROPERTIES: Final = re.compile(r"(?:[&!]\S*\s+)+")


class _StopReading(Exception):  # noqa: N818 - a jump out of nested calls, never seen outside
    """Nothing after this point of the file is worth reading."""


def _locate(text: str) -> _Spot:
    """The places of everything in `text`; of nothing but its first line when it cannot be read."""
    parser = CParser(text.encode("utf-8", "replace"))
    try:
        parser.get_event()
        parser.get_event()
        return _locate_value(text, parser, 1)
    except (YAMLError, _StopReading):
        found = re.search(r"\S", text)
        start = found.start() if found else 0
        return _Spot("scalar", start, _line_end(text, start))


def _reach(event: Any) -> tuple[int, int]:
    """The offsets of an event's first character and behind its last one."""
    return event.start_mark.index, event.end_mark.index


def _locate_value(text: str, parser: CParser, depth: int) -> _Spot:
    event: Any = parser.get_event()
    start, end = _reach(event)
    properties = _PROPERTIES.match(text, start, end)
    spot = _Spot("scalar", properties.end() if properties else start, end)
    if isinstance(event, ScalarEvent):
        if event.style in ("|", ">"):  # its end mark stands after the blank lines that follow it
            spot.end = start + len(text[start:end].rstrip())
        return spot
    if depth > MOST_DEPTH or not isinstance(event, (MappingStartEvent, SequenceStartEvent)):
        raise _StopReading
    spot.kind = "mapping" if isinstance(event, MappingStartEvent) else "list"
    while not isinstance(parser.peek_event(), (MappingEndEvent, SequenceEndEvent)):
        key = parser.get_event() if spot.kind == "mapping" else None
        if key is not None and not isinstance(key, ScalarEvent):
            raise _StopReading
        child = _locate_value(text, parser, depth + 1)
        if key is not None:
            child.key = _reach(key)
        spot.children[len(spot.children) if key is None else key.value] = child
        # A block collection's own end mark swallows the comments after it: its last content is its end.
        spot.end = max(spot.end, child.end)
    event = parser.get_event()
    start, end = _reach(event)
    if start < end:
        spot.end = end
    return spot


# --- bytes to text ---------------------------------------------------------------------------------------------------

_BYTE_ORDER_MARKS: Final = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


def decode(file: str, raw: bytes) -> tuple[Source | None, list[Diagnostic]]:
    """The text of a file, which must be UTF-8 (a BOM is stripped). No other encoding is ever guessed and read."""
    if len(raw) > MOST_BYTES:
        return None, [
            _alone(
                file,
                "too-large",
                _("the file is {size} MiB; at most {limit} MiB are read").format(
                    size=-(-len(raw) // (1024 * 1024)), limit=MOST_BYTES // (1024 * 1024)
                ),
                _("Keep one project per file, and pictures and documents outside the ledgers."),
            )
        ]
    encoding = _wide_encoding(raw)
    if encoding:
        return None, [
            _alone(
                file,
                "utf-16",
                _("the file is in {encoding}, not UTF-8").format(encoding=encoding.upper()),
                _("Save it as UTF-8, or run: {command}").format(command=_convert_command(file, encoding)),
            )
        ]
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return None, [_not_utf8(file, raw, error)]
    return Source(file, text.removeprefix("\ufeff")), []


def _convert_command(file: str, encoding: str) -> str:
    from shlex import quote

    return f"projledger convert {quote(visible(file))} --from {encoding}"


def _alone(file: str, code: str, message: str, remedy: str, span: Span | None = None, excerpt: str = "") -> Diagnostic:
    """A finding about a file whose text is not known."""
    return Diagnostic(visible(file), span or TOP, "error", code, message, remedy, excerpt)


def _wide_encoding(raw: bytes) -> str:
    """The UTF-16 or UTF-32 flavour that `raw` is surely in, by its byte order mark or by where its zero bytes stand."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if raw.startswith(mark):
            return encoding
    # Keys are ASCII, so that a good part of their bytes is zero; read rightly there is no zero, but “: ” or “:” and
    # a line break after a key.
    for encoding in ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be") if b"\0" in raw else ():
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text and re.search(r":[ \r\n]", text):
            return encoding
    return ""


def _not_utf8(file: str, raw: bytes, error: UnicodeDecodeError) -> Diagnostic:
    before = raw[: error.start].decode("utf-8").removeprefix("\ufeff")
    line, column = _position(before, len(before))
    row = (
        before[_line_start(before, len(before)) :]
        + _BREAK.split(raw[error.start : error.start + 400].decode("utf-8", "backslashreplace"), maxsplit=1)[0]
    )
    lenient = raw.decode("utf-8", "ignore")
    wrong = len(raw) - len(lenient.encode())
    good = len(lenient) - sum(map(str.isascii, lenient))
    message = _("byte {byte} is not UTF-8").format(byte=f"0x{raw[error.start]:02X}")
    remedy = _("Find out how the file was saved, and save it as UTF-8 or run: {command}").format(
        command=_convert_command(file, "ENCODING")
    )
    try:
        raw.decode("gb18030")
    except UnicodeDecodeError:
        likely = False
    else:
        # Two bytes a character: in a Chinese file of another encoding most characters fail to be UTF-8.
        likely = wrong > good
    if likely:
        message = _("the text is not UTF-8 (first at byte {byte}); it may be GBK / GB18030").format(
            byte=f"0x{raw[error.start]:02X}"
        )
        remedy = _("Save it as UTF-8, or look at what this shows: {command}").format(
            command=_convert_command(file, "gb18030")
        )
    elif good > wrong:
        message = _("the text is UTF-8, but damaged here: byte {byte} belongs to no character").format(
            byte=f"0x{raw[error.start]:02X}"
        )
        remedy = _("Type the character again, or take the line from an older version of the file.")
    return _alone(file, "encoding", message, remedy, Span(line, column, line, column + 1), _excerpt(row))


def convert(raw: bytes, encoding: str) -> str:
    """The text of `raw` in `encoding`, strictly, without BOM.

    Raises:
        ConversionError: an unknown encoding, bytes that are not of it, text that is UTF-8 already, or a result that
            holds control characters (a sure sign of a wrong encoding).
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        # A two-byte character of GBK can pass for UTF-8, but then it is one of those below U+0800.
        if any(char >= "\u0800" for char in text) and "\0" not in text:
            raise ConversionError(_("the text is UTF-8 already; there is nothing to convert"))
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise ConversionError(
            _(
                "byte {n} ({byte}) is not of the encoding {encoding}. "
                "Try another: gb18030, big5, utf-16, shift_jis, windows-1252"
            ).format(n=error.start + 1, byte=f"0x{raw[error.start]:02X}", encoding=encoding)
        ) from None
    except (LookupError, ValueError):
        raise ConversionError(
            _("no encoding of text is called {encoding}. Try: gb18030, big5, utf-16, shift_jis, windows-1252").format(
                encoding=visible(encoding)
            )
        ) from None
    text = text.removeprefix("\ufeff")
    odd = _ODD_KINDS[0][1].search(text.replace("\r", ""))
    if odd:
        raise ConversionError(
            _("read as {encoding} the text holds a control character ({char}): it is of another encoding").format(
                encoding=encoding, char=_code_point(odd.group())
            )
        )
    return text


# --- names -----------------------------------------------------------------------------------------------------------

_RESERVED: Final = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?:\..*)?", re.IGNORECASE)


def check_name(file: str) -> list[Diagnostic]:
    """What is wrong with the name of a file, relative to the workspace: nothing, or one finding."""
    reason = _name_fault(file)
    if not reason:
        return []
    return [_alone(file, "bad-name", reason, _("Rename the file: letters, digits, “-”, “_” and “.” always work."))]


def _name_fault(file: str) -> str:
    odd = _ODD.search(file) or re.search(r"[\t\r\n]", file)
    if odd:
        return _("the file name holds the character {char}").format(char=_code_point(odd.group()))
    forbidden = re.search(r'[\\:*?"<>|]', file)
    if forbidden:
        return _("the file name holds “{char}”, which Windows does not allow").format(char=forbidden.group())
    if file.startswith("/"):
        return _("the file name is an absolute path; it must lie inside the workspace")
    for part in file.split("/"):
        if part in ("", ".", ".."):
            return _("the path “{file}” has the part “{part}”; it must lie inside the workspace").format(
                file=_quoted(file), part=part
            )
        if part.startswith("-"):
            return _("the file name begins with a dash, which programs take for an option")
        if part[-1] in ". ":
            return _("the file name ends with a dot or a space, which Windows drops")
        if _RESERVED.fullmatch(part):
            return _("“{name}” is the name of a device on Windows").format(name=_quoted(part))
        if len(part.encode()) > 255:
            return _("the file name is {n} bytes long; 255 are possible").format(n=len(part.encode()))
    return ""


# --- the quick way ---------------------------------------------------------------------------------------------------

_TAG: Final = re.compile(rb"(?:^|[\s,\[{:?-])!")
_LOST: Final = re.compile(rb"[ \t]#+[^\s#]")
_ESCAPE_BYTES: Final = re.compile(rb"\\[0abefvrNLPxuU]")
_COLON: Final = "："


def read(source: Source) -> tuple[Tree | None, list[Diagnostic]]:
    """The data of a file as plain dicts, lists and strings, and what is wrong with the file.

    The top is a mapping. A key with an empty value is left out. The data is `None` when a finding is blocking.
    """
    try:
        raw = source.text.encode()
    except UnicodeEncodeError:  # lone surrogates
        return _inspect(source)
    if not _unusual(source.text, raw):
        tree = _read_quickly(raw)
        if tree is not None:
            return tree, []
    return _inspect(source)


def _unusual(text: str, raw: bytes) -> bool:
    """Whether there may be something in the text that the quick way would not notice.

    Mostly substring searches over bytes; a pattern runs only where one of them hits.
    """
    return (
        len(raw.translate(None, _C0_BYTES)) != len(raw)
        or b"<<" in raw
        or (b"!" in raw and _TAG.search(raw) is not None)
        or ((b" #" in raw or b"\t#" in raw) and _may_lose_text(raw))
        or (b"\\" in raw and _ESCAPE_BYTES.search(raw) is not None)
        or (any(lead in raw for lead in _LEAD_BYTES) and _ODD_OR_WIDE.search(text) is not None)
        or (b"\xef\xbc\x9a" in raw and _may_miss_colon(text))
        or not unicodedata.is_normalized("NFC", text)
    )


def _may_lose_text(raw: bytes) -> bool:
    """Whether a comment without a space after `#` stands behind something."""
    return any(raw[raw.rfind(b"\n", 0, hit.start()) + 1 : hit.start()].strip() for hit in _LOST.finditer(raw))


def _may_miss_colon(text: str) -> bool:
    """Whether a full-width colon may stand where a key ends: not behind an ASCII colon of its line, or in a flow."""
    at = text.find(_COLON)
    while at >= 0:
        before = text[_line_start(text, at) : at]
        if not re.search(r":[ \t]", before) or re.search(r"[,\[{]", before):
            return True
        at = text.find(_COLON, _line_end(text, at))
    return False


def _read_quickly(raw: bytes) -> Tree | None:
    """The data, or None at the first thing out of the ordinary.

    A call for each level, at most `MOST_DEPTH` of them; the `for` loops count keys and items at no cost.
    """
    parser = CParser(raw)
    get: Callable[[], Any] = parser.get_event
    left = MOST_VALUES

    def mapping(depth: int) -> dict[str, Tree]:
        nonlocal left
        data: dict[str, Tree] = {}
        if depth > MOST_DEPTH:
            raise _StopReading
        for _n in range(MOST_KEYS + 1):
            event = get()
            if type(event) is not ScalarEvent:
                break
            key = event.value
            if key in data:
                raise _StopReading
            event = get()
            kind = type(event)
            if kind is ScalarEvent:
                data[key] = event.value
            elif kind is MappingStartEvent:
                data[key] = mapping(depth + 1)
            elif kind is SequenceStartEvent:
                data[key] = sequence(depth + 1)
            else:
                raise _StopReading
        left -= len(data)
        if type(event) is not MappingEndEvent or "" in data or left < 0:
            raise _StopReading
        if "" in data.values():
            if any(":" in key for key, value in data.items() if value == ""):
                raise _StopReading
            return {key: value for key, value in data.items() if value != ""}
        return data

    def sequence(depth: int) -> list[Tree]:
        nonlocal left
        data: list[Tree] = []
        if depth > MOST_DEPTH:
            raise _StopReading
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
            raise _StopReading
        return data

    try:
        get()
        start = get()
        if type(start) is not DocumentStartEvent or start.version or start.tags or type(get()) is not MappingStartEvent:
            return None
        tree = mapping(1)
        get()
        return tree if type(get()) is StreamEndEvent else None
    except (_StopReading, YAMLError):
        return None


# --- the careful way -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Fault:
    """Something wrong at offsets `start` to `end`; `related` is another place with its label."""

    code: str
    start: int
    end: int
    message: str
    help: str
    related: tuple[int, int, str] | None = None


class _Faults:
    """The faults of one file: the first `MOST_FINDINGS` of each code are kept, the others counted."""

    def __init__(self) -> None:
        self.kept: list[_Fault] = []
        self.hidden = 0
        self._counts: dict[str, int] = {}

    def room(self, code: str) -> bool:
        """Count one more of `code`, and say whether it is worth describing."""
        count = self._counts[code] = self._counts.get(code, 0) + 1
        self.hidden += count > MOST_FINDINGS
        return count <= MOST_FINDINGS

    def add(self, fault: _Fault) -> None:
        if self.room(fault.code):
            self.kept.append(fault)

    def diagnostics(self, source: Source) -> list[Diagnostic]:
        """All of them in order, cut at `MOST_FINDINGS`."""
        found = sorted(self.kept, key=lambda fault: (fault.start, fault.code, fault.message))
        return capped([_diagnostic(source, fault) for fault in found[: MOST_FINDINGS + 1]], self.hidden + len(found))


def capped(found: list[Diagnostic], count: int) -> list[Diagnostic]:
    """At most `MOST_FINDINGS` of one file's findings, which are `count`, and then one that says how many more."""
    more = count - MOST_FINDINGS
    if more <= 0:
        return found
    message = ngettext(
        "{n} more finding in this file is not shown", "{n} more findings in this file are not shown", more
    ).format(n=more)
    last = found[MOST_FINDINGS - 1]
    remedy = _("Mend the others first, then check again.")
    return [*found[:MOST_FINDINGS], Diagnostic(last.file, last.span, "error", "too-many", message, remedy)]


def _diagnostic(source: Source, fault: _Fault) -> Diagnostic:
    text = source.text
    # Nothing can be pointed at behind the last character that shows.
    start = min(fault.start, max(len(text.rstrip()) - 1, 0))
    related: tuple[tuple[str, Span, str], ...] = ()
    if fault.related:
        first, last, label = fault.related
        related = ((source.file, _span(text, first, last), label),)
    return Diagnostic(
        file=source.file,
        span=_span(text, start, min(max(fault.end, start), len(text))),
        severity=_SEVERITY[fault.code],
        code=fault.code,
        message=fault.message,
        help=fault.help,
        excerpt=_excerpt(_line_of(text, start)),
        related=related,
    )


_CONFLICT: Final = re.compile(r"^(?:<{7}|>{7}|={7}|\|{7})(?:[ \t][^\r\n]*)?\r?$", re.MULTILINE)
_MISSED_COLON: Final = re.compile(
    # after the indentation and any dashes, a key without ASCII colon, quote or bracket, and what stands for the colon
    rf"(?P<indent>[ \t{_WIDE}]*(?:- +)*)(?P<key>[^\s:：#\"'\[\]{{}},&*!|>%@`-][^:：#\"'\[\]{{}}\r\n]*?)"
    rf"(?:[ \t]*(?P<wide>：)|:(?P<space>[{_WIDE}]+)|:(?P<none>(?=[^\s{_WIDE}/])))"
)
_KEY_LIKE: Final = re.compile(r"[a-z][a-z0-9_-]*|\d{4}(?:-[0-9HQW]\w*)?")
_ESCAPE: Final = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|.)", re.DOTALL)
_ESCAPED: Final = {
    "0": "\0", "a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "v": "\v", "r": "\r",
    "N": "\x85", "L": "\u2028", "P": "\u2029",
}  # fmt: skip
_TAG_TEXT: Final = re.compile(r"!(?:<[^>\s]*>|[^\s,\[\]{}]*)")
_LOST_TEXT: Final = re.compile(r"[ \t]+(#+[^\s#][^\r\n]*)")


def _inspect(source: Source) -> tuple[Tree | None, list[Diagnostic]]:
    """Read with positions, and tell every fault apart."""
    faults = _Faults()
    text = _mask_odd_characters(source.text, faults)
    text, cut = _cut_at_conflict(text, faults)
    tree = _Careful(text, faults, cut).read()
    blocked = any(fault.code in _BLOCKING for fault in faults.kept)
    return None if blocked else tree, faults.diagnostics(source)


def _mask_odd_characters(text: str, faults: _Faults) -> str:
    """Report characters that no ledger may hold, and put harmless ones in their places."""

    def mask(match: re.Match[str]) -> str:
        run = match.group()
        code = _odd_kind(run[0])
        if faults.room(code):
            faults.kept.append(_odd_character(code, run[0], match.start(), match.end()))
        # At the end of a line a blank changes nothing; elsewhere a letter keeps the structure.
        return (" " if text[match.end() : match.end() + 1] in ("", "\r", "\n") else "_") * len(run)

    return re.sub(f"{_ODD.pattern}+", mask, text)


def _odd_kind(char: str) -> str:
    return next(code for code, kind in _ODD_KINDS if kind.match(char))


def _odd_character(code: str, char: str, start: int, end: int) -> _Fault:
    name = _code_point(char)
    if code == "control-character":
        message = _("the control character {char} may not stand in a ledger").format(char=name)
        remedy = _("Delete it. It is invisible in most editors; typing the line anew also helps.")
    elif code == "line-separator":
        message = _("{char} breaks the line for some programs and not for others").format(char=name)
        remedy = _("Replace it by an ordinary line break or a space.")
    elif code == "bidi-control":
        message = _("{char} changes the direction of writing: the line would not read as it is stored").format(
            char=name
        )
        remedy = _("Delete it.")
    elif code == "surrogate":
        message = _("{char} is half of a character").format(char=name)
        remedy = _("Write the character itself instead of its code.")
    else:
        message = _("the invisible character {char} makes equal words differ").format(char=name)
        remedy = _("Delete it. It is invisible in most editors; typing the line anew also helps.")
    return _Fault(code, start, end, message, remedy)


def _cut_at_conflict(text: str, faults: _Faults) -> tuple[str, bool]:
    """Report every unresolved merge, and keep what stands before the first one. Also says whether there was one."""
    first: re.Match[str] | None = None
    last: re.Match[str] | None = None
    cut = len(text)
    for marker in [*_CONFLICT.finditer(text), None] if "<<<<<<<" in text else ():
        if first and last and (marker is None or marker.group().startswith("<")):
            faults.add(_conflict(text, first.start(), last.end()))
            first = None
        if marker is None:
            break
        if first is None and marker.group().startswith("<"):
            first = marker
            cut = min(cut, marker.start())
        last = marker
        if first and marker.group().startswith(">"):
            faults.add(_conflict(text, first.start(), marker.end()))
            first = None
    return text[:cut], cut < len(text)


def _conflict(text: str, start: int, end: int) -> _Fault:
    first, last = _position(text, start)[0], _position(text, end)[0]
    message = _("a line left over from a merge")
    if last > first:
        message = _("unresolved merge, lines {first}–{last}").format(first=first, last=last)
    return _Fault(
        "conflict",
        start,
        _line_end(text, start),
        message,
        _("Keep the version that is right, and delete the others and the lines with <<<<<<<, ======= and >>>>>>>."),
    )


def _masked(text: str, start: int, end: int, char: str = "_") -> str:
    """`text` with the same number of harmless characters from `start` to `end`."""
    return text[:start] + char * (end - start) + text[end:]


class _Careful:
    """One file read with positions. Faults that can be mended in memory do not end the reading."""

    def __init__(self, text: str, faults: _Faults, cut: bool) -> None:
        self.text = text
        self.faults = faults
        self.cut = cut
        self.mended = {_line_start(text, fault.start) for fault in faults.kept}
        """Lines (by their first offset) that are not what was written: a syntax error there is no news."""
        self.guessed = len(text) + 1
        """From here on the indentation was mended: the structure is a guess until all of it can be read."""
        self.blanked = len(text) + 1
        """From here on lines are missing: the structure stays a guess."""

    def read(self) -> Tree | None:
        tree: Tree | None = None
        for _n in range(max(1, min(_MOST_ROUNDS, _MOST_REREAD // (len(self.text) + 1)))):
            walk = _Walk(self.text, self.cut)
            try:
                tree = walk.document()
            except _StopReading:
                pass
            except MarkedYAMLError as error:
                if not self.cut and self._mend(_explain(self.text, error, walk.last)):
                    continue
            break
        sure = self.blanked if tree is not None else min(self.blanked, self.guessed)
        for fault in walk.faults.kept:
            if fault.start < sure or fault.code not in _STRUCTURAL:
                self.faults.add(fault)
        self.faults.hidden += walk.faults.hidden
        return tree

    def _mend(self, error: _SyntaxFault) -> bool:
        """Report a syntax error unless it follows from another; True when reading can go on with a changed text."""
        fault = error.fault
        line, stop = _line_start(self.text, fault.start), _line_end(self.text, fault.start)
        if line in self.mended:
            if not self.text[line:stop].strip():
                return False
            self._blank(line, stop)
            return True
        if fault.code in _STRUCTURAL and fault.start > min(self.guessed, self.blanked):
            return False
        self.faults.add(fault)
        if error.effect == "stop":
            return False
        if error.effect != "none":
            self.mended.add(line)
        if error.effect == "guess":
            self.guessed = min(self.guessed, line)
        self.text = error.mended
        if error.effect == "blank":
            self._blank(line, stop)
        return True

    def _blank(self, line: int, stop: int) -> None:
        self.text = _masked(self.text, line, stop, " ")
        self.blanked = min(self.blanked, line)


_STRUCTURAL: Final = frozenset(
    {"syntax", "indentation", "unclosed-quote", "unclosed-bracket", "empty-key", "empty-item", "duplicate-key"}
    | {"nfc-twins", "not-a-mapping", "empty-file"}
)
"""What a wrong guess about the structure can bring about."""


_Role: TypeAlias = Literal["root", "key", "value", "item"]
_WIDE_EDGE: Final = re.compile(rf"^[{_WIDE}]+|[{_WIDE}]+$(?!\n)")


class _Walk:
    """The events of one text, with everything that is wrong but no syntax error."""

    def __init__(self, text: str, cut: bool) -> None:
        self.text = text
        self.cut = cut
        self.faults = _Faults()
        self.last: tuple[int, int, str] = (0, 0, "")
        """Start, end and style of the last scalar, for the explanation of a syntax error."""
        self._get: Callable[[], Any] = CParser(text.encode()).get_event
        self._left = MOST_VALUES

    def document(self) -> Tree | None:
        """The data; None where it makes no mapping."""
        self._get()
        event = self._get()
        if isinstance(event, StreamEndEvent):
            self._empty()
            return None
        _start, head = _reach(event)
        for line in re.finditer(r"^%[^\r\n]*", self.text[:head], re.MULTILINE):
            self.faults.add(_directive(line.group(), line.start(), line.end()))
        event = self._get()
        tree = self._value(event, 1, "root", head)
        self._get()
        following = self._get()
        if not isinstance(following, StreamEndEvent):
            self.faults.add(_second_document(_reach(following)[0]))
        if isinstance(tree, dict):
            return tree
        start, end = _reach(event)
        if start == end and tree == "":
            self._empty()
        elif not any(fault.code in ("fullwidth-colon", "wide-space") for fault in self.faults.kept) and not self.cut:
            self.faults.add(
                _Fault(
                    "not-a-mapping",
                    start,
                    _line_end(self.text, start),
                    _("a ledger begins with keys (“id: …”); this file begins with a list")
                    if isinstance(tree, list)
                    else _("a ledger begins with keys (“id: …”); this file begins with “{text}”").format(
                        text=_quoted(self.text[start : _line_end(self.text, start)])
                    ),
                    _("Begin the file with a key at the left margin, a colon and a space."),
                )
            )
        return None

    def _empty(self) -> None:
        if self.cut:
            return
        message = _("the file is empty")
        if self.text.strip():
            message = _("the file holds nothing but comments")
        self.faults.add(_Fault("empty-file", 0, 0, message, _("Write the ledger's keys, or delete the file.")))

    def _value(self, event: Any, depth: int, role: _Role, behind: int) -> Tree:
        """The data of the value that begins with `event`; `behind` is where its key (or dash) ends."""
        start, end = _reach(event)
        if isinstance(event, AliasEvent):
            self.faults.add(_alias(self.text[start:end], start, end))
            return "*"
        if isinstance(event, ScalarEvent):
            return self._scalar(event, role, behind)
        self._properties(event)
        if depth > MOST_DEPTH:
            message = _("lists and mappings are nested more than {n} deep").format(n=MOST_DEPTH)
            remedy = _("No ledger needs that: look for brackets that are not closed, or for a generated file.")
            self.faults.add(_Fault("too-deep", start, start + 1, message, remedy))
            raise _StopReading
        return self._mapping(event, depth) if isinstance(event, MappingStartEvent) else self._list(event, depth)

    def _properties(self, event: Any) -> int:
        """Report a tag; where the value itself begins, behind tag and anchor."""
        start, end = _reach(event)
        if event.tag is not None:
            found = _TAG_TEXT.search(self.text, start)
            assert found
            self.faults.add(_tag(found.group(), found.start(), found.end()))
        if event.tag is None and event.anchor is None:
            return start
        found = _PROPERTIES.match(self.text, start, end)
        return found.end() if found else end

    def _mapping(self, start: Any, depth: int) -> dict[str, Tree]:
        data: dict[str, Tree] = {}
        places: dict[str, tuple[int, int]] = {}
        composed: dict[str, str] = {}
        while not isinstance(event := self._get(), MappingEndEvent):
            self._count(_reach(start)[0], len(places))
            begin, end = _reach(event)
            if not isinstance(event, ScalarEvent):
                if not isinstance(event, AliasEvent):
                    message = _("a key is a word, not a list or a mapping")
                    remedy = _("Write “key: value”; a text that begins with [ or {{ needs quotes.").format()
                    self.faults.add(_Fault("complex-key", begin, max(end, begin + 1), message, remedy))
                self._value(event, depth + 1, "key", begin)
                self._value(self._get(), depth + 1, "value", end)
                continue
            key = self._scalar(event, "key", begin)
            value_event = self._get()
            value = self._value(value_event, depth + 1, "value", end)
            self._check_key(event, key, value_event, bool(start.flow_style))
            if key in places:
                self.faults.add(
                    _Fault(
                        "duplicate-key",
                        begin,
                        end,
                        _("“{key}” stands here a second time").format(key=_quoted(key)),
                        _("Keep one of the two; a list is written with one dash per item."),
                        (*places[key], _("the first one")),
                    )
                )
                continue
            places[key] = (begin, end)
            if not key.isascii():
                twin = composed.setdefault(unicodedata.normalize("NFC", key), key)
                if twin != key:
                    message = _("“{key}” looks the same as a key above, but is made of other characters")
                    self.faults.add(
                        _Fault(
                            "nfc-twins",
                            begin,
                            end,
                            message.format(key=_quoted(key)),
                            _("Keep one of the two, or rename one."),
                            (*places[twin], _("the first one")),
                        )
                    )
            if value != "":
                data[key] = value
        return data

    def _count(self, first: int, keys: int) -> None:
        if keys >= MOST_KEYS:
            message = _("a mapping has more than {n} keys").format(n=MOST_KEYS)
            remedy = _("No ledger needs that: this looks like a generated file.")
            self.faults.add(_Fault("too-many-keys", first, _line_end(self.text, first), message, remedy))
            raise _StopReading
        self._spend(first)

    def _spend(self, at: int) -> None:
        self._left -= 1
        if self._left < 0:
            message = _("the file holds more than {n} values").format(n=MOST_VALUES)
            self.faults.add(_Fault("too-large", at, at + 1, message, _("Split it: one project per file.")))
            raise _StopReading

    def _check_key(self, event: Any, key: str, value: Any, flow: bool) -> None:
        start, end = _reach(event)
        if key == "":
            self.faults.add(_empty_key(start, end))
        elif event.style == "" and key == "<<":
            message = _("the merge key “<<” is not read")
            remedy = _("Write out the keys that it would bring in: the ledger then shows what it says.")
            self.faults.add(_Fault("merge-key", start, end, message, remedy))
        elif flow and event.style == "" and isinstance(value, ScalarEvent) and value.value == "":
            colon = re.compile(r":(?=[^\s/])").search(self.text, start, end)
            if colon:
                self.faults.add(_missing_space(self.text[start : colon.start()], colon.start()))

    def _list(self, start: Any, depth: int) -> list[Tree]:
        data: list[Tree] = []
        behind, _end = _reach(start)
        while not isinstance(event := self._get(), SequenceEndEvent):
            self._spend(behind)
            value = self._value(event, depth + 1, "item", behind)
            begin, behind = _reach(event)
            if value == "" and not (self.cut and behind >= len(self.text.rstrip())):
                if begin == behind:
                    begin = max(_line_start(self.text, begin), self.text.rfind("-", 0, begin))
                message = _("item {n} of this list is empty").format(n=len(data) + 1)
                remedy = _("Write the item, or delete its dash.")
                self.faults.add(_Fault("empty-item", begin, max(behind, begin + 1), message, remedy))
            data.append(value)
        return data

    def _scalar(self, event: Any, role: _Role, behind: int) -> str:
        start, (_begin, end) = self._properties(event), _reach(event)
        style = event.style or ""
        self.last = (start, end, style)
        if style == '"':
            self._escapes(start, end)
        elif style == "":
            self._plain(start, end, role, behind)
        value: str = event.value
        return value

    def _escapes(self, start: int, end: int) -> None:
        """Report what an escape sequence of a double-quoted text smuggles in."""
        if "\\" not in self.text[start:end]:
            return
        for escape in _ESCAPE.finditer(self.text, start, end):
            digits = escape[1] or escape[2] or escape[3]
            char = chr(int(digits, 16)) if digits else _ESCAPED.get(escape.group()[1], "")
            if _ODD.match(char) or char == "\r":
                code = _odd_kind(char)
                if self.faults.room(code):
                    self.faults.kept.append(_odd_character(code, char, escape.start(), escape.end()))

    def _plain(self, start: int, end: int, role: _Role, behind: int) -> None:
        """Look at an unquoted text for what only looks like YAML, and for what YAML took away from it."""
        raw = self.text[start:end]
        if role != "key":
            lost = _LOST_TEXT.match(self.text, end)
            if lost:
                self._lost(lost)
        if raw.isascii():
            return
        for edge in _WIDE_EDGE.finditer(raw):
            self.faults.add(_wide_space(edge.group()[0], start + edge.start(), start + edge.end()))
        if role == "key":
            for found in re.finditer(rf"：|:[{_WIDE}]", raw):
                at = start + found.start()
                if found.group() == _COLON:
                    self.faults.add(_fullwidth_colon(raw[: found.start()], at))
                else:
                    self.faults.add(_wide_space(found.group()[1], at + 1, at + 2))
            return
        # Behind “key: ” a full-width colon is text; at the beginning of a line it may be a key that was not seen.
        line = start
        if role == "value" and not _BREAK.search(self.text, behind, start):
            line = self._next_line(start, end)
        while line < end:
            missed = _MISSED_COLON.match(self.text, line, end)
            if missed and missed["none"] is None and (role == "root" or _KEY_LIKE.fullmatch(missed["key"])):
                if missed["wide"]:
                    self.faults.add(_fullwidth_colon(missed["key"], missed.start("wide")))
                else:
                    self.faults.add(_wide_space(missed["space"][0], *missed.span("space")))
            line = self._next_line(line, end)

    def _next_line(self, index: int, end: int) -> int:
        found = _BREAK.search(self.text, index, end)
        return found.end() if found else end

    def _lost(self, lost: re.Match[str]) -> None:
        message = _("“{text}” is a comment to YAML and is not read").format(text=_quoted(lost[1]))
        remedy = _(
            "If it belongs to the value, put the whole value between double quotes; if not, put a space after #."
        )
        self.faults.add(_Fault("lost-to-comment", *lost.span(1), message, remedy))


def _alias(text: str, start: int, end: int) -> _Fault:
    message = _("the alias “{text}” is not read").format(text=_quoted(text))
    remedy = _("Write out what it stands for; if it is text, put it between double quotes.")
    return _Fault("alias", start, end, message, remedy)


def _tag(text: str, start: int, end: int) -> _Fault:
    message = _("“{text}” is a YAML tag, which is not read").format(text=_quoted(text))
    remedy = _("Delete it; if it is text, put the whole value between double quotes.")
    return _Fault("tag", start, end, message, remedy)


def _directive(text: str, start: int, end: int) -> _Fault:
    message = _("“{text}” is a YAML directive, which is not read").format(text=_quoted(text))
    return _Fault("directive", start, end, message, _("Delete the line; if it is text, put it between double quotes."))


def _second_document(at: int) -> _Fault:
    message = _("a second document begins here; it would not be read")
    return _Fault("second-document", at, at + 3, message, _("Delete this line, or move what follows to its own file."))


def _empty_key(start: int, end: int) -> _Fault:
    message = _("a key is missing before the colon")
    return _Fault("empty-key", start, end, message, _("Write the key before the colon."))


def _colon_remedy(key: str) -> str:
    return _("Write an ASCII colon and a space: “{key}: …”.").format(key=_quoted(key.strip()))


def _fullwidth_colon(key: str, at: int) -> _Fault:
    message = _("a full-width colon stands behind “{key}”, so YAML sees no key").format(key=_quoted(key.strip()))
    return _Fault("fullwidth-colon", at, at + 1, message, _colon_remedy(key))


def _missing_space(key: str, at: int) -> _Fault:
    message = _("no space stands behind the colon of “{key}”, so YAML sees no key").format(key=_quoted(key.strip()))
    return _Fault("missing-space", at, at + 1, message, _colon_remedy(key))


def _wide_space(char: str, start: int, end: int) -> _Fault:
    message = _("{char} only looks like a space").format(char=_code_point(char))
    return _Fault("wide-space", start, end, message, _("Replace it by ordinary spaces."))


# --- syntax errors ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _SyntaxFault:
    """A syntax error in our words, and the text without it, as long as before.

    `effect` says what the mended text is worth: `none` (only that spot changed), `line` (that line is no longer what
    was written), `guess` (its indentation neither), `blank` (the line must go), `stop` (there is no mended text).
    """

    fault: _Fault
    mended: str = ""
    effect: Literal["none", "line", "guess", "blank", "stop"] = "stop"


def _mended(fault: _Fault, text: str, effect: Literal["none", "line", "guess", "blank"] = "none") -> _SyntaxFault:
    return _SyntaxFault(fault, text, effect)


def _explain(text: str, error: Any, last: tuple[int, int, str]) -> _SyntaxFault:
    """What libyaml's complaint (a `MarkedYAMLError`) means to somebody who never read the YAML specification."""
    problem = error.problem or ""
    context = error.context or ""
    at = min(error.problem_mark.index, len(text))
    begin = min(error.context_mark.index, len(text)) if error.context_mark else at
    for index in (begin, at):
        if _CONFLICT.match(text, _line_start(text, index)):
            start, stop = _line_start(text, index), _line_end(text, index)
            return _mended(_conflict(text, start, stop), _masked(text, start, stop, " "))
    if "tab character" in problem or ("start any token" in problem and text[at : at + 1] == "\t"):
        return _tab(text, at)
    if "directive" in context or "directive" in problem or "incompatible YAML" in problem:
        start = _line_start(text, begin if error.context_mark else at)
        return _mended(
            _directive(_line_of(text, start), start, _line_end(text, start)), _masked(text, start, start + 1, "#")
        )
    if "tag" in context or "tag" in problem:
        return _bad_tag(text, at if "undefined" in problem else begin)
    if "anchor" in context or "alias" in context:
        if text[begin] == "*":
            return _mended(_alias(_word(text, begin), begin, begin + 1), _masked(text, begin, begin + 1))
        return _needs_quotes(text, begin)
    if "quoted scalar" in context:
        return _bad_quoted(text, at, begin, problem)
    if "block scalar" in context:
        return _needs_quotes(text, begin)
    if "start any token" in problem or "mapping keys are not" in problem:
        return _needs_quotes(text, at)
    if "unexpected ':'" in problem:
        return _needs_quotes(text, at)
    if "sequence entries are not" in problem:
        return _mended(
            _Fault(
                "syntax",
                at,
                at + 1,
                _("a list cannot begin on the line of its key"),
                _('Put each item on its own line below the key, with a dash; if it is text, quote it: "- …".'),
            ),
            _masked(text, at, at + 1),
        )
    if "simple key" in context:
        return _no_key(text, begin)
    if "mapping values are not" in problem:
        return _second_colon(text, at, last)
    if "flow sequence" in context or "flow mapping" in context:
        return _open_bracket(text, at, begin)
    if "node content" in problem and text[at : at + 1] != ":":
        return _SyntaxFault(
            _Fault(
                "syntax",
                at,
                at + 1,
                _("a value is missing before “{char}”").format(char=_quoted(text[at : at + 1]))
                if at < len(text.rstrip())
                else _("a value is missing at the end of the file"),
                _("Write the value, or delete the comma or bracket that is too many; if it is text, quote it."),
            )
        )
    if "document start" in problem and text[:at].rstrip().endswith(("]", "}")):
        return _SyntaxFault(_trailing(text, at, _("the closing bracket")))
    return _misplaced(text, at, begin, last)


def _word(text: str, start: int) -> str:
    found = re.compile(r"\S*").match(text, start)
    assert found
    return found.group()


def _tab(text: str, at: int) -> _SyntaxFault:
    start = _line_start(text, at)
    stop = at
    while text[stop : stop + 1] in ("\t", " "):
        stop += 1
    fault = _Fault(
        "tab-indent",
        at,
        at + 1,
        _("a tab stands where YAML allows only spaces"),
        _("Replace the tab by spaces (two for each level), and let the editor insert spaces for the Tab key."),
    )
    inside = text[start:at].strip() or stop == _line_end(text, at)
    return _mended(fault, _masked(text, at, stop, " "), "line" if inside else "guess")


def _bad_tag(text: str, at: int) -> _SyntaxFault:
    found = _TAG_TEXT.match(text, at)
    word = found.group() if found else ""
    return _mended(_tag(word, at, at + len(word)), _masked(text, at, at + 1))


def _needs_quotes(text: str, at: int) -> _SyntaxFault:
    message = _("a value cannot begin with “{char}”").format(char=_quoted(text[at : at + 1]))
    remedy = _("If it is text, put the whole value between double quotes.")
    return _mended(_Fault("needs-quotes", at, at + 1, message, remedy), _masked(text, at, at + 1))


_SURROGATE_TEXT: Final = re.compile(r"(?:\\(?:u|U0000)[dD][89a-fA-F][0-9a-fA-F]{2})+")
_ESCAPE_TEXT: Final = re.compile(r"\\(?:u[0-9a-fA-F]{0,4}|U[0-9a-fA-F]{0,8}|x[0-9a-fA-F]{0,2}|.)", re.DOTALL)


def _bad_quoted(text: str, at: int, begin: int, problem: str) -> _SyntaxFault:
    """`begin` is the opening quote, `at` where libyaml stopped."""
    if "escape" not in problem and "hexdecimal" not in problem:
        return _SyntaxFault(_unclosed_quote(text, begin))
    start = text.rfind("\\", begin, at + 1)
    surrogate = _SURROGATE_TEXT.match(text, start)
    if surrogate:
        message = _("“{text}” is no character on its own").format(text=_quoted(surrogate.group()))
        fault = _Fault("surrogate", *surrogate.span(), message, _("Write the character itself instead of its code."))
        return _mended(fault, _masked(text, *surrogate.span()))
    escape = _ESCAPE_TEXT.match(text, start)
    assert escape
    message = _("“{text}” means nothing between double quotes").format(text=_quoted(escape.group()))
    remedy = _("Write \\\\ for a backslash, or use single quotes, which leave it alone.")
    return _mended(_Fault("bad-escape", *escape.span(), message, remedy), _masked(text, *escape.span()))


def _unclosed_quote(text: str, start: int) -> _Fault:
    message = _("the quote that opens here is not closed on this line")
    remedy = _('Close it with the same kind of quote; between double quotes write \\" for a quote.')
    return _Fault("unclosed-quote", start, start + 1, message, remedy)


def _missed_key(text: str, index: int) -> _SyntaxFault | None:
    """What on the line of `index` only looks like `key: value`, if anything."""
    start, stop = _line_start(text, index), _line_end(text, index)
    indent = re.compile(rf"[ \t]*([{_WIDE}][ \t{_WIDE}]*)").match(text, start, stop)
    if indent:
        fault = _wide_space(indent[1][0], *indent.span(1))
        return _mended(fault, _masked(text, *indent.span(1), " "), "guess")
    missed = _MISSED_COLON.match(text, start, stop)
    if not missed:
        return None
    if missed["space"]:
        fault = _wide_space(missed["space"][0], *missed.span("space"))
        return _mended(fault, _masked(text, *missed.span("space"), " "))
    at = missed.start("none") - 1 if missed["wide"] is None else missed.start("wide")
    fault = (_missing_space if missed["wide"] is None else _fullwidth_colon)(missed["key"], at)
    rest = text[at + 1 : stop]
    if not rest.strip() or rest[0] in _SPACES:
        return _mended(fault, _masked(text, at, at + 1, ":"))
    # “key：value” as “key: _____”, as long as before; but what opens a quote, bracket or block must stay.
    if rest[0] not in "|>{[\"'&*!":
        return _mended(fault, text[:at] + ": " + "_" * (len(rest) - 1) + text[stop:], "line")
    key = missed.start("key")
    if at - key < 2:
        return _SyntaxFault(fault)
    # The key gives up a character for the space; a private one keeps it from equalling another key.
    return _mended(fault, _masked(text, key, at - 1, "\ue000")[: at - 1] + ": " + text[at + 1 :], "line")


def _no_key(text: str, begin: int) -> _SyntaxFault:
    """A line where a key must stand, without one."""
    missed = _missed_key(text, begin)
    if missed:
        return missed
    if text[begin] in "\"'":
        return _SyntaxFault(_unclosed_quote(text, begin))
    stop = _line_end(text, begin)
    message = _("“{text}” is neither “key: value” nor an item of a list").format(text=_quoted(text[begin:stop]))
    remedy = _(
        "Write a key, a colon and a space before it; if it continues the line above, indent it deeper than its key."
    )
    fault = _Fault("syntax", begin, begin + len(text[begin:stop].rstrip()), message, remedy)
    return _mended(fault, text, "blank")


def _second_colon(text: str, at: int, last: tuple[int, int, str]) -> _SyntaxFault:
    """A colon where no key can stand: a second one on its line, or below a value that is complete."""
    start, end, style = last
    if style == "" and end <= at and not text[end:at].strip() and _BREAK.search(text, start, end):
        line = start
        while line < end:
            missed = _missed_key(text, line)
            if missed:
                return missed
            found = _BREAK.search(text, line, end)
            line = found.end() if found else end
        if text[_line_start(text, start) : start].strip(" -"):
            return _SyntaxFault(_indentation(text, at))
        return _no_key(text, start)
    if re.search(r":[ \t]", text[_line_start(text, at) : at]):
        message = _("a second colon with a space stands in this value, where YAML expects a new key")
        remedy = _("Put the whole value between double quotes.")
        stop = _line_end(text, at)
        mended = text[:at] + text[at:stop].replace(":", "_") + text[stop:]
        return _mended(_Fault("needs-quotes", at, at + 1, message, remedy), mended)
    return _missed_key(text, at) or _SyntaxFault(_indentation(text, at))


def _indentation(text: str, at: int, related: tuple[int, int, str] | None = None) -> _Fault:
    line = _line_start(text, at)
    stop = _line_end(text, at)
    start = line + len(text[line:stop]) - len(text[line:stop].lstrip(" "))
    message = _("the indentation of this line ({n} spaces) fits no line above").format(n=start - line)
    remedy = _("Keys of one mapping, and dashes of one list, begin in the same column.")
    return _Fault("indentation", start, max(start + 1, line + len(text[line:stop].rstrip())), message, remedy, related)


def _open_bracket(text: str, at: int, begin: int) -> _SyntaxFault:
    if _BREAK.search(text, begin, at) or at >= len(text.rstrip()):
        message = _("the bracket that opens here is not closed")
        remedy = _("Close it with “{bracket}”; if it is text, put the whole value between double quotes.")
        fault = _Fault(
            "unclosed-bracket", begin, begin + 1, message, remedy.format(bracket="]" if text[begin] == "[" else "}")
        )
        return _SyntaxFault(fault)
    message = _("between the brackets a comma is missing before “{text}”").format(text=_quoted(_word(text, at)))
    remedy = _("Separate with an ASCII comma and a space; if it is text, put it between double quotes.")
    return _SyntaxFault(_Fault("unclosed-bracket", at, at + max(len(_word(text, at)), 1), message, remedy))


_BLANK_LINES: Final = re.compile(r"(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n))+[ \t]*")


def _misplaced(text: str, at: int, begin: int, last: tuple[int, int, str]) -> _SyntaxFault:
    """Something stands where the mapping, list or document around it cannot go on."""
    if text[at : at + 1] == ":":
        return _SyntaxFault(_empty_key(at, at + 1))
    before = text[_line_start(text, at) : at].rstrip()
    start, end, style = last
    if style in ("'", '"') and end <= at and not text[end:at].strip(_SPACES) and text[end - 1] == style:
        if _BREAK.search(text, start, end):
            return _SyntaxFault(_unclosed_quote(text, start))
        return _SyntaxFault(_trailing(text, at, _("the closing quote")))
    if before.endswith(("]", "}")):
        return _SyntaxFault(_trailing(text, at, _("the closing bracket")))
    ended = re.compile(r"^\.\.\.[ \t]*(?:#.*)?\r?$", re.MULTILINE).search(text, 0, at)
    if ended:
        return _SyntaxFault(_second_document(ended.start()))
    if not before:
        missed = _missed_key(text, at)
        if missed:
            return missed
        if style == "" and _BLANK_LINES.fullmatch(text, end, at):
            # A word alone on its line, and the next line goes on as if there had been a key in it.
            line = _line_start(text, start)
            dash = text[line:start].lstrip(" ")
            first = start - len(dash)
            if not dash.strip(" -") and at - _line_start(text, at) >= first - line + bool(dash):
                return _no_key(text, start)
    related = (begin, begin + 1, _("the block that it should fit began here")) if begin < at else None
    return _SyntaxFault(_indentation(text, at, related))


def _trailing(text: str, at: int, what: str) -> _Fault:
    stop = _line_end(text, at)
    message = _("“{text}” stands behind {what}").format(text=_quoted(text[at:stop].rstrip()), what=what)
    remedy = _("Put the whole value between one pair of quotes, or delete what is too much.")
    return _Fault("syntax", at, at + len(text[at:stop].rstrip()), message, remedy)


# --- the catalogue ---------------------------------------------------------------------------------------------------


def _blocking(code: str, doc: str) -> Rule:
    return Rule(code, "error", doc, blocking=True)


RULES: Final[tuple[Rule, ...]] = (
    _blocking(
        "encoding",
        N_("""The file is not UTF-8. The place is the first byte that cannot be UTF-8.

Why: many programs in China still save in GBK or GB18030. Reading one encoding as another gives wrong
characters without any error, so nothing is guessed.

Example:

    a file saved by Notepad as “ANSI”

Remedy: save the file as UTF-8, or look at what `projledger convert FILE --from gb18030` shows, and let it
write."""),
    ),
    _blocking(
        "utf-16",
        N_("""The file is UTF-16 or UTF-32.

Why: Notepad calls UTF-16 “Unicode”; git cannot show differences of such a file, and nothing here reads it.

Example:

    a file saved by Notepad as “Unicode”

Remedy: save the file as UTF-8, or run `projledger convert FILE --from utf-16`."""),
    ),
    _blocking(
        "too-large",
        N_("""The file is larger than 8 MiB, or holds more than 500 000 values.

Why: a ledger is written and read by people; a file of that size is a mistake, or an attempt to use up the
machine.

Example:

    a video saved as a.yaml

Remedy: keep one project per file, and other documents elsewhere."""),
    ),
    _blocking(
        "bad-name",
        N_("""The name of the file leads out of the workspace, or does not work on every computer.

Why: ledgers travel between Windows, Linux and macOS. A name such as `CON` or `a:b.yaml` cannot be checked
out on Windows, and `..` or an invisible character can make a name mean another file.

Example:

    projects/con.yaml

Remedy: rename the file. Letters of any script, digits, `-`, `_` and `.` always work."""),
    ),
    _blocking(
        "conflict",
        N_("""The markers of a merge that git could not finish stand in the file. Only what stands before
the first one is checked.

Why: both versions are in the file; which one is right is for a person to say.

Example:

    <<<<<<< HEAD
    deadline: 2024-06-05
    =======
    deadline: 2024-06-20
    >>>>>>> main

Remedy: keep the right version and delete the other one and the lines with markers."""),
    ),
    _blocking(
        "control-character",
        N_("""A control character stands in the file, as it is or as an escape between double quotes.

Why: it can change what a terminal shows, hide text, or break a spreadsheet.

Example:

    note: "\\x1b[2J"

Remedy: delete it."""),
    ),
    _blocking(
        "line-separator",
        N_("""U+0085, U+2028 or U+2029 stands in the file.

Why: some programs break the line there and some do not, so that they read different data.

Example:

    note: "a\\u2028b"

Remedy: use an ordinary line break or a space."""),
    ),
    _blocking(
        "bidi-control",
        N_("""A character that changes the direction of writing stands in the file.

Why: the line then shows in another order than it is stored: a reader approves something else than is
written.

Example:

    note: "\\u202e001"

Remedy: delete it."""),
    ),
    _blocking(
        "invisible-character",
        N_("""A character that shows nothing stands in the file (zero-width space, word joiner, soft hyphen,
a second byte order mark).

Why: two names that look the same are then different, and a reference finds nothing. It often comes from
copying out of a web page.

Example:

    owner: "lin\\u200b" in raw form

Remedy: delete it, or type the word again."""),
    ),
    _blocking(
        "surrogate",
        N_("""An escape stands for half of a character, as some programs write characters beyond U+FFFF.

Why: half a character cannot be stored or shown.

Example:

    name: "\\ud83d\\ude00"

Remedy: write the character itself."""),
    ),
    _blocking(
        "empty-file",
        N_("""The file holds nothing, or only comments.

Why: an empty file is more often an accident (a failed save, a wrong merge) than intended.

Example:

    # nothing but this comment

Remedy: write the ledger's keys, or delete the file."""),
    ),
    _blocking(
        "not-a-mapping",
        N_("""The file does not begin with keys.

Why: every ledger is a set of keys and values, at its top level too.

Example:

    - P001
    - P002

Remedy: begin with a key at the left margin, such as `id: P001`."""),
    ),
    _blocking(
        "second-document",
        N_("""A line `---` (or text behind a line `...`) begins a second document in the same file.

Why: only the first would be read, and the rest would be lost without a word.

Example:

    id: P001
    ---
    id: P002

Remedy: delete the line, or put what follows into a file of its own."""),
    ),
    _blocking(
        "directive",
        N_("""A line that begins with `%` stands where YAML reads directives.

Why: a directive changes how the rest of the file is read.

Example:

    %YAML 1.1
    ---
    id: P001

Remedy: delete the line."""),
    ),
    _blocking(
        "tag",
        N_("""A YAML tag (`!name`) stands before a value.

Why: a tag changes the type of a value. Here the type of each field is fixed, so a tag is at best noise and
at worst an attack on another program.

Example:

    note: !important call the bank

Remedy: delete the tag; put text that begins with `!` between double quotes."""),
    ),
    _blocking(
        "alias",
        N_("""An alias (`*name`) stands for something written elsewhere in the file. An anchor (`&name`)
alone does no harm.

Why: a reader would have to look elsewhere to know what the ledger says, and a few nested aliases can fill
the memory of a computer.

Example:

    owner: *boss

Remedy: write the value itself; put text that begins with `*` between double quotes."""),
    ),
    _blocking(
        "merge-key",
        N_("""The key `<<` brings in the keys of another mapping.

Why: the ledger would not show what it says, and a change in one place would silently change many.

Example:

    tasks:
      - <<: *defaults
        id: T1

Remedy: write the keys themselves."""),
    ),
    _blocking(
        "complex-key",
        N_("""A list or a mapping stands where a key belongs.

Why: keys are words.

Example:

    ? [T1, T2]
    : done

Remedy: write `key: value`; put a key that begins with `[` or `{` between double quotes."""),
    ),
    _blocking(
        "empty-key",
        N_("""A colon has no key before it.

Why: the value belongs to nothing and would be lost.

Example:

    : 2024-06-05

Remedy: write the key."""),
    ),
    _blocking(
        "empty-item",
        N_("""A list has an item without a value.

Why: a blank value after a key is the same as no key, but in a list nothing says what is missing.

Example:

    after:
      - T1
      -

Remedy: write the item, or delete its dash."""),
    ),
    _blocking(
        "duplicate-key",
        N_("""The same key stands twice in one mapping; `1` and `"1"` are the same key. The place is the
later one.

Why: YAML readers keep one of the two silently, and not all keep the same. It often comes from a merge.

Example:

    deadline: 2024-06-05
    deadline: 2024-06-20

Remedy: keep the right one."""),
    ),
    _blocking(
        "nfc-twins",
        N_("""Two keys of one mapping look the same but are stored as different characters (a letter with
its accent, or letter and accent).

Why: nobody can see which of the two a reference means. It comes from typing on macOS and on Windows.

Example:

    é: 1 (one character)
    é: 2 (two characters)

Remedy: keep one, or rename one."""),
    ),
    _blocking(
        "too-many-keys",
        N_("""A mapping has more than 10 000 keys.

Why: no ledger written by people has that many; such files are made to use up memory.

Example:

    a generated file

Remedy: split the file."""),
    ),
    _blocking(
        "too-deep",
        N_("""Lists and mappings are nested more than 32 deep.

Why: no ledger needs that; such files are made to crash the program that reads them.

Example:

    [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[

Remedy: look for brackets that are not closed."""),
    ),
    _blocking(
        "tab-indent",
        N_("""A tab stands where YAML allows only spaces.

Why: how wide a tab is depends on the program, so YAML cannot tell which level the line belongs to.

Example:

    tasks:
    <tab>- id: T1

Remedy: replace the tab by spaces, two for each level."""),
    ),
    _blocking(
        "fullwidth-colon",
        N_("""A full-width colon (`：`) stands where a key should end.

Why: YAML sees no key there: it takes the line for text, or for an error on the line after it.

Example:

    deadline：2024-06-05

Remedy: write an ASCII colon and a space. A full-width colon within a value is fine."""),
    ),
    _blocking(
        "missing-space",
        N_("""A colon behind a key is not followed by a space.

Why: YAML then takes key and value for one word.

Example:

    owner:lin

Remedy: write a space after the colon."""),
    ),
    _blocking(
        "wide-space",
        N_("""A character that only looks like a space (U+3000, a no-break space) stands before or behind a
key or value.

Why: it is part of the text to YAML: `　owner` is another key than `owner`.

Example:

    　owner: lin

Remedy: replace it by ordinary spaces. Within a value (`张　三`) and between quotes it is fine."""),
    ),
    _blocking(
        "indentation",
        N_("""A line begins in a column where nothing above it begins.

Why: the column says to which mapping or list a line belongs.

Example:

    tasks:
      - id: T1
         name: Foundation

Remedy: begin keys of one mapping, and dashes of one list, in the same column."""),
    ),
    _blocking(
        "needs-quotes",
        N_("""A value holds what YAML reads as its own sign: it begins with `@`, `%`, `` ` ``, `&`, `|` or
`>`, or has a second colon with a space.

Why: YAML would read it as something else than text.

Example:

    note: decided: move the line

Remedy: put the whole value between double quotes."""),
    ),
    _blocking(
        "unclosed-quote",
        N_("""A quote is opened and not closed on its line.

Why: everything up to the next quote, often many lines later, would be taken into the value.

Example:

    name: "Riverside plant
    unit: furong-park

Remedy: close the quote. Between double quotes a quote is written `\\"`."""),
    ),
    _blocking(
        "unclosed-bracket",
        N_("""A bracket is not closed, or a comma is missing between two items.

Why: what follows would be taken into the list.

Example:

    after: [T1, T2
    name: Roof

Remedy: close the bracket, and separate the items with an ASCII comma and a space."""),
    ),
    _blocking(
        "bad-escape",
        N_("""A backslash between double quotes is followed by something that is no escape.

Why: between double quotes a backslash begins an escape such as `\\n`; a path of Windows is full of
accidental ones.

Example:

    evidence: "D:\\项目\\a.pdf"

Remedy: write `\\\\`, or use single quotes."""),
    ),
    _blocking(
        "syntax",
        N_("""The text is no YAML.

Why: what cannot be read cannot be checked; the rest of the file is looked at only as far as it makes sense.

Example:

    name Riverside plant

Remedy: see the message; compare with the lines around it."""),
    ),
    Rule(
        "lost-to-comment",
        "warning",
        N_("""A value without quotes is followed by a `#` with a space before it and none behind it.

Why: YAML takes everything from the `#` on for a comment: `text: 园区 #3 路便道` is read as `园区`. A comment
proper has a space after the `#`, and is no finding; nor is one alone on its line.

Example:

    text: 园区 #3 路便道

Remedy: put the whole value between double quotes; if it is meant as a comment, put a space after the `#`."""),
    ),
    Rule(
        "too-many",
        "error",
        N_("""A file has more than 50 findings; the others are counted, not shown.

Why: one slip at the top of a file can cause hundreds of findings below it.

Example:

    # the 51st finding of a file, and all after it

Remedy: mend those that are shown, then check again."""),
    ),
)
_SEVERITY: Final = {rule.code: rule.severity for rule in RULES}
_BLOCKING: Final = frozenset(rule.code for rule in RULES if rule.blocking)
