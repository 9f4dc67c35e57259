"""What falls due, in lines: the same words on the screen and in every periodic report."""

from __future__ import annotations

import datetime

from projledger.analysis.upcoming import Decided
from projledger.calendar import day_text
from projledger.document import Run
from projledger.frozen import frozen
from projledger.i18n import _
from projledger.quantities import days_text
from projledger.reports.parts.words import FUNDING_WORDS, STAGE_WORDS, code, factor_word


@frozen
class Entry:
    """Something that happened, or falls due, on a day.

    The first eight say what, when and whose. What falls due says more: `own`, `since`, `late` and `decided` as in
    `analysis.upcoming`.
    """

    date: datetime.date
    kind: str
    ref: str
    name: str
    project: str | None
    project_name: str
    owner: str | None
    owner_name: str
    own: datetime.date | None = None
    since: datetime.date | None = None
    late: int = 0
    decided: tuple[Decided, ...] = ()


def due_text(entry: Entry, today: datetime.date) -> str:
    """What is to be done by a day: `to be solved: …`, `… to be begun by 13 June at the latest`."""
    text = _asked(entry, today)
    own = entry.own or entry.date
    others = [decided for decided in entry.decided if decided.date != own]
    if others and own != entry.date and entry.kind != "start":
        text = _("{text} (own deadline {day})").format(text=text, day=day_text(own, today))
    for decided in others:
        said = _("{text}; a meeting decided, by {day}: {decision}")
        text = said.format(text=text, day=day_text(decided.date, today), decision=decided.text)
    return text


def due_codes(entry: Entry) -> Run:
    """The references of a line: its own, and those of the decisions about it."""
    return code(" ".join([entry.ref, *(decided.ref for decided in entry.decided)]))


def _asked(entry: Entry, today: datetime.date) -> str:
    since = day_text(entry.since, today) if entry.since is not None else ""
    match entry.kind:
        case "stage":
            return _("planned stage: {stage}").format(stage=_(STAGE_WORDS[entry.name]))  # type: ignore[index]
        case "factor":
            return _("factor to be secured: {factor}").format(factor=factor_word(entry.name))  # type: ignore[arg-type]
        case "apply":
            return _("application for {source}").format(source=_(FUNDING_WORDS[entry.name]))
        case "reply":
            return _("reply to {number}").format(number=entry.name)
        case "problem":
            return _("to be solved: {name}").format(name=entry.name)
        case "verify":
            return _("to be verified: {name} (reported by its owner as solved on {day})").format(
                name=entry.name, day=since
            )
        case "start":
            text = _("{name}, to be begun by {day} at the latest")
            text = text.format(name=entry.name, day=day_text(entry.own or entry.date, today))
            if entry.late:
                late = days_text(entry.late)
                return _("{text} (should have begun on {day}, {days} late)").format(text=text, day=since, days=late)
            planned = entry.since is not None and entry.since != entry.own
            return _("{text} (planned for {day})").format(text=text, day=since) if planned else text
        case _:
            return entry.name
