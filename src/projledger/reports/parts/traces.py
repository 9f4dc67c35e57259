"""The words of what changed: shared by `diff`, `history` and `slips`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from projledger.analysis.timeline import Commit, Skipped, Walk
from projledger.calendar import day_text
from projledger.i18n import N_, _, language, listing, ngettext
from projledger.models.workspace import Workspace
from projledger.quantities import number_text, percent_text
from projledger.reports.parts.words import (
    ACTION_WORDS,
    CATEGORY_WORDS,
    FUNDING_WORDS,
    LIGHT_WORDS,
    LOG_WORDS,
    STAGE_WORDS,
    STATUS_WORDS,
    TASK_KIND_WORDS,
    amount_text,
    shift_text,
)

FLAG_WORDS: Final[dict[str, str]] = {
    "after-deadline": N_("moved after it had passed"),
    "without-extension": N_("no extension entered"),
    "original-edited": N_("the original deadline was edited"),
    "cleared-undecided": N_("cleared without a decision"),
    "target-lowered": N_("target lowered"),
    "problem-deleted": N_("problem deleted"),
    "closed-unverified": N_("closed without evidence or without another's verification"),
    "undone": N_("done before, not done any more"),
    "backdated": N_("dated back"),
    "owner-changed": N_("owner changed within 7 days of the deadline"),
    "progress-fell": N_("progress fell"),
}
KIND_WORDS: Final[dict[str, str]] = {
    "project": N_("project"),
    "task": N_("task"),
    "problem": N_("problem"),
    "stage": N_("stage"),
    "factor": N_("factor"),
    "funding": N_("funding"),
    "target": N_("target"),
    "signed target": N_("signed target"),
    "report": N_("reported figure"),
    "log": N_("logged entry"),
    "action": N_("step of the ladder"),
    "pause": N_("pause"),
    "meeting": N_("meeting"),
    "decision": N_("decision of a meeting"),
    "chain": N_("chain"),
    "node": N_("link of a chain"),
    "talent": N_("talent"),
    "asset": N_("asset"),
    "unit": N_("unit"),
    "person": N_("person"),
    "indicator": N_("indicator"),
    "certificate": N_("certificate"),
    "peer": N_("figure of another place"),
    "self-score": N_("self-assessment"),
    "fund": N_("incentive fund"),
    "settings": N_("settings"),
    "letter": N_("wording of a letter"),
    "clause": N_("rule"),
}
FIELD_WORDS: Final[dict[str, str]] = {
    "name": N_("name"),
    "text": N_("wording"),
    "deadline": N_("deadline"),
    "plan": N_("plan"),
    "actual": N_("date reached"),
    "owner": N_("owner"),
    "unit": N_("unit"),
    "lead_unit": N_("leading unit"),
    "kind": N_("kind"),
    "start": N_("planned start"),
    "duration": N_("duration in workdays"),
    "after": N_("predecessors"),
    "started": N_("start date"),
    "progress": N_("progress"),
    "updated": N_("date of the progress"),
    "done": N_("completion date"),
    "closed": N_("close-out"),
    "evidence": N_("evidence"),
    "verified_by": N_("verified by"),
    "submitted": N_("submission of the solution"),
    "responded": N_("response"),
    "reopened": N_("reopening"),
    "raised": N_("date raised"),
    "raised_by": N_("raised by"),
    "assist": N_("assisting units"),
    "blocks": N_("blocked tasks"),
    "level": N_("level"),
    "limit": N_("statutory limit"),
    "extensions": N_("extensions"),
    "next": N_("next step"),
    "note": N_("note"),
    "status": N_("status"),
    "status_date": N_("date of the status"),
    "status_reason": N_("reason of the status"),
    "decision": N_("decision"),
    "investment": N_("total investment"),
    "chain": N_("chain"),
    "category": N_("category"),
    "lead": N_("leader in charge"),
    "difficult": N_("difficult"),
    "tags": N_("tags"),
    "park": N_("park"),
    "value": N_("target value"),
    "ytd": N_("cumulative figure"),
    "amount": N_("amount"),
    "cutoff": N_("cutoff"),
    "needed": N_("needed"),
    "secured": N_("secured"),
    "planned": N_("planned"),
    "applied": N_("applied for"),
    "awarded": N_("awarded"),
    "paid": N_("paid"),
    "date": N_("date"),
    "handed_over": N_("hand-over"),
    "in_statistics": N_("entry into the statistics"),
    "decisions": N_("decisions"),
    "state": N_("state"),
    "action": N_("action"),
    "title": N_("title"),
    "measure": N_("measure"),
    "op": N_("comparison"),
    "streak": N_("consecutive months"),
}
_RULE_WORDS: Final[Mapping[str, str]] = {
    "value": N_("threshold"),
    "measure": N_("what is measured"),
    "light": N_("light given"),
}
"""Keys that say something else in a rule."""
_VALUE_WORDS: Final[Mapping[str, Mapping[Any, str]]] = {
    "status": STATUS_WORDS,
    "category": CATEGORY_WORDS,
    "kind": {**TASK_KIND_WORDS, **LOG_WORDS},
    "source": FUNDING_WORDS,
    "light": LIGHT_WORDS,
}
_OF_INDICATORS: Final = frozenset({"target", "signed target", "report", "peer"})
_FIGURES: Final = frozenset({"value", "plan", "done", "ytd", "amount", "prior_ytd", "since_start"})
_MONEY: Final[Mapping[str, frozenset[str]]] = {
    "project": frozenset({"investment"}),
    "funding": frozenset({"planned", "applied", "awarded", "paid", "plan"}),
    "log": frozenset({"amount"}),
    "fund": frozenset({"pool"}),
}
_PERSONS: Final = frozenset({"owner", "lead", "head", "chair", "chief", "signer"})
_UNITS: Final = frozenset({"unit", "lead_unit", "park"})
_PARTIES: Final = frozenset({"verified_by", "approved_by", "raised_by", "to", "introduced_by"})


def kind_word(kind: str) -> str:
    """What an entry is."""
    return _(KIND_WORDS[kind])


def field_word(field: str, kind: str = "") -> str:
    """A ledger key in the reader's words; the key itself where it has none."""
    known = (_RULE_WORDS if kind == "clause" else {}).get(field) or FIELD_WORDS.get(field)
    return _(known) if known else field


def flags_text(flags: Sequence[str], in_time: bool = False) -> str:
    """Flags in words; `in_time`: the extension that came after the deadline had been approved before it."""
    words = (
        {**FLAG_WORDS, "after-deadline": N_("entered after it had passed, approved before")} if in_time else FLAG_WORDS
    )
    return listing([_(words[flag]) for flag in flags])


def iso_text(day: date) -> str:
    """A day among others of other years: `2024-05-20`, `2024年5月20日`."""
    return day.isoformat() if language() == "en" else day_text(day)


def moment_text(moment: datetime) -> str:
    """When a commit was written, as its author's clock said it."""
    return _("{day} {time}").format(day=iso_text(moment.date()), time=moment.strftime("%H:%M"))


def measure_of(kind: str, ref: str, field: str | None, workspace: Workspace) -> str | None:
    """What a figure of an entry counts: the measure of its indicator or factor, or money; None for other numbers."""
    if kind in _OF_INDICATORS and field in _FIGURES:
        indicator = workspace.targets.indicators.get(ref.rsplit("/", 2)[1])
        return indicator.measure if indicator is not None else None
    if kind == "factor" and field in ("needed", "secured"):
        item = workspace.items.get(ref)
        return getattr(item.record, "measure", None) if item is not None else None
    return workspace.settings.money_unit if field in _MONEY.get(kind, ()) else None


def value_text(value: Any, field: str | None, workspace: Workspace, measure: str | None = None) -> str:
    """A value of a ledger in the reader's words; numbers with what they count, where that is given."""
    if value is None:
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return iso_text(value)
    if isinstance(value, Fraction):
        return percent_text(value)
    if isinstance(value, int | Decimal):
        if measure is not None:
            return amount_text(Decimal(value), measure)
        return f"{number_text(value)}%" if field == "progress" else number_text(value)
    if isinstance(value, Mapping):
        if "approved_by" in value and "to" in value:
            return extension_text(value, workspace)
        parts = [f"{field_word(key)} {value_text(part, key, workspace, measure)}" for key, part in value.items()]
        return listing(parts)
    if isinstance(value, list | tuple):
        return listing([value_text(part, field, workspace, measure) for part in value]) or "—"
    text = str(value)
    if field in _PERSONS:
        return workspace.person_name(text)
    if field in _UNITS:
        return workspace.unit_name(text)
    if field in _PARTIES:
        return workspace.party_name(text)
    word = _VALUE_WORDS.get(field or "", {}).get(text)
    return _(word) if word else text


def extension_text(extension: Mapping[str, Any], workspace: Workspace) -> str:
    """An extension with who approved it and when."""
    text = _("to {to}, approved by {who} on {day}").format(
        to=iso_text(extension["to"]),
        who=workspace.party_name(extension["approved_by"]),
        day=iso_text(extension["date"]),
    )
    reason = extension.get("reason")
    return _("{text} ({reason})").format(text=text, reason=reason) if reason else text


def name_text(kind: str, name: str, workspace: Workspace) -> str:
    """What an entry is called; stages and factors by their word, targets by their indicator."""
    if kind in _OF_INDICATORS and name in workspace.targets.indicators:
        return workspace.targets.indicators[name].name
    if kind == "stage" and name in STAGE_WORDS:
        return _(STAGE_WORDS[name])
    if kind == "factor" and name in CATEGORY_WORDS:
        return _(CATEGORY_WORDS[name])
    if kind == "clause" and workspace.pack is not None:
        return next((one.text.said(language()) for one in workspace.pack.clauses if one.id == name), name)
    words = {"funding": FUNDING_WORDS, "log": LOG_WORDS, "letter": ACTION_WORDS}.get(kind, {})
    return _(words[name]) if name in words else name


def nth_text(number: int) -> str:
    """Which slip it is: `2nd slip`."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    nth = f"{number}{ending}" if language() == "en" else str(number)
    return _("{nth} slip").format(nth=nth)


def move_text(
    before: date,
    after: date,
    number: int,
    extension: Mapping[str, Any] | None,
    flags: Sequence[str],
    workspace: Workspace | None = None,
) -> str:
    """A deadline that moved: from where to where, how far, which time, by what.

    With a workspace the extension is told whole, with who approved it.
    """
    text = _("deadline moved {before} → {after} ({days}, {nth})").format(
        before=iso_text(before), after=iso_text(after), days=shift_text((after - before).days), nth=nth_text(number)
    )
    if "without-extension" in flags:
        text = _("{said}, {clause}").format(said=text, clause=flags_text(["without-extension"]))
    elif extension is not None and workspace is None:
        text = _("{said}, {clause}").format(
            said=text, clause=_("extension approved on {day}").format(day=iso_text(extension["date"]))
        )
    if extension is not None and workspace is not None:
        text = _("{text} ({reason})").format(
            text=text, reason=_("extension {what}").format(what=extension_text(extension, workspace))
        )
    rest = [flag for flag in flags if flag != "without-extension"]
    # An approval that was rewritten is none of the new deadline, whatever its date says.
    in_time = rest == list(flags) and extension is not None and extension["date"] <= before
    return with_flags(text, rest, in_time)


def with_flags(text: str, flags: Sequence[str], in_time: bool = False) -> str:
    """A sentence with its flags after it."""
    return _("{said}; {clause}").format(said=text, clause=flags_text(flags, in_time)) if flags else text


def change_text(
    kind: str,
    field: str | None,
    before: Any,
    after: Any,
    flags: Sequence[str],
    workspace: Workspace,
    measure: str | None = None,
) -> str:
    """A change of one field, or of a whole entry, as a sentence without its subject; figures with their `measure`."""

    def value(given: Any) -> str:
        return value_text(given, field, workspace, measure)

    if field is None:
        if before is None:
            return with_flags(_("new {kind}").format(kind=kind_word(kind)), flags)
        left = [flag for flag in flags if flag not in ("problem-deleted", "target-lowered")]
        return with_flags(_("{kind} deleted").format(kind=kind_word(kind)), left)
    if field == "closed" and before is None and after is not None:
        text = _("closed on {day}").format(day=iso_text(after))
        return with_flags(text, flags)
    if field == "done" and before is None and after is not None:
        return with_flags(_("done on {day}").format(day=iso_text(after)), flags)
    if flags and set(flags) <= {"target-lowered"} and before is not None and after is not None:
        said = _("target lowered {before} → {after}")
        if after > before:
            said = _("target raised {before} → {after}, though less of it is better")
        return said.format(before=value(before), after=value(after))
    what = field_word(field, kind)
    if before is None:
        text = _("{what} entered: {after}").format(what=what, after=value(after))
    elif after is None and before is True:  # all that is known of it is that it was there
        text = _("{what} taken out").format(what=what)
    elif after is None:
        text = _("{what} taken out (was {before})").format(what=what, before=value(before))
    else:
        text = _("{what} {before} → {after}").format(what=what, before=value(before), after=value(after))
    return with_flags(text, flags)


def commit_text(commit: Commit) -> str:
    """Who wrote a commit, when, and in which words."""
    return _("{when}, {author}, {commit}: {words}").format(
        when=moment_text(commit.date), author=commit.author or "—", commit=commit.id[:7], words=commit.words
    )


def notes(walk: Walk) -> list[str]:
    """What must be known about a history before it is believed."""
    found = [_("An author is whom a commit names; that is no proof of who wrote it.")]
    found += shallow_note(walk.shallow)
    if walk.rewritten:
        found.append(
            ngettext(
                "{n} commit that was here once is not in this history any more: it was rewritten.",
                "{n} commits that were here once are not in this history any more: it was rewritten.",
                walk.rewritten,
            ).format(n=walk.rewritten)
        )
    return found


def shallow_note(shallow: bool) -> tuple[str, ...]:
    """That a history is not whole, where it is not."""
    if not shallow:
        return ()
    return (_("This clone has only the last part of the history; earlier moves are missing (git fetch --unshallow)."),)


def later_note(walk: Walk, as_of: date, known: date) -> tuple[str, ...]:
    """What became of commits that are later than the day of the report, where there are any."""
    if known > as_of:
        return (_("The history begins after {day}: all of it counts.").format(day=iso_text(as_of)),)
    later = sum(commit.day > known for commit in walk.commits)
    if not later:
        return ()
    text = ngettext(
        "{n} commit is later than {day}: of what it moved, only extensions approved by then count.",
        "{n} commits are later than {day}: of what they moved, only extensions approved by then count.",
        later,
    )
    return (text.format(n=later, day=iso_text(as_of)),)


def skipped_texts(skipped: Sequence[Skipped]) -> list[str]:
    """Ledgers that could not be read at some commits, by file, with the first reason."""
    files: dict[str, list[Skipped]] = {}
    for one in skipped:
        files.setdefault(one.file, []).append(one)
    return [
        ngettext(
            "{file} could not be read at {n} commit from {first} on: {reason}",
            "{file} could not be read at {n} commits from {first} on: {reason}",
            len(ones),
        ).format(file=file, n=len(ones), first=ones[0].commit.id[:7], reason=ones[0].reason)
        for file, ones in files.items()
    ]
