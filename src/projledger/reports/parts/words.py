"""Words and inline texts that several reports use: lights, stages, states, owners, deadlines."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from projledger.analysis.counts import ProjectCounts
from projledger.calendar import Period, day_text, month_text, weekday_text
from projledger.document import Run, Text, Tone
from projledger.i18n import N_, _, language, listing, ngettext, pgettext
from projledger.models.project import Project
from projledger.models.types import LIGHTS, Category, FactorName, Light, StageName
from projledger.models.workspace import Workspace
from projledger.quantities import MONEY_UNITS, days_text, money_text, number_text

SHAPES: Final[dict[Light, str]] = {"red": "●", "yellow": "▲", "blue": "■", "green": "○", "grey": "□"}
"""A shape for each light, so that a page without colour says the same."""

LIGHT_WORDS: Final[dict[Light, str]] = {
    "red": N_("red"),
    "yellow": N_("yellow"),
    "grey": N_("grey"),
    "blue": N_("blue"),
    "green": N_("green"),
}
STAGE_WORDS: Final[dict[StageName, str]] = {
    "reserve": N_("in reserve"),
    "negotiating": N_("negotiating"),
    "signed": N_("signed"),
    "started": N_("started"),
    "completed": N_("completed"),
    "producing": N_("producing"),
    "full_capacity": N_("at full capacity"),
}
CATEGORY_WORDS: Final[dict[Category, str]] = {
    "land": N_("land"),
    "finance": N_("finance"),
    "energy": N_("energy"),
    "labour": N_("labour"),
    "approval": N_("approvals"),
    "relocation": N_("relocation"),
    "other": N_("other"),
}
STATE_WORDS: Final[dict[str, str]] = {
    "open": N_("open"),
    "handling": N_("being handled"),
    "pending": N_("awaiting verification"),
    "closed": N_("closed"),
}
STATUS_WORDS: Final[dict[str, str]] = {
    "active": N_("active"),
    "suspended": N_("suspended"),
    "cleared": N_("cleared"),
}
TASK_KIND_WORDS: Final[dict[str, str]] = {
    "milestone": N_("milestone"),
    "approval": N_("approval"),
    "construction": N_("construction"),
    "decision": N_("decision"),
    "other": N_("other"),
}
ACTION_WORDS: Final[dict[str, str]] = {
    "reminder": N_("reminder"),
    "letter": N_("supervision letter"),
    "interview": N_("interview"),
    "criticism": N_("criticism"),
    "accountability": N_("accountability"),
    "clearing": N_("clearing"),
}
FUNDING_WORDS: Final[dict[str, str]] = {
    "special_bond": N_("special bond"),
    "general_bond": N_("general bond"),
    "central_budget": N_("central budget"),
    "provincial": N_("provincial funds"),
    "central_and_provincial": N_("central and provincial funds"),
    "municipal": N_("municipal funds"),
    "county": N_("county funds"),
    "assistance": N_("assistance"),
    "enterprise": N_("enterprise"),
    "bank": N_("bank loan"),
}
LOG_WORDS: Final[dict[str, str]] = {
    "service": N_("service"),
    "commitment_letter": N_("commitment letter"),
    "joint_acceptance": N_("joint acceptance"),
    "visit": N_("visit"),
    "trip": N_("trip"),
    "contact": N_("contact"),
    "docking": N_("docking"),
    "recruitment": N_("recruitment event"),
    "financing": N_("financing"),
}
MEASURE_WORDS: Final[dict[str | None, str]] = {
    "亩": N_("mu"),
    "公顷": N_("hectares"),
    "平方米": N_("m²"),
    "公里": N_("kilometres"),
    "吨": N_("tonnes"),
    "千伏安": N_("kVA"),
    "千瓦": N_("kW"),
    "人": N_("people"),
    "户": N_("households"),
    "件": N_("cases"),
    "立方米/时": N_("m³/h"),
    "万元": N_("10,000 yuan"),
}
"""Measures that Chinese ledgers write, in the reader's words."""
TEAM_WORDS: Final[dict[str, str]] = {
    "agency": N_("agency"),
    "approval": N_("approval"),
    "financing": N_("financing"),
    "employment": N_("employment"),
}


def measure_word(measure: str | None) -> str:
    """A unit of measure in the reader's language, where it is known; else as the ledger has it."""
    if measure == "个":
        return pgettext("measure", "items")
    return _(MEASURE_WORDS[measure]) if measure in MEASURE_WORDS else measure or ""


def lamp(light: Light | None) -> Run:
    """A light as a shape and a word, in its tone; a dash for none (paused)."""
    if light is None:
        return Run("—", "dim")
    return Run(SHAPES[light] + _(LIGHT_WORDS[light]), light)


def lights_text(counts: Mapping[str, int]) -> str:
    """How many of each light, the worst first: `red 2, yellow 1`; lights that nothing has are left out.

    `none` counts what has no light (paused), `unknown` what stood otherwise on a day gone by, nobody can tell how.
    """
    said = [_("{light} {n}").format(light=_(LIGHT_WORDS[light]), n=counts[light]) for light in LIGHTS if counts[light]]
    if counts.get("none"):
        said.append(_("no light {n}").format(n=counts["none"]))
    if counts.get("unknown"):
        said.append(_("not known any more {n}").format(n=counts["unknown"]))
    return listing(said) or "—"


def projects_text(numbers: ProjectCounts) -> str:
    """How many projects are under way, paused and suspended: `12 under way, 1 paused, 1 suspended`."""
    said = [_("{n} under way").format(n=numbers.under_way)]
    if numbers.paused:
        said.append(_("{n} paused").format(n=numbers.paused))
    return listing([*said, _("{n} suspended").format(n=numbers.suspended)])


def rules_title(workspace: Workspace) -> str:
    """What people call the rules of the place: by their title, else by the name of their file."""
    title = workspace.pack.title if workspace.pack is not None else None
    return title.said(language()) if title is not None else workspace.settings.rules


def rules_text(rules: str, title: str) -> str:
    """Which rules gave the lights, for a footer."""
    if rules == "default":
        return _("Lights by the default rules")
    return _("Lights by {title}; on other subjects by the default rules").format(title=title)


def as_of_text(day: date) -> str:
    """The day of a report, beside its title."""
    return _("As of {day} ({weekday})").format(day=day_text(day), weekday=weekday_text(day))


def cutoffs_text(cutoffs: Collection[date], today: date) -> str:
    """Up to when figures count, beside the title of a report; there is at least one."""
    first, last = min(cutoffs), max(cutoffs)
    if first == last:
        return _("Figures to {day}").format(day=day_text(last, today))
    text = _("Figures to {first} at the earliest, {last} at the latest")
    return text.format(first=day_text(first, today), last=day_text(last, today))


def clauses(said: Sequence[str]) -> str:
    """Pieces of a sentence with semicolons between them."""
    text = said[0] if said else ""
    for clause in said[1:]:
        text = _("{said}; {clause}").format(said=text, clause=clause)
    return text


def tally(said: Sequence[str]) -> str:
    """Counts in a row: `Tasks: 84; done: 31`; Chinese reads them as one sentence, with commas."""
    text = said[0] if said else ""
    for clause in said[1:]:
        text = pgettext("counts", "{said}; {clause}").format(said=text, clause=clause)
    return text


def commas(said: Sequence[str]) -> str:
    """Pieces of a sentence with commas between them."""
    text = said[0] if said else ""
    for clause in said[1:]:
        text = _("{said}, {clause}").format(said=text, clause=clause)
    return text


def tone(light: Light | None) -> Tone:
    """The tone of a light."""
    return light or "plain"


def factor_word(name: FactorName) -> str:
    """A factor in the reader's words."""
    return _(CATEGORY_WORDS[name])


def owner_text(workspace: Workspace, owner: str | None, unit: str | None = None) -> str:
    """A person with the unit they belong to (or the responsible unit, for a name people.yaml does not know)."""
    if owner is None:
        return workspace.unit_name(unit) if unit else _("no owner")
    known = workspace.people_by_id.get(owner)
    place = workspace.unit_name(known.unit if known else unit)
    name = workspace.person_name(owner)
    return _("{name} ({unit})").format(name=name, unit=place) if place else name


def deadline_text(in_force: date, original: date, extensions: int, today: date) -> str:
    """A deadline; an extended one shows both days and how often it was extended."""
    if not extensions or in_force == original:
        return day_text(in_force, today)
    return ngettext(
        "{day} (originally {original}, extended once)", "{day} (originally {original}, extended {n} times)", extensions
    ).format(day=day_text(in_force, today), original=day_text(original, today), n=extensions)


def due_on_text(kind: str, in_force: date, original: date, extensions: int, today: date) -> str:
    """By when an item of a kind (`stage`, `task` …) is or was due: `due on 20 May (originally 30 April, …)`."""
    due = (_("planned for {day}") if kind == "stage" else _("due on {day}")).format(day=day_text(in_force, today))
    if not extensions or in_force == original:
        return due
    return ngettext(
        "{due} (originally {original}, extended once)", "{due} (originally {original}, extended {n} times)", extensions
    ).format(due=due, original=day_text(original, today), n=extensions)


def amount_text(amount: Decimal, measure: str) -> str:
    """A figure with its measure: `12亿元`, `900人`, `900 people`."""
    if measure in MONEY_UNITS:
        return money_text(amount, measure)
    return _("{number} {measure}").format(number=number_text(amount), measure=measure_word(measure))


def shift_text(days: int) -> str:
    """How far a deadline moved, in calendar days with their sign: `+42 days`."""
    sign = "+" if days > 0 else "−" if days < 0 else "±"
    return ngettext("{sign}{n} day", "{sign}{n} days", abs(days)).format(sign=sign, n=abs(days))


def slipped_text(times: int, days: int) -> str:
    """How often a deadline in force moved, and how far in all: `deadline moved twice, +64 days`."""
    if times == 2:
        text = _("deadline moved twice, {days}")
    else:
        text = ngettext("deadline moved once, {days}", "deadline moved {n} times, {days}", times)
    return text.format(n=times, days=shift_text(days))


def workdays(count: int, unconfirmed: bool = False) -> str:
    """A number of workdays, marked where a year that is not published takes part in it."""
    text = days_text(count, workdays=True)
    return _("{count} (unconfirmed)").format(count=text) if unconfirmed else text


Standstill = Literal["", "paused", "suspended", "cleared"]
"""Why a project is not judged; empty while it is."""
STANDSTILL_WORDS: Final = {"paused": N_("paused"), "suspended": N_("suspended"), "cleared": N_("cleared")}


def standstill(project: Project, as_of: date) -> Standstill:
    """Why a project is not judged on a day; empty while it is."""
    status = project.status_on(as_of)
    if status != "active":
        return status
    return "paused" if project.paused_on(as_of) else ""


def not_listed(cleared: Sequence[str]) -> tuple[str, ...]:
    """What a list says at its foot of projects that are cleared."""
    return (_("Cleared projects, not listed: {names}").format(names=listing(cleared)),) if cleared else ()


def span_text(since: date | None, until: date | None, today: date) -> str | None:
    """The days asked for in words; None where all were."""
    if since is not None and until is not None:
        return _("from {first} to {last}").format(first=day_text(since, today), last=day_text(until, today))
    if since is not None:
        return _("since {day}").format(day=day_text(since, today))
    return _("up to {day}").format(day=day_text(until, today)) if until is not None else None


def stage_now(stage: StageName) -> str:
    """The stage a project is in; Chinese calls one that was started 在建, and its start 开工."""
    return pgettext("current stage", "started") if stage == "started" else _(STAGE_WORDS[stage])


def count_text(word: str, n: int) -> str:
    """A word and how many of it there are: `negotiating 1`, `在谈1个`."""
    return _("{word} {n}").format(word=word, n=n)


def months_text(months: Iterable[Period]) -> str:
    """Months in a row as a span: `January 2024 to May 2024`."""
    runs: list[list[Period]] = []
    for month in months:
        if runs and runs[-1][-1].next() == month:
            runs[-1].append(month)
        else:
            runs.append([month])
    return listing(
        [
            month_text(run[0].first)
            if len(run) == 1
            else _("{first} to {last}").format(first=month_text(run[0].first), last=month_text(run[-1].first))
            for run in runs
        ]
    )


def short_month(day: date) -> str:
    """A month in few letters, for a chart: `Jun`, `6月`."""
    names = (
        _("Jan"), _("Feb"), _("Mar"), _("Apr"), _("May"), _("Jun"),
        _("Jul"), _("Aug"), _("Sep"), _("Oct"), _("Nov"), _("Dec"),
    )  # fmt: skip
    return names[day.month - 1]


def short_day(day: date) -> str:
    """A day without its year, in few letters: `6 Jun`, `6月6日`."""
    return _("{day} {month}").format(day=day.day, month=short_month(day))


def code(ref: str) -> Run:
    """A reference after the name it belongs to."""
    return Run(ref, "dim")


def named(name: str, ref: str) -> Text:
    """A name with its reference, dimmed."""
    return (Run(name), Run(" "), code(ref))
