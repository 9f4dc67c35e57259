"""The text of the quarter's notice, in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

from projledger.calendar import Period, period_text
from projledger.document import Block, Paragraph
from projledger.i18n import _, joined, listing, ngettext
from projledger.models.types import STAGES
from projledger.reports import targets
from projledger.reports.parts.words import STAGE_WORDS
from projledger.reports.report.result import Result
from projledger.reports.report.whole import whole

_NAMED: Final = 20
"""Names in one sentence that is read aloud."""


def _listed(result: Result, kind: Literal["red", "bottom"]) -> list[str]:
    groups = result.ranking.groups if result.ranking is not None else ()
    return [row.name for group in groups for row in group.rows if row.on_list == kind]


def notice(result: Result) -> Iterator[Block]:
    """The text of the quarter's notice, in sentences."""
    period = period_text(Period.parse(result.period))
    yield Paragraph(
        _("To all units: the state of the key projects in the {period} is made known as follows.").format(period=period)
    )
    events = [
        _("{stage} {n}").format(stage=_(STAGE_WORDS[name]), n=result.events[name])
        for name in STAGES
        if name not in ("reserve", "negotiating")
    ]
    yield Paragraph(joined(whole(result), _("In the period: {events}.").format(events=listing(events))))
    for group in targets.grouped(row for row in result.targets if row.kind == "all"):
        yield Paragraph(targets.sentence(group))
    praised, bottom = _listed(result, "red"), _listed(result, "bottom")
    if praised:
        yield Paragraph(
            _("Praised, for the best scores of their groups: {names}.").format(names=listing(praised)), "strong"
        )
    if bottom:
        yield Paragraph(
            _("Criticised, for the lowest scores of their groups: {names}.").format(names=listing(bottom)), "strong"
        )
    long = [streak for streak in result.streaks if streak.months > 1]
    if long:
        names = [
            _("{name} ({n} months) — {owner}").format(name=streak.name, owner=streak.owner_name, n=streak.months)
            for streak in long[:_NAMED]
        ]
        if len(long) > _NAMED:
            names.append(_("{n} more under “{title}”").format(n=len(long) - _NAMED, title=_("Red months in a row")))
        yield Paragraph(_("Criticised, for red lights month after month: {names}.").format(names=listing(names)))
    if not praised and not bottom and not long:
        yield Paragraph(_("There is nobody to praise or to criticise: too little is scored."))
    overdue = [lag for lag in result.red if lag.days_late]
    if overdue:
        yield Paragraph(
            ngettext(
                "Who owes the {n} overdue item shall name a day and the steps until then, and report weekly.",
                "Those who owe the {n} overdue items shall name a day and the steps until then, and report weekly.",
                len(overdue),
            ).format(n=len(overdue))
        )
