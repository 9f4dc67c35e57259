"""What people read of a reverse schedule."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from projledger.analysis.schedule import LeftOut, Unplanned
from projledger.calendar import Period, day_text, weekday_text
from projledger.document import Block, Cell, Column, Document, Items, Paragraph, Run, Section, Table, Text
from projledger.i18n import N_, _, joined, listing, ngettext
from projledger.reports.parts.words import deadline_text, workdays
from projledger.reports.schedule.result import ChangeRow, FailureRow, NotWorked, Result, Start, TaskRow
from projledger.reports.schedule.sentences import coded, marked_text

_MOST_STARTS: Final = 20
_MOST_FAILURES: Final = 5
_MOST_WAYS: Final = 5
_MOST_LINKS: Final = 12
_MOST_NAMES: Final = 8
_LEFT_OUT: Final[dict[LeftOut, str]] = {
    "absent": N_("{name} {ref} comes after {other}, which is in no ledger: left out"),
    "suspended": N_("{name} {ref} comes after {other}, whose project is suspended: left out"),
    "paused": N_("{name} {ref} comes after {other}, whose project is paused without an end: left out"),
    "cleared": N_("{name} {ref} comes after {other}, whose project is cleared: left out"),
}
_NOT_WORKED: Final[dict[LeftOut, str]] = {
    "suspended": N_("{name} {ref} is suspended and is not planned."),
    "cleared": N_("{name} {ref} is cleared and is not planned."),
    "paused": N_("{name} {ref} is paused without an end and is not planned."),
}
_PAUSED: Final = N_("{name} {ref} is paused to {day}; these days are not worked.")
_UNPLANNED: Final[dict[Unplanned, str]] = {
    "no_duration": N_("duration not given"),
    "cycle": N_("in a circle"),
    "suspended": N_("suspended"),
    "paused": N_("paused"),
    "cleared": N_("cleared"),
}


def document(result: Result) -> Document:
    """What people read: who must start what; whether it fails, why, and what mends it; every task's dates."""
    title = _("{place}: reverse schedule").format(place=result.place)
    if result.ref is not None:
        name = result.projects.get(result.ref) or next((t.name for t in result.tasks if t.ref == result.ref), "")
        title = _("{name} {ref}: reverse schedule").format(name=name, ref=result.ref)
    as_of = result.as_of
    return Document(
        title=title,
        blocks=(
            *_wish(result),
            *(Paragraph(_not_worked_text(one, result.as_of)) for one in result.not_worked),
            *_starts(result),
            *_verdict(result),
            *_path(result),
            _table(result),
            *_remarks(result),
        ),
        asides=(_("As of {day} ({weekday})").format(day=day_text(as_of), weekday=weekday_text(as_of)),),
        landscape=True,
    )


def _wish(result: Result) -> list[Block]:
    if result.finish_by is None:
        return []
    day = day_text(result.finish_by, result.as_of)
    if not result.finish_by_tasks:
        return [Paragraph(_("Everything is finished: there is nothing to plan back from {day}.").format(day=day))]
    text = _(
        "Planned back from {day}, which is taken as the deadline of what comes last: {names}. All other deadlines "
        "stay, and the ledgers are not changed."
    ).format(day=day, names=_tasks_text(result, result.finish_by_tasks))
    return [Paragraph(marked_text(text))]


def _tasks_text(result: Result, refs: Sequence[str]) -> str:
    """Some tasks by name, and how many more there are."""
    shown = set(refs[:_MOST_NAMES])
    known = {task.ref: task.name for task in result.tasks if task.ref in shown}
    names = [_("{name} {ref}").format(name=known.get(ref, ref), ref=coded(ref)) for ref in refs[:_MOST_NAMES]]
    return _few(names, len(refs) - len(names))


def _few(names: Sequence[str], hidden: int) -> str:
    """Names, and how many more there are."""
    if not hidden:
        return listing(list(names))
    return ngettext("{names} and {n} more", "{names} and {n} more", hidden).format(names=listing(list(names)), n=hidden)


def _not_worked_text(one: NotWorked, as_of: date) -> Text:
    pattern = _NOT_WORKED[one.why] if one.until is None else _PAUSED
    until = day_text(one.until, as_of) if one.until else ""
    return marked_text(_(pattern).format(name=one.name, ref=coded(one.project), day=until))


def _starts(result: Result) -> list[Block]:
    week = Period.of("week", result.as_of)
    blocks: list[Block] = []
    for title, period, starts in (
        (N_("Must start this week ({first} to {last})"), week, result.must_start.this_week),
        (N_("Must start next week ({first} to {last})"), week.next(), result.must_start.next_week),
    ):
        if starts:
            heading = _(title).format(
                first=day_text(period.first, result.as_of), last=day_text(period.last, result.as_of)
            )
            hidden = len(starts) - _MOST_STARTS
            more = ngettext("{n} more in the table", "{n} more in the table", hidden).format(n=hidden)
            items = Items(
                tuple(_start_text(start, result.as_of) for start in starts[:_MOST_STARTS]),
                numbered=True,
                more=more if hidden > 0 else "",
            )
            blocks.append(Section(heading, (items,)))
    if not blocks and any(task.float is not None for task in result.tasks):
        blocks.append(Paragraph(_("Nothing must be started this week or next.")))
    return blocks


def _start_text(start: Start, as_of: date) -> Text:
    pattern = _("{day}: {name} {ref}, {who}")
    if start.workdays_over and start.milestone:
        pattern = _("{name} {ref}, {who}: should have been reached by {day}, {count} ago")
    elif start.workdays_over:
        pattern = _("{name} {ref}, {who}: should have begun by {day}, {count} ago")
    text = pattern.format(
        name=start.name,
        ref=coded(start.ref),
        who=start.who,
        day=day_text(start.by, as_of),
        count=workdays(start.workdays_over, start.unconfirmed),
    )
    if start.waits_for:
        names = [
            (
                _("{name} {ref} (forecast {day})").format(
                    name=a.name, ref=coded(a.ref), day=day_text(a.forecast_finish, as_of)
                )
                if a.forecast_finish
                else _("{name} {ref}").format(name=a.name, ref=coded(a.ref))
            )
            for a in start.waits_for[:_MOST_NAMES]
        ]
        waited = _few(names, len(start.waits_for) - len(names))
        text = _("{said}; waits for {names}").format(said=text, names=waited)
    return marked_text(text)


def _verdict(result: Result) -> list[Block]:
    if result.feasible:
        counted = [(task.float, task) for task in result.tasks if task.float is not None]
        if not counted:
            return []
        slack, tightest = min(counted, key=lambda pair: pair[0])
        text = _("Every deadline can still be met. The tightest is {name} {ref}: {float}.").format(
            name=tightest.name, ref=coded(tightest.ref), float=_float_text(slack, tightest.unconfirmed)
        )
        return [Paragraph(marked_text(text))]
    unconfirmed = any(failure.unconfirmed for failure in result.failures)
    count = workdays(result.shortfall, unconfirmed)
    late = sum(len(failure.tasks) for failure in result.failures)
    blocks: list[Block] = [
        Paragraph(
            (
                Run(
                    ngettext(
                        "As things stand {n} task comes too late, by {count}.",
                        "As things stand {n} tasks come too late, the worst by {count}.",
                        late,
                    ).format(n=late, count=count),
                    "strong",
                ),
            )
        )
    ]
    blocks += [
        Section(_failure_title(failure), tuple(_failure(result, failure)))
        for failure in result.failures[:_MOST_FAILURES]
    ]
    hidden = len(result.failures) - _MOST_FAILURES
    if hidden > 0:
        more = ngettext(
            "{n} more like it: projledger schedule REF shows a project by itself.",
            "{n} more like these: projledger schedule REF shows a project by itself.",
            hidden,
        )
        blocks.append(Paragraph(more.format(n=hidden)))
    if result.mends:
        checked = _("Each of these sets was checked by planning anew with it.")
        cut = _("The search was cut short: there may be smaller sets.") if result.mends_cut else ""
        blocks.append(Paragraph(joined(checked, cut), "dim"))
    return blocks


def _failure_title(failure: FailureRow) -> Text:
    late = _("{count} late").format(count=workdays(failure.shortfall, failure.unconfirmed))
    return marked_text(_("{name} {ref}: {late}").format(name=failure.name, ref=coded(failure.ref), late=late))


def _failure(result: Result, failure: FailureRow) -> list[Block]:
    as_of = result.as_of
    deadline, forecast = day_text(failure.deadline, as_of), day_text(failure.forecast, as_of)
    said = _("It should be finished on {deadline} and will be on {forecast}; {who} answers for it. Why, back to today:")
    if failure.deadline < as_of:
        said = _(
            "It should have been finished on {deadline} and will be on {forecast}; {who} answers for it. "
            "Why, back to today:"
        )
    causes = failure.causes
    shown = causes if len(causes) <= _MOST_LINKS else (*causes[: _MOST_LINKS - 3], *causes[-2:])
    lines: list[Text] = [marked_text(cause.text, {cause.ref, cause.after or cause.ref}) for cause in shown]
    if len(shown) < len(causes):
        hidden = len(causes) - len(shown)
        lines.insert(
            _MOST_LINKS - 3,
            ngettext("{n} more task in between", "{n} more tasks in between", hidden).format(n=hidden),
        )
    blocks: list[Block] = [
        Paragraph(said.format(deadline=deadline, forecast=forecast, who=failure.who)),
        Items(tuple(lines)),
    ]
    told = {cause.ref for cause in causes}
    others = [ref for ref in failure.tasks if ref not in told]
    if others:
        text = _("Too late with it: {names}.").format(names=_tasks_text(result, others))
        blocks.append(Paragraph(marked_text(text)))
    if failure.mends:
        ways = failure.mends[:_MOST_WAYS]
        if len(failure.mends) > _MOST_WAYS:  # the last one, which only moves deadlines, always stays
            ways = (*ways[:-1], failure.mends[-1])
        hidden = len(failure.mends) - len(ways)
        more = ngettext("{n} more way: -f json", "{n} more ways: -f json", hidden).format(n=hidden) if hidden else ""
        blocks.append(Paragraph(_("Any one of these is enough:") if len(ways) > 1 else _("This is enough:")))
        blocks.append(Items(tuple(_way(changes) for changes in ways), numbered=True, more=more))
    return blocks


def _way(changes: Sequence[ChangeRow]) -> Text:
    shown = changes if len(changes) <= _MOST_LINKS else changes[: _MOST_LINKS - 1]
    said = shown[0].text
    for change in shown[1:]:
        said = _("{said}; {clause}").format(said=said, clause=change.text)
    hidden = len(changes) - len(shown)
    if hidden:
        more = ngettext("{n} more change: -f json", "{n} more changes: -f json", hidden).format(n=hidden)
        said = _("{said}; {clause}").format(said=said, clause=more)
    return marked_text(said, {ref for change in shown for ref in (change.ref, change.after) if ref})


def _path(result: Result) -> list[Block]:
    path = result.critical_path
    if not path:
        return []
    names = [_("{name} {ref}").format(name=result.names[ref], ref=coded(ref)) for ref in path]
    if len(names) > _MOST_LINKS:
        hidden = len(names) - _MOST_LINKS
        between = ngettext("({n} more)", "({n} more)", hidden).format(n=hidden)
        names = [*names[: _MOST_LINKS // 2], between, *names[-_MOST_LINKS // 2 :]]
    count = workdays(result.critical_length, bool(result.unconfirmed_years))
    text = _("Critical path ({count}): {path}").format(count=count, path=" → ".join(names))
    if result.critical_from is not None:
        day = day_text(result.critical_from, result.as_of)
        text = _("{path}; it begins with a planned start, {day}").format(path=text, day=day)
    return [Paragraph(marked_text(text))]


def _table(result: Result) -> Table:
    rows: list[tuple[Cell | Text, ...]] = []
    days = _Days(result.as_of)
    several, project = len(result.projects) > 1, None
    for task in result.tasks:
        if several and task.project != project:
            project = task.project
            rows.append(((Run(result.projects[project]), Run(" "), Run(project, "dim")),))
        rows.append(_cells(task, days))
    notes = []
    if any(task.critical for task in result.tasks):
        notes.append(_("◆ the tightest."))
    if result.unconfirmed_years:
        years = listing([str(year) for year in result.unconfirmed_years])
        notes.append(
            _("Unconfirmed: the calendar of {years} is not published; its workdays are an assumption.").format(
                years=years
            )
        )
    return Table(
        columns=(
            Column(_("Task"), wrap=True),
            Column(_("Owner"), wrap=True),
            Column(_("Deadline"), wrap=True),
            Column(_("Workdays"), "right"),
            Column(_("Must begin")),
            Column(_("Must end")),
            Column(_("Will begin")),
            Column(_("Will end")),
            Column(_("Time in hand"), wrap=True),
        ),
        rows=tuple(rows),
        note=joined(*notes),
        empty=_("No tasks here."),
        main=True,
    )


class _Days(dict["date | None", Cell]):
    """A cell for every day that is shown: of thousands of tasks many share theirs."""

    def __init__(self, as_of: date) -> None:
        super().__init__()
        self.as_of = as_of
        self.in_hand: dict[object, Cell] = {}

    def __missing__(self, day: date | None) -> Cell:
        cell = self[day] = Cell("—") if day is None else Cell(day_text(day, self.as_of), day)
        return cell


def _cells(task: TaskRow, days: _Days) -> tuple[Cell | Text, ...]:
    def cell(day: date | None) -> Cell | str:
        return "" if day is None and task.state == "done" else days[day]

    name = (Run("◆ " if task.critical else ""), Run(task.name), Run(" "), Run(task.ref, "dim"))
    key = (task.state == "done", task.float, task.late_start, task.unconfirmed, task.unplanned)
    in_hand = days.in_hand.get(key) or days.in_hand.setdefault(key, _in_hand(task))
    deadline = days[task.deadline]
    if task.extended:
        deadline = Cell(deadline_text(task.deadline, task.original_deadline, task.extended, days.as_of), task.deadline)
    return (
        Cell(name, f"{task.name} {task.ref}"),
        task.owner_name,
        deadline,
        Cell(_length_text(task), task.duration),
        cell(task.latest_start),
        cell(task.latest_finish),
        cell(task.forecast_start),
        cell(task.forecast_finish),
        in_hand,
    )


def _length_text(task: TaskRow) -> str:
    if task.duration is None:
        return "—"
    if task.duration == 0:
        return _("milestone")
    if task.state == "under_way" and task.remaining is not None:
        return _("{remaining} of {duration}").format(remaining=task.remaining, duration=task.duration)
    return str(task.duration)


def _in_hand(task: TaskRow) -> Cell:
    if task.state == "done":
        return Cell((Run(_("done"), "dim"),))
    if task.float is None:
        return Cell((Run(_(_UNPLANNED[task.unplanned]), "dim"),))
    text = _float_text(task.float, task.unconfirmed)
    if task.late_start:
        text = _("{said}; late to start").format(said=text)
    return Cell((Run(text, "strong" if task.float < 0 or task.late_start else "plain"),), task.float)


def _remarks(result: Result) -> list[Block]:
    """What was left out or could not be planned."""
    blocks: list[Block] = []
    if result.cycles:
        lines: list[Text] = []
        for cycle in result.cycles:
            shown = cycle if len(cycle) <= _MOST_LINKS else (*cycle[: _MOST_LINKS - 1], cycle[-1])
            names = [_("{ref} ({path}:{line})").format(ref=p.ref, path=p.path, line=p.line) for p in shown]
            if len(shown) < len(cycle):
                hidden = len(cycle) - len(shown)
                names.insert(-1, ngettext("({n} more)", "({n} more)", hidden).format(n=hidden))
            lines.append(" → ".join([*names, cycle[0].ref]))
        note = _("They have no dates until one of these references is taken out of after: (→ means “comes after”).")
        blocks.append(Section(_("Tasks that wait for each other in a circle"), (Items(tuple(lines)), Paragraph(note))))
    if result.left_out:
        patterns = [(_LEFT_OUT[row.why], row) for row in result.left_out]
        items = tuple(
            marked_text(_(pattern).format(name=row.name, ref=coded(row.ref), other=coded(row.predecessor)))
            for pattern, row in patterns[:_MOST_STARTS]
        )
        hidden = len(patterns) - len(items)
        more = ngettext("{n} more", "{n} more", hidden).format(n=hidden) if hidden else ""
        blocks.append(Section(_("Predecessors left out"), (Items(items, more=more),)))
    if result.no_duration:
        text = ngettext(
            "{n} task without a duration: {names}. It is judged by its deadline alone.",
            "{n} tasks without a duration: {names}. They are judged by their deadlines alone.",
            len(result.no_duration),
        ).format(n=len(result.no_duration), names=_tasks_text(result, result.no_duration))
        blocks.append(Paragraph(marked_text(text)))
    return blocks


def _float_text(slack: int, unconfirmed: bool) -> str:
    """How much time there is, as people say it: `5 workdays in hand`, `4 workdays late`."""
    if slack == 0:
        return _("nothing in hand (unconfirmed)") if unconfirmed else _("nothing in hand")
    pattern = _("{count} in hand") if slack > 0 else _("{count} late")
    return pattern.format(count=workdays(abs(slack), unconfirmed))
