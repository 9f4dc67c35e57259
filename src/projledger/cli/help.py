"""Help texts laid out by cells: Chinese letters take two, and break anywhere."""

from __future__ import annotations

from collections.abc import Sequence

from projledger.render.cells import width as cells
from projledger.render.cells import wrap


def wrapped(text: str, width: int) -> list[str]:
    """Lines of at most `width` cells."""
    return ["".join(piece for piece, _style in line) for line in wrap(((text, "plain"),), width)] or [""]


class CellFormatter:
    """Collects the parts of a help page."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._lines: list[str] = []

    def usage(self, text: str) -> None:
        """The usage line."""
        self._lines += wrapped(text, self._width)

    def paragraph(self, text: str) -> None:
        """Sentences, with a line of space before."""
        for part in text.split("\n\n"):
            self._lines += ["", *("  " + line for line in wrapped(" ".join(part.split()), self._width - 2))]

    def pairs(self, title: str, rows: Sequence[tuple[str, str]]) -> None:
        """A heading, then names with what they mean."""
        self._lines += ["", title]
        widest = min(max(cells(name) for name, _text in rows), 28)
        for name, text in rows:
            indent = " " * (widest + 4)
            lines = wrapped(text, self._width - widest - 4)
            if cells(name) > widest:
                self._lines.append(f"  {name}")
                self._lines += [indent + line for line in lines if line]
            else:
                self._lines.append(f"  {name}{' ' * (widest - cells(name))}  {lines[0]}".rstrip())
                self._lines += [indent + line for line in lines[1:]]

    def text(self) -> str:
        """The page."""
        return "\n".join(self._lines) + "\n"
