"""What happened in a period, what falls due after it, and what its meetings asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Final

from projledger.analysis import counts, meetings
from projledger.analysis.assessment import Assessment
from projledger.analysis.meetings import DecisionState
from projledger.analysis.upcoming import Due, due
from projledger.calendar import Period
from projledger.reports.parts.dues import Entry
from projledger.reports.parts.reasons import Names
from projledger.reports.parts.words import owner_text
from projledger.reports.report.result import Followed, OpenProblem, State


class Facts:
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
        """Problems raised in the period, by day."""
        found: list[Entry] = []
        for project in counts.counted(self.workspace.projects, self.as_of):
            for problem in project.problems:
                if self._in(problem.raised):
                    ref, owner = f"{project.id}/{problem.id}", problem.owner or project.owner
                    found.append(self._entry(problem.raised, "problem", ref, problem.text, project.id, owner))
        return iter(sorted(found, key=lambda entry: entry.date))

    def due(self, first: date, last: date) -> tuple[Entry, ...]:
        """What falls due in a stretch of days."""
        found: Iterable[Due] = due(self.workspace, self.assessment.schedule, self.as_of, first, last)
        return tuple(
            replace(
                self._entry(e.date, e.kind, e.ref, e.name, e.project, e.owner),
                own=e.own,
                since=e.since,
                late=e.late,
                decided=e.decided,
            )
            for e in found
        )

    def decisions(self) -> Iterator[Followed]:
        """What became of every decision that is open, or was made or done in this period or the one before.

        The overdue first, the longest of them at the top; then what is not due yet, what stands still, what is done.
        """
        since = self.period.previous().first
        found = [
            state
            for state in meetings.decisions(self.workspace, self.as_of)
            if state.done is None or state.done >= since or state.meeting.date >= since
        ]
        for state in sorted(found, key=_most_pressing):
            decision = state.decision
            yield Followed(
                ref=state.ref,
                text=decision.text,
                meeting=state.meeting.date,
                owner=decision.owner,
                owner_name=owner_text(self.workspace, decision.owner),
                deadline=decision.deadline,
                done=state.done,
                state=_followed_state(state),
                evidence=decision.evidence if state.done is not None else None,
                new=self.period.contains(state.meeting.date),
                days_late=state.days_late,
            )

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
                light=self.assessment.light(f"{project.id}/{problem.id}"),
                overdue=state.overdue,
                next=problem.next,
                new=self.period.contains(problem.raised),
            )


def _followed_state(state: DecisionState) -> State:
    if state.done is not None:
        return "done" if state.done <= state.decision.deadline else "done_late"
    if state.paused:
        return "paused"
    return "overdue" if state.overdue else "open"


_PRESSING: Final[tuple[State, ...]] = ("overdue", "open", "paused")


def _most_pressing(state: DecisionState) -> tuple[int, date]:
    if state.done is not None:
        return len(_PRESSING), state.done
    return _PRESSING.index(_followed_state(state)), state.decision.deadline
