"""What is asked of a chain chief, in words."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from projledger.analysis import asks as asking
from projledger.analysis.asks import Ask, Asking, Effect
from projledger.analysis.meetings import rhythm_of
from projledger.calendar import day_text, period_text
from projledger.i18n import N_, _, listing, ngettext
from projledger.models.place import Chain
from projledger.quantities import days_text
from projledger.reports.chain.result import AskRow
from projledger.reports.chain.sentences import names_text
from projledger.reports.lagging import rows_of
from projledger.reports.lists.meetings import periods_text
from projledger.reports.parts.reasons import Names
from projledger.reports.parts.words import (
    ACTION_WORDS,
    STAGE_WORDS,
    STANDSTILL_WORDS,
    amount_text,
    clauses,
    commas,
    factor_word,
    owner_text,
    standstill,
)

POSITION_WORDS: Final = {
    "upstream": N_("Upstream"),
    "midstream": N_("Midstream"),
    "downstream": N_("Downstream"),
}


MEND_WORDS: Final = {
    "build": N_("build"),
    "repair": N_("repair"),
    "extend": N_("extend"),
    "strengthen": N_("strengthen"),
}


_MOST_HELD: Final = 4
"""Items held up by a problem that are named."""


class Said:
    """Asks in words."""

    def __init__(self, found: Asking, chain: Chain) -> None:
        self.found = found
        self.chain = chain
        self.workspace = found.workspace
        self.as_of = found.as_of
        self.names = Names(found.workspace, found.assessment.standings)

    def row(self, ask: Ask) -> AskRow:
        """An ask as people and programs read it."""
        return AskRow(
            kind=ask.kind,
            ref=ask.ref,
            what=self.what(ask),
            reason=clauses(list(self.reasons(ask))),
            by=ask.by,
            owners_day=ask.owners_day,
            deadline=ask.deadline,
            days_late=ask.days_late,
            otherwise=self.otherwise(ask),
            proposal=ask.proposal or "",
            partners=tuple(self.partners(ask)),
            owner=ask.owner,
            owner_name=owner_text(self.workspace, ask.owner, ask.unit) if ask.owner or ask.unit else "",
            project=ask.project,
            must=ask.must,
        )

    def what(self, ask: Ask) -> str:
        """What the chief should decide or do."""
        name, project = self.names.item(ask.ref), self.names.project(ask.project)
        match ask.kind:
            case "problem":
                text = _("Settle “{name}” ({project})").format(name=name, project=project)
                if partners := list(self.partners(ask)):
                    text = _("{what}, together with {leader}").format(what=text, leader=listing(partners))
                return text
            case "item" if ask.ref == ask.project:
                return _("Decide how {project} gets on").format(project=project)
            case "item":
                return _("Decide how “{name}” gets done ({project})").format(name=name, project=project)
            case "factor" if ask.gap is not None:
                return _("Secure {factor} for {project}: {amount} missing").format(
                    factor=factor_word(ask.gap.factor), project=project, amount=self.gap_text(ask)
                )
            case "decision":
                text = ask.decided[0][1].text
                return _("See to it that “{decision}” is done").format(decision=text)
            case "meeting":
                rhythm = rhythm_of(self.workspace, self.chain, self.as_of)
                assert rhythm is not None
                return _("Hold the chain meeting of {period}").format(period=period_text(rhythm.current))
            case "pace":
                return _("Decide how to catch up with the pace: {name}").format(name=name)
            case _:
                node = ask.node
                assert node is not None
                action = _(MEND_WORDS[node.action]) if node.action else _("fill the gap")
                text = {
                    "upstream": _("Find a project for “{name}” upstream ({action})"),
                    "midstream": _("Find a project for “{name}” midstream ({action})"),
                    "downstream": _("Find a project for “{name}” downstream ({action})"),
                }[node.position]
                return text.format(name=node.name, action=action)

    def partners(self, ask: Ask) -> Iterator[str]:
        """Who else must take part: the leader who takes problems of its kind, and the units that assist."""
        if ask.kind == "problem" and ask.leader is not None and ask.leader != self.chain.chief:
            yield self.workspace.person_name(ask.leader)
        yield from (self.workspace.unit_name(unit) for unit in ask.partners)

    def gap_text(self, ask: Ask) -> str:
        """How much of a factor is missing."""
        assert ask.gap is not None
        return amount_text(ask.gap.missing, ask.gap.record.measure or "").strip()

    def reasons(self, ask: Ask) -> Iterator[str]:
        """Why it is asked, and of the chief."""
        if "overdue" in ask.reasons and ask.deadline is not None:
            yield _("due {day}, {days} overdue").format(
                day=day_text(ask.deadline, self.as_of), days=days_text(ask.days_late)
            )
        if ask.kind == "item" or ask.kind == "pace":
            lag = self.found.assessment.lag(ask.ref)
            said = rows_of(self.found.assessment, [lag])[0]
            yield commas([str(reason["text"]) for reason in said.reasons[:2]])
        if ask.raised is not None and ask.kind == "problem":
            yield _("raised on {day}, not answered yet").format(day=day_text(ask.raised, self.as_of))
        if ask.gap is not None and ask.kind == "problem":
            yield _("{factor} short by {amount}").format(factor=factor_word(ask.gap.factor), amount=self.gap_text(ask))
        if ask.gap is not None and ask.kind == "factor":
            record, measure = ask.gap.record, ask.gap.record.measure or ""
            yield _("needs {needed}, has {secured}").format(
                needed=amount_text(record.needed, measure).strip(),
                secured=amount_text(record.secured or Decimal(0), measure).strip(),
            )
        if "holds_up" in ask.reasons or (ask.kind == "problem" and ask.holds_up):
            held = [self.names.item(ref) for ref in ask.holds_up]
            yield _("holds up {names}").format(names=names_text(held, _MOST_HELD))
        for meeting, decision in ask.decided:
            if ask.kind == "decision":
                yield _("decided on {day}, in charge {owner}").format(
                    day=day_text(meeting.date, self.as_of), owner=owner_text(self.workspace, decision.owner)
                )
            else:
                yield _("decided at the meeting of {day}, not done").format(day=day_text(meeting.date, self.as_of))
        if ask.letter is not None:
            yield _("{kind} {number} did not settle it").format(
                kind=_(ACTION_WORDS[ask.letter.kind]), number=ask.letter.number
            )
        if "other_unit" in ask.reasons:
            own = self.workspace.projects_by_id[ask.project].unit if ask.project is not None else None
            yield _("crosses units (the project is {unit}’s): only the chief can coordinate them").format(
                unit=self.workspace.unit_name(own)
            )
        elif "level" in ask.reasons:
            yield _("to be settled at level {level}").format(level=ask.level)
        if ask.kind == "meeting":
            yield self.meeting_reason()
        if ask.kind == "node":
            yield self.node_reason(ask)

    def node_reason(self, ask: Ask) -> str:
        """That a link is missing, and of the projects at it that they do not go on."""
        waiting = ask.standing_still
        if not waiting:
            return _("missing, and no project at it")
        why = {standstill(project, self.as_of) for project in waiting}
        state = _(STANDSTILL_WORDS[why.pop()]) if len(why) == 1 else _("not going on")
        names = listing([project.name for project in waiting])
        return ngettext(
            "missing; the only project at it, {names}, is {state}",
            "missing; the projects at it, {names}, are {state}",
            len(waiting),
        ).format(names=names, state=state)

    def meeting_reason(self) -> str:
        """When the last one was, and how the cadence was kept."""
        rhythm = rhythm_of(self.workspace, self.chain, self.as_of)
        assert rhythm is not None
        if rhythm.last is None:
            return _("none is recorded")
        said = [_("the last one was on {day}").format(day=day_text(rhythm.last, self.as_of))]
        if rhythm.missed:
            said.append(_("missed: {periods}").format(periods=periods_text(rhythm.missed)))
        return commas(said)

    def otherwise(self, ask: Ask) -> str:
        """What follows where nothing is decided: where it is worked out, that is said as a forecast."""
        said = clauses([self.effect(effect) for effect in ask.effects]) or self.plain_effect(ask)
        if any(effect.code in ("late", "slack", "stage_slack") for effect in ask.effects):
            return _("As forecast today: {consequence}").format(consequence=said)
        return said

    def effect(self, effect: Effect) -> str:
        """What happens otherwise."""
        name = self.names.item(effect.ref) if effect.ref else ""
        day = day_text(effect.day, self.as_of) if effect.day is not None else ""
        match effect.code:
            case "late":
                text = _("{name} is done on {day}, {workdays} late")
                return text.format(name=name, day=day, workdays=days_text(effect.workdays, workdays=True))
            case "slack":
                text = _("{name} has {workdays} of float left")
                return text.format(name=name, workdays=days_text(effect.workdays, workdays=True))
            case "stage_late":
                stage = _(STAGE_WORDS[asking.stage_of(effect.ref)])
                text = _("“{stage}”, planned for {day}, is {days} late already and waits on")
                return text.format(stage=stage, day=day, days=days_text(effect.workdays))
            case "stage":
                stage = _(STAGE_WORDS[asking.stage_of(effect.ref)])
                return _("“{stage}”, planned for {day}, is in danger").format(stage=stage, day=day)
            case "stage_slack":
                stage = _(STAGE_WORDS[asking.stage_of(effect.ref)])
                if effect.workdays < 0:
                    text = _("“{stage}”, planned for {day}: {task} before it comes {workdays} late")
                else:
                    text = _("“{stage}”, planned for {day}: {task} before it has {workdays} of float left")
                left = days_text(abs(effect.workdays), workdays=True)
                return text.format(stage=stage, day=day, task=self.names.item(effect.last), workdays=left)
            case "factor":
                return _("{factor} is not there by {day}, when it is needed").format(
                    factor=factor_word(asking.factor_of(effect.ref)), day=day
                )
            case "letter":
                step = _(ACTION_WORDS[effect.step]) if effect.step is not None else ""
                return _("{step} due from {day}").format(step=step, day=day)
            case "missed":
                count = ngettext(
                    "{n} meeting of the cadence is missed", "{n} meetings of the cadence are missed", effect.workdays
                )
                return count.format(n=effect.workdays)
            case "gap":
                return _("the chain stays broken at this link")
            case "pace":
                return _("the gap to the target of {day} grows").format(day=day)

    def plain_effect(self, ask: Ask) -> str:
        """What happens where nothing more particular follows."""
        if ask.deadline is not None and ask.deadline >= self.as_of:
            return _("the deadline passes")
        return _("it stays unfinished, and later each day")
