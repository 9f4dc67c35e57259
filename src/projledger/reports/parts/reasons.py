"""Reasons of lagging in words, and the names of what they are about. Reports that speak of lateness share this."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from projledger.analysis.lagging import Lag
from projledger.analysis.pace import Standing
from projledger.analysis.reasons import Reason
from projledger.calendar import day_text, period_text
from projledger.i18n import _
from projledger.models.place import Decision, Meeting
from projledger.models.project import Project
from projledger.models.types import FACTORS, STAGES
from projledger.models.workspace import Workspace
from projledger.quantities import days_text, money_text, percent_text, points_text
from projledger.reports.parts.words import FUNDING_WORDS, STAGE_WORDS, factor_word, months_text, workdays


class Names:
    """The names of everything that a reference can name, found without listing the whole workspace."""

    def __init__(self, workspace: Workspace, standings: tuple[Standing, ...] = ()) -> None:
        self.workspace = workspace
        self._standings = {standing.ref: standing for standing in standings}
        self._of_project: dict[str, dict[str, str]] = {}

    def project(self, project_id: str | None) -> str:
        """The name of a project; empty for none."""
        project = self.workspace.projects_by_id.get(project_id) if project_id is not None else None
        return project.name if project is not None else project_id or ""

    def item(self, ref: str) -> str:
        """What an item is called, without its project: a task, a problem, a stage, a target; else its reference."""
        standing = self._standings.get(ref)
        if standing is not None:
            return _("{name}, {period}").format(name=standing.name, period=period_text(standing.period))
        project_id, _slash, name = ref.partition("/")
        project = self.workspace.projects_by_id.get(project_id)
        if project is None:
            decided = self._decision(ref)
            return decided[1].text if decided is not None else ref
        if not name:
            return project.name
        if project_id not in self._of_project:
            self._of_project[project_id] = _items_of(project)
        return self._of_project[project_id].get(name, ref)

    def meeting(self, ref: str) -> str:
        """What the meeting of a decision is called: by its chain, if it is one's, and its day."""
        decided = self._decision(ref)
        if decided is None:
            return ref
        meeting = decided[0]
        if meeting.chain is None:
            return _("meeting of {day}").format(day=day_text(meeting.date))
        name = self.workspace.chain_name(meeting.chain)
        return _("meeting of {chain}, {day}").format(chain=name, day=day_text(meeting.date))

    def _decision(self, ref: str) -> tuple[Meeting, Decision] | None:
        meeting_id, _slash, name = ref.partition("/")
        return next(
            (
                (meeting, decision)
                for meeting in self.workspace.meetings
                if meeting.id == meeting_id
                for decision in meeting.decisions
                if decision.id == name
            ),
            None,
        )

    def lag(self, lag: Lag, item: str | None = None) -> str:
        """What something is called in a list: with its project or, of a target, whose it is.

        `item` is what it is called by itself, where that is known already.
        """
        if lag.kind == "project":
            return lag.name
        item = self.item(lag.ref) if item is None else item
        if lag.project is not None:
            return _("{project} · {item}").format(project=self.project(lag.project), item=item)
        if lag.kind == "decision":
            return _("{project} · {item}").format(project=self.meeting(lag.ref), item=item)
        standing = self._standings.get(lag.ref)
        scope = standing.scope_name if standing is not None else lag.ref.partition("/")[0]
        return _("{project} · {item}").format(project=scope, item=item)


def _items_of(project: Project) -> dict[str, str]:
    named: dict[str, str] = {}
    for factor in FACTORS:
        named[factor] = factor_word(factor)
    for stage in STAGES:
        named[stage] = _(STAGE_WORDS[stage])
    for problem in reversed(project.problems):
        named[problem.id] = problem.text
    for task in reversed(project.tasks):
        named[task.id] = task.name
    return named


def reason_text(reason: Reason, workspace: Workspace, as_of: date, names: Names) -> str:
    """A reason in words with its figures: `22 days overdue (15 workdays)`, `逾期22天（15个工作日）`."""
    days = days_text(reason.days or 0)
    late = workdays_of(reason, workspace, as_of, in_brackets=reason.code != "behind_schedule")
    since = day_text(reason.since, as_of) if reason.since is not None else ""
    match reason.code:
        case "overdue" if reason.basis == "limit":
            text = _("statutory limit {day}, passed {days} ago ({workdays})")
            return text.format(day=since, days=days, workdays=late)
        case "overdue":
            return _("{days} overdue ({workdays})").format(days=days, workdays=late)
        case "due_soon":
            return _("due in {days}").format(days=days) if reason.days else _("due today")
        case "late_start" if reason.basis == "start":
            text = _("should have begun on {day}: {days} late ({workdays})")
            return text.format(day=since, days=days, workdays=late)
        case "late_start":
            text = _("had to begin by {day}: {days} late ({workdays})")
            return text.format(day=since, days=days, workdays=late)
        case "behind_schedule":
            return forecast_text(reason.forecast, late, reason.needed, as_of)
        case "behind_pace":
            text = _("{rate} done of {pace} due by now, {points} points behind pace")
            if reason.better == "less":
                text = _("{rate} used of {pace} allowed by now, {points} points over what the pace allows")
            points = points_text(reason.points or Fraction(0), signed=False)
            rate, pace = _checkable(reason.rate or Fraction(0), reason.pace or Fraction(0), points)
            return text.format(rate=rate, pace=pace, points=points)
        case "behind_month":
            return _("only {rate} of the month's share").format(rate=percent_text(reason.ratio or Fraction(0)))
        case "stalled" if reason.basis == "fact":
            return _("no news for {days}, since {day}").format(days=days, day=since)
        case "stalled":
            return _("should have begun on {day}; no news for {days}").format(day=since, days=days)
        case "blocked":
            return _blocked_text(reason, names)
        case "missed_stage":
            return _("{days} past its planned date ({workdays})").format(days=days, workdays=late)
        case "not_in_statistics":
            return _("not in the statistics {days} after the start").format(days=days)
        case "funds_unpaid":
            amount = money_text(reason.amount, workspace.settings.money_unit) if reason.amount is not None else ""
            return _("{source}: {amount} not paid to plan").format(source=_source(reason), amount=amount)
        case "unreported":
            return _unreported_text(reason, since)


def forecast_text(forecast: date | None, late: str, needed: date | None, as_of: date) -> str:
    """When an item is forecast to finish and how late that is: for what comes after it, where that needs it by a day.

    A forecast before the item's own deadline can be late: without that day nobody could make out by what.
    """
    day = day_text(forecast, as_of) if forecast is not None else ""
    if needed is None:
        return _("forecast {day}, {workdays} late").format(day=day, workdays=late)
    return _("needed by {needed} for what comes after it, forecast {day}, {workdays} late").format(
        needed=day_text(needed, as_of), day=day, workdays=late
    )


def _checkable(rate: Fraction, pace: Fraction, points: str) -> tuple[str, str]:
    """A rate and a pace whose difference, as they are shown, is the one that is said: with two decimals if need be."""
    shown = [Fraction(points_text(100 * share, signed=False)) for share in (rate, pace)]
    digits = 1 if points_text(abs(shown[1] - shown[0]), signed=False) == points else 2
    return percent_text(rate, digits), percent_text(pace, digits)


def workdays_of(reason: Reason, workspace: Workspace, as_of: date, in_brackets: bool = False) -> str:
    """The workdays of a reason, marked where they were counted through a year that is not published.

    What goes into brackets has none of its own.
    """
    count = abs(reason.float) if reason.float is not None else reason.workdays or 0
    ends = [day for day in (reason.since, reason.forecast, reason.latest) if day is not None]
    calendar = workspace.calendar
    unconfirmed = any(calendar.unconfirmed_years(as_of, day) for day in ends)
    if unconfirmed and in_brackets:
        return _("{count}, unconfirmed").format(count=workdays(count))
    return workdays(count, unconfirmed)


def _blocked_text(reason: Reason, names: Names) -> str:
    cause, root = reason.cause or "", reason.root or ""
    if cause == root:
        return _("held up by: {name}").format(name=names.item(cause))
    return _("held up by: {name}, at the bottom: {root}").format(name=names.item(cause), root=names.item(root))


def _source(reason: Reason) -> str:
    return _(FUNDING_WORDS[reason.source]) if reason.source is not None else ""


def _unreported_text(reason: Reason, since: str) -> str:
    match reason.basis:
        case "figure" if reason.source is not None:
            text = _("{source}: payments not reported: {months}")
            return text.format(source=_source(reason), months=months_text(reason.months or ()))
        case "figure":
            return _("not reported: {months}").format(months=months_text(reason.months or ()))
        case "plan":
            return _("planned for {day}; a later stage was reached, the day of this one is not reported").format(
                day=since
            )
        case "start" | "latest_start":
            return _("nothing reported since {day}").format(day=since)
        case _:
            return _("nothing reported")
