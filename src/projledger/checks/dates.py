"""Dates that contradict each other. What is merely late, or ahead of its plan, is never a finding here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal

from projledger.calendar import day_text
from projledger.checks.inspection import Inspection
from projledger.checks.rule import check
from projledger.diagnostics import Finding, Path, Place
from projledger.i18n import N_, _
from projledger.models.project import Extendable
from projledger.models.workspace import ASSETS_FILE, MEETINGS_FILE, PEOPLE_FILE

_CORRECT = N_("correct the one that is wrong")


def _contradiction(code: str, place: Place, message: str, other: Place, label: str) -> Finding:
    """Two dates that cannot both be right: `message` is translated, `label` says what the other place is."""
    return Finding(code, place, message, _(_CORRECT), ((other, label),))


def _contradiction_within(code: str, file: str, entry: Path, key: str, other: str, message: str) -> Finding:
    """The same of two dates of one entry, by their keys; it is pointed at the first."""
    return _contradiction(code, Place(file, (*entry, key)), message, Place(file, (*entry, other)), other)


@check("done-before-started", "error")
def done_before_started(seen: Inspection) -> Iterator[Finding]:
    """A task was finished before it was started.

    Why: durations and slips are computed from these two days.

    Example:

        tasks:
          - {id: T1, name: Foundation, deadline: 2024-06-28, started: 2024-03-08, done: 2024-03-01}

    Remedy: correct the day that is wrong.
    """
    for project, file, index, task in seen.tasks:
        if task.done is not None and task.started is not None and task.done < task.started:
            message = _("{item}: done on {day}, before it was started on {other}").format(
                item=seen.task(project, task), day=day_text(task.done), other=day_text(task.started)
            )
            yield _contradiction_within("done-before-started", file, ("tasks", index), "done", "started", message)


@check("done-before-start", "warning")
def done_before_start(seen: Inspection) -> Iterator[Finding]:
    """A task was finished before its planned start, and nothing says when it was started.

    Why: work can be ahead of its plan; but a day of the wrong year looks the same.

    Example:

        tasks:
          - {id: T1, name: Foundation, start: 2024-03-08, deadline: 2024-06-28, done: 2023-06-20}

    Remedy: write the day on which it was started as `started:`, or correct the day that is wrong.
    """
    for project, file, index, task in seen.tasks:
        if task.done is not None and task.start is not None and task.started is None and task.done < task.start:
            message = _("{item}: done on {day}, before its planned start on {other}").format(
                item=seen.task(project, task), day=day_text(task.done), other=day_text(task.start)
            )
            help_ = _("correct the one that is wrong; if it was ahead of its plan, write started: …")
            related = ((Place(file, ("tasks", index, "start")), "start"),)
            yield Finding("done-before-start", Place(file, ("tasks", index, "done")), message, help_, related)


@check("deadline-before-start", "error")
def deadline_before_start(seen: Inspection) -> Iterator[Finding]:
    """A task's deadline lies before its planned start. Where an extension reaches beyond the start, it counts.

    Why: such a plan cannot be kept by anybody, and every light of the task is wrong.

    Example:

        tasks:
          - {id: T1, name: Foundation, start: 2024-07-01, deadline: 2024-06-28}

    Remedy: correct the day that is wrong.
    """
    for project, file, index, task in seen.tasks:
        if (
            task.start is not None
            and task.deadline < task.start
            and all(extension.to < task.start for extension in task.extensions)
        ):
            message = _("{item}: the deadline {day} lies before the planned start {other}").format(
                item=seen.task(project, task), day=day_text(task.deadline), other=day_text(task.start)
            )
            yield _contradiction_within("deadline-before-start", file, ("tasks", index), "deadline", "start", message)


@check("deadline-before-raised", "error")
def deadline_before_raised(seen: Inspection) -> Iterator[Finding]:
    """A problem's deadline lies before the day it was raised.

    Why: the problem would be overdue from its first day.

    Example:

        problems:
          - {id: Q1, text: No power, raised: 2024-05-20, deadline: 2024-05-14}

    Remedy: correct the day that is wrong.
    """
    for project, file, index, problem in seen.problems:
        if problem.deadline < problem.raised:
            message = _("{item}: the deadline {day} lies before the day it was raised, {other}").format(
                item=seen.problem(project, problem), day=day_text(problem.deadline), other=day_text(problem.raised)
            )
            yield _contradiction_within(
                "deadline-before-raised", file, ("problems", index), "deadline", "raised", message
            )


_BEFORE_RAISED = {
    "responded": N_("{item}: responded to on {day}, before it was raised on {other}"),
    "submitted": N_("{item}: submitted on {day}, before it was raised on {other}"),
    "closed": N_("{item}: closed on {day}, before it was raised on {other}"),
    "reopened": N_("{item}: reopened on {day}, before it was raised on {other}"),
    "assist": N_("{item}: an assisting unit responded on {day}, before it was raised on {other}"),
    "extensions": N_("{item}: extended on {day}, before it was raised on {other}"),
}


@check("before-raised", "error")
def before_raised(seen: Inspection) -> Iterator[Finding]:
    """A problem was responded to, submitted, closed, reopened or extended before it was raised.

    Why: ages and response clocks would be negative.

    Example:

        problems:
          - {id: Q1, text: No power, raised: 2024-05-20, deadline: 2024-06-14, closed: 2024-05-02}

    Remedy: correct the day that is wrong.
    """
    for project, file, index, problem in seen.problems:
        raised = problem.raised
        facts: list[tuple[str, Path, date | None]] = [
            ("responded", ("responded",), problem.responded),
            ("submitted", ("submitted",), problem.submitted),
            ("closed", ("closed",), problem.closed),
        ]
        if problem.reopened:
            facts += [("reopened", ("reopened", i), day) for i, day in enumerate(problem.reopened)]
        if problem.assist:
            facts += [("assist", ("assist", i, "responded"), one.responded) for i, one in enumerate(problem.assist)]
        if problem.extensions:
            facts += [("extensions", ("extensions", i, "date"), one.date) for i, one in enumerate(problem.extensions)]
        for name, path, day in facts:
            if day is not None and day < raised:
                message = _(_BEFORE_RAISED[name]).format(
                    item=seen.problem(project, problem), day=day_text(day), other=day_text(raised)
                )
                place = Place(file, ("problems", index, *path))
                yield _contradiction(
                    "before-raised", place, message, Place(file, ("problems", index, "raised")), "raised"
                )


@check("closed-before-submitted", "error")
def closed_before_submitted(seen: Inspection) -> Iterator[Finding]:
    """A problem was closed before its solution was submitted. A reopening between the two explains it.

    Why: whoever verifies a solution closes the problem, so there was something to verify before.

    Example:

        problems:
          - id: Q1
            text: No power
            raised: 2024-05-20
            deadline: 2024-06-14
            submitted: 2024-06-05
            closed: 2024-06-03

    Remedy: correct the day that is wrong.
    """
    for project, file, index, problem in seen.problems:
        closed, submitted = problem.closed, problem.submitted
        if (
            closed is not None
            and submitted is not None
            and closed < submitted
            and not any(closed <= day <= submitted for day in problem.reopened)
        ):
            message = _("{item}: closed on {day}, before its solution was submitted on {other}").format(
                item=seen.problem(project, problem), day=day_text(closed), other=day_text(submitted)
            )
            yield _contradiction_within(
                "closed-before-submitted", file, ("problems", index), "closed", "submitted", message
            )


@check("late-response", "warning")
def late_response(seen: Inspection) -> Iterator[Finding]:
    """The leading unit responded only after the solution was submitted, or after the problem was closed.

    Why: a problem is taken up before it is solved; the clock of the response would run on after the solution.

    Example:

        problems:
          - id: Q1
            text: No power
            raised: 2024-05-20
            deadline: 2024-06-14
            responded: 2024-06-07
            submitted: 2024-06-05

    Remedy: write the day on which the unit took it up as `responded`.
    """
    for project, file, index, problem in seen.problems:
        responded = problem.responded
        if responded is None or problem.reopened:
            continue
        for name, told, day in (
            (
                "submitted",
                N_("{item}: responded to on {day}, after its solution was submitted on {other}"),
                problem.submitted,
            ),
            ("closed", N_("{item}: responded to on {day}, after it was closed on {other}"), problem.closed),
        ):
            if day is not None and day < responded:
                message = _(told).format(
                    item=seen.problem(project, problem), day=day_text(responded), other=day_text(day)
                )
                yield _contradiction_within("late-response", file, ("problems", index), "responded", name, message)
                break


def _extendables(seen: Inspection) -> Iterator[tuple[str, Path, Extendable, date | None, str]]:
    """Everything with extensions: its file, its path, itself, its original deadline, and its name for a message."""
    for project, file, index, task in seen.tasks:
        if task.extensions:
            yield file, ("tasks", index), task, task.deadline, seen.task(project, task)
    for project, file, index, problem in seen.problems:
        if problem.extensions:
            yield file, ("problems", index), problem, problem.deadline, seen.problem(project, problem)
    for project, file in seen.projects:
        for name, stage in project.stages.named():
            if stage.extensions:
                item = _("stage {ref}").format(ref=f"{project.id}/{name}")
                yield file, ("stages", name), stage, stage.plan, item


@check("earlier-extension", "error")
def earlier_extension(seen: Inspection) -> Iterator[Finding]:
    """An extension leads to an earlier day than the deadline that was in force when it was approved.

    Why: what is called an extension would make the item late at once.

    Example:

        tasks:
          - id: T1
            name: Foundation
            deadline: 2024-06-28
            extensions:
              - {to: 2024-06-14, approved_by: zhou, date: 2024-06-10, reason: late delivery}

    Remedy: correct the day that is wrong. A deadline is brought forward by agreement, not by an extension.
    """
    for file, path, record, deadline, item in _extendables(seen):
        # In the order in which they were approved; on the same day, as they are written.
        order = sorted(range(len(record.extensions)), key=lambda i: record.extensions[i].date)
        in_force, where = deadline, Place(file, (*path, "plan" if path[0] == "stages" else "deadline"))
        for index in order:
            extension = record.extensions[index]
            place = Place(file, (*path, "extensions", index, "to"))
            if in_force is not None and extension.to < in_force:
                message = _("{item}: extended to {day}, earlier than {other}, which was in force").format(
                    item=item, day=day_text(extension.to), other=day_text(in_force)
                )
                yield _contradiction("earlier-extension", place, message, where, _("in force then"))
            in_force, where = extension.to, place


@check("extension-order", "warning")
def extension_order(seen: Inspection) -> Iterator[Finding]:
    """Extensions are not written in the order in which they were approved.

    Why: readers take the last one for the one in force; what counts is the one approved last.

    Example:

        extensions:
          - {to: 2024-07-31, approved_by: zhou, date: 2024-06-20, reason: rain}
          - {to: 2024-06-28, approved_by: zhou, date: 2024-06-10, reason: late delivery}

    Remedy: put the oldest first, or correct the `date` that is wrong.
    """
    for file, path, record, _deadline, item in _extendables(seen):
        for index in range(1, len(record.extensions)):
            day, before = record.extensions[index].date, record.extensions[index - 1].date
            if day < before:
                message = _("{item}: an extension approved on {day} stands after one of {other}").format(
                    item=item, day=day_text(day), other=day_text(before)
                )
                help_ = _("put the oldest first, or correct the date that is wrong")
                place = Place(file, (*path, "extensions", index, "date"))
                related = ((Place(file, (*path, "extensions", index - 1, "date")), _("the one before it")),)
                yield Finding("extension-order", place, message, help_, related)


@check("extension-without-plan", "error")
def extension_without_plan(seen: Inspection) -> Iterator[Finding]:
    """A stage has an extension but no planned date that it could extend.

    Why: the original plan is what slips are counted from.

    Example:

        stages:
          started:
            extensions:
              - {to: 2024-06-28, approved_by: zhou, date: 2024-05-31, reason: land}

    Remedy: write the original date as `plan:`; it is never overwritten.
    """
    for file, path, record, plan, item in _extendables(seen):
        if plan is None and record.extensions:
            message = _("{item} is extended, but has no plan").format(item=item)
            help_ = _("write the original date as plan: …")
            yield Finding("extension-without-plan", Place(file, (*path, "extensions"), "key"), message, help_)


def _out_of_order(seen: Inspection, code: str, field: Literal["actual", "plan"], message: str) -> Iterator[Finding]:
    """A finding for each stage whose day lies before that of an earlier one; `message` is translated."""
    for project, file in seen.projects:
        latest: tuple[str, date] | None = None
        for name, stage in project.stages.named():
            day: date | None = getattr(stage, field)
            place = Place(file, ("stages", name, field))
            if day is None or not seen.sure(place, field):  # the days around it are compared with each other
                continue
            if latest is None or day >= latest[1]:
                latest = (name, day)
                continue
            said = message.format(
                ref=f"{project.id}/{name}", day=day_text(day), stage=latest[0], other=day_text(latest[1])
            )
            yield _contradiction(code, place, said, Place(file, ("stages", latest[0], field)), latest[0])


@check("stage-order", "error")
def stage_order(seen: Inspection) -> Iterator[Finding]:
    """A stage was reached before an earlier one.

    The order is reserve, negotiating, signed, started, completed, producing, full capacity.

    Why: the current stage and the conversion of the funnel follow from these days.

    Example:

        stages:
          signed: {actual: 2024-03-15}
          started: {actual: 2024-03-08}

    Remedy: correct the day that is wrong, or take out the stage that was not reached.
    """
    message = _("stage {ref}: reached on {day}, before the earlier stage {stage} on {other}")
    yield from _out_of_order(seen, "stage-order", "actual", message)


@check("stage-plan-order", "error")
def stage_plan_order(seen: Inspection) -> Iterator[Finding]:
    """A stage is planned for an earlier day than the stage before it.

    Why: the later stage would be missed before the earlier one is due.

    Example:

        stages:
          started: {plan: 2024-06-28}
          completed: {plan: 2024-05-31}

    Remedy: correct the day that is wrong.
    """
    message = _("stage {ref}: planned for {day}, before the earlier stage {stage} on {other}")
    yield from _out_of_order(seen, "stage-plan-order", "plan", message)


@check("handed-over-early", "error")
def handed_over_early(seen: Inspection) -> Iterator[Finding]:
    """A stage was handed over to the next department before it was reached.

    Why: from the hand-over on another department answers for the project.

    Example:

        stages:
          signed: {actual: 2024-03-15, handed_over: 2024-03-08}

    Remedy: correct the day that is wrong.
    """
    for project, file in seen.projects:
        for name, stage in project.stages.named():
            if stage.handed_over is not None and stage.actual is not None and stage.handed_over < stage.actual:
                message = _("stage {ref}: handed over on {day}, before it was reached on {other}").format(
                    ref=f"{project.id}/{name}", day=day_text(stage.handed_over), other=day_text(stage.actual)
                )
                yield _contradiction_within(
                    "handed-over-early", file, ("stages", name), "handed_over", "actual", message
                )


@check("pause-order", "error")
def pause_order(seen: Inspection) -> Iterator[Finding]:
    """A pause ends before it begins.

    Why: its days leave every count of days; a negative pause would leave none.

    Example:

        pauses:
          - {from: 2024-04-15, to: 2024-04-01, approved_by: zhou}

    Remedy: correct the day that is wrong.
    """
    for project, file in seen.projects:
        for index, pause in enumerate(project.pauses):
            if pause.to is not None and pause.to < pause.from_:
                message = _("{item}: a pause ends on {day}, before it begins on {other}").format(
                    item=seen.project(project), day=day_text(pause.to), other=day_text(pause.from_)
                )
                yield _contradiction_within("pause-order", file, ("pauses", index), "to", "from", message)


@check("reply-before-issue", "error")
def reply_before_issue(seen: Inspection) -> Iterator[Finding]:
    """The reply to an action came, or is due, before the action was issued.

    Why: the ladder takes the next step when the reply is overdue.

    Example:

        actions:
          - {number: 2024-8, kind: reminder, about: P001/T5, to: lin, issued: 2024-05-28, replied: 2024-05-20}

    Remedy: correct the day that is wrong.
    """
    for project, file in seen.projects:
        for index, action in enumerate(project.actions):
            for name, told, day in (
                (
                    "reply_due",
                    N_("action {number}: the reply is due on {day}, before the issue on {other}"),
                    action.reply_due,
                ),
                ("replied", N_("action {number}: replied to on {day}, before the issue on {other}"), action.replied),
            ):
                if day is not None and day < action.issued:
                    message = _(told).format(number=action.number, day=day_text(day), other=day_text(action.issued))
                    yield _contradiction_within("reply-before-issue", file, ("actions", index), name, "issued", message)


@check("decision-before-meeting", "error")
def decision_before_meeting(seen: Inspection) -> Iterator[Finding]:
    """A decision is due, or was done, before the meeting that took it.

    Why: what was done before is no result of the meeting.

    Example:

        meetings:
          - id: M3
            date: 2024-03-21
            decisions:
              - {id: D1, text: Add a transformer, owner: qian, deadline: 2024-03-12}

    Remedy: correct the day that is wrong.
    """
    for m, meeting in enumerate(seen.workspace.meetings):
        for index, decision in enumerate(meeting.decisions):
            for name, told, day in (
                (
                    "deadline",
                    N_("decision {ref}: the deadline {day} lies before the meeting on {other}"),
                    decision.deadline,
                ),
                ("done", N_("decision {ref}: done on {day}, before the meeting on {other}"), decision.done),
            ):
                if day is not None and day < meeting.date:
                    message = _(told).format(
                        ref=f"{meeting.id}/{decision.id}", day=day_text(day), other=day_text(meeting.date)
                    )
                    place = Place(MEETINGS_FILE, ("meetings", m, "decisions", index, name))
                    yield _contradiction(
                        "decision-before-meeting", place, message, Place(MEETINGS_FILE, ("meetings", m, "date")), "date"
                    )


@check("term-order", "error")
def term_order(seen: Inspection) -> Iterator[Finding]:
    """A person's post ends before it begins, or an asset was put to use before it lay idle.

    Why: who held the post on a day, and what lies idle, follow from these days.

    Example:

        people:
          - {id: lin, name: Lin Hao, unit: furong-park, since: 2024-03-01, until: 2023-12-31}

    Remedy: correct the day that is wrong.
    """
    for index, person in enumerate(seen.workspace.people.people):
        if person.since is not None and person.until is not None and person.until < person.since:
            message = _("person {ref} “{name}”: the post ends on {day}, before it begins on {other}").format(
                ref=person.id, name=person.name, day=day_text(person.until), other=day_text(person.since)
            )
            yield _contradiction_within("term-order", PEOPLE_FILE, ("people", index), "until", "since", message)
    for index, asset in enumerate(seen.workspace.assets.assets):
        if asset.since is not None and asset.revitalised is not None and asset.revitalised < asset.since:
            message = _("asset {ref} “{name}”: put to use on {day}, before it lay idle on {other}").format(
                ref=asset.id, name=asset.name, day=day_text(asset.revitalised), other=day_text(asset.since)
            )
            yield _contradiction_within("term-order", ASSETS_FILE, ("assets", index), "revitalised", "since", message)
