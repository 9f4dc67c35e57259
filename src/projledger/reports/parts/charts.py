"""Charts that several reports draw: counts by light in columns, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from projledger.document import Stack, Stacks, Tone
from projledger.i18n import N_, _
from projledger.models.types import LIGHTS, Light
from projledger.reports.parts.words import LIGHT_WORDS, SHAPES

_OTHERS: Final[tuple[tuple[str, Tone, str], ...]] = (
    ("none", "plain", N_("no light (paused or suspended)")),
    ("unknown", "dim", N_("not known any more")),
)
_BANDS: Final[tuple[tuple[int, str], ...]] = (
    (7, N_("up to 7 days")),
    (30, N_("8–30 days")),
    (60, N_("31–60 days")),
    (90, N_("61–90 days")),
)
"""Ages up to which a problem stands in a column, and its name."""
_OLDER: Final = N_("over 90 days")


def light_stacks(columns: Sequence[tuple[str, Mapping[str, int]]], title: str) -> Stacks:
    """Columns of counts by light, the worst at the bottom; `none` and `unknown` on top, where they occur."""
    tones: list[tuple[str, Tone, str]] = [(light, light, SHAPES[light] + _(LIGHT_WORDS[light])) for light in LIGHTS]
    tones += [(key, tone, _(words)) for key, tone, words in _OTHERS]
    drawn = [(key, tone, words) for key, tone, words in tones if any(counts.get(key) for _label, counts in columns)]
    stacks = (
        Stack(label, tuple((tone, counts.get(key, 0)) for key, tone, _words in drawn)) for label, counts in columns
    )
    return Stacks(tuple(stacks), title, tuple((tone, words) for _key, tone, words in drawn))


def problem_ages(problems: Iterable[tuple[int, Light | None]]) -> Stacks:
    """Open problems by age, each an age in days and a light; the columns reach to the oldest."""
    columns = [(_(name), dict.fromkeys((*LIGHTS, "none"), 0)) for name in (*(name for _days, name in _BANDS), _OLDER)]
    most = 0
    for age, light in problems:
        place = next((n for n, (days, _name) in enumerate(_BANDS) if age <= days), len(_BANDS))
        columns[place][1][light or "none"] += 1
        most = max(most, place)
    return light_stacks(columns[: most + 1], _("Open problems by age"))
