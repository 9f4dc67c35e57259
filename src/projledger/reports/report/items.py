"""The items of a report, one by one: what is called by name, done, due, decided, written and on the agenda."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Final, Literal, TypeVar

from projledger.calendar import Period, day_text
from projledger.document import Block, Cell, Column, Items, Paragraph, Run, Section, Table, Text
from projledger.i18n import N_, _, listing
from projledger.quantities import days_text
from projledger.reports.lagging import Row as LagRow
from projledger.reports.parts import cells
from projledger.reports.parts.charts import problem_ages
from projledger.reports.parts.dues import Entry, due_codes, due_text
from projledger.reports.parts.words import (
    ACTION_WORDS,
    CATEGORY_WORDS,
    STAGE_WORDS,
    clauses,
    code,
    commas,
    due_on_text,
    lamp,
)
from projledger.reports.report.result import Followed, OpenProblem, Result, State

_STATE_WORDS: Final[dict[State, str]] = {
    "done": N_("done"),
    "done_late": N_("done late"),
    "open": N_("not due yet"),
    "overdue": N_("not done, overdue"),
    "paused": N_("standing still with its project"),
}


MOST: Final = 100
"""Lines of a list in a report that is read aloud; a longer one says where the rest is."""

Listed = TypeVar("Listed")


def few(found: Sequence[Listed], line: Callable[[Listed], Text], command: str, numbered: bool = False) -> Items:
    """The first `MOST` of many as lines, and the command that lists them all."""
    more = _("{n} more: {command}").format(n=len(found) - MOST, command=command) if len(found) > MOST else ""
    return Items(tuple(map(line, found[:MOST])), numbered=numbered, more=more)


def marked(text: Text, new: bool) -> Text:
    """Mark what is new since the period before."""
    runs = (Run(text),) if isinstance(text, str) else text
    return (Run(_("[new]"), "strong"), Run(" "), *runs) if new else runs


def called_by_name(result: Result) -> Block:
    """What is red or overdue, whose it is, by how much and why."""
    if not result.red:
        return Paragraph(_("Nothing is red, and nothing is overdue."))
    new = frozenset(result.new)
    return few(
        result.red,
        lambda lag: marked(_red_text(lag, result.as_of), lag.ref in new),
        "projledger lagging",
        numbered=True,
    )


def _red_text(lag: LagRow, today: date) -> Text:
    reasons = clauses([str(reason["text"]) for reason in lag.reasons[:2]])
    if lag.deadline is not None and lag.original_deadline is not None:
        due = due_on_text(lag.kind, lag.deadline, lag.original_deadline, lag.extensions, today)
        reasons = _("{due}: {reasons}").format(due=due, reasons=reasons)
    text = _("{who}: {what}").format(
        who=lag.owner_name or _("no owner"),
        what=_("{name}, {reasons}").format(name=lag.title, reasons=reasons),
    )
    if lag.next:
        text = _("{text}; next: {next}").format(text=text, next=lag.next)
    return (lamp(lag.light), Run(" "), Run(text), Run(" "), code(lag.ref))


def followed_blocks(result: Result) -> list[Block]:
    """Which decisions are followed up, and what each came to."""
    if not result.decisions:
        return [followed(result)]
    since = day_text(Period.parse(result.previous).first, result.as_of)
    which = _("All that are open, and those made or done since {day}; the overdue first.")
    return [Paragraph(which.format(day=since), "dim"), followed(result)]


def followed(result: Result) -> Table:
    """The decisions that are open, or were made or done in this period or the one before."""
    today = result.as_of
    rows = tuple(
        (
            Cell(marked((Run(row.text), Run(" "), code(row.ref)), row.new), row.text),
            Cell(day_text(row.meeting, today), row.meeting),
            Cell(row.owner_name),
            Cell(day_text(row.deadline, today), row.deadline),
            Cell(_followed_text(row, today), row.state),
        )
        for row in result.decisions
    )
    return Table(
        (
            Column(_("Decision"), wrap=True),
            Column(_("Meeting")),
            Column(_("Owner"), wrap=True),
            Column(_("Deadline")),
            Column(_("What it came to"), wrap=True),
        ),
        rows,
        empty=_("No decision was made or done in this period or the one before, and none is open."),
    )


def _followed_text(row: Followed, today: date) -> str:
    state = _(_STATE_WORDS[row.state])
    said = [state]
    if row.done is not None:
        said = [_("{state} on {day}").format(state=state, day=day_text(row.done, today))]
        if row.evidence:
            said.append(row.evidence)
    elif row.state == "overdue":
        said = [_("{state} by {days}").format(state=state, days=days_text(row.days_late))]
    return commas(said)


def problem_blocks(result: Result) -> Iterator[Block]:
    """The problems closed and raised in the period."""
    closed = [entry for entry in result.done if entry.kind == "problem"]
    yield Paragraph(
        _("Closed in the period: {closed}; raised: {raised}.").format(closed=len(closed), raised=len(result.raised))
    )
    lines = [_("closed {text}"), _("raised {text}")]
    items = [
        (pattern, entry) for pattern, entries in zip(lines, (closed, result.raised), strict=True) for entry in entries
    ]
    if items:
        yield few(items, lambda item: _entry_text(item[1], result, "fact", item[0]), "projledger problems")


def day_table(result: Result) -> Table:
    """The day's agenda for a spreadsheet: what is due, done, carried over, raised, and due tomorrow."""
    rows = tuple(
        (
            Cell(title),
            Cell(day_text(entry.date, result.as_of), entry.date),
            Cell(_entry_name(entry, how, result.as_of)),
            Cell(entry.project_name),
            Cell(entry.owner_name),
            cells.number((result.as_of - entry.date).days) if how == "late" else Cell(""),
            Cell(entry.ref),
        )
        for title, entries, how in day_groups(result)
        for entry in entries
    )
    return Table(
        (
            Column(_("State")),
            Column(_("Day")),
            Column(_("Item"), wrap=True),
            Column(_("Project"), wrap=True),
            Column(_("Owner"), wrap=True),
            Column(_("Days late"), "right"),
            Column(_("Reference")),
        ),
        rows,
    )


How = Literal["fact", "due", "late"]
"""Whether an entry says what happened, what is due, or what is overdue."""


def day_groups(result: Result) -> tuple[tuple[str, Sequence[Entry], How], ...]:
    """What a day holds, under its titles."""
    tomorrow = result.as_of + timedelta(days=1)
    return (
        (_("Due today, not done"), result.due, "due"),
        (_("Done today"), result.done, "fact"),
        (_("Carried over"), result.carried, "late"),
        (_("Raised today"), result.raised, "fact"),
        (_("Due tomorrow"), [entry for entry in result.next if entry.date == tomorrow], "due"),
    )


def entry_list(entries: Sequence[Entry], result: Result, empty: str, how: How) -> Block:
    """Dated entries as lines; overdue ones with the days since."""
    if not entries:
        return Paragraph(empty)
    return few(entries, lambda entry: _entry_text(entry, result, how), f"projledger report {result.kind} -f json")


def _entry_text(entry: Entry, result: Result, how: How, pattern: str = "{text}") -> Text:
    name = _entry_name(entry, how, result.as_of)
    where = _("{name}: ").format(name=entry.project_name) if entry.project_name else ""
    who = _(" — {owner}").format(owner=entry.owner_name) if entry.owner_name else ""
    text = pattern.format(text=where + name + who)
    runs = [Run(day_text(entry.date, result.as_of), "strong"), Run(" "), Run(text), Run(" "), due_codes(entry)]
    if how == "late":
        days = days_text((result.as_of - entry.date).days)
        runs.insert(3, Run(_(", {days} late").format(days=days)))
    return tuple(runs)


def _entry_name(entry: Entry, how: How, today: date) -> str:
    if how != "fact":
        return due_text(entry, today)
    if entry.kind == "stage":
        return _("stage “{stage}”").format(stage=_(STAGE_WORDS[entry.name]))  # type: ignore[index]
    return entry.name


def letter_blocks(result: Result) -> Iterator[Block]:
    """The letters that are due and by which rule, and what is not written about, and why."""
    yield Paragraph(
        _(
            "By the ladder in force: about each item the next step, when its day has come. "
            "None is repeated while a reply, an extension or a pause runs."
        ),
        "dim",
    )
    if result.letters:
        yield _letter_list(result)
    else:
        yield Paragraph(_("No letter is due."))
    yield from map(Paragraph, result.not_yet)


def _letter_list(result: Result) -> Block:
    return few(
        result.letters,
        lambda letter: marked(
            (
                Run(_("{kind} to {to}: ").format(kind=_(ACTION_WORDS[letter.step]), to=letter.to)),
                Run(_("{name}, {reasons}").format(name=letter.name, reasons=letter.why)),
                Run(" "),
                code(letter.ref),
            ),
            letter.new,
        ),
        "projledger escalate",
        numbered=True,
    )


def missing_list(result: Result) -> Block:
    """Whose reports are missing."""
    if not result.missing:
        return Paragraph(_("Nothing is missing."))
    return few(
        result.missing,
        lambda lag: marked(
            (
                Run(_("{who}: {what}").format(who=lag.owner_name or _("no owner"), what=lag.title)),
                Run(
                    _(" ({name})").format(
                        name=listing([str(r["text"]) for r in lag.reasons if r["code"] == "unreported"])
                    )
                ),
                Run(" "),
                code(lag.ref),
            ),
            lag.ref in result.missing_new,
        ),
        "projledger lagging --reason unreported",
    )


def agenda_blocks(result: Result) -> Iterator[Block]:
    """The agenda of the supervision day: open problems under the leader who takes them, and earlier decisions."""
    today = result.as_of
    leaders: dict[str, list[OpenProblem]] = {}
    for problem in result.agenda:
        leaders.setdefault(problem.leader_name, []).append(problem)
    yield Paragraph(
        _("To be heard: {n} open problems, under {leaders} leaders, the overdue first.").format(
            n=len(result.agenda), leaders=len(leaders)
        )
        if result.agenda
        else _("No problem is open.")
    )
    yield from ages_chart(result)
    for leader, problems in leaders.items():
        title = (
            _("Taken by {name}").format(name=leader) if leader else _("Taken by nobody: name a leader in the settings")
        )
        listed = few(
            problems, lambda problem: _agenda_text(problem, today), "projledger problems --open", numbered=True
        )
        yield Section(title, (listed,))
    yield Section(_("Follow-up of earlier decisions"), tuple(followed_blocks(result)))


def ages_chart(result: Result) -> list[Block]:
    """How old the open problems are; nothing for a single one, whose age its line tells."""
    ages = [(problem.age_days, problem.light) for problem in result.agenda]
    return [problem_ages(ages)] if len(ages) > 1 else []


def _agenda_text(problem: OpenProblem, today: date) -> Text:
    said = [
        _("{project}: {text} ({category})").format(
            project=problem.project_name,
            text=problem.text,
            category=_(CATEGORY_WORDS[problem.category]),  # type: ignore[index]
        ),
        problem.owner_name,
        due_on_text("problem", problem.deadline, problem.original_deadline, problem.extended, today),
        _("{days} old").format(days=days_text(problem.age_days)),
    ]
    if problem.overdue:
        said.append(_("overdue"))
    text = commas(said)
    if problem.next:
        text = _("{text}; next: {next}").format(text=text, next=problem.next)
    return marked((Run(text), Run(" "), code(problem.ref)), problem.new)
