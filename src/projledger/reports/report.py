"""`report`: the periodic report of a day, week, month, quarter, half-year or year, to be read out as it stands.

A past period is computed as of its last day from the ledgers as they are: facts dated later do not count. Where the
progress of a task was overwritten after that day, how it stood then cannot be known any more: it is called late only
where its deadline had passed, its project is grey where nothing else decides its light, and the report says so. What
was known then is in the history (`--rev`). Letters are proposed by the day and the week alone. Figures are the
exception: a month's figure comes in after the month, so those of the period count as they were reported by the
day they were due (as in `ranking`). What is new since the period before is marked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal

from projledger.analysis import counts
from projledger.analysis.assessment import Assessment, assess
from projledger.analysis.score import Scorer
from projledger.analysis.selection import Filter
from projledger.analysis.upcoming import Due, due
from projledger.calendar import Kind, Period, day_text, period_text
from projledger.document import Blank, Block, Cell, Column, Document, Items, Paragraph, Run, Section, Table, Text
from projledger.errors import UsageError
from projledger.i18n import N_, _, joined, listing, ngettext
from projledger.models.project import Problem, Task
from projledger.models.types import LIGHTS, STAGES, Light, StageName
from projledger.models.workspace import Workspace
from projledger.quantities import Unreadable, days_text, money_text, percent_text
from projledger.reports import Query, escalate, ranking, targets
from projledger.reports.lagging import Row as LagRow
from projledger.reports.lagging import rows_of
from projledger.reports.lists import awards
from projledger.reports.reasons import Names
from projledger.reports.targets import TargetRow, amount_text
from projledger.reports.words import (
    ACTION_WORDS,
    CATEGORY_WORDS,
    FUNDING_WORDS,
    STAGE_WORDS,
    as_of_text,
    clauses,
    code,
    commas,
    cutoffs_text,
    deadline_text,
    factor_word,
    lamp,
    lights_text,
    owner_text,
    rules_text,
)

_DAY: Final = timedelta(days=1)
_LONGEST_STREAK: Final = 6
"""Month ends looked back at for a row of red months."""

State = Literal["done", "done_late", "open", "overdue"]
_STATE_WORDS: Final[dict[State, str]] = {
    "done": N_("done"),
    "done_late": N_("done late"),
    "open": N_("not due yet"),
    "overdue": N_("not done, overdue"),
}
_TITLES: Final[dict[Kind, str]] = {
    "day": N_("{place}: clearing the day"),
    "week": N_("{place}: supervision weekly"),
    "month": N_("{place}: monthly dispatch"),
    "quarter": N_("{place}: quarterly notice"),
    "half": N_("{place}: half-year assessment"),
    "year": N_("{place}: year-end evaluation"),
}
_NUMBERED: Final = (
    N_("1. {title}"),
    N_("2. {title}"),
    N_("3. {title}"),
    N_("4. {title}"),
    N_("5. {title}"),
    N_("6. {title}"),
    N_("7. {title}"),
    N_("8. {title}"),
    N_("9. {title}"),
    N_("10. {title}"),
    N_("11. {title}"),
    N_("12. {title}"),
    N_("13. {title}"),
    N_("14. {title}"),
)

# --- the result -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Change:
    """A project whose light is another than at the end of the period before."""

    project: str
    name: str
    before: Light | None
    after: Light | None
    why: str


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened, or falls due, on a day."""

    date: date
    kind: str
    ref: str
    name: str
    project: str | None
    project_name: str
    owner: str | None
    owner_name: str


@dataclass(frozen=True, slots=True)
class Followed:
    """What became of a decision of a meeting."""

    ref: str
    text: str
    meeting: date
    owner: str
    owner_name: str
    deadline: date
    done: date | None
    state: State
    evidence: str | None


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter that is due; `new`: it was not at the end of the period before."""

    ref: str
    step: str
    name: str
    to: str
    why: str
    new: bool


@dataclass(frozen=True, slots=True)
class OpenProblem:
    """An open problem on the agenda of the supervision day, under the leader who takes its kind."""

    ref: str
    text: str
    project_name: str
    leader_name: str
    category: str
    owner_name: str
    deadline: date
    original_deadline: date
    extended: int
    age_days: int
    overdue: bool
    next: str | None
    new: bool


@dataclass(frozen=True, slots=True)
class Streak:
    """A project that is red, and for how many month ends in a row (this period's last day included)."""

    project: str
    name: str
    months: int
    owner_name: str


@dataclass(frozen=True, slots=True)
class Gone:
    """A project that was cleared in the period."""

    project: str
    name: str
    date: date | None
    reason: str | None
    decision: str | None


@dataclass(frozen=True, slots=True)
class Result:
    """The report of one period as of `as_of`, its last day or today.

    `red` are the red and overdue items, `new` the references of those that were not at the end of the period before.
    `due` falls due on the day itself, `next` after it until the end of the next period; `carried` should have been
    done before. `overwritten` are tasks whose progress on that day is not in these ledgers any more. `events` are those
    of the period, `stock` is that of its end.
    """

    place: str
    kind: Kind
    period: str
    first: date
    last: date
    as_of: date
    previous: str
    money_unit: str
    rules: str
    projects: counts.ProjectCounts
    lights: dict[str, int]
    lights_before: dict[str, int]
    changes: tuple[Change, ...]
    red: tuple[LagRow, ...]
    new: tuple[str, ...]
    done: tuple[Entry, ...]
    raised: tuple[Entry, ...]
    due: tuple[Entry, ...]
    carried: tuple[Entry, ...]
    next: tuple[Entry, ...]
    decisions: tuple[Followed, ...]
    letters: tuple[Letter, ...]
    overwritten: tuple[str, ...]
    stock: dict[StageName, int]
    events: dict[StageName, int]
    targets: tuple[TargetRow, ...]
    missing: tuple[LagRow, ...]
    agenda: tuple[OpenProblem, ...]
    ranking: ranking.Result | None
    streaks: tuple[Streak, ...]
    fund: awards.Result | None
    cleared: tuple[Gone, ...]
    clearing: tuple[Letter, ...]


def compute(query: Query) -> Result:
    """The report of the period that was asked for."""
    workspace = query.workspace
    period = _period(query)
    day = min(period.last, query.as_of)
    before_day = period.first - _DAY
    assessment = assess(workspace, day)
    now, before = _Seen(assessment, query.as_of), _Seen(assessment.earlier(before_day), query.as_of)
    facts = _Facts(assessment, period)
    long = period.kind not in ("day", "week")
    red = [lag for lag in now.lags if lag.light == "red" or (lag.days_late or 0) > 0]
    known = {lag.ref for lag in before.lags if lag.light == "red" or (lag.days_late or 0) > 0}
    letters, clearing = _letters(workspace, query.as_of if long else day, before_day)
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
        projects=counts.project_counts(workspace.projects, day),
        lights=_lights(now),
        lights_before=_lights(before),
        changes=tuple(_changes(now, before)),
        red=rows_of(assessment, red),
        new=tuple(lag.ref for lag in red if lag.ref not in known),
        done=tuple(facts.done()),
        raised=tuple(facts.raised()),
        due=facts.due(day, day),
        carried=tuple(entry for entry in facts.due(date.min, day - _DAY) if entry.kind in _CARRIED),
        next=facts.due(day + _DAY, period.next().last),
        decisions=tuple(facts.decisions()),
        letters=letters if not long else (),
        overwritten=now.overwritten,
        stock=counts.stage_stock(counts.counted(workspace.projects, day), day),
        events=counts.stage_events(counts.counted(workspace.projects, day), period.first, day),
        targets=_targets(assessment, query.as_of, period) if long else (),
        missing=rows_of(assessment, [lag for lag in assessment.lags if lag.reason("unreported") is not None]),
        agenda=tuple(facts.agenda()) if long else (),
        ranking=ranking.compute(Query(workspace, query.as_of, Filter(), {"period": period.text})) if long else None,
        streaks=tuple(_streaks(now)) if long and period.kind != "month" else (),
        fund=awards.compute(Query(workspace, day, Filter())) if period.kind == "year" else None,
        cleared=tuple(
            Gone(p.id, p.name, p.status_date, p.status_reason, p.decision)
            for p in workspace.projects
            if p.status_on(day) == "cleared" and p.status_on(before_day) != "cleared"
        ),
        clearing=clearing,
    )


_CARRIED: Final = ("deadline", "problem", "decision", "reply", "stage")


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
    try:
        period = Period.parse(text)
    except Unreadable as error:
        raise UsageError(_("--period: {problem}").format(problem=f"{error.message}; {error.help}")) from None
    if period.kind != kind:
        raise UsageError(
            _("--period: {period} is not a {kind}; write it as {example}").format(
                period=text, kind=kind, example=current.text
            )
        )
    if period.first > query.as_of:
        raise UsageError(_("--period: {period} has not begun yet").format(period=period_text(period)))
    return period


class _Seen:
    """A day as it can still be told from the ledgers: today, or a day gone by."""

    def __init__(self, assessment: Assessment, today: date) -> None:
        self.assessment = assessment
        self.as_of = assessment.as_of
        self.workspace = assessment.workspace
        self.today = today
        gone = self.overwritten = tuple(self._overwritten())
        unknown = self._with_successors(gone)
        # That a deadline had passed stands in the ledger; what else was late depends on the progress of that day.
        self._doubtful = {lag.ref for lag in assessment.lags if lag.ref in unknown and not lag.days_late}
        self._touched = {ref.partition("/")[0] for ref in unknown}
        self.lags = tuple(lag for lag in assessment.lags if lag.ref not in self._doubtful)

    def _overwritten(self) -> Iterator[str]:
        """Tasks under way on that day that were reported on, or finished, since: their progress of then is gone."""
        if self.as_of >= self.today:
            return
        for project in counts.counted(self.workspace.projects, self.as_of):
            for task in project.tasks:
                begun = task.started is not None and task.started <= self.as_of
                done = task.done is not None and task.done <= self.as_of
                later = any(day is not None and self.as_of < day <= self.today for day in (task.updated, task.done))
                if begun and not done and later:
                    yield f"{project.id}/{task.id}"

    def _with_successors(self, refs: Iterable[str]) -> frozenset[str]:
        """Those tasks and all that wait for them: their forecasts stand on the progress that is not known."""
        schedule = self.assessment.schedule
        after: dict[str, list[str]] = {}
        for ref in schedule.plans:
            for before in schedule.waits_for(ref):
                after.setdefault(before, []).append(ref)
        found: set[str] = set()
        waiting = list(refs)
        while waiting:
            ref = waiting.pop()
            if ref not in found:
                found.add(ref)
                waiting += after.get(ref, ())
        return frozenset(found)

    def earlier(self, day: date) -> _Seen:
        """The same ledgers on an earlier day."""
        return _Seen(self.assessment.earlier(day), self.today)

    def light(self, project: str) -> Light | None:
        """The light of a project; grey where only what cannot be known any more would decide it."""
        light = self.assessment.light(project)
        if light is None or project not in self._touched:
            return light
        known = [lag for lag in self.assessment.lags_of(project) if lag.ref not in self._doubtful]
        return light if light in ("red", "grey") and any(lag.light == light for lag in known) else "grey"


def _lights(seen: _Seen) -> dict[str, int]:
    lights = dict.fromkeys((*LIGHTS, "none"), 0)
    for project in counts.counted(seen.workspace.projects, seen.as_of):
        lights[seen.light(project.id) or "none"] += 1
    return lights


def _changes(now: _Seen, before: _Seen) -> Iterator[Change]:
    for project in counts.counted(now.workspace.projects, now.as_of):
        then, light = before.light(project.id), now.light(project.id)
        if then != light:
            mine = (lag for lag in now.lags if lag.project == project.id and lag.light == light)
            worst = next(mine, None)
            why = ""
            if worst is not None and light in ("red", "yellow"):
                row = rows_of(now.assessment, [worst])[0]
                why = _("{name}, {reasons}").format(
                    name=row.name, reasons=listing([str(reason["text"]) for reason in row.reasons[:2]])
                )
            yield Change(project.id, project.name, then, light, why)


def _targets(assessment: Assessment, as_of: date, period: Period) -> tuple[TargetRow, ...]:
    """The targets of the place, its units and its chains that hold the last day, with the period's own figures."""
    scorer = Scorer(assessment.workspace, assessment.as_of, as_of, period)
    found = [s for s in scorer.standings if s.period.contains(assessment.as_of) and s.scope_kind != "project"]
    return tuple(targets.row(standing, assessment.light_of_target(standing)) for standing in targets.in_order(found))


def _letters(workspace: Workspace, day: date, before: date) -> tuple[tuple[Letter, ...], tuple[Letter, ...]]:
    """The letters that are due, and the items whose next step is clearing."""
    now = escalate.compute(Query(workspace, day, Filter()))
    known = {(row.ref, row.step) for row in escalate.compute(Query(workspace, before, Filter())).items}

    def letter(row: escalate.ItemRow) -> Letter:
        name = row.name if row.project_name in ("", row.name) else f"{row.project_name} · {row.name}"
        return Letter(
            row.ref, row.step, name, row.to_text or row.to_fill or "", row.why, (row.ref, row.step) not in known
        )

    return tuple(map(letter, now.items)), tuple(map(letter, now.clearing))


def _streaks(now: _Seen) -> Iterator[Streak]:
    """Projects that are red now, those longest in a row first."""
    workspace = now.workspace
    months: dict[str, int] = {p.id: 1 for p in workspace.projects if now.light(p.id) == "red"}
    going, month = set(months), Period.of("month", now.as_of)
    for number in range(2, _LONGEST_STREAK + 1):
        month = month.previous()
        if not going:
            break
        then = now.earlier(month.last)
        going = {id_ for id_ in going if then.light(id_) == "red"}
        months.update(dict.fromkeys(going, number))
    for id_, count in sorted(months.items(), key=lambda pair: -pair[1]):
        project = workspace.projects_by_id[id_]
        yield Streak(id_, project.name, count, owner_text(workspace, project.owner, project.unit))


class _Facts:
    """What happened in a period, and what falls due after it."""

    def __init__(self, assessment: Assessment, period: Period) -> None:
        self.assessment = assessment
        self.workspace = assessment.workspace
        self.as_of = assessment.as_of
        self.period = period
        self.names = Names(assessment.workspace, assessment.standings)

    def _in(self, day: date | None) -> bool:
        return day is not None and day <= self.as_of and self.period.contains(day)

    def _entry(self, day: date, kind: str, ref: str, name: str, project: str | None, owner: str | None) -> Entry:
        unit = self.workspace.unit_of(self.workspace.items[ref]) if ref in self.workspace.items else None
        party = (
            self.workspace.unit_name(owner)
            if owner in self.workspace.units_by_id
            else owner_text(self.workspace, owner, unit)
            if owner or unit
            else ""
        )
        return Entry(day, kind, ref, name, project, self.names.project(project), owner, party)

    def done(self) -> Iterator[Entry]:
        """Tasks done, stages reached, problems closed in the period, by day."""
        found: list[Entry] = []
        for project in counts.counted(self.workspace.projects, self.as_of):
            for task in project.tasks:
                if self._in(task.done) and task.done is not None:
                    ref, owner = f"{project.id}/{task.id}", task.owner or project.owner
                    found.append(self._entry(task.done, "task", ref, task.name, project.id, owner))
            for name, stage in project.stages.named():
                if self._in(stage.actual) and stage.actual is not None:
                    ref, owner = f"{project.id}/{name}", stage.owner or project.owner
                    found.append(self._entry(stage.actual, "stage", ref, name, project.id, owner))
            for problem in project.problems:
                closed = problem.state_on(self.as_of) == "closed"
                if closed and self._in(problem.closed) and problem.closed is not None:
                    ref, owner = f"{project.id}/{problem.id}", problem.owner or project.owner
                    found.append(self._entry(problem.closed, "problem", ref, problem.text, project.id, owner))
        return iter(sorted(found, key=lambda entry: entry.date))

    def raised(self) -> Iterator[Entry]:
        """Problems raised in the period."""
        for project in counts.counted(self.workspace.projects, self.as_of):
            for problem in project.problems:
                if self._in(problem.raised):
                    ref, owner = f"{project.id}/{problem.id}", problem.owner or project.owner
                    yield self._entry(problem.raised, "problem", ref, problem.text, project.id, owner)

    def due(self, first: date, last: date) -> tuple[Entry, ...]:
        """What falls due in a stretch of days."""
        found: Iterable[Due] = due(self.workspace, self.assessment.schedule, self.as_of, first, last)
        return tuple(self._entry(e.date, e.kind, e.ref, e.name, e.project, e.owner) for e in found)

    def decisions(self) -> Iterator[Followed]:
        """What became of the decisions made in the period before or in this one, and of older ones still not done."""
        since = self.period.previous().first
        for meeting in sorted(self.workspace.meetings, key=lambda meeting: meeting.date):
            if meeting.date > self.as_of:
                continue
            for decision in meeting.decisions:
                finished = self._finished(decision.done, decision.task)
                late_open = finished is None and decision.deadline < self.as_of
                if meeting.date < since and not late_open:
                    continue
                state: State = "overdue" if late_open else "open"
                if finished is not None:
                    state = "done" if finished <= decision.deadline else "done_late"
                yield Followed(
                    ref=f"{meeting.id}/{decision.id}",
                    text=decision.text,
                    meeting=meeting.date,
                    owner=decision.owner,
                    owner_name=owner_text(self.workspace, decision.owner),
                    deadline=decision.deadline,
                    done=finished,
                    state=state,
                    evidence=decision.evidence if finished is not None else None,
                )

    def _finished(self, day: date | None, ref: str | None) -> date | None:
        """When a decision was done: as the minutes say, else when the task or problem that it became was."""
        if day is None and ref is not None and ref in self.workspace.items:
            record = self.workspace.items[ref].record
            if isinstance(record, Task):
                day = record.done
            elif isinstance(record, Problem) and record.state_on(self.as_of) == "closed":
                day = record.closed
        return day if day is not None and day <= self.as_of else None

    def agenda(self) -> Iterator[OpenProblem]:
        """Open problems by the leader who takes them, the overdue and the oldest first."""
        workspace = self.workspace
        live = [p for p in counts.counted(workspace.projects, self.as_of) if not p.paused_on(self.as_of)]
        states = [s for s in counts.problems(live, self.as_of) if s.state != "closed"]
        for state in sorted(states, key=lambda s: (not s.overdue, -s.age_days)):
            project, problem = state.project, state.problem
            leader = workspace.settings.routing.get(problem.category)
            yield OpenProblem(
                ref=f"{project.id}/{problem.id}",
                text=problem.text,
                project_name=project.name,
                leader_name=workspace.person_name(leader),
                category=problem.category,
                owner_name=owner_text(workspace, problem.owner or project.owner, problem.lead_unit or project.unit),
                deadline=state.deadline,
                original_deadline=problem.deadline,
                extended=sum(extension.date <= self.as_of for extension in problem.extensions),
                age_days=state.age_days,
                overdue=state.overdue,
                next=problem.next,
                new=self.period.contains(problem.raised),
            )


# --- the page ---------------------------------------------------------------------------------------------------------

Part = tuple[str, Sequence[Block]]


def document(result: Result) -> Document:
    """What is read out: numbered parts, complete sentences, and lines for review and signature."""
    parts = {
        "day": _day_parts,
        "week": _week_parts,
        "month": _month_parts,
        "quarter": _quarter_parts,
        "half": _half_parts,
        "year": _year_parts,
    }[result.kind](result)
    sections: list[Block] = [
        Section(_(_NUMBERED[number]).format(title=title), tuple(blocks)) for number, (title, blocks) in enumerate(parts)
    ]
    cutoffs = {row.cutoff for row in result.targets if row.cutoff is not None}
    asides = [_span(result), as_of_text(result.as_of)]
    if cutoffs:
        asides.append(cutoffs_text(cutoffs, result.as_of))
    footer = [rules_text(result.rules)]
    if result.overwritten:
        text = ngettext(
            "{n} task was reported on again after {day}: how it stood then is not judged here; see --rev",
            "{n} tasks were reported on again after {day}: how they stood then is not judged here; see --rev",
            len(result.overwritten),
        )
        footer.append(text.format(n=len(result.overwritten), day=day_text(result.as_of)))
    return Document(
        title=_(_TITLES[result.kind]).format(place=result.place),
        blocks=(*sections, Blank((_("Reviewed by"), _("Issued by")))),
        asides=tuple(asides),
        footer=tuple(footer),
    )


def _span(result: Result) -> str:
    period = Period.parse(result.period)
    if result.kind == "day":
        return period_text(period)
    return _("{period} ({first} to {last})").format(
        period=period_text(period),
        first=day_text(result.first, result.first),
        last=day_text(result.last, result.first),
    )


def _day_parts(result: Result) -> Iterator[Part]:
    done_today = len(result.done)
    summary = _("Due today and not done: {due}; done today: {done}; carried over from earlier days: {carried}.")
    said = summary.format(due=len(result.due), done=done_today, carried=len(result.carried))
    yield _("The day in figures"), [Paragraph(said)]
    yield _("Due today, not done"), [_entries(result.due, result, _("Nothing due today is left."))]
    yield _("Done today"), [_entries(result.done, result, _("Nothing was reported as done today."))]
    yield _("Carried over"), [_entries(result.carried, result, _("Nothing is carried over."), late=True)]
    yield _("Raised today"), [_entries(result.raised, result, _("No problem was raised today."))]
    tomorrow = [entry for entry in result.next if entry.date == result.as_of + _DAY]
    yield _("Due tomorrow"), [_entries(tomorrow, result, _("Nothing falls due tomorrow."))]


def _week_parts(result: Result) -> Iterator[Part]:
    yield _("The week as a whole"), [Paragraph(_whole(result)), *_change_items(result)]
    yield _("Called by name"), [_red(result)]
    yield _("What the decisions came to"), [_followed(result)]
    yield _("Problems closed and raised"), list(_problem_blocks(result))
    yield (
        _("To be started and finished until {day}").format(day=_horizon(result)),
        [_entries(result.next, result, _("Nothing falls due."))],
    )
    yield _("Letters to be issued"), [_letter_block(result)]


def _horizon(result: Result) -> str:
    return day_text(Period.parse(result.period).next().last, result.as_of)


def _month_parts(result: Result) -> Iterator[Part]:
    yield _("The period as a whole"), [Paragraph(_whole(result)), Paragraph(_stages(result))]
    yield _("Targets against the pace"), list(_target_blocks(result))
    yield _("Lights and their changes"), list(_change_items(result)) or [Paragraph(_("No light has changed."))]
    yield _("Called by name"), [_red(result)]
    yield _("League"), list(_league(result))
    yield _("Missing reports"), [_missing(result)]
    yield _("Problems closed and raised"), list(_problem_blocks(result))
    yield _("Agenda of the supervision day"), list(_agenda(result))


def _quarter_parts(result: Result) -> Iterator[Part]:
    yield _("Notice"), list(_notice(result))
    yield from _month_parts(result)
    yield _("Red months in a row"), [_streak_block(result)]


def _half_parts(result: Result) -> Iterator[Part]:
    yield _("Half-year targets"), list(_target_blocks(result))
    yield _("Score beside the self-score"), list(_league(result))
    yield _("Forecast for the year"), [_forecast(result)]
    yield _("The period as a whole"), [Paragraph(_whole(result)), Paragraph(_stages(result)), *_change_items(result)]
    yield _("Called by name"), [_red(result)]
    yield _("Red months in a row"), [_streak_block(result)]
    yield _("Missing reports"), [_missing(result)]
    yield _("Agenda of the supervision day"), list(_agenda(result))


def _year_parts(result: Result) -> Iterator[Part]:
    yield _("The year as a whole"), [Paragraph(_whole(result)), Paragraph(_stages(result))]
    yield _("Targets of the year"), list(_target_blocks(result))
    yield _("Final score"), list(_league(result))
    yield _("Awards and the incentive fund"), list(_fund(result))
    yield _("Carried over into the next year"), list(_carry_over(result))
    yield _("Clearing"), list(_clearing(result))
    yield _("Red months in a row"), [_streak_block(result)]
    yield _("Missing reports"), [_missing(result)]


# --- parts ------------------------------------------------------------------------------------------------------------


def _whole(result: Result) -> str:
    numbers = result.projects
    if not numbers.total and not numbers.cleared:
        return _("No projects in these ledgers.")
    red, then = result.lights["red"], result.lights_before["red"]
    said = _("{total} key projects, {active} under way, {suspended} suspended; lights: {lights}").format(
        total=numbers.total, active=numbers.active, suspended=numbers.suspended, lights=lights_text(result.lights)
    )
    if red > then:
        change = _("{n} more red than at the end of the period before").format(n=red - then)
    elif red < then:
        change = _("{n} fewer red than at the end of the period before").format(n=then - red)
    else:
        change = _("as many red as at the end of the period before")
    return _("{sentence}.").format(sentence=clauses([said, change]))


def _change_items(result: Result) -> list[Block]:
    lines: list[Text] = []
    for change in result.changes:
        runs = [
            Run(_("{name}: ").format(name=change.name)),
            lamp(change.before),
            Run(" → "),
            lamp(change.after),
        ]
        if change.why:
            runs.append(Run(_(" ({name})").format(name=change.why)))
        runs += [Run(" "), code(change.project)]
        lines.append(tuple(runs))
    return [Paragraph(_("Lights that changed:")), Items(tuple(lines))] if lines else []


def _stages(result: Result) -> str:
    stock = [f"{_(STAGE_WORDS[name])} {result.stock[name]}" for name in STAGES if result.stock[name]]
    events = [f"{_(STAGE_WORDS[name])} {result.events[name]}" for name in STAGES if name != "reserve"]
    return joined(
        _("Stock by current stage: {stock}.").format(stock=listing(stock) or "—"),
        _("Events in the period: {events}.").format(events=listing(events)),
    )


def _new(text: Text, new: bool) -> Text:
    """Mark what is new since the period before."""
    runs = (Run(text),) if isinstance(text, str) else text
    return (Run(_("[new]"), "strong"), Run(" "), *runs) if new else runs


def _red(result: Result) -> Block:
    if not result.red:
        return Paragraph(_("Nothing is red, and nothing is overdue."))
    return Items(tuple(_new(_red_text(lag, result.as_of), lag.ref in result.new) for lag in result.red), numbered=True)


def _red_text(lag: LagRow, today: date) -> Text:
    reasons = listing([str(reason["text"]) for reason in lag.reasons[:2]])
    if lag.deadline is not None and lag.original_deadline is not None:
        due_on = deadline_text(lag.deadline, lag.original_deadline, lag.extensions, today)
        reasons = _("due {day}: {reasons}").format(day=due_on, reasons=reasons)
    text = _("{who}: {what}").format(
        who=lag.owner_name or _("no owner"),
        what=_("{name}, {reasons}").format(name=lag.title, reasons=reasons),
    )
    if lag.next:
        text = _("{text}; next: {next}").format(text=text, next=lag.next)
    return (lamp(lag.light), Run(" "), Run(text), Run(" "), code(lag.ref))


def _followed(result: Result) -> Block:
    if not result.decisions:
        return Paragraph(_("No decision was made in this period or the one before, and none is overdue."))
    today = result.as_of
    rows = tuple(
        (
            Cell((Run(row.text), Run(" "), code(row.ref)), row.text),
            Cell(day_text(row.meeting, today), row.meeting),
            Cell(row.owner_name),
            Cell(day_text(row.deadline, today), row.deadline),
            Cell(_followed_text(row, today), row.state),
        )
        for row in result.decisions
    )
    return Table(
        (
            Column(_("Decision"), wrap=True),
            Column(_("Meeting")),
            Column(_("Owner"), wrap=True),
            Column(_("Deadline")),
            Column(_("What it came to"), wrap=True),
        ),
        rows,
        main=result.kind in ("day", "week"),
    )


def _followed_text(row: Followed, today: date) -> str:
    state = _(_STATE_WORDS[row.state])
    said = [state]
    if row.done is not None:
        said = [_("{state} on {day}").format(state=state, day=day_text(row.done, today))]
        if row.evidence:
            said.append(row.evidence)
    elif row.state == "overdue":
        said = [_("{state} by {days}").format(state=state, days=days_text((today - row.deadline).days))]
    return commas(said)


def _problem_blocks(result: Result) -> Iterator[Block]:
    closed = [entry for entry in result.done if entry.kind == "problem"]
    yield Paragraph(
        _("Closed in the period: {closed}; raised: {raised}.").format(closed=len(closed), raised=len(result.raised))
    )
    lines = [_("closed {text}"), _("raised {text}")]
    items = [
        _entry_text(entry, result, pattern)
        for pattern, entries in zip(lines, (closed, result.raised), strict=True)
        for entry in entries
    ]
    if items:
        yield Items(tuple(items))


def _entries(entries: Sequence[Entry], result: Result, empty: str, late: bool = False) -> Block:
    if not entries:
        return Paragraph(empty)
    return Items(tuple(_entry_text(entry, result, late=late) for entry in entries))


def _entry_text(entry: Entry, result: Result, pattern: str = "{text}", late: bool = False) -> Text:
    name = _entry_name(entry)
    where = _("{name}: ").format(name=entry.project_name) if entry.project_name else ""
    who = _(" — {owner}").format(owner=entry.owner_name) if entry.owner_name else ""
    text = pattern.format(text=where + name + who)
    runs = [Run(day_text(entry.date, result.as_of), "strong"), Run(" "), Run(text), Run(" "), code(entry.ref)]
    if late:
        days = days_text((result.as_of - entry.date).days)
        runs.insert(3, Run(_(", {days} late").format(days=days)))
    return tuple(runs)


def _entry_name(entry: Entry) -> str:
    match entry.kind:
        case "stage":
            return _("stage “{stage}”").format(stage=_(STAGE_WORDS[entry.name]))  # type: ignore[index]
        case "factor":
            return _("factor to be secured: {factor}").format(factor=factor_word(entry.name))  # type: ignore[arg-type]
        case "apply":
            return _("application for {source}").format(source=_(FUNDING_WORDS[entry.name]))
        case "reply":
            return _("reply to {number}").format(number=entry.name)
        case "start":
            return _("must be started: {name}").format(name=entry.name)
        case _:
            return entry.name


def _letter_block(result: Result) -> Block:
    if not result.letters:
        return Paragraph(_("No letter is due."))
    lines = tuple(
        _new(
            (
                Run(_("{kind} to {to}: ").format(kind=_(ACTION_WORDS[letter.step]), to=letter.to)),
                Run(_("{name} ({why})").format(name=letter.name, why=letter.why)),
                Run(" "),
                code(letter.ref),
            ),
            letter.new,
        )
        for letter in result.letters
    )
    return Items(lines, numbered=True)


def _target_blocks(result: Result) -> Iterator[Block]:
    own = [row for row in result.targets if row.kind == "all"]
    if not result.targets:
        yield Paragraph(_("No target for this period."))
        return
    for group in targets.grouped(own):
        yield Paragraph(targets.sentence(group))
    if own:
        yield targets.bars(own, "", _("the pace at the date of the figures"))
    rest = [row for row in result.targets if row.kind != "all"]
    if rest:
        yield _target_table(rest)


def _target_table(rows: Sequence[TargetRow]) -> Table:
    def cells(row: TargetRow) -> tuple[Cell | Text, ...]:
        done = amount_text(row.done, row.measure) if row.done is not None else "—"
        verdict = targets.missing_text(row) or targets.verdict_text(row) or "—"
        return (
            Cell((lamp(row.light),), row.light),
            Cell(row.scope_name),
            Cell(_("{name}, {period}").format(name=row.name, period=period_text(Period.parse(row.period)))),
            Cell(amount_text(row.value, row.measure), row.value),
            Cell(done, row.done),
            Cell(percent_text(row.rate) if row.rate is not None else "—", row.rate),
            Cell(verdict),
        )

    return Table(
        (
            Column(_("Light")),
            Column(_("Unit or chain"), wrap=True),
            Column(_("Indicator"), wrap=True),
            Column(_("Target"), "right"),
            Column(_("Done"), "right"),
            Column(_("Rate"), "right"),
            Column(_("Against the pace"), wrap=True),
        ),
        tuple(map(cells, rows)),
        main=True,
    )


def _league(result: Result) -> Iterator[Block]:
    found = result.ranking
    rows = [(group, row) for group in found.groups for row in group.rows] if found is not None else []
    if not rows:
        yield Paragraph(_("Nobody is ranked."))
        return
    yield Table(
        (
            Column(_("Rank"), "right"),
            Column(_("Group"), wrap=True),
            Column(_("Unit or chain"), wrap=True),
            Column(_("Score"), "right"),
            Column(_("Self-score"), "right"),
            Column(_("Since the period before"), wrap=True),
        ),
        tuple(
            (
                Cell(str(row.rank) if row.rank is not None else "—", row.rank),
                Cell(group.title),
                Cell(row.name),
                Cell(ranking.score_text(row.score) if row.score is not None else "—", row.score),
                Cell(
                    ranking.score_text(Fraction(row.self_score)) if row.self_score is not None else "—", row.self_score
                ),
                Cell(_moved(row.change)),
            )
            for group, row in rows
        ),
    )


def _moved(change: int | None) -> str:
    if change is None:
        return "—"
    if change == 0:
        return _("as before")
    up, down = ngettext("up {n} place", "up {n} places", change), ngettext("down {n} place", "down {n} places", -change)
    return (up if change > 0 else down).format(n=abs(change))


def _missing(result: Result) -> Block:
    if not result.missing:
        return Paragraph(_("Nothing is missing."))
    return Items(
        tuple(
            (
                Run(_("{who}: {what}").format(who=lag.owner_name or _("no owner"), what=lag.title)),
                Run(
                    _(" ({name})").format(
                        name=listing([str(r["text"]) for r in lag.reasons if r["code"] == "unreported"])
                    )
                ),
                Run(" "),
                code(lag.ref),
            )
            for lag in result.missing
        )
    )


def _agenda(result: Result) -> Iterator[Block]:
    today = result.as_of
    leaders: dict[str, list[OpenProblem]] = {}
    for problem in result.agenda:
        leaders.setdefault(problem.leader_name, []).append(problem)
    yield Paragraph(
        _("To be heard: {n} open problems, under {leaders} leaders, the overdue first.").format(
            n=len(result.agenda), leaders=len(leaders)
        )
        if result.agenda
        else _("No problem is open.")
    )
    for leader, problems in leaders.items():
        title = (
            _("Taken by {name}").format(name=leader) if leader else _("Taken by nobody: name a leader in the settings")
        )
        yield Section(title, (Items(tuple(_agenda_text(problem, today) for problem in problems), numbered=True),))
    yield Section(_("Follow-up of earlier decisions"), (_followed(result),))


def _agenda_text(problem: OpenProblem, today: date) -> Text:
    due_on = deadline_text(problem.deadline, problem.original_deadline, problem.extended, today)
    said = [
        _("{project}: {text} ({category})").format(
            project=problem.project_name,
            text=problem.text,
            category=_(CATEGORY_WORDS[problem.category]),  # type: ignore[index]
        ),
        problem.owner_name,
        _("due {day}").format(day=due_on),
        _("{days} old").format(days=days_text(problem.age_days)),
    ]
    if problem.overdue:
        said.append(_("overdue"))
    text = commas(said)
    if problem.next:
        text = _("{text}; next: {next}").format(text=text, next=problem.next)
    return _new((Run(text), Run(" "), code(problem.ref)), problem.new)


def _streak_block(result: Result) -> Block:
    long = [streak for streak in result.streaks if streak.months > 1]
    if not long:
        return Paragraph(_("No project is red for the second month in a row."))
    return Items(
        tuple(
            (
                Run(
                    _("{name}: red at {n} month ends in a row; {owner}").format(
                        name=streak.name, n=streak.months, owner=streak.owner_name
                    )
                ),
                Run(" "),
                code(streak.project),
            )
            for streak in long
        )
    )


def _listed(result: Result, kind: Literal["red", "bottom"]) -> list[str]:
    groups = result.ranking.groups if result.ranking is not None else ()
    return [row.name for group in groups for row in group.rows if row.on_list == kind]


def _notice(result: Result) -> Iterator[Block]:
    """The text of the quarter's notice, in sentences."""
    period = period_text(Period.parse(result.period))
    yield Paragraph(
        _("To all units: the state of the key projects in the {period} is made known as follows.").format(period=period)
    )
    events = [
        _("{stage} {n}").format(stage=_(STAGE_WORDS[name]), n=result.events[name])
        for name in STAGES
        if name not in ("reserve", "negotiating")
    ]
    yield Paragraph(joined(_whole(result), _("In the period: {events}.").format(events=listing(events))))
    for group in targets.grouped(row for row in result.targets if row.kind == "all"):
        yield Paragraph(targets.sentence(group))
    praised, bottom = _listed(result, "red"), _listed(result, "bottom")
    if praised:
        yield Paragraph(
            _("Praised, for the best scores of their groups: {names}.").format(names=listing(praised)), "strong"
        )
    if bottom:
        yield Paragraph(
            _("Criticised, for the lowest scores of their groups: {names}.").format(names=listing(bottom)), "strong"
        )
    long = [streak for streak in result.streaks if streak.months > 1]
    if long:
        names = [
            _("{name} ({n} months) — {owner}").format(name=streak.name, owner=streak.owner_name, n=streak.months)
            for streak in long
        ]
        yield Paragraph(_("Criticised, for red lights month after month: {names}.").format(names=listing(names)))
    if not praised and not bottom and not long:
        yield Paragraph(_("There is nobody to praise or to criticise: too little is scored."))
    overdue = [lag for lag in result.red if lag.days_late]
    if overdue:
        yield Paragraph(
            ngettext(
                "Who owes the {n} overdue item shall name a day and the steps until then, and report weekly.",
                "Those who owe the {n} overdue items shall name a day and the steps until then, and report weekly.",
                len(overdue),
            ).format(n=len(overdue))
        )


def _forecast(result: Result) -> Block:
    """What the year comes to if it goes on at the same ratio to the pace."""
    lines = []
    for row in result.targets:
        if row.kind != "all" or Period.parse(row.period).kind != "year" or row.ratio is None:
            continue
        reached = row.value * Decimal(row.ratio.numerator) / Decimal(row.ratio.denominator)
        rounded = reached.quantize(Decimal(1))
        lines.append(
            _("{name}: at the present ratio to the pace the year comes to about {amount}, {rate} of {value}").format(
                name=row.name,
                amount=amount_text(rounded, row.measure),
                rate=percent_text(row.ratio),
                value=amount_text(row.value, row.measure),
            )
        )
    return Items(tuple(lines)) if lines else Paragraph(_("No target of the year has figures to forecast from."))


def _fund(result: Result) -> Iterator[Block]:
    found = result.fund
    if found is None or found.fund is None:
        yield Paragraph(_("There is no incentive fund."))
        return
    yield Paragraph(awards.fund_text(found.fund, result.money_unit))
    given = tuple(
        _("{day}: {who}, {amount}").format(
            day=day_text(row.date, result.as_of), who=row.to_name, amount=money_text(row.amount, result.money_unit)
        )
        + (_(" ({name})").format(name=row.reason) if row.reason else "")
        for row in found.rows
    )
    if given:
        yield Items(given)


def _carry_over(result: Result) -> Iterator[Block]:
    yield Paragraph(
        _("Overdue and carried over: {carried}; open problems: {problems}.").format(
            carried=len(result.carried), problems=len(result.agenda)
        )
    )
    if result.carried:
        yield _entries(result.carried, result, "", late=True)


def _clearing(result: Result) -> Iterator[Block]:
    lines = [
        commas(
            [
                _("{name} was cleared").format(name=gone.name),
                *([day_text(gone.date, result.as_of)] if gone.date else []),
                *([gone.reason] if gone.reason else []),
                *([_("by {decision}").format(decision=gone.decision)] if gone.decision else []),
            ]
        )
        for gone in result.cleared
    ]
    lines += [_("Candidate: {name} ({why})").format(name=row.name, why=row.why) for row in result.clearing]
    yield Items(tuple(lines)) if lines else Paragraph(_("No project was cleared, and none is a candidate."))
