"""Text measured, padded and wrapped in terminal cells: a Chinese character takes two."""

from __future__ import annotations

from typing import Final, TypeAlias
from unicodedata import category, east_asian_width

Style: TypeAlias = str
"""A tone of `document`, or a style of `layout`."""

Piece: TypeAlias = tuple[str, Style]
Line: TypeAlias = tuple[Piece, ...]
"""One line of output, in pieces of one style each."""

_NOT_FIRST: Final = frozenset("，。、；：！？）」』】》〉〕］｝”’％‰…—～·・,.;:!?)]}%")
"""What no line begins with."""

_NOT_LAST: Final = frozenset("（「『【《〈〔［｛“‘([{¥￥$№")
"""What no line ends with."""

_SPACES: Final = frozenset(" \u3000")
_ZWJ: Final = "\u200d"

_JOINED: Final = -(10**9)
"""The width of a character that may depend on its neighbours: it makes any sum negative."""

_PLAIN: Final = (
    (" ", "\u10ff"),
    ("\u2010", "\u262f"),
    ("\u2e80", "\u312f"),
    ("\u3400", "\u4dbf"),
    ("\u4e00", "\ua4cf"),
    ("\uac00", "\ud7a3"),
    ("\uf900", "\ufaff"),
    ("\uff01", "\uff60"),
    ("\U00020000", "\U0003fffd"),
)
"""Where Python's own tables say what terminals do: Latin, Chinese and what is drawn with. The rest is measured."""


class _Widths(dict[str, int]):
    """The width of every character seen so far."""

    def __missing__(self, char: str) -> int:
        known = any(first <= char <= last for first, last in _PLAIN)
        alone = known and category(char)[0] not in "MC"
        cells = 2 if east_asian_width(char) in "WF" else 1
        self[char] = cells if alone else _JOINED
        return self[char]


_widths: Final = _Widths()


def width(text: str) -> int:
    """How many cells `text` takes."""
    if text.isascii():
        return len(text)
    cells = sum(map(_widths.__getitem__, text))
    if cells < 0:
        from wcwidth import wcswidth  # slow to import and hardly ever needed

        return max(0, int(wcswidth(text)))
    return cells


def line_width(line: Line) -> int:
    """How many cells `line` takes."""
    cells = 0
    for text, _style in line:
        cells += len(text) if text.isascii() else width(text)
    return cells


def pad(line: Line, cells: int, *, right: bool = False) -> Line:
    """`line` with spaces up to `cells`, after it or, to move it right, before it."""
    missing = cells - line_width(line)
    if missing <= 0:
        return line
    space = ((" " * missing, "plain"),)
    return space + line if right else line + space


def wrap(line: Line, cells: int) -> list[Line]:
    """`line` in as many lines as it takes, none wider than `cells` (at least 2).

    Breaks at spaces and between Chinese characters; no line begins with closing or ends with opening punctuation,
    and a number keeps its Chinese unit. A longer word is folded; nothing is lost but the spaces at the breaks.
    """
    cells = max(2, cells)
    if line_width(line) <= cells:
        return [line]
    lines: list[Line] = []
    current: list[Piece] = []
    used = 0
    for atom, size in _atoms(line):
        visible = line_width(_stripped(atom)) if atom[-1][0] in _SPACES else size
        if used + visible > cells and used:
            lines.append(_stripped(current))
            current, used = [], 0
        if visible <= cells:
            current += atom
            used += size
            continue
        for piece in atom:
            size = width(piece[0])
            if used + size > cells and used and piece[0] not in _SPACES:
                lines.append(_stripped(current))
                current, used = [], 0
            current.append(piece)
            used += size
    if current:
        lines.append(_stripped(current))
    return [_merged(one) for one in lines]


def longest_word(line: Line, limit: int) -> int:
    """The width of the longest stretch of `line` that `wrap` would not break, but at most `limit`."""
    return max((min(limit, line_width(_stripped(atom))) for atom, _ in _atoms(line)), default=0)


def _atoms(line: Line) -> list[tuple[list[Piece], int]]:
    """The stretches of `line` between which it may be broken, in single characters, with their widths."""
    atoms: list[tuple[list[Piece], int]] = []
    previous = ""
    for text, style in line:
        for cluster in _clusters(text):
            size = width(cluster)
            if previous and not _may_break(previous, cluster):
                atom, so_far = atoms[-1]
                atom.append((cluster, style))
                atoms[-1] = (atom, so_far + size)
            else:
                atoms.append(([(cluster, style)], size))
            previous = cluster
    return atoms


def _clusters(text: str) -> list[str]:
    """`text` in what a reader sees as single characters."""
    if min(map(_widths.__getitem__, text), default=0) >= 0:
        return list(text)
    clusters: list[str] = []
    for char in text:
        joins = category(char)[0] == "M" or char == _ZWJ or "\U0001f3fb" <= char <= "\U0001f3ff"
        # A joiner takes the next character in; where that is a joiner too, it takes in no more.
        if clusters and (joins or (len(clusters[-1]) - len(clusters[-1].rstrip(_ZWJ))) % 2):
            clusters[-1] += char
        else:
            clusters.append(char)
    return clusters


def _may_break(before: str, after: str) -> bool:
    if after in _SPACES:
        return False
    if before in _SPACES:
        return True
    if after in _NOT_FIRST or before in _NOT_LAST:
        return False
    if before.isdigit() and not after.isascii():
        return False
    return width(before) > 1 or width(after) > 1


def _stripped(pieces: list[Piece]) -> Line:
    end = len(pieces)
    while end and pieces[end - 1][0] in _SPACES:
        end -= 1
    return tuple(pieces[:end])


def _merged(line: Line) -> Line:
    merged: list[Piece] = []
    for text, style in line:
        if merged and merged[-1][1] == style:
            merged[-1] = (merged[-1][0] + text, style)
        else:
            merged.append((text, style))
    return tuple(merged)
