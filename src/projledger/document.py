"""What a renderer draws: a Document of a few kinds of blocks.

Reports build Documents and know no format; renderers draw Documents and know no report. Every text in a Document is
already in the reader's language. Text may come from ledgers: it is never markup; each renderer makes it safe for its
own format.
"""

from __future__ import annotations

from dataclasses import field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal, TypeAlias

from projledger.frozen import frozen

Tone = Literal["plain", "strong", "dim", "red", "yellow", "grey", "blue", "green"]
"""How a piece of text is meant. The five light names are the lights; a renderer without colour may ignore them,
because the text beside it always says the same in words or shapes."""


@frozen
class Run:
    """A piece of text in one tone."""

    text: str
    tone: Tone = "plain"


Text: TypeAlias = str | tuple[Run, ...]
"""Inline text: a plain string, or runs in several tones. No line breaks."""

Value: TypeAlias = str | int | Decimal | Fraction | date | None


@frozen
class Cell:
    """A table cell. `value` is what a spreadsheet should get where it differs from the text (a number, a date)."""

    text: Text = ""
    value: Value = None


@frozen
class Column:
    """A table column. `wrap` columns give way first when the page is narrow; numbers go to the right."""

    title: str
    align: Literal["left", "right"] = "left"
    wrap: bool = False


@frozen
class Table:
    """Rows under columns. `main` marks the one table that `csv` writes; `group` rows span the whole width.

    A row is a tuple of cells (or texts) as long as `columns`; a one-element row in a table of several columns is a
    group heading. `empty` is what to say when there are no rows.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell | Text, ...], ...]
    title: str = ""
    note: Text = ""
    empty: str = ""
    main: bool = False


@frozen
class Paragraph:
    """A sentence or a few. What stands to the right is a signature or a date."""

    text: Text
    tone: Tone = "plain"
    align: Literal["left", "right"] = "left"


@frozen
class Items:
    """A list, numbered or not. `more` says how many were left out ("3 more: projledger lagging")."""

    items: tuple[Text, ...]
    numbered: bool = False
    more: Text = ""


@frozen
class Facts:
    """Name and value pairs: the head of a sheet, the attributes of one item."""

    pairs: tuple[tuple[str, Text], ...]


@frozen
class Bar:
    """One horizontal bar.

    `value` and `mark` (where it should be by now) are fractions of the full length; a value over 1 is drawn full and
    flagged by the text. `None` is "not reported": an empty bar that says so.
    """

    label: Text
    value: Fraction | None
    text: Text = ""
    mark: Fraction | None = None
    tone: Tone = "plain"


@frozen
class Bars:
    """Bars under each other on one scale (targets against pace, a stage pipeline, problem ages)."""

    bars: tuple[Bar, ...]
    title: str = ""
    mark_label: str = ""


@frozen
class Stack:
    """One column of a `Stacks` chart: counts by tone, drawn from the bottom up."""

    label: str
    parts: tuple[tuple[Tone, int], ...]


@frozen
class Stacks:
    """Columns side by side (lights over the months of a year)."""

    stacks: tuple[Stack, ...]
    title: str = ""
    legend: tuple[tuple[Tone, str], ...] = ()


@frozen
class Line:
    """One line of a `Trend`: values by day; `tone` and `label` tell it from the others."""

    label: str
    points: tuple[tuple[date, Fraction], ...]
    tone: Tone = "plain"


@frozen
class Trend:
    """Lines over days (a milestone trend: when a deadline stood where). `dates` values are day ordinals."""

    lines: tuple[Line, ...]
    title: str = ""
    y_is_date: bool = False


@frozen
class Stretch:
    """A bar on a timeline row, from the first day to the last, both included."""

    start: date
    end: date
    kind: Literal["planned", "actual", "forecast"] = "planned"
    tone: Tone = "plain"


@frozen
class Point:
    """A milestone on a timeline row."""

    day: date
    label: str
    kind: Literal["planned", "actual"] = "planned"
    tone: Tone = "plain"


@frozen
class TimelineRow:
    """One project or task on a timeline. `cells` go under `Timeline.columns`, before the chart."""

    cells: tuple[Text, ...]
    stretches: tuple[Stretch, ...] = ()
    points: tuple[Point, ...] = ()
    note: Text = ""
    group: str = ""


@frozen
class Timeline:
    """Rows against time: the wall chart.

    `ticks` label the scale; `shaded` are rest days, called `shading` in the legend; `today` is a line.
    """

    columns: tuple[Column, ...]
    rows: tuple[TimelineRow, ...]
    start: date
    end: date
    ticks: tuple[tuple[date, str], ...]
    today: date | None = None
    shaded: tuple[tuple[date, date], ...] = ()
    shading: str = ""
    legend: Text = ""
    title: str = ""
    empty: str = ""


@frozen
class MapNode:
    """A link of an industrial chain on its map."""

    name: Text
    state: Text = ""
    detail: tuple[Text, ...] = ()
    tone: Tone = "plain"


@frozen
class ChainMap:
    """Groups of nodes from upstream to downstream, drawn left to right with arrows between them."""

    groups: tuple[tuple[str, tuple[MapNode, ...]], ...]
    title: str = ""


@frozen
class Section:
    """A heading with its blocks."""

    title: Text
    blocks: tuple[Block, ...]


@frozen
class Blank:
    """Lines to write on: "Reviewed by: ____  Issued by: ____"."""

    labels: tuple[str, ...]


Block: TypeAlias = Paragraph | Items | Facts | Table | Bars | Stacks | Trend | Timeline | ChainMap | Section | Blank


@frozen
class Version:
    """A page that is to be one sheet, with less on it; `annex` is then longer."""

    blocks: tuple[Block, ...]
    annex: tuple[Block, ...] = ()


@frozen
class Document:
    """A whole report.

    `asides` stand beside the title (the as-of date, the cutoff); `footer` holds the data version,
    the calendar, what was left out. `landscape`, `one_page` and `paper` are wishes for paper.

    A `one_page` document is one sheet: title, blocks and footer. Where its blocks do not fit, a renderer for paper
    takes the first of `shorter` that does; all others draw `blocks`. `annex` follows on sheets of its own. `main` is
    the table for spreadsheets where the page shows only part of it, or a drawing instead. `years` are those whose
    calendar it shows, beside the year of the day; `names` those of people, which paper breaks over no two lines.
    """

    title: str
    blocks: tuple[Block, ...]
    asides: tuple[str, ...] = ()
    footer: tuple[str, ...] = ()
    landscape: bool = False
    one_page: bool = False
    annex: tuple[Block, ...] = ()
    shorter: tuple[Version, ...] = ()
    main: Table | None = None
    paper: Literal["A4", "A3"] = "A4"
    language: str = field(default="en")
    years: tuple[int, ...] = ()
    names: tuple[str, ...] = ()


def plain(text: Text) -> str:
    """The words of `text` without tones."""
    return text if isinstance(text, str) else "".join(run.text for run in text)
