"""How a target stands against its pace and its month, and which figure would mend it."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from projledger.analysis.assessment import Assessment
from projledger.analysis.figures import Part
from projledger.analysis.lights import Fired, measured_target
from projledger.analysis.pace import Input as Figure
from projledger.analysis.pace import Standing
from projledger.calendar import month_text
from projledger.diagnostics import Place
from projledger.i18n import _, joined, listing
from projledger.models.rules import Clause, Measure
from projledger.models.workspace import TARGETS_FILE
from projledger.quantities import MONEY_UNITS, number_text
from projledger.reports.parts.words import months_text
from projledger.reports.why.accounts.inputs import Account, Given, Inputs
from projledger.reports.why.accounts.numbers import exact_text, measure_text, share_text


class Targets:
    """Gives an account of figures."""

    def __init__(self, assessment: Assessment, inputs: Inputs) -> None:
        self.assessment = assessment
        self.workspace = assessment.workspace
        self.as_of = assessment.as_of
        self.inputs = inputs

    def of(self, standing: Standing, fired: Fired) -> Account:
        """How a clause about a target came to fire."""
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
        inputs += [self.inputs.setting(due_day, due, "reporting", "due_day"), self.inputs.today()]
        months = months_text(standing.missing)
        said = [
            _("Figures are due from day {n} of the next month; those of {months} are missing.").format(
                n=due_day, months=months
            )
        ]
        if standing.owing:
            said.append(
                _("They are owed by: {names}.").format(
                    names=listing([f"{self.inputs.names.project(ref)} {ref}" for ref in standing.owing])
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
                        month=month_text(month.first), amount=self.inputs.amount(amount, standing.measure)
                    )
                    for month, amount in steps
                ]
            )
            return Given(names["plan"], text, text, figure.place)
        if isinstance(value, Decimal):
            text = self.inputs.amount(value, standing.measure)
        else:
            text = self.inputs.day(value) if value is not None else "—"
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
                said.append(text.format(first=share_text(first), second=share_text(second), points=points_said))
            else:
                said.append(_ratio(standing, rate, pace, attained))
                if measure == "behind_share":
                    said.append(
                        _("1 − {ratio} = {share} below the pace.").format(
                            ratio=share_text(attained), share=share_text(1 - attained)
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
            day=self.inputs.day(standing.cutoff),
            done=number_text(standing.done),
            value=number_text(standing.value),
            rate=share_text(standing.rate) if standing.rate is not None else "—",
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
                first=self.inputs.day(standing.begins),
                day=self.inputs.day(cutoff),
                pace=share_text(pace),
            )
        ]

    def _pace_by_plan(self, standing: Standing, cutoff: date, pace: Fraction) -> list[str]:
        """The plan at the cutoff, on the straight line between the month ends around it."""
        steps = sorted((month.last, amount) for month, amount in self.assessment.target_of(standing).plan.items())
        earlier = [step for step in steps if step[0] < cutoff]
        later = [step for step in steps if step[0] >= cutoff]
        planned = exact_text(pace * Fraction(standing.value))
        value = number_text(standing.value)
        said = [
            _("Pace: {planned} planned at {day}; {planned} ÷ {value} = {pace}.").format(
                planned=planned, day=self.inputs.day(cutoff), value=value, pace=share_text(pace)
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
                first=self.inputs.day(first_day),
                high=number_text(high),
                last=self.inputs.day(last_day),
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
        day = self.inputs.day(standing.cutoff)
        if most:
            return _("At most {amount} at {day} would be on pace.").format(
                amount=self.inputs.amount(need, standing.measure), day=day
            )
        if need <= done:
            return ""
        return _("{amount} at {day} would be green: {more} more than reported.").format(
            amount=self.inputs.amount(need, standing.measure),
            day=day,
            more=self.inputs.amount(need - done, standing.measure),
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
                month=month_text(month.first), share=self.inputs.amount(share, standing.measure)
            ),
            _("The month's own amount: {amount} ÷ {share} = {ratio}.").format(
                amount=number_text(amount), share=exact_text(share), ratio=share_text(ratio)
            ),
        ]
        if standing.better == "less":
            text = _("Less is better: 2 − {ratio} = {attained}.")
            said.append(text.format(ratio=share_text(ratio), attained=share_text(2 - ratio)))
        limit = max(Fraction(c.value) for c in self.workspace.rules.clauses if c.measure == "month_ratio")
        if standing.better == "less":
            need = _stepped(share * (2 - limit), standing, down=True)
            mend = _("A month with at most {amount} is green.")
        else:
            need = _stepped(share * limit, standing)
            mend = _("A month with at least {amount} is green.")
        return Account(tuple(inputs), tuple(said), mend.format(amount=self.inputs.amount(need, standing.measure)))

    def _part(self, part: Part, standing: Standing) -> Given:
        report = part.known.report
        value = report.ytd if part.field == "ytd" else report.amount
        text = self.inputs.amount(value, standing.measure) if value is not None else "—"
        place = part.known.place
        return Given(part.field, value, text, Place(place.file, (*place.path, part.field)))


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
        rate=share_text(rate), pace=share_text(pace), ratio=share_text(rate / pace)
    )
    if standing.better == "less":
        less = _("Less is better: 2 − {ratio} = {attained}.").format(
            ratio=share_text(rate / pace), attained=share_text(attained)
        )
        return joined(text, less)
    return text
