"""How a task, a problem, a stage, a factor, a decision or a project comes to lag."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from projledger.analysis import facts
from projledger.analysis.assessment import Assessment
from projledger.analysis.meetings import became
from projledger.analysis.reasons import Reason
from projledger.calendar import Period, month_text
from projledger.diagnostics import Place
from projledger.i18n import _, joined, ngettext
from projledger.models.place import Decision
from projledger.models.project import Factor, Funding, Problem, Project, Stage, Task
from projledger.models.workspace import Item
from projledger.quantities import days_text
from projledger.reports.parts.reasons import workdays_of
from projledger.reports.parts.words import FUNDING_WORDS, STATE_WORDS, months_text, workdays
from projledger.reports.why.accounts.inputs import FACT_WORDS, Account, Given, Inputs, eve
from projledger.reports.why.accounts.plans import Plans


class Items:
    """Gives an account of the reasons of everything that is no target."""

    def __init__(self, assessment: Assessment, inputs: Inputs) -> None:
        self.assessment = assessment
        self.workspace = assessment.workspace
        self.as_of = assessment.as_of
        self.inputs = inputs
        self.plans = Plans(assessment, inputs)

    def of(self, item: Item, reason: Reason) -> Account:
        """How an item came to lag."""
        match reason.code:
            case "overdue":
                return self._overdue(item, reason)
            case "due_soon":
                return self._due_soon(item, reason)
            case "late_start":
                return self._late_start(item, reason)
            case "behind_schedule":
                return self.plans.behind_schedule(item)
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
                since=self.inputs.day(since), today=self.inputs.day(self.as_of), days=days
            )
        else:
            text = _("After {since}, up to {today}: {days}, of which {workdays}.").format(
                since=self.inputs.day(since),
                today=self.inputs.day(self.as_of),
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
                self.inputs.field(item, record.started, "started"),
                Given(
                    "limit", record.limit, workdays(record.limit), Place(item.place.file, (*item.place.path, "limit"))
                ),
                self.inputs.field(item, record.done, "done"),
                self.inputs.today(),
                *self.inputs.off_days(item.project, record.started, self.as_of),
            ]
            text = _("{workdays} after {started}: the statutory limit ends on {day}.").format(
                workdays=workdays(record.limit), started=self.inputs.day(record.started), day=self.inputs.day(since)
            )
            text = self.inputs.around_pauses(text, item.project, record.started, since)
            mend = _("Finish it, and write its day as done:")
            return Account(tuple(inputs), (text, self._counted(item, reason, since)), mend)
        done = "submitted" if isinstance(record, Problem) else "done"
        state = (
            self.inputs.factor(item, record)
            if isinstance(record, Factor)
            else [self.inputs.field(item, getattr(record, done), done)]
        )
        project = self._project_of(item)
        inputs = [
            *self.inputs.deadline(item),
            *state,
            self.inputs.today(),
            *self.inputs.pauses(project, since, self.as_of),
            *self.inputs.off_days(project, since, self.as_of),
        ]
        if isinstance(record, Factor):
            mend = _("Secure {amount}, and write what is secured as secured:").format(amount=self.inputs.short(record))
        elif isinstance(record, Decision):
            mend = _("Carry it out, and write its day as done: with evidence:")
        elif isinstance(record, Problem):
            mend = _("Submit the solution (submitted:), then have it verified and closed; or an approved extension.")
        elif any(other.basis == "limit" for other in self.assessment.reasons(item.ref)):
            mend = _("Finish it, and write its day as done:")  # an extension does not move what the law sets
        else:
            mend = _("Finish it and write its day as done:, or have an extension approved (extensions:).")
        return Account(tuple(inputs), (self._counted(item, reason, since),), mend)

    def _due_soon(self, item: Item, reason: Reason) -> Account:
        threshold = self.workspace.settings.thresholds.due_soon
        since = reason.since
        assert since is not None
        inputs = [
            *self.inputs.deadline(item),
            self.inputs.today(),
            self.inputs.setting(threshold, days_text(threshold), "thresholds", "due_soon"),
        ]
        text = _("After {today}, up to {day}: {days}; due soon within {threshold}.").format(
            today=self.inputs.day(self.as_of),
            day=self.inputs.day(since),
            days=days_text(reason.days or 0),
            threshold=days_text(threshold),
        )
        if isinstance(item.record, Factor):
            inputs[1:1] = self.inputs.factor(item, item.record)
            mend = _("Secure {amount} by {day}, and write what is secured as secured:").format(
                amount=self.inputs.short(item.record), day=self.inputs.day(since)
            )
        elif isinstance(item.record, Stage):
            mend = _("Reach it by {day}, and write its day as actual:").format(day=self.inputs.day(since))
        elif isinstance(item.record, Problem):
            text_of = _("Submit the solution by {day} (submitted:), then have it verified and closed.")
            mend = text_of.format(day=self.inputs.day(since))
        else:
            mend = _("Finish it by {day}, and write its day as done:").format(day=self.inputs.day(since))
        return Account(tuple(inputs), (text,), mend)

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
            self.inputs.field(item, task.started, "started"),
            self.inputs.field(item, self.inputs.claimed(task), "progress"),
            self.inputs.today(),
        ]
        said: list[str] = []
        if reason.basis == "start":
            inputs.insert(0, self.inputs.field(item, task.start, "start"))
            if task.start != since:
                text = _("The planned start {day} is a rest day: the next workday is {next}.")
                said.append(text.format(day=self.inputs.day(task.start), next=self.inputs.day(since)))
                inputs += self.inputs.off_days(item.project, eve(task.start), since)
        else:
            more, lines = self.plans.latest(item, self.assessment.schedule.plans[item.ref])
            inputs = [*more, *inputs]
            said += lines
        inputs += self.inputs.off_days(item.project, since, self.as_of)
        said.append(self._counted(item, reason, since))
        return Account(tuple(inputs), tuple(said), _("Start it, and write its day as started:"))

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
            inputs.append(Given(fact.what, fact.day, self.inputs.day(fact.day), place))
            said = _("The last dated fact ({what}) is of {day}.").format(
                what=_(FACT_WORDS[fact.what]), day=self.inputs.day(since)
            )
        else:
            if isinstance(item.record, Task) and reason.basis == "start":
                inputs.append(self.inputs.field(item, item.record.start, "start"))
            said = _("It should have begun on {day}, and nothing has been reported since.").format(
                day=self.inputs.day(since)
            )
        inputs.append(self.inputs.setting(threshold, days_text(threshold), "thresholds", "stalled", rhythm))
        inputs += [self.inputs.today(), *self.inputs.pauses(project, since, self.as_of)]
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
            name = self.inputs.names.item(ref)
            if isinstance(other.record, Problem):
                inputs += [self._blocks(other, item.ref), self.inputs.field(other, other.record.closed, "closed")]
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
                inputs += [self.plans.after(item, ref), *account.inputs]
                said.append(_("It waits for {ref}, {name}, which is overdue.").format(ref=ref, name=name))
                said += account.arithmetic
                mends.append(_("Finish {ref} ({name}).").format(ref=ref, name=name))
        root = reason.root
        if root is not None and root != cause:
            said.append(_("At the bottom of it: {ref}, {name}.").format(ref=root, name=self.inputs.names.item(root)))
            found = self.workspace.items[root]
            inputs.append(Given("root", root, self.inputs.names.item(root), found.place))
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
            *self.inputs.deadline(item),
            self.inputs.field(item, stage.actual, "actual"),
            self.inputs.today(),
            *self.inputs.pauses(item.project, since, self.as_of),
            *self.inputs.off_days(item.project, since, self.as_of),
        ]
        mend = _("Reach it and write its day as actual:, or have an extension approved (extensions:).")
        return Account(tuple(inputs), (self._counted(item, reason, since),), mend)

    def _not_in_statistics(self, item: Item, reason: Reason) -> Account:
        since, elapsed = reason.since, reason.elapsed
        assert since is not None
        assert elapsed is not None
        inputs = (
            self.inputs.field(item, since, "stages", "started", "actual"),
            self.inputs.field(item, None, "in_statistics"),
            self.inputs.today(),
            *self.inputs.pauses(item.project, since, self.as_of),
        )
        months = int(elapsed)
        text = ngettext("{n} month and part of the next", "{n} months and part of the next", months).format(n=months)
        if elapsed == months:
            text = ngettext("{n} month", "{n} months", months).format(n=months)
        said = _("Started on {day}; up to {today}: {months}.").format(
            day=self.inputs.day(since), today=self.inputs.day(self.as_of), months=text
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
                self.inputs.amount(planned, unit),
                self.workspace.place_of(project, "funding", number, "plan", month.text),
            ),
            Given(
                "funding.paid",
                funding.paid,
                self.inputs.amount(paid, unit),
                self.workspace.place_of(project, "funding", number, "paid"),
            ),
            self.inputs.field(item, funding.date, "funding", number, "date"),
            *self._funding_owner(item, funding, number),
        )
        said = _("{source}: {planned} planned by the end of {month}, {paid} paid: {short} short.").format(
            source=_(FUNDING_WORDS[funding.source]),
            planned=self.inputs.amount(planned, unit),
            month=month_text(since),
            paid=self.inputs.amount(paid, unit),
            short=self.inputs.amount(reason.amount or Decimal(0), unit),
        )
        return Account(inputs, (said,), _("Pay what the plan asks, and write the sum as paid: with its date:"))

    def _funding_owner(self, item: Item, funding: Funding, number: int) -> list[Given]:
        """Who answers for money of its own owner."""
        return [self.inputs.field(item, funding.owner, "funding", number, "owner")] if funding.owner is not None else []

    def _unreported(self, item: Item, reason: Reason) -> Account:
        record = item.record
        if isinstance(record, Stage):
            inputs = [*self.inputs.deadline(item), self.inputs.field(item, None, "actual")]
            text = _("Planned for {day}; a later stage was reached, so this one was too, but its day is not reported.")
            return Account(
                tuple(inputs),
                (text.format(day=self.inputs.day(reason.since)),),
                _("Write the day it was reached as actual:"),
            )
        if isinstance(record, Task):
            return self._unreported_task(item, record, reason)
        if isinstance(record, Factor):
            text = _("{amount} needed; nothing is written about what is secured.")
            said = text.format(amount=self.inputs.quantity(record.needed, record))
            return Account(tuple(self.inputs.factor(item, record)), (said,), _("Write what is secured as secured:"))
        if reason.funding is not None and isinstance(record, Project):
            funding = record.funding[reason.funding]
            months = months_text(reason.months or ())
            inputs = [
                self.inputs.field(item, None, "funding", reason.funding, "paid"),
                self.inputs.field(item, funding.date, "funding", reason.funding, "date"),
                *self._funding_owner(item, funding, reason.funding),
            ]
            said = _("{source}: payments are planned for {months}, and no later figure was reported.").format(
                source=_(FUNDING_WORDS[funding.source]), months=months
            )
            return Account(tuple(inputs), (said,), _("Write what was paid as paid: with its date:"))
        inputs = [Given("log", None, "—", item.place), self.inputs.today()]
        text = _("No dated fact in the whole ledger: no task, problem or stage, no log entry, no figure.")
        return Account(tuple(inputs), (text,), _("Report: write what happened, with its day, into this file."))

    def _unreported_task(self, item: Item, task: Task, reason: Reason) -> Account:
        inputs = [
            self.inputs.field(item, task.started, "started"),
            self.inputs.field(item, self.inputs.claimed(task), "progress"),
            self.inputs.field(item, task.updated, "updated"),
            self.inputs.today(),
        ]
        if reason.basis == "nothing":
            text = _("Nobody wrote when it should begin, and no dated fact stands there.")
            if self.inputs.claimed(task) is not None and task.updated is None:
                text = _("Progress {n} % is claimed, but without its day: a claim is no report.").format(
                    n=task.progress
                )
            said = [text]
        else:
            if reason.basis == "start":
                inputs.insert(0, self.inputs.field(item, task.start, "start"))
                more: list[str] = []
            else:
                given, more = self.plans.latest(item, self.assessment.schedule.plans[item.ref])
                inputs = [*given, *inputs]
            text = _("It should have begun by {day}, and no dated fact says that it did.")
            said = [*more, text.format(day=self.inputs.day(reason.since))]
        return Account(
            tuple(inputs), tuple(said), _("Write started: with its day, or progress: and its day as updated:, or done:")
        )
