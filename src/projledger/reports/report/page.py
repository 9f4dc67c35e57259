"""The page of each kind: numbered parts, and lines for review and signature."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from projledger.calendar import Kind, Period, day_text, period_text
from projledger.document import Blank, Block, Document, Paragraph, Section, Table
from projledger.i18n import N_, _, ngettext
from projledger.reports.parts.words import as_of_text, cutoffs_text, rules_text
from projledger.reports.report.assessed import (
    carry_over,
    clearing_block,
    forecast,
    fund_blocks,
    league,
    streak_block,
    target_blocks,
    target_table,
)
from projledger.reports.report.items import (
    agenda_blocks,
    called_by_name,
    day_groups,
    day_table,
    entry_list,
    followed,
    followed_blocks,
    letter_blocks,
    missing_list,
    problem_blocks,
)
from projledger.reports.report.notice import notice
from projledger.reports.report.result import Result
from projledger.reports.report.slips import slip_blocks
from projledger.reports.report.whole import change_items, lights_chart, stages_text, unchanged_text, whole

_DAY: Final = timedelta(days=1)
_TITLES: Final[dict[Kind, str]] = {
    "day": N_("{place}: clearing the day"),
    "week": N_("{place}: supervision weekly"),
    "month": N_("{place}: monthly dispatch"),
    "quarter": N_("{place}: quarterly notice"),
    "half": N_("{place}: half-year assessment"),
    "year": N_("{place}: year-end evaluation"),
}
_NUMBERED: Final = (
    N_("1. {title}"),
    N_("2. {title}"),
    N_("3. {title}"),
    N_("4. {title}"),
    N_("5. {title}"),
    N_("6. {title}"),
    N_("7. {title}"),
    N_("8. {title}"),
    N_("9. {title}"),
    N_("10. {title}"),
    N_("11. {title}"),
    N_("12. {title}"),
    N_("13. {title}"),
    N_("14. {title}"),
)

Part = tuple[str, Sequence[Block]]


def document(result: Result) -> Document:
    """What is read out: numbered parts, complete sentences, and lines for review and signature."""
    parts = {
        "day": _day_parts,
        "week": _week_parts,
        "month": _month_parts,
        "quarter": _quarter_parts,
        "half": _half_parts,
        "year": _year_parts,
    }[result.kind](result)
    sections: list[Block] = [
        Section(_(_NUMBERED[number]).format(title=title), tuple(blocks)) for number, (title, blocks) in enumerate(parts)
    ]
    cutoffs = {row.cutoff for row in result.targets if row.cutoff is not None}
    asides = [_span(result), as_of_text(result.as_of)]
    if cutoffs:
        asides.append(cutoffs_text(cutoffs, result.as_of))
    if _marks(result):
        asides.append(_("[new]: not listed at the end of the period before"))
    footer = [rules_text(result.rules, result.rules_title)]
    if result.restated:
        text = ngettext(
            "{n} task was reported on again after {day}: its progress of then is taken from the history",
            "{n} tasks were reported on again after {day}: their progress of then is taken from the history",
            len(result.restated),
        )
        footer.append(text.format(n=len(result.restated), day=day_text(result.as_of)))
    if result.overwritten:
        text = ngettext(
            "{n} task was reported on again after {day}: how it stood then is not judged here; see --rev",
            "{n} tasks were reported on again after {day}: how they stood then is not judged here; see --rev",
            len(result.overwritten),
        )
        footer.append(text.format(n=len(result.overwritten), day=day_text(result.as_of)))
    if result.doubtful:
        text = ngettext(
            "{n} red item may have been red in the period before: its progress of then is overwritten; see --rev",
            "{n} red items may have been red in the period before: their progress of then is overwritten; see --rev",
            len(result.doubtful),
        )
        footer.append(text.format(n=len(result.doubtful)))
    footer += result.notes
    return Document(
        title=_(_TITLES[result.kind]).format(place=result.place),
        blocks=(*sections, Blank((_("Reviewed by"), _("Issued by")))),
        asides=tuple(asides),
        footer=tuple(footer),
        main=_main(result),
    )


def _marks(result: Result) -> bool:
    """Whether something in the report is marked as new: by kind, as its parts have it."""
    if result.kind == "day":
        return False
    if result.kind == "year":
        return bool(result.missing_new)
    decided = any(row.new for row in result.decisions)
    written = any(row.new for row in result.letters)
    heard = any(row.new for row in result.agenda)
    return bool(result.new) or decided or written or heard or (result.kind != "week" and bool(result.missing_new))


def _main(result: Result) -> Table:
    """What a spreadsheet gets: the agenda of a day, the decisions of a week, else the targets."""
    match result.kind:
        case "day":
            return day_table(result)
        case "week":
            return followed(result)
        case _:
            return target_table(result.targets)


def _span(result: Result) -> str:
    period = Period.parse(result.period)
    if result.kind == "day":
        return period_text(period)
    return _("{period} ({first} to {last})").format(
        period=period_text(period),
        first=day_text(result.first, result.first),
        last=day_text(result.last, result.first),
    )


def _day_parts(result: Result) -> Iterator[Part]:
    done_today = len(result.done)
    summary = _("Due today and not done: {due}; done today: {done}; carried over from earlier days: {carried}.")
    said = summary.format(due=len(result.due), done=done_today, carried=len(result.carried))
    yield _("The day in figures"), [Paragraph(said)]
    nothing = (
        _("Nothing due today is left."),
        _("Nothing was reported as done today."),
        _("Nothing is carried over."),
        _("No problem was raised today."),
        _("Nothing falls due tomorrow."),
    )
    for (title, entries, how), empty in zip(day_groups(result), nothing, strict=True):
        yield title, [entry_list(entries, result, empty, how)]


def _week_parts(result: Result) -> Iterator[Part]:
    yield _("The week as a whole"), [Paragraph(whole(result)), *change_items(result)]
    yield _("Named items"), [called_by_name(result)]
    yield _("Decisions and what became of them"), followed_blocks(result)
    yield _("Problems closed and raised"), list(problem_blocks(result))
    yield (
        _("To be started and finished by {day}").format(day=_horizon(result)),
        [entry_list(result.next, result, _("Nothing falls due."), "due")],
    )
    yield _("Letters to be issued"), list(letter_blocks(result))


def _horizon(result: Result) -> str:
    return day_text(Period.parse(result.period).next().last, result.as_of)


def _month_parts(result: Result) -> Iterator[Part]:
    told = result.kind == "quarter"  # its notice has the sentences
    sentences = [] if told else [Paragraph(whole(result))]
    yield _("The period as a whole"), [*sentences, Paragraph(stages_text(result))]
    yield _("Targets against the pace"), list(target_blocks(result, told))
    yield (
        _("Lights and their changes"),
        [*lights_chart(result), *(change_items(result) or [Paragraph(unchanged_text(result))])],
    )
    yield _("Named items"), [called_by_name(result)]
    yield _("League"), list(league(result))
    yield _("Missing reports"), [missing_list(result)]
    yield _("Problems closed and raised"), list(problem_blocks(result))
    yield _("Agenda of the supervision day"), list(agenda_blocks(result))


def _slips(result: Result) -> Iterator[Part]:
    if result.slips is not None:
        yield _("Deadlines that moved"), list(slip_blocks(result.slips, Period.parse(result.period)))


def _quarter_parts(result: Result) -> Iterator[Part]:
    yield _("Notice"), list(notice(result))
    yield from _month_parts(result)
    yield _("Red months in a row"), [streak_block(result)]
    yield from _slips(result)


def _half_parts(result: Result) -> Iterator[Part]:
    yield _("Half-year targets"), list(target_blocks(result))
    yield _("Score beside the self-score"), list(league(result))
    yield _("Forecast for the year"), [forecast(result)]
    yield (
        _("The period as a whole"),
        [Paragraph(whole(result)), Paragraph(stages_text(result)), *lights_chart(result), *change_items(result)],
    )
    yield _("Named items"), [called_by_name(result)]
    yield _("Red months in a row"), [streak_block(result)]
    yield from _slips(result)
    yield _("Missing reports"), [missing_list(result)]
    yield _("Agenda of the supervision day"), list(agenda_blocks(result))


def _year_parts(result: Result) -> Iterator[Part]:
    yield (
        _("The year as a whole"),
        [Paragraph(whole(result)), Paragraph(stages_text(result)), *lights_chart(result)],
    )
    yield _("Targets of the year"), list(target_blocks(result))
    yield _("Final score"), list(league(result))
    yield _("Awards and the incentive fund"), list(fund_blocks(result))
    yield _("Carried over into the next year"), list(carry_over(result))
    yield _("Clearing"), list(clearing_block(result))
    yield _("Red months in a row"), [streak_block(result)]
    yield from _slips(result)
    yield _("Missing reports"), [missing_list(result)]
