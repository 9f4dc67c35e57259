"""The characters of a ledger, and lines and columns in its text.

Patterns are kept as text and compiled where they are first used (`re` remembers them): most ledgers need none.
"""

from __future__ import annotations

import re
from typing import Final

from projledger.diagnostics import Span

POINTER: Final = "version https://git-lfs.github.com/spec/"
"""How the file begins that Git LFS puts in place of another one."""

TOP: Final = Span(1, 1, 1, 2)
"""The place of a finding about a file as a whole."""

CONTROL: Final = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufff9-\ufffb\ufffe\uffff"
LINE_SEPARATOR: Final = "\x85\u2028\u2029"
BIDI: Final = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
INVISIBLE: Final = "\xad\u180e\u200b\u2060-\u2065\u206a-\u206f\ufeff\U000e0000-\U000e007f"
SURROGATE: Final = "\ud800-\udfff"
ODD: Final = f"[{CONTROL}{LINE_SEPARATOR}{BIDI}{INVISIBLE}{SURROGATE}]"
"""What may not stand in a ledger. (Joiners, U+200C and U+200D, may: some scripts and emoji need them.)"""

WIDE: Final = "\u3000\xa0\u1680\u2000-\u200a\u202f\u205f"
WIDE_CHARACTERS: Final = (
    "\u3000\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"
)
"""What only looks like a space, as a class of a pattern and one by one."""

COLON: Final = "："
COMMA: Final = "，"

_LONGEST_EXCERPT: Final = 4_000
_LONGEST_QUOTE: Final = 40
_PICTURES: Final = {**{c: 0x2400 + c for c in range(0x20)}, 0x09: 0x2192, 0x7F: 0x2421}


def visible(text: str) -> str:
    """`text` with every control, bidi or invisible character replaced by a sign, one for one: columns stay true.

    A tab becomes `→`, other ASCII controls their control pictures (`␛`), the rest `�`.
    """
    if text.isascii() and text.isprintable():
        return text
    return re.sub(ODD, "\ufffd", text.translate(_PICTURES))


def quoted(text: str) -> str:
    """A piece of a ledger for use inside a message: one line, visible, not long."""
    text = visible(text[: _LONGEST_QUOTE + 1].replace("\r", " ").replace("\n", " "))
    return text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 1] + "…"


def excerpt(line: str) -> str:
    """A line for showing, cut at its end where it is longer than any person writes."""
    return visible(line if len(line) <= _LONGEST_EXCERPT else line[:_LONGEST_EXCERPT] + "…")


def code_point(char: str) -> str:
    """`U+3000`."""
    return f"U+{ord(char):04X}"


def line_start(text: str, index: int) -> int:
    """The offset of the first character on the line of `index`."""
    start = text.rfind("\n", 0, index) + 1
    return max(start, text.rfind("\r", start, index) + 1)


def line_end(text: str, index: int) -> int:
    """The offset behind the last character on the line of `index`."""
    end = text.find("\n", index)
    end = len(text) if end < 0 else end
    early = text.find("\r", index, end)
    return end if early < 0 else early


def broken(text: str, start: int, end: int) -> bool:
    """Whether there is a line break between two offsets."""
    piece = text[start:end]
    return "\n" in piece or "\r" in piece


def next_line(text: str, index: int, stop: int) -> int:
    """The offset at which the line after that of `index` begins, `stop` when it would begin behind that."""
    found = re.compile(r"\r\n?|\n").search(text, index, stop)
    return found.end() if found else stop


def position(text: str, index: int) -> tuple[int, int]:
    """Line and column of an offset, both from 1. Counting is quick in C; a table of lines would cost memory."""
    breaks = text.count("\n", 0, index)
    if "\r" in text:
        breaks += text.count("\r", 0, index) - text.count("\r\n", 0, index)
    return breaks + 1, index - line_start(text, index) + 1


def span(text: str, start: int, end: int) -> Span:
    """The lines and columns of two offsets; at least one column wide, so that there is something to point at."""
    line, column = position(text, start)
    if end <= start:
        return Span(line, column, line, column + 1)
    return Span(line, column, *position(text, end))
