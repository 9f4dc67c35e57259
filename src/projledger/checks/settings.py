"""Settings that contradict themselves."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import fields
from typing import Final

from projledger.analysis.selection import Filter
from projledger.calendar import day_text
from projledger.checks.inspection import Inspection, did_you_mean
from projledger.checks.rule import check
from projledger.diagnostics import Finding, Place
from projledger.i18n import _, listing
from projledger.models.workspace import SETTINGS_FILE

FILTERS: Final = tuple(
    "--class" if one.name == "size" else f"--{one.name}" for one in fields(Filter) if one.name not in ("since", "until")
)
"""What a saved view may hold."""


@check("merged-months", "error")
def merged_months(seen: Inspection) -> Iterator[Finding]:
    """Months that are reported together do not follow each other, or one stands in two groups.

    Why: the figure of a group is due with its last month; for such a group nobody could say when.

    Example:

        reporting:
          merge: [[1, 2], [2, 3]]

    Remedy: write each group as months in a row, [1, 2] for example, and each month once.
    """
    used: set[int] = set()
    for index, group in enumerate(seen.workspace.settings.reporting.merge):
        place = Place(SETTINGS_FILE, ("reporting", "merge", index))
        text = ", ".join(str(month) for month in group)
        if list(group) != list(range(group[0], group[0] + len(group))) if group else True:
            message = _("reporting: the months [{months}] do not follow each other").format(months=text)
            yield Finding("merged-months", place, message, _("write months in a row, such as [1, 2]"))
        elif used & set(group):
            message = _("reporting: a month of [{months}] stands in two groups").format(months=text)
            yield Finding("merged-months", place, message, _("write each month once"))
        used |= set(group)


@check("ladder-twice", "error")
def ladder_twice(seen: Inspection) -> Iterator[Finding]:
    """The escalation ladder has two steps of the same kind.

    Why: the next step is the one after the last that was taken; with two of a kind nobody could say which was taken.

    Example:

        ladder:
          - {kind: reminder, light: yellow, days: 1}
          - {kind: reminder, light: red, days: 7}

    Remedy: keep one step of each kind.
    """
    first: dict[str, int] = {}
    for index, step in enumerate(seen.workspace.settings.ladder):
        if first.setdefault(step.kind, index) != index:
            message = _("the ladder has the step {kind} twice").format(kind=step.kind)
            place = Place(SETTINGS_FILE, ("ladder", index, "kind"))
            related = ((Place(SETTINGS_FILE, ("ladder", first[step.kind], "kind")), _("first here")),)
            yield Finding("ladder-twice", place, message, _("keep one step of each kind"), related)


@check("no-chief", "warning")
def no_chief(seen: Inspection) -> Iterator[Finding]:
    """A step of the ladder is addressed to the place's chief (level 4), but the settings do not name one.

    Why: the letter would have no addressee.

    Example:

        ladder:
          - {kind: clearing, light: red, days: 60, level: 4}

    Remedy: write `chief:` into the settings, or lower the level of the step.
    """
    settings = seen.workspace.settings
    if settings.chief is not None:
        return
    for index, step in enumerate(settings.ladder):
        if step.level == 4:
            message = _("the step {kind} of the ladder is addressed to the chief, who is not named").format(
                kind=step.kind
            )
            help_ = _("add “chief: …” to the settings, or lower the level")
            yield Finding("no-chief", Place(SETTINGS_FILE, ("ladder", index, "level")), message, help_)
            return


@check("unknown-filter", "error")
def unknown_filter(seen: Inspection) -> Iterator[Finding]:
    """A saved view holds something that is not a filter with a value.

    Why: whoever asks for the view gets an error instead of a report.

    Example:

        views:
          mine: "--owner lin --ligth red"

    Remedy: write filters as on the command line, `--owner lin --light red,yellow` for example.
    """
    for name, text in seen.workspace.settings.views.items():
        try:
            words = shlex.split(text)
        except ValueError:
            words = [text]
        wrong = _not_a_filter(words)
        if wrong is not None:
            message = _("view “{name}”: “{word}” is not a filter").format(name=name, word=wrong)
            help_ = did_you_mean(seen.close(wrong, "filter", FILTERS)) or _("filters: {names}").format(
                names=listing(FILTERS)
            )
            yield Finding("unknown-filter", Place(SETTINGS_FILE, ("views", name)), message, help_)


def _not_a_filter(words: list[str]) -> str | None:
    """The first of the words that is neither a filter nor the value of one."""
    position = 0
    while position < len(words):
        option, equals, _value = words[position].partition("=")
        if option not in FILTERS:
            return words[position]
        position += 1 if equals or option == "--difficult" else 2
    return None


@check("calendar-day-twice", "error")
def calendar_day_twice(seen: Inspection) -> Iterator[Finding]:
    """A day stands both among the own holidays and among the own workdays.

    Why: nobody could say whether it counts as a workday.

    Example:

        calendar:
          holidays: [2024-06-29]
          workdays: [2024-06-29]

    Remedy: take it out of one of the two.
    """
    own = seen.workspace.settings.calendar
    for index, day in enumerate(own.workdays):
        if day in own.holidays:
            message = _("calendar: {day} is both a holiday and a workday").format(day=day_text(day))
            place = Place(SETTINGS_FILE, ("calendar", "workdays", index))
            other = Place(SETTINGS_FILE, ("calendar", "holidays", own.holidays.index(day)))
            yield Finding(
                "calendar-day-twice", place, message, _("take it out of one of the two"), ((other, _("first here")),)
            )


@check("duplicate-clause", "error")
def duplicate_clause(seen: Inspection) -> Iterator[Finding]:
    """Two clauses of the place's own rule pack have the same id.

    Why: `why` names the clause that gave a light.

    Example:

        clauses:
          - {id: C1, text: {en: Late, zh: 逾期}, source: notice 3, measure: days_late, op: ">", value: 0, light: red}
          - {id: C1, text: {en: Soon, zh: 临期}, source: notice 3, measure: days_left, op: "<", value: 7, light: blue}

    Remedy: give each clause an id of its own.
    """
    pack = seen.workspace.pack
    if pack is None:
        return
    file = f"{seen.workspace.settings.rules}.yaml"
    first: dict[str, int] = {}
    for index, clause in enumerate(pack.clauses):
        if first.setdefault(clause.id, index) != index:
            message = _("the clause {id} stands twice").format(id=clause.id)
            related = ((Place(file, ("clauses", first[clause.id], "id")), _("first here")),)
            place = Place(file, ("clauses", index, "id"))
            yield Finding("duplicate-clause", place, message, _("give each clause an id of its own"), related)
