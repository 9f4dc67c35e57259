"""The clocks of a problem: how long the units have to respond once a person or an enterprise has raised it.

From `raised` to `responded`, in workdays after the day it was raised: the leading unit has seven, each unit that must
help three; paused days do not count. The leading unit has also responded when the solution was submitted or the
problem closed; a closed problem asks for no response any more.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final, Literal

from projledger.analysis.schedule import Gaps
from projledger.frozen import frozen
from projledger.models.project import Problem, Project
from projledger.models.workspace import Workspace

Role = Literal["lead", "assist"]
ALLOWED: Final[dict[Role, int]] = {"lead": 7, "assist": 3}
"""Workdays to respond."""

_DAY: Final = timedelta(days=1)


@frozen
class Clock:
    """One unit's clock on one problem.

    Attributes:
        unit: the unit that must respond.
        role: whether it leads the solution or helps.
        due: the last day to respond.
        responded: when it did, as far as that is recorded.
        running: the response is still awaited.
        workdays_over: workdays after `due` until it responded, or until now; 0 where it is in time.
    """

    unit: str
    role: Role
    due: date
    responded: date | None
    running: bool
    workdays_over: int


def clocks(workspace: Workspace, project: Project, problem: Problem, as_of: date) -> tuple[Clock, ...]:
    """The clocks of one problem on a day: the leading unit's, then those of the units that must help."""
    gaps = Gaps(workspace.calendar, project.pauses)
    closed = problem.closed if problem.state_on(as_of) == "closed" else None
    handled = [day for day in (problem.responded, problem.submitted, closed) if day is not None and day <= as_of]
    lead = problem.lead_unit or project.unit
    found = [_clock(workspace, gaps, problem.raised, as_of, lead, "lead", min(handled, default=None), None)]
    for assist in problem.assist:
        responded = assist.responded if assist.responded is not None and assist.responded <= as_of else None
        found.append(_clock(workspace, gaps, problem.raised, as_of, assist.unit, "assist", responded, closed))
    if project.paused_on(as_of):
        # While the project is paused nobody is waited for; how late a response came before stays.
        found = [Clock(c.unit, c.role, c.due, c.responded, False, 0 if c.running else c.workdays_over) for c in found]
    return tuple(found)


def _clock(
    workspace: Workspace,
    gaps: Gaps,
    raised: date,
    as_of: date,
    unit: str,
    role: Role,
    responded: date | None,
    closed: date | None,
) -> Clock:
    calendar = workspace.calendar
    end = gaps.finish(calendar.offset(raised + _DAY), ALLOWED[role])
    over = gaps.between(end, calendar.offset((responded or closed or as_of) + _DAY))
    running = responded is None and closed is None
    return Clock(unit, role, calendar.day(end - 1), responded, running, max(0, over))
