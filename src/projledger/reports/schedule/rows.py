"""From a plan and what would mend it to the rows of the result, with the sentences that need the workspace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from projledger.analysis.schedule import Schedule, TaskPlan
from projledger.calendar import Period, day_text
from projledger.i18n import N_, _
from projledger.models.workspace import Workspace
from projledger.quantities import days_text
from projledger.reports.parts.words import owner_text, workdays
from projledger.reports.schedule.result import Awaited, CauseRow, ChangeRow, FailureRow, MustStart, Start, TaskRow
from projledger.reports.schedule.sentences import coded, plain

if TYPE_CHECKING:  # a plan that holds needs no mends
    from projledger.analysis.mends import Cause, Change, Failure

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


class Rows:
    """Makes the rows of one plan."""

    def __init__(self, workspace: Workspace, plan: Schedule) -> None:
        self.workspace = workspace
        self.plan = plan
        self.calendar = workspace.calendar
        self.as_of = plan.as_of
        self._published: dict[int, bool] = {}
        self._who: dict[tuple[str | None, str | None], str] = {}

    def row(self, p: TaskPlan, critical: bool) -> TaskRow:
        """The dates of a task."""
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

    def _whose(self, p: TaskPlan) -> str:
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
            who=self._whose(p),
            by=p.latest_start,
            workdays_over=over + 1 if p.latest_start < self.as_of else 0,
            milestone=p.milestone,
            waits_for=tuple(Awaited(a.ref, a.task.name, a.forecast_finish) for a in awaited),
            unconfirmed=self.unconfirmed(p.latest_start, p.latest_finish),
        )

    def failure(self, failure: Failure) -> FailureRow:
        """A deadline that cannot be met, why, and what would mend it."""
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
            who=self._whose(p),
            unconfirmed=self.unconfirmed(failure.deadline, failure.forecast),
        )

    def _cause(self, cause: Cause) -> CauseRow:
        p = self.plan.plans[cause.ref]
        return CauseRow(
            cause.ref, p.task.name, cause.reason, cause.after, cause.workdays, cause.start, cause.finish,
            plain(self._cause_text(cause, p)),
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
            ref=coded(p.ref),
            after=earlier.task.name,
            after_ref=coded(earlier.ref),
            count=self._count(cause.workdays or 0, cause.finish),
            start=self._day(cause.start) if cause.start else "",
            finish=self._day(cause.finish),
            updated=self._day(updated) if updated else "",
            planned=self._day(start) if start else "",
        )

    def _day(self, day: date) -> str:
        return day_text(day, self.as_of)

    def _count(self, count: int, *days: date) -> str:
        return workdays(count, self.unconfirmed(*days))

    def changes(self, changes: Sequence[Change]) -> tuple[ChangeRow, ...]:
        """What would be changed in the ledgers, and in words."""
        return tuple(
            ChangeRow(c.kind, c.ref, c.after, c.by, c.from_, c.to, plain(self._change_text(c))) for c in changes
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
            ref=coded(p.ref),
            after=earlier.task.name,
            after_ref=coded(earlier.ref),
            count=self._count(change.by, *reach),
            before=self._day(before) if isinstance(before, date) else days_text(before or 0, workdays=True),
            to=self._day(after) if isinstance(after, date) else days_text(after or 0, workdays=True),
        )


def _known(day: date | None, as_of: date) -> bool:
    return day is not None and day <= as_of
