"""`schedule`: who must start what, whether the deadlines can be met and what would mend it, and every task's dates."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from projledger.analysis.schedule import (
    LeftOut,
    Schedule,
    State,
    TaskPlan,
    Unplanned,
    WhatIf,
    schedule,
    selected,
)
from projledger.analysis.selection import wants_item
from projledger.calendar import Period, day_text, weekday_text
from projledger.document import Block, Cell, Column, Document, Items, Paragraph, Run, Section, Table, Text
from projledger.errors import UnknownReferenceError, UsageError
from projledger.i18n import N_, _, joined, listing, ngettext
from projledger.models.project import Problem
from projledger.models.workspace import Workspace
from projledger.quantities import days_text
from projledger.reports import Query
from projledger.reports.words import deadline_text, owner_text, workdays

if TYPE_CHECKING:  # a plan that holds needs no mends
    from projledger.analysis.mends import Cause, Change, ChangeKind, Failure, Mends, Outcome, Reason

_MOST_STARTS: Final = 20
_MOST_FAILURES: Final = 5
_MOST_WAYS: Final = 5
_MOST_LINKS: Final = 12
_MOST_NAMES: Final = 8

# --- the result -------------------------------------------------------------------------------------------------------


class TaskRow(NamedTuple):
    """The dates of a task. Days are workdays; `float` is negative where it comes too late by so many.

    `deadline` is the one planned with; `unplanned` says why there is no float; `unconfirmed` that its workdays reach
    into a year whose calendar is not published.
    """

    ref: str
    name: str
    project: str
    owner: str | None
    unit: str | None
    kind: str
    state: State
    progress: int | None
    deadline: date
    original_deadline: date
    duration: int | None
    remaining: int | None
    latest_start: date | None
    latest_finish: date | None
    forecast_start: date | None
    forecast_finish: date | None
    float: int | None
    critical: bool
    late_start: bool
    started: date | None
    done: date | None
    unplanned: Unplanned
    unconfirmed: bool
    owner_name: str
    extended: int


@dataclass(frozen=True, slots=True)
class Awaited:
    """An unfinished task that another one waits for."""

    ref: str
    name: str
    forecast_finish: date | None


@dataclass(frozen=True, slots=True)
class Start:
    """A task that must be begun (a milestone: reached) by a day; `workdays_over` when that day has passed."""

    ref: str
    name: str
    owner: str | None
    who: str
    by: date
    workdays_over: int
    milestone: bool
    waits_for: tuple[Awaited, ...]
    unconfirmed: bool


@dataclass(frozen=True, slots=True)
class MustStart:
    """What must be begun this week, what is over included, and next week."""

    this_week: tuple[Start, ...]
    next_week: tuple[Start, ...]


@dataclass(frozen=True, slots=True)
class CauseRow:
    """One link of the chain from a missed deadline back to today."""

    ref: str
    name: str
    reason: Reason
    after: str | None
    workdays: int | None
    start: date | None
    finish: date
    text: str


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One change: `by` workdays, from what to what, in words."""

    kind: ChangeKind
    ref: str
    after: str | None
    by: int
    from_: int | date | None
    to: int | date | None
    text: str


@dataclass(frozen=True, slots=True)
class MendRow:
    """Changes that together mend the plan, and what planning anew with them gave."""

    changes: tuple[ChangeRow, ...]
    result: Outcome


@dataclass(frozen=True, slots=True)
class FailureRow:
    """Tasks that fail together, why, and the alternative sets of changes that would mend them."""

    ref: str
    name: str
    deadline: date
    forecast: date
    shortfall: int
    tasks: tuple[str, ...]
    causes: tuple[CauseRow, ...]
    mends: tuple[tuple[ChangeRow, ...], ...]
    who: str
    unconfirmed: bool


@dataclass(frozen=True, slots=True)
class CyclePlace:
    """Where one task of a circle stands."""

    ref: str
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class LeftOutRow:
    """A predecessor that does not count."""

    ref: str
    name: str
    predecessor: str
    why: LeftOut


@dataclass(frozen=True, slots=True)
class NotWorked:
    """A project on which nobody works now; one that is paused `until` a day is planned from then on."""

    project: str
    name: str
    why: LeftOut
    until: date | None


@dataclass(frozen=True, slots=True)
class Result:
    """The reverse schedule of what was asked for; the network behind it is the whole workspace.

    `critical_path` is the chain that decides when the last task finishes, `critical_length` its workdays,
    `critical_from` the planned start that holds its first task back, if one does. `mends` mend everything selected;
    `failures` has the same by failure. `mends_cut`: there may be smaller sets. `finish_by` is the wished date, taken
    as the deadline of `finish_by_tasks`. `names` has the names of other tasks mentioned, `projects` those of the
    projects, by id.
    """

    feasible: bool
    shortfall: int
    critical_path: tuple[str, ...]
    critical_length: int
    critical_from: date | None
    mends: tuple[MendRow, ...]
    tasks: tuple[TaskRow, ...]
    must_start: MustStart
    failures: tuple[FailureRow, ...]
    mends_cut: bool
    cycles: tuple[tuple[CyclePlace, ...], ...]
    left_out: tuple[LeftOutRow, ...]
    no_duration: tuple[str, ...]
    not_worked: tuple[NotWorked, ...]
    unconfirmed_years: tuple[int, ...]
    finish_by: date | None
    finish_by_tasks: tuple[str, ...]
    as_of: date
    place: str
    ref: str | None
    names: dict[str, str]
    projects: dict[str, str]


def compute(query: Query) -> Result:
    """Plan the whole workspace and select what was asked for."""
    workspace, as_of = query.workspace, query.as_of
    ref: str | None = query.options.get("ref")
    finish_by: date | None = query.options.get("finish_by")
    wanted = None if ref is None else _named(workspace, ref)
    plan = schedule(workspace, as_of)
    ends: tuple[str, ...] = ()
    if finish_by is not None:
        if wanted is None:
            raise UsageError(_("--finish-by plans one project or task: name it, for example projledger schedule P001"))
        ends = _ends(plan, wanted)
        plan = schedule(workspace, as_of, WhatIf(deadlines=dict.fromkeys(ends, finish_by)))
    refs = _selected(query, plan, wanted)
    summary = selected(plan, refs)
    mended = None if summary.feasible else _mends(workspace, plan, refs)
    critical = set(summary.critical)
    in_words = _Words(workspace, plan)
    rows = tuple(in_words.row(p, p.ref in critical) for p in summary.plans)
    found = mended.failures if mended else ()
    failures = tuple(in_words.failure(failure) for failure in found)
    mentioned = dict.fromkeys(summary.critical_path)
    mentioned.update(dict.fromkeys(cause.after for failure in found for cause in failure.causes if cause.after))
    days = [day for p in summary.plans for day in (p.forecast_finish, p.latest_finish) if day and p.state != "done"]
    return Result(
        feasible=summary.feasible,
        shortfall=summary.shortfall,
        critical_path=summary.critical_path,
        critical_length=summary.length,
        critical_from=_held(plan, summary.critical_path),
        mends=tuple(MendRow(in_words.changes(mend.changes), mend.result) for mend in (mended.mends if mended else ())),
        tasks=rows,
        must_start=in_words.must_start(summary.plans),
        failures=failures,
        mends_cut=mended is not None and mended.cut,
        cycles=_cycles(query, plan, refs),
        left_out=tuple(
            LeftOutRow(task, plan.plans[task].task.name, predecessor, why)
            for task, predecessor, why in plan.left_out
            if refs is None or task in refs
        ),
        no_duration=tuple(p.ref for p in summary.plans if p.unplanned == "no_duration"),
        not_worked=tuple(_not_worked(summary.plans, as_of)),
        unconfirmed_years=workspace.calendar.unconfirmed_years(as_of, max(days)) if days else (),
        finish_by=finish_by,
        finish_by_tasks=ends,
        as_of=as_of,
        place=workspace.settings.name,
        ref=ref,
        names={name: plan.plans[name].task.name for name in mentioned},
        projects={p.project.id: p.project.name for p in summary.plans},
    )


def _mends(workspace: Workspace, plan: Schedule, refs: Collection[str] | None) -> Mends:
    from projledger.analysis.mends import mends

    return mends(workspace, plan, refs)


def _named(workspace: Workspace, ref: str) -> set[str]:
    """What a reference selects: a project's tasks, a task, or the tasks that a problem blocks."""
    if ref in workspace.projects_by_id:
        return {ref}
    item = workspace.items.get(ref)
    if item is None:
        import difflib

        raise UnknownReferenceError(ref, tuple(difflib.get_close_matches(ref, workspace.items, 3)))
    if isinstance(item.record, Problem) and item.project is not None and item.record.blocks:
        return {workspace.absolute(item.project, blocked) for blocked in item.record.blocks}
    if item.kind != "task":
        raise UsageError(
            _("schedule plans projects and tasks, and {ref} is neither: name one such as P001 or P001/T3").format(
                ref=ref
            )
        )
    return {ref}


def _ends(plan: Schedule, wanted: Collection[str]) -> tuple[str, ...]:
    """The unfinished tasks among the wanted that nothing unfinished of theirs waits for."""
    mine = {p.ref for p in plan.plans.values() if p.ref in wanted or p.project.id in wanted}
    awaited = {earlier for ref in mine for earlier in plan.waits_for(ref)}
    return tuple(ref for ref in plan.nodes if ref in mine and ref not in awaited)


def _selected(query: Query, plan: Schedule, wanted: Collection[str] | None) -> set[str] | None:
    """The references of the tasks to show; None for all. Cleared projects are out of every count unless named."""
    workspace = query.workspace
    if wanted is None and query.filter.empty and all(p.unplanned != "cleared" for p in plan.plans.values()):
        return None
    refs = {
        p.ref
        for p in plan.plans.values()
        if (wanted is None and p.project.status_on(plan.as_of) != "cleared")
        or (wanted is not None and (p.ref in wanted or p.project.id in wanted))
    }
    if query.filter.empty:
        return refs
    light_of = None
    if query.filter.light:
        from projledger.analysis.assessment import assess

        light_of = assess(workspace, plan.as_of).light
    return {ref for ref in refs if wants_item(workspace, plan.as_of, query.filter, workspace.items[ref], light_of)}


def _not_worked(plans: Sequence[TaskPlan], as_of: date) -> Iterator[NotWorked]:
    for project in {p.project.id: p.project for p in plans if p.state != "done"}.values():
        status = project.status_on(as_of)
        if status != "active":
            yield NotWorked(project.id, project.name, status, None)
        elif project.paused_on(as_of):
            pauses = [pause for pause in project.pauses if pause.from_ <= as_of <= (pause.to or as_of)]
            ends = [pause.to for pause in pauses if pause.to is not None]
            until = max(ends) if len(ends) == len(pauses) else None
            yield NotWorked(project.id, project.name, "paused", until)


def _held(plan: Schedule, path: Sequence[str]) -> date | None:
    """The planned start that the first task of a path waits for."""
    if not path:
        return None
    first = plan.plans[path[0]]
    late = first.task.start is not None and plan.calendar.offset(first.task.start) > plan.first
    begins = first.es if first.state == "not_started" and not first.milestone else None
    held = late and first.task.start is not None and begins == plan.calendar.offset(first.task.start)
    return first.task.start if held else None


def _cycles(query: Query, plan: Schedule, refs: Collection[str] | None) -> tuple[tuple[CyclePlace, ...], ...]:
    items = query.workspace.items if plan.cycles else {}
    return tuple(
        tuple(CyclePlace(ref, items[ref].place.file, query.line_of(items[ref].place)) for ref in cycle)
        for cycle in plan.cycles
        if refs is None or not refs.isdisjoint(cycle)  # type: ignore[attr-defined]
    )


class _Words:
    """Rows of the result, with the sentences that need the workspace to be said."""

    def __init__(self, workspace: Workspace, plan: Schedule) -> None:
        self.workspace = workspace
        self.plan = plan
        self.calendar = workspace.calendar
        self.as_of = plan.as_of
        self._published: dict[int, bool] = {}
        self._who: dict[tuple[str | None, str | None], str] = {}

    def row(self, p: TaskPlan, critical: bool) -> TaskRow:
        task = p.task
        known = p.state == "under_way" and not (task.updated and task.updated > self.as_of)
        return TaskRow(
            ref=p.ref,
            name=task.name,
            project=p.project.id,
            owner=task.owner or p.project.owner,
            unit=task.unit or p.project.unit,
            kind=task.kind,
            state=p.state,
            progress=task.progress if known else None,
            deadline=p.deadline,
            original_deadline=task.deadline,
            duration=p.duration,
            remaining=p.remaining,
            latest_start=p.latest_start,
            latest_finish=p.latest_finish,
            forecast_start=p.forecast_start,
            forecast_finish=p.forecast_finish,
            float=p.float,
            critical=critical,
            late_start=p.late_start,
            started=task.started if p.state != "not_started" and _known(task.started, self.as_of) else None,
            done=task.done if p.state == "done" else None,
            unplanned=p.unplanned,
            unconfirmed=p.float is not None and self.unconfirmed(p.forecast_finish, p.latest_finish),
            owner_name=self.workspace.person_name(task.owner or p.project.owner)
            or self.workspace.unit_name(task.unit or p.project.unit),
            extended=sum(1 for extension in task.extensions if extension.date <= self.as_of),
        )

    def who(self, p: TaskPlan) -> str:
        owner, unit = p.task.owner or p.project.owner, p.task.unit or p.project.unit
        if (owner, unit) not in self._who:
            self._who[owner, unit] = owner_text(self.workspace, owner, unit)
        return self._who[owner, unit]

    def unconfirmed(self, *days: date | None) -> bool:
        """Whether workdays from today to any of these days reach into a year that is not published."""
        years = {day.year for day in days if day is not None} | {self.as_of.year}
        for year in range(min(years), max(years) + 1):
            if year not in self._published:
                self._published[year] = self.calendar.confirmed(year)
            if not self._published[year]:
                return True
        return False

    def must_start(self, plans: Sequence[TaskPlan]) -> MustStart:
        """What is not begun and must be by the end of this week, and of the next."""
        week = Period.of("week", self.as_of)
        found = sorted(
            (p.latest_start, number, p)
            for number, p in enumerate(plans)
            if p.state == "not_started"
            and p.float is not None
            and p.latest_start is not None
            and p.latest_start <= week.next().last
            and not p.project.paused_on(self.as_of)
        )
        return MustStart(
            tuple(self._start(p) for day, _number, p in found if day <= week.last),
            tuple(self._start(p) for day, _number, p in found if day > week.last),
        )

    def _start(self, p: TaskPlan) -> Start:
        assert p.latest_start is not None
        awaited = (self.plan.plans[ref] for ref in self.plan.waits_for(p.ref))
        over = self.calendar.offset(self.as_of) - self.calendar.offset(p.latest_start + timedelta(days=1))
        return Start(
            ref=p.ref,
            name=p.task.name,
            owner=p.task.owner or p.project.owner,
            who=self.who(p),
            by=p.latest_start,
            workdays_over=over + 1 if p.latest_start < self.as_of else 0,
            milestone=p.milestone,
            waits_for=tuple(Awaited(a.ref, a.task.name, a.forecast_finish) for a in awaited),
            unconfirmed=self.unconfirmed(p.latest_start, p.latest_finish),
        )

    def failure(self, failure: Failure) -> FailureRow:
        p = self.plan.plans[failure.ref]
        return FailureRow(
            ref=failure.ref,
            name=p.task.name,
            deadline=failure.deadline,
            forecast=failure.forecast,
            shortfall=failure.shortfall,
            tasks=failure.tasks,
            causes=tuple(self._cause(cause) for cause in failure.causes),
            mends=tuple(self.changes(changes) for changes in failure.mends),
            who=self.who(p),
            unconfirmed=self.unconfirmed(failure.deadline, failure.forecast),
        )

    def _cause(self, cause: Cause) -> CauseRow:
        p = self.plan.plans[cause.ref]
        return CauseRow(
            cause.ref, p.task.name, cause.reason, cause.after, cause.workdays, cause.start, cause.finish,
            _plain(self._cause_text(cause, p)),
        )  # fmt: skip

    def _cause_text(self, cause: Cause, p: TaskPlan) -> str:
        key: str = cause.reason
        if p.remaining is None and key != "deadline":
            key += " unknown"
        elif p.milestone:
            key += " milestone"
        elif p.state == "under_way":
            key += " under way"
        earlier = self.plan.plans[cause.after] if cause.after else p
        updated, start = p.task.updated, p.task.start
        return _(_CAUSES[key]).format(
            name=p.task.name,
            ref=_coded(p.ref),
            after=earlier.task.name,
            after_ref=_coded(earlier.ref),
            count=self._count(cause.workdays or 0, cause.finish),
            start=self.day(cause.start) if cause.start else "",
            finish=self.day(cause.finish),
            updated=self.day(updated) if updated else "",
            planned=self.day(start) if start else "",
        )

    def day(self, day: date) -> str:
        return day_text(day, self.as_of)

    def _count(self, count: int, *days: date) -> str:
        return workdays(count, self.unconfirmed(*days))

    def changes(self, changes: Sequence[Change]) -> tuple[ChangeRow, ...]:
        return tuple(
            ChangeRow(c.kind, c.ref, c.after, c.by, c.from_, c.to, _plain(self._change_text(c))) for c in changes
        )

    def _change_text(self, change: Change) -> str:
        p = self.plan.plans[change.ref]
        key: str = change.kind
        before, after = change.from_, change.to
        if isinstance(before, date) and isinstance(after, date):
            if key == "deadline" and after < before:
                key = "deadline earlier"
            reach = [before, after]
        else:
            reach = [day for day in (p.forecast_finish, p.latest_finish) if day]
        earlier = self.plan.plans[change.after] if change.after else p
        return _(_CHANGES[key]).format(
            name=p.task.name,
            ref=_coded(p.ref),
            after=earlier.task.name,
            after_ref=_coded(earlier.ref),
            count=self._count(change.by, *reach),
            before=self.day(before) if isinstance(before, date) else days_text(before or 0, workdays=True),
            to=self.day(after) if isinstance(after, date) else days_text(after or 0, workdays=True),
        )


def _known(day: date | None, as_of: date) -> bool:
    return day is not None and day <= as_of


# --- in words ---------------------------------------------------------------------------------------------------------

_CAUSES: Final = {
    "after": N_("{name} {ref} begins on {start}, when {after} {after_ref} is finished; it takes {count}, to {finish}"),
    "after under way": N_(
        "{name} {ref} has {count} left and cannot finish them before {after} {after_ref} is finished: {finish}"
    ),
    "after milestone": N_("{name} {ref} comes after {after} {after_ref}: {finish}"),
    "after unknown": N_(
        "{name} {ref} comes after {after} {after_ref}; its duration is not given, so it counts as one workday"
    ),
    "start": N_("{name} {ref} is not planned to begin before {planned}; it takes {count}, to {finish}"),
    "start milestone": N_("{name} {ref} is not planned before {planned}"),
    "updated under way": N_("{name} {ref} had {count} left when it was reported on {updated}: to {finish}"),
    "updated milestone": N_("{name} {ref} was reported on {updated} and is not reached: {finish} at the earliest"),
    "today": N_("{name} {ref} has not begun; from today it takes {count}, to {finish}"),
    "today under way": N_("{name} {ref} has {count} left, counted from today for want of a recent report: to {finish}"),
    "today milestone": N_("{name} {ref} is not reached: {finish} at the earliest"),
    "today unknown": N_("{name} {ref} is not finished and its duration is not given: {finish} at the earliest"),
    "finished": N_("{name} {ref} can begin on {start}, after what was finished today; it takes {count}, to {finish}"),
    "finished milestone": N_("{name} {ref} comes after what was finished today: {finish}"),
    "deadline": N_("{name} {ref} has no duration and counts as finished on its deadline, {finish}"),
}
_CHANGES: Final[Mapping[str, str]] = {
    "start": N_("begin {name} {ref} on {to} instead of {before}"),
    "duration": N_("shorten {name} {ref} from {before} to {to}, {count} less"),
    "remaining": N_("finish what is left of {name} {ref} in {to} instead of {before}"),
    "overlap": N_("let {name} {ref} begin {count} before {after} {after_ref} is finished"),
    "deadline": N_("move the deadline of {name} {ref} from {before} to {to}, {count} later"),
    "deadline earlier": N_("have {name} {ref} promised for {to} instead of {before}"),
}
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

_MARK: Final = "\0"
"""Around references in a sentence, so that they can be dimmed; no ledger can hold it."""


def _coded(ref: str) -> str:
    return f"{_MARK}{ref}{_MARK}"


def _plain(sentence: str) -> str:
    return sentence.replace(_MARK, "")


def _text(sentence: str, refs: Collection[str] = ()) -> Text:
    """A sentence with its references dimmed."""
    for ref in sorted(refs, key=len, reverse=True):
        sentence = sentence.replace(f" {ref}", f" {_coded(ref)}")
    parts = sentence.split(_MARK)
    return tuple(Run(part, "dim" if number % 2 else "plain") for number, part in enumerate(parts) if part)


def float_text(slack: int, unconfirmed: bool) -> str:
    """How much time there is, as people say it: `5 workdays in hand`, `4 workdays late`."""
    if slack == 0:
        return _("nothing in hand (unconfirmed)") if unconfirmed else _("nothing in hand")
    pattern = _("{count} in hand") if slack > 0 else _("{count} late")
    return pattern.format(count=workdays(abs(slack), unconfirmed))


# --- the page ---------------------------------------------------------------------------------------------------------


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
    return [Paragraph(_text(text))]


def _tasks_text(result: Result, refs: Sequence[str]) -> str:
    """Some tasks by name, and how many more there are."""
    shown = set(refs[:_MOST_NAMES])
    known = {task.ref: task.name for task in result.tasks if task.ref in shown}
    names = [_("{name} {ref}").format(name=known.get(ref, ref), ref=_coded(ref)) for ref in refs[:_MOST_NAMES]]
    return _few(names, len(refs) - len(names))


def _few(names: Sequence[str], hidden: int) -> str:
    """Names, and how many more there are."""
    if not hidden:
        return listing(list(names))
    return ngettext("{names} and {n} more", "{names} and {n} more", hidden).format(names=listing(list(names)), n=hidden)


def _not_worked_text(one: NotWorked, as_of: date) -> Text:
    pattern = _NOT_WORKED[one.why] if one.until is None else _PAUSED
    until = day_text(one.until, as_of) if one.until else ""
    return _text(_(pattern).format(name=one.name, ref=_coded(one.project), day=until))


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
        ref=_coded(start.ref),
        who=start.who,
        day=day_text(start.by, as_of),
        count=workdays(start.workdays_over, start.unconfirmed),
    )
    if start.waits_for:
        names = [
            (
                _("{name} {ref} (forecast {day})").format(
                    name=a.name, ref=_coded(a.ref), day=day_text(a.forecast_finish, as_of)
                )
                if a.forecast_finish
                else _("{name} {ref}").format(name=a.name, ref=_coded(a.ref))
            )
            for a in start.waits_for[:_MOST_NAMES]
        ]
        waited = _few(names, len(start.waits_for) - len(names))
        text = _("{said}; waits for {names}").format(said=text, names=waited)
    return _text(text)


def _verdict(result: Result) -> list[Block]:
    if result.feasible:
        counted = [(task.float, task) for task in result.tasks if task.float is not None]
        if not counted:
            return []
        slack, tightest = min(counted, key=lambda pair: pair[0])
        text = _("Every deadline can still be met. The tightest is {name} {ref}: {float}.").format(
            name=tightest.name, ref=_coded(tightest.ref), float=float_text(slack, tightest.unconfirmed)
        )
        return [Paragraph(_text(text))]
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
    return _text(_("{name} {ref}: {late}").format(name=failure.name, ref=_coded(failure.ref), late=late))


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
    lines: list[Text] = [_text(cause.text, {cause.ref, cause.after or cause.ref}) for cause in shown]
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
        blocks.append(Paragraph(_text(text)))
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
    return _text(said, {ref for change in shown for ref in (change.ref, change.after) if ref})


def _path(result: Result) -> list[Block]:
    path = result.critical_path
    if not path:
        return []
    names = [_("{name} {ref}").format(name=result.names[ref], ref=_coded(ref)) for ref in path]
    if len(names) > _MOST_LINKS:
        hidden = len(names) - _MOST_LINKS
        between = ngettext("({n} more)", "({n} more)", hidden).format(n=hidden)
        names = [*names[: _MOST_LINKS // 2], between, *names[-_MOST_LINKS // 2 :]]
    count = workdays(result.critical_length, bool(result.unconfirmed_years))
    text = _("Critical path ({count}): {path}").format(count=count, path=" → ".join(names))
    if result.critical_from is not None:
        day = day_text(result.critical_from, result.as_of)
        text = _("{path}; it begins with a planned start, {day}").format(path=text, day=day)
    return [Paragraph(_text(text))]


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
    text = float_text(task.float, task.unconfirmed)
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
            _text(_(pattern).format(name=row.name, ref=_coded(row.ref), other=_coded(row.predecessor)))
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
        blocks.append(Paragraph(_text(text)))
    return blocks
