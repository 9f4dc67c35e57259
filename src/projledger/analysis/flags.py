"""What a reader of a change should look at twice: one rule each, documented like a check.

A flag is no verdict: it says what happened, and a person asks why. Each rule looks at one entry before and after one
change, and at the day of the change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, Final

from projledger.analysis.entries import Fields
from projledger.diagnostics import Rule
from projledger.i18n import N_

_NEAR: Final = timedelta(days=7)

FLAGS: Final = (
    Rule(
        "after-deadline",
        "warning",
        N_("""A deadline in force was moved after it had passed.

Why: an extension is asked for before the deadline; afterwards the item was overdue, and moving it hides that.

Remedy: let the approver confirm the extension, and say in its reason since when the delay was known.
"""),
    ),
    Rule(
        "without-extension",
        "warning",
        N_("""A deadline in force moved without a new extension: it was edited, or an approved extension was rewritten.

Why: the original deadline is never overwritten; a later one has somebody who approved it, and a reason.

Remedy: restore the deadline, and enter the new one under `extensions` with `to`, `approved_by`, `date` and `reason`.
"""),
    ),
    Rule(
        "original-edited",
        "warning",
        N_("""The original deadline was edited while an extension is in force.

Why: the deadline in force stays, but every later count of how far it slipped begins at the wrong day.

Remedy: restore the original deadline.
"""),
    ),
    Rule(
        "cleared-undecided",
        "warning",
        N_("""A project was set to cleared without a decision.

Why: a cleared project leaves every count; that takes a meeting or a letter.

Remedy: enter `decision`: the number of the action, or the decision of a meeting such as M3/D1.
"""),
    ),
    Rule(
        "target-lowered",
        "warning",
        N_("""A target was lowered, or taken out (where less is better: raised).

Why: lowering the target is the easiest way to reach it.

Remedy: name the document that changed the target in the message of the commit.
"""),
    ),
    Rule(
        "problem-deleted",
        "warning",
        N_("""A problem was deleted.

Why: a problem leaves the ledger by being closed with evidence and a verifier; deleted, nobody counts it.

Remedy: restore it, and close it.
"""),
    ),
    Rule(
        "closed-unverified",
        "warning",
        N_("""A problem was closed without evidence, or without a verifier other than its owner.

Why: close-out means that somebody else has seen the solution.

Remedy: enter `evidence` and `verified_by`, or reopen the problem.
"""),
    ),
    Rule(
        "undone",
        "warning",
        N_("""What was done is not done any more: a task, a stage, or a closed problem without a reopening.

Why: a completion that is taken back was reported to somebody.

Remedy: reopen a problem with a date under `reopened`; for a task, say in its note why it was not finished.
"""),
    ),
    Rule(
        "backdated",
        "warning",
        N_("""A completion was dated back: before an update that said it was not finished, or from late to in time.

Why: a completion that is dated back turns a late one into one in time.

Remedy: enter the day on which it was finished, with the evidence of that day.
"""),
    ),
    Rule(
        "owner-changed",
        "warning",
        N_("""The owner of an unfinished item changed within 7 days of its deadline, before or after.

Why: who answers for a missed deadline should not be found out on the last day.

Remedy: say in the note who handed over to whom, and why now.
"""),
    ),
    Rule(
        "progress-fell",
        "warning",
        N_("""The reported progress of a task fell, or was taken out.

Why: work does not disappear; either the earlier figure was too high, or the work was thrown away.

Remedy: say in the note which of the two it was.
"""),
    ),
)
"""In the order of their weight: deadlines, what leaves the counts, what was said to be done, the rest."""

CODES: Final = tuple(flag.code for flag in FLAGS)

DEADLINES: Final = {
    "task": "deadline",
    "problem": "deadline",
    "stage": "plan",
    "factor": "deadline",
    "decision": "deadline",
}
"""The kinds of entry that have a deadline, and the key it stands under."""
_EXTENDABLE: Final = frozenset({"task", "problem", "stage"})
_COMPLETION: Final = {"task": "done", "problem": "closed", "stage": "actual", "decision": "done"}


def in_force(kind: str, fields: Fields, as_of: date) -> date | None:
    """The deadline in force of an entry: that of the last extension dated on or before the day."""
    found: date | None = fields.get(DEADLINES[kind])
    for extension in sorted(fields.get("extensions", ()), key=lambda one: one["date"]):
        if extension["date"] <= as_of:
            found = extension["to"]
    return found


def completion(kind: str, fields: Fields) -> date | None:
    """The day on which an entry was finished, as it says."""
    found: date | None = fields.get(_COMPLETION.get(kind, ""))
    if kind == "problem" and found is not None and any(day >= found for day in fields.get("reopened", ())):
        return None
    return found


def extension_of(before: Fields, after: Fields, to: date) -> tuple[Mapping[str, Any] | None, bool]:
    """The new extension that moved a deadline to a day, and whether an earlier extension was rewritten or taken out."""
    old = [_approval(one) for one in before.get("extensions", ())]
    new = [one for one in after.get("extensions", ()) if _approval(one) not in old]
    kept = [_approval(one) for one in after.get("extensions", ())]
    lost = [one for one in old if one not in kept]
    added = [one for one in new if one["to"] == to]
    return (added[-1] if added and len(new) > len(lost) else None), bool(lost)


def _approval(extension: Mapping[str, Any]) -> tuple[Any, Any]:
    # A mended spelling of the reason or of the approver's name rewrites no approval.
    return extension["to"], extension["date"]


def moved(kind: str, before: Fields, after: Fields, day: date, as_of: date) -> tuple[str, ...]:
    """The flags of a deadline: what is doubtful about its move, if it moved."""
    old, new = in_force(kind, before, as_of), in_force(kind, after, as_of)
    written = DEADLINES[kind]
    original_edited = kind in _EXTENDABLE and before.get(written) != after.get(written)
    if old is None or new is None or old == new:
        edited = original_edited and old == new and bool(before.get(written))
        return ("original-edited",) if edited else ()
    extension, rewritten = extension_of(before, after, new)
    found = []
    if max(day, extension["date"] if extension else day) > old:
        found.append("after-deadline")
    if kind in _EXTENDABLE and (extension is None or rewritten):
        found.append("without-extension")
    elif original_edited:
        found.append("original-edited")
    return tuple(found)


def changed(
    kind: str, before: Fields, after: Fields, day: date, as_of: date, less_is_better: bool = False
) -> dict[str, tuple[str, ...]]:
    """The flags of a change of one entry, by the ledger key they belong to.

    Args:
        kind: of the entry.
        before: its fields; `owner` is the one in effect (its own, else its project's).
        after: its fields.
        day: on which it was changed.
        as_of: the day of the report: an extension dated later is not in force.
        less_is_better: the indicator of a target counts down.
    """
    found: dict[str, list[str]] = {}
    deadline = in_force(kind, before, as_of) if kind in DEADLINES else None
    if kind in DEADLINES:
        found[DEADLINES[kind]] = list(moved(kind, before, after, day, as_of))
        finished = completion(kind, before) or completion(kind, after)
        owners = before.get("owner"), after.get("owner")
        handed_over = owners[0] is not None and owners[0] != owners[1]
        if deadline is not None and finished is None and handed_over and abs(deadline - day) <= _NEAR:
            found["owner"] = ["owner-changed"]
    if kind in _COMPLETION:
        found.setdefault(_COMPLETION[kind], []).extend(_finished(kind, before, after, deadline))
    if kind == "task":
        progress = before.get("progress", 0), after.get("progress")
        # Taken out, it may come back lower with the next commit; of what is or was done the completion says it all.
        if progress[1] is None and completion(kind, before) is None and completion(kind, after) is None:
            progress = progress[0], 0
        if progress[1] is not None and progress[1] < progress[0]:
            found["progress"] = ["progress-fell"]
    elif kind == "problem" and after.get("closed") is not None and _unverified(after):
        at = _lacking(before, after)
        if at is not None:
            found.setdefault(at, []).append("closed-unverified")
    elif kind in ("target", "signed target"):
        value = before.get("value"), after.get("value")
        if value[0] is not None and value[1] is not None:
            eased = value[1] > value[0] if less_is_better else value[1] < value[0]
            found["value"] = ["target-lowered"] if eased else []
    elif kind == "project" and after.get("status") == "cleared" and after.get("decision") is None:
        if before.get("status") != "cleared":
            found["status"] = ["cleared-undecided"]
        elif before.get("decision") is not None:
            found["decision"] = ["cleared-undecided"]
    return {key: tuple(flags) for key, flags in found.items() if flags}


def removed(kind: str) -> tuple[str, ...]:
    """The flags of an entry that is not there any more."""
    if kind == "problem":
        return ("problem-deleted",)
    return ("target-lowered",) if kind in ("target", "signed target") else ()


def added(kind: str, after: Fields) -> tuple[str, ...]:
    """The flags of an entry that was not there before."""
    found = []
    if kind == "problem" and after.get("closed") is not None and _unverified(after):
        found.append("closed-unverified")
    if kind == "project" and after.get("status") == "cleared" and after.get("decision") is None:
        found.append("cleared-undecided")
    return tuple(found)


def in_order(codes: Iterable[str]) -> tuple[str, ...]:
    """Flags by their weight, each once."""
    wanted = set(codes)
    return tuple(code for code in CODES if code in wanted)


def _finished(kind: str, before: Fields, after: Fields, deadline: date | None) -> list[str]:
    old, new = before.get(_COMPLETION[kind]), after.get(_COMPLETION[kind])
    if old is not None and new is None:
        reopened = set(after.get("reopened", ())) - set(before.get("reopened", ()))
        return [] if kind == "problem" and reopened else ["undone"]
    if new is not None and (old is None or new < old):
        last = before.get("updated") if kind == "task" else before.get("submitted") if kind == "problem" else None
        finished = kind == "task" and before.get("progress") == 100
        if last is not None and new < last and not finished:
            return ["backdated"]
        if old is not None and deadline is not None and new <= deadline < old:
            return ["backdated"]
    return []


def _unverified(fields: Fields) -> bool:
    verifier = fields.get("verified_by")
    return not fields.get("evidence") or verifier is None or verifier == fields.get("owner")


def _lacking(before: Fields, after: Fields) -> str | None:
    """The key by which a close-out came to lack something; None where it lost nothing with this change.

    Who answers for a closed problem may change, and what it lacked before was told then.
    """
    if before.get("closed") is None:
        return "closed"
    if before.get("evidence") and not after.get("evidence"):
        return "evidence"
    was, now = before.get("verified_by"), after.get("verified_by")
    lost = was not in (None, now, before.get("owner")) and now in (None, after.get("owner"))
    return "verified_by" if lost else None
