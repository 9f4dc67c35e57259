"""The reverse schedule of one task: forecast, latest start and finish, and what decides them."""

from __future__ import annotations

from datetime import date, timedelta

from projledger.analysis.assessment import Assessment
from projledger.analysis.schedule import Gaps, Schedule, TaskPlan, is_fresh, progress_on
from projledger.diagnostics import Place
from projledger.i18n import _
from projledger.models.project import Task
from projledger.models.workspace import Item
from projledger.reports.parts.words import workdays
from projledger.reports.why.accounts.inputs import Account, Given, Inputs, eve


class Plans:
    """Gives an account of the days of a plan."""

    def __init__(self, assessment: Assessment, inputs: Inputs) -> None:
        self.assessment = assessment
        self.workspace = assessment.workspace
        self.as_of = assessment.as_of
        self.inputs = inputs

    def behind_schedule(self, item: Item) -> Account:
        """How a task comes to finish too late by its forecast."""
        plan = self.assessment.schedule.plans[item.ref]
        inputs, said = self._forecast(item, plan)
        more, lines = self.latest(item, plan)
        late = -(plan.float or 0)
        text = _("Workdays after {latest}, up to {forecast}: {late}; float −{n}.").format(
            latest=self.inputs.day(plan.latest_finish),
            forecast=self.inputs.day(plan.forecast_finish),
            late=workdays(late),
            n=late,
        )
        project = item.project.id if item.project else item.ref
        if self._binding(plan) is None:
            mend = _(
                "Gain {workdays} (ways: projledger schedule {project}), or have an extension to {day} approved."
            ).format(workdays=workdays(late), project=project, day=self.inputs.day(plan.forecast_finish))
        else:
            mend = _("Gain {workdays} (ways: projledger schedule {project}).").format(
                workdays=workdays(late), project=project
            )
        between = self.inputs.off_days(item.project, plan.latest_finish, plan.forecast_finish)
        text = self.inputs.around_pauses(text, item.project, plan.latest_finish, plan.forecast_finish)
        return Account((*inputs, *more, self.inputs.today(), *between), (*said, *lines, text), mend)

    def _forecast(self, item: Item, plan: TaskPlan) -> tuple[list[Given], list[str]]:
        """From today to the forecast finish."""
        task, schedule = plan.task, self.assessment.schedule
        inputs: list[Given] = []
        said: list[str] = []
        if task.duration is not None:
            inputs.append(self.inputs.field(item, task.duration, "duration"))
        elif plan.duration:
            inputs += [self.inputs.field(item, task.start, "start"), self.inputs.field(item, task.deadline, "deadline")]
            inputs += self.inputs.off_days(item.project, eve(task.start), task.deadline)
            said.append(
                _("No duration stands there: from {start} to {deadline} it is {workdays}.").format(
                    start=self.inputs.day(task.start),
                    deadline=self.inputs.day(task.deadline),
                    workdays=workdays(plan.duration),
                )
            )
        if plan.state == "under_way":
            inputs += [
                self.inputs.field(item, self.inputs.claimed(task), "progress"),
                self.inputs.field(item, task.updated, "updated"),
            ]
            said.append(self._remaining(plan))
        driver = self._driver(schedule, item.ref)
        if driver is not None:
            other = schedule.plans[driver]
            inputs.append(self.after(item, driver))
            said.append(
                _("It waits for {name}, forecast to finish on {day}.").format(
                    name=self.inputs.names.item(driver), day=self.inputs.day(other.forecast_finish or other.deadline)
                )
            )
        if plan.milestone:
            said.append(_("Forecast: {day}.").format(day=self.inputs.day(plan.forecast_finish)))
        else:
            since = self._rested_since(plan, driver)
            inputs += self.inputs.off_days(item.project, since, plan.forecast_finish)
            text = _("{remaining} from {start} on: forecast to finish on {day}.")
            if plan.state == "under_way" and driver is None:
                text = self._counted_from(plan) or text
            text = text.format(
                remaining=workdays(plan.remaining or 0),
                start=self.inputs.day(plan.forecast_start),
                day=self.inputs.day(plan.forecast_finish),
            )
            said.append(self.inputs.around_pauses(text, item.project, since, plan.forecast_finish))
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
        since = [plans[driver].forecast_finish] if driver is not None else [plan.task.updated, eve(self.as_of)]
        for day in (eve(plan.task.start), *since):
            if day is not None and self.workspace.calendar.first_on_or_after(day + timedelta(days=1)) == begins:
                return day
        return eve(begins)

    def _driver(self, schedule: Schedule, ref: str) -> str | None:
        chain = schedule.driven_by(ref)
        return chain[-2] if len(chain) > 1 else None

    def after(self, item: Item, ref: str) -> Given:
        """Where a task says what it waits for."""
        task = item.record
        assert isinstance(task, Task)
        assert item.project is not None
        number = next(n for n, one in enumerate(task.after) if self.workspace.absolute(item.project, one) == ref)
        return Given(
            "after", ref, self.inputs.names.item(ref), Place(item.place.file, (*item.place.path, "after", number))
        )

    def latest(self, item: Item, plan: TaskPlan) -> tuple[list[Given], list[str]]:
        """From the deadline back to the latest finish and start."""
        binding = self._binding(plan)
        if binding is None:
            # A deadline on a rest day means the last workday before it.
            inputs = [
                *self.inputs.deadline(item),
                *self.inputs.off_days(item.project, eve(plan.latest_finish), plan.deadline),
            ]
            said = [_("Latest finish, from its deadline: {day}.").format(day=self.inputs.day(plan.latest_finish))]
        else:
            waiting = self.workspace.items[binding.ref]
            inputs = [self.after(waiting, plan.ref), *self.inputs.deadline(waiting)]
            said = [
                _("Latest finish {day}: {name} waits for it and has to begin by {start}.").format(
                    day=self.inputs.day(plan.latest_finish),
                    name=self.inputs.names.item(binding.ref),
                    start=self.inputs.day(binding.latest_start),
                )
            ]
        if plan.state == "not_started" and not plan.milestone:
            before = eve(plan.latest_start)
            inputs += self.inputs.off_days(item.project, before, plan.latest_finish)
            text = _("{length} before that: latest start {day}.").format(
                length=workdays(plan.remaining or 0), day=self.inputs.day(plan.latest_start)
            )
            said.append(self.inputs.around_pauses(text, item.project, before, plan.latest_finish))
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
