"""Text made safe for HTML, and numbers written the same on every machine."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from projledger.document import plain
from projledger.render.cells import width
from projledger.render.safe import printable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from fractions import Fraction

    from projledger.document import Column, Text

_ENTITIES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})
_TINY: Final = 8
_SHORT_SENTENCE: Final = 12
_SHORT_NAME: Final = 18
"""Cells up to which the words of a column stay on one line: always, or where there is room for all columns."""


def words(text: Text) -> str:
    """The words of `text`, safe inside an element and inside a quoted attribute."""
    return _safe(text if isinstance(text, str) else plain(text))


@lru_cache(maxsize=1 << 14)
def _safe(text: str) -> str:
    """Names, units and dates stand in thousands of rows: each is made safe once."""
    return printable(text).translate(_ENTITIES)


def inline(text: Text) -> str:
    """`text` with its tones."""
    if isinstance(text, str):
        return _safe(text)
    return "".join(
        words(run.text) if run.tone == "plain" else f'<span class="{run.tone}">{words(run.text)}</span>' for run in text
    )


def percent(share: Fraction) -> str:
    """A share as a length."""
    return f"{round(float(share) * 100, 3):g}%"


def number(value: float) -> str:
    """A coordinate."""
    return f"{round(value, 1):g}"


def column_kind(column: Column, texts: Iterable[Text]) -> str:
    """The class attribute of the cells of a column: numbers to the right, short words on one line, long ones roomy."""
    longest = 0
    for text in texts:
        longest = max(longest, width(printable(plain(text))))
        if longest > _SHORT_NAME:
            break  # no width says more than that
    names = ["number"] if column.align == "right" else []
    if longest <= _TINY:
        names.append("tiny")
    elif longest <= (_SHORT_SENTENCE if column.wrap else _SHORT_NAME):
        names.append("short")
    elif column.wrap:
        names.append("long")
    return f' class="{" ".join(names)}"' if names else ""


def figure(title: str, inner: str) -> str:
    """Something drawn, with its title."""
    caption = f"<figcaption>{words(title)}</figcaption>" if title else ""
    return f"<figure>{caption}{inner}</figure>"


def caption(title: str) -> str:
    """The title of a table, inside it."""
    return f"<caption>{words(title)}</caption>" if title else ""
