"""The chain map: its links from upstream to downstream."""

from __future__ import annotations

from datetime import date
from typing import Final

from projledger.calendar import day_text
from projledger.document import (
    ChainMap,
    MapNode,
    Tone,
)
from projledger.i18n import N_, _, listing
from projledger.reports.chain.asks import MEND_WORDS, POSITION_WORDS
from projledger.reports.chain.result import ChainRow, NodeRow
from projledger.reports.words import (
    clauses,
    commas,
)

NODE_WORDS: Final = {"strong": N_("strong"), "weak": N_("weak"), "missing": N_("missing")}


_NODE_TONES: Final[dict[str | None, Tone]] = {"strong": "green", "weak": "yellow", "missing": "red"}


def chain_map(chain: ChainRow, today: date, details: bool) -> ChainMap:
    """The links of a chain; with `details` also their firms where a project stands at them."""
    return ChainMap(
        tuple(
            (_(title), tuple(_map_node(node, today, details) for node in chain.map if node.position == position))
            for position, title in POSITION_WORDS.items()
        )
    )


def _map_node(node: NodeRow, today: date, details: bool) -> MapNode:
    said = []
    if node.firms and (details or not node.projects):
        said.append(_("firms: {names}").format(names=listing(node.firms)))
    if node.projects:
        said.append(_("projects: {names}").format(names=listing(node.projects)))
    elif node.state == "missing":
        said.append(_("no project at this link"))
    lines = said if details else [clauses(said)] if said else []
    who = [part for part in (node.owner_name, day_text(node.deadline, today) if node.deadline else "") if part]
    if who and node.state != "strong":
        lines.append(commas(who))
    state = _(NODE_WORDS[node.state]) if node.state else _("not assessed")
    if node.action:
        state = _("{state} → {action}").format(state=state, action=_(MEND_WORDS[node.action]))
    return MapNode(node.name, state, tuple(lines), _NODE_TONES.get(node.state, "grey"))
