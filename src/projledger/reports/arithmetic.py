"""How a light was counted: every input with its place, the arithmetic written out, and what would mend it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final

from projledger.analysis import facts
from projledger.analysis.assessment import Assessment
from projledger.analysis.lagging import Reason
from projledger.analysis.lights import Fired, Month, measured_target
from projledger.analysis.meetings import became
from projledger.analysis.pace import Input as Figure
from projledger.analysis.pace import Part, Standing
from projledger.analysis.schedule import Gaps, Schedule, TaskPlan, is_fresh, progress_on
from projledger.calendar import Period, day_text, month_text
from projledger.diagnostics import Place
from projledger.i18n import N_, _, joined, listing, ngettext
from projledger.models.place import Decision
from projledger.models.project import Factor, Funding, Problem, Project, Stage, Task
from projledger.models.rules import Clause, Measure
from projledger.models.workspace import SETTINGS_FILE, TARGETS_FILE, Item, Workspace
from projledger.quantities import MONEY_UNITS, days_text, money_text, number_text, percent_text, points_text
from projledger.reports.reasons import Names, workdays_of
from projledger.reports.words import (
    FUNDING_WORDS,
    LIGHT_WORDS,
    STATE_WORDS,
    STATUS_WORDS,
    measure_word,
    months_text,
    workdays,
)

_OPERATORS: Final = {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "==": "="}
_FACT_WORDS: Final = {
    "started": N_("begun"),
    "updated": N_("updated"),
    "done": N_("done"),
    "raised": N_("raised"),
    "responded": N_("responded"),
    "submitted": N_("submitted"),
    "closed": N_("closed"),
    "reopened": N_("reopened"),
    "actual": N_("stage reached"),
    "log": N_("log entry"),
    "report": N_("figure reported"),
}


@dataclass(frozen=True, slots=True)
class Given:
    """Something a light was counted from. `name` is its key in the ledger, `place` where it stands (or belongs)."""

    name: str
    value: str | int | Decimal | date | None
    text: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """How one clause came to fire: what went in, the arithmetic in sentences, and what would end it."""

    inputs: tuple[Given, ...]
    arithmetic: tuple[str, ...]
    mend: str


class Accounts:
    """Gives an account of everything in an assessment."""

    def __init__(self, assessment: Assessment) -> None:
        self.assessment = assessment
        self.workspace: Workspace = assessment.workspace
        self.as_of = assessment.as_of
        self.names = Names(self.workspace, assessment.standings)

    # --- words ---

    def day(self, day: date | None) -> str:
        """A day as people say it."""
        return day_text(day, self.as_of) if day is not None else "—"

    def amount(self, amount: Decimal | Fraction, measure: str) -> str:
        """A figure with its measure; a fraction of one is rounded to two decimals."""
        if isinstance(amount, Fraction):
            exact = Decimal(amount.numerator) / Decimal(amount.denominator)
            amount = round(exact, 2)
        if measure in MONEY_UNITS:
            return money_text(amount, measure)
        return _("{number} {measure}").format(number=number_text(amount), measure=measure_word(measure))

    # --- inputs ---

    def today(self) -> Given:
        """The day of judgement; with its place when the settings freeze it."""
        frozen = self.workspace.settings.as_of == self.as_of
        return Given("as_of", self.as_of, self.day(self.as_of), Place(SETTINGS_FILE, ("as_of",)) if frozen else None)

    def field(self, item: Item, value: date | int | str | Decimal | None, *path: str | int) -> Given:
        """A field of an item; a fact dated after the day of judgement is not known yet."""
        if isinstance(value, date) and value > self.as_of and path[-1] in _FACT_WORDS:
            value = None
        text = self.day(value) if isinstance(value, date) else "—" if value is None else self._said(value, path[-1])
        name = ".".join(str(part) for part in path if isinstance(part, str))
        return Given(name, value, text, Place(item.place.file, (*item.place.path, *path)))

    def claimed(self, task: Task) -> int | None:
        """The progress of a task that was reported by the day, or without one."""
        return task.progress if task.updated is None or task.updated <= self.as_of else None

    def _said(self, value: int | str | Decimal, key: str | int) -> str:
        """A value in the reader's words: the ledgers' own words are for ledgers."""
        match key, value:
            case "duration", int():
                return workdays(value)
            case "progress", int():
                return _("{n} %").format(n=value)
            case "status", str():
                return _(STATUS_WORDS[value])
            case "verified_by" | "owner", str():
                return self.workspace.party_name(value)
            case _, Decimal():
                return number_text(value)
            case _:
                return str(value)

    def setting(self, value: int, text: str, *path: str) -> Given:
        """A threshold of the settings; without a place where the default stands."""
        holder: object = self.workspace.settings
        for key in path:
            if key not in getattr(holder, "model_fields_set", ()):
                return Given(".".join(path), value, _("{text} (default)").format(text=text))
            holder = getattr(holder, key)
        return Given(".".join(path), value, text, Place(SETTINGS_FILE, path))

    def deadline(self, item: Item) -> list[Given]:
        """The original deadline (of a stage: the plan) and, where it was extended, the extension in force."""
        record = item.record
        if isinstance(record, Factor | Decision):
            return [self.field(item, record.deadline, "deadline")]
        assert isinstance(record, Task | Problem | Stage)
        key, original = ("plan", record.plan) if isinstance(record, Stage) else ("deadline", record.deadline)
        found = [self.field(item, original, key)]
        approved = [(e.date, number) for number, e in enumerate(record.extensions) if e.date <= self.as_of]
        if approved:
            _dated, number = max(approved, key=lambda pair: pair[0])
            found.append(self.field(item, record.extensions[number].to, "extensions", number, "to"))
        return found

    def pauses(self, project: Project | None, since: date, until: date) -> list[Given]:
        """The pauses whose days were left out between two days."""
        if project is None:
            return []
        found = []
        for number, pause in enumerate(project.pauses):
            end = pause.to or date.max
            if pause.from_ <= until and end > since:
                place = self.workspace.place_of(project, "pauses", number)
                text = _("from {day}, no end yet").format(day=self.day(pause.from_))
                if pause.to is not None:
                    text = _("{first} to {last}").format(first=self.day(pause.from_), last=self.day(pause.to))
                found.append(Given("pauses", pause.from_, text, place))
        return found

    def off_days(self, project: Project | None, since: date | None, until: date | None) -> list[Given]:
        """What else counts in the workdays after `since` and up to `until`, or the other way round.

        The pauses of the project, and the own days off and workdays of the settings outside of them: whoever counts
        along with the country's calendar would be out by these.
        """
        if since is None or until is None:
            return []
        first, last = sorted((since, until))
        written = self.workspace.settings.calendar
        found = self.pauses(project, first, last)
        for day, worked in self.workspace.calendar.own(first + timedelta(days=1), last).items():
            if project is None or not project.paused_on(day):
                key, days = ("workdays", written.workdays) if worked else ("holidays", written.holidays)
                place = Place(SETTINGS_FILE, ("calendar", key, days.index(day)))
                found.append(Given(f"calendar.{key}", day, self.day(day), place))
        return found

    def _around_pauses(self, said: str, project: Project | None, since: date | None, until: date | None) -> str:
        """A count of workdays in words, with a word about the pauses that it steps over."""
        if since is None or until is None or not self.pauses(project, *sorted((since, until))):
            return said
        return _("{counted} Days of pause are left out.").format(counted=said)

    # --- the account of a clause ---

    def of(self, fired: Fired) -> Account:
        """How a clause came to fire."""
        item = self.workspace.items.get(fired.ref)
        if item is not None and fired.reason is not None:
            account = self._of_item(item, fired.reason)
        else:
            account = self._of_target(self._standing(fired.ref), fired)
        closing = [*self._streak(fired), self._compared(fired)]
        inputs = tuple(dict.fromkeys(account.inputs))  # two steps may count from the same line
        return Account(inputs, (*account.arithmetic, *closing), account.mend)

    def _standing(self, ref: str) -> Standing:
        return next(standing for standing in self.assessment.standings if standing.ref == ref)

    def _compared(self, fired: Fired) -> str:
        clause = fired.clause
        said = {
            "value": self._measured(clause.measure, fired.value),
            "op": _OPERATORS[clause.op],
            "limit": self._measured(clause.measure, Fraction(clause.value)),
            "light": _(LIGHT_WORDS[fired.light]),
        }
        if clause.measure == "blocked":
            count = int(fired.value)
            said["value"] = ngettext("{n} thing in the way", "{n} things in the way", count).format(n=count)
        if clause.measure == "unreported":
            return _("Nothing was reported: {light}, never green.").format(light=said["light"])
        if not fired.known:
            return _("{value} {op} {limit} now, but not every earlier month can be known: {light}.").format(**said)
        if clause.streak > 1:
            text = _("{value} {op} {limit}, {n} months running: {light}.")
            return text.format(n=clause.streak, **said)
        if not clause.value:  # these two measures begin to count at their threshold: it is what they are compared with
            if clause.measure == "stalled_days" and fired.reason is not None:
                said |= {"op": ">", "limit": days_text(fired.reason.threshold or 0)}
            elif clause.measure == "due_soon_days":
                said |= {"op": "≤", "limit": days_text(self.workspace.settings.thresholds.due_soon)}
        return _("{value} {op} {limit}: {light}.").format(**said)

    def _measured(self, measure: Measure, value: int | Fraction) -> str:
        """A measured value with its unit; money in the workspace's."""
        if measure == "budget_funds_short":
            return self.amount(Fraction(value), self.workspace.settings.money_unit)
        return measure_text(measure, value)

    def _streak(self, fired: Fired) -> Iterable[str]:
        for month in reversed(fired.earlier):
            yield self._month(fired.clause, month)

    def _month(self, clause: Clause, month: Month) -> str:
        if not month.known:
            return _("On {day}: cannot be known from dated facts.").format(day=self.day(month.day))
        if month.value is None:
            return _("On {day}: nothing to count.").format(day=self.day(month.day))
        value = self._measured(clause.measure, month.value)
        limit = self._measured(clause.measure, Fraction(clause.value))
        return _("On {day}: {value} {op} {limit}.").format(
            day=self.day(month.day), value=value, op=_OPERATORS[clause.op], limit=limit
        )

    def _of_item(self, item: Item, reason: Reason) -> Account:
        match reason.code:
            case "overdue":
                return self._overdue(item, reason)
            case "due_soon":
                return self._due_soon(item, reason)
            case "late_start":
                return self._late_start(item, reason)
            case "behind_schedule":
                return self._behind_schedule(item)
            case "stalled":
                return self._stalled(item, reason)
            case "blocked":
                return self._blocked(item, reason)
            case "missed_stage":
                return self._missed_stage(item, reason)
            case "not_in_statistics":
                return self._not_in_statistics(item, reason)
            case "funds_unpaid":
                return self._funds(item, reason)
            case _:
                return self._unreported(item, reason)

    def _counted(self, item: Item, reason: Reason, since: date) -> str:
        """The days after a day up to that of judgement: 4 days, of which 1 workday."""
        days = days_text(reason.days or 0)
        if reason.workdays is None:
            text = _("After {since}, up to {today}: {days}.").format(
                since=self.day(since), today=self.day(self.as_of), days=days
            )
        else:
            text = _("After {since}, up to {today}: {days}, of which {workdays}.").format(
                since=self.day(since),
                today=self.day(self.as_of),
                days=days,
                workdays=workdays_of(reason, self.workspace, self.as_of),
            )
        left_out = (self.as_of - since).days - (reason.days or 0)
        if left_out > 0:
            text = _("{counted} {days} of pause are left out.").format(counted=text, days=days_text(left_out))
        return text

    def _overdue(self, item: Item, reason: Reason) -> Account:
        record, since = item.record, reason.since
        assert since is not None
        if reason.basis == "limit" and isinstance(record, Task) and record.limit is not None:
            inputs = [
                self.field(item, record.started, "started"),
                Given(
                    "limit", record.limit, workdays(record.limit), Place(item.place.file, (*item.place.path, "limit"))
                ),
                self.field(item, record.done, "done"),
                self.today(),
                *self.off_days(item.project, record.started, self.as_of),
            ]
            text = _("{workdays} after {started}: the statutory limit ends on {day}.").format(
                workdays=workdays(record.limit), started=self.day(record.started), day=self.day(since)
            )
            text = self._around_pauses(text, item.project, record.started, since)
            mend = _("Finish it, and write its day as done:")
            return Account(tuple(inputs), (text, self._counted(item, reason, since)), mend)
        done = "submitted" if isinstance(record, Problem) else "done"
        state = (
            self.factor(item, record) if isinstance(record, Factor) else [self.field(item, getattr(record, done), done)]
        )
        project = self._project_of(item)
        inputs = [
            *self.deadline(item),
            *state,
            self.today(),
            *self.pauses(project, since, self.as_of),
            *self.off_days(project, since, self.as_of),
        ]
        if isinstance(record, Factor):
            mend = _("Secure {amount}, and write what is secured as secured:").format(amount=self.short(record))
        elif isinstance(record, Decision):
            mend = _("Carry it out, and write its day as done: with evidence:")
        elif isinstance(record, Problem):
            mend = _("Submit the solution (submitted:), then have it verified and closed; or an approved extension.")
        else:
            mend = _("Finish it and write its day as done:, or have an extension approved (extensions:).")
        return Account(tuple(inputs), (self._counted(item, reason, since),), mend)

    def _due_soon(self, item: Item, reason: Reason) -> Account:
        threshold = self.workspace.settings.thresholds.due_soon
        since = reason.since
        assert since is not None
        inputs = [
            *self.deadline(item),
            self.today(),
            self.setting(threshold, days_text(threshold), "thresholds", "due_soon"),
        ]
        text = _("After {today}, up to {day}: {days}; due soon within {threshold}.").format(
            today=self.day(self.as_of),
            day=self.day(since),
            days=days_text(reason.days or 0),
            threshold=days_text(threshold),
        )
        if isinstance(item.record, Factor):
            inputs[1:1] = self.factor(item, item.record)
            mend = _("Secure {amount} by {day}, and write what is secured as secured:").format(
                amount=self.short(item.record), day=self.day(since)
            )
        elif isinstance(item.record, Stage):
            mend = _("Reach it by {day}, and write its day as actual:").format(day=self.day(since))
        elif isinstance(item.record, Problem):
            text_of = _("Submit the solution by {day} (submitted:), then have it verified and closed.")
            mend = text_of.format(day=self.day(since))
        else:
            mend = _("Finish it by {day}, and write its day as done:").format(day=self.day(since))
        return Account(tuple(inputs), (text,), mend)

    def factor(self, item: Item, factor: Factor) -> list[Given]:
        """What is needed of a factor and what is secured."""

        def given(name: str, amount: Decimal | None) -> Given:
            text = self._quantity(amount, factor) if amount is not None else "—"
            return Given(name, amount, text, Place(item.place.file, (*item.place.path, name)))

        return [given("needed", factor.needed), given("secured", factor.secured)]

    def short(self, factor: Factor) -> str:
        """What is still to be secured of a factor."""
        return self._quantity(factor.needed - (factor.secured or 0), factor)

    def _quantity(self, amount: Decimal, factor: Factor) -> str:
        return self.amount(amount, factor.measure) if factor.measure is not None else number_text(amount)

    def _project_of(self, item: Item) -> Project | None:
        """The project whose pauses count for an item; of a decision that of the task it became."""
        if isinstance(item.record, Decision):
            return became(self.workspace, item.record)[0]
        return item.project

    def _late_start(self, item: Item, reason: Reason) -> Account:
        task, since = item.record, reason.since
        assert isinstance(task, Task)
        assert since is not None
        inputs = [
            self.field(item, task.started, "started"),
            self.field(item, self.claimed(task), "progress"),
            self.today(),
        ]
        said: list[str] = []
        if reason.basis == "start":
            inputs.insert(0, self.field(item, task.start, "start"))
            if task.start != since:
                text = _("The planned start {day} is a rest day: the next workday is {next}.")
                said.append(text.format(day=self.day(task.start), next=self.day(since)))
                inputs += self.off_days(item.project, _eve(task.start), since)
        else:
            more, lines = self._latest(item, self.assessment.schedule.plans[item.ref])
            inputs = [*more, *inputs]
            said += lines
        inputs += self.off_days(item.project, since, self.as_of)
        said.append(self._counted(item, reason, since))
        return Account(tuple(inputs), tuple(said), _("Start it, and write its day as started:"))

    # --- the reverse schedule ---

    def _behind_schedule(self, item: Item) -> Account:
        plan = self.assessment.schedule.plans[item.ref]
        inputs, said = self._forecast(item, plan)
        more, lines = self._latest(item, plan)
        late = -(plan.float or 0)
        text = _("Workdays after {latest}, up to {forecast}: {late}; float −{n}.").format(
            latest=self.day(plan.latest_finish), forecast=self.day(plan.forecast_finish), late=workdays(late), n=late
        )
        project = item.project.id if item.project else item.ref
        if self._binding(plan) is None:
            mend = _(
                "Gain {workdays} (ways: projledger schedule {project}), or have an extension to {day} approved."
            ).format(workdays=workdays(late), project=project, day=self.day(plan.forecast_finish))
        else:
            mend = _("Gain {workdays} (ways: projledger schedule {project}).").format(
                workdays=workdays(late), project=project
            )
        between = self.off_days(item.project, plan.latest_finish, plan.forecast_finish)
        text = self._around_pauses(text, item.project, plan.latest_finish, plan.forecast_finish)
        return Account((*inputs, *more, self.today(), *between), (*said, *lines, text), mend)

    def _forecast(self, item: Item, plan: TaskPlan) -> tuple[list[Given], list[str]]:
        """From today to the forecast finish."""
        task, schedule = plan.task, self.assessment.schedule
        inputs: list[Given] = []
        said: list[str] = []
        if task.duration is not None:
            inputs.append(self.field(item, task.duration, "duration"))
        elif plan.duration:
            inputs += [self.field(item, task.start, "start"), self.field(item, task.deadline, "deadline")]
            inputs += self.off_days(item.project, _eve(task.start), task.deadline)
            said.append(
                _("No duration stands there: from {start} to {deadline} it is {workdays}.").format(
                    start=self.day(task.start), deadline=self.day(task.deadline), workdays=workdays(plan.duration)
                )
            )
        if plan.state == "under_way":
            inputs += [self.field(item, self.claimed(task), "progress"), self.field(item, task.updated, "updated")]
            said.append(self._remaining(plan))
        driver = self._driver(schedule, item.ref)
        if driver is not None:
            other = schedule.plans[driver]
            inputs.append(self._after(item, driver))
            said.append(
                _("It waits for {name}, forecast to finish on {day}.").format(
                    name=self.names.item(driver), day=self.day(other.forecast_finish or other.deadline)
                )
            )
        if plan.milestone:
            said.append(_("Forecast: {day}.").format(day=self.day(plan.forecast_finish)))
        else:
            since = self._rested_since(plan, driver)
            inputs += self.off_days(item.project, since, plan.forecast_finish)
            text = _("{remaining} from {start} on: forecast to finish on {day}.")
            if plan.state == "under_way" and driver is None:
                text = self._counted_from(plan) or text
            text = text.format(
                remaining=workdays(plan.remaining or 0),
                start=self.day(plan.forecast_start),
                day=self.day(plan.forecast_finish),
            )
            said.append(self._around_pauses(text, item.project, since, plan.forecast_finish))
        return inputs, said

    def _remaining(self, plan: TaskPlan) -> str:
        left = 100 - progress_on(plan.task, self.as_of)
        length, remaining = plan.duration or 0, plan.remaining or 0
        if length * left == 100 * remaining:
            text = _("{duration} × {left} % = {remaining} still to do.")
        elif length * left < 100:
            text = _("{duration} × {left} %, but at least one: {remaining} still to do.")
        else:
            text = _("{duration} × {left} %, rounded: {remaining} still to do.")
        return text.format(duration=workdays(length), left=left, remaining=workdays(remaining))

    def _counted_from(self, plan: TaskPlan) -> str:
        """From where the remaining work of a task under way is counted; empty where that needs no word."""
        updated = plan.task.updated
        gaps = Gaps(self.workspace.calendar, plan.project.pauses) if plan.project.pauses else None
        if updated is None or not is_fresh(self.workspace, plan.project, updated, self.as_of, gaps):
            return _("{remaining} from {start} on, for want of a fresh report: forecast to finish on {day}.")
        if plan.forecast_start == self.workspace.calendar.first_on_or_after(updated + timedelta(days=1)):
            return _("{remaining} from {start} on, the workday after the report: forecast to finish on {day}.")
        return ""

    def _rested_since(self, plan: TaskPlan, driver: str | None) -> date | None:
        """The day after which the forecast counts: the rest days just before it was to begin belong to the count."""
        begins, plans = plan.forecast_start, self.assessment.schedule.plans
        if begins is None:
            return None
        since = [plans[driver].forecast_finish] if driver is not None else [plan.task.updated, _eve(self.as_of)]
        for day in (_eve(plan.task.start), *since):
            if day is not None and self.workspace.calendar.first_on_or_after(day + timedelta(days=1)) == begins:
                return day
        return _eve(begins)

    def _driver(self, schedule: Schedule, ref: str) -> str | None:
        chain = schedule.driven_by(ref)
        return chain[-2] if len(chain) > 1 else None

    def _after(self, item: Item, ref: str) -> Given:
        task = item.record
        assert isinstance(task, Task)
        assert item.project is not None
        number = next(n for n, one in enumerate(task.after) if self.workspace.absolute(item.project, one) == ref)
        return Given("after", ref, self.names.item(ref), Place(item.place.file, (*item.place.path, "after", number)))

    def _latest(self, item: Item, plan: TaskPlan) -> tuple[list[Given], list[str]]:
        """From the deadline back to the latest finish and start."""
        binding = self._binding(plan)
        if binding is None:
            # A deadline on a rest day means the last workday before it.
            inputs = [*self.deadline(item), *self.off_days(item.project, _eve(plan.latest_finish), plan.deadline)]
            said = [_("Latest finish, from its deadline: {day}.").format(day=self.day(plan.latest_finish))]
        else:
            waiting = self.workspace.items[binding.ref]
            inputs = [self._after(waiting, plan.ref), *self.deadline(waiting)]
            said = [
                _("Latest finish {day}: {name} waits for it and has to begin by {start}.").format(
                    day=self.day(plan.latest_finish),
                    name=self.names.item(binding.ref),
                    start=self.day(binding.latest_start),
                )
            ]
        if plan.state == "not_started" and not plan.milestone:
            before = _eve(plan.latest_start)
            inputs += self.off_days(item.project, before, plan.latest_finish)
            text = _("{length} before that: latest start {day}.").format(
                length=workdays(plan.remaining or 0), day=self.day(plan.latest_start)
            )
            said.append(self._around_pauses(text, item.project, before, plan.latest_finish))
        return inputs, said

    def _binding(self, plan: TaskPlan) -> TaskPlan | None:
        """The successor that decides by when a task must finish; None where its own deadline does."""
        schedule = self.assessment.schedule
        node = schedule.nodes[plan.ref]
        network = schedule.network
        if network.due[node] == plan.lf:
            return None
        for later, before in enumerate(network.before):
            if node in before and network.ls[later] == plan.lf:
                return schedule.plans[network.refs[later]]
        return None

    # --- silence, and what holds things up ---

    def _stalled(self, item: Item, reason: Reason) -> Account:
        project, since = item.project, reason.since
        assert project is not None
        assert since is not None
        rhythm = project.rhythm
        threshold = reason.threshold or 0
        inputs: list[Given] = []
        if reason.basis == "fact":
            known = facts.last_of(self.workspace, item.ref, self.as_of)
            assert known is not None
            fact, place = known
            inputs.append(Given(fact.what, fact.day, self.day(fact.day), place))
            said = _("The last dated fact ({what}) is of {day}.").format(
                what=_(_FACT_WORDS[fact.what]), day=self.day(since)
            )
        else:
            if isinstance(item.record, Task) and reason.basis == "start":
                inputs.append(self.field(item, item.record.start, "start"))
            said = _("It should have begun on {day}, and nothing has been reported since.").format(day=self.day(since))
        inputs.append(self.setting(threshold, days_text(threshold), "thresholds", "stalled", rhythm))
        inputs += [self.today(), *self.pauses(project, since, self.as_of)]
        allowed = (
            _("Dispatched weekly: {days} are allowed.")
            if rhythm == "week"
            else _("Dispatched monthly: {days} are allowed.")
        ).format(days=days_text(threshold))
        mend = {
            "task": _("Report: write progress: and its day as updated:"),
            "problem": _("Report: write responded:, submitted: or, once it is verified, closed:"),
        }.get(item.kind, _("Report: an entry in log:, or news of a task, a problem, a stage or a figure."))
        return Account(tuple(inputs), (said, self._counted(item, reason, since), allowed), mend)

    def _blocked(self, item: Item, reason: Reason) -> Account:
        task, project, cause = item.record, item.project, reason.cause
        assert isinstance(task, Task)
        assert project is not None
        assert cause is not None
        inputs: list[Given] = []
        said: list[str] = []
        mends: list[str] = []
        for ref in self.assessment.blockers(item.ref):
            other = self.workspace.items[ref]
            name = self.names.item(ref)
            if isinstance(other.record, Problem):
                inputs += [self._blocks(other, item.ref), self.field(other, other.record.closed, "closed")]
                state = _(STATE_WORDS[other.record.state_on(self.as_of)])
                said.append(
                    _("Problem {ref}, {name}, names it and is not closed ({state}).").format(
                        ref=ref, name=name, state=state
                    )
                )
                mends.append(_("Solve and close {ref} ({name}).").format(ref=ref, name=name))
            else:
                late = next(one for one in self.assessment.reasons(ref) if one.code == "overdue")
                account = self._overdue(other, late)
                inputs += [self._after(item, ref), *account.inputs]
                said.append(_("It waits for {ref}, {name}, which is overdue.").format(ref=ref, name=name))
                said += account.arithmetic
                mends.append(_("Finish {ref} ({name}).").format(ref=ref, name=name))
        root = reason.root
        if root is not None and root != cause:
            said.append(_("At the bottom of it: {ref}, {name}.").format(ref=root, name=self.names.item(root)))
            found = self.workspace.items[root]
            inputs.append(Given("root", root, self.names.item(root), found.place))
        return Account(tuple(inputs), tuple(said), joined(*mends))

    def _blocks(self, problem: Item, ref: str) -> Given:
        record = problem.record
        assert isinstance(record, Problem)
        assert problem.project is not None
        number = next(n for n, one in enumerate(record.blocks) if self.workspace.absolute(problem.project, one) == ref)
        place = Place(problem.place.file, (*problem.place.path, "blocks", number))
        return Given("blocks", problem.ref, record.text, place)

    def _missed_stage(self, item: Item, reason: Reason) -> Account:
        stage, since = item.record, reason.since
        assert isinstance(stage, Stage)
        assert since is not None
        inputs = [
            *self.deadline(item),
            self.field(item, stage.actual, "actual"),
            self.today(),
            *self.pauses(item.project, since, self.as_of),
            *self.off_days(item.project, since, self.as_of),
        ]
        mend = _("Reach it and write its day as actual:, or have an extension approved (extensions:).")
        return Account(tuple(inputs), (self._counted(item, reason, since),), mend)

    def _not_in_statistics(self, item: Item, reason: Reason) -> Account:
        since, elapsed = reason.since, reason.elapsed
        assert since is not None
        assert elapsed is not None
        inputs = (
            self.field(item, since, "stages", "started", "actual"),
            self.field(item, None, "in_statistics"),
            self.today(),
            *self.pauses(item.project, since, self.as_of),
        )
        months = int(elapsed)
        text = ngettext("{n} month and part of the next", "{n} months and part of the next", months).format(n=months)
        if elapsed == months:
            text = ngettext("{n} month", "{n} months", months).format(n=months)
        said = _("Started on {day}; up to {today}: {months}.").format(
            day=self.day(since), today=self.day(self.as_of), months=text
        )
        return Account(inputs, (said,), _("Enter it into the statistics, and write the day as in_statistics:"))

    def _funds(self, item: Item, reason: Reason) -> Account:
        project, number, since = item.record, reason.funding, reason.since
        assert isinstance(project, Project)
        assert number is not None
        assert since is not None
        funding = project.funding[number]
        unit = self.workspace.settings.money_unit
        month = Period.of("month", since)
        planned, paid = funding.plan[month], funding.paid or Decimal(0)
        inputs = (
            Given(
                "funding.plan",
                planned,
                self.amount(planned, unit),
                self.workspace.place_of(project, "funding", number, "plan", month.text),
            ),
            Given(
                "funding.paid",
                funding.paid,
                self.amount(paid, unit),
                self.workspace.place_of(project, "funding", number, "paid"),
            ),
            self.field(item, funding.date, "funding", number, "date"),
            *self._funding_owner(item, funding, number),
        )
        said = _("{source}: {planned} planned by the end of {month}, {paid} paid: {short} short.").format(
            source=_(FUNDING_WORDS[funding.source]),
            planned=self.amount(planned, unit),
            month=month_text(since),
            paid=self.amount(paid, unit),
            short=self.amount(reason.amount or Decimal(0), unit),
        )
        return Account(inputs, (said,), _("Pay what the plan asks, and write the sum as paid: with its date:"))

    def _funding_owner(self, item: Item, funding: Funding, number: int) -> list[Given]:
        """Who answers for money of its own owner."""
        return [self.field(item, funding.owner, "funding", number, "owner")] if funding.owner is not None else []

    def _unreported(self, item: Item, reason: Reason) -> Account:
        record = item.record
        if isinstance(record, Stage):
            inputs = [*self.deadline(item), self.field(item, None, "actual")]
            text = _("Planned for {day}; a later stage was reached, so this one was too, but its day is not reported.")
            return Account(
                tuple(inputs), (text.format(day=self.day(reason.since)),), _("Write the day it was reached as actual:")
            )
        if isinstance(record, Task):
            return self._unreported_task(item, record, reason)
        if isinstance(record, Factor):
            text = _("{amount} needed; nothing is written about what is secured.")
            said = text.format(amount=self._quantity(record.needed, record))
            return Account(tuple(self.factor(item, record)), (said,), _("Write what is secured as secured:"))
        if reason.funding is not None and isinstance(record, Project):
            funding = record.funding[reason.funding]
            months = months_text(reason.months or ())
            inputs = [
                self.field(item, None, "funding", reason.funding, "paid"),
                self.field(item, funding.date, "funding", reason.funding, "date"),
                *self._funding_owner(item, funding, reason.funding),
            ]
            said = _("{source}: payments are planned for {months}, and no later figure was reported.").format(
                source=_(FUNDING_WORDS[funding.source]), months=months
            )
            return Account(tuple(inputs), (said,), _("Write what was paid as paid: with its date:"))
        inputs = [Given("log", None, "—", item.place), self.today()]
        text = _("No dated fact in the whole ledger: no task, problem or stage, no log entry, no figure.")
        return Account(tuple(inputs), (text,), _("Report: write what happened, with its day, into this file."))

    def _unreported_task(self, item: Item, task: Task, reason: Reason) -> Account:
        inputs = [
            self.field(item, task.started, "started"),
            self.field(item, self.claimed(task), "progress"),
            self.field(item, task.updated, "updated"),
            self.today(),
        ]
        if reason.basis == "nothing":
            text = _("Nobody wrote when it should begin, and no dated fact stands there.")
            if self.claimed(task) is not None and task.updated is None:
                text = _("Progress {n} % is claimed, but without its day: a claim is no report.").format(
                    n=task.progress
                )
            said = [text]
        else:
            if reason.basis == "start":
                inputs.insert(0, self.field(item, task.start, "start"))
                more: list[str] = []
            else:
                given, more = self._latest(item, self.assessment.schedule.plans[item.ref])
                inputs = [*given, *inputs]
            text = _("It should have begun by {day}, and no dated fact says that it did.")
            said = [*more, text.format(day=self.day(reason.since))]
        return Account(
            tuple(inputs), tuple(said), _("Write started: with its day, or progress: and its day as updated:, or done:")
        )

    # --- targets ---

    def _of_target(self, standing: Standing, fired: Fired) -> Account:
        if fired.clause.measure == "unreported":
            return self._owed(standing)
        if fired.clause.measure == "month_ratio":
            return self.of_month(standing)
        return self.of_pace(standing, fired.clause.measure)

    def _owed(self, standing: Standing) -> Account:
        places = self._where_to_report(standing)
        inputs = [self._figure(figure, standing) for figure in standing.provenance if figure.what == "target"]
        inputs += [Given("reports", None, "—", place) for place in places]
        due_day = self.workspace.settings.reporting.due_day
        due = _("day {n} of the next month").format(n=due_day)
        inputs += [self.setting(due_day, due, "reporting", "due_day"), self.today()]
        months = months_text(standing.missing)
        said = [
            _("Figures are due from day {n} of the next month; those of {months} are missing.").format(
                n=due_day, months=months
            )
        ]
        if standing.owing:
            said.append(
                _("They are owed by: {names}.").format(
                    names=listing([f"{self.names.project(ref)} {ref}" for ref in standing.owing])
                )
            )
        line = f"{{indicator: {standing.indicator}, month: {standing.missing[-1].text}, ytd: }}"
        return Account(
            tuple(inputs), tuple(said), _("Write the figures below reports:, such as {line}").format(line=line)
        )

    def _where_to_report(self, standing: Standing) -> list[Place]:
        projects = standing.owing or ((standing.scope,) if standing.scope_kind == "project" else ())
        found = [
            self.workspace.place_of(self.workspace.projects_by_id[project], "reports")
            for project in projects
            if project in self.workspace.projects_by_id
        ]
        return found or [Place(TARGETS_FILE, ("reports",))]

    def _figure(self, figure: Figure, standing: Standing) -> Given:
        names = {"target": "value", "plan": "targets.plan", "start": "stages.started.plan"}
        value = figure.value
        if figure.what == "plan":
            steps = sorted(self.assessment.target_of(standing).plan.items())
            text = listing(
                [
                    _("{amount} by the end of {month}").format(
                        month=month_text(month.first), amount=self.amount(amount, standing.measure)
                    )
                    for month, amount in steps
                ]
            )
            return Given(names["plan"], text, text, figure.place)
        if isinstance(value, Decimal):
            text = self.amount(value, standing.measure)
        else:
            text = self.day(value) if value is not None else "—"
        return Given(names.get(figure.what, str(figure.place.path[-1])), value, text, figure.place)

    def of_pace(self, standing: Standing, measure: Measure = "behind_points") -> Account:
        """How a target stands against its pace."""
        assert standing.done is not None
        assert standing.cutoff is not None
        inputs = tuple(self._figure(figure, standing) for figure in standing.provenance)
        said = [*self._done(standing), self._completion(standing), *self._pace(standing)]
        rate, pace, points, attained = standing.rate, standing.pace, standing.behind_points, standing.attainment
        if rate is not None and pace is not None and points is not None and attained is not None:
            if measure == "behind_points":
                behind, less = points > 0, standing.better == "less"
                first, second = (rate, pace) if behind == less else (pace, rate)
                text = _("100 × ({first} − {second}) = {points} behind.")
                if behind and less:
                    text = _("100 × ({first} − {second}) = {points} over what the pace allows.")
                elif less:
                    text = _("100 × ({first} − {second}) = {points} below what the pace allows.")
                elif not behind:
                    text = _("100 × ({first} − {second}) = {points} ahead.")
                points_said = measure_text("behind_points", abs(points))
                said.append(text.format(first=_share(first), second=_share(second), points=points_said))
            else:
                said.append(_ratio(standing, rate, pace, attained))
                if measure == "behind_share":
                    said.append(
                        _("1 − {ratio} = {share} below the pace.").format(
                            ratio=_share(attained), share=_share(1 - attained)
                        )
                    )
        return Account(inputs, tuple(said), self._needed(standing))

    def _done(self, standing: Standing) -> list[str]:
        """How the figure was put together, where it is more than one number."""
        added = [f for f in standing.provenance if f.what == "figure"]
        base = [f for f in standing.provenance if f.what == "base"]
        if len(added) + len(base) < 2:
            return []
        left = " + ".join(number_text(f.value) for f in added if isinstance(f.value, Decimal))
        right = "".join(f" − {number_text(f.value)}" for f in base if isinstance(f.value, Decimal))
        assert standing.done is not None
        return [_("Reached: {sum} = {done}.").format(sum=left + right, done=number_text(standing.done))]

    def _completion(self, standing: Standing) -> str:
        assert standing.done is not None
        return _("Completion at {day}: {done} ÷ {value} = {rate}.").format(
            day=self.day(standing.cutoff),
            done=number_text(standing.done),
            value=number_text(standing.value),
            rate=_share(standing.rate) if standing.rate is not None else "—",
        )

    def _pace(self, standing: Standing) -> list[str]:
        cutoff, pace = standing.cutoff, standing.pace
        assert cutoff is not None
        if pace is None:
            return []
        if standing.pace_by == "plan":
            return self._pace_by_plan(standing, cutoff, pace)
        last = standing.period.last
        if standing.pace_by == "linear_day":
            total = (last - standing.begins).days + 1
            text = _("Pace: {elapsed} of {total} days, from {first} to {day}: {pace}.")
        else:
            total = (last.year - standing.begins.year) * 12 + last.month - standing.begins.month + 1
            text = _("Pace: {elapsed} of {total} full months, from {first} to {day}: {pace}.")
        return [
            text.format(
                elapsed=int(pace * total),
                total=total,
                first=self.day(standing.begins),
                day=self.day(cutoff),
                pace=_share(pace),
            )
        ]

    def _pace_by_plan(self, standing: Standing, cutoff: date, pace: Fraction) -> list[str]:
        """The plan at the cutoff, on the straight line between the month ends around it."""
        steps = sorted((month.last, amount) for month, amount in self.assessment.target_of(standing).plan.items())
        earlier = [step for step in steps if step[0] < cutoff]
        later = [step for step in steps if step[0] >= cutoff]
        planned = _exact(pace * Fraction(standing.value))
        value = number_text(standing.value)
        said = [
            _("Pace: {planned} planned at {day}; {planned} ÷ {value} = {pace}.").format(
                planned=planned, day=self.day(cutoff), value=value, pace=_share(pace)
            )
        ]
        if later and later[0][0] == cutoff:
            return said
        first_day, low = earlier[-1] if earlier else (standing.begins - timedelta(days=1), Decimal(0))
        last_day, high = later[0] if later else (standing.period.last, standing.value)
        span, passed = (last_day - first_day).days, (cutoff - first_day).days
        if Fraction(low) + (Fraction(high) - Fraction(low)) * Fraction(passed, span) == pace * Fraction(standing.value):
            text = _(
                "Plan: {low} at {first}, {high} at {last}; {passed} of {span} days between: "
                "{low} + {rise} × {passed} ÷ {span} = {planned}."
            )
            line = text.format(
                low=number_text(low),
                first=self.day(first_day),
                high=number_text(high),
                last=self.day(last_day),
                passed=passed,
                span=span,
                rise=number_text(high - low),
                planned=planned,
            )
            said.insert(0, line)
        return said

    def _needed(self, standing: Standing) -> str:
        """What figure would leave no clause about the pace standing."""
        pace, done = standing.pace, standing.done
        if pace is None or done is None or standing.value <= 0:
            return ""
        slack = min((_slack(clause, pace) for clause in self._pace_clauses(standing)), default=Fraction(0))
        most = standing.better == "less"
        need = _stepped(Fraction(standing.value) * pace * (1 + slack if most else 1 - slack), standing, most)
        if self._fires(standing, need):  # the clause also holds at its very limit
            need += -_step(standing) if most else _step(standing)
        day = self.day(standing.cutoff)
        if most:
            return _("At most {amount} at {day} would be on pace.").format(
                amount=self.amount(need, standing.measure), day=day
            )
        if need <= done:
            return ""
        return _("{amount} at {day} would be green: {more} more than reported.").format(
            amount=self.amount(need, standing.measure), day=day, more=self.amount(need - done, standing.measure)
        )

    def _pace_clauses(self, standing: Standing) -> list[Clause]:
        return [
            clause
            for clause in self.workspace.rules.clauses
            if clause.measure in ("behind_points", "behind_share", "pace_ratio")
            and clause.light != "green"
            and clause.scope in (None, standing.scope_kind)
        ]

    def _fires(self, standing: Standing, done: Decimal) -> bool:
        """Whether a clause about the pace would hold for another figure."""
        measured = dict(measured_target(replace(standing, done=done), None))
        return any(
            clause.holds(measured[clause.measure])
            for clause in self._pace_clauses(standing)
            if clause.measure in measured
        )

    def judged_by_month(self, standing: Standing) -> bool:
        """Whether the rules look at the last month of a target, and there is one with a share of it."""
        if not any(clause.measure == "month_ratio" for clause in self.workspace.rules.clauses) or standing.missing:
            return False
        known = self.assessment.month_of(standing)
        return known is not None and known[2] != 0

    def of_month(self, standing: Standing) -> Account:
        """How the last month of a target stands against its share."""
        known = self.assessment.month_of(standing)
        assert known is not None
        month, amount, share = known
        ratio = amount / share
        reached = self.assessment.figures.reached(standing.scope, standing.indicator, month, signed=standing.signed)
        inputs = [
            self._figure(figure, standing)
            for figure in standing.provenance
            if figure.what in ("target", "plan", "start")
        ]
        inputs += [self._part(part, standing) for part in (*reached.added, *reached.base)]
        said = [
            _("The month's share of the target, {month}: {share}.").format(
                month=month_text(month.first), share=self.amount(share, standing.measure)
            ),
            _("The month's own amount: {amount} ÷ {share} = {ratio}.").format(
                amount=number_text(amount), share=_exact(share), ratio=_share(ratio)
            ),
        ]
        if standing.better == "less":
            text = _("Less is better: 2 − {ratio} = {attained}.")
            said.append(text.format(ratio=_share(ratio), attained=_share(2 - ratio)))
        limit = max(Fraction(c.value) for c in self.workspace.rules.clauses if c.measure == "month_ratio")
        if standing.better == "less":
            need = _stepped(share * (2 - limit), standing, down=True)
            mend = _("A month with at most {amount} is green.")
        else:
            need = _stepped(share * limit, standing)
            mend = _("A month with at least {amount} is green.")
        return Account(tuple(inputs), tuple(said), mend.format(amount=self.amount(need, standing.measure)))

    def _part(self, part: Part, standing: Standing) -> Given:
        report = part.known.report
        value = report.ytd if part.field == "ytd" else report.amount
        text = self.amount(value, standing.measure) if value is not None else "—"
        place = part.known.place
        return Given(part.field, value, text, Place(place.file, (*place.path, part.field)))


def _eve(day: date | None) -> date | None:
    """The day before the first one that is counted."""
    return day - timedelta(days=1) if day is not None else None


def _step(standing: Standing) -> Decimal:
    """The smallest part of a figure that is written: whole people and projects, else hundredths."""
    whole = standing.measure not in MONEY_UNITS and all(
        figure is None or figure == int(figure) for figure in (standing.value, standing.done)
    )
    return Decimal(1) if whole else Decimal("0.01")


def _stepped(need: Fraction, standing: Standing, down: bool = False) -> Decimal:
    """The next figure that can be written and is enough: a third of a person is nobody."""
    step = _step(standing)
    steps = need / Fraction(step)
    return (math.floor(steps) if down else math.ceil(steps)) * step


def _slack(clause: Clause, pace: Fraction) -> Fraction:
    """What share of the pace may be missing before a clause fires."""
    value = Fraction(clause.value)
    match clause.measure:
        case "behind_points":
            return value / 100 / pace
        case "pace_ratio":
            return 1 - value
        case _:
            return value


def _ratio(standing: Standing, rate: Fraction, pace: Fraction, attained: Fraction) -> str:
    text = _("{rate} ÷ {pace} = {ratio} of the pace.").format(
        rate=_share(rate), pace=_share(pace), ratio=_share(rate / pace)
    )
    if standing.better == "less":
        less = _("Less is better: 2 − {ratio} = {attained}.").format(
            ratio=_share(rate / pace), attained=_share(attained)
        )
        return joined(text, less)
    return text


def _ends(value: Fraction) -> bool:
    """Whether a number ends within four decimals."""
    return 10**4 % value.denominator == 0


def _decimals(value: Fraction) -> str:
    """A number in decimals: exact where it ends within four of them, else rounded to two."""
    if _ends(value):
        return number_text(Decimal(value.numerator) / Decimal(value.denominator))
    return points_text(value, 2, signed=False)


def _marked(text: str, value: Fraction) -> str:
    """A rounded number with its exact fraction beside it; one that ends as it is."""
    return text if _ends(value) else _("{rounded} ({exact})").format(rounded=text, exact=value)


def _exact(value: Fraction) -> str:
    """A number in decimals where it ends, else rounded with its fraction beside it."""
    return _marked(_decimals(value), value)


def _share(value: Fraction) -> str:
    """A rate in percent, as `_exact`."""
    percent = value * 100
    return _decimals(percent) + "%" if _ends(percent) else _marked(percent_text(value, 2), value)


def measure_text(measure: Measure, value: int | Fraction) -> str:
    """A measured value, or the one it is compared with, in the measure's own unit."""
    value = Fraction(value)
    if value < 0:
        return _("−{number}").format(number=measure_text(measure, -value))
    number = _decimals(value)
    match measure:
        case "behind_share" | "pace_ratio" | "month_ratio":
            return _share(value)
        case "behind_points":
            return _marked(_("{number} points").format(number=number), value)
        case "statistics_months":
            return _marked(_("{number} months").format(number=number), value)
        case "overdue_workdays" | "float":
            return (
                days_text(int(value), workdays=True) if _whole(value) else _("{number} workdays").format(number=number)
            )
        case "blocked" | "unreported" | "budget_funds_short":
            return _exact(value)
        case _:
            return days_text(int(value)) if _whole(value) else _("{number} days").format(number=number)


def _whole(value: Fraction) -> bool:
    return value.denominator == 1
