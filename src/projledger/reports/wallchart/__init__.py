"""`wallchart`: the chart on the wall: projects against time, or the tasks of one; and the same as a dispatch table."""

from __future__ import annotations

from projledger.calendar import day_text
from projledger.document import Block, Document, Paragraph
from projledger.i18n import _, listing
from projledger.reports.parts.words import as_of_text, cutoffs_text, lights_text, rules_text
from projledger.reports.wallchart.chart import timeline
from projledger.reports.wallchart.result import ProjectRow, Result, TaskRow
from projledger.reports.wallchart.rows import compute
from projledger.reports.wallchart.table import table

__all__ = ["Result", "compute", "document"]


def document(result: Result) -> Document:
    """The chart, or the dispatch table."""
    blocks: list[Block] = []
    if result.rows:
        blocks.append(Paragraph(_summary(result)))
    rows = table(result)
    blocks.append(rows if result.table else timeline(result))
    asides = [as_of_text(result.as_of)]
    cutoffs = {row.cutoff for row in result.rows if isinstance(row, ProjectRow) and row.cutoff is not None}
    if cutoffs:
        asides.append(cutoffs_text(cutoffs, result.as_of))
    footer = [rules_text(result.rules, result.rules_title)]
    if result.cleared:
        footer.append(_("Cleared, not on the chart: {names}").format(names=listing(_cleared(result))))
    if result.project is not None:
        title = _("{name}: wall chart of its tasks").format(name=result.project)
    elif result.table:
        title = _("{place}: dispatch table of key projects").format(place=result.place)
    else:
        title = _("{place}: wall chart of key projects").format(place=result.place)
    return Document(
        title=title,
        blocks=tuple(blocks),
        asides=tuple(asides),
        footer=tuple(footer),
        landscape=True,
        paper="A3",
        main=rows,
        years=tuple(range(result.start.year, result.end.year + 1)) if not result.table else (),
    )


def _cleared(result: Result) -> list[str]:
    return [
        _("{name} ({day})").format(name=name, day=day_text(day, result.as_of)) if day is not None else name
        for name, day in result.cleared
    ]


def _summary(result: Result) -> str:
    if result.project is not None:
        done = sum(isinstance(row, TaskRow) and row.state == "done" for row in result.rows)
        text = _("Tasks: {n}, done {done}; lights of the others: {lights}.")
        return text.format(n=len(result.rows), done=done, lights=lights_text(result.lights))
    return _("Projects: {n}; {lights}.").format(n=len(result.rows), lights=lights_text(result.lights))
