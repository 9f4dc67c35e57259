"""How the place stands as a whole: counts, lights and which of them changed, stages."""

from __future__ import annotations

from projledger.document import Block, Items, Paragraph, Run, Text
from projledger.i18n import _, joined, listing
from projledger.models.types import STAGES
from projledger.reports.report.result import Result
from projledger.reports.words import STAGE_WORDS, clauses, code, lamp, lights_text


def whole(result: Result) -> str:
    """The projects and their lights in one sentence, against the end of the period before."""
    numbers = result.projects
    if not numbers.total and not numbers.cleared:
        return _("No projects in these ledgers.")
    red, then = result.lights["red"], result.lights_before["red"]
    said = _("{total} key projects, {active} under way, {suspended} suspended; lights: {lights}").format(
        total=numbers.total, active=numbers.active, suspended=numbers.suspended, lights=lights_text(result.lights)
    )
    if red > then:
        change = _("{n} more red than at the end of the period before").format(n=red - then)
    elif red < then:
        change = _("{n} fewer red than at the end of the period before").format(n=then - red)
    else:
        change = _("as many red as at the end of the period before")
    return _("{sentence}.").format(sentence=clauses([said, change]))


def change_items(result: Result) -> list[Block]:
    """The lights that changed, from which to which and why; nothing where none did."""
    lines: list[Text] = []
    for change in result.changes:
        runs = [
            Run(_("{name}: ").format(name=change.name)),
            lamp(change.before),
            Run(" → "),
            lamp(change.after),
        ]
        if change.why:
            runs.append(Run(_(" ({name})").format(name=change.why)))
        runs += [Run(" "), code(change.project)]
        lines.append(tuple(runs))
    return [Paragraph(_("Lights that changed:")), Items(tuple(lines))] if lines else []


def stages_text(result: Result) -> str:
    """The stock by current stage and the events of the period."""
    stock = [f"{_(STAGE_WORDS[name])} {result.stock[name]}" for name in STAGES if result.stock[name]]
    events = [f"{_(STAGE_WORDS[name])} {result.events[name]}" for name in STAGES if name != "reserve"]
    return joined(
        _("Stock by current stage: {stock}.").format(stock=listing(stock) or "—"),
        _("Events in the period: {events}.").format(events=listing(events)),
    )
