"""The figures of a chain, a sentence or two for each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from projledger.calendar import Kind as PeriodKind
from projledger.calendar import Period, day_text, period_text
from projledger.i18n import N_, _, joined, listing, ngettext
from projledger.models.types import STAGES, StageName
from projledger.quantities import days_text, money_text, percent_text, points_text
from projledger.reports import targets
from projledger.reports.chain.result import (
    FACTORS,
    INVESTMENT,
    ChainRow,
    GapRow,
    Investment,
    MeetingFigures,
    Recruiting,
    Result,
    TalentRow,
    Told,
)
from projledger.reports.chain.rooms import Room
from projledger.reports.lists.meetings import periods_text
from projledger.reports.parts.words import (
    CATEGORY_WORDS,
    STAGE_WORDS,
    amount_text,
    clauses,
    commas,
    count_text,
    factor_word,
    lights_text,
    months_text,
)

_CADENCE_WORDS: Final[dict[PeriodKind, str]] = {
    "day": N_("daily"),
    "week": N_("weekly"),
    "month": N_("monthly"),
    "quarter": N_("quarterly"),
    "half": N_("half-yearly"),
    "year": N_("yearly"),
}


def figures(result: Result, chain: ChainRow, room: Room) -> tuple[tuple[str, str], ...]:
    """The figures of the chain, a sentence or two for each."""
    unit, today = result.money_unit, result.as_of
    problems, short = _problems(result, chain, room.gaps)
    others = [t for t in chain.targets if not (t.indicator == INVESTMENT and Period.parse(t.period).kind == "year")]
    investment = joined(
        _investment_text(chain, unit, room.names), *(targets.sentence(group) for group in targets.grouped(others))
    )
    stages = chain.stages
    return (
        (_("Projects"), _projects_text(chain, unit)),
        (_("Current stage (stock)"), _stages_text(stages.stock, stages.stock_amounts, unit, chain.projects.total)),
        (_("Reached this year (events)"), _stages_text(stages.events, stages.event_amounts, unit)),
        (_("This year’s investment"), investment),
        (_("Projects and talent recruited"), _recruited(chain, room)),
        (_("Problems"), problems),
        (_("Factors"), short),
        (_("Chain meetings"), _meeting_text(chain.meetings, today)),
    )


def names_text(names: Sequence[str], most: int) -> str:
    """Names one after the other; of more than `most`, the others are counted."""
    said, rest = listing(names[:most]), len(names) - most
    return (
        ngettext("{names} and {n} more", "{names} and {n} more", rest).format(names=said, n=rest) if rest > 0 else said
    )


def deputies_text(chain: ChainRow, names: str) -> str:
    """The deputies of the chief, `names` of them."""
    return ngettext("deputy {names}", "deputies {names}", len(chain.deputies)).format(names=names)


def names_in_full(chain: ChainRow, room: Room) -> list[str]:
    """The enumerations that the page cuts short."""
    cut = (
        (ngettext("deputy {names}", "deputies {names}", len(chain.deputies)), chain.deputies),
        (_("in talks: {names}"), chain.recruiting.negotiating),
        (_("not reported: {names}"), chain.investment.owing),
    )
    return [text.format(names=listing(names)) for text, names in cut if len(names) > room.names]


def _projects_text(chain: ChainRow, unit: str) -> str:
    numbers = chain.projects
    if not numbers.total:
        return _("No project of this chain is in the ledgers.")
    said = [
        _("{n} in the ledgers, total investment {amount}").format(
            n=numbers.total, amount=money_text(chain.total_investment, unit)
        ),
        _("lights: {lights}").format(lights=_lights_text(chain)),
    ]
    return _("{sentence}.").format(sentence=clauses(said))


def _lights_text(chain: ChainRow) -> str:
    """The projects by light, and of those without one why they have none."""
    dark = chain.lights["none"]
    said = [lights_text({**chain.lights, "none": 0})] if sum(chain.lights.values()) > dark else []
    if dark:
        standing = ((N_("suspended"), chain.projects.suspended), (N_("paused"), chain.projects.paused))
        why = [_(word) if n == dark else count_text(_(word), n) for word, n in standing if n]
        said.append(_("no light {n} ({why})").format(n=dark, why=listing(why)))
    return listing(said)


def _stages_text(
    numbers: dict[StageName, int], amounts: dict[StageName, Decimal], unit: str, total: int | None = None
) -> str:
    """Counts by stage with amounts; of a stock of `total` projects also those that no stage is recorded of."""
    said = []
    for name in STAGES:
        if numbers[name] and amounts[name]:
            text = _("{stage} {n} ({amount})")
            amount = money_text(amounts[name], unit)
            said.append(text.format(stage=_(STAGE_WORDS[name]), n=numbers[name], amount=amount))
        elif numbers[name]:
            said.append(_("{stage} {n}").format(stage=_(STAGE_WORDS[name]), n=numbers[name]))
    if total is not None and (rest := total - sum(numbers.values())) > 0:
        said.append(_("no stage reported {n}").format(n=rest))
    return _("{sentence}.").format(sentence=listing(said)) if said else _("None.")


def _investment_text(chain: ChainRow, unit: str, most: int) -> str:
    """This year's investment in a sentence."""
    found = chain.investment
    if found.planned is None:
        return _("No investment target for this year.")
    planned = money_text(found.planned, unit)
    whose = _("the projects' plans together") if found.from_projects else _("the chain's target")
    if found.done is None or found.rate is None:
        if found.missing:
            missing = months_text(map(Period.parse, found.missing))
            owing = commas([*([names_text(found.owing, most)] if found.owing else []), missing])
            if found.told is not None:
                return _told_text(found.told, whose, planned, owing, unit)
            text = _("Not reported this year ({owing}); {whose} {planned}.")
            return text.format(owing=owing, whose=whose, planned=planned)
        return _("No figure is due yet; {whose} {planned}.").format(whose=whose, planned=planned)
    done, rate = money_text(found.done, unit), percent_text(found.rate)
    text = _("This year {done}, {rate} of {whose} of {planned}").format(
        done=done, rate=rate, whose=whose, planned=planned
    )
    return _("{sentence}.").format(sentence=commas([text, *verdict(found)]))


def _told_text(told: Told, whose: str, planned: str, owing: str, unit: str) -> str:
    """What is reported while others owe their figures: a sum without a verdict."""
    text = ngettext(
        "{n} of {of} project reported, together {done}", "{n} of {of} projects reported, together {done}", told.of
    )
    said = [text.format(n=told.projects, of=told.of, done=money_text(told.done, unit))]
    if told.rate is not None:
        share = _("{rate} of {whose} of {planned}").format(rate=percent_text(told.rate), whose=whose, planned=planned)
        if told.pace is not None:
            share = _("{share} (the pace asks for {pace})").format(share=share, pace=percent_text(told.pace))
        said.append(share)
    return _("{sentence}; not reported: {owing}.").format(sentence=commas(said), owing=owing)


def verdict(found: Investment) -> list[str]:
    """How far the investment is ahead of its pace or behind it; nothing where there is no verdict."""
    if found.gap_points is None:
        return []
    points = points_text(abs(found.gap_points), signed=False)
    if points == points_text(Fraction(0)):
        return [_("on pace")]
    text = _("{points} points behind pace") if found.gap_points < 0 else _("{points} points ahead of pace")
    return [text.format(points=points)]


def _recruited(chain: ChainRow, room: Room) -> str:
    """Projects contacted, matched and signed, then talent: the recruitment events are for people."""
    found = chain.recruiting
    counted = {kind: _logged(found, kind, count) for kind, count in found.logged.items()}
    events = counted.pop("recruitment", None)
    said = [*counted.values(), _("{n} signed").format(n=found.signed)]
    projects = _("Since 1 January: {counts}").format(counts=commas(said))
    if found.negotiating:
        projects = _("{sentence}; in talks: {names}").format(
            sentence=projects, names=names_text(found.negotiating, room.names)
        )
    shown = [events] if events is not None else []
    shown += [talent_text(talent) for talent in found.talents[: room.talents]]
    shown += _left(len(found.talents) - room.talents)
    talents = _("Talent: {list}.").format(list=clauses(shown)) if shown else _("Talent: none is sought.")
    return joined(_("{sentence}.").format(sentence=projects), talents)


def _logged(found: Recruiting, kind: str, count: int) -> str:
    """How often something was done, in the words and the unit of its kind."""
    text = {
        "contact": ngettext("{n} contact", "{n} contacts", count),
        "docking": ngettext("{n} matched", "{n} matched", count),
        "trip": ngettext("{n} trip", "{n} trips", count),
        "recruitment": ngettext("{n} recruitment event", "{n} recruitment events", count),
    }[kind]
    said = text.format(n=count)
    return _("at least {count}").format(count=said) if kind in found.at_least else said


def _left(rest: int) -> list[str]:
    return [ngettext("{n} more in the annex", "{n} more in the annex", rest).format(n=rest)] if rest > 0 else []


def talent_text(talent: TalentRow) -> str:
    """Talent that is sought, how many, and how far that is."""
    text = ngettext("{name}, {n} person", "{name}, {n} people", talent.count).format(name=talent.name, n=talent.count)
    said = [part for part in (talent.status, talent.owner_name) if part]
    return _("{what} ({details})").format(what=text, details=commas(said)) if said else text


def _problems_text(chain: ChainRow) -> str:
    """Open problems by factor with the age of the oldest."""
    total = sum(chain.problems.values())
    if not total:
        return _("No problem is open.")
    having = [
        _("{category} {n} (oldest {age})").format(
            category=_(CATEGORY_WORDS[name]), n=n, age=days_text(chain.problem_ages[name])
        )
        for name, n in chain.problems.items()
        if n
    ]
    none = [_(CATEGORY_WORDS[name]) for name in FACTORS if not chain.problems[name]]
    said = [_("Open problems: {n}, {overdue} overdue").format(n=total, overdue=chain.overdue_problems), listing(having)]
    if none:
        said.append(_("none on {categories}").format(categories=listing(none)))
    return _("{sentence}.").format(sentence=clauses(said))


def _problems(result: Result, chain: ChainRow, most: int) -> tuple[str, str]:
    gaps = by_deadline(chain.gaps)
    shown = [*(gap_text(gap, result.as_of) for gap in gaps[:most]), *_left(len(gaps) - most)]
    short = _("Short of {gaps}.").format(gaps=clauses(shown)) if gaps else _("No factor is short.")
    return _problems_text(chain), short


def by_deadline(gaps: Sequence[GapRow]) -> list[GapRow]:
    """Factor gaps, those due first before the others."""
    return sorted(gaps, key=lambda gap: gap.deadline or date.max)


def gap_text(gap: GapRow, today: date) -> str:
    """How much of what is missing, where, and until when it is needed."""
    amount = amount_text(gap.missing, gap.measure or "").strip()
    said = [gap.project_name]
    if gap.deadline is not None:
        said.append(_("by {day}").format(day=day_text(gap.deadline, today)))
    return _("{factor} {amount} ({details})").format(
        factor=factor_word(gap.factor), amount=amount, details=commas(said)
    )


def _meeting_text(found: MeetingFigures, today: date) -> str:
    last = day_text(found.last, today) if found.last is not None else _("none")
    if found.cadence is None:
        text = _("No cadence is set; {n} this year, the last: {last}.")
        return text.format(n=found.meetings, last=last)
    said = [_("Cadence {cadence}").format(cadence=_(_CADENCE_WORDS[found.cadence]))]
    if found.required and found.counted is not None:
        text = _("held in {held} of {required} periods that ended since {day}")
        if found.counted > date(today.year, 1, 1):
            text = _(
                "held in {held} of {required} periods that ended since {day}, when the first chain meeting was recorded"
            )
        said.append(text.format(held=found.held, required=found.required, day=day_text(found.counted, today)))
    said.append(_("the last one: {last}").format(last=last))
    if found.missed and found.last is not None:
        said.append(_("missed: {periods}").format(periods=periods_text(list(map(Period.parse, found.missed)))))
    if found.current is not None:
        current = period_text(Period.parse(found.current))
        if found.due is not None:
            said.append(
                _("that of {period} is to be held by {day}").format(period=current, day=day_text(found.due, today))
            )
        else:
            said.append(_("that of {period} is held").format(period=current))
    return _("{sentence}.").format(sentence=clauses(said))
