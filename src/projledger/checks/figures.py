"""Targets, reported figures and money that contradict themselves."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from projledger.calendar import Period, day_text, month_text, period_text
from projledger.checks.inspection import Inspection
from projledger.checks.rule import check
from projledger.diagnostics import Finding, Place
from projledger.i18n import _
from projledger.models.place import Report
from projledger.models.workspace import TARGETS_FILE


@check("one-figure", "error")
def one_figure(seen: Inspection) -> Iterator[Finding]:
    """A report has both `ytd` and `amount`, or no figure at all.

    A report that tells only the physical progress (`image`) or the figure since the start needs neither.

    Why: two figures of one month can contradict each other, and an empty report looks as if something was reported.

    Example:

        reports:
          - {indicator: investment, month: 2024-05, ytd: 6400, amount: 2500}

    Remedy: write `ytd` (since January) or `amount` (the month alone), not both; delete a report without a figure.
    """
    for file, scope, index, report in seen.reports:
        ref = f"{scope}/{report.indicator}/{report.month}"
        if report.ytd is not None and report.amount is not None:
            message = _("the report {ref} has both ytd and amount").format(ref=ref)
            help_ = _("keep ytd, the figure since January, or amount, the month's own")
            yield Finding("one-figure", Place(file, ("reports", index, "amount")), message, help_)
        elif (
            report.ytd is None
            and report.amount is None
            and report.image is None
            and report.since_start is None
            and report.yoy_reported is None
        ):
            message = _("the report {ref} has no figure").format(ref=ref)
            help_ = _("add “ytd: …”, the figure since January, or “amount: …”, the month's own")
            yield Finding("one-figure", Place(file, ("reports", index), "mapping"), message, help_)


@check("foreign-scope", "error")
def foreign_scope(seen: Inspection) -> Iterator[Finding]:
    """A target or report in a project's ledger names another scope than the project.

    Why: a project's ledger holds the project's own figures; one that is meant for its park would be counted wrongly.

    Example:

        id: P001
        reports:
          - {indicator: investment, month: 2024-05, ytd: 6400, scope: furong-park}

    Remedy: leave `scope` out; put figures of a unit, a chain or the whole place into targets.yaml.
    """
    for project, file in seen.projects:
        scopes = [("targets", i, target.scope) for i, target in enumerate(project.targets)]
        scopes += [("reports", i, report.scope) for i, report in enumerate(project.reports)]
        for section, index, scope in scopes:
            if scope is not None and scope != project.id and seen.sure(Place(file, ("id",)), "id"):
                message = _("{item}: the scope “{scope}” is not this project").format(
                    item=seen.project(project), scope=scope
                )
                help_ = _("leave scope out here; figures of others belong into targets.yaml")
                yield Finding("foreign-scope", Place(file, (section, index, "scope")), message, help_)


@check("report-dates", "error")
def report_dates(seen: Inspection) -> Iterator[Finding]:
    """A figure's cutoff lies outside of its month, or the figure was known before its cutoff or its month.

    Why: pace is taken at the cutoff, and a figure counts from the day it became known.

    Example:

        reports:
          - {indicator: investment, month: 2024-05, ytd: 6400, cutoff: 2024-04-30}

    Remedy: correct `month`, `cutoff` or `reported`.
    """
    for file, scope, index, report in seen.reports:
        fault = _report_fault(report, f"{scope}/{report.indicator}/{report.month}")
        if fault is not None:
            key, message = fault
            yield Finding(
                "report-dates",
                Place(file, ("reports", index, key)),
                message,
                _("correct the one that is wrong"),
                ((Place(file, ("reports", index, "month")), "month"),),
            )


def _report_fault(report: Report, ref: str) -> tuple[str, str] | None:
    month, cutoff, reported = report.month, report.cutoff, report.reported
    if cutoff is not None and not month.contains(cutoff):
        return "cutoff", _("the report {ref}: the cutoff {day} does not lie in {month}").format(
            ref=ref, day=day_text(cutoff), month=month_text(month.first)
        )
    if reported is not None and cutoff is not None and reported < cutoff:
        return "reported", _("the report {ref}: reported on {day}, before its cutoff on {other}").format(
            ref=ref, day=day_text(reported), other=day_text(cutoff)
        )
    if reported is not None and reported < month.first:
        return "reported", _("the report {ref}: reported on {day}, before {month} began").format(
            ref=ref, day=day_text(reported), month=month_text(month.first)
        )
    return None


@check("falling-ytd", "warning")
def falling_ytd(seen: Inspection) -> Iterator[Finding]:
    """A cumulative figure is lower than that of an earlier month of the same year.

    Why: figures are corrected now and then, but a lost digit looks the same and spoils every rate after it.

    Example:

        reports:
          - {indicator: investment, month: 2024-04, ytd: 3900}
          - {indicator: investment, month: 2024-05, ytd: 640}

    Remedy: correct the figure that is wrong; if it was corrected officially, correct the earlier months too.
    """
    series: dict[tuple[str, str, int], dict[Period, tuple[tuple[object, ...], Decimal, Place]]] = {}
    for file, scope, index, report in seen.reports:
        if report.ytd is not None and file not in seen.stray_reports:
            months = series.setdefault((scope, report.indicator, report.month.first.year), {})
            cutoff = report.cutoff or report.month.last
            known = (cutoff, report.reported or cutoff, index)
            if report.month not in months or known > months[report.month][0]:  # the latest word on a month
                months[report.month] = (known, report.ytd, Place(file, ("reports", index, "ytd")))
    for (scope, indicator, _year), months in series.items():
        before: tuple[Period, Decimal, Place] | None = None
        for month in sorted(months):
            _known, ytd, place = months[month]
            if before is not None and ytd < before[1]:
                message = _("the cumulative figure {ref} is {ytd}, less than {other} in {month}").format(
                    ref=f"{scope}/{indicator}/{month}", ytd=ytd, other=before[1], month=month_text(before[0].first)
                )
                help_ = _("correct the figure that is wrong")
                yield Finding("falling-ytd", place, message, help_, ((before[2], month_text(before[0].first)),))
            before = (month, ytd, place)


@check("target-value", "warning")
def target_value(seen: Inspection) -> Iterator[Finding]:
    """A target is negative, or zero where more is better.

    Why: nothing can be held against it, so it never gets a light. Zero is a target only where less is better.

    Example:

        targets:
          - {indicator: investment, period: 2024, value: 0}

    Remedy: write what should be reached by the end of the period, or take the target out.
    """
    indicators = seen.workspace.targets.indicators
    for file, path, _scope, target in seen.targets:
        indicator = indicators.get(target.indicator)
        less = indicator is not None and indicator.better == "less"
        if target.value < 0 or (target.value == 0 and not less):
            ref = f"{target.indicator}/{target.period}"
            message = _("the target {ref} is {value}: nothing can be held against it").format(
                ref=ref, value=target.value
            )
            help_ = _("write what should be reached by the end of the period")
            yield Finding("target-value", Place(file, (*path, "value")), message, help_)


@check("target-plan", "error")
def target_plan(seen: Inspection) -> Iterator[Finding]:
    """A target's monthly plan leaves its period, falls, or exceeds the target.

    Why: the pace is the plan divided by the target: these would make it jump, fall, or pass 100 percent.

    Example:

        targets:
          - {indicator: investment, period: 2024, value: 22000, plan: {2024-06: 9000, 2024-09: 1600, 2024-12: 22000}}

    Remedy: write cumulative figures at month ends inside the period, none above the target's value.
    """
    for file, path, _scope, target in seen.targets:
        before: tuple[Period, Decimal] | None = None
        for month in sorted(target.plan):
            planned = target.plan[month]
            place = Place(file, (*path, "plan", month.text))
            ref = f"{target.indicator}/{target.period}"
            if not (target.period.first <= month.first and month.last <= target.period.last):
                message = _("the plan of the target {ref} names {month}, which is not in {period}").format(
                    ref=ref, month=month_text(month.first), period=period_text(target.period)
                )
                help_ = _("write month ends inside the period")
                yield Finding("target-plan", Place(file, place.path, "key"), message, help_)
                continue
            if before is not None and planned < before[1]:
                message = _("the plan of the target {ref} falls from {other} to {planned} in {month}").format(
                    ref=ref, other=before[1], planned=planned, month=month_text(month.first)
                )
                help_ = _("write cumulative figures, each at least the one before")
                yield Finding("target-plan", place, message, help_)
            elif planned > target.value > 0:
                message = _("the plan of the target {ref} is {planned} in {month}, more than its value {value}").format(
                    ref=ref, planned=planned, month=month_text(month.first), value=target.value
                )
                help_ = _("write cumulative figures up to the target's value")
                related = ((Place(file, (*path, "value")), "value"),)
                yield Finding("target-plan", place, message, help_, related)
            before = (month, planned)


@check("falling-payments", "error")
def falling_payments(seen: Inspection) -> Iterator[Finding]:
    """A plan of payments falls from one month to a later one.

    Why: the plan is cumulative; what was paid is compared with it.

    Example:

        funding:
          - {source: special_bond, awarded: 6000, plan: {2024-03: 2000, 2024-06: 500}}

    Remedy: write for each month what should have been paid by its end.
    """
    for project, file in seen.projects:
        for index, funding in enumerate(project.funding):
            if len(funding.plan) < 2:
                continue
            months = sorted(funding.plan)
            for earlier, month in pairwise(months):
                if funding.plan[month] < funding.plan[earlier]:
                    message = _("{item}: the planned payments fall from {other} to {planned} in {month}").format(
                        item=seen.project(project),
                        other=funding.plan[earlier],
                        planned=funding.plan[month],
                        month=month_text(month.first),
                    )
                    help_ = _("write cumulative figures, each at least the one before")
                    place = Place(file, ("funding", index, "plan", month.text))
                    yield Finding("falling-payments", place, message, help_)


@check("paid-over-awarded", "warning")
def paid_over_awarded(seen: Inspection) -> Iterator[Finding]:
    """More was paid from a source than it awarded.

    Why: money cannot come from an award that was not made; one of the figures is wrong or out of date.

    Example:

        funding:
          - {source: special_bond, awarded: 6000, paid: 7200, date: 2024-05-31}

    Remedy: correct `paid` or `awarded`; write a later award as a new entry or raise `awarded`.
    """
    for project, file in seen.projects:
        for index, funding in enumerate(project.funding):
            if funding.paid is not None and funding.awarded is not None and funding.paid > funding.awarded:
                message = _("{item}: {paid} paid of {awarded} awarded").format(
                    item=seen.project(project), paid=funding.paid, awarded=funding.awarded
                )
                related = ((Place(file, ("funding", index, "awarded")), "awarded"),)
                place = Place(file, ("funding", index, "paid"))
                yield Finding("paid-over-awarded", place, message, _("correct the one that is wrong"), related)


@check("fund-overdrawn", "warning")
def fund_overdrawn(seen: Inspection) -> Iterator[Finding]:
    """The awards from the incentive fund add up to more than the fund holds.

    Why: the balance in the year's report would be negative.

    Example:

        fund:
          year: 2024
          pool: 100
          awards:
            - {date: 2024-03-28, to: lin, amount: 120}

    Remedy: correct the amount that is wrong, or the pool.
    """
    fund = seen.workspace.targets.fund
    if fund is None:
        return
    total = Decimal(0)
    for index, award in enumerate(fund.awards):
        total += award.amount
        if total > fund.pool:
            message = _("the awards come to {total}, more than the {pool} of the fund").format(
                total=total, pool=fund.pool
            )
            place = Place(TARGETS_FILE, ("fund", "awards", index, "amount"))
            related = ((Place(TARGETS_FILE, ("fund", "pool")), "pool"),)
            yield Finding("fund-overdrawn", place, message, _("correct the one that is wrong"), related)
            return
