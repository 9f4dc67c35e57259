"""How much of each kind stands on the chief's page."""

from __future__ import annotations

from typing import Final

from projledger.analysis.asks import LEAST, MOST
from projledger.frozen import frozen


@frozen
class Room:
    """How many of each kind stand on the page; what is left goes to the annex.

    `names`: how many names an enumeration has. `links`: how many links the map has in each of its three parts;
    `details`: the map says the firms at a link also where a project stands there.
    """

    asks: int
    lagging: int
    gaps: int
    talents: int
    names: int
    links: int
    details: bool = True


ROOMS: Final = (
    Room(MOST, 5, 6, 3, names=8, links=20),
    Room(MOST, 5, 6, 3, names=8, links=6),
    Room(MOST, 5, 6, 3, names=6, links=6, details=False),
    Room(MOST, 5, 4, 2, names=4, links=6, details=False),
    Room(MOST, 5, 2, 1, names=3, links=4, details=False),
    Room(MOST, 4, 2, 1, names=3, links=4, details=False),
    Room(MOST, 3, 3, 2, names=4, links=4, details=False),
    Room(MOST, 3, 2, 2, names=3, links=3, details=False),
    Room(MOST, 2, 2, 1, names=3, links=2, details=False),
    Room(MOST, 2, 1, 1, names=2, links=1, details=False),
    *(Room(count, 1, 1, 1, names=2, links=1, details=False) for count in range(MOST, LEAST - 1, -1)),
    Room(LEAST, 1, 1, 1, names=1, links=1, details=False),
    Room(LEAST, 0, 0, 0, names=1, links=0, details=False),
)
"""From the full page to the shortest: what is asked of the chief gives way last."""
