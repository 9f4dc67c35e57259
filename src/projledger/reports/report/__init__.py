"""`report`: the periodic report of a day, week, month, quarter, half-year or year, to be read out as it stands.

A past period is computed as of its last day from the ledgers as they are: facts dated later do not count. Where the
progress of a task was overwritten after that day it is taken from the history (the last version of that day), and the
report says so. Where that does not have it, how the task stood then cannot be known any more: it is called late only
where its deadline had passed, the light of its project is not known unless something else makes it red, and nothing of
it is called new. What was known then of everything else is in the history too (`--rev`).

Letters are proposed by the day and the week alone. Figures are the exception: a month's figure comes in after the
month, so those of the period count as they were reported by the day they were due (as in `ranking`). What is new since
the period before is marked.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from projledger.analysis import counts
from projledger.analysis.assessment import Assessment, assess
from projledger.analysis.escalation import Escalation
from projledger.analysis.facts import absent, as_told, without
from projledger.analysis.lagging import Lag
from projledger.analysis.score import Scorer
from projledger.analysis.selection import Filter
from projledger.calendar import Kind, Period
from projledger.i18n import _
from projledger.reports import Query, escalate, ranking, targets
from projledger.reports.lagging import rows_of
from projledger.reports.lists import awards
from projledger.reports.parts.periods import asked_period
from projledger.reports.parts.words import rules_title
from projledger.reports.report.facts import Facts
from projledger.reports.report.page import document
from projledger.reports.report.result import Gone, Letter, Result
from projledger.reports.report.seen import Lookback
from projledger.reports.report.slips import slip_ledger
from projledger.reports.targets import TargetRow

__all__ = ["Result", "compute", "document"]

_DAY: Final = timedelta(days=1)
_CARRIED: Final = ("deadline", "problem", "decision", "reply", "stage")


def compute(query: Query) -> Result:
    """The report of the period that was asked for."""
    workspace = query.workspace
    period = _period(query)
    day = min(period.last, query.as_of)
    before_day = period.first - _DAY
    # What was not there yet at the end of a period gone by has no part in its counts and lights, nor what was written
    # since in what it prints.
    there = as_told(without(workspace, absent(workspace, day)), day) if day < query.as_of else workspace
    back = Lookback(replace(query, workspace=there), day)
    now, before = back.now, back.seen(before_day)
    assessment = now.assessment
    facts = Facts(assessment, period)
    long = period.kind not in ("day", "week")
    red = [lag for lag in now.lags if lag.light == "red" or (lag.days_late or 0) > 0]
    known = {lag.ref for lag in before.lags if lag.light == "red" or (lag.days_late or 0) > 0}
    fresh = [lag.ref for lag in red if lag.ref not in known]
    # Red by its forecast, and red by it then as well for all that can be told: not what is overdue since.
    doubtful = {lag.ref for lag in red if not lag.days_late} & before.untold
    moved, notes = slip_ledger(query, period, day) if period.kind in ("quarter", "half", "year") else (None, ())
    missing, missed = _unreported(assessment), {lag.ref for lag in _unreported(before.assessment)}
    letters, clearing, not_yet = _letters(assess(workspace, query.as_of) if long else assessment, before.assessment)
    return Result(
        place=workspace.settings.name,
        kind=period.kind,
        period=period.text,
        first=period.first,
        last=period.last,
        as_of=day,
        previous=period.previous().text,
        money_unit=workspace.settings.money_unit,
        rules=workspace.settings.rules,
        rules_title=rules_title(workspace),
        projects=counts.project_counts(there.projects, day),
        lights=now.counts(),
        lights_before=before.counts(),
        changes=tuple(now.changes(before)),
        months=tuple(back.months()) if long else (),
        red=rows_of(assessment, red),
        new=tuple(ref for ref in fresh if ref not in doubtful),
        doubtful=tuple(ref for ref in fresh if ref in doubtful),
        done=tuple(facts.done()),
        raised=tuple(facts.raised()),
        due=facts.due(day, day),
        carried=tuple(entry for entry in facts.due(date.min, day - _DAY) if entry.kind in _CARRIED),
        next=facts.due(day + _DAY, period.next().last),
        decisions=tuple(facts.decisions()),
        letters=letters if not long else (),
        not_yet=not_yet if not long else (),
        overwritten=now.overwritten,
        restated=now.restated,
        stock=counts.stage_stock(counts.counted(there.projects, day), day),
        events=counts.stage_events(counts.counted(there.projects, day), period.first, day),
        targets=_targets(assessment, query.as_of, period) if long else (),
        missing=rows_of(assessment, missing),
        missing_new=tuple(lag.ref for lag in missing if lag.ref not in missed),
        agenda=tuple(facts.agenda()) if long else (),
        ranking=ranking.compute(Query(workspace, query.as_of, Filter(), {"period": period.text})) if long else None,
        streaks=tuple(back.streaks()) if long and period.kind != "month" else (),
        fund=awards.compute(Query(workspace, day, Filter())) if period.kind == "year" else None,
        cleared=tuple(
            Gone(p.id, p.name, p.status_date, p.status_reason, p.decision)
            for p in workspace.projects
            if p.status_on(day) == "cleared" and p.status_on(before_day) != "cleared"
        ),
        clearing=clearing,
        slips=moved,
        notes=notes,
    )


def _unreported(assessment: Assessment) -> list[Lag]:
    return [lag for lag in assessment.lags if lag.reason("unreported") is not None]


def _period(query: Query) -> Period:
    """The period asked for; by default the last complete one for a month and longer, else the running one.

    Raises:
        UsageError: no such kind, a period of another kind, or one that has not begun.
    """
    kind: Kind = query.options["kind"]
    text = query.options.get("period")
    current = Period.of(kind, query.as_of)
    if text is None:
        complete = kind in ("day", "week") or current.last == query.as_of
        return current if complete else current.previous()
    return asked_period(text, query.as_of, kind)


def _targets(assessment: Assessment, as_of: date, period: Period) -> tuple[TargetRow, ...]:
    """The targets of the place, its units and its chains that hold the last day, with the period's own figures."""
    scorer = Scorer(assessment.workspace, assessment.as_of, as_of, period)
    found = [s for s in scorer.standings if s.period.contains(assessment.as_of) and s.scope_kind != "project"]
    return tuple(targets.row(standing, assessment.light_of_target(standing)) for standing in targets.in_order(found))


def _letters(
    assessment: Assessment, before: Assessment
) -> tuple[tuple[Letter, ...], tuple[Letter, ...], tuple[str, ...]]:
    """The letters that are due, the items whose next step is clearing, and what is not written about, in sentences.

    New are letters that were not due before.
    """
    now = escalate.compute(Query(assessment.workspace, assessment.as_of, Filter()), assessment)
    cases = Escalation(before).cases()
    known = {(case.lag.ref, case.step.kind) for case in cases if case.step is not None and case.state == "proposed"}

    def letter(row: escalate.ItemRow) -> Letter:
        name = (
            row.name
            if row.project_name in ("", row.name)
            else _("{project} · {item}").format(project=row.project_name, item=row.name)
        )
        return Letter(
            row.ref, row.step, name, row.to_text or row.to_fill or "", row.why, (row.ref, row.step) not in known
        )

    return tuple(map(letter, now.items)), tuple(map(letter, now.clearing)), tuple(escalate.standing_still(now))
