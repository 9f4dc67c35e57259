"""Projects, or the tasks of one, against time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Final

from projledger.calendar import Period, day_text
from projledger.document import (
    Column,
    Point,
    Run,
    Stretch,
    Text,
    Timeline,
    TimelineRow,
    Tone,
)
from projledger.i18n import N_, _, ngettext, pgettext
from projledger.models.types import LIGHTS, Light, StageName
from projledger.quantities import days_text, percent_text
from projledger.reports.parts import cells
from projledger.reports.parts.words import (
    STANDSTILL_WORDS,
    clauses,
    code,
    lamp,
    short_day,
    short_month,
    tone,
)
from projledger.reports.wallchart.result import Flag, ProjectRow, Result, TaskRow
from projledger.reports.wallchart.span import DAY
from projledger.reports.wallchart.words import empty, flag_text, heading, with_owner

_MOST_PROBLEMS: Final = 5
"""Problems of a project that are named on the chart, those overdue and due first; the table names all."""


def timeline(result: Result) -> Timeline:
    """The chart."""
    columns: tuple[Column, ...]
    if result.project is None:
        columns = (
            Column(_("No."), "right"),
            Column(_("Project"), wrap=True),
            Column(_("Investment"), "right"),
            Column(_("Leader / owner"), wrap=True),
            Column(_("Tasks"), "right"),
            Column(_("Light")),
        )
    else:
        columns = (
            Column(_("No."), "right"),
            Column(_("Task"), wrap=True),
            Column(_("Owner"), wrap=True),
            Column(_("Progress"), "right"),
            Column(_("Light")),
        )
    headings = {row.group: heading(result, row.group) if row.group else "" for row in result.rows}
    rows = tuple(
        _project_line(row, result, headings[row.group])
        if isinstance(row, ProjectRow)
        else _task_line(row, result, headings[row.group])
        for row in result.rows
    )
    return Timeline(
        columns=columns,
        rows=rows,
        start=result.start,
        end=result.end,
        ticks=tuple(_ticks(result)),
        today=result.as_of,
        shaded=result.rest,
        shading=_("rest days") if result.zoom == "week" else _("holidays"),
        legend=_legend(result, rows),
        empty=empty(result),
    )


_MEANINGS: Final[dict[Light, str]] = {
    "red": N_("overdue or far behind"),
    "yellow": N_("behind or held up"),
    "grey": N_("not reported"),
    "blue": N_("due soon or a little behind"),
    "green": N_("on course"),
}
"""The lights in a few words; the footer names the rules that give them."""


def _legend(result: Result, rows: Sequence[TimelineRow]) -> Text:
    """What the lights mean, and what no single sign tells, as far as it occurs."""
    runs: list[Run] = []
    for light in LIGHTS:
        runs += [lamp(light), Run(" "), Run(_(_MEANINGS[light]), "dim"), Run("  ")]
    points = [point for row in rows for point in row.points]
    said = []
    if any(stretch.kind == "actual" for row in rows for stretch in row.stretches):
        said.append(_("bars of what is done have the colour of the light"))
    if any(point.tone in ("red", "yellow") and point.kind == "planned" for point in points):
        said.append(_("a coloured mark of a plan: that day is not kept"))
    if any(not point.label for point in points):
        said.append(_("a mark of a plan without words: the day first planned"))
    if any(point.label and not result.start <= point.day <= result.end for point in points):
        said.append(_("marks at the edge: days off the chart"))
    if result.project is None:
        said.append(_("tasks: done / all"))
    tones = {run.tone for row in rows if not isinstance(row.note, str) for run in row.note}
    if tones & {"red", "yellow", "blue"}:
        said.append(_("words below in colour: what has that light; in black: other open problems"))
    paused = {row.paused for row in result.rows if isinstance(row, ProjectRow)}
    if "suspended" in paused:
        said.append(_("suspended: the project was put off"))
    if "paused" in paused:
        said.append(_("paused: an approved standstill, after which it goes on"))
    return (*runs, Run(clauses(said), "dim"))


def _ticks(result: Result) -> Iterator[tuple[date, str]]:
    """Where weeks, months or quarters begin, with their names; the year with the first and with each January."""
    period = Period.of(result.zoom, result.start)
    if period.first < result.start:
        period = period.next()
    named = False
    while period.first <= result.end:
        first = period.first
        if result.zoom == "week":
            text = short_day(first)
        elif result.zoom == "quarter":
            text = _("Q{n} {year}").format(n=first.month // 3 + 1, year=first.year)
        else:
            text = short_month(first)
            if first.month == 1 or not named:
                text = _("{month} {year}").format(month=text, year=first.year)
        named = True
        yield first, text
        period = period.next()


def _stage_word(stage: StageName) -> str:
    """A stage as what is reached, in few letters."""
    words: dict[StageName, Callable[[], str]] = {
        "reserve": lambda: pgettext("stage on a chart", "reserve"),
        "negotiating": lambda: pgettext("stage on a chart", "talks"),
        "signed": lambda: pgettext("stage on a chart", "signing"),
        "started": lambda: pgettext("stage on a chart", "start"),
        "completed": lambda: pgettext("stage on a chart", "completion"),
        "producing": lambda: pgettext("stage on a chart", "production"),
        "full_capacity": lambda: pgettext("stage on a chart", "full capacity"),
    }
    return words[stage]()


def _marked_day(day: date, result: Result) -> str:
    """A day beside its mark; one of another year than the chart's day says which."""
    short = short_day(day)
    return short if day.year == result.as_of.year else _("{date} {year}").format(date=short, year=day.year)


def _project_line(row: ProjectRow, result: Result, group: str) -> TimelineRow:
    who = " / ".join(name for name in (row.leader_name, row.owner_name) if name)
    light: Text = (lamp(row.light),)
    if row.paused:
        light = (Run(_(STANDSTILL_WORDS[row.paused]), "dim"),)
    return TimelineRow(
        cells=(
            str(row.number),
            (Run(row.name, "strong"), Run(" "), code(row.ref)),
            cells.money(row.investment, result.money_unit).text,
            who or "—",
            f"{row.tasks_done}/{row.tasks}" if row.tasks else "—",
            light,
        ),
        stretches=tuple(_project_stretches(row, result.as_of)),
        points=tuple(_stage_points(row, result)),
        note=_project_note(row, result),
        group=group,
    )


def _project_stretches(row: ProjectRow, as_of: date) -> Iterator[Stretch]:
    """From the first stage reached to today (or to the last one planned, once it is reached), then on to the last."""
    reached = [mark.actual for mark in row.stages if mark.actual is not None]
    planned = [mark.plan for mark in row.stages if mark.plan is not None and mark.actual is None]
    ahead = [day for day in planned if day > as_of]
    if reached:
        last = (row.paused_since or as_of) if planned else max(reached)
        yield Stretch(min(reached), max(min(reached), last), "actual", "grey" if row.paused else tone(row.light))
        if ahead and not row.paused:
            yield Stretch(as_of + DAY, max(ahead), "planned")
    elif planned and max(planned) > min(planned):
        yield Stretch(min(planned), max(planned), "planned")


def _stage_points(row: ProjectRow, result: Result) -> Iterator[Point]:
    """The stages in the range; of those after it the first, and where none was reached in it the last before it."""
    points = list(_every_point(row, result))
    inside = [point for point in points if result.start <= point.day <= result.end]
    before = [point for point in points if point.day < result.start and point.label]
    after = [point for point in points if point.day > result.end and point.label]
    if not any(point.kind == "actual" for point in inside):
        yield from before[-1:]
    yield from (*inside, *after[:1])


def _every_point(row: ProjectRow, result: Result) -> Iterator[Point]:
    for mark in row.stages:
        word = _stage_word(mark.stage)
        if mark.actual is not None:
            if mark.variance_days and mark.plan is not None:
                yield Point(mark.plan, "", "planned")
            said = _("{what} {day}").format(what=word, day=_marked_day(mark.actual, result))
            if mark.variance_days and mark.variance_days < 0:
                said = _("{what} ({days} late)").format(what=said, days=days_text(-mark.variance_days))
            yield Point(mark.actual, said, "actual", "strong")
        elif mark.plan is not None:
            day = _marked_day(mark.plan, result)
            said = _("{what} {day}").format(what=word, day=day)
            if mark.days_late:
                text = _("{what} was due {day}, not yet, {days} late")
                said = text.format(what=word, day=day, days=days_text(mark.days_late))
            yield Point(mark.plan, said, "planned", tone(mark.light) if mark.days_late else "plain")


def _project_note(row: ProjectRow, result: Result) -> Text:
    """What presses, the problems, how far the work is: as runs, each in its tone."""
    pieces: list[list[Run]] = []
    if row.paused and row.paused_since is not None:
        since = _("{state} since {day}").format(
            state=_(STANDSTILL_WORDS[row.paused]), day=day_text(row.paused_since, result.as_of)
        )
        pieces.append([Run(since, "dim")])
    if row.worst is not None and all(row.worst.ref != flag.ref for flag in row.problems):
        worst = row.worst
        said = _("{name}: {reason}").format(name=worst.name, reason=worst.reason) if worst.name else worst.reason
        pieces.append([Run(with_owner(said, worst.owner_name), worst.light)])
    numbered = list(enumerate(row.problems, 1))
    pressing = sorted(numbered, key=lambda pair: (not pair[1].overdue, pair[1].deadline))[:_MOST_PROBLEMS]
    for number, flag in sorted(pressing, key=lambda pair: pair[0]):
        pieces.append([Run(flag_text(number, flag, result.as_of), _flag_tone(flag))])
    if (rest := len(numbered) - len(pressing)) > 0:
        pieces.append([Run(ngettext("{n} more problem", "{n} more problems", rest).format(n=rest))])
    if row.image is not None and row.image_month is not None:
        done = _("{image} (as of the end of {month})").format(image=row.image, month=short_month(row.image_month))
        pieces.append([Run(done, "dim")])
    if row.rate is not None:
        text = _("this year's investment {rate}").format(rate=percent_text(row.rate))
        pieces.append([Run(text, "dim")])
    return _pieces(pieces)


def _pieces(pieces: Sequence[Sequence[Run]]) -> Text:
    runs: list[Run] = []
    for number, piece in enumerate(pieces):
        runs += [*([Run(_("; "), "dim")] if number else ()), *piece]
    return tuple(runs)


def _flag_tone(flag: Flag) -> Tone:
    return flag.light if flag.light in ("red", "yellow") else "plain"


def _task_line(row: TaskRow, result: Result, group: str) -> TimelineRow:
    as_of = result.as_of
    pieces = [[Run(row.reason, tone(row.light))]] if row.reason else []
    pieces += [[Run(flag_text(n, flag, as_of), _flag_tone(flag))] for n, flag in enumerate(row.problems, 1)]
    if row.next:
        pieces.append([Run(_("next: {step}").format(step=row.next), "dim")])
    return TimelineRow(
        cells=(
            str(row.number),
            (Run(row.name, "strong"), Run(" "), code(row.ref)),
            row.owner_name or "—",
            f"{row.progress}%" if row.progress is not None else "—",
            (lamp(row.light),) if row.done is None else (Run(_("done"), "dim"),),
        ),
        stretches=tuple(_task_stretches(row, as_of)),
        points=tuple(_task_points(row, result)),
        note=_pieces(pieces),
        group=group,
    )


def _task_stretches(row: TaskRow, as_of: date) -> Iterator[Stretch]:
    """Work done so far, then what is planned up to the deadline, then what the forecast adds beyond it."""
    shade = tone(row.light)
    if row.done is not None:
        yield Stretch(min(row.begin or row.done, row.done), row.done, "actual", "plain")
        return
    begin = row.begin
    if begin is not None and row.state == "under_way":
        yield Stretch(begin, max(begin, as_of), "actual", shade)
        begin = max(begin, as_of) + DAY
    if begin is not None and begin <= row.deadline:
        yield Stretch(begin, row.deadline, "planned")
    if row.forecast_finish is not None and row.forecast_finish > row.deadline:
        yield Stretch(max(row.deadline, as_of) + DAY, max(row.forecast_finish, as_of + DAY), "forecast", shade)


def _task_points(row: TaskRow, result: Result) -> Iterator[Point]:
    if row.done is not None:
        if row.done != row.deadline:
            yield Point(row.deadline, "", "planned")
        said = _marked_day(row.done, result)
        late = (row.done - row.deadline).days
        yield Point(row.done, _("{what} ({days} late)").format(what=said, days=days_text(late)) if late > 0 else said,
                    "actual", "strong")  # fmt: skip
        return
    if row.original_deadline != row.deadline:
        yield Point(row.original_deadline, "", "planned", "dim")
    due = _marked_day(row.deadline, result)
    if row.original_deadline != row.deadline:
        due = _("{day} (originally {original})").format(day=due, original=_marked_day(row.original_deadline, result))
    yield Point(row.deadline, due, "planned", tone(row.light) if row.light in ("red", "yellow") else "plain")
