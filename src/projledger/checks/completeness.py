"""What should be there and is not: looked for only with `check --strict`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from projledger.analysis.figures import Figures
from projledger.analysis.pace import targets_of
from projledger.calendar import Period, day_text, month_text
from projledger.checks.inspection import Inspection, short
from projledger.checks.rule import check
from projledger.diagnostics import Finding, Path, Place
from projledger.i18n import N_, _, listing
from projledger.models.project import Project
from projledger.models.types import STAGES
from projledger.models.workspace import MEETINGS_FILE

_SLOTS = {
    "leader": N_("attached leader"),
    "chief_officer": N_("chief service officer"),
    "specialist": N_("service specialist"),
    "unit": N_("service unit"),
    "plan": N_("service plan"),
}

_TOLD_BY = frozenset(
    {"reports", "targets", "certificates", "indicators", "id", "unit", "park", "chain", "parent", "chains", "units"}
)
"""What says which figures belong to which targets."""


def _running(seen: Inspection) -> Iterator[tuple[Project, str]]:
    """The projects that are neither cleared nor suspended."""
    for project, file in seen.projects:
        if project.status_on(seen.as_of) == "active":
            yield project, file


@check("service-slots", "warning", strict=True)
def service_slots(seen: Inspection) -> Iterator[Finding]:
    """A project lacks some of the “five ones”: leader, chief service officer, specialist, unit, plan.

    Why: an enterprise must know whom to turn to, and the office who answers.

    Example:

        service: {leader: zhou, chief_officer: peng}

    Remedy: fill in the slots below `service:` that the finding names.
    """
    for project, file in _running(seen):
        missing = [
            _(text)
            for slot, text in _SLOTS.items()
            if project.service is None or getattr(project.service, slot) is None
        ]
        if missing:
            message = _("{item} lacks of its five service slots: {slots}").format(
                item=seen.project(project), slots=listing(missing)
            )
            place = Place(file, ("service",) if project.service else (), "mapping")
            help_ = _("fill them in below service: {keys}").format(keys=listing(_SLOTS))
            yield Finding("service-slots", place, message, help_)


@check("stage-without-owner", "warning", strict=True)
def stage_without_owner(seen: Inspection) -> Iterator[Finding]:
    """A stage under way has no owner: neither its own nor its project's. Under way are the current and the next stage.

    Why: from negotiation to production every link has one person who answers for it.

    Example:

        id: P001
        stages:
          signed: {actual: 2024-03-15}
          started: {plan: 2024-06-28}

    Remedy: write `owner:` into the stage, or into the project.
    """
    for project, file in _running(seen):
        if project.owner is not None or (file, "stages") in seen.unsure:
            continue
        current = project.stages.current(seen.as_of)
        named = [name for name, _stage in project.stages.named()]
        ahead = [name for name in named if current is None or STAGES.index(name) > STAGES.index(current)]
        for name in [*([current] if current else []), *ahead[:1]]:
            if getattr(project.stages, name).owner is None:
                message = _("stage {ref} is under way without an owner").format(ref=f"{project.id}/{name}")
                help_ = _("add “owner: …” here, or to project {project} for all its items").format(project=project.id)
                yield Finding("stage-without-owner", Place(file, ("stages", name), "mapping"), message, help_)


@check("missing-figure", "warning", strict=True)
def missing_figure(seen: Inspection) -> Iterator[Finding]:
    """A target has no figure for a month whose figure was due: from `reporting.due_day` of the next month on.

    A later cumulative figure covers the months before it, and months that are reported together need only the last.
    A target without figures of its own is the sum of its projects, which are looked at where they have targets.

    Why: silence is a failure, never zero.

    Example:

        # checked on 11 June 2024, with the figures of May due on the 10th
        targets:
          - {indicator: investment, period: 2024-Q2, value: 9000}
        reports:
          - {indicator: investment, month: 2024-04, amount: 2400}

    Remedy: add a report for each month that is named.
    """
    if any(key in _TOLD_BY for _file, key in seen.unsure):
        return  # what cannot be read may be the figure
    figures = Figures(seen.workspace, seen.as_of)
    asked = list(targets_of(figures))
    projects = seen.workspace.projects_by_id
    own = {(scope, target.indicator) for target, scope, _signed, _place in asked if scope in projects}
    told: set[tuple[str, str, Period]] = set()
    for target, scope, signed, place in asked:
        project = projects.get(scope)
        if project is not None and project.status_on(seen.as_of) != "active":
            continue
        reached = figures.reached(scope, target.indicator, target.period, signed=signed)
        months = [month for month in reached.missing if (scope, target.indicator, month) not in told]
        owing = [ref for ref in reached.owing if (ref, target.indicator) not in own]
        if not months or (reached.owing and not owing):
            continue
        told.update((scope, target.indicator, month) for month in months)
        names = {
            "scope": _scope_name(seen, scope),
            "indicator": _indicator_name(seen, target.indicator),
            "months": listing([month_text(month.first) for month in months]),
        }
        message = (
            _("{scope}: no figure of {indicator} for {months}, owed by {projects}").format(
                **names, projects=listing(owing)
            )
            if owing
            else _("{scope}: no figure of {indicator} for {months}").format(**names)
        )
        example = f"{{indicator: {target.indicator}, month: {months[0]}, ytd: …}}"
        help_ = _("add under reports: {example}").format(example=example)
        yield Finding("missing-figure", Place(place.file, place.path, "mapping"), message, help_)


def _scope_name(seen: Inspection, scope: str) -> str:
    workspace = seen.workspace
    project = workspace.projects_by_id.get(scope)
    if project is not None:
        return seen.project(project)
    if scope == "all":
        return short(workspace.settings.name)
    return short(workspace.chain_name(scope) if scope in workspace.chains_by_id else workspace.unit_name(scope))


def _indicator_name(seen: Inspection, indicator: str) -> str:
    known = seen.workspace.targets.indicators.get(indicator)
    return short(known.name) if known else indicator


@check("no-duration", "warning", strict=True)
def no_duration(seen: Inspection) -> Iterator[Finding]:
    """A task that is not done has neither a duration nor a planned start, so it has no float.

    Why: the reverse schedule cannot say when such a task must be started; it is judged by its deadline alone.

    Example:

        tasks:
          - {id: T1, name: Foundation, deadline: 2024-06-28}

    Remedy: write `duration:` in workdays, or `start:`; or `kind: milestone` for what takes no time.
    """
    for project, file in _running(seen):
        for index, task in enumerate(project.tasks):
            if task.duration is None and task.start is None and task.done is None and task.kind != "milestone":
                message = _("{item} has neither a duration nor a planned start").format(item=seen.task(project, task))
                help_ = _("add “duration: …” in workdays, or “start: YYYY-MM-DD”")
                yield Finding("no-duration", Place(file, ("tasks", index), "mapping"), message, help_)


@check("undated-progress", "warning", strict=True)
def undated_progress(seen: Inspection) -> Iterator[Finding]:
    """A task under way reports progress without the day of the report.

    Why: progress without a date may be months old; it counts as no news.

    Example:

        tasks:
          - {id: T1, name: Foundation, deadline: 2024-06-28, started: 2024-03-08, progress: 60}

    Remedy: write the day of the report as `updated:`.
    """
    for project, file in _running(seen):
        for index, task in enumerate(project.tasks):
            if task.progress and task.progress < 100 and task.updated is None and task.done is None:
                message = _("{item} reports progress without its day").format(item=seen.task(project, task))
                help_ = _("add “updated: YYYY-MM-DD”")
                yield Finding("undated-progress", Place(file, ("tasks", index, "progress")), message, help_)


@check("done-without-evidence", "warning", strict=True)
def done_without_evidence(seen: Inspection) -> Iterator[Finding]:
    """A task or a meeting's decision is done without saying what shows it.

    Why: claimed progress and proven progress are two facts.

    Example:

        tasks:
          - {id: T1, name: Foundation, deadline: 2024-06-28, done: 2024-06-21}

    Remedy: write what shows it as `evidence:` (a certificate, a record, a photo).
    """
    help_ = _("add “evidence: …”: a document, a photo, a record")
    for project, file, index, task in seen.tasks:
        if task.done is not None and task.evidence is None:
            message = _("{item} is done without evidence").format(item=seen.task(project, task))
            yield Finding("done-without-evidence", Place(file, ("tasks", index), "mapping"), message, help_)
    for m, meeting in enumerate(seen.workspace.meetings):
        for index, decision in enumerate(meeting.decisions):
            if decision.done is not None and decision.evidence is None:
                item = _("decision {ref} “{text}”").format(ref=f"{meeting.id}/{decision.id}", text=short(decision.text))
                place = Place(MEETINGS_FILE, ("meetings", m, "decisions", index), "mapping")
                message = _("{item} is done without evidence").format(item=item)
                yield Finding("done-without-evidence", place, message, help_)


@check("cleared-without-decision", "warning", strict=True)
def cleared_without_decision(seen: Inspection) -> Iterator[Finding]:
    """A project is cleared without the decision that cleared it.

    Why: a cleared project leaves every count; somebody must have decided that.

    Example:

        status: cleared
        status_date: 2024-04-30

    Remedy: write `decision:`, the number of an action or a meeting's decision such as M7/D1.
    """
    for project, file in seen.projects:
        if project.status == "cleared" and project.decision is None:
            message = _("{item} is cleared without a decision").format(item=seen.project(project))
            help_ = _("add “decision: …”: the number of an action, or a meeting's decision such as M7/D1")
            yield Finding("cleared-without-decision", Place(file, ("status",)), message, help_)


@check("difficult-without-lead", "warning", strict=True)
def difficult_without_lead(seen: Inspection) -> Iterator[Finding]:
    """A difficult project has no leader who takes it in hand.

    Why: front-line scheduling means that a leader answers for it in person.

    Example:

        difficult: yes

    Remedy: write `lead:`.
    """
    for project, file in _running(seen):
        if project.difficult and project.lead is None:
            message = _("{item} is difficult, but no leader takes it in hand").format(item=seen.project(project))
            yield Finding("difficult-without-lead", Place(file, ("difficult",)), message, _("add “lead: …”"))


@check("no-stage", "warning", strict=True)
def no_stage(seen: Inspection) -> Iterator[Finding]:
    """A project records no stage at all.

    Why: it is missing from the stock of stages and from the funnel.

    Example:

        id: P001
        name: Riverside footwear plant
        unit: furong-park

    Remedy: write the stage it has reached below `stages:`, with its `actual` day.
    """
    for project, file in _running(seen):
        if not project.stages.named():
            message = _("{item} records no stage").format(item=seen.project(project))
            help_ = _("add “stages: …” with the stage it has reached and its day as actual:")
            yield Finding("no-stage", Place(file, (), "mapping"), message, help_)


@check("no-investment", "warning", strict=True)
def no_investment(seen: Inspection) -> Iterator[Finding]:
    """A project does not say its total investment.

    Why: it is in no size class, and missing from every amount.

    Example:

        id: P001
        name: Riverside footwear plant
        unit: furong-park

    Remedy: write `investment:`, 3亿元 for example.
    """
    for project, file in _running(seen):
        if project.investment is None:
            message = _("{item} does not say its total investment").format(item=seen.project(project))
            yield Finding("no-investment", Place(file, (), "mapping"), message, _("add “investment: …”, such as 3亿元"))


@check("no-category", "warning", strict=True)
def no_category(seen: Inspection) -> Iterator[Finding]:
    """An open problem does not say its category.

    Why: the category decides which leader takes it, and the counts by factor would miss it.

    Example:

        problems:
          - {id: Q1, text: No power, raised: 2024-05-20, deadline: 2024-06-14}

    Remedy: write `category:` (land, finance, energy, labour, approval, relocation or other).
    """
    for project, file in _running(seen):
        for index, problem in enumerate(project.problems):
            if problem.closed is None and "category" not in problem.model_fields_set:
                message = _("{item} does not say its category").format(item=seen.problem(project, problem))
                help_ = _("add “category: …”: land, finance, energy, labour, approval, relocation or other")
                yield Finding("no-category", Place(file, ("problems", index), "mapping"), message, help_)


@check("owner-left", "warning", strict=True)
def owner_left(seen: Inspection) -> Iterator[Finding]:
    """An unfinished item belongs to somebody whose post has ended.

    Why: whoever left answers for nothing any more; the item has no owner in fact.

    Example:

        # people.yaml: {id: lin, name: Lin Hao, unit: furong-park, until: 2024-03-31}
        owner: lin

    Remedy: write the successor as `owner:`.
    """
    left = {
        person.id: person.until
        for person in seen.workspace.people.people
        if person.until is not None and person.until < seen.as_of
    }
    if not left:
        return
    for project, file in _running(seen):
        items: list[tuple[str | None, Path, str]] = [(project.owner, ("owner",), seen.project(project))]
        for i, task in enumerate(project.tasks):
            if task.owner in left and task.done is None:
                items.append((task.owner, ("tasks", i, "owner"), seen.task(project, task)))
        for i, problem in enumerate(project.problems):
            if problem.owner in left and problem.closed is None:
                items.append((problem.owner, ("problems", i, "owner"), seen.problem(project, problem)))
        for owner, path, item in items:
            if owner in left:
                message = _("{item} belongs to {owner}, whose post ended on {day}").format(
                    item=item, owner=seen.workspace.person_name(owner), day=day_text(left[owner])
                )
                yield Finding("owner-left", Place(file, path), message, _("write the successor as owner:"))


@check("future-fact", "warning", strict=True)
def future_fact(seen: Inspection) -> Iterator[Finding]:
    """A fact is dated after the day of the check, so it does not count yet.

    Why: a day of next year is nearly always a slip of the year, and what was done looks undone.

    Example:

        # checked on 11 June 2024
        tasks:
          - {id: T1, name: Foundation, deadline: 2024-06-28, done: 2025-06-07}

    Remedy: correct the year. In an archive that is looked at as of an earlier day, later facts are right.
    """
    for file, path, day in _facts(seen):
        if day is not None and day > seen.as_of:
            place = Place(file, path)
            message = _("{item}: {key} {day} lies after {as_of} and does not count yet").format(
                item=seen.subject(place), key=path[-1], day=day_text(day), as_of=day_text(seen.as_of)
            )
            yield Finding("future-fact", place, message, _("correct the date, if it is wrong"))


def _facts(seen: Inspection) -> Iterator[tuple[str, Path, date | None]]:
    """Every dated fact of the projects and meetings."""
    for _project, file, i, task in seen.tasks:
        yield file, ("tasks", i, "started"), task.started
        yield file, ("tasks", i, "updated"), task.updated
        yield file, ("tasks", i, "done"), task.done
    for _project, file, i, problem in seen.problems:
        yield file, ("problems", i, "raised"), problem.raised
        yield file, ("problems", i, "responded"), problem.responded
        yield file, ("problems", i, "submitted"), problem.submitted
        yield file, ("problems", i, "closed"), problem.closed
    for project, file in seen.projects:
        yield file, ("in_statistics",), project.in_statistics
        for name, stage in project.stages.named():
            yield file, ("stages", name, "actual"), stage.actual
        for i, entry in enumerate(project.log):
            yield file, ("log", i, "date"), entry.date
        for i, action in enumerate(project.actions):
            yield file, ("actions", i, "issued"), action.issued
            yield file, ("actions", i, "replied"), action.replied
    for m, meeting in enumerate(seen.workspace.meetings):
        for i, decision in enumerate(meeting.decisions):
            yield MEETINGS_FILE, ("meetings", m, "decisions", i, "done"), decision.done
