"""Help texts laid out by cells: Chinese letters take two, and break anywhere."""

from __future__ import annotations

from collections.abc import Sequence

from wcwidth import wcswidth, wcwidth


def cells(text: str) -> int:
    """The width of `text` on a terminal."""
    return max(wcswidth(text), 0)


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most `width` cells; breaks at spaces and between Chinese letters, never before punctuation."""
    lines: list[str] = []
    line = ""
    for word in _words(text):
        if line and cells(line + word.rstrip()) > width:
            lines.append(line.rstrip())
            line = word.lstrip()
        else:
            line += word
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _words(text: str) -> list[str]:
    words: list[str] = []
    current = ""
    for character in text:
        wide = wcwidth(character) == 2
        if wide and character not in "，。、；：？！）】”’" and current:
            words.append(current)
            current = ""
        current += character
        if character == " ":
            words.append(current)
            current = ""
    return [*words, current] if current else words


class CellFormatter:
    """Collects the parts of a help page."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._lines: list[str] = []

    def usage(self, text: str) -> None:
        """The usage line."""
        self._lines += wrap(text, self._width)

    def paragraph(self, text: str) -> None:
        """Sentences, with a line of space before."""
        for part in text.split("\n\n"):
            self._lines += ["", *("  " + line for line in wrap(" ".join(part.split()), self._width - 2))]

    def pairs(self, title: str, rows: Sequence[tuple[str, str]]) -> None:
        """A heading, then names with what they mean."""
        self._lines += ["", title]
        widest = min(max(cells(name) for name, _text in rows), 28)
        for name, text in rows:
            indent = " " * (widest + 4)
            lines = wrap(text, self._width - widest - 4)
            if cells(name) > widest:
                self._lines.append(f"  {name}")
                self._lines += [indent + line for line in lines if line]
            else:
                self._lines.append(f"  {name}{' ' * (widest - cells(name))}  {lines[0]}".rstrip())
                self._lines += [indent + line for line in lines[1:]]

    def text(self) -> str:
        """The page."""
        return "\n".join(self._lines) + "\n"
