"""A page of text: what to draw with, how wide it is, and how words are set on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from projledger.frozen import frozen
from projledger.render.cells import Line, Style, line_width, pad, wrap
from projledger.render.safe import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from projledger.document import Text

LEAST_CELLS: Final = 20
"""The narrowest page. On less, even single words would have to be folded."""

GAP: Final = 2
"""Cells between columns."""

_MEASURE: Final = 110
"""Cells of a line of prose on a page that is wider."""


@frozen
class Glyphs:
    """The characters to draw with, one cell each (`onward` may be longer).

    `tones` tell stacked tones apart without colour; `crossed` is what today's line makes of what it crosses.
    """

    double_rule: str
    rule: str
    bullet: str
    full: str
    empty: str
    mark: str
    tones: dict[str, str]
    planned: str
    actual: str
    forecast: str
    point_planned: str
    point_actual: str
    earlier: str
    later: str
    today: str
    crossed: dict[str, str]
    shade: str
    tick: str
    onward: str
    down: str


ASCII: Final = Glyphs(
    double_rule="=",
    rule="-",
    bullet="-",
    full="#",
    empty="-",
    mark="|",
    tones={"red": "#", "yellow": "=", "grey": ".", "blue": "+", "green": "-", "plain": ":", "strong": "#", "dim": "?"},
    planned="-",
    actual="=",
    forecast=".",
    point_planned="o",
    point_actual="*",
    earlier="<",
    later=">",
    today="|",
    crossed={},
    shade="",
    tick="+",
    onward="->",
    down="->",
)

UNICODE: Final = Glyphs(
    double_rule="═",
    rule="─",
    bullet="•",
    full="▆",
    empty="▁",
    mark="┃",
    tones={"red": "█", "yellow": "▓", "grey": "·", "blue": "▒", "green": "░", "plain": ":", "strong": "█", "dim": "?"},
    planned="─",
    actual="═",
    forecast="╌",
    point_planned="◇",
    point_actual="◆",
    earlier="◂",
    later="▸",
    today="│",
    crossed={"─": "┼", "═": "╪", "╌": "┼"},
    shade="░",
    tick="┴",
    onward="→",
    down="↓",
)


@frozen
class Page:
    """Where lines are set.

    `cells` is the width that everything keeps within, `None` for one without end, on which nothing is wrapped.
    Headings are `underlined` where nothing else makes them stand out. After `most_rows` the rest of a table is only
    counted.
    """

    glyphs: Glyphs
    cells: int | None
    underlined: bool
    most_rows: int | None = None

    @property
    def measure(self) -> int | None:
        """The width that sentences are wrapped to: no wider than the eye follows."""
        return None if self.cells is None else min(self.cells, _MEASURE)

    def wrapped(self, line: Line, indent: int = 0) -> list[Line]:
        """`line` wrapped, all of it moved right by `indent`; no lines for an empty one."""
        if not line:
            return []
        lines = [line] if self.measure is None else wrap(line, self.measure - indent)
        return [indented(one, indent) for one in lines]

    def hung(self, head: Line, body: Line, indent: int) -> list[Line]:
        """`body` beside `head`, which fits in `indent` cells; further lines of `body` stay under its first."""
        lines = [body] if self.measure is None else wrap(body, self.measure - indent)
        return [(*pad(head, indent), *lines[0]), *(indented(line, indent) for line in lines[1:])]

    def titled(self, title: Text) -> list[Line]:
        """The title of a table or a drawing."""
        return self.wrapped(runs(title, "caption"))

    def headed(self, title: Line, rule: str) -> list[Line]:
        """A heading, underlined with `rule` where that is needed."""
        lines = self.wrapped(title)
        if self.underlined and lines:
            lines.append(((rule * max(map(line_width, lines)), "faint"),))
        return lines


def runs(text: Text, style: Style = "plain") -> Line:
    """`text` made safe, as a line; what has no tone of its own takes `style`."""
    if isinstance(text, str):
        return ((printable(text), style),) if text else ()
    return tuple((printable(run.text), style if run.tone == "plain" else run.tone) for run in text if run.text)


def restyled(line: Line, style: Style) -> Line:
    """`line` with its plain pieces in `style`."""
    return tuple((text, style if old == "plain" else old) for text, old in line)


def indented(line: Line, indent: int) -> Line:
    """`line` moved right."""
    return ((" " * indent, "plain"), *line) if indent and line else line


def spaced(lines: Iterable[Line], gap: int = GAP) -> Line:
    """Short lines one after the other as a single one."""
    pieces: list[tuple[str, Style]] = []
    for line in lines:
        if pieces:
            pieces.append((" " * gap, "plain"))
        pieces += line
    return tuple(pieces)


def beside(
    columns: Sequence[Sequence[Line]], widths: Sequence[int], right: Sequence[bool] = (), gap: int = GAP
) -> list[Line]:
    """Columns of lines next to each other, each padded to its width (to the left where `right`)."""
    lines: list[Line] = []
    for number in range(max(map(len, columns), default=0)):
        pieces: list[Line] = []
        for i, (column, cells) in enumerate(zip(columns, widths, strict=True)):
            line = column[number] if number < len(column) else ()
            pieces.append(pad(line, cells, right=bool(right) and right[i]))
        lines.append(spaced(pieces, gap))
    return lines
