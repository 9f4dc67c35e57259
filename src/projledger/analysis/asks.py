"""What is asked of a chain chief: the decisions that the levels below cannot take, each with what follows without it.

Where the rules leave room, this is what is done:

- A problem is asked about when its category is routed to the chief or a deputy, when its level is 3 or 4, when it is
  overdue, or when another unit than the project's leads its solution: then nobody below has a hold on everyone.
- A red item that no such problem holds up is asked about when a letter about it did not settle it, when the next
  letter goes to an attached leader or the county's chief, when other work waits for it, or when another unit than the
  project's answers for it.
- A factor gap is asked about from 60 days before its deadline, unless an open problem of that project says it already.
- A link of the chain map that is missing is asked about from 60 days before its deadline while no project that goes on
  stands at it.
- The chain's meeting of the running period is asked for until it is held (analysis/meetings.py says what is required).
- A decision of a chain meeting that is overdue is asked about, as part of the ask about the work it speaks of.
- An investment target of the chain that is yellow or red is asked about.
- What is overdue or red comes first, then by deadline. Where fewer than three are found, the next in line fill up:
  open problems, yellow items, and factor gaps and missing links whose deadline is farther away. Nothing is made up to
  reach three.
- A decision is needed before the work that waits for it must begin: by the latest start of the item, or of the first
  task that a problem holds up; where that has passed, by the end of the working week. Where no latest start is known
  the day is that of the owner, and is told as that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, Literal

from projledger.analysis import counts
from projledger.analysis.assessment import Assessment
from projledger.analysis.escalation import Case, Escalation
from projledger.analysis.lagging import Lag
from projledger.analysis.meetings import rhythm_of
from projledger.calendar import Period
from projledger.frozen import frozen
from projledger.models.place import Chain, Decision, Meeting, Node
from projledger.models.project import Action, Factor, Problem, Project, Task
from projledger.models.types import ActionKind, FactorName, StageName
from projledger.models.workspace import Workspace

Kind = Literal["problem", "item", "factor", "decision", "meeting", "pace", "node"]
ReasonCode = Literal["routed", "level", "overdue", "other_unit", "letter", "next_letter", "holds_up", "red", "yellow"]
MOST: Final = 7
LEAST: Final = 3
_AHEAD: Final = timedelta(days=60)
_SOON: Final = timedelta(days=14)
_ORDER: Final[tuple[Kind, ...]] = ("problem", "item", "decision", "pace", "factor", "meeting", "node")
_LEADERS: Final = 3
"""The first level of the ladder that no unit is: the attached leader."""


@frozen
class Effect:
    """What follows without the decision.

    `late`: `ref` comes `workdays` late, on `day`; `slack`: it has that many workdays left; `stage_late`: a stage is
    `workdays` (calendar days) past its plan; `stage`: one is planned for `day`; `stage_slack`: `last`, the last task
    before that stage, has `workdays` of float (negative: comes late); `factor`: a factor is to be there by `day`;
    `letter`: the next step of the ladder is due from `day`; `missed`: the cadence is missed; `gap`: the link stays
    empty; `pace`: the gap grows.
    """

    code: Literal["late", "slack", "stage_late", "stage", "stage_slack", "factor", "letter", "missed", "gap", "pace"]
    ref: str = ""
    day: date | None = None
    workdays: int = 0
    step: ActionKind | None = None
    last: str = ""


@frozen
class Gap:
    """A factor of a project that is not secured in full."""

    project: Project
    factor: FactorName
    record: Factor

    @property
    def missing(self) -> Decimal:
        """How much is missing, in the factor's measure."""
        return self.record.needed - (self.record.secured or Decimal(0))


@frozen
class Ask:
    """One decision that is asked of a chain chief.

    `deadline` is the day in force for what it is about; `by` the day on which the decision is needed, or where that
    cannot be known (`owners_day`) the deadline of whoever it is about. `leader` is who takes problems of its kind,
    `proposal` what its owner means to do next, `partners` the units that assist. `decided` is the overdue decision of
    a meeting about the same work. `standing_still` names the projects at a missing link, none of which goes on.
    """

    kind: Kind
    ref: str
    deadline: date | None
    by: date | None
    days_late: int
    must: bool
    pressing: bool
    owners_day: bool = False
    proposal: str | None = None
    partners: tuple[str, ...] = ()
    raised: date | None = None
    standing_still: tuple[Project, ...] = ()
    project: str | None = None
    owner: str | None = None
    unit: str | None = None
    leader: str | None = None
    level: int = 0
    reasons: tuple[ReasonCode, ...] = ()
    effects: tuple[Effect, ...] = ()
    letter: Action | None = None
    step: ActionKind | None = None
    holds_up: tuple[str, ...] = ()
    gap: Gap | None = None
    decided: tuple[tuple[Meeting, Decision], ...] = ()
    node: Node | None = None
    covers: frozenset[str] = field(default_factory=frozenset)


class Asking:
    """Finds what is asked of the chiefs of a place."""

    def __init__(self, assessment: Assessment) -> None:
        self.assessment = assessment
        self.workspace: Workspace = assessment.workspace
        self.as_of = assessment.as_of
        self._cases: dict[str, Case] = {case.lag.ref: case for case in Escalation(assessment).cases()}
        self._after: dict[str, list[str]] = {}
        for ref in assessment.schedule.plans:
            for before in assessment.schedule.waits_for(ref):
                self._after.setdefault(before, []).append(ref)

    def of(self, chain: Chain) -> tuple[Ask, ...]:
        """What is asked of the chief of a chain, the most pressing first; `MOST` of them go on the page."""
        projects = projects_of(self.workspace, chain, self.as_of)
        live = [project for project in projects if self.assessment.judged(project)]
        problems = list(self._problems(chain, live))
        covered = frozenset().union(*(ask.covers for ask in problems))
        found = [
            *problems,
            *self._items(live, covered),
            *self._factors(chain, live),
            *self._targets(chain),
            *self._meeting(chain),
            *self._nodes(chain, projects, live),
        ]
        found = self._with_decisions(chain, found)
        ranked = sorted(found, key=self._rank)
        needed = [ask for ask in ranked if ask.must]
        filling = [ask for ask in ranked if not ask.must][: max(0, LEAST - len(needed))]
        return tuple(sorted([*needed, *filling], key=self._rank))

    def _rank(self, ask: Ask) -> tuple[int, int, int]:
        soon = ask.by is not None and ask.by <= self.as_of + _SOON
        return (
            0 if ask.pressing else 1 if soon else 2,
            (ask.by or date.max).toordinal(),
            _ORDER.index(ask.kind),
        )

    def _needed(self, deadline: date | None, tasks: Iterable[str]) -> tuple[date | None, bool]:
        """The day on which a decision about work is needed, and whether it is only the owner's.

        The work itself is `tasks`, or waits for it: the first of their latest starts. Work that is not known to wait
        leaves the owner's deadline, unless that has passed.
        """
        plans = self.assessment.schedule.plans
        starts = [plans[ref].latest_start for ref in tasks if ref in plans]
        first = min((day for day in starts if day is not None), default=None)
        past = deadline is not None and deadline < self.as_of
        if past or first is None or (deadline is not None and deadline < first):
            return self._by(deadline), deadline is not None and not past
        return self._by(first), False

    def _by(self, deadline: date | None) -> date | None:
        """A day on which a decision is needed, or the end of the working week once it has passed."""
        if deadline is None or deadline >= self.as_of:
            return deadline
        calendar = self.workspace.calendar
        friday = calendar.last_on_or_before(Period.of("week", self.as_of).last)
        if friday >= self.as_of:
            return friday
        return calendar.last_on_or_before(Period.of("week", self.as_of).next().last)

    # --- problems and items ---

    def _problems(self, chain: Chain, projects: Iterable[Project]) -> Iterator[Ask]:
        for state in counts.problems(projects, self.as_of):
            if state.state not in ("open", "handling"):
                continue
            project, problem = state.project, state.problem
            leader = self.workspace.settings.routing.get(problem.category)
            unit = problem.lead_unit or project.unit
            reasons: list[ReasonCode] = []
            if state.overdue:
                reasons.append("overdue")
            if leader is not None and leader in (chain.chief, *chain.deputies):
                reasons.append("routed")
            if problem.level >= _LEADERS:
                reasons.append("level")
            if unit != project.unit:
                reasons.append("other_unit")
            ref = f"{project.id}/{problem.id}"
            blocked = [self.workspace.absolute(project, task) for task in problem.blocks]
            held = tuple(task for task in blocked if self._unfinished(task))
            by, owners_day = self._needed(state.deadline, held)
            gap = self._gap_of(project, problem)
            yield Ask(
                kind="problem",
                ref=ref,
                deadline=state.deadline,
                by=by,
                owners_day=owners_day,
                proposal=problem.next or next((step for task in held if (step := self._next_step(task))), None),
                partners=tuple(assisting.unit for assisting in problem.assist),
                raised=problem.raised if state.state == "open" else None,
                days_late=counts.days_in(state.deadline, self.as_of, project) if state.overdue else 0,
                must=bool(reasons),
                pressing=state.overdue or any(self.assessment.light(task) == "red" for task in held),
                project=project.id,
                owner=problem.owner or project.owner,
                unit=unit,
                leader=leader,
                level=problem.level,
                reasons=tuple(reasons),
                effects=self._effects(project, held, ref, gap),
                letter=self._letter(ref),
                holds_up=held,
                gap=gap,
                covers=frozenset((ref, *blocked)),
            )

    def _items(self, projects: Sequence[Project], covered: frozenset[str]) -> Iterator[Ask]:
        ids = {project.id: project for project in projects}
        waiting: dict[str, list[str]] = {}
        for lag in self.assessment.lags:
            for reason in lag.reasons:
                if reason.code == "blocked" and reason.root is not None:
                    waiting.setdefault(reason.root, []).append(lag.ref)
        for lag in self.assessment.lags:
            if lag.project not in ids or lag.kind in ("problem", "target", "factor") or lag.ref in covered:
                continue
            if lag.light not in ("red", "yellow"):
                continue
            project = ids[lag.project]
            case = self._cases.get(lag.ref)
            step = case.step if case is not None and case.state in ("proposed", "too_soon", "reply_running") else None
            letter = case.last_action if case is not None else None
            held = tuple(dict.fromkeys(waiting.get(lag.ref, ())))
            reasons: list[ReasonCode] = []
            if letter is not None:
                reasons.append("letter")
            if step is not None and step.level >= _LEADERS:
                reasons.append("next_letter")
            if held:
                reasons.append("holds_up")
            if lag.kind == "task" and lag.unit != project.unit:
                reasons.append("other_unit")
            red = lag.light == "red"
            by, owners_day = self._needed(lag.deadline, (lag.ref,))
            yield Ask(
                kind="item",
                ref=lag.ref,
                deadline=lag.deadline,
                by=by,
                owners_day=owners_day,
                proposal=self._next_step(lag.ref),
                days_late=lag.days_late or 0,
                must=red and bool(reasons),
                pressing=red,
                project=lag.project,
                owner=lag.owner,
                unit=lag.unit,
                reasons=("red" if red else "yellow", *reasons),
                effects=self._effects(project, (lag.ref,), lag.ref),
                letter=letter,
                step=step.kind if step is not None else None,
                holds_up=held,
                covers=frozenset((lag.ref,)),
            )

    def _unfinished(self, ref: str) -> bool:
        item = self.workspace.items.get(ref)
        task = item.record if item is not None else None
        return isinstance(task, Task) and (task.done is None or task.done > self.as_of)

    def _next_step(self, ref: str) -> str | None:
        item = self.workspace.items.get(ref)
        return item.record.next if item is not None and isinstance(item.record, Task) else None

    def _letter(self, ref: str) -> Action | None:
        case = self._cases.get(ref)
        return case.last_action if case is not None else None

    def _effects(self, project: Project, tasks: Sequence[str], ref: str, gap: Gap | None = None) -> tuple[Effect, ...]:
        """What comes late, what has little room left, the next stage; else the letter that follows. Two at most."""
        plans = self.assessment.schedule.plans
        found: list[Effect] = []
        late = [plans[task] for task in tasks if task in plans and (plans[task].float or 0) < 0]
        if late:
            worst = min(late, key=lambda plan: plan.float or 0)
            found.append(Effect("late", worst.ref, worst.forecast_finish, -(worst.float or 0)))
        after = [plans[next_] for task in tasks for next_ in self._after.get(task, ()) if next_ in plans]
        # What comes late for the sake of something else is no consequence of this.
        known = [p for p in after if p.float is not None and (p.float >= 0 or self._drives(tasks, p.ref))]
        if known:
            tight = min(known, key=lambda plan: plan.float or 0)
            if (tight.float or 0) < 0:
                found.append(Effect("late", tight.ref, tight.forecast_finish, -(tight.float or 0)))
            else:
                found.append(Effect("slack", tight.ref, tight.latest_finish, tight.float or 0))
        if gap is not None and not found and gap.record.deadline is not None and gap.record.deadline >= self.as_of:
            found.append(Effect("factor", f"{project.id}/{gap.factor}", gap.record.deadline))
        missed = self._missed_stage(project)
        if missed is not None and missed.ref != ref:
            found.append(missed)
        if len(found) < 2 and not any(effect.code == "stage_late" for effect in found):
            stage = self._next_stage(project)
            told = (ref, *(effect.ref for effect in found))
            found += [stage] if stage is not None and stage.ref != ref and stage.last not in told else []
        if not found:
            found += self._next_letter(ref)
        return tuple(found[:2])

    def _drives(self, tasks: Sequence[str], ref: str) -> bool:
        """Whether one of some tasks is the last, or among the last, that `ref` waits for."""
        plans = self.assessment.schedule.plans
        ends = {
            before: finish
            for before in self.assessment.schedule.waits_for(ref)
            if before in plans and (finish := plans[before].forecast_finish) is not None
        }
        last = max(ends.values(), default=None)
        return any(ends.get(task) == last for task in tasks if task in ends)

    def _missed_stage(self, project: Project) -> Effect | None:
        for lag in self.assessment.lags_of(project.id):
            reason = lag.reason("missed_stage")
            if reason is not None:
                return Effect("stage_late", lag.ref, reason.since, reason.days or 0)
        return None

    def _next_stage(self, project: Project) -> Effect | None:
        for name, stage in project.stages.named():
            plan = stage.plan_on(self.as_of)
            reached = stage.actual is not None and stage.actual <= self.as_of
            if not reached and plan is not None and plan >= self.as_of:
                return self._way_to(project, Effect("stage", f"{project.id}/{name}", plan))
        return None

    def _way_to(self, project: Project, stage: Effect) -> Effect:
        """A stage with the room that the last task due before it has; the bare stage where none is known."""
        plans = self.assessment.schedule.plans
        last = None
        for task in project.tasks:
            plan = plans.get(f"{project.id}/{task.id}")
            if plan is None or plan.float is None or plan.forecast_finish is None:
                continue
            before = stage.day is not None and task.deadline_on(self.as_of) <= stage.day
            if before and (last is None or last.forecast_finish is None or plan.forecast_finish > last.forecast_finish):
                last = plan
        if last is None:
            return stage
        return replace(stage, code="stage_slack", last=last.ref, workdays=last.float or 0)

    def _next_letter(self, ref: str) -> list[Effect]:
        case = self._cases.get(ref)
        if case is None or case.step is None or case.from_day is None:
            return []
        if case.state not in ("proposed", "too_soon", "reply_running"):
            return []
        return [Effect("letter", ref, max(case.from_day, self.as_of), step=case.step.kind)]

    # --- factors, targets, meetings, the map ---

    def _gap_of(self, project: Project, problem: Problem) -> Gap | None:
        """The gap of the factor that a problem is about."""
        return next((gap for gap in gaps_of([project]) if gap.factor == problem.category), None)

    def _factors(self, chain: Chain, projects: Sequence[Project]) -> Iterator[Ask]:
        for gap in gaps_of(projects):
            deadline = gap.record.deadline
            known = any(
                state.problem.category == gap.factor and state.state in ("open", "handling")
                for state in counts.problems([gap.project], self.as_of)
            )
            if deadline is None or known:
                continue
            stage = self._next_stage(gap.project)
            leader = self.workspace.settings.routing.get(gap.factor)
            past = deadline < self.as_of
            yield Ask(
                kind="factor",
                ref=f"{gap.project.id}/{gap.factor}",
                deadline=deadline,
                by=self._by(deadline),
                owners_day=not past,
                days_late=counts.days_in(deadline, self.as_of, gap.project) if past else 0,
                must=deadline <= self.as_of + _AHEAD,
                pressing=past,
                project=gap.project.id,
                owner=gap.record.owner or gap.project.owner,
                unit=gap.project.unit,
                leader=leader,
                reasons=(
                    *(("overdue",) if past else ()),
                    *(("routed",) if leader is not None and leader in (chain.chief, *chain.deputies) else ()),
                ),
                effects=(stage,) if stage is not None else (),
                gap=gap,
            )

    def _targets(self, chain: Chain) -> Iterator[Ask]:
        for lag in self.assessment.lags:
            if lag.kind == "target" and lag.project is None and lag.ref.partition("/")[0] == chain.id:
                reason = lag.reason("behind_pace")
                if reason is not None and lag.light in ("red", "yellow"):
                    end = self._end_of(lag)
                    yield Ask(
                        kind="pace",
                        ref=lag.ref,
                        deadline=end,
                        by=Period.of("month", self.as_of).last,
                        days_late=0,
                        must=True,
                        pressing=lag.light == "red",
                        owner=lag.owner,
                        unit=lag.unit,
                        reasons=("red" if lag.light == "red" else "yellow",),
                        effects=(Effect("pace", lag.ref, end), *self._next_letter(lag.ref)),
                    )

    def _end_of(self, lag: Lag) -> date | None:
        return next((s.period.last for s in self.assessment.standings if s.ref == lag.ref), None)

    def _meeting(self, chain: Chain) -> Iterator[Ask]:
        rhythm = rhythm_of(self.workspace, chain, self.as_of)
        if rhythm is None or rhythm.current_held:
            return
        yield Ask(
            kind="meeting",
            ref=chain.id,
            deadline=rhythm.current_due,
            by=rhythm.current_due,
            days_late=0,
            must=True,
            pressing=False,
            owner=chain.chief,
            effects=(Effect("missed", workdays=len(rhythm.missed) + 1),),
        )

    def _nodes(self, chain: Chain, projects: Sequence[Project], live: Sequence[Project]) -> Iterator[Ask]:
        for node in chain.nodes:
            if node.state != "missing" or any(project.node == node.id for project in live):
                continue
            past = node.deadline is not None and node.deadline < self.as_of
            yield Ask(
                kind="node",
                ref=node.id,
                deadline=node.deadline,
                by=self._by(node.deadline),
                owners_day=not past,
                days_late=(self.as_of - node.deadline).days if past and node.deadline is not None else 0,
                must=node.deadline is not None and node.deadline <= self.as_of + _AHEAD,
                pressing=past,
                owner=node.owner,
                standing_still=tuple(project for project in projects if project.node == node.id),
                effects=(Effect("gap", node.id),),
                node=node,
            )

    # --- decisions of meetings ---

    def _with_decisions(self, chain: Chain, asks: list[Ask]) -> list[Ask]:
        """Overdue decisions of the chain's meetings: part of the ask about the same work, else asks of their own."""
        for meeting in self.workspace.meetings:
            if meeting.chain != chain.id or meeting.date > self.as_of:
                continue
            for decision in meeting.decisions:
                done = decision.done is not None and decision.done <= self.as_of
                if done or decision.deadline >= self.as_of:
                    continue
                same = next((n for n, ask in enumerate(asks) if decision.task in ask.covers), None)
                if decision.task is not None and same is not None:
                    asks[same] = replace(asks[same], decided=(*asks[same].decided, (meeting, decision)))
                    continue
                asks.append(
                    Ask(
                        kind="decision",
                        ref=f"{meeting.id}/{decision.id}",
                        deadline=decision.deadline,
                        by=self._by(decision.deadline),
                        days_late=(self.as_of - decision.deadline).days,
                        must=True,
                        pressing=True,
                        owner=decision.owner,
                        reasons=("overdue",),
                        decided=((meeting, decision),),
                    )
                )
        return asks


def projects_of(workspace: Workspace, chain: Chain, as_of: date) -> tuple[Project, ...]:
    """The projects of a chain that enter counts: all but the cleared ones."""
    return counts.counted((p for p in workspace.projects if p.chain == chain.id), as_of)


def gaps_of(projects: Iterable[Project]) -> tuple[Gap, ...]:
    """The factors that are not secured in full, in file order."""
    return tuple(
        Gap(project, name, factor)
        for project in projects
        for name, factor in project.factors.named()
        if (factor.secured or 0) < factor.needed
    )


def factor_of(ref: str) -> FactorName:
    """The factor that a reference such as P001/land names."""
    return ref.rpartition("/")[2]  # type: ignore[return-value]


def stage_of(ref: str) -> StageName:
    """The stage that a reference such as P001/signed names."""
    return ref.rpartition("/")[2]  # type: ignore[return-value]
