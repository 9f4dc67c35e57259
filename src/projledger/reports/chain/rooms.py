"""How much of each kind stands on the chief's page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from projledger.analysis import asks as asking


@dataclass(frozen=True, slots=True)
class Room:
    """How many lines of each kind stand on the page; `details`: the map says firms and owners too."""

    asks: int
    lagging: int
    gaps: int
    talents: int
    details: bool = True


ROOMS: Final = (
    Room(asking.MOST, 5, 6, 3),
    Room(asking.MOST, 3, 4, 3),
    Room(asking.MOST, 3, 3, 2, details=False),
    Room(asking.MOST, 2, 2, 1, details=False),
    *(Room(count, 1, 1, 1, details=False) for count in range(asking.MOST, asking.LEAST - 1, -1)),
)
"""From what fits on a page of short texts to what fits whatever the texts are."""
