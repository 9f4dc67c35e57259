"""`escalate`: which letters are due, from whom to whom, why now and with which reply deadline; and their drafts."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from projledger.analysis import selection
from projledger.analysis.assessment import Assessment, assess
from projledger.analysis.escalation import KINDS, Case, Escalation, State, as_bad
from projledger.analysis.lagging import Lag
from projledger.analysis.reasons import Code
from projledger.analysis.selection import Filter, named
from projledger.calendar import day_text, weekday_text
from projledger.document import Block, Cell, Column, Document, Items, Paragraph, Run, Section, Table, Text
from projledger.errors import UnknownReferenceError, UsageError
from projledger.frozen import frozen
from projledger.i18n import _, listing, ngettext
from projledger.models.project import Action
from projledger.models.types import ActionKind, Light
from projledger.models.workspace import Workspace
from projledger.quantities import days_text
from projledger.reports import Query
from projledger.reports.escalate import letters
from projledger.reports.escalate.letters import LetterDraft
from projledger.reports.parts.reasons import Names
from projledger.reports.parts.words import ACTION_WORDS, LIGHT_WORDS, clauses, lamp, owner_text

_MOST: Final = 7
"""As many of what waits are named; the others are counted."""
_WAITING: Final[tuple[State, ...]] = ("too_soon", "reply_running")


@frozen
class GroundRow:
    """What a step stands on: the day from which it counts, and the day that passed before it."""

    code: Code
    begins: date
    since: date


@frozen
class ActionRow:
    """A step that was taken and recorded."""

    number: str
    kind: ActionKind
    to: str
    to_name: str
    issued: date
    reply_due: date | None
    replied: date | None
    result: str | None


@frozen
class ItemRow:
    """An item with the step that comes next.

    `ground` is the one that began first, `grounds` are all of them; `last_action` is the last step since then,
    `last_recorded` the last of all. `to` is None where nobody is named: `to_fill` says what to write where.
    `from_day` is the first day on which days and reply allow the step; `until` the extension that is in force.
    `unconfirmed` are years without a published calendar over which the reply is counted.
    """

    ref: str
    step: ActionKind
    ground: GroundRow
    issued_by: str | None
    to: str | None
    reply_due: date | None
    last_action: ActionRow | None
    state: State
    kind: str
    name: str
    project: str | None
    project_name: str
    owner: str | None
    unit: str | None
    light: Light | None
    deadline: date | None
    original_deadline: date | None
    days_late: int | None
    why: str
    grounds: tuple[GroundRow, ...]
    level: int
    issued_by_name: str | None
    to_name: str | None
    to_text: str
    to_fill: str | None
    reply_days: int | None
    unconfirmed: tuple[int, ...]
    from_day: date | None
    until: date | None
    last_recorded: ActionRow | None


@frozen
class ReplyRow:
    """A reply that is overdue."""

    about: str
    name: str
    project: str
    number: str
    kind: ActionKind
    to: str
    to_text: str
    issued: date
    due: date
    days_late: int
    workdays_late: int


@frozen
class ClockRow:
    """A unit that has not responded to a problem in time; `leading` has seven workdays, others three."""

    ref: str
    name: str
    project: str
    unit: str
    unit_name: str
    leading: bool
    raised: date
    due: date
    workdays_late: int


@frozen
class Result:
    """What is due and what is not yet.

    Attributes:
        items: the proposed steps, the gravest first.
        replies: overdue replies.
        clocks: units that did not respond to a problem in time.
        clearing: items whose next step is clearing, whether its day has come or not.
        stopped: items whose next step an extension in force stops.
        paused: names of projects that stand still.
        waiting: items whose next step waits for its days or for a reply.
        exhausted: items for which every step of the ladder was taken.
        draft: the letter that was asked for.
    """

    place: str
    as_of: date
    has_ladder: bool
    items: tuple[ItemRow, ...]
    replies: tuple[ReplyRow, ...]
    clocks: tuple[ClockRow, ...]
    clearing: tuple[ItemRow, ...]
    stopped: tuple[ItemRow, ...]
    paused: tuple[str, ...]
    waiting: tuple[ItemRow, ...]
    exhausted: tuple[str, ...]
    calendar_note: str
    draft: LetterDraft | None


def compute(query: Query, judged: Assessment | None = None) -> Result:
    """The steps that are due for what was asked for; with `--draft` also the letter of one of them.

    `judged` is the workspace as it was judged on that day already, where it was.
    """
    workspace, as_of = query.workspace, query.as_of
    assessment = judged or assess(workspace, as_of)
    escalation = Escalation(assessment)
    names = Names(workspace, assessment.standings)
    cases = escalation.cases()
    ref = query.options.get("draft")
    drafted = _drafted(escalation, cases, ref, names) if ref is not None else None
    if drafted is not None:
        cases = tuple(case for case in cases if case is drafted)
    wanted = [case for case in cases if _wants(workspace, as_of, query.filter, case.lag)]
    rows = [_row(escalation, case, names) for case in wanted if case.step is not None and case.ground is not None]
    proposed = sorted(
        (row for row in rows if row.state == "proposed"), key=lambda row: KINDS.index(row.step), reverse=True
    )
    letter = letters.draft(workspace, as_of, drafted, names) if drafted is not None else None
    due = [letter.reply_due] if letter is not None else [row.reply_due for row in proposed]
    until = max((day for day in due if day is not None), default=None)
    selected = _selects(escalation, query.filter) if drafted is None else lambda ref, project: False
    return Result(
        place=workspace.settings.name,
        as_of=as_of,
        has_ladder=bool(escalation.ladder),
        items=tuple(proposed),
        replies=_replies(escalation, names, selected),
        clocks=_clocks(escalation, selected),
        clearing=tuple(row for row in rows if row.step == "clearing" and row.state in ("proposed", *_WAITING)),
        stopped=tuple(row for row in rows if row.state == "extension" and _bad_enough(escalation, row)),
        paused=tuple(
            project.name
            for project in (escalation.paused() if drafted is None else ())
            if selection.wants_project(workspace, as_of, replace(query.filter, light=()), project)
        ),
        waiting=tuple(row for row in rows if row.state in _WAITING),
        exhausted=tuple(names.lag(case.lag) for case in wanted if case.state == "top" and escalation.ladder),
        calendar_note=letters.unconfirmed_text(workspace.calendar, as_of, until) if until is not None else "",
        draft=letter,
    )


# --- selecting --------------------------------------------------------------------------------------------------------


def _wants(workspace: Workspace, as_of: date, wanted: Filter, lag: Lag) -> bool:
    """Whether an item passes the filters: owner, unit and light are its own, the rest its project's."""
    if wanted.empty:
        return True
    if wanted.light and lag.light not in wanted.light:
        return False
    own = replace(wanted, light=())
    if not (
        named(own.owner, lag.owner, workspace.person_name(lag.owner))
        and named(own.unit, lag.unit, workspace.unit_name(lag.unit))
    ):
        return False
    project = workspace.projects_by_id.get(lag.project or "")
    if project is not None:
        return selection.wants_project(workspace, as_of, own, project)
    # A target of the place, a unit or a chain: it has an owner, a unit and a chain, and nothing else to select by.
    rest = replace(own, owner=(), unit=(), chain=())
    return rest.empty and named(own.chain, lag.chain, workspace.chain_name(lag.chain))


def _selects(escalation: Escalation, wanted: Filter) -> Callable[[str, str], bool]:
    """Whether a reference passes; one that is no item passes with its project."""
    workspace, as_of = escalation.workspace, escalation.as_of

    def passes(ref: str, project_id: str) -> bool:
        if wanted.empty:
            return True
        item = workspace.items.get(ref) or workspace.items[project_id]
        return selection.wants_item(workspace, as_of, wanted, item, escalation.assessment.light)

    return passes


def _drafted(escalation: Escalation, cases: Sequence[Case], ref: str, names: Names) -> Case:
    """The case of the item a letter is wanted for, also one whose days are still running; or why there is none."""
    case = next((case for case in cases if case.lag.ref == ref), None)
    if case is not None and case.state in ("proposed", *_WAITING):
        return case
    workspace = escalation.workspace
    targets = {standing.ref for standing in escalation.assessment.standings}
    if case is None and ref not in workspace.items and ref not in targets:
        known = [*workspace.items, *sorted(targets)]
        raise UnknownReferenceError(ref, tuple(difflib.get_close_matches(ref, known, 3)))
    message = _("no letter is due about {ref}: {why}").format(ref=ref, why=_why_not(escalation, case, ref, names))
    inside = [other.lag.ref for other in cases if other.state == "proposed" and other.lag.ref.startswith(f"{ref}/")]
    if inside:
        message = _("{message}; due in it: {refs}").format(message=message, refs=listing(inside))
    raise UsageError(message)


def _why_not(escalation: Escalation, case: Case | None, ref: str, names: Names) -> str:
    if not escalation.ladder:
        return _("the settings have no ladder")
    if case is None:
        item = escalation.workspace.items.get(ref)
        if item is not None and item.project is not None and item.project.paused_on(escalation.as_of):
            return _("its project is paused")
        return _("it does not lag")
    step = _(ACTION_WORDS[case.step.kind]) if case.step is not None else ""
    match case.state:
        case "extension" if case.extension is not None:
            return _("an extension to {day} is in force").format(day=day_text(case.extension.to, escalation.as_of))
        case "light" if case.step is not None:
            return _("the next step, {step}, asks for the light {asked} or worse").format(
                step=step, asked=_(LIGHT_WORDS[case.step.light])
            )
        case "top":
            return _("every step of the ladder was taken")
        case _:
            return _("no deadline, latest start, planned date or due figure has passed, and it is not stalled")


# --- rows -------------------------------------------------------------------------------------------------------------


def _row(escalation: Escalation, case: Case, names: Names) -> ItemRow:
    workspace, as_of, lag, step = escalation.workspace, escalation.as_of, case.lag, case.step
    assert step is not None
    assert case.to is not None
    grounds = tuple(GroundRow(ground.code, ground.begins, ground.since) for ground in case.grounds)
    to = case.to
    unconfirmed = workspace.calendar.unconfirmed_years(as_of, case.reply_due) if case.reply_due is not None else ()
    return ItemRow(
        ref=lag.ref,
        step=step.kind,
        ground=grounds[0],
        issued_by=step.issued_by,
        to=to.person,
        reply_due=case.reply_due,
        last_action=_action(workspace, case.last_action),
        state=case.state,
        kind=lag.kind,
        name=names.item(lag.ref),
        project=lag.project,
        project_name=letters.whose(workspace, lag, names),
        owner=lag.owner,
        unit=lag.unit,
        light=lag.light,
        deadline=lag.deadline,
        original_deadline=lag.original,
        days_late=lag.days_late,
        why=letters.why_text(workspace, as_of, lag, names, as_of),
        grounds=grounds,
        level=step.level,
        issued_by_name=workspace.unit_name(step.issued_by) or None,
        to_name=workspace.person_name(to.person) or None,
        to_text=owner_text(workspace, to.person, to.unit) if to.person is not None else "",
        to_fill=letters.lacking_text(workspace, lag, to) if to.lacking is not None else None,
        reply_days=step.reply_days,
        unconfirmed=unconfirmed,
        from_day=case.from_day,
        until=case.extension.to if case.extension is not None else None,
        last_recorded=_action(workspace, case.actions[-1] if case.actions else None),
    )


def _action(workspace: Workspace, action: Action | None) -> ActionRow | None:
    if action is None:
        return None
    return ActionRow(
        number=action.number,
        kind=action.kind,
        to=action.to,
        to_name=workspace.party_name(action.to),
        issued=action.issued,
        reply_due=action.reply_due,
        replied=action.replied,
        result=action.result,
    )


def _bad_enough(escalation: Escalation, row: ItemRow) -> bool:
    """Whether an item would be written about without its extension: its light reaches the step's."""
    return any(step.kind == row.step and as_bad(row.light, step.light) for step in escalation.ladder)


def _replies(escalation: Escalation, names: Names, selected: Callable[[str, str], bool]) -> tuple[ReplyRow, ...]:
    workspace = escalation.workspace
    return tuple(
        ReplyRow(
            about=reply.action.about,
            name=names.item(reply.action.about),
            project=reply.project.id,
            number=reply.action.number,
            kind=reply.action.kind,
            to=reply.action.to,
            to_text=_party_text(workspace, reply.action.to),
            issued=reply.action.issued,
            due=reply.due,
            days_late=reply.days,
            workdays_late=reply.workdays,
        )
        for reply in escalation.replies()
        if selected(reply.action.about, reply.project.id)
    )


def _party_text(workspace: Workspace, party: str) -> str:
    return workspace.unit_name(party) if party in workspace.units_by_id else owner_text(workspace, party)


def _clocks(escalation: Escalation, selected: Callable[[str, str], bool]) -> tuple[ClockRow, ...]:
    return tuple(
        ClockRow(
            ref=clock.ref,
            name=clock.problem.text,
            project=clock.project.id,
            unit=clock.unit,
            unit_name=escalation.workspace.unit_name(clock.unit),
            leading=clock.leading,
            raised=clock.problem.raised,
            due=clock.due,
            workdays_late=clock.workdays,
        )
        for clock in escalation.clocks()
        if selected(clock.ref, clock.project.id)
    )


# --- the page ---------------------------------------------------------------------------------------------------------


def document(result: Result) -> Document:
    """The letters that are due, then what is overdue, whom to clear, and what stands still; or one letter."""
    if result.draft is not None:
        return letters.document(result.draft, result.calendar_note)
    as_of = result.as_of
    blocks: list[Block] = [Paragraph(_lead(result), "strong")]
    if result.has_ladder:
        blocks.append(_table(result))
    filling = tuple(dict.fromkeys(row.to_fill for row in result.items if row.to_fill is not None))
    if filling:
        blocks.append(Section(_("Nobody to write to"), (Items(filling),)))
    if result.replies:
        blocks.append(Section(_("Overdue replies"), (Items(tuple(_reply(row, as_of) for row in result.replies)),)))
    if result.clocks:
        blocks.append(
            Section(
                _("Units that did not respond in time"), (Items(tuple(_clock(row, as_of) for row in result.clocks)),)
            )
        )
    if result.clearing:
        cleared = tuple(_clearing(row, as_of) for row in result.clearing)
        blocks.append(Section(_("Candidates for clearing"), (Items(cleared),)))
    still = list(standing_still(result))
    if still:
        blocks.append(Section(_("Not escalated for now"), tuple(Paragraph(text) for text in still)))
    if result.items:
        hint = _("The text of a letter: projledger escalate --draft {ref}").format(ref=result.items[0].ref)
        blocks.append(Paragraph(hint, "dim"))
    return Document(
        title=_("{place}: letters that are due").format(place=result.place),
        blocks=tuple(blocks),
        asides=(_("As of {day} ({weekday})").format(day=day_text(as_of), weekday=weekday_text(as_of)),),
        footer=(result.calendar_note,) if result.calendar_note else (),
        landscape=True,
    )


def _lead(result: Result) -> str:
    if not result.has_ladder:
        return _("The settings have no ladder, so nothing is proposed: write ladder: into projledger.yaml")
    if not result.items:
        return _("No letter is due.")
    counts = []
    for kind in reversed(KINDS):
        count = sum(row.step == kind for row in result.items)
        if count:
            counts.append(_("{kind}: {count}").format(kind=_(ACTION_WORDS[kind]), count=count))
    total = len(result.items)
    return ngettext("{n} letter is due ({kinds}).", "{n} letters are due ({kinds}).", total).format(
        n=total, kinds=listing(counts)
    )


def _table(result: Result) -> Table:
    as_of = result.as_of
    return Table(
        columns=(
            Column(_("Light")),
            Column(_("Letter")),
            Column(_("To"), wrap=True),
            Column(_("Matter"), wrap=True),
            Column(_("Why now"), wrap=True),
            Column(_("Reply by"), wrap=True),
            Column(_("From"), wrap=True),
            Column(_("Last step"), wrap=True),
        ),
        rows=tuple(_cells(row, as_of) for row in result.items),
        note=_("Proposed by the ladder; a person decides, signs, and records what was issued under actions:"),
        empty=_("No letter is due."),
        main=True,
    )


def _cells(row: ItemRow, as_of: date) -> tuple[Cell | Text, ...]:
    reply = "—"
    if row.reply_due is not None and row.reply_days is not None:
        reply = _("{day} ({workdays})").format(
            day=day_text(row.reply_due, as_of), workdays=days_text(row.reply_days, workdays=True)
        )
    return (
        Cell((lamp(row.light),), row.light),
        Cell(_(ACTION_WORDS[row.step]), row.step),
        row.to_text or _("nobody is named"),
        Cell((Run(_subject(row)), Run(" "), Run(row.ref, "dim")), row.ref),
        row.why,
        Cell(reply, row.reply_due),
        row.issued_by_name or "—",
        _action_text(row.last_action, as_of) if row.last_action is not None else "—",
    )


def _subject(row: ItemRow) -> str:
    if row.kind == "project":
        return row.name
    return _("{project} · {item}").format(project=row.project_name, item=row.name)


def _action_text(action: ActionRow, as_of: date) -> str:
    known = {"kind": _(ACTION_WORDS[action.kind]), "number": action.number, "day": day_text(action.issued, as_of)}
    if action.replied is not None and action.replied <= as_of:
        return _("{kind} {number} of {day}, answered").format(**known)
    if action.reply_due is None:
        return _("{kind} {number} of {day}").format(**known)
    return _("{kind} {number} of {day}, not answered").format(**known)


def _reply(row: ReplyRow, as_of: date) -> Text:
    text = _("{name}: {kind} {number} ({item}), reply due on {day}, {days} late").format(
        name=row.to_text,
        kind=_(ACTION_WORDS[row.kind]),
        number=row.number,
        item=row.name,
        day=day_text(row.due, as_of),
        days=days_text(row.days_late),
    )
    return (Run(text), Run(" "), Run(row.about, "dim"))


def _clock(row: ClockRow, as_of: date) -> Text:
    leading = _("{unit} (leading): {problem}, to respond by {day}, {workdays} late")
    helping = _("{unit} (assisting): {problem}, to respond by {day}, {workdays} late")
    text = (leading if row.leading else helping).format(
        unit=row.unit_name,
        problem=row.name,
        day=day_text(row.due, as_of),
        workdays=days_text(row.workdays_late, workdays=True),
    )
    return (Run(text), Run(" "), Run(row.ref, "dim"))


def _clearing(row: ItemRow, as_of: date) -> Text:
    if row.state == "proposed":
        text = _("{item}: {why}; the proposal is due now")
    else:
        text = _("{item}: {why}; the proposal comes from {day} on")
    day = day_text(row.from_day, as_of) if row.from_day is not None else ""
    return (Run(text.format(item=_subject(row), why=row.why, day=day)), Run(" "), Run(row.ref, "dim"))


def _waiting(row: ItemRow, as_of: date) -> str:
    """What was written about an item last, if anything, and from when on what can be."""
    day = day_text(row.from_day, as_of) if row.from_day is not None else ""
    known = {"item": _subject(row), "step": _(ACTION_WORDS[row.step]), "day": day}
    if row.last_action is None:
        return _("{item}, {step} from {day} on").format(**known)
    return _("{item}, {last}, {step} from {day} on").format(last=_action_text(row.last_action, as_of), **known)


def standing_still(result: Result) -> Iterable[str]:
    """What is not written about for now, and why."""
    as_of = result.as_of
    if result.stopped:
        stopped = [
            _("{item} (until {day})").format(item=_subject(row), day=day_text(row.until, as_of))
            if row.last_recorded is None
            else _("{item} (until {day}; {last})").format(
                item=_subject(row), day=day_text(row.until, as_of), last=_action_text(row.last_recorded, as_of)
            )
            for row in result.stopped
            if row.until is not None
        ]
        yield _("Extended: {names}.").format(names=listing(stopped))
    if result.paused:
        yield _("Paused or suspended: {names}.").format(names=listing(result.paused))
    if result.waiting:
        waiting = sorted(result.waiting, key=lambda row: row.from_day or as_of)
        said = [_waiting(row, as_of) for row in waiting[:_MOST]]
        if len(waiting) > _MOST:
            rest = len(waiting) - _MOST
            said.append(ngettext("{n} more", "{n} more", rest).format(n=rest))
        yield _("Days or a reply still run: {items}.").format(items=clauses(said))
    if result.exhausted:
        yield _("Every step of the ladder was taken: {names}.").format(names=listing(result.exhausted))
