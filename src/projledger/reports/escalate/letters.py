"""Letters of the escalation ladder: what is due about one item, in the style of an official letter.

The frame (issuing unit, number, addressee, signature, date, lines for review and issue) is the same for every kind;
title and body come from the place's `letters.yaml`, else from the wording here. A template has placeholders and
nothing to evaluate; what is put into it is never read as a template again.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from projledger.analysis.escalation import Addressee, Case, Lacking
from projledger.analysis.lagging import Lag
from projledger.calendar import Calendar, day_text
from projledger.document import Blank, Block, Document, Items, Paragraph, Section
from projledger.frozen import frozen
from projledger.i18n import N_, _, joined
from projledger.models.letters import filled
from projledger.models.project import Action, Extendable
from projledger.models.types import ActionKind
from projledger.models.workspace import SETTINGS_FILE, Workspace
from projledger.quantities import days_text
from projledger.reports.parts.reasons import Names, reason_text
from projledger.reports.parts.words import ACTION_WORDS, LIGHT_WORDS, due_on_text

WORDING: Final[dict[ActionKind, tuple[str, tuple[str, ...]]]] = {
    "reminder": (
        N_("Reminder: {subject}"),
        (
            N_("{facts} {causes}"),
            N_("{history}"),
            N_(
                "Please press ahead with it, name the day on which it will be finished and the steps until then, "
                "and keep the ledger up to date. {reply}"
            ),
        ),
    ),
    "letter": (
        N_("Supervision letter: {subject}"),
        (
            N_("This matter is placed under supervision. {facts} {causes}"),
            N_("{history}"),
            N_(
                "Please put it right at once, with measures, a responsible person and a date for each of them. "
                "If an extension is needed, apply for it in the proper way before the deadline. {reply}"
            ),
        ),
    ),
    "interview": (
        N_("Notice of an interview: {subject}"),
        (
            N_("Because this matter lags, an interview is to be held. {facts} {causes}"),
            N_("{history}"),
            N_("To be interviewed: {owner}, and the head of {unit}."),
            N_("Time: ____________  Place: ____________"),
            N_("Please bring a written account of the progress, the causes of the delay and the measures. {reply}"),
        ),
    ),
    "criticism": (
        N_("Notice of criticism: {subject}"),
        (
            N_("The following delay is made known. {facts} {causes}"),
            N_("{history}"),
            N_(
                "{unit} and {owner}, who answer for it, are criticised by this notice. "
                "Please take it as a warning and put the matter right. {reply}"
            ),
        ),
    ),
    "accountability": (
        N_("Proposal to call to account: {subject}"),
        (
            N_("After repeated supervision this matter is still not finished. {facts} {causes}"),
            N_("{history}"),
            N_(
                "It is proposed to open the procedure of accountability for {unit} and {owner} "
                "under the rules that apply. Please decide. {reply}"
            ),
        ),
    ),
    "clearing": (
        N_("Proposal to clear: {project}"),
        (
            N_("After repeated supervision the project still cannot go on. {facts} {causes}"),
            N_("{history}"),
            N_(
                "It is proposed to take {project} off the list of key projects, to free the land, money and quotas "
                "allotted to it, and to keep its records. Please decide. {reply}"
            ),
        ),
    ),
}
"""Title and paragraphs of each kind; a paragraph that comes out empty is left out."""

LACKING_WORDS: Final[dict[Lacking, str]] = {
    "owner": N_("nobody is named as owner: write owner: at {ref} in {file}"),
    "unit": N_("no unit answers for {ref}, so there is no head to write to"),
    "head": N_("the unit {unit} has no head: write head: there in people.yaml"),
    "lead": N_("no leader is attached to {ref}: write lead: or service.leader: in {file}"),
    "chief": N_("the place has no chief: write chief: in projledger.yaml"),
}
_LAST_NUMBER: Final = re.compile(r"[0-9]+(?=[^0-9]*\Z)")
_YEAR_IN_BRACKETS: Final = re.compile(r"(?<=[〔\[(（【])[0-9]{4}(?=[〕\])）】])")
_BEFORE_EVERY_YEAR: Final = date.min
"""As "today" of `day_text`: letters write every date with its year."""


@frozen
class LetterDraft:
    """A letter to be reviewed, numbered and issued by people.

    `number` leaves the running number open; `to_fill` says what the ledgers do not name, and where to write it.
    `last_number` is the last one recorded of its kind. `dated` is today, or, where the step has still to wait, the
    first day on which it may be issued: then `not_before` is that day.
    """

    ref: str
    step: ActionKind
    title: str
    number: str
    last_number: str | None
    issuer: str | None
    salutation: str
    paragraphs: tuple[str, ...]
    dated: date
    not_before: date | None
    reply_due: date | None
    to_fill: tuple[str, ...]


def draft(workspace: Workspace, as_of: date, case: Case, names: Names) -> LetterDraft:
    """The letter of the step that comes next for an item; the case must have one."""
    step, lag = case.step, case.lag
    assert step is not None
    own = workspace.letters.get(step.kind)
    title, paragraphs = WORDING[step.kind]
    dated = max(as_of, case.from_day or as_of)
    reply_due = workspace.calendar.add_workdays(dated, step.reply_days) if step.reply_days is not None else None
    values = _values(workspace, as_of, case, names, dated, reply_due)
    lines = own.text.splitlines() if own is not None else [_(paragraph) for paragraph in paragraphs]
    body = (" ".join(filled(line, values).split(" ")).strip() for line in lines)
    last = _last_action(workspace, step.kind, as_of)
    issuer = workspace.unit_name(step.issued_by) or None
    to_fill = [lacking_text(workspace, lag, case.to)] if case.to is not None and case.to.lacking is not None else []
    if issuer is None:
        to_fill.append(
            _("nobody is named to issue it: write issued_by: at this step of the ladder in {file}").format(
                file=SETTINGS_FILE
            )
        )
    return LetterDraft(
        ref=lag.ref,
        step=step.kind,
        title=filled(own.title if own is not None and own.title is not None else _(title), values),
        number=number_text(last.number if last is not None else None, dated),
        last_number=last.number if last is not None else None,
        issuer=issuer,
        salutation=_salutation(workspace, case.to),
        paragraphs=tuple(line for line in body if line),
        dated=dated,
        not_before=dated if dated > as_of else None,
        reply_due=reply_due,
        to_fill=tuple(to_fill),
    )


def _values(
    workspace: Workspace, as_of: date, case: Case, names: Names, dated: date, reply_due: date | None
) -> dict[str, str]:
    lag, step = case.lag, case.step
    assert step is not None
    issuer = workspace.unit_name(step.issued_by)
    person = case.to.person if case.to is not None else None
    return {
        "place": workspace.settings.name,
        "issuer": issuer,
        "to": workspace.person_name(person),
        "subject": subject_text(workspace, lag, names),
        "project": whose(workspace, lag, names),
        "item": lag.name if lag.kind == "project" else names.item(lag.ref),
        "ref": lag.ref,
        "owner": workspace.person_name(lag.owner) or _("(owner not named)"),
        "unit": workspace.unit_name(lag.unit) or _("(unit not named)"),
        "facts": facts_text(workspace, as_of, lag, names),
        "causes": _causes(workspace, as_of, lag, names),
        "history": _history(workspace, as_of, case),
        "reply": _reply(step.reply_days, reply_due, issuer),
        "reply_by": _day(reply_due) if reply_due is not None else "",
        "reply_days": str(step.reply_days) if step.reply_days is not None else "",
        "date": _day(dated),
        "year": str(dated.year),
    }


# --- pieces -----------------------------------------------------------------------------------------------------------


def _day(day: date) -> str:
    return day_text(day, _BEFORE_EVERY_YEAR)


def whose(workspace: Workspace, lag: Lag, names: Names) -> str:
    """The project of an item; of a target of a unit, a chain or the place, that; of a decision its meeting."""
    if lag.project is not None:
        return names.project(lag.project)
    if lag.kind == "decision":
        return names.meeting(lag.ref)
    scope = lag.ref.partition("/")[0]
    if scope == "all":
        return workspace.settings.name
    return workspace.unit_name(scope) if scope in workspace.units_by_id else workspace.chain_name(scope)


def subject_text(workspace: Workspace, lag: Lag, names: Names) -> str:
    """What a letter is about, in a phrase: “排污总量指标未答复” of its project."""
    project, item = whose(workspace, lag, names), names.item(lag.ref)
    if lag.kind == "project":
        return _("the project {project}").format(project=project)
    if lag.kind == "stage":
        return _("the stage “{item}” of {project}").format(item=item, project=project)
    if lag.kind in ("target", "factor"):
        return _("{item} of {project}").format(item=item, project=project)
    if lag.kind == "decision":
        return _("the decision “{item}” of the {meeting}").format(item=item, meeting=project)
    return _("“{item}” of {project}").format(item=item, project=project)


def why_text(workspace: Workspace, as_of: date, lag: Lag, names: Names, today: date) -> str:
    """When an item was due and why it lags, in clauses; `today` decides which dates need their year."""
    clauses: list[str] = []
    for reason in lag.reasons:
        if reason.code not in ("due_soon", "blocked"):
            clauses.append(reason_text(reason, workspace, as_of, names))
            if reason.code == "behind_pace" and reason.cutoff is not None:
                clauses.append(_("figures to {day}").format(day=day_text(reason.cutoff, today)))
    why = _clauses(clauses)
    if lag.deadline is None:
        return why
    due = due_on_text(lag.kind, lag.deadline, lag.original or lag.deadline, lag.extensions, today)
    return _("{due}, {why}").format(due=due, why=why) if why else due


def _clauses(clauses: list[str]) -> str:
    said = clauses[0] if clauses else ""
    for clause in clauses[1:]:
        said = _("{said}; {clause}").format(said=said, clause=clause)
    return said


def facts_text(workspace: Workspace, as_of: date, lag: Lag, names: Names) -> str:
    """A sentence: what was due, when, how late it is, and its light."""
    what = why_text(workspace, as_of, lag, names, _BEFORE_EVERY_YEAR)
    if lag.light is not None:
        light = _("its light is {light}").format(light=_(LIGHT_WORDS[lag.light]))
        what = _("{said}; {clause}").format(said=what, clause=light)
    text = _("As of {date}, {subject}: {what}.")
    return text.format(date=_day(as_of), subject=subject_text(workspace, lag, names), what=what)


def _causes(workspace: Workspace, as_of: date, lag: Lag, names: Names) -> str:
    blocked = lag.reason("blocked")
    cause = ""
    if blocked is not None:
        cause = _("It is {cause}.").format(cause=reason_text(blocked, workspace, as_of, names))
    following = _("Next step as reported: {text}.").format(text=lag.next.rstrip("。.；;")) if lag.next else ""
    return joined(cause, following)


def _history(workspace: Workspace, as_of: date, case: Case) -> str:
    """Every recorded step about the item, and every extension, in sentences."""
    issued = _clauses([_action_text(workspace, as_of, action) for action in case.actions])
    letters = _("Issued so far: {list}.").format(list=issued) if issued else ""
    item = workspace.items.get(case.lag.ref)
    extended = ""
    if item is not None and isinstance(item.record, Extendable):
        clauses = [
            _("to {to}, approved by {name} on {date} ({reason})").format(
                to=_day(one.to), name=workspace.party_name(one.approved_by), date=_day(one.date), reason=one.reason
            )
            for one in item.record.extensions
            if one.date <= as_of
        ]
        extended = _("The deadline was extended: {list}.").format(list=_clauses(clauses)) if clauses else ""
    return joined(letters, extended)


def _action_text(workspace: Workspace, as_of: date, action: Action) -> str:
    known = {
        "date": _day(action.issued),
        "kind": _(ACTION_WORDS[action.kind]),
        "number": action.number,
        "name": workspace.party_name(action.to),
    }
    said = _("{date}, {kind} {number} to {name}").format(**known)
    if action.replied is not None and action.replied <= as_of:
        said = _("{said}, answered on {date}").format(said=said, date=_day(action.replied))
        if action.reply_due is not None and action.replied > action.reply_due:
            late = days_text((action.replied - action.reply_due).days)
            said = _("{said} ({days} late)").format(said=said, days=late)
    elif action.reply_due is not None:
        overdue = workspace.calendar.first_on_or_after(action.reply_due) < as_of
        text = _("{said}, reply due on {date}, not received") if overdue else _("{said}, reply due on {date}")
        said = text.format(said=said, date=_day(action.reply_due))
    if action.result is not None and (action.replied is None or action.replied <= as_of):
        said = _("{said}: {result}").format(said=said, result=action.result)
    return said


def _reply(workdays: int | None, due: date | None, issuer: str) -> str:
    if due is None or workdays is None:
        return ""
    known = {"day": _day(due), "workdays": days_text(workdays, workdays=True)}
    if not issuer:
        return _("Please reply in writing by {day} ({workdays}).").format(**known)
    return _("Please reply in writing to {issuer} by {day} ({workdays}).").format(issuer=issuer, **known)


def _salutation(workspace: Workspace, to: Addressee | None) -> str:
    if to is None or to.person is None:
        return _("To ____________:")
    known = workspace.people_by_id.get(to.person)
    name = workspace.person_name(to.person)
    if to.level >= 3 and known is not None and known.post is not None:
        return _("To {name}, {post}:").format(name=name, post=known.post)
    unit = workspace.unit_name(known.unit if known is not None else to.unit)
    return _("To {name}, {unit}:").format(name=name, unit=unit) if unit else _("To {name}:").format(name=name)


def lacking_text(workspace: Workspace, lag: Lag, to: Addressee) -> str:
    """Who is not named at a level, and what is to be written where."""
    assert to.lacking is not None
    file = workspace.project_files.get(lag.project or "", SETTINGS_FILE)
    return _(LACKING_WORDS[to.lacking]).format(ref=lag.ref, unit=workspace.unit_name(lag.unit), file=file)


def _last_action(workspace: Workspace, kind: ActionKind, as_of: date) -> Action | None:
    """The last recorded action of a kind, by its day; of one day the one with the highest running number."""

    def place(action: Action) -> tuple[date, int]:
        found = _LAST_NUMBER.search(action.number)
        return action.issued, int(found[0]) if found else 0

    known = [action for _project, action in workspace.actions if action.kind == kind and action.issued <= as_of]
    return max(known, key=place, default=None)


def number_text(last: str | None, as_of: date) -> str:
    """The number of the next letter with the running number left open: `清项提〔2024〕　号`, as the last one was."""
    blank = _("____")
    if last is None or _LAST_NUMBER.search(last) is None:
        return _("No. {blank} ({year})").format(year=as_of.year, blank=blank)
    opened = _LAST_NUMBER.sub(blank, last)
    return _YEAR_IN_BRACKETS.sub(str(as_of.year), opened)


# --- the page ---------------------------------------------------------------------------------------------------------


def document(letter: LetterDraft, calendar_note: str) -> Document:
    """The letter as people review it."""
    blank = _("____")
    blocks: list[Block] = []
    if letter.not_before is not None:
        early = _("Not due yet: this letter may be issued from {day} on, if nothing has changed by then.")
        blocks.append(Paragraph(early.format(day=_day(letter.not_before)), "strong"))
    blocks.append(Paragraph(letter.salutation))
    blocks += [Paragraph(_("{paragraph}").format(paragraph=paragraph)) for paragraph in letter.paragraphs]
    blocks += [
        Paragraph(letter.issuer or blank, align="right"),
        Paragraph(_day(letter.dated), align="right"),
        Blank((_("Reviewed by:"), _("Issued by:"))),
    ]
    if letter.to_fill:
        blocks.append(Section(_("To be filled in first"), (Items(letter.to_fill),)))
    notes = [_("Draft: a person numbers it, signs it, and records it under actions: in the ledger")]
    if letter.last_number is not None:
        notes.append(_("Last number of this kind: {number}").format(number=letter.last_number))
    if calendar_note:
        notes.append(calendar_note)
    return Document(
        title=letter.title,
        blocks=tuple(blocks),
        asides=(letter.issuer or blank, letter.number),
        footer=tuple(notes),
    )


def unconfirmed_text(calendar: Calendar, first: date, last: date) -> str:
    """That a count of workdays goes over years whose calendar is not published; empty where it does not."""
    years = calendar.unconfirmed_years(first, last)
    if not years:
        return ""
    listed = _clauses([str(year) for year in years])
    return _("Reply deadlines count workdays of {years}, whose calendar is not published (unconfirmed)").format(
        years=listed
    )
