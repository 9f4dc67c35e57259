"""`why`: the light of anything, the clauses that gave it, what they were counted from, and what would turn it green."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from projledger.analysis import facts
from projledger.analysis.assessment import Assessment, assess
from projledger.analysis.figures import ALL
from projledger.analysis.lagging import answers_for
from projledger.analysis.lights import Fired
from projledger.analysis.meetings import became, done_on
from projledger.analysis.pace import Standing
from projledger.calendar import day_text
from projledger.document import Block, Cell, Column, Document, Facts, Items, Paragraph, Run, Section, Table, Text
from projledger.errors import UnknownReferenceError
from projledger.frozen import frozen
from projledger.i18n import N_, _, joined, language, ngettext
from projledger.models.place import Decision
from projledger.models.project import Factor, Problem, Project, Stage, Task
from projledger.models.types import Light
from projledger.models.workspace import Item
from projledger.quantities import days_text
from projledger.reports import Query
from projledger.reports.parts.words import (
    LIGHT_WORDS,
    STATE_WORDS,
    as_of_text,
    code,
    lamp,
    owner_text,
    rules_text,
    rules_title,
    workdays,
)
from projledger.reports.why.accounts import Accounts, Given

_OURS: Final = "projledger"


@frozen
class Input:
    """Something that was counted from: its key in the ledger, its value, and the file and line it came from.

    An input without a value says where it would have to be written; one without a place is no entry of a ledger.
    """

    name: str
    value: str | int | Decimal | date | None
    path: str | None
    line: int | None
    text: str


@frozen
class Reason:
    """A clause that fired, on which item, and how. `known` is false where an earlier month of a streak is not."""

    clause: str
    text: str
    source: str
    inputs: tuple[Input, ...]
    arithmetic: str
    light: Light | None
    ref: str
    item: str
    known: bool
    steps: tuple[str, ...]
    to_green: str


@frozen
class Result:
    """The light of something and every reason for it, the worst first.

    `claimed`, `heard` and `evidence` are three separate things: what somebody claims, when something dated was last
    recorded, and what shows it. `state` is that of a problem.
    """

    ref: str
    light: Light | None
    reasons: tuple[Reason, ...]
    to_green: tuple[str, ...]
    name: str
    owner: str
    as_of: date
    rules: str
    rules_title: str
    claimed: str
    state: str
    heard: str
    evidence: str


def compute(query: Query) -> Result:
    """Account for the light of the reference asked for."""
    return _Why(query).result(query.options["ref"])


class _Why:
    """One question."""

    def __init__(self, query: Query) -> None:
        self.query = query
        self.workspace = query.workspace
        self.as_of = query.as_of
        self.assessment: Assessment = assess(query.workspace, query.as_of)
        self.accounts = Accounts(self.assessment)
        self.inputs = self.accounts.inputs
        self.names = self.inputs.names

    def result(self, ref: str) -> Result:
        item = self.workspace.items.get(ref)
        scoped = [s for s in self.assessment.standings if ref in (s.ref, s.scope)]
        if (
            item is None
            and not scoped
            and ref not in self.workspace.units_by_id
            and ref not in self.workspace.chains_by_id
        ):
            known = [*self.workspace.items, *(standing.ref for standing in self.assessment.standings)]
            raise UnknownReferenceError(ref, tuple(difflib.get_close_matches(ref, known, 3)))
        verdict = self.assessment.verdict(ref)
        reasons = [self._reason(fired) for fired in verdict.fired]
        if verdict.light in (None, "green") and not any(reason.known for reason in reasons):
            if item is None and len(scoped) > 1 and verdict.light is not None:
                reasons += [self._quiet(one.ref, None, [one], self.assessment.light_of_target(one)) for one in scoped]
            else:
                reasons.insert(0, self._quiet(ref, item, scoped, verdict.light))
        return Result(
            ref=ref,
            light=verdict.light,
            reasons=tuple(reasons),
            to_green=tuple(dict.fromkeys(reason.to_green for reason in reasons if reason.to_green)),
            name=self._name(ref, item),
            owner=self._owner(item, ref),
            as_of=self.as_of,
            rules=self.workspace.settings.rules if self.workspace.pack is not None else "default",
            rules_title=rules_title(self.workspace),
            claimed=self._claimed(item),
            state=self._state(item),
            heard=self._heard(item),
            evidence=self._evidence(item),
        )

    # --- who and what ---

    def _name(self, ref: str, item: Item | None) -> str:
        if item is not None and item.kind == "project":
            return self.names.project(ref)
        if item is not None and item.project is not None:
            return _("{project} · {item}").format(project=item.project.name, item=self.names.item(ref))
        if item is not None and item.kind == "decision":
            return _("{project} · {item}").format(project=self.names.meeting(ref), item=self.names.item(ref))
        standing = next((s for s in self.assessment.standings if s.ref == ref), None)
        if standing is not None:
            return _("{project} · {item}").format(project=standing.scope_name, item=self.names.item(ref))
        if ref == ALL:
            return self.workspace.settings.name
        if ref in self.workspace.chains_by_id:
            return self.workspace.chain_name(ref)
        return self.workspace.unit_name(ref)

    def _owner(self, item: Item | None, ref: str) -> str:
        if item is not None:
            return owner_text(self.workspace, self.workspace.owner_of(item), self.workspace.unit_of(item))
        standing = next((s for s in self.assessment.standings if ref in (s.ref, s.scope)), None)
        if standing is None:
            return ""
        project = self.workspace.projects_by_id.get(standing.scope)
        owner, unit, _chain = answers_for(self.workspace, standing, project)
        return owner_text(self.workspace, owner, unit)

    def _claimed(self, item: Item | None) -> str:
        """What somebody claims of a task that is not done."""
        task = item.record if item is not None else None
        if not isinstance(task, Task) or (task.done is not None and task.done <= self.as_of):
            return ""
        claimed = self.inputs.claimed(task)
        return _("{n} % done").format(n=claimed) if claimed is not None else _("nothing")

    def _state(self, item: Item | None) -> str:
        """Where a problem stands."""
        problem = item.record if item is not None else None
        if not isinstance(problem, Problem) or problem.raised > self.as_of:
            return ""
        return _(STATE_WORDS[problem.state_on(self.as_of)])

    def _heard(self, item: Item | None) -> str:
        """When something dated was last recorded."""
        if item is None or item.kind in ("factor", "decision"):
            return ""
        found = facts.last_of(self.workspace, item.ref, self.as_of)
        if found is None:
            return _("never")
        fact, _place = found
        age = days_text((self.as_of - fact.day).days)
        return _("{day}, {days} ago").format(day=day_text(fact.day, self.as_of), days=age)

    def _evidence(self, item: Item | None) -> str:
        """What shows that it is finished; what was finished after the day had not been shown by then."""
        record = item.record if item is not None else None
        if not isinstance(record, Task | Problem | Stage | Decision):
            return ""
        finished = {Problem: "closed", Stage: "actual"}.get(type(record), "done")
        day = getattr(record, finished)
        return record.evidence if record.evidence and (day is None or day <= self.as_of) else _("none")

    # --- the reasons ---

    def _input(self, given: Given) -> Input:
        place = given.place
        line = self.query.line_of(place) if place is not None else None
        return Input(given.name, given.value, place.file if place is not None else None, line, given.text)

    def _reason(self, fired: Fired) -> Reason:
        clause = fired.clause
        account = self.accounts.of(fired)
        return Reason(
            clause=clause.id,
            text=clause.text.said(language()),
            source=clause.source.said(language()),
            inputs=tuple(map(self._input, account.inputs)),
            arithmetic=joined(*account.arithmetic),
            light=fired.light,
            ref=fired.ref,
            item=self._name(fired.ref, self.workspace.items.get(fired.ref)),
            known=fired.known,
            steps=account.arithmetic,
            to_green=account.mend,
        )

    def _quiet(self, ref: str, item: Item | None, standings: list[Standing], light: Light | None) -> Reason:
        """Why something is green, or has no light at all."""
        if light is None:
            name, text, given, steps = "none", *self._no_light(ref, item, standings)
        else:
            name, text = "green", _("No clause gives another light: reported, or not to be begun yet")
            given, steps = self._green(item, standings)
        return Reason(
            clause=name,
            text=text,
            source=_OURS,
            inputs=tuple(map(self._input, given)),
            arithmetic=joined(*steps),
            light=light,
            ref=ref,
            item=self._name(ref, item),
            known=True,
            steps=tuple(steps),
            to_green="",
        )

    def _no_light(self, ref: str, item: Item | None, standings: list[Standing]) -> tuple[str, list[Given], list[str]]:
        project = item.project if item is not None else None
        if project is None and standings and standings[0].scope_kind == "project":
            project = self.workspace.projects_by_id[standings[0].scope]
        if project is not None and not self.assessment.judged(project):
            return self._not_judged(project)
        if item is None and standings:
            text = _("Nothing to judge yet: no figure is due, or none should be reached yet")
            return text, [self.inputs.today()], []
        if item is None:
            return _("Units and chains have a light only where they have targets"), [], []
        if isinstance(item.record, Problem):
            return _("Not raised yet on this day"), [self.inputs.field(item, item.record.raised, "raised")], []
        if isinstance(item.record, Stage):
            return _("Neither planned nor reached"), [self.inputs.field(item, None, "plan")], []
        if isinstance(item.record, Decision):
            became_of, _record = became(self.workspace, item.record)
            if became_of is not None and not self.assessment.judged(became_of):
                return self._not_judged(became_of)
        return _("Not decided yet on this day"), [], []

    def _not_judged(self, project: Project) -> tuple[str, list[Given], list[str]]:
        status = project.status_on(self.as_of)
        whole = self.workspace.items[project.id]
        if status != "active":
            texts = {
                "suspended": _("Suspended: its deadlines stay, its days do not count, and it has no light"),
                "cleared": _("Cleared: out of every count, and without a light"),
            }
            given = [
                self.inputs.field(whole, project.status, "status"),
                self.inputs.field(whole, project.status_date, "status_date"),
            ]
            return texts[status], given, []
        given = self.inputs.pauses(project, self.as_of, self.as_of)
        given = given or self._pause_of_today(project)
        return _("Paused: its deadlines stay, its days do not count, and it has no light"), given, []

    def _pause_of_today(self, project: Project) -> list[Given]:
        return [
            Given(
                "pauses", pause.from_, day_text(pause.from_, self.as_of), self.workspace.place_of(project, "pauses", n)
            )
            for n, pause in enumerate(project.pauses)
            if pause.from_ <= self.as_of and (pause.to is None or self.as_of <= pause.to)
        ]

    def _green(self, item: Item | None, standings: list[Standing]) -> tuple[list[Given], list[str]]:
        if item is None:
            given: list[Given] = []
            steps: list[str] = []
            for standing in standings:
                if self.accounts.targets.judged_by_month(standing):
                    account = self.accounts.targets.of_month(standing)
                elif standing.done is not None and standing.pace:
                    account = self.accounts.targets.of_pace(standing)
                else:
                    continue
                given += account.inputs
                steps += account.arithmetic
            return given, steps
        record = item.record
        if isinstance(record, Task):
            return self._green_task(item, record)
        if isinstance(record, Problem):
            return self._green_problem(item, record)
        if isinstance(record, Stage):
            return self._green_stage(item, record)
        if isinstance(record, Factor):
            return self._green_factor(item, record)
        if isinstance(record, Decision):
            return self._green_decision(item, record)
        return self._green_project(item)

    def _last(self, item: Item) -> Iterator[Given]:
        found = facts.last_of(self.workspace, item.ref, self.as_of)
        if found is not None:
            fact, place = found
            yield Given(fact.what, fact.day, day_text(fact.day, self.as_of), place)

    def _green_task(self, item: Item, task: Task) -> tuple[list[Given], list[str]]:
        inputs = self.inputs
        if task.done is not None and task.done <= self.as_of:
            given = [inputs.field(item, task.done, "done"), inputs.field(item, task.evidence, "evidence")]
            return given, [_("Done on {day}: what is done does not lag.").format(day=inputs.day(task.done))]
        plan = self.assessment.schedule.plans[item.ref]
        given = [*inputs.deadline(item), *self._last(item), inputs.today()]
        steps = [
            _("Deadline {day}: {days} left.").format(
                day=inputs.day(plan.deadline), days=days_text((plan.deadline - self.as_of).days)
            )
        ]
        if plan.float is not None:
            steps.append(
                _("Forecast {forecast}, latest finish {latest}: {workdays} in hand.").format(
                    forecast=inputs.day(plan.forecast_finish),
                    latest=inputs.day(plan.latest_finish),
                    workdays=workdays(plan.float),
                )
            )
            given += inputs.off_days(item.project, plan.forecast_finish, plan.latest_finish)
        begin = task.start or plan.latest_start
        if plan.state == "not_started" and begin is not None:
            if task.start is not None:
                given.insert(0, inputs.field(item, task.start, "start"))
            steps.append(_("It need not begin before {day}.").format(day=inputs.day(begin)))
        return given, steps

    def _green_problem(self, item: Item, problem: Problem) -> tuple[list[Given], list[str]]:
        inputs, state = self.inputs, problem.state_on(self.as_of)
        if state == "closed":
            given = [
                inputs.field(item, problem.closed, "closed"),
                inputs.field(item, problem.evidence, "evidence"),
                inputs.field(item, problem.verified_by, "verified_by"),
            ]
            return given, [_("Closed on {day}.").format(day=inputs.day(problem.closed))]
        deadline = problem.deadline_on(self.as_of)
        given = [*inputs.deadline(item), *self._last(item), inputs.today()]
        if state == "pending":
            text = _("Submitted on {day}: the owner's clock stands still, the verifier's runs.")
            return given, [text.format(day=inputs.day(problem.submitted))]
        left = days_text((deadline - self.as_of).days)
        return given, [_("Deadline {day}: {days} left.").format(day=inputs.day(deadline), days=left)]

    def _green_stage(self, item: Item, stage: Stage) -> tuple[list[Given], list[str]]:
        inputs = self.inputs
        if stage.actual is not None and stage.actual <= self.as_of:
            given = [*inputs.deadline(item), inputs.field(item, stage.actual, "actual")]
            return given, [_("Reached on {day}.").format(day=inputs.day(stage.actual))]
        plan = stage.plan_on(self.as_of)
        assert plan is not None
        left = days_text((plan - self.as_of).days)
        text = _("Planned for {day}: {days} left.").format(day=inputs.day(plan), days=left)
        return [*inputs.deadline(item), inputs.today()], [text]

    def _green_factor(self, item: Item, factor: Factor) -> tuple[list[Given], list[str]]:
        inputs = self.inputs
        given = inputs.factor(item, factor)
        if factor.secured is not None and factor.secured >= factor.needed:
            return given, [_("As much is secured as is needed.")]
        short = _("{amount} are still to be secured.").format(amount=inputs.short(factor))
        if factor.deadline is None:
            return given, [short, _("Nobody wrote by when.")]
        left = days_text((factor.deadline - self.as_of).days)
        text = _("Deadline {day}: {days} left.").format(day=inputs.day(factor.deadline), days=left)
        return [*given, *inputs.deadline(item), inputs.today()], [short, text]

    def _green_decision(self, item: Item, decision: Decision) -> tuple[list[Given], list[str]]:
        inputs = self.inputs
        done = done_on(self.workspace, decision, self.as_of)
        if done is None:
            left = days_text((decision.deadline - self.as_of).days)
            text = _("Deadline {day}: {days} left.").format(day=inputs.day(decision.deadline), days=left)
            return [*inputs.deadline(item), inputs.today()], [text]
        if decision.done == done:
            given = [inputs.field(item, done, "done"), inputs.field(item, decision.evidence, "evidence")]
        else:
            task = self.workspace.items[decision.task or ""]
            key = "closed" if isinstance(task.record, Problem) else "done"
            given = [inputs.field(item, decision.task, "task"), inputs.field(task, done, key)]
        return given, [_("Done on {day}: what is done does not lag.").format(day=inputs.day(done))]

    def _green_project(self, item: Item) -> tuple[list[Given], list[str]]:
        project = item.record
        assert isinstance(project, Project)
        closed = sum(p.state_on(self.as_of) == "closed" for p in project.problems if p.raised <= self.as_of)
        raised = sum(p.raised <= self.as_of for p in project.problems)
        done = sum(t.done is not None and t.done <= self.as_of for t in project.tasks)
        targets = [s for s in self.assessment.standings if s.scope == project.id]
        steps = [
            ngettext("{n} task, {done} done.", "{n} tasks, {done} done.", len(project.tasks)).format(
                n=len(project.tasks), done=done
            ),
            ngettext("{n} problem, {done} closed.", "{n} problems, {done} closed.", raised).format(
                n=raised, done=closed
            ),
            ngettext(
                "{n} target. No part of it has another light.",
                "{n} targets. No part of it has another light.",
                len(targets),
            ).format(n=len(targets)),
        ]
        return [*self._last(item), self.inputs.today()], steps


# --- the page ---------------------------------------------------------------------------------------------------------

_LABELS: Final = {
    "as_of": N_("day of judgement"),
    "deadline": N_("deadline"),
    "plan": N_("planned day"),
    "targets.plan": N_("plan"),
    "extensions.to": N_("extended to"),
    "started": N_("begun"),
    "updated": N_("progress of"),
    "progress": N_("progress"),
    "done": N_("done"),
    "start": N_("planned start"),
    "duration": N_("duration"),
    "after": N_("waits for"),
    "blocks": N_("problem that blocks"),
    "limit": N_("statutory limit"),
    "needed": N_("needed"),
    "secured": N_("secured"),
    "task": N_("task or problem it became"),
    "raised": N_("raised"),
    "responded": N_("responded"),
    "submitted": N_("submitted"),
    "closed": N_("closed"),
    "reopened": N_("reopened"),
    "actual": N_("reached"),
    "evidence": N_("evidence"),
    "verified_by": N_("verified by"),
    "value": N_("target"),
    "ytd": N_("figure of the year to date"),
    "amount": N_("figure of the month"),
    "log": N_("log entry"),
    "report": N_("figure reported"),
    "reports": N_("figures"),
    "pauses": N_("pause"),
    "root": N_("at the bottom of it"),
    "in_statistics": N_("entry into the statistics"),
    "stages.started.actual": N_("start of construction"),
    "stages.started.plan": N_("planned start"),
    "funding.plan": N_("payments planned"),
    "funding.paid": N_("paid"),
    "funding.date": N_("date of the payments"),
    "funding.owner": N_("owner of these funds"),
    "status": N_("status"),
    "status_date": N_("since"),
    "thresholds.due_soon": N_("due soon within"),
    "thresholds.stalled.week": N_("silence allowed, dispatched weekly"),
    "thresholds.stalled.month": N_("silence allowed, dispatched monthly"),
    "calendar.holidays": N_("own day off, not counted as a workday"),
    "calendar.workdays": N_("own workday, counted"),
    "reporting.due_day": N_("day on which figures are due"),
}


def document(result: Result) -> Document:
    """What people read: the light, then clause by clause the rule, its inputs and the arithmetic, then the remedy."""
    pairs: list[tuple[str, Text]] = [(_("Light"), (lamp(result.light),))]
    pairs += [
        (label, text)
        for label, text in (
            (_("Owner"), result.owner),
            (_("State"), result.state),
            (_("Claimed"), result.claimed),
            (_("Last news"), result.heard),
            (_("Evidence"), result.evidence),
        )
        if text
    ]
    blocks: list[Block] = [Facts(tuple(pairs))]
    blocks += [_section(reason, result.ref) for reason in result.reasons]
    if result.to_green:
        blocks.append(Section(_("What would turn it green"), (Items(_remedies(result)),)))
    return Document(
        title=_title(result),
        blocks=tuple(blocks),
        asides=(as_of_text(result.as_of),),
        footer=(rules_text(result.rules, result.rules_title),),
    )


def _title(result: Result) -> str:
    if result.light is None:
        return _("Why {name} has no light").format(name=result.name)
    return _("Why {name} is {light}").format(name=result.name, light=_(LIGHT_WORDS[result.light]))


def _remedies(result: Result) -> tuple[Text, ...]:
    """The remedies; where several items have one each, with the item before it."""
    found: dict[tuple[str, str], None] = {}
    for reason in result.reasons:
        if reason.to_green:
            found[reason.item if reason.ref != result.ref else "", reason.to_green] = None
    return tuple(_("{item}: {remedy}").format(item=item, remedy=remedy) if item else remedy for item, remedy in found)


def _section(reason: Reason, asked: str) -> Section:
    title: list[Run] = [lamp(reason.light), Run(" ")]
    if reason.ref != asked:
        title += [Run(reason.item), Run(" "), code(reason.ref), Run(" ")]
    title.append(Run(reason.text))
    source = _("Clause {id}; source: {source}").format(id=reason.clause, source=reason.source)
    blocks: list[Block] = [Paragraph(source, "dim")]
    if reason.steps:
        blocks.append(Items(reason.steps, numbered=len(reason.steps) > 1))
    if reason.inputs:
        blocks.append(_inputs(reason.inputs))
    return Section(tuple(title), tuple(blocks))


def _inputs(inputs: tuple[Input, ...]) -> Table:
    rows = []
    for one in inputs:
        where = f"{one.path}:{one.line}" if one.path is not None else ""
        if one.value is None and where:
            where = _("belongs at {place}").format(place=where)
        label = _(_LABELS[one.name]) if one.name in _LABELS else one.name
        rows.append((label, Cell(one.text, one.value), (Run(where, "dim"),)))
    return Table(
        columns=(
            Column(_("Counted from"), wrap=True),
            Column(_("Value"), wrap=True),
            Column(_("Where it stands"), wrap=True),
        ),
        rows=tuple(rows),
    )
