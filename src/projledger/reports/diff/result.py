"""What `diff` finds: the changes, and what they do to lights, plans and figures."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from projledger.analysis.effects import Share
from projledger.frozen import frozen
from projledger.models.types import Light


@frozen
class ChangeRow:
    """One change. `text` is its sentence, `said` the same without its subject.

    `path` and `line` are where to look in the later version.

    `line` is None for what is not there any more. `slips` is which slip it is, for a deadline that moved. The first
    change of an item says what became of its light, where that is another now (`light_before`, `light_after`), and of a
    task whether it came onto the critical path (`critical`) or left it; None where nothing became of it.
    """

    ref: str
    kind: str
    field: str | None
    before: Any
    after: Any
    text: str
    flags: tuple[str, ...]
    name: str
    project: str
    path: str
    line: int | None
    slips: int | None
    said: str
    light_before: Light | None = None
    light_after: Light | None = None
    critical: bool | None = None


@frozen
class LightRow:
    """A light that changed."""

    ref: str
    name: str
    project: str
    before: Light | None
    after: Light | None


@frozen
class PlanRow:
    """What became of a project's plan: its smallest float in workdays, and when its last task is forecast to finish.

    Where it did not change itself, `waits_for` are the changed projects for whose tasks it waits, `waited_for_by` those
    whose tasks wait for it.
    """

    project: str
    name: str
    float_before: int | None
    float_after: int | None
    finish_before: date | None
    finish_after: date | None
    path_before: tuple[str, ...]
    path_after: tuple[str, ...]
    waits_for: tuple[str, ...]
    waited_for_by: tuple[str, ...]


@frozen
class FigureRow:
    """A target of the place, a unit or a chain whose figures changed, and whose changes did it (`shares`)."""

    ref: str
    scope: str
    name: str
    period: str
    measure: str
    value_before: Decimal
    value_after: Decimal
    done_before: Decimal | None
    done_after: Decimal | None
    rate_before: Fraction | None
    rate_after: Fraction | None
    month: str | None
    shares: tuple[Share, ...]


@frozen
class Result:
    """What changed; `changes` are in the order in which they are told.

    `old` and `new` are short commits; `new` is empty for files that are not committed (`staged`: those of the index).
    `comments` names files in which only comments, layout or order changed; `unread_before` and `unread_after` are those
    that cannot be read. `shallow`: which slip it is was counted in a history that is not whole.
    """

    place: str
    as_of: date
    old: str
    new: str
    staged: bool
    flags_only: bool
    changes: tuple[ChangeRow, ...]
    projects: dict[str, str]
    lights: tuple[LightRow, ...]
    plans: tuple[PlanRow, ...]
    figures: tuple[FigureRow, ...]
    comments: tuple[str, ...]
    moved: tuple[tuple[str, str], ...]
    unread_before: tuple[str, ...]
    unread_after: tuple[str, ...]
    shallow: bool
    flagged: int
