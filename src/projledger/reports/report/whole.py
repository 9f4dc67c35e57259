"""How the place stands as a whole: counts, lights and which of them changed, stages."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from projledger.document import Block, Paragraph, Run, Text
from projledger.i18n import _, joined, listing, ngettext
from projledger.models.types import STAGES
from projledger.reports.parts.charts import light_stacks
from projledger.reports.parts.words import (
    STAGE_WORDS,
    clauses,
    code,
    count_text,
    lamp,
    lights_text,
    projects_text,
    short_day,
    short_month,
    stage_now,
)
from projledger.reports.report.items import few
from projledger.reports.report.result import Change, Result

_DAY: Final = timedelta(days=1)


def whole(result: Result) -> str:
    """The projects and their lights in one sentence, against the end of the period before."""
    numbers = result.projects
    if not numbers.total and not numbers.cleared:
        return _("No projects in these ledgers.")
    red, then, unknown = result.lights["red"], result.lights_before["red"], result.lights_before["unknown"]
    said = _("{total} key projects: {counts}; lights: {lights}").format(
        total=numbers.total, counts=projects_text(numbers), lights=lights_text(result.lights)
    )
    if unknown:
        change = ngettext(
            "at the end of the period before {then} were red, and of {n} project it cannot be told any more",
            "at the end of the period before {then} were red, and of {n} projects it cannot be told any more",
            unknown,
        ).format(then=then, n=unknown)
    elif red > then:
        change = _("{n} more red than at the end of the period before").format(n=red - then)
    elif red < then:
        change = _("{n} fewer red than at the end of the period before").format(n=then - red)
    else:
        change = _("as many red as at the end of the period before")
    return _("{sentence}.").format(sentence=clauses([said, change]))


def change_items(result: Result) -> list[Block]:
    """The lights that changed, from which to which and why; nothing where none did."""

    def line(change: Change) -> Text:
        runs = [
            Run(_("{name}: ").format(name=change.name)),
            lamp(change.before),
            Run(" → "),
            lamp(change.after),
        ]
        if change.why:
            runs.append(Run(_(", {why}").format(why=change.why)))
        return (*runs, Run(" "), code(change.project))

    return (
        [Paragraph(_("Lights that changed:")), few(result.changes, line, f"projledger report {result.kind} -f json")]
        if result.changes
        else []
    )


def unchanged_text(result: Result) -> str:
    """That no light has changed, as far as that can be told."""
    if result.lights["unknown"] or result.lights_before["unknown"]:
        return _("No light has changed among those of which it can be told.")
    return _("No light has changed.")


def lights_chart(result: Result) -> list[Block]:
    """The lights at the month ends of the year so far; nothing for a single one, which the sentence tells."""
    months = result.months
    if len(months) < 2 or not any(any(month.lights.values()) for month in months):
        return []
    columns = [
        (
            short_month(month.day) if month.day.month != (month.day + _DAY).month else short_day(month.day),
            month.lights,
        )
        for month in months
    ]
    title = _("Projects by light at the end of each month of {year}")
    return [light_stacks(columns, title.format(year=result.as_of.year))]


def stages_text(result: Result) -> str:
    """The stock by current stage and the events of the period."""
    stock = [count_text(stage_now(name), result.stock[name]) for name in STAGES if result.stock[name]]
    events = [count_text(_(STAGE_WORDS[name]), result.events[name]) for name in STAGES if name != "reserve"]
    return joined(
        _("Stock by current stage: {stock}.").format(stock=listing(stock) or "—"),
        _("Events in the period: {events}.").format(events=listing(events)),
    )
