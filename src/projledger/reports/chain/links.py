"""The chain map: its links from upstream to downstream."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from projledger.calendar import day_text
from projledger.document import (
    ChainMap,
    MapNode,
    Run,
    Tone,
)
from projledger.i18n import N_, _, ngettext
from projledger.reports.chain.asks import MEND_WORDS, POSITION_WORDS
from projledger.reports.chain.result import ChainRow, NodeRow
from projledger.reports.chain.rooms import Room
from projledger.reports.chain.sentences import names_text
from projledger.reports.parts.words import STANDSTILL_WORDS, clauses, commas

_NODE_WORDS: Final = {"strong": N_("strong"), "weak": N_("weak"), "missing": N_("missing")}
_NODE_TONES: Final[dict[str | None, Tone]] = {"strong": "green", "weak": "yellow", "missing": "red"}


_URGENCY: Final = ("missing", "weak", None, "strong")
"""Which links stay on the page when it has no room for all; the leading firm's goes before all that are not missing."""


def chain_map(chain: ChainRow, today: date, room: Room | None) -> ChainMap:
    """The links of a chain, as many as there is room for and in the order of the ledger; without a room all of them."""
    return ChainMap(
        tuple((_(title), tuple(_nodes(chain, position, today, room))) for position, title in POSITION_WORDS.items())
    )


def is_whole(chain: ChainRow, room: Room) -> bool:
    """Whether the map says everything about every link."""
    names = max((len(listed) for node in chain.map for listed in (node.firms, node.projects)), default=0)
    links = max(Counter(node.position for node in chain.map).values(), default=0)
    return room.details and links <= room.links and names <= room.names


def _nodes(chain: ChainRow, position: str, today: date, room: Room | None) -> Iterator[MapNode]:
    nodes = [node for node in chain.map if node.position == position]

    def urgency(node: NodeRow) -> tuple[bool, bool, int]:
        return node.state != "missing", chain.leading_firm not in node.firms, _URGENCY.index(node.state)

    if not nodes:
        yield MapNode((Run(_("no link is on the map"), "dim"),), tone="dim")
    most = room.links if room is not None else len(nodes)
    shown = sorted(range(len(nodes)), key=lambda n: urgency(nodes[n]))[:most]
    for number in sorted(shown):
        yield _map_node(nodes[number], today, room)
    if (rest := len(nodes) - most) > 0:
        text = ngettext("{n} more in the annex", "{n} more in the annex", rest).format(n=rest)
        yield MapNode((Run(text, "dim"),), tone="dim")


def _map_node(node: NodeRow, today: date, room: Room | None) -> MapNode:
    def enumerated(names: Sequence[str]) -> str:
        return names_text(names, room.names if room is not None else len(names))

    details = room is None or room.details
    said = []
    if node.firms and (details or not node.projects):
        said.append(_("firms: {names}").format(names=enumerated(node.firms)))
    if node.projects:
        said.append(_("projects: {names}").format(names=enumerated([_project(node, name) for name in node.projects])))
    elif node.state == "missing":
        said.append(_("no project at this link"))
    lines = said if details else [clauses(said)] if said else []
    who = [part for part in (node.owner_name, day_text(node.deadline, today) if node.deadline else "") if part]
    if who and node.state != "strong":
        lines.append(commas(who))
    state = _(_NODE_WORDS[node.state]) if node.state else _("not assessed")
    if node.action:
        state = _("{state} → {action}").format(state=state, action=_(MEND_WORDS[node.action]))
    return MapNode(node.name, state, tuple(lines), _NODE_TONES.get(node.state, "grey"))


def _project(node: NodeRow, name: str) -> str:
    """A project at a link, and why it stands still where it does."""
    why = node.waiting.get(name)
    return _("{name} ({why})").format(name=name, why=_(STANDSTILL_WORDS[why])) if why else name
