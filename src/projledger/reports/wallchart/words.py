"""What the chart and the table both say."""

from __future__ import annotations

from datetime import date

from projledger.calendar import day_text
from projledger.i18n import _
from projledger.models.types import LIGHTS
from projledger.reports.parts.words import (
    lights_text,
)
from projledger.reports.wallchart.result import Flag, Result, waits


def empty(result: Result) -> str:
    """What is said where no row is."""
    if not result.recorded:
        if result.project is not None:
            return _("No task is recorded in this project")
        return _("No project is recorded in these ledgers")
    if result.project is not None:
        return _("No task matches: {n} are recorded").format(n=result.recorded)
    return _("No project matches: {n} are recorded").format(n=result.recorded)


def heading(result: Result, group: str) -> str:
    """A group with how many of each light are in it."""
    lights = dict.fromkeys((*LIGHTS, "none"), 0)
    for row in result.rows:
        if row.group == group and (row.light is not None or waits(row)):
            lights[row.light or "none"] += 1
    return _("{name}: {lights}").format(name=group, lights=lights_text(lights))


def flag_text(number: int, flag: Flag, today: date) -> str:
    """A problem with its deadline and its owner."""
    due = day_text(flag.deadline, today)
    text = _("problem {n}: {text}, due {day}") if not flag.overdue else _("problem {n}: {text}, was due {day}")
    return with_owner(text.format(n=number, text=flag.text, day=due), flag.owner_name)


def with_owner(said: str, owner: str) -> str:
    """Something with whose it is."""
    return _("{what} — {owner}").format(what=said, owner=owner) if owner else said
